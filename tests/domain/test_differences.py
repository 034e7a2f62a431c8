"""Between two revisions, every field that differs is told of, and nothing else."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milebill.domain.differences import MOST_LINES, Kind, differences, lines

TAX = {
    "group": 0, "nth": 1, "label": "VAT", "category": "S", "rate": 19000, "reason_code": "", "reason": "",
    "net": 90000, "tax": 17100,
}  # fmt: skip
CRITERIA = ["It is there.", "It works."]


def _step(n: int, title: str, net: int) -> dict[str, Any]:
    tax = net * 19 // 100
    return {
        "position": n, "title": title, "description": f"About {title}.", "criteria": CRITERIA, "planned_on": None,
        "trigger": "sign_off", "share": net * 100_000 // 90000, "net": net, "tax": tax, "gross": net + tax,
        "amounts": [{"group": 0, "net": net, "tax": tax, "second_tax": 0}],
    }  # fmt: skip


def _item(n: int, description: str, net: int) -> dict[str, Any]:
    return {
        "position": n, "description": description, "quantity": 1000, "unit": "h", "unit_price": net, "discount": 0,
        "discount_of_whole": 0, "net": net, "group": 0,
    }  # fmt: skip


CONTENT: dict[str, Any] = {
    "version": 3, "number": "Q-1", "revision": 1, "title": "A web site", "introduction": "Hello.\nAs discussed.",
    "currency": "EUR", "valid_until": "2027-03-31", "payment_terms_days": 14,
    "seller": {"legal_name": "Studio AB", "city": "Stockholm"}, "client": {"name": "Łoś"},
    "approver": {"name": "Inês", "email": "ines@example.com"}, "second_approval": None, "accounts_payable": None,
    "final_invoice": "own_share",
    "items": [_item(1, "Design", 50000), _item(2, "Writing", 40000)],
    "milestones": [_step(1, "Concept", 20000), _step(2, "Design", 30000), _step(3, "Build", 40000)],
    "taxes": [TAX], "net": 90000, "tax": 17100, "gross": 107100,
}  # fmt: skip
ABOUT = ("version", "number", "revision")
PARTIES = ("seller", "client", "approver", "second_approval", "accounts_payable")


def _told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(str(found.kind), found.part, found.field) for found in differences(before, after)]


def _with(**changes: Any) -> dict[str, Any]:
    return {**deepcopy(CONTENT), "revision": 2, **changes}


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (_with(), []),
        (_with(title="Another"), [("changed", "offer", "title")]),
        (_with(introduction=""), [("removed", "offer", "introduction")]),
        (_with(accounts_payable={"name": "K", "email": "k@x.example"}), [("added", "offer", "accounts_payable")]),
        (_with(gross=107101), [("changed", "total", "total")]),
        (_with(taxes=[{**TAX, "tax": 17101}]), [("changed", "taxes", "amount")]),
        (_with(taxes=[{**TAX, "rate": 7000}]), [
            ("changed", "milestones", "price"), ("changed", "milestones", "price"), ("changed", "milestones", "price"),
            ("changed", "items", "taxed"), ("changed", "items", "taxed"), ("removed", "taxes", ""),
            ("added", "taxes", ""),
        ]),
        (_with(items=[]), [("removed", "items", ""), ("removed", "items", "")]),
    ],
)  # fmt: skip
def test_fields(after: dict[str, Any], told: list[tuple[str, str, str]]) -> None:
    assert _told(CONTENT, after) == told


def _rows(*titles: str) -> dict[str, Any]:
    return _with(milestones=[_step(n, title, 10000) for n, title in enumerate(titles, 1)])


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("abc", "abc", []),
        ("abc", "abXc", ["added X"]),
        ("abc", "ac", ["removed b"]),
        ("abc", "aBc", ["changed B title"]),  # the same name in other letters
        ("abc", "axc", ["changed x description", "changed x title"]),  # another name at the same place
        ("abc", "cab", ["moved c"]),
        ("abcd", "dabc", ["moved d"]),
        ("abc", "cba", ["moved b", "moved c"]),
        ("aab", "ab", ["removed a"]),
        ("abc", "Xab", ["added X", "removed c"]),
        ("abc", "xyz", [f"changed {c} {field}" for c in "xyz" for field in ("description", "title")]),
        ("ab", "axb", ["added x"]),
    ],
)
def test_rows_are_known_again(before: str, after: str, told: list[str]) -> None:
    found = differences(_rows(*before), _rows(*after))
    words = [" ".join(filter(None, (str(one.kind), (one.row or {})["title"], one.field))) for one in found]
    if before.casefold() == after.casefold():
        words = [word for word in words if "description" not in word]
    assert sorted(words) == sorted(told)


def test_numbers_of_taxes_say_nothing() -> None:
    other = {**TAX, "group": 1, "rate": 7000, "label": "Books", "net": 0, "tax": 0}
    before = _with(taxes=[TAX, other])
    after = _with(taxes=[{**other, "group": 0}, {**TAX, "group": 1}])
    for step in after["milestones"]:
        step["amounts"][0]["group"] = 1
    for item in after["items"]:
        item["group"] = 1
    assert _told(before, after) == [("moved", "taxes", "")]


def test_an_older_content_reads_like_a_newer_one() -> None:
    old = {key: value for key, value in CONTENT.items() if key not in ("items", "final_invoice", "second_approval")}
    assert _told(old, _with(items=[])) == []


def test_lines() -> None:
    assert lines(["a", "b", "c"], ["a", "x", "c", "d"]) == [
        (Kind.REMOVED, "b"), (Kind.ADDED, "x"), (Kind.ADDED, "d"),
    ]  # fmt: skip
    long = ["same"] * (MOST_LINES + 1)
    assert len(lines(long, [*long, "more"])) == 2 * len(long) + 1


words = st.sampled_from(["Concept", "Design", "design", "Build", "Test", "<b>"])
nets = st.sampled_from([0, 10000, 20000])
steps = st.lists(st.builds(_step, st.just(0), words, nets), min_size=1, max_size=5)
items = st.lists(st.builds(_item, st.just(0), words, nets), max_size=4)
taxes = st.lists(st.sampled_from([19000, 7000, 0]), min_size=1, max_size=3, unique=True)


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """An offer whose sums need not be right: what differs is told of all the same."""
    rates = draw(taxes)
    content = _with(
        title=draw(words),
        introduction=draw(st.sampled_from(["", "One\ntwo", "One\nthree"])),
        second_approval=draw(st.sampled_from([None, {"name": "B", "email": "b@x.example", "above": 5}])),
        taxes=[{**TAX, "group": n, "rate": rate} for n, rate in enumerate(rates)],
        milestones=draw(steps),
        items=draw(items),
        gross=draw(nets),
    )
    for row in (*content["items"], *(amount for step in content["milestones"] for amount in step["amounts"])):
        row["group"] = draw(st.integers(0, len(rates) - 1))
    return content


def _offered(content: dict[str, Any]) -> Any:
    """The content with its taxes by rate, so that only what is offered is left to be compared."""
    rates = {tax["group"]: tax["rate"] for tax in content["taxes"]}
    left = {key: value for key, value in content.items() if key not in ABOUT}
    left["taxes"] = [{**tax, "group": None} for tax in left["taxes"]]
    left["items"] = [{**item, "group": rates[item["group"]]} for item in left["items"]]
    left["milestones"] = [
        {**step, "amounts": [{**amount, "group": rates[amount["group"]]} for amount in step["amounts"]]}
        for step in left["milestones"]
    ]
    return left


@given(contents(), contents())
def test_no_difference_means_the_same_offer(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert (not differences(before, after)) == (_offered(before) == _offered(after))
    assert not differences(before, before)


@given(contents(), contents())
def test_the_differences_make_the_newer_offer_of_the_older_one(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Titles of milestones in their order can be written anew from nothing but what is told of them."""
    found = [one for one in differences(before, after) if one.part == "milestones"]
    back = [one for one in differences(after, before) if one.part == "milestones"]
    for kind, opposite in ((Kind.ADDED, Kind.REMOVED), (Kind.REMOVED, Kind.ADDED)):
        gone = sorted(str(one.row) for one in found if one.kind == kind and not one.field)
        assert len(gone) == len([one for one in back if one.kind == opposite and not one.field])
    plus = sum(one.kind == Kind.ADDED and not one.field for one in found)
    minus = sum(one.kind == Kind.REMOVED and not one.field for one in found)
    assert len(before["milestones"]) + plus - minus == len(after["milestones"])
    for name in ("title", "introduction", "second_approval"):
        told = {one.field: (one.before, one.after) for one in differences(before, after) if one.part == "offer"}
        assert told.get(name, (before[name], before[name])) == (before[name], after[name])


FIELDS = [
    *(("offer", name) for name in ("title", "introduction", "currency", "valid_until", "payment_terms_days",
                                   "final_invoice", *PARTIES)),
    *(("total", name) for name in ("net", "tax", "gross")),
    *(("milestones", name) for name in ("title", "description", "criteria", "planned_on", "trigger", "share", "net",
                                        "tax", "gross", "amounts")),
    *(("items", name) for name in ("description", "quantity", "unit", "unit_price", "discount", "discount_of_whole",
                                   "net")),
    *(("taxes", name) for name in ("net", "tax", "label", "rate", "category", "reason", "reason_code")),
]  # fmt: skip


@pytest.mark.parametrize(("part", "field"), FIELDS)
def test_every_field_of_an_offer_is_told_of(part: str, field: str) -> None:
    """Also one that the words would leave out: a field that is not compared is one that changes unseen."""
    after = _with()
    row = after if part in ("offer", "total") else after[part][-1]
    assert field in row
    row[field] = [] if field in ("amounts", "criteria") else "9" if isinstance(row[field], str) else 9
    assert differences(CONTENT, after)


def test_nothing_of_an_offer_is_forgotten() -> None:
    known = {name for part, name in FIELDS if part in ("offer", "total")} | set(ABOUT)
    assert set(CONTENT) == known | {"milestones", "items", "taxes"}
