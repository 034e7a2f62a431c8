"""Links, canonical bytes, the clock, the brand's ink and the file store: small parts with sharp edges."""

import json
import os
import threading
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from milebill import clock, links
from milebill.canonical import canonical_bytes, digest
from milebill.errors import Invalid, LinkUnknown, Stale
from milebill.files import FolderStore
from milebill.links import Purpose

KEYS = ("an old secret that was good once", "the secret that signs today")


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_carries_its_ids(purpose: Purpose) -> None:
    assert links.read(KEYS, purpose, links.sign(KEYS, purpose, 7)) == (7,)
    assert links.read(KEYS, purpose, links.sign(KEYS, purpose, 7, 9)) == (7, 9)


def test_a_link_for_one_purpose_is_worthless_for_another() -> None:
    for purpose in Purpose:
        for other in set(Purpose) - {purpose}:
            with pytest.raises(LinkUnknown):
                links.read(KEYS, other, links.sign(KEYS, purpose, 7))


def test_old_secrets_verify_and_the_newest_signs() -> None:
    old = links.sign(KEYS[:1], Purpose.CLIENT, 7)
    assert links.read(KEYS, Purpose.CLIENT, old) == (7,)
    with pytest.raises(LinkUnknown):
        links.read(KEYS[:1], Purpose.CLIENT, links.sign(KEYS, Purpose.CLIENT, 7))


@given(st.text(max_size=60))
def test_no_text_opens_anything(token: str) -> None:
    with pytest.raises(LinkUnknown):
        links.read(KEYS, Purpose.CLIENT, token)


@given(st.integers(0, 30), st.characters())
def test_no_changed_link_opens_another(place: int, sign: str) -> None:
    token = links.sign(KEYS, Purpose.CLIENT, 7)
    changed = token[:place] + sign + token[place + 1 :]
    try:
        assert links.read(KEYS, Purpose.CLIENT, changed) == (7,)  # tokens are malleable, what is inside is not
    except LinkUnknown:
        assert changed != token


@pytest.mark.parametrize("payload", ["seven", [], ["7"], {"id": 7}, None, 7.5, [7, None]])
def test_a_signed_payload_of_another_shape_is_unknown(payload: object) -> None:
    serializer = links._serializer(KEYS, Purpose.CLIENT)
    assert isinstance(serializer, URLSafeSerializer)
    with pytest.raises(LinkUnknown):
        links.read(KEYS, Purpose.CLIENT, str(serializer.dumps(payload)))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(JSON)
def test_canonical_bytes_do_not_depend_on_the_order_and_survive_storage(content: object) -> None:
    stored = json.loads(json.dumps(content))
    if isinstance(stored, dict):
        stored = dict(reversed(stored.items()))
    try:
        assert canonical_bytes(stored) == canonical_bytes(content)
    except UnicodeEncodeError:
        assert any(0xD800 <= ord(sign) < 0xE000 for sign in json.dumps(content, ensure_ascii=False))


def test_the_canonical_form_never_changes() -> None:
    content = {"b": [1, "ü", None, True], "a": {"é": "\n"}}
    assert canonical_bytes(content) == '{"a":{"é":"\\n"},"b":[1,"ü",null,true]}'.encode()
    assert digest(content) == "d1f70cb341fa02dcc44fbcd0870f7f9dd38cf5a82813f1a8ecd9a5acda2f4bf4"


@pytest.mark.parametrize("content", [1.0, [1.5], {"a": {"b": float("nan")}}, {"a": (0.1,)}])
def test_floats_have_no_canonical_form(content: object) -> None:
    with pytest.raises(TypeError):
        digest(content)


def test_the_clock_can_be_set_for_one_thread_only() -> None:
    moment = datetime(2027, 3, 3, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    seen: list[datetime] = []
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.now().tzinfo is UTC
        assert clock.today("America/New_York") == date(2027, 3, 3)
        assert clock.today("Europe/Berlin") == date(2027, 3, 4)
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert abs(seen[0] - datetime.now(UTC)) < timedelta(minutes=1)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_today_is_the_day_of_the_zone() -> None:
    assert clock.today("Pacific/Kiritimati") == datetime.now(ZoneInfo("Pacific/Kiritimati")).date()


def test_errors_say_what_happened() -> None:
    assert str(Invalid({"name": "required"})) == "name: required"
    assert Stale().reason == "stale"


def test_a_file_is_kept_under_its_hash(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    name = store.put(b"content")
    assert store.put(b"content") == name
    assert store.get(name) == b"content"
    with store.open(name) as file:
        assert file.read() == b"content"
    assert [path.name for path in store.path(name).parent.iterdir()] == [name]


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, "g" * 64, "a" * 63, "a" * 65, "a" * 63 + "/", "0" * 64]
)
def test_what_is_no_hash_is_no_file(tmp_path: Path, name: str) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(FileNotFoundError):
        store.get(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)


def test_many_may_keep_the_same_content_at_once(tmp_path: Path) -> None:
    store, content, names = FolderStore(tmp_path), os.urandom(200_000), []
    threads = [threading.Thread(target=lambda: names.append(store.put(content))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names)) == 1
    assert store.get(names[0]) == content
    assert len(list(store.path(names[0]).parent.iterdir())) == 1
