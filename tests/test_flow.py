"""Where everything is: at each node what the world holds there."""

from __future__ import annotations

import pytest

import lambdalab as lab
from lambdalab.engine.facts import InvocationStarted
from lambdalab.run import Run
from lambdalab.views.columns import columns
from lambdalab.views.flow import ENVIRONMENT, OPEN, QUEUE, flow
from lambdalab.views.lanes import chart
from lambdalab.views.machines import EVENT, MACHINES, changes
from lambdalab.views.places import places
from lambdalab.views.replay import worlds


def events() -> Run:
    """Let events fail, be throttled, be retried, and be sent on to another function."""
    after = lab.handler("after", wait=0.2)
    boom = lab.handler(
        "boom", wait=1, fails=0.5, reserved_concurrency=2, on_failure="failed", on_success=after
    )
    return lab.run(lab.event(boom), at=lab.poisson(3, 5))


def calls() -> Run:
    """Let calls be served, refused, and time out."""
    fn = lab.handler("shop", wait=4, init=1, timeout=3, reserved_concurrency=2)
    return lab.run(fn, at=[0, 0.5, 1, 10])


def topic() -> Run:
    """Let a topic push."""
    return lab.run(lab.topic("news").to(lab.handler("mail", wait=1, fails=True)), at=[0, 1])


def duplicates() -> Run:
    """Let the internal queue deliver an event twice, the second time while there is no room."""
    fn = lab.handler("fn", wait=3, reserved_concurrency=1)
    return lab.run(lab.event(fn), at=[0, 0], faults=[lab.duplicate(lab.event(fn))])


@pytest.mark.parametrize("make", [events, calls, topic, duplicates])
def test_an_environment_holds_the_request_that_it_works_on(make: object) -> None:
    run = make()  # type: ignore[operator]
    moved = flow(run.log)
    for seq, world in enumerate(worlds(run.log)):
        here = {
            moved.nodes[stay.node].name: stay.thing
            for stay in moved.stays
            if moved.nodes[stay.node].kind == ENVIRONMENT
            and stay.state == "runs"
            and stay.start <= seq
            and (stay.end == OPEN or stay.end > seq)
        }
        busy = {env.id: env.request for env in world.environments.values() if env.request}
        assert here == {name: request for name, request in busy.items() if name in here}
        if isinstance(fact := run.log[seq].fact, InvocationStarted):
            assert here[fact.environment] == fact.request


@pytest.mark.parametrize("make", [events, topic, duplicates])
def test_the_internal_queue_holds_every_event_that_is_not_done_with(make: object) -> None:
    run = make()  # type: ignore[operator]
    moved = flow(run.log)
    queued: set[str] = set()
    for entry in run.log:
        name = type(entry.fact).__name__
        if name == "EventQueued":
            queued.add(entry.fact.request)  # type: ignore[attr-defined]
        elif name == "EventDuplicated":
            queued.add(entry.fact.copy)  # type: ignore[attr-defined]
        elif name in ("EventSucceeded", "EventDropped"):
            queued.discard(entry.fact.request)  # type: ignore[attr-defined]
        here = {
            stay.thing
            for stay in moved.stays
            if moved.nodes[stay.node].kind == QUEUE
            and stay.start <= entry.seq
            and (stay.end == OPEN or stay.end > entry.seq)
        }
        assert here == queued


def test_every_node_has_a_place_of_its_own() -> None:
    run = lab.run({lab.handler(name, wait=1): lab.burst(9) for name in ("a", "b", "c")})
    placed = places(flow(run.log), chart(run.log))
    where = [place for _, place in placed.nodes]
    assert len(set(where)) == len(where)
    lanes = [lane.name for lane in chart(run.log).lanes]
    drawn = [node.label for node, _ in placed.nodes if node.kind == ENVIRONMENT]
    assert sorted(drawn) == sorted(lanes)
    assert max(placed.node_of) < len(placed.nodes)
    assert {end for edge in placed.edges for end in edge} <= set(range(len(placed.nodes)))


@pytest.mark.parametrize("make", [events, calls, topic])
def test_things_take_only_steps_that_their_machine_has(make: object) -> None:
    run = make()  # type: ignore[operator]
    state: dict[tuple[str, str], str] = {}
    for change in changes(run.log):
        before = state.get((change.machine, change.thing), "")
        assert (before, change.state) in MACHINES[change.machine].edges
        state[change.machine, change.thing] = change.state
    ends = {state[key] for key in state if key[0] == EVENT}
    assert ends <= set(MACHINES[EVENT].ends)


def test_the_columns_of_a_topic_name_where_it_comes_from() -> None:
    sent = columns(topic().log)
    assert ["delivery", "Deliveries", ["delivery-1", "delivery-2"]] in sent["things"]
    assert "topic news" in [label for _, label, *_ in sent["system"]["nodes"]]
