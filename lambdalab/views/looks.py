"""How each kind of span on a lane looks, and what it is called: one table for every picture.

A kind that is added here has a pattern, a colour and a place in the legend, in the still pictures
and in the stepper alike.
"""

from __future__ import annotations

from dataclasses import dataclass

INIT, AGAIN, INVOKE, WAIT, CPU, IDLE, DEAD = (
    "init",  # the first Init of an environment
    "again",  # an Init that is repeated inside an invocation
    "invoke",  # a whole invocation, with what is inside it
    "wait",  # of an invocation: the code waits
    "cpu",  # of an invocation: the code computes
    "idle",  # frozen
    "dead",  # shut down
)
RESTORE = "restore"  # of a snapshot, in place of Init
PRELUDE = "prelude"  # before Init: code is fetched
LOAN = "loan"  # a message is lent to somebody; the bar shrinks as the loan runs out
HELD = "held"  # something is held back: a batch that is gathered, a shard that waits to try again
QUEUED = "queued"  # a message can be received
OPENED = "opened"  # a client waits for an answer
LETTER = "letter"  # a message is in a dead-letter queue
RUNS = "runs"  # of a message, a batch: a function has it


@dataclass(frozen=True, slots=True)
class Look:
    """The look of a kind of span."""

    words: str  # in the legend; "" if another kind stands for it there
    said: str  # when it is pointed at
    colour: str  # blue, orange, green, pink, muted, alarm
    pattern: str  # tinted, solid, hatched, crossed, dotted, shrinking
    inside: bool = False  # it lies on another bar and carries that one's label


SPANS: dict[str, Look] = {
    PRELUDE: Look("before Init", "before Init", "orange", "tinted"),
    INIT: Look("Init", "Init", "orange", "hatched"),
    AGAIN: Look("", "repeated Init", "orange", "hatched", inside=True),
    INVOKE: Look("Invoke", "Invoke", "blue", "tinted"),
    WAIT: Look("Invoke: waiting", "Invoke, waiting", "blue", "tinted", inside=True),
    CPU: Look("Invoke: computing", "Invoke, computing", "blue", "solid", inside=True),
    IDLE: Look("Frozen", "Frozen", "muted", "dotted"),
    DEAD: Look("gone", "gone", "muted", "crossed"),
    LOAN: Look("on loan", "on loan", "green", "shrinking"),
    HELD: Look("held back", "held back", "pink", "hatched"),
    QUEUED: Look("in the queue", "in the queue", "muted", "tinted"),
    OPENED: Look("waits for its answer", "waits for the answer to", "green", "tinted"),
    LETTER: Look("dead-lettered", "in the dead-letter queue", "alarm", "tinted"),
    RUNS: Look("with the function", "with the function,", "blue", "tinted"),
    RESTORE: Look("Restore", "Restore", "orange", "hatched"),
}
KINDS = tuple(SPANS)


@dataclass(frozen=True, slots=True)
class Sign:
    """The look of something that happens in a moment on a lane."""

    glyph: str  # in a disc; "" is a bare cross
    colour: str
    words: str  # in the legend; "" if another one stands for it there


# Where they would overlap the one is drawn that stands further down.
SIGNS: dict[str, Sign] = {
    "refused": Sign("", "alarm", ""),
    "deleted": Sign("✓", "green", "done and deleted"),
    "error": Sign("!", "alarm", ""),
    "split": Sign("÷", "pink", "split in two"),
    "effect": Sign("★", "pink", "effect"),
    "lost": Sign("–", "alarm", "given up"),  # noqa: RUF001
}
