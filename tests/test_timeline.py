"""The chart of a run, its time axis, its columns for the browser, and the still picture."""

import json
import re
import subprocess
import sys
import zlib
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.engine.kernel import Entry
from lambdalab.run import Run
from lambdalab.views.axis import Axis, axis, duration_text, moment_text
from lambdalab.views.columns import THINGS, columns
from lambdalab.views.lanes import DRAW, MOST_LANES, OPEN, chart
from lambdalab.views.looks import LOAN
from lambdalab.views.text import sentence
from lambdalab.views.timeline import CHARACTER, Picture, svg

MS, S = 1_000, 1_000_000


def three() -> Run:
    """Send requests at 0, 0.2 and 3 s: two environments, the third request is warm."""
    return lab.run(lab.handler("greet", wait=0.3, cpu=0.2, init=0.4), at=[0, 0.2, 3])


def spans(run: Run, lane: int) -> list[tuple[str, float, float]]:
    """List kind, start and end in seconds of the spans of a lane."""
    return [
        (span.kind, span.start / S, span.end if span.end == OPEN else span.end / S)
        for span in chart(run.log).spans
        if span.lane == lane
    ]


# Lanes ------------------------------------------------------------------------------------------


def test_a_lane_shows_init_waiting_computing_and_rest() -> None:
    assert spans(three(), 0) == [
        ("init", 0, 0.4),
        ("invoke", 0.4, 0.9),
        ("wait", 0.4, 0.7),
        ("cpu", 0.7, 0.9),
        ("idle", 0.9, OPEN),
    ]


def test_an_environment_that_is_reused_goes_on_on_its_lane() -> None:
    assert [kind for kind, *_ in spans(three(), 1)] == [
        *("init", "invoke", "wait", "cpu", "idle"),
        *("invoke", "wait", "cpu", "idle"),
    ]


def test_every_span_names_the_entry_that_began_it() -> None:
    run = three()
    made = chart(run.log)
    assert all(run.log[span.seq].at == span.start for span in made.spans)
    assert len({span.seq for span in made.spans if span.kind == "invoke"}) == 3


def test_requests_drop_onto_the_lane_that_takes_them() -> None:
    found = [(a.request, a.kind, a.lane, a.taken / S) for a in chart(three().log).arrivals]
    assert found == [
        ("req-1", "cold", 0, 0),
        ("req-2", "cold", 1, 0.2),
        ("req-3", "warm", 1, 3),
    ]


def test_a_throttled_request_finds_no_lane() -> None:
    run = lab.run(lab.handler(wait=1, reserved_concurrency=1), at=[0, 0.5])
    assert [(a.kind, a.lane) for a in chart(run.log).arrivals] == [("cold", 0), ("throttled", -1)]


def test_a_request_that_the_run_ends_upon_waits_at_the_init_begun_for_it() -> None:
    run = lab.run(lab.handler(wait=1, init=1), at=0, until=0.5)
    assert [(a.kind, a.lane) for a in chart(run.log).arrivals] == [("cold", 0)]
    assert spans(run, 0) == [("init", 0, OPEN)]


def test_a_timeout_that_bites_has_a_bracket_and_init_is_repeated_inside_the_next() -> None:
    run = lab.run(lab.handler(wait=4, init=2, timeout=3), at=[0, 10])
    made = chart(run.log)
    assert [(b.lane, b.start / S, b.end / S, b.label) for b in made.brackets] == [
        (0, 2, 5, "timeout 3 s"),
        (0, 10, 13, "timeout 3 s"),
    ]
    assert spans(run, 0) == [
        ("init", 0, 2),
        ("invoke", 2, 5),
        ("wait", 2, 5),
        ("idle", 5, 10),
        ("invoke", 10, 13),
        ("again", 10, 12),
        ("wait", 12, 13),
        ("idle", 13, OPEN),
    ]


def test_an_init_over_its_limit_has_a_bracket() -> None:
    run = lab.run(lab.handler(init=11, timeout=30), at=0)
    first = chart(run.log).brackets[0]
    assert (first.start, first.end, first.label) == (0, 10 * S, "Init limit 10 s")


def test_a_failure_is_marked_where_it_ends() -> None:
    run = lab.run(lab.handler(wait=1, fails=True), at=0)
    assert [(m.kind, m.at) for m in chart(run.log).marks] == [("error", 1 * S)]


def test_a_shutdown_ends_the_rest_of_a_lane() -> None:
    run = lab.run(lab.handler(wait=1), at=0, until=1000)
    assert spans(run, 0)[-2:] == [("idle", 1, 361), ("dead", 361, OPEN)]


def test_phases_are_listed_as_they_are_entered() -> None:
    run = lab.run(lab.handler(wait=1, init=1), at=[0, 5], until=1000)
    found = [(p.environment, p.phase, p.at / S) for p in chart(run.log).phases]
    assert found == [
        ("env-1", "Init", 0),
        ("env-1", "Invoke", 1),
        ("env-1", "Frozen", 2),
        ("env-1", "Invoke", 5),
        ("env-1", "Frozen", 6),
        ("env-1", "Shutdown", 366),
    ]


def test_at_most_twelve_lanes_are_drawn_and_the_others_share_one() -> None:
    run = lab.run(lab.handler(wait=1), at=lab.burst(15))
    made = chart(run.log)
    assert len(made.lanes) == MOST_LANES + 1
    assert (made.lanes[-1].name, made.lanes[-1].folded) == ("3 more", 3)
    assert made.busy == {MOST_LANES: [(0, 3), (S, 0)]}
    assert made.lane_of["env-15"] == MOST_LANES
    assert max(span.lane for span in made.spans) < MOST_LANES


def test_a_run_without_requests_has_no_lanes() -> None:
    run = lab.run(lab.handler(), at=[])
    assert chart(run.log).lanes == []
    assert "0 requests, 0 environments" in Picture(run.log).alt


# The axis ---------------------------------------------------------------------------------------


def cut(made: Axis) -> list[tuple[float, float]]:
    """List the stretches that an axis leaves out, in seconds."""
    return [(piece.start / S, piece.end / S) for piece in made.pieces if piece.cut]


def test_a_short_rest_is_shown_to_scale() -> None:
    made = chart(three().log).axis
    assert cut(made) == []
    assert made.x(0) == 0
    assert made.x(3_500 * MS) == 1
    assert made.x(1_750 * MS) == pytest.approx(0.5)


def test_six_minutes_until_the_shutdown_are_cut_out() -> None:
    run = lab.run(lab.handler(wait=0.5, init=0.4), at=[0, 0.2, 3], until=1000)
    made = chart(run.log).axis
    assert cut(made) == [(3.5, 360.9), (360.9, 363.5)]
    assert made.x(3_500 * MS) > 0.75
    assert [tick.label for tick in made.ticks if tick.cut] == ["5 min 57 s", "2.6 s"]
    assert {"360.9 s", "363.5 s"} <= {tick.label for tick in made.ticks}


def test_the_axis_never_runs_backwards() -> None:
    run = lab.run(lab.handler(wait=0.5, init=0.4), at=[0, 500, 501, 2000], until=5000)
    made = chart(run.log).axis
    places = [made.x(at) for at in range(0, 3_000 * S, S // 2)]
    assert places == sorted(places)
    assert made.pieces[-1].right == pytest.approx(1)


def test_even_pings_are_not_cut() -> None:
    pings = [n * 300 * S for n in range(50)]
    made = axis(pings, [(at, at + 1) for at in pings], pings[-1])
    assert cut(made) == []


def test_a_run_in_which_everything_happens_at_once_has_an_axis() -> None:
    made = axis([0, 0, 0], [], 0)
    assert made.x(0) == 0
    assert [tick.label for tick in made.ticks] == ["0 s"]


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (1_500, "1.5 ms"),
        (250 * MS, "250 ms"),
        (1_900 * MS, "1.9 s"),
        (60 * S, "1 min"),
        (357_400 * MS, "5 min 57 s"),
        (90_061 * S, "1 d 1 h"),
    ],
)
def test_lengths_are_said_in_their_largest_units(length: int, text: str) -> None:
    assert duration_text(length) == text


def test_moments_are_said_as_precisely_as_the_ticks_ask_for() -> None:
    assert moment_text(0, S) == "0 s"
    assert moment_text(500 * MS, 500 * MS) == "0.5 s"
    assert moment_text(5 * MS, MS) == "5 ms"
    assert moment_text(3_600 * S, 600 * S) == "1 h"
    assert moment_text(5_400 * S, 600 * S) == "1 h 30 min"


# The columns ------------------------------------------------------------------------------------


def test_the_columns_of_a_tiny_run() -> None:
    run = lab.run(lab.handler("f", wait=1), at=0, seed=7)
    sent = columns(run.log, title="f", seed=7, sources={"f": "code"})
    entries = sent["entries"]
    assert {len(column) for column in entries.values()} == {len(run.log)}
    assert entries["text"] == [sentence(entry.fact) for entry in run.log]
    assert entries["at"] == [entry.at for entry in run.log]
    assert entries["cause"] == [-1 if e.cause is None else e.cause for e in run.log]
    assert sent["environments"] == {"name": ["env-1"], "function": ["f"]}
    assert sent["things"] == [
        ["environment", "Environments", ["env-1"]],
        ["request", "Requests", ["req-1"]],
        *([kind, words, []] for kind, words in list(THINGS.items())[2:]),
    ]
    machine = sent["machines"][0]
    assert [machine["states"][n][0] for n in machine["state"]] == ["Init", "Invoke", "Frozen"]
    assert set(entries["lane"]) == {-1, 0}
    assert sent["chart"]["lanes"] == [["env-1", "f", 0]]
    assert sent["configured"] == [0, 1]
    assert [word for _, word in sent["notable"]] == ["cold start"]
    assert (sent["title"], sent["seed"], sent["sources"]) == ("f", 7, {"f": "code"})


def test_what_the_code_does_belongs_to_the_request_that_it_works_on() -> None:
    run = lab.run(lab.handler("f", wait=1), at=0)
    sent = columns(run.log)
    waited = sent["entries"]["text"].index("env-1 waits until 1.000 s.")
    assert sent["entries"]["request"][waited] == 0


def test_what_is_notable_is_named() -> None:
    slow = lab.handler(wait=4, init=1, timeout=3, reserved_concurrency=1)
    sent = columns(lab.run(slow, at=[0, 1, 10]).log)
    words = [word for _, word in sent["notable"]]
    assert words == ["cold start", "throttled", "timeout", "repeated Init", "timeout"]


def test_an_environment_that_nobody_waits_for_any_more_is_no_cold_start() -> None:
    run = lab.run(lab.handler(wait=0.5, init=1), at=[0, 1.2, 2])
    sent = columns(run.log)
    words = [word for _, word in sent["notable"]]
    assert words == ["cold start", "spare environment"]
    assert words.count("cold start") == run.count("cold")


def test_a_setting_is_named_where_it_decided() -> None:
    run = lab.run(lab.handler("f", wait=1, reserved_concurrency=1), at=[0, 0])
    assert "you set reserved_concurrency=1 on f" in [
        text for _, text in columns(run.log)["settings"]
    ]


def test_twenty_thousand_entries_are_sent_in_less_than_two_megabytes() -> None:
    run = lab.run(lab.handler(wait=0.2, cpu=0.1, init=0.5), at=lab.poisson(60, 48), seed=2)
    assert len(run.log) > 20_000
    packed = zlib.compress(json.dumps(columns(run.log), separators=(",", ":")).encode())
    assert len(packed) < 600_000
    assert len(svg(run.log)) < 100_000


# The picture ------------------------------------------------------------------------------------


def texts(picture: str) -> list[tuple[float, float, str]]:
    """List the words of a picture with their places."""
    found = re.findall(r"<text x='([^']*)' y='([^']*)'[^>]*>([^<]*)</text>", picture)
    return [(float(x), float(y), words) for x, y, words in found]


@pytest.mark.parametrize("until", [None, 1000])
def test_the_picture_is_one_svg_that_needs_nothing_else(until: float | None) -> None:
    run = lab.run(lab.handler(wait=0.5), at=[0, 0.2], until=until)
    picture = svg(run.log, "a<b & 'c'")
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"
    assert "script" not in picture
    assert re.findall(r"https?://[^' ]*", picture) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize(
    "at", [[0, 0.2, 3], [0, 400, 800, 801, 4000], lab.burst(3), lab.steady(10, 600)]
)
def test_labels_of_the_axis_do_not_overlap(at: list[float]) -> None:
    run = lab.run(lab.handler(wait=0.5, init=0.4), at=at, until=10_000)
    rows: dict[float, list[tuple[float, float]]] = {}
    for x, y, words in texts(svg(run.log)):
        if re.fullmatch(r"[\d.,]+ (ms|s|min|h)( \d+ (s|min))?( later)?", words):
            half = len(words) * CHARACTER / 2
            rows.setdefault(y, []).append((x - half, x + half))
    assert rows
    for row in rows.values():
        row.sort()
        assert all(a[1] <= b[0] for a, b in pairwise(row))


def test_the_picture_shows_itself_with_its_words() -> None:
    shown = three().timeline()
    words = "greet: 3 requests, 2 environments, 2 cold, 1 warm, in 3.5 s"
    assert repr(shown) == f"<Timeline: {words}>"
    html = shown._repr_html_()
    assert f'<img alt="{words}" src="data:image/svg+xml,%3Csvg' in html
    assert f"<figcaption>{words}</figcaption>" in html
    assert html.partition("<figcaption>")[0].count('"') == 4
    assert '[data-jp-theme-light="false"] figure>img' in html  # dark where the notebook is


SAME = """
import lambdalab as lab
run = lab.run(lab.handler("f", wait=lab.exponential(0.2), init=0.3, fails=0.3, cpu=0.1),
              at=lab.poisson(5, 10), seed=3, until=900)
import hashlib, json
from lambdalab.views.columns import THINGS, columns
text = run.timeline()._repr_html_() + json.dumps(columns(run.log))
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_the_same_run_gives_the_same_bytes() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", SAME],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(made) == 1


# What others add --------------------------------------------------------------------------------


def test_a_new_kind_of_lane_is_declared_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def waited(drawing: Any, entry: Entry) -> None:
        lane = drawing.lane("poller", "poller-1", "greet")
        span = drawing.begin(lane, LOAN, entry, "m1")
        span.end = entry.at + S
        drawing.worked(lane, span.start, span.end)

    monkeypatch.setitem(DRAW, facts.CodeWaited, waited)
    run = lab.run(lab.handler("greet", wait=2), at=0)
    made = chart(run.log)
    assert [lane.name for lane in made.lanes] == ["poller-1", "env-1"]  # above its environments
    loan = next(span for span in made.spans if span.kind == LOAN)
    assert made.lanes[loan.lane].kind == "poller"
    picture = Picture(run.log)
    assert "on loan" in picture.svg
    assert "1 environment," in picture.alt  # a poller is none
    assert columns(run.log)["chart"]["lanes"] == [["poller-1", "greet", 0], ["env-1", "greet", 0]]


def test_lanes_stand_by_function_and_each_function_folds_its_own() -> None:
    a, b = lab.handler("a", wait=1), lab.handler("b", wait=1)
    made = chart(lab.run({a: lab.burst(10), b: lab.burst(9, at=0.5)}).log)
    names = [(lane.name, lane.function) for lane in made.lanes]
    assert [function for _, function in names] == ["a"] * 7 + ["b"] * 7
    assert names[6] == ("4 more", "a")
    assert names[13] == ("3 more", "b")
    assert made.busy == {6: [(0, 4), (S, 0)], 13: [(S // 2, 3), (3 * S // 2, 0)]}
    assert made.lane_of["env-10"] == 6


def test_one_that_is_left_is_not_folded() -> None:
    made = chart(lab.run(lab.handler(wait=1), at=lab.burst(13)).log)
    assert made.lanes[-1].name == "env-13"
    assert made.busy == {}
