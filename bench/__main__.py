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
import tracemalloc
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TypeVar

import lambdalab as lab

from .plain import bare, simpy_model
from .players import WORK, installed

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
RATES = (0.9, 10, 50, 200)  # requests a second
REQUESTS, ENTRIES = 20_000, 100_000
ENVIRONMENTS = (10, 1_000)
SUMMARISED = (5, 50)  # times as many requests of which only the summary is kept, once each
ROUNDS = 5
MISSING = "not installed"
LEAST = 1e-6  # seconds: what a difference of two measured times is at least

Task = Callable[[], object]
Row = tuple[str, ...]
K = TypeVar("K")
TIMED = "import time; t = time.process_time(); {}; print(time.process_time() - t)"
IMPORT = "import lambdalab"
FIRST_PICTURE = (
    "import lambdalab as lab; "
    "lab.run(lab.handler(wait=0.5), at=[0, 0.2, 3]).timeline()._repr_html_()"
)


def seconds(task: Task) -> float:
    """Say how long the processor works on a task."""
    gc.collect()
    began = time.process_time()
    task()
    return time.process_time() - began


def alone(task: Task) -> float:
    """Measure a task in a process of its own: what others leave in memory slows some tasks down."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, repr(seconds(task)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    took = float(os.read(reading, 64))
    os.close(reading)
    os.close(writing)
    return took


def rounds_of(tasks: dict[K, Task], rounds: int) -> dict[K, list[float]]:
    """Measure each task once a round, one after the other."""
    times: dict[K, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            times[name].append(alone(task))
    return times


def paces(requests: int, rounds: int) -> list[Row]:
    """Compare requests a second at each rate."""
    rows, known = [], installed()
    for rate in RATES:
        times = {name: [played(name, rate, requests) for _ in range(rounds)] for name in known}
        row = [f"{rate:g}"]
        for name in ("lambdalab", "read", "lean", "SimPy", "SimFaaS", "heapq"):
            row.append(f"{requests / median(times[name]):,.0f}" if name in times else MISSING)
        for own, other in (
            ("lambdalab", "SimPy"),
            ("lean", "SimPy"),
            ("lambdalab", "SimFaaS"),
            ("lambdalab", "heapq"),
        ):
            row.append(f"{ratio(times[other], times[own]):.2f}" if other in times else MISSING)
        rows.append(tuple(row))
    return rows


def ratio(those: list[float], these: list[float]) -> float:
    """Find the median of how much longer those took than these, round by round."""
    return median(a / b for a, b in zip(those, these, strict=True))


def crowds(requests: int, rounds: int) -> list[Row]:
    """Compare the pace of few environments with that of many, each with a request a second."""
    model = lab.handler(wait=0.999_999)

    def busy(environments: int, sent: int) -> object:
        at = [k / environments for k in range(sent)]
        return lab.run(model, at, account_concurrency=2 * ENVIRONMENTS[-1])

    players: dict[str, Callable[[int, int], object]] = {"lambdalab": busy}
    if find_spec("simpy"):
        players["SimPy"] = lambda n, sent: simpy_model(n, WORK, sent)
    players["heapq"] = lambda n, sent: bare(n, WORK, sent)
    first = 2  # requests to each environment that are not measured: one of them starts it
    tasks: dict[tuple[str, int, int], Task] = {
        (name, n, more): partial(play, n, first * n + more)
        for name, play in players.items()
        for n in ENVIRONMENTS
        for more in (0, requests)
    }
    times = rounds_of(tasks, rounds)
    took = {
        (name, n): [
            max(all - cold, LEAST)
            for all, cold in zip(times[name, n, requests], times[name, n, 0], strict=True)
        ]
        for name in players
        for n in ENVIRONMENTS
    }
    return [
        (
            f"{n:,}",
            f"{requests / median(took['lambdalab', n]):,.0f}",
            *(
                f"{ratio(took[name, ENVIRONMENTS[0]], took[name, n]):.2f}"
                if name in players
                else MISSING
                for name in ("lambdalab", "SimPy", "heapq")
            ),
        )
        for n in ENVIRONMENTS
    ]


def summaries(requests: int) -> list[Row]:
    """Say how long a run takes of which only the summary is kept, and how much memory at most."""
    rows = list[Row]()
    for many in SUMMARISED:
        took, most = apart("-m", "bench.players", "lean", "50", f"{many * requests}", "peak")
        pace = many * requests / took
        rows.append((f"{many * requests:,}", f"{took:.1f} s", f"{pace:,.0f}", f"{most:.0f} MB"))
    return rows


def memory(entries: int) -> list[Row]:
    """Weigh the log as it is kept, and after it has been read."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    run = warm_run(entries)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - before
    entries = len(run.log.rows)
    gc.collect()
    read = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return [
        ("full log, as it was written", f"{kept / entries:,.0f} bytes an entry"),
        ("full log, once it was read", f"{read / entries:,.0f} bytes an entry"),
    ]


def warm_run(entries: int) -> lab.Run:
    """Play as many warm requests as make so many entries."""
    each = 6  # entries of a warm request
    return lab.run(lab.handler(wait=0.005), lab.steady(100, seconds=entries / each / 100))


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
    run = warm_run(entries)
    at = run.end / 2
    tasks: dict[str, Task] = {
        "the log, when it is first read": lambda: warm_run(entries).log.rows,
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


def apart(*command: str) -> list[float]:
    """Let an interpreter of its own, which may keep its bytecode, print what it measured."""
    own = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(PAGE.parents[1])}
    done = subprocess.run([sys.executable, *command], env=own, check=True, capture_output=True)
    return [float(word) for word in done.stdout.split()]


def timed(code: str) -> float:
    """Say how long a line of code takes, with nothing loaded before."""
    return apart("-c", TIMED.format(code))[0]


def played(name: str, rate: float, requests: int) -> float:
    """Say how long a player takes for so many requests."""
    return apart("-m", "bench.players", name, str(rate), str(requests))[0]


def table(head: Row, rows: Sequence[Row]) -> str:
    """Write a table in Markdown."""
    lines = [head, ("---", *["---:"] * (len(head) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def page(requests: int, entries: int, rounds: int) -> str:
    """Measure everything and write the page."""
    columns = (
        "requests a second",
        "lambdalab",
        "and its log read",
        'keep="summary"',
        "SimPy",
        "SimFaaS",
        "heapq",
        "lambdalab / SimPy",
        "summary / SimPy",
        "lambdalab / SimFaaS",
        "lambdalab / heapq",
    )
    compared = table(columns, paces(requests, rounds))
    crowded = table(
        ("environments at work", "requests a second", "pace", "that of SimPy", "that of heapq"),
        crowds(requests, rounds),
    )
    through = [
        (name, f"{requests / median(times):,.0f}")
        for name, times in rounds_of(doors(requests), rounds).items()
    ]
    asked = [
        (name, f"{1000 * median(times):,.1f} ms")
        for name, times in rounds_of(views(entries), rounds).items()
    ]
    timed(IMPORT)  # writes the bytecode
    imported = 1000 * median(timed(IMPORT) for _ in range(rounds))
    pictured = 1000 * median(timed(FIRST_PICTURE) for _ in range(rounds))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"""# Speed

Made by `make bench` on {python}, {platform.machine()}. Every figure is the median of {rounds}
rounds in time of the processor, each in a process of its own; ratios are of one round. Compare the
ratios, not the figures: they are those of one machine, which may have been busy.

## Requests played in a second

{requests:,} requests at random times, {WORK:g} s of exponential work each, environments that end
when nobody calls. lambdalab checks every limit and writes the full log, with causes and rules; it
writes three entries of a usual request as one, and the third column is the pace with all of them
written out, as the first question to the run does it. The others write no log and check no limit:
a minimal SimPy model, SimFaaS, and a bare loop over a heap, which is about what plain Python can do
(`bench/plain.py`). Each plays in an interpreter that has loaded nothing else, and has played some
requests before it is timed. The last four columns are ratios of paces: 0.5 is half of the other's.

{compared}

## Many environments

Each environment has a request a second and is always at work; measured from its third request on.
The third column is the pace relative to that of few environments, and the last two are the same for
the SimPy model and for the bare loop: what is known of many servers takes longer to fetch from
memory, in whatever program.

{crowded}

## A million requests

Requests at random times, 50 a second, as above, of which only the summary is kept
(`keep="summary"`), played once. The memory is the most that the process had, Python and lambdalab
included.

{table(("requests", "takes", "requests a second", "memory at most"), summaries(requests))}

## Through other doors

{requests:,} requests, events, messages or records; how many are played in a second.

{table(("door", "a second"), through)}

## Memory

The log of {entries:,} entries; what was planned and the run itself are counted in.

{table(("what", "takes"), memory(entries))}

## Asking a run of {entries:,} entries

{table(("question", "takes"), asked)}

## From the start

`import lambdalab` takes {imported:.0f} ms of the processor, once its bytecode is written; with a
first run and its first picture it is {pictured:.0f} ms.
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
