"""Who can see the page: forward it to a colleague, take somebody off, or get a link of one's own."""

from collections.abc import Iterable

from flask import Response

from milebill.domain.people import Given, take_off
from milebill.errors import NotFound
from milebill.models import Role
from milebill.queries.client_people import LinkedPerson, load_people
from milebill.web.client.blueprint import client_pages
from milebill.web.client.forms import TakeOffForm
from milebill.web.client.handing_on import PART, forward_form, hand_on, mail_own, own_form, own_is_mailed, thanks_for
from milebill.web.client.papers import MAX_ID
from milebill.web.client.people_view import PersonRow, person_rows
from milebill.web.client.visit import Opened, Visit, visit
from milebill.web.forms import posted
from milebill.web.openings import note_opening
from milebill.web.responses import see_other, wants_partial
from milebill.web.translations import gettext as _

FORWARD = "/q/<token>/forwarding"
OWN = "/q/<token>/own-link"
OFF = f"/q/<token>/people/<int(max={MAX_ID}):person_link>/removal"


@client_pages.get("/q/<token>/people")
def people(token: str) -> Response:
    """The page with the list of everybody who has a link."""
    here = visit(token)
    note_opening(here.who.link_id)
    return here.open(_list(here))


@client_pages.get(FORWARD)
def ask_forward(token: str) -> Response:
    """The page with the form that gives a colleague a link."""
    here = visit(token)
    note_opening(here.who.link_id)
    return here.open(forward_form(here.who))


@client_pages.post(FORWARD)
def forward(token: str) -> Response:
    """Give a colleague a link of their own."""
    here, given = visit(token), list[Given]()
    opened = forward_form(here.who)
    answer = here.attempt(opened, lambda: given.append(hand_on(here.who, opened.form)), lambda: "")
    return answer or _done(here, thanks_for(given[0]))


@client_pages.get(OWN)
def ask_for_own(token: str) -> Response:
    """The page with the form for somebody whom the link does not name."""
    here = visit(token)
    note_opening(here.who.link_id)
    return here.open(own_form())


@client_pages.post(OWN)
def send_own(token: str) -> Response:
    """Mail a link to whoever says that this one is not theirs. The answer is the same whether or not one was due."""
    here = visit(token)
    opened = own_form()
    answer = here.attempt(opened, lambda: mail_own(here.who, opened.form), lambda: "")
    return answer or _done(here, own_is_mailed())


@client_pages.get(OFF)
def ask_take_off(token: str, person_link: int) -> Response:
    """The page with the question whether somebody's link is to end."""
    here = visit(token)
    note_opening(here.who.link_id)
    if not here.who.may(Role.APPROVE):
        return here.open(_list(here))
    person = _person(here, person_link)
    return here.open(_about(here, person) if person.revoked_at is None else _list(here))


@client_pages.post(OFF)
def end_link(token: str, person_link: int) -> Response:
    """End somebody's link."""
    here = visit(token)
    if not here.who.may(Role.APPROVE):
        return here.not_yours()
    who, person = here.who, _person(here, person_link)
    gone = _("%(name)s was taken off. Their link opens nothing any more.", name=person.name)
    if person.revoked_at is not None:  # by somebody else, or by the click before
        return _done(here, gone)
    opened = _about(here, person)
    form = opened.form

    def end() -> None:
        take_off(who.workspace_id, who.quote_id, who.link_id, form.signature(), person_link)

    answer = here.attempt(opened, end, lambda: "")
    if answer is not None:
        return answer
    if person_link == who.link_id:
        return see_other(here.base)  # which tells them what a link does that was switched off
    return _done(here, gone)


def _list(here: Visit) -> Opened:
    return Opened("people", None, PART, people=_rows(here, load_people(here.who.quote_id)))


def _rows(here: Visit, people: Iterable[LinkedPerson]) -> tuple[PersonRow, ...]:
    return person_rows(people, here.who, here.base, here.page.offer.two_approvers)


def _person(here: Visit, link_id: int) -> LinkedPerson:
    """Raises NotFound for a link to another quote."""
    for person in load_people(here.who.quote_id):
        if person.link_id == link_id:
            return person
    raise NotFound


def _about(here: Visit, person: LinkedPerson) -> Opened:
    return Opened("off", posted(TakeOffForm), PART, person.link_id, people=_rows(here, [person]))


def _done(here: Visit, thanks: str) -> Response:
    """The list as it is now, with what has just happened above it."""
    if not wants_partial():
        return see_other(f"{here.base}/people#{PART}")
    here.look_again()
    here.told = {PART: ("good", thanks)}
    return here.show_parts((PART, "actions", "news"), _list(here))
