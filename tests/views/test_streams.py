"""What a run can be asked about streams; the numbers were worked out by hand."""

import pandas
import pytest

import lambdalab as lab

FAILS = lab.handler("worker", wait=1, fails=lambda data: data == "bad")


def poisoned(**settings: object) -> lab.Run:
    """Let a batch of three fail twice, at 0 and at 1.5; the next one waits from 2 on."""
    settings = {"maximum_retry_attempts": 1, "batch_size": 3, **settings}
    at = [(0, "a"), (0, "bad"), (0, "c"), (0.5, "d")]
    return lab.run(lab.stream("clicks").to(FAILS, **settings), at=at)


def test_the_table_of_records_has_a_row_for_each() -> None:
    table = poisoned().table("records")
    assert list(table.columns) == [
        "sequence", "stream", "shard", "key", "data", "sent", "attempts", "state", "record_id",
        "mapping",
    ]  # fmt: skip
    assert list(table.data) == ["a", "bad", "c", "d"]
    assert list(table.sent) == [0, 0, 0, 0.5]
    assert list(table.attempts) == [2, 2, 2, 1]
    assert list(table.state) == ["discarded"] * 3 + ["done"]
    assert list(table.key) == ["0", "1", "2", "3"]
    assert set(table.stream) == {"clicks"}
    assert set(table.shard) == {"shardId-000000000000"}
    assert table.sequence.is_monotonic_increasing


def test_two_mappings_read_a_stream_each_for_itself() -> None:
    fine, later = lab.handler("fine", wait=1), lab.handler("later", wait=1)
    source = lab.stream().to(fine).to(later, enabled_at=5, starting_position="LATEST")
    table = lab.run(source, at=[0, 6], until=6.5).table("records")
    rows = zip(table.record_id, table.mapping, table.state, strict=True)
    assert list(rows) == [
        ("rec-1", "esm-1", "done"),
        ("rec-2", "esm-1", "in_progress"),
        ("rec-2", "esm-2", "in_progress"),
    ]


def test_a_stream_that_nobody_reads_has_waiting_records() -> None:
    table = lab.run(lab.stream(), at=[0, 1]).table("records")
    assert list(table.state) == ["waiting", "waiting"]
    assert table.data[1] == '{"n": 1}'


def test_metric_iterator_age_of_the_last_record_at_each_try() -> None:
    run = poisoned()
    assert run.metrics["IteratorAge"] == (0 + 1500 + 2000) / 3
    assert list(run.metrics.series(1)["IteratorAge"])[:3] == [0, 1500, 2000]


def test_metric_esm_polled_counts_what_was_read() -> None:
    run = poisoned()
    assert run.metrics["PolledEventCount"] == 4
    assert run.metrics.of("worker")["PolledEventCount"] == 4
    assert "PolledEventCount" not in lab.run(FAILS, at=[0]).metrics


def test_metric_esm_filtered_counts_what_was_taken_out() -> None:
    run = poisoned(filter={"data": ["a", "d"]})
    assert run.metrics["PolledEventCount"] == 4
    assert run.metrics["FilteredOutEventCount"] == 2
    assert run.metrics["InvokedEventCount"] == 2
    assert run.count("filtered") == 2
    assert "FilteredOutEventCount" not in poisoned().metrics


def test_metric_esm_invoked_counts_again_on_retries() -> None:
    assert poisoned().metrics["InvokedEventCount"] == 3 + 3 + 1


def test_metric_esm_failed_counts_records_not_invocations() -> None:
    run = poisoned()
    assert (run.metrics["FailedInvokeEventCount"], run.metrics["Errors"]) == (6, 2)
    reported = poisoned(report_batch_item_failures=True)
    assert (reported.metrics["FailedInvokeEventCount"], reported.metrics["Errors"]) == (3, 0)


def test_metric_esm_dropped_counts_what_no_destination_knows_of() -> None:
    assert poisoned().metrics["DroppedEventCount"] == 3
    assert "DroppedEventCount" not in poisoned(on_failure="failed").metrics


def test_metric_esm_delivered_counts_what_a_destination_was_told_of() -> None:
    told = "OnFailureDestinationDeliveredEventCount"
    assert poisoned(on_failure="failed").metrics[told] == 3
    assert told not in poisoned().metrics


def test_invocations_name_their_stream() -> None:
    run = poisoned()
    assert list(run.table("invocations").source) == ["stream:clicks"] * 3


def test_what_a_stream_got_is_counted_by_the_record() -> None:
    run = poisoned()
    words = ("records", "processed", "discarded", "bisected")
    assert [run.count(word) for word in words] == [4, 1, 3, 0]
    assert run.responses == [None] * 4
    assert run.returned == [None] * 4


def test_why_a_record_was_discarded() -> None:
    run = poisoned()
    text = repr(run.why("rec-2.discarded"))
    assert "you set maximum_retry_attempts=1 on the mapping of stream:clicks to worker" in text
    assert "(stream.retry.max-attempts)" in text
    assert "rec-1 is put into shard 0 of the stream clicks." in text
    aged = lab.run(lab.stream().to(FAILS, maximum_record_age=60, enabled_at=90), at=[0])
    assert "you set maximum_record_age=60" in repr(aged.why("rec-1.discarded"))
    assert "batch_size=100 on the mapping" in repr(aged.why("rec-1.read"))


def test_everything_is_told() -> None:
    story = repr(poisoned().tell())
    for sentence in (
        "There is the stream clicks.",
        "The mapping esm-1 reads the stream clicks in batches of up to 3, for worker.",
        "esm-1 reads 3 records (rec-1 to rec-3) as batch-1.",
        "batch-1 is handed to the function.",
        "batch-1 fails with 3 records: Unhandled.",
        "batch-1 waits and is tried again at 1.500 s.",
        "3 records (rec-1 to rec-3) of batch-1 are given up: RetryAttemptsExhausted.",
        "batch-2 is done: rec-4.",
    ):
        assert sentence in story


def test_a_stream_can_be_stepped_through_and_drawn() -> None:
    run = poisoned()
    run.step()
    run.timeline()
    assert run.graph().has_node("worker")
    assert isinstance(run.table("requests"), pandas.DataFrame)
    assert run.bill.requests == 3


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"batch_size": 0}, r"stream\.batch\.size"),
        ({"batch_size": 10_001}, r"stream\.batch\.size"),
        ({"maximum_batching_window": 301}, r"stream\.batch\.window"),
        ({"maximum_batching_window": 0.5}, r"stream\.batch\.window"),
        ({"parallelization_factor": 11}, r"stream\.parallelization"),
        ({"starting_position": "NEWEST"}, r"stream\.start\.position"),
        ({"starting_position": "AT_TIMESTAMP"}, "needs a starting_position_timestamp"),
        ({"starting_position_timestamp": 0}, "TRIM_HORIZON has no starting_position_timestamp"),
        ({"maximum_retry_attempts": 10_001}, r"stream\.retry\.max-attempts"),
        ({"bisect_batch_on_function_error": "yes"}, r"stream\.bisect"),
        ({"filter": {"data": "a"}}, "pattern"),
        ({"enabled_at": -1}, "not a time"),
        ({"maximum_concurrency": 5}, "no setting 'maximum_concurrency'"),
        ({"visibility": 5}, "no setting"),
    ],
)
def test_a_mapping_that_cannot_be(settings: dict, words: str) -> None:
    with pytest.raises(lab.LabError, match=words):
        lab.stream().to(FAILS, **settings)


def test_sources_that_cannot_be() -> None:
    with pytest.raises(lab.LabError, match="number of shards"):
        lab.stream(shards=0)
    with pytest.raises(lab.LabError, match="name of an attribute"):
        lab.table(key="")
    with pytest.raises(lab.LabError, match="'id', the key of the table"):
        lab.run(lab.table(), at=[(0, {"kg": 1})])
    with pytest.raises(lab.LabError, match="not JSON"):
        lab.run(lab.stream(), at=[(0, {"when": {1, 2}})])
    with pytest.raises(lab.LabError, match="cannot be in an item"):
        lab.run(lab.table(), at=[(0, {"id": "1", "what": {1, 2}})])
    with pytest.raises(lab.LabError, match="not a key"):
        lab.record("x", key=1.5)


def test_what_cannot_be_changed_during_a_run() -> None:
    mapping = lab.stream().to(FAILS)
    for new in ({"parallelization_factor": 2}, {"starting_position": "LATEST"}):
        with pytest.raises(lab.LabError, match="cannot be changed"):
            lab.run(mapping, at=[0], changes=[(1, mapping, new)])
    with pytest.raises(lab.LabError, match="cannot be changed"):
        lab.run(lab.stream(), at=[0], changes=[(1, lab.stream(), {"enabled": True})])


def test_new_settings_hold_from_the_next_batch_on() -> None:
    mapping = lab.stream().to(lab.handler(wait=1), batch_size=1)
    run = lab.run(mapping, at=[0] * 5, changes=[(0.5, mapping, {"batch_size": 3})])
    assert list(run.table("invocations").start) == [0, 1, 2]
