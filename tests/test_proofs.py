"""What docs/proven.md says: formulas are computed again, and each study is run again once."""

from math import isclose

import pytest

from proofs import formulas, page
from proofs.charts import Difference, Group, Points, forest, over_rate
from proofs.measuring import SEEDS, STUDENT, Interval, interval
from proofs.studies import SIMFAAS, SIMFAAS_AGAIN, STUDIES, Study, experiments

FOUND = page.read()
LONG = 15_000  # requests and records of a seed, about, that are too many to run again


def name(study: Study) -> str:
    return page.key(study)


def is_long(study: Study) -> bool:
    """Say whether a seed takes seconds; of the experiments on AWS those with fast traffic do."""
    if study.law != "AWS":
        return study.law == "SimFaaS"
    rates = {e.name: e.rate for e in experiments()}
    return rates[study.name.partition(",")[0]] > 0.05


def test_every_study_was_run_with_every_seed() -> None:
    assert list(FOUND) == [page.key(study) for study in STUDIES]
    for study in STUDIES:
        figures = FOUND[page.key(study)]
        assert figures.keys() >= study.expected.keys()
        assert all(len(values) == len(SEEDS) for values in figures.values())


@pytest.mark.parametrize("study", [s for s in STUDIES if not is_long(s)], ids=name)
def test_a_study_that_is_run_again_measures_what_was_written_down(study: Study) -> None:
    for figure, value in study.measure(SEEDS[0]).items():
        kept = FOUND[page.key(study)][figure][0]
        assert isclose(value, kept, rel_tol=1e-7, abs_tol=1e-12), "make proofs"


@pytest.mark.parametrize("study", [s for s in STUDIES if s.law not in page.BESIDE], ids=name)
def test_what_was_measured_agrees_with_the_formula(study: Study) -> None:
    for figure, may_be in page.intervals(FOUND, study).items():
        assert may_be.holds(study.expected[figure]), f"{figure}: {study.expected[figure]}, {may_be}"


def test_the_intervals_are_narrow_enough_to_mean_something() -> None:
    """Half of them are within three per cent of the formula, nine tenths within thirteen."""
    halves = sorted(
        may_be.half / study.expected[figure]
        for study in STUDIES
        if study.law not in page.BESIDE
        for figure, may_be in page.intervals(FOUND, study).items()
    )
    assert halves[len(halves) // 2] < 0.03
    assert halves[len(halves) * 9 // 10] < 0.13


def test_the_example_of_simfaas_is_within_the_interval() -> None:
    for figure, may_be in page.beside_readme(FOUND).items():
        assert may_be.holds(SIMFAAS[figure]), f"{figure}: {SIMFAAS[figure]}, {may_be}"
        assert all(may_be.holds(again) for again in SIMFAAS_AGAIN[figure])
        assert may_be.half / may_be.mean < 0.15


@pytest.mark.parametrize("one", experiments(), ids=lambda one: one.name)
def test_an_experiment_on_aws_agrees_with_the_exact_formula(one: object) -> None:
    """How far both are from AWS is told on the page; nothing is fitted to it."""
    study = next(s for s in STUDIES if s.name == f"{one.name}, mru")
    for figure, may_be in page.intervals(FOUND, study).items():
        assert may_be.holds(study.expected[figure]), f"{figure}: {study.expected[figure]}, {may_be}"


def test_how_far_the_formula_is_from_aws() -> None:
    cold, there = page.aws_errors(FOUND)["exact formula (mru)"]
    assert (round(cold, 4), round(there, 4)) == (0.1288, 0.0328)
    for policy in ("mru", "newest"):
        own = page.aws_errors(FOUND)[f"lambdalab, {policy}"]
        assert own == pytest.approx((cold, there), abs=0.015)


def test_the_page_and_its_pictures_are_those_of_what_was_measured() -> None:
    assert page.PAGE.read_text(encoding="utf-8") == page.page(FOUND), "python -m proofs --page"
    for file, picture in page.pictures(FOUND).items():
        assert (page.IMAGES / file).read_text(encoding="utf-8") == picture
        assert "nan" not in picture


def test_an_interval_of_twenty_means() -> None:
    values = [1.0] * 10 + [3.0] * 10
    mean, half = interval(values)
    assert mean == 2
    assert half == pytest.approx(STUDENT * (20 / 19) ** 0.5 / 20**0.5)
    assert Interval(2, 0.5).holds(1.5)
    assert not Interval(2, 0.5).holds(1.4)
    assert Interval(1, 0).holds(1 + 1e-9)


def test_the_formulas_agree_with_each_other() -> None:
    """What two of them say of the same pool, and limits that are known otherwise."""
    alone, _ = formulas.cold_if_constant(0.001, 0.001, 600)
    assert alone == pytest.approx(2.718281828**-0.6, rel=1e-4)  # nobody overlaps
    assert formulas.cold_if_exponential(1, 1, 1e-9) == pytest.approx(1, rel=1e-6)
    # M/M/1: the wait of Erlang C with one server is that of Pollaczek and Khinchine.
    wait = formulas.erlang_c_wait(1, 0.8, 0.2)
    assert wait == pytest.approx(formulas.pollaczek_khinchine(4, 0.2, 0.08))
    assert sum(formulas.poisson(20, k) for k in range(100)) == pytest.approx(1)
    assert formulas.erlang_b(1_000, 2_016) == pytest.approx(0.504454582, rel=1e-8)


def test_a_picture_is_drawn_to_scale() -> None:
    drawn = forest("t", "a", [Group("g", [Difference("d", 0.0, 0.05)])], 0.1, ("k",))
    assert "M547.5 78.5H802.5" in drawn  # the middle is 675; the edges, 0.1 away, are 255 px off
    beyond = forest("t", "a", [Group("g", [Difference("d", 0.2, 0.05)])], 0.1)
    assert "l4 4" in beyond
    line = over_rate("t", "a", "u", [Points("p", [(0.1, 1), (10, 100)], line=True)])
    assert "M76 356L930 56" in line
