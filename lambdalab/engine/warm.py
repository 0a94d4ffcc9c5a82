"""The short way: what all chapters so far come to for a warm request of plain code.

Most requests of a large run are alike: an environment is free, the code waits once and returns,
the environment is frozen again. What the chapters before this one decide about them one entry at a
time is written out here, three entries at a time. The log and the world are the same, which is a
law in the tests; whatever is not quite as usual goes the long way, through those chapters.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any, ClassVar

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
from .world import TOKEN, Environment, Function, Request, Version, version_id


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


# What is known before a request comes ------------------------------------------------------------

RECEIVED, STARTED, WAITS = range(3)  # the entries of a request that is let in
COMPLETED, ANSWERED, FROZEN = range(3)  # those of one that is done
Block = tuple[Any, ...]  # three entries in one: what unfolds them, and what they are made of


class Lane:
    """What is the same for all calls of a version while no setting changes."""

    def __init__(self, sim: Sim, calls: Numbered, function: Function, version: Version) -> None:
        world, reserved = sim.world, function.reserved_concurrency
        self.calls, self.function, self.version = calls, function, version
        self.timeout, self.idle = version.timeout, version.idle
        self.in_flight, self.next_request = function.in_flight, sim.counter("req").__next__
        if reserved < 0:
            self.shared, self.bucket = world.unreserved_in_flight, world.rate
            each, self.room = world.account_concurrency, world.account_concurrency - world.set_aside
        else:
            self.shared, self.bucket = function.in_flight, function.rate
            each = self.room = reserved
        self.rate = each * SCALING_RPS.value
        self.most = (in_window(sim, self.rate) - 1) * TOKEN  # that the bucket may miss
        self.ends: dict[str, Finish | None] = {}  # environment -> its end, if its code is plain


def lane_of(sim: Sim, calls: Any) -> Lane | None:
    """Say what holds for all calls, or None if they go the long way."""
    if not isinstance(calls, Numbered):
        return None
    world, name, number = sim.world, calls.function, calls.qualifier
    if alias := world.aliases.get(version_id(name, number)):
        number = alias.version
    function, version = world.functions[name], world.versions[version_id(name, number)]
    unusual = (
        alias and alias.other,
        function.deleted,
        version.snapshot,
        version.setup.extensions,
        any(v.provisioned for v in world.versions.values() if v.function == name),
        world.assignment != ASSIGNMENT_WHICH.value,
        sim.value(MAX_AGE),
    )
    return None if any(unusual) else Lane(sim, calls, function, version)


class Finish:
    """Let plain code return after its wait; one for each environment, planned again and again."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    def __init__(self, sim: Sim, env: Environment, process: Process, plain: Plain) -> None:
        self.env, self.process, self.plain, self.length = env, process, plain, plain.length
        stream = f"{env.id}:{plain.stream}"
        self.draw = sim.stream(stream).random if plain.stream else float  # float() is 0.0
        self.block: Block = ()  # what it ends

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        if sim.world.environments.get(self.env.id) is self.env and self.env.entry == cause:
            carry_out(sim, self.env, Return(self.plain.payload), cause)


# The way itself ---------------------------------------------------------------------------------


class Shortcut:
    """Plays usual requests until something else is next."""

    tasks = (Stimuli, Finish)

    def __init__(self) -> None:
        self.ends: dict[str, Finish] = {}  # environment -> the end of what it does

    def __call__(self, sim: Sim, until: int, most: int) -> int:
        """Carry out at most so many tasks up to a time; say how many they were."""
        agenda, rows, order, done = sim.agenda, sim.rows, sim.order, 0
        now, first, seq = sim.now, sim.first, len(rows)
        lanes: dict[int, Lane | None] = {}
        begun: list[Block] = []
        coming: Any = None  # the next stimulus: it need not go through the heap
        while done < most:
            if coming and (not agenda or coming < agenda[0]):
                at, _, _, _, stimuli = coming
                who, k = stimuli.whose[stimuli.next], stimuli.ks[stimuli.next]
                if who not in lanes:
                    lanes[who] = lane_of(sim, stimuli.senders[who])
                lane = lanes[who]
                finish = begin(sim, self.ends, lane, k, at, seq) if lane and at <= until else None
                if not finish:
                    break
                now, first, block = at, seq, finish.block
                begun.append(block)
                coming = stimuli.go_on(order)
                heappush(agenda, (at + block[-1], ENDS, next(order), seq + WAITS, finish))
            else:
                at, _, _, cause, task = agenda[0]
                if at > until:
                    break
                if task.__class__ is Stimuli:
                    coming = heappop(agenda)
                    continue
                if task.__class__ is not Finish or (at == now and seq - first > RUNAWAY.value):
                    break
                block = end(sim, task, cause, at, seq)
                if not block:
                    break
                heappop(agenda)
                if at != now:
                    now, first = at, seq
            rows += (block, block, block)
            seq += 3
            done += 1
        if coming:
            heappush(agenda, coming)
        sim.now, sim.first = now, first
        keep(sim, begun)
        return done


def begin(
    sim: Sim, ends: dict[str, Finish], lane: Lane, k: int, at: int, seq: int
) -> Finish | None:
    """Let a request in and its code wait, if all is as usual."""
    idle, bucket = lane.idle, lane.bucket
    missing = bucket.missing - (at - bucket.at) * lane.rate
    if not idle or missing > lane.most or len(lane.shared) >= lane.room:
        return None
    frozen, id = idle[-1]
    if id not in lane.ends:
        lane.ends[id] = end_of(sim, lane, ends, id)
    finish = lane.ends[id]
    if not finish:
        return None
    draw = finish.draw()
    wait = round(finish.length(draw) * SECOND)
    if not 0 < wait <= lane.timeout:
        finish.process.put_back(draw)
        return None
    idle.pop()
    env, request = finish.env, f"req-{lane.next_request()}"
    lane.in_flight[request] = lane.shared[request] = seq + STARTED
    bucket.missing, bucket.at = (missing if missing > 0 else 0) + TOKEN, at
    env.phase, env.since, env.entry, env.line = "Invoke", at, seq + WAITS, 0
    env.request, env.began, env.deadline = request, at, at + lane.timeout
    env.served += 1
    finish.block = (unfold_begun, lane, finish, request, k, at, seq, frozen, wait)
    return finish


def end_of(sim: Sim, lane: Lane, ends: dict[str, Finish], environment: str) -> Finish | None:
    """Find the end of what an environment does, if it is in order and its code is plain."""
    env, process = sim.world.environments[environment], sim.processes[environment]
    finish, plain = ends.get(environment), process.plain()
    outdated = not env.initialized or env.made_for != lane.version.configured
    if plain is None or outdated or env.initialization_type != "on-demand":
        return None
    if plain.memory > lane.version.memory or size(plain.payload) > RESPONSE_TOO_LARGE.value:
        return None
    if finish is None or finish.process is not process:
        finish = ends[environment] = Finish(sim, env, process, plain)
    return finish


def end(sim: Sim, finish: Finish, cause: int | None, at: int, seq: int) -> Block | None:
    """Let plain code return and its environment freeze, if all is as usual."""
    env, begun = finish.env, finish.block
    lane, request, world = begun[1], begun[3], sim.world
    version = lane.version
    usual = env.entry == cause and env.made_for == version.configured and not version.waiting
    if not usual or world.versions[env.version] is not version:
        return None
    del lane.in_flight[request]
    world.unreserved_in_flight.pop(request, None)
    world.requests.pop(request, None)
    env.phase, env.since, env.entry, env.request = "Frozen", at, seq + FROZEN, ""
    lane.idle.append((seq + FROZEN, env.id))
    return (unfold_ended, begun, at)


def keep(sim: Sim, begun: list[Block]) -> None:
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
