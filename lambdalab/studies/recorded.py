"""Logs of real functions in files: the REPORT lines in them, as a table to lay beside a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

from ..mistakes import LabError
from ..stack import ARCHITECTURES
from ..views.reports import LogEvent, Report, events_of_json, events_of_text
from ..views.reports import reports as read
from ..views.tables import INVOCATIONS

if TYPE_CHECKING:
    import pandas

ENDINGS = (".txt", ".log", ".json", ".jsonl", "")
EXAMPLE = 'lab.reports("logs/")'


class Reports(list[Report]):
    """The answer to `lab.reports(path)`: what REPORT lines say, in the order of the logs.

    Attributes
    ----------
    architecture : str
        Of the function, for its bill: no line tells it.
    """

    def __init__(self, found: list[Report], architecture: str) -> None:
        super().__init__(found)
        self.architecture = architecture

    def __repr__(self) -> str:
        cold = sum(x.cold for x in self)
        return f"<{len(self):,} reports, {cold:,} of them cold>"

    @property
    def table(self) -> pandas.DataFrame:
        """The columns of `run.table("invocations")`.

        `environment` is the log stream and `source` is not known. Times are seconds from the
        first start, nan where the files have none.
        """
        import pandas

        times = [at for x in self for at in (x.start, x.end) if not isnan(at)]
        first = min(times, default=0.0)
        rows = [
            asdict(x)
            | {
                "environment": x.stream,
                "start": round(x.start - first, 6),
                "end": round(x.end - first, 6),
                "source": "",
            }
            for x in self
        ]
        return pandas.DataFrame(rows, columns=INVOCATIONS.split())


def reports(
    path: str | Path, *, function: str | None = None, architecture: str = "x86_64"
) -> Reports:
    """Read the REPORT lines of logs that CloudWatch has kept.

    Parameters
    ----------
    path : str or Path
        A file, or a folder with files that end in .txt, .log, .json or .jsonl: lines of text, lines
        of the JSON log format, what `aws logs tail` prints, or what `aws logs filter-log-events`
        and `get-log-events` print. A file that names no streams counts as one.
    function : str, optional
        The name of the function; by default as the logs tell it, which only those in JSON do.
    architecture : str
        "x86_64" or "arm64", for the bill.

    Returns
    -------
    Reports
        A list with a `.table`; `run.beside(...)` lays it beside a run.

    Raises
    ------
    LabError
        If there is no file, or no REPORT line in any.
    """
    if architecture not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise LabError(f"architecture={architecture!r} is not known.", known, EXAMPLE)
    root = Path(path)
    files = [root]
    if root.is_dir():
        files = sorted(x for x in root.rglob("*") if x.is_file() and x.suffix in ENDINGS)
    found = read(event for file in files for event in _events(file))
    if not found:
        allowed = "files with REPORT lines, as text or as platform.report in JSON"
        raise LabError(f"{path}: no REPORT line is in there.", allowed, EXAMPLE)
    named = [replace(report, function=function or report.function) for report in found]
    return Reports(named, architecture)


def _events(file: Path) -> Iterator[LogEvent]:
    """Read the events of a file, whichever of the formats it has."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{file}: {error}", "a file of text", EXAMPLE) from None
    try:
        listed = events_of_json(json.loads(text)) if text.lstrip().startswith("{") else None
    except (ValueError, RecursionError):
        listed = None
    return events_of_text(text, file.name) if listed is None else listed
