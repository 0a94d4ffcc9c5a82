"""What a function is given of a queue, and how its answer is read."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import md5
from typing import Any, NamedTuple

from .facts import InvocationCompleted
from .kernel import Ending
from .lines import Attribute, Message, Queue
from .places import ACCOUNT, REGION
from .rules import (
    SQS_DELETE,
    SQS_EXCEPTION,
    SQS_FAILURE_FORMS,
    SQS_LISTED,
    SQS_PARTIAL,
    SQS_SUCCESS_FORMS,
    SQS_WHOLE_BATCH,
    Rule,
)
from .units import MS, WORD, uuid_text


def record(queue: Queue, message: Message, now: int, starts: int) -> str:
    """Write a message as the function gets it when it is received now."""
    first = now if message.first_received < 0 else message.first_received
    attributes = {
        "ApproximateReceiveCount": str(message.receives + 1),
        "SentTimestamp": str((starts + message.sent) // MS),
        "SenderId": ACCOUNT,
        "ApproximateFirstReceiveTimestamp": str((starts + first) // MS),
    }
    if queue.settings.fifo:
        attributes["SequenceNumber"] = f"{message.sequence:020}"
        attributes["MessageGroupId"] = message.group
        attributes["MessageDeduplicationId"] = message.deduplication
    written: dict[str, Any] = {
        "messageId": uuid_text(message.id),
        "receiptHandle": f"{message.id}-receive-{message.receives + 1}",
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {
            name: {
                "binaryValue" if is_binary(kind) else "stringValue": value,
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": kind,
            }
            for name, kind, value in message.attributes
        },
        "md5OfBody": digest(message.body.encode()),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{message.queue}",
        "awsRegion": REGION,
    }
    if message.attributes:
        written["md5OfMessageAttributes"] = digest_of_attributes(message.attributes)
    return json.dumps(written)


def is_binary(kind: str) -> bool:
    """Say whether the value of an attribute stands for bytes, in base64."""
    return kind.startswith("Binary")


def digest(data: bytes) -> str:
    """Digest a body as SQS does."""
    return md5(data, usedforsecurity=False).hexdigest()


def digest_of_attributes(attributes: tuple[Attribute, ...]) -> str:
    """Digest attributes as SQS does: each text after its length, the value after a type."""

    def packed(data: bytes) -> bytes:
        return len(data).to_bytes(WORD, "big") + data

    def value_of(kind: str, value: str) -> bytes:
        if is_binary(kind):
            return b"\x02" + packed(b64decode(value))
        return b"\x01" + packed(value.encode())

    parts = [
        packed(name.encode()) + packed(kind.encode()) + value_of(kind, value)
        for name, kind, value in sorted(attributes)
    ]
    return digest(b"".join(parts))


class Settlement(NamedTuple):
    """What becomes of a batch, and of which of its messages it is true that they come back."""

    outcome: str  # success, partial, error, refused
    failed: tuple[str, ...]  # messages
    rule: Rule


def settlement(reports: bool, messages: list[str], ending: Ending) -> Settlement:
    """Read what came of an invocation for the messages of its batch."""
    everything = tuple(messages)
    if not isinstance(ending, InvocationCompleted):
        return Settlement("refused", everything, SQS_WHOLE_BATCH)
    if ending.status != "success":
        return Settlement("error", everything, SQS_EXCEPTION if reports else SQS_WHOLE_BATCH)
    if not reports:
        ignored = '"batchItemFailures"' in ending.payload
        return Settlement("success", (), SQS_PARTIAL if ignored else SQS_DELETE)
    failed = _listed(json.loads(ending.payload), {uuid_text(id): id for id in messages})
    if failed is None:
        return Settlement("error", everything, SQS_FAILURE_FORMS)
    if not failed:
        return Settlement("success", (), SQS_SUCCESS_FORMS)
    return Settlement("partial", failed, SQS_LISTED)


def _listed(answer: Any, known: dict[str, str]) -> tuple[str, ...] | None:
    """Read the list of failures; None if it is not one, or names what is not in the batch."""
    if not answer:
        return ()
    if not isinstance(answer, dict):
        return None
    items = answer.get("batchItemFailures") or []
    if not isinstance(items, list):
        return None
    failed = []
    for item in items:
        identifier = item.get("itemIdentifier") if isinstance(item, dict) else None
        if not isinstance(identifier, str) or identifier not in known:
            return None
        failed.append(known[identifier])
    return tuple(failed)
