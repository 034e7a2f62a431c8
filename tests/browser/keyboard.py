"""Somebody who has no mouse: Tab, Space, Enter and letters, and what they have to see on the way."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

MOST_STEPS = 90

# An outline around something that the bar at the foot of the window does not cover (WCAG 2.4.7 and 2.4.11).
_SEEN = """() => {
  const element = document.activeElement;
  const about = element.outerHTML.slice(0, 120);
  if (element === document.body) return '';
  const style = getComputedStyle(element), boxes = [...element.getClientRects()];
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  if (!outlined && style.boxShadow === 'none') return `no outline: ${about}`;
  const shown = boxes.some(box => {
    const x = box.left + box.width / 2, y = box.top + Math.min(box.height, 40) / 2;
    const there = document.elementFromPoint(x, y);
    return there && (element.contains(there) || there.contains(element) || there.control === element);
  });
  return shown ? '' : `covered or out of view: ${about}`;
}"""
_NAME = """() => {
  const element = document.activeElement;
  return [...(element.labels || [])].map(label => label.textContent.trim()).join(' ')
    || element.ariaLabel || element.textContent.trim();
}"""


@dataclass(frozen=True)
class Keyboard:
    """A page, worked by keys alone."""

    page: Page

    def walk_to(self, name: str) -> None:
        """Tab on until the control with this label has the focus; every stop on the way has to be seen."""
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            unseen: str = self.page.evaluate(_SEEN)
            assert not unseen, unseen
            if self.page.evaluate(_NAME).startswith(name):
                return
        raise AssertionError(f"no way to “{name}” by Tab")

    def type_into(self, name: str, text: str) -> None:
        """Walk to a field and write."""
        self.walk_to(name)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)

    def tick(self, name: str) -> None:
        """Walk to a box and tick it."""
        self.walk_to(name)
        self.page.keyboard.press("Space")

    def press(self, name: str) -> None:
        """Walk to a link or button and press it."""
        self.walk_to(name)
        self.page.keyboard.press("Enter")

    def is_led_to(self, selector: str) -> None:
        """What has just come has the focus, without a step."""
        expect(self.page.locator(selector).first).to_be_focused()
