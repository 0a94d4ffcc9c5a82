"""What the runtime says when a handler fails: the error document and the lines in the log."""

from __future__ import annotations

import json
from types import TracebackType
from typing import TYPE_CHECKING

from ..engine.units import iso_text

if TYPE_CHECKING:
    from .process import PythonProcess

TASK = "/var/task/"
_REPEATS = 3  # the same entry is shown so often, then counted
_DEEPEST = 900  # entries of an error of recursion: how many there are is chance


class Fault(Exception):
    """An error of the runtime itself, whose type begins with Runtime."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind, self.message, self.trace = kind, message, trace or []


def describe(error: BaseException, process: PythonProcess) -> tuple[str, str, list[str], int]:
    """Give the type, message and stack trace of an error, and the line where it was raised."""
    if isinstance(error, Fault):
        return error.kind, error.message, error.trace, process.line
    message = str(error)
    if isinstance(error, RecursionError) and message.startswith("maximum recursion depth"):
        message = "maximum recursion depth exceeded"  # Python adds where it noticed
    trace, line = stack_trace(error, process)
    return type(error).__name__, message, trace, line


def stack_trace(error: BaseException, process: PythonProcess) -> tuple[list[str], int]:
    """Write the learner's own frames of a traceback, outermost first.

    Frames of Python's library and of lambdalab are left out: their lines differ from one
    version to the next, and AWS strips its runtime's frames too.
    """
    frames: list[tuple[str, int, str]] = []
    trace: TracebackType | None = error.__traceback__
    line = 0
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename.startswith(TASK) and trace.tb_lineno is not None:
            frames.append((code.co_filename, trace.tb_lineno, code.co_name))
            if code.co_filename == process.filename:
                line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, RecursionError) and len(frames) > _DEEPEST:
        frames = frames[:_DEEPEST]
        line = frames[-1][1]
    return _entries(frames, process), line


def _entries(frames: list[tuple[str, int, str]], process: PythonProcess) -> list[str]:
    entries: list[str] = []
    last, times = None, 0
    for frame in [*frames, None]:
        if frame == last:
            times += 1
        else:
            if times > _REPEATS:
                more = times - _REPEATS
                plural = "s" if more > 1 else ""
                entries.append(f"  [Previous line repeated {more} more time{plural}]\n")
            last, times = frame, 1
        if frame is not None and times <= _REPEATS:
            file, number, name = frame
            entry = f'  File "{file}", line {number}, in {name}\n'
            source = process.code.line(file, number).strip()
            entries.append(entry + (f"    {source}\n" if source else ""))
    return entries


def document(kind: str, message: str, trace: list[str], request_id: str) -> str:
    """Write the error document that the caller gets."""
    return json.dumps(
        {
            "errorMessage": message,
            "errorType": kind,
            "requestId": request_id,
            "stackTrace": trace,
        },
        ensure_ascii=False,
    )


def as_json(kind: str, message: str, trace: list[str], request: str, at: int) -> str:
    """Write what the runtime leaves in a log in JSON."""
    told = {
        "timestamp": f"{iso_text(at)[:-5]}Z",
        "log_level": "ERROR",
        "errorMessage": message,
        "errorType": kind,
        "requestId": request,
        "stackTrace": trace,
    }
    return json.dumps({key: value for key, value in told.items() if value != ""}) + "\n"


def block(kind: str, message: str, trace: list[str]) -> str:
    """Write the lines that the runtime leaves in the log.

    Indentation is in no-break spaces there, so that log viewers keep it.
    """
    lines = [f"[ERROR] {kind}: {message}" if message else f"[ERROR] {kind}"]
    lines.append("Traceback (most recent call last):")
    for entry in trace:
        for line in entry.splitlines():
            text = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(text)) + text)
    return "\n".join(lines) + "\n"
