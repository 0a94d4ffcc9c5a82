"""What must hold at any moment: tests ask after every entry."""

from __future__ import annotations

from collections.abc import Iterator

from .rules import SINGLE_CONCURRENCY
from .world import Environment, Function, World


def problems(world: World) -> list[str]:
    """Name everything that is out of order in a world; none, if the engine is right."""
    found = [p for function in world.functions.values() for p in _function(world, function)]
    found += [p for env in world.environments.values() for p in _environment(world, env)]
    if len(world.unreserved_in_flight) > world.account_concurrency - world.reserved:
        found.append("more unreserved requests are in flight than the account allows")
    return found


def _function(world: World, function: Function) -> Iterator[str]:
    """Compare what a function remembers with a scan of everything."""
    environments = [e for e in world.environments.values() if e.function == function.name]
    running = {e.request for e in environments if e.request}
    if set(function.in_flight) != running | set(function.waiting):
        yield f"{function.name}: in flight is not what runs or waits"
    if {id for _, id in function.idle} != {e.id for e in environments if e.phase == "Frozen"}:
        yield f"{function.name}: idle is not what is frozen"
    if function.idle != sorted(function.idle):
        yield f"{function.name}: the frozen environments are not in line"
    if 0 <= function.reserved_concurrency < len(function.in_flight):
        yield f"{function.name}: more requests are in flight than are reserved"


def _environment(world: World, env: Environment) -> Iterator[str]:
    """Look at one environment."""
    if env.phase == "Invoke" and env.request and env.request not in world.requests:
        yield f"{env.id}: it works on {env.request}, which is answered already"
    if env.phase != "Invoke" and env.request:
        yield f"{env.id}: it holds {env.request} in phase {env.phase}"
    if env.phase == "Invoke" and env.request and env.deadline < world.now:
        yield f"{env.id}: it runs past its deadline"
    same = [e.id for e in world.environments.values() if env.request and e.request == env.request]
    if len(same) > SINGLE_CONCURRENCY.value:
        yield f"{env.request}: it runs in {', '.join(same)} at once"
