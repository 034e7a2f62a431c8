"""Static files: one hashed address each, kept for ever, never a path to the disk."""

import gzip
import os
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from milebill.web.assets import BUNDLES, Assets, UnknownAsset, init_assets

ROOT = Path(__file__).resolve().parents[2] / "static"


@pytest.fixture
def browser() -> FlaskClient:
    app = Flask(__name__, static_folder=None)
    init_assets(app)
    return app.test_client()


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets(ROOT)


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_joins_its_files_and_names_fonts_by_their_hash(browser: FlaskClient, assets: Assets, bundle: str):
    response = browser.get(assets.url(bundle))
    assert response.status_code == 200
    assert response.content_type == "text/css; charset=utf-8"
    assert response.text.startswith("@layer tokens, base")
    assert assets.url("fonts/hanken-grotesk.woff2") in response.text
    assert "/*" not in response.text


def test_a_hashed_address_may_be_kept_for_ever_and_is_not_sent_twice(browser: FlaskClient, assets: Assets):
    address = assets.url("js/htmx.min.js")
    first = browser.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    again = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""


@pytest.mark.parametrize(("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_text_is_sent_compressed_to_whoever_takes_it(browser: FlaskClient, assets: Assets, encoding: str, unpack):
    address = assets.url("css/client.css")
    plain = browser.get(address)
    packed = browser.get(address, headers={"Accept-Encoding": encoding})
    assert packed.headers["Content-Encoding"] == encoding
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert unpack(packed.data) == plain.data


def test_an_encoding_that_is_refused_is_not_used(browser: FlaskClient, assets: Assets):
    response = browser.get(assets.url("css/client.css"), headers={"Accept-Encoding": "br;q=0, gzip"})
    assert response.headers["Content-Encoding"] == "gzip"


def test_a_font_is_compressed_already(browser: FlaskClient, assets: Assets):
    response = browser.get(assets.url("fonts/hanken-grotesk.woff2"), headers={"Accept-Encoding": "br"})
    assert "Content-Encoding" not in response.headers


def test_a_former_hash_gets_todays_file_which_may_not_be_kept(browser: FlaskClient):
    response = browser.get("/assets/css/client.000000000000.css")
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "address",
    [
        "css/tokens.1.css",
        "css/client.css",
        "client",
        "../app.1.py",
        "..%2f..%2fetc/passwd",
        "js/htmx.LICENSE.1.txt",
    ],
)
def test_nothing_else_can_be_asked_for(browser: FlaskClient, address: str):
    assert browser.get(f"/assets/{address}").status_code == 404


def test_a_name_that_is_not_there_is_a_mistake_that_shows(assets: Assets):
    with pytest.raises(UnknownAsset):
        assets.url("css/none.css")


def test_the_client_page_stays_light(assets: Assets, browser: FlaskClient):
    """60 KB in all, of which the page itself, the brand's colours and the logo need their part."""
    names = ("css/client.css", "js/htmx.min.js", "fonts/hanken-grotesk.woff2")
    sizes = {name: len(browser.get(assets.url(name), headers={"Accept-Encoding": "br"}).data) for name in names}
    assert sum(sizes.values()) < 42_000, sizes


def _small_site(folder: Path, css: str) -> Path:
    for part in {part for parts in BUNDLES.values() for part in parts}:
        path = folder / "css" / f"{part}.css"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(css)
    return folder


def test_while_somebody_edits_a_change_shows_at_the_next_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("milebill.web.assets._RECHECK_SECONDS", 0)
    edited = Assets(_small_site(tmp_path, "a { color: red }"), watch=True)
    before = edited.url("css/plain.css")
    assert edited.url("css/plain.css") == before
    tokens = tmp_path / "css" / "tokens.css"
    tokens.write_text("a { color: blue }")
    os.utime(tokens, ns=(1, 1))
    assert edited.url("css/plain.css") != before


def test_a_style_sheet_that_names_a_missing_file_stops_the_start(tmp_path: Path):
    with pytest.raises(UnknownAsset, match=r"fonts/none\.woff2"):
        Assets(_small_site(tmp_path, 'a { background: url("fonts/none.woff2") }'))
