"""One process of a crowd: `python -m tests.crowd '[database_url, var, secret, workspace, threads, [[verb, quote]]]'`.

Says "ready", waits for a line, then calls each verb in all threads at once and prints the answers as JSON.
"""

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from milebill import create_app
from milebill.config import Settings
from milebill.db import close_db
from tests.actors import Deal, Supplier
from tests.crowds import at_once

Answer = tuple[str | bool | None, ...]


def _sign_off(deal: Deal) -> Answer:
    result = deal.sign_off()
    return "sign_off", result.receipt_number, result.invoice_number, result.first


def _accept(deal: Deal) -> Answer:
    result = deal.accept()
    return "accept", result.receipt_number, result.first


VERBS: dict[str, Callable[[Deal], Answer]] = {"sign_off": _sign_off, "accept": _accept}


def main() -> None:
    url, var, secret, workspace, threads, jobs = json.loads(sys.argv[1])
    app = create_app(Settings(secret_keys=(secret,), database_url=url, var=Path(var), base_url="http://milebill.test"))
    anna = Supplier("Anna", "anna@example.com", 0, workspace)
    with app.app_context():
        Deal(anna, jobs[0][1]).link()  # a connection, so that all begin at the same moment
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    answers: list[Answer] = []
    for verb, quote in jobs:
        answers += at_once(app, [partial(VERBS[verb], Deal(anna, quote))] * threads)
    print(json.dumps(answers), flush=True)  # noqa: T201
    close_db(app)


if __name__ == "__main__":
    main()
