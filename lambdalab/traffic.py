"""When requests arrive: at once, evenly, at random, ever faster, or as they were recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, isfinite, log
from pathlib import Path
from typing import Any

from .mistakes import LabError

Draw = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Traffic:
    """Arrival times; `times(draw)` says them in seconds, or as pairs of seconds and a payload."""

    name: str
    times: Callable[[Draw], list[Any]]

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Recorded(Traffic):
    """Arrival times that were recorded, with payloads or without."""

    recorded: tuple[Any, ...] = ()

    @property
    def durations(self) -> list[float]:
        """The recorded durations in seconds, in order."""
        pairs = (item[1] for item in self.recorded if isinstance(item, tuple | list))
        return [x["duration"] for x in pairs if isinstance(x, dict) and "duration" in x]

    def __repr__(self) -> str:
        return self.name


def burst(n: int, at: float = 0) -> Traffic:
    """Send many requests at once.

    Parameters
    ----------
    n : int
        How many.
    at : float
        When, in seconds.

    Examples
    --------
    >>> burst(3).times(None)
    [0, 0, 0]
    """
    if not isinstance(n, int):
        raise LabError(f"n={n!r} is no number of requests.", "1 or more, whole", "n=3")
    _positive("n", n)
    _check_time("at", at)
    return Traffic(f"burst({n}, at={at})", lambda draw: [at] * n)


def steady(rate: float, seconds: float) -> Traffic:
    """Send requests evenly: the k-th at k / rate.

    Parameters
    ----------
    rate : float
        Requests per second.
    seconds : float
        For how long; a request at the very end is not sent.

    Examples
    --------
    >>> steady(2, seconds=2).times(None)
    [0.0, 0.5, 1.0, 1.5]
    """
    _positive("rate", rate)
    _positive("seconds", seconds)
    n = ceil(round(rate * seconds, 9))  # the last one comes before the end
    return Traffic(f"steady({rate}, {seconds})", lambda draw: [k / rate for k in range(n)])


def poisson(rate: float, seconds: float) -> Traffic:
    """Send requests independently of each other, drawn from the seed of the run.

    Parameters
    ----------
    rate : float
        Requests per second on average.
    seconds : float
        For how long.
    """
    _positive("rate", rate)
    _positive("seconds", seconds)

    def times(draw: Draw) -> list[float]:
        at, found = -log(1 - draw()) / rate, []
        while at < seconds:
            found.append(at)
            at -= log(1 - draw()) / rate
        return found

    return Traffic(f"poisson({rate}, {seconds})", times)


def ramp(start: float, end: float, seconds: float) -> Traffic:
    """Send requests at a rate that rises or falls evenly.

    Parameters
    ----------
    start, end : float
        Requests per second at the beginning and at the end.
    seconds : float
        For how long.

    Examples
    --------
    >>> len(ramp(0, 10, seconds=10).times(None))
    50
    """
    _check_time("start", start)
    _check_time("end", end)
    _positive("start + end", start + end)
    _positive("seconds", seconds)
    slope = (end - start) / seconds

    def time_of(k: int) -> float:  # when start * t + slope * t**2 / 2 == k
        root = (start * start + 2 * slope * k) ** 0.5
        return 2 * k / (start + root) if k else 0.0

    n = round((start + end) / 2 * seconds)
    return Traffic(f"ramp({start}, {end}, {seconds})", lambda draw: [time_of(k) for k in range(n)])


def replay(times: str | Path | Iterable[Any]) -> Recorded:
    """Send requests at recorded times.

    Parameters
    ----------
    times : str, path or sequence
        Seconds, or pairs of seconds and a payload. Or a file: CSV, a JSON list or JSON lines, with
        a time and perhaps a duration in each row, in columns called `timestamp` (or time, at) and
        `duration` (seconds) or `duration_ms`; without a header they come in this order. Times are
        seconds from the start of the run; dates (ISO 8601) and the seconds or milliseconds of Unix
        are counted from the first of them.

    Returns
    -------
    Recorded
        Traffic. With recorded durations the payload of the k-th is `{"n": k, "duration": seconds}`,
        and `.durations` lists them: `lab.work(wait=lab.choice(trace.durations))`.

    Raises
    ------
    LabError
        If a row of the file cannot be read; with its line.

    Examples
    --------
    >>> replay([0.5, 2]).times(None)
    [0.5, 2]
    """
    if isinstance(times, str | Path):
        from .traces import trace

        times = [
            at if duration is None else (at, {"n": k, "duration": duration})
            for k, (at, duration) in enumerate(trace(Path(times)))
        ]
    recorded = tuple(times)
    for item in recorded:
        pair = isinstance(item, tuple | list) and len(item) == 2
        _check_time("at", item[0] if pair else item)
    return Recorded(f"replay({len(recorded)} times)", lambda draw: [*recorded], recorded)


def _positive(name: str, value: float) -> None:
    """Refuse what is not more than 0."""
    if not _number(value) or not value > 0:
        raise LabError(f"{name}={value!r} is not allowed.", "more than 0", f"{name}=1")


def _check_time(name: str, value: float) -> None:
    """Refuse what is less than 0."""
    if not _number(value) or value < 0:
        raise LabError(f"{name}={value!r} is not allowed.", "a number, 0 or more", f"{name}=1")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
