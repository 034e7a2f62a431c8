"""The language of a client's pages, mails and papers. A page can be switched for itself; mails can't."""

from milebill.catalogues import is_spoken
from milebill.domain.work import Actor, Work, verb
from milebill.errors import Invalid, NotFound
from milebill.models import Client, EventKind


@verb
def choose_language(work: Work, actor: Actor, client_id: int, locale: str) -> None:
    """Speak to the client as in `locale` ("de_CH") from now on; "" for the workspace's own. What was issued stays.

    What is chosen already changes nothing. Raises NotFound, Invalid for "locale".
    """
    client = work.session.get(Client, client_id)
    if client is None or client.workspace_id != work.workspace.id:
        raise NotFound
    if locale and not is_spoken(locale):
        raise Invalid({"locale": "unknown"})
    if client.locale != locale:
        client.locale = locale
        work.record(EventKind.CLIENT_CHANGED, actor, client=client.name, id=client.id, fields=["locale"])
