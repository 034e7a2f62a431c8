"""Reading PDFs, and pictures to put into them."""

import base64
import io

from PIL import Image
from pypdf import PdfReader


def pages(document: bytes) -> list[str]:
    return [page.extract_text().strip() for page in PdfReader(io.BytesIO(document)).pages]


def picture_bytes(width: int, height: int, mode: str = "RGB") -> bytes:
    target = io.BytesIO()
    Image.new(mode, (width, height)).save(target, "PNG")
    return target.getvalue()


def picture(width: int, height: int, mode: str = "RGB") -> str:
    return "data:image/png;base64," + base64.b64encode(picture_bytes(width, height, mode)).decode()
