"""What can go wrong, named so that each case can have an answer of its own."""

from collections.abc import Mapping


class MilebillError(Exception):
    """The root of every error that this product raises on purpose."""


class NotFound(MilebillError):
    """There is no such thing, or it is somebody else's: strangers can't tell the difference."""


class Invalid(MilebillError):
    """What was typed can't be taken. `errors` maps a field's name to a code or a ready message."""

    def __init__(self, errors: Mapping[str, str]):
        super().__init__(", ".join(f"{field}: {code}" for field, code in errors.items()))
        self.errors = dict(errors)


class Refused(MilebillError):
    """The record's state does not allow the verb (any more). `reason` is a code such as "already_decided"."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Stale(Refused):
    """The page that was acted on no longer shows what is there now."""

    def __init__(self) -> None:
        super().__init__("stale")


class LinkError(MilebillError):
    """A signed link that does not open anything; its kinds have pages of their own."""


class LinkUnknown(LinkError):
    """The signature is not ours, or its row is gone."""


class LinkExpired(LinkError):
    """The link was ours and its time is over."""


class LinkRevoked(LinkError):
    """The link was ours and somebody switched it off."""


class LinkUsed(LinkError):
    """A link for one use that has had it."""


class SplitImpossible(MilebillError):
    """No whole-cent split of this amount gives taxes that also sum."""
