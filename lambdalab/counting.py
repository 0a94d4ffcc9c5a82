"""What `run.count` counts: for each word, when it happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .engine import facts
from .views.counts import COUNTED, Kind

if TYPE_CHECKING:
    from .run import Run


def _counted(kinds: tuple[Kind, ...]) -> Callable[[Run], list[int]]:
    return lambda run: [e.at for kind in kinds for e in run._of(*kind.facts) if kind.where(e.fact)]


def _each(kinds: Any, records: Callable[[Any], tuple[str, ...]]) -> Callable[[Run], list[int]]:
    """Count each record that a fact names."""
    return lambda run: [e.at for e in run._of(kinds) for _ in records(e.fact)]


def _processed(run: Run) -> list[int]:
    """Count what was processed: requests, events, and each message and record of a batch."""
    batches = run._of(facts.BatchProcessed, facts.BatchFailed)
    loans = run._of(facts.BatchEnded)
    sizes = {e.fact.batch: e.fact.size for e in run.log if isinstance(e.fact, facts.BatchGathered)}
    settled = {e.fact.request for e in (*batches, *loans)}
    return [
        *(
            e.at
            for e in run._of(facts.InvocationCompleted)
            if e.fact.status == "success" and e.fact.request not in settled
        ),
        *(e.at for e in batches for _ in e.fact.records),
        *(
            e.at
            for e in loans
            if e.fact.outcome in ("success", "partial")
            for _ in range(sizes[e.fact.batch] - e.fact.failed)
        ),
    ]


def _ran_twice(run: Run) -> list[int]:
    """Say when a handler began for the second time for one request or message."""
    begun: dict[str, list[int]] = {}
    for x in run.invocations:
        if x.start is not None:
            begun.setdefault(x.request, []).append(x.start)
    messages = [stay.runs for stay in run._stays]
    return [starts[1] for starts in (*begun.values(), *messages) if len(starts) > 1]


COUNTS: dict[str, Callable[[Run], list[int]]] = {
    **{word: _counted(kinds) for word, kinds in COUNTED.items()},
    "cold": lambda run: [x.start for x in run.invocations if x.cold and x.start is not None],
    "warm": lambda run: [x.start for x in run.invocations if not x.cold and x.start is not None],
    "processed": _processed,
    "retried": lambda run: [
        x.start for x in run.invocations if x.attempt > 1 and x.start is not None
    ],
    "ran_twice": _ran_twice,
    "filtered": lambda run: [
        *(e.at for e in run._of(facts.MessageDeleted) if e.fact.filtered),
        *_each(facts.BatchRead, lambda fact: fact.skipped)(run),
    ],
    "discarded": _each(facts.RecordsDiscarded, lambda fact: fact.condition and fact.records),
}
