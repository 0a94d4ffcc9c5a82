"""Short answers of a run, from which problems are made."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import islice
from typing import Any

from ..engine import facts
from ..engine.units import SECOND
from ..run import Run


def sent(run: Run) -> list[float]:
    """List when the requests of a run were sent, in seconds."""
    return [at / SECOND for _, at, fact, *_ in run.log if isinstance(fact, facts.RequestReceived)]


def requests_of(run: Run, function: str) -> dict[str, float]:
    """List the requests of one function, each with the second at which it was sent."""
    return {
        fact.request: at / SECOND
        for _, at, fact, *_ in run.log
        if isinstance(fact, facts.RequestReceived) and fact.function == function
    }


def first(run: Run, kind: type, where: Callable[[Any], bool] = lambda fact: True) -> int | None:
    """Find the first entry of a kind."""
    return next((seq for seq, _, f, *_ in run.log if isinstance(f, kind) and where(f)), None)


def nth(
    run: Run, kind: type, n: int, where: Callable[[Any], bool] = lambda fact: True
) -> int | None:
    """Find the n-th entry of a kind, from one on."""
    found = (seq for seq, _, f, *_ in run.log if isinstance(f, kind) and where(f))
    return next(islice(found, n - 1, None), None)


def payloads(run: Run) -> list[Any]:
    """List what was sent, decoded, in the order sent."""
    received = (f for _, _, f, *_ in run.log if isinstance(f, facts.RequestReceived))
    return [json.loads(fact.payload) for fact in received]


def first_together(run: Run, n: int) -> int | None:
    """Find the first entry at which so many handlers are at work at once."""
    busy: set[str] = set()
    for seq, _, fact, *_ in run.log:
        if isinstance(fact, facts.InvocationStarted):
            busy.add(fact.request)
            if len(busy) >= n:
                return seq
        elif isinstance(fact, facts.InvocationCompleted):
            busy.discard(fact.request)
    return None


def first_reuse(run: Run) -> int | None:
    """Find the first entry at which a frozen environment begins to work again."""
    frozen: set[str] = set()
    for seq, _, fact, *_ in run.log:
        if isinstance(fact, facts.EnvironmentFrozen):
            frozen.add(fact.environment)
        elif isinstance(fact, facts.InvocationStarted) and fact.environment in frozen:
            return seq
    return None
