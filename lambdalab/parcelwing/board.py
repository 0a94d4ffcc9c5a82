"""What a team sees while it plays: the numbers of CloudWatch, the hour as a picture, the score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..engine import facts
from ..views.grid import aligned, html_table
from ..views.ink import figure
from .handlers import FUNCTIONS
from .judge import LATE, LOST, RIGHT, SHARE, p95s
from .night import BY_ID, KINDS
from .picture import draw, letters
from .score import TARGET, open_connections

if TYPE_CHECKING:
    from . import GameDay

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]], str]  # title, head, rows, sides
BESIDE = "display:flex;flex-wrap:wrap;align-items:flex-start;gap:0 32px"


class Board:
    """The answer to `night.board()`: tables and a picture in a notebook, text elsewhere.

    Attributes
    ----------
    svg : str
        The picture.
    alt : str
        What it shows, in a sentence.
    """

    def __init__(self, night: GameDay) -> None:
        self._night = night
        names = ", ".join(BY_ID[id].title for id in night.incidents) or "a calm hour"
        if len(night.incidents) == len(BY_ID):
            names = "all six incidents"
        self._title = f"Parcelwing, 07:30 to 08:30, {names}, seed {night.seed}"
        states = [one.state for one in night.outcomes]
        again = sum(one.again for one in night.outcomes)
        self.alt = (
            f"{self._title}. Asked {len(states):,}: {states.count(RIGHT):,} right, "
            f"{states.count(LATE):,} late, {states.count(LOST):,} lost, {again:,} too often."
        )
        self.svg = draw(self._title, self.alt, night.outcomes)

    def _tables(self) -> Iterator[Table]:
        yield "Functions", *_functions(self._night)
        yield "Around them", *_signals(self._night)
        yield "What was asked", *_asked(self._night)
        head = ("term", "counted", "points")
        yield "Score", head, list(self._night.score().rows()), "llr"

    def __repr__(self) -> str:
        functions, around, asked, score = self._tables()
        lines = [self._title]
        for title, head, rows, sides in (functions, around, asked):
            lines += ["", title, *aligned([head, *rows], sides)]
        lines += ["", "Minute by minute", *letters(self._night.outcomes)]
        title, head, rows, sides = score
        return "\n".join([*lines, "", title, *aligned([head, *rows], sides)])

    def _repr_html_(self) -> str:
        tables = [
            html_table(title, head, rows, sides) for title, head, rows, sides in self._tables()
        ]
        return figure(self.svg, self.alt) + f'<div style="{BESIDE}">{"".join(tables)}</div>'


def _functions(night: GameDay) -> tuple[tuple[str, ...], list[tuple[str, ...]], str]:
    head = ("function", "Invocations", "Errors", "Throttles", "p95 ms", "at once")
    rows = []
    for name in FUNCTIONS:
        metrics = night.run.metrics.of(name)
        p95 = metrics.percentile("Duration", SHARE)
        counts = (f"{metrics[m]:,.0f}" for m in ("Invocations", "Errors", "Throttles"))
        rows.append((name, *counts, f"{p95:,.0f}", f"{metrics['ConcurrentExecutions']:,.0f}"))
    return head, rows, "lrrrrr"


def _signals(night: GameDay) -> tuple[tuple[str, ...], list[tuple[str, ...]], str]:
    """List what CloudWatch shows of the API, the queues, the stream, the events, the database."""
    run = night.run
    answers = [f for _, f, *_ in run.log.rows if isinstance(f, facts.ExchangeAnswered)]
    rows: list[tuple[str, ...]] = [
        ("api", "requests", f"{len(answers):,}"),
        ("api", "5XXError", f"{sum(f.status_code >= 500 for f in answers):,}"),
    ]
    for entry in run.log:
        if isinstance(entry.fact, facts.QueueConfigured):
            queue = entry.fact.queue
            rows.append((queue, "messages at 08:30", f"{run.depth(queue):,}"))
    age = run.metrics.of("scan").percentile("IteratorAge", 100)  # ms
    rows.append(("scans", "highest IteratorAge", f"{age / 1000:,.0f} s"))
    for name in ("order", "report"):
        dropped = run.metrics.of(name)["AsyncEventsDropped"]
        rows.append((f"events of {name}", "dropped", f"{dropped:,.0f}"))
    size = night.config["database"]["max_connections"]
    rows.append(("database", "connections", f"{open_connections(run.log):,} of {size:,}"))
    refused = [f.database for _, f, *_ in run.log.rows if isinstance(f, facts.ConnectionRefused)]
    rows.append(("database", "refused", f"{refused.count('parcels'):,}"))
    rows.append(("printers", "refused", f"{refused.count('printers'):,}"))
    return ("what", "metric", "value"), rows, "llr"


def _asked(night: GameDay) -> tuple[tuple[str, ...], list[tuple[str, ...]], str]:
    head = ("asked", "in all", "right", "late", "lost", "too often", "for example")
    rows = []
    for kind in KINDS:
        some = [one for one in night.outcomes if one.asked.kind == kind]
        if not some:
            continue
        states = [one.state for one in some]
        bad = [one.asked.name for one in some if one.state == LOST or one.again]
        bad += [one.asked.name for one in some if one.state == LATE]
        if kind == "quote" and any(p95 > TARGET for _, p95 in p95s(some)):
            bad.append(max((one.seconds or 0, one.asked.name) for one in some)[1])
        counts = (len(some), *(states.count(s) for s in (RIGHT, LATE, LOST)))
        again = sum(one.again for one in some)
        rows.append((kind, *(f"{n:,}" for n in (*counts, again)), bad[0] if bad else ""))
    return head, rows, "lrrrrrl"
