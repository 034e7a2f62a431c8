"""The forms that give somebody a link of their own, wherever they stand, and what they bring about."""

from typing import Any

from milebill.domain.own_link import ask_own_link
from milebill.domain.people import Colleague, Given, forward_link
from milebill.models import Role
from milebill.models.link import may_give
from milebill.web.access import LinkHolder
from milebill.web.client.forms import ForwardForm, OwnLinkForm
from milebill.web.client.visit import Opened
from milebill.web.forms import posted
from milebill.web.translations import gettext as _

PART = "people"
_TICKS = {"approve": Role.APPROVE, "payable": Role.ACCOUNTS_PAYABLE}


def forward_form(who: LinkHolder) -> Opened:
    """The form that gives a colleague a link, with the rights that are theirs to give."""
    form: Any = posted(ForwardForm)
    for name, role in _TICKS.items():
        if role not in may_give(who.roles):
            del form[name]
    return Opened("forward", form, PART)


def hand_on(who: LinkHolder, form: Any) -> Given:
    """Give the colleague whom the form names a link."""
    roles = frozenset(role for name, role in _TICKS.items() if name in form and form[name].data)
    colleague = Colleague(form.colleague_name.data, form.colleague_email.data, roles, form.words.data)
    return forward_link(who.workspace_id, who.quote_id, who.link_id, form.signature(), colleague)


def thanks_for(given: Given) -> str:
    """What the page says then."""
    if not given.first:
        return _("%(name)s got this link a moment ago. Nothing was sent again.", name=given.name)
    return _("Forwarded. %(name)s gets a link of their own by mail.", name=given.name)


def own_form() -> Opened:
    """The form for somebody whom the link does not name."""
    return Opened("own", posted(OwnLinkForm), PART)


def mail_own(who: LinkHolder, form: Any) -> None:
    """Mail a link to whoever says that this one is not theirs."""
    name, email = form.own_name.data, form.own_email.data
    ask_own_link(who.workspace_id, who.quote_id, who.link_id, form.signature(), name, email)


def own_is_mailed() -> str:
    """What the page says then, whether or not a mail was due."""
    return _("Look in your mailbox: your own link is there within a minute or two. It reads and asks; for more, ask "
             "the colleague whose link this is to forward it.")  # fmt: skip
