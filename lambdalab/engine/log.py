"""The log: what is written down of a run, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple, overload

from .rules import Rule
from .world import Fact

Row = tuple[int, Fact, int | None, tuple[int, ...], Rule]


class Entry(NamedTuple):
    """One line of the log: a fact, when it came about, and why."""

    seq: int  # 0, 1, 2, ...: its place and its name
    at: int  # us since the start
    fact: Fact  # what happened
    cause: int | None  # seq of the entry that set it off; None: the outside world
    given: tuple[int, ...]  # seqs of what else the decision rested on
    rule: str  # id of the rule that decided it


class Log(Sequence[Entry]):
    """The entries of a run; an entry is made into an object when it is asked for."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @cached_property
    def rows(self) -> list[Row]:
        """The entries as tuples; what was written for several of them at once is unfolded here."""
        return unfolded(self._rows)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self.rows)))]
        seq = index if index >= 0 else len(self.rows) + index
        at, fact, cause, given, rule = self.rows[seq]
        return Entry(seq, at, fact, cause, given, rule.id)

    def __iter__(self) -> Iterator[Entry]:
        for seq, (at, fact, cause, given, rule) in enumerate(self.rows):
            yield Entry(seq, at, fact, cause, given, rule.id)


def unfolded(rows: list[Any]) -> list[Row]:
    """Write out, in place, what stands for several entries at once."""
    seq, end = 0, len(rows)
    while seq < end:
        row = rows[seq]
        if isinstance(row[0], int):  # the time of one entry
            seq += 1
        else:
            entries = row[0](row, seq)
            rows[seq : seq + len(entries)] = entries
            seq += len(entries)
    return rows


def fact_at(rows: list[Any], index: int) -> Fact:
    """Look up one fact; of what stands for several entries only that is unfolded."""
    row, first = rows[index], index
    if isinstance(row[0], int):
        found: Fact = row[1]
        return found
    while first and rows[first - 1] is row:
        first -= 1
    unfolded_fact: Fact = row[0](row, first)[index - first][1]
    return unfolded_fact
