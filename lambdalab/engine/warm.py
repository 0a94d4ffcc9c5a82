"""The short way: what all chapters so far come to for a warm request of plain code.

Most requests of a large run are alike: an environment is free, the code waits once and returns,
the environment is frozen again. What the chapters before this one decide about them one entry at a
time is written out here, three entries at a time. The log and the world are the same, which is a
law in the tests; whatever is not quite as usual goes the long way, through those chapters.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, ClassVar, NamedTuple

from .concurrency import in_window
from .errors import size
from .execution import carry_out
from .facts import (
    CodeWaited,
    EnvironmentFrozen,
    InvocationCompleted,
    InvocationStarted,
    RequestReceived,
    ResponseSent,
)
from .kernel import ENDS, Row, Sim, Stimuli, task
from .rules import (
    ASSIGNMENT_WHICH,
    FREEZE,
    MAX_AGE,
    RESPONSE_TOO_LARGE,
    RUNAWAY,
    SCALING_RPS,
    STATUS,
    YOUR_CODE,
    YOUR_REQUEST,
)
from .steps import Plain, Process, Return
from .synchronous import Invoke
from .units import SECOND
from .world import TOKEN, Bucket, Environment, Function, Request, Version, version_id


@task
class Numbered:
    """Calls a function again and again; the payload of the k-th call is {"n": k}."""

    function: str
    qualifier: str

    def __call__(self, k: int) -> Invoke:
        return Invoke(self.function, self.qualifier, payload(k))


def payload(k: int) -> str:
    """Write the payload of a call that was given none."""
    return f'{{"n": {k}}}'


# What is known before a request comes --------------------------------------------------------------


class Lane(NamedTuple):
    """What is the same for all calls of a version while no setting changes."""

    calls: Numbered
    function: Function
    version: Version
    shared: dict[str, int]  # requests that share a limit
    room: int  # for so many of them
    unreserved: bool
    bucket: Bucket  # of the requests a second
    rate: int
    most: int  # that the bucket may miss for one more, in millionths


def lane_of(sim: Sim, calls: Any) -> Lane | None:
    """Say what holds for all calls, or None if they go the long way."""
    if not isinstance(calls, Numbered):
        return None
    world, name, qualifier = sim.world, calls.function, calls.qualifier
    if alias := world.aliases.get(version_id(name, qualifier)):
        if alias.other:
            return None
        qualifier = alias.version
    function, version = world.functions[name], world.versions[version_id(name, qualifier)]
    limit, unreserved = function.reserved_concurrency, function.reserved_concurrency < 0
    usual = not (function.deleted or version.snapshot or version.setup.extensions)
    provisioned = any(v.provisioned for v in world.versions.values() if v.function == name)
    if not usual or provisioned or world.assignment != "mru" or sim.value(MAX_AGE):
        return None
    each = SCALING_RPS.value * (world.account_concurrency if unreserved else limit)
    return Lane(
        calls,
        function,
        version,
        world.unreserved_in_flight if unreserved else function.in_flight,
        world.account_concurrency - world.set_aside if unreserved else limit,
        unreserved,
        world.rate if unreserved else function.rate,
        each,
        (in_window(sim, each) - 1) * TOKEN,
    )


class Finish:
    """Let plain code return after its wait; one for each environment, planned again and again."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    def __init__(self, sim: Sim, env: Environment, process: Process, plain: Plain) -> None:
        self.env, self.process, self.plain = env, process, plain
        stream = f"{env.id}:{plain.stream}"
        self.draw = sim.stream(stream).random if plain.stream else None
        self.begun: tuple[Any, ...] = ()  # what it ends

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        if sim.world.environments.get(self.env.id) is self.env and self.env.entry == cause:
            carry_out(sim, self.env, Return(self.plain.payload), cause)


def finish_of(sim: Sim, env: Environment) -> Finish | None:
    """Make the end of the invocations of an environment, if its code is plain."""
    process = sim.processes[env.id]
    plain = process.plain()
    if plain is None or env.initialization_type != "on-demand":
        return None
    if size(plain.payload) > RESPONSE_TOO_LARGE.value:
        return None
    return Finish(sim, env, process, plain)


# The way itself ---------------------------------------------------------------------------------


class Shortcut:
    """Plays warm requests until something else is next."""

    tasks = (Stimuli, Finish)

    def __init__(self) -> None:
        self.ends: dict[str, Finish | None] = {}  # environment -> its end; None: not plain

    def __call__(self, sim: Sim, until: int, most: int) -> int:
        """Carry out at most so many tasks up to a time; say how many they were."""
        agenda, rows, done = sim.agenda, sim.rows, 0
        lanes: dict[int, Lane | None] = {}
        begun: list[tuple[Any, ...]] = []
        while done < most and agenda and agenda[0][0] <= until:
            at, _, _, cause, task = agenda[0]
            if type(task) is Finish:
                if at != sim.now:
                    sim.now, sim.first = at, len(rows)
                elif len(rows) - sim.first > RUNAWAY.value:
                    break
                if not end(sim, task, cause):
                    break
                heappop(agenda)
            elif type(task) is Stimuli:
                who = task.whose[task.next]
                if who not in lanes:
                    lanes[who] = lane_of(sim, task.senders[who])
                lane = lanes[who]
                if lane is None or not self.begin(sim, lane, task, at, begun):
                    break
            else:
                break
            done += 1
        keep(sim, begun)
        return done

    def begin(
        self, sim: Sim, lane: Lane, stimuli: Stimuli, at: int, begun: list[tuple[Any, ...]]
    ) -> bool:
        """Let a request in and its code wait, if all is as usual."""
        version, bucket = lane.version, lane.bucket
        missing = max(0, bucket.missing - (at - bucket.at) * lane.rate)
        if not version.idle or len(lane.shared) >= lane.room or missing > lane.most:
            return False
        frozen, id = version.idle[-1]
        finish = self.ends.get(id)
        if finish is None or finish.process is not sim.processes[id]:
            finish = self.ends[id] = finish_of(sim, sim.world.environments[id])
        if finish is None:
            return False
        env, plain = finish.env, finish.plain
        outdated = not env.initialized or env.made_for != version.configured
        if outdated or plain.memory > version.memory:
            return False
        draw = finish.draw() if finish.draw else 0.0
        wait = round(plain.length(draw) * SECOND)
        if not 0 < wait <= version.timeout:
            finish.process.put_back(draw)
            return False
        sim.now, sim.first, seq, request = at, len(sim.rows), len(sim.rows), sim.new_id("req")
        block = (
            unfold_begun,
            lane,
            finish,
            request,
            stimuli.ks[stimuli.next],
            at,
            seq,
            frozen,
            wait,
        )
        sim.rows += (block, block, block)  # received, started, waits
        begun.append(block)
        finish.begun = block
        version.idle.pop()
        lane.function.in_flight[request] = lane.shared[request] = seq + 1
        bucket.missing, bucket.at = missing + TOKEN, at
        env.phase, env.since, env.entry, env.line = "Invoke", at, seq + WAITS, 0
        env.request, env.began, env.deadline = request, at, at + version.timeout
        env.served += 1
        heappop(sim.agenda)
        stimuli.go_on(sim)
        heappush(sim.agenda, (at + wait, ENDS, next(sim.order), seq + WAITS, finish))
        return True


RECEIVED, STARTED, WAITS = range(3)  # the entries of a block that begins
COMPLETED, ANSWERED, FROZEN = range(3)  # those of one that ends


def end(sim: Sim, finish: Finish, cause: int | None) -> bool:
    """Let plain code return and its environment freeze, if all is as usual."""
    env, block = finish.env, finish.begun
    lane, request = block[1], block[3]
    version = sim.world.versions[env.version]
    if env.entry != cause or env.made_for != version.configured or version.waiting:
        return False
    seq = len(sim.rows)
    block = (unfold_ended, block, sim.now)
    sim.rows += (block, block, block)  # completed, answered, frozen
    del lane.function.in_flight[request]
    sim.world.unreserved_in_flight.pop(request, None)
    sim.world.requests.pop(request, None)
    env.phase, env.since, env.entry, env.request = "Frozen", sim.now, seq + FROZEN, ""
    version.idle.append((env.entry, env.id))
    return True


def keep(sim: Sim, begun: list[tuple[Any, ...]]) -> None:
    """Let the world know what time it is, and of the requests that are still in flight."""
    world = sim.world
    world.now, world.seq = sim.now, len(sim.rows) - 1
    for _, lane, finish, request, k, at, seq, _, _ in begun:
        if finish.env.request == request:
            calls, version = lane.calls, lane.version.id
            who = (request, calls.function, version, calls.qualifier, "RequestResponse")
            world.requests[request] = Request(*who, payload(k), at, seq, finish.env.id, 1)


# What it comes to -------------------------------------------------------------------------------


def unfold_begun(block: tuple[Any, ...], seq: int) -> list[Row]:
    """Write out the three entries of a request that was let in."""
    _, lane, finish, request, k, at, _, frozen, wait = block
    calls, version, env = lane.calls, lane.version, finish.env.id
    asked = (request, calls.function, "RequestResponse", payload(k))
    received = RequestReceived(*asked, version.version, calls.qualifier)
    started = InvocationStarted(request, env, 1, at + version.timeout)
    return [
        (at, received, None, (), YOUR_REQUEST),
        (at, started, seq, (frozen,), ASSIGNMENT_WHICH),
        (at, CodeWaited(env, request, at + wait), seq + STARTED, (), YOUR_CODE),
    ]


def unfold_ended(block: tuple[Any, ...], seq: int) -> list[Row]:
    """Write out the three entries of a request that is done."""
    _, (_, _, finish, request, _, began, first, _, _), at = block
    env, plain = finish.env.id, finish.plain
    done = (request, env, "success", "", plain.payload, at - began, plain.memory)
    return [
        (at, InvocationCompleted(*done), first + WAITS, (), YOUR_CODE),
        (at, ResponseSent(request, STATUS.value, "", plain.payload), seq, (), STATUS),
        (at, EnvironmentFrozen(env), seq, (), FREEZE),
    ]
