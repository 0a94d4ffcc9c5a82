"""What somebody asks who has read only the contract: headers, states by name, reasons of a wait."""

import pytest

import lambdalab as lab

BOOM = lab.function("def handler(event, context):\n    raise ValueError('bad')", name="boom")


def chain(run: lab.Run, x: str) -> list[str]:
    return [link.rule.id for link in run.why(x).chain if not link.depth]


# What a caller gets -----------------------------------------------------------------------------


def test_sync_invoke_executed_version_is_a_header() -> None:
    greet = lab.handler(name="greet")
    live = greet.alias("live", greet.publish())
    (answer,) = lab.run(live, at=[0]).responses
    assert answer.headers == {"X-Amz-Executed-Version": "1"}


@pytest.mark.parametrize("retries", ["none", "legacy", "standard"])
def test_sync_invoke_executed_version_reaches_a_client_that_retries(retries: str) -> None:
    code = "def handler(event, context):\n    print('hello')\n    return 1"
    (answer,) = lab.run(lab.caller(lab.function(code), retries=retries), at=[0]).responses
    assert (answer.executed_version, answer.returned) == ("$LATEST", 1)
    assert "hello" in answer.log_tail


def test_sync_error_status_stays_200_and_a_header_tells_of_the_error() -> None:
    for door in (BOOM, lab.caller(BOOM)):
        (answer,) = lab.run(door, at=[0]).responses
        assert (answer.status_code, answer.function_error) == (200, "Unhandled")
        assert answer.headers["X-Amz-Function-Error"] == "Unhandled"
        assert answer.returned == lab.Failure("ValueError", "bad")


def test_async_config_self_destination_of_a_copy_is_refused() -> None:
    for setting in ("on_success", "on_failure"):
        with pytest.raises(lab.LabError, match=r"async\.config\.self-destination"):
            lab.run(lab.event(BOOM.with_(**{setting: BOOM})), at=[0])


# States by name ---------------------------------------------------------------------------------


def test_sqs_filter_drop_is_told_of_a_filtered_message() -> None:
    source = lab.queue("orders").to(lab.handler(name="fn"), filter={"body": {"n": [1]}})
    run = lab.run(source, at=[0, 0])
    assert list(run.table("messages")["state"]) == ["filtered", "deleted"]
    assert chain(run, "msg-1.filtered")[0] == "sqs.filter.drop"
    assert chain(run, "msg-2.deleted")[0] == "sqs.success.delete"
    with pytest.raises(lab.LabError, match="msg-2 was never 'filtered'"):
        run.why("msg-2.filtered")


def test_each_state_of_a_message_can_be_asked_about() -> None:
    slow = lab.handler(name="slow", wait=10)
    late = lab.message("late", delay=20)
    waits = lab.run(lab.queue("idle"), at=[0, (0, late)], until=5)
    held = lab.run(lab.queue("busy").to(slow), at=[0], until=5)
    gone = lab.run(lab.queue("short", message_retention=60), at=[0], until=61)
    moved = lab.run(lab.queue("moving", max_receive_count=1).to(BOOM), at=[0])
    for run, states in (
        (waits, ["visible", "delayed"]),
        (held, ["in_flight"]),
        (gone, ["expired"]),
        (moved, ["dead_lettered", "visible"]),
    ):
        rows = run.table("messages")
        assert list(rows["state"]) == states
        for id, state in zip(rows["message_id"], states, strict=True):
            assert run.why(f"{id}.{state}").chain


def test_stream_filter_is_told_of_a_skipped_record() -> None:
    source = lab.stream("clicks").to(lab.handler(name="fn"), filter={"data": {"n": [1]}})
    run = lab.run(source, at=[0, 0])
    assert list(run.table("records")["state"]) == ["filtered", "done"]
    assert run.why("rec-1.filtered").chain
    assert run.why("rec-2.done").chain[0].rule.id == "stream.default.checkpoint"
    with pytest.raises(lab.LabError, match="rec-2 was never 'filtered'"):
        run.why("rec-2.filtered")


def test_stream_retry_max_attempts_is_told_of_a_sequence_number() -> None:
    source = lab.stream("clicks").to(BOOM, maximum_retry_attempts=0, on_failure="failed")
    run = lab.run(source, at=[0])
    (number,) = run.table("records")["sequence"]
    assert chain(run, number)[0] == "stream.retry.max-attempts"
    assert chain(run, f"{number}.discarded") == chain(run, "rec-1.discarded")


def test_dest_record_keys_name_a_request_that_can_be_asked_about() -> None:
    run = lab.run(lab.event(BOOM.with_(maximum_retry_attempts=0, on_failure="failed")), at=[0])
    request = run.delivered("failed")[0]["body"]["requestContext"]["requestId"]
    assert chain(run, request) == chain(run, "req-1")


# Reasons ----------------------------------------------------------------------------------------


def test_sqs_throttle_retry_within_receive_is_why_a_batch_starts_late() -> None:
    fn = lab.handler(name="fn", wait=10, timeout=20, reserved_concurrency=1)
    source = lab.queue("orders", visibility_timeout=60).to(fn)
    run = lab.run({fn: [0], source: [0.5]})
    assert "sqs.throttle.retry-within-receive" in chain(run, "msg-1")
    assert "concurrency.reserved.both" in chain(run, "msg-1")


def test_upstream_sns_client_error_is_what_became_of_a_message() -> None:
    source = lab.topic("news").to(BOOM, dead_letter="undelivered")
    run = lab.run(source, at=[1], changes=[(0, BOOM, lab.deleted)])
    assert chain(run, "msg-1")[0] == "upstream.sns.client-error"
    assert chain(run, "msg-1.dropped") == chain(run, "msg-1")


def test_a_single_record_leaves_its_stream() -> None:
    run = lab.run(lab.stream("clicks"), at=[0], until=90_000)
    assert "rec-1 leaves the stream clicks for good." in repr(run.tell())


# What may be assumed ----------------------------------------------------------------------------


def test_open_sqs_scale_step_of_a_second_grows_by_five_each_second() -> None:
    fn = lab.handler(name="fn", wait=30, timeout=60)
    source = lab.queue("orders", visibility_timeout=360).to(fn, batch_size=1)
    asked = {"at": [0] * 400, "until": 70}
    steps, smooth = (lab.run(source, **asked, assume=a) for a in ({}, {"open.sqs.scale-step": 1}))
    started = [[x.start // 1_000_000 for x in run.invocations] for run in (steps, smooth)]
    assert [sum(at <= 10 for at in run) for run in started] == [5, 55]
    assert [sum(at < 60 for at in run) for run in started] == [10, 400]
    with pytest.raises(lab.LabError, match="no step"):
        lab.run(source, **asked, assume={"open.sqs.scale-step": 0})


@pytest.mark.parametrize(
    ("id", "why"),
    [
        ("open.async.queue-rate", "is a choice that has no other value here"),
        ("open.sqs.batch-split", "is a choice that has no other value here"),
        ("async.age.examples", "was measured, and only in this way"),
        ("sqs.redrive.rule", "is documented by AWS"),
        ("sqs.redrive", "is not a rule"),
    ],
)
def test_what_cannot_be_assumed_says_why(id: str, why: str) -> None:
    with pytest.raises(lab.LabError, match=f"{id}.*{why}"):
        lab.run(BOOM, at=[0], assume={id: 1})


# Natural spellings ------------------------------------------------------------------------------


def test_a_change_takes_what_a_run_has_by_its_name() -> None:
    fn = lab.handler(name="fn")
    run = lab.run(fn, at=[0, 6], changes=[(5, "fn", {"reserved_concurrency": 0})])
    assert [answer.status_code for answer in run.responses] == [200, 429]
    source = lab.queue("orders").to(fn)
    run = lab.run(source, at=[6], changes=[(5, "orders", {"enabled": False})], until=60)
    assert (run.count("started"), run.depth("orders")) == (0, 1)


@pytest.mark.parametrize("name", ["orders", "nobody"])
def test_a_change_by_a_name_of_two_or_of_none_is_refused(name: str) -> None:
    source = lab.queue("orders").to(lab.handler(name="orders"))
    with pytest.raises(lab.LabError, match="the name of just one of them"):
        lab.run(source, at=[0], changes=[(5, name, {"enabled": False})])


def test_source_eventbridge_schedule_takes_a_function_before_or_after_the_seconds() -> None:
    fn = lab.handler(name="fn")
    for made in (lab.schedule(fn, 60), lab.schedule(60, fn), lab.schedule(60).to(fn)):
        assert lab.run(made, until=120).count("started") == 3


@pytest.mark.parametrize("kind", ["stream", "table", "queue"])
def test_a_function_is_no_name_of_what_a_mapping_reads(kind: str) -> None:
    with pytest.raises(lab.LabError, match=rf'lab\.{kind}\("orders"\)\.to\(fn\)'):
        getattr(lab, kind)(lab.handler(name="fn"))


def test_async_config_scope_a_version_has_no_dead_letter_target_of_its_own() -> None:
    with pytest.raises(lab.LabError, match=r"async\.config\.scope"):
        lab.handler("mail").publish(dead_letter="dead")


def test_dest_delivery_failure_a_record_that_is_too_large_for_its_target() -> None:
    big = lab.handler("big", returns="y" * 1_500_000)
    for target in ("kept", lab.handler("next"), lab.bus("news")):
        run = lab.run(lab.event(big.with_(on_success=target)), at=[0])
        assert run.metrics["DestinationDeliveryFailures"] == 1
        assert run.delivered(target) == []
    run = lab.run(lab.event(big.with_(on_success=lab.topic("news"))), at=[0])
    assert "responsePayload" not in run.delivered("news")[0]["body"]


def test_dlq_failure_a_topic_takes_no_event_of_more_than_256_kb() -> None:
    topic, bucket = lab.topic("dead"), lab.bucket("failed")
    fn = lab.handler(
        "f", fails=True, maximum_retry_attempts=0, dead_letter=topic, on_failure=bucket
    )
    run = lab.run(lab.event(fn), at=[(0, "x" * 200_000), (0, "x" * 300_000)])
    assert run.metrics["DeadLetterErrors"] == 1
    assert len(run.delivered(topic)) == 1
    assert len(run.delivered(bucket)) == 2


def test_metric_sqs_age_grows_until_the_end_of_the_run() -> None:
    """Nothing happens after 90 s, but the first message is looked at each minute."""
    queue = lab.queue("orders").to(lab.handler("f"), enabled=False)
    for keep in ("log", "summary"):
        metrics = lab.run(queue, at=[0, 90], until=600, keep=keep).metrics
        assert metrics["ApproximateAgeOfOldestMessage"] == 600
        assert metrics.series(60)["ApproximateAgeOfOldestMessage"].iloc[-1] == 600


def test_a_queue_is_asked_for_what_came_of_its_messages() -> None:
    orders = lab.queue("orders", max_receive_count=2).to(lab.handler("f", fails=True))
    other = lab.queue("other").to(lab.handler("g"))
    run = lab.run({orders: [0, 1], other: [0], lab.handler("h"): [0]})
    for name in (orders, "orders", "esm-1"):
        mine = run.of(name)
        assert (mine.attempts(), mine.count("errors"), len(mine.logs("REPORT"))) == (4, 4, 4)
        assert set(mine.table("invocations").source) == {"queue:orders"}
    assert run.of(orders).count("dead_lettered") == 2
    assert (run.attempts(other), run.attempts("f"), run.attempts()) == (1, 4, 6)


def test_what_is_denied_may_be_named_whatever_its_kind() -> None:
    fn = lab.handler("f", fails=True, maximum_retry_attempts=0, on_failure=lab.topic("news"))
    run = lab.run(lab.event(fn), at=[0], faults=[lab.denied("news")])
    assert run.metrics["DestinationDeliveryFailures"] == 1


def test_only_functions_are_deleted_in_a_run() -> None:
    queue, stream = lab.queue().to(lab.handler("f")), lab.stream().to(lab.handler("g"))
    for found in (queue, "queue", stream):
        with pytest.raises(lab.LabError, match="cannot be deleted"):
            lab.run({queue: [0], stream: [0]}, changes=[(3, found, lab.deleted)])


def test_dest_delivery_failure_a_function_that_was_deleted() -> None:
    then = lab.handler("then")
    first = lab.event(lab.handler("first", on_success=then))
    run = lab.run(first, at=[0, 10], changes=[(5, then, lab.deleted)])
    assert run.metrics["DestinationDeliveryFailures"] == 1
    assert [record["at"] for record in run.delivered(then)] == [0]


def test_a_copy_of_a_resource_has_no_settings_that_the_resource_has_not() -> None:
    fn = lab.handler("f")
    for found in (lab.stream(), lab.table(), lab.topic(), lab.api(fn), lab.caller(fn), lab.queue()):
        with pytest.raises(lab.LabError, match="no setting 'colour'"):
            found.with_(colour="red")


def test_a_copy_tells_what_was_chosen_in_the_order_given() -> None:
    """A set would order it by the hash seed of the process, and so would the log."""
    stream = lab.stream().with_(retention=90_000, shards=2)
    assert stream.chosen == ("retention", "shards")
    queue = lab.queue("in", delay=5, max_receive_count=2).with_(name="out")
    assert (queue.name, queue.delay, queue.dead_letter.name) == ("out", 5, "in-dlq")
    assert lab.run(queue.to(lab.handler("f")), at=[0], until=1).depth("out") == 1


def test_parts_of_a_message_or_a_request_that_are_no_dict_are_mistakes() -> None:
    for make in (
        lambda: lab.message("x", attributes=5),
        lambda: lab.request("GET", "/", headers="x"),
        lambda: lab.request("GET", "/", query=["x"]),
    ):
        with pytest.raises(lab.LabError, match="are none"):
            make()
