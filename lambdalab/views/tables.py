"""The run as tables; pandas is loaded when the first one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.units import MS, SECOND
from .invocations import invocations
from .text import sentence

if TYPE_CHECKING:
    import pandas

Rows = list[dict[str, Any]]


def table(log: Log, name: str) -> pandas.DataFrame:
    """Make one of the tables; `TABLES` names them."""
    import pandas

    columns, rows = TABLES[name]
    return pandas.DataFrame(rows(log), columns=columns.split())


def seconds(at: int | None) -> float:
    """Turn microseconds into seconds; what did not happen is not a number."""
    return float("nan") if at is None else at / SECOND


def _ms(duration: int | None) -> float:
    return float("nan") if duration is None else duration / MS


def _invocations(log: Log) -> Rows:
    return [
        {
            "request_id": x.request,
            "function": x.function,
            "version": x.version,
            "environment": x.environment,
            "attempt": x.attempt,
            "start": seconds(x.start),
            "end": seconds(x.end),
            "status": x.status,
            "error_type": x.error_type,
            "init_type": x.initialization_type,
            "init_ms": _ms(x.init_duration),
            "duration_ms": _ms(x.duration),
            "billed_ms": float("nan") if x.billed_ms is None else x.billed_ms,
            "max_memory_mb": x.max_memory,
            "cold": x.cold,
            "source": x.source,
        }
        for x in invocations(log)
    ]


def _requests(log: Log) -> Rows:
    found: dict[str, dict[str, Any]] = {}
    senders: dict[str, str] = {}  # exchange, client, try, call or delivery -> who is behind it
    functions = _functions(log)
    for _, at, fact, *_ in log:
        match fact:
            case facts.DeliveryBegun():
                senders[fact.delivery] = fact.source
            case facts.ExchangeStarted():
                senders[fact.exchange] = fact.door
            case facts.ClientStarted():
                senders[fact.client] = fact.caller
            case facts.ClientTried():
                senders[fact.attempt] = senders[fact.client]
            case facts.CallMade():
                senders[fact.call] = functions[fact.environment]
            case facts.RequestReceived():
                door = "event" if fact.invocation_type == "Event" else "call"
                if fact.source.startswith("exchange-"):
                    door = senders[fact.source]
                found[fact.request] = {
                    "request_id": fact.request,
                    "function": fact.function,
                    "door": door,
                    "source": senders.get(fact.source, ""),
                    "sent": at / SECOND,
                    "done": float("nan"),
                    "latency": float("nan"),
                    "status_code": 0,
                    "attempts": 0,
                    "throttles": 0,
                    "outcome": "",
                }
            case facts.RequestThrottled():
                row = found[fact.request]
                row["throttles"] += 1
                row["outcome"] = "throttled"
            case facts.RequestRefused():
                found[fact.request]["outcome"] = "refused"
            case facts.InvocationCompleted():
                row = found[fact.request]
                row["attempts"] += 1
                row["outcome"] = fact.status
            case facts.ResponseSent():
                row = found[fact.request]
                row["status_code"] = fact.status_code
                if fact.last:
                    _done(row, at)
            case facts.EventSucceeded():
                _done(found[fact.request], at)
            case facts.EventDropped():
                found[fact.request]["outcome"] = "dropped"
                _done(found[fact.request], at)
    return list(found.values())


def _done(row: dict[str, Any], at: int) -> None:
    """Write down when a request was answered, or an event was done with."""
    row["done"] = at / SECOND
    row["latency"] = round(row["done"] - row["sent"], 6)


def _environments(log: Log) -> Rows:
    found: dict[str, dict[str, Any]] = {}
    for _, at, fact, *_ in log:
        match fact:
            case facts.InitStarted(phase="init") | facts.RestoreStarted():
                found[fact.environment] = {
                    "environment": fact.environment,
                    "function": fact.function,
                    "version": fact.version,
                    "init_type": fact.initialization_type,
                    "created": at / SECOND,
                    "init_ms": float("nan"),
                    "invocations": 0,
                    "shut_down": float("nan"),
                }
            case facts.InitCompleted():
                found[fact.environment]["init_ms"] = fact.duration / MS
            case facts.InvocationCompleted():
                found[fact.environment]["invocations"] += 1
            case facts.EnvironmentShutDown():
                found[fact.environment]["shut_down"] = at / SECOND
    return list(found.values())


def _exchanges(log: Log) -> Rows:
    found: dict[str, dict[str, Any]] = {}
    for _, at, fact, *_ in log:
        match fact:
            case facts.ExchangeStarted():
                found[fact.exchange] = {
                    "exchange": fact.exchange,
                    "door": fact.door,
                    "method": fact.method,
                    "path": fact.path,
                    "sent": at / SECOND,
                    "answered": float("nan"),
                    "status_code": 0,
                    "request_id": "",
                    "source": fact.source,
                }
            case facts.RequestReceived() if fact.source in found:
                found[fact.source]["request_id"] = fact.request
            case facts.ExchangeAnswered():
                found[fact.exchange]["answered"] = at / SECOND
                found[fact.exchange]["status_code"] = fact.status_code
    return list(found.values())


def _tries(log: Log) -> Rows:
    found: dict[str, dict[str, Any]] = {}
    for _, at, fact, *_ in log:
        match fact:
            case facts.ClientTried():
                found[fact.attempt] = {
                    "client": fact.client,
                    "attempt": fact.attempt,
                    "number": fact.number,
                    "sent": at / SECOND,
                    "ended": float("nan"),
                    "status_code": 0,
                    "error": "",
                }
            case facts.ClientFailed() | facts.ClientAnswered():
                row = found[fact.attempt]
                row["ended"], row["status_code"] = at / SECOND, fact.status_code
                row["error"] = getattr(fact, "error", "") or getattr(fact, "function_error", "")
    return list(found.values())


def _effects(log: Log) -> Rows:
    functions = _functions(log)
    return [
        {
            "at": at / SECOND,
            "effect": fact.effect,
            "function": functions[fact.environment],
            "environment": fact.environment,
            "request_id": fact.request,
            "attempt": fact.attempt,
            "line": fact.line,
        }
        for _, at, fact, *_ in log
        if isinstance(fact, facts.EffectMade)
    ]


def _connections(log: Log) -> Rows:
    found: dict[str, dict[str, Any]] = {}
    open_in: dict[str, list[str]] = {}  # environment -> its connections
    for _, at, fact, *_ in log:
        gone: list[str] = []
        match fact:
            case facts.ConnectionOpened():
                open_in.setdefault(fact.environment, []).append(fact.connection)
                found[fact.connection] = {
                    "connection": fact.connection,
                    "database": fact.database,
                    "environment": fact.environment,
                    "opened": at / SECOND,
                    "queries": 0,
                    "closed": float("nan"),
                    "reason": "",
                }
            case facts.ConnectionUsed(lost=False):
                found[fact.connection]["queries"] += 1
            case facts.ConnectionClosed():
                gone, reason = [fact.connection], fact.reason
                open_in[found[fact.connection]["environment"]].remove(fact.connection)
            case facts.EnvironmentReset() | facts.InitFailed() | facts.EnvironmentShutDown():
                gone, reason = open_in.pop(fact.environment, []), "process ended"
        for connection in gone:
            found[connection] |= {"closed": at / SECOND, "reason": reason}
    return list(found.values())


def _functions(log: Log) -> dict[str, str]:
    """Say whose each environment is."""
    started = (f for _, _, f, *_ in log if isinstance(f, facts.InitStarted))
    return {fact.environment: fact.function for fact in started}


def _log(log: Log) -> Rows:
    return [
        {
            "seq": entry.seq,
            "at": entry.at / SECOND,
            "fact": type(entry.fact).__name__,
            "text": sentence(entry.fact),
            "cause": entry.cause,
            "given": entry.given,
            "rule": entry.rule,
        }
        for entry in log
    ]


INVOCATIONS = """
    request_id function version environment attempt start end status error_type init_type init_ms
    duration_ms billed_ms max_memory_mb cold source
"""
REQUESTS = """
    request_id function door source sent done latency status_code attempts throttles outcome
"""
ENVIRONMENTS = """
    environment function version init_type created init_ms invocations shut_down
"""
EXCHANGES = "exchange door method path sent answered status_code request_id source"
TRIES = "client attempt number sent ended status_code error"
EFFECTS = "at effect function environment request_id attempt line"
CONNECTIONS = "connection database environment opened queries closed reason"
LOG = "seq at fact text cause given rule"

TABLES: dict[str, tuple[str, Callable[[Log], Rows]]] = {
    "invocations": (INVOCATIONS, _invocations),
    "requests": (REQUESTS, _requests),
    "environments": (ENVIRONMENTS, _environments),
    "exchanges": (EXCHANGES, _exchanges),
    "tries": (TRIES, _tries),
    "effects": (EFFECTS, _effects),
    "connections": (CONNECTIONS, _connections),
    "log": (LOG, _log),
}
