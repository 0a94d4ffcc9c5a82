"""Laws of queues, on random stacks: nothing is lost, and order holds in each message group."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.engine.rules import TABLE
from lambdalab.engine.world import World
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.views.replay import fold, worlds

TIMES = st.integers(0, 60).map(lambda halves: halves / 2)
BAD = {"n2", "n5", "n7"}
CHANGES = (
    {"enabled": False},
    {"enabled": True},
    {"visibility_timeout": 10},
    {"message_retention": 60},
    {"delay": 2},
    {"report_batch_item_failures": True},
    {"batch_size": 1},
    {"maximum_batching_window": 0, "batch_size": 2},
)


@st.composite
def scenarios(draw: st.DrawFn) -> dict:
    """Draw a queue or a chain of them, a function or two, traffic, and changes."""
    fifo = draw(st.booleans())
    fails = draw(st.sampled_from([False, True, 0.3, lambda body: body in BAD]))
    work = {"wait": draw(st.sampled_from([0, 0.5, 4, 9])), "fails": fails}
    settings = {
        "timeout": draw(st.sampled_from([3, 5])),
        "reserved_concurrency": draw(st.sampled_from([None, None, 0, 1, 2])),
        "init": draw(st.sampled_from([0, 0.4])),
    }
    worker = lab.handler("worker", **work, **settings)
    last = lab.queue("last", fifo=fifo, message_retention=draw(st.sampled_from([60, 1000])))
    if draw(st.booleans()):
        last = last.to(lab.handler("sweeper", wait=1, fails=draw(st.booleans())), batch_size=2)
    limit = draw(st.sampled_from([None, 1, 2, 5]))
    source = lab.queue(
        "source",
        fifo=fifo,
        visibility_timeout=draw(st.sampled_from([5, 12, 30])),
        message_retention=draw(st.sampled_from([60, 90, 345_600])),
        delay=draw(st.sampled_from([0, 0, 3])),
        **({"max_receive_count": limit, "dead_letter": last} if limit else {}),
    )
    mapping = {
        "batch_size": draw(st.sampled_from([1, 2, 10])),
        "report_batch_item_failures": draw(st.booleans()),
        "filter": draw(st.sampled_from([None, {"body": [{"anything-but": ["n1", "n4"]}]}])),
        "enabled_at": draw(st.sampled_from([0, 0, 7])),
    }
    if draw(st.booleans()):
        mapping["maximum_concurrency"] = draw(st.sampled_from([2, 3]))
    elif not fifo and draw(st.booleans()):
        mapping["provisioned_pollers"] = 2
    if not fifo:
        mapping["maximum_batching_window"] = draw(st.sampled_from([0, 0, 2, 20]))
    source = source.to(worker, **mapping)
    groups = draw(st.integers(1, 3))
    sent = [
        (at, lab.message(f"n{k % 9}", group=f"g{k % groups}" if fifo else None))
        for k, at in enumerate(draw(st.lists(TIMES, min_size=1, max_size=14)))
    ]
    changes = draw(st.lists(st.tuples(TIMES, st.sampled_from(CHANGES)), max_size=2))
    allowed = [c for c in changes if not (fifo and "maximum_batching_window" in c[1])]
    return {
        "target": {source: sent},
        "also": [last],
        "until": draw(st.sampled_from([20, 200, 2000])),
        "seed": draw(st.integers(0, 3)),
        "changes": [(at, source, change) for at, change in allowed],
        "assume": {
            "open.sqs.stale-receipt": draw(st.booleans()),
            "open.sqs.backoff-down": draw(st.sampled_from(["off", "halve"])),
            "sqs.scale.down": draw(st.booleans()),
            "open.sqs.throttle-interval": draw(st.sampled_from([1, 3])),
        },
    }


def run(scenario: dict, **changes: object) -> lab.Run:
    return lab.run(**(scenario | changes))


@given(scenarios())
def test_the_same_seed_gives_the_same_log_and_the_log_rebuilds_the_world(scenario: dict) -> None:
    defaults = {"at": None, "also": (), "until": None, "faults": (), "account_concurrency": 1000}
    planned = plan(**(defaults | scenario))
    play(planned)
    assert planned.sim.rows == run(scenario).log.rows
    assert fold(Log(planned.sim.rows)) == planned.sim.world


@given(scenarios(), st.floats(0, 60))
def test_a_shorter_run_is_a_prefix_of_a_longer_one(scenario: dict, until: float) -> None:
    longer = run(scenario, until=500).log.rows
    shorter = run(scenario, until=until).log.rows
    assert shorter == longer[: len(shorter)]


@given(scenarios())
def test_causes_and_givens_point_back_and_name_rules(scenario: dict) -> None:
    for entry in run(scenario).log:
        assert entry.cause is None or entry.cause < entry.seq
        assert all(seq < entry.seq for seq in entry.given)
        assert len(entry.given) <= 10
        assert entry.rule in TABLE


def there(world: World) -> Counter[str]:
    """Count where each message is, by a scan of the queues."""
    return Counter(id for queue in world.queues.values() for id in queue.messages)


@given(scenarios())
def test_no_message_is_lost_or_made_after_any_entry(scenario: dict) -> None:
    """Sent = deleted + expired + still there; a dead letter is still there, in another queue."""
    log = run(scenario).log
    sent: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for entry, world in zip(log, worlds(log), strict=True):
        assert problems(world) == [], f"after {entry}"
        match entry.fact:
            case facts.MessageSent(message=message):
                sent[message] += 1
            case facts.MessageExpired(message=message):
                gone[message] += 1
            case facts.MessageDeleted(message=message):
                gone[message] += not (gone[message] or there(world)[message])
        assert sent == gone + there(world), f"after {entry}"


@given(scenarios())
def test_a_mapping_never_has_more_in_flight_than_it_may(scenario: dict) -> None:
    log = run(scenario).log
    for entry, world in zip(log, worlds(log), strict=True):
        if isinstance(entry.fact, facts.MessageReceived):
            mapping = world.queue_mappings[entry.fact.mapping]
            assert mapping.busy <= mapping.concurrency


@given(scenarios())
def test_a_loan_is_never_given_twice_at_once(scenario: dict) -> None:
    lent: dict[tuple[str, str], int] = {}
    for entry in run(scenario).log:
        match entry.fact:
            case facts.MessageReceived(message=message, queue=queue, until=until):
                assert lent.get((message, queue), 0) <= entry.at
                lent[message, queue] = until


@given(scenarios())
def test_order_holds_in_each_message_group(scenario: dict) -> None:
    """Of two messages of one group the later one never runs before the first is done with."""
    log = run(scenario).log
    line: dict[tuple[str, str], list[str]] = {}
    homes: dict[tuple[str, str], str] = {}
    batches: dict[str, list[tuple[str, str]]] = {}
    for entry in log:
        match entry.fact:
            case facts.MessageSent(message=message, queue=queue, group=group) if group:
                line.setdefault((queue, group), []).append(message)
                homes[message, queue] = group
            case facts.MessageDeadLettered(message=message, queue=queue, target=target):
                if group := homes.get((message, queue)):
                    line[queue, group].remove(message)
                    line.setdefault((target, group), []).append(message)
                    homes[message, target] = group
            case facts.MessageExpired(message=message, queue=queue):
                if group := homes.get((message, queue)):
                    line[queue, group].remove(message)
            case facts.MessageReceived(message=message, queue=queue, batch=batch):
                if group := homes.get((message, queue)):
                    mine = [m for m, q in batches.setdefault(batch, []) if homes[m, q] == group]
                    expected = [m for m in line[queue, group] if m not in mine]
                    assert expected[0] == message
                    batches[batch].append((message, queue))
            case facts.MessageDeleted(message=message, queue=queue):
                group = homes.get((message, queue), "")
                if group and message in line[queue, group]:
                    line[queue, group].remove(message)


@given(scenarios())
def test_a_group_is_worked_on_by_one_invocation_at_a_time(scenario: dict) -> None:
    busy: dict[tuple[str, str], str] = {}
    groups: dict[str, set[tuple[str, str]]] = {}
    homes: dict[str, str] = {}
    for entry in run(scenario).log:
        match entry.fact:
            case facts.MessageSent(message=message, group=group):
                homes[message] = group
            case facts.MessageReceived(message=message, queue=queue, batch=batch):
                if group := homes[message]:
                    assert busy.setdefault((queue, group), batch) == batch
                    groups.setdefault(batch, set()).add((queue, group))
            case facts.BatchEnded(batch=batch):
                for key in groups.pop(batch, ()):
                    del busy[key]
