"""Who gets what: one line for each route and method. A route that is missing from the table fails."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.actors import Supplier, browser_of
from tests.browsers import Browser
from tests.snapshots import everything
from tests.web.answers import (
    ACTS_ON,
    APPROVERS_ONLY,
    CLIENTS,
    EVERYBODY,
    OF_THE_HOUSE,
    OF_THE_PROJECT,
    OWN_PAGE,
    PAYS,
    RUNS,
    SIGNED_IN,
    SUPPLIERS,
    WRITES_IN,
    WRITES_ON,
)  # fmt: skip
from tests.world import IDS_OF_ROWS, World

pytestmark = [
    pytest.mark.counted_elsewhere,  # wide, and every line is counted where its own tests are
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

VERSION = "<int(max=9223372036854775807):version_number>"
LOGS = ("link_opening",)

TABLE: dict[str, tuple[int, ...]] = {
    "GET /": (200, 303, 303, 303, 303),
    "GET /how-it-goes": EVERYBODY,
    "GET /guide": EVERYBODY,
    "GET /shortcuts": EVERYBODY,
    "POST /d/new": (422, 422, 422, 422, 422),
    "POST /d/new/totals": EVERYBODY,
    # The link is the authority, whoever holds it.
    "GET /d/<token>": OWN_PAGE,
    "POST /d/<token>": (404, 422, 422, 422),
    "POST /d/<token>/totals": OWN_PAGE,
    "GET /d/<token>/preview": OWN_PAGE,
    "GET /d/<token>/pdf": OWN_PAGE,
    "POST /d/<token>/pdf": (404, 303, 303, 303),
    "GET /d/<token>/draft.pdf": (404, 404, 404, 404),
    "GET /d/<token>/removal": OWN_PAGE,
    "POST /d/<token>/removal": (404, 303, 303, 303),
    "GET /d/<token>/import": OWN_PAGE,
    "POST /d/<token>/import": (404, 422, 422, 422),
    "GET /d/<token>/send": OWN_PAGE,
    "POST /d/<token>/send": (404, 422, 422, 422),
    "GET /confirm/code": (303, 303, 303, 303, 303),
    "POST /confirm/code": (303, 303, 303, 303, 303),
    "GET /confirm/<token>": OWN_PAGE,  # asks for the code
    "POST /confirm/<token>": (404, 422, 422, 422),
    "GET /assets/<path:address>": EVERYBODY,
    "GET /brand/<colour>.css": EVERYBODY,
    "GET /brand/<colour>.svg": EVERYBODY,
    "GET /brand/<sha256>.png": EVERYBODY,
    "GET /healthz": EVERYBODY,
    "GET /readyz": EVERYBODY,
    "GET /verify": EVERYBODY,
    "POST /verify": (422, 422, 422, 422, 422),
    "GET /verify/verify_receipt.py": EVERYBODY,
    "GET /login": EVERYBODY,
    "POST /login": (422, 422, 422, 422, 422),
    "GET /login/<token>": EVERYBODY,
    "POST /login/<token>": (422, 422, 422, 422, 422),  # without the code, in a browser that did not ask
    "GET /login/code": (303, 303, 303, 303, 303),
    "POST /login/code": (303, 303, 303, 303, 303),
    "POST /logout": (303, 303, 303, 303, 303),
    "GET /dashboard": SIGNED_IN,
    "GET /dashboard/live": SIGNED_IN,
    "GET /events": (401, 200, 200, 200, 200),  # a dashboard left open would follow a 303 for ever
    "GET /bank": SIGNED_IN,
    "POST /bank": WRITES_IN,
    "GET /bank/<id:import_id>": OF_THE_HOUSE,
    "GET /bank/lines/<id:line_id>/booking": OF_THE_HOUSE,
    "POST /bank/lines/<id:line_id>/booking": WRITES_ON,
    "POST /bank/lines/<id:line_id>/dismissal": ACTS_ON,
    "GET /clients": SIGNED_IN,
    "GET /clients/<id:client_id>": OF_THE_HOUSE,
    "GET /clients/<id:client_id>/billing": OF_THE_HOUSE,
    "POST /clients/<id:client_id>/billing": WRITES_ON,
    "POST /clients/<id:client_id>/language": ACTS_ON,
    "GET /clients/<id:client_id>/statement": OF_THE_HOUSE,
    "GET /clients/<id:client_id>/statement.csv": OF_THE_HOUSE,
    "GET /exports": SIGNED_IN,
    "GET /exports/<any(invoices,lines,taxes,payments):kind>.csv": SIGNED_IN,
    "GET /exports/<int(fixed_digits=4):year>.zip": OF_THE_HOUSE,  # a year without documents has none
    "GET /documents/<id:document_id>": OF_THE_HOUSE,
    "GET /files/<id:deliverable_id>": OF_THE_HOUSE,
    "POST /mails/<id:mail_id>/retry": (303, 404, 403, 404, 404),  # a login mail belongs to no workspace
    "GET /invoices": SIGNED_IN,
    "GET /invoices/<id:invoice_id>": OF_THE_HOUSE,
    "GET /invoices/<id:invoice_id>/payments": OF_THE_HOUSE,
    "POST /invoices/<id:invoice_id>/payments": WRITES_ON,
    "POST /invoices/<id:invoice_id>/payments/<id:payment_id>/reversal": ACTS_ON,
    "POST /invoices/<id:invoice_id>/corrections/<id:request_id>/acceptance": ACTS_ON,
    "GET /invoices/<id:invoice_id>/corrections/<id:request_id>/refusal": OF_THE_HOUSE,
    "POST /invoices/<id:invoice_id>/corrections/<id:request_id>/refusal": WRITES_ON,
    "POST /invoices/<id:invoice_id>/transmission": ACTS_ON,
    "GET /invoices/<id:invoice_id>/versions": OF_THE_HOUSE,
    "POST /invoices/<id:invoice_id>/versions/<id:version_number>/restoration": ACTS_ON,
    "GET /invoices/<id:invoice_id>/correction": OF_THE_HOUSE,
    "POST /invoices/<id:invoice_id>/correction": WRITES_ON,
    "GET /invoices/<id:invoice_id>/credit": OF_THE_HOUSE,
    "POST /invoices/<id:invoice_id>/credit": WRITES_ON,
    # Nothing is overpaid, so there is nothing to fill in.
    "GET /invoices/<id:invoice_id>/refund": (303, 404, 303, 303, 303),
    "POST /invoices/<id:invoice_id>/refund": ACTS_ON,
    "GET /plans/<id:plan_id>": OF_THE_HOUSE,
    "POST /plans/<id:plan_id>": WRITES_ON,
    "POST /plans/<id:plan_id>/removal": (303, 404, 403, 303, 404),  # the member has deleted it
    "GET /projects": SIGNED_IN,
    "GET /projects/<id:project_id>": OF_THE_HOUSE,
    "GET /projects/<id:project_id>/milestones/<id:position>/submission": OF_THE_HOUSE,
    "POST /projects/<id:project_id>/milestones/<id:position>/submission": WRITES_ON,
    "POST /projects/<id:project_id>/milestones/<id:position>/submission/<name>": (303, 404, 403, 200, 200),
    "GET /projects/<id:project_id>/milestones/<id:position>/withdrawal": OF_THE_HOUSE,
    "POST /projects/<id:project_id>/milestones/<id:position>/withdrawal": ACTS_ON,
    "POST /projects/<id:project_id>/milestones/<id:position>/reopening": ACTS_ON,
    "POST /projects/<id:project_id>/statement": ACTS_ON,
    "GET /quotes": SIGNED_IN,
    "GET /quotes/new": SIGNED_IN,
    "POST /quotes/new": WRITES_IN,
    "POST /quotes/new/totals": (303, 200, 403, 200, 200),
    "GET /quotes/<id:quote_id>": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>": WRITES_ON,
    "GET /quotes/<id:quote_id>/answers": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/answers": WRITES_ON,
    "POST /quotes/<id:quote_id>/answers/files": (303, 404, 403, 200, 200),
    "GET /quotes/<id:quote_id>/messages/<id:message_id>/files/<id:nth>": OF_THE_HOUSE,
    "GET /quotes/<id:quote_id>/acceptance-elsewhere": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/acceptance-elsewhere": WRITES_ON,
    "POST /quotes/<id:quote_id>/copies": ACTS_ON,
    "GET /quotes/<id:quote_id>/extension": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/extension": WRITES_ON,
    "GET /quotes/<id:quote_id>/import": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/import": WRITES_ON,
    "GET /quotes/<id:quote_id>/plan": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/plan": WRITES_ON,
    "GET /quotes/<id:quote_id>/pdf": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/pdf": ACTS_ON,
    "GET /quotes/<id:quote_id>/draft.pdf": (303, 404, 404, 404, 404),
    "GET /quotes/<id:quote_id>/revision/pdf": (303, 404, 303, 303, 303),
    "POST /quotes/<id:quote_id>/revision/pdf": (303, 404, 403, 303, 303),
    "GET /quotes/<id:quote_id>/revision/draft.pdf": (303, 404, 404, 404, 404),
    "GET /quotes/<id:quote_id>/preview": OF_THE_HOUSE,
    "GET /quotes/<id:quote_id>/people/<id:link_id>/removal": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/people/<id:link_id>/removal": ACTS_ON,
    "GET /quotes/<id:quote_id>/revision": (303, 404, 303, 303, 303),  # none was begun yet
    "POST /quotes/<id:quote_id>/revision": ACTS_ON,
    "GET /quotes/<id:quote_id>/revision/preview": (303, 404, 303, 303, 303),
    "GET /quotes/<id:quote_id>/revision/removal": (303, 404, 303, 303, 303),
    "POST /quotes/<id:quote_id>/revision/removal": ACTS_ON,
    "GET /quotes/<id:quote_id>/revision/send": (303, 404, 303, 303, 303),
    "POST /quotes/<id:quote_id>/revision/send": ACTS_ON,
    "POST /quotes/<id:quote_id>/revision/totals": (303, 404, 403, 200, 200),
    "GET /quotes/<id:quote_id>/send": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/send": ACTS_ON,
    "POST /quotes/<id:quote_id>/totals": (303, 404, 403, 200, 200),
    "GET /quotes/<id:quote_id>/withdrawal": OF_THE_HOUSE,
    "POST /quotes/<id:quote_id>/withdrawal": ACTS_ON,
    "GET /receipts/<number>.json": OF_THE_HOUSE,
    "GET /settings": SIGNED_IN,
    "POST /settings": (303, 303, 403, 303, 303),  # what is missing from the form stays as it was
    "GET /settings/colour": (303, 404, 404, 404, 404),  # of none
    "GET /settings/numbers": SIGNED_IN,
    "POST /settings/numbers": WRITES_IN,
    "POST /settings/logo/removal": (303, 303, 403, 303, 303),
    "GET /q/<token>": OWN_PAGE,
    "GET /q/<token>/news": OWN_PAGE,
    "GET /q/<token>/dates.ics": OF_THE_PROJECT,
    "GET /q/<token>/decision": OWN_PAGE,
    "POST /q/<token>/decision": (404, 422, 403, 422),  # the other client decides about their own quote
    "POST /q/<token>/attachments/<part>": OWN_PAGE,
    "GET /q/<token>/messages/<int(max=9223372036854775807):message_id>/files/<int(max=99):nth>": OF_THE_PROJECT,
    "GET /q/<token>/questions": OWN_PAGE,
    "POST /q/<token>/questions": (404, 422, 422, 422),
    "GET /q/<token>/people": OWN_PAGE,
    "GET /q/<token>/people/<int(max=9223372036854775807):person_link>/removal": OF_THE_PROJECT,
    "POST /q/<token>/people/<int(max=9223372036854775807):person_link>/removal": APPROVERS_ONLY,
    "GET /q/<token>/forwarding": OWN_PAGE,
    "POST /q/<token>/forwarding": (404, 422, 422, 422),
    "GET /q/<token>/own-link": OWN_PAGE,
    "POST /q/<token>/own-link": (404, 422, 422, 422),
    "GET /q/<token>/documents/<int(max=9223372036854775807):document_id>": OF_THE_PROJECT,
    "GET /q/<token>/files/<int(max=9223372036854775807):deliverable_id>": OF_THE_PROJECT,
    "GET /q/<token>/pictures/<int(max=9223372036854775807):deliverable_id>": OF_THE_PROJECT,
    "GET /q/<token>/milestones/<int:position>/changes": OF_THE_PROJECT,
    "POST /q/<token>/milestones/<int:position>/changes": APPROVERS_ONLY,
    "GET /q/<token>/milestones/<int:position>/criteria": OF_THE_PROJECT,
    "POST /q/<token>/milestones/<int:position>/criteria": APPROVERS_ONLY,
    "GET /q/<token>/milestones/<int:position>/signoff": OF_THE_PROJECT,
    "POST /q/<token>/milestones/<int:position>/signoff": APPROVERS_ONLY,
    "GET /q/<token>/receipts/<number>": OF_THE_PROJECT,
    "GET /q/<token>/statement": OF_THE_PROJECT,
    "POST /q/<token>/statement": PAYS,
    "GET /q/<token>/renewal": RUNS,
    "POST /q/<token>/renewal": RUNS,
    "GET /q/<token>/receipts/<number>.json": OF_THE_PROJECT,
    "GET /i/<token>": OF_THE_PROJECT,
    "POST /i/<token>/attachments/<part>": OWN_PAGE,  # kept aside for the holder of the link
    "GET /i/<token>/messages/<int(max=9223372036854775807):message_id>/files/<int(max=99):nth>": OF_THE_PROJECT,
    "GET /i/<token>/document": OF_THE_PROJECT,
    "GET /i/<token>/amendment": OF_THE_PROJECT,
    "POST /i/<token>/amendment": PAYS,
    "GET /i/<token>/correction": OF_THE_PROJECT,
    "POST /i/<token>/correction": PAYS,
    "GET /i/<token>/forwarding": OF_THE_PROJECT,
    "POST /i/<token>/forwarding": PAYS,
    "GET /i/<token>/own-link": OF_THE_PROJECT,
    "POST /i/<token>/own-link": PAYS,
    "GET /i/<token>/documents/<int(max=9223372036854775807):document_id>": OF_THE_PROJECT,
    "GET /i/<token>/statement": OF_THE_PROJECT,
    "POST /i/<token>/statement": PAYS,
    "GET /i/<token>/questions": OF_THE_PROJECT,
    "POST /i/<token>/questions": PAYS,
    "GET /i/<token>/versions": OF_THE_PROJECT,
    "GET /i/<token>/versions/<int(max=9223372036854775807):version_number>/document": OF_THE_PROJECT,
    f"GET /i/<token>/versions/{VERSION}/<any(cii,ubl,xrechnung):kind>.xml": OF_THE_PROJECT,
    "GET /i/<token>/versions/<int(max=9223372036854775807):version_number>/restoration": OF_THE_PROJECT,
    "POST /i/<token>/versions/<int(max=9223372036854775807):version_number>/restoration": PAYS,
    "GET /i/<token>/renewal": RUNS,
    "POST /i/<token>/renewal": RUNS,
    # Only on a development machine's loopback.
    "GET /outbox": EVERYBODY,
    "GET /outbox/<int(max=9223372036854775807):mail_id>": EVERYBODY,
    "GET /outbox/<int(max=9223372036854775807):mail_id>/attachments/<int(max=99):position>": EVERYBODY,
    "GET /outbox/<int(max=9223372036854775807):mail_id>/html": EVERYBODY,
    "GET /outbox/<int(max=9223372036854775807):mail_id>/raw": EVERYBODY,
}


def all_rules(app: Flask) -> dict[str, Rule]:
    """Every "METHOD /address" that the application answers."""
    return {
        f"{method} {rule.rule}": rule
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    }


@pytest.fixture
def browsers(in_app: Flask, owner: Supplier, member: Supplier, viewer: Supplier, rival: Supplier) -> dict[str, Browser]:
    people = {"rival": rival, "viewer": viewer, "member": member, "owner": owner}
    return {name: browser_of(in_app, people.get(name)) for name in (*SUPPLIERS, *CLIENTS)}


def people_of(rule: str) -> tuple[str, ...]:
    """Whose answers stand in a rule's line."""
    return CLIENTS if rule.startswith(("/q/", "/i/", "/d/<", "/confirm/<")) else SUPPLIERS


def ask(world: World, browsers: dict[str, Browser], line: str, person: str) -> int:
    method, _, rule = line.partition(" ")
    address, browser = world.address(rule, person), browsers[person]
    response = browser.post(address) if method == "POST" else browser.client.open(address, method=method)
    response.close()
    return response.status_code


def test_the_table_is_whole(app: Flask) -> None:
    assert set(all_rules(app)) == set(TABLE)


def test_reading(world: World, browsers: dict[str, Browser]) -> None:
    """Every GET by everybody, and by HEAD as well; none changes anything (rule 5)."""
    before = everything(without=LOGS)
    for line, expected in TABLE.items():
        if line.startswith("GET"):
            rule = line.removeprefix("GET ")
            answers = tuple(ask(world, browsers, line, person) for person in people_of(rule))
            assert (line, answers) == (line, expected)
            for end in (0, -1):  # the same views answer, so those who may least and most will do
                assert ask(world, browsers, f"HEAD {rule}", people_of(rule)[end]) == answers[end], line
    assert everything(without=LOGS) == before


def is_refused(line: str, person: str, answer: int) -> bool:
    """Whether that answer means that nothing may have changed."""
    kept = line in ("POST /quotes/<id:quote_id>", "POST /d/<token>") and answer == 422  # as it was typed
    begun = line == "POST /d/new/totals"  # anybody may write a draft
    return not kept and not begun and (answer >= 400 or person == "stranger")


def write(world: World, browsers: dict[str, Browser], line: str) -> None:
    """Whoever may not do it changes nothing."""
    answers = []
    for person, answer in zip(people_of(line.removeprefix("POST ")), TABLE[line], strict=True):
        before = everything(without=LOGS)
        answers.append(ask(world, browsers, line, person))
        if is_refused(line, person, answer):
            assert everything(without=LOGS) == before, (line, person)
    assert (line, tuple(answers)) == (line, TABLE[line])


WRITES = [line for line in TABLE if line.startswith("POST")]
ACTS = [
    line
    for line in WRITES
    if not all(is_refused(line, *each) for each in zip(people_of(line.removeprefix("POST ")), TABLE[line], strict=True))
]


@pytest.mark.parametrize("line", ACTS)
def test_writing(world: World, browsers: dict[str, Browser], line: str) -> None:
    write(world, browsers, line)


def test_what_is_refused_to_everybody(world: World, browsers: dict[str, Browser]) -> None:
    """Empty forms: one world is enough for all, because none of them changes it."""
    for line in WRITES:
        if line not in ACTS:
            write(world, browsers, line)


def test_other_methods_are_refused(world: World, browsers: dict[str, Browser]) -> None:
    methods: dict[str, set[str]] = {}
    for line in TABLE:
        method, _, rule = line.partition(" ")
        methods.setdefault(world.address(rule, people_of(rule)[-1]), set()).add(method)
    before = everything(without=LOGS)
    for address, known in methods.items():
        for method in {"POST", "PUT", "PATCH", "DELETE"} - known:
            browser = browsers["owner"]
            answer = browser.client.open(address, method=method, data={"csrf_token": browser.token()})
            assert (address, method, answer.status_code) == (address, method, 405)
            assert "GET" in answer.headers["Allow"] or "POST" in answer.headers["Allow"]
    assert everything(without=LOGS) == before


HOSTILE = ("0", "-1", "9223372036854775808", "9" * 40, "1.5", "a", "%00", "..%2f1", "1'--")


def test_ids_that_are_none_are_not_found(world: World, browsers: dict[str, Browser]) -> None:
    for line in TABLE:
        method, _, rule = line.partition(" ")
        for name in IDS_OF_ROWS:
            part = re.search(rf"<[^<>]*:{name}>", rule)
            if part is None or method == "POST" or rule.startswith("/outbox"):
                continue
            for hostile in HOSTILE:
                person = people_of(rule)[-1]
                address = world.address(rule.replace(part[0], "@"), person).replace("@", hostile)
                answer = browsers[person].get(address)
                assert (address, answer.status_code) == (address, 404)
