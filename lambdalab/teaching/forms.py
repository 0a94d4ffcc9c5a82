"""How the answer to a problem is read: from what the learner wrote to what can be judged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Protocol

from ..run import Run, run
from ..stack import Alias, Function, Published
from ..views.invocations import Invocation


class Unreadable(Exception):
    """An answer has not the form that was asked for; the text says which one it is."""


class Untouched(Exception):
    """The answer is still what the lesson gave."""


class Form(Protocol):
    """A kind of answer."""

    def read(self, answer: Any) -> Any:
        """Turn an answer into what a problem judges, or raise Unreadable."""


def blank(answer: Any) -> bool:
    """Tell whether there are still dots where an answer should be."""
    if isinstance(answer, list | tuple):
        return any(blank(item) for item in answer)
    return answer is ...


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that the learner made."""

    example: str
    fails: bool = False  # whether a handler that fails is part of the experiment

    def read(self, answer: Any) -> Run:
        """Take the run as it is."""
        if not isinstance(answer, Run):
            raise Unreadable(f"The answer is a run, for example `{self.example}`.")
        return answer


@dataclass(frozen=True, slots=True)
class Times:
    """Arrival times; they are sent again, to a function of ours, and that run is judged."""

    target: Callable[[], Function]
    n: int

    def read(self, answer: Any) -> Run:
        """Replay the times."""
        if not _listed(answer) or not all(_number(time) for time in answer):
            example = f"[{', '.join(map(str, range(self.n)))}]"
            raise Unreadable(
                f"The answer is a list of {self.n} times in seconds, for example `{example}`."
            )
        return run(self.target(), at=list(answer))


@dataclass(frozen=True, slots=True)
class Number:
    """A number in some unit; `near` says how close is close enough."""

    unit: str
    example: str
    tolerance: float = 0.0005

    def read(self, answer: Any) -> float:
        """Take the number."""
        if not _number(answer):
            raise Unreadable(
                f"The answer is a number of {self.unit}, for example `{self.example}`."
            )
        return float(answer)

    def near(self, number: float, expected: float) -> bool:
        """Tell whether a number is close enough."""
        return abs(number - expected) <= self.tolerance


@dataclass(frozen=True, slots=True)
class Numbers:
    """Several numbers at once, each with its name."""

    names: tuple[str, ...]
    example: str
    tolerance: float = 0.0005  # as a part of what is expected

    def read(self, answer: Any) -> tuple[float, ...]:
        """Take the numbers."""
        if not _listed(answer) or len(answer) != len(self.names) or not all(map(_number, answer)):
            raise Unreadable(
                f"The answer is {len(self.names)} numbers ({', '.join(self.names)}), "
                f"for example `{self.example}`."
            )
        return tuple(map(float, answer))

    def near(self, number: float, expected: float) -> bool:
        """Tell whether a number is close enough."""
        return abs(number - expected) <= self.tolerance * abs(expected)


@dataclass(frozen=True, slots=True)
class Grid:
    """A whole number for each cell of a small table, row by row."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]

    def read(self, answer: Any) -> tuple[tuple[int, ...], ...]:
        """Take the rows."""
        if (
            not _listed(answer)
            or len(answer) != len(self.rows)
            or not all(_listed(row) and len(row) == len(self.columns) for row in answer)
            or not all(type(n) is int for row in answer for n in row)
        ):
            example = [[0] * len(self.columns)] * len(self.rows)
            raise Unreadable(
                f"The answer is {len(self.rows)} lists of {len(self.columns)} whole numbers, "
                f"for example `{example}`."
            )
        return tuple(map(tuple, answer))


@dataclass(frozen=True, slots=True)
class Shares:
    """A whole number for each of some names (a missing one has none), tried in runs of ours."""

    names: tuple[str, ...]
    example: str
    trials: Callable[[dict[str, int]], Any]

    def read(self, answer: Any) -> Any:
        """Try the shares."""
        if not isinstance(answer, Mapping) or not all(
            name in self.names and type(n) is int and n >= 0 for name, n in answer.items()
        ):
            raise Unreadable(
                f"The answer is a dict with whole numbers for {', '.join(self.names)}, "
                f"for example `{self.example}`."
            )
        return self.trials(dict(answer))


@dataclass(frozen=True, slots=True)
class Repaired:
    """A function, version or alias; it is tried in runs of ours, and these are judged."""

    trials: Callable[[Any], Any]
    example: str
    given: Function | None = None  # what the lesson gave to be repaired

    def read(self, answer: Any) -> Any:
        """Try it."""
        if not isinstance(answer, Function | Published | Alias):
            raise Unreadable(f"The answer is a function, for example `{self.example}`.")
        if self.given and isinstance(answer, Function) and _alike(answer, self.given):
            raise Untouched
        return self.trials(answer)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some values."""

    values: tuple[Any, ...]

    def read(self, answer: Any) -> Any:
        """Take the value, if it is one of them."""
        if not isinstance(answer, str | int | float) or answer not in self.values:
            raise Unreadable(f"Choose one of {', '.join(map(repr, self.values))}.")
        return answer


@dataclass(frozen=True, slots=True)
class Order:
    """Lines to be put in order, each named by a letter."""

    letters: str

    def read(self, answer: Any) -> str:
        """Give the letters in the order chosen."""
        if _listed(answer) and all(isinstance(letter, str) for letter in answer):
            answer = "".join(answer)
        order = "".join(filter(str.isalpha, answer)).lower() if isinstance(answer, str) else ""
        if sorted(order) != sorted(self.letters):
            example = repr(" ".join(self.letters))
            raise Unreadable(
                f"The answer is a text with each letter once, for example `{example}`."
            )
        return order


@dataclass(frozen=True, slots=True)
class Lanes:
    """An environment for each invocation of a trace."""

    trace: Callable[[], Run]

    def read(self, answer: Any) -> Assignment:
        """Lay the answer beside the trace; only which are the same counts, not their names."""
        trace = self.trace()
        n = len(trace.invocations)
        if (
            not _listed(answer)
            or len(answer) != n
            or not all(isinstance(lane, int | str) for lane in answer)
        ):
            example = f"[{', '.join('1' * n)}]"
            raise Unreadable(
                f"The answer is a list of {n} numbers, one for each request, "
                f"for example `{example}`."
            )
        names = list(dict.fromkeys(str(lane).removeprefix("env-") for lane in answer))
        lanes = [names.index(str(lane).removeprefix("env-")) + 1 for lane in answer]
        return Assignment(trace, lanes)


@dataclass(frozen=True)
class Assignment:
    """A trace, and the lane that the learner gave each of its invocations."""

    trace: Run
    lanes: Sequence[int]  # numbered in the order in which they first appear

    @cached_property
    def engine(self) -> list[int]:
        """The lanes that the engine chose, numbered likewise."""
        return [int(x.environment.removeprefix("env-")) for x in self.trace.invocations]

    @cached_property
    def overlap(self) -> tuple[Invocation, Invocation, int] | None:
        """The first invocation on a busy lane: what it is busy with, the invocation, the lane."""
        for k, x in enumerate(self.trace.invocations):
            for before in self._on(self.lanes[k], k):
                if _end(before) > _start(x):
                    return before, x, self.lanes[k]
        return None

    @cached_property
    def needless(self) -> tuple[Invocation, int] | None:
        """The first invocation that opened a lane though one was idle: it, and that lane."""
        for k, x in enumerate(self.trace.invocations):
            if self.lanes[k] in self.lanes[:k]:
                continue
            for lane in dict.fromkeys(self.lanes[:k]):
                if all(_end(before) <= _start(x) for before in self._on(lane, k)):
                    return x, lane
        return None

    @cached_property
    def elsewhere(self) -> tuple[Invocation, int] | None:
        """The first invocation for which the engine took another lane: it, and that lane."""
        for x, lane, engine in zip(self.trace.invocations, self.lanes, self.engine, strict=True):
            if lane != engine:
                return x, engine
        return None

    def _on(self, lane: int, k: int) -> list[Invocation]:
        """List what a lane had worked on before the k-th invocation."""
        return [
            x
            for x, given in zip(self.trace.invocations[:k], self.lanes[:k], strict=True)
            if given == lane
        ]


def _start(x: Invocation) -> int:
    return x.taken if x.start is None else x.start


def _end(x: Invocation) -> int:
    return _start(x) if x.end is None else x.end


def _alike(one: Function, other: Function) -> bool:
    """Tell whether two functions have the same code and the same settings."""
    names = [field.name for field in fields(Function) if field.name not in ("name", "chosen")]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _listed(answer: Any) -> bool:
    return isinstance(answer, list | tuple)


def _number(answer: Any) -> bool:
    return isinstance(answer, int | float) and not isinstance(answer, bool)
