"""The short way of usual requests, and the summary of a run, come to what the full log says."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import Log
from lambdalab.engine.lanes import unfold_begun, unfold_ended
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.views.counts import COUNTED
from lambdalab.views.replay import fold
from lambdalab.views.summary import BY_INVOCATION

from .test_laws import scenarios as others

WAITS = [
    0.5,
    3,
    lab.exponential(0.3),
    lab.exponential(0.0000015),  # now and then nothing at all
    lab.uniform(0, 2),  # now and then longer than the timeout
    lab.choice([0, 1]),
]
CHANGES = [
    {"reserved_concurrency": 2},
    {"memory": 256},
    {"timeout": 2},
    {"maximum_retry_attempts": 0},
    lab.deleted,
]
ASSUMED = {
    "lifecycle.idle": [0.1, 1, 300, lab.exponential(2)],
    "concurrency.assignment.which": ["newest", "lru"],
    "lifecycle.max_age": [2],
    "lifecycle.init.overtaken": [False],
}


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Draw functions of plain code, much traffic, and what comes between."""
    many = draw(st.sampled_from([5, 40, 120]))
    traffic = st.sampled_from(
        [lab.poisson(20, many / 20), lab.steady(10, many / 10), lab.burst(many)]
    )
    reserved = draw(st.sampled_from([None, None, 1, 4]))
    f = lab.handler(
        name="f",
        wait=draw(st.sampled_from(WAITS)),
        timeout=draw(st.sampled_from([1, 3, 900])),
        reserved_concurrency=reserved,
    )
    g = lab.handler(name="g", wait=lab.exponential(0.1), init=draw(st.sampled_from([0, 0.2])))
    target = {draw(st.sampled_from([f, f, f.publish(), f.alias("live")])): draw(traffic)}
    if draw(st.booleans()):
        target[g] = draw(traffic)
    if draw(st.booleans()):
        target[lab.event(g)] = lab.poisson(5, many / 20)
    change = st.tuples(st.floats(0, 5), st.just(f), st.sampled_from(CHANGES))
    assumed = draw(st.sets(st.sampled_from(sorted(ASSUMED)), max_size=2))
    limits = [1000, 200] if reserved is None else [1000]
    return {
        "target": target,
        "until": draw(st.sampled_from([None, 3.3])),
        "seed": draw(st.integers(0, 3)),
        "changes": draw(st.lists(change, max_size=1)),
        "account_concurrency": draw(st.sampled_from(limits)),
        "assume": {name: draw(st.sampled_from(ASSUMED[name])) for name in sorted(assumed)},
    }


def played(scenario: dict[str, Any], short: bool, tasks: int = 5_000) -> Any:
    """Play a scenario, by the short way where that is possible or by the long way alone."""
    asked = {"at": None, "also": (), "faults": (), **scenario}
    planned = plan(**asked)
    if not short:
        planned.sim.shortcut = None
    play(planned)
    return planned.sim


@given(scenarios())
def test_the_short_way_comes_to_the_same_log_and_the_same_world(scenario: dict) -> None:
    short, long = played(scenario, short=True), played(scenario, short=False)
    log = Log(short.rows)
    assert list(log) == list(Log(long.rows))
    assert short.world == long.world == fold(log)


@given(scenarios(), st.floats(0, 4))
def test_wherever_the_short_way_is_left_the_world_is_that_of_the_log(
    scenario: dict, until: float
) -> None:
    sim = played(scenario | {"until": until}, short=True)
    assert sim.world == fold(Log(sim.rows))


def test_most_of_a_large_run_goes_the_short_way() -> None:
    planned = plan(
        lab.handler(wait=0.1), lab.poisson(10, seconds=100), (), None, 0, 1000, [], [], {}
    )
    play(planned)
    blocks = sum(row[0] in (unfold_begun, unfold_ended) for row in planned.sim.rows)
    assert blocks > 0.95 * len(planned.sim.rows)


def same(scenario: dict[str, Any]) -> None:
    """Compare the answers of a summary with those of the full log."""
    full, summary = lab.run(**scenario), lab.run(**scenario, keep="summary")
    assert (summary.entries, summary.end, summary.stopped) == (
        len(full.log),
        full.end,
        full.stopped,
    )
    for word in (*COUNTED, *BY_INVOCATION):
        assert summary.count(word) == full.count(word), word
    for one, other in ((summary, full), *((summary.of(f), full.of(f)) for f in full._functions)):
        assert dict(one.metrics) == dict(other.metrics)
        assert repr(one.bill) == repr(other.bill)
        for p in (1, 50, 90, 99.9, 100):
            assert one.metrics.percentile("Duration", p) == other.metrics.percentile("Duration", p)
        for period in (60, 300):
            assert one.metrics.series(period).equals(other.metrics.series(period))


@contextmanager
def short_stretches() -> Iterator[None]:
    """Let a run be added up again and again, after a few tasks each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules["lambdalab.run"], "TASKS_AT_A_TIME", 13)
        yield


@given(scenarios())
def test_a_summary_answers_as_the_full_log_does(scenario: dict) -> None:
    same(scenario)
    with short_stretches():
        same(scenario)


@given(others())
def test_a_summary_of_failures_and_events_answers_as_the_full_log_does(scenario: dict) -> None:
    same(scenario)
    with short_stretches():
        same(scenario)


def sources() -> dict[str, dict[str, Any]]:
    """Name runs through sources that keep what they were sent."""
    half = lab.handler(name="f", wait=0.2, fails=0.5)
    queue = lab.queue(max_receive_count=2, visibility_timeout=10).to(half, batch_size=3)
    stream = lab.stream(shards=2).to(half, bisect_batch_on_function_error=True, batch_size=4)
    return {
        "queue": {"target": queue, "at": lab.steady(3, 20), "until": 400},
        "stream": {"target": stream, "at": lab.steady(3, 20), "until": 400},
        "topic": {"target": lab.topic("news").to(half), "at": lab.steady(3, 20)},
        "api": {"target": lab.api("shop").to(half), "at": lab.steady(3, 20)},
        "caller": {"target": lab.caller(half, retries="standard"), "at": lab.steady(3, 20)},
    }


@pytest.mark.parametrize("source", sources())
def test_a_summary_of_a_source_answers_as_the_full_log_does(source: str) -> None:
    same(sources()[source])
    with short_stretches():
        same(sources()[source])


def test_a_summary_of_requests_that_do_not_end_as_usual_answers_as_the_full_log_does() -> None:
    """They begin by the short way; then their environments are wanted for something else."""
    f = lab.handler(name="f", wait=5, timeout=900).alias("live")
    for change in ({"provisioned_concurrency": 2}, {"memory": 512}, lab.deleted):
        target = f if change == {"provisioned_concurrency": 2} else lab.handler(name="f", wait=5)
        changes = [(18, target, change)]
        scenario = {"target": target, "at": [0, 1, 2, 10, 11, 16, 17, 40], "changes": changes}
        for until in (None, 19):
            same({**scenario, "until": until})
            with short_stretches():
                same({**scenario, "until": until})


def test_what_only_the_log_can_tell_is_a_mistake_that_says_what_can_be_asked() -> None:
    summary = lab.run(lab.handler(wait=1), at=[0, 1], keep="summary")
    for ask in ("why", "tell", "step", "log", "logs", "table"):
        with pytest.raises(lab.LabError, match=r"(?s)metrics.*without keep"):
            getattr(summary, ask)
    with pytest.raises(lab.LabError, match="whole minutes"):
        summary.metrics.series(period=1)
    with pytest.raises(lab.LabError, match="requests"):
        summary.count("processed")
    with pytest.raises(lab.LabError, match="modelled"):
        lab.run(lab.function("def handler(event, context): pass"), at=0, keep="summary")
    with pytest.raises(lab.LabError, match='"log", "summary"'):
        lab.run(lab.handler(), at=0, keep="everything")


def test_a_summary_needs_a_few_bytes_for_each_request() -> None:
    """Arrival times, numbers and the samples of Duration, eight bytes each; the log needs 400."""
    import tracemalloc

    def kept(requests: int) -> int:
        traffic = lab.steady(100, seconds=requests / 100)
        tracemalloc.start()
        summary = lab.run(lab.handler(wait=0.05), traffic, keep="summary")
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert summary.count("requests") == requests
        return size

    assert (kept(20_000) - kept(10_000)) / 10_000 < 60
