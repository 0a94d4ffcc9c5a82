"""What pictures, the stepper and words make of snapshots, preludes and extensions."""

import re

import lambdalab as lab
from lambdalab.views.charted import flights
from lambdalab.views.columns import columns
from lambdalab.views.flow import flow
from lambdalab.views.lanes import chart
from lambdalab.views.machines import changes
from lambdalab.views.timeline import svg

SNAP = lab.handler("fn", wait=1, init=2, snap_start=True, extensions=[lab.extension("x", after=1)])
ASSUMED = {"cold.snapstart.restore_time": 0.5, "lifecycle.prelude": 0.25}


def run(**more: object) -> lab.Run:
    return lab.run(SNAP.publish(), at=[0], assume=ASSUMED, **more)


def test_a_lane_begins_with_the_prelude_and_the_restore() -> None:
    spans = [(s.kind, s.label, s.start, s.end) for s in chart(run().log).spans]
    assert spans == [
        ("restore", "Restore", 250_000, 750_000),
        ("prelude", "", 0, 250_000),
        ("invoke", "req-1", 750_000, 2_750_000),
        ("wait", "", 750_000, 1_750_000),
        ("wait", "", 1_750_000, 2_750_000),  # the extension
        ("idle", "", 2_750_000, -1),
    ]


def test_a_picture_calls_a_restore_by_its_name() -> None:
    assert set(re.findall(r">(Init|Restore)<", svg(run().log))) == {"Restore"}
    both = lab.run({SNAP.publish(): 0, lab.handler("b", init=1): 0}, assume=ASSUMED)
    assert sorted(set(re.findall(r">(Init|Restore)<", svg(both.log)))) == ["Init", "Restore"]


def test_two_runs_are_told_apart_by_the_setting_as_it_is_written() -> None:
    plain = lab.run(SNAP.publish(snap_start=False), at=[0])
    told = dict(plain.compare(run()).settings)
    assert told["A"].endswith("snap_start=False.")
    assert told["B"].endswith("snap_start=True.")


def test_a_restore_that_is_too_late_has_a_bracket() -> None:
    late = ASSUMED | {"cold.snapstart.restore_time": 11}
    made = chart(lab.run(SNAP.publish(), at=[0], assume=late).log)
    assert [(b.start, b.end, b.label) for b in made.brackets] == [
        (250_000, 10_250_000, "Restore limit 10 s")
    ]


def test_a_shutdown_is_marked_once_when_extensions_are_told() -> None:
    slow = lab.handler(wait=1, extensions=[lab.extension("x", shutdown=1)])
    made = chart(lab.run(slow, at=[0], until=1000).log)
    assert [(m.at, m.kind) for m in made.marks] == [(361_000_000, "shutdown")]


def test_the_machine_has_a_restore_where_there_is_one() -> None:
    log = run().log
    assert [c.state for c in changes(log) if c.thing == "env-1"] == ["Restore", "Invoke", "Frozen"]
    states = [name for name, *_ in columns(log)["machines"][0]["states"]]
    assert states == ["Init", "Invoke", "Frozen", "Shutdown", "Restore"]
    plain = columns(lab.run(lab.handler(), at=[0]).log)["machines"][0]
    assert [name for name, *_ in plain["states"]] == ["Init", "Invoke", "Frozen", "Shutdown"]
    assert max(map(max, plain["edges"])) == 3


def test_the_stepper_notes_cold_starts_and_lines_of_a_snapshot() -> None:
    sent = columns(run().log)
    assert [word for _, word in sent["notable"]] == ["cold start"]
    assert sent["lines"]["environment"][:2] == [-1, -1]  # those of publishing
    assert sent["lines"]["text"][1].startswith("INIT_REPORT Init Duration: 2000.00 ms")


def test_inits_ahead_of_requests_are_noted() -> None:
    always = {"lifecycle.init.proactive": 1, "lifecycle.max_age": 15}
    sent = columns(lab.run(lab.handler(wait=1), at=[0, 10, 20], assume=always).log)
    assert [word for _, word in sent["notable"]] == ["cold start", "ahead"]


def test_a_request_is_at_its_environment_while_that_is_restored() -> None:
    stays = [(s.thing, s.state) for s in flow(run().log).stays]
    assert ("req-1", "Restore") in stays
    assert flights(run().log) == {"fn": [(0, 1), (2_750_000, 0)]}
    late = ASSUMED | {"cold.snapstart.restore_time": 11}
    cut = lab.run(SNAP.publish(), at=[0], assume=late)
    assert flights(cut.log)["fn"][-1] == (10_250_000, 0)
    assert cut.peak == 1
    assert cut.count("cold") == 0


def test_it_is_told_in_words() -> None:
    told = str(run().tell())
    assert "fn:1 was published: snap-1 keeps what its Init left, after 2000.00 ms." in told
    assert "env-1 is restored from snap-1, for req-1." in told
    assert "env-1 has answered req-1, and its extensions go on." in told
    broken = lab.function("1/0\ndef handler(e, c): ...", name="fn", snap_start=True)
    told = str(lab.run(broken.publish(), at=[0]).tell())
    assert "fn:1 could not be published, as its Init failed after 0.00 ms: ZeroDivision" in told


def test_tables_count_restored_environments() -> None:
    table = run().table("environments")
    assert list(table.init_type) == ["snap-start"]
    assert list(table.created) == [0]
    assert list(table.invocations) == [1]


def test_the_graph_shows_a_restored_environment() -> None:
    graph = run().graph(0.5)
    assert graph.nodes["env-1"]["phase"] == "Restore"
    assert graph.has_edge("fn", "env-1")
