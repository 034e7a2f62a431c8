"""The version of the client's page: a conditional request, and what a visit weighs."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import cast

from flask import Flask
from sqlalchemy import update

from milebill import clock
from milebill.db import read_engine, transaction
from milebill.domain.settings import change_settings
from milebill.models import Quote
from tests.actors import (
    PAYABLE,
    Supplier,
    an_issued_invoice,
)
from tests.web.client.conftest import Visit, on_sqlite, tree_of


def test_an_unchanged_page_is_not_sent_again(guest: Visit, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    visitor = guest(deal)
    first = visitor.open()
    tag = first.headers["ETag"]
    assert tag.startswith('W/"')
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = visitor.open(headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    compressed = visitor.open(headers={"Accept-Encoding": "br"})
    assert visitor.open(headers={"If-None-Match": compressed.headers["ETag"]}).status_code == 304
    assert guest(deal, PAYABLE).open(headers={"If-None-Match": tag}).status_code == 200


@on_sqlite
def test_every_change_of_the_page_changes_its_version(guest: Visit, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    visitor = guest(deal)
    tags = [visitor.open().headers["ETag"]]

    def changed() -> None:
        fresh = visitor.open(headers={"If-None-Match": tags[-1]})
        assert fresh.status_code == 200
        tags.append(fresh.headers["ETag"])

    deal.ask()
    changed()
    deal.answer()
    changed()
    deal.pay(100, once="p1")
    changed()
    with transaction() as session:
        session.execute(update(Quote).values(documents_ready=Quote.documents_ready + 1))
    changed()
    change_settings(owner.workspace_id, owner.actor, {"brand_colour": "#aa0000"})
    changed()
    with clock.at(clock.now() + timedelta(days=1)):
        changed()
    assert len(set(tags)) == len(tags)


@on_sqlite
def test_the_page_costs_few_queries(app: Flask, guest: Visit, owner: Supplier) -> None:
    deal = an_issued_invoice(owner)
    deal.ask()
    visitor = guest(deal)
    visitor.open()
    statements: list[str] = []
    with app.app_context(), closing(read_engine().raw_connection()) as connection:
        driver = cast("sqlite3.Connection", connection.driver_connection)
        driver.set_trace_callback(statements.append)  # one visitor, one connection: the pool gives it out again
    try:
        tag = visitor.open().headers["ETag"]
        assert len(statements) == 8
        statements.clear()
        visitor.open(headers={"If-None-Match": tag})
        assert len(statements) == 1
    finally:
        driver.set_trace_callback(None)


@on_sqlite
def test_the_first_visit_is_light(guest: Visit, owner: Supplier) -> None:
    visitor = guest(an_issued_invoice(owner))
    page = visitor.open(headers={"Accept-Encoding": "br"})
    tree = tree_of(visitor.open())
    needed = {*tree.xpath("//link[@rel='stylesheet' or @rel='preload']/@href"), *tree.xpath("//script/@src")}
    needed |= set(tree.xpath("//img/@src"))
    sizes = [len(page.data)]
    for address in needed:
        answer = visitor.client.get(address, headers={"Accept-Encoding": "br"}, buffered=True)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        sizes.append(len(answer.data))
    assert len(sizes) <= 6
    assert sum(sizes) <= 60_000
    assert not tree.xpath("//@style | //style | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
