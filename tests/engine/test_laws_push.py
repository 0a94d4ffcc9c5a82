"""Laws of topics, buckets, buses and schedules: nothing that is pushed is lost without a word."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.views.replay import fold, worlds

TIMES = st.integers(0, 40).map(lambda tenths: tenths / 10)
DEAD = st.sampled_from([None, "kept"])
WANTED = st.sampled_from([None, {"detail": {"n": [{"numeric": ["<", 2]}]}}])


@st.composite
def functions(draw: st.DrawFn) -> list[lab.Function]:
    """Draw one function or two, and where their own events go."""
    records = draw(st.sampled_from([None, lab.topic("news"), lab.bus("trees"), lab.bucket("in")]))
    return [
        lab.handler(
            name,
            wait=draw(st.sampled_from([0, 0.5])),
            fails=draw(st.sampled_from([False, True])),
            reserved_concurrency=draw(st.sampled_from([None, 0, 1])),
            maximum_retry_attempts=draw(st.integers(0, 2)),
            maximum_event_age=60,
            on_failure=records if name == "a" else None,
        )
        for name in ("a", "b")
    ]


@st.composite
def scenarios(draw: st.DrawFn) -> dict:
    """Draw sources, their wires, what is sent to them, and what goes wrong."""
    a, b = draw(functions())
    policy = {
        "maximum_retry_attempts": draw(st.sampled_from([0, 3, 185])),
        "maximum_event_age": draw(st.sampled_from([60, 86_400])),
    }
    bucket = lab.bucket("in").to(b, suffix=".jpg")
    sources = {
        lab.topic("news").to(b, dead_letter=draw(DEAD)).to(b): draw(st.lists(TIMES, max_size=4)),
        lab.bus("trees").to(b, pattern=draw(WANTED), dead_letter=draw(DEAD), **policy): draw(
            st.lists(TIMES, max_size=4)
        ),
        bucket: [(at, f"{at}{draw(st.sampled_from(['.jpg', '.txt']))}") for at in range(3)],
        lab.schedule(60).to(a, dead_letter=draw(DEAD), **policy): None,
    }
    start = draw(TIMES)
    faults = [lab.outage(start, start + draw(st.sampled_from([0, 1, 30, 300])))]
    faults += draw(st.sampled_from([[], [lab.denied(b)], [lab.denied("kept")]]))
    return {
        "target": sources,
        "until": draw(st.sampled_from([3, 400])),
        "faults": faults,
        "changes": draw(st.sampled_from([[], [(2, b, lab.deleted)]])),
    }


def run(scenario: dict) -> lab.Run:
    return lab.run(**scenario)


@given(scenarios())
def test_the_same_seed_gives_the_same_log(scenario: dict) -> None:
    assert run(scenario).log.rows == run(scenario).log.rows


@given(scenarios())
def test_the_log_alone_rebuilds_the_world_that_the_engine_held(scenario: dict) -> None:
    planned = plan(at=None, also=(), seed=0, account_concurrency=1000, assume={}, **scenario)
    play(planned)
    assert fold(Log(planned.sim.rows)) == planned.sim.world


@given(scenarios())
def test_what_is_pushed_is_accepted_dropped_unwanted_or_still_on_its_way(scenario: dict) -> None:
    log = run(scenario).log
    wires: Counter[str] = Counter()  # source -> its triggers
    owed: Counter[str] = Counter()  # event -> functions that are owed a word about it
    begun: dict[str, str] = {}
    for entry, world in zip(log, worlds(log), strict=True):
        match entry.fact:
            case facts.TriggerConfigured(source=source):
                wires[source] += 1
            case facts.EventPublished(source=source, event=event):
                owed[event] += wires[source]
            case facts.EventUnmatched(event=event):
                owed[event] -= 1
            case facts.DeliveryBegun(delivery=delivery, event=event):
                owed[event] -= 1
                begun[delivery] = event
            case facts.DeliveryAccepted(delivery=delivery):
                del begun[delivery]
            case facts.DeliveryDropped(delivery=delivery):
                del begun[delivery]
        assert begun.keys() == world.deliveries.keys()
        assert problems(world) == []
    assert all(left == 0 for left in owed.values())


@given(scenarios())
def test_a_dropped_delivery_is_in_its_dead_letter_queue(scenario: dict) -> None:
    log = run(scenario).log
    targets = {
        e.fact.trigger: e.fact.dead_letter
        for e in log
        if isinstance(e.fact, facts.TriggerConfigured)
    }
    trigger = {
        e.fact.delivery: e.fact.trigger for e in log if isinstance(e.fact, facts.DeliveryBegun)
    }
    dropped = [e.fact.delivery for e in log if isinstance(e.fact, facts.DeliveryDropped)]
    tried = facts.DocumentSent | facts.DeliveryFailed
    kept = [e.fact.request for e in log if isinstance(e.fact, tried) if e.fact.request in trigger]
    assert kept == [delivery for delivery in dropped if targets[trigger[delivery]]]


@given(scenarios())
def test_an_accepted_delivery_is_one_event_of_its_function(scenario: dict) -> None:
    log = run(scenario).log
    queued = {e.fact.request for e in log if isinstance(e.fact, facts.EventQueued)}
    received = [
        e.fact.source
        for e in log
        if isinstance(e.fact, facts.RequestReceived)
        and e.fact.source.startswith("delivery-")
        and e.fact.request in queued
    ]
    accepted = [e.fact.delivery for e in log if isinstance(e.fact, facts.DeliveryAccepted)]
    assert received == accepted
