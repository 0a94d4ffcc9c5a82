"""What the pictures show of queues, streams, doors and clients, against the world of the run."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.run import Run
from lambdalab.views.columns import columns
from lambdalab.views.flow import CLIENT, OPEN, POLLER, QUEUE, SOURCE, Flow, ages, depths, flow
from lambdalab.views.lanes import MOST_LANES, Chart, Span, chart
from lambdalab.views.looks import HELD, LETTER, LOAN, OPENED, QUEUED, RUNS
from lambdalab.views.machines import MACHINES, MESSAGE, RECORD, changes
from lambdalab.views.replay import worlds

S = 1_000_000


def failing() -> Run:
    """Receive one message three times; then it is dead-lettered."""
    queue = lab.queue("Q", visibility_timeout=30, max_receive_count=3, dead_letter="DLQ")
    return lab.run(queue.to(lab.handler("fails", wait=1, fails=True), batch_size=1), at=[0])


def crowd() -> Run:
    """Send twelve messages to one environment, with one receive each."""
    one = lab.handler("one", wait=10, reserved_concurrency=1)
    queue = lab.queue("orders", visibility_timeout=30, max_receive_count=1, dead_letter="dlq")
    return lab.run(queue.to(one, batch_size=1), at=[0] * 12)


def batches() -> Run:
    """Let one of ten messages fail, with partial responses."""
    picky = lab.handler("picky", wait=2, init=1, fails=lambda body: body == "m7")
    queue = lab.queue("Q", visibility_timeout=30, max_receive_count=3, dead_letter="dlq", delay=1)
    queue = queue.to(
        picky, batch_size=5, maximum_batching_window=2, report_batch_item_failures=True
    )
    return lab.run(queue, at=[(k * 0.4, f"m{k}") for k in range(10)])


def groups() -> Run:
    """Let the head of one group of three fail."""
    queue = lab.queue(fifo=True, visibility_timeout=30, max_receive_count=3)
    send = [(0, lab.message(body, group=body[0])) for body in ("a1", "a2", "b1", "b2", "b2", "c1")]
    worker = lab.handler("worker", wait=1, fails=lambda body: body == "a1")
    return lab.run(queue.to(worker, batch_size=1), at=send)


def poison() -> Run:
    """Find a poison record among eight by splitting."""
    fn = lab.handler("fn", wait=1, fails=lambda data: data == "r6")
    settings = {"bisect_batch_on_function_error": True, "maximum_retry_attempts": 3}
    stream = lab.stream("clicks").to(fn, batch_size=8, on_failure="failed", **settings)
    return lab.run(stream, at=[(0, f"r{k}") for k in range(1, 9)])


def shards() -> Run:
    """Let a record block one of two shards; a second function reads both, and filters."""
    fn = lab.handler("fn", wait=1, fails=lambda data: data == "r3")
    other = lab.handler("other", wait=0.2, reserved_concurrency=1)
    settings = {"maximum_retry_attempts": 2, "on_failure": "failed"}
    stream = lab.stream("clicks", shards=2)
    at = [(k * 0.5, lab.record(f"r{k}", key=f"k{k}")) for k in range(12)]
    stream = stream.to(fn, batch_size=2, **settings).to(other, batch_size=3)
    return lab.run(stream, at=at)


CHARGE = """
import time
import lambdalab as lab
def handler(event, context):
    time.sleep(40)
    lab.effect("charge card")
    return {"statusCode": 200}
"""


def slow() -> Run:
    """Let a client try an API twice that answers 504 while the function runs on."""
    fn = lab.function(CHARGE, name="slow", timeout=60)
    return lab.run(lab.caller(lab.api(fn, timeout=29), retries="once"), at=[0])


def impatient() -> Run:
    """Let an SDK stop reading before the function is done."""
    return lab.run(lab.caller(lab.handler("long", wait=100, timeout=120), retries="legacy"), at=[0])


def shop() -> Run:
    """Let two clients wait for one API at once, and a third one for nothing good."""
    fn = lab.handler("shop", wait=2, reserved_concurrency=2, returns={"statusCode": 200})
    return lab.run(lab.api(fn), at=[0, 1, 1.5, 5])


def nested() -> Run:
    """Let a function call another one, which outlives it."""
    source = "import lambdalab as lab\ndef handler(event, context): return lab.call('inner', event)"
    outer = lab.function(source, name="outer", timeout=3)
    return lab.run(outer, at=[0], also=[lab.handler("inner", wait=5, timeout=9)])


QUEUES = [failing, crowd, batches, groups]
STREAMS = [poison, shards]
ALL = [*QUEUES, *STREAMS, slow, impatient, shop, nested]


def of(made: Chart, name: str, *kinds: str) -> list[Span]:
    """List the spans of some kinds on a lane."""
    lane = made.lane_of[name]
    return [span for span in made.spans if span.lane == lane and span.kind in kinds]


def marks(made: Chart, name: str) -> list[tuple[str, float]]:
    """List what happens on a lane: kind, and second."""
    return [(mark.kind, mark.at / S) for mark in made.marks if mark.lane == made.lane_of[name]]


def told(spans: list[Span]) -> list[tuple[str, float, float]]:
    """List kind, start and end of spans in seconds."""
    return [(s.kind, s.start / S, s.end if s.end == OPEN else s.end / S) for s in spans]


# Lanes ------------------------------------------------------------------------------------------


def test_a_message_is_in_the_queue_on_loan_at_work_and_dead_lettered() -> None:
    made = chart(failing().log)
    assert told(of(made, "msg-1", LOAN)) == [(LOAN, 0, 30), (LOAN, 30, 60), (LOAN, 60, 90)]
    assert told(of(made, "msg-1", RUNS)) == [(RUNS, 0, 1), (RUNS, 30, 31), (RUNS, 60, 61)]
    (letter,) = of(made, "msg-1", LETTER)
    assert (letter.start, letter.end, letter.label) == (90 * S, OPEN, "DLQ")
    assert marks(made, "msg-1") == [("error", 1), ("error", 31), ("error", 61), ("lost", 90)]
    assert [piece.cut for piece in made.axis.pieces] == [False]  # loans are drawn to scale


def test_a_loan_is_cut_off_where_the_message_is_deleted() -> None:
    queue = lab.queue(visibility_timeout=40)
    made = chart(lab.run(queue.to(lab.handler(wait=10), batch_size=1), at=[0]).log)
    (loan,) = of(made, "msg-1", LOAN)
    assert (loan.end, loan.until, loan.left) == (10 * S, 40 * S, 0.75)
    assert marks(made, "msg-1") == [("deleted", 10)]
    open_end = chart(lab.run(queue.to(lab.handler(wait=10), batch_size=1), at=[0], until=4).log)
    (loan,) = of(open_end, "msg-1", LOAN)
    assert loan.end == OPEN
    assert loan.left > 0.75


def test_a_long_loan_without_work_is_cut_like_any_rest() -> None:
    queue = lab.queue(visibility_timeout=43_200, max_receive_count=2)
    run = lab.run(queue.to(lab.handler(wait=1, fails=True), batch_size=1), at=[0], until=50_000)
    assert any(piece.cut for piece in chart(run.log).axis.pieces)


def test_twelve_messages_with_one_environment_show_who_never_ran() -> None:
    made = chart(crowd().log)
    assert [lane.name for lane in made.lanes] == ["env-1", *(f"msg-{k}" for k in range(1, 13))]
    letters = [span for span in made.spans if span.kind == LETTER]
    assert [span.label for span in letters] == ["dlq, never ran"] * 4
    lost = {span.lane for span in letters}
    assert not any(span.lane in lost for span in made.spans if span.kind == RUNS)
    assert {kind for kind, _ in marks(made, made.lanes[min(lost)].name)} == {"refused", "lost"}


def test_batches_of_several_messages_take_lanes_of_pollers_in_turn() -> None:
    made = chart(batches().log)
    names = [lane.name for lane in made.lanes if lane.kind == "poller"]
    assert names == [f"poller {k}" for k in range(1, len(names) + 1)]
    first = made.lane_of["batch-1"]
    own = [span for span in made.spans if span.lane == first]
    assert [span.kind for span in own][:2] == [HELD, RUNS]  # gathered, then handed over
    assert own[1].label == "batch-1: 5 messages"
    for a, b in pairwise(own):
        assert a.end <= b.start  # a lane is lent to one batch after the other
    assert "error" in {kind for kind, _ in marks(made, "batch-2")}  # m7 was in it


def test_a_delayed_message_is_held_back_and_a_duplicate_is_refused() -> None:
    assert told(of(chart(batches().log), "msg-1", HELD, QUEUED))[0] == (HELD, 0, 1)
    assert marks(chart(groups().log), "msg-5") == [("refused", 0)]


def test_messages_beyond_the_twelfth_lane_are_folded_and_counted() -> None:
    queue = lab.queue("Q").to(lab.handler("f", wait=1), batch_size=1, maximum_concurrency=2)
    made = chart(lab.run(queue, at=[0] * 50).log)
    assert len(made.lanes) <= MOST_LANES + 2
    (folded,) = [n for n, lane in enumerate(made.lanes) if lane.folded]
    assert made.lanes[folded].kind == "message"
    assert max(n for _, n in made.busy[folded]) == 2  # on loan at once
    assert made.lane_of["msg-50"] == folded


def test_a_queue_that_nobody_reads_has_no_lanes() -> None:
    made = chart(poison().log)
    assert {lane.kind for lane in made.lanes} == {"shard", "environment"}


def test_a_shard_shows_its_batches_splits_and_waits() -> None:
    made = chart(poison().log)
    own = [span for span in made.spans if made.lanes[span.lane].name == "shard 0"]
    assert [span.label for span in own if span.kind == RUNS][:3] == [
        "batch-1",
        "batch-2",
        "batch-3",
    ]
    assert any(span.kind == HELD for span in own)
    kinds = [kind for kind, _ in marks(made, "batch-1")]
    assert kinds.count("split") == 3
    assert kinds.count("lost") == 1
    assert [made.lanes[made.lane_of[f"batch-{k}"]].name for k in (1, 7)] == ["shard 0"] * 2


def test_shards_stand_in_their_order_beside_each_function() -> None:
    made = chart(shards().log)
    names = [(lane.name, lane.function) for lane in made.lanes if lane.kind == "shard"]
    assert names == [(f"shard {n}", name) for name in ("fn", "other") for n in (0, 1)]


def test_a_client_waits_while_the_function_runs_on() -> None:
    made = chart(slow().log)
    assert told(of(made, "client-1", OPENED)) == [(OPENED, 0, 29), (OPENED, 29, 58)]
    found = [(b.lane, b.start / S, b.end / S, b.label) for b in made.brackets]
    lane = made.lane_of["client-1"]
    assert found == [(lane, 0, 29, "504 after 29 s"), (lane, 29, 58, "504 after 29 s")]
    assert [m.at / S for m in made.marks if m.kind == "effect"] == [40, 69]
    assert "timed out" not in slow().timeline().alt  # no environment did


def test_a_read_timeout_of_a_client_has_a_bracket() -> None:
    made = chart(impatient().log)
    assert {b.label for b in made.brackets} == {"read timeout 1 min"}
    assert [b.end / S for b in made.brackets] == [60, 121, 183, 247, 315]
    waits = told(of(made, "client-1", HELD))
    assert waits == [(HELD, 60, 61), (HELD, 121, 123), (HELD, 183, 187), (HELD, 247, 255)]
    assert marks(made, "client-1")[-1] == ("lost", 315)


def test_exchanges_of_a_door_take_as_many_lanes_as_wait_at_once() -> None:
    made = chart(shop().log)
    assert [lane.name for lane in made.lanes if lane.kind == "client"] == [
        "client 1",
        "client 2",
        "client 3",  # for a moment, as the third is refused
    ]
    labels = [span.label for span in made.spans if span.kind == OPENED]
    assert labels == [f"exchange-{k}: {status}" for k, status in enumerate((200, 200, 500, 200), 1)]
    assert marks(made, "exchange-3") == [("error", 1.5)]


@pytest.mark.parametrize("make", ALL)
def test_every_picture_is_whole_and_the_same_each_time(make: Any) -> None:
    run = make()
    first, second = make().timeline().svg, run.timeline().svg
    assert first == second
    ElementTree.fromstring(first)
    made = chart(run.log)
    assert all(run.log[span.seq].at <= span.start for span in made.spans)
    assert all(span.end == OPEN or span.end >= span.start for span in made.spans)
    sent = columns(run.log)
    assert max([-1, *sent["entries"]["lane"]]) < len(made.lanes)


def test_the_words_of_a_picture_count_messages_and_records() -> None:
    assert crowd().timeline().alt.startswith("one: 12 messages, 258 requests")
    assert "4 dead-lettered" in crowd().timeline().alt
    assert poison().timeline().alt.startswith("fn: 8 records, 10 requests")
    assert "1 given up" in poison().timeline().alt


# Where everything is ----------------------------------------------------------------------------


def here(moved: Flow, seq: int, kind: str) -> dict[str, set[str]]:
    """Say what is at each node of a kind after an entry."""
    found: dict[str, set[str]] = {n.name: set() for n in moved.nodes if n.kind == kind}
    for stay in moved.stays:
        node = moved.nodes[stay.node]
        if node.kind == kind and stay.start <= seq and (stay.end == OPEN or stay.end > seq):
            found[node.name].add(stay.thing)
    return found


def every(run: Run) -> Iterator[tuple[int, Any]]:
    """Walk through the worlds of a run."""
    yield from enumerate(worlds(run.log))


@pytest.mark.parametrize("make", QUEUES)
def test_a_queue_holds_its_messages_and_a_mapping_its_batches(make: Any) -> None:
    run = make()
    moved = flow(run.log)
    for seq, world in every(run):
        queues, pollers = here(moved, seq, QUEUE), here(moved, seq, POLLER)
        for name, queue in world.queues.items():
            assert queues[name] == set(queue.messages), (seq, name)
        for name in world.queue_mappings:
            own = {batch.id for batch in world.batches.values() if batch.mapping == name}
            assert pollers[name] == own, (seq, name)


@pytest.mark.parametrize("make", STREAMS)
def test_a_stream_holds_what_a_mapping_is_not_done_with(make: Any) -> None:
    run = make()
    moved = flow(run.log)
    for seq, world in every(run):
        pollers = here(moved, seq, POLLER)
        left: set[str] = set()
        for name, mapping in world.stream_mappings.items():
            own = [b for b in world.stream_batches.values() if b.mapping == name]
            assert pollers[name] == {batch.id for batch in own}, seq
            left |= {record.id for batch in own for record in batch.records}
            left |= {record.id for lane in mapping.lanes for record in lane.waiting}
        assert here(moved, seq, QUEUE)["stream:clicks"] == left, seq


def test_a_message_says_until_when_it_is_lent_and_how_often_it_was() -> None:
    moved = flow(failing().log)
    lent = [s for s in moved.stays if s.thing == "msg-1" and s.state == "is in flight"]
    assert [(s.until / S, s.count) for s in lent] == [(30, 1), (60, 2), (90, 3)]


@pytest.mark.parametrize("make", [slow, impatient, shop])
def test_doors_and_clients_hold_who_waits(make: Any) -> None:
    run = make()
    moved = flow(run.log)
    for seq, world in every(run):
        doors, clients = here(moved, seq, SOURCE), here(moved, seq, CLIENT)
        open_now = {x.id for x in world.outside.exchanges.values()}
        assert {thing for own in doors.values() for thing in own} == open_now
        fresh = isinstance(run.log[seq].fact, facts.ClientStarted)  # it is to send its first try
        waiting = {x.id for x in world.outside.clients.values()}
        assert fresh or {thing for own in clients.values() for thing in own} == waiting


@pytest.mark.parametrize("make", ALL)
def test_every_function_is_reached_from_somewhere(make: Any) -> None:
    moved = flow(make().log)
    reached = {b for _, b in moved.edges}
    for n, node in enumerate(moved.nodes):
        assert node.kind in (SOURCE, CLIENT) or n in reached, node


def test_a_database_holds_its_connections() -> None:
    source = """
import lambdalab as lab
kept = lab.database("orders", max_connections=2).connect()
def handler(event, context): kept.query()
"""
    moved = flow(lab.run(lab.function(source, name="f"), at=[0, 1]).log)
    (node,) = (n for n, node in enumerate(moved.nodes) if node.name == "orders")
    (stay,) = (stay for stay in moved.stays if stay.node == node)
    assert (stay.state, stay.end) == ("belongs to env-1", OPEN)
    ends = {(moved.nodes[a].name, moved.nodes[b].name) for a, b in moved.edges}
    assert ("env-1", "orders") in ends


# Charts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", QUEUES)
def test_the_depth_of_a_queue_is_that_of_the_run(make: Any) -> None:
    run = make()
    for name, points in depths(run.log, flow(run.log)).items():
        for at, number in points:
            assert run.depth(name, at / S) == number


def test_the_iterator_age_of_a_blocked_shard_grows() -> None:
    run = poison()
    (at, since), *_ = [p for p in ages(run.log, flow(run.log))["stream:clicks"] if p[1] != OPEN]
    assert (at, since) == (0, 0)
    assert "s in stream:clicks" in run.chart("age").alt
    assert run.chart("IteratorAge").svg


# States, graphs, causes -------------------------------------------------------------------------


@pytest.mark.parametrize("make", [*QUEUES, *STREAMS])
def test_messages_and_records_take_only_steps_that_their_machine_has(make: Any) -> None:
    run = make()
    state: dict[tuple[str, str], str] = {}
    for change in changes(run.log):
        before = state.get((change.machine, change.thing), "")
        assert (before, change.state) in MACHINES[change.machine].edges, change
        state[change.machine, change.thing] = change.state
    ends = {end for (machine, _), end in state.items() if machine in (MESSAGE, RECORD)}
    assert ends <= {"Deleted", "Dead-lettered", "Done", "Given up", "Visible"}


def test_the_states_of_the_poison_record() -> None:
    own = [c.state for c in changes(poison().log) if c.thing == "rec-6"]
    assert own[:2] == ["In shard", "In a batch"]
    assert own[-1] == "Given up"
    assert own.count("Waits") >= 3


def test_the_graph_has_queues_mappings_and_what_is_under_way() -> None:
    graph = crowd().graph(37)
    assert {"orders", "dlq", "esm-1", "one", "env-1"} == set(graph)
    assert graph.nodes["dlq"]["things"] == ("msg-4", "msg-5")
    assert graph.edges["orders", "esm-1"]["requests"] == tuple(f"msg-{k}" for k in range(6, 11))
    assert graph.edges["esm-1", "one"]["requests"] == ("batch-6",)
    assert list(graph["orders"]) == ["dlq", "esm-1"]


def test_the_graph_has_streams_doors_clients_and_destinations() -> None:
    poisoned = poison().graph()
    assert poisoned.nodes["stream:clicks"]["kind"] == "stream"
    assert poisoned.has_edge("stream:clicks", "esm-1")
    assert poisoned.has_edge("esm-1", "fn")
    assert any(target.endswith("failed") for target in poisoned["esm-1"])
    graph = slow().graph(10)
    assert graph.edges["caller-of-api", "api:api"]["requests"] == ("client-1",)
    assert graph.edges["api:api", "slow"]["requests"] == ("exchange-1",)
    assert nested().graph(1).has_edge("outer", "inner")


@pytest.mark.parametrize("make", ALL)
def test_no_two_nodes_of_a_graph_share_a_place_and_none_ever_moves(make: Any) -> None:
    run = make()
    last = run.graph()
    places = [data["pos"] for _, data in last.nodes(data=True)]
    assert len(set(places)) == len(places)
    middle = run.graph(run.end / 2)
    for name in middle:
        assert name not in last or middle.nodes[name]["pos"] == last.nodes[name]["pos"]


def test_why_a_message_was_dead_lettered_and_never_ran() -> None:
    why = repr(crowd().why("msg-4"))
    assert why.split("\n")[0].endswith("after 1 receive; it never ran.  [documented]")
    for setting in ("max_receive_count=1", "visibility_timeout=30", "reserved_concurrency=1"):
        assert f"you set {setting} on" in why


def test_why_a_record_was_given_up() -> None:
    why = repr(poison().why("rec-6"))
    assert "RetryAttemptsExhausted" in why.split("\n")[0]
    assert "you set bisect_batch_on_function_error=True" in why


def test_a_delivery_that_is_put_off_has_a_lane_until_it_is_accepted_or_given_up() -> None:
    fn = lab.handler("fn", wait=1)
    topic = lab.topic("news").to(fn)
    made = chart(lab.run(topic, at=[0, 9], faults=[lab.outage(0, 2.5)]).log)
    # The second one is accepted at once: it takes no time, and so no lane.
    assert [lane.name for lane in made.lanes] == ["env-1", "delivery-1"]
    own = made.lane_of["delivery-1"]
    waits = [(span.kind, span.start, span.end) for span in made.spans if span.lane == own]
    assert waits == [(HELD, 0, S), (HELD, S, 2 * S), (HELD, 2 * S, 3 * S)]
    assert {mark.kind for mark in made.marks if mark.lane == own} == {"refused"}
    lost = chart(lab.run(topic, at=[0], faults=[lab.outage(0, 60), lab.denied(fn)]).log)
    assert [mark.kind for mark in lost.marks][-1] == "lost"
