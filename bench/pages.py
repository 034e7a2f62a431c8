"""The client's page (8 milestones, 4 invoices, a thread) against a bare Flask hello on the same server."""

from bench import load, servers, workshop
from milebill import links

SECONDS, ROUNDS = 2.0, 6


def measure() -> dict[str, float]:
    """Requests per second of the page, uncached and unchanged (conditional), each ÷ hello's in the same run."""
    with workshop.scratch_app() as app:
        settings = servers.at_free_port(app.extensions["settings"])
        token = client_token(settings.secret_keys)
        hello, page, unchanged = [], [], []
        with (
            servers.serving(settings, "milebill.serving.web", "/healthz") as address,
            servers.serving(servers.at_free_port(settings), "bench.servers", "/") as floor,
        ):
            url = f"{address}/q/{token}"
            status, headers, body = load.fetch(url)
            if status != 200:
                raise RuntimeError(f"the page answered {status}")
            same = {"If-None-Match": headers["etag"]}
            for _ in range(ROUNDS):  # in turns, so that a busy moment of the machine hits all of them
                hello.append(load.run(f"{floor}/", SECONDS))
                page.append(load.run(url, SECONDS))
                unchanged.append(load.run(url, SECONDS, same))
    if {one.status for one in unchanged} != {304}:
        raise RuntimeError("the conditional request was not answered by 304")
    floor_rate = _best(hello)
    return {
        "hello_per_second": floor_rate,
        "page_per_second": _best(page),
        "page_ratio": _best(page) / floor_rate,
        "unchanged_per_second": _best(unchanged),
        "unchanged_ratio": _best(unchanged) / floor_rate,
        "page_bytes": float(len(body)),
    }


def client_token(keys: tuple[str, ...]) -> str:
    """The page's link: 8 milestones, of which 4 are signed off and billed, one waits, and a thread of 6."""
    signed_in, actor = workshop.supplier()
    quote_id = workshop.project(signed_in.workspace_id, actor, steps=8, submitted=1, signed=4, said=3)
    return links.sign(keys, links.Purpose.CLIENT, workshop.link_of(quote_id))


def _best(loads: list[load.Load]) -> float:
    return max(one.per_second for one in loads)


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
