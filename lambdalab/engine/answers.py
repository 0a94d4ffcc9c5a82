"""What the answer of a function says of a batch: how much of it is done."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from .facts import InvocationCompleted
from .payloads import sequence_number
from .rules import (
    FUNCTION_ERROR,
    STREAM_BLOCKS,
    STREAM_CHECKPOINT,
    STREAM_FAILURE_FORMS,
    STREAM_SUCCESS_FORMS,
    STREAM_WHOLE_BATCH,
    WINDOW_STATE,
    Rule,
)
from .shards import StreamBatch, StreamMapping


class Verdict(NamedTuple):
    """How much of a batch the function has processed."""

    done: int  # records, from the first one on
    failed: int  # records
    error: str  # Unhandled, or ""
    state: str  # of a tumbling window, as JSON
    rule: Rule


PROCESSED = (STREAM_WHOLE_BATCH, STREAM_SUCCESS_FORMS)  # by these rules all of a batch is done


def judge(mapping: StreamMapping, batch: StreamBatch, fact: InvocationCompleted) -> Verdict:
    """Read from the answer of the function what of the batch is done."""
    settings, size = mapping.settings, len(batch.records)
    if fact.status != "success":
        return Verdict(0, size, FUNCTION_ERROR.value, "", STREAM_BLOCKS)
    state = ""
    if settings.tumbling_window:
        answer = json.loads(fact.payload)
        if not isinstance(answer, dict) or not isinstance(answer.get("state"), dict):
            return Verdict(0, size, "", "", WINDOW_STATE)
        state = json.dumps(answer["state"])
    if not settings.report_batch_item_failures:
        return Verdict(size, 0, "", state, STREAM_WHOLE_BATCH)
    ids = (record.id for record in batch.records)
    known = {sequence_number(settings.stream, id): k for k, id in enumerate(ids)}
    listed = listed_failures(json.loads(fact.payload), known)
    if listed is None:
        return Verdict(0, size, "", "", STREAM_FAILURE_FORMS)
    if not listed:
        return Verdict(size, 0, "", state, STREAM_SUCCESS_FORMS)
    return Verdict(min(listed), len(listed), "", state, STREAM_CHECKPOINT)


def listed_failures(answer: Any, known: dict[str, int]) -> set[int] | None:
    """Read which records an answer reports, by their places; None if it cannot be read."""
    if not answer:
        return set()
    items = answer.get("batchItemFailures") or [] if isinstance(answer, dict) else None
    if not isinstance(items, list):
        return None
    listed = set()
    for item in items:
        number = item.get("itemIdentifier") if isinstance(item, dict) else None
        if not isinstance(number, str) or number not in known:
            return None
        listed.add(known[number])
    return listed
