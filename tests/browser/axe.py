"""axe-core, asked about the page as it stands."""

from functools import cache

from playwright.sync_api import Page

from tests.browser.npm import installed

COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose answer hangs on the colours."""

# Every rule that is no experiment; the size of targets (WCAG 2.2) is the one that axe leaves out by itself.
_RUN = """async rules => {
  await Promise.all(document.getAnimations().map(animation => animation.finished));
  const chosen = rules.length ? {runOnly: rules} : {rules: {'target-size': {enabled: true}}};
  const {violations} = await axe.run(document, {resultTypes: ['violations'], preload: false, ...chosen});
  return violations.flatMap(found => found.nodes.map(
    node => `${found.id}: ${node.html.slice(0, 200)}\\n  ${node.failureSummary.replaceAll('\\n', ' ')}`));
}"""


@cache
def _source() -> str:
    return installed("axe-core/axe.min.js").read_text("utf-8")


def findings(page: Page, rules: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds on the page, by all of its rules or by some."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found: list[str] = page.evaluate(_RUN, rules)
    return found


def change_colours(page: Page, scheme: str) -> None:
    """Light or dark, as the reader's device would have it; returns when the page shows it."""
    page.emulate_media(color_scheme=scheme)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
