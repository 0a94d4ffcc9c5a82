"""Worked scenarios of a function alone: what was set up, what was sent, and what came of it.

Each is a black box. The numbers were worked out by hand from AWS's pages, so they are written out
here and read from nowhere. Waiting, starting and delivering take no time, and nothing is jittered.
"""

import json

import lambdalab as lab
from lambdalab.engine import facts
from tests.engine.asking import of, starts

FAILS = """
def handler(event, context):
    print("my id is", context.aws_request_id)
    raise ValueError("bad")
"""


def at(run: lab.Run, kind: type) -> list[float]:
    return [entry.at / 1_000_000 for entry in of(run, kind)]


def counts(run: lab.Run) -> dict[str, float]:
    names = ("Invocations", "Errors", "Throttles", "AsyncEventsReceived", "AsyncEventsDropped")
    return {name: run.metrics[name] for name in names}


def test_s01_an_event_whose_handler_always_raises_is_tried_three_times() -> None:
    """Given the defaults and an on-failure queue, one event at 0 is accepted at 0.

    Attempts at 0, 0 + 60 and 60 + 120 under one request id, then one record, and that is all.
    """
    run = lab.run(lab.event(lab.function(FAILS, on_failure="Q")), at=[0], until=7 * 3600)
    assert run.responses == [lab.Response(202, None, "", None)]
    assert at(run, facts.ResponseSent) == [0]
    assert starts(run) == [0, 60, 180]
    (record,) = run.delivered("Q")
    assert record["at"] == 180
    context = record["body"]["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("RetriesExhausted", 3)
    assert record["body"]["responseContext"]["statusCode"] == 200
    assert record["body"]["responseContext"]["functionError"] == "Unhandled"
    assert record["body"]["requestPayload"] == {"n": 0}
    ids = [line.text for line in run.logs("my id is")]
    assert ids == [f"my id is {context['requestId']}"] * 3
    assert counts(run) == {
        "Invocations": 3,
        "Errors": 3,
        "Throttles": 0,
        "AsyncEventsReceived": 1,
        "AsyncEventsDropped": 1,
    }
    assert "Throttles" not in run.metrics


def test_s03_a_timeout_is_a_function_error_like_any_other() -> None:
    """Given a timeout of 3 s and a handler that never returns, one event at 0.

    The waits run from the end of an attempt: 0, 3 + 60 and 66 + 120; the record comes at 189.
    """
    endless = "import time\ndef handler(event, context): time.sleep(1_000_000)"
    run = lab.run(lab.event(lab.function(endless, on_failure="Q")), at=[0])
    assert starts(run) == [0, 63, 186]
    assert [x.end for x in run.invocations] == [3_000_000, 66_000_000, 189_000_000]
    (record,) = run.delivered("Q")
    assert record["at"] == 189
    assert record["body"]["requestContext"]["approximateInvokeCount"] == 3
    response = record["body"]["responsePayload"]
    assert response["errorType"] == "Sandbox.Timedout"
    assert response["errorMessage"].endswith("Task timed out after 3.00 seconds")
    assert (run.metrics["Invocations"], run.metrics["Errors"]) == (3, 3)


def test_s04_fewer_retries_mean_fewer_attempts() -> None:
    """Given 0 or 1 retries and a handler that raises at once, one event at 0.

    One attempt more than retries, and the record right after the last one.
    """
    for retries, attempts in ((0, [0]), (1, [0, 60])):
        fails = lab.function(FAILS, on_failure="Q", maximum_retry_attempts=retries)
        run = lab.run(lab.event(fails), at=[0])
        assert starts(run) == attempts
        (record,) = run.delivered("Q")
        assert record["at"] == attempts[-1]
        context = record["body"]["requestContext"]
        assert context["condition"] == "RetriesExhausted"
        assert context["approximateInvokeCount"] == len(attempts)


def test_s06_a_dead_letter_queue_and_a_destination_each_get_their_own_form() -> None:
    """Given both, no retries and RuntimeError("no ladder"), the event {"tree": 17} at 0.

    The destination gets the envelope, the dead-letter queue the bare event with three
    attributes; one message in each.
    """
    source = "def handler(event, context): raise RuntimeError('no ladder')"
    fails = lab.function(source, maximum_retry_attempts=0, dead_letter="QD", on_failure="QF")
    run = lab.run(lab.event(fails), at=[(0, {"tree": 17})])
    (record,) = run.delivered("QF")
    (letter,) = run.delivered("QD")
    assert (record["at"], letter["at"]) == (0, 0)
    assert record["body"]["requestPayload"] == {"tree": 17}
    assert record["attributes"] == {}
    assert letter["body"] == {"tree": 17}
    assert letter["attributes"] == {
        "RequestID": record["body"]["requestContext"]["requestId"],
        "ErrorCode": "200",
        "ErrorMessage": "no ladder",
    }
    assert run.attempts() == 1


def test_s07_an_event_that_would_be_too_old_is_given_up_at_once() -> None:
    """Given a maximum age of 60 s and a handler that raises after 0.1 s, one event at 0.

    The next try would be at 0.1 + 60, which is too late; the record does not wait for 60.
    """
    source = "import time\ndef handler(event, context): time.sleep(0.1); raise ValueError('bad')"
    run = lab.run(lab.event(lab.function(source, maximum_event_age=60, on_failure="Q")), at=[0])
    assert starts(run) == [0]
    (record,) = run.delivered("Q")
    assert record["at"] == 0.1
    context = record["body"]["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 1)
    assert record["body"]["responseContext"]["functionError"] == "Unhandled"
    assert record["body"]["responsePayload"]["errorMessage"] == "bad"


def test_s10_with_reserved_concurrency_0_an_event_is_dropped_and_a_call_throttled() -> None:
    """Given reserved concurrency 0 and an on-failure queue, an event at 0 and a call at 1.

    The event is accepted and its record written at once, with no attempt and no throttle; the
    call gets 429.
    """
    off = lab.function(FAILS, reserved_concurrency=0, on_failure="Q")
    alone = lab.run(lab.event(off), at=[0])
    run = lab.run({lab.event(off): [0], off: [1]})
    (record,) = run.delivered("Q")
    assert record["at"] == 0
    context = record["body"]["requestContext"]
    assert context["condition"] == "ZeroReservedConcurrency"
    assert context["approximateInvokeCount"] == 0
    assert record["body"].keys().isdisjoint({"responseContext", "responsePayload"})
    assert run.attempts() == 0
    assert counts(alone) == {
        "Invocations": 0,
        "Errors": 0,
        "Throttles": 0,
        "AsyncEventsReceived": 1,
        "AsyncEventsDropped": 1,
    }
    assert "Throttles" not in alone.metrics
    accepted, refused = run.responses
    assert (accepted.status_code, refused.status_code) == (202, 429)
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert json.loads(refused.payload)["Reason"] == reason
    assert at(run, facts.RequestThrottled) == [1]


def test_s11_a_throttled_event_waits_longer_each_time_and_does_not_see_the_room() -> None:
    """Given reserved concurrency 1 and 60 s of work, two events at 0.

    The second is tried at 0 and after 1, 2, 4, 8, 16 and 32 s more, so it starts at 63 although
    there is room from 60 on.
    """
    slow = lab.handler(wait=60, timeout=120, reserved_concurrency=1)
    run = lab.run(lab.event(slow), at=[0, 0])
    assert [(x.request, x.start, x.end) for x in run.invocations] == [
        ("req-1", 0, 60_000_000),
        ("req-2", 63_000_000, 123_000_000),
    ]
    assert at(run, facts.RequestThrottled) == [0, 1, 3, 7, 15, 31]
    assert {entry.fact.request for entry in of(run, facts.RequestThrottled)} == {"req-2"}
    assert counts(run) == {
        "Invocations": 2,
        "Errors": 0,
        "Throttles": 6,
        "AsyncEventsReceived": 2,
        "AsyncEventsDropped": 0,
    }


def test_s16_a_call_whose_handler_raises_is_answered_with_200_and_never_repeated() -> None:
    """Given a destination and a dead-letter queue, a call at 0 whose handler raises.

    The error is in the answer, in the form of the Python runtime; both queues stay empty.
    """
    source = "def handler(event, context): raise ValueError('bad')"
    run = lab.run(lab.function(source, dead_letter="QD", on_failure="QF"), at=[0], until=3600)
    response = run.responses[0]
    assert (response.status_code, response.function_error) == (200, "Unhandled")
    document = json.loads(response.payload)
    assert document.keys() == {"errorMessage", "errorType", "requestId", "stackTrace"}
    assert (document["errorMessage"], document["errorType"]) == ("bad", "ValueError")
    assert f"START RequestId: {document['requestId']}" in run.logs("^START")[0].text
    assert isinstance(document["stackTrace"], list)
    assert "raise ValueError('bad')" in document["stackTrace"][-1]
    assert run.attempts() == 1
    assert run.delivered("QF") == run.delivered("QD") == []
