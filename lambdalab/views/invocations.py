"""Each time a handler was to run: when, where, how it ended, and what REPORT says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.rules import BILLED_INIT
from ..engine.units import base_id, ceil_ms

DOORS = {"RequestResponse": "call", "Event": "event", "DryRun": "dry run"}
FOLLOWS = (BILLED_INIT,)  # the rules of what is billed


@dataclass(slots=True)
class Invocation:
    """One invocation; times are microseconds since the start, None where it did not happen."""

    request: str  # as it was sent, however often it is delivered
    function: str
    version: str  # $LATEST, 1
    initialization_type: str  # on-demand, provisioned-concurrency, snap-start
    source: str  # call, event; or the queue, topic, api, ... that it came from: queue:orders
    environment: str
    attempt: int
    taken: int  # when the environment turned to it, before any Init in it
    start: int | None = None  # when the handler began
    end: int | None = None
    status: str = ""  # success, error, timeout, or "" while it runs
    error_type: str = ""
    duration: int | None = None  # us, as in REPORT: with a repeated Init in it
    init_duration: int | None = None  # us, as in REPORT: on the first one of an environment
    restore_duration: int | None = None  # us, as in REPORT: likewise, with SnapStart
    billed_restore: int = 0  # us of it
    max_memory: int = 0  # MB, of all invocations of the environment so far
    cold: bool = False  # it waited for the Init of the environment that served it
    payload: str = ""  # what it returned, or the error document
    completed: int = -1  # the entry that ended it

    @property
    def billed_ms(self) -> int | None:
        """Milliseconds that are billed: Init or Restore and duration, rounded up once."""
        if self.duration is None:
            return None
        return ceil_ms(self.duration + (self.init_duration or 0) + self.billed_restore)


@dataclass(slots=True)
class Environment:
    """What has to be remembered of an environment from one entry to the next."""

    function: str
    version: str
    initialization_type: str
    running: Invocation | None = None
    init_duration: int | None = None  # us, of an Init that no REPORT has shown yet
    restore: facts.RestoreCompleted | None = None  # likewise
    fresh: bool = False  # its first Init or Restore has ended at this very moment
    max_memory: int = 0  # MB


def invocations(log: Log) -> list[Invocation]:
    """List the invocations of a run in the order in which environments turned to them."""
    reader = Reader()
    for seq, (at, fact, *_) in enumerate(log.rows):
        if read := READ.get(type(fact)):
            read(reader, seq, at, fact)
    return reader.found


class Reader:
    """What has to be remembered of a log from one entry to the next."""

    def __init__(self) -> None:
        self.found: list[Invocation] = []
        self.environments: dict[str, Environment] = {}
        self.attempts: dict[str, int] = {}  # request -> how often a handler was to run for it
        self.sources: dict[str, str] = {}  # request -> how it came
        self.senders: dict[str, str] = {}  # delivery, exchange, batch, mapping -> topic:news, ...

    def delivery_begun(self, _: int, __: int, fact: facts.DeliveryBegun) -> None:
        self.senders[fact.delivery] = fact.source

    def exchange_started(self, _: int, __: int, fact: facts.ExchangeStarted) -> None:
        self.senders[fact.exchange] = fact.door

    def received(self, _: int, __: int, fact: facts.RequestReceived) -> None:
        self.sources[fact.request] = self.senders.get(fact.source) or door_of(fact)

    def message_received(self, _: int, __: int, fact: facts.MessageReceived) -> None:
        self.senders[fact.batch] = f"queue:{fact.queue}"

    def mapped(self, _: int, __: int, fact: facts.StreamMappingConfigured) -> None:
        self.senders[fact.mapping] = fact.settings.stream

    def batch_read(self, _: int, __: int, fact: facts.BatchRead) -> None:
        self.senders[fact.batch] = self.senders[fact.mapping]

    def bisected(self, _: int, __: int, fact: facts.BatchBisected) -> None:
        self.senders[fact.first] = self.senders[fact.second] = self.senders[fact.batch]

    def init_started(self, _: int, at: int, fact: facts.InitStarted) -> None:
        if fact.phase == "init":
            self.made(_, at, fact)
        else:
            self.attempts[fact.request] = self.attempts.get(fact.request, 0) + 1
            self.take(fact.request, fact.environment, self.attempts[fact.request], at)

    def made(self, _: int, __: int, fact: facts.InitStarted | facts.RestoreStarted) -> None:
        self.environments[fact.environment] = Environment(
            fact.function, fact.version, fact.initialization_type
        )

    def init_completed(self, _: int, __: int, fact: facts.InitCompleted) -> None:
        env = self.environments[fact.environment]
        if env.running is None:
            on_demand = env.initialization_type == "on-demand"
            env.init_duration = fact.duration if on_demand else None
            env.fresh = on_demand

    def restored(self, _: int, __: int, fact: facts.RestoreCompleted) -> None:
        env = self.environments[fact.environment]
        env.restore, env.fresh = fact, True

    def init_failed(self, _: int, __: int, fact: facts.InitFailed) -> None:
        env = self.environments[fact.environment]
        env.fresh = env.running is None

    def frozen(self, _: int, __: int, fact: facts.EnvironmentFrozen) -> None:
        self.environments[fact.environment].fresh = False

    def started(self, _: int, at: int, fact: facts.InvocationStarted) -> None:
        self.attempts[fact.request] = fact.attempt
        self.take(fact.request, fact.environment, fact.attempt, at).start = at

    def completed(self, seq: int, at: int, fact: facts.InvocationCompleted) -> None:
        env = self.environments[fact.environment]
        assert env.running is not None
        _complete(env.running, env, fact, at, seq)

    def take(self, request: str, environment: str, attempt: int, at: int) -> Invocation:
        """Find what an environment works on, or begin with it."""
        env = self.environments[environment]
        if env.running is None:
            sent = base_id(request)
            env.running = Invocation(
                sent,
                env.function,
                env.version,
                env.initialization_type,
                self.sources[sent],
                environment,
                attempt,
                at,
            )
            env.running.cold, env.fresh = env.fresh, False
            self.found.append(env.running)
        return env.running


READ: dict[type, Callable[[Reader, int, int, Any], None]] = {
    facts.DeliveryBegun: Reader.delivery_begun,
    facts.ExchangeStarted: Reader.exchange_started,
    facts.RequestReceived: Reader.received,
    facts.MessageReceived: Reader.message_received,
    facts.StreamMappingConfigured: Reader.mapped,
    facts.BatchRead: Reader.batch_read,
    facts.BatchBisected: Reader.bisected,
    facts.InitStarted: Reader.init_started,
    facts.InitCompleted: Reader.init_completed,
    facts.RestoreStarted: Reader.made,
    facts.RestoreCompleted: Reader.restored,
    facts.InitFailed: Reader.init_failed,
    facts.EnvironmentFrozen: Reader.frozen,
    facts.InvocationStarted: Reader.started,
    facts.InvocationCompleted: Reader.completed,
}


def door_of(fact: facts.RequestReceived) -> str:
    """Say through which door a request came."""
    if fact.source.startswith("batch-"):
        return "mapping"
    return DOORS[fact.invocation_type]


def _complete(
    invocation: Invocation,
    env: Environment,
    fact: facts.InvocationCompleted,
    at: int,
    seq: int,
) -> None:
    """Write down how an invocation ended."""
    env.max_memory = max(env.max_memory, fact.memory_used)
    invocation.end, invocation.completed, invocation.payload = at, seq, fact.payload
    invocation.status, invocation.error_type = fact.status, fact.error_type
    invocation.duration, invocation.max_memory = fact.duration, env.max_memory
    invocation.init_duration, env.init_duration = env.init_duration, None
    if env.restore:
        invocation.restore_duration, invocation.billed_restore = (
            env.restore.duration,
            env.restore.billed,
        )
        env.restore = None
    env.running = None
