"""Where a draft says that its parties are: what is read of it, and what the client's book makes of it."""

from typing import Any

import pytest
from sqlalchemy import select

from milebill.db import reading
from milebill.domain.draft import read_draft
from milebill.domain.draft_places import NOWHERE, Place
from milebill.domain.offer import freeze
from milebill.models import Client, Workspace
from tests.actors import BUYER, Supplier, a_draft, a_quote, a_sent_quote
from tests.domain.test_law import TODAY

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CALIFORNIA = {"client_country": "US", "client_region": " California "}


def places(**typed: str) -> tuple[Place, Place, dict[str, str]]:
    read = read_draft(a_draft(valid_until="2027-04-01", **typed), "en", TODAY)
    return read.seller_at, read.client_at, read.errors


def in_the_book() -> tuple[str, str]:
    with reading() as connection:
        return tuple(connection.execute(select(Client.country_code, Client.country_subdivision)).one())


@pytest.mark.parametrize(
    ("typed", "seller", "client", "errors"),
    [
        ({}, NOWHERE, NOWHERE, {}),
        ({"client_country": "IE"}, NOWHERE, Place("IE"), {}),
        (CALIFORNIA, NOWHERE, Place("US", "California"), {}),
        ({"seller_country": "DE", **CALIFORNIA}, Place("DE"), Place("US", "California"), {}),
        # what stays behind in the field of a country whose states no note knows is no region of the next one
        ({"client_country": "DE", "client_region": "California"}, NOWHERE, Place("DE"), {}),
        ({"client_region": "California"}, NOWHERE, NOWHERE, {}),
        ({"client_country": "XX"}, NOWHERE, NOWHERE, {"client_country": "unknown"}),
        ({"client_country": "de"}, NOWHERE, NOWHERE, {"client_country": "unknown"}),
        ({"seller_country": "EU"}, NOWHERE, NOWHERE, {"seller_country": "unknown"}),
        ({"client_country": "USA"}, NOWHERE, NOWHERE, {"client_country": "too_long"}),
        (
            {"client_country": "US", "client_region": "x" * 121},
            NOWHERE,
            Place("US", "x" * 121),
            {"client_region": "too_long"},
        ),
    ],
)
def test_what_is_read(typed: dict[str, str], seller: Place, client: Place, errors: dict[str, str]) -> None:
    assert places(**typed) == (seller, client, errors)


@pytest.mark.parametrize(
    ("said", "known", "found"),
    [
        (NOWHERE, NOWHERE, NOWHERE),
        (NOWHERE, Place("US", "NY"), Place("US", "NY")),
        (Place("US"), Place("US", "NY"), Place("US", "NY")),
        (Place("US", "CA"), Place("US", "NY"), Place("US", "CA")),
        (Place("US"), Place("DE", "Bayern"), Place("US")),
        (Place("US"), NOWHERE, Place("US")),
    ],
)
def test_what_a_draft_says_stands_before_what_is_known(said: Place, known: Place, found: Place) -> None:
    assert said.or_else(known) == found


def test_it_is_no_part_of_the_offer() -> None:
    def frozen(**typed: Any) -> dict[str, Any]:
        seller = Workspace(name="Studio", country_code="DE", tax_registered=True)
        return freeze(read_draft(a_draft(valid_until="2027-04-01", **typed), "en", TODAY), seller, "Q-1", 1)

    assert frozen(**CALIFORNIA, seller_country="FR") == frozen()


@on_sqlite
def test_the_book_keeps_it_as_a_proposal_until_the_client_says_it(owner: Supplier) -> None:
    a_quote(owner, **CALIFORNIA)
    a_sent_quote(owner)
    assert in_the_book() == ("", "")
    first = a_sent_quote(owner, **CALIFORNIA)
    assert in_the_book() == ("US", "California")
    a_sent_quote(owner, client_country="IE")
    assert in_the_book() == ("IE", "")
    a_sent_quote(owner)
    assert in_the_book() == ("IE", ""), "an empty field takes nothing back"
    first.accept()
    assert in_the_book() == (BUYER["country_code"], "")
    a_sent_quote(owner, **CALIFORNIA)
    assert in_the_book() == (BUYER["country_code"], "")
