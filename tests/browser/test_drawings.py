"""The brand in a browser: a designer's drawing looks as it was drawn, and a colour is shown while it is chosen."""

from base64 import b64encode
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image, ImageChops
from playwright.sync_api import Browser, expect

from milebill.outbound.rasteriser.drawing import drawn
from tests.actors import sign_up
from tests.browser.conftest import PHONE, OpenPage
from tests.drawings import FEATURES
from tests.servers.web import Product


@pytest.mark.long
def test_drawn_as_a_browser_draws_it(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 1200, "height": 400})
    different = {}
    for name, content in FEATURES.items():
        ours = Image.open(BytesIO(drawn(content.encode())))
        width, height = ours.size
        source = "data:image/svg+xml;base64," + b64encode(content.encode()).decode()
        page.set_content(f'<body style="margin:0"><img style="width:{width}px;height:{height}px" src="{source}">')
        page.wait_for_function("document.images[0].complete")
        shot = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": height})
        theirs = Image.open(BytesIO(shot)).convert("RGB")
        paper = Image.new("RGBA", ours.size, "white")
        difference = ImageChops.difference(Image.alpha_composite(paper, ours).convert("RGB"), theirs)
        wrong = sum(difference.convert("L").histogram()[40:]) / (width * height)
        if wrong > 0.004:
            different[name] = wrong
    page.close()
    assert not different


@pytest.mark.long
def test_what_becomes_of_a_colour_is_shown_while_it_is_chosen(
    office: Flask, served: Product, signed_in: OpenPage
) -> None:
    page = signed_in(sign_up("Bo", brand_colour="#0f6b5c"), PHONE)
    page.goto(f"{served.url}/settings")
    look = page.locator("#colour-look")
    expect(look).to_contain_text("can be read on light pages")
    page.get_by_label("Colour").fill("#ffd500")
    expect(look).to_contain_text("we darken it to #806a00 for text")
    expect(look.get_by_role("img")).to_have_attribute("src", "/brand/ffd500.svg")
    assert look.get_by_role("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 352
