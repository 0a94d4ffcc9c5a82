"""A run beside what was recorded on AWS: the same figures of both, from the same fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from html import escape
from math import isnan, nan
from typing import TYPE_CHECKING, Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.units import MS
from .charges import Usage, charge
from .charts import Chart, pairs
from .grid import aligned
from .invocations import Invocation
from .metrics import nearest_rank
from .reports import Report

if TYPE_CHECKING:
    import pandas

SHARES = (50, 90, 95, 99, 100)  # percentiles of durations that are told
TWO = ("model", "recorded")


class Beside:
    """The answer to `run.beside(reports)`: figures of the model and of what was recorded.

    Attributes
    ----------
    table : pandas.DataFrame
        A row for each figure, indexed by its name: `model`, `recorded`, and `ratio`, the recorded
        one in parts of the model's.
    chart : Chart
        Percentiles of the durations.
    """

    def __init__(
        self,
        log: Log,
        some: Sequence[Invocation],
        recorded: Sequence[Report],
        title: str,
        architecture: str,
    ) -> None:
        self._title = title
        made = _made(log, some)
        kinds = {a for _, a in _settings(log).values()}
        own = kinds.pop() if len(kinds) == 1 else "x86_64"
        self._figures = [
            (name, a, b)
            for (name, a), (_, b) in zip(
                _figures(made, own), _figures(recorded, architecture), strict=True
            )
        ]

    @property
    def table(self) -> pandas.DataFrame:
        """The figures as a table."""
        import pandas

        rows = [(a, b, b / a if a else nan) for _, a, b in self._figures]
        names = pandas.Index([name for name, *_ in self._figures], name="figure")
        return pandas.DataFrame(rows, columns=[*TWO, "ratio"], index=names, dtype=float)

    @property
    def chart(self) -> Chart:
        """Percentiles of the durations, side by side."""
        found = [one for one in self._figures if one[0].startswith("duration_ms_")]
        shown = [
            (name.removeprefix("duration_ms_"), 0 if isnan(a) else a, 0 if isnan(b) else b)
            for name, a, b in found
        ]
        words = "; ".join(f"{name} {a:,.6g} and {b:,.6g} ms" for name, a, b in shown)
        alt = f"{self._title}: durations of the model and as recorded: {words}"
        return pairs("durations, model and recorded", alt, "ms", "of the invocations", shown, TWO)

    def __repr__(self) -> str:
        return self.tell()

    def _repr_html_(self) -> str:
        return f"{self.chart._repr_html_()}<pre>{escape(self.tell())}</pre>"

    def tell(self) -> str:
        """Say every figure."""
        rows = [("", *TWO, "ratio")]
        rows += [
            (name, _text(a), _text(b), _text(b / a if a else nan)) for name, a, b in self._figures
        ]
        return "\n".join([self._title, *aligned(rows, "lrrr")])


def _text(value: float) -> str:
    return "-" if isnan(value) else f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"


def _settings(log: Log) -> dict[str, tuple[int, str]]:
    """Give the memory and the architecture with which each environment was made."""
    configured: dict[tuple[str, str], Any] = {}
    made: dict[str, tuple[int, str]] = {}
    for _, _, fact, *_ in log:
        if isinstance(fact, facts.FunctionConfigured):
            configured[fact.function, fact.version] = fact
        elif isinstance(fact, facts.InitStarted | facts.RestoreStarted):
            of = configured[fact.function, fact.version]
            made.setdefault(fact.environment, (of.memory, of.architecture))
    return made


def _made(log: Log, some: Sequence[Invocation]) -> list[Report]:
    """Say invocations that are over as reports."""
    made = _settings(log)
    return [
        Report(
            x.request,
            x.version,
            x.environment,
            x.attempt,
            nan if x.start is None else x.start / MS / MS,
            (x.end or 0) / MS / MS,
            x.status,
            x.error_type,
            x.initialization_type,
            nan if x.init_duration is None else x.init_duration / MS,
            x.duration / MS,
            x.billed_ms or 0,
            made[x.environment][0],
            x.max_memory,
            x.cold,
            x.function,
        )
        for x in some
        if x.duration is not None
    ]


def _figures(some: Sequence[Report], architecture: str) -> list[tuple[str, float]]:
    """Count and measure invocations."""
    n = len(some)
    durations, inits = [x.duration_ms for x in some], [x.init_ms for x in some if x.cold]
    shown = [x for x in inits if not isnan(x)]
    billed = sum(x.billed_ms for x in some)
    statuses = Counter(x.status for x in some)
    cold = sum(x.cold for x in some)
    found: list[tuple[str, float]] = [
        ("invocations", n),
        ("errors", statuses["error"]),
        ("timeouts", statuses["timeout"]),
        ("cold", cold),
        ("cold_share", cold / n if n else nan),
    ]
    found += [
        (f"duration_ms_{'max' if p == 100 else f'p{p}'}", nearest_rank(durations, p) if n else nan)
        for p in SHARES
    ]
    found += [(f"init_ms_p{p}", nearest_rank(shown, p) if shown else nan) for p in (50, 95)]
    usages = [Usage("", x.memory_mb, 1, x.billed_ms, architecture) for x in some]
    cost = sum(float(line.amount) for line in charge(usages))
    return [
        *found,
        ("billed_ms", billed),
        ("billed_ms_mean", billed / n if n else nan),
        ("gb_s", float(sum(usage.gb_s for usage in usages))),
        ("cost", cost),
    ]
