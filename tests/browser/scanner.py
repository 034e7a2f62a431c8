"""A mail scanner at its worst: it opens what a mail links to in a browser of its own, and tries all that it finds.

It runs scripts, fills every field, ticks every box, presses every control, submits every form and follows every link.
What it does not do is read: it knows no name and no code but what it always types.
"""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urldefrag

from lxml import html
from playwright.sync_api import Error, Page, Request

ADDRESS = "scanner@example.com"
HABITS = ("John Doe", "label")
"""What it types where words are asked for; "label" is what the field itself is called."""

_FILL = """habit => {
  const typed = {email: 'scanner@example.com', tel: '12345678', number: '1', date: '2030-01-01', url: 'https://a.example'};
  for (const field of document.querySelectorAll('input, textarea, select')) {
    if (['hidden', 'submit', 'button', 'image', 'reset', 'file'].includes(field.type)) continue;
    if (['checkbox', 'radio'].includes(field.type)) field.checked = true;
    else if (field.tagName === 'SELECT') field.selectedIndex = field.options.length - 1;
    else if (field.inputMode === 'numeric') field.value = '12345678';
    else if (field.inputMode === 'email') field.value = typed.email;
    else field.value = typed[field.type] || (habit === 'label' && field.labels[0]?.textContent.trim()) || habit;
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {bubbles: true}));
  }
}"""
# Presses the first control that was not pressed yet, and tells which; "" when there is none. Plain links are followed.
_PRESS = """pressed => {
  const controls = 'button, summary, [role=button], [type=submit], [type=button], [type=image], [hx-get], [hx-post]';
  for (const control of document.querySelectorAll(controls)) {
    if (control.tagName === 'FORM' || control.id === 'news') continue;
    const about = `${control.outerHTML.slice(0, 200)} ${control.form?.action || ''}`;
    if (pressed.includes(about)) continue;
    control.click();
    return about;
  }
  return '';
}"""
_LINKS = "[...document.querySelectorAll('a[href], area[href], [hx-get]')].map(one => one.href || '').filter(Boolean)"
_SETTLED = "document.readyState === 'complete'"


@dataclass
class Scanner:
    """One scanner in one browser; `habit` is what it types (see HABITS)."""

    page: Page
    site: str
    habit: str = HABITS[0]
    visits: list[str] = field(default_factory=list)
    """Every address that it has opened and tried out."""
    posts: list[str] = field(default_factory=list)
    """Every address that it has sent a form to."""
    _waiting: set[Request] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.context.route(lambda address: not address.startswith(self.site), lambda route: route.abort())
        self.page.on("request", self._begin)
        self.page.on("requestfinished", self._end)
        self.page.on("requestfailed", self._end)
        self.page.on("download", lambda download: download.cancel())
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _begin(self, request: Request) -> None:
        self._waiting.add(request)
        if request.method == "POST":
            self.posts.append(request.url)

    def _end(self, request: Request) -> None:
        self._waiting.discard(request)

    def visit(self, address: str) -> set[str]:
        """Open an address and try out everything there; returns where its links lead, within the site."""
        self.visits.append(address)
        links = self._open(address)
        pressed: list[str] = []
        while len(pressed) < 60:
            self.page.evaluate(_FILL, self.habit)
            before = self.page.url
            pressed.append(self.page.evaluate(_PRESS, pressed))
            if not pressed[-1]:
                break
            links |= self._look()
            if urldefrag(self.page.url)[0] != urldefrag(before)[0]:
                self._open(address)
        for nth in range(self.page.locator("form").count()):
            self.page.evaluate(_FILL, self.habit)
            self.page.evaluate("nth => document.forms[nth]?.submit()", nth)  # past every script
            links |= self._look()
            self._open(address)
        return links

    def _open(self, address: str) -> set[str]:
        try:
            self.page.goto(address)
        except Error as error:
            if "Download is starting" not in str(error):  # then nothing is shown
                raise
        return self._look()

    def _look(self) -> set[str]:
        self._settle()
        found = {urldefrag(link)[0] for link in self.page.evaluate(_LINKS)}
        return {link for link in found if link.startswith(self.site)}

    def _settle(self) -> None:
        """Until nothing is under way, twice in a row: a click's request begins a moment later."""
        quiet = 0
        for _ in range(400):
            self.page.wait_for_timeout(5)
            try:
                quiet = quiet + 1 if not self._waiting and self.page.evaluate(_SETTLED) else 0
            except Error:  # the next page has just begun
                quiet = 0
            if quiet == 2:
                return
        self._waiting.clear()


def links_of(raw: bytes) -> list[str]:
    """Every address in a mail: of its headers, its text and its HTML."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    texts = [str(value) for value in mail.values()]
    found: list[str] = []
    for part in mail.walk():
        if part.get_content_type() == "text/html":
            found += html.fromstring(part.get_content()).xpath("//@href | //@src")
        elif part.get_content_type() == "text/plain":
            texts.append(part.get_content())
    found += [link for text in texts for link in re.findall(r"https?://[^\s<>\"]+", text)]
    return sorted({urldefrag(link)[0] for link in found if link.startswith("http")})
