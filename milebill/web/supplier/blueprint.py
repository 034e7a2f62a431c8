"""What the supplier's routes share: their blueprint, ids in addresses, and how a page is shown."""

from flask import Blueprint, Response, flash, get_flashed_messages, request
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.routing import IntegerConverter

from milebill.web.responses import page, private

supplier_pages = Blueprint("supplier", __name__)

MAX_ID = 2**63 - 1


class IdConverter(IntegerConverter):
    """A row's id in an address. One that is too large for a row becomes 0, which no row has: the answer is 404.

    A limit of Werkzeug's own would answer 405 where one address has a route for each method.
    """

    def to_python(self, value: str) -> int:
        number: int = super().to_python(value)
        return number if number <= MAX_ID else 0


@supplier_pages.record_once
def _know_ids(state: BlueprintSetupState) -> None:
    # Recorded before the first route, so that the routes can use it.
    state.app.url_map.converters["id"] = IdConverter


def show(template: str, status: int = 200, **context: object) -> Response:
    """A supplier's page with what the last request has to say; kept out of shared caches."""
    notices = get_flashed_messages(with_categories=True)
    return private(page(f"supplier/{template}", status, notices=notices, **context))


def say(text: str, tone: str = "good") -> None:
    """A notice for the next page. `tone` is good, wait or bad."""
    flash(str(text), tone)  # the session keeps plain text, in the language of this moment


def key_from_request(name: str) -> int | None:
    """A page's key from the address; anything odd is as if it were not there."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 19 and int(text) <= MAX_ID else None
