"""The worked examples of docs/money.md as projects: a house for each country of sellers, told to the last invoice."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from milebill import clock
from milebill.demo.samples import Sample, Step
from milebill.demo.story import Story
from milebill.domain.settings import change_settings
from milebill.domain.sign_in import redeem_login, request_login
from milebill.domain.work import Actor

DONE = ("It is there.", "It works as agreed.")


@dataclass(frozen=True)
class Taxed(Sample):
    """A sample whose price and taxes are not the usual ones."""

    typed: dict[str, Any] = field(default_factory=dict)
    """The builder's fields that differ."""

    def draft(self, written_on: date, today: date) -> dict[str, Any]:
        """The builder's fields, as if typed on `written_on`."""
        return super().draft(written_on, today) | self.typed


@dataclass(frozen=True)
class House:
    """A supplier of the examples, who signs in with `email`."""

    email: str
    person: str
    settings: dict[str, Any]


def _house(country: str, name: str, person: str, city: str, **settings: Any) -> House:
    email = f"{country.lower()}@worked.example"
    own = {
        "name": name,
        "email": email,
        "legal_name": name,
        "address_line_1": "1 Market Street",
        "city": city,
        "country_code": country,
        "payment_text": "By bank transfer, with the number of the invoice.",
    }
    return House(email, person, own | settings)


def _buyer(name: str, city: str, country: str, **more: str) -> dict[str, str]:
    return {"legal_name": name, "address_line_1": "12 Station Road", "city": city, "country_code": country} | more


def _steps(*shares: str, deposit: bool = False) -> tuple[Step, ...]:
    names = ("Concept", "Design", "Build", "Handover")
    steps = [Step(name, share, DONE, -24) for name, share in zip(names, shares, strict=False)]
    if deposit:
        steps[0] = Step("Deposit", shares[0], DONE, -24, trigger="acceptance")
    return tuple(steps)


def _items(*items: tuple[str, str]) -> dict[str, Any]:
    """Priced by items: description and net price; each has the tax of its place."""
    rows = [
        {"description": what, "quantity": "1", "unit_price": price, "tax": str(place)}
        for place, (what, price) in enumerate(items)
    ]
    return {"pricing": "items", "items": rows, "total": ""}


GERMANY = _house(
    "DE", "Agentur Elbe GmbH", "Jule Harms", "Hamburg",
    tax_id="DE136695976", currency="EUR", locale="de", time_zone="Europe/Berlin", post_code="20459",
    iban="DE89370400440532013000", bic="COBADEFFXXX", payment_text="",
)  # fmt: skip
FRANCE = _house(
    "FR", "Atelier Rivage SARL", "Claire Morel", "Nantes",
    tax_id="FR40303265045", currency="EUR", locale="fr", time_zone="Europe/Paris", post_code="44000",
    iban="FR1420041010050500013M02606", payment_text="",
)  # fmt: skip
BRITAIN = _house(
    "GB", "Thornfield Studio Ltd", "Amy Thorn", "Leeds",
    tax_id="GB980780684", currency="GBP", locale="en_GB", time_zone="Europe/London",
)  # fmt: skip
AMERICA = _house(
    "US", "Hudson Works LLC", "Dana Cole", "New York",
    tax_id="12-3456789", currency="USD", locale="en", time_zone="America/New_York", country_subdivision="NY",
)  # fmt: skip
CANADA = _house(
    "CA", "Cedar & Co. Inc.", "Noah Tran", "Vancouver",
    tax_id="123456782RT0001", currency="CAD", locale="en_CA", time_zone="America/Vancouver", country_subdivision="BC",
)  # fmt: skip
SWITZERLAND = _house(
    "CH", "Atelier Limmat GmbH", "Reto Frei", "Zürich",
    tax_id="CHE116281710", currency="CHF", locale="de_CH", time_zone="Europe/Zurich", post_code="8001",
    iban="CH9300762011623852957", payment_text="",
)  # fmt: skip
JAPAN = _house(
    "JP", "Aoba Design K.K.", "Yui Sato", "Tokyo",
    tax_id="T7000012050002", currency="JPY", locale="en", time_zone="Asia/Tokyo",
)  # fmt: skip


def _sample(
    title: str,
    buyer: dict[str, str],
    steps: tuple[Step, ...],
    currency: str,
    typed: dict[str, Any],
    total: str = "",
) -> Taxed:
    client = buyer["legal_name"]
    approver = "Alex Winter"
    where = client.split()[0].lower()
    return Taxed(
        title=title,
        introduction="A worked example: every figure of it was computed by hand.",
        total=total,
        client=client,
        approver=approver,
        approver_email=f"alex@{where}.example",
        job_title="Head of projects",
        buyer=buyer,
        steps=steps,
        currency=currency,
        typed={"total": total, **typed},
    )


@dataclass(frozen=True)
class Example:
    """One project of a house."""

    house: House
    sample: Taxed
    begun: int = 60
    """Days ago. A house tells its projects one after another, so that its numbers and its days agree."""


EXAMPLES = {
    "Germany": Example(
        GERMANY,
        _sample(
            "Website and yearbook",
            _buyer("Spree Verlag GmbH", "Berlin", "DE"),
            _steps("30", "45", "25", deposit=True),
            "EUR",
            _items(("Design and code", "10000.01"), ("Print and e-book rights", "2345.67"))
            | {"tax_label": "MwSt.", "tax_rate": "19", "more_taxes": [{"label": "MwSt.", "rate": "7"}]},
        ),
    ),
    "France": Example(
        FRANCE,
        _sample(
            "Identité visuelle",
            _buyer("Librairie Quai SAS", "Lyon", "FR"),
            _steps("30", "40", "30", deposit=True),
            "EUR",
            {"tax_label": "TVA", "tax_rate": "20"},
            "8333.33",
        ),
    ),
    "Reverse charge": Example(
        GERMANY,
        _sample(
            "Shop for the French market",
            _buyer("Maison Calvet SAS", "Bordeaux", "FR", tax_id="FR40303265045"),
            _steps("25", "75", deposit=True),
            "EUR",
            {"tax_label": "VAT", "tax_rate": "0", "tax_category": "AE"},
            "12000",
        ),
        begun=32,
    ),
    "United Kingdom": Example(
        BRITAIN,
        _sample(
            "Annual report",
            _buyer("Harbour Trust Ltd", "Bristol", "GB"),
            _steps("33.33", "33.33", "33.33"),
            "GBP",
            {"tax_label": "VAT", "tax_rate": "20"},
            "4999.99",
        ),
    ),
    "United States": Example(
        AMERICA,
        _sample(
            "Storefront",
            _buyer("Bowery Books Inc.", "New York", "US", country_subdivision="NY"),
            _steps("40", "40", "20"),
            "USD",
            {"tax_label": "Sales tax", "tax_rate": "8.875"},
            "12345.67",
        ),
    ),
    "British Columbia": Example(
        CANADA,
        _sample(
            "Trail maps",
            _buyer("Salish Tours Ltd.", "Victoria", "CA", country_subdivision="BC"),
            _steps("33.33", "33.33", "33.33"),
            "CAD",
            {"tax_label": "GST", "tax_rate": "5", "second_tax_label": "PST", "second_tax_rate": "7"},
            "9999.99",
        ),
    ),
    "Quebec": Example(
        CANADA,
        _sample(
            "Festival site",
            _buyer("Laurentides Inc.", "Montréal", "CA", country_subdivision="QC"),
            _steps("30", "40", "30"),
            "CAD",
            {"tax_label": "GST", "tax_rate": "5", "second_tax_label": "QST", "second_tax_rate": "9.975"},
            "9999.99",
        ),
        begun=32,
    ),
    "Switzerland": Example(
        SWITZERLAND,
        _sample(
            "Booking system",
            _buyer("Seeblick AG", "Luzern", "CH", post_code="6003"),
            _steps("25", "25", "25", "25"),
            "CHF",
            {"tax_label": "MwSt.", "tax_rate": "8.1"},
            "15555.55",
        ),
    ),
    "Japan": Example(
        JAPAN,
        _sample(
            "Tea shop",
            _buyer("Midori Tea K.K.", "Kyoto", "JP"),
            _steps("50", "50"),
            "JPY",
            _items(("Design and code", "1000005"), ("Tasting sets, reduced rate", "50003"))
            | {"tax_label": "Consumption tax", "tax_rate": "10"}
            | {"more_taxes": [{"label": "Consumption tax", "rate": "8"}]},
        ),
    ),
}


def tell_all(now: datetime) -> None:
    """Every example, one after another."""
    workspaces: dict[str, tuple[int, Actor]] = {}
    for example in EXAMPLES.values():
        house = example.house
        if house.email not in workspaces:
            workspaces[house.email] = open_house(house, now)
        tell(example, *workspaces[house.email], now)


def open_house(house: House, now: datetime) -> tuple[int, Actor]:
    """Sign up and fill in the settings; returns the workspace's id and its person."""
    with clock.at(now - timedelta(days=80)):
        signed_in = redeem_login(request_login(house.email, "worked"), "worked", None, "192.0.2.1")
        person = Actor("supplier", house.person, user_id=signed_in.user_id, address="192.0.2.1")
        change_settings(signed_in.workspace_id, person, house.settings)
    return signed_in.workspace_id, person


def tell(example: Example, workspace_id: int, person: Actor, now: datetime) -> Story:
    """The example from its draft to its last invoice; the first one is paid."""
    story = Story(workspace_id, person, example.sample, now)
    story.draft(example.begun + 2)
    story.send(example.begun + 1)
    story.accept(example.begun)
    for position, step in enumerate(example.sample.steps, 1):
        if step.trigger != "acceptance":
            story.submit(example.begun - 6 * position, position, "It is done. Please have a look.")
            story.sign_off(example.begun - 6 * position - 1, position)
    story.pay(8, 1)
    return story
