"""Is there room? Which environment takes a request, or with which reason it is refused."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from .kernel import Sim
from .rules import (
    ACCOUNT_LIMIT,
    ASSIGNMENT,
    ASSIGNMENT_WHICH,
    CLAIMED,
    GIVEN_MOST,
    PROVISIONED_EQUALS,
    PROVISIONED_RPS,
    PROVISIONED_SPILLOVER,
    PROVISIONED_USED,
    RESERVED,
    RESERVED_POOL,
    RESERVED_ZERO,
    RPS_WINDOW,
    SCALING_BURST,
    SCALING_RATE,
    SCALING_RPS,
    SCALING_RPS_ASYNC,
    SINGLE_CONCURRENCY,
    Rule,
)
from .world import TOKEN, Bucket, Function, Request, Version

# Rules that need no line of their own: they follow from what is set aside and who is counted.
FOLLOWS = (RESERVED_POOL, CLAIMED, PROVISIONED_EQUALS, SCALING_RPS_ASYNC)

Given = tuple[int, ...]


class Room(NamedTuple):
    """A place for a request: a frozen environment, or "" for a new one."""

    environment: str
    rule: Rule
    given: Given


class Refusal(NamedTuple):
    """Why there is no room."""

    reason: str
    rule: Rule
    given: Given


def look_for_room(sim: Sim, request: Request) -> Room | Refusal:
    """Find an environment for a request: a provisioned one, a frozen one, or a new one."""
    function = sim.world.functions[request.function]
    version = sim.world.versions[request.version]
    spilled = None
    if version.provisioned:
        taken = _provisioned(sim, version, request)
        if taken.environment:
            return taken
        spilled = taken
    refused = _refusal(sim, function, request)
    if refused:
        return refused
    chosen = _free_environment(sim, version)
    if chosen:
        frozen = sim.world.environments[chosen].entry
        return Room(chosen, ASSIGNMENT_WHICH, (frozen,))
    if _over(sim, function.scaling, sim.world.scaling_refill, SCALING_BURST.value):
        return Refusal("ConcurrentInvocationLimitExceeded", SCALING_RATE, (function.entry,))
    if spilled:
        return spilled
    busy = tuple(islice(function.in_flight.values(), GIVEN_MOST.value))
    return Room("", SINGLE_CONCURRENCY if busy else ASSIGNMENT, busy)


def _provisioned(sim: Sim, version: Version, request: Request) -> Room:
    """Take a provisioned environment, or say by which rule the request spills over."""
    given = (version.provisioned_entry,)
    each = SCALING_RPS.value * version.provisioned
    synchronous = request.invocation_type == "RequestResponse"
    if synchronous and _over(sim, version.provisioned_rate, each, in_window(sim, each)):
        return Room("", PROVISIONED_RPS, given)
    chosen = version.provisioned_idle
    return (
        Room(chosen[-1][1], PROVISIONED_USED, given)
        if chosen
        else Room("", PROVISIONED_SPILLOVER, given)
    )


def _refusal(sim: Sim, function: Function, request: Request) -> Refusal | None:
    """Say why a function may not run one more request now, or None if it may."""
    world, limit = sim.world, function.reserved_concurrency
    synchronous = request.invocation_type == "RequestResponse"
    if limit < 0:
        if len(world.unreserved_in_flight) >= world.account_concurrency - world.set_aside:
            given = _in_the_way(world.account_entry, world.unreserved_in_flight.values())
            return Refusal("ConcurrentInvocationLimitExceeded", ACCOUNT_LIMIT, given)
        each, bucket, entry = world.account_concurrency, world.rate, world.account_entry
        reason = "FunctionInvocationRateLimitExceeded"
    else:
        provisioned = sum(
            v.provisioned for v in world.versions.values() if v.function == function.name
        )
        on_demand = len(function.in_flight) - function.on_provisioned
        if on_demand >= limit - provisioned:
            given = _in_the_way(function.entry, function.in_flight.values())
            rule = RESERVED if limit else RESERVED_ZERO
            return Refusal("ReservedFunctionConcurrentInvocationLimitExceeded", rule, given)
        each, bucket, entry = limit, function.rate, function.entry
        reason = "ReservedFunctionInvocationRateLimitExceeded"
    each *= SCALING_RPS.value
    if synchronous and _over(sim, bucket, each, in_window(sim, each)):
        return Refusal(reason, SCALING_RPS, (entry,))
    return None


def in_window(sim: Sim, rate: int) -> int:
    """Turn requests a second into those that the window of the limit may have at once."""
    return max(1, rate * int(sim.value(RPS_WINDOW)) // TOKEN)


def _over(sim: Sim, bucket: Bucket, rate: int, capacity: int) -> bool:
    """Say whether a token bucket has less than one token left."""
    return bucket.lacks(sim.now, rate) + TOKEN > capacity * TOKEN


def _in_the_way(setting: int, holders: Iterable[int]) -> Given:
    """Name the setting and the first of those that hold the concurrency."""
    return (setting, *islice(holders, GIVEN_MOST.value - 1))


def _free_environment(sim: Sim, version: Version) -> str:
    """Choose the frozen environment that takes a request, or "" if there is none."""
    idle, policy = version.idle, sim.world.assignment
    if not idle:
        return ""
    if policy == "lru":
        return idle[0][1]
    if policy == "random":
        return idle[int(sim.random(f"assignment:{version.id}") * len(idle))][1]
    return idle[-1][1]  # mru: the one frozen last; newest: the one created last
