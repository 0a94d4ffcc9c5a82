"""What comes from outside: each in its turn, as written; only the next one is on the agenda."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from heapq import heappush
from itertools import chain, islice, pairwise, repeat
from typing import ClassVar

from .kernel import STIMULI, Item, Sender, Sim


class Stimuli:
    """What comes from outside: each in its turn, as written."""

    rank: ClassVar[int] = STIMULI
    idle: ClassVar[bool] = False

    def __init__(self, senders: Sequence[Sender], moments: Sequence[Sequence[int]]) -> None:
        self.senders = senders  # each makes its k-th task
        self.ats = array("q", chain.from_iterable(moments))  # us, by sender and k
        self.whose = array(
            "q", chain.from_iterable(repeat(w, len(o)) for w, o in enumerate(moments))
        )
        self.ks = array("q", chain.from_iterable(range(len(own)) for own in moments))
        if any(at > then for at, then in pairwise(self.ats)):
            turns = sorted(range(len(self.ats)), key=self.ats.__getitem__)
            for column in (self.ats, self.whose, self.ks):
                column[:] = array("q", map(column.tolist().__getitem__, turns))
        self.next = 0
        self.turns: Iterator[Item] = iter(())

    def begin(self, sim: Sim) -> None:
        """Plan the first one; each gets its place on the agenda when the one before it has come."""
        self.turns = zip(self.ats, repeat(self.rank), sim.order, repeat(None), repeat(self))
        self.go_on(sim)

    def go_on(self, sim: Sim) -> None:
        """Plan the next one."""
        for coming in islice(self.turns, 1):
            heappush(sim.agenda, coming)

    def __call__(self, sim: Sim, cause: int | None) -> None:
        stimulus = self.senders[self.whose[self.next]](self.ks[self.next])
        self.next += 1
        self.go_on(sim)
        stimulus(sim, None)
