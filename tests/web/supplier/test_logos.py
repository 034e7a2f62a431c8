"""What makes an uploaded logo safe, and what is said of one that is not."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from milebill.db import reading
from milebill.models import StoredFile
from milebill.web.supplier import logos
from milebill.web.supplier.logos import BadLogo, safe_logo
from tests.actors import Supplier, browser_of
from tests.browsers import Browser
from tests.drawings import HOSTILE, RECT
from tests.drawings import svg as drawing
from tests.web.supplier.forms import errors, values
from tests.web.supplier.settings_page import present, save


@pytest.fixture
def browser(app: Flask, owner: Supplier) -> Browser:
    return browser_of(app, owner)


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 300), mode: str = "RGB", **options: Any) -> bytes:
    out = BytesIO()
    see_through = Image.new("LA", size)
    see_through.paste((90, 255), (0, 0, size[0] // 2, size[1]))
    (see_through.convert(mode) if mode != "P" else see_through.convert("L").convert("P")).save(out, kind, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_logo_comes_and_goes(app: Flask, browser: Browser) -> None:
    assert save(browser, logo=(BytesIO(picture()), "logo.png")).status_code == 303
    sha256 = present("logo_sha256")
    shown = browser.get(f"/brand/{sha256}.png")
    assert shown.mimetype == "image/png"
    assert Image.open(BytesIO(shown.get_data())).size == (600, 150)
    with reading() as connection:
        assert connection.scalar(select(StoredFile.sha256)) == sha256
    assert f"/brand/{sha256}.png" in browser.get("/settings").get_data(as_text=True)
    for _ in range(2):
        assert browser.post("/settings/logo/removal").location == "/settings"
    assert present("logo_sha256") is None
    assert browser.get(f"/brand/{sha256}.png").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg onload='alert(1)'/>", "can’t be drawn"),
        (drawing("<text>Studio</text>").encode(), "not its font"),
        (b"", "no picture that we can read"),
        (b"GIF89a", "no picture that we can read"),
        (picture()[:200], "no picture that we can read"),
        (drawing('<rect fill="#fff" width="300" height="100"/>').encode(), "Nobody would see this logo"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_no_picture_is_no_logo(browser: Browser, content: bytes, said: str) -> None:
    response = save(browser, name="Kept", logo=(BytesIO(content), "logo.png"))
    assert response.status_code == 422
    assert set(errors(response)) == {"logo"}
    assert said in errors(response)["logo"]
    assert values(response)["name"] == "Kept", "nothing that was typed is lost"
    assert present("logo_sha256") is None


def test_every_reason_against_a_logo_has_its_words() -> None:
    assert {code for code, _ in HOSTILE} < set(logos.WHAT_IS_WRONG)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_svg_is_kept_as_pixels(browser: Browser) -> None:
    assert save(browser, logo=(BytesIO(drawing(RECT).encode()), "logo.svg")).status_code == 303
    shown = browser.get(f"/brand/{present('logo_sha256')}.png")
    with Image.open(BytesIO(shown.get_data())) as image:
        assert (image.format, image.size) == ("PNG", (600, 200))
        assert image.convert("RGB").getpixel((300, 100)) == (0x0B, 0x6A, 0x4B)


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (picture("JPEG", mode="CMYK"), "RGB"),
        (picture("JPEG", mode="L"), "RGB"),
        (picture("PNG", mode="RGBA"), "RGBA"),
        (picture("PNG", mode="P", transparency=128), "RGBA"),
        (picture("PNG", mode="LA"), "RGBA"),
        (picture("PNG", mode="1"), "RGB"),
        (picture("PNG", mode="I;16"), "RGB"),
        (picture("PNG", save_all=True, append_images=[Image.new("RGB", (1200, 300), "red")]), "RGB"),
        (picture("JPEG", quality=100, icc_profile=b"x" * 200, comment=b"Made by me"), "RGB"),
        (b"\n <?xml version='1.0'?>" + drawing(RECT).replace("0 0 300 100", "0 0 400 100").encode(), "RGBA"),
    ],
)
def test_a_logo_is_drawn_anew(content: bytes, mode: str) -> None:
    with Image.open(BytesIO(safe_logo(content))) as image:
        assert (image.format, image.mode, image.size) == ("PNG", mode, (600, 150))


def test_a_logo_tells_nothing_of_where_it_was_made() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned on its side
    exif[0x010F] = "A camera"
    with Image.open(BytesIO(safe_logo(picture("JPEG", (100, 40), exif=exif)))) as image:
        assert image.size == (40, 100), "it stands upright"
        assert not image.info


def test_sixteen_bits_of_grey_are_not_white() -> None:
    grey = BytesIO()
    Image.new("I;16", (40, 20), 30_000).save(grey, "PNG")
    with Image.open(BytesIO(safe_logo(grey.getvalue()))) as image:
        assert image.getpixel((20, 10)) == (117, 117, 117)


@pytest.mark.parametrize("colour", [(255, 255, 255, 255), (0, 0, 0, 0), (0, 0, 0, 9), (255, 255, 255, 90)])
def test_a_logo_that_nobody_would_see(colour: tuple[int, ...]) -> None:
    out = BytesIO()
    Image.new("RGBA", (40, 20), colour).save(out, "PNG")
    with pytest.raises(BadLogo, match="too_pale"):
        safe_logo(out.getvalue())


@pytest.mark.parametrize("content", [bomb(6000, 6000), b"x" * (logos.MAX_BYTES + 1)])
def test_a_logo_that_is_too_large(content: bytes) -> None:
    with pytest.raises(BadLogo, match="too_large"):
        safe_logo(content)


@pytest.mark.parametrize("content", [bomb(12000, 12000), bomb(60000, 60000), bomb(100, 100)])
def test_a_logo_that_is_a_trap(content: bytes) -> None:
    with pytest.raises(BadLogo, match="not_an_image"):
        safe_logo(content)
