"""Which service answers a call, and how what it says is sent back."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from ..code.current import NotSimulated
from ..mistakes import LabError
from . import dynamodb, events, functions, kinesis, s3, sns, sqs
from .account import Asked, Later, Operation, refusal
from .names import last_part
from .wire import Refused, Reply, Sent, reply

OPERATIONS: dict[str, dict[str, Operation]] = {
    "lambda": functions.OPERATIONS,
    "sqs": sqs.OPERATIONS,
    "sns": sns.OPERATIONS,
    "kinesis": kinesis.OPERATIONS,
    "events": events.OPERATIONS,
    "sts": functions.STS,
}

# These are evaluated by moto, which writes the answer itself.
EVALUATED: dict[str, Callable[[Asked], Reply]] = {"dynamodb": dynamodb.reply, "s3": s3.reply}
KNOWN = {"dynamodb": dynamodb.KNOWN, "s3": s3.KNOWN}

# By which parameter a service is told what to work on, and what it is.
TARGETS = {
    "sqs": ("queue", ("QueueUrl", "QueueName")),
    "sns": ("topic", ("TopicArn",)),
    "kinesis": ("stream", ("StreamName", "StreamARN")),
    "dynamodb": ("table", ("TableName",)),
    "s3": ("bucket", ("Bucket",)),
    "lambda": ("function", ("FunctionName",)),
}

# What a fault can forbid, and how each service says so.
WRITES = (
    "SendMessage",
    "SendMessageBatch",
    "Publish",
    "PublishBatch",
    "PutRecord",
    "PutRecords",
    "PutObject",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
)
DENIED = {
    "sqs": "AccessDenied",
    "sns": "AuthorizationError",
    "kinesis": "AccessDeniedException",
    "s3": "AccessDenied",
    "dynamodb": "AccessDeniedException",
}


def problem(sent: Sent) -> str:
    """Say what is wrong with a call that nobody answers, or ""."""
    known = OPERATIONS.get(sent.service) or KNOWN.get(sent.service)
    if known is None:
        return refusal(sent, sorted({*OPERATIONS, *EVALUATED}))
    if sent.operation not in known:
        return refusal(sent, sorted(known))
    return ""


def resource_of(sent: Sent) -> str:
    """Name what a call is about: queue:orders, or "" for nothing in particular."""
    kind, names = TARGETS.get(sent.service, ("", ()))
    found = [sent.params[name] for name in names if sent.params.get(name)]
    return f"{kind}:{last_part(found[0])}" if found else ""


def reply_to(call: Asked) -> Reply | None:
    """Answer a call; None if the answer comes later."""
    sent = call.sent
    if sent.operation in WRITES and resource_of(sent) in call.sim.denied:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of moto: some models do not list that error
            return reply(sent, Refused(DENIED[sent.service], f"{sent.operation} is not allowed."))
    if sent.service in EVALUATED:
        try:
            return EVALUATED[sent.service](call)
        except Exception as error:  # of moto: it does not know everything that AWS knows
            problem = f"moto cannot evaluate this {sent.operation} of {sent.service}: {error!r}"
            raise NotSimulated(problem) from error
    result: Any
    try:
        result = OPERATIONS[sent.service][sent.operation](call, sent.params)
    except Refused as refused:
        result = refused
    except LabError as error:  # what a learner is told of at once is an answer here
        code = "InvalidParameterValueException" if sent.service == "lambda" else "ValidationError"
        result = Refused(code, str(error), Type="User")
    return None if isinstance(result, Later) else reply(sent, result)
