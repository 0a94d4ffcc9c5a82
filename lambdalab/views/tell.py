"""The whole run in words: numbered sentences in order, each with its cause."""

from __future__ import annotations

from collections.abc import Collection

from ..engine.kernel import Log
from ..engine.units import seconds_text
from .text import sentence


class Story(str):
    """A text that shows itself as it is, in a terminal and in a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def tell(log: Log, seqs: Collection[int] | None = None) -> Story:
    """Say what happened, one line an entry; some entries by number, all by default."""
    if not len(log):
        return Story("Nothing happened.")
    width = len(str(len(log) - 1)) + 1
    clock = max(len(seconds_text(log[-1].at)), 5)
    lines = []
    for entry in log:
        if seqs is not None and entry.seq not in seqs:
            continue
        because = "" if entry.cause is None else f"  (because of #{entry.cause})"
        number, at = f"#{entry.seq}", seconds_text(entry.at)
        lines.append(f"{number:>{width}}  {at:>{clock}} s  {sentence(entry.fact)}{because}")
    return Story("\n".join(lines))
