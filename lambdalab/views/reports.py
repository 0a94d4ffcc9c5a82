"""REPORT lines of real functions, as rows of the table of invocations.

What CloudWatch holds is text, or objects of JSON; of both we read what AWS documents. A log stream
belongs to one environment, so rows are told apart by stream where it is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import nan
from typing import Any

from ..engine.rules import (
    LOG_INIT_HIDDEN,
    LOG_INIT_REPORT,
    LOG_JSON,
    LOG_JSON_METRICS,
    LOG_LINES,
    LOG_REPORT,
    LOG_SNAPSTART,
    LOG_STREAM,
    LOG_TIMEOUT,
    TIMEOUT_SHAPE,
)

FOLLOWS = (  # the rules of these lines
    LOG_STREAM,
    LOG_LINES,
    LOG_REPORT,
    LOG_TIMEOUT,
    LOG_INIT_REPORT,
    LOG_INIT_HIDDEN,
    LOG_SNAPSTART,
    LOG_JSON,
    LOG_JSON_METRICS,
)

FIELDS = re.compile(
    r"\b(RequestId|Duration|Billed Duration|Memory Size|Max Memory Used|Restore Duration|"
    r"Billed Restore Duration|Init Duration|Status|Error Type|Phase): ([^\s]+)"
)
START = re.compile(r"START RequestId: (\S+) Version: (\S+)")
TIMED_OUT = re.compile(r"(\S+) Task timed out after")
UNHANDLED = re.compile(r"\[ERROR\] ([A-Za-z_][\w.]*)(?::|\s*$)")  # of Python; records have a tab
NODE = re.compile(r"Invoke Error\s+(\{.*)")
CRASHED = re.compile(r"RequestId: (\S+) Error: Runtime exited")


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One event of a log: when, in which stream, and its text."""

    at: float  # seconds of any clock, or nan
    stream: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a REPORT line says, with what the lines before it add."""

    request_id: str
    version: str
    stream: str
    attempt: int
    start: float  # seconds of the clock of the events, or nan
    end: float
    status: str
    error_type: str
    init_type: str
    init_ms: float
    duration_ms: float
    billed_ms: int
    memory_mb: int
    max_memory_mb: int
    cold: bool
    function: str = ""


@dataclass(slots=True)
class _Stream:
    """What has to be remembered of a stream from one line to the next."""

    function: str = ""
    init_type: str = ""
    fresh: bool = False  # its first Init failed, and no request was served since
    error: str = ""  # that the request at work has met
    started: dict[str, tuple[str, float]] = field(default_factory=dict)  # request -> version, at
    timed_out: set[str] = field(default_factory=set)


def reports(events: Iterable[LogEvent]) -> list[Report]:
    """Read the reports among the events of logs, in their order."""
    streams: dict[str, _Stream] = {}
    attempts: dict[str, int] = {}
    found = []
    for event in events:
        stream = streams.setdefault(event.stream, _Stream())
        told = _platform(event.text) or _plain(event.text)
        if told is None:
            _noticed(stream, event.text)
            continue
        kind, values = told
        request = str(values.get("requestId", ""))
        if kind == "initStart":
            stream.function = str(values.get("functionName", ""))
            stream.init_type = str(values.get("initializationType", "")) or stream.init_type
        elif kind == "initReport" and values.get("phase") == "init":
            failed = values.get("status", "success") != "success"
            stream.fresh = stream.fresh or failed
            given = str(values.get("initializationType", ""))
            hidden = "" if failed else "provisioned-concurrency"  # text shows no other success
            stream.init_type = given or stream.init_type or hidden
        elif kind == "restoreStart":
            stream.init_type = "snap-start"
        elif kind == "start":
            stream.started[request] = str(values.get("version", "")), event.at
            stream.error = ""
        elif kind == "report":
            attempts[request] = attempts.get(request, 0) + 1
            found.append(_report(event, stream, values, attempts[request]))
            stream.fresh, stream.error = False, ""
    return found


def _report(event: LogEvent, stream: _Stream, values: dict[str, Any], attempt: int) -> Report:
    """Put a row together."""
    metrics, request = values["metrics"], str(values.get("requestId", ""))
    init, restore = metrics.get("initDurationMs"), metrics.get("restoreDurationMs")
    version, start = stream.started.get(request, ("", nan))
    error = str(values.get("errorType", "") or stream.error)
    status = str(values.get("status", "")) or ("error" if error else "success")
    if request in stream.timed_out:
        status = "timeout"
    if status == "failure":  # as JSON also calls it
        status = "error"
    if status == "timeout":
        error = error or TIMEOUT_SHAPE.value
    duration = metrics["durationMs"]
    begun = start if start == start else event.at - duration / 1000
    cold = init is not None or restore is not None or stream.fresh
    kind = "snap-start" if restore is not None else stream.init_type or "on-demand"
    return Report(
        request,
        version,
        event.stream,
        attempt,
        begun,
        event.at,
        status,
        error,
        kind,
        nan if init is None else init,
        duration,
        int(metrics["billedDurationMs"]),
        int(metrics.get("memorySizeMB", 0)),
        int(metrics.get("maxMemoryUsedMB", 0)),
        cold,
        stream.function,
    )


def _platform(text: str) -> tuple[str, dict[str, Any]] | None:
    """Read an event of the service in JSON."""
    if not text.startswith("{"):
        return None
    try:
        event = json.loads(text)
    except (ValueError, RecursionError):
        return None
    kind, record = event.get("type"), event.get("record")
    if not isinstance(kind, str) or not kind.startswith("platform.") or type(record) is not dict:
        return None
    kind, metrics = kind.removeprefix("platform."), record.get("metrics")
    if kind == "report":
        measured = _measured(metrics) if isinstance(metrics, dict) else None
        return None if measured is None else (kind, {**record, "metrics": measured})
    return kind, record


def _measured(metrics: dict[str, Any]) -> dict[str, float] | None:
    """Take the numbers of a report; None if it lacks one that every report has."""
    try:
        measured = {name: float(metrics[name]) for name in METRICS if name in metrics}
    except (TypeError, ValueError):
        return None
    return measured if {"durationMs", "billedDurationMs"} <= measured.keys() else None


def _plain(text: str) -> tuple[str, dict[str, Any]] | None:
    """Read a line of the service in plain text as if it were JSON."""
    if found := START.match(text):
        return "start", {"requestId": found[1], "version": found[2]}
    if text.startswith("RESTORE_START"):
        return "restoreStart", {}
    if text.startswith(("REPORT ", "INIT_REPORT ")):
        said = dict(FIELDS.findall(text))
        record = {
            "requestId": said.get("RequestId", ""),
            "status": said.get("Status", ""),
            "errorType": said.get("Error Type", ""),
        }
        if text.startswith("INIT_REPORT"):
            record |= {"phase": said.get("Phase", ""), "status": record["status"] or "success"}
            return "initReport", record
        measured = _measured({name: said[w] for name, w in METRICS.items() if w in said})
        return None if measured is None else ("report", {**record, "metrics": measured})
    return None


METRICS = {
    "durationMs": "Duration",
    "billedDurationMs": "Billed Duration",
    "memorySizeMB": "Memory Size",
    "maxMemoryUsedMB": "Max Memory Used",
    "initDurationMs": "Init Duration",
    "restoreDurationMs": "Restore Duration",
}


def _noticed(stream: _Stream, text: str) -> None:
    """Remember what other lines tell of how the request at work ends."""
    if found := UNHANDLED.match(text):
        stream.error = found[1]
    elif found := NODE.search(text):
        stream.error = _error_type(found[1])
    elif CRASHED.match(text):
        stream.error = "Runtime.ExitError"
    elif found := TIMED_OUT.search(text):
        stream.timed_out.add(found[1])


def _error_type(text: str) -> str:
    try:
        return str(json.loads(text).get("errorType", "Error"))
    except (ValueError, RecursionError, AttributeError):
        return "Error"


# What files hold --------------------------------------------------------------------------------

# As `aws logs tail` writes it: a time, a stream and the text; each of the first two may lack.
TAILED = re.compile(
    r"(?:(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))\s+)?"
    r"(?:(\d{4}/\d\d/\d\d/\S*\[\S+\]\S*)\s+)?(.*)"
)
TOLD = re.compile(r'"time":\s*"([^"]+)"')


def events_of_text(text: str, stream: str) -> Iterator[LogEvent]:
    """Read a log as text: plain lines, lines of JSON, or an event in JSON a line."""
    for line in text.splitlines():
        at, named, rest = TAILED.match(line).groups()  # type: ignore[union-attr]
        if rest.startswith("{") and (event := _event(rest)) is not None:
            yield event
            continue
        told = at or (found[1] if rest.startswith("{") and (found := TOLD.search(rest)) else "")
        yield LogEvent(_moment(told), named or stream, rest)


def _event(text: str) -> LogEvent | None:
    try:
        found = events_of_json({"events": [json.loads(text)]})
    except (ValueError, RecursionError):
        return None
    return next(found) if found else None


def _moment(date: str) -> float:
    try:
        return datetime.fromisoformat(date).timestamp()
    except ValueError:
        return nan


def events_of_json(document: Any) -> Iterator[LogEvent] | None:
    """Read what `aws logs filter-log-events` and get-log-events print; None if it is neither."""
    events = document.get("events") if isinstance(document, dict) else None
    if not isinstance(events, list) or not all(
        isinstance(event, dict) and isinstance(event.get("message"), str) for event in events
    ):
        return None
    return (
        LogEvent(_seconds(event.get("timestamp")), str(event.get("logStreamName", "")), text)
        for event in events
        for text in [event["message"].rstrip("\n")]
    )


def _seconds(timestamp: Any) -> float:
    return timestamp / 1000 if isinstance(timestamp, int | float) else nan
