"""The supplier asks for a project's statement with a button; a GET makes none."""

import pytest
from flask import Flask

from milebill.models import Document, DocumentKind, Project
from tests.actors import Supplier, an_issued_invoice, browser_of
from tests.rules import rows
from tests.snapshots import everything

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_second_click_gets_the_first_ones_statement(
    app: Flask, owner: Supplier, rival: Supplier, viewer: Supplier
) -> None:
    deal = an_issued_invoice(owner)
    (project,) = rows(Project, Project.quote_id == deal.quote_id)
    address = f"/projects/{project.id}/statement"
    browser = browser_of(app, owner)
    assert f'action="{address}"' in browser.get(f"/projects/{project.id}").text
    assert browser.get(address).status_code == 405
    first, second = browser.post(address), browser.post(address)
    (document,) = rows(Document, Document.kind == DocumentKind.STATEMENT)
    assert (first.status_code, first.location) == (303, f"/documents/{document.id}")
    assert second.location == first.location
    assert browser.get(first.location).status_code == 202
    before = everything()
    assert browser_of(app, rival).post(address).status_code == 404
    assert browser_of(app, viewer).post(address).status_code == 403
    assert browser.post("/projects/999999/statement").status_code == 404
    assert everything() == before
