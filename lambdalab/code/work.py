"""A modelled handler: it waits, computes, and returns or fails as it was told to."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from math import ceil
from typing import Any

from ..engine.steps import (
    Answer,
    Call,
    Compute,
    Invocation,
    Place,
    Plain,
    Raise,
    Ready,
    Return,
    Step,
    Wait,
)
from ..engine.units import us
from ..engine.world import Kept
from ..mistakes import LabError
from ..sources.attributes import plain
from ..stack import Distribution, Seconds, Work

FAILED = "WorkFailed"


class WorkCode:
    """The code of a function that is modelled."""

    def __init__(self, work: Work) -> None:
        self.work = work
        wait = work.wait
        # One for all environments: each of its own would have to be fetched from memory each time.
        self.length = wait.at if isinstance(wait, Distribution) else lambda _: wait

    def boot(self, place: Place) -> WorkProcess:
        """Start a runtime process in an environment."""
        return WorkProcess(self, place)

    def close(self, place: Place) -> None:
        """Throw away what an environment had stored: nothing."""


class WorkProcess:
    """Plays the steps of one modelled handler."""

    def __init__(self, code: WorkCode, place: Place) -> None:
        self.work, self.length, self.place = code.work, code.length, place
        self.memory_used = place.memory_baseline
        self.steps: list[Step] = []  # still to come, the next one last
        self.drawn: float | None = None  # already, for the next wait

    def init(self) -> Step:
        """Spend what Init takes."""
        self.steps = [Ready()]
        if spent := self._draw(self.work.init, "init"):
            self.steps.append(Wait(spent))
        return self.steps.pop()

    def invoke(self, invocation: Invocation) -> Step:
        """Take the memory, wait, compute, then return or fail."""
        self.memory_used = self._memory()
        self.steps = [self._result(invocation)]
        cpu, wait = self._draw(self.work.cpu, "cpu"), self._draw(self.work.wait, "wait")
        if cpu:
            self.steps.append(Compute(cpu))
        if wait:
            self.steps.append(Wait(wait))
        return self.steps.pop()

    def resume(self) -> Step:
        """Go on to the next step."""
        return self.steps.pop()

    def take(self, call: Call, answer: Answer) -> None:
        """Take an answer: a modelled handler asks nothing."""

    def kill(self) -> None:
        """Stop: nothing is left to do."""
        self.steps = []

    def plain(self) -> Plain | None:
        """Say what each invocation does, if it only waits and never fails."""
        work = self.work
        if work.cpu or not work.wait or callable(work.fails) or work.fails:
            return None
        if isinstance(work.memory_used, Distribution):
            return None
        self.memory_used = self._memory()
        stream = "work:wait" if isinstance(work.wait, Distribution) else ""
        return Plain(self.length, stream, self._returned(), self.memory_used)

    def kept(self) -> Kept:
        """Tell what is kept: a modelled handler keeps nothing."""
        return ()

    def put_back(self, draw: float) -> None:
        """Use a draw for the next wait."""
        self.drawn = draw

    def _draw(self, seconds: Seconds, stream: str) -> int:
        if isinstance(seconds, Distribution):
            draw, self.drawn = self.drawn, None
            return us(seconds.at(self.place.random(f"work:{stream}") if draw is None else draw))
        return us(seconds) if seconds else 0

    def _memory(self) -> int:
        """Say how many whole megabytes this invocation needs."""
        needs = self.work.memory_used
        if isinstance(needs, Distribution):
            needs = needs.at(self.place.random("work:memory"))
        return self.memory_used if needs is None else ceil(needs)

    def _result(self, invocation: Invocation) -> Step:
        fails, returns = self.work.fails, self.work.returns
        if callable(fails):
            event = json.loads(invocation.payload)
            records = records_of(event)
            if records is None:
                fails = _asked(fails, event)
            else:
                failed = _failed(records, fails)
                if invocation.reports:
                    items = [{"itemIdentifier": identifier} for identifier in failed]
                    answer = returns if isinstance(returns, dict) else {}
                    return Return(json.dumps({**answer, "batchItemFailures": items}))
                fails = bool(failed)
        elif fails not in (True, False):
            fails = self.place.random("work:fails") < fails
        if fails:
            document = {
                "errorMessage": "the modelled handler fails",
                "errorType": FAILED,
                "requestId": invocation.request_id,
                "stackTrace": [],
            }
            return Raise(FAILED, json.dumps(document))
        return Return(self._returned())

    def _returned(self) -> str:
        """Write what it returns."""
        return "null" if self.work.returns is None else json.dumps(self.work.returns)


def records_of(event: Any) -> list[dict[str, Any]] | None:
    """List the records of an event that a mapping sent; None if none did."""
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list):
        return None
    sources = [record.get("eventSource") for record in records if isinstance(record, dict)]
    of_mapping = len(sources) == len(records) and all(source in READ for source in sources)
    return records if of_mapping else None


def _failed(records: list[dict[str, Any]], fails: Callable[[Any], bool]) -> list[str]:
    """Name the records whose body a predicate does not like.

    In a FIFO queue, what comes after the first of them in its message group is not processed.
    """
    failed, groups = [], set()
    for record in records:
        group = record.get("attributes", {}).get("MessageGroupId")
        identifier, body = READ[record["eventSource"]](record)
        if group in groups or _asked(fails, body):
            failed.append(identifier)
            groups |= {group} - {None}
    return failed


def _asked(fails: Callable[[Any], bool], event: Any) -> bool:
    """Ask a learner's predicate; an error in it is a mistake, not a failure of the handler."""
    try:
        return bool(fails(event))
    except Exception as error:
        raise LabError(
            f"fails could not judge {event!r}: {type(error).__name__}: {error}.",
            "a function of one event, or of one record's body, that says True or False",
            'fails=lambda event: event.get("n") == 0',
        ) from error


def _decoded(text: str) -> Any:
    """Read a body: what its JSON holds, or else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _of_queue(record: dict[str, Any]) -> tuple[str, Any]:
    return record["messageId"], _decoded(record["body"])


def _of_stream(record: dict[str, Any]) -> tuple[str, Any]:
    told = record["kinesis"]
    return told["sequenceNumber"], _decoded(b64decode(told["data"]).decode())


def _of_table(record: dict[str, Any]) -> tuple[str, Any]:
    """Take the item after the change, or before it if it was deleted, or else its key."""
    told = record["dynamodb"]
    image = told.get("NewImage") or told.get("OldImage") or told["Keys"]
    return told["SequenceNumber"], plain({"M": image})


# How a record is named in a list of failures, and its body, by the source that it came from.
READ: dict[str, Callable[[dict[str, Any]], tuple[str, Any]]] = {
    "aws:sqs": _of_queue,
    "aws:kinesis": _of_stream,
    "aws:dynamodb": _of_table,
}
