"""The supplier's colour, and what has to become of it so that everybody can read what is written on it and in it.

The ratios are WCAG 2.2's for level AA: 4.5 to 1 for text (1.4.3), 3 to 1 for lines and marks that mean something
(1.4.11). Colours are written "#rrggbb".
"""

import math
from dataclasses import dataclass

TEXT, LINE = 4.5, 3.0
TEXT_BY_NIGHT = 7.0
"""More than is asked for: in the dark a colour that is just light enough looks like grey."""
DAY, NIGHT = "#ededed", "#2a2a2a"
"""A little darker than any light background of ours, and a little lighter than any dark one."""
_STEPS = 64
_OVER = 14
"""By how much in a hundred a button changes below the pointer."""


@dataclass(frozen=True)
class Look:
    """A colour as it is used on light pages, or on dark ones."""

    fill: str
    ink: str
    """Of what stands on `fill`: black or white."""
    over: str
    """Of `fill` below the pointer; `ink` can be read on it even better."""
    text: str
    line: str


def by_day(colour: str) -> Look:
    """The colour on light pages and on paper."""
    return _look(colour, darkened(colour, TEXT, DAY), darkened(colour, LINE, DAY))


def by_night(colour: str) -> Look:
    """The colour on dark pages. What is filled with it has to be seen there, too."""
    line = lightened(colour, LINE, NIGHT)
    return _look(line, lightened(colour, TEXT_BY_NIGHT, NIGHT), line)


def brand_ink(colour: str) -> str:
    """White or black, whichever has more contrast on `colour`: always 4.5 or more."""
    return "#ffffff" if contrast("#ffffff", colour) >= contrast("#000000", colour) else "#000000"


def contrast(a: str, b: str) -> float:
    """The contrast of two colours as WCAG defines it, between 1 and 21."""
    darker, lighter = sorted((relative_luminance(a), relative_luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


def relative_luminance(colour: str) -> float:
    """The relative luminance between 0 and 1, as WCAG defines it."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def darkened(colour: str, ratio: float, background: str) -> str:
    """The colour itself if its contrast with the lighter `background` is `ratio`, else as dark as that takes."""
    if contrast(colour, background) >= ratio and relative_luminance(colour) <= relative_luminance(background):
        return colour
    target = max((relative_luminance(background) + 0.05) / ratio - 0.05, 0.0)
    share = target / relative_luminance(colour)
    # Rounded down, so that it never falls short.
    return _written([int(_encoded(_linear(channel) * share) * 255) for channel in _channels(colour)])


def lightened(colour: str, ratio: float, background: str) -> str:
    """The colour itself if its contrast with the darker `background` is `ratio`, else as light as that takes."""
    if contrast(colour, background) >= ratio and relative_luminance(colour) >= relative_luminance(background):
        return colour
    lightness, a, b = _oklab(colour)
    for step in range(1, _STEPS):
        lighter = _in_gamut(lightness + (1 - lightness) * step / _STEPS, a, b)
        if contrast(lighter, background) >= ratio:
            return lighter
    return "#ffffff"


def _look(fill: str, text: str, line: str) -> Look:
    ink = brand_ink(fill)
    away = 0 if ink == "#ffffff" else 255
    over = _written([(channel * (100 - _OVER) + away * _OVER) // 100 for channel in _channels(fill)])
    return Look(fill, ink, over, text, line)


def _in_gamut(lightness: float, a: float, b: float) -> str:
    """The colour of that lightness and hue, with as much of its chroma as a screen can show."""
    for share in range(_STEPS, 0, -1):
        light = _from_oklab(lightness, a * share / _STEPS, b * share / _STEPS)
        if all(0 <= channel <= 1 for channel in light):
            return _written([round(_encoded(channel) * 255) for channel in light])
    return _written([round(_encoded(lightness**3) * 255)] * 3)


def _oklab(colour: str) -> tuple[float, float, float]:
    """Lightness, a and b of OKLab (bottosson.github.io/posts/oklab), in which a lighter colour keeps its hue."""
    red, green, blue = (_linear(channel) for channel in _channels(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> tuple[float, float, float]:
    """The light of red, green and blue; beyond 0 to 1 for what no screen shows."""
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _written(channels: list[int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def _encoded(light: float) -> float:
    return light * 12.92 if light <= 0.0031308 else float(1.055 * light ** (1 / 2.4) - 0.055)
