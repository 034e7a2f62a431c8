"""500 slow clients against one server: the page must go on being served, by the threads that they don't get."""

import statistics

from bench import load, pages, servers, workshop
from bench.beside import beside

CLIENTS = 500
SECONDS, ROUNDS, CONNECTIONS = 3.0, 3, 4


def measure() -> dict[str, float]:
    """The page's rate and p99 while 500 clients send a byte now and then, ÷ the same without them, in turns.

    `slow_open`: how many of them waited in vain for a thread at the end, and did not get one.
    """
    with workshop.scratch_app() as app:
        settings = servers.at_free_port(app.extensions["settings"])
        token = pages.client_token(settings.secret_keys)
        free, crowded, held = [], [], []
        with servers.serving(settings, "milebill.serving.web", "/healthz") as address:
            url = f"{address}/q/{token}"
            crowd = {"address": address, "form": f"/q/{token}/questions", "count": CLIENTS}
            load.run(url, 1.0, connections=CONNECTIONS)
            for _ in range(ROUNDS):
                free.append(load.run(url, SECONDS, connections=CONNECTIONS))
                with beside("bench.dawdlers", crowd) as dawdlers:
                    dawdlers.hear()
                    crowded.append(load.run(url, SECONDS, connections=CONNECTIONS))
                    dawdlers.tell("stop")
                    held.append(dawdlers.hear()["open"])
    if {one.status for one in free + crowded} != {200}:
        raise RuntimeError("the page was not served")
    pairs = list(zip(crowded, free, strict=True))
    return {
        "slow_open": float(min(held)),
        "slow_page_per_second": statistics.median(one.per_second for one in crowded),
        "slow_rate_ratio": statistics.median(slow.per_second / alone.per_second for slow, alone in pairs),
        "slow_p99_ms": statistics.median(one.p99 for one in crowded) * 1000,
        "slow_p99_ratio": statistics.median(slow.p99 / alone.p99 for slow, alone in pairs),
        "slow_worst_ms": max(one.worst for one in crowded) * 1000,
    }


if __name__ == "__main__":
    for name, value in measure().items():
        print(f"{name}: {value:.3f}")
