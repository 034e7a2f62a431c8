"""Evidence by criterion in the supplier's form, and what the client decided on the project's page."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from milebill.models import Deliverable
from tests.actors import Deal, Supplier, a_submitted_milestone, an_accepted_project, browser_of
from tests.browsers import Browser
from tests.checked import HOW, checked
from tests.pictures import picture
from tests.rules import rows
from tests.web.supplier.forms import errors, page, text, values
from tests.web.supplier.test_projects import home

MULTIPART = "multipart/form-data"


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def send(browser: Browser, deal: Deal, form: dict[str, Any]) -> Any:
    return browser.post(f"{home(deal)}/milestones/2/submission", form, content_type=MULTIPART)


def test_each_criterion_has_its_own_fields(browser: Browser, owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=checked())
    asked = page(browser.get(f"{home(deal)}/milestones/2/submission"))
    agreed = [found.text for found in asked.xpath("//div[@class='shown-for']//span[@class='checked-by']")]
    assert agreed == [f"Agreed evidence: {HOW}"]
    assert [found.text for found in asked.xpath("//div[@class='shown-for']/ul/li")] == ["It is there.", "It works."]
    assert not asked.xpath("//details[@open]")  # the form stays as short as it was
    form = {
        "note": "",
        "note-1": "Ten people tried it.",
        "links-2": "https://a.example/1\n\nhttps://a.example/2",
        "files": [(BytesIO(b"plan"), "plan.pdf")],
        "files-2": [(BytesIO(picture("JPEG")), "photo.txt"), (BytesIO(b"<svg/>"), "drawing.svg")],
    }
    assert send(browser, deal, form).status_code == 303
    assert [(row.criterion, row.kind, row.media_type, row.width) for row in rows(Deliverable)] == [
        (0, "file", "application/pdf", 0),
        (1, "note", "", 0),
        (2, "link", "", 0),
        (2, "link", "", 0),
        (2, "file", "image/jpeg", 64),
        (2, "file", "application/octet-stream", 0),
    ]
    shown = page(browser.get(home(deal))).xpath("//*[@id='milestone-2']//ul[@class='criteria']/li")
    assert "Ten people tried it." in shown[0].text_content()
    assert f"Checked by: {HOW}" in shown[0].text_content()
    assert shown[1].xpath(".//a/text()") == ["https://a.example/1", "https://a.example/2", "photo.txt", "drawing.svg"]


@pytest.mark.parametrize(
    ("form", "field", "words"),
    [
        ({"links-2": "javascript:alert(1)"}, "links-2", "begin with https://"),
        ({"links-1": "https://a.example\n" * 21}, "links-1", "at most 20"),
        ({"note-1": "x" * 8001}, "note-1", "too long"),
        ({"files-1": [(BytesIO(b""), "empty.txt")]}, "files-1", "empty.txt is empty"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_is_said_beside_it_and_kept(
    browser: Browser, owner: Supplier, form: dict[str, Any], field: str, words: str
) -> None:
    deal = an_accepted_project(owner)
    response = send(browser, deal, {"note": "Done.", "note-2": "Kept.", **form})
    assert response.status_code == 422
    assert words in errors(response)[field]
    assert values(response)["note-2"] == "Kept."
    assert len(page(response).xpath("//details[@open]")) == (1 if field.endswith("2") else 2)
    assert deal.milestone_state(2) == "planned"


def test_what_was_accepted_needs_nothing_and_what_was_not_says_why(browser: Browser, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    deal.decide(second="The map is wrong.")
    shown = browser.get(home(deal))
    met, back = page(shown).xpath("//*[@id='milestone-2']//ul[@class='criteria']/li")
    assert (met.get("class"), back.get("class")) == ("is-met", "is-back")
    assert "Accepted by Inês Duarte on" in met.text_content()
    assert "Not yet: The map is wrong." in back.text_content()
    assert "What the client asks for" not in text(shown)
    asked = browser.get(f"{home(deal)}/milestones/2/submission")
    assert "Not yet: The map is wrong." in text(asked)
    assert [field.get("name") for field in page(asked).xpath("//textarea")] == ["note", "links", "note-2", "links-2"]
    # Typed in a tab that is older than the decision: kept, under the criterion that it was meant for.
    assert send(browser, deal, {"note-1": "More of it.", "note-2": "Right now."}).status_code == 303
    assert [(row.criterion, row.text) for row in rows(Deliverable)] == [(1, "More of it."), (2, "Right now.")]


def test_what_was_sent_back_as_a_whole_says_so(browser: Browser, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    deal.decide(second="The map is wrong.")
    deal.submit(2, "The map is right.")
    deal.request_changes(2, "The logo is missing.")
    shown = text(browser.get(home(deal)))
    assert "What the client asks for" in shown
    assert "The logo is missing." in shown
