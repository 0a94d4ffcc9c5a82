"""The lines that CloudWatch Logs would show, each environment in a stream of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

from ..engine import facts
from ..engine.kernel import Log
from ..engine.places import log_stream
from ..engine.rules import (
    EXITED,
    LOG_LINES,
    LOG_REPORT,
    LOG_STREAM,
    LOG_TAIL,
    LOG_TIMEOUT,
    OUT_OF_MEMORY,
)
from ..engine.units import base_id, ms_text, seconds_text, uuid_text
from .invocations import Invocation, invocations

FOLLOWS = (LOG_STREAM, LOG_LINES, LOG_REPORT, LOG_TIMEOUT)  # the rules of these lines


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log stream."""

    seq: int  # the entry that wrote it
    at: int  # us
    stream: str
    environment: str
    text: str


def lines(log: Log, pattern: str = "") -> list[Line]:
    """Write the lines of a run in order; a regular expression picks some of them."""
    wanted = re.compile(pattern)
    reports = {x.completed: x for x in invocations(log)}
    configured: dict[tuple[str, str], facts.FunctionConfigured] = {}
    streams: dict[str, str] = {}  # environment -> its log stream
    settings: dict[str, facts.FunctionConfigured] = {}  # environment -> what it was made with
    phases: dict[str, str] = {}  # environment -> phase of the Init that runs or ran last
    found: list[Line] = []
    for seq, at, fact, *_ in log:
        match fact:
            case facts.FunctionConfigured():
                configured[fact.function, fact.version] = fact
                continue
            case facts.InitStarted():
                phases[fact.environment] = fact.phase
                if fact.phase == "invoke":
                    continue
                if fact.environment not in streams:
                    streams[fact.environment] = log_stream(fact.environment, fact.version, at)
                settings[fact.environment] = configured[fact.function, fact.version]
                texts = [_init_start(settings[fact.environment].runtime)]
            case facts.InitFailed():
                texts = [_init_report(fact, phases[fact.environment])]
            case facts.InvocationStarted():
                texts = [_start(fact.request, settings[fact.environment].version)]
            case facts.OutputWritten():
                texts = [fact.text.rstrip("\n")]
            case facts.InvocationCompleted():
                report = reports[seq]
                made_with = settings[fact.environment]
                began = report.start is not None
                never_began = [] if began else [_start(fact.request, made_with.version)]
                memory = made_with.memory
                texts = [*never_began, _end(fact.request), _report(report, memory)]
            case _:
                continue
        stream = streams[fact.environment]
        found += [
            Line(seq, at, stream, fact.environment, text) for text in texts if wanted.search(text)
        ]
    return found


def log_tails(log: Log) -> dict[str, str]:
    """Give the end of what each request's last attempt left in the log, 4 KB at most."""
    tails: dict[str, str] = {}
    written: dict[str, list[str]] = {}  # environment -> the lines of its last attempt
    for line in lines(log):
        fact = log.rows[line.seq][1]
        if isinstance(fact, facts.InvocationStarted):
            written[line.environment] = []
        kept = written.setdefault(line.environment, [])
        kept.append(line.text)
        if isinstance(fact, facts.InvocationCompleted):
            tails[base_id(fact.request)] = "\n".join(kept)[-LOG_TAIL.value :]
    return tails


# The shape of each line -------------------------------------------------------------------------


def _init_start(runtime: str) -> str:
    version = runtime.replace("python", "python:")
    arn = f"arn:aws:lambda:us-east-1::runtime:{0:064x}"
    return f"INIT_START Runtime Version: {version}.v1\tRuntime Version ARN: {arn}"


def _init_report(fact: facts.InitFailed, phase: str) -> str:
    error = f"\tError Type: {fact.error_type}" if fact.status == "error" else ""
    duration = ms_text(fact.duration)
    return f"INIT_REPORT Init Duration: {duration} ms\tPhase: {phase}\tStatus: {fact.status}{error}"


def _start(request: str, version: str) -> str:
    return f"START RequestId: {uuid_text(request)} Version: {version}"


def _end(request: str) -> str:
    return f"END RequestId: {uuid_text(request)}"


def _report(invocation: Invocation, memory: int) -> str:
    fields = [
        f"REPORT RequestId: {uuid_text(invocation.request)}",
        f"Duration: {ms_text(invocation.duration or 0)} ms",
        f"Billed Duration: {invocation.billed_ms} ms",
        f"Memory Size: {memory} MB",
        f"Max Memory Used: {invocation.max_memory} MB",
    ]
    if invocation.init_duration is not None:
        fields.append(f"Init Duration: {ms_text(invocation.init_duration)} ms")
    if invocation.status == "timeout":
        fields.append("Status: timeout")
    elif invocation.error_type in PROCESS_LOST or (
        invocation.error_type and invocation.start is None
    ):
        fields += ["Status: error", f"Error Type: {invocation.error_type}"]
    return "\t".join(fields) + "\t"


PROCESS_LOST = (EXITED.value, OUT_OF_MEMORY.value)


class Lines(list[Line]):
    """The answer to `run.logs()`: a list of lines that shows itself as CloudWatch would."""

    def __repr__(self) -> str:
        if not self:
            return "no log line: nothing was written"
        return "\n".join(f"{seconds_text(x.at):>9} s  {x.environment}  {x.text}" for x in self)

    def _repr_html_(self) -> str:
        if not self:
            return f"<pre>{self!r}</pre>"
        rows = "".join(f'<div style="{HANGING}">{_html(line)}</div>' for line in self)
        return f'<div style="{TERMINAL}">{rows}</div>'


TERMINAL = "font-family:var(--jp-code-font-family,monospace);font-size:.9em;white-space:pre-wrap"
HANGING = "padding-left:12em;text-indent:-12em;line-height:1.5"


def _html(line: Line) -> str:
    """Write a line so that it is broken between its fields, never inside one."""
    text = f"{seconds_text(line.at):>9} s  {line.environment}  {line.text.rstrip()}"
    fields = (escape(field).replace(" ", "&nbsp;") for field in text.split("\t"))
    return " &nbsp;".join(fields) if "\t" in text else escape(text)
