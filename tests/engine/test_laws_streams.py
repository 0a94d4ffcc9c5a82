"""Laws of streams: no record is lost silently, none is overtaken by a later one of its key."""

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.check import problems
from lambdalab.engine.kernel import Log
from lambdalab.engine.world import World
from lambdalab.plan import plan
from lambdalab.run import play
from lambdalab.views.replay import fold, worlds

TIMES = st.integers(0, 400).map(lambda tenths: tenths / 10)
KEYS = st.sampled_from("abcdef")


@st.composite
def wires(draw: st.DrawFn, function: lab.Function, kind: str) -> dict:
    """Draw the settings of a mapping."""
    position = draw(st.sampled_from(["TRIM_HORIZON", "TRIM_HORIZON", "LATEST"]))
    return {
        "batch_size": draw(st.sampled_from([1, 2, 5, 100])),
        "maximum_batching_window": draw(st.sampled_from([0, 0, 3])),
        "parallelization_factor": draw(st.sampled_from([1, 1, 2, 10])),
        "starting_position": position,
        "bisect_batch_on_function_error": draw(st.booleans()),
        "maximum_retry_attempts": draw(st.sampled_from([-1, 0, 1, 3])),
        "maximum_record_age": draw(st.sampled_from([-1, -1, 60])),
        "on_failure": draw(st.sampled_from([None, "failed", lab.bucket("failed")])),
        "tumbling_window": draw(st.sampled_from([0, 0, 0, 10])),
        "report_batch_item_failures": draw(st.booleans()),
        "filter": draw(
            st.sampled_from([None, None, {"eventName": [{"anything-but": "INSERT"}]}])
            if kind == "table"
            else st.sampled_from([None, None, {"partitionKey": [{"anything-but": "a"}]}])
        ),
        "enabled_at": draw(st.sampled_from([0, 0, 0, 15])),
    }


@st.composite
def scenarios(draw: st.DrawFn) -> dict:
    """Draw a source with mappings, its traffic, and what goes wrong."""
    kind = draw(st.sampled_from(["stream", "stream", "table"]))
    source = (
        lab.stream(shards=draw(st.sampled_from([1, 2, 7])))
        if kind == "stream"
        else lab.table(stream_view=draw(st.sampled_from(["KEYS_ONLY", "NEW_AND_OLD_IMAGES"])))
    )
    functions = []
    for name in draw(st.sampled_from([("a",), ("a", "b")])):
        fails = draw(
            st.sampled_from([False, True, 0.4, lambda body: "7" in str(body)]),
        )
        function = lab.handler(
            name,
            wait=draw(st.sampled_from([0, 0.1, 2])),
            fails=fails,
            returns=draw(st.sampled_from([None, {"state": {"n": 1}}])),
            reserved_concurrency=draw(st.sampled_from([None, None, 1])),
        )
        functions.append(function)
        source = source.to(function, **draw(wires(function, kind)))
    times = draw(st.lists(st.tuples(TIMES, KEYS), min_size=1, max_size=25))
    if kind == "stream":
        at = [(t, lab.record(f"{key}{n}", key=key)) for n, (t, key) in enumerate(times)]
    else:
        at = [(t, {"id": key, "n": n % 4}) for n, (t, key) in enumerate(times)]
        at += [(t + 1, lab.record(None, key=key)) for t, key in times[:3]]
    changes = draw(
        st.lists(
            st.tuples(
                TIMES,
                st.just(source),
                st.sampled_from([{"enabled": False}, {"enabled": True}, {"batch_size": 3}]),
            ),
            max_size=2,
        )
    )
    faults = [lab.denied("failed")] if draw(st.booleans()) else []
    assume = {"open.stream.phase": draw(st.sampled_from(["none", "enablement"]))}
    until = draw(st.sampled_from([30, 100, 500]))
    return {
        "target": source,
        "at": at,
        "changes": changes,
        "faults": faults,
        "until": until,
        "assume": assume,
        "account_concurrency": 150,
    }


def whereabouts(world: World) -> Counter[tuple[str, str]]:
    """Find, by a scan of the world, where each record is for each mapping."""
    found: Counter[tuple[str, str]] = Counter()
    for mapping in world.stream_mappings.values():
        for lane in mapping.lanes:
            found.update((mapping.id, record.id) for record in lane.waiting)
    for batch in world.stream_batches.values():
        found.update((batch.mapping, record.id) for record in batch.records)
    return found


@given(scenarios())
def test_a_record_is_somewhere_and_at_one_place_only_after_every_entry(scenario: dict) -> None:
    """What was sent is done, skipped, discarded, expired, or still there: once each."""
    log = lab.run(**scenario).log
    sent: Counter[tuple[str, str]] = Counter()
    left: Counter[tuple[str, str]] = Counter()
    holder: dict[str, str] = {}
    for seq, world in enumerate(worlds(log)):
        fact = log[seq].fact
        if isinstance(fact, facts.StreamMappingConfigured):
            sent.update(set(whereabouts(world)) - set(sent))
        elif isinstance(fact, facts.RecordPut):
            mappings = world.streams[fact.stream].mappings
            sent.update((mapping, fact.record) for mapping in mappings)
        elif isinstance(fact, facts.BatchRead):
            holder[fact.batch] = fact.mapping
            left.update((fact.mapping, id) for id in fact.skipped)
        elif isinstance(fact, facts.BatchBisected):
            holder[fact.first] = holder[fact.second] = holder[fact.batch]
        elif isinstance(fact, facts.BatchProcessed | facts.BatchFailed | facts.RecordsDiscarded):
            left.update((holder[fact.batch], id) for id in fact.records)
        assert left + whereabouts(world) == sent, f"after {log[seq]}"


@given(scenarios())
def test_the_world_of_streams_is_in_order_and_can_be_made_again(scenario: dict) -> None:
    defaults = {"also": (), "seed": 0}
    planned = plan(**(defaults | scenario))
    play(planned)
    log = Log(planned.sim.rows)
    assert fold(log) == planned.sim.world
    for seq, world in enumerate(worlds(log)):
        assert problems(world) == [], f"after {log[seq]}"


@given(scenarios())
def test_records_of_one_key_are_never_overtaken(scenario: dict) -> None:
    """A record is done with, for good or for ill, before a later one of its key is."""
    log = lab.run(**scenario).log
    keys: dict[str, str] = {}
    holder: dict[str, str] = {}
    order: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in log:
        match entry.fact:
            case facts.RecordPut(record=record, key=key):
                keys[record] = key
            case facts.BatchRead(batch=batch, mapping=mapping):
                holder[batch] = mapping
            case facts.BatchBisected(batch=batch, first=first, second=second):
                holder[first] = holder[second] = holder[batch]
            case (
                facts.BatchProcessed(batch=batch, records=records)
                | facts.BatchFailed(batch=batch, records=records)
                | facts.RecordsDiscarded(batch=batch, records=records)
            ):
                for record in records:
                    order[holder[batch], keys[record]].append(int(record[4:]))
    assert all(numbers == sorted(numbers) for numbers in order.values())


@given(scenarios())
def test_a_lane_has_one_batch_at_work(scenario: dict) -> None:
    for world in worlds(lab.run(**scenario).log):
        for mapping in world.stream_mappings.values():
            for lane in mapping.lanes:
                running = [world.stream_batches[b].running for b in lane.batches]
                assert sum(running) <= 1
                assert not any(running[1:])
                assert lane.size == sum(record.size for record in lane.waiting)


@given(scenarios())
def test_the_same_seed_gives_the_same_log_of_a_stream(scenario: dict) -> None:
    assert lab.run(**scenario).log.rows == lab.run(**scenario).log.rows


@given(scenarios(), st.floats(0, 60))
def test_a_shorter_run_of_a_stream_is_a_prefix(scenario: dict, until: float) -> None:
    longer = lab.run(**(scenario | {"until": 500})).log.rows
    shorter = lab.run(**(scenario | {"until": until})).log.rows
    assert shorter == longer[: len(shorter)]


@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_the_order_of_each_key_is_kept_in_a_hundred_shards(random: object, seed: int) -> None:
    """Given 100 shards, a factor of 10, few keys and failures by chance."""
    poison = random.sample(range(200), 5)
    bad = {f"r{k}" for k in poison}
    keys = [random.choice("abcdefghijklmnopqrst") for _ in range(200)]
    stream = lab.stream(shards=100).to(
        lab.handler(wait=0.5, fails=lambda data: data in bad),
        batch_size=4,
        parallelization_factor=10,
        maximum_retry_attempts=2,
        bisect_batch_on_function_error=random.choice([True, False]),
        report_batch_item_failures=random.choice([True, False]),
    )
    at = [(k / 20, lab.record(f"r{k}", key=key)) for k, key in enumerate(keys)]
    run = lab.run(stream, at=at, seed=seed)
    table = run.table("records")
    assert set(table.state) <= {"done", "discarded"}
    assert bad <= set(table.data[table.state == "discarded"])
    done: dict[str, list[int]] = defaultdict(list)
    for entry in run.log:
        if isinstance(entry.fact, facts.BatchProcessed | facts.BatchFailed):
            for id in entry.fact.records:
                done[keys[int(id[4:]) - 1]].append(int(id[4:]))
    assert all(numbers == sorted(numbers) for numbers in done.values())
