"""How many selects each page costs: a handful, and not one more when there is more to show."""

import pytest
from flask import Flask

from tests.actors import Supplier, an_issued_invoice, browser_of
from tests.statements import counted
from tests.web.answers import CLIENTS
from tests.web.test_access_table import TABLE, people_of
from tests.world import World

pytestmark = [
    pytest.mark.counted_elsewhere,  # wide, and every line is counted where its own tests are
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

LIMIT = 9
"""Who asks, what it is, and the lists in it."""
DASHBOARD = 12
"""Five tiles and lists, each with its sums."""


def costs(world: World, supplier: Supplier) -> dict[str, int]:
    """Selects by page, for the person who sees most of it."""
    found = {}
    for line in TABLE:
        rule = line.partition(" ")[2]
        if not line.startswith("GET") or rule == "/events":
            continue
        person = people_of(rule)[-1]
        browser = browser_of(world.app, None if person in CLIENTS else supplier)
        address = world.address(rule, person)
        with counted() as statements:
            browser.get(address).close()
        assert all(statement.startswith("SELECT") for statement in statements), statements
        found[rule] = len(statements)
    return found


def test_pages_cost_a_handful_of_selects_however_much_they_show(in_app: Flask, owner: Supplier) -> None:
    world = World(in_app, owner)
    little = costs(world, owner)
    for _ in range(4):
        an_issued_invoice(owner)
    for _ in range(5):
        world.deal.ask()
        world.sent.answer()
    world.deal.sign_off(2)
    world.deal.submit(3)
    much = costs(world, owner)
    dear = {rule: n for rule, n in much.items() if n > (DASHBOARD if rule.startswith("/dashboard") else LIMIT)}
    assert not dear, dear
    grown = {rule: (little[rule], much[rule]) for rule in much if much[rule] > little[rule] + 1}
    assert not grown, grown
