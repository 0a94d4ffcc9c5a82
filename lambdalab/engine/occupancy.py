"""What several facts share: who counts as in flight, and which environments are in line."""

from __future__ import annotations

from bisect import bisect_left
from typing import Any

from .rules import SCALING_RPS
from .world import Environment, Function, Request, World, version_id

PROVISIONED = "provisioned-concurrency"
SNAP_START = "snap-start"


def create(world: World, made: Any, phase: str) -> Environment:
    """Bring an environment into being; a request may wait for it."""
    version = world.versions[version_id(made.function, made.version)]
    number = int(made.environment.rpartition("-")[-1])
    env = world.environments[made.environment] = Environment(
        made.environment,
        number,
        version.function,
        version.id,
        made.initialization_type,
        world.now,
        version.configured,
        phase,
        world.now,
        world.seq,
    )
    if made.initialization_type == PROVISIONED and version.provisioned_status == "READY":
        env.serves = True  # it takes the place of another one
        version.provisioned_serving += 1
    if made.request:
        version.waiting[made.request] = made.environment
        let_in(world, made.request, on_demand=True)
        world.functions[made.function].scaling.take(world.now, world.scaling_refill)
    return env


def enter(env: Environment, phase: str, world: World) -> None:
    """Put an environment into a phase."""
    env.phase, env.since, env.entry = phase, world.now, world.seq


def let_in(world: World, request: str, on_demand: bool) -> None:
    """Count a request as in flight."""
    asked = world.requests[request]
    function = world.functions[asked.function]
    function.in_flight[request] = world.seq
    if asked.invocation_type == "RequestResponse":
        _spend_rate(world, function, asked, on_demand)
    if not on_demand:
        function.on_provisioned += 1
        if scaling := world.versions[asked.version].scaling:
            scaling.work(world.now, 1)
    elif function.reserved_concurrency < 0:
        world.unreserved_in_flight[request] = world.seq


def let_go(world: World, function: Function, holder: str) -> None:
    """Count a request, or what is left of its environment's work, as over."""
    del function.in_flight[holder]
    world.unreserved_in_flight.pop(holder, None)


def answer(request: Request, done: Any) -> None:
    """Let a request remember what its last attempt came to."""
    request.response, request.error = done.payload, done.error_type
    request.errors += done.status != "success"
    request.throttles, request.environment = 0, ""


def _spend_rate(world: World, function: Function, asked: Request, on_demand: bool) -> None:
    """Take one request out of the rate that its concurrency allows."""
    each = SCALING_RPS.value
    if not on_demand:
        version = world.versions[asked.version]
        version.provisioned_rate.take(world.now, each * version.provisioned)
    elif function.reserved_concurrency < 0:
        world.rate.take(world.now, each * world.account_concurrency)
    else:
        function.rate.take(world.now, each * function.reserved_concurrency)


def occupy(world: World, env: Environment, request: str) -> None:
    """Give a request to an environment."""
    if env.phase == "Frozen":
        take_out_of_line(world, env)
    if not world.versions[env.version].waiting.pop(request, ""):
        let_in(world, request, env.initialization_type != PROVISIONED)
    env.request, env.began = request, world.now
    waiting = world.requests[request]
    waiting.environment = env.id
    waiting.attempt += 1


def line_of(world: World, env: Environment) -> list[tuple[int, str]]:
    """Find the line that a frozen environment stands in."""
    version = world.versions[env.version]
    if env.initialization_type != PROVISIONED:
        return version.idle
    return version.provisioned_idle if env.serves else version.provisioned_prepared


def place_in_line(world: World, env: Environment) -> tuple[int, str]:
    """Say where a frozen environment stands among the others: by last use or by age."""
    by_use = world.assignment in ("mru", "lru")
    return (env.entry if by_use else env.number, env.id)


def take_out_of_line(world: World, env: Environment) -> None:
    """Remove a frozen environment from those that can be taken."""
    line = line_of(world, env)
    del line[bisect_left(line, place_in_line(world, env))]
