"""What came back to whoever sent something: a response, or a failure in place of a result."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .engine import facts
from .engine.rules import STATUS, THROTTLE


@dataclass(frozen=True, slots=True)
class Failure:
    """A function error or a refusal, where a result was hoped for."""

    type: str  # ValueError, Sandbox.Timedout, TooManyRequestsException
    message: str
    reason: str = ""  # of a throttle: which limit was met

    def __repr__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        return f"Failure({self.type}: {self.message}{reason})"


def _nothing() -> None:
    """Stand for the log of a request that never ran."""


@dataclass(frozen=True, slots=True)
class Response:
    """What the caller of a function got."""

    status_code: int  # 200, 202, 413, 429, that of a front door, or 0 if no answer came in time
    function_error: str | None  # Unhandled, or None
    payload: str  # JSON text
    executed_version: str | None
    headers: Mapping[str, str] | None = field(default=None, compare=False)
    tail: Callable[[], str | None] = field(default=_nothing, repr=False, compare=False)
    by_http: bool = field(default=False, repr=False, compare=False)  # from a front door

    @property
    def log_tail(self) -> str | None:
        """The last 4 KB of what the invocation wrote to its log."""
        return self.tail()

    @property
    def returned(self) -> Any:
        """The decoded payload of a success, or a Failure."""
        if self.by_http:
            return _read(self)
        if not self.payload:
            return None
        decoded = json.loads(self.payload)
        if self.function_error:
            return Failure(decoded.get("errorType", ""), decoded.get("errorMessage", ""))
        if self.status_code == THROTTLE.value:
            return Failure("TooManyRequestsException", decoded["message"], decoded["Reason"])
        if self.status_code != STATUS.value:
            return Failure(decoded.get("Reason", decoded["message"]), decoded["message"])
        return decoded


def reply_of(fact: Any, http: bool) -> Response | None:
    """Say what the client of a front door got, or one that tries again."""
    if fact is None:
        return None
    headers = dict(fact.headers) if http else None
    match fact:
        case facts.ExchangeAnswered():
            return Response(fact.status_code, None, fact.body, None, headers, by_http=http)
        case facts.ClientGaveUp(status_code=0):
            payload = json.dumps({"Reason": fact.error, "message": "no answer came in time"})
            return Response(0, None, payload, None)
        case _:
            return Response(fact.status_code, None, fact.payload, None, headers, by_http=http)


def _read(response: Response) -> Any:
    """Decode what a front door answered; an error status is a failure."""
    try:
        decoded = json.loads(response.payload)
    except ValueError:
        decoded = response.payload
    if response.status_code < 400:
        return decoded
    message = decoded.get("message") if isinstance(decoded, dict) else None
    return Failure(str(response.status_code), str(message or response.payload))
