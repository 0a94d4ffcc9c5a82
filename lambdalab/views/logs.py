"""The lines that CloudWatch Logs would show, each environment in a stream of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.occupancy import SNAP_START
from ..engine.places import log_stream
from ..engine.rules import (
    EXITED,
    EXTENSION_CRASH,
    LOG_INIT_HIDDEN,
    LOG_INIT_REPORT,
    LOG_JSON,
    LOG_JSON_ENUMS,
    LOG_JSON_METRICS,
    LOG_LEVELS,
    LOG_LINES,
    LOG_REPORT,
    LOG_RESTORE_REPORT,
    LOG_SNAPSTART,
    LOG_STREAM,
    LOG_TAIL,
    LOG_TIMEOUT,
    OUT_OF_MEMORY,
)
from ..engine.units import (
    EPOCH,
    MS,
    base_id,
    ceil_ms,
    iso_text,
    ms_text,
    seconds_text,
    us,
    uuid_text,
)
from .invocations import Invocation, invocations

FOLLOWS = (  # the rules of these lines
    LOG_STREAM,
    LOG_LINES,
    LOG_REPORT,
    LOG_TIMEOUT,
    LOG_INIT_REPORT,
    LOG_INIT_HIDDEN,
    LOG_RESTORE_REPORT,
    LOG_SNAPSTART,
    LOG_JSON,
    LOG_JSON_METRICS,
    LOG_JSON_ENUMS,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log stream."""

    seq: int  # the entry that wrote it
    at: float  # seconds; us until it is shown
    stream: str
    environment: str
    text: str


def lines(log: Log, pattern: str = "") -> list[Line]:
    """Write the lines of a run in order; a regular expression picks some of them."""
    wanted = re.compile(pattern)
    reports = {x.completed: x for x in invocations(log)}
    configured: dict[tuple[str, str], facts.FunctionConfigured] = {}
    writers: dict[str, _Writer] = {}  # environment -> what writes its lines
    found: list[Line] = []
    epoch = EPOCH
    for seq, at, fact, *_ in log:
        match fact:
            case facts.ClockSet():
                epoch = fact.starts
                continue
            case facts.FunctionConfigured():
                configured[fact.function, fact.version] = fact
                continue
            case facts.InitStarted() | facts.RestoreStarted():
                made_with = configured[fact.function, fact.version]
                if fact.environment not in writers:
                    kind = fact.initialization_type
                    writers[fact.environment] = _Writer(
                        made_with, fact.environment, kind, at, epoch
                    )
                writer, at = writers[fact.environment], max(at, fact.begins)
                texts = list(writer.begin(fact, made_with, at))
            case facts.SnapshotCompleted():
                made_with = configured[fact.function, fact.version]
                writer = _Writer(made_with, fact.snapshot, SNAP_START, at, epoch)
                texts = list(writer.snapshot(fact, at))
            case facts.InvocationCompleted():
                writer = writers[fact.environment]
                texts = list(writer.complete(reports[seq], at))
            case facts.OutputWritten():
                writer, texts = writers[fact.environment], events_of(fact.text)
            case _ if write := WRITE.get(type(fact)):
                writer = writers[getattr(fact, "environment")]  # noqa: B009  (for the type checker)
                texts = list(write(writer, fact, at))
            case _:
                continue
        stream, name = writer.stream, writer.environment
        found += [Line(seq, at, stream, name, text) for text in texts if wanted.search(text)]
    return sorted(found, key=lambda line: line.at)  # INIT_START waits for its prelude


RECORD = re.compile(r"^(?=\[(?:DEBUG|INFO|WARNING|ERROR|CRITICAL)\][\t ])", re.MULTILINE)


def events_of(text: str) -> list[str]:
    """Split what code has written into lines; a record with its traceback is one."""
    printed, *records = RECORD.split(text.rstrip("\n"))
    lines = printed.rstrip("\n").split("\n") if printed or not records else []
    return [*lines, *(record.rstrip("\n") for record in records)]


def log_tails(log: Log) -> dict[str, str]:
    """Give the end of what each request's last attempt left in the log, 4 KB at most."""
    tails: dict[str, str] = {}
    written: dict[str, list[str]] = {}  # environment -> the lines of the attempt that goes on
    texts: dict[int, list[str]] = {}  # entry -> its lines
    for line in lines(log):
        texts.setdefault(line.seq, []).append(line.text)
    for seq, (_, fact, *_) in enumerate(log.rows):
        if isinstance(fact, facts.InvocationStarted):
            written[fact.environment] = texts.get(seq, [])
        elif isinstance(fact, facts.InvocationCompleted):
            kept = [*written.pop(fact.environment, []), *texts.get(seq, [])]
            tails[base_id(fact.request)] = "\n".join(kept)[-LOG_TAIL.value :]
        elif seq in texts:
            written.setdefault(getattr(fact, "environment", ""), []).extend(texts[seq])
    return tails


# What an environment writes ---------------------------------------------------------------------


class _Writer:
    """Writes the lines of one environment, in the format of its function."""

    def __init__(
        self,
        made_with: facts.FunctionConfigured,
        environment: str,
        kind: str,  # of its initialisation
        at: int,
        epoch: int,  # us from 1970 to the start of the run
    ) -> None:
        self.epoch = epoch
        self.made_with, self.environment, self.kind = made_with, environment, kind
        self.stream = log_stream(environment, made_with.version, epoch + at)
        self.phase = "init"  # of the Init that runs or ran last
        self.posted = False

    def event(
        self, at: int, text: str, kind: str, level: str, record: dict[str, Any]
    ) -> Iterator[str]:
        """Yield a line of the service: as text, or as an object of JSON if its level passes."""
        setup = self.made_with.setup
        if setup.log_format == "text":
            if text:
                yield text
        elif LOG_LEVELS.value.index(level) >= LOG_LEVELS.value.index(setup.system_log_level):
            kept = {key: value for key, value in record.items() if value not in ("", None)}
            line = {"time": iso_text(self.epoch + at), "type": f"platform.{kind}", "record": kept}
            yield json.dumps(line)

    # One of these for each fact that has a say

    def begin(
        self,
        fact: facts.InitStarted | facts.RestoreStarted,
        made_with: facts.FunctionConfigured,
        at: int,
    ) -> Iterator[str]:
        if isinstance(fact, facts.RestoreStarted):
            yield from self.starts(at, "RESTORE_START", "restoreStart", {})
            return
        self.phase = fact.phase
        if fact.phase == "init":
            self.made_with = made_with
        about = {"initializationType": self.kind, "phase": fact.phase}
        yield from self.starts(at, "INIT_START" if fact.phase == "init" else "", "initStart", about)

    def starts(self, at: int, word: str, kind: str, about: dict[str, Any]) -> Iterator[str]:
        made_with, version, arn = self.made_with, *_runtime(self.made_with.runtime)
        text = f"{word} Runtime Version: {version}\tRuntime Version ARN: {arn}" if word else ""
        record = {
            **about,
            "functionName": made_with.function,
            "functionVersion": made_with.version,
            "runtimeVersion": version,
            "runtimeVersionArn": arn,
        }
        yield from self.event(at, text, kind, "INFO", record)

    def init_ended(self, fact: facts.InitCompleted | facts.InitFailed, at: int) -> Iterator[str]:
        error = getattr(fact, "error_type", "")
        status = getattr(fact, "status", "success")
        yield from self.init_report(fact.duration, self.phase, status, error, at)

    def init_report(
        self, duration: int, phase: str, status: str, error: str, at: int
    ) -> Iterator[str]:
        shown = "init" if phase == "snap-start" else phase
        text = f"INIT_REPORT Init Duration: {ms_text(duration)} ms\tPhase: {shown}"
        text += _failed(status, error)
        hidden = status == "success" and (self.kind == "on-demand" or phase == "invoke")
        level = "DEBUG" if hidden else "INFO" if status == "success" else "WARN"
        record = {
            "initializationType": self.kind,
            "phase": phase,
            "status": status,
            "errorType": error,
            "metrics": {"durationMs": _ms(duration)},
        }
        yield from self.event(at, "" if hidden else text, "initReport", level, record)

    def snapshot(self, fact: facts.SnapshotCompleted, at: int) -> Iterator[str]:
        about = {"initializationType": self.kind, "phase": "snap-start"}
        yield from self.starts(at, "INIT_START", "initStart", about)
        if fact.output:
            yield from events_of(fact.output)
        error = fact.error_type
        yield from self.init_report(fact.duration, "snap-start", fact.status, error, at)

    def restore_ended(
        self, fact: facts.RestoreCompleted | facts.RestoreFailed, at: int
    ) -> Iterator[str]:
        good = isinstance(fact, facts.RestoreCompleted)
        status = "success" if good else "timeout"
        text = f"RESTORE_REPORT Restore Duration: {ms_text(fact.duration)} ms\tStatus: {status}"
        record = {"status": status, "metrics": {"durationMs": _ms(fact.duration)}}
        level = "INFO" if good else "WARN"
        yield from self.event(at, "" if good else text, "restoreReport", level, record)

    def start(self, fact: facts.InvocationStarted, at: int) -> Iterator[str]:
        yield from self.started(fact.request, at)

    def started(self, request: str, at: int) -> Iterator[str]:
        id, version = uuid_text(request), self.made_with.version
        text = f"START RequestId: {id} Version: {version}"
        yield from self.event(at, text, "start", "INFO", {"requestId": id, "version": version})

    def response(self, fact: facts.ResponsePosted, at: int) -> Iterator[str]:
        self.posted = True
        yield from self.runtime_done(fact.request, fact.status, fact.error_type, at)

    def runtime_done(self, request: str, status: str, error: str, at: int) -> Iterator[str]:
        record = {"requestId": uuid_text(request), "status": status, "errorType": error}
        level = "DEBUG" if status == "success" else "WARN"
        yield from self.event(at, "", "runtimeDone", level, record)

    def complete(self, x: Invocation, at: int) -> Iterator[str]:
        if x.start is None:  # a repeated Init failed
            yield from self.started(x.request, at)
        if not self.posted:
            yield from self.runtime_done(x.request, x.status, x.error_type, at)
        self.posted = False
        if self.made_with.setup.log_format == "text":
            yield f"END RequestId: {uuid_text(x.request)}"
        metrics = {
            "durationMs": _ms(x.duration or 0),
            "billedDurationMs": x.billed_ms,
            "memorySizeMB": self.made_with.memory,
            "maxMemoryUsedMB": x.max_memory,
        }
        if x.restore_duration is not None:
            metrics["restoreDurationMs"] = _ms(x.restore_duration)
            metrics["billedRestoreDurationMs"] = ceil_ms(x.billed_restore)
        if x.init_duration is not None:
            metrics["initDurationMs"] = _ms(x.init_duration)
        record = {
            "requestId": uuid_text(x.request),
            "metrics": metrics,
            "status": x.status,
            "errorType": x.error_type,
        }
        level = "INFO" if x.status == "success" else "WARN"
        yield from self.event(at, _report(x, self.made_with.memory), "report", level, record)


WRITE: dict[type, Callable[[_Writer, Any, int], Iterator[str]]] = {
    facts.InitCompleted: _Writer.init_ended,
    facts.InitFailed: _Writer.init_ended,
    facts.RestoreCompleted: _Writer.restore_ended,
    facts.RestoreFailed: _Writer.restore_ended,
    facts.InvocationStarted: _Writer.start,
    facts.ResponsePosted: _Writer.response,
}


# The shape of each line -------------------------------------------------------------------------


def _runtime(runtime: str) -> tuple[str, str]:
    """Name the version of a runtime: python:3.14.v1, and its ARN."""
    language, number = re.match(r"([a-z]+)(.*)", runtime).groups()  # type: ignore[union-attr]
    return f"{language}:{number}.v1", f"arn:aws:lambda:us-east-1::runtime:{0:064x}"


def _failed(status: str, error: str) -> str:
    if status == "success":
        return ""
    return f"\tStatus: {status}" + (f"\tError Type: {error}" if status == "error" else "")


def _ms(duration: int) -> float:
    return duration / MS


def _report(invocation: Invocation, memory: int) -> str:
    fields = [
        f"REPORT RequestId: {uuid_text(invocation.request)}",
        f"Duration: {ms_text(invocation.duration or 0)} ms",
        f"Billed Duration: {invocation.billed_ms} ms",
        f"Memory Size: {memory} MB",
        f"Max Memory Used: {invocation.max_memory} MB",
    ]
    if invocation.restore_duration is not None:
        fields.append(f"Restore Duration: {ms_text(invocation.restore_duration)} ms")
        fields.append(f"Billed Restore Duration: {ceil_ms(invocation.billed_restore)} ms")
    if invocation.init_duration is not None:
        fields.append(f"Init Duration: {ms_text(invocation.init_duration)} ms")
    if invocation.status == "timeout":
        fields.append("Status: timeout")
    elif invocation.error_type in PROCESS_LOST or (
        invocation.error_type and invocation.start is None
    ):
        fields += ["Status: error", f"Error Type: {invocation.error_type}"]
    return "\t".join(fields) + "\t"


PROCESS_LOST = (EXITED.value, OUT_OF_MEMORY.value, EXTENSION_CRASH.value["invoke"])


class Lines(list[Line]):
    """The answer to `run.logs()`: a list of lines that shows itself as CloudWatch would.

    `written` counts the lines among which these were found.
    """

    written = 0

    def __repr__(self) -> str:
        if not self:
            lines = f"{self.written:,} line{'' if self.written == 1 else 's'}"
            among = f"{lines} {'was' if self.written == 1 else 'were'} written"
            return f"no log line matches; {among}" if self.written else NOTHING
        return "\n".join(f"{seconds_text(us(x.at)):>9} s  {x.environment}  {x.text}" for x in self)

    def _repr_html_(self) -> str:
        if not self:
            return f"<pre>{self!r}</pre>"
        rows = "".join(f'<div style="{HANGING}">{_html(line)}</div>' for line in self)
        return f'<div style="{TERMINAL}">{rows}</div>'


NOTHING = "no log line: nothing was written"
TERMINAL = "font-family:var(--jp-code-font-family,monospace);font-size:.9em;white-space:pre-wrap"
HANGING = "padding-left:12em;text-indent:-12em;line-height:1.5"


def _html(line: Line) -> str:
    """Write a line so that it is broken between its fields, never inside one."""
    text = f"{seconds_text(us(line.at)):>9} s  {line.environment}  {line.text.rstrip()}"
    fields = (escape(field).replace(" ", "&nbsp;") for field in text.split("\t"))
    return " &nbsp;".join(fields) if "\t" in text else escape(text)
