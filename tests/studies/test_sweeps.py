"""Sweeps: the same table wherever it is made, whatever fails and whenever it is interrupted."""

import multiprocessing
import os
import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from math import isnan
from pathlib import Path
from typing import Any

import pytest
from pandas.testing import assert_frame_equal

import lambdalab as lab
from lambdalab.studies.carried import packed, unpacked
from lambdalab.studies.measures import measures_of
from lambdalab.studies.student import interval, t_of

CELL = """
import time
count = 0

def handler(event, context):
    global count
    count += 1
    time.sleep(0.2)
    return count
"""


def grid() -> dict[str, Any]:
    """Make the arguments of a sweep with a cell, a queue, drawn traffic and functions of ours."""
    fn = lab.function(CELL, name="greet", memory=128)
    orders = lab.queue("orders", max_receive_count=2).to(fn)
    limit = 0.15

    def slow(run: lab.Run) -> int:
        return sum(run.table("invocations")["duration_ms"] > limit * 1000)

    return {
        "target": orders,
        "at": lab.poisson(4, 5),
        "over": {
            "memory": [128, 1769],
            (orders, "visibility_timeout"): [3, 30],
            "batch_size": [1, 10],
            "assume.lifecycle.idle": [1],
        },
        "measure": {"cold": "cold", "slow": lambda run: slow(run), "p95": "p95", "usd": "cost"},
        "repeats": 2,
    }


@pytest.fixture(scope="module")
def here() -> lab.Sweep:
    return lab.sweep(**grid())


def test_a_row_for_each_point_in_the_order_of_the_grid(here: lab.Sweep) -> None:
    names = ["memory", "orders.visibility_timeout", "batch_size", "assume.lifecycle.idle"]
    points = [[m, v, b, 1] for m in (128, 1769) for v in (3, 30) for b in (1, 10)]
    assert here.table[names].values.tolist() == points
    assert here.table["runs"].tolist() == [2] * 8
    assert here.runs["seed"].tolist() == [0, 1] * 8
    assert here.done == here.total == 16
    assert repr(here) == f"<Sweep of {' x '.join(names)}: 16 of 16 runs>"


def test_each_run_is_that_of_lab_run_with_these_settings_and_this_seed(here: lab.Sweep) -> None:
    fn = lab.function(CELL, name="greet", memory=1769)
    orders = lab.queue("orders", max_receive_count=2, visibility_timeout=3).to(fn, batch_size=10)
    alone = lab.run(orders, at=lab.poisson(4, 5), seed=1, assume={"lifecycle.idle": 1})
    table = here.runs
    row = table[
        (table["memory"] == 1769)
        & (table["orders.visibility_timeout"] == 3)
        & (table["batch_size"] == 10)
        & (table["seed"] == 1)
    ].iloc[0]
    assert row["cold"] == alone.count("cold") > 1
    assert row["usd"] == alone.bill.cost
    assert row["slow"] == alone.count("started")


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_the_table_is_the_same_on_any_executor(here: lab.Sweep, kind: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    made: Executor = (
        ThreadPoolExecutor(2) if kind == "threads" else ProcessPoolExecutor(2, mp_context=spawn)
    )
    with made as pool:
        there = lab.sweep(**grid(), executor=pool)
    assert_frame_equal(here.table, there.table)
    assert_frame_equal(here.runs, there.runs)


def test_intervals_are_those_of_student() -> None:
    values = iter([1.0, 2.0, 4.0])
    found = lab.sweep(
        lab.handler(), 0, over={}, repeats=3, measure={"x": lambda run: next(values)}
    ).table
    # mean 7/3, s = 1.527525, t(2; 0.975) = 4.302653
    assert found["x"].item() == pytest.approx(7 / 3)
    assert found["x_low"].item() == pytest.approx(7 / 3 - 4.302653 * 1.527525 / 3**0.5, abs=1e-5)
    assert found["x_high"].item() == pytest.approx(7 / 3 + 4.302653 * 1.527525 / 3**0.5, abs=1e-5)


@pytest.mark.parametrize(
    ("freedom", "p", "t"),  # from the tables of textbooks
    [(1, 0.975, 12.7062), (4, 0.975, 2.7764), (9, 0.995, 3.2498), (29, 0.95, 1.6991),
     (120, 0.975, 1.9799)],
)  # fmt: skip
def test_the_quantiles_of_students_t(freedom: int, p: float, t: float) -> None:
    assert t_of(p, freedom) == pytest.approx(t, abs=5e-5)


def test_one_value_has_no_interval_and_equal_ones_have_none_to_speak_of() -> None:
    assert [isnan(x) for x in interval([5], 0.95)] == [False, True, True]
    assert interval([5, 5, 5], 0.95) == (5, 5, 5)
    assert all(isnan(x) for x in interval([], 0.95))


def test_a_point_that_cannot_be_run_is_a_row_with_its_error() -> None:
    nap = lab.handler(wait=1, timeout=3)
    orders = lab.queue("orders").to(nap)
    found = lab.sweep(
        orders, 0, over={"visibility_timeout": [1, 30]}, repeats=1, measure="processed"
    ).table
    assert found["runs"].tolist() == [0, 1]
    assert "lends its messages for 1 s" in found["error"][0]
    assert found["error"][1] == ""
    assert isnan(found["processed"][0])
    assert found["processed"][1] == 1


def test_a_measure_that_fails_loses_nothing_else() -> None:
    def broken(run: lab.Run) -> float:
        return 1 / (run.count("cold") - 1)

    measure = {"broken": broken, "cold": "cold"}
    found = lab.sweep(
        lab.handler(wait=1), lab.burst(2), over={"account_concurrency": [1, 5]}, repeats=1,
        measure=measure,
    ).table  # fmt: skip
    assert found["cold"].tolist() == [1, 2]
    assert isnan(found["broken"][0])
    assert found["broken"][1] == 1
    assert found["error"].tolist() == ["broken: ZeroDivisionError: division by zero", ""]


def test_if_no_point_can_be_run_the_mistake_is_raised() -> None:
    with pytest.raises(lab.LabError, match="128 to 10,240 MB"):
        lab.sweep(lab.handler(), 0, over={"memory": [1, 2]})
    with pytest.raises(lab.LabError, match="not a rule"):
        lab.sweep(lab.handler(), 0, over={"assume.lifecycle.ideal": [1, 2]})


def test_an_interrupted_sweep_keeps_what_it_has_and_goes_on() -> None:
    calls = []

    def interrupted(run: lab.Run) -> float:
        calls.append(run.seed)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return run.count("requests")

    some = {"at": lab.poisson(5, 4), "over": {"memory": [128, 256]}, "repeats": 2}
    part = lab.sweep(lab.handler(), **some, measure={"n": interrupted})
    assert (part.done, part.total) == (2, 4)
    assert "INTERRUPTED: .resume() goes on" in repr(part)
    assert part.table["memory"].tolist() == [128]
    whole = part.resume()
    assert len(calls) == 3 + 2  # the two that were done are not done again
    assert (part.done, whole.done) == (2, 4)
    again = lab.sweep(lab.handler(), **some, measure={"n": "requests"})
    assert_frame_equal(whole.table, again.table)


def test_an_interrupted_pool_keeps_what_has_come_in() -> None:
    class Interrupted(Executor):
        """Does three jobs at once; then somebody presses Ctrl-C."""

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            jobs.append(future)
            if len(jobs) > 3:
                future.set_exception(KeyboardInterrupt())
            else:
                future.set_result(fn(*args, **kwargs))
            return future

    jobs: list[Future[Any]] = []
    part = lab.sweep(lab.handler(), 0, over={}, repeats=6, executor=Interrupted())
    assert part.done == 3
    assert part.resume().done == 6


def test_a_run_that_was_interrupted_inside_counts_as_not_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from lambdalab.engine import Sim

    def pressed(*_: Any) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(Sim, "run", pressed)
    part = lab.sweep(lab.handler(), 0, over={}, repeats=2)
    assert part.done == 0
    assert part.table.empty
    monkeypatch.undo()
    assert part.resume().done == 2


def test_a_broken_pool_keeps_what_has_come_in() -> None:
    class Broken(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:
            raise BrokenProcessPool("a process ended")

    part = lab.sweep(lab.handler(), 0, over={}, repeats=2, executor=Broken())
    assert part.done == 0
    assert "the executor broke" in repr(part)


def test_more_repeats_narrow_the_interval() -> None:
    few = lab.sweep(lab.handler(), lab.poisson(9, 9), over={}, repeats=3, measure="requests")
    many = few.resume(12)
    assert many.total == 12
    width = [one.table["requests_high"] - one.table["requests_low"] for one in (few, many)]
    assert width[1].item() < width[0].item()


def test_a_function_of_ones_own_is_called_with_the_settings_and_the_seed() -> None:
    def stack(wait: float, rate: float, seed: int) -> lab.Run:
        return lab.run(lab.handler(wait=wait), at=lab.poisson(rate, 10), seed=seed)

    found = lab.sweep(stack, over={"wait": [0.1, 20], "rate": [2]}, repeats=2, measure="p50")
    assert found.table["p50"].tolist() == [0.1, 20]
    with pytest.raises(lab.LabError, match="does not take 'memory'"):
        lab.sweep(stack, over={"memory": [128]})
    none = lab.sweep(lambda seed: None, over={}, repeats=1)
    assert "and not a run" in none.table["error"].item()


def test_what_each_name_means() -> None:
    work = lab.handler("work", wait=0.1)
    live = work.alias("live", provisioned_concurrency=1)
    shop = lab.api(live, name="shop")
    calls = {"repeats": 1, "measure": {"cold": "cold", "n": "requests", "p50": "p50"}}

    def swept(target: Any, at: Any, over: Any, word: str, **more: Any) -> list[float]:
        found: list[float] = lab.sweep(target, at, over=over, **calls, **more).table[word].tolist()
        return found

    assert swept(shop, [0, 0, 0], {"provisioned_concurrency": [0, 2, 3]}, "cold") == [3, 1, 0]
    assert swept(shop, 0, {"wait": [0.5, 2]}, "p50") == [0.5, 2]  # of versions, too
    assert swept(work, None, {"at": [lab.burst(2), lab.burst(4)]}, "n") == [2, 4]
    assert swept({work: [0, 0]}, None, {"account_concurrency": [1, 2]}, "cold") == [1, 2]
    assert swept(work, [0, 9], {"assume": [None, {"lifecycle.idle": 5}]}, "cold") == [1, 2]
    assert swept(work, [0, 9], {("work", "memory"): [128]}, "cold", until=5) == [1]
    changes = [(5, work, {"memory": 256})]  # its target is another value in each point
    assert swept(work, [0, 9], {"timeout": [3, 4]}, "cold", changes=changes) == [2, 2]
    with pytest.raises(lab.LabError, match="whose timeout is varied"):
        lab.sweep(shop, 0, over={"timeout": [5, 10]})
    assert swept(shop, 0, {("shop", "timeout"): [5, 10]}, "n") == [1, 1]
    with pytest.raises(lab.LabError, match="has no setting 'visibility'"):
        lab.sweep(shop, 0, over={(shop, "visibility"): [5, 10]})
    with pytest.raises(lab.LabError, match="not in this stack"):
        lab.sweep(shop, 0, over={(lab.handler("other"), "memory"): [512]})


def test_two_wires_of_one_queue_stay_one_queue() -> None:
    one, two = lab.handler("one", wait=1), lab.handler("two", wait=1)
    first = lab.queue("orders").to(one, batch_size=1)
    both = first.to(two, batch_size=1)
    over = {(first, "visibility_timeout"): [6, 60], "batch_size": [1, 2], (two, "memory"): [512]}
    found = lab.sweep(first, lab.burst(4), over=over, also=[both], repeats=1, measure="processed")
    assert found.table["error"].tolist() == [""] * 4
    assert found.table["processed"].tolist() == [4] * 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"over": {"memry": [1]}},
        {"over": {"timeout": 1}},
        {"over": {"timeout": []}},
        {"over": {"timeout": "12"}},
        {"over": {3: [1]}},
        {"over": []},
        {"over": {"lifecycle.idle": [1]}},
        {"over": {"memory": [128], "seed": [1]}},
        {"over": {}, "measure": "nothing"},
        {"over": {}, "measure": []},
        {"over": {}, "measure": 3},
        {"over": {}, "measure": "p0"},
        {"over": {}, "measure": "Errors of p95"},
        {"over": {}, "untill": 3},
        {"over": {}, "repeats": 0},
        {"over": {}, "repeats": 1.5},
        {"over": {}, "seed": "a"},
        {"over": {}, "confidence": 95},
        {"over": {}, "executor": 3},
    ],
    ids=repr,
)
def test_what_makes_no_sense_is_refused_before_anything_runs(wrong: dict[str, Any]) -> None:
    with pytest.raises(lab.LabError):
        lab.sweep(lab.handler(), 0, **wrong)


# What is carried to workers ---------------------------------------------------------------------


def helper(x: int) -> int:
    return x + 1


def test_functions_carry_what_they_read() -> None:
    around = 5

    def down(n: int) -> int:
        return helper(around) if n == 0 else down(n - 1)

    assert unpacked(packed(down))(3) == 6
    assert unpacked(packed(helper)) is helper  # it can be imported
    assert unpacked(packed(lambda x, *, y=2: [x * y * k for k in (around,)]))(1) == [10]
    model = lab.work(wait=lab.lognormal(0.1, 0.4), fails=lambda event: event["n"] == around)
    assert unpacked(packed(model)).wait.at(0.99) == model.wait.at(0.99)


def test_what_cannot_be_carried_is_said() -> None:
    with open(os.devnull) as file, ThreadPoolExecutor(1) as pool:  # noqa: PTH123
        measure = {"x": lambda run: file.fileno()}
        with pytest.raises(lab.LabError, match="cannot be carried"):
            lab.sweep(lab.handler(), 0, over={}, measure=measure, executor=pool)


def test_functions_of_a_script_are_carried_to_new_processes(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("""
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
import lambdalab as lab

FACTOR = 3

def twice(run):
    return FACTOR * lab.run(lab.handler(), at=[0, 1]).count("requests")

def stack(wait, seed):
    return lab.run(lab.handler(wait=wait), 0)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        found = lab.sweep(stack, over={"wait": [1]}, measure={"x": twice}, executor=pool)
        print(*found.table["x"], *found.table["error"])
""")
    made = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert made.stdout.split() == ["6.0"]


# Progress ---------------------------------------------------------------------------------------


def test_progress_is_shown_when_asked_for_and_taken_away(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lab.sweep(lab.handler(), 0, over={}, repeats=2, progress=True)
    shown = capsys.readouterr().err
    assert "[####################] 2 of 2 runs" in shown
    assert shown.endswith(" \r")


def test_progress_is_quiet_when_quick_and_in_ci(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.sweep(lab.handler(), 0, over={}, repeats=2)
    monkeypatch.setattr("lambdalab.studies.sweeping.QUIET", 0)
    monkeypatch.setenv("CI", "true")
    lab.sweep(lab.handler(), 0, over={}, repeats=2)
    assert capsys.readouterr().err == ""
    monkeypatch.delenv("CI")
    lab.sweep(lab.handler(), 0, over={}, repeats=2)
    assert "runs" in capsys.readouterr().err


def test_runs_that_keep_only_their_summary_are_measured_by_what_it_knows() -> None:
    summed = measures_of(None, summed=True)
    assert {"cold", "cost", "Duration p95"} <= summed.keys()
    assert not {"p50", "p95", "p99"} & summed.keys()
    run = lab.run(lab.handler(wait=1), lab.burst(3))
    assert [measure(run) for measure in summed.values()][:2] == [3, 3]
