"""What must hold at any moment: tests ask after every entry."""

from __future__ import annotations

from collections.abc import Iterator

from .lines import Queue
from .occupancy import PROVISIONED
from .rules import SINGLE_CONCURRENCY
from .world import Environment, Function, Version, World


def problems(world: World) -> list[str]:
    """Name everything that is out of order in a world; none, if the engine is right."""
    found = [p for function in world.functions.values() for p in _function(world, function)]
    found += [p for version in world.versions.values() for p in _version(world, version)]
    for version in world.versions.values():
        found += _provisioned_environments(world, version)
    found += [p for env in world.environments.values() for p in _environment(world, env)]
    found += [p for queue in world.queues.values() for p in _queue(world, queue)]
    found += [p for id in world.queue_mappings for p in _mapping(world, id)]
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
    lines = (
        (version.idle, [e for e in frozen if not _is_provisioned(e)]),
        (version.provisioned_idle, [e for e in frozen if _is_provisioned(e) and e.serves]),
        (version.provisioned_prepared, [e for e in frozen if _is_provisioned(e) and not e.serves]),
    )
    for line, standing in lines:
        if {id for _, id in line} != {e.id for e in standing}:
            yield f"{version.id}: idle is not what is frozen"
        if line != sorted(line):
            yield f"{version.id}: the frozen environments are not in line"


def _provisioned_environments(world: World, version: Version) -> Iterator[str]:
    """Compare what a version remembers of its provisioned environments with a scan of them."""
    mine = [e for e in world.environments.values() if e.version == version.id]
    if version.provisioned_serving != sum(e.serves for e in mine):
        yield f"{version.id}: the environments that serve are counted wrongly"
    busy = sum(bool(e.request) for e in mine if _is_provisioned(e))
    if version.scaling and version.scaling.busy != busy:
        yield f"{version.id}: busy provisioned environments are counted wrongly"


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


def _queue(world: World, queue: Queue) -> Iterator[str]:
    """Compare what a queue remembers with a scan of its messages and of the batches."""
    messages = queue.messages.values()
    away = [m for m in messages if m.batch and not m.visible]
    if queue.in_flight != len(away):
        yield f"in flight is {queue.in_flight} where {len(away)} are"
    held = [g for b in world.batches.values() for g in b.groups if _reads(world, b.mapping, queue)]
    for name, group in queue.groups.items() if queue.settings.fifo else ():
        if group.away != held.count(name) + sum(m.group == name for m in away):
            yield f"the group {name} is held up wrongly"
    free = [m for m in messages if m.visible and not _held_up(queue, m.group)]
    if bool(queue.line) != bool(free):
        yield "the line of a queue is not what can be received"
    if queue.line and queue.line[0] != min((m.order, m.id) for m in free):
        yield "the first in line is not the first message that can be received"


def _reads(world: World, mapping: str, queue: Queue) -> bool:
    """Say whether a mapping reads a queue."""
    return world.queues[world.queue_mappings[mapping].queue] is queue


def _held_up(queue: Queue, group: str) -> bool:
    """Say whether nothing of a message group can be received."""
    return queue.settings.fifo and queue.groups[group].away > 0


def _mapping(world: World, id: str) -> Iterator[str]:
    """Compare what a mapping has in flight with a scan of the batches."""
    mapping = world.queue_mappings[id]
    if mapping.busy != sum(batch.mapping == id for batch in world.batches.values()):
        yield f"{id}: its batches are counted wrongly"
