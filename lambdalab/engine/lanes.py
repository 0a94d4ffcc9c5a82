"""What usual requests have in common, and what stands for three of their entries at once.

A usual request finds an environment frozen; its code is plain: it waits once and then returns, and
the environment is frozen again.
"""

from __future__ import annotations

from typing import Any, ClassVar

from .concurrency import in_window
from .execution import carry_out
from .facts import (
    CodeWaited,
    EnvironmentFrozen,
    InvocationCompleted,
    InvocationStarted,
    RequestReceived,
    ResponseSent,
)
from .kernel import ENDS, Row, Sim, task
from .rules import ASSIGNMENT_WHICH, FREEZE, SCALING_RPS, STATUS, YOUR_CODE, YOUR_REQUEST
from .steps import Plain, Process, Return
from .synchronous import Invoke
from .world import TOKEN, Environment, Function, Version, World


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


Block = tuple[Any, ...]  # three entries in one: what unfolds them, and what they are made of
FIELDS = ("unfold", "lane", "finish", "until", "number", "k", "at", "frozen", "seq")  # of one
LANE, FINISH, UNTIL, NUMBER, AT, SEQ = map(
    FIELDS.index, ("lane", "finish", "until", "number", "at", "seq")
)
LET_IN, DONE = ("received", "started", "waits"), ("completed", "answered", "frozen")  # entries
ENTRIES, STARTED = len(LET_IN), LET_IN.index("started")
WAITS, FROZEN = LET_IN.index("waits"), DONE.index("frozen")


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

    __slots__ = ("block", "draw", "env", "id", "length", "plain", "process")
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


# What they unfold to ----------------------------------------------------------------------------


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
