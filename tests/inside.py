"""A running product, asked by HTTP, and its own database seen from inside: so that a test can set the scene."""

import http.client
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask

from milebill.config import Settings
from tests.actors import Supplier
from tests.servers.database import new_app
from tests.servers.web import Product

Answer = tuple[int, http.client.HTTPMessage, str]
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@contextmanager
def inside(product: Product) -> Iterator[Flask]:
    """An application in this process on the product's database, with its secret and a context pushed."""
    secret = (product.var / "secret").read_text().strip()
    settings = Settings((secret,), database_url=product.database_url, var=product.var, base_url=product.url)
    with new_app(settings) as app, app.app_context():
        yield app


def connect(product: Product, timeout: float = 60) -> http.client.HTTPConnection:
    """A connection to the product."""
    return http.client.HTTPConnection(product.url.removeprefix("http://"), timeout=timeout)


def ask(
    product: Product, address: str, form: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> Answer:
    """GET, or POST a form, over a connection of its own."""
    connection = connect(product)
    try:
        if form is None:
            connection.request("GET", address, headers=headers or {})
        else:
            head = {"Content-Type": "application/x-www-form-urlencoded", "Origin": product.url, **(headers or {})}
            connection.request("POST", address, urlencode(form), head)
        response = connection.getresponse()
        return response.status, response.headers, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def session_cookie(app: Flask, supplier: Supplier) -> dict[str, str]:
    """The header that a signed-in supplier's browser sends."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    session = {"_permanent": True, "user": supplier.user_id, "workspace": supplier.workspace_id}
    return {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={serializer.dumps(session)}"}


def receipt_in(text: str) -> str:
    """The receipt's number that a page names."""
    found = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", text)
    assert found, text[:500]
    return found[0]


def family(pid: int) -> list[int]:
    """The process and all that descend from it, parents first."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        parents.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = [pid]
    for member in found:
        found += parents.get(member, [])
    return found


def kill_at_once(product: Product) -> None:
    """As a power cut would: every process of the product, with no chance to finish anything."""
    for pid in family(product.process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    product.process.wait()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Until the condition holds. Fails when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
