"""What many people believe of streams, as experiments: each shows what is true instead."""

import lambdalab as lab


def test_m21_a_dlq_on_my_function_does_not_catch_what_a_stream_sends() -> None:
    boom = lab.handler(fails=True).with_(dead_letter="fn-dlq", on_failure="fn-failed")
    stream = lab.stream().to(boom, maximum_retry_attempts=1)
    run = lab.run(stream, at=[0])
    assert run.delivered("fn-dlq") == run.delivered("fn-failed") == []
    run = lab.run(lab.stream().to(boom, maximum_retry_attempts=1, on_failure="bad"), at=[0])
    (told,) = run.delivered("bad")
    assert "KinesisBatchInfo" in told["body"]  # where it lies, not what it holds
    assert "payload" not in told["body"]


def test_m24_not_only_the_failing_record_of_a_batch_is_retried() -> None:
    handler = lab.handler(fails=lambda data: data == "r7")
    at = [(0, f"r{k}") for k in range(10)]
    for reports, expected in ((False, [3] * 10), (True, [1] * 7 + [4] * 3)):
        stream = lab.stream().to(
            handler, maximum_retry_attempts=2, report_batch_item_failures=reports
        )
        run = lab.run(stream, at=at)
        assert list(run.table("records").attempts) == expected


def test_m26_a_bad_record_does_not_only_hurt_itself() -> None:
    handler = lab.handler(fails=lambda data: data == "r13")
    at = [(0, f"r{k}") for k in range(40)]
    stuck = lab.run(lab.stream(shards=2).to(handler, batch_size=10), at=at, until=3600)
    table = stuck.table("records")
    bad = table.shard[table.data == "r13"].iloc[0]
    assert stuck.count("processed") == (table.shard != bad).sum() + 10
    assert stuck.metrics["IteratorAge"] > 1_000_000  # ms, on average over its tries
    assert stuck.metrics.series(60)["IteratorAge"].iloc[-1] > 3_500_000
    cure = {
        "bisect_batch_on_function_error": True,
        "maximum_retry_attempts": 3,
        "on_failure": "bad",
    }
    cured = lab.run(lab.stream(shards=2).to(handler, batch_size=10, **cure), at=at, until=3600)
    assert cured.count("processed") == 39
    assert cured.metrics["IteratorAge"] < 4_000
    assert len(cured.delivered("bad")) == 1


def test_m27_more_shards_do_not_clear_the_lag_of_one_hot_key() -> None:
    peaks = []
    for keys in (1, 8):
        stream = lab.stream(shards=4).to(
            lab.handler(wait=1), batch_size=1, parallelization_factor=2
        )
        at = [(0, lab.record(f"r{k}", key=f"k{k % keys}")) for k in range(80)]
        peaks.append(lab.run(stream, at=at).peak)
    assert peaks[0] == 1
    assert 2 < peaks[1] <= 8
