"""What an hour is worth: every term is counted in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..engine import Log, facts
from ..views.grid import aligned, html_table
from .judge import LATE, LOST, RIGHT, Outcome, p95s
from .night import clock_of
from .parts import differences

if TYPE_CHECKING:
    from . import GameDay

EACH_RIGHT, EACH_LOST, EACH_AGAIN = 1, -10, -100  # points
BILL = -1000  # points per USD: Parcelwing runs this stack in a thousand towns
CONNECTION = 0.003  # USD an hour for each connection that the database takes; the price is ours
TARGET, SLOW = 0.5, -500  # seconds; points per second above it, in each ten minutes


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a score."""

    name: str
    counted: str  # how much of it there was, in words
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """What a configuration is worth in one hour.

    Attributes
    ----------
    points : float
        The sum of the terms, to a tenth.
    terms : tuple of Term
        In the order in which they are shown.
    """

    terms: tuple[Term, ...]

    @property
    def points(self) -> float:
        """The sum."""
        return round(sum(term.points for term in self.terms), 1)

    def of(self, name: str) -> float:
        """Give the points of one term: right, lost, twice, bill, database, slow."""
        return next(term.points for term in self.terms if term.name == name)

    def rows(self) -> list[tuple[str, str, str]]:
        """Write the terms and their sum as rows of a table."""
        rows = [(term.name, term.counted, f"{term.points:,.1f}") for term in self.terms]
        return [*rows, ("score", "", f"{self.points:,.1f}")]

    def __repr__(self) -> str:
        return "\n".join(aligned([("term", "counted", "points"), *self.rows()], "llr"))

    def _repr_html_(self) -> str:
        return html_table("The score", ("term", "counted", "points"), self.rows(), "llr")


def score(log: Log, found: Sequence[Outcome], cost: float, connections: int) -> Score:
    """Count the terms of a run.

    Parameters
    ----------
    log : Log
        Of the run.
    found : sequence of Outcome
        What became of all that was asked.
    cost : float
        USD, of the bill of the run.
    connections : int
        How many the database takes.
    """
    states = [one.state for one in found]
    right, late, lost = (states.count(state) for state in (RIGHT, LATE, LOST))
    again = sum(one.again for one in found)
    slow = [(start, p95 - TARGET) for start, p95 in p95s(found) if p95 > TARGET]
    peak = open_connections(log)
    said = ", ".join(f"{clock_of(start)} {over + TARGET:.2f} s" for start, over in slow)
    terms = (
        Term("right", f"{right:,} of {len(states):,}, {late:,} late", right * EACH_RIGHT),
        Term("lost", f"{lost:,}", lost * EACH_LOST),
        Term("twice", f"{again:,}", again * EACH_AGAIN),
        Term("bill", f"{cost:.4f} USD", round(cost * BILL, 1)),
        Term(
            "database",
            f"{connections:,} connections, {peak:,} used",
            round(connections * CONNECTION * BILL, 1),
        ),
        Term(
            "slow",
            f"p95 of quotes from {said}" if said else f"no p95 above {TARGET:g} s",
            round(sum(over for _, over in slow) * SLOW, 1),
        ),
    )
    return Score(tuple(Term(t.name, t.counted, t.points + 0.0) for t in terms))


def open_connections(log: Log) -> int:
    """Find how many connections to the database were open at most."""
    opened: set[str] = set()
    most = 0
    owners: dict[str, list[str]] = {}
    for _, fact, *_ in log.rows:
        match fact:
            case facts.ConnectionOpened(database="parcels"):
                opened.add(fact.connection)
                owners.setdefault(fact.environment, []).append(fact.connection)
                most = max(most, len(opened))
            case facts.ConnectionClosed():
                opened.discard(fact.connection)
            case facts.EnvironmentReset() | facts.EnvironmentShutDown():
                opened.difference_update(owners.pop(fact.environment, ()))
    return most


@dataclass(frozen=True, slots=True)
class Compared:
    """Several scores side by side.

    Attributes
    ----------
    scores : tuple of (str, Score)
        By name.
    """

    scores: tuple[tuple[str, Score], ...]
    title: str = "The same hour"

    def rows(self) -> list[tuple[str, ...]]:
        """Write a row of points for each score."""
        return [
            (name, *(f"{t.points:,.1f}" for t in score.terms), f"{score.points:,.1f}")
            for name, score in self.scores
        ]

    @property
    def _head(self) -> tuple[str, ...]:
        return ("", *(term.name for term in self.scores[0][1].terms), "score")

    def __repr__(self) -> str:
        return "\n".join(aligned([self._head, *self.rows()], "lrrrrrrr"))

    def _repr_html_(self) -> str:
        return html_table(self.title, self._head, self.rows(), "lrrrrrrr")


@dataclass(frozen=True, slots=True)
class Final:
    """The last hour, on seeds that nobody played; the worst one counts.

    Attributes
    ----------
    hours : tuple of GameDay
        Each of them can be asked what happened.
    points : float
        Those of the worst.
    """

    hours: tuple[GameDay, ...]

    @property
    def scores(self) -> tuple[tuple[str, Score], ...]:
        """Name and score each hour."""
        return tuple((f"hour {n}", hour.score()) for n, hour in enumerate(self.hours, 1))

    @property
    def points(self) -> float:
        """What counts."""
        return min(score.points for _, score in self.scores)

    @property
    def worst(self) -> Score:
        """The score of the hour that counts."""
        return min((score for _, score in self.scores), key=lambda score: score.points)

    def _compared(self) -> Compared:
        return Compared((*self.scores, ("the worst counts", self.worst)), "The final hour")

    def __repr__(self) -> str:
        return repr(self._compared())

    def _repr_html_(self) -> str:
        return self._compared()._repr_html_()


@dataclass(frozen=True, slots=True)
class Standings:
    """What several teams played and what they reached in the final hour, with what they changed.

    Attributes
    ----------
    teams : tuple of GameDay
        In the order given.
    """

    teams: tuple[GameDay, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """Write a row for each team."""
        return [
            (
                team.team or f"team {n}",
                f"{team.score().points:,.1f}",
                f"{team.final().points:,.1f}",
                str(len(differences(team.config))),
                str(len(team.rewritten)),
            )
            for n, team in enumerate(self.teams, 1)
        ]

    def __repr__(self) -> str:
        return "\n".join(aligned([HEAD, *self.rows()], "lrrrr"))

    def _repr_html_(self) -> str:
        return html_table("The teams", HEAD, self.rows(), "lrrrr")


HEAD = ("team", "the night played", "the worst final hour", "settings", "functions rewritten")
