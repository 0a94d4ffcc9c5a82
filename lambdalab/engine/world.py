"""The nouns: what exists at a moment, and nothing about how it came about.

Only facts change the world. They stand in the chapters after this one; `fact` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeVar, dataclass_transform

from .units import SECOND

PHASES = (
    ("", "Init"),
    ("Init", "Invoke"),
    ("Init", "Frozen"),
    ("Frozen", "Invoke"),
    ("Invoke", "Frozen"),
    ("Invoke", "Init"),  # a provisioned environment gets ready again after a failure
    ("Frozen", "Shutdown"),
    ("Invoke", "Shutdown"),  # it ends with its invocation: new settings, or its age
)

LATEST = "$LATEST"
TOKEN = SECOND  # so that tokens a second times microseconds give whole parts of a token


@dataclass(slots=True)
class Request:
    """One call or event that is not done with yet."""

    id: str
    function: str
    version: str  # id of the version that runs it
    qualifier: str  # as it was called: $LATEST, 1, or the name of an alias
    invocation_type: str  # RequestResponse, Event
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


@dataclass(slots=True)
class Environment:
    """One execution environment: a runtime process, its memory and its /tmp."""

    id: str
    number: int  # 1 for env-1
    function: str
    version: str  # id of its version
    initialization_type: str  # on-demand, provisioned-concurrency
    created: int  # us
    made_for: int  # the settings that it was made with, counted for each version
    phase: str  # Init, Invoke, Frozen
    since: int  # us: when it entered the phase, or began a repeated Init
    entry: int  # the entry that made it what it is
    initialized: bool = False  # its process is ready for an event
    served: int = 0  # invocations begun in it
    request: str = ""  # the one it works on
    began: int = 0  # us: when it began to work on it, with a repeated Init
    deadline: int = 0  # us: when Init or the invocation times out
    line: int = 0  # source line that its code has reached


@dataclass(slots=True)
class Version:
    """One version of a function: its settings, and its environments."""

    id: str  # greet:$LATEST, greet:1
    function: str
    name: str  # $LATEST, 1
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
    chosen: tuple[str, ...]  # the settings that the learner gave
    entry: int  # the entry that configured it
    configured: int = 1  # how often
    waiting: dict[str, str] = field(default_factory=dict)  # request -> the new environment
    idle: list[tuple[int, str]] = field(default_factory=list)  # frozen environments, next one last
    provisioned: int = 0  # environments to be kept ready
    provisioned_entry: int = -1
    provisioned_ready: bool = False  # all of them are, so they serve
    provisioned_idle: list[tuple[int, str]] = field(default_factory=list)
    provisioned_rate: Bucket = field(default_factory=lambda: Bucket())


@dataclass(slots=True)
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


@dataclass(slots=True)
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


@dataclass(slots=True)
class Alias:
    """A name for a version, or for two of them with a weight."""

    name: str
    function: str
    version: str  # 1
    other: str  # 2, or ""
    weight: int  # of the other one, in millionths
    entry: int


@dataclass(slots=True)
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


@dataclass(slots=True)
class Delivery:
    """What a trigger owes its function, until Lambda accepts it."""

    id: str
    trigger: str
    payload: str
    since: int  # us
    tries: int = 0  # that failed


@dataclass(slots=True)
class World:
    """Everything that exists at a moment of a run."""

    now: int = 0  # us since the start
    seq: int = -1  # the entry that was applied last
    account_concurrency: int = 0  # requests at once in the whole account
    account_entry: int = -1
    set_aside: int = 0  # of them, reserved or provisioned for somebody
    unreserved_in_flight: dict[str, int] = field(default_factory=dict)
    rate: Bucket = field(default_factory=Bucket)
    assignment: str = "mru"  # which frozen environment is taken
    functions: dict[str, Function] = field(default_factory=dict)
    versions: dict[str, Version] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)  # greet:live
    environments: dict[str, Environment] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    listeners: dict[str, list[str]] = field(default_factory=dict)  # topic:news -> its triggers
    deliveries: dict[str, Delivery] = field(default_factory=dict)


class Fact(Protocol):
    """Something that happened, told in the past tense; it decides nothing."""

    def apply(self, world: World) -> None:
        """Change the world accordingly."""


T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def fact(cls: type[T]) -> type[T]:
    """Make a small class of ids, whole numbers and words that the type checker holds frozen."""
    # A dataclass that is frozen at run time takes four times as long to make.
    return dataclass(slots=True)(cls)


def version_id(function: str, version: str) -> str:
    """Name a version of a function."""
    return f"{function}:{version}"
