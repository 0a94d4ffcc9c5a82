"""Measure how fast runs, views and the import are; print it and write docs/speed.md.

Each figure is the median of some rounds, in time of the processor. What is compared is measured
within one round, and a ratio is the median of the ratios of the rounds, so that a machine that is
busy for a while slows down both sides of it.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import lambdalab as lab

from .plain import bare, simpy_model

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
RATES = (0.9, 10, 50, 200)  # requests a second
WORK = 1.0  # seconds on average
REQUESTS, ENTRIES = 10_000, 100_000
ROUNDS = 5

Task = Callable[[], object]
Row = tuple[str, ...]
IMPORT = "import time; t = time.process_time(); import lambdalab; print(time.process_time() - t)"


def seconds(task: Task) -> float:
    """Say how long the processor works on a task."""
    gc.collect()
    began = time.process_time()
    task()
    return time.process_time() - began


def rounds_of(tasks: dict[str, Task], rounds: int) -> dict[str, list[float]]:
    """Measure each task once a round, one after the other."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            times[name].append(seconds(task))
    return times


def peers(rate: float, requests: int) -> dict[str, Task]:
    """Name who plays the same requests, the one with the full log first."""
    model = lab.handler(wait=lab.exponential(WORK), timeout=900)
    traffic = lab.poisson(rate, seconds=requests / rate)
    tasks: dict[str, Task] = {
        "lambdalab": lambda: lab.run(model, traffic, account_concurrency=2_000),
        "heapq": lambda: bare(rate, WORK, requests),
    }
    if find_spec("simpy"):
        simpy = import_module("simpy")
        tasks["SimPy"] = lambda: simpy_model(simpy, rate, WORK, requests)
    return tasks


def paces(requests: int, rounds: int) -> list[Row]:
    """Compare requests a second at each rate."""
    rows = []
    for rate in RATES:
        times = rounds_of(peers(rate, requests), rounds)
        own, row = times["lambdalab"], [f"{rate:g}"]
        for name in ("lambdalab", "SimPy", "heapq"):
            if name not in times:
                row += ["not installed", ""]
                continue
            row.append(f"{requests / median(times[name]):,.0f}")
            if name != "lambdalab":
                row.append(f"{median(t / o for t, o in zip(times[name], own, strict=True)):.2f}")
        rows.append(tuple(row))
    return rows


def doors(requests: int) -> dict[str, Task]:
    """Name runs through other doors, a hundred requests a second or all at once."""
    quick, rate = lab.handler(wait=0.005), 100
    event, steady = lab.event(quick), lab.steady(rate, seconds=requests / rate)
    queue = lab.queue(visibility_timeout=60).to(lab.handler(wait=1))
    stream = lab.stream(shards=4).to(lab.handler(wait=0.1))
    return {
        "call door": lambda: lab.run(quick, steady),
        "event door": lambda: lab.run(event, steady),
        "SQS backlog": lambda: lab.run(queue, lab.burst(requests)),
        "stream burst": lambda: lab.run(stream, lab.burst(requests)),
    }


def views(entries: int) -> dict[str, Task]:
    """Name what is asked of a run that has so many entries, each time from its log alone."""
    each = 6  # entries of a warm request
    model = lab.handler(wait=0.005)
    run = lab.run(model, lab.steady(100, seconds=entries / each / 100))
    at = run.end / 2
    tasks: dict[str, Task] = {
        "fold (the world halfway)": lambda: run.world(at),
        "why": lambda: run.why(len(run.log) - 1),
        "logs": run.logs,
        "tell": run.tell,
        "count": lambda: run.of("function").count("cold"),
    }
    if find_spec("pandas"):
        tasks["table of invocations"] = lambda: run.table("invocations")
    if find_spec("networkx"):
        tasks["graph of causes"] = run.causes
    return tasks


def import_time() -> float:
    """Import lambdalab in an interpreter of its own that may keep its bytecode."""
    own = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    command = [sys.executable, "-c", IMPORT]
    return float(subprocess.run(command, env=own, check=True, capture_output=True).stdout)


def table(head: Row, rows: Sequence[Row]) -> str:
    """Write a table in Markdown."""
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(requests: int, entries: int, rounds: int) -> str:
    """Measure everything and write the page."""
    beside = ("SimPy", "SimPy's time / lambdalab's", "heapq", "heapq's time / lambdalab's")
    compared = table(
        ("requests a second", "lambdalab", *beside),
        paces(requests, rounds),
    )
    through = [
        (name, f"{requests / median(times):,.0f}")
        for name, times in rounds_of(doors(requests), rounds).items()
    ]
    asked = [
        (name, f"{1000 * median(times):,.1f} ms")
        for name, times in rounds_of(views(entries), rounds).items()
    ]
    import_time()  # writes the bytecode
    imported = 1000 * median(import_time() for _ in range(rounds))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"""# Speed

Made by `make bench` on {python}, {platform.machine()}. Every figure is the median of {rounds}
rounds in time of the processor; ratios are of one round. Compare the ratios, not the figures: they
are those of one machine, which may have been busy.

## Requests played in a second

{requests:,} requests at random times, {WORK:g} s of exponential work each, environments that end
when nobody calls. lambdalab checks every limit and writes the full log, with causes and rules. The
others write nothing and check nothing: a minimal SimPy model, and a bare loop over a heap, which is
about what plain Python can do (`bench/plain.py`). A ratio of 0.5 is half of the other's pace.

{compared}

## Through other doors

{requests:,} requests, events, messages or records; how many are played in a second.

{table(("door", "a second"), through)}

## Asking a run of {entries:,} entries

{table(("question", "takes"), asked)}

## Import

`import lambdalab` takes {imported:.0f} ms of the processor, once its bytecode is written.
"""


def main() -> None:
    """Measure as much as is asked for, and write the page unless it is only to be shown."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--show", action="store_true", help="print it and write nothing")
    asked = parser.parse_args()
    text = page(asked.requests, asked.entries, asked.rounds)
    print(text)
    if not asked.show:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
