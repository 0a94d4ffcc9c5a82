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
from .world import TOKEN, Environment, Function, Request, Version, World, version_id


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

_, LANE, FINISH, UNTIL, NUMBER, *_ = range(9)
ENTRIES = 3  # of a block
STARTED = 1
WAITS = FROZEN = 2  # the last of the three entries of a request that is let in, or that is done
Block = tuple[Any, ...]  # three entries in one: what unfolds them, and what they are made of


class Room:
    """How many more requests may be in flight under a limit."""

    __slots__ = ("left",)

    def __init__(self, world: World, function: Function) -> None:
        if function.reserved_concurrency < 0:
            self.left = world.account_concurrency - world.set_aside
            self.left -= len(world.unreserved_in_flight)
        else:
            self.left = function.reserved_concurrency - len(function.in_flight)


class Lane:
    """What is the same for all calls of a version while no setting changes."""

    def __init__(self, sim: Sim, calls: Numbered, version: Version, room: Room) -> None:
        world, function = sim.world, sim.world.functions[version.function]
        self.calls, self.function, self.version, self.room = calls, function, version, room
        self.timeout, self.idle, limit = (
            version.timeout,
            version.idle,
            function.reserved_concurrency,
        )
        self.bucket = world.rate if limit < 0 else function.rate
        self.rate = SCALING_RPS.value * (world.account_concurrency if limit < 0 else limit)
        self.most = (in_window(sim, self.rate) - 1) * TOKEN  # that the bucket may miss
        self.number = sim.counter("req").__next__
        self.ends: dict[str, Finish] = {}  # environment -> the end of what it does


class Finish:
    """Let plain code return after its wait; one for each environment, planned again and again."""

    rank: ClassVar[int] = ENDS
    idle: ClassVar[bool] = False

    def __init__(self, sim: Sim, env: Environment, process: Process, plain: Plain) -> None:
        self.env, self.id, self.process = env, env.id, process
        self.plain, self.length = plain, plain.length
        stream = f"{env.id}:{plain.stream}"
        self.draw = sim.stream(stream).random if plain.stream else float  # float() is 0.0
        self.block: Block = ()  # what its environment did last

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        if sim.world.environments.get(self.env.id) is self.env and self.env.entry == cause:
            carry_out(sim, self.env, Return(self.plain.payload), cause)


class Stretch:
    """A stretch of a run in which nothing unusual happens, so that no setting changes."""

    def __init__(self, sim: Sim, ends: dict[str, Finish]) -> None:
        self.sim, self.ends, self.start = sim, ends, len(sim.rows)
        self.lanes: dict[int, Lane] = {}  # by who sends
        self.rooms: dict[str, Room] = {}  # function, or "" for all without a reservation
        self.begun: list[Block] = []
        self.ended: list[Block] = []  # of what had begun before

    def lane_of(self, stimuli: Stimuli) -> Lane | None:
        """Say what holds for all calls of who sends the next one, or None if that is unusual."""
        who = stimuli.whose[stimuli.next]
        calls = stimuli.senders[who]
        if not isinstance(calls, Numbered):
            return None
        world, name, number = self.sim.world, calls.function, calls.qualifier
        if alias := world.aliases.get(version_id(name, number)):
            number = alias.version
        function, version = world.functions[name], world.versions[version_id(name, number)]
        unusual = (
            alias and alias.other,
            function.deleted,
            version.snapshot,
            version.setup.extensions,
            version.waiting,
            any(v.provisioned for v in world.versions.values() if v.function == name),
            world.assignment != ASSIGNMENT_WHICH.value,
            self.sim.value(MAX_AGE),
        )
        if any(unusual):
            return None
        lane = self.lanes[who] = Lane(self.sim, calls, version, self.room(function))
        return lane

    def room(self, function: Function) -> Room:
        """Find the limit that a function is under."""
        key = "" if function.reserved_concurrency < 0 else function.name
        if key not in self.rooms:
            self.rooms[key] = Room(self.sim.world, function)
        return self.rooms[key]

    def end_of(self, lane: Lane, environment: str) -> Finish | None:
        """Find the end of what an environment does, if it is in order and its code is plain."""
        env, process = self.sim.world.environments[environment], self.sim.processes[environment]
        finish, plain, version = self.ends.get(environment), process.plain(), lane.version
        outdated = not env.initialized or env.made_for != version.configured
        if plain is None or outdated or env.initialization_type != "on-demand":
            return None
        if plain.memory > version.memory or size(plain.payload) > RESPONSE_TOO_LARGE.value:
            return None
        if finish is None or finish.process is not process:
            finish = self.ends[environment] = Finish(self.sim, env, process, plain)
        lane.ends[environment] = finish
        return finish

    def still(self, finish: Finish, cause: int) -> bool:
        """Say whether what had begun before ends as usual; if so it makes room for others."""
        env, lane, world = finish.env, finish.block[LANE], self.sim.world
        version = lane.version
        if env.entry != cause or world.versions[env.version] is not version or version.waiting:
            return False
        if env.made_for != version.configured:
            return False
        self.ended.append(finish.block)
        lane.room = self.room(lane.function)
        return True

    def settle(self) -> None:
        """Let the world know what has become of requests and environments, and the time."""
        world, rows = self.sim.world, self.sim.rows
        world.now, world.seq = self.sim.now, len(rows) - 1
        for block in self.ended:
            request = request_of(block)
            del block[LANE].function.in_flight[request]
            world.unreserved_in_flight.pop(request, None)
            world.requests.pop(request, None)
            if block[FINISH].block[1] is block:
                self.leave(block)
        for block in self.begun:
            finish = block[FINISH]
            finish.env.served += 1
            if finish.block is block or finish.block[1] is block:
                self.leave(block)

    def leave(self, block: Block) -> None:
        """Leave an environment as it is after its last block, or after the end of that."""
        _, lane, finish, until, _, k, at, _, seq = block
        env, last, function, world = finish.env, finish.block, lane.function, self.sim.world
        if last is block:
            request, version = request_of(block), lane.version.id
            function.in_flight[request] = seq + STARTED
            if function.reserved_concurrency < 0:
                world.unreserved_in_flight[request] = seq + STARTED
            who = (request, function.name, version, lane.calls.qualifier, "RequestResponse")
            world.requests[request] = Request(*who, payload(k), at, seq, env.id, 1)
            env.phase, env.since, env.entry, env.line = "Invoke", at, seq + WAITS, 0
            env.request, env.began, env.deadline = request, at, at + lane.timeout
        else:
            env.phase, env.since, env.entry, env.line = "Frozen", until, last[-1] + FROZEN, 0
            env.request, env.began, env.deadline = "", at, at + lane.timeout


# The way itself ---------------------------------------------------------------------------------


class Shortcut:
    """Plays usual requests until something else is next, and only then changes the world."""

    tasks = (Stimuli, Finish)

    def __init__(self) -> None:
        self.ends: dict[str, Finish] = {}  # environment -> the end of what it does

    def __call__(self, sim: Sim, until: int, most: int) -> int:
        """Carry out at most so many tasks up to a time; say how many they were."""
        agenda, rows, order = sim.agenda, sim.rows, sim.order
        stretch = Stretch(sim, self.ends)
        now, first, seq, begun = sim.now, sim.first, stretch.start, stretch.begun
        coming: Any = None  # the next stimulus: it need not go through the heap
        for _ in range(most):
            if coming and (not agenda or coming < agenda[0]):
                at, stimuli = coming[0], coming[-1]
                block = begin(stretch, stimuli, at, seq) if at <= until else None
                if not block:
                    break
                begun.append(block)
                now, first, coming = at, seq, next(stimuli.turns, None)
                heappush(agenda, (block[UNTIL], ENDS, next(order), seq + WAITS, block[FINISH]))
            else:
                at, _, _, cause, task = agenda[0]
                if task.__class__ is Stimuli and not coming:
                    coming = heappop(agenda)
                    continue
                if task.__class__ is not Finish or at > until:
                    break
                if at == now and seq - first > RUNAWAY.value:
                    break
                if cause < stretch.start and not stretch.still(task, cause):
                    break
                heappop(agenda)
                before = task.block
                lane = before[LANE]
                lane.room.left += 1
                lane.idle.append((seq + FROZEN, task.id))
                task.block = block = (unfold_ended, before, seq)
                if at != now:
                    now, first = at, seq
            rows += (block, block, block)
            seq += ENTRIES
        if coming:
            heappush(agenda, coming)
        sim.now, sim.first = now, first
        stretch.settle()
        return (seq - stretch.start) // ENTRIES


def begin(stretch: Stretch, stimuli: Stimuli, at: int, seq: int) -> Block | None:
    """Let a request in and its code wait, if all is as usual."""
    which = stimuli.next
    lane = stretch.lanes.get(stimuli.whose[which]) or stretch.lane_of(stimuli)
    if not lane:
        return None
    idle, bucket = lane.idle, lane.bucket
    missing = bucket.missing - (at - bucket.at) * lane.rate
    if not idle or missing > lane.most or lane.room.left <= 0:
        return None
    frozen, id = idle[-1]
    finish = lane.ends.get(id) or stretch.end_of(lane, id)
    if not finish:
        return None
    draw = finish.draw()
    wait = round(finish.length(draw) * SECOND)
    if not 0 < wait <= lane.timeout:
        finish.process.put_back(draw)
        return None
    del idle[-1]
    lane.room.left -= 1
    bucket.missing, bucket.at = (missing if missing > 0 else 0) + TOKEN, at
    k, number, stimuli.next = stimuli.ks[which], lane.number(), which + 1
    finish.block = (unfold_begun, lane, finish, at + wait, number, k, at, frozen, seq)
    return finish.block


# What it comes to -------------------------------------------------------------------------------


def request_of(block: Block) -> str:
    """Name the request of a block."""
    return f"req-{block[NUMBER]}"


def unfold_begun(block: Block, seq: int) -> list[Row]:
    """Write out the three entries of a request that was let in."""
    _, lane, finish, until, _, k, at, frozen, _ = block
    request, version, env = request_of(block), lane.version, finish.id
    asked = (request, version.function, "RequestResponse", payload(k))
    received = RequestReceived(*asked, version.version, lane.calls.qualifier)
    started = InvocationStarted(request, env, 1, at + lane.timeout)
    return [
        (at, received, None, (), YOUR_REQUEST),
        (at, started, seq, (frozen,), ASSIGNMENT_WHICH),
        (at, CodeWaited(env, request, until), seq + STARTED, (), YOUR_CODE),
    ]


def unfold_ended(block: Block, seq: int) -> list[Row]:
    """Write out the three entries of a request that is done."""
    _, begun, _ = block
    _, _, finish, at, _, _, began, _, first = begun
    request, env, plain = request_of(begun), finish.id, finish.plain
    done = (request, env, "success", "", plain.payload, at - began, plain.memory)
    return [
        (at, InvocationCompleted(*done), first + WAITS, (), YOUR_CODE),
        (at, ResponseSent(request, STATUS.value, "", plain.payload), seq, (), STATUS),
        (at, EnvironmentFrozen(env), seq, (), FREEZE),
    ]
