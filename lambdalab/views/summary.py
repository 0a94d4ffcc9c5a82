"""What a run comes to, added up stretch by stretch, so that no stretch has to be kept.

The readers are those of the full log; only what they write into is smaller.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

from ..engine import facts
from ..engine.kernel import Log, Row
from ..engine.lanes import AT, FINISH, LANE, NUMBER, SEQ, Block, unfold_begun
from ..engine.units import base_id
from ..engine.world import World
from . import datapoints, invocations, queue_points, usages
from .charges import Usage
from .counts import COUNTED
from .points import Points, Tally
from .usual import Ended, Flight, Who, number_of, who

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
        self.points = Points(datapoints.STATISTICS, Tally)
        self.datapoints = datapoints.Reader(self.points)
        self.queues = queue_points.Reader(self.points)
        self.usages, self.invocations = usages.Reader(), invocations.Reader()
        self.used: dict[Usage, list[int]] = {}
        self.first: dict[Usage, int] = {}  # the number of the invocation that ran first
        self.running: list[tuple[int, invocations.Invocation]] = []
        self.begun = 0  # invocations
        self.open: dict[int, Block] = {}  # usual requests that have not ended, by their numbers
        self.counts: Counter[str] = Counter()
        self.named: list[Row] = []
        self.entries = 0
        self.end = 0  # us: when the last entry was written
        self._handlers: dict[type, list[Callable[[int, int, Any], None]]] = {}

    def add(self, rows: list[Any], world: World) -> None:
        """Add the next entries; the world is that after them."""
        place, begun, named = 0, [*self.open.values()], set[int]()
        while place < len(rows):
            if isinstance(rows[place][0], int):
                if block := self.open.get(number_of(rows[place][1])):
                    self._name(block)
                    named.add(block[NUMBER])
                self._add_one(rows[place], self.entries + place)
                place += 1
            else:
                flight = Flight()
                place = flight.add(rows, place, self.open)
                self.datapoints.flight(flight)
                for word in ("requests", "started", "warm"):
                    self.counts[word] += len(flight.begun)
                begun += flight.begun
        still = named.union(self.open)
        self._end([block for block in begun if block[NUMBER] not in still])
        if rows:
            self.end, self.entries = world.now, self.entries + len(rows)
        self._settle()
        self._prune(world)

    def _end(self, blocks: list[Block]) -> None:
        """Add the usual requests that have ended, in the order in which they began."""
        found: dict[tuple[Who, int | None], list[Block]] = {}
        for lane, some in groupby(blocks, itemgetter(LANE)):
            own = list(some)
            found.setdefault((who(lane), own[0][FINISH].env.made_for), []).extend(own)
        number = self.number()
        for (whose, _), own in found.items():
            ended = Ended(own)
            self.datapoints.ended(ended, whose)
            for at, lengths in ended.billed():
                usage = replace(
                    self.usages.usage(own[0][FINISH].id, "", at),
                    names=tuple(dict.fromkeys((whose.version, whose.qualifier))),
                )
                sums = self.used.setdefault(usage, [0, 0])
                sums[0] += len(lengths)
                sums[1] += sum(lengths)
                self.first[usage] = min(number, self.first.get(usage, number))

    def _name(self, block: Block) -> None:
        """Tell everybody of a usual request that does not end as one."""
        del self.open[block[NUMBER]]
        at, seq = block[AT], block[SEQ]
        rows: Any = unfold_begun(block, seq)
        (_, received, *_), (_, started, *_), _ = rows
        self.datapoints.known(at, received)
        self.usages.received(at, received)
        self.usages.started(at, started)
        self.invocations.received(seq, at, received)
        self.invocations.started(seq, at, started)
        self.counts["warm"] -= 1  # now it will be counted with those that have names

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

    def used_until(self, until: int | None) -> usages.Used:
        """Say what was used, in the order in which it ran first."""
        for block in list(self.open.values()):
            self._name(block)
        self.number()
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
