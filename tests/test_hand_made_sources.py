"""Sources and doors from the outside: each figure here was worked out by hand from the rules."""

from __future__ import annotations

from typing import Any

import pytest

import lambdalab as lab


def code(*lines: str, **settings: Any) -> lab.Function:
    """Make a function whose handler has these lines."""
    body = "\n".join(f"    {line}" for line in lines)
    source = f"import base64, time\ndef handler(event, context):\n{body}\n"
    return lab.function(source, **({"name": "worker"} | settings))


def starts(run: lab.Run, function: str = "worker") -> list[float]:
    """Say when the handler began, in seconds."""
    table = run.table("invocations")
    return [float(start) for start in table[table.function == function].start]


def letters(text: str, at: float = 0) -> list[tuple[float, Any]]:
    """Make records of one key, one for each letter."""
    return [(at, lab.record(letter, key="one")) for letter in text]


def records_told(run: lab.Run, queue: str) -> list[tuple[float, str, int, int]]:
    """List what a queue was told: when, why, after how many tries, of how many records."""
    return [
        (
            told["at"],
            told["body"]["requestContext"]["condition"],
            told["body"]["requestContext"]["approximateInvokeCount"],
            told["body"]["KinesisBatchInfo"]["batchSize"],
        )
        for told in run.delivered(queue)
    ]


# Queues -----------------------------------------------------------------------------------------


def test_a_loan_is_counted_from_the_receive_and_not_from_the_call() -> None:
    # The window gathers from 0 to 20, so a batch is sent 20 s into the loan of its first message.
    # Loans end at 30 and 40; the next window is 30 to 50, then 60 to 80; the third receives, at 60
    # and 70, were the last ones: dead at 90 and 100.
    worker = lab.handler(name="worker", fails=True, wait=5)
    queue = lab.queue(visibility_timeout=30, max_receive_count=3)
    run = lab.run(queue.to(worker, maximum_batching_window=20), at=[0, 10])
    assert starts(run) == [20, 50, 80]
    assert [told["at"] for told in run.delivered("queue-dlq")] == [90, 100]


def test_messages_die_of_throttles_without_a_run() -> None:
    # Tries at 0 to 9 within the first loan and at 10 to 19 within the second one.
    worker = lab.handler(name="worker", reserved_concurrency=0)
    queue = lab.queue(visibility_timeout=10, max_receive_count=2)
    run = lab.run(queue.to(worker, batch_size=1), at=[(0, "parcel")])
    assert (run.metrics["Throttles"], run.metrics["Errors"], run.attempts()) == (20, 0, 0)
    told = run.table("messages")[["message_id", "queue", "receives", "state"]].values.tolist()
    assert told == [["msg-1", "queue", 2, "dead_lettered"], ["msg-1", "queue-dlq", 0, "visible"]]
    assert [(dead["at"], dead["body"]) for dead in run.delivered("queue-dlq")] == [(20, "parcel")]


def test_a_message_goes_down_a_chain_of_dead_letter_queues() -> None:
    last = lab.queue("last")
    second = lab.queue("second", visibility_timeout=20, max_receive_count=1, dead_letter=last)
    first = lab.queue("first", visibility_timeout=30, max_receive_count=2, dead_letter=second)
    worker, mender = (lab.handler(name=name, fails=True) for name in ("worker", "mender"))
    run = lab.run(first.to(worker), at=[0], also=[second.to(mender)])
    assert (starts(run), starts(run, "mender")) == ([0, 30], [60])
    assert [dead["at"] for dead in run.delivered(last)] == [80]
    assert run.table("messages").receives.tolist() == [2, 1, 0]


def test_a_queue_is_read_by_five_then_by_three_hundred_more_each_minute() -> None:
    worker = lab.handler(name="worker", wait=70)
    queue = lab.queue(visibility_timeout=900)
    run = lab.run(queue.to(worker, batch_size=1), at=[0] * 1000, until=130)
    begun = starts(run)
    # at 70 the first five are done and take five more; at 130 the 300 of minute one are done
    assert {at: begun.count(at) for at in begun} == {0: 5, 60: 300, 70: 5, 120: 300, 130: 300}


def test_every_stimulus_has_its_place_in_the_answers() -> None:
    queue, direct = lab.queue().to(lab.handler(name="a")), lab.handler(name="b")
    run = lab.run({queue: [(0, "x" * 1_048_577), (2, "small")], direct: [1]})
    assert [answer and answer.status_code for answer in run.responses] == [None, 200, None]
    twice = [(0, lab.message("same", group="g"))] * 2
    assert lab.run(lab.queue(fifo=True).to(direct), at=twice).returned == [None, None]


def test_each_message_of_a_batch_counts_as_processed() -> None:
    queue = lab.queue(visibility_timeout=30, max_receive_count=1)
    fine, picky = lab.handler(), lab.handler(fails=lambda body: body == "m7")
    run = lab.run(queue.to(fine), at=[0] * 23)
    assert (run.attempts(), run.count("processed")) == (3, 23)
    at = [(0, f"m{k}") for k in range(10)]
    for reports, processed in ((True, 9), (False, 0)):
        run = lab.run(queue.to(picky, report_batch_item_failures=reports), at=at)
        assert (run.attempts(), run.count("processed")) == (1, processed)


# Streams ----------------------------------------------------------------------------------------


def test_bisecting_finds_the_bad_record_without_using_up_retries() -> None:
    worker = code(
        "seen = [base64.b64decode(r['kinesis']['data']).decode() for r in event['Records']]",
        "print('saw', ''.join(seen))",
        "assert 'f' not in seen",
    )
    wire = lab.stream().to(
        worker, bisect_batch_on_function_error=True, maximum_retry_attempts=2, on_failure="bad"
    )
    run = lab.run(wire, at=letters("abcdefgh"))
    saw = [line.text.removeprefix("saw ") for line in run.logs("^saw")]
    assert saw == ["abcdefgh", "abcd", "efgh", "ef", "e", "f", "f", "f", "gh"]
    assert [told[1:] for told in records_told(run, "bad")] == [("RetryAttemptsExhausted", 3, 1)]
    assert run.count("processed") == 7


def test_a_checkpoint_gives_the_rest_a_fresh_budget() -> None:
    worker = code(
        "numbers = [r['kinesis']['sequenceNumber'] for r in event['Records']]",
        "failed = numbers[1:] if len(numbers) == 5 else numbers",
        "return {'batchItemFailures': [{'itemIdentifier': n} for n in reversed(failed)]}",
    )
    wire = lab.stream().to(
        worker, report_batch_item_failures=True, maximum_retry_attempts=3, on_failure="bad"
    )
    run = lab.run(wire, at=letters("abcde"))
    assert run.attempts() == 5  # one with all, then one try and three retries with four
    assert [told[1:] for told in records_told(run, "bad")] == [("RetryAttemptsExhausted", 4, 4)]
    assert run.delivered("bad")[0]["body"]["responseContext"]["functionError"] is None
    assert run.table("records").state.tolist() == ["done"] + ["discarded"] * 4
    assert run.metrics["Errors"] == 0


def test_records_grow_too_old_one_by_one() -> None:
    # The window makes one batch of both at 30; tries at 30, 30.5, 31.5, 33.5, 37.5, 45.5. At 61.5
    # the first is 61.5 s old and the second 32.5 s; after 61.5 and 77.5 comes 93.5, at 64.5 s.
    worker = lab.handler(name="worker", fails=True)
    wire = lab.stream().to(
        worker, maximum_record_age=60, maximum_batching_window=30, on_failure="bad"
    )
    run = lab.run(wire, at=[0, 29])
    assert starts(run) == [30, 30.5, 31.5, 33.5, 37.5, 45.5, 61.5, 77.5]
    condition = "RecordAgeExceeded"
    assert records_told(run, "bad") == [(61.5, condition, 6, 1), (93.5, condition, 8, 1)]


def test_records_expire_behind_a_bad_one_and_are_not_dropped() -> None:
    worker = lab.handler(name="worker", fails=lambda data: data == "a")
    late = (86390, lab.record("c", key="one"))
    run = lab.run(lab.stream().to(worker, batch_size=1), at=[*letters("ab"), late], until=90000)
    assert run.table("records").state.tolist() == ["expired", "expired", "done"]
    assert run.count("discarded") == 0
    assert run.metrics["DroppedEventCount"] == 0  # the source no longer kept them


# Doors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("door", "raises", "throttled", "slow", "latency"),
    [
        (lab.api("door"), 502, 500, 504, 29),
        (lab.api("door", kind="http"), 500, 500, 503, 30),
        (lab.load_balancer("door"), 502, 502, 200, 40),
        (lab.function_url("door"), 502, 429, 200, 40),
    ],
)
def test_front_doors_in_their_own_words(
    door: Any, raises: int, throttled: int, slow: int, latency: float
) -> None:
    rude, none = lab.handler(fails=True), lab.handler(reserved_concurrency=0)
    late = code("time.sleep(40)", "return {'statusCode': 200, 'body': ''}", timeout=60)
    runs = [lab.run(door.to(fn), at=[0]) for fn in (rude, none, late)]
    assert [run.responses[0].status_code for run in runs] == [raises, throttled, slow]
    rows = [run.table("requests").iloc[0] for run in runs]
    assert [row.status_code for row in rows] == [raises, throttled, slow]
    assert (rows[2].latency, rows[2].outcome) == (latency, "success")  # it runs on
    assert runs[2].table("invocations").end.tolist() == [40]


def test_a_request_that_a_door_turns_away_is_a_request() -> None:
    fn = code("return {'statusCode': 200, 'body': ''}")
    large = lab.request("POST", "/", body="x" * 1_200_000)
    run = lab.run(lab.load_balancer(fn), at=[(0, large), 1])
    told = run.table("requests")[["status_code", "outcome", "attempts"]].values.tolist()
    assert told == [[413, "refused", 0], [200, "success", 1]]
    assert run.table("invocations").source.tolist() == ["load_balancer:load_balancer"]


def test_throttles_and_errors_of_an_event_have_budgets_of_their_own() -> None:
    # It fails at 0 and is due at 60, while a call holds the only place from 55 to 100: throttled
    # at 60, 61, 63, 67, 75 and 91, it runs at 123, and that was its one retry.
    worker = code(
        "if event:",
        "    time.sleep(45)",
        "else:",
        "    raise ValueError('empty')",
        timeout=60,
        reserved_concurrency=1,
        maximum_retry_attempts=1,
        on_failure="bad",
    )
    run = lab.run({lab.event(worker): [(0, {})], worker: [(55, {"block": True})]})
    assert (starts(run), run.metrics["Throttles"]) == ([0, 55, 123], 6)
    context = run.delivered("bad")[0]["body"]["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 2)


def test_a_fault_of_what_is_not_there_is_a_mistake() -> None:
    fn = lab.handler(name="fn")
    for target in (lab.event(fn), 3):
        with pytest.raises(lab.LabError):
            lab.denied(target)
    with pytest.raises(lab.LabError):
        lab.run(fn, at=[0], faults=[lab.denied(lab.handler(name="other"))])


def test_a_source_may_be_named_by_its_keyword_or_at_once() -> None:
    fn = lab.handler(name="fn")
    for make in (lab.topic, lab.bus, lab.bucket):
        names = [make(name="mine").name, make("mine").name, make(fn, name="mine").name]
        assert names == ["mine"] * 3
        assert make().name == make(fn).name == make.__name__
