"""Run every study with every seed, and write docs/proven.json, docs/proven.md and its pictures."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import product

from .measuring import SEEDS
from .page import FOUND, Found, key, read, write
from .studies import STUDIES, Figures

DIGITS = 9  # of a figure that is kept; the last ones of a float may differ between machines


def measured(job: tuple[int, int]) -> Figures:
    """Run the study of that place in the list with a seed; kept with so many digits."""
    place, seed = job
    figures = STUDIES[place].measure(seed)
    return {name: float(f"{value:.{DIGITS}g}") for name, value in figures.items()}


def run(studies: Iterable[int], processes: int) -> Found:
    """Run the studies at these places with every seed, some at a time."""
    jobs = list(product(studies, SEEDS))
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
    parser.add_argument("--missing", action="store_true", help="run only what is not there yet")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    asked = parser.parse_args()
    kept = read() if asked.page or asked.missing else {}
    if not asked.page:
        kept |= run((n for n, s in enumerate(STUDIES) if key(s) not in kept), asked.processes)
        ordered = {key(study): kept[key(study)] for study in STUDIES}
        FOUND.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
    write()


if __name__ == "__main__":
    main()
