"""One example for each rule of queues and of the mappings that read them, named after its id."""

import json

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import decided, kinds, of, starts

NAP = lab.handler("nap", wait=1)
BOOM = lab.handler("boom", fails=True)
ECHO = lab.function(
    "import json\ndef handler(event, context):\n    print(json.dumps(event))", name="echo"
)


def seconds(entries: list) -> list[float]:
    return [entry.at / 1_000_000 for entry in entries]


def at(run: lab.Run, kind: type) -> list[float]:
    return seconds(of(run, kind))


def events(run: lab.Run) -> list[dict]:
    """Read the events that a function has printed."""
    return [json.loads(line.text) for line in run.logs(r'^\{"Records"')]


def sizes(run: lab.Run) -> list[int]:
    return [entry.fact.size for entry in of(run, facts.BatchGathered)]


def ends(run: lab.Run) -> list[str]:
    return [entry.fact.outcome for entry in of(run, facts.BatchEnded)]


def bodies(run: lab.Run) -> list[list[str]]:
    return [[record["body"] for record in event["Records"]] for event in events(run)]


def reporting(answer: str) -> lab.Function:
    """Make a handler that answers with what an expression says of its records."""
    source = (
        f"import json\ndef handler(event, context):\n    r = event['Records']\n    return {answer}"
    )
    return lab.function(source, name="reporter")


# Receiving --------------------------------------------------------------------------------------


def test_sqs_mode_a_batch_is_one_synchronous_invocation() -> None:
    run = lab.run(lab.queue("orders").to(NAP), at=[0] * 25)
    assert sizes(run) == [10, 10, 5]
    requests = [entry.fact for entry in decided(run, "sqs.mode")]
    assert [fact.invocation_type for fact in requests] == ["RequestResponse"] * 3
    assert [fact.source for fact in requests] == ["batch-1", "batch-2", "batch-3"]
    assert run.responses == [None] * 25
    assert set(run.table("invocations").source) == {"queue:orders"}


def test_sqs_at_least_once_a_message_may_run_twice_without_any_error() -> None:
    """The loan ends while the first run, which had to wait for room, is still at work."""
    slow = lab.handler("slow", wait=20, timeout=30, reserved_concurrency=1)
    run = lab.run(lab.queue(visibility_timeout=30).to(slow, batch_size=1), at=[0, 0])
    assert run.count("errors") == 0
    assert run.count("ran_twice") == 1
    assert run.attempts("msg-2") == 2


def test_sqs_poll_long_a_message_is_received_at_the_instant_at_which_it_can_be() -> None:
    run = lab.run(lab.queue().to(NAP), at=[0, 3.7, 9])
    assert at(run, facts.MessageReceived) == [0, 3.7, 9]
    assert len(decided(run, "sqs.poll.long")) == 3
    assert sizes(lab.run(lab.queue().to(NAP), at=[0] * 11)) == [10, 1]


def test_sqs_receive_hides_messages_for_the_visibility_timeout() -> None:
    run = lab.run(lab.queue(visibility_timeout=45).to(NAP), at=[2])
    (received,) = decided(run, "sqs.receive.hides")
    assert received.fact.until == 47_000_000
    assert "you set visibility_timeout=45 on queue" in repr(run.why("msg-1.received"))
    assert (run.depth("queue", at=2.5), run.depth("queue")) == (1, 0)
    for wrong in (-1, 43_201):
        with pytest.raises(lab.LabError, match=r"sqs\.receive\.hides"):
            lab.queue(visibility_timeout=wrong)


def test_sqs_receive_count_goes_up_with_each_receive() -> None:
    fails = lab.function("def handler(e, c):\n    print(e['Records'][0]['attributes'])\n    1/0")
    run = lab.run(lab.queue(visibility_timeout=30, max_receive_count=3).to(fails), at=[0])
    counts = [eval(line.text)["ApproximateReceiveCount"] for line in run.logs("^{'App")]
    assert counts == ["1", "2", "3"]


def test_sqs_batch_one_queue() -> None:
    first, second = (lab.queue(name).to(ECHO) for name in ("first", "second"))
    run = lab.run({first: [0, 0], second: [0]})
    sources = [{r["eventSourceARN"][-6:] for r in event["Records"]} for event in events(run)]
    assert sources == [{":first"}, {"second"}]


def test_sqs_inflight_at_the_limit_nothing_is_lent() -> None:
    """120,000 messages in 12 batches are in flight when the next one comes."""
    stuck = lab.handler("stuck", wait=100)
    queue = lab.queue(visibility_timeout=200).to(
        stuck, batch_size=10_000, maximum_batching_window=1, provisioned_pollers=2
    )
    world = lab.run(queue, at=[], until=1).world().queues["queue"]
    assert world.in_flight == 0
    from lambdalab.engine.pollers import SQS_INFLIGHT, _may_receive

    mapping = lab.run(queue, at=[], until=1).world().queue_mappings["esm-1"]
    assert _may_receive(mapping, world)
    world.in_flight = SQS_INFLIGHT.value
    assert SQS_INFLIGHT.value == 120_000
    assert not _may_receive(mapping, world)


# Success and failure ----------------------------------------------------------------------------


def test_sqs_success_delete() -> None:
    run = lab.run(lab.queue().to(NAP), at=[0, 0])
    assert seconds(decided(run, "sqs.success.delete")) == [1, 1, 1]
    assert run.count("deleted") == 2


def test_sqs_failure_whole_batch_comes_back() -> None:
    picky = lab.handler("picky", fails=lambda body: body == {"n": 1})
    queue = lab.queue(visibility_timeout=30, max_receive_count=2).to(picky)
    run = lab.run(queue, at=[0, 0, 0])
    assert decided(run, "sqs.failure.whole-batch")[0].fact.failed == 3
    assert run.table("messages").query("queue == 'queue'").receives.tolist() == [2, 2, 2]
    assert run.depth("queue-dlq") == 3


def test_sqs_failure_when_visible_counts_from_the_receive() -> None:
    fails = lab.handler("fails", wait=2, fails=True)
    run = lab.run(lab.queue(visibility_timeout=30).to(fails), at=[0], until=100)
    assert starts(run) == [0, 30, 60, 90]
    assert seconds(decided(run, "sqs.failure.when-visible")) == [30, 60, 90]


def test_sqs_failure_no_visibility_change_the_loan_is_not_shortened() -> None:
    run = lab.run(lab.queue(visibility_timeout=300).to(BOOM), at=[0], until=299)
    assert run.world().queues["queue"].messages["msg-1"].until == 300_000_000
    assert run.world().queues["queue"].in_flight == 1


def test_sqs_failure_no_immediate_retry() -> None:
    run = lab.run(lab.queue(visibility_timeout=30).to(BOOM), at=[0], until=29)
    assert run.attempts() == 1


def test_sqs_throttle_retry_within_receive_and_open_sqs_throttle_interval_every_second() -> None:
    busy = BOOM.with_(reserved_concurrency=0)
    queue = lab.queue(visibility_timeout=5).to(busy)
    run = lab.run(queue, at=[0], until=6)
    assert at(run, facts.RequestThrottled) == [0, 1, 2, 3, 4, 5, 6]
    assert seconds(decided(run, "sqs.throttle.retry-within-receive"))[-4:-1] == [5, 5, 5]
    assert at(run, facts.MessageReceived) == [0, 5]
    slower = lab.run(queue, at=[0], until=4, assume={"open.sqs.throttle-interval": 2})
    assert at(slower, facts.RequestThrottled) == [0, 2, 4]


def test_sqs_throttle_counts_receive_a_message_is_dead_and_never_ran() -> None:
    """The parameters that are pinned: 12 messages of 10 s, reserved 1, 30 s, one receive.

    Five are taken at 0; the fourth and fifth find no room in 30 s, nor do two that come at 30.
    """
    worker = lab.handler("worker", wait=10, reserved_concurrency=1)
    dead = {}
    for receives in (1, 5):
        queue = lab.queue(visibility_timeout=30, max_receive_count=receives, dead_letter="dlq")
        run = lab.run(queue.to(worker, batch_size=1), at=[0] * 12)
        dead[receives] = [entry.fact for entry in of(run, facts.MessageDeadLettered)]
        assert run.count("dead_lettered") == run.depth("dlq") == len(dead[receives])
        if receives == 1:
            why = repr(run.why("msg-4.dead_lettered"))
            assert "it never ran" in why
            assert "you set max_receive_count=1 on queue" in why
            assert "you set reserved_concurrency=1 on worker" in why
    assert [fact.message for fact in dead[1]] == ["msg-4", "msg-5", "msg-9", "msg-10"]
    assert not any(fact.ran for fact in dead[1])
    assert dead[5] == []


def test_a_message_that_dies_while_a_handler_is_at_work_on_it_has_run() -> None:
    worker = lab.handler("worker", wait=4, timeout=5, reserved_concurrency=1)
    queue = lab.queue(visibility_timeout=5, max_receive_count=1).to(worker, batch_size=1)
    run = lab.run(queue, at=[0, 0, 0])
    dead = [entry.fact for entry in of(run, facts.MessageDeadLettered)]
    assert [(fact.message, fact.ran) for fact in dead] == [("msg-2", True), ("msg-3", False)]
    assert run.attempts("msg-2") == 1


def test_open_sqs_stale_receipt_an_old_receipt_deletes_unless_assumed_otherwise() -> None:
    slow = lab.handler("slow", wait=20, timeout=30, reserved_concurrency=1)
    queue = lab.queue(visibility_timeout=30).to(slow, batch_size=1)
    run = lab.run(queue, at=[0, 0])
    assert seconds(decided(run, "open.sqs.stale-receipt"))[0] == 40
    assert run.table("messages").left.tolist() == [20, 40]
    other = lab.run(queue, at=[0, 0], assume={"open.sqs.stale-receipt": False})
    assert other.table("messages").left.tolist() == [20, 60]


# Batches ----------------------------------------------------------------------------------------


def test_sqs_batch_size() -> None:
    assert sizes(lab.run(lab.queue().to(NAP), at=[0] * 12)) == [10, 2]
    assert sizes(lab.run(lab.queue().to(NAP, batch_size=4), at=[0] * 9)) == [4, 4, 1]
    for fifo, wrong in ((False, 0), (False, 10_001), (True, 11)):
        with pytest.raises(lab.LabError, match=r"sqs\.batch\.size"):
            lab.queue(fifo=fifo).to(NAP, batch_size=wrong, maximum_batching_window=0)


def test_sqs_batch_window_required_above_ten() -> None:
    with pytest.raises(lab.LabError, match=r"sqs\.batch\.window-required"):
        lab.queue().to(NAP, batch_size=11)
    lab.queue().to(NAP, batch_size=11, maximum_batching_window=1)


def test_sqs_batch_window() -> None:
    queue = lab.queue().to(NAP, maximum_batching_window=5)
    run = lab.run(queue, at=[1, 2, 5.9, 6])
    assert starts(run) == [6, 11]
    assert sizes(run) == [3, 1]
    assert seconds(decided(run, "sqs.batch.window")) == [6, 11]
    for fifo, wrong in ((False, 301), (False, 0.5), (True, 5)):
        with pytest.raises(lab.LabError, match=r"sqs\.batch\.window"):
            lab.queue(fifo=fifo).to(NAP, maximum_batching_window=wrong)


def test_sqs_batch_triggers_window_size_or_6_mb() -> None:
    queue = lab.queue().to(NAP, batch_size=3, maximum_batching_window=20)
    run = lab.run(queue, at=[0, 1, 2, 3])
    assert starts(run) == [2, 23]
    assert seconds(decided(run, "sqs.batch.triggers")) == [2]
    large = "x" * (1024 * 1024 - 10)
    queue = lab.queue(visibility_timeout=60).to(NAP, batch_size=20, maximum_batching_window=20)
    run = lab.run(queue, at=[(k, large) for k in range(7)])
    assert sizes(run) == [5, 2]
    assert seconds(decided(run, "sqs.batch.triggers")) == [5]


def test_sqs_batch_next_window_starts_when_the_invocation_is_over() -> None:
    slow = lab.handler("slow", wait=10)
    queue = lab.queue(visibility_timeout=60)
    queue = queue.to(slow, maximum_batching_window=5, maximum_concurrency=2, batch_size=2)
    run = lab.run(queue, at=[0, 0, 0, 0, 1, 2, 12])
    assert starts(run) == [0, 0, 10, 17]  # the window of the last one was opened at 12


def test_sqs_batch_low_traffic_the_wait_can_be_longer_than_the_window() -> None:
    queue = lab.queue().to(NAP, maximum_batching_window=5)
    run = lab.run(queue, at=[1], assume={"sqs.batch.low-traffic": 20})
    assert starts(run) == [21]
    assert starts(lab.run(queue, at=[1], assume=lab.MEASURED)) > [21]


def test_open_sqs_batch_split_one_batch_after_the_other_in_the_order_sent() -> None:
    run = lab.run(lab.queue().to(ECHO, batch_size=2), at=[(0, f"m{k}") for k in range(5)])
    assert bodies(run) == [["m0", "m1"], ["m2", "m3"], ["m4"]]


def test_sqs_vt_validation_a_loan_must_last_as_long_as_the_function_may() -> None:
    with pytest.raises(lab.LabError, match=r"sqs\.vt\.validation"):
        lab.queue(visibility_timeout=29).to(lab.handler(timeout=30))
    queue = lab.queue(visibility_timeout=30).to(lab.handler(timeout=30))
    with pytest.raises(lab.LabError, match=r"sqs\.vt\.validation"):
        queue.with_(visibility_timeout=29)
    with pytest.raises(lab.LabError, match=r"sqs\.vt\.validation"):
        lab.queue(visibility_timeout=5).to(lab.handler(timeout=30).alias("live"))


# Scale ------------------------------------------------------------------------------------------


def test_sqs_scale_initial_five_batches_at_once() -> None:
    run = lab.run(lab.queue(visibility_timeout=60).to(NAP, batch_size=1), at=[0] * 20)
    assert starts(run) == [0] * 5 + [1] * 5 + [2] * 5 + [3] * 5
    assert decided(run, "sqs.scale.initial")[0].fact.concurrency == 5


def test_sqs_scale_rate_and_open_sqs_scale_step_300_more_at_each_full_minute() -> None:
    slow = lab.handler("slow", wait=10, timeout=20)
    run = lab.run(lab.queue().to(slow, batch_size=1), at=lab.burst(4_000), until=130)
    scaled = [(e.at // 1_000_000, e.fact.concurrency) for e in of(run, facts.MappingScaled)]
    assert scaled == [(0, 5), (60, 305), (120, 605)]
    assert len(decided(run, "sqs.scale.rate")) == 2
    assert [starts(run).count(t) for t in (0, 50, 60, 70, 120)] == [5, 5, 305, 305, 605]
    quiet = lab.run(lab.queue().to(slow, batch_size=1), at=[k * 10 for k in range(30)])
    assert len(of(quiet, facts.MappingScaled)) == 1


def test_sqs_scale_max_1250() -> None:
    slow = lab.handler("slow", wait=59, timeout=59)
    queue = lab.queue(visibility_timeout=60).to(slow, batch_size=1)
    run = lab.run(queue, at=lab.burst(6_000), account_concurrency=5_000, until=330)
    assert [e.fact.concurrency for e in of(run, facts.MappingScaled)][-2:] == [1_205, 1_250]
    assert run.peak == 1_250


def test_sqs_scale_account_what_the_function_has_bounds_it_too() -> None:
    run = lab.run(lab.queue().to(NAP, batch_size=1), at=[0] * 5, account_concurrency=2)
    assert run.peak == 2
    assert run.count("throttled") > 0


def test_sqs_scale_down_off_unless_assumed() -> None:
    queue = lab.queue(visibility_timeout=60).to(lab.handler(wait=10), batch_size=1)
    for assumed, expected in ((False, [5, 305]), (True, [5, 305, 5])):
        run = lab.run(queue, at=lab.burst(100), until=300, assume={"sqs.scale.down": assumed})
        assert [e.fact.concurrency for e in of(run, facts.MappingScaled)] == expected
    assert seconds(decided(run, "sqs.scale.down")) == [120]


def test_sqs_backoff_function_error_and_open_sqs_backoff_down_can_be_assumed() -> None:
    queue = lab.queue(visibility_timeout=30).to(BOOM, batch_size=1)
    assert len(of(lab.run(queue, at=[0], until=70), facts.MappingScaled)) == 1
    run = lab.run(queue, at=[0], until=70, assume={"open.sqs.backoff-down": "halve"})
    assert [e.fact.concurrency for e in decided(run, "sqs.backoff.function-error")] == [2, 1]


def test_sqs_backoff_throttle() -> None:
    queue = lab.queue(visibility_timeout=30).to(BOOM.with_(reserved_concurrency=0))
    run = lab.run(queue, at=[0], until=70, assume={"open.sqs.backoff-down": "halve"})
    assert [e.fact.concurrency for e in decided(run, "sqs.backoff.throttle")] == [2, 1]


def test_sqs_backoff_partial_exempt() -> None:
    queue = lab.queue(visibility_timeout=30).to(BOOM, report_batch_item_failures=True)
    run = lab.run(queue, at=[0], until=70, assume={"open.sqs.backoff-down": "halve"})
    assert len(of(run, facts.MappingScaled)) == 1


def test_sqs_maxconc_stops_reading() -> None:
    worker = lab.handler("worker", wait=10, reserved_concurrency=2)
    queue = lab.queue(visibility_timeout=30, max_receive_count=1)
    run = lab.run(queue.to(worker, batch_size=1, maximum_concurrency=2), at=[0] * 12)
    assert (run.peak, run.count("throttled"), run.depth("queue-dlq")) == (2, 0, 0)
    assert run.depth("queue", at=25) == 8
    assert decided(run, "sqs.maxconc")[0].fact.concurrency == 2
    for wrong in (1, 1_001):
        with pytest.raises(lab.LabError, match=r"sqs\.maxconc"):
            queue.to(worker, maximum_concurrency=wrong)


def test_sqs_maxconc_vs_reserved_two_mappings_share_a_reservation() -> None:
    worker = lab.handler("worker", wait=10, reserved_concurrency=3)
    first, second = (
        lab.queue(name).to(worker, batch_size=1, maximum_concurrency=2) for name in ("one", "two")
    )
    assert lab.run({first: [0, 0], second: [0, 0]}).count("throttled") > 0
    enough = worker.with_(reserved_concurrency=4)
    first, second = (
        lab.queue(name).to(enough, batch_size=1, maximum_concurrency=2) for name in ("one", "two")
    )
    assert lab.run({first: [0, 0], second: [0, 0]}).count("throttled") == 0


def test_sqs_prov_pollers_exclude_maximum_concurrency() -> None:
    with pytest.raises(lab.LabError, match=r"sqs\.prov\.pollers"):
        lab.queue().to(NAP, provisioned_pollers=2, maximum_concurrency=5)
    for wrong in (1, 201, (5, 4), (2, 10_001), "2"):
        with pytest.raises(lab.LabError, match=r"sqs\.prov\.pollers"):
            lab.queue().to(NAP, provisioned_pollers=wrong)
    run = lab.run(lab.queue().to(NAP, provisioned_pollers=3), at=[0])
    assert decided(run, "sqs.prov.pollers")[0].fact.concurrency == 30
    assert run.metrics["ProvisionedPollers"] == 3


def test_sqs_prov_capacity_ten_invocations_ten_polls_and_one_mb_a_second() -> None:
    slow = lab.handler("slow", wait=50, timeout=55)
    queue = lab.queue(visibility_timeout=60).to(slow, batch_size=1, provisioned_pollers=(2, 2))
    run = lab.run(queue, at=[0] * 30)
    assert run.peak == 20
    assert starts(run)[:3] == [0, 0.05, 0.1]  # twenty polls a second
    large = "x" * (500 * 1024)
    run = lab.run(queue, at=[(0, large)] * 8)
    assert 1.7 < starts(run)[-1] < 1.8  # 7 x 500 KB at 2 MB a second


def test_sqs_prov_rate_1000_more_a_minute() -> None:
    slow = lab.handler("slow", wait=50, timeout=55)
    queue = lab.queue(visibility_timeout=60).to(slow, batch_size=1, provisioned_pollers=2)
    run = lab.run(queue, at=lab.burst(5_000), account_concurrency=9_000, until=125)
    assert [e.fact.concurrency for e in of(run, facts.MappingScaled)] == [20, 1_020, 2_000]
    assert len(decided(run, "sqs.prov.rate")) == 2


def test_sqs_prov_eps_100_events_a_second_for_each_poller() -> None:
    quick = lab.handler("quick", wait=0.1)
    body = "x" * 3_000
    for pollers, left in ((10, 0), (9, 900)):
        queue = lab.queue().to(quick, batch_size=10, provisioned_pollers=(pollers, pollers))
        traffic = [(t, body) for t in lab.steady(1_000, 10).times(lambda: 0.5)]
        run = lab.run(queue, at=traffic, until=10)
        assert left - 25 <= run.world().queues["queue"].line.__len__() <= left + 125


# Partial responses ------------------------------------------------------------------------------

LISTS_FIRST = "{'batchItemFailures': [{'itemIdentifier': r[0]['messageId']}]}"


def test_sqs_partial_enable_without_it_the_list_is_ignored() -> None:
    run = lab.run(lab.queue().to(reporting(LISTS_FIRST)), at=[0, 0])
    assert run.count("deleted") == 2
    assert decided(run, "sqs.partial.enable")


def test_sqs_partial_listed_messages_stay_and_the_others_are_deleted() -> None:
    queue = lab.queue(visibility_timeout=30)
    queue = queue.to(reporting(LISTS_FIRST), report_batch_item_failures=True)
    run = lab.run(queue, at=[0, 0, 0], until=29)
    assert run.table("messages").state.tolist() == ["in_flight", "deleted", "deleted"]
    assert decided(run, "sqs.partial.listed")[0].fact.failed == 1
    assert run.metrics["Errors"] == 0


@pytest.mark.parametrize(
    "answer", ["{}", "None", "''", "{'batchItemFailures': []}", "{'batchItemFailures': None}"]
)
def test_sqs_partial_success_forms(answer: str) -> None:
    queue = lab.queue().to(reporting(answer), report_batch_item_failures=True)
    run = lab.run(queue, at=[0, 0], until=20)
    assert ends(run) == ["success"]
    assert run.count("deleted") == 2
    assert decided(run, "sqs.partial.success-forms")


@pytest.mark.parametrize(
    "answer",
    [
        "{'batchItemFailures': [{'itemIdentifier': ''}]}",
        "{'batchItemFailures': [{'itemIdentifier': None}]}",
        "{'batchItemFailures': [{'id': r[0]['messageId']}]}",
        "{'batchItemFailures': [{'itemIdentifier': 'nobody'}]}",
        "{'batchItemFailures': [r[0]['messageId']]}",
        "{'batchItemFailures': 'all'}",
        "'not a document'",
    ],
)
def test_sqs_partial_failure_forms(answer: str) -> None:
    queue = lab.queue().to(reporting(answer), report_batch_item_failures=True)
    run = lab.run(queue, at=[0, 0], until=20)
    assert ends(run) == ["error"]
    assert run.count("deleted") == run.count("errors") == 0
    assert decided(run, "sqs.partial.failure-forms")[0].fact.failed == 2


def test_sqs_partial_exception_is_a_complete_failure() -> None:
    run = lab.run(lab.queue().to(BOOM, report_batch_item_failures=True), at=[0, 0], until=20)
    assert decided(run, "sqs.partial.exception")[0].fact.failed == 2


def test_sqs_partial_fifo_what_is_not_listed_is_deleted() -> None:
    queue = lab.queue(fifo=True).to(reporting(LISTS_FIRST), report_batch_item_failures=True)
    sent = [(0, lab.message(f"a{k}", group="a")) for k in range(3)]
    run = lab.run(queue, at=sent, until=20)
    assert run.table("messages").state.tolist() == ["in_flight", "deleted", "deleted"]
    careful = lab.handler("careful", fails=lambda body: body == "a1")
    queue = lab.queue(fifo=True).to(careful, report_batch_item_failures=True)
    run = lab.run(queue, at=sent, until=20)
    assert run.table("messages").state.tolist() == ["deleted", "in_flight", "in_flight"]


# Redrive ----------------------------------------------------------------------------------------


def test_sqs_redrive_rule() -> None:
    queue = lab.queue(visibility_timeout=30, max_receive_count=3).to(BOOM)
    run = lab.run(queue, at=[0])
    assert starts(run) == [0, 30, 60]
    (moved,) = decided(run, "sqs.redrive.rule")
    assert (moved.at, moved.fact.receives, moved.fact.ran) == (90_000_000, 3, True)
    assert lab.queue(dead_letter="dead").max_receive_count == 10
    assert lab.queue("a", max_receive_count=1).dead_letter.name == "a-dlq"
    with pytest.raises(lab.LabError, match=r"sqs\.redrive\.rule"):
        lab.queue(max_receive_count=0)
    with pytest.raises(lab.LabError, match=r"sqs\.redrive\.rule"):
        lab.queue(fifo=True, dead_letter=lab.queue("dead"))


def test_sqs_redrive_same_message_keeps_its_id_and_body() -> None:
    queue = lab.queue(visibility_timeout=30, max_receive_count=1, dead_letter="dead").to(BOOM)
    run = lab.run(queue, at=[(0, "hello")])
    table = run.table("messages")
    assert table.message_id.tolist() == ["msg-1", "msg-1"]
    assert table.body.tolist() == ["hello", "hello"]
    assert table.state.tolist() == ["dead_lettered", "visible"]
    assert run.delivered("dead") == [{"at": 30, "body": "hello", "attributes": {}}]


@pytest.mark.parametrize(("fifo", "gone"), [(False, 100), (True, 130)])
def test_sqs_redrive_retention_counts_from_the_first_send(fifo: bool, gone: int) -> None:
    dead = lab.queue("dead", fifo=fifo, message_retention=100)
    queue = lab.queue(fifo=fifo, visibility_timeout=30, max_receive_count=1, dead_letter=dead)
    run = lab.run(queue.to(BOOM), at=[(0, lab.message("x", group="g"))], until=200)
    assert at(run, facts.MessageExpired) == [gone]


def test_sqs_poison_reorder_to_the_back_from_the_third_receive() -> None:
    picky = lab.function(
        "def handler(e, c):\n    b = e['Records'][0]['body']\n    print(b)\n    assert b != 'bad'"
    )
    queue = lab.queue(visibility_timeout=10, max_receive_count=9)
    queue = queue.to(picky.with_(name="picky"), batch_size=1, maximum_concurrency=2)
    sent = [(0, "bad"), (19.5, "x"), (29.5, "y")]
    run = lab.run(queue, at=sent, until=45)
    orders = [entry.fact for entry in of(run, facts.MessageAppeared)]
    assert len(orders) == 4
    places = [run.world(t).queues["queue"].messages["msg-1"].order for t in (15, 25, 35)]
    assert places[0] == places[1] < places[2]


# FIFO -------------------------------------------------------------------------------------------


def grouped(text: str) -> list:
    return [(0, lab.message(body, group=body[0])) for body in text.split()]


def test_sqs_fifo_one_per_group() -> None:
    run = lab.run(lab.queue(fifo=True).to(NAP, batch_size=1), at=grouped("a1 a2 b1 a3 b2"))
    assert starts(run) == [0, 0, 1, 1, 2]
    assert run.peak == 2
    with pytest.raises(lab.LabError, match=r"sqs\.fifo\.one-per-group"):
        lab.run(lab.queue(fifo=True).to(NAP), at=[0])


def test_sqs_fifo_cap_is_the_number_of_groups_or_maximum_concurrency() -> None:
    sent = grouped(" ".join(f"{g}{k}" for g in "abcdef" for k in (1, 2)))
    for most, peak in ((None, 6), (10, 6), (4, 4)):
        queue = lab.queue(fifo=True).to(NAP, batch_size=1, maximum_concurrency=most)
        run = lab.run(queue, at=sent)
        assert run.peak == peak
        assert decided(run, "sqs.fifo.cap")


def test_sqs_fifo_batch_mix_of_groups_in_order() -> None:
    run = lab.run(lab.queue(fifo=True).to(ECHO), at=grouped("a1 b1 a2 b2"))
    assert bodies(run) == [["a1", "a2", "b1", "b2"]]


def test_sqs_fifo_block_on_failure_of_its_own_group_only() -> None:
    worker = lab.handler("worker", wait=1, fails=lambda body: body == "a1")
    queue = lab.queue(fifo=True, visibility_timeout=30, max_receive_count=3)
    run = lab.run(queue.to(worker, batch_size=1), at=grouped("a1 a2 b1 b2 c1"))
    table = run.table("messages").query("queue == 'queue.fifo'")
    left = dict(zip(table.body, table.left, strict=True))
    assert left == {"a1": 90, "a2": 91, "b1": 1, "b2": 2, "c1": 1}
    assert run.depth("queue-dlq") == 1


def test_sqs_fifo_dedup_for_five_minutes() -> None:
    same = lab.message("x", group="g")
    run = lab.run(lab.queue(fifo=True).to(NAP), at=[(0, same), (299, same), (300, same)])
    (duplicate,) = decided(run, "sqs.fifo.dedup")
    assert (duplicate.at, duplicate.fact.message) == (299_000_000, "msg-2")
    assert run.attempts() == 2
    named = [lab.message("x", group="g", deduplication_id=id) for id in ("1", "2", "1")]
    assert lab.run(lab.queue(fifo=True).to(NAP), at=[(0, m) for m in named]).count("sent") == 2


# Filters, delay, retention, size ----------------------------------------------------------------


def test_sqs_filter_drop_deletes_without_an_invocation() -> None:
    queue = lab.queue().to(NAP, filter={"body": {"kind": ["order"]}})
    run = lab.run(queue, at=[(0, {"kind": "ping"})])
    assert (run.attempts(), run.depth("queue"), run.count("filtered")) == (0, 0, 1)
    assert decided(run, "sqs.filter.drop")[0].fact.filtered
    assert ends(run) == ["filtered"]


def test_sqs_filter_body_only_and_text_against_json() -> None:
    queue = lab.queue().to(NAP, filter={"body": {"kind": ["order"]}})
    assert lab.run(queue, at=[(0, "hello")]).count("filtered") == 1
    plain = lab.queue().to(NAP, filter={"body": ["hello"]})
    run = lab.run(plain, at=[(0, "hello"), (0, {"kind": "hello"})])
    assert (run.attempts(), run.count("filtered")) == (1, 1)
    with pytest.raises(lab.LabError, match=r"sqs\.filter\.body-only"):
        lab.queue().to(NAP, filter={"messageId": ["x"]})


def test_sqs_retention() -> None:
    run = lab.run(lab.queue(message_retention=60), at=[0, 5], also=[NAP], until=200)
    assert seconds(decided(run, "sqs.retention")) == [60, 65]
    assert run.table("messages").state.tolist() == ["expired", "expired"]
    for wrong in (59, 1_209_601):
        with pytest.raises(lab.LabError, match=r"sqs\.retention"):
            lab.queue(message_retention=wrong)


def test_sqs_delay_of_the_queue_or_of_the_message() -> None:
    queue = lab.queue(delay=5).to(NAP)
    run = lab.run(queue, at=[0, (0, lab.message("later", delay=9)), (0, lab.message(1, delay=0))])
    assert starts(run) == [0, 5, 9]
    assert seconds(decided(run, "sqs.delay")) == [5, 9]
    for wrong in (lambda: lab.queue(delay=901), lambda: lab.message("x", delay=-1)):
        with pytest.raises(lab.LabError, match=r"sqs\.delay"):
            wrong()
    fifo = lab.queue(fifo=True).to(NAP)
    with pytest.raises(lab.LabError, match=r"sqs\.delay"):
        lab.run(fifo, at=[(0, lab.message("x", group="g", delay=1))])


def test_sqs_size_1_byte_to_1_mb() -> None:
    run = lab.run(lab.queue(), at=[(0, "x" * 1_048_576), (0, "x" * 1_048_577), (0, "")], also=[NAP])
    assert [entry.fact.message for entry in decided(run, "sqs.size")] == ["msg-2", "msg-3"]
    assert run.depth("queue") == 1


def test_sqs_esm_no_destinations_nor_retry_settings() -> None:
    for name in ("on_failure", "maximum_retry_attempts", "bisect_batch_on_function_error"):
        with pytest.raises(lab.LabError, match=r"sqs\.esm\.no-destinations"):
            lab.queue().to(NAP, **{name: 1})


def test_open_esm_activation_no_time_unless_assumed() -> None:
    queue = lab.queue().to(NAP, enabled_at=5)
    assert starts(lab.run(queue, at=[0])) == [5]
    assert starts(lab.run(queue, at=[0], assume={"open.esm.activation": 30})) == [35]


# Changes ----------------------------------------------------------------------------------------


def test_a_mapping_can_be_disabled_and_enabled() -> None:
    queue = lab.queue().to(NAP)
    changes = [(5, queue, {"enabled": False}), (20, queue, {"enabled": True, "batch_size": 1})]
    run = lab.run(queue, at=[0, 10, 10], changes=changes)
    assert starts(run) == [0, 20, 20]


def test_a_queue_gets_other_settings() -> None:
    queue = lab.queue(visibility_timeout=30, message_retention=1000).to(BOOM)
    changes = [(10, queue, {"visibility_timeout": 60}), (40, queue, {"message_retention": 100})]
    run = lab.run(queue, at=[0], changes=changes, until=300)
    assert starts(run) == [0, 30, 90]
    assert at(run, facts.MessageExpired) == [100]


def test_documents_become_messages_that_can_be_read() -> None:
    failed = lab.queue("failed").to(ECHO)
    boom = BOOM.with_(on_failure=failed, maximum_retry_attempts=0)
    run = lab.run(lab.event(boom), at=[0])
    (event,) = events(run)
    assert (
        json.loads(event["Records"][0]["body"])["requestContext"]["condition"] == "RetriesExhausted"
    )
    assert run.count("deleted") == 1
    assert len(run.delivered("failed")) == 1


def test_a_deleted_function_leaves_its_messages_to_the_redrive_policy() -> None:
    queue = lab.queue(visibility_timeout=30, max_receive_count=2).to(NAP)
    run = lab.run(queue, at=[1], changes=[(0, NAP, lab.deleted)])
    assert ends(run) == ["refused", "refused"]
    assert run.depth("queue-dlq") == 1


def test_a_run_ends_when_only_expiry_is_left() -> None:
    assert lab.run(lab.queue(visibility_timeout=40_000).to(NAP), at=[0]).end < 1_000
    assert "MessageExpired" not in kinds(lab.run(lab.queue(), at=[0], also=[NAP]))
