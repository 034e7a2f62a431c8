"""Pictures that people hand over, made for the tests."""

from io import BytesIO
from typing import Any

from PIL import Image

from milebill.domain.evidence import Evidence


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """A picture of one colour in a format of Pillow's."""
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def handed_over(store: Any, criterion: int = 0, content: bytes = b"", name: str = "map.png") -> Evidence:
    """A picture as the supplier's form hands it to the domain; `store` keeps it."""
    content = content or picture()
    return Evidence(
        file_name=name,
        media_type="image/png",
        sha256=store.put(content),
        size=len(content),
        criterion=criterion,
        width=64,
        height=48,
    )
