"""The supplier's colour, and the ink that can be read on it."""


def brand_ink(colour: str) -> str:
    """White or black, whichever has more contrast on `colour` ("#rrggbb"): always 4.5 or more (WCAG 2.2, 1.4.3)."""
    luminance = relative_luminance(colour)
    on_white = 1.05 / (luminance + 0.05)
    on_black = (luminance + 0.05) / 0.05
    return "#ffffff" if on_white >= on_black else "#000000"


def relative_luminance(colour: str) -> float:
    """The relative luminance of "#rrggbb" between 0 and 1, as WCAG defines it."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def on_white(colour: str) -> str:
    """The colour itself if it can be read on white paper, else as dark as it takes: 4.5 or more (WCAG 2.2, 1.4.3)."""
    channels = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    for share in range(100, -1, -5):
        darker = "#" + "".join(f"{channel * share // 100:02x}" for channel in channels)
        if 1.05 / (relative_luminance(darker) + 0.05) >= 4.5:
            return darker
    return "#000000"
