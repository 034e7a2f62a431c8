"""The builder's keyboard shortcuts: one table for the help sheet, from which the script reads which keys do what.

None is a bare letter (WCAG 2.1.4), except "?", which works outside of fields and can be switched off. Alt and Shift
together are free in browsers and screen readers, whose own keys are Alt, Ctrl+Alt, Insert or Caps Lock with a letter.
"""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l


class Shortcut(NamedTuple):
    """Keys as a browser names them, joined by +; `act` is the value of the button that they press, without the number
    of its row."""

    keys: str
    act: str
    does: Any

    @property
    def caps(self) -> list[Any]:
        """What stands on the keys."""
        return [_SIGNS.get(key, key) for key in self.keys.split("+")]


_SIGNS = {
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "Alt": _l("Alt"),
    "Ctrl": _l("Ctrl"),
    "Shift": _l("Shift"),
    "Enter": _l("Enter"),
}

IN_A_ROW = (
    Shortcut("Alt+Shift+ArrowUp", "up", _l("Move it up")),
    Shortcut("Alt+Shift+ArrowDown", "down", _l("Move it down")),
    Shortcut("Alt+Shift+D", "duplicate", _l("Duplicate it")),
    Shortcut("Alt+Shift+X", "remove", _l("Remove it")),
)
"""For the milestone or line item that has the focus."""
ANYWHERE = (
    Shortcut("Alt+Shift+N", "add", _l("Add a milestone")),
    Shortcut("Alt+Shift+Z", "undo", _l("Bring back what was removed")),
    Shortcut("Alt+Shift+S", "save", _l("Save draft")),
    Shortcut("Alt+Shift+P", "preview", _l("See it as the client will")),
    Shortcut("Ctrl+Enter", "send", _l("Review and send")),
    Shortcut("Alt+Shift+K", "help", _l("Open this sheet")),
)
SHORTCUTS = ((_l("In a milestone or line item"), IN_A_ROW), (_l("Anywhere in the draft"), ANYWHERE))
