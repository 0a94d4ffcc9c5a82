"""What the records of a mapping's event hold: bodies for a predicate, ids for a report."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import suppress
from typing import Any

from ..sources.attributes import plain


def bodies(event: Any) -> list[tuple[str, Any]] | None:
    """List the records of a mapping's event, each by what a report calls it and with its body.

    A body is what the learner sent: the message, the data, or an item that is there after the
    change (before it, if it was deleted); a JSON document is decoded. None for any other event.
    """
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list):
        return None
    found = [_body(record) for record in records if isinstance(record, dict)]
    return [each for each in found if each] if all(found) else None


def _body(record: dict[str, Any]) -> tuple[str, Any] | None:
    source = record.get("eventSource")
    if source == "aws:sqs":
        return record["messageId"], _decoded(record["body"])
    if source == "aws:kinesis":
        told = record["kinesis"]
        return told["sequenceNumber"], _decoded(b64decode(told["data"]).decode())
    if source == "aws:dynamodb":
        told = record["dynamodb"]
        image = told.get("NewImage") or told.get("OldImage") or told["Keys"]
        return told["SequenceNumber"], plain({"M": image})
    return None


def _decoded(text: str) -> Any:
    with suppress(ValueError):
        decoded = json.loads(text)
        if isinstance(decoded, dict | list):
            return decoded
    return text
