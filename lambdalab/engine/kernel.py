"""Time, the agenda and the log: what drives every chapter and knows nothing of Lambda."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar, dataclass_transform

from .errors import Failure
from .facts import (
    ExchangeAnswered,
    Fact,
    InvocationCompleted,
    RequestRefused,
    RequestThrottled,
)
from .log import Entry as Entry
from .log import Log as Log
from .log import Row as Row
from .log import fact_at, unfolded
from .rules import RUNAWAY, RUNAWAY_SHOWN, Rule
from .small import small
from .steps import Answer, Call, Code, Place, Process
from .units import seconds_text
from .world import Environment, World

# The order within one microsecond. What ends at t makes room at t.
ORDER = ("ends", "expiries", "changes", "stimuli", "visibility", "polls", "retries")
ENDS, EXPIRIES, CHANGES, STIMULI, VISIBILITY, POLLS, RETRIES = range(len(ORDER))

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def task(cls: type[T]) -> type[T]:
    """Make a small class for an intention that is planned for a time."""
    return small(cls)


class Task(Protocol):
    """An intention: it decides, may emit facts and plan further tasks, and returns nothing."""

    rank: ClassVar[int]  # its place within one microsecond

    @property
    def idle(self) -> bool:
        """Say whether a run does not go on for its sake."""

    def __call__(self, sim: Sim, cause: int | None) -> None:
        """Carry it out; `cause` is the entry that planned it."""


class Resting(Protocol):
    """A task that can become idle while it is planned."""

    idle: bool


class Poller(Protocol):
    """Who polls a source for a mapping."""

    growing: bool  # whether it is planned to look at the concurrency again

    def wake(self, sim: Sim, at: int, because: int | None) -> None:
        """Plan to look at a time whether there is something to take."""


CodeEnded = Callable[["Sim", Environment, Failure | None, int, int], None]
Ending = InvocationCompleted | RequestRefused | RequestThrottled
Outcome = Callable[["Sim", Ending, int], None]
Arrival = Callable[["Sim", str, "Document", Rule, int], None]
Service = Callable[["Sim", Environment, Call, int], Answer | None]
Reader = Callable[["Sim", str, ExchangeAnswered, int], None]
Shape = Callable[[str, str, int], str]
Item = tuple[int, int, int, int | None, "Task"]  # on the agenda: when, in which order, why, what
Sender = Callable[[int], "Task"]


class Document(NamedTuple):
    """What is sent from one place of the account to another."""

    message: str  # its id
    body: str
    attributes: tuple[tuple[str, ...], ...] = ()  # name and value, or name, type and value
    lineage: str = ""  # who ran before in its chain of requests
    subject: str = ""  # of what is published to a topic


class EngineBug(Exception):
    """The engine has a defect; the message shows the last entries."""


class Runaway(Exception):
    """The run does not get past one microsecond; the message shows the cycle."""

    def __init__(self, at: int, rows: list[Row]) -> None:
        cycle = "\n".join(f"  {fact}" for _, fact, *_ in rows)
        super().__init__(f"time stands still at {seconds_text(at)} s; the last entries:\n{cycle}")


class Shortcut(Protocol):
    """A quicker way through tasks that are planned often; it comes to the same log and world."""

    @property
    def tasks(self) -> tuple[type, ...]:
        """List what it knows how to begin with."""

    def __call__(self, sim: Sim, until: int, most: int) -> int:
        """Carry out at most so many tasks up to a time; say how many it were."""


class Sim:
    """A run in progress: the world, the log so far, and what is planned."""

    def __init__(
        self,
        outcomes: dict[str, Outcome],
        arrivals: dict[str, Arrival],
        services: dict[str, Service],
        readers: dict[str, Reader],
        code_ended: CodeEnded,
        seed: int = 0,
        assume: dict[str, Any] | None = None,
    ) -> None:
        self.outcomes = outcomes  # who sent a request -> who is owed the outcome
        self.arrivals = arrivals  # queue, topic, ... -> what a document does that arrives there
        self.readers = readers  # who sent an HTTP request -> who reads the answer
        self.services = services  # lambda, database, ... -> who answers what code asks for
        self.code_ended = code_ended  # who is told when code is done or stopped
        self.now = 0  # us; the world's own clock is that of the last entry
        self.world = World()
        self.rows: list[Row] = []
        self.base = 0  # the number of the first of them
        self.last: dict[int, Fact] = {}  # of the entries before, those that may be looked up
        self.agenda: list[Item] = []
        self.codes: dict[str, Code] = {}  # version -> its code
        self.denied: set[str] = set()  # targets that cannot be written, by a fault
        self.outages: list[tuple[int, int]] = []  # us: when Lambda's API fails, by a fault
        self.places: dict[str, Place] = {}  # environment -> what it offers its code
        self.processes: dict[str, Process] = {}  # environment -> what runs in it
        self.asked: dict[str, Call] = {}  # call -> what code waits for
        self.shapes: dict[str, Shape] = {}  # front door -> how its events look
        self.reporting: set[str] = set()  # batches whose function may name what failed in them
        self.handled: set[str] = set()  # messages that a handler is or was at work on
        self.pollers: dict[str, Poller] = {}  # mapping -> who polls for it
        self.waiting: dict[str, list[Task]] = {}  # queue -> what is done when it has a message
        self._assumed = assume or {}
        self._seed = seed
        self.order = count()
        self._counters: dict[str, Iterator[int]] = {}
        self._streams: dict[str, Random] = {}
        self._idle = 0  # planned tasks that a run does not go on for
        self.first = 0  # the first entry of this microsecond since something came from outside
        self.shortcut: Shortcut | None = None

    @property
    def wall(self) -> int:
        """What a clock on the wall shows: us since 1970."""
        return self.world.starts + self.now

    def emit(self, fact: Fact, rule: Rule, because: int | None, given: tuple[int, ...] = ()) -> int:
        """Write a fact into the log and let it change the world; return its number."""
        rows, world = self.rows, self.world
        seq = world.seq = self.base + len(rows)
        now = world.now = self.now
        rows.append((now, fact, because, given, rule))
        fact.apply(world)
        return seq

    def fact(self, seq: int) -> Fact:
        """Look up what an entry says."""
        return self.last[seq] if seq in self.last else fact_at(self.rows, seq - self.base)

    def forget(self) -> None:
        """Let go of the entries so far, but for what each environment did last."""
        self.last = {env.entry: self.fact(env.entry) for env in self.world.environments.values()}
        self.base += len(self.rows)
        self.rows.clear()

    def schedule(self, at: int, task: Task, because: int | None) -> None:
        """Plan a task; within one microsecond tasks run by rank, then in the order planned."""
        if task.idle:
            self._idle += 1
        heappush(self.agenda, (at, task.rank, next(self.order), because, task))

    def let_rest(self, task: Resting) -> None:
        """Do not go on for the sake of a planned task that has nothing left to do."""
        self._idle += not task.idle
        task.idle = True

    def tell(self, fact: Ending, because: int) -> None:
        """Tell whoever is owed the outcome of a request: its source, or the door it came by."""
        request = self.world.requests[fact.request]
        event = request.invocation_type == "Event"
        source = "" if event else request.source.rpartition("-")[0]
        self.outcomes[source or request.invocation_type](self, fact, because)

    def left(self, until: int) -> bool:
        """Say whether something that a run goes on for is planned after a time."""
        return len(self.agenda) > self._idle and self.agenda[0][0] > until

    def value(self, rule: Rule) -> Any:
        """The number or word of a rule, as it is assumed in this run."""
        return self._assumed.get(rule.id, rule.value)

    def length(self, rule: Rule, stream: str) -> int:
        """The length of time of a rule; drawn if a run assumes a range or a distribution."""
        value = self.value(rule)
        if isinstance(value, tuple):
            shortest, longest = value
            return int(shortest + (longest - shortest) * self.random(stream))
        return int(value(self.random(stream)) if callable(value) else value)

    def new_id(self, kind: str) -> str:
        """Count a new thing of a kind: env-1, env-2, ..."""
        return f"{kind}-{next(self.counter(kind))}"

    def counter(self, kind: str) -> Iterator[int]:
        """Find what counts the things of a kind."""
        if kind not in self._counters:
            self._counters[kind] = count(1)
        return self._counters[kind]

    def random(self, stream: str, like: str = "") -> float:
        """Draw a number in [0, 1) from the stream of that name, which may begin like another."""
        return self.stream(stream, like).random()

    def stream(self, name: str, like: str = "") -> Random:
        """Find the stream of that name; only what it draws is the same in every run."""
        if name not in self._streams:
            self._streams[name] = Random(f"{self._seed}:{like or name}")
        return self._streams[name]

    def run(self, until: int, settle: bool, tasks: int) -> bool:
        """Carry out at most so many tasks up to a time; say whether any may be left.

        With `settle`, tasks that a run does not go on for are left when only they remain.
        """
        agenda, rows, shortcut = self.agenda, self.rows, self.shortcut
        done = 0
        while done < tasks:
            if shortcut and agenda and isinstance(agenda[0][-1], shortcut.tasks):
                done += shortcut(self, until, tasks - done)
                if done == tasks:
                    break
            if not agenda or agenda[0][0] > until or (settle and len(agenda) == self._idle):
                return False
            done += 1
            at, _, _, cause, task = heappop(agenda)
            if task.idle:
                self._idle -= 1
            if at != self.now or cause is None:  # what comes from outside is no cycle
                self.now, self.first = at, self.base + len(rows)
            elif self.base + len(rows) - self.first > RUNAWAY.value:
                self.watch()
            task(self, cause)
        return True

    def watch(self) -> None:
        """End a run that does not get past one microsecond."""
        if self.base + len(self.rows) - self.first > RUNAWAY.value:
            raise Runaway(self.now, unfolded(self.rows)[-RUNAWAY_SHOWN.value :])
