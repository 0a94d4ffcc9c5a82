"""Time, the agenda and the log."""

from typing import ClassVar

import pytest

import lambdalab as lab
from lambdalab.engine import Runaway, fresh
from lambdalab.engine.facts import AccountConfigured
from lambdalab.engine.kernel import CHANGES, ENDS, POLLS, Log, Sim, task
from lambdalab.engine.rules import YOUR_SETTING
from lambdalab.engine.units import EPOCH, NEVER, iso_text, ms_text, seconds_text, us, uuid_text


@task
class Note:
    """Write a number into the log, and plan another at the same time if asked to."""

    rank: ClassVar[int] = CHANGES
    idle: ClassVar[bool] = False

    number: int
    again: bool = False

    def __call__(self, sim: Sim, cause: int | None) -> None:
        seq = sim.emit(AccountConfigured(self.number, "mru"), YOUR_SETTING, cause)
        if self.again:
            sim.schedule(sim.now, self, seq)


@task
class First(Note):
    """The same, at the beginning of a microsecond."""

    rank: ClassVar[int] = ENDS


@task
class Late(Note):
    """The same, at the end of a microsecond, and not worth going on for."""

    rank: ClassVar[int] = POLLS
    idle: ClassVar[bool] = True


def numbers(sim: Sim) -> list[int]:
    return [entry.fact.concurrency for entry in Log(sim.rows)]


def test_within_a_microsecond_tasks_run_by_rank_then_in_the_order_planned() -> None:
    sim = fresh()
    for planned in (Late(5), Note(2), Note(3), First(1)):
        sim.schedule(7, planned, None)
    sim.schedule(6, Late(0), None)
    while sim.run(NEVER, settle=False, tasks=1):
        pass
    assert numbers(sim) == [0, 1, 2, 3, 5]


def test_a_run_does_not_go_on_for_idle_tasks_unless_it_has_an_end() -> None:
    for settle, expected in ((True, [1]), (False, [1, 2])):
        sim = fresh()
        sim.schedule(1, Note(1), None)
        sim.schedule(2, Late(2), None)
        while sim.run(NEVER, settle=settle, tasks=1):
            pass
        assert numbers(sim) == expected


def test_a_cycle_in_one_microsecond_is_named() -> None:
    sim = fresh()
    sim.schedule(3, Note(1, again=True), None)
    with pytest.raises(Runaway, match=r"(?s)stands still at 0\.000003 s.*AccountConfigured"):
        sim.run(NEVER, settle=True, tasks=1_000_000)
    assert 100_000 < len(sim.rows) < 100_010


def test_a_burst_from_outside_is_no_cycle() -> None:
    run = lab.run(lab.handler(), at=lab.burst(30_000))
    assert len(run.log) > 100_000


def test_streams_of_random_numbers_do_not_move_each_other() -> None:
    one, two = fresh(seed=3), fresh(seed=3)
    alone = [one.random("a") for _ in range(3)]
    mixed = []
    for _ in range(3):
        two.random("b")
        mixed.append(two.random("a"))
    assert alone == mixed
    assert fresh(seed=4).random("a") != alone[0]


def test_times_are_written_exactly() -> None:
    assert [seconds_text(t) for t in (0, 400_000, 1, 1_500_000)] == [
        "0.000", "0.400", "0.000001", "1.500",
    ]  # fmt: skip
    assert ms_text(8_404) == "8.40"
    assert us(0.1) * 10 == us(1)
    assert iso_text(EPOCH + us(86_400 * 59 + 3661.5)) == "2026-03-01T01:01:01.500Z"
    assert uuid_text("req-7") == "00726571-0000-4000-8000-000000000007"
