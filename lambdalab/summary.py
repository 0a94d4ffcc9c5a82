"""A run of which only the summary was kept: for studies with a great many requests."""

from __future__ import annotations

from typing import Any, NoReturn

from .engine.units import SECOND
from .mistakes import LabError
from .views.bill import Bill
from .views.counts import COUNTED
from .views.metrics import Metrics
from .views.summary import BY_INVOCATION, Totals
from .views.whose import Names, function_name

ASKED = ("metrics", "bill", "count", "entries", "end", "seed", "stopped", "of")


class Summary:
    """What a run came to: its metrics, its bill, and how often things happened.

    Made by `lab.run(..., keep="summary")`. It answers as the run with its full log would; what only
    the log can tell is a `LabError`.

    Attributes
    ----------
    metrics : Metrics
        What CloudWatch would show, percentiles too; `series` takes whole minutes.
    bill : Bill
        What it costs.
    entries : int
        So many entries the log had.
    end : float
        Seconds from the start to the last entry.
    seed : int
        Of everything random.
    stopped : str
        Why it ended before its time, or "".
    """

    def __init__(
        self,
        totals: Totals,
        *,
        seed: int,
        stopped: str,
        until: int | None,
        names: Names,
        whose: str = "",
    ) -> None:
        self._totals, self._until, self._names, self._whose = totals, until, names, whose
        log = totals.log()
        totals.queues.pass_time(until or 0)
        self.seed, self.stopped, self.entries = seed, stopped, totals.entries
        self.end = log[-1].at / SECOND if log else 0.0
        self.metrics = Metrics(log, whose, totals.points, names)
        self.bill = Bill(log, until, whose, used=totals.used_until(until), names=names)

    def of(self, target: Any) -> Summary:
        """Pick one function, version or alias, given as its value or its name."""
        return Summary(
            self._totals,
            seed=self.seed,
            stopped=self.stopped,
            until=self._until,
            names=self._names,
            whose=function_name(self._totals.log(), target, self._names),
        )

    def count(self, word: str) -> int:
        """Count what happened, in the whole run.

        Raises
        ------
        LabError
            For a word that only the full log can count; the message lists the others.
        """
        words = (*COUNTED, *BY_INVOCATION)
        if self._whose or word not in words:
            whose = f" of {self._whose}" if self._whose else ""
            raise LabError(
                f"{word!r}{whose} was not counted, for only the summary of this run was kept.",
                f"of the whole run: {', '.join(words)}",
                f'lab.run(...).count({word!r}) without keep="summary"',
            )
        return self._totals.count(word)

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise LabError(
            f"{name} cannot be asked, for only the summary of this run was kept.",
            ", ".join(ASKED),
            f'lab.run(...).{name} without keep="summary", perhaps with fewer requests',
        )

    def __repr__(self) -> str:
        counts = ", ".join(
            f"{self._totals.count(word):,} {word}"
            for word in ("requests", "environments", "cold", "throttled", "errors")
        )
        stopped = f" {self.stopped};" if self.stopped else ""
        return f"<Summary:{stopped} {counts}; {self.entries:,} entries in {self.end:g} s>"
