"""A receipt as a file: both sides save the same, and nobody else."""

from flask import Flask

from milebill.models import Receipt
from tests.actors import (
    PAYABLE,
    ClientPerson,
    Supplier,
    a_sent_quote,
    an_accepted_project,
    an_issued_invoice,
    browser_of,
)
from tests.proofs import SCRIPT, download
from tests.rules import rows
from tests.web.client.conftest import on_sqlite, tree_of

OTHER = ClientPerson("Olga Other", "olga@other.example")


def test_both_sides_save_the_same_file(in_app: Flask, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    first, last = rows(Receipt)
    mine = download(in_app, deal, last.number.lower())
    assert (mine.status_code, mine.mimetype) == (200, "application/json")
    assert mine.headers["Content-Disposition"] == f'attachment; filename="receipt-{last.number}.json"'
    assert mine.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in mine.headers
    assert download(in_app, deal, last.number, PAYABLE).data == mine.data
    assert browser_of(in_app, owner).get(f"/receipts/{last.number}.json").data == mine.data
    file = mine.get_json()
    assert (file["receipt"], file["receipt_hash"]) == (last.content, last.content_hash)
    assert (file["later"], file["head"]) == ([], {"sequence": last.event_sequence, "hash": last.chain_head})
    assert download(in_app, deal, first.number).get_json()["head"] == file["head"]


def test_a_file_holds_nothing_of_others(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    a_sent_quote(owner, title="Somebody else's secret", approver_name=OTHER.name, approver_email=OTHER.email)
    deal.submit(2)
    deal.sign_off(2)
    later = an_accepted_project(owner)
    receipts = rows(Receipt)
    file = download(in_app, deal, receipts[0].number)
    assert "secret" not in file.get_data(as_text=True)
    # It ends with the newest receipt of its own project: how much the supplier does besides is not told.
    assert file.get_json()["head"]["sequence"] == receipts[1].event_sequence < receipts[2].event_sequence
    assert later.state() == "accepted"


@on_sqlite
def test_files_of_others_are_no_files(in_app: Flask, owner: Supplier, rival: Supplier) -> None:
    mine, theirs = an_accepted_project(owner), an_accepted_project(rival)
    own, other = (receipt.number for receipt in rows(Receipt))
    assert download(in_app, mine, own).status_code == 200
    for number in (other, "XXXXX-XXXXX", "x" * 300, "%00"):
        assert download(in_app, mine, number).status_code == 404
        assert browser_of(in_app, owner).get(f"/receipts/{number}.json").status_code == 404
    assert download(in_app, theirs, other).status_code == 200
    assert in_app.test_client().post(f"/q/{mine.token(in_app)}/receipts/{own}.json").status_code == 405


@on_sqlite
def test_the_pages_lead_to_it(in_app: Flask, owner: Supplier) -> None:
    deal = an_accepted_project(owner)
    number, base = rows(Receipt)[0].number, f"/q/{deal.token(in_app)}"
    page = tree_of(in_app.test_client().get(f"{base}/receipts/{number}"))
    assert page.xpath("//*[@id='proof']//a/@href") == [
        f"{base}/receipts/{number}.json", "/verify", "/verify/verify_receipt.py",
    ]  # fmt: skip
    project = tree_of(browser_of(in_app, owner).get("/projects/1"))
    assert f"/receipts/{number}.json" in project.xpath("//aside//a/@href")
    assert "/verify" in tree_of(in_app.test_client().get("/")).xpath("//footer//a/@href")


@on_sqlite
def test_the_script_can_be_had(in_app: Flask) -> None:
    answer = in_app.test_client().get("/verify/verify_receipt.py")
    assert answer.data == SCRIPT.read_bytes()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="verify_receipt.py"'
