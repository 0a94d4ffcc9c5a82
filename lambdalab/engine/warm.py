"""The short way: what all chapters so far come to for usual requests.

Most requests of a large run are alike. What the chapters before this one decide about them one
entry at a time is written out here, three entries at a time. The log and the world are the same,
which is a law in the tests; whatever is not quite as usual goes the long way, through those
chapters.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

from .errors import size
from .kernel import ENDS, Sim
from .lanes import (
    ENTRIES,
    FINISH,
    FROZEN,
    LANE,
    STARTED,
    UNTIL,
    WAITS,
    Block,
    Finish,
    Lane,
    Numbered,
    Room,
    payload,
    request_of,
    unfold_begun,
    unfold_ended,
)
from .rules import ASSIGNMENT_WHICH, IDLE, MAX_AGE, RESPONSE_TOO_LARGE, RUNAWAY
from .stimuli import Stimuli
from .units import SECOND
from .world import TOKEN, Function, Request, version_id


class Stretch:
    """A stretch of a run in which nothing unusual happens, so that no setting changes."""

    def __init__(self, sim: Sim, ends: dict[str, Finish]) -> None:
        self.sim, self.ends, self.start = sim, ends, sim.base + len(sim.rows)
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
            not isinstance(self.sim.value(IDLE), int),
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
        fresh = not env.served  # something of its Init may still have to be told
        if plain is None or outdated or fresh or env.initialization_type != "on-demand":
            return None
        if plain.memory > version.memory or size(plain.payload) > RESPONSE_TOO_LARGE.value:
            return None
        if finish is None or finish.process is not process:
            finish = self.ends[environment] = Finish(self.sim, env, process, plain)
        lane.ends[environment] = finish
        return finish

    def still(self, finish: Finish, cause: int | None) -> bool:
        """Say whether what had begun before ends as usual; if so it makes room for others."""
        env, lane, world = finish.env, finish.block[LANE], self.sim.world
        version = lane.version
        if env.entry != cause or world.versions[env.version] is not version or version.waiting:
            return False
        if env.made_for != version.configured or version.provisioned:
            return False
        self.ended.append(finish.block)
        lane.room = self.room(lane.function)
        return True

    def settle(self) -> None:
        """Let the world know what has become of requests and environments, and the time."""
        sim, world = self.sim, self.sim.world
        if sim.base + len(sim.rows) > self.start:  # the time may have passed without an entry
            world.now, world.seq = sim.now, sim.base + len(sim.rows) - 1
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
                if task.block[-1] < stretch.start and not stretch.still(task, cause):
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
