"""Run every study with every seed, and write docs/proven.json, docs/proven.md and its pictures."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import product

from .measuring import SEEDS
from .page import FOUND, write
from .studies import STUDIES, Figures, Study

DIGITS = 9  # of a figure that is kept; the last ones of a float may differ between machines

Found = dict[str, dict[str, list[float]]]  # by study and figure, one for each seed


def key(study: Study) -> str:
    """Name a study."""
    return f"{study.law}: {study.name}"


def measured(job: tuple[int, int]) -> Figures:
    """Run the study of that place in the list with a seed; kept with so many digits."""
    place, seed = job
    figures = STUDIES[place].measure(seed)
    return {name: float(f"{value:.{DIGITS}g}") for name, value in figures.items()}


def found(jobs: Iterable[tuple[int, int]], processes: int) -> Found:
    """Run studies with seeds, some at a time."""
    jobs = list(jobs)
    results: Found = {}
    with ProcessPoolExecutor(processes) as pool:
        for (place, seed), figures in zip(jobs, pool.map(measured, jobs), strict=True):
            if seed == SEEDS[0]:
                print(key(STUDIES[place]), flush=True)
            for name, value in figures.items():
                results.setdefault(key(STUDIES[place]), {}).setdefault(name, []).append(value)
    return results


def main() -> None:
    """Measure, unless only the page is to be written again from what was measured."""
    parser = argparse.ArgumentParser(prog="proofs", description=__doc__)
    parser.add_argument("--page", action="store_true", help="run nothing, write the page again")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    if not asked.page:
        results = found(product(range(len(STUDIES)), SEEDS), asked.processes)
        FOUND.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    write()


if __name__ == "__main__":
    sys.exit(main())
