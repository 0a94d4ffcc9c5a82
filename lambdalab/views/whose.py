"""Which function, version, alias or queue of a run is meant, and which entries are about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from ..engine import facts
from ..engine.kernel import Entry, Log
from ..engine.units import base_id
from ..engine.world import LATEST, version_id
from ..mistakes import LabError

UNNAMED = re.compile(r"function(-\d+)?")  # the name that a run gives to a function without one


class Names:
    """What the values that a run was given are called in it: greet, greet:1, greet:live."""

    def __init__(self, known: Mapping[Any, str] | None = None) -> None:
        self.known = known or {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Leave the values behind: a run that was kept in a file is asked by names."""
        return (Names, ())


def function_name(log: Log, x: object, names: Names) -> str:
    """Find the name that a function, given as its value or its name, has in a run."""
    if isinstance(x, Hashable) and x in names.known:
        return names.known[x]
    if (target := getattr(x, "target", None)) is not None:  # an event door
        return function_name(log, target, names)
    known = [*function_names(log), *_sources(log)]
    owner = getattr(x, "function", None)
    if owner is not None and (alias := getattr(x, "name", "")):
        return function_name(log, f"{function_name(log, owner, names)}:{alias}", names)
    name = x if isinstance(x, str) else getattr(x, "name", x)
    source = f"{getattr(x, 'kind', 'queue')}:{name}"
    if source in known and (hasattr(x, "kind") or name not in known):
        return source
    if name is None:
        unnamed = [one for one in known if UNNAMED.fullmatch(one)]
        if len(unnamed) == 1:
            return unnamed[0]
    if name not in known:
        shown = "a function without a name" if name is None else repr(name)
        raise LabError(
            f"which function of this run is {shown}?",
            ", ".join(known),
            f"its name: {known[0]!r}" if known else "a run with a function",
        )
    return str(name)


def function_names(log: Log) -> list[str]:
    """List the functions of a run, their published versions and their aliases."""
    names: dict[str, None] = {}
    for _, fact, *_ in log.rows:
        if isinstance(fact, facts.FunctionConfigured):
            latest = fact.version == LATEST
            names[fact.function if latest else version_id(fact.function, fact.version)] = None
        elif isinstance(fact, facts.AliasConfigured):
            names[version_id(fact.function, fact.alias)] = None
    return list(names)


def _sources(log: Log) -> list[str]:
    """List the queues and streams that mappings read, and the mappings."""
    names: dict[str, None] = {}
    for _, fact, *_ in log.rows:
        if isinstance(fact, facts.QueueConfigured):
            names[f"queue:{fact.queue}"] = None
        elif isinstance(fact, facts.QueueMappingConfigured):
            names[fact.mapping] = None
        elif isinstance(fact, facts.StreamMappingConfigured):
            names |= dict.fromkeys((fact.settings.stream, fact.mapping))
    return list(names)


def places(log: Log) -> list[str]:
    """List every function and resource that a run has: function:greet, queue:jobs, topic:news."""
    names: dict[str, None] = {}
    for _, fact, *_ in log.rows:
        if name := PLACES.get(type(fact)):
            names |= dict.fromkeys(name(fact))
    names.pop("", None)
    return list(names)


PLACES: dict[type, Callable[[Any], tuple[str, ...]]] = {
    facts.FunctionConfigured: lambda fact: (
        f"function:{fact.function}",
        fact.on_success,
        fact.on_failure,
    ),
    facts.DeadLetterConfigured: lambda fact: (fact.target,),
    facts.QueueConfigured: lambda fact: (f"queue:{fact.queue}",),
    facts.StreamConfigured: lambda fact: (fact.stream,),
    facts.StreamMappingConfigured: lambda fact: (fact.settings.on_failure,),
    facts.TriggerConfigured: lambda fact: (fact.source, fact.dead_letter),
    facts.EventPublished: lambda fact: (fact.source,),
    facts.DocumentSent: lambda fact: (fact.target,),
}


def entries_of(log: Log, whose: str) -> list[Entry]:
    """List the entries about a function, a version, an alias, a queue or a mapping, in order.

    Those of an alias are about requests that called it by its name; those of a queue or a mapping
    are also about the requests that its batches became.
    """
    homes: dict[str, frozenset[str]] = {}  # request, environment, mapping, batch -> whose it is
    found = []
    for seq, (_, fact, *_) in enumerate(log.rows):
        said, things = _words(type(fact))
        own = _named(*(getattr(fact, word) if word else "" for word in said))
        if queue := getattr(fact, "queue", ""):
            own |= {f"queue:{queue}"}
        if isinstance(fact, facts.RequestReceived):
            homes[fact.request] = own | homes.get(fact.source, own)
        elif isinstance(fact, facts.QueueMappingConfigured):
            homes[fact.mapping] = own = own | {fact.mapping}
        elif isinstance(fact, facts.MessageReceived):
            homes[fact.batch] = own = homes[fact.mapping]
        elif isinstance(fact, facts.InitStarted):
            homes.setdefault(fact.environment, own)
        if whose in own or any(
            whose in homes.get(base_id(getattr(fact, thing)), ()) for thing in things
        ):
            found.append(log[seq])
    return found


@cache
def _words(kind: type) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say which words of a fact of a kind tell whose it is, and which name things of somebody."""
    known = {field.name for field in fields(kind)}
    said = ("function", "version", "qualifier", "alias")
    things = tuple(word for word in ("request", "environment", "mapping", "batch") if word in known)
    return tuple(word if word in known else "" for word in said), things


@cache
def _named(function: str, *parts: str) -> frozenset[str]:
    """Name the function, the version and the alias that a fact tells of."""
    return frozenset({function, *(version_id(function, part) for part in parts if part)} - {""})
