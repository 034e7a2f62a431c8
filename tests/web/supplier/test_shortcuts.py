"""The builder's shortcuts: each presses a button that is there, and none is a bare letter."""

from flask import Flask

from milebill.web.supplier.shortcuts import ANYWHERE, IN_A_ROW
from tests.actors import Supplier, a_draft, browser_of
from tests.web.supplier.forms import builder, page


def test_each_presses_a_button_that_is_there(app: Flask, owner: Supplier) -> None:
    tree = page(browser_of(app, owner).post("/quotes/new", builder(a_draft(), "remove-1")))
    acts = tree.xpath("//form[@id='builder']//button[@name='act']/@value")
    for shortcut in ANYWHERE:
        assert shortcut.act in (*acts, "help")
    for row in tree.xpath("//*[@class='editor-row']"):
        values = row.xpath(".//button[@name='act']/@value")
        for shortcut in IN_A_ROW:
            assert any(value.startswith(f"{shortcut.act}-") for value in values)
    shown = tree.xpath("//dialog//*[@data-keys]")
    assert [(one.get("data-keys"), one.get("data-act")) for one in shown] == [
        (shortcut.keys, shortcut.act) for shortcut in (*IN_A_ROW, *ANYWHERE)
    ]


def test_none_is_a_bare_letter_and_none_is_given_twice() -> None:
    keys = [shortcut.keys for shortcut in (*IN_A_ROW, *ANYWHERE)]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith(("Alt+Shift+", "Ctrl+")) for key in keys)
