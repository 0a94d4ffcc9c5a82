"""One example for each rule of filters and of the sources that push, named after it."""

import json
from collections.abc import Callable
from itertools import pairwise

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.patterns import matches
from lambdalab.sources.filters import filter_texts, problem
from tests.engine.asking import decided, of, starts

BOOM = lab.handler("boom", fails=True)
NAP = lab.handler("nap", wait=1)
ECHO = lab.function("def handler(event, context):\n    return event", name="echo")


def events(run: lab.Run) -> list[dict]:
    """List what the handlers got, in the order in which they got it."""
    return [json.loads(x.payload) for x in run.invocations]


def failures(run: lab.Run) -> list[float]:
    """List the times at which Lambda's API did not take an event."""
    return [e.at / 1_000_000 for e in of(run, facts.DeliveryReturned)]


# Filters ----------------------------------------------------------------------------------------


def test_filter_count_a_mapping_has_at_most_five_patterns() -> None:
    five = [{"body": [str(k)]} for k in range(5)]
    assert len(filter_texts(five)) == 5
    with pytest.raises(lab.LabError, match=r"filter\.count"):
        filter_texts([*five, {"body": ["x"]}])


def test_filter_length_a_pattern_has_at_most_4096_characters() -> None:
    around = len('{"a": [""]}')
    assert problem({"a": ["x" * (4_096 - around)]}) == ""
    assert problem({"a": ["x" * (4_097 - around)]}) == "it has 4,097 characters"


def test_filter_numbers_are_compared_as_they_are_written() -> None:
    assert matches('{"n": [300]}', '{"n": 300}')
    assert not matches('{"n": [300]}', '{"n": 300.0}')
    assert not matches('{"n": [300]}', '{"n": 3.0e2}')
    assert matches('{"n": [{"numeric": ["=", 300]}]}', '{"n": 3.0e2}')


def test_filter_operators_are_those_of_the_page() -> None:
    small = {"size": [{"numeric": ["<", 10]}], "name": [{"suffix": ".jpg"}]}
    assert matches(small, {"size": 9, "name": "cat.jpg"})
    assert not matches(small, {"size": 10, "name": "cat.jpg"})
    assert "no operator" in problem({"name": [{"wildcard": "*.jpg"}]})


# Every source that pushes -----------------------------------------------------------------------


def test_upstream_boundary_a_source_is_done_when_lambda_accepts() -> None:
    run = lab.run(lab.topic("news").to(BOOM, dead_letter="kept"), at=[0])
    (accepted,) = decided(run, "upstream.boundary")
    assert (accepted.at, accepted.fact) == (0, facts.DeliveryAccepted("delivery-1"))
    assert starts(run) == [0, 60, 180]
    assert run.delivered("kept") == []
    assert run.responses == [None]


def test_source_model_push_vs_pull_the_wire_belongs_to_the_source() -> None:
    run = lab.run(lab.topic("news").to(NAP), at=[0])
    (configured,) = of(run, facts.TriggerConfigured)
    assert (configured.fact.source, configured.fact.function) == ("topic:news", "nap")
    (received,) = of(run, facts.RequestReceived)
    assert (received.fact.invocation_type, received.fact.source) == ("Event", "delivery-1")


def test_source_trigger_one_event_one_trigger_each_function_gets_its_own() -> None:
    run = lab.run(lab.topic().to(NAP).to(BOOM), at=[0])
    assert [e.fact.function for e in decided(run, "source.trigger.one-event-one-trigger")] == [
        "nap",
        "boom",
    ]
    assert run.count("processed") == 1
    assert run.count("dropped") == 1


def test_source_api_retry_layers_the_sources_tries_come_before_lambdas() -> None:
    run = lab.run(lab.topic().to(BOOM), at=[0], faults=[lab.outage(0, 2)])
    assert failures(run) == [0, 0, 0, 0, 1]
    assert starts(run) == [2, 62, 182]  # an outage is over at its end


# SNS --------------------------------------------------------------------------------------------


def test_sns_source_sns_envelope_the_message_stands_under_sns() -> None:
    run = lab.run(lab.topic("news").to(ECHO), at=[(0, "hello"), (1, {"tree": 17})])
    (first,), (second,) = (event["Records"] for event in events(run))
    assert (first["EventSource"], first["EventVersion"]) == ("aws:sns", "1.0")
    assert first["Sns"]["Message"] == "hello"
    assert json.loads(second["Sns"]["Message"]) == {"tree": 17}
    assert second["Sns"]["Timestamp"] == "2026-01-01T00:00:01.000Z"
    assert first["Sns"]["MessageId"] != second["Sns"]["MessageId"]
    assert first["EventSubscriptionArn"].startswith(first["Sns"]["TopicArn"] + ":")


def test_upstream_sns_policy_at_once_then_spaced_then_growing_then_for_days() -> None:
    run = lab.run(lab.topic().to(NAP), at=[0], until=200, faults=[lab.outage(0, 1000)])
    waits = [b - a for a, b in pairwise(failures(run))]
    assert waits[:6] == [0, 0, 0, 1, 1, 1]
    growing = waits[5:15]
    assert growing == sorted(growing)
    assert all(b / a == pytest.approx(20 ** (1 / 9), 1e-5) for a, b in pairwise(growing))
    assert growing[-1] == pytest.approx(20)
    assert set(waits[15:]) == {20}
    assert starts(run) == []


@pytest.mark.slow
def test_upstream_sns_policy_ends_after_23_days() -> None:
    month = 30 * 86_400
    topic = lab.topic().to(NAP, dead_letter="late")
    run = lab.run(topic, at=[0], until=month, faults=[lab.outage(0, month)])
    assert len(failures(run)) == 100_015
    (late,) = run.delivered("late")
    assert late["at"] // 86_400 == 23
    assert run.attempts() == 0


def test_upstream_sns_client_error_goes_straight_to_the_dead_letter_queue() -> None:
    topic = lab.topic().to(NAP, dead_letter="kept")
    for more in ({"changes": [(0, NAP, lab.deleted)]}, {"faults": [lab.denied(NAP)]}):
        run = lab.run(topic, at=[0], **more)
        assert failures(run) == starts(run) == []
        (kept,) = run.delivered("kept")
        assert kept["body"]["Records"][0]["Sns"]["Message"] == '{"n": 0}'
        (dropped,) = of(run, facts.DeliveryDropped)
        assert dropped.rule == "upstream.sns.client-error"


def test_upstream_sns_fifo_topics_cannot_feed_functions() -> None:
    with pytest.raises(lab.LabError, match=r"upstream\.sns\.fifo"):
        lab.topic("news", fifo=True).to(NAP)


# EventBridge ------------------------------------------------------------------------------------


def test_eventbridge_the_event_is_one_with_no_records() -> None:
    put = lab.bus_event({"tree": 17}, source="orchard", detail_type="Tree Picked")
    (event,) = events(lab.run(lab.bus("trees").to(ECHO), at=[(1, put)]))
    assert event["version"] == "0"
    assert (event["source"], event["detail-type"]) == ("orchard", "Tree Picked")
    assert (event["detail"], event["time"]) == ({"tree": 17}, "2026-01-01T00:00:01Z")


def test_upstream_eventbridge_policy_185_tries_in_24_hours() -> None:
    outage = [lab.outage(0, 90_000)]
    run = lab.run(lab.bus().to(NAP, dead_letter="late"), at=[0], until=100_000, faults=outage)
    assert len(failures(run)) == 185
    (late,) = run.delivered("late")
    assert late["attributes"]["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert late["at"] < 86_400
    few = lab.run(lab.bus().to(NAP, maximum_retry_attempts=2), at=[0], faults=outage)
    assert failures(few) == [0, 1]
    assert "with up to 2 retries in 86,400 s" in repr(few.why("delivery-1.dropped"))
    young = lab.bus().to(NAP, dead_letter="late", maximum_event_age=60)
    run = lab.run(young, at=[0], faults=outage)
    assert failures(run) == [0, 1, 3, 7, 15]  # the next one would come after 63 s
    (late,) = run.delivered("late")
    assert late["attributes"]["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"
    with pytest.raises(lab.LabError, match="0 to 185"):
        lab.bus().to(NAP, maximum_retry_attempts=186)
    with pytest.raises(lab.LabError, match="60 to 86,400"):
        lab.schedule(60).to(NAP, maximum_event_age=59)


def test_open_eventbridge_backoff_doubles() -> None:
    run = lab.run(lab.bus().to(NAP), at=[0], faults=[lab.outage(0, 5)])
    assert failures(run) == [0, 1, 3]
    assert starts(run) == [7]


def test_upstream_eventbridge_no_retry_if_the_target_is_gone() -> None:
    changes = [(0, NAP, lab.deleted)]
    run = lab.run(lab.bus().to(NAP, dead_letter="kept"), at=[0], changes=changes)
    assert failures(run) == []
    assert [kept["body"]["detail"] for kept in run.delivered("kept")] == [{"n": 0}]
    assert len(decided(run, "upstream.eventbridge.no-retry")) == 1


def test_upstream_eventbridge_dlq_attributes_describe_the_failure() -> None:
    bus = lab.bus("trees").to(NAP, dead_letter="kept")
    (kept,) = lab.run(bus, at=[0], faults=[lab.denied(NAP)]).delivered("kept")
    assert kept["attributes"] == {
        "RULE_ARN": "arn:aws:events:us-east-1:123456789012:rule/trees/trigger-1",
        "TARGET_ARN": "arn:aws:lambda:us-east-1:123456789012:function:nap",
        "ERROR_CODE": "AccessDeniedException",
        "ERROR_MESSAGE": "AccessDeniedException",
        "EXHAUSTED_RETRY_CONDITION": "",
        "RETRY_ATTEMPTS": "0",
    }
    for wrong in (lab.topic(), lab.queue("kept", fifo=True)):
        with pytest.raises(lab.LabError, match=r"upstream\.eventbridge\.dlq"):
            lab.bus().to(NAP, dead_letter=wrong)


def test_source_eventbridge_schedule_eventbridge_scheduled_fires_by_the_minute() -> None:
    run = lab.run(lab.schedule(120, name="often").to(ECHO), until=300)
    assert starts(run) == [0, 120, 240]
    event = events(run)[1]
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    assert (event["detail"], event["time"]) == ({}, "2026-01-01T00:02:00Z")
    assert event["resources"] == ["arn:aws:events:us-east-1:123456789012:rule/often"]
    for every in (30, 90, True, "often", None):
        with pytest.raises(lab.LabError, match=r"source\.eventbridge\.schedule"):
            lab.schedule(every)


# S3 ---------------------------------------------------------------------------------------------


def test_s3_put_source_s3_event_name_has_no_s3_in_front() -> None:
    run = lab.run(lab.bucket("photos").to(ECHO), at=[0, (1, lab.object("a.jpg", 7))])
    (first,), (second,) = (event["Records"] for event in events(run))
    assert (first["eventName"], first["eventSource"]) == ("ObjectCreated:Put", "aws:s3")
    assert first["s3"]["object"]["key"] == "n-0"
    assert (second["s3"]["object"]["key"], second["s3"]["object"]["size"]) == ("a.jpg", 7)


def test_source_s3_key_encoding_a_space_is_a_plus() -> None:
    keys = ["trees/red apple.jpg", "a+b&c=ä.txt", "-._*"]
    run = lab.run(lab.bucket().to(ECHO), at=[(k, key) for k, key in enumerate(keys)])
    shown = [event["Records"][0]["s3"]["object"]["key"] for event in events(run)]
    assert shown == ["trees/red+apple.jpg", "a%2Bb%26c%3D%C3%A4.txt", "-._*"]


def test_source_s3_sequencer_grows() -> None:
    run = lab.run(lab.bucket().to(ECHO), at=[(0, "a"), (0, "a"), (9, "a")])
    found = [event["Records"][0]["s3"]["object"]["sequencer"] for event in events(run)]
    assert found == sorted(set(found))


def test_upstream_s3_a_notification_that_lambda_will_never_take_is_lost() -> None:
    run = lab.run(lab.bucket().to(NAP), at=[0], faults=[lab.denied(NAP)])
    (lost,) = decided(run, "upstream.s3")
    assert lost.fact == facts.DeliveryDropped("delivery-1", "AccessDeniedException")


def test_open_s3_retries_like_eventbridge() -> None:
    run = lab.run(lab.bucket().to(NAP), at=[0], faults=[lab.outage(0, 5)])
    assert failures(run) == [0, 1, 3]
    assert starts(run) == [7]


# Documents that go on ---------------------------------------------------------------------------


def test_dest_format_sqs_sns_lambda_a_record_is_the_message_of_a_topic() -> None:
    topic = lab.topic("alerts").to(ECHO)
    run = lab.run(lab.event(BOOM.with_(on_failure=topic)), at=[0])
    (event,) = events(run)[3:]
    record = json.loads(event["Records"][0]["Sns"]["Message"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    why = repr(run.why("env-2"))
    assert "msg-1 is published to the topic alerts" in why
    assert "req-1 arrives as an event for boom" in why


def test_a_dead_letter_keeps_its_attributes_on_a_topic() -> None:
    topic = lab.topic("dead").to(ECHO)
    run = lab.run(lab.event(BOOM.with_(dead_letter=topic)), at=[0])
    sns = events(run)[3]["Records"][0]["Sns"]
    assert sns["Message"] == '{"n": 0}'
    assert sns["MessageAttributes"]["ErrorCode"] == {"Type": "Number", "Value": "200"}
    assert sns["MessageAttributes"]["ErrorMessage"]["Type"] == "String"


def test_a_record_on_a_bus_is_matched_against_its_rules() -> None:
    wanted = {"detail-type": [{"suffix": "Failure"}], "detail": {"requestPayload": {"n": [1]}}}
    bus = lab.bus("results").to(ECHO, pattern=wanted)
    run = lab.run(lab.event(BOOM.with_(on_failure=bus, maximum_retry_attempts=0)), at=[0, 0])
    (event,) = (event for event in events(run) if "detail" in event)
    assert event["detail"]["requestPayload"] == {"n": 1}
    assert event == run.delivered(bus)[1]["body"]
    assert len(of(run, facts.EventUnmatched)) == 1


def test_dest_format_s3_a_record_is_an_object_with_a_dated_name() -> None:
    bucket = lab.bucket("failed").to(ECHO, prefix="aws/lambda/async/boom/")
    run = lab.run(lab.event(BOOM.with_(on_failure=bucket)), at=[0])
    (event,) = (event for event in events(run) if "Records" in event)
    key = event["Records"][0]["s3"]["object"]["key"]
    assert key.startswith("aws/lambda/async/boom/2026/01/01/2026-01-01T00.03.00-")
    (record,) = run.delivered(bucket, raw=True)
    assert event["Records"][0]["s3"]["object"]["size"] == len(record["body"])


# Mistakes ---------------------------------------------------------------------------------------

NEWS, TREES, PHOTOS = lab.topic("news"), lab.bus("trees"), lab.bucket("photos")
HOURLY = lab.schedule(3600, name="hourly").to(NAP)


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (lambda: NEWS.to(NAP, batch_size=3), "no setting 'batch_size'"),
        (lambda: NEWS.to("nap"), "cannot feed 'nap'"),
        (lambda: lab.topic(NAP, name=3), "name=3 is no name"),
        (lambda: lab.run(HOURLY), "fires for ever"),
        (lambda: lab.run(HOURLY, at=[0], until=9), "keeps its own time"),
        (lambda: lab.schedule(NAP), "every=None"),
        (lambda: TREES.to(NAP, pattern={"a": 1}), "a needs a list"),
        (lambda: lab.run(TREES, at=[(0, "x")]), "detail='x' is no JSON object"),
        (lambda: lab.bus_event({"a": {1, 2}}), "no JSON object"),
        (lambda: PHOTOS.to(NAP).to(BOOM), "two notifications of 'photos'"),
        (lambda: PHOTOS.to(NAP, prefix="a").to(BOOM, prefix="ab"), "want the same objects"),
        (lambda: PHOTOS.to(NAP, events="s3:Lost"), "not known"),
        (lambda: PHOTOS.to(NAP, suffix=3), "is no text"),
        (lambda: lab.run(PHOTOS, at=[(0, {"a": 1})]), "is no key"),
        (lambda: lab.object("a", -1), "is no size"),
        (lambda: lab.object("a", 1, "s3:ObjectCreated:Put"), "event='s3:ObjectCreated:Put'"),
        (lambda: lab.run(NEWS, at=[0], changes=[(1, NEWS, {})]), "cannot be changed"),
        (lambda: lab.outage(-1, 2), "start=-1 is not a time"),
    ],
)
def test_a_mistake_is_refused_with_a_reason(mistake: Callable[[], object], said: str) -> None:
    with pytest.raises(lab.LabError, match=said):
        mistake()


def test_notifications_of_a_bucket_that_exclude_each_other_stand_side_by_side() -> None:
    two = PHOTOS.to(NAP, prefix="a/").to(BOOM, prefix="b/")
    assert len(two.to(ECHO, prefix="a/", events="s3:ObjectRemoved:*").wires) == 3
    assert len(PHOTOS.to(NAP, suffix=".jpg").to(BOOM, suffix=".png").wires) == 2
