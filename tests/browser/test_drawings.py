"""A logo that was drawn by a designer looks here as it does in a browser."""

from base64 import b64encode
from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser

from milebill.outbound.rasteriser.drawing import drawn
from tests.drawings import FEATURES


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
