"""What is kept of a learner: which problems are solved, which went wrong, and the guesses.

It lies in `.lambdalab/progress.json` beside the notebooks, and nowhere else. LAMBDALAB_PROGRESS
names another file; empty, it keeps everything in memory, as the tests do. A folder that cannot be
written to does no harm: what was learned is then forgotten with the kernel.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..mistakes import LabError

PLACE = Path(".lambdalab") / "progress.json"
VARIABLE = "LAMBDALAB_PROGRESS"

# The code to carry away: one bit for each problem, in an order that never changes, and a check.
# What came later stands at the end; only who has solved some of it gets a longer code.
LETTERS = "ABC"
PLACES = [f"L{n:02}.{letter}" for n in range(13) for letter in LETTERS] + ["GD"]
PLACES += [f"L13.{letter}" for letter in LETTERS]
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no letter looks like a digit
LOOKALIKES = str.maketrans("OIL", "011", "- ")
DIGITS, CHECK_DIGITS, CHECK = (8, 9), 2, 1021  # the largest prime below 32 x 32


@dataclass(slots=True)
class Kept:
    """What is known of a learner."""

    solved: set[str] = field(default_factory=set)
    wrong: set[str] = field(default_factory=set)  # went wrong and is not solved yet
    guesses: dict[str, Any] = field(default_factory=dict)  # id of a lesson -> the guess


class Store:
    """Where it is kept: a small file, or memory alone."""

    def __init__(self) -> None:
        self._memory = Kept()

    def load(self) -> Kept:
        """Read what is kept; a file that cannot be read counts as none."""
        path = _path()
        if path is None or not path.exists():
            return self._memory
        with suppress(OSError, ValueError, TypeError, AttributeError):
            found = json.loads(path.read_text(encoding="utf-8"))
            self._memory = Kept(
                set(found.get("solved", ())),
                set(found.get("wrong", ())),
                dict(found.get("guesses", {})),
            )
        return self._memory

    def right(self, id: str) -> None:
        """Note that a problem was solved."""
        kept = self.load()
        kept.solved.add(id)
        kept.wrong.discard(id)
        self._save(kept)

    def not_yet(self, id: str) -> None:
        """Note that a problem went wrong; one that was solved before stays solved."""
        kept = self.load()
        if id not in kept.solved:
            kept.wrong.add(id)
            self._save(kept)

    def guess(self, lesson: str, value: Any) -> None:
        """Note a guess; None takes it back."""
        kept = self.load()
        before = kept.guesses.pop(lesson, None)
        if value is not None:
            kept.guesses[lesson] = value
        if value != before:
            self._save(kept)

    def restore(self, code: str) -> None:
        """Add what a code says was solved."""
        kept = self.load()
        kept.solved |= decode(code)
        kept.wrong -= kept.solved
        self._save(kept)

    def forget(self) -> None:
        """Forget what is in memory."""
        self._memory = Kept()

    def _save(self, kept: Kept) -> None:
        self._memory = kept
        path = _path()
        if path is None:
            return
        text = json.dumps(
            {
                "solved": sorted(kept.solved),
                "wrong": sorted(kept.wrong),
                "guesses": dict(sorted(kept.guesses.items())),
            },
            indent=1,
        )
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(".new")
            new.write_text(text + "\n", encoding="utf-8")
            new.replace(path)  # whole or not at all: another notebook may be reading


def _path() -> Path | None:
    named = os.environ.get(VARIABLE)
    if named is None:
        return PLACE
    return Path(named) if named else None


# The code to carry away -------------------------------------------------------------------------


def encode(solved: set[str]) -> str:
    """Write what is solved as ten or eleven characters.

    Examples
    --------
    >>> encode({"L01.A"})
    '00000-00808'
    >>> decode("ooooo-00808")
    {'L01.A'}
    """
    bits = sum(1 << place for place, id in enumerate(PLACES) if id in solved)
    n = next(n for n in DIGITS if bits < 32**n)
    text = _digits(bits, n) + _digits(bits % CHECK, CHECK_DIGITS)
    return f"{text[:5]}-{text[5:]}"


def decode(code: str) -> set[str]:
    """Read what a code says was solved.

    Raises
    ------
    LabError
        If it is none, or was mistyped.
    """
    text = str(code).upper().translate(LOOKALIKES)
    digits, check = text[:-CHECK_DIGITS], text[-CHECK_DIGITS:]
    good = len(digits) in DIGITS and set(text) <= set(ALPHABET)
    bits = _number(digits) if good else 0
    if not good or bits % CHECK != _number(check):
        raise LabError(
            f"{code!r} is no code of this course.",
            "ten or eleven characters, as lab.progress() shows them",
            "type it again; O and 0 are the same, and so are I, L and 1",
        )
    return {id for place, id in enumerate(PLACES) if bits >> place & 1}


def _digits(number: int, n: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(n)))


def _number(text: str) -> int:
    return sum(ALPHABET.index(c) << 5 * place for place, c in enumerate(reversed(text)))
