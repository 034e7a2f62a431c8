"""The one place that touches htmx's headers, and the few shapes that an answer has."""

from flask import Response, make_response, redirect, request
from htmx_flask import make_response as make_htmx_response

from milebill.templating import render


def wants_partial() -> bool:
    """Whether only the parts of a page are wanted that a swap needs.

    Never ask for HX-Request alone: boosted and hx-select requests send it too and need the whole page.
    """
    return request.headers.get("HX-Request-Type") == "partial"


def page(template: str, status: int = 200, **context: object) -> Response:
    """A whole page. 422 for a form with errors: htmx 4 swaps it like any other."""
    return vary(make_response(render(template, context), status))


def partial(template: str, status: int = 200, **context: object) -> Response:
    """Parts of a page for a swap, each naming its target (<hx-partial hx-target="#…">)."""
    return vary(make_response(render(template, context), status))


def see_other(address: str) -> Response:
    """After a success: 303 for a form, and for htmx a real navigation to the same place."""
    if wants_partial():
        return vary(make_htmx_response("", 200, redirect=address))
    response = redirect(address, 303)
    assert isinstance(response, Response)  # noqa: S101  (narrows werkzeug's wider type)
    return vary(response)


def vary(response: Response) -> Response:
    """Mark that the answer depends on htmx's headers, and on the language that a stranger's browser asks for."""
    response.vary.update(["HX-Request", "HX-Request-Type", "Accept-Language"])
    return response


PRIVATE = (("Cache-Control", "private, no-cache"), ("Vary", "*"))
"""Keep it out of shared caches, and ask again before showing it from a private one.

On the way back browsers skip the question that `no-cache` asks for, and show a form whose time is over. To what
varies with everything they have no answer of their own, so they ask; unlike `no-store` it leaves them the 304.
"""


def private(response: Response) -> Response:
    """Mark a page that only its reader may keep, see PRIVATE."""
    response.headers["Cache-Control"] = PRIVATE[0][1]
    response.vary.add("*")
    return response


def replacing(response: Response, address: str) -> Response:
    """For htmx: show `address` as the page's own from now on, so that it can be kept and loaded again."""
    response.headers["HX-Replace-Url"] = address
    return response
