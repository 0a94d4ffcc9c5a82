"""One example for each rule of the event door, named after its id."""

import json

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.views.replay import fold
from tests.engine.asking import decided, kinds, of, starts

BOOM = lab.handler("boom", fails=True)
SPLIT = {"bisect_batch_on_function_error": True, "maximum_retry_attempts": 1}
NAP = lab.handler("nap", wait=60, timeout=90, reserved_concurrency=1)


def test_async_accept_202_at_once_and_run_later() -> None:
    run = lab.run(lab.event(lab.handler(wait=5)), at=[0])
    response = run.responses[0]
    assert (response.status_code, response.payload, response.executed_version) == (202, "", None)
    assert decided(run, "async.accept.202")[0].at == 0
    assert run.returned == [None]


def test_async_accept_even_when_throttled() -> None:
    run = lab.run(lab.event(BOOM.with_(reserved_concurrency=0)), at=[0])
    assert run.responses[0].status_code == 202


def test_async_payload_limit_1_mb() -> None:
    fits = lab.run(lab.event(lab.handler()), at=[(0, "x" * (1024 * 1024 - 2))])
    assert fits.responses[0].status_code == 202
    over = lab.run(lab.event(lab.handler()), at=[(0, "x" * (1024 * 1024 - 1))])
    assert over.responses[0].status_code == 413


def test_async_request_id_stable_over_all_attempts() -> None:
    source = "def handler(event, context):\n    print(context.aws_request_id)\n    raise ValueError"
    run = lab.run(lab.event(lab.function(source)), at=[0])
    ids = {line.text for line in run.logs(r"^[0-9a-f-]{36}$")}
    assert len(run.logs(r"^START")) == 3
    assert len(ids) == 1


def test_async_retry_function_error_count_three_attempts_by_default() -> None:
    run = lab.run(lab.event(BOOM), at=[0])
    assert run.attempts() == 3
    (dropped,) = decided(run, "async.retry.function-error.count")
    assert dropped.fact == facts.EventDropped("req-1", "RetriesExhausted")
    assert "which you left at its default" in repr(run.why("req-1.dropped"))


def test_async_retry_function_error_waits_one_and_two_minutes_from_the_end() -> None:
    run = lab.run(lab.event(lab.handler(wait=2, fails=True)), at=[0])
    assert starts(run) == [0, 62, 184]
    assert len(decided(run, "async.retry.function-error.waits")) == 2


def test_async_retry_function_error_kinds_timeouts_and_exits_count_too() -> None:
    late = lab.handler(wait=9, timeout=3)
    assert starts(lab.run(lab.event(late), at=[0])) == [0, 63, 186]
    quits = lab.function("import sys\ndef handler(event, context): sys.exit(0)")
    assert lab.run(lab.event(quits), at=[0]).attempts() == 3


@pytest.mark.parametrize(("retries", "expected"), [(0, [0]), (1, [0, 60]), (2, [0, 60, 180])])
def test_async_retry_attempts_range(retries: int, expected: list[float]) -> None:
    run = lab.run(lab.event(BOOM.with_(maximum_retry_attempts=retries)), at=[0])
    assert starts(run) == expected
    with pytest.raises(lab.LabError, match=r"async\.retry\.attempts-range"):
        BOOM.with_(maximum_retry_attempts=3)


def test_async_age_range() -> None:
    for age in (59, 21_601):
        with pytest.raises(lab.LabError, match=r"async\.age\.range"):
            BOOM.with_(maximum_event_age=age)


def test_async_retry_throttle_1_2_4_up_to_300_seconds() -> None:
    run = lab.run(lab.event(NAP.with_(timeout=900)), at=[0, 0], until=40)
    tries = [e.at // 1_000_000 for e in of(run, facts.RequestThrottled)]
    assert tries == [0, 1, 3, 7, 15, 31]
    busy = NAP.with_(timeout=900, code=lab.work(wait=880))
    run = lab.run(lab.event(busy), at=[0, 0], until=1200)
    tries = [e.at // 1_000_000 for e in of(run, facts.RequestThrottled)]
    assert tries[-4:] == [127, 255, 511, 811]


def test_async_retry_throttle_separate_budget_no_retries_still_means_many_tries() -> None:
    run = lab.run(lab.event(NAP.with_(maximum_retry_attempts=0)), at=[0, 0])
    assert run.count("processed") == 2
    assert run.count("throttled") == 6


def test_async_retry_throttle_factor_can_be_assumed() -> None:
    run = lab.run(lab.event(NAP), at=[0, 0], assume={"async.retry.throttle.factor": 3})
    tries = [e.at // 1_000_000 for e in of(run, facts.RequestThrottled)]
    assert tries == [0, 1, 4, 13, 40]


def test_async_retry_throttle_resumes_late_at_the_next_planned_try() -> None:
    run = lab.run(lab.event(NAP), at=[0, 0])
    assert starts(run) == [0, 63]  # the room was there at 60 s


def test_async_age_lookahead_gives_up_at_once() -> None:
    run = lab.run(lab.event(lab.handler(wait=0.1, fails=True, maximum_event_age=60)), at=[0])
    (dropped,) = decided(run, "async.age.lookahead")
    assert (dropped.fact.condition, dropped.at) == ("EventAgeExceeded", 100_000)
    assert run.attempts() == 1


@pytest.mark.parametrize(("age", "attempts"), [(60, 1), (90, 2), (240, 3)])
def test_async_age_examples(age: int, attempts: int) -> None:
    run = lab.run(lab.event(BOOM.with_(maximum_event_age=age)), at=[0])
    assert run.attempts() == attempts


def test_async_zero_reserved_no_attempt_and_a_record_at_once() -> None:
    run = lab.run(lab.event(BOOM.with_(reserved_concurrency=0, on_failure="failed")), at=[0])
    (record,) = run.delivered("failed")
    assert record["at"] == 0
    assert record["body"]["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["body"]["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in record["body"]
    assert (run.count("throttled"), run.count("dropped")) == (0, 1)


def test_async_config_self_destination_is_refused() -> None:
    fn = lab.handler("fn")
    again = lab.handler("again", on_success=fn)
    lab.run(lab.event(again), at=[0])
    object.__setattr__(fn, "on_failure", fn)
    with pytest.raises(lab.LabError, match=r"async\.config\.self-destination"):
        lab.run(lab.event(fn), at=[0])


# Destinations and dead letters ------------------------------------------------------------------


def test_dest_types_a_bucket_takes_failures_only() -> None:
    BOOM.with_(on_failure=lab.bucket("failed"))
    with pytest.raises(lab.LabError, match=r"dest\.types"):
        BOOM.with_(on_success=lab.bucket("done"))


def test_dlq_types_a_queue_or_a_topic() -> None:
    BOOM.with_(dead_letter=lab.topic("dead"))
    with pytest.raises(lab.LabError, match=r"dlq\.types"):
        BOOM.with_(dead_letter=lab.bus("dead"))


def test_dest_when_success_after_the_event_was_processed() -> None:
    fine = lab.handler("fine", wait=2, returns={"ok": 1}, on_success="done")
    run = lab.run(lab.event(fine), at=[0])
    (record,) = run.delivered("done")
    assert record["at"] == 2
    assert record["body"]["requestContext"]["condition"] == "Success"
    assert record["body"]["responsePayload"] == {"ok": 1}
    assert "functionError" not in record["body"]["responseContext"]


def test_dest_when_failure_right_after_the_last_attempt() -> None:
    run = lab.run(lab.event(BOOM.with_(on_failure="failed")), at=[0])
    assert [record["at"] for record in run.delivered("failed")] == [180]


def test_dest_record_keys() -> None:
    run = lab.run(lab.event(BOOM.with_(on_failure="failed")), at=[(0, {"tree": 17})])
    body = run.delivered("failed")[0]["body"]
    assert list(body) == [
        "version", "timestamp", "requestContext", "requestPayload",
        "responseContext", "responsePayload",
    ]  # fmt: skip
    assert body["timestamp"] == "2026-01-01T00:03:00.000Z"
    assert body["requestContext"]["functionArn"].endswith(":function:boom:$LATEST")
    assert body["requestContext"]["approximateInvokeCount"] == 3
    assert body["requestPayload"] == {"tree": 17}
    assert body["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }


def test_dest_format_eventbridge_wraps_the_record() -> None:
    run = lab.run(lab.event(BOOM.with_(on_failure=lab.bus("events"))), at=[0])
    body = run.delivered("events")[0]["body"]
    assert body["source"] == "lambda"
    assert body["detail-type"] == "Lambda Function Invocation Result - Failure"
    assert body["detail"]["requestContext"]["condition"] == "RetriesExhausted"
    assert body["resources"][0].endswith(":event-bus/events")


def test_dest_format_sqs_sns_lambda_a_function_gets_the_record_as_its_event() -> None:
    alarm = lab.function(
        "def handler(event, context):\n    print(event['requestContext']['condition'])",
        name="alarm",
    )
    run = lab.run(lab.event(BOOM.with_(on_failure=alarm)), at=[0])
    assert [line.text for line in run.logs("RetriesExhausted")] == ["RetriesExhausted"]
    assert run.invocations[-1].function == "alarm"


def test_dest_fifo_is_a_delivery_failure() -> None:
    run = lab.run(lab.event(BOOM.with_(on_failure=lab.queue("failed", fifo=True))), at=[0])
    assert decided(run, "dest.fifo")[0].fact.target == "queue:failed.fifo"
    assert run.delivered("failed") == []


def test_dest_delivery_failure_shows_in_a_metric_alone() -> None:
    failed = lab.queue("failed")
    run = lab.run(lab.event(BOOM.with_(on_failure=failed)), at=[0], faults=[lab.denied(failed)])
    assert len(decided(run, "dest.delivery-failure")) == 1
    assert run.delivered(failed) == []


def test_dlq_message_the_event_itself_with_three_attributes() -> None:
    source = "def handler(event, context): raise RuntimeError('no ladder')"
    fn = lab.function(source, dead_letter="dead", on_failure="failed", maximum_retry_attempts=0)
    run = lab.run(lab.event(fn), at=[(0, {"tree": 17})])
    (letter,) = run.delivered("dead")
    assert letter["body"] == {"tree": 17}
    assert letter["attributes"] == {
        "RequestID": "00726571-0000-4000-8000-000000000001",
        "ErrorCode": "200",
        "ErrorMessage": "no ladder",
    }
    assert len(run.delivered("failed")) == 1


def test_dlq_failure_deletes_the_event() -> None:
    dead = lab.topic("dead")
    fn = BOOM.with_(dead_letter=dead, maximum_retry_attempts=0)
    run = lab.run(lab.event(fn), at=[0], faults=[lab.denied(dead)])
    assert len(decided(run, "dlq.failure")) == 1
    assert run.count("dropped") == 1


def test_dest_async_only_a_call_has_none() -> None:
    run = lab.run(BOOM.with_(dead_letter="dead", on_failure="failed"), at=[0])
    assert run.attempts() == 1
    assert run.delivered("dead") == run.delivered("failed") == []


BUSY = """
import lambdalab as lab
def handler(event, context):
    lab.effect("begin")
    lab.call("nap", event)
    with lab.database("orders", max_connections=1).connect() as connection:
        connection.query()
        lab.database("orders", max_connections=1).connect()
"""


ASKS = """
import boto3
def handler(event, context):
    sqs, url = boto3.client("sqs"), "https://sqs.us-east-1.amazonaws.com/123456789012/orders"
    sqs.send_message(QueueUrl=url, MessageBody="x")
    (got,) = sqs.receive_message(QueueUrl=url)["Messages"]
    handle = got["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=5)
"""


def test_every_fact_can_happen() -> None:
    """A fact that no example emits would be a word without a meaning."""
    nap = lab.handler("nap", wait=0.5, init=0.4, cpu=0.1, memory=512)
    alias = nap.alias("live", provisioned_concurrency=1)
    dead = lab.queue("dead")
    throttled = BOOM.with_(name="throttled", reserved_concurrency=0)
    short = lab.queue("short", message_retention=60)
    messy = lab.queue("messy", visibility_timeout=5, max_receive_count=2, dead_letter=short)
    messy = messy.to(throttled)
    runs = [
        lab.run({nap: [0, 0.2], alias: [0]}, until=1000, changes=[(999, nap, lab.deleted)]),
        lab.run(lab.handler(init=30), at=[0], starts="2027-01-01"),
        lab.run(lab.handler(wait=9, timeout=1, reserved_concurrency=1), at=[0, 0]),
        lab.run(lab.handler(), at=[(0, "x" * (6 * 1024 * 1024))]),
        lab.run(lab.function("def handler(event, context): print(1)"), at=[0]),
        lab.run(lab.event(BOOM.with_(on_failure="failed", dead_letter=dead)), at=[0]),
        lab.run(lab.event(BOOM.with_(dead_letter=dead)), at=[0], faults=[lab.denied(dead)]),
        lab.run(lab.event(nap), at=[0], faults=[lab.duplicate(nap)]),
        lab.run(alias.auto_scaled(1, 5, target=0.7), at=[0], until=60),
        lab.run(
            lab.function("1/0\ndef handler(event, context): ...").alias("a", None, None, 1), [0]
        ),
        lab.run(lab.caller(lab.api(BOOM), retries="once"), at=[0]),
        lab.run(lab.caller(nap), at=[0]),
        lab.run(lab.function(BUSY, name="busy"), at=[0], also=[nap]),
        lab.run(lab.function("n = []\ndef handler(event, context): n.append(1)"), at=[0]),
        lab.run(lab.function(ASKS, timeout=30), at=[0], also=[lab.queue("orders")]),
        lab.run(lab.table().to(lab.handler()), at=[0], until=100_000),
        lab.run(lab.stream().to(BOOM, **SPLIT), at=[0, 0]),
        lab.run(lab.queue().to(nap), at=[0]),
        lab.run(messy, at=[(0, "x"), (0, ""), (0, lab.message("y", delay=1))], until=100),
        lab.run(lab.handler(extensions=[lab.extension("x", after=1, shutdown=1)]), [0], until=400),
        lab.run(lab.handler(snap_start=True).publish(), at=[0]),
        lab.run(
            lab.handler(snap_start=True).publish(),
            at=[0],
            assume={"cold.snapstart.restore_time": 11},
        ),
        lab.run(lab.bus().to(nap, pattern={"detail": {"n": [1]}}), at=[0, 1]),
        lab.run(lab.topic().to(nap), at=[0], faults=[lab.outage(0, 1), lab.denied(nap)]),
    ]
    happened = {kind for run in runs for kind in kinds(run)}
    assert happened == set(facts.__all__) - {"Fact"}
    assert all(fold(run.log).seq == len(run.log) - 1 for run in runs)


def test_documents_are_json() -> None:
    run = lab.run(lab.event(BOOM.with_(on_failure="failed")), at=[0])
    raw = run.delivered("failed", raw=True)
    assert json.loads(raw[0]["body"])["version"] == "1.0"
