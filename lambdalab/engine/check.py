"""What must hold at any moment: tests ask after every entry."""

from __future__ import annotations

from collections.abc import Iterator

from .occupancy import PROVISIONED
from .rules import SINGLE_CONCURRENCY
from .world import Environment, Function, Version, World


def problems(world: World) -> list[str]:
    """Name everything that is out of order in a world; none, if the engine is right."""
    found = [p for function in world.functions.values() for p in _function(world, function)]
    found += [p for version in world.versions.values() for p in _version(world, version)]
    found += [p for env in world.environments.values() for p in _environment(world, env)]
    aside = sum(
        f.reserved_concurrency if f.reserved_concurrency >= 0 else _provisioned(world, f)
        for f in world.functions.values()
    )
    if world.set_aside != aside:
        found.append("what is set aside is not what is reserved and provisioned")
    return found


def _provisioned(world: World, function: Function) -> int:
    """Count the environments that a function keeps provisioned."""
    return sum(v.provisioned for v in world.versions.values() if v.function == function.name)


def _function(world: World, function: Function) -> Iterator[str]:
    """Compare what a function remembers with a scan of everything."""
    running = {e.holds for e in _environments(world, function) if e.holds}
    versions = [v for v in world.versions.values() if v.function == function.name]
    waiting = {request for version in versions for request in version.waiting}
    if set(function.in_flight) != running | waiting:
        yield f"{function.name}: in flight is not what runs or waits"
    on_provisioned = sum(
        bool(e.request) for e in _environments(world, function) if _is_provisioned(e)
    )
    if function.on_provisioned != on_provisioned:
        yield f"{function.name}: provisioned environments are counted wrongly"
    shared = {r for r in function.in_flight if r in world.unreserved_in_flight}
    if function.reserved_concurrency >= 0 and shared:
        yield f"{function.name}: it has a reservation and uses the shared pool"


def _version(world: World, version: Version) -> Iterator[str]:
    """Compare the lines of a version with a scan of its environments."""
    frozen = [e for e in world.environments.values() if e.version == version.id]
    frozen = [e for e in frozen if e.phase == "Frozen"]
    for line, provisioned in ((version.idle, False), (version.provisioned_idle, True)):
        if {id for _, id in line} != {e.id for e in frozen if _is_provisioned(e) == provisioned}:
            yield f"{version.id}: idle is not what is frozen"
        if line != sorted(line):
            yield f"{version.id}: the frozen environments are not in line"


def _environments(world: World, function: Function) -> list[Environment]:
    """List the environments of a function."""
    return [e for e in world.environments.values() if e.function == function.name]


def _is_provisioned(env: Environment) -> bool:
    """Say whether an environment was provisioned."""
    return env.initialization_type == PROVISIONED


def _environment(world: World, env: Environment) -> Iterator[str]:
    """Look at one environment."""
    if env.request and not env.posted and env.request not in world.requests:
        yield f"{env.id}: it works on {env.request}, which is answered already"
    if env.phase != "Invoke" and env.request:
        yield f"{env.id}: it holds {env.request} in phase {env.phase}"
    if env.phase == "Invoke" and env.request and env.deadline < world.now:
        yield f"{env.id}: it runs past its deadline"
    same = [e.id for e in world.environments.values() if env.request and e.holds == env.request]
    if len(same) > SINGLE_CONCURRENCY.value:
        yield f"{env.request}: it runs in {', '.join(same)} at once"
