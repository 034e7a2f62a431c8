"""The offers of the demo."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Step:
    """A milestone of a sample; `day` is when it is planned, counted from today."""

    title: str
    share: str
    criteria: Sequence[str]
    """As lines of the builder's field: behind an arrow, how the one above is checked."""
    day: int = 30
    description: str = ""
    trigger: str = "sign_off"


@dataclass(frozen=True)
class Sample:
    """A quote of the demo with its people."""

    title: str
    introduction: str
    total: str
    client: str
    approver: str
    approver_email: str
    job_title: str
    buyer: dict[str, str]
    steps: Sequence[Step]
    ap_name: str = ""
    ap_email: str = ""
    purchase_order_number: str = ""
    currency: str = "EUR"
    tax_rate: str = "19"
    valid_days: int = 30
    terms: int = 14
    extra: dict[str, str] = field(default_factory=dict)

    def draft(self, written_on: date, today: date) -> dict[str, Any]:
        """The builder's fields, as if typed on `written_on`."""
        return {
            "client_name": self.client,
            "approver_name": self.approver,
            "approver_email": self.approver_email,
            "ap_name": self.ap_name,
            "ap_email": self.ap_email,
            "title": self.title,
            "introduction": self.introduction,
            "currency": self.currency,
            "tax_label": "VAT",
            "tax_rate": self.tax_rate,
            "valid_until": (written_on + timedelta(days=self.valid_days)).isoformat(),
            "payment_terms_days": str(self.terms),
            "review_days": "10",
            "total": self.total,
            "milestones": [
                {
                    "title": step.title,
                    "description": step.description,
                    "criteria": "\n".join(step.criteria),
                    "planned_on": max(today + timedelta(days=step.day), written_on).isoformat(),
                    "basis": "percentage",
                    "value": step.share,
                    "trigger": step.trigger,
                }
                for step in self.steps
            ],
        }


DEPOSIT = Step(
    "Deposit and kick-off",
    "25",
    ["The kick-off meeting has taken place and its minutes are with both sides."],
    -60,
    "We reserve the weeks that your project needs.",
    "acceptance",
)

BOOKSHOP = Sample(
    title="A new website for Halden Books",
    introduction="Thank you for the good talks in your shop. Here is our plan: a calm, fast site that sells your "
    "books, that your own people keep up to date, and that your regulars recognise at once.",
    total="24,000",
    client="Halden Books",
    approver="Marta Halden",
    approver_email="marta@haldenbooks.example",
    job_title="Managing director",
    ap_name="Jonas Weber",
    ap_email="invoices@haldenbooks.example",
    purchase_order_number="PO-4417",
    buyer={
        "legal_name": "Halden Books GmbH",
        "address_line_1": "Lindenallee 4",
        "post_code": "20259",
        "city": "Hamburg",
        "country_code": "DE",
        "tax_id": "DE129273398",
    },
    steps=(
        DEPOSIT,
        Step(
            "Design of six key pages",
            "25",
            [
                "Six pages are shown as finished screens at 390 and 1280 pixels.",
                "→ the design file, linked with the submission",
                "Marta Halden has chosen one of the two proposed directions in writing.",
            ],
            -25,
            "Home, category, book, basket, checkout and events, with type, colour and pictures.",
        ),
        Step(
            "Beta launch",
            "30",
            [
                "Twenty invited customers can order a book on beta.haldenbooks.example.",
                "→ a list of who has ordered",
                "An order reaches the till system within 60 seconds.",
                "→ the till’s log of the first 40 orders",
                "The home page is shown in at most 2 seconds on a 4G phone.",
                "→ Lighthouse report, linked with the submission",
            ],
            5,
            "The shop runs with real books and test payments, for invited customers.",
        ),
        Step(
            "Public launch",
            "20",
            [
                "haldenbooks.example serves the new shop with real payments.",
                "→ opening it together and buying a book",
                "Two of your people have changed a page by themselves in the training.",
            ],
            40,
        ),
    ),
)

BRAND = Sample(
    title="Brand identity for Kaffeehaus Nord",
    introduction="From the sign above the door to the stamp on the cup: one identity that your guests remember.",
    total="9,600",
    client="Kaffeehaus Nord",
    approver="Selin Aydin",
    approver_email="selin@kaffeehaus-nord.example",
    job_title="Owner",
    purchase_order_number="",
    buyer={
        "legal_name": "Kaffeehaus Nord e.K.",
        "address_line_1": "Hafenstraße 18",
        "post_code": "24103",
        "city": "Kiel",
        "country_code": "DE",
    },
    steps=(
        DEPOSIT,
        Step("Two directions", "35", ["Two directions are presented on six boards each."], -40),
        Step("Final identity and files", "40", ["The logo is delivered as SVG, PDF and PNG in four variants."], -10),
    ),
)

APP = Sample(
    title="Booking app for Praxis Lund",
    introduction="Patients book, move and cancel by phone; your reception gets its mornings back.",
    total="38,500",
    client="Praxis Lund",
    approver="Dr. Erik Lund",
    approver_email="erik@praxis-lund.example",
    job_title="Partner",
    purchase_order_number="2026/118",
    terms=30,
    buyer={
        "legal_name": "Praxis Lund PartG mbB",
        "address_line_1": "Am Markt 2",
        "post_code": "18055",
        "city": "Rostock",
        "country_code": "DE",
    },
    steps=(
        Step(
            "Clickable prototype",
            "20",
            [
                "Five patients book an appointment in the prototype without help.",
                "It runs in the browser of a phone; nothing has to be installed.",
            ],
            -8,
        ),
        Step("Booking with the real calendar", "45", ["A booking is in the calendar within 5 seconds."], 25),
        Step("In both app stores", "35", ["The app can be installed from both stores."], 70),
    ),
)

FILM = Sample(
    title="Image film, 90 seconds",
    introduction="One day in your workshop, told by the people who work there.",
    total="12,400",
    client="Tischlerei Brandt",
    approver="Ole Brandt",
    approver_email="ole@tischlerei-brandt.example",
    job_title="Master carpenter",
    buyer={
        "legal_name": "Tischlerei Brandt GmbH",
        "address_line_1": "Werkstraße 7",
        "post_code": "23552",
        "city": "Lübeck",
        "country_code": "DE",
    },
    steps=(
        Step("Script and shooting plan", "30", ["The script is agreed with Ole Brandt."], 14),
        Step("Shooting day", "40", ["The shooting day has taken place."], 30),
        Step("Final cut", "30", ["The film of 90 seconds is delivered as ProRes and MP4."], 50),
    ),
)


def variant(sample: Sample, **changes: Any) -> Sample:
    """The same offer to somebody else."""
    return Sample(**{**vars(sample), **changes})
