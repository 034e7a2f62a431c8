"""What holds for every page, whoever sees it: one heading, names for all fields, and nothing beside the screen."""

from playwright.sync_api import Page

PHONE_WIDTH, PHONE_HEIGHT = 390, 844

_FAULTS = """() => {
  const faults = [], all = selector => [...document.querySelectorAll(selector)];
  const about = element => element.outerHTML.slice(0, 140);
  if (!document.documentElement.lang) faults.push('no language');
  if (!document.title.trim()) faults.push('no title');
  if (all('h1').length !== 1) faults.push(`${all('h1').length} h1`);
  if (all('main').length !== 1) faults.push(`${all('main').length} main`);
  let level = 0;
  for (const heading of all('h1, h2, h3, h4, h5, h6')) {
    const next = Number(heading.tagName[1]);
    if (level && next > level + 1) faults.push(`h${level} is followed by ${about(heading)}`);
    if (!heading.textContent.trim()) faults.push(`empty ${about(heading)}`);
    level = next;
  }
  const ids = all('[id]').map(element => element.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`id ${id} twice`);
  for (const attribute of ['aria-describedby', 'aria-labelledby', 'aria-controls', 'popovertarget', 'form', 'list'])
    for (const element of all(`[${attribute}]`))
      for (const id of element.getAttribute(attribute).split(/\\s+/).filter(Boolean))
        if (!ids.includes(id) && !id.endsWith('-error')) faults.push(`${attribute} leads nowhere: ${about(element)}`);
  for (const field of all('input:not([type=hidden]), select, textarea')) {
    const names = [...(field.labels || [])].map(label => label.textContent).join('') + (field.ariaLabel || '');
    if (!names.trim()) faults.push(`no label: ${about(field)}`);
  }
  for (const control of all('a[href], button, summary')) {
    const name = control.textContent + (control.ariaLabel || '') + (control.querySelector('img')?.alt || '');
    if (!name.trim()) faults.push(`no name: ${about(control)}`);
  }
  for (const image of all('img')) if (!image.hasAttribute('alt')) faults.push(`no alt: ${about(image)}`);
  for (const element of all('[style]:not([style=""]), [onclick], [onload]')) faults.push(`inline: ${about(element)}`);
  for (const element of all('[tabindex]')) if (element.tabIndex > 0) faults.push(`tabindex: ${about(element)}`);
  return faults;
}"""

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth, wide = [];
  if (document.documentElement.scrollWidth <= width) return wide;
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    if (box.width && box.right > width + 1 && getComputedStyle(element).position !== 'fixed')
      wide.push(`${Math.round(box.right)} of ${width}: ${element.outerHTML.slice(0, 140)}`);
  }
  return wide.length ? wide.slice(-3) : [`${document.documentElement.scrollWidth} of ${width}`];
}"""


def faults(page: Page) -> list[str]:
    """What is wrong with the page as it stands: its structure, and whether it has to be scrolled sideways, at the
    window's own width and at a phone's."""
    page.wait_for_load_state()  # a click ends when the next page has begun, and half a page has faults
    found: list[str] = page.evaluate(_FAULTS) + too_wide(page)
    size = page.viewport_size
    if size is not None and size["width"] != PHONE_WIDTH:
        page.set_viewport_size({"width": PHONE_WIDTH, "height": PHONE_HEIGHT})
        found += too_wide(page)
        page.set_viewport_size(size)
    return found


def too_wide(page: Page) -> list[str]:
    """The innermost elements that reach beyond the window's right edge, if the page scrolls sideways."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    return found


def look_over(page: Page) -> None:
    """Fail on any fault of the page."""
    found = faults(page)
    assert not found, f"{page.url}:\n" + "\n".join(found)
