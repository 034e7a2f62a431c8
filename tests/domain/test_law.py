"""Which notes of the law a quote gets: each rule beside its threshold, to the cent and to the day."""

from datetime import date
from typing import Any

import pytest

from milebill.domain.draft import read_draft
from milebill.domain.draft_places import NOWHERE, Place
from milebill.domain.law import Situation, is_in, notes_for, situation
from milebill.law import notes
from tests.actors import a_draft, shares

TODAY = date(2027, 3, 3)
DE, FR, ES, GB, US, SE, IE = (Place(code) for code in ("DE", "FR", "ES", "GB", "US", "SE", "IE"))
CALIFORNIA, NEW_YORK, MASSACHUSETTS, TEXAS = (Place("US", code) for code in ("CA", "New York", "US-MA", "Texas"))


def of(draft: dict[str, Any], supplier: Place, client: Place = NOWHERE) -> Situation:
    return situation(read_draft(draft, "en", TODAY), supplier, client)


def keys(supplier: Place, client: Place = NOWHERE, **changes: Any) -> set[str]:
    draft = a_draft(valid_until="2027-04-01", tax_rate="0") | changes
    return {note.key for note in notes_for(of(draft, supplier, client))}


def deposit(amount: str, rest: str, **changes: Any) -> dict[str, Any]:
    return {"currency": "USD", "total": "", "milestones": shares(f"={amount}", f"={rest}", deposit=True)} | changes


@pytest.mark.parametrize(
    ("key", "places", "fires", "just_not"),
    [
        ("eu/terms", (SE,), {"payment_terms_days": "61"}, {"payment_terms_days": "60"}),
        ("de/terms", (DE,), {"payment_terms_days": "61"}, {"payment_terms_days": "60"}),
        ("fr/terms", (FR,), {"payment_terms_days": "61"}, {"payment_terms_days": "60"}),
        ("es/terms", (ES,), {"payment_terms_days": "61"}, {"payment_terms_days": "60"}),
        # 10 % of 5,000 is less than 1,000 dollars
        ("us-ca/deposit", (CALIFORNIA,), deposit("500.01", "4499.99"), deposit("500.00", "4500.00")),
        # 1,000 dollars are less than 10 % of 20,000
        ("us-ca/deposit", (CALIFORNIA,), deposit("1000.01", "18999.99"), deposit("1000.00", "19000.00")),
        # with tax: 1,000.01 and 1,000.00
        (
            "us-ca/deposit",
            (CALIFORNIA,),
            deposit("909.10", "19090.90", tax_rate="10"),
            deposit("909.09", "19090.91", tax_rate="10"),
        ),
        # nobody knows the price yet: the share alone
        (
            "us-ca/deposit",
            (CALIFORNIA,),
            {"total": "", "currency": "USD", "milestones": shares("10.001", "89.999", deposit=True)},
            {"total": "", "currency": "USD", "milestones": shares("10", "90", deposit=True)},
        ),
        # another currency: the share alone, whatever the amount
        (
            "us-ca/deposit",
            (CALIFORNIA,),
            deposit("2000.01", "17999.99", currency="EUR"),
            deposit("2000.00", "18000.00", currency="EUR"),
        ),
        ("us-ma/deposit", (MASSACHUSETTS,), deposit("1000.01", "1999.99"), deposit("1000.00", "2000.00")),
        ("us-ny/freelance", (NEW_YORK,), deposit("100.00", "700.00"), deposit("100.00", "699.99")),
        ("us-ca/freelance", (CALIFORNIA,), deposit("100.00", "150.00"), deposit("100.00", "149.99")),
        # all but the last milestone: 90.01 % and 90 %
        (
            "de/part-payments",
            (DE,),
            deposit("90.01", "9.99", currency="EUR"),
            deposit("90.00", "10.00", currency="EUR"),
        ),
        ("gb/stages", (GB,), {"milestones": shares("100")}, {"milestones": shares("50", "50")}),
        ("gb/construction", (GB,), {"tax_rate": "0.001"}, {"tax_rate": "0"}),
        ("de/construction", (DE,), {"tax_rate": "19"}, {"tax_rate": "0"}),
        ("fr/construction", (FR,), {"tax_rate": "20"}, {"tax_rate": "0"}),
        ("es/construction", (ES,), {"tax_rate": "21"}, {"tax_rate": "0"}),
    ],
)
def test_a_rule_fires_at_its_threshold_and_not_beside_it(
    key: str, places: tuple[Place, ...], fires: dict[str, Any], just_not: dict[str, Any]
) -> None:
    assert key in keys(*places, **fires)
    assert key not in keys(*places, **just_not)


@pytest.mark.parametrize(
    ("key", "there", "elsewhere"),
    [
        ("eu/late", [(SE,), (SE, DE), (DE, SE)], [(SE, GB), (GB, SE), (US,), (NOWHERE,)]),
        ("de/late", [(DE,), (DE, DE)], [(DE, SE), (SE, DE)]),
        ("fr/late", [(FR,)], [(FR, DE), (DE,)]),
        ("fr/quote", [(FR,)], [(FR, DE), (ES,)]),
        ("de/silence", [(DE,)], [(DE, FR), (GB,)]),
        ("gb/late", [(GB,), (GB, GB)], [(GB, DE), (DE, GB), (US,)]),
        (
            "us-ny/freelance",
            [(US,), (US, US), (NEW_YORK,), (TEXAS, NEW_YORK), (US, NEW_YORK), (NEW_YORK, US)],
            [(TEXAS,), (TEXAS, US), (NEW_YORK, TEXAS), (DE, NEW_YORK), (CALIFORNIA,)],
        ),
        ("us-ca/deposit", [(US,), (CALIFORNIA,), (Place("US", " california "),)], [(NEW_YORK,), (GB,), (DE,)]),
    ],
)
def test_a_rule_holds_where_it_holds(
    key: str, there: list[tuple[Place, ...]], elsewhere: list[tuple[Place, ...]]
) -> None:
    for places in there:
        assert key in keys(*places), places
    for places in elsewhere:
        assert key not in keys(*places), places


LATE_IN_THE_EU = {"eu/terms", "eu/late"}
CONSTRUCTION = {"de/construction", "fr/construction", "es/construction", "gb/construction"}


@pytest.mark.parametrize(
    ("supplier", "client", "fire", "silent"),
    [
        # A German firm renovates a Californian's home: the Californian cap on deposits asks where the work is, not
        # where the firm is; nothing of German law is about such a client.
        (DE, CALIFORNIA, {"us-ca/deposit", "us-ca/freelance"}, {"de/silence", "de/terms", "de/late", *CONSTRUCTION}),
        (DE, MASSACHUSETTS, {"us-ma/deposit"}, {"us-ca/deposit", "us-ny/freelance", *LATE_IN_THE_EU}),
        # A client in the United States whose state nobody typed may be in any.
        (DE, US, {"us-ca/deposit", "us-ma/deposit"}, {"de/late", "eu/late"}),
        # A British builder with an Irish client: neither British law on domestic work nor the EU's between its members.
        (GB, IE, set(), {"gb/late", "gb/stages", *LATE_IN_THE_EU, *CONSTRUCTION}),
        (IE, GB, set(), {"gb/late", "gb/stages", *LATE_IN_THE_EU, *CONSTRUCTION}),
        (IE, DE, LATE_IN_THE_EU, {"de/silence", "de/part-payments", "de/terms", "de/late", *CONSTRUCTION}),
        (FR, DE, LATE_IN_THE_EU, {"fr/terms", "fr/late", "fr/quote", "de/terms", *CONSTRUCTION}),
        (ES, FR, LATE_IN_THE_EU, {"es/terms", "fr/terms", *CONSTRUCTION}),
        (NEW_YORK, NEW_YORK, {"us-ny/freelance"}, {"us-ca/deposit", "us-ca/freelance", "us-ma/deposit"}),
        (TEXAS, NEW_YORK, {"us-ny/freelance"}, {"us-ca/freelance"}),
        (NEW_YORK, CALIFORNIA, {"us-ca/freelance", "us-ca/deposit"}, {"us-ny/freelance"}),
        # A visitor who said where one of the two is: the other is taken to be in the same country.
        (NOWHERE, DE, {"de/silence", "de/late", "de/construction"}, {"eu/late"}),
        (NOWHERE, CALIFORNIA, {"us-ca/deposit", "us-ca/freelance"}, {"us-ny/freelance", "us-ma/deposit"}),
        (DE, NOWHERE, {"de/silence", "de/late"}, {"eu/late"}),
        (NOWHERE, NOWHERE, set(), {note.key for note in notes()}),
    ],
)
def test_both_places_count(supplier: Place, client: Place, fire: set[str], silent: set[str]) -> None:
    found = keys(supplier, client, payment_terms_days="61", tax_rate="19", milestones=shares("95", "5", deposit=True))
    assert fire <= found, fire - found
    assert not silent & found, silent & found


def test_every_rule_has_a_situation_of_its_own() -> None:
    fired: set[str] = set()
    for place in (SE, DE, FR, ES, GB, CALIFORNIA, NEW_YORK, MASSACHUSETTS):
        fired |= keys(place, payment_terms_days="61", tax_rate="19", milestones=shares("100"))
        fired |= keys(place, milestones=shares("95", "5", deposit=True))
    assert fired == {note.key for note in notes()}


def test_a_country_that_says_more_speaks_instead_of_the_directive() -> None:
    long = {"payment_terms_days": "61"}
    assert {key for key in keys(DE, **long) if key.endswith(("terms", "late"))} == {"de/terms", "de/late"}
    assert {key for key in keys(ES, **long) if key.endswith(("terms", "late"))} == {"es/terms", "eu/late"}
    assert {key for key in keys(DE, FR, **long) if key.endswith(("terms", "late"))} == {"eu/terms", "eu/late"}


def test_what_cannot_be_read_warns_of_nothing() -> None:
    for changes in (
        {"payment_terms_days": "soon", "total": "much", "currency": "?", "tax_rate": "x", "milestones": []},
        {"payment_terms_days": "", "total": "", "currency": "", "milestones": shares("", "-1", deposit=True)},
        {"payment_terms_days": "9" * 400, "total": "9" * 400, "milestones": shares("<b>", "1e9", deposit=True)},
    ):
        for place in (DE, GB, CALIFORNIA, NEW_YORK):
            found = keys(place, **changes)
            assert not {key for key in found if key.endswith(("terms", "deposit", "freelance", "part-payments"))}


@pytest.mark.parametrize("region", ["<script>", "CA'; --", "ÇA", "C" * 10_000, "\u200b", "Californication"])
def test_a_region_is_only_compared(region: str) -> None:
    assert not is_in(Place("US", region), "US-CA", ("california",))
