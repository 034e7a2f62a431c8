"""What is due by the clock, each by itself: one that fails holds up nobody else's."""

from collections.abc import Callable, Iterable


def one_by_one(duties: Iterable[Callable[[], int]]) -> int:
    """Do all of them, in their order; returns the sum of what they return.

    Raises ExceptionGroup with what went wrong, after the last of them: what failed is due again the next time.
    """
    done, faults = 0, []
    for duty in duties:
        try:
            done += duty()
        except Exception as fault:  # noqa: BLE001 - whatever it was, it is told below
            faults.append(fault)
    if faults:
        raise ExceptionGroup("what is due by the clock", faults)
    return done
