"""Chains of requests: how Lambda notices a function that calls itself again and again.

What code sends carries along who ran so far in its chain, as the lineage header of AWS does.
"""

from __future__ import annotations

from .kernel import Sim
from .rules import RECURSION
from .world import Request


def in_a_loop(sim: Sim, request: Request) -> bool:
    """Say whether a function ran so often in a chain of requests that it is not run again."""
    if not request.lineage:
        return False
    limit = sim.value(RECURSION)
    ran = _links(request.lineage).get(request.function, 0)
    return limit is not None and ran >= limit


def passed_on(request: Request) -> str:
    """Say who ran so far in the chain of a request, for what comes out of it."""
    chain = _links(request.lineage)
    chain[request.function] = chain.get(request.function, 0) + 1
    return _text(chain)


def joined(lineages: list[str]) -> str:
    """Say who ran so far in the chains that come together in a batch, and how often at most."""
    chain: dict[str, int] = {}
    for lineage in lineages:
        for function, times in _links(lineage).items():
            chain[function] = max(times, chain.get(function, 0))
    return _text(chain)


def _text(chain: dict[str, int]) -> str:
    """Put a chain together."""
    return "|".join(f"{function}:{times}" for function, times in chain.items())


def _links(lineage: str) -> dict[str, int]:
    """Take a chain apart: functions, and how often they ran."""
    links = (link.rpartition(":") for link in lineage.split("|") if link)
    return {function: int(times) for function, _, times in links}
