"""The game day: what the baseline loses and why, what repairs it, and what is shown of it."""

from __future__ import annotations

import re
import sys
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

import lambdalab as lab
from lambdalab.engine import facts
from lambdalab.parcelwing import HIDDEN, GameDay
from lambdalab.parcelwing.check import CORRECT, NOT_TRIED, NOT_YET
from lambdalab.parcelwing.handlers import FUNCTIONS, world_of
from lambdalab.parcelwing.judge import LOST
from lambdalab.parcelwing.night import BY_ID, clock_of, seconds_of
from lambdalab.parcelwing.repairs import CODES, REPAIRS
from lambdalab.parcelwing.score import EACH_AGAIN, EACH_LOST, SLOW, TARGET
from lambdalab.teaching.beliefs import BELIEFS

SPLIT = {"bisect_batch_on_function_error": True, "maximum_retry_attempts": 2}
QUEUE = {"through": "queue", "batch_size": 1}
ORDERS = {"visibility_timeout": 360, "max_receive_count": 5, "maximum_concurrency": 4}
REPORTS = {"visibility_timeout": 1080, "maximum_concurrency": 40}
TEAMS: dict[str, dict[str, Any]] = {
    "settings": {
        "quote": {"provisioned_schedule": [("07:55", 24), ("08:12", 0)]},
        "api": {"timeout": 60, "timeout_quota": 60},
        "order": {"reserved_concurrency": 4, "timeout": 10},
        "labels": {"maximum_concurrency": 2},
        "scans": {**SPLIT, "on_failure": "bad-scans"},
        "reports": {"over": 900},
    },
    "code": {
        "quote": CODES["LAZY_HAND_OFF"],
        "scan": CODES["SET_ASIDE"],
        "order": {"code": CODES["PATIENT"], "timeout": 60},
        "labels": {"maximum_concurrency": 2},
        "reports": {"over": 900},
    },
    "queues": {
        "quote": CODES["LAZY_HAND_OFF"],
        "order": {"code": CODES["EACH_TIME"], "timeout": 60},
        "orders": {**QUEUE, **ORDERS},
        "labels": {"maximum_concurrency": 2},
        "scans": {**SPLIT, "on_failure": "bad-scans"},
        "reports": {**QUEUE, **REPORTS},
    },
}
HALF_RIGHT: dict[str, dict[str, Any]] = {
    "knobs": {
        "quote": {"memory": 1769, "timeout": 28},
        "order": {"timeout": 10},
        "labels": {"max_receive_count": 10},
        "scans": {"maximum_retry_attempts": 2},
        "reports": {"over": 60},
    },
    "more of everything": {
        "quote": {"provisioned_concurrency": 5},
        "label": {"reserved_concurrency": 10},
        "scans": {"shards": 8},
        "order": CODES["PATIENT"],
    },
    "code without its clock": {
        **TEAMS["code"],
        "order": CODES["PATIENT"],  # three seconds for a bank that takes up to forty
    },
}


@cache
def alone(incident: str) -> GameDay:
    """Give the baseline in an hour with one incident; its run is made once."""
    return lab.gameday(incidents=[incident])


def tried(source: str, night: GameDay) -> GameDay:
    found: GameDay = eval(source, {"night": night, **CODES})
    return found


def lost(night: GameDay) -> dict[str, int]:
    names = [one.asked.kind for one in night.outcomes if one.state == LOST]
    return {kind: names.count(kind) for kind in dict.fromkeys(names)}


def again(night: GameDay) -> dict[str, int]:
    some = [one for one in night.outcomes if one.again]
    return {one.asked.kind: sum(x.again for x in some) for one in some}


# The baseline -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, *HIDDEN])
def test_in_a_calm_hour_everything_is_done_right(seed: int) -> None:
    night = lab.gameday(incidents=[], seed=seed)
    score = night.score()
    assert night.lost() == []
    assert (score.of("lost"), score.of("twice"), score.of("slow")) == (0, 0, 0)
    assert score.of("right") == len(night.asked)


def test_slow_mornings_cost_a_p95_and_nothing_else() -> None:
    night = alone("slow mornings")
    score = night.score()
    assert (score.of("lost"), score.of("twice")) == (0, 0)
    assert score.of("slow") < 0.8 * SLOW
    slow = [one for one in night.outcomes if one.asked.kind == "quote" and one.seconds > TARGET]
    waves = {one.asked.at for one in slow if one.asked.at >= seconds_of("08:00")}
    assert len(waves) == 1  # the later ones find what the first has left
    assert "has finished its Init, after 2500.00 ms" in repr(night.why("quote-395"))


def test_the_whole_chain_can_be_asked_for_as_the_last_line_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace())
    ours = alone("slow mornings")
    line = re.compile(r"The whole chain: (night\.run\.why\(\d+\))$")
    (ask,) = line.findall(str(ours.why("quote-395")))
    assert "client-428 takes the answer" in repr(eval(ask, {"night": ours}))
    monkeypatch.setattr(sys.modules["__main__"], "mine", ours, raising=False)
    assert str(ours.why("quote-395")).endswith(f"The whole chain: {ask.replace('night', 'mine')}")


def test_the_parcels_vanish_without_an_error_and_without_having_run() -> None:
    night = alone("vanished parcels")
    metrics = night.run.metrics.of("label")
    assert metrics["Errors"] == 0
    assert metrics["Throttles"] > 1000
    moved = [e.fact for e in night.run.log if isinstance(e.fact, facts.MessageDeadLettered)]
    assert len(moved) >= lost(night)["label"] > 30
    assert sum(not fact.ran for fact in moved) >= lost(night)["label"]
    assert (
        lost(night).keys() == again(night).keys() == {"label"}
    )  # some were printed, and came back


def test_customers_pay_twice_because_their_gateway_stops_waiting() -> None:
    night = alone("charged twice")
    assert night.run.metrics.of("quote")["Errors"] == 0
    assert lost(night) == {}
    twice = [one for one in night.outcomes if one.again]
    assert {one.asked.kind for one in twice} == {"buy"}
    assert all(one.asked.body["bank"] > 29 for one in twice)
    gateway = [e.fact for e in night.run.log if isinstance(e.fact, facts.ExchangeAnswered)]
    assert sum(fact.status_code == 504 for fact in gateway) == 2 * len(twice)


def test_the_scanners_are_silent_behind_a_record_that_nobody_can_read() -> None:
    night = alone("scanner silence")
    assert set(lost(night)) == {"scan", "garbled"}
    assert night.run.metrics.of("scan").percentile("IteratorAge", 100) > 2_000_000  # ms
    shards = {e.fact.shard for e in night.run.log if isinstance(e.fact, facts.RecordPut)}
    blocked = {
        e.fact.shard
        for e in night.run.log
        if isinstance(e.fact, facts.RecordPut) and '"' not in e.fact.data
    }
    assert len(shards) == 2
    assert len(blocked) == 1


def test_everything_is_throttled_by_the_limit_of_the_account() -> None:
    night = alone("everything throttled")
    assert set(lost(night)) == {"quote", "buy"}  # the other doors try again for longer
    reasons = {
        e.fact.reason
        for e in night.run.log
        if isinstance(e.fact, facts.RequestThrottled) and e.fact.function == "quote"
    }
    assert reasons == {"ConcurrentInvocationLimitExceeded"}
    assert night.run.of("report").peak == 128  # 130, less what is reserved for label


def test_the_database_says_no_and_then_order_never_recovers() -> None:
    night = alone("database says no")
    order = night.run.of("order")
    assert set(lost(night)) == {"order", "invoice"}
    assert night.run.count("refused_connections", before=seconds_of("07:57")) > 50
    assert order.count("timeouts", before=seconds_of("07:48")) == 0
    late = seconds_of("08:04")  # after the last of the large orders and its first retry
    assert night.run.count("refused_connections", after=late) == 0
    assert order.count("timeouts", after=late) > 40
    timed_out = {x.request for x in order.invocations if x.status == "timeout"}
    again = [e.fact for e in night.run.log if isinstance(e.fact, facts.InitStarted)]
    assert {fact.request for fact in again if fact.phase != "init"} & timed_out


def test_with_all_six_the_baseline_is_far_below_zero() -> None:
    night = lab.gameday()
    assert night.score().points < -2000
    assert set(lost(night)) == {"quote", "buy", "order", "label", "scan", "garbled", "invoice"}


# The score --------------------------------------------------------------------------------------


def test_the_terms_are_counted_in_the_log() -> None:
    night = lab.gameday()
    score = night.score()
    assert score.of("lost") == EACH_LOST * sum(lost(night).values())
    assert score.of("twice") == EACH_AGAIN * sum(again(night).values())
    assert score.of("bill") == round(-1000 * night.run.bill.cost, 1)
    charges = [effect for effect in night.run.effects if effect.startswith("charge ")]
    assert again(night).get("buy", 0) == len(charges) - len(set(charges))
    assert score.points == round(sum(term.points for term in score.terms), 1)


def test_the_same_configuration_and_seed_give_the_same_bytes() -> None:
    one, other = (lab.gameday(incidents=["vanished parcels"], seed=3) for _ in range(2))
    assert [tuple(row) for row in one.run.log.rows] == [tuple(row) for row in other.run.log.rows]
    assert repr(one.board()) == repr(other.board())
    assert one.board()._repr_html_() == other.board()._repr_html_()
    assert one.report(final=False).text == other.report(final=False).text
    assert one.score() == other.score()


def test_no_incident_moves_what_another_draws() -> None:
    def large(incidents: list[str]) -> list[tuple[float, Any]]:
        hour = lab.gameday(incidents=incidents).asked
        return [(x.at, x.body) for x in hour if x.kind == "order" and x.body["seconds"] > 2]

    assert large(["database says no"]) == large(list(BY_ID))


def test_a_scan_twice_does_no_harm_and_a_quote_with_a_wrong_price_is_none() -> None:
    code = FUNCTIONS["scan"][0]
    twice = code.replace("        track(json", "        track('x')\n        track(json")
    assert lab.gameday(incidents=[], scan=twice).score().of("twice") == 0
    wrong = FUNCTIONS["quote"][0].replace('{"price": calculate(', '{"price": 1 + calculate(')
    night = lab.gameday(incidents=[], quote=wrong)
    assert lost(night)["quote"] == sum(one.kind == "quote" for one in night.asked)


# Repairs ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("incident", BY_ID)
def test_an_incident_has_several_repairs_and_half_repairs_of_known_beliefs(incident: str) -> None:
    repair = REPAIRS[incident]
    assert len(repair.right) >= 3
    assert {half.belief for half in repair.half} <= {"", *BELIEFS}
    assert set(BY_ID[incident].beliefs) <= set(BELIEFS)
    assert alone(incident).check().state == NOT_TRIED
    assert alone(incident).check().hints == repair.hints


@pytest.mark.parametrize(
    ("incident", "source"), [(id, source) for id in BY_ID for source in REPAIRS[id].right]
)
def test_a_repair_ends_the_incident_in_each_hour(incident: str, source: str) -> None:
    said = tried(source, alone(incident)).check()
    assert said.state == CORRECT, said


@pytest.mark.parametrize(
    ("incident", "source", "half"),
    [(id, source, half) for id in BY_ID for half in REPAIRS[id].half for source in half.examples],
)
def test_half_a_repair_is_recognised_with_its_belief(incident: str, source: str, half: Any) -> None:
    said = tried(source, alone(incident)).check()
    assert (said.state, said.belief, said.words[0]) == (NOT_YET, half.belief, half.words), said
    assert repr(said).startswith("◐ not yet: ")


@pytest.mark.parametrize("team", TEAMS)
def test_configurations_of_different_kinds_do_well_in_the_final(team: str) -> None:
    final = lab.gameday(**TEAMS[team]).final()
    assert all(
        score.of(name) == 0 for _, score in final.scores for name in ("lost", "twice", "slow")
    )
    assert final.points > 1600
    assert final.points == min(score.points for _, score in final.scores)


@pytest.mark.parametrize("team", HALF_RIGHT)
def test_half_right_configurations_do_not(team: str) -> None:
    hour = lab.gameday(seed=HIDDEN[0], **HALF_RIGHT[team])  # the worst counts: one bad hour will do
    assert hour.score().points < 1000


# What a team may do -----------------------------------------------------------------------------


def test_a_game_day_never_changes_and_a_change_gives_another_one() -> None:
    night = lab.gameday(incidents=[])
    mine = night.with_(label={"memory": 512}, labels={"max_receive_count": None}, team="Owls")
    assert night.settings("label")["memory"] == 256
    assert mine.settings("label")["memory"] == 512
    assert "max_receive_count" not in mine.settings("labels")
    assert repr(mine) == "<Game day of Owls: 2 changes; a calm hour; seed 0>"
    assert "labels: max_receive_count 2 -> not set" in repr(mine.changes())


def test_what_changes_prints_makes_the_same_configuration_elsewhere() -> None:
    mine = lab.gameday(
        incidents=[],
        order={"code": CODES["PATIENT"], "timeout": 60},
        quote={"provisioned_schedule": [("07:55", 24), ("08:12", 0)]},
        label={"reserved_concurrency": None},
    )
    printed = str(mine.changes()).partition("own:\n\n")[2]
    cell, _, line = printed.partition("\n\nnight.with_(")
    made = lab.function(cell.partition("\n")[2], name="order", timeout=60)
    again = eval(f"night.with_({line}", {"night": lab.gameday(incidents=[]), "order": made})
    assert str(again.changes()) == str(mine.changes())
    assert again.score() == mine.score()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"api": {"timeout": 60}}, "timeout_quota=60"),
        ({"quote": {"memory": "512"}}, "128 to 10,240 MB"),
        ({"quote": {"reserved_concurrency": 50}}, "28}), or take units from another function"),
        ({"orders": {"batch_size": 1}}, '"through": "queue"'),
        ({"lables": {}}, "night.with_(labels="),
    ],
    ids=["quota", "text", "room", "no queue", "part"],
)
def test_a_wrong_value_is_refused_at_once_with_what_a_team_can_do(changes: Any, said: str) -> None:
    with pytest.raises(lab.LabError) as refused:
        lab.gameday(incidents=[]).with_(**changes)
    assert said in str(refused.value)
    assert "account_concurrency" not in str(refused.value)


def test_a_function_of_a_cell_brings_its_code_and_the_settings_of_its_first_line() -> None:
    cell = lab.gameday().code("label").replace("time.sleep(6)", "time.sleep(6)")
    made = lab.function(cell.partition("\n")[2] + "\n# mine\n", name="label", memory=1024)
    mine = lab.gameday(label=made)
    assert mine.settings("label") == {"memory": 1024, "timeout": 10, "reserved_concurrency": 2}
    assert mine.rewritten == ["label"]
    assert lab.gameday(label=cell).rewritten == []


def test_the_outside_world_cannot_be_changed() -> None:
    for name, (code, _) in FUNCTIONS.items():
        assert world_of(code)
        with pytest.raises(lab.LabError, match="outside world"):
            lab.gameday(
                **{name: code.replace("time.sleep(", "time.sleep(0 * ").replace("lab.e", "")}
            )


@pytest.mark.parametrize(
    "changes",
    [
        {"labels": {"batch": 1}},
        {"label": 3},
        {"parcels": {}},
        {"incidents": ["fire"]},
        {"scans": {"key": "colour"}},
        {"reports": {"over": -1}},
        {"database": {"max_connections": 0}},
        {"quote": {"provisioned_schedule": [("09:00", 3)]}},
        {"quote": {"provisioned_schedule": [("soon", 3)]}},
        {"order": {"environment": {"CONNECTIONS": "500"}}},
    ],
)
def test_what_a_team_may_not_do_is_said_kindly(changes: dict[str, Any]) -> None:
    with pytest.raises(lab.LabError):
        lab.gameday(**changes)


@pytest.mark.parametrize(
    ("changes", "meant"),
    [
        ({"label": {"maximum_concurrency": 2}}, 'night.with_(labels={"maximum_concurrency": ...})'),
        ({"labels": {"reserved_concurrency": 2}}, 'night.with_(label={"reserved_concurrency": '),
        ({"quote": {"memry": 512}}, 'night.with_(quote={"memory": ...})'),
    ],
    ids=["of the source", "of the function", "a slip"],
)
def test_a_wrong_setting_names_the_one_that_was_meant(changes: Any, meant: str) -> None:
    with pytest.raises(lab.LabError) as refused:
        lab.gameday(incidents=[]).with_(**changes)
    assert meant in str(refused.value)


def test_what_does_not_exist_is_said_kindly() -> None:
    night = lab.gameday(incidents=[])
    for ask in (lambda: night.why("label-999"), lambda: night.code("shop"), lambda: night.check()):
        with pytest.raises(lab.LabError):
            ask()


def test_an_instructor_chooses_incidents_and_seeds() -> None:
    night = lab.gameday(incidents=["charged twice", "slow mornings"])
    assert night.incidents == ("slow mornings", "charged twice")
    assert [hour.seed for hour in night.final(seeds=[7, 8]).hours] == [7, 8]


# What is shown ----------------------------------------------------------------------------------


def test_the_board_shows_the_same_in_text_and_in_html() -> None:
    board = alone("vanished parcels").board()
    text, html = repr(board), board._repr_html_()
    for words in ("labels-dlq", "Throttles", "1,398", "quote", "minute"):
        assert words.lower() in text.lower()
    for words in ("labels-dlq", "Throttles", "1,398", board.alt):
        assert words in html
    minutes = text.partition("Minute by minute")[2]
    row = next(line for line in minutes.splitlines() if line.startswith("label   "))
    assert set(row.removeprefix("label").strip()) <= set("o~x2·")
    assert "x" in row
    assert board.svg.startswith("<svg ")


def test_a_chain_in_short_names_what_the_team_had_set_and_the_time_of_the_clock() -> None:
    said = repr(alone("vanished parcels").why("label-44"))
    assert "you set max_receive_count=2 on labels" in said
    assert "07:38:51.2  msg-44 is put into the queue labels." in said
    assert clock_of(531.2) == "07:38"


def test_the_report_holds_the_changes_the_terms_and_the_chains(tmp_path: Any) -> None:
    half = alone("scanner silence").with_(scans={"shards": 8}, scan=CODES["SWALLOW"], team="Owls")
    half = half.with_(labels={"max_receive_count": 3})
    report = half.report(final=False)
    for words in (
        "# The night shift at Parcelwing: Owls",
        "| `scans` | `shards` | 2 | 8 |",
        "```diff",
        "+        except ValueError:",
        "garbled lost, 3 in all",
        "What it was worth",
        "Which signal did you trust first?",
    ):
        assert words in report.text
    assert report.save(tmp_path / "night.md").read_text(encoding="utf-8") == report.text


def test_other_changes_are_compared_in_the_same_hour() -> None:
    calm = lab.gameday(incidents=[])
    compared = calm.compare(other={"label": {"memory": 512}})
    assert [name for name, _ in compared.scores] == ["this", "other"]
    assert compared.scores[0][1] == calm.score()
    assert compared.scores[1][1].of("bill") < calm.score().of("bill")
