"""Write docs/proven.md and its pictures from what was measured: the same bytes each time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev

from .charts import Difference, Group, Points, forest, over_rate
from .measuring import SEEDS, Interval, interval
from .studies import SIMFAAS, SIMFAAS_AGAIN, STUDIES, WARM, Experiment, Study, experiments

DOCS = Path(__file__).parents[1] / "docs"
FOUND, PAGE, IMAGES = DOCS / "proven.json", DOCS / "proven.md", DOCS / "images"
STUDENT_OF_FIVE = 8.610  # as measuring.STUDENT, for the mean of five seeds

Found = dict[str, dict[str, list[float]]]  # by study and figure, one for each seed
BESIDE = ("SimFaaS", "AWS")  # laws that are no formulas


def key(study: Study) -> str:
    """Name a study."""
    return f"{study.law}: {study.name}"


def read() -> Found:
    """Read what was measured."""
    found: Found = json.loads(FOUND.read_text(encoding="utf-8"))
    return found


def intervals(found: Found, study: Study) -> dict[str, Interval]:
    """Say for each figure of a study what its true mean may be."""
    return {name: interval(found[key(study)][name]) for name in study.expected}


def beside_readme(found: Found) -> dict[str, Interval]:
    """Say for each figure of SimFaaS's example how far a run as long as its README's may be off.

    That run is as long as all seeds here together and has as much chance in it, so the interval
    of a difference is wider than that of a mean by the square root of two.
    """
    (study,) = (s for s in STUDIES if s.law == "SimFaaS")
    own = intervals(found, study)
    return {name: Interval(mean, sqrt(2) * half) for name, (mean, half) in own.items()}


def off(values: Sequence[float], measured: Sequence[float]) -> float:
    """Average how far values are from what was measured, as a share of it."""
    return fmean(abs(v - m) / m for v, m in zip(values, measured, strict=True))


# Pictures -----------------------------------------------------------------------------------------


def formulas_picture(found: Found) -> str:
    """Draw how far every figure is from its formula."""
    groups = []
    for law, some in groupby((s for s in STUDIES if s.law not in BESIDE), lambda s: s.law):
        rows = []
        for study in some:
            for name, may_be in intervals(found, study).items():
                expected = study.expected[name]
                words = f"{study.name}: {name}" if len(study.expected) > 1 else study.name
                mean, half = may_be.mean / expected - 1, may_be.half / expected
                rows.append(Difference(words, mean, half))
        groups.append(Group(law, rows))
    return forest(
        "How far the means of 20 seeds are from the formula",
        "Differences between measured means and formulas, each with an interval that holds zero",
        groups,
        0.12,
    )


def simfaas_picture(found: Found) -> str:
    """Draw lambdalab and five more runs of SimFaaS beside the run of its README."""
    groups = []
    for name, own in beside_readme(found).items():
        readme, again = SIMFAAS[name], SIMFAAS_AGAIN[name]
        half = STUDENT_OF_FIVE * stdev(again) / sqrt(len(again))
        rows = [
            Difference("lambdalab, 20 seeds", own.mean / readme - 1, own.half / readme),
            Difference("simfaas 0.2.2, 5 seeds", fmean(again) / readme - 1, half / readme, 1),
        ]
        groups.append(Group(name, rows))
    return forest(
        "SimFaaS's example: differences from the run that its README shows",
        "Five figures of lambdalab and of SimFaaS, each with an interval that holds the README's",
        groups,
        0.16,
        ("lambdalab", "SimFaaS again"),
    )


def aws_pictures(found: Found) -> dict[str, str]:
    """Draw the experiments on AWS, the formula, and lambdalab."""
    some = experiments()
    pictures = {}
    for name, figure, title, measured, errors in (
        ("cold", "cold starts", "Cold starts", [e.cold for e in some], [e.error for e in some]),
        ("environments", "environments", "Environments", [e.environments for e in some], []),
    ):
        studies = [_of(e, "mru") for e in some]
        own = [interval(found[key(study)][figure]).mean for study in studies]
        exact = [study.expected[figure] for study in studies]
        rates = [e.rate for e in some]
        series = [
            Points("exact formula", list(zip(rates, exact, strict=True)), line=True),
            Points("lambdalab (mru)", list(zip(rates, own, strict=True))),
            Points("AWS, 2020", list(zip(rates, measured, strict=True)), errors, kind=1),
        ]
        pictures[f"proven-aws-{name}.svg"] = over_rate(
            f"{title} in 20 experiments on AWS Lambda, by formula and by lambdalab",
            f"{title} against the rate of requests: AWS, the exact formula and lambdalab",
            "share of requests" if name == "cold" else "on average",
            series,
        )
    return pictures


def _of(one: Experiment, policy: str) -> Study:
    """Find the study of an experiment."""
    return next(s for s in STUDIES if s.law == "AWS" and s.name == f"{one.name}, {policy}")


def pictures(found: Found) -> dict[str, str]:
    """Draw every picture of the page, by file name."""
    return {
        "proven-formulas.svg": formulas_picture(found),
        "proven-simfaas.svg": simfaas_picture(found),
        **aws_pictures(found),
    }


# Words --------------------------------------------------------------------------------------------


def formulas_table(found: Found) -> str:
    """List every figure beside its formula."""
    rows = ["| Law | Runs | Figure | Formula | Measured |", "| --- | --- | --- | ---: | ---: |"]
    for study in STUDIES:
        if study.law in BESIDE:
            continue
        for name, may_be in intervals(found, study).items():
            rows.append(
                f"| {study.law} | {study.name} | {name} | {study.expected[name]:.5g} "
                f"| {may_be.mean:.5g} ± {may_be.half:.2g} |"
            )
    return "\n".join(rows)


def simfaas_table(found: Found) -> str:
    """List the figures of SimFaaS's example."""
    (study,) = (s for s in STUDIES if s.law == "SimFaaS")
    rows = [
        "| Figure | README | simfaas 0.2.2, 5 seeds | lambdalab |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, own in intervals(found, study).items():
        rows.append(
            f"| {name}{' (s)' if name == 'life span' else ''} | {SIMFAAS[name]:.5g} "
            f"| {fmean(SIMFAAS_AGAIN[name]):.5g} | {own.mean:.5g} ± {own.half:.2g} |"
        )
    return "\n".join(rows)


def aws_errors(found: Found) -> dict[str, tuple[float, float]]:
    """Average how far formula and simulations are from AWS: cold starts, environments."""
    some = experiments()
    measured = [e.cold for e in some], [e.environments for e in some]
    figures = "cold starts", "environments"
    errors: dict[str, list[float]] = {}
    for figure, values in zip(figures, measured, strict=True):
        exact = [_of(e, "mru").expected[figure] for e in some]
        errors.setdefault("exact formula (mru)", []).append(off(exact, values))
        for policy in ("mru", "newest"):
            own = [interval(found[key(_of(e, policy))][figure]).mean for e in some]
            errors.setdefault(f"lambdalab, {policy}", []).append(off(own, values))
    return {name: (cold, there) for name, (cold, there) in errors.items()}


def aws_table(found: Found) -> str:
    """List how far everybody is from AWS, and then every experiment."""
    some = experiments()
    rows = ["| Model | Cold starts | Environments |", "| --- | ---: | ---: |"]
    rows += [f"| {name} | {a:.1%} | {b:.1%} |" for name, (a, b) in aws_errors(found).items()]
    rows += ["| SimFaaS, as published | 12.2% | 3.1% |", ""]
    rows += [
        "| Requests a second | AWS, cold | Formula | mru | newest "
        "| AWS, environments | Formula | mru |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for e in some:
        first, last = (intervals(found, _of(e, policy)) for policy in ("mru", "newest"))
        exact = _of(e, "mru").expected
        rows.append(
            f"| {e.rate:.4f} | {e.cold:.5f} ± {e.error:.5f} | {exact['cold starts']:.5f} "
            f"| {first['cold starts'].mean:.5f} | {last['cold starts'].mean:.5f} "
            f"| {e.environments:.3f} | {exact['environments']:.3f} "
            f"| {first['environments'].mean:.3f} |"
        )
    return "\n".join(rows)


def page(found: Found) -> str:
    """Write the page."""
    some = experiments()
    noise = fmean(e.error / e.cold for e in some)
    formulas = [s for s in STUDIES if s.law not in BESIDE]
    figures = sum(len(s.expected) for s in formulas)
    within = sum(
        intervals(found, s)[name].holds(value)
        for s in formulas
        for name, value in s.expected.items()
    )
    return f"""# What the engine is held against

Made by `make proofs`, which runs every study below with {len(SEEDS)} seeds and writes what
each of them measured to `proven.json`, this page and its pictures. The same engine gives the same
bytes. A measured figure is the mean of the seeds, ± an interval that misses the true mean once in a
thousand times (Student's t). `tests/test_proofs.py` computes each formula again, runs each short
study again with one seed, and fails if a figure moves or a formula leaves its interval.

## Formulas of queueing theory

{within} of {figures} formulas lie within the interval of what was measured. Little's law is exact
for each run: what is there at a time, counted from the log, is the rate times the stay, summed over
the rows of a table.

![Differences from the formulas](images/proven-formulas.svg)

{formulas_table(found)}

The runs are those of `lab.run` with modelled handlers (`proofs/studies.py`), the formulas are in
`proofs/formulas.py`. The formula for a constant idle life is exact for exponential work and for the
environment that was frozen last (mru): such a pool is a stack, and the k-th environment of it ends
if the requests in flight take longer than its idle life to rise from k-1 to k again. If idle
environments live for an exponential time, which of them is taken makes no difference. The four
policies are run, and all agree with one number.

## Another simulator

The [README of SimFaaS](https://github.com/pacslab/simfaas) (commit 5dd1623) shows one run of a
million seconds: 0.9 requests a second, 1.991 s of warm and 2.244 s of cold service, exponential,
and 600 s of idle life. The environment that was made last is taken first (newest), and a request
that waits for an Init goes on waiting if another environment is free before
(`lifecycle.init.overtaken` off). Here a cold start is an Init of 0.253 s and then the work. Each
seed is 50,000 s after 6,000 s of warming up: a million seconds in all. The run of the README is as
long and has as much chance in it, so the intervals of the picture are those of a difference, wider
by the square root of two. The second column is five runs of a million seconds each of simfaas 0.2.2
on numpy 2.4.6.

![SimFaaS's example](images/proven-simfaas.svg)

{simfaas_table(found)}

## Experiments on AWS

The authors of SimFaaS measured 20 rates of requests on AWS Lambda in 2020
(`proofs/aws_measured.csv`: examples/exp.csv of [simfaas](https://github.com/pacslab/simfaas), MIT;
Mahmoudi and Khazaei, *SimFaaS: A Performance Simulator for Serverless Computing Platforms*,
CLOSER 2021, [arXiv:2102.08904](https://arxiv.org/abs/2102.08904)). As in their comparison, all
experiments share the mean work ({WARM} s, warm) and an idle life of 600 s. The mean absolute
percentage errors:

{aws_table(found)}

The measurement's own standard error is {noise:.0%} on average, so an error of 12 or 13 % is near
what can be told from it at all. Nothing was fitted to it here: lambdalab agrees with the formula,
and the formula is as far from AWS as it is. For the fastest traffic newest was run with fewer
requests than mru, so chance moves its error by about a point. AWS calls the idle life
non-deterministic, and that of today may differ (`lifecycle.idle` is an assumption that a run may
change).

![Cold starts](images/proven-aws-cold.svg)

![Environments](images/proven-aws-environments.svg)

## Laws, on random runs

Hypothesis draws stacks, traffic, changes and faults (`tests/engine/test_laws*.py`), and random
sequences of what a learner does with a live account and with runs and forks
(`tests/test_laws_learner.py`). What must hold every time:

- The same seed gives the same log; the log alone makes the world again; a shorter run is a prefix
  of a longer one; a fork is the same run until its change; a view changes nothing.
- Every request is answered once; every event succeeds or is given up, once; every message is
  deleted, expired or at one place, after every entry; so is every record for every mapping.
- An environment serves one request at a time and goes from phase to phase as it may; a mapping has
  no more in flight than it may; message groups and records of one key keep their order.
- Causes point back, and every entry names a rule. Whatever is remembered for speed equals a scan of
  everything (`lambdalab/engine/check.py`).

## Mutants

Which small mistakes in the engine no test would notice is asked chapter by chapter:
[mutants.md](mutants.md).
"""


def write() -> None:
    """Write the page and its pictures."""
    found = read()
    PAGE.write_text(page(found), encoding="utf-8")
    for name, picture in pictures(found).items():
        (IMAGES / name).write_text(picture, encoding="utf-8")
