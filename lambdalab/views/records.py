"""What became of each record of a stream, for each mapping that reads it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..engine import facts
from ..engine.kernel import Log
from ..engine.payloads import sequence_number, shard_id


@dataclass(slots=True)
class Reading:
    """How far a mapping is with a record."""

    state: str = "waiting"  # waiting, in_progress, done, filtered, discarded, expired
    attempts: int = 0  # times that it was sent to the function and not throttled


@dataclass(slots=True)
class Record:
    """One record, and how far each mapping is with it."""

    put: facts.RecordPut
    sent: int  # us
    expired: bool = False
    readings: dict[str, Reading] = field(default_factory=dict)

    @property
    def sequence(self) -> str:
        """The sequence number, as handlers get it."""
        return sequence_number(self.put.stream, self.put.record)

    @property
    def shard(self) -> str:
        """The shard, as handlers get it."""
        return shard_id(self.put.stream, self.put.shard)


def records(log: Log) -> list[Record]:
    """List the records of a run in the order in which they were put."""
    reader = _Reader()
    for at, fact, *_ in log.rows:
        match fact:
            case facts.StreamMappingConfigured():
                reader.mapping(fact)
            case facts.RecordPut():
                reader.put(fact, at)
            case facts.BatchRead():
                reader.read(fact)
            case facts.BatchSent():
                reader.count(fact.batch, 1)
            case facts.BatchFailed():
                if not fact.ran:
                    reader.count(fact.batch, -1)
                reader.leave(fact.batch, fact.records, "done")
            case facts.BatchProcessed():
                reader.leave(fact.batch, fact.records, "done")
            case facts.BatchBisected():
                mapping, ids = reader.batches.pop(fact.batch)
                reader.batches[fact.first] = mapping, ids[: fact.size]
                reader.batches[fact.second] = mapping, ids[fact.size :]
            case facts.RecordsDiscarded():
                state = "discarded" if fact.condition else "expired"
                reader.leave(fact.batch, fact.records, state)
            case facts.RecordsExpired():
                reader.expire(fact)
    return list(reader.found.values())


class _Reader:
    """What has to be remembered of a log from one entry to the next."""

    def __init__(self) -> None:
        self.found: dict[str, Record] = {}
        self.mappings: dict[str, list[str]] = {}  # stream -> those that read it
        self.batches: dict[str, tuple[str, tuple[str, ...]]] = {}  # batch -> mapping, records

    def mapping(self, fact: facts.StreamMappingConfigured) -> None:
        stream = fact.settings.stream
        mappings = self.mappings.setdefault(stream, [])
        if fact.mapping in mappings:
            return
        mappings.append(fact.mapping)
        for record in self.found.values():
            readable = record.put.stream == stream and not record.expired
            if readable and record.sent >= fact.start:
                record.readings[fact.mapping] = Reading()

    def put(self, fact: facts.RecordPut, at: int) -> None:
        record = self.found[fact.record] = Record(fact, at)
        for mapping in self.mappings.get(fact.stream, ()):
            record.readings[mapping] = Reading()

    def read(self, fact: facts.BatchRead) -> None:
        for ids, state in ((fact.records, "in_progress"), (fact.skipped, "filtered")):
            for id in ids:
                self.found[id].readings[fact.mapping].state = state
        self.batches[fact.batch] = fact.mapping, fact.records

    def count(self, batch: str, change: int) -> None:
        mapping, ids = self.batches[batch]
        for id in ids:
            self.found[id].readings[mapping].attempts += change

    def leave(self, batch: str, ids: tuple[str, ...], state: str) -> None:
        mapping, held = self.batches[batch]
        for id in ids:
            self.found[id].readings[mapping].state = state
        self.batches[batch] = mapping, held[len(ids) :]

    def expire(self, fact: facts.RecordsExpired) -> None:
        for id in fact.records:
            record = self.found[id]
            record.expired = True
            for reading in record.readings.values():
                if reading.state == "waiting":
                    reading.state = "expired"
