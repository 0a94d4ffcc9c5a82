"""How each kind of span on a lane looks, and what it is called: one table for every picture.

A kind that is added here has a pattern, a colour and a place in the legend, in the still pictures
and in the stepper alike.
"""

from __future__ import annotations

from dataclasses import dataclass

INIT, AGAIN, INVOKE, WAIT, CPU, IDLE, DEAD = (
    "init",  # the first Init of an environment, or its Restore
    "again",  # an Init that is repeated inside an invocation
    "invoke",  # a whole invocation, with what is inside it
    "wait",  # of an invocation: the code waits
    "cpu",  # of an invocation: the code computes
    "idle",  # frozen
    "dead",  # shut down
)
PRELUDE = "prelude"  # before Init: code is fetched
LOAN = "loan"  # a message is lent to somebody; the bar shrinks as the loan runs out
HELD = "held"  # something is held back: a batch that is gathered, a shard that waits to try again


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
    INVOKE: Look("", "Invoke", "blue", "tinted"),
    WAIT: Look("Invoke: waiting", "Invoke, waiting", "blue", "tinted", inside=True),
    CPU: Look("Invoke: computing", "Invoke, computing", "blue", "solid", inside=True),
    IDLE: Look("Frozen", "Frozen", "muted", "dotted"),
    DEAD: Look("gone", "gone", "muted", "crossed"),
    LOAN: Look("on loan", "on loan", "green", "shrinking"),
    HELD: Look("held back", "held back", "pink", "hatched"),
}
KINDS = tuple(SPANS)
