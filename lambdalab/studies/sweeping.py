"""Many runs over a grid of settings and seeds, and one table of what they came to."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, as_completed
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from inspect import signature
from itertools import groupby, product
from math import isnan
from typing import TYPE_CHECKING, Any

from ..mistakes import LabError
from ..run import QUIET, run
from .carried import packed, unpacked
from .measures import Measure, measures_of, said, taken
from .over import EXAMPLE, OF_RUN, Axis, Call, axes_of, changed, values_of
from .student import interval

if TYPE_CHECKING:
    import pandas

OFTEN = 0.1  # seconds from one line of progress to the next
BAR, CLEAR = 20, "\r" + " " * 78 + "\r"
INTERRUPTED = "INTERRUPTED"
Key = tuple[int, int]  # the place of a point in the grid, and a seed


@dataclass(frozen=True, slots=True)
class Row:
    """What one run came to."""

    values: dict[str, float]
    error: str = ""
    mistake: LabError | None = None  # why there was no run


@dataclass(frozen=True)
class Study:
    """What is to be run."""

    call: Call
    axes: list[Axis]
    measures: dict[str, Measure]
    seed: int
    repeats: int
    confidence: float

    @cached_property
    def points(self) -> list[tuple[Any, ...]]:
        """The values of each point of the grid, in its order: the last axis varies first."""
        return list(product(*(axis.values for axis in self.axes)))

    @cached_property
    def keys(self) -> list[Key]:
        """Every run, in the order of the table."""
        seeds = range(self.seed, self.seed + self.repeats)
        return [(n, seed) for n in range(len(self.points)) for seed in seeds]

    def prepared(self, n: int) -> Call | Row:
        """Make the call of a point; a row if it cannot be made."""
        values = self.points[n]
        if callable(self.call.target):
            named = zip(self.axes, values, strict=True)
            return Call(self.call.target, None, {axis.setting: value for axis, value in named})
        try:
            return changed(self.call, self.axes, values)
        except LabError as error:
            return Row({}, said(error), error)


def sweep(
    target: Any,
    at: Any = None,
    *,
    over: Mapping[Any, Any],
    repeats: int = 5,
    measure: Any = None,
    executor: Executor | None = None,
    confidence: float = 0.95,
    seed: int = 0,
    progress: bool | None = None,
    **settings: Any,
) -> Sweep:
    """Run a stack for each point of a grid of settings, with several seeds.

    Parameters
    ----------
    target : Function, version, alias, door, wired source or dict; or a function of your own
        As `lab.run` takes it. Or a function that is called with `seed` and the settings of a point
        by name, and returns a run: for what cannot be said as a setting.
    at : float, Traffic or sequence
        As for `lab.run`. Traffic that is drawn differs from seed to seed.
    over : dict
        What is varied, each with the list of its values: a setting by its name ("memory",
        "batch_size"), by a pair of whose it is and its name ((orders, "visibility_timeout")), an
        argument of `lab.run` ("account_concurrency", "at"), or a rule ("assume.lifecycle.idle").
        Of modelled handlers also "wait", "cpu" and "fails".
    repeats : int
        Runs for each point, with the seeds `seed`, `seed + 1`, ...: the same for all points.
    measure : list of str, or dict of str to str or function of the run, optional
        Numbers: the words of `run.count`, CloudWatch metrics ("Duration"), percentiles of a
        metric in ms ("Duration p95") or of how long requests took in seconds ("p95"), "cost",
        "gb_s", "billed_ms", "peak", "end".
    executor : concurrent.futures.Executor, optional
        Where the runs are made: `ProcessPoolExecutor()` for all cores of this machine, or
        `client.get_executor()` of Dask for a cluster. The table is the same whichever is used.
    confidence : float
        Of the intervals, above 0 and below 1.
    seed : int
        The first seed.
    progress : bool, optional
        Whether to show a line of progress; by default where it takes more than a second, and not
        where the environment variable CI is set.
    **settings
        What else `lab.run` takes.

    Returns
    -------
    Sweep
        `.table`: a row for each point. An interrupted one holds what was done, and
        `.resume()` goes on.

    Raises
    ------
    LabError
        If something is not known, or no point at all can be run. One that cannot be run is a row
        with its error.

    Examples
    --------
    >>> import lambdalab as lab
    >>> nap = lab.handler(wait=0.5)
    >>> found = lab.sweep(nap, lab.burst(10), over={"reserved_concurrency": [2, 20]}, repeats=1,
    ...                   measure=["cold", "throttled"])
    >>> found.table[["reserved_concurrency", "cold", "throttled"]].values.tolist()
    [[2.0, 2.0, 8.0], [20.0, 10.0, 0.0]]
    """
    _check(repeats, seed, confidence)
    measures = measures_of(measure, settings.get("keep") == "summary")
    if callable(target):
        axes = _axes_of_function(target, at, over, settings)
        call = Call(target, None, {})
    else:
        if wrong := [name for name in settings if name not in OF_RUN]:
            raise LabError(f"lab.run has no {wrong[0]!r}.", ", ".join(OF_RUN), EXAMPLE)
        listed = {n: list(v) if n in LISTS else v for n, v in settings.items()}
        if at is not None and hasattr(at, "__next__"):
            at = list(at)
        call = Call(target, at, listed)
        axes = axes_of(over, call)
    study = Study(call, axes, measures, seed, repeats, confidence)
    return _run(study, {}, executor, progress)


LISTS = ("also", "changes", "faults")


def _check(repeats: Any, seed: Any, confidence: Any) -> None:
    if not isinstance(repeats, int) or isinstance(repeats, bool) or repeats < 1:
        raise LabError(f"repeats={repeats!r} is no number of runs.", "1 or more", "repeats=5")
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise LabError(f"seed={seed!r} is no seed to count from.", "a whole number", "seed=0")
    if not isinstance(confidence, int | float) or not 0 < confidence < 1:
        raise LabError(
            f"confidence={confidence!r} is no share.", "above 0, below 1", "confidence=0.95"
        )


def _axes_of_function(
    target: Callable[..., Any], at: Any, over: Any, settings: dict[str, Any]
) -> list[Axis]:
    """Take the parameters of a learner's own function as what is varied."""
    example = "def stack(memory, seed): return lab.run(..., seed=seed)"
    if at is not None or settings:
        given = "at" if at is not None else next(iter(settings))
        raise LabError(
            f"{given} is given beside {_called(target)}.", f"{given} inside of it", example
        )
    if not isinstance(over, Mapping):
        raise LabError(f"over={over!r} is no dict.", "settings and their values", EXAMPLE)
    known = signature(target).parameters
    any_name = any(p.kind is p.VAR_KEYWORD for p in known.values())
    for name in ["seed", *over]:
        if name not in known and not any_name:
            raise LabError(f"{_called(target)} does not take {name!r}.", ", ".join(known), example)
    return [Axis(name, values_of(name, values), name) for name, values in over.items()]


def _called(target: Any) -> str:
    return getattr(target, "__name__", repr(target))


# The answer -------------------------------------------------------------------------------------


class Sweep:
    """What came of a sweep: a value that shows itself as its table.

    Attributes
    ----------
    done, total : int
        Runs that were made, and those that were asked for.
    stopped : str
        Why it ended before its time, or "".
    """

    def __init__(self, study: Study, rows: dict[Key, Row], stopped: str) -> None:
        self._study, self._rows, self.stopped = study, rows, stopped
        self.done, self.total = len(rows), len(study.keys)

    def __repr__(self) -> str:
        names = " x ".join(axis.label for axis in self._study.axes) or "one point"
        failed = sum(bool(row.error) for row in self._rows.values())
        counts = f"{self.done} of {self.total} runs" + (f", {failed} failed" if failed else "")
        rest = f"; {self.stopped}: .resume() goes on" if self.done < self.total else ""
        return f"<Sweep of {names}: {counts}{rest}>"

    def _repr_html_(self) -> str:
        shown: str = self.table.to_html()
        return f"{shown}<p>{escape(repr(self))}</p>"

    @cached_property
    def table(self) -> pandas.DataFrame:
        """One row for each point, in the order of the grid.

        Columns
        -------
        The settings; `runs` that were measured; of each measure its mean, and NAME_low and
        NAME_high, the ends of its confidence interval (Student's t over the runs of the point; nan
        for a single one); `error`, the first one of the point, or "". A run whose measure is no
        number is left out of that mean.
        """
        import pandas

        study, found = self._study, []
        names = [axis.label for axis in study.axes]
        for n, some in groupby(self._in_order(), key=lambda one: one[0][0]):
            rows, values = [row for _, row in some], study.points[n]
            line = dict(zip(names, map(_shown, values), strict=True))
            line["runs"] = sum(bool(row.values) for row in rows)
            for name in study.measures:
                got = [x for row in rows if name in row.values and not isnan(x := row.values[name])]
                ends = interval(got, study.confidence)
                line |= zip((name, f"{name}_low", f"{name}_high"), ends, strict=True)
            line["error"] = next((row.error for row in rows if row.error), "")
            found.append(line)
        measured = [f"{name}{end}" for name in study.measures for end in ("", "_low", "_high")]
        return pandas.DataFrame(found, columns=[*names, "runs", *measured, "error"])

    @cached_property
    def runs(self) -> pandas.DataFrame:
        """One row for each run: the settings, `seed`, each measure, and `error`."""
        import pandas

        names = [axis.label for axis in self._study.axes]
        points = self._study.points
        found = [
            {
                **dict(zip(names, map(_shown, points[n]), strict=True)),
                "seed": seed,
                **row.values,
                "error": row.error,
            }
            for (n, seed), row in self._in_order()
        ]
        return pandas.DataFrame(found, columns=[*names, "seed", *self._study.measures, "error"])

    def resume(
        self,
        repeats: int | None = None,
        *,
        executor: Executor | None = None,
        progress: bool | None = None,
    ) -> Sweep:
        """Go on where it was interrupted; what is done is not done again.

        Parameters
        ----------
        repeats : int, optional
            More runs for each point than were asked for, for narrower intervals.
        executor, progress
            As for `lab.sweep`.

        Returns
        -------
        Sweep
            Another one; this one stays as it is.
        """
        study = self._study
        if repeats is not None:
            _check(repeats, study.seed, study.confidence)
            study = replace(study, repeats=max(repeats, study.repeats))
        return _run(study, dict(self._rows), executor, progress)

    def _in_order(self) -> list[tuple[Key, Row]]:
        return [(key, self._rows[key]) for key in self._study.keys if key in self._rows]


def _shown(value: Any) -> Any:
    """Put a number or a text into the table as it is, and anything else as it is shown."""
    plain = isinstance(value, bool | int | float | str) or value is None
    return value if plain else repr(value)


# Running ----------------------------------------------------------------------------------------


def _run(
    study: Study, rows: dict[Key, Row], executor: Executor | None, progress: bool | None
) -> Sweep:
    """Make the runs that are not done yet; keep what is done if it is interrupted."""
    left = [key for key in study.keys if key not in rows]
    calls = {n: study.prepared(n) for n in dict.fromkeys(n for n, _ in left)}
    ready: dict[Key, Call] = {}
    for key in left:
        if isinstance(call := calls[key[0]], Row):
            rows[key] = call
        else:
            ready[key] = call

    line = Progress(len(rows), len(study.keys), progress)

    def keep(key: Key, row: Row) -> None:
        rows[key] = row
        line.show(bool(row.error))

    stopped = ""
    try:
        if executor is None:
            for (n, seed), call in ready.items():
                keep((n, seed), measured(call, seed, study.measures))
        else:
            _on(executor, study, ready, keep)
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    except (BrokenExecutor, CancelledError) as error:
        stopped = f"the executor broke ({said(error)})"
    finally:
        line.close()
    mistakes = [row.mistake for row in rows.values() if row.mistake]
    if mistakes and len(mistakes) == len(study.keys):
        raise mistakes[0]
    return Sweep(study, rows, stopped)


def _on(
    executor: Executor,
    study: Study,
    calls: Mapping[Key, Call],
    keep: Callable[[Key, Row], None],
) -> None:
    """Make the runs on an executor; keep each as it comes in."""
    if not callable(getattr(executor, "submit", None)):
        raise LabError(
            f"executor={executor!r} takes no work.",
            "an executor of concurrent.futures",
            "executor=ProcessPoolExecutor()",
        )
    jobs = {n: packed((call, study.measures)) for (n, _), call in calls.items()}
    waiting: dict[Future[Row], Key] = {}
    try:
        for n, seed in calls:
            waiting[executor.submit(carried_out, jobs[n], seed)] = n, seed
        for future in as_completed(list(waiting)):
            keep(waiting[future], _outcome(future))
            del waiting[future]
    finally:  # what is left was interrupted; some of it may have come in meanwhile
        for future, key in waiting.items():
            if not future.cancel() and future.done() and not future.exception():
                keep(key, future.result())


def _outcome(future: Future[Row]) -> Row:
    """Take what a worker made of a run."""
    try:
        return future.result()
    except (BrokenExecutor, CancelledError, KeyboardInterrupt):
        raise
    except Exception as error:  # what was sent could not be read there
        return Row({}, said(error))


def carried_out(job: bytes, seed: int) -> Row:
    """Make one run in a worker."""
    call, measures = unpacked(job)
    return measured(call, seed, measures)


def measured(call: Call, seed: int, measures: Mapping[str, Measure]) -> Row:
    """Make one run and measure it; what goes wrong is kept as a row."""
    try:
        if callable(call.target):
            made = call.target(seed=seed, **call.settings)
        else:
            made = run(call.target, call.at, seed=seed, **call.settings)
    except Exception as error:
        return Row({}, said(error), error if isinstance(error, LabError) else None)
    if not isinstance(getattr(made, "stopped", None), str):  # a run, or a summary of one
        return Row({}, f"{_called(call.target)} returned {made!r}, and not a run")
    if made.stopped.startswith(INTERRUPTED):
        raise KeyboardInterrupt
    values, wrong = taken(made, measures)
    return Row(values, wrong)


@dataclass
class Progress:
    """A line that says how far a sweep is; a notebook and a terminal show it alike."""

    before: int  # runs that were done before
    total: int
    wanted: bool | None
    made: int = 0
    failed: int = 0
    began: float = field(default_factory=time.monotonic)
    written: float = 0.0  # when it was last written, or 0

    def show(self, failed: bool) -> None:
        """Say how many runs are done, now that there is another one."""
        self.made, self.failed = self.made + 1, self.failed + failed
        done, now = self.before + self.made, time.monotonic()
        spent = now - self.began
        quiet = spent < QUIET or bool(os.environ.get("CI"))
        soon = now < self.written + OFTEN and done < self.total
        if self.wanted is False or (self.wanted is None and quiet) or soon:
            return
        self.written = now
        full = BAR * done // self.total
        left = spent / self.made * (self.total - done)
        words = f"{done} of {self.total} runs, {spent:.0f} s, about {left:.0f} s left"
        words += f", {self.failed} failed" if self.failed else ""
        sys.stderr.write(f"\r[{'#' * full}{'.' * (BAR - full)}] {words} ".ljust(78))
        sys.stderr.flush()

    def close(self) -> None:
        """Take the line away."""
        if self.written:
            sys.stderr.write(CLEAR)
