"""What became of a verb, in a word: its answer, or the name of the error with its reason."""

from collections.abc import Callable
from typing import Any

from milebill.errors import Invalid, MilebillError, Refused


def outcome(verb: Callable[[], Any]) -> str:
    """Call the verb."""
    try:
        answer = verb()
    except Invalid as error:
        return f"Invalid({', '.join(f'{name}: {code}' for name, code in sorted(error.errors.items()))})"
    except Refused as error:
        return f"{type(error).__name__}({error.reason})"
    except MilebillError as error:
        return type(error).__name__
    if hasattr(answer, "first"):
        return "done" if answer.first else "done before"
    return {None: "done", True: "done", False: "done before"}.get(answer, "done")
