"""Which function, version or alias of a run is meant: by its value or by its name."""

from __future__ import annotations

import re

from ..engine import facts
from ..engine.kernel import Log
from ..engine.world import LATEST, version_id
from ..mistakes import LabError

UNNAMED = re.compile(r"function(-\d+)?")  # the name that a run gives to a function without one


def function_name(log: Log, function: object) -> str:
    """Find the name that a function, given as its value or its name, has in a run."""
    names = _names(log)
    owner = getattr(function, "function", None)
    if owner is not None:  # an alias
        alias = getattr(function, "name", "1")
        return function_name(log, f"{function_name(log, owner)}:{alias}")
    name = function if isinstance(function, str) else getattr(function, "name", function)
    source = f"{getattr(function, 'kind', 'queue')}:{name}"
    if source in names and (hasattr(function, "kind") or name not in names):
        return source
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


def _names(log: Log) -> list[str]:
    """List the functions of a run with their versions and aliases, its queues and mappings."""
    names: dict[str, None] = {}
    for entry in log:
        fact = entry.fact
        if isinstance(fact, facts.FunctionConfigured):
            latest = fact.version == LATEST
            names[fact.function if latest else version_id(fact.function, fact.version)] = None
        elif isinstance(fact, facts.AliasConfigured):
            names[version_id(fact.function, fact.alias)] = None
        elif isinstance(fact, facts.QueueConfigured):
            names[f"queue:{fact.queue}"] = None
        elif isinstance(fact, facts.QueueMappingConfigured):
            names[fact.mapping] = None
    return list(names)
