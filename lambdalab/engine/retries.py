"""What becomes of a batch: it is done, or it blocks its lane until it is."""

from __future__ import annotations

from typing import ClassVar

from .answers import PROCESSED, Verdict, judge
from .facts import (
    BatchBisected,
    BatchFailed,
    BatchProcessed,
    BatchReturned,
    InvocationCompleted,
    RequestThrottled,
)
from .kernel import RETRIES, Ending, Sim, task
from .readers import give_up, go_on, plan
from .rules import (
    STREAM_BACKOFF,
    STREAM_BACKOFF_MOST,
    STREAM_BACKOFF_SEEN,
    STREAM_BISECT,
    STREAM_BISECT_ODD,
    STREAM_BISECT_PARTIAL,
    STREAM_BISECT_RETRY,
    STREAM_BLOCKING_TIME,
    STREAM_CHECKPOINT,
    STREAM_DEST_AFTER,
    STREAM_RESTARTS,
    STREAM_RETRIES,
    STREAM_THROTTLE_FREE,
    STREAM_TOTAL,
    WINDOW_RETRY,
    Rule,
)
from .shards import StreamBatch, StreamMapping

# Rules that need no line of their own: they follow from how a batch is tried again.
FOLLOWS = (
    STREAM_BACKOFF_SEEN,
    STREAM_BISECT_PARTIAL,
    STREAM_BISECT_RETRY,
    STREAM_BLOCKING_TIME,
    STREAM_DEST_AFTER,
    STREAM_RESTARTS,
    STREAM_TOTAL,
    WINDOW_RETRY,
)


def outcome(sim: Sim, fact: Ending, because: int) -> None:
    """Take what came of a batch: the lane goes on behind it, or has to try again."""
    request = sim.world.requests[fact.request]
    batch = sim.world.stream_batches[request.source]
    mapping = sim.world.stream_mappings[batch.mapping]
    sim.reporting.discard(batch.id)
    version = request.version.rpartition(":")[-1]
    if not isinstance(fact, InvocationCompleted):
        error = fact.reason if isinstance(fact, RequestThrottled) else fact.error
        failed = BatchFailed(batch.id, request.id, version, error, ran=False)
        because = sim.emit(failed, STREAM_THROTTLE_FREE, because)
        put_back(sim, batch, STREAM_THROTTLE_FREE, because)
        return
    verdict = judge(mapping, batch, fact)
    ids = tuple(record.id for record in batch.records[: verdict.done])
    if verdict.rule not in PROCESSED:
        failed = BatchFailed(
            batch.id,
            request.id,
            version,
            verdict.error,
            True,
            ids,
            verdict.failed,
            verdict.state,
        )
        because = sim.emit(failed, verdict.rule, because, (mapping.entry,))
        try_again(sim, mapping, batch, verdict, because)
    else:
        processed = BatchProcessed(batch.id, request.id, ids, verdict.state)
        plan(sim, mapping, batch.lane, sim.emit(processed, verdict.rule, because))


def try_again(
    sim: Sim, mapping: StreamMapping, batch: StreamBatch, verdict: Verdict, because: int
) -> None:
    """Decide what becomes of a batch that failed."""
    settings, most = mapping.settings, mapping.settings.maximum_retry_attempts
    size, partly = len(batch.records), verdict.rule is STREAM_CHECKPOINT
    if verdict.done:
        plan(sim, mapping, batch.lane, because)
    elif settings.bisect_batch_on_function_error and size > 1 and not partly:
        first, second = sim.new_id("batch"), sim.new_id("batch")
        half = size >> 1 if sim.value(STREAM_BISECT_ODD) == "smaller" else size - (size >> 1)
        fact = BatchBisected(batch.id, first, second, half)
        bisected = sim.emit(fact, STREAM_BISECT, because, (mapping.entry,))
        plan(sim, mapping, batch.lane, bisected)
    elif size and 0 <= most < batch.attempts:
        condition, rule = "RetryAttemptsExhausted", STREAM_RETRIES
        because = give_up(sim, mapping, batch, batch.records, condition, rule, because)
        plan(sim, mapping, batch.lane, because)
    else:
        put_back(sim, batch, STREAM_BACKOFF, because)


def put_back(sim: Sim, batch: StreamBatch, rule: Rule, because: int) -> None:
    """Try a batch again after a wait that doubles each time."""
    first, most = sim.value(STREAM_BACKOFF), sim.value(STREAM_BACKOFF_MOST)
    until = sim.now + min(first << min(batch.tries - 1, most.bit_length()), most)
    returned = sim.emit(BatchReturned(batch.id, until), rule, because)
    sim.schedule(until, Retry(batch.mapping, batch.lane), returned)


@task
class Retry:
    """Go on with a lane: try its batch again."""

    rank: ClassVar[int] = RETRIES
    idle: ClassVar[bool] = False

    mapping: str
    lane: int

    def __call__(self, sim: Sim, cause: int | None) -> None:
        assert cause is not None
        go_on(sim, sim.world.stream_mappings[self.mapping], self.lane, cause)
