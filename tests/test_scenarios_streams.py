"""Worked scenarios of streams: what was set up, what was put there, and what came of it.

Each is a black box. The numbers were worked out by hand from AWS's pages, so they are written out
here and read from nowhere.
"""

import json
from collections import defaultdict

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import of


def sequence(run: lab.Run, data: str) -> str:
    table = run.table("records")
    return table.sequence[table.data == data].iloc[0]


def states(run: lab.Run) -> list[str]:
    return list(run.table("records").state)


def test_s34_a_batch_whose_retries_are_exhausted_is_told_of_and_the_shard_goes_on() -> None:
    """Given batches of 3 and 2 retries, the first of two batches fails 1 + 2 times."""
    fn = lab.handler("fn", fails=lambda data: data in ("r1", "r2", "r3"))
    stream = lab.stream().to(fn, batch_size=3, maximum_retry_attempts=2, on_failure="Q")
    run = lab.run(stream, at=[(0, f"r{k}") for k in range(1, 7)])
    assert [x.status for x in run.invocations] == ["error"] * 3 + ["success"]
    assert states(run) == ["discarded"] * 3 + ["done"] * 3
    assert list(run.table("records").attempts) == [3] * 3 + [1] * 3
    (record,) = run.delivered("Q")
    body, context = record["body"], record["body"]["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == (
        "RetryAttemptsExhausted",
        3,
    )
    assert context["functionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:fn"
    info = body["KinesisBatchInfo"]
    assert info["batchSize"] == 3
    assert info["startSequenceNumber"] == sequence(run, "r1")
    assert info["endSequenceNumber"] == sequence(run, "r3")
    assert body["responseContext"]["functionError"] == "Unhandled"
    assert "payload" not in body
    assert run.metrics["OnFailureDestinationDeliveredEventCount"] == 3
    assert run.metrics["DroppedEventCount"] == 0


def test_s36_throttling_uses_no_retries() -> None:
    """Throttled from 0 to 600 s and with no retry allowed, the record is processed after all."""
    fn = lab.handler("fn", wait=1, reserved_concurrency=0)
    stream = lab.stream().to(fn, maximum_retry_attempts=0, maximum_record_age=-1, on_failure="Q")
    changes = [(600, fn, {"reserved_concurrency": None})]
    run = lab.run(stream, at=[0], changes=changes)
    assert run.metrics["Invocations"] == 1
    assert run.metrics["Throttles"] >= 1
    assert run.metrics["Errors"] == 0
    assert run.table("invocations").start[0] >= 600
    assert run.delivered("Q") == []
    assert states(run) == ["done"]


def test_s38_bisecting_isolates_a_poison_record() -> None:
    """In a batch of 8 the sixth is bad: three splits find it, and the others are processed."""
    fn = lab.handler("fn", fails=lambda data: data == "r6")
    settings = {"bisect_batch_on_function_error": True, "maximum_retry_attempts": 5}
    stream = lab.stream().to(fn, batch_size=8, on_failure="Q", **settings)
    run = lab.run(stream, at=[(0, f"r{k}") for k in range(1, 9)])
    assert states(run) == ["done"] * 5 + ["discarded"] + ["done"] * 2
    done = [int(id[4:]) for e in of(run, facts.BatchProcessed) for id in e.fact.records]
    assert done == [1, 2, 3, 4, 5, 7, 8]
    assert run.count("bisected") == 3
    (record,) = run.delivered("Q")
    assert record["body"]["KinesisBatchInfo"]["batchSize"] == 1
    assert record["body"]["KinesisBatchInfo"]["startSequenceNumber"] == sequence(run, "r6")
    assert record["body"]["requestContext"]["approximateInvokeCount"] == 6


def test_s40_a_parallelization_factor_keeps_the_order_of_each_key() -> None:
    """Given 100 shards and a factor of 2, at most 100 x 2 invocations run at once."""
    keys = [f"k{k % 1000}" for k in range(6000)]
    at = [(0, lab.record({"n": k}, key=key)) for k, key in enumerate(keys)]
    stream = lab.stream(shards=100).to(lab.handler(wait=1), batch_size=5, parallelization_factor=2)
    run = lab.run(stream, at=at)
    assert 150 < run.peak <= 200
    key_of = {e.fact.record: e.fact.key for e in of(run, facts.RecordPut)}
    busy: dict[str, str] = {}
    order = defaultdict(list)
    held = {e.fact.batch: e.fact.records for e in of(run, facts.BatchRead)}
    for entry in run.log:
        if isinstance(entry.fact, facts.BatchSent):
            for id in held[entry.fact.batch]:
                assert busy.setdefault(key_of[id], entry.fact.batch) == entry.fact.batch
                order[key_of[id]].append(int(id[4:]))
        elif isinstance(entry.fact, facts.BatchProcessed):
            for id in entry.fact.records:
                busy.pop(key_of[id], None)
    assert all(numbers == sorted(numbers) for numbers in order.values())
    assert sum(map(len, order.values())) == 6000


def test_x01_a_tumbling_window_carries_its_state_and_ends_once() -> None:
    """Given a window of 120 s, records at 10, 50 and 110 s and none later, it ends at 120 s."""
    source = """
def handler(event, context):
    state = event["state"]
    return {"state": {"n": state.get("n", 0) + len(event["Records"])}}
"""
    stream = lab.stream().to(lab.function(source), tumbling_window=120)
    for assume, end in ((None, 120), (lab.MEASURED, 240)):
        run = lab.run(stream, at=[10, 50, 110], assume=assume)
        sent = of(run, facts.BatchSent)
        events = [json.loads(e.fact.event) for e in sent]
        assert [e["state"] for e in events] == [{}, {"n": 1}, {"n": 2}, {"n": 3}]
        assert [e["isFinalInvokeForWindow"] for e in events] == [False, False, False, True]
        assert sent[-1].at <= 240_000_000
        assert sent[-1].at == end * 1_000_000
    forgets = lab.stream().to(lab.handler(returns={"n": 1}), tumbling_window=120)
    run = lab.run(forgets, at=[10], until=10)
    assert len(of(run, facts.BatchFailed)) == 1


def test_x02_a_failed_delivery_drops_the_batch_and_the_shard_goes_on() -> None:
    """Given no retries and a queue that may not be written, 4 records are dropped."""
    fn = lab.handler("fn", fails=lambda data: data < "r4")
    queue = lab.queue("Q")
    stream = lab.stream().to(fn, batch_size=4, maximum_retry_attempts=0, on_failure=queue)
    run = lab.run(stream, at=[(0, f"r{k}") for k in range(8)], faults=[lab.denied(queue)])
    assert run.metrics["DestinationDeliveryFailures"] == 1
    assert "OnFailureDestinationDeliveredEventCount" not in run.metrics
    assert run.metrics["DroppedEventCount"] == 4
    assert states(run) == ["discarded"] * 4 + ["done"] * 4
    assert run.delivered("Q") == []
