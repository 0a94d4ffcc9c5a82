"""What a study measures: words for what a run can be asked, and functions of the run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from math import nan
from typing import Any

from ..mistakes import LabError
from ..run import COUNTS, Run
from ..views.datapoints import METRICS
from ..views.metrics import nearest_rank
from ..views.tables import TABLES

Measure = Callable[[Run], float]
USUAL = ("requests", "cold", "throttled", "errors", "p50", "p95", "p99", "cost")
# Of runs that keep only their summary, which knows no latency of requests.
SUMMED = (*USUAL[:4], "Duration p50", "Duration p95", "Duration p99", "cost")
PLAIN: dict[str, Measure] = {
    "cost": lambda run: run.bill.cost,
    "gb_s": lambda run: run.bill.gb_s,
    "billed_ms": lambda run: run.bill.ms,
    "peak": lambda run: run.peak,
    "end": lambda run: run.end,
}
PERCENTILE = re.compile(r"(?:(\w+) )?p(\d+(?:\.\d+)?)")
EXAMPLE = 'measure=["cold", "p95", "cost"]'


def measures_of(measure: Any, summed: bool = False) -> dict[str, Measure]:
    """Find out what is to be measured, by the name of its column.

    Parameters
    ----------
    measure
        Words, or names with words or functions; None for the usual ones.
    summed : bool
        Whether runs keep only their summary.

    Raises
    ------
    LabError
        If a word is not known.
    """
    if measure is None:
        measure = SUMMED if summed else USUAL
    if isinstance(measure, str):
        measure = [measure]
    if isinstance(measure, Mapping):
        named = measure
    elif isinstance(measure, Iterable) and all(isinstance(word, str) for word in measure):
        named = {word: word for word in measure}
    else:
        raise LabError(
            f"measure={measure!r} cannot be measured.",
            "words, or a dict of names to words or functions of the run",
            'measure={"cold": "cold", "slow": lambda run: run.metrics["Duration"] > 800}',
        )
    if not named:
        raise LabError("nothing is measured.", "one measure or more", EXAMPLE)
    return {str(name): _measure(what) for name, what in named.items()}


def _measure(what: Any) -> Measure:
    if callable(what):
        return what  # type: ignore[no-any-return]
    if what in PLAIN:
        return PLAIN[what]
    if what in COUNTS:
        return _counted(what)
    if what in METRICS:
        return _metric(what)
    found = PERCENTILE.fullmatch(what) if isinstance(what, str) else None
    if found and 0 < float(found[2]) <= 100 and (found[1] is None or found[1] in METRICS):
        return _latency(float(found[2])) if found[1] is None else _share(found[1], float(found[2]))
    words = ", ".join([*PLAIN, *COUNTS, "p95", "Duration p95", *METRICS])
    raise LabError(f"{what!r} cannot be measured.", f"a function of the run, or {words}", EXAMPLE)


def _counted(word: str) -> Measure:
    return lambda run: run.count(word)


def _metric(name: str) -> Measure:
    return lambda run: run.metrics[name]


def _share(name: str, p: float) -> Measure:
    return lambda run: run.metrics.percentile(name, p)


def _latency(p: float) -> Measure:
    return lambda run: nearest_rank(found, p) if (found := latencies(run)) else nan


def latencies(run: Run) -> list[float]:
    """List how long each request took until it was done, in seconds; those that are done."""
    rows = TABLES["requests"][1](run.log)
    return [row["latency"] for row in rows if row["latency"] == row["latency"]]


def taken(run: Run, measures: Mapping[str, Measure]) -> tuple[dict[str, float], str]:
    """Measure a run; say what went wrong with a measure, or ""."""
    values: dict[str, float] = {}
    wrong = ""
    for name, measure in measures.items():
        try:
            values[name] = float(measure(run))
        except Exception as error:  # it is the learner's own code
            values[name] = nan
            wrong = wrong or f"{name}: {said(error)}"
    return values, wrong


def said(error: BaseException) -> str:
    """Say an error in a line."""
    text = error.given if isinstance(error, LabError) else str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
