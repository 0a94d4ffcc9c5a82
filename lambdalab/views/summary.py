"""What a run comes to, added up stretch by stretch, so that no stretch has to be kept.

The readers are those of the full log; only what they write into is smaller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Any, cast

from ..engine import facts
from ..engine.kernel import Log, Row
from ..engine.lanes import FINISH, NUMBER, SEQ, unfold_ended
from ..engine.units import base_id
from ..engine.world import World
from . import datapoints, invocations, queue_points, usages
from .charges import Usage
from .counts import COUNTED
from .points import Points, Tally
from .usual import Usual

NAMED = (
    facts.FunctionConfigured,
    facts.AliasConfigured,
    facts.QueueConfigured,
    facts.QueueMappingConfigured,
)  # by which a function, an alias, a queue or a mapping is found
BY_INVOCATION = ("cold", "warm", "retried")


class Totals:
    """What has been added up so far."""

    def __init__(self) -> None:
        statistics = datapoints.STATISTICS
        self.datapoints = datapoints.Reader(Points(statistics, Tally))
        self.queues = queue_points.Reader(Points(statistics, Tally))
        self.usages, self.invocations = usages.Reader(), invocations.Reader()
        self.used: dict[Usage, list[int]] = {}
        self.first: dict[Usage, int] = {}  # the number of the invocation that ran first
        self.running: list[tuple[int, invocations.Invocation]] = []
        self.begun = 0  # invocations
        self.counts: Counter[str] = Counter()
        self.named: list[Row] = []
        self.entries = 0
        self.end = 0  # us: when the last entry was written
        self._handlers: dict[type, list[Callable[[int, int, Any], None]]] = {}

    def add(self, rows: list[Any], world: World) -> None:
        """Add the next entries; the world is that after them."""
        whole = {
            row[1][NUMBER]
            for row in rows
            if row[0] is unfold_ended and row[1][SEQ] >= self.entries
        }
        place = 0
        while place < len(rows):
            row = rows[place]
            if isinstance(row[0], int):
                self._add_one(row, self.entries + place)
                place += 1
                continue
            usual = Usual()
            if entries := usual.add(rows, place, whole):
                self._add_usual(usual)
                place += entries
            else:
                for one in row[0](row, place):
                    self._add_one(one, self.entries + place)
                    place += 1
        if rows:
            self.end, self.entries = world.now, self.entries + len(rows)
        self._settle()
        self._prune(world)

    def _add_usual(self, usual: Usual) -> None:
        """Add usual requests, all at once; what is theirs alone counts where they begin."""
        self.datapoints.usual(usual)
        if not usual.begun:
            return
        for word in ("requests", "started", "warm"):
            self.counts[word] += len(usual.begun)
        number = self.number()
        for who in usual.whose:
            own = usual.of([who])
            for at, requests, ms in own.billed():
                usage = replace(
                    self.usages.usage(own.begun[0][FINISH].id, "", at),
                    names=tuple(dict.fromkeys((who.version, who.qualifier))),
                )
                sums = self.used.setdefault(usage, [0, 0])
                sums[0] += requests
                sums[1] += ms
                self.first[usage] = min(number, self.first.get(usage, number))

    def _add_one(self, row: Row, seq: int) -> None:
        """Let everybody read an entry who wants to."""
        at, fact, *_ = row
        if at >= self.queues.next:
            self.queues.pass_time(at)
        kind = type(fact)
        if kind not in self._handlers:
            self._handlers[kind] = self._handlers_of(kind)
        for handle in self._handlers[kind]:
            handle(seq, at, fact)
        if kind in NAMED:
            self.named.append(row)

    def _handlers_of(self, kind: type) -> list[Callable[[int, int, Any], None]]:
        """List who wants to know of facts of a kind."""
        found: list[Callable[[int, int, Any], None]] = []
        for reader, table in (
            (self.datapoints, datapoints.READ),
            (self.queues, queue_points.READ),
            (self.usages, usages.READ),
        ):
            if read := cast(dict[type, Any], table).get(kind):
                found.append(_timed(partial(read, reader)))
        if told := invocations.READ.get(kind):
            found.append(partial(told, self.invocations))
        for word, some in COUNTED.items():
            found += [self._counter(word, one.where) for one in some if kind in one.facts]
        return found

    def _counter(self, word: str, where: Callable[[Any], bool]) -> Callable[[int, int, Any], None]:
        def count(_: int, __: int, fact: Any) -> None:
            self.counts[word] += where(fact)

        return count

    def number(self) -> int:
        """Count the invocations so far; each is known by its place in the order taken up."""
        self.running += enumerate(self.invocations.found, self.begun)
        self.begun += len(self.invocations.found)
        self.invocations.found = []
        return self.begun

    def _settle(self) -> None:
        """Bill the invocations that are over, and keep the others."""
        self.number()
        before, self.running = self.running, []
        for number, x in before:
            if x.end is None:
                self.running.append((number, x))
                continue
            usage = self.usages.bill(x, self.used)
            self.first[usage] = min(number, self.first.get(usage, number))
            self.counts.update(_words(x))

    def _prune(self, world: World) -> None:
        """Forget requests that are done with, and environments that are gone."""
        served = [env.request for env in world.environments.values()]
        alive = {base_id(id) for id in (*world.requests, *served)} | set(world.environments)
        alive |= {id for _, x in self.running for id in (x.request, x.environment)}
        points, used, runs = self.datapoints, self.usages, self.invocations
        for known in (
            *(points.called, points.queued, points.homes),
            *(used.called, used.counts, used.made),
            *(runs.attempts, runs.sources, runs.environments),
        ):
            for id in [id for id in known if id.startswith(("req-", "env-"))]:
                if base_id(id) not in alive:
                    del known[id]

    # What came of it

    def log(self) -> Log:
        """Make a log of what says who is who, that ends when the run did."""
        end = [(self.end, *self.named[-1][1:])] if self.named else []
        return Log([*self.named, *end])

    def points(self) -> Points:
        """Put the datapoints together."""
        found = Points(datapoints.STATISTICS, Tally)
        found.update(self.datapoints.points)
        found.update(self.queues.points)
        return found

    def used_until(self, until: int | None) -> usages.Used:
        """Say what was used, in the order in which it ran first."""
        found = {usage: self.used[usage] for usage in sorted(self.used, key=self.first.__getitem__)}
        return self.usages.used(found, [], self.end, until)

    def count(self, word: str) -> int:
        """Count what happened."""
        still = sum(word in _words(x) for _, x in self.running)
        return self.counts[word] + still


def _words(x: invocations.Invocation) -> Iterable[str]:
    """Say what an invocation counts as, once its handler has begun."""
    if x.start is None:
        return ()
    return ("cold" if x.cold else "warm", *(("retried",) if x.attempt > 1 else ()))


def _timed(read: Callable[[int, Any], None]) -> Callable[[int, int, Any], None]:
    """Leave out the number of the entry."""
    return lambda _, at, fact: read(at, fact)
