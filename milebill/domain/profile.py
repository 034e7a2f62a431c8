"""What a user says of themselves; the workspace's own words are in settings.py."""

from milebill.domain.work import Actor, Work, verb
from milebill.errors import NotFound
from milebill.models import EventKind, User

MAX_NAME = 200


@verb
def change_own_name(work: Work, actor: Actor, name: str) -> None:
    """Call the acting user `name` from now on, in threads and in the history; "" means by their address again.

    Raises NotFound for an actor who is no user.
    """
    user = work.session.get(User, actor.user_id) if actor.user_id is not None else None
    if user is None:
        raise NotFound
    name = " ".join(name.split())[:MAX_NAME]
    if user.name != name:
        user.name = name
        work.record(EventKind.SETTINGS_CHANGED, actor, fields=["own_name"])
