"""Two runs side by side: where they part, what differs in the end, and both on one axis."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from html import escape
from itertools import zip_longest
from typing import Any

from ..engine.kernel import Entry, Log
from ..engine.rules import YOUR_SETTING
from ..engine.units import seconds_text
from ..engine.world import Fact, Setup
from .grid import aligned
from .ink import figure
from .lanes import chart, share_axis
from .text import sentence
from .timeline import draw_two
from .why import said

NAMES = ("A", "B")


class Comparison:
    """The answer to `run.compare(other)`: both runs, A and B, on one time axis.

    Attributes
    ----------
    first : int or None
        The entry of A with which the two part, what you set up left aside; None if they never do.
    first_other : int or None
        The entry of B at that place.
    settings : list of (str, str)
        What was set up in one of them only, each with its run, A or B.
    svg, alt : str
        Both timelines as one SVG document, and what they show in a sentence.
    """

    def __init__(
        self,
        logs: tuple[Log, Log],
        titles: tuple[str, str],
        numbers: list[tuple[str, float, float]],
    ) -> None:
        self._logs, self._titles, self._numbers = logs, titles, numbers
        self.settings = _set_up(*logs)
        self.first, self.first_other = _parting(*logs)
        self.alt = f"{'; '.join(self._two())}; {self._parting}"
        charts = [chart(log) for log in logs]
        share_axis(charts, logs)
        self.svg = draw_two(charts, self._two(), self._moment, self.alt)

    def __repr__(self) -> str:
        return self.tell()

    def _repr_html_(self) -> str:
        return figure(self.svg, self.alt) + f"<pre>{escape(self.tell())}</pre>"

    def tell(self) -> str:
        """Say both runs, where they part, and what differs in the end."""
        rows = [("", *NAMES, "B - A")]
        rows += [(word, f"{a:,.6g}", f"{b:,.6g}", f"{b - a:+,.6g}") for word, a, b in self._numbers]
        return "\n".join([*self._two(), *self._differences(), "", *aligned(rows, "lrrr")])

    def _two(self) -> list[str]:
        return [f"{name}: {title}" for name, title in zip(NAMES, self._titles, strict=True)]

    def _differences(self) -> Iterator[str]:
        for name, words in self.settings:
            yield f"   only {name}: {words}"
        yield self._parting
        for name, log, seq in zip(NAMES, self._logs, (self.first, self.first_other), strict=True):
            if self._moment is not None:
                yield f"   {name}: {_said(log[seq]) if seq is not None else 'nothing more happens'}"

    @property
    def _moment(self) -> int | None:
        """When they part, in microseconds."""
        places = zip(self._logs, (self.first, self.first_other), strict=True)
        return min((log[seq].at for log, seq in places if seq is not None), default=None)

    @property
    def _parting(self) -> str:
        if self._moment is None:
            return "the same happens in both"
        return f"they part at {seconds_text(self._moment)} s"


def _said(entry: Entry) -> str:
    return f"#{entry.seq}  {seconds_text(entry.at)} s  {sentence(entry.fact)}"


def _happened(log: Log) -> tuple[list[Entry], list[Entry]]:
    """Part what was set up at the start from what happened."""
    for seq, (*_, rule) in enumerate(log.rows):
        if rule is not YOUR_SETTING:
            return log[:seq], log[seq:]
    return log[:], []


def _set_up(a: Log, b: Log) -> list[tuple[str, str]]:
    """List what was set up in one of two runs only; settings that no sentence says are named."""
    one, other = ([entry.fact for entry in _happened(log)[0]] for log in (a, b))
    found = []
    for name, own, others in ((NAMES[0], one, other), (NAMES[1], other, one)):
        found += [(name, _differing(fact, others)) for fact in own if fact not in others]
    return found


def _differing(fact: Fact, others: list[Fact]) -> str:
    """Say a setting, with those of its values that the other run has otherwise."""
    words = sentence(fact)
    for other in others:
        if type(other) is type(fact) and _name(other) == _name(fact):
            values = dict(_values(fact, other))
            if sentence(other) != words:  # it says some of them itself
                values = {k: v for k, v in values.items() if v.strip("'") not in _tokens(words)}
            told = "".join(f", {name}={value}" for name, value in values.items())
            return f"{words.rstrip('.')}{told}."
    return words


def _tokens(words: str) -> set[str]:
    """List the words of a sentence, its numbers as a setting has them, and what is never said."""
    found = re.findall(r"[\w.,-]*\w", words)
    numbers = (word.replace(",", "") for word in found)
    return {"None", *found, *(f"{float(n):g}" for n in numbers if re.fullmatch(r"\d+(\.\d+)?", n))}


def _name(fact: Fact) -> list[object]:
    """Name what a fact is about: its first field, and its version if it has one."""
    return [getattr(fact, fields(fact)[0].name), getattr(fact, "version", "")]  # type: ignore[arg-type]


def _values(one: Any, other: Any) -> Iterator[tuple[str, str]]:
    """List the settings of one that another has otherwise, as the learner would write them."""
    names = Setup._fields if isinstance(one, Setup) else [field.name for field in fields(one)]
    for name in names:
        value, another = getattr(one, name), getattr(other, name)
        if value == another or name == "chosen":
            continue
        if isinstance(value, Setup) or (is_dataclass(value) and type(value) is type(another)):
            yield from _values(value, another)
        else:
            yield name, said(name, value)


def _parting(a: Log, b: Log) -> tuple[int | None, int | None]:
    """Find the first entries that a reader can tell apart."""
    for one, other in zip_longest(_happened(a)[1], _happened(b)[1]):
        if one is None or other is None or not _alike(one, other):
            return (one and one.seq), (other and other.seq)
    return None, None


def _alike(one: Entry, other: Entry) -> bool:
    same = one.at == other.at and type(one.fact) is type(other.fact)
    return same and (one.fact == other.fact or sentence(one.fact) == sentence(other.fact))
