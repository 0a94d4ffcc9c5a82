"""What can be counted fact by fact: for each word, which facts count."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..engine import facts


class Kind(NamedTuple):
    """Facts that count for a word."""

    facts: tuple[type, ...]
    where: Callable[[Any], bool] = lambda fact: True


RECURSIVE = "RecursiveInvocationException"
COUNTED: dict[str, tuple[Kind, ...]] = {
    "requests": (Kind((facts.RequestReceived,)),),
    "events": (Kind((facts.EventQueued,)),),
    "started": (Kind((facts.InvocationStarted,)),),
    "dropped": (Kind((facts.EventDropped,)),),
    "dead_lettered": (
        Kind((facts.DocumentSent,), lambda fact: fact.kind == "dead_letter"),
        Kind((facts.MessageDeadLettered,)),
    ),
    "throttled": (Kind((facts.RequestThrottled,)),),
    "refused": (Kind((facts.RequestRefused,)),),
    "errors": (Kind((facts.InvocationCompleted,), lambda fact: fact.status != "success"),),
    "timeouts": (Kind((facts.InvocationCompleted,), lambda fact: fact.status == "timeout"),),
    "resets": (Kind((facts.EnvironmentReset,)),),
    "environments": (
        Kind(
            (facts.InitStarted, facts.RestoreStarted),
            lambda fact: getattr(fact, "phase", "init") == "init",
        ),
    ),
    "shut_down": (Kind((facts.EnvironmentShutDown,)),),
    "tries": (Kind((facts.ClientTried,)),),
    "gave_up": (Kind((facts.ClientGaveUp,)),),
    "refused_connections": (Kind((facts.ConnectionRefused,)),),
    "recursive": (
        Kind((facts.RequestRefused,), lambda fact: fact.error == RECURSIVE),
        Kind((facts.EventDropped,), lambda fact: fact.condition == "RecursiveInvocation"),
    ),
    "sent": (Kind((facts.MessageSent,)),),
    "received": (Kind((facts.MessageReceived, facts.MessageLent)),),
    "deleted": (Kind((facts.MessageDeleted,), lambda fact: not fact.filtered),),
    "expired": (Kind((facts.MessageExpired,)),),
    "records": (Kind((facts.RecordPut,)),),
    "bisected": (Kind((facts.BatchBisected,)),),
}
