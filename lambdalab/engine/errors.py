"""How an invocation fails: the words and the document that its caller is given."""

from __future__ import annotations

import json
from typing import NamedTuple

from . import rules
from .rules import Rule
from .units import SECOND

RESTORE_LATE = "SnapStartTimeoutException"


class Failure(NamedTuple):
    """An error of a function, as its caller sees it."""

    status: str  # error, timeout; failure: of the service
    error_type: str
    payload: str  # the error document as JSON
    rule: Rule


def timed_out(request_id: str, timeout: int, rule: Rule = rules.TIMEOUT_KILL) -> Failure:
    """The code was still at work when its time was over."""
    message = f"RequestId: {request_id} Error: Task timed out after {timeout / SECOND:.2f} seconds"
    return _failure("timeout", rules.TIMEOUT_SHAPE.value, message, rule)


def exited(request_id: str, status: int, signal: str, rule: Rule = rules.EXITED) -> Failure:
    """The process ended by itself, or was let crash."""
    ended = f"signal: {signal}" if signal else f"exit status {status}"
    reason = f"with error: {ended}" if status else rules.EXIT_SHAPE.value
    message = f"RequestId: {request_id} Error: Runtime exited {reason}"
    return _failure("error", rules.EXITED.value, message, rule)


def out_of_memory(request_id: str) -> Failure:
    """The process needed more memory than the function has."""
    message = f"RequestId: {request_id} Error: Runtime exited with error: signal: killed"
    return _failure("error", rules.OUT_OF_MEMORY.value, message, rules.OUT_OF_MEMORY)


def response_too_large() -> Failure:
    """The handler returned more than a response may hold."""
    message = (
        f"Response payload size exceeded maximum allowed payload size "
        f"({rules.RESPONSE_TOO_LARGE.value} bytes)."
    )
    error_type = "Function.ResponseSizeTooLarge"
    return _failure("error", error_type, message, rules.RESPONSE_TOO_LARGE)


def extension_failed(request_id: str, status: str) -> Failure:
    """An extension ended; in Init it says so itself."""
    message = f"RequestId: {request_id} Error: {status}"
    return _failure("error", status, message, rules.EXTENSION_CRASH)


def restore_timed_out() -> Failure:
    """A snapshot took too long to load; that is an error of the service, not of the function."""
    return _failure("failure", RESTORE_LATE, "the restore timed out", rules.RESTORE_LIMIT)


def size(payload: str) -> int:
    """Count the bytes of a JSON text."""
    return len(payload) if payload.isascii() else len(payload.encode(errors="surrogatepass"))


def _failure(status: str, error_type: str, message: str, rule: Rule) -> Failure:
    """Put an error into the two-key document that the service itself writes."""
    document = json.dumps({"errorType": error_type, "errorMessage": message})
    return Failure(status, error_type, document, rule)
