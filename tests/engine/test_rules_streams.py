"""One example for each rule of streams, named after its id."""

import json
from typing import Any

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.views.replay import fold
from tests.engine.asking import decided, of, starts

BOOM = lab.handler("boom", fails=True)
NAP = lab.handler("nap", wait=1)


def batches(run: lab.Run) -> list[list[str]]:
    """Say which data each invocation got, in the order sent."""
    put = {e.fact.record: e.fact.data for e in of(run, facts.RecordPut)}
    return [[put[id] for id in sent] for sent in sent_ids(run)]


def sent_ids(run: lab.Run) -> list[list[str]]:
    numbers = dict(zip(run.table("records").sequence, run.table("records").record_id, strict=True))
    found = []
    for entry in of(run, facts.BatchSent):
        records = json.loads(entry.fact.event)["Records"]
        inner = [r.get("kinesis") or r["dynamodb"] for r in records]
        found.append([numbers[r.get("sequenceNumber") or r.get("SequenceNumber")] for r in inner])
    return found


def states(run: lab.Run) -> list[str]:
    return list(run.table("records").state)


def sent_at(run: lab.Run) -> list[float]:
    return [entry.at / 1_000_000 for entry in of(run, facts.BatchSent)]


def one_shard(*data: Any, at: float = 0) -> list[tuple[float, Any]]:
    return [(at, each) for each in data]


def letters(text: str, at: float = 0) -> list[tuple[float, Any]]:
    return one_shard(*text, at=at)


# How shards are read ----------------------------------------------------------------------------


def test_stream_mode_a_batch_never_mixes_shards() -> None:
    run = lab.run(lab.stream(shards=4).to(NAP), at=[0] * 40)
    assert len(decided(run, "stream.mode")) == 4
    shard = dict(zip(run.table("records").record_id, run.table("records").shard, strict=True))
    for entry in of(run, facts.BatchRead):
        assert len({shard[id] for id in entry.fact.records}) == 1


def test_stream_poll_kinesis_once_a_second_if_a_run_assumes_polls() -> None:
    assume = {"open.stream.phase": "enablement"}
    run = lab.run(lab.stream().to(NAP), at=[0.3, 0.4, 5], assume=assume)
    assert sent_at(run) == [1, 5]
    assert batches(run)[0] == ['{"n": 0}', '{"n": 1}']


def test_stream_poll_dynamodb_four_times_a_second() -> None:
    run = lab.run(lab.table().to(NAP), at=[0.3, 5.01], assume={"open.stream.phase": "enablement"})
    assert sent_at(run) == [0.5, 5.25]


def test_stream_catch_up_does_not_wait_for_the_next_poll() -> None:
    quick = lab.handler(wait=0.1)
    run = lab.run(
        lab.stream().to(quick, batch_size=1),
        at=[0.5] * 3,
        assume={"open.stream.phase": "enablement"},
    )
    assert sent_at(run) == [1, 1.1, 1.2]


def test_stream_one_at_a_time() -> None:
    run = lab.run(lab.stream().to(NAP, batch_size=2), at=letters("abcde"))
    assert batches(run) == [["a", "b"], ["c", "d"], ["e"]]
    assert starts(run) == [0, 1, 2]
    assert run.peak == 1


def test_stream_parallelization_keeps_the_order_of_each_key() -> None:
    at = [(0, lab.record(f"{key}{n}", key=key)) for n in range(3) for key in "abcdefgh"]
    run = lab.run(lab.stream().to(NAP, batch_size=1, parallelization_factor=4), at=at)
    assert 1 < run.peak <= 4
    order = [data for (data,) in batches(run)]
    for key in "abcdefgh":
        assert [data for data in order if data[0] == key] == [f"{key}0", f"{key}1", f"{key}2"]
    assert decided(run, "stream.parallelization")


def test_stream_batch_size_100_by_default() -> None:
    run = lab.run(lab.stream().to(NAP), at=[0] * 250)
    assert [len(batch) for batch in batches(run)] == [100, 100, 50]


def test_stream_batch_window_waits_for_more() -> None:
    run = lab.run(lab.stream().to(NAP, maximum_batching_window=5), at=[2, 3, 9])
    assert sent_at(run) == [7, 14]
    assert [len(batch) for batch in batches(run)] == [2, 1]


def test_stream_batch_triggers_size_window_payload() -> None:
    full = lab.stream().to(NAP, batch_size=2, maximum_batching_window=300)
    assert sent_at(lab.run(full, at=[0, 4, 5])) == [4, 305]
    heavy = lab.stream().to(NAP, maximum_batching_window=300)
    run = lab.run(heavy, at=[(k, "x" * 1_000_000) for k in range(5)])
    assert sent_at(run) == [4, 305]  # the fifth does not fit any more and waits from 5 on
    assert [len(batch) for batch in batches(run)] == [4, 1]
    assert all(len(e.fact.event) <= 6 * 1024 * 1024 for e in of(run, facts.BatchSent))
    alone = lab.run(lab.stream().to(NAP), at=[7])
    assert sent_at(alone) == [7]


def test_open_stream_phase_reads_at_once_by_default() -> None:
    assert sent_at(lab.run(lab.stream().to(NAP), at=[0.3])) == [0.3]


def test_stream_start_position() -> None:
    def first(**settings: Any) -> list[str]:
        stream = lab.stream().to(NAP, enabled_at=10, **settings)
        at = [(k, f"r{k}") for k in (0, 5, 9, 10, 12)]
        return [data for batch in batches(lab.run(stream, at=at)) for data in batch]

    assert first() == first(starting_position="TRIM_HORIZON") == ["r0", "r5", "r9", "r10", "r12"]
    assert first(starting_position="LATEST") == ["r10", "r12"]
    timestamp = {"starting_position": "AT_TIMESTAMP", "starting_position_timestamp": 5}
    assert first(**timestamp) == ["r5", "r9", "r10", "r12"]
    with pytest.raises(lab.LabError, match=r"stream\.start\.position"):
        lab.stream().to(NAP, starting_position="AT_TIMESTAMP", starting_position_timestamp=1)
    with pytest.raises(lab.LabError, match=r"stream\.start\.position"):
        lab.table().to(NAP, starting_position="AT_TIMESTAMP", starting_position_timestamp=0)


def test_stream_start_eventual_open_esm_activation_latest_misses_what_comes_meanwhile() -> None:
    stream = lab.stream().to(NAP, starting_position="LATEST", enabled_at=10)
    run = lab.run(stream, at=[5, 12, 75], assume={"open.esm.activation": 60})
    assert batches(run) == [['{"n": 2}']]
    assert batches(lab.run(stream, at=[5, 12, 75])) == [['{"n": 1}'], ['{"n": 2}']]


def test_stream_pause_keeps_the_position() -> None:
    mapping = lab.stream().to(NAP, batch_size=1)
    run = lab.run(
        mapping,
        at=letters("abc"),
        changes=[(0.5, mapping, {"enabled": False}), (60, mapping, {"enabled": True})],
    )
    assert batches(run) == [["a"], ["b"], ["c"]]
    assert sent_at(run) == [0, 60, 61]


# A batch that fails -----------------------------------------------------------------------------


def test_stream_error_blocks_shard_while_others_go_on() -> None:
    poison = lab.handler(fails=lambda data: data == "r13")
    run = lab.run(lab.stream(shards=2).to(poison, batch_size=10), at=RECORDS, until=3600)
    table = run.table("records")
    bad = table.shard[table.data == "r13"].iloc[0]
    assert set(table.state[table.shard != bad]) == {"done"}
    blocked = list(table.state[table.shard == bad])
    assert blocked[:10] == ["done"] * 10
    assert blocked[10:20] == ["in_progress"] * 10
    assert set(blocked[20:]) == {"waiting"}


RECORDS = [(0, f"r{k}") for k in range(40)]


def test_stream_error_blocking_time_until_the_record_expires() -> None:
    run = lab.run(lab.stream().to(BOOM), at=[0, 10], until=90_000)
    assert states(run) == ["expired", "expired"]
    (lost,) = of(run, facts.RecordsDiscarded)  # the other one was never read
    assert lost.fact.condition == ""
    assert 86_400 <= lost.at / 1_000_000 <= 86_416
    assert run.metrics["DroppedEventCount"] == 0
    run = lab.run(lab.stream().to(BOOM), at=[0, 3600], until=86_420)  # then the next one blocks it
    assert states(run) == ["expired", "in_progress"]
    assert list(run.table("records").attempts > 0) == [True, True]


def test_stream_error_blocking_time_ends_to_the_microsecond() -> None:
    assume = {"open.stream.backoff": 86_400, "open.stream.backoff.most": 86_400}
    run = lab.run(lab.stream().to(BOOM), at=[0], until=86_400, assume=assume)
    assert sent_at(run) == [0]
    assert states(run) == ["expired"]


@pytest.mark.parametrize("retries", [0, 1, 3])
def test_stream_retry_max_attempts_stream_retry_total(retries: int) -> None:
    stream = lab.stream().to(BOOM, maximum_retry_attempts=retries, on_failure="failed")
    run = lab.run(stream, at=[0])
    assert run.attempts() == retries + 1
    (record,) = run.delivered("failed")
    assert record["body"]["requestContext"]["approximateInvokeCount"] == retries + 1
    assert "you set maximum_retry_attempts" in repr(run.why("rec-1.discarded"))


def test_stream_retry_throttle_free() -> None:
    quiet = NAP.with_(reserved_concurrency=0)
    stream = lab.stream().to(quiet, maximum_retry_attempts=0, on_failure="failed")
    run = lab.run(stream, at=[0], changes=[(600, quiet, {"reserved_concurrency": None})])
    assert run.attempts() == 1
    assert run.count("throttled") > 30
    assert run.delivered("failed") == []
    assert states(run) == ["done"]
    assert run.invocations[0].start >= 600_000_000


def test_stream_retry_throttle_free_the_count_is_of_invocations_alone() -> None:
    quiet = BOOM.with_(reserved_concurrency=0)
    stream = lab.stream().to(quiet, maximum_retry_attempts=1, on_failure="failed")
    run = lab.run(stream, at=[0], changes=[(60, quiet, {"reserved_concurrency": None})])
    assert run.attempts() == 2
    (record,) = run.delivered("failed")
    assert record["body"]["requestContext"]["approximateInvokeCount"] == 2


def test_stream_retry_backoff_eight_tries_in_a_minute() -> None:
    stream = lab.stream().to(BOOM, maximum_record_age=60, on_failure="failed")
    run = lab.run(stream, at=[0])
    (record,) = run.delivered("failed")
    assert record["body"]["requestContext"]["approximateInvokeCount"] == 8


def test_open_stream_backoff_doubles_up_to_open_stream_backoff_most() -> None:
    run = lab.run(lab.stream().to(BOOM), at=[0], until=64)
    assert sent_at(run) == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 47.5, 63.5]
    assume = {"open.stream.backoff": 1, "open.stream.backoff.most": 3}
    assert sent_at(lab.run(lab.stream().to(BOOM), at=[0], until=9, assume=assume)) == [
        0,
        1,
        3,
        6,
        9,
    ]


def test_open_stream_backoff_is_not_cut_short_by_new_settings() -> None:
    mapping = lab.stream().to(BOOM)
    changes = [(2, mapping, {"enabled": False}), (3, mapping, {"enabled": True})]
    assert sent_at(lab.run(mapping, at=[0], until=8, changes=changes)) == [0, 0.5, 1.5, 3.5, 7.5]


def test_stream_age_is_60_to_604_800_seconds() -> None:
    for age in (59, 604_801, 0):
        with pytest.raises(lab.LabError, match=r"stream\.age"):
            lab.stream().to(NAP, maximum_record_age=age)
    lab.stream().to(NAP, maximum_record_age=-1)
    just = lab.stream().to(NAP, maximum_record_age=60, enabled_at=60)
    assert states(lab.run(just, at=[0])) == ["done"]


def test_stream_age_per_record_younger_ones_are_still_delivered() -> None:
    fails = lab.handler(fails=lambda data: data == "old")
    stream = lab.stream().to(fails, maximum_record_age=60, maximum_batching_window=30)
    run = lab.run(stream, at=[(0, "old"), (20, "young")])
    assert states(run) == ["discarded", "done"]
    (entry,) = decided(run, "stream.age.per-record")
    assert entry.fact.records == ("rec-1",)


def test_stream_age_before_first_no_invocation_and_a_count_of_one() -> None:
    stream = lab.stream().to(NAP, maximum_record_age=60, on_failure="failed", enabled_at=100)
    run = lab.run(stream, at=[0, 90])
    assert states(run) == ["discarded", "done"]
    assert run.attempts() == 1
    (record,) = run.delivered("failed")
    assert record["body"]["requestContext"]["approximateInvokeCount"] == 1


def test_stream_bisect_halves_without_using_up_retries() -> None:
    poison = lab.handler(fails=lambda data: data == "f")
    settings = {"bisect_batch_on_function_error": True, "maximum_retry_attempts": 0}
    run = lab.run(lab.stream().to(poison, **settings), at=letters("abcdefgh"))
    assert ["".join(batch) for batch in batches(run)] == [
        "abcdefgh", "abcd", "efgh", "ef", "e", "f", "gh",
    ]  # fmt: skip
    assert states(run) == ["done"] * 5 + ["discarded"] + ["done"] * 2
    assert run.count("bisected") == 3


def test_open_stream_bisect_odd_the_first_half_is_smaller() -> None:
    stream = lab.stream().to(BOOM, bisect_batch_on_function_error=True, maximum_retry_attempts=0)
    run = lab.run(stream, at=letters("abcde"))
    assert ["".join(batch) for batch in batches(run)] == [
        "abcde", "ab", "a", "b", "cde", "c", "de", "d", "e",
    ]  # fmt: skip
    run = lab.run(stream, at=letters("abcde"), assume={"open.stream.bisect-odd": "larger"})
    assert ["".join(batch) for batch in batches(run)] == [
        "abcde", "abc", "ab", "a", "b", "c", "de", "d", "e",
    ]  # fmt: skip


def test_open_stream_bisect_retry_halves_have_the_whole_budget() -> None:
    stream = lab.stream().to(BOOM, bisect_batch_on_function_error=True, maximum_retry_attempts=1)
    run = lab.run(stream, at=letters("ab"))
    assert ["".join(batch) for batch in batches(run)] == ["ab", "a", "a", "b", "b"]


# Answers that report failures -------------------------------------------------------------------


def answering(*answers: Any, **settings: Any) -> lab.Run:
    """Let a function give these answers, one after the other, to a batch a, b, c, d."""
    source = f"""
import json
answers = iter({list(answers)!r})
def handler(event, context):
    answer = next(answers, None)
    if answer == "raise":
        raise ValueError("bad")
    if isinstance(answer, list) and answer:
        numbers = [record["kinesis"]["sequenceNumber"] for record in event["Records"]]
        answer = {{"batchItemFailures": [{{"itemIdentifier": numbers[k]}} for k in answer]}}
    return answer
"""
    settings = {"report_batch_item_failures": True, "maximum_retry_attempts": 3, **settings}
    return lab.run(lab.stream().to(lab.function(source), **settings), at=letters("abcd"), until=60)


def test_stream_partial_checkpoint_is_the_lowest_number() -> None:
    run = answering([3, 1])
    assert ["".join(batch) for batch in batches(run)] == ["abcd", "bcd"]
    assert sent_at(run) == [0, 0]
    assert states(run) == ["done"] * 4
    assert run.metrics["FailedInvokeEventCount"] == 2


@pytest.mark.parametrize(
    "answer", [{}, None, [], "", {"batchItemFailures": []}, {"batchItemFailures": None}]
)
def test_stream_partial_success_forms(answer: Any) -> None:
    run = answering(answer)
    assert states(run) == ["done"] * 4
    assert run.attempts() == 1
    assert decided(run, "stream.partial.success-forms")


@pytest.mark.parametrize(
    "answer",
    [
        {"batchItemFailures": [{"itemIdentifier": ""}]},
        {"batchItemFailures": [{"itemIdentifier": None}]},
        {"batchItemFailures": [{"foo": "bar"}]},
        {"batchItemFailures": [{"itemIdentifier": "123"}]},
        {"batchItemFailures": ["123"]},
        "what?",
    ],
)
def test_stream_partial_failure_forms(answer: Any) -> None:
    run = answering(answer)
    assert ["".join(batch) for batch in batches(run)] == ["abcd", "abcd"]
    assert decided(run, "stream.partial.failure-forms")
    assert run.metrics["FailedInvokeEventCount"] == 4


def test_stream_partial_failure_forms_an_exception_fails_the_whole_batch() -> None:
    assert ["".join(batch) for batch in batches(answering("raise"))] == ["abcd", "abcd"]


def test_stream_partial_budget_restarts() -> None:
    """With three retries the failing record is delivered five times; its record says four."""
    poison = lab.handler(fails=lambda data: data == "b")
    stream = lab.stream().to(
        poison, report_batch_item_failures=True, maximum_retry_attempts=3, on_failure="failed"
    )
    run = lab.run(stream, at=letters("ab"))
    assert ["".join(batch) for batch in batches(run)] == ["ab", "b", "b", "b", "b"]
    (record,) = run.delivered("failed")
    assert record["body"]["requestContext"]["approximateInvokeCount"] == 4


def test_stream_partial_function_error_null() -> None:
    run = answering([0], [0], on_failure="failed", maximum_retry_attempts=1)
    (record,) = run.delivered("failed")
    assert record["body"]["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": None,
    }


def test_stream_bisect_with_partial_splits_at_the_reported_number() -> None:
    run = answering([2], bisect_batch_on_function_error=True)
    assert ["".join(batch) for batch in batches(run)] == ["abcd", "cd"]
    run = answering([0], bisect_batch_on_function_error=True)
    assert ["".join(batch) for batch in batches(run)] == ["abcd", "abcd"]
    run = answering("raise", bisect_batch_on_function_error=True)
    assert ["".join(batch) for batch in batches(run)] == ["abcd", "ab", "cd"]


def test_stream_default_checkpoint_moves_with_the_whole_batch_only() -> None:
    run = answering([2], report_batch_item_failures=False)
    assert ["".join(batch) for batch in batches(run)] == ["abcd"]
    assert decided(run, "stream.default.checkpoint")


# Where failed batches are told of ---------------------------------------------------------------


def failed(stream: Any = None, **settings: Any) -> dict[str, Any]:
    settings = {"maximum_retry_attempts": 0, "on_failure": "failed", **settings}
    run = lab.run((stream or lab.stream()).to(BOOM.publish(), **settings), at=[0, 0])
    name = getattr(settings["on_failure"], "name", "failed")
    return run.delivered(name)[0]


def test_stream_dest_types() -> None:
    for target in ("failed", lab.queue("failed"), lab.topic("failed"), lab.bucket("failed")):
        assert failed(on_failure=target)["body"]["version"] == "1.0"
    for target in (lab.bus("failed"), BOOM, 3):
        with pytest.raises(lab.LabError, match=r"stream\.dest\.types"):
            lab.stream().to(BOOM, on_failure=target)
    with pytest.raises(lab.LabError, match=r"stream\.dest\.types"):
        lab.stream().to(BOOM, on_success="done")


def test_stream_dest_record_holds_no_data_but_in_a_bucket() -> None:
    assert "payload" not in failed()["body"]
    payload = failed(on_failure=lab.bucket("failed"))["body"]["payload"]
    assert [r["kinesis"]["partitionKey"] for r in payload["Records"]] == ["0", "1"]
    aged = {"maximum_record_age": 60, "enabled_at": 70, "on_failure": lab.bucket("failed")}
    run = lab.run(lab.stream().to(NAP, **aged), at=[0, 30])
    payload = run.delivered("failed")[0]["body"]["payload"]  # the one that was given up alone
    assert [r["kinesis"]["partitionKey"] for r in payload["Records"]] == ["0"]


def test_stream_dest_batchinfo_says_where_the_batch_lies() -> None:
    info = failed()["body"]["KinesisBatchInfo"]
    assert list(info) == [
        "shardId", "startSequenceNumber", "endSequenceNumber", "approximateArrivalOfFirstRecord",
        "approximateArrivalOfLastRecord", "batchSize", "streamArn",
    ]  # fmt: skip
    assert (info["batchSize"], info["shardId"]) == (2, "shardId-000000000000")
    assert info["startSequenceNumber"] < info["endSequenceNumber"]
    assert "DDBStreamBatchInfo" in failed(lab.table())["body"]


def test_stream_dest_condition() -> None:
    assert failed()["body"]["requestContext"]["condition"] == "RetryAttemptsExhausted"
    old = {"maximum_record_age": 60, "enabled_at": 100}
    assert failed(**old)["body"]["requestContext"]["condition"] == "RecordAgeExceeded"


def test_stream_dest_age_no_response() -> None:
    assert failed()["body"]["responseContext"]["functionError"] == "Unhandled"
    assert "responseContext" not in failed(maximum_record_age=60, enabled_at=100)["body"]


def test_stream_dest_arn_is_unqualified() -> None:
    assert failed()["body"]["requestContext"]["functionArn"].endswith(":function:boom")


def test_stream_dest_s3_name() -> None:
    name = failed(on_failure=lab.bucket("failed"))["key"]
    assert name.startswith("aws/lambda/")
    assert "/shardId-000000000000/2026/01/01/2026-01-01T00.00.00-" in name


def test_stream_dest_after_the_shard_goes_on() -> None:
    poison = lab.handler(fails=lambda data: data == "a")
    run = lab.run(lab.stream().to(poison, batch_size=1, maximum_retry_attempts=0), at=letters("ab"))
    assert states(run) == ["discarded", "done"]


# Filters, and what is delivered -----------------------------------------------------------------


def test_stream_filter_skips_what_nobody_wants() -> None:
    orders = {"data": {"kind": ["order"]}}
    data = [{"kind": "order"}, {"kind": "ping"}, "hello", {"kind": "order"}]
    run = lab.run(lab.stream().to(NAP, filter=orders), at=one_shard(*data))
    assert states(run) == ["done", "filtered", "filtered", "done"]
    assert run.attempts() == 1
    only = lab.run(lab.stream().to(NAP, filter=orders), at=one_shard("hello", "you"))
    assert states(only) == ["filtered", "filtered"]
    assert only.attempts() == 0
    assert [e.rule for e in of(only, facts.BatchRead)] == ["stream.filter"]
    by_key = lab.run(lab.stream().to(NAP, filter={"partitionKey": ["1"]}), at=letters("ab"))
    assert states(by_key) == ["filtered", "done"]
    inserts = {"eventName": ["INSERT"]}
    table = lab.run(
        lab.table().to(NAP, filter=inserts), at=[(0, {"id": "1"}), (1, {"id": "1", "n": 2})]
    )
    assert states(table) == ["done", "filtered"]


def test_stream_at_least_once_a_failing_batch_repeats_what_had_been_done() -> None:
    poison = lab.handler(fails=lambda data: data == "b")
    run = lab.run(lab.stream().to(poison, maximum_retry_attempts=1), at=letters("ab"))
    assert list(run.table("records").attempts) == [2, 2]


# Tumbling windows -------------------------------------------------------------------------------

COUNTS = """
def handler(event, context):
    state = event["state"]
    state["n"] = state.get("n", 0) + len(event["Records"])
    print(event["window"]["start"], event["isFinalInvokeForWindow"], state["n"])
    return {"state": state}
"""


def printed(run: lab.Run) -> list[str]:
    return [line.text for line in run.logs(r"^2026-01-01T\S+ (True|False)")]


def test_window_length_carries_the_state() -> None:
    run = lab.run(lab.stream().to(lab.function(COUNTS), tumbling_window=60), at=[5, 10, 50])
    assert printed(run) == [
        "2026-01-01T00:00:00Z False 1",
        "2026-01-01T00:00:00Z False 2",
        "2026-01-01T00:00:00Z False 3",
        "2026-01-01T00:00:00Z True 3",
    ]
    with pytest.raises(lab.LabError, match=r"window\.length"):
        lab.stream().to(NAP, tumbling_window=901)


def test_window_boundaries_end_a_batching_window_too() -> None:
    stream = lab.stream().to(lab.function(COUNTS), tumbling_window=60, maximum_batching_window=300)
    assert sent_at(lab.run(stream, at=[5, 50])) == [60, 60]


def test_window_boundaries_follow_the_arrival() -> None:
    run = lab.run(
        lab.stream().to(lab.function(COUNTS), tumbling_window=60, enabled_at=100), at=[59, 60, 61]
    )
    assert printed(run) == [
        "2026-01-01T00:00:00Z False 1",
        "2026-01-01T00:00:00Z True 1",
        "2026-01-01T00:01:00Z False 2",
        "2026-01-01T00:01:00Z True 2",
    ]


def test_window_state_must_be_returned_and_be_small() -> None:
    forgets = lab.handler(returns={"ok": True})
    run = lab.run(
        lab.stream().to(forgets, tumbling_window=60, maximum_retry_attempts=1), at=[0], until=59
    )
    assert states(run) == ["discarded"]
    assert len(decided(run, "window.state")) == 2
    big = lab.handler(returns={"state": {"x": "x" * 1024 * 1024}})
    run = lab.run(lab.stream().to(big, tumbling_window=60), at=[0, 1], until=30)
    events = [json.loads(e.fact.event) for e in of(run, facts.BatchSent)]
    assert [e["isWindowTerminatedEarly"] for e in events] == [False, True, False, True]
    assert events[2]["state"] == {}


def test_window_final_is_tried_until_it_succeeds() -> None:
    fails = lab.function(
        "tries = []\n"
        "def handler(event, context):\n"
        "    tries.append(1)\n"
        "    if event['isFinalInvokeForWindow'] and len(tries) < 4:\n"
        "        raise ValueError\n"
        "    return {'state': {}}\n"
    )
    run = lab.run(lab.stream().to(fails, tumbling_window=60, maximum_retry_attempts=0), at=[0, 70])
    finals = [e.at / 1_000_000 for e in of(run, facts.BatchSent)]
    assert finals == [0, 60, 60.5, 61.5, 70, 120]


def test_window_wait_can_be_assumed() -> None:
    run = lab.run(
        lab.stream().to(lab.function(COUNTS), tumbling_window=60),
        at=[0],
        assume={"window.wait": 90},
    )
    assert sent_at(run) == [0, 150]
    assert sent_at(lab.run(lab.stream().to(lab.function(COUNTS), tumbling_window=60), at=[0])) == [
        0,
        60,
    ]


def test_window_retry_limits_work_as_usual() -> None:
    stream = lab.stream().to(
        BOOM, tumbling_window=60, maximum_retry_attempts=2, on_failure="failed"
    )
    run = lab.run(stream, at=[0], until=59)
    assert sent_at(run) == [0, 0.5, 1.5]
    assert len(run.delivered("failed")) == 1


# Streams and tables -----------------------------------------------------------------------------


def test_kinesis_retention_a_day_to_a_year() -> None:
    for retention in (86_399, 31_536_001, 86_400.5):
        with pytest.raises(lab.LabError, match=r"kinesis\.retention"):
            lab.stream(retention=retention)
    run = lab.run(lab.stream(), at=[0, 10], until=86_405)
    assert states(run) == ["expired", "waiting"]
    longer = lab.stream(retention=172_800)
    assert states(lab.run(longer, at=[0], until=100_000)) == ["waiting"]


def test_ddbstream_retention_is_a_day() -> None:
    run = lab.run(lab.table(), at=[0], until=90_000)
    assert states(run) == ["expired"]
    assert [e.at for e in decided(run, "ddbstream.retention")] == [86_400_000_000]


def test_ddbstream_order_a_write_that_changes_nothing_makes_no_record() -> None:
    items = [{"id": "1", "kg": 40}, {"id": "1", "kg": 40}, {"kg": 42, "id": "1"}]
    at = [(k, item) for k, item in enumerate(items)]
    run = lab.run(lab.table(), at=[*at, (3, lab.record(None, key="1")), (4, lab.record(None, "1"))])
    assert [e.fact.name for e in of(run, facts.RecordPut)] == ["INSERT", "MODIFY", "REMOVE"]
    assert len(of(run, facts.ItemWritten)) == 5
    named = lab.run(lab.table(), at=[(0, lab.record({"kg": 3}, key="9"))])
    assert json.loads(named.table("records").data[0])["NewImage"]["id"] == {"S": "9"}
    keys = lab.run(lab.table(stream_view="KEYS_ONLY"), at=[0])
    assert decided(keys, "ddbstream.order")


@pytest.mark.parametrize(
    ("view", "images"),
    [
        ("KEYS_ONLY", []),
        ("NEW_IMAGE", ["NewImage"]),
        ("OLD_IMAGE", ["OldImage"]),
        ("NEW_AND_OLD_IMAGES", ["NewImage", "OldImage"]),
    ],
)
def test_ddbstream_views(view: str, images: list[str]) -> None:
    table = lab.table(stream_view=view)
    run = lab.run(table, at=[(0, {"id": "1", "kg": 40}), (1, {"id": "1", "kg": 42})])
    data = json.loads(run.table("records").data[1])
    assert list(data) == ["Keys", *images]
    assert data["Keys"] == {"id": {"S": "1"}}
    if "OldImage" in images:
        assert data["OldImage"]["kg"] == {"N": "40"}
    with pytest.raises(lab.LabError, match=r"ddbstream\.views"):
        lab.table(stream_view="EVERYTHING")


def test_the_world_of_streams_can_be_made_again() -> None:
    run = lab.run(lab.stream(shards=2).to(BOOM, tumbling_window=60), at=[0, 1], until=70)
    assert fold(run.log).seq == len(run.log) - 1
