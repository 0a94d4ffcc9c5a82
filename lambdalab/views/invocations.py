"""Each time a handler was to run: when, where, how it ended, and what REPORT says of it."""

from __future__ import annotations

from dataclasses import dataclass

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
    found: list[Invocation] = []
    environments: dict[str, Environment] = {}

    def take(request: str, environment: str, attempt: int, at: int) -> Invocation:
        env = environments[environment]
        if env.running is None:
            sent = base_id(request)
            env.running = Invocation(
                sent,
                env.function,
                env.version,
                env.initialization_type,
                sources[sent],
                environment,
                attempt,
                at,
            )
            env.running.cold, env.fresh = env.fresh, False
            found.append(env.running)
        return env.running

    attempts: dict[str, int] = {}  # request -> how often a handler was to run for it
    sources: dict[str, str] = {}  # request -> how it came
    senders: dict[str, str] = {}  # delivery, exchange, batch, mapping -> topic:news, api:shop
    for seq, at, fact, *_ in log:
        match fact:
            case facts.DeliveryBegun():
                senders[fact.delivery] = fact.source
            case facts.ExchangeStarted():
                senders[fact.exchange] = fact.door
            case facts.RequestReceived():
                sources[fact.request] = senders.get(fact.source) or door_of(fact)
            case facts.MessageReceived():
                senders[fact.batch] = f"queue:{fact.queue}"
            case facts.StreamMappingConfigured():
                senders[fact.mapping] = fact.settings.stream
            case facts.BatchRead():
                senders[fact.batch] = senders[fact.mapping]
            case facts.BatchBisected():
                senders[fact.first] = senders[fact.second] = senders[fact.batch]
            case facts.InitStarted(phase="init"):
                environments[fact.environment] = Environment(
                    fact.function, fact.version, fact.initialization_type
                )
            case facts.InitStarted(phase="invoke"):
                attempts[fact.request] = attempts.get(fact.request, 0) + 1
                take(fact.request, fact.environment, attempts[fact.request], at)
            case facts.InitCompleted():
                env = environments[fact.environment]
                if env.running is None:
                    on_demand = env.initialization_type == "on-demand"
                    env.init_duration = fact.duration if on_demand else None
                    env.fresh = on_demand
            case facts.RestoreStarted():
                environments[fact.environment] = Environment(
                    fact.function, fact.version, fact.initialization_type
                )
            case facts.RestoreCompleted():
                env = environments[fact.environment]
                env.restore, env.fresh = fact, True
            case facts.InitFailed():
                env = environments[fact.environment]
                env.fresh = env.running is None
            case facts.EnvironmentFrozen():
                environments[fact.environment].fresh = False
            case facts.InvocationStarted():
                attempts[fact.request] = fact.attempt
                take(fact.request, fact.environment, fact.attempt, at).start = at
            case facts.InvocationCompleted():
                env = environments[fact.environment]
                assert env.running is not None
                _complete(env.running, env, fact, at, seq)
    return found


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
