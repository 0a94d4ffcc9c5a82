"""Worked scenarios of queues: what was set up, what was sent, and what came of it.

Each is a black box. The numbers were worked out by hand from AWS's pages, so they are written out
here and read from nowhere. Waiting, starting and delivering take no time, and nothing is jittered.
"""

import json

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import of, starts

RECORDS = "import json, time\ndef handler(event, context):\n    print(json.dumps(event))\n"


def at(run: lab.Run, kind: type) -> list[float]:
    return [entry.at / 1_000_000 for entry in of(run, kind)]


def records(run: lab.Run) -> list[list[dict]]:
    return [json.loads(line.text)["Records"] for line in run.logs(r'^\{"Records"')]


def test_s22_a_failing_message_is_dead_after_three_receives() -> None:
    """Given a loan of 30 s, three receives and a handler that raises after 1 s, one message at 0.

    Receives at 0, 30 and 60, counted from the receive and not from the failure; at 90 it moves.
    """
    fails = lab.function(RECORDS + "    time.sleep(1)\n    raise ValueError", timeout=5)
    queue = lab.queue("Q", visibility_timeout=30, max_receive_count=3, dead_letter="DLQ")
    run = lab.run(queue.to(fails, batch_size=1), at=[(0, "hello")])
    assert starts(run) == [0, 30, 60]
    seen = [batch[0] for batch in records(run)]
    assert [r["attributes"]["ApproximateReceiveCount"] for r in seen] == ["1", "2", "3"]
    assert len({r["messageId"] for r in seen}) == 1
    assert at(run, facts.MessageDeadLettered) == [90]
    (letter,) = run.delivered("DLQ")
    assert (letter["at"], letter["body"]) == (90, "hello")
    assert run.table("messages").message_id.tolist() == ["msg-1", "msg-1"]
    names = ("Invocations", "Errors", "DeletedEventCount")
    assert [run.metrics[name] for name in names] == [3, 3, 0]


FIVE = [(0, f"id{k}") for k in range(1, 6)]


def test_s24_a_partial_batch_response_brings_two_of_five_back() -> None:
    """Given a loan of 40 s and partial responses, five messages at 0, and id2 and id4 fail at 2.

    At 2 the three others are deleted; at 40 the two can be received for the second time.
    """
    source = RECORDS + (
        "    time.sleep(2)\n"
        "    bad = [r['messageId'] for r in event['Records'] if r['body'] in ('id2', 'id4')]\n"
        "    return {'batchItemFailures': [{'itemIdentifier': id} for id in bad]}\n"
    )
    queue = lab.queue("Q", visibility_timeout=40)
    queue = queue.to(lab.function(source, timeout=5), report_batch_item_failures=True)
    run = lab.run(queue, at=FIVE, until=41)
    first, second = records(run)
    assert [r["body"] for r in first] == ["id1", "id2", "id3", "id4", "id5"]
    assert at(run, facts.MessageDeleted) == [2, 2, 2]
    assert at(run, facts.MessageAppeared) == [40, 40]
    assert [r["body"] for r in second] == ["id2", "id4"]
    assert {r["attributes"]["ApproximateReceiveCount"] for r in second} == {"2"}
    assert run.metrics["Errors"] == 0


def test_s26_without_the_switch_a_list_of_failures_is_ignored() -> None:
    source = RECORDS + "    return {'batchItemFailures': [{'itemIdentifier': 'id2'}]}"
    run = lab.run(lab.queue("Q", visibility_timeout=40).to(lab.function(source)), at=FIVE)
    assert run.count("deleted") == 5
    assert run.depth("Q") == 0
    assert run.attempts() == 1


def test_s28_maximum_concurrency_avoids_throttles() -> None:
    """Given maximum and reserved concurrency 5 and 10 s a message, 1,000 messages at 0.

    5 / 10 s = 0.5 a second, so 1,000 / 0.5 = 2,000 s.
    """
    worker = lab.handler("worker", wait=10, reserved_concurrency=5)
    queue = lab.queue("Q", visibility_timeout=30).to(worker, batch_size=1, maximum_concurrency=5)
    run = lab.run(queue, at=lab.burst(1_000))
    assert run.peak == 5
    assert run.metrics["Throttles"] == 0
    assert max(x.end for x in run.invocations) == 2_000_000_000
    assert run.count("deleted") == 1_000


@pytest.mark.parametrize(
    ("groups", "settings", "expected", "peak"),
    [
        ("AAA", {}, [0, 5, 10], 1),
        ("AAABBB", {}, [0, 0, 5, 5, 10, 10], 2),
        ("ABCDEF" * 2, {"maximum_concurrency": 10}, [0] * 6 + [5] * 6, 6),
        ("ABCDEF" * 2, {"maximum_concurrency": 4}, [0] * 4 + [5] * 4 + [10] * 4, 4),
    ],
)
def test_s30_one_group_is_sequential_and_groups_are_parallel(
    groups: str, settings: dict, expected: list[float], peak: int
) -> None:
    worker = lab.handler("worker", wait=5)
    queue = lab.queue("Q", fifo=True).to(worker, batch_size=1, **settings)
    run = lab.run(queue, at=[(0, lab.message(k, group=group)) for k, group in enumerate(groups)])
    assert starts(run) == expected
    assert run.peak == peak


def test_s32_a_filter_deletes_what_it_does_not_want() -> None:
    """Two orders are wanted; two pings and a text are deleted without an invocation."""
    queue = lab.queue("Q").to(lab.function(RECORDS), filter={"body": {"kind": ["order"]}})
    kinds = [{"kind": kind} for kind in ("order", "ping", "order", "ping")]
    run = lab.run(queue, at=[(0, body) for body in [*kinds, "hello"]])
    ((*batch,),) = records(run)
    assert [json.loads(r["body"])["kind"] for r in batch] == ["order", "order"]
    assert run.table("messages").state.tolist() == [
        "deleted", "filtered", "deleted", "filtered", "filtered",
    ]  # fmt: skip
    names = ("PolledEventCount", "InvokedEventCount", "FilteredOutEventCount")
    assert [run.metrics[name] for name in names] == [5, 2, 3]


def test_x06_ten_provisioned_pollers_keep_up_with_a_thousand_events_a_second() -> None:
    """min(ceil(1024 / 3), ceil(10 / 0.1) x 10, min(100, 10 x 10)) = 100 a second and poller."""
    quick, body = lab.handler("quick", wait=0.1), "x" * 3_000
    traffic = [(k / 1_000, body) for k in range(5_000)]
    waiting = {}
    for pollers in (10, 5):
        queue = lab.queue().to(quick, batch_size=10, provisioned_pollers=(pollers, pollers))
        run = lab.run(queue, at=traffic, until=5)
        waiting[pollers] = run.depth("queue") - 10 * run.world().queue_mappings["esm-1"].busy
    assert waiting[10] <= 10
    assert 2_400 < waiting[5] < 2_600


# The event that a handler gets ------------------------------------------------------------------


def test_the_event_of_a_standard_queue_has_the_documented_shape() -> None:
    """The keys are those of the developer guide; ids, times and digests are the run's own."""
    letter = lab.message('{"tree": 17}', attributes={"variety": "gala", "kg": 42})
    queue = lab.queue("orchard").to(lab.function(RECORDS), enabled_at=0.2)
    run = lab.run(queue, at=[(0.123, letter)])
    ((record,),) = records(run)
    assert record == {
        "messageId": "006d7367-0000-4000-8000-000000000001",
        "receiptHandle": "msg-1-receive-1",
        "body": '{"tree": 17}',
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1767225600123",
            "SenderId": "123456789012",
            "ApproximateFirstReceiveTimestamp": "1767225600200",
        },
        "messageAttributes": {
            "variety": {
                "stringValue": "gala",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            },
            "kg": {
                "stringValue": "42",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "Number",
            },
        },
        "md5OfBody": "1f234b21ae31ce2a30b95271c2e74dc8",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orchard",
        "awsRegion": "us-east-1",
        "md5OfMessageAttributes": "30c071a8ee00a3ce23cfeda2b715c162",
    }


def test_the_event_of_a_fifo_queue_has_three_more_attributes() -> None:
    letter = lab.message("pick", group="tree-17", deduplication_id="pick-0001")
    run = lab.run(lab.queue("orchard", fifo=True).to(lab.function(RECORDS)), at=[(0, letter)])
    ((record,),) = records(run)
    assert list(record) == [
        "messageId", "receiptHandle", "body", "attributes", "messageAttributes", "md5OfBody",
        "eventSource", "eventSourceARN", "awsRegion",
    ]  # fmt: skip
    assert list(record["attributes"])[4:] == [
        "SequenceNumber", "MessageGroupId", "MessageDeduplicationId",
    ]  # fmt: skip
    assert len(record["attributes"]["SequenceNumber"]) == 20
    assert record["attributes"]["MessageGroupId"] == "tree-17"
    assert record["attributes"]["MessageDeduplicationId"] == "pick-0001"
    assert record["messageAttributes"] == {}
    assert record["eventSourceARN"].endswith(":orchard.fifo")
