"""Going through the criteria of a milestone: what shows each, a decision about each, and what becomes of them."""

from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.test import TestResponse

from milebill.domain.evidence import Evidence
from milebill.models import CriterionDecision, Deliverable, Invoice
from milebill.web import pictures
from tests.actors import APPROVER, PAYABLE, Deal, Supplier, a_submitted_milestone, an_accepted_project
from tests.checked import HOW, checked
from tests.pictures import handed_over, picture
from tests.rules import rows
from tests.web.client.conftest import Guest, Visit, errors, focused, on_sqlite, parts, tree_of, words

PATH = "/milestones/2/criteria"


def decide(visitor: Guest, how: str = "send", **changes: Any) -> TestResponse:
    """Send the form as it stands: `decision_1="accept"`; everything is left open at first."""
    form = {**visitor.hidden(PATH), "name": APPROVER.name, "consent": "y"} | changes
    form = {name.replace("_", "-") if name[-1].isdigit() else name: value for name, value in form.items()}
    answer: TestResponse = getattr(visitor, how)(PATH, **{name: value for name, value in form.items() if value})
    return answer


def of_milestone(response: TestResponse, path: str) -> list[Any]:
    found: list[Any] = tree_of(response).xpath(f"//*[@id='milestone-2']{path}")
    return found


def test_the_form_shows_each_criterion_with_what_shows_it(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_accepted_project(owner, milestones=checked())
    store = app.extensions["files"]
    deal.submit(2, "Done.", (Evidence(text="Ten people tried it.", criterion=1), handed_over(store, 2)))
    visitor = guest(deal)
    page = visitor.open(PATH)
    assert focused(page) == ["h4"]
    asked = [" ".join(found.text_content().split()) for found in of_milestone(page, "//fieldset")]
    assert [text.partition(" ")[0] for text in asked] == ["It", "It"]
    assert "Ten people tried it." in asked[0]
    assert [f"Checked by: {HOW}" in text for text in asked] == [True, False]
    (image,) = of_milestone(page, "//fieldset[2]//img")
    shown = {name: image.get(name) for name in ("alt", "width", "height", "loading")}
    assert shown == {"alt": "map.png", "width": "64", "height": "48", "loading": "lazy"}
    assert not of_milestone(page, "//input[@type='radio' or @type='checkbox'][@checked]")
    assert len(of_milestone(page, "//ul[@class='criteria']")) == 0  # not once more above the form
    assert len(of_milestone(visitor.open(), "//ul[@class='criteria']/li")) == 2
    assert f"Checked by: {HOW}" in words(visitor.open("/milestones/2/signoff"))
    part = visitor.client.get(visitor.base + PATH, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert parts(part) == ["milestone-2", "actions"]
    assert "Ten people tried it." in words(part)


def test_a_picture_is_shown_as_what_it_is(app: Flask, guest: Visit, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = an_accepted_project(owner), guest(an_accepted_project(rival))
    mine.submit(2, "", (handed_over(app.extensions["files"], 1, picture("WEBP"), "a\r\nb.html"),))
    visitor, id_ = guest(mine), rows(Deliverable)[-1].id
    shown = visitor.open(f"/pictures/{id_}")
    assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/webp", picture("WEBP"))
    assert shown.headers["Content-Disposition"].startswith("inline; filename")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Security-Policy"].endswith("; sandbox")
    assert theirs.open(f"/pictures/{id_}").status_code == 404
    mine.take_back()
    assert visitor.open(f"/pictures/{id_}").status_code == 404


@pytest.mark.parametrize(
    "content", [b"<script>alert(1)</script>", b"GIF89a<script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
@on_sqlite
def test_what_is_no_picture_is_never_shown(app: Flask, guest: Visit, owner: Supplier, content: bytes) -> None:
    """Not even if a row should call it one."""
    deal = an_accepted_project(owner)
    deal.submit(2, "", (handed_over(app.extensions["files"], 0, content),))
    visitor, id_ = guest(deal), rows(Deliverable)[-1].id
    assert visitor.open(f"/pictures/{id_}").status_code == 404
    saved = visitor.open(f"/files/{id_}")
    assert saved.headers["Content-Disposition"].startswith("attachment")


def test_some_are_accepted_and_one_is_not(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    answer = decide(
        visitor, "swap", decision_1="accept", decision_2="reject", reason_2="The map is wrong.", consent=None
    )
    assert parts(answer)[:3] == ["head", "progress", "milestone-2"]
    assert "thread" in parts(answer)
    assert "Nothing was invoiced." in words(answer)
    assert deal.milestone_state(2) == "changes_requested"
    page = visitor.open()
    met, back = of_milestone(page, "//ul[@class='criteria']/li")
    assert (met.get("class"), back.get("class")) == ("is-met", "is-back")
    assert "Accepted by Inês Duarte on" in met.text_content()
    assert "Not yet: The map is wrong." in back.text_content()
    assert "It works. → The map is wrong." in words(page)  # in the thread

    sent = {"decision-1": "accept", "decision-2": "reject", "reason-2": "The map is wrong."}
    assert visitor.send(PATH, name=APPROVER.name, **sent).status_code == 303  # a second click
    late = visitor.send(PATH, name=APPROVER.name, **(sent | {"reason-2": "And the logo."}))
    assert late.status_code == 409
    assert "And the logo." in words(late)
    assert len(rows(CriterionDecision)) == 2

    deal.submit(2, "The map is right.")
    again = visitor.open(PATH)
    assert [found.get("name") for found in of_milestone(again, "//input[@value='reject']")] == ["decision-2"]
    assert "Sent back on" in words(again)
    assert decide(visitor, decision_2="accept").status_code == 303
    assert deal.milestone_state(2) == "signed_off"
    assert len(rows(CriterionDecision)) == 2
    receipt = of_milestone(visitor.open(), "//p[@class='proved']/a/@href")[0]
    proof = " ".join(tree_of(visitor.client.get(receipt)).text_content().split())
    assert "– It is there. (accepted by Inês Duarte on" in proof
    assert "when it was handed over for the 1. time)" in proof
    assert "– It works." in proof


def test_accepting_each_is_the_sign_off(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    answer = decide(visitor, "swap", decision_1="accept", decision_2="accept", job_title="Head of web")
    assert answer.status_code == 200
    assert "Signed off. Thank you. Invoice 2" in words(answer)
    assert len(rows(Invoice)) == 2
    again = visitor.swap(PATH, name=APPROVER.name, decision_1="accept")
    assert "had been signed off already" in words(again)
    assert len(rows(Invoice)) == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {"decision-1", "decision-2"}),
        ({"decision_1": "accept"}, {"decision-2"}),
        ({"decision_1": "accept", "decision_2": "maybe"}, {"decision-2"}),
        ({"decision_1": "accept", "decision_2": "reject", "consent": None}, {"reason-2"}),
        ({"decision_1": "accept", "decision_2": "reject", "reason_2": "x" * 2001}, {"reason-2"}),
        ({"decision_1": "accept", "decision_2": "accept", "consent": None}, {"criteria-consent"}),
        ({"decision_1": "accept", "decision_2": "accept", "name": "Somebody Else"}, {"criteria-name"}),
    ],
)
@on_sqlite
def test_what_is_missing_is_said_beside_it(
    guest: Visit, owner: Supplier, changes: dict[str, Any], expected: set[str]
) -> None:
    deal = a_submitted_milestone(owner)
    answer = decide(guest(deal), reason_1="Kept.", **changes)
    assert answer.status_code == 422
    assert set(errors(answer)) == expected
    assert of_milestone(answer, "//textarea[@id='reason-1']")[0].text.strip() == "Kept."
    assert len(of_milestone(answer, "//input[@checked]")) == len(
        [name for name in changes if name.startswith("decision") and changes[name] != "maybe"]
    ) + ("consent" not in changes)
    assert deal.milestone_state(2) == "submitted"


def _taken_back(deal: Deal) -> None:
    deal.take_back()


def _submitted_anew(deal: Deal) -> None:
    deal.take_back()
    deal.submit(2, "Something else.")


@pytest.mark.parametrize(("act", "said"), [(_taken_back, "taken back"), (_submitted_anew, "changed since")])
def test_another_submission_than_the_one_that_was_read(guest: Visit, owner: Supplier, act: Any, said: str) -> None:
    deal = a_submitted_milestone(owner)
    visitor = guest(deal)
    form = {**visitor.hidden(PATH), "name": APPROVER.name, "consent": "y", "decision-1": "accept"}
    form |= {"decision-2": "reject", "reason-2": "Not like this."}
    act(deal)
    answer = visitor.send(PATH, **form)
    assert answer.status_code == 409
    assert said in words(answer)
    assert "Not like this." in tree_of(answer).text_content()
    kept = of_milestone(answer, "//textarea[@id='reason-2']")
    assert [field.text.strip() for field in kept] == (["Not like this."] if act is _submitted_anew else [])
    assert rows(CriterionDecision) == []


def test_only_approvers_decide(guest: Visit, owner: Supplier) -> None:
    deal = a_submitted_milestone(owner)
    answer = guest(deal, PAYABLE).send(PATH, name=PAYABLE.name, **{"decision-1": "accept"})
    assert answer.status_code == 403
    assert deal.milestone_state(2) == "submitted"
    for position in ("0", "4", "x", "99999999999999999999"):
        assert guest(deal).open(f"/milestones/{position}/criteria").status_code == 404
        assert guest(deal).send(f"/milestones/{position}/criteria", name="Duarte").status_code == 404


@on_sqlite
def test_a_picture_that_is_too_large_is_a_download(
    app: Flask, guest: Visit, owner: Supplier, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, content = pictures.picture_of(picture("JPEG")), picture("JPEG", (3000, 10))
    assert small == pictures.Picture("image/jpeg", 64, 48)
    assert pictures.picture_of(picture("GIF")) == pictures.Picture("image/gif", 64, 48)
    turned = pictures.picture_of(picture("JPEG", exif=_on_its_side()))
    assert turned == pictures.Picture("image/jpeg", 48, 64)
    assert pictures.picture_of(picture("BMP")) is None
    assert pictures.picture_of(picture("PNG")[:20]) is None
    monkeypatch.setattr(pictures, "MAX_PIXELS", 20_000)
    assert pictures.picture_of(content) is None
    monkeypatch.setattr(pictures, "MAX_BYTES", 10)
    assert pictures.picture_of(picture("JPEG")) is None


def _on_its_side() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif.tobytes()
