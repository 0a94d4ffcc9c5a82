"""The run as tables; pandas is loaded when the first one is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..engine import facts
from ..engine.kernel import Log
from ..engine.rules import STATUS, THROTTLE
from ..engine.units import MS, SECOND, base_id
from ..engine.world import version_id
from .invocations import door_of, invocations
from .messages import stays
from .records import Reading, records
from .text import sentence
from .waits import waits

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
    senders: dict[str, str] = {}  # exchange, client, try, call, batch, ... -> who is behind it
    reached: dict[str, str] = {}  # who is behind a request -> the request
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
            case facts.CallMade() | facts.ServiceCalled():
                senders[fact.call] = functions[fact.environment]
            case facts.MessageReceived():
                senders[fact.batch] = f"queue:{fact.queue}"
            case facts.StreamMappingConfigured():
                senders[fact.mapping] = fact.settings.stream
            case facts.BatchRead():
                senders[fact.batch] = senders[fact.mapping]
            case facts.BatchBisected():
                senders[fact.first] = senders[fact.second] = senders[fact.batch]
            case facts.RequestReceived():
                from_door = fact.source.startswith("exchange-")
                door = senders[fact.source] if from_door else door_of(fact)
                source = senders.get(fact.source, "")
                found[fact.request] = _request(fact.request, fact.function, door, source, at)
                reached[fact.source] = fact.request
            case facts.ExchangeAnswered():
                if fact.exchange not in reached:  # the door turned it away itself
                    door = senders[fact.exchange]
                    found[fact.exchange] = _request("", "", door, door, at)
                    found[fact.exchange]["outcome"] = "refused"
                row = found[reached.get(fact.exchange, fact.exchange)]
                row["status_code"] = fact.status_code
                _done(row, at)
            case facts.RequestThrottled():
                row = found[base_id(fact.request)]
                row["throttles"] += 1
                row["outcome"] = "throttled"
            case facts.RequestRefused():
                found[base_id(fact.request)]["outcome"] = "refused"
            case facts.InvocationCompleted():
                row = found[base_id(fact.request)]
                row["attempts"] += 1
                row["outcome"] = fact.status
            case facts.ResponseSent():
                row = found[base_id(fact.request)]
                if ":" not in row["door"]:  # a front door answers its client itself
                    row["status_code"] = fact.status_code
                    if fact.last:
                        _done(row, at)
            case facts.BatchProcessed() | facts.BatchFailed():
                row = found[fact.request]
                row["status_code"] = THROTTLE.value if row["throttles"] else STATUS.value
                _done(row, at)
            case facts.BatchThrottled() | facts.BatchEnded() if fact.request:
                row = found[fact.request]
                row["status_code"] = THROTTLE.value if row["throttles"] else STATUS.value
                _done(row, at)
            case facts.EventSucceeded():
                _done(found[base_id(fact.request)], at)
            case facts.EventDropped():
                found[base_id(fact.request)]["outcome"] = "dropped"
                _done(found[base_id(fact.request)], at)
    return list(found.values())


def _request(request: str, function: str, door: str, source: str, at: int) -> dict[str, Any]:
    """Begin the row of a request."""
    return {
        "request_id": request,
        "function": function,
        "door": door,
        "source": source,
        "sent": at / SECOND,
        "done": float("nan"),
        "latency": float("nan"),
        "status_code": 0,
        "attempts": 0,
        "throttles": 0,
        "outcome": "",
    }


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


def _provisioned(log: Log) -> Rows:
    """Make a row for each number of provisioned environments that was asked for."""
    rows: Rows = []
    current: dict[str, dict[str, Any]] = {}  # version -> its last row
    homes: dict[str, str] = {}  # provisioned environment -> its version
    prepared: dict[str, set[str]] = {}  # version -> those whose Init is over
    serving: dict[str, set[str]] = {}
    for _, at, fact, *_ in log:
        match fact:
            case facts.ProvisioningRequested():
                version = version_id(fact.function, fact.version)
                current[version] = {
                    "function": fact.function,
                    "version": fact.version,
                    "at": at / SECOND,
                    "requested": fact.units,
                    "status": "IN_PROGRESS",
                    "ready": float("nan"),
                }
                rows.append(current[version])
                prepared.setdefault(version, set())
                serving.setdefault(version, set())
            case facts.ProvisioningCompleted():
                version = version_id(fact.function, fact.version)
                current[version] |= {"status": "READY", "ready": at / SECOND}
                serving[version] |= prepared[version]
            case facts.ProvisioningFailed():
                version = version_id(fact.function, fact.version)
                current[version]["status"] = "FAILED"
            case facts.InitStarted(phase="init", initialization_type="provisioned-concurrency"):
                homes[fact.environment] = version_id(fact.function, fact.version)
                continue
            case facts.InitCompleted() if fact.environment in homes:
                version = homes[fact.environment]
                prepared[version].add(fact.environment)
            case facts.EnvironmentShutDown() if fact.environment in homes:
                version = homes[fact.environment]
                prepared[version].discard(fact.environment)
                serving[version].discard(fact.environment)
            case _:
                continue
        current[version] |= {
            "allocated": len(prepared[version]),
            "available": len(serving[version]),
        }
    return rows


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


def _records(log: Log) -> Rows:
    return [
        {
            "sequence": record.sequence,
            "stream": record.put.stream.partition(":")[2],
            "shard": record.shard,
            "key": record.put.key,
            "data": record.put.data,
            "sent": record.sent / SECOND,
            "attempts": reading.attempts,
            "state": "expired" if not mapping and record.expired else reading.state,
            "record_id": record.put.record,
            "mapping": mapping,
        }
        for record in records(log)
        for mapping, reading in (record.readings or {"": Reading()}).items()
    ]


def _messages(log: Log) -> Rows:
    return [
        {
            "message_id": stay.message,
            "queue": stay.queue,
            "group": stay.group,
            "body": stay.body,
            "sent": stay.sent / SECOND,
            "receives": len(stay.received),
            "state": stay.state,
            "left": seconds(stay.left),
        }
        for stay in stays(log)
    ]


def _waits(log: Log) -> Rows:
    last = log[-1].at if len(log) else 0
    return [
        {
            "function": wait.function,
            "kind": wait.kind,
            "name": wait.name,
            "id": wait.id,
            "above": wait.above.id if wait.above else "",
            "start": wait.start / SECOND,
            "end": seconds(wait.end),
            "limit": seconds(wait.limit),
            "ended": wait.ended,
            "orphaned": wait.orphaned(last) / SECOND,
        }
        for wait in waits(log)
    ]


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
PROVISIONED = "function version at requested status ready allocated available"
EXCHANGES = "exchange door method path sent answered status_code request_id source"
TRIES = "client attempt number sent ended status_code error"
EFFECTS = "at effect function environment request_id attempt line"
CONNECTIONS = "connection database environment opened queries closed reason"
RECORDS = "sequence stream shard key data sent attempts state record_id mapping"
MESSAGES = "message_id queue group body sent receives state left"
WAITS = "function kind name id above start end limit ended orphaned"
LOG = "seq at fact text cause given rule"

TABLES: dict[str, tuple[str, Callable[[Log], Rows]]] = {
    "invocations": (INVOCATIONS, _invocations),
    "requests": (REQUESTS, _requests),
    "environments": (ENVIRONMENTS, _environments),
    "provisioned": (PROVISIONED, _provisioned),
    "exchanges": (EXCHANGES, _exchanges),
    "tries": (TRIES, _tries),
    "effects": (EFFECTS, _effects),
    "connections": (CONNECTIONS, _connections),
    "records": (RECORDS, _records),
    "messages": (MESSAGES, _messages),
    "waits": (WAITS, _waits),
    "log": (LOG, _log),
}
