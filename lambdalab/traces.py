"""Recorded traffic in a file: when requests arrived, and perhaps how long they took."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Any

from .mistakes import LabError

TIMES = ("timestamp", "time", "at", "start")
DURATIONS = {"duration": 1.0, "duration_s": 1.0, "duration_ms": 1000.0}  # and how many in a second
FIRST_DATE = 1e8  # a number from here on is no time of a run (three years) but one of Unix
IN_MS = 1e11  # and from here on it is in milliseconds
EXAMPLE = "timestamp,duration_ms\n0.0,120\n0.4,95"


def trace(path: Path) -> list[tuple[float, float | None]]:
    """Read a trace: seconds from the start, and durations in seconds or None, in the file's order.

    Raises
    ------
    LabError
        If it cannot be read; with the line, or the place in a list.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{path}: {error}", "a file of text", 'lab.replay("trace.csv")') from None
    listed = text.lstrip()[:1] in ("[", "{")
    rows = list(_listed(path, text) if listed else _columns(path, text))
    if not rows:
        raise _wrong(path, "it has no times")
    times = [at for at, _, _ in rows]
    dated = any(is_date or at >= FIRST_DATE for at, is_date, _ in rows)
    first = min(times) if dated else 0.0
    return [(round(at - first, 6), duration) for at, _, duration in rows]


Row = tuple[float, bool, float | None]  # seconds, whether it was a date, seconds


def _columns(path: Path, text: str) -> Iterator[Row]:
    """Read the rows of a CSV file, with a header or without."""
    lines = [(n, row) for n, row in enumerate(csv.reader(text.splitlines()), 1) if any(row)]
    names = [cell.strip().lower() for cell in lines[0][1]] if lines else []
    if any(name in TIMES for name in names):
        lines.pop(0)
    else:
        names = ["timestamp", "duration"]
    for n, row in lines:
        cells = dict(zip(names, map(str.strip, row), strict=False))
        yield _row(path, f"line {n}", {name: cell for name, cell in cells.items() if cell})


def _listed(path: Path, text: str) -> Iterator[Row]:
    """Read a list of JSON, or an object a line."""
    try:
        whole = text.lstrip().startswith("[")
        items = json.loads(text) if whole else [json.loads(x) for x in text.splitlines() if x]
    except (ValueError, RecursionError) as error:
        raise _wrong(path, f"this is no JSON ({error})") from None
    for n, item in enumerate(items, 1):
        cells = item if isinstance(item, dict) else {"timestamp": item}
        if isinstance(item, list) and 1 <= len(item) <= 2:
            cells = dict(zip(("timestamp", "duration"), item, strict=False))
        lowered = {str(name).lower(): cell for name, cell in cells.items()}
        yield _row(path, f"item {n}", lowered)


def _row(path: Path, place: str, cells: dict[str, Any]) -> Row:
    """Read a time, and a duration if there is one."""
    given = next((cells[name] for name in TIMES if name in cells), None)
    at, dated = _number(given), False
    if at is None and isinstance(given, str):
        at, dated = _date(given), True
    if at is None or at < 0:
        raise _wrong(path, f"{place}: {given!r} is no time")
    if at >= IN_MS:
        at /= 1000
    for name, parts in DURATIONS.items():
        if cells.get(name) is not None:
            long = _number(cells[name])
            if long is None or long < 0:
                raise _wrong(path, f"{place}: {cells[name]!r} is no duration")
            return at, dated, long / parts
    return at, dated, None


def _number(given: Any) -> float | None:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        return None
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _date(given: str) -> float | None:
    """Read a date; one without a zone is in UTC."""
    try:
        date = datetime.fromisoformat(given)
    except ValueError:
        return None
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _wrong(path: Path, what: str) -> LabError:
    allowed = "seconds or dates, in a column called timestamp, and durations"
    return LabError(f"{path}, {what}.", allowed, EXAMPLE)
