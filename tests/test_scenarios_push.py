"""Worked scenarios of topics, buckets, buses and schedules, with numbers worked out by hand."""

import json

import lambdalab as lab
from lambdalab.views.flow import flow
from tests.engine.asking import kinds, starts

BOOM = lab.handler("boom", fails=True, dead_letter="QD")
NEWS = lab.topic("news").to(BOOM, dead_letter="QS")


def test_s14_sns_does_not_see_function_errors() -> None:
    """Given a topic with a dead-letter queue QS, a function that raises, with its own, QD.

    SNS is done at 0; the attempts are Lambda's, at 0, 60 and 180; QD gets the event of SNS.
    """
    run = lab.run(NEWS, at=[0])
    assert kinds(run).count("DeliveryAccepted") == 1
    assert "DeliveryReturned" not in kinds(run)
    assert starts(run) == [0, 60, 180]
    (dead,) = run.delivered("QD")
    assert dead["at"] == 180
    assert dead["body"]["Records"][0]["Sns"]["Message"] == '{"n": 0}'
    assert run.delivered("QS") == []


def test_s15_sns_does_not_try_again_after_a_client_side_error() -> None:
    """Given the same, but the function has been deleted: the message is in QS, and nothing ran."""
    run = lab.run(NEWS, at=[0], changes=[(0, BOOM, lab.deleted)])
    assert "DeliveryReturned" not in kinds(run)
    assert run.attempts() == 0
    (dead,) = run.delivered("QS")
    assert dead["at"] == 0
    assert run.delivered("QD") == []


# Beside the numbered ones -----------------------------------------------------------------------


def test_retries_of_a_source_and_of_lambda_add_up() -> None:
    """The topic tries at 0, 0, 0, 0, 1, 2 and 3; Lambda at 3, 3 + 60 and 63 + 120."""
    run = lab.run(NEWS, at=[0], faults=[lab.outage(0, 2.5)])
    assert kinds(run).count("DeliveryReturned") == 6
    assert starts(run) == [3, 63, 183]
    assert run.delivered("QS") == []


def test_a_job_of_80_s_on_a_schedule_of_60_s_overlaps_itself() -> None:
    job = lab.handler("job", wait=80, timeout=100)
    run = lab.run(lab.schedule(60).to(job), until=600)
    assert starts(run) == [60 * k for k in range(11)]
    assert run.peak == 2
    alone = job.with_(reserved_concurrency=1)
    assert lab.run(lab.schedule(60).to(alone), until=600).peak == 1


def test_one_event_reaches_every_function_that_wants_it() -> None:
    big, all_of = lab.handler("big"), lab.handler("all")
    bus = lab.bus("orders").to(big, pattern={"detail": {"eur": [{"numeric": [">", 100]}]}})
    run = lab.run(bus.to(all_of), at=[(0, {"eur": 50}), (1, {"eur": 500})])
    assert [(x.function, x.start // 1_000_000) for x in run.invocations] == [
        ("all", 0),
        ("big", 1),
        ("all", 1),
    ]
    assert list(run.table("invocations")["source"]) == ["bus:orders"] * 3
    assert list(run.table("requests")["source"]) == ["bus:orders"] * 3
    assert "event-2 is put onto the bus orders" in repr(run.why("req-2"))
    assert "event-1 is not what big is to get" in repr(run.why("event-1.unmatched"))


def test_a_bucket_tells_each_function_of_its_own_objects() -> None:
    small, log = lab.handler("small"), lab.handler("log")
    photos = lab.bucket("photos").to(small, prefix="in/", suffix=".jpg")
    photos = photos.to(log, events="s3:ObjectRemoved:*")
    gone = lab.object("in/cat.jpg", event="ObjectRemoved:Delete")
    run = lab.run(photos, at=[(0, "in/cat.jpg"), (1, "out/cat.jpg"), (2, "in/a.txt"), (3, gone)])
    assert [(x.function, x.start) for x in run.invocations] == [("small", 0), ("log", 3_000_000)]
    removed = json.loads(
        run.log[next(e.seq for e in run.log if e.at == 3_000_000) + 2].fact.payload
    )
    assert "size" not in removed["Records"][0]["s3"]["object"]


def test_a_source_and_its_dead_letters_stand_in_the_stepper() -> None:
    run = lab.run(NEWS, at=[0], faults=[lab.denied(BOOM)])
    made = flow(run.log)
    assert [(node.kind, node.name) for node in made.nodes][:3] == [
        ("function", "boom"),
        ("source", "topic:news"),
        ("queue", "events of boom"),
    ]
    assert made.nodes[made.stays[-1].node].name == "queue:QS"
    (waiting,) = (stay for stay in made.stays if stay.thing == "delivery-1")
    assert waiting.end > waiting.start
    assert run.log[run.step("delivery-1.dropped").step].at == 0


def test_sources_stand_in_the_graph() -> None:
    graph = lab.run(NEWS, at=[0], faults=[lab.outage(0, 60)], until=30).graph()
    assert graph.nodes["topic:news"]["kind"] == "topic"
    assert graph.edges["topic:news", "boom"]["requests"] == ("delivery-1",)
