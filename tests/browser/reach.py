"""At 320 pixels, which is what 1280 are at 400 % zoom (WCAG 2.2, 1.4.10), nothing lies outside or is cut off."""

from playwright.sync_api import Page

NARROW = {"width": 320, "height": 256}
"""What is left of 1280 × 1024 at 400 %."""
MOST_COVERED = 0.35
"""Of the height of such a window, by what stays in view."""

_BEYOND = """() => {
  const width = document.documentElement.clientWidth, found = [];
  const about = element => element.outerHTML.slice(0, 140);
  if (document.documentElement.scrollWidth > width)
    found.push(`scrolls sideways: ${document.documentElement.scrollWidth} of ${width}`);
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!element.checkVisibility({visibilityProperty: true}) || box.width <= 1 || box.height <= 1) continue;
    if (element.closest('.skip, .sr')) continue;
    if (box.right > width + 1 || box.left < -1)
      found.push(`from ${Math.round(box.left)} to ${Math.round(box.right)} of ${width}: ${about(element)}`);
    const cuts = style.overflowX !== 'visible' && !element.matches('input, textarea, select');
    if (cuts && element.scrollWidth > element.clientWidth + 1)
      found.push(`cuts off ${element.scrollWidth - element.clientWidth}: ${about(element)}`);
  }
  return found;
}"""

# Sticky or fixed parts, as a share of the window's height.
_COVERED = """() => {
  const stuck = [...document.body.querySelectorAll('*')].filter(element => {
    const position = getComputedStyle(element).position;
    return (position === 'sticky' || position === 'fixed') && element.checkVisibility();
  });
  return Math.max(0, ...stuck.map(element => element.getBoundingClientRect().height)) / window.innerHeight;
}"""


def beyond(page: Page) -> list[str]:
    """What of the page can't be seen without scrolling sideways, or can't be seen at all."""
    found: list[str] = page.evaluate(_BEYOND)
    return found


def covered(page: Page) -> float:
    """How much of the window's height is taken by what stays in view."""
    share: float = page.evaluate(_COVERED)
    return share
