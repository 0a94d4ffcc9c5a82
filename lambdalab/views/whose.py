"""Which function of a run is meant: by its value or by its name."""

from __future__ import annotations

import re

from ..engine import facts
from ..engine.kernel import Log
from ..mistakes import LabError

UNNAMED = re.compile(r"function(-\d+)?")  # the name that a run gives to a function without one


def function_name(log: Log, function: object) -> str:
    """Find the name that a function, given as its value or its name, has in a run."""
    names = list(
        dict.fromkeys(e.fact.function for e in log if isinstance(e.fact, facts.FunctionConfigured))
    )
    name = function if isinstance(function, str) else getattr(function, "name", function)
    if name is None:
        unnamed = [known for known in names if UNNAMED.fullmatch(known)]
        if len(unnamed) == 1:
            return unnamed[0]
    if name not in names:
        shown = "a function without a name" if name is None else repr(name)
        raise LabError(
            f"which function of this run is {shown}?",
            ", ".join(names),
            f"its name: {names[0]!r}" if names else "a run with a function",
        )
    return str(name)
