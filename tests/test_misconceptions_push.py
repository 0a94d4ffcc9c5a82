"""What many people believe of what pushes events to Lambda, as experiments."""

import lambdalab as lab
from tests.engine.asking import starts

BOOM = lab.handler("boom", fails=True)


def test_m17_the_retries_of_sns_and_eventbridge_do_not_replace_lambdas() -> None:
    for source in (lab.topic(BOOM), lab.bus(BOOM), lab.bucket(BOOM)):
        run = lab.run(source, at=[0])
        assert starts(run) == [0, 60, 180]
        assert run.count("dropped") == 1


def test_m18_what_sns_calls_delivered_may_have_failed() -> None:
    run = lab.run(lab.topic(BOOM), at=[0])
    assert "Lambda has accepted delivery-1." in run.tell()
    assert run.count("processed") == 0


def test_m21_the_dead_letter_queue_of_a_subscription_does_not_see_function_errors() -> None:
    kept = lab.topic().to(BOOM, dead_letter="kept")
    assert lab.run(kept, at=[0]).delivered("kept") == []
    both = lab.topic().to(BOOM.with_(dead_letter="dead"), dead_letter="kept")
    assert len(lab.run(both, at=[0]).delivered("dead")) == 1
    assert lab.run(both, at=[0]).delivered("kept") == []


def test_m20_throttled_events_of_a_topic_wait_inside_lambda_and_not_in_sns() -> None:
    slow = lab.handler("slow", wait=60, timeout=90, reserved_concurrency=1, maximum_event_age=300)
    run = lab.run(lab.topic(slow), at=[0] * 20)
    assert "DeliveryReturned" not in {type(entry.fact).__name__ for entry in run.log}
    assert run.count("processed") + run.count("dropped") == 20
    assert run.count("dropped") > 10
