"""Reading PDFs, and pictures to put into them."""

import base64
import contextlib
import io

import pypdfium2
from PIL import Image
from pypdf import PdfReader


def pages(document: bytes) -> list[str]:
    return [page.extract_text().strip() for page in PdfReader(io.BytesIO(document)).pages]


def placed(document: bytes) -> list[tuple[int, int, str]]:
    """Every character with ink on the first page: how far down it stands and how far to the right (points), sorted."""
    with contextlib.ExitStack() as stack:
        opened = pypdfium2.PdfDocument(document)
        stack.callback(opened.close)
        page = opened[0]
        stack.callback(page.close)
        text = page.get_textpage()
        stack.callback(text.close)
        height = page.get_height()
        found = []
        for index in range(text.count_chars()):
            if char := text.get_text_range(index, 1).strip():
                left, bottom, _, _ = text.get_charbox(index, loose=True)
                found.append((round(height - bottom), round(left), char))
        return sorted(found)


def picture_bytes(width: int, height: int, mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height)).save(target, "PNG")
    return target.getvalue()


def picture(width: int, height: int, mode: str = "RGB") -> str:
    return "data:image/png;base64," + base64.b64encode(picture_bytes(width, height, mode)).decode()
