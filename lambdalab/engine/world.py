"""The nouns: what exists at a moment, and nothing about how it came about.

Only facts change the world. They stand in the chapters after this one; `fact` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, TypeVar, dataclass_transform

PHASES = (
    ("", "Init"),
    ("Init", "Invoke"),
    ("Init", "Frozen"),
    ("Frozen", "Invoke"),
    ("Invoke", "Frozen"),
    ("Frozen", "Shutdown"),
)


@dataclass(slots=True)
class Request:
    """One call of a function that has not been answered yet."""

    id: str
    function: str
    invocation_type: str  # RequestResponse, Event
    payload: str  # JSON text
    entry: int  # the entry that brought it
    environment: str = ""  # the one that runs it, or "" while it waits
    attempt: int = 0  # how often a handler was to run for it


@dataclass(slots=True)
class Environment:
    """One execution environment: a runtime process, its memory and its /tmp."""

    id: str
    number: int  # 1 for env-1
    function: str
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
class Function:
    """A function's configuration and what goes on in it."""

    name: str
    memory: int  # MB
    timeout: int  # us
    reserved_concurrency: int  # requests at once, or -1 for none reserved
    ephemeral_storage: int  # MB
    runtime: str  # python3.14
    variables: tuple[tuple[str, str], ...]  # environment variables
    chosen: tuple[str, ...]  # the settings that the learner gave
    entry: int  # the entry that configured it
    in_flight: dict[str, int] = field(default_factory=dict)  # request -> the entry that let it in
    waiting: dict[str, str] = field(default_factory=dict)  # request -> the new environment
    idle: list[tuple[int, str]] = field(default_factory=list)  # frozen environments, next one last


@dataclass(slots=True)
class World:
    """Everything that exists at a moment of a run."""

    now: int = 0  # us since the start
    seq: int = -1  # the entry that was applied last
    account_concurrency: int = 0  # requests at once in the whole account
    account_entry: int = -1
    reserved: int = 0  # of them, set aside for functions with a reservation
    unreserved_in_flight: dict[str, int] = field(default_factory=dict)
    assignment: str = "mru"  # which frozen environment is taken
    functions: dict[str, Function] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    requests: dict[str, Request] = field(default_factory=dict)


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
