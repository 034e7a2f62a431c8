"""`python -m bench [name …]`: every measurement or those that are named, as one table."""

import argparse
import importlib
import sys
import time
from dataclasses import dataclass

NO_TARGET = "–"


@dataclass(frozen=True)
class Figure:
    """A line of the table: which value of which measurement, and what it should reach."""

    measurement: str
    key: str
    name: str
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    def target(self) -> str:
        """In words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}{self.unit}"
        return NO_TARGET if self.at_most is None else f"≤ {self.at_most:g}{self.unit}"

    def verdict(self, value: float) -> str:
        """Met, missed, or nothing to say."""
        if self.at_least is None and self.at_most is None:
            return ""
        low = self.at_least if self.at_least is not None else value
        high = self.at_most if self.at_most is not None else value
        return "met" if low <= value <= high else "MISSED"


FIGURES = (
    Figure("pages", "page_per_second", "client page, requests per second"),
    Figure("pages", "page_ratio", "client page ÷ bare hello", at_least=0.12),
    Figure("pages", "unchanged_ratio", "client page, unchanged (304) ÷ bare hello", at_least=0.6),
    Figure("signoff", "signoff_verb_per_second", "sign-off, per second"),
    Figure("signoff", "signoff_ratio", "sign-off ÷ its statements in raw SQL", at_least=0.05),
    Figure("signoff", "signoff_worst_wait_ms", "sign-off, worst wait of 32 clients", " ms", at_most=100),
    Figure("live", "live_p50_ms", "1,000 dashboards in 50 workspaces, commit → message, median", " ms"),
    Figure("live", "live_p99_ms", "1,000 dashboards in 50 workspaces, commit → message, p99", " ms", at_most=250),
    Figure("live", "live_page_p99_ratio", "client page's p99 with these dashboards ÷ without", at_most=1.5),
    Figure("live", "crowd_p50_ms", "1,000 dashboards in one workspace, commit → message, median", " ms"),
    Figure("live", "crowd_p99_ms", "1,000 dashboards in one workspace, commit → message, p99", " ms", at_most=250),
    Figure("live", "crowd_page_p99_ratio", "client page's p99 with these dashboards ÷ without", at_most=1.5),
    Figure("slow_clients", "slow_rate_ratio", "client page with 500 slow clients ÷ without", at_least=0.7),
    Figure("slow_clients", "slow_p99_ratio", "client page's p99 with 500 slow clients ÷ without"),
    Figure("slow_clients", "slow_worst_ms", "client page, worst wait with them", " ms"),
    Figure("pdf", "rendered", "PDF of an invoice with 24 lines", " s"),
    Figure("pdf", "ratio", "PDF ÷ the same by hand with reportlab", at_most=7),
    *(
        Figure(
            "testability",
            f"{part}_{judge}_{key}",
            f"untestable criteria, {part}: {name}, {key if key != 'f1' else 'F1'}",
            " %",
            {"held-rules-precision": 90, "held-rules-recall": 85}.get(f"{part}-{judge}-{key}"),
        )
        for part in ("development", "held", "after")
        for judge, name in (("rules", "rules"), ("words", "word list only"), ("digit", "has a digit"))
        for key in ("precision", "recall", "f1")
    ),
    Figure("testability", "milliseconds", "reading a criterion", " ms", at_most=1),
)
MEASUREMENTS = tuple(dict.fromkeys(figure.measurement for figure in FIGURES))
WIDTH = max(len(figure.name) for figure in FIGURES)


def main() -> None:
    """Measure and print; a target that is missed is printed, and only a crash is a failure."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="What the product costs, in ratios.")
    parser.add_argument("names", nargs="*", metavar="name", help=f"one or more of: {', '.join(MEASUREMENTS)}")
    names = parser.parse_args().names or MEASUREMENTS
    if unknown := set(names) - set(MEASUREMENTS):
        parser.error(f"there is no measurement named {', '.join(sorted(unknown))}")
    print(f"{'figure':{WIDTH}}  {'value':>10}  {'target':>9}", flush=True)
    for name in names:
        began = time.perf_counter()
        values = importlib.import_module(f"bench.{name}").measure()
        for figure in FIGURES:
            if figure.measurement == name:
                print(_line(figure, values[figure.key]))
        print(f"  {name} took {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def _line(figure: Figure, value: float) -> str:
    shown = f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{figure.name:{WIDTH}}  {shown + figure.unit:>10}  {figure.target():>9}  {figure.verdict(value)}".rstrip()


if __name__ == "__main__":
    main()
