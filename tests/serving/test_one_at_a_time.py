"""Pages take turns; whatever may wait for somebody does not."""

import threading
from collections.abc import Iterable
from typing import Any

import pytest

from milebill.serving.one_at_a_time import OneAtATime

PATIENCE_SECONDS = 60


def start_response(*_: Any) -> Any:
    return None


class Pages:
    """An application that counts the pages that were made while no second one was, for as long as it waits for it."""

    def __init__(self, seconds: float):
        self._together = threading.Barrier(2)
        self._seconds = seconds
        self.alone = 0

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        try:
            self._together.wait(self._seconds)
        except threading.BrokenBarrierError:
            self.alone += 1
            self._together.reset()
        return [b"page"]


def fetch_twice(app: OneAtATime, environ: dict[str, Any]) -> None:
    threads = [threading.Thread(target=app, args=(environ, start_response)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(2 * PATIENCE_SECONDS)


def test_pages_are_made_one_after_the_other() -> None:
    pages = Pages(0.2)
    fetch_twice(OneAtATime(pages), {"REQUEST_METHOD": "GET"})
    assert pages.alone == 2


@pytest.mark.parametrize(
    "environ",
    [
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "GET", "CONTENT_LENGTH": "70000"},
        {"REQUEST_METHOD": "GET", "HTTP_TRANSFER_ENCODING": "chunked"},
    ],
)
def test_what_may_wait_for_the_disk_or_the_client_has_no_turn(environ: dict[str, Any]) -> None:
    pages = Pages(PATIENCE_SECONDS)
    fetch_twice(OneAtATime(pages), environ)
    assert pages.alone == 0


def test_a_page_that_fails_gives_the_turn_back() -> None:
    def fail(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    app = OneAtATime(fail)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            app({"REQUEST_METHOD": "HEAD"}, start_response)
