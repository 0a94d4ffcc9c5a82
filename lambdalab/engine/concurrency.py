"""Is there room? Who may run at once, and with which reason a request is refused."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from .kernel import Sim
from .rules import ACCOUNT_LIMIT, GIVEN_MOST, RESERVED, Rule
from .world import Function

Refusal = tuple[str, Rule, tuple[int, ...]]  # the reason, the rule, and what it rested on


def refusal(sim: Sim, function: Function) -> Refusal | None:
    """Say why a function may not run one more request now, or None if it may."""
    world = sim.world
    if function.reserved_concurrency >= 0:
        if len(function.in_flight) < function.reserved_concurrency:
            return None
        given = in_the_way(function.entry, function.in_flight.values())
        return "ReservedFunctionConcurrentInvocationLimitExceeded", RESERVED, given
    if len(world.unreserved_in_flight) < world.account_concurrency - world.reserved:
        return None
    given = in_the_way(world.account_entry, world.unreserved_in_flight.values())
    return "ConcurrentInvocationLimitExceeded", ACCOUNT_LIMIT, given


def in_the_way(setting: int, holders: Iterable[int]) -> tuple[int, ...]:
    """Name the setting and the first of those that hold the concurrency."""
    return (setting, *islice(holders, GIVEN_MOST.value - 1))


def free_environment(sim: Sim, function: Function) -> str:
    """Choose the frozen environment that takes a request, or "" if there is none."""
    idle, policy = function.idle, sim.world.assignment
    if not idle:
        return ""
    if policy == "lru":
        return idle[0][1]
    if policy == "random":
        return idle[int(sim.random(f"assignment:{function.name}") * len(idle))][1]
    return idle[-1][1]  # mru: the one frozen last; newest: the one created last
