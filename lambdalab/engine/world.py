"""The nouns: what exists at a moment, and nothing about how it came about.

Only facts change the world. They stand in the chapters after this one; `fact` makes them.
"""

from __future__ import annotations

from dataclasses import field, fields
from typing import NamedTuple, Protocol, TypeVar, dataclass_transform

from .lines import Batch, Queue, QueueMapping
from .outside import Outside, Scaling
from .shards import Stream, StreamBatch, StreamMapping
from .small import noun, small
from .units import EPOCH, SECOND

PHASES = (
    ("", "Init"),
    ("", "Restore"),  # of a snapshot, in place of Init
    ("Restore", "Invoke"),
    ("Restore", "Frozen"),
    ("Restore", "Shutdown"),
    ("Init", "Invoke"),
    ("Init", "Frozen"),
    ("Frozen", "Invoke"),
    ("Invoke", "Frozen"),
    ("Invoke", "Init"),  # a provisioned environment gets ready again after a failure
    ("Init", "Shutdown"),  # nobody needs it any more
    ("Frozen", "Shutdown"),
    ("Invoke", "Shutdown"),  # it ends with its invocation: new settings, or its age
)

LATEST = "$LATEST"
FAILED = "failed"  # in place of a snapshot that could not be made
TOKEN = SECOND  # so that tokens a second times microseconds give whole parts of a token

Kept = tuple[tuple[str, str, str], ...]  # global, file or thread; its name; what it is


class Extension(NamedTuple):
    """A program that runs beside the handler."""

    name: str
    kind: str  # external: a process of its own; internal: in that of the runtime
    init: int = 0  # us that it takes in Init
    after: int = 0  # us that it goes on after each response
    shutdown: int = 0  # us that it would take in Shutdown
    crashes: str = ""  # in init or in invoke


class Setup(NamedTuple):
    """How the environments of a version are made, and how they write their log."""

    snap_start: bool = False
    package_type: str = "zip"  # zip, image
    package_size: int = 0  # MB unzipped, with its layers
    vpc: bool = False
    layers: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    log_format: str = "text"  # text, json
    application_log_level: str = "INFO"
    system_log_level: str = "INFO"

    def longest(self, what: str, kind: str = "") -> int:
        """Say how long the slowest extension takes for something; they work side by side."""
        return max((getattr(x, what) for x in self.extensions if kind in ("", x.kind)), default=0)

    def __repr__(self) -> str:
        """Show what differs from the usual."""
        usual = zip(self._fields, self, Setup(), strict=True)
        return f"Setup({', '.join(f'{name}={own!r}' for name, own, that in usual if own != that)})"

    def crashes(self, phase: str) -> bool:
        """Say whether an extension ends badly in Init or in an invocation."""
        return phase in [extension.crashes for extension in self.extensions]


@noun
class Request:
    """One call or event that is not done with yet."""

    id: str
    function: str
    version: str  # id of the version that runs it
    qualifier: str  # as it was called: $LATEST, 1, or the name of an alias
    invocation_type: str  # RequestResponse, Event, DryRun
    payload: str  # JSON text
    received: int  # us
    entry: int  # the entry that made it what it is
    environment: str = ""  # the one that runs it, or "" while it waits
    attempt: int = 0  # how often a handler was to run for it
    errors: int = 0  # of the attempts, those that ended with a function error
    throttles: int = 0  # tries in a row that found no room
    response: str = ""  # what the last attempt came to, as JSON
    error: str = ""  # the type of its function error
    source: str = ""  # who sent it and is owed the outcome: batch-1; or "" for the learner
    lineage: str = ""  # who ran before in its chain of requests, and how often: greet:2|done:1
    client_context: str = ""  # JSON text that the caller sent beside the payload


@noun
class Environment:
    """One execution environment: a runtime process, its memory and its /tmp."""

    id: str
    number: int  # 1 for env-1
    function: str
    version: str  # id of its version
    initialization_type: str  # on-demand, provisioned-concurrency, snap-start
    created: int  # us
    made_for: int  # the settings that it was made with, counted for each version
    phase: str  # Init, Restore, Invoke, Frozen, Shutdown
    since: int  # us: when it entered the phase, or Init began within it
    entry: int  # the entry that made it what it is
    initialized: bool = False  # its process is ready for an event
    served: int = 0  # invocations begun in it
    request: str = ""  # the one it works on
    began: int = 0  # us: when it began to work on it, with a repeated Init
    deadline: int = 0  # us: when Init or the invocation times out
    serves: bool = False  # it was provisioned, and all that were asked for with it were ready
    line: int = 0  # source line that its code has reached
    posted: bool = False  # its response is out, and extensions are still at work
    kept: Kept = ()  # what earlier invocations left in its memory and its /tmp

    @property
    def holds(self) -> str:
        """What it counts as in flight: its request, or itself once that is answered, or ""."""
        return self.id if self.posted else self.request


@noun
class Settings:
    """What a learner sets of one version of a function."""

    function: str
    version: str  # $LATEST, 1
    memory: int  # MB
    timeout: int  # us
    ephemeral_storage: int  # MB
    runtime: str  # python3.14
    architecture: str  # x86_64, arm64
    variables: tuple[tuple[str, str], ...]  # environment variables
    maximum_retry_attempts: int
    maximum_event_age: int  # us
    on_success: str  # a target such as queue:done, or ""
    on_failure: str
    setup: Setup
    chosen: tuple[str, ...]  # the settings that the learner gave


SETTINGS = tuple(field.name for field in fields(Settings))


@noun
class Version(Settings):
    """One version of a function: its settings, and its environments."""

    id: str  # greet:$LATEST, greet:1
    entry: int  # the entry that configured it
    configured: int = 1  # how often
    snapshot: str = ""  # what SnapStart restores, or FAILED
    waiting: dict[str, str] = field(default_factory=dict)  # request -> the new environment
    idle: list[tuple[int, str]] = field(default_factory=list)  # frozen environments, next one last
    provisioned: int = 0  # environments to be kept ready
    provisioned_entry: int = -1
    provisioned_status: str = ""  # IN_PROGRESS, READY, FAILED
    provisioned_serving: int = 0  # environments, idle or not
    provisioned_idle: list[tuple[int, str]] = field(default_factory=list)
    provisioned_prepared: list[tuple[int, str]] = field(default_factory=list)  # not serving yet
    scaling: Scaling | None = None
    provisioned_rate: Bucket = field(default_factory=lambda: Bucket())


@noun
class Function:
    """A function: what all of its versions share."""

    name: str
    reserved_concurrency: int  # requests at once, or -1 for none reserved
    dead_letter: str  # a target, or ""
    entry: int  # the entry that configured it
    deleted: bool = False
    in_flight: dict[str, int] = field(default_factory=dict)  # request -> the entry that let it in
    on_provisioned: int = 0  # of them, those in provisioned environments
    scaling: Bucket = field(default_factory=lambda: Bucket())
    rate: Bucket = field(default_factory=lambda: Bucket())


@noun
class Bucket:
    """A token bucket; it is full until something is first taken."""

    missing: int = 0  # millionths of a token, at that time
    at: int = 0  # us

    def lacks(self, now: int, rate: int) -> int:
        """Say how many millionths are missing, if `rate` tokens a second flow in."""
        return max(0, self.missing - (now - self.at) * rate)

    def take(self, now: int, rate: int) -> None:
        """Take one token."""
        self.missing, self.at = self.lacks(now, rate) + TOKEN, now


@noun
class Alias:
    """A name for a version, or for two of them with a weight."""

    name: str
    function: str
    version: str  # 1
    other: str  # 2, or ""
    weight: int  # of the other one, in millionths
    entry: int


@noun
class Trigger:
    """A function that a topic, bucket, bus or schedule hands its events to."""

    id: str  # trigger-1
    source: str  # topic:news
    function: str
    qualifier: str
    pattern: str  # the events that it wants, as JSON, or "" for all
    dead_letter: str  # a target, or ""
    maximum_retry_attempts: int  # as a bus tries again
    maximum_event_age: int  # us
    entry: int  # the entry that configured it


@noun
class Delivery:
    """What a trigger owes its function, until Lambda accepts it."""

    id: str
    trigger: str
    payload: str
    since: int  # us
    lineage: str = ""  # who ran before in its chain of requests
    tries: int = 0  # that failed


@noun
class World:
    """Everything that exists at a moment of a run."""

    starts: int = EPOCH  # us from 1970 to the start
    now: int = 0  # us since the start
    seq: int = -1  # the entry that was applied last
    account_concurrency: int = 0  # requests at once in the whole account
    account_entry: int = -1
    set_aside: int = 0  # of them, reserved or provisioned for somebody
    unreserved_in_flight: dict[str, int] = field(default_factory=dict)
    rate: Bucket = field(default_factory=Bucket)
    gateway: Bucket = field(default_factory=Bucket)  # of the requests to all APIs
    assignment: str = "mru"  # which frozen environment is taken
    scaling_refill: int = 0  # environments a second that each function may grow by
    functions: dict[str, Function] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)  # greet:live
    environments: dict[str, Environment] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    outside: Outside = field(default_factory=Outside)
    queues: dict[str, Queue] = field(default_factory=dict)
    queue_mappings: dict[str, QueueMapping] = field(default_factory=dict)
    batches: dict[str, Batch] = field(default_factory=dict)
    streams: dict[str, Stream] = field(default_factory=dict)  # stream:clicks, table:orders
    stream_mappings: dict[str, StreamMapping] = field(default_factory=dict)
    stream_batches: dict[str, StreamBatch] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    listeners: dict[str, list[str]] = field(default_factory=dict)  # topic:news -> its triggers
    deliveries: dict[str, Delivery] = field(default_factory=dict)

    def reach(self, environment: str, line: int) -> None:
        """Let the code of an environment have come to a line of its source."""
        env = self.environments[environment]
        env.entry, env.line = self.seq, line


class Fact(Protocol):
    """Something that happened, told in the past tense; it decides nothing."""

    def apply(self, world: World) -> None:
        """Change the world accordingly."""


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def fact(cls: type[T]) -> type[T]:
    """Make a small class of ids, whole numbers and words that the type checker holds frozen."""
    # A dataclass that is frozen at run time takes four times as long to make.
    return small(cls)


def version_id(function: str, version: str) -> str:
    """Name a version of a function."""
    return f"{function}:{version}"
