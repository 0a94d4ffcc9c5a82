"""The guess, the goals and the problems of lesson 08, about the queue inside Lambda."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from ...engine.facts import (
    DocumentSent,
    EventDropped,
    EventReturned,
    InvocationCompleted,
    InvocationStarted,
    RequestThrottled,
)
from ...engine.units import SECOND
from ...run import Run, run
from ...sources.queues import queue
from ...stack import Function, event, function, handler
from ..forms import Numbers, Ran, Repaired
from ..reading import first, nth, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

STATEMENT = """\
%%lambda statement --timeout 900
import time


def handler(event, context):
    time.sleep(event["seconds"])  # write the statement of a year
    return "written"
"""

# A: lost without an error -----------------------------------------------------------------------


def lost(answer: Run) -> int:
    """Count the events that were given up and of which nothing was kept anywhere."""
    kept = {f.request for _, _, f, *_ in answer.log if isinstance(f, DocumentSent)}
    dropped = {f.request for _, _, f, *_ in answer.log if isinstance(f, EventDropped)}
    return len(dropped - kept)


def waiting(answer: Run) -> bool:
    """Tell whether an event was still in the internal queue when the run ended."""
    return answer.count("events") > answer.count("dropped") + answer.count("processed")


A = Problem(
    id="L08.A",
    kind="make it happen",
    minutes=6,
    ask="Lose an event for good, with no error in the log of any function.",
    form=Ran('lab.run(lab.event(statement), at=[(0, {"seconds": 600})] * 2)', fails=True),
    goal=lambda r: lost(r) > 0 and r.count("errors") == 0,
    right=lambda r: (
        f"{lost(r)} of {r.count('events')} events lost. Lambda had answered 202 to each of them.\n"
        "`AsyncEventsDropped` counts them. No log line does."
    ),
    wrong=(
        Wrong(
            lambda r: r.count("events") == 0,
            "",
            "Nothing came through the event door. A caller who waits is told of a refusal.",
            'lab.run(statement.with_(reserved_concurrency=0), at=[(0, {"seconds": 600})])',
        ),
        Wrong(
            lambda r: r.count("errors") > 0,
            "M20",
            "Here the function failed, and its log says so. "
            "An event can also be given up without a single attempt. What keeps it waiting?",
            'lab.run(lab.event(statement.with_(timeout=60)), at=[(0, {"seconds": 600})])',
        ),
        Wrong(
            lambda r: r.count("dropped") > 0,
            "",
            "It was given up, and a copy of it was kept. Take that away.",
            "lab.run(lab.event(statement.with_(reserved_concurrency=1, maximum_event_age=60, "
            'dead_letter="kept")), at=[(0, {"seconds": 600})] * 2)',
        ),
        Wrong(
            waiting,
            "M20",
            "When the run ended, an event was still waiting. It has up to six hours.",
            "lab.run(lab.event(statement.with_(reserved_concurrency=1)), "
            'at=[(0, {"seconds": 600})] * 2, until=600)',
        ),
        Wrong(
            lambda r: r.count("throttled") == 0,
            "",
            "Every event found room at once. Leave it less room.",
            'lab.run(lab.event(statement), at=[(0, {"seconds": 600})] * 2)',
        ),
        Wrong(
            lambda r: r.count("processed") == r.count("events"),
            "",
            "They had to wait, and all were done in the end. How old may an event become?",
            "lab.run(lab.event(statement.with_(reserved_concurrency=1)), "
            'at=[(0, {"seconds": 600})] * 2)',
        ),
    ),
    otherwise="Look at `run.metrics`, and at the last entry of an event: `run.why(...)`.",
    hints=(
        "What must happen to an event so that your code never sees it?",
        "Two settings take part: `reserved_concurrency` and `maximum_event_age`.",
        "One at a time, 60 s of patience, and two events of ten minutes each.",
    ),
    solution="lab.run(lab.event(statement.with_(reserved_concurrency=1, maximum_event_age=60)), "
    'at=[(0, {"seconds": 600})] * 2)',
    also_right=(
        'lab.run(lab.event(statement.with_(reserved_concurrency=1)), at=[(0, {"seconds": 600})] '
        "* 40)",
        'lab.run(lab.event(statement.with_(reserved_concurrency=0)), at=[(0, {"seconds": 1})])',
    ),
    must_fail=(
        'lab.run(statement.with_(reserved_concurrency=1), at=[(0, {"seconds": 600})] * 2)',
        "lab.run(lab.event(statement.with_(reserved_concurrency=1, maximum_event_age=60, "
        'on_failure=lab.queue("kept"))), at=[(0, {"seconds": 600})] * 2)',
    ),
    given=STATEMENT,
)

# B: the last tries ------------------------------------------------------------------------------

LAST = Numbers(("seconds of the failing one", "seconds of the throttled one"), "(60, 600)", 0.02)
AGE, LONGEST_WAIT = 3600, 300  # s


@cache
def last_tries() -> tuple[float, float]:
    """Run both, and say when the last try of each comes, in seconds."""
    failing = run(event(handler(fails=True)), at=[0])
    slow = handler(wait=600, reserved_concurrency=1, maximum_event_age=AGE)
    throttled = run(event(slow), at=[0] * 20)
    return last(failing, InvocationStarted), last(throttled, RequestThrottled)


def last(answer: Run, kind: type) -> float:
    """Say when the last fact of a kind came, in seconds."""
    return max(at for _, at, f, *_ in answer.log if isinstance(f, kind)) / SECOND


def in_reach(seconds: float) -> bool:
    """Tell whether a last throttled try may come then: the next one would be too late."""
    return AGE - LONGEST_WAIT <= seconds < AGE


B = Problem(
    id="L08.B",
    kind="work it out",
    minutes=7,
    ask="An event comes at 0 s, and its handler raises at once, every time. "
    "When does the last attempt begin? Another event comes at 0 s and finds no room, ever. "
    "Its maximum age is 3,600 s. When is it tried for the last time?",
    form=LAST,
    goal=lambda x: LAST.near(x[0], last_tries()[0]) and in_reach(x[1]),
    right=lambda x: (
        f"A run has {last_tries()[0]:g} s and {last_tries()[1]:,g} s. On AWS both are about that: "
        "waits there vary.\n"
        "An exception has a number of tries. A throttle has an age."
    ),
    wrong=(
        Wrong(
            lambda x: x[1] <= 180,
            "M20",
            "A throttled event is not given up after three tries. "
            "It goes on for as long as its age allows.",
            "(180, 180)",
        ),
        Wrong(
            lambda x: LAST.near(x[0], 120),
            "",
            "The second wait is longer than the first one: two minutes after one.",
            "(120, 3511)",
        ),
        Wrong(
            lambda x: x[0] > 200,
            "M20",
            "A failing event does not go on until it is too old. It has two retries.",
            "(3511, 3511)",
        ),
        Wrong(
            lambda x: x[1] >= AGE,
            "",
            "At that age it is gone. A try that would come too late is not made.",
            "(180, 3600)",
        ),
        Wrong(
            lambda x: LAST.near(x[0], last_tries()[0]),
            "",
            "The first number is right. For the second: no wait is longer than five minutes. "
            "How long before the end can the last try be?",
            "(180, 1800)",
        ),
    ),
    otherwise="Two waits for the failing one. For the other: longer and longer, up to a limit.",
    hints=(
        "Which of the two has a number of tries, and which one an age?",
        "The failing one waits one minute, then two. The other one: 1 s, 2 s, 4 s, ...",
        "From 511 s on, the throttled one is tried every 300 s. The last time is before 3,600 s.",
    ),
    solution="(180, 3511)",
    also_right=("(180, 3500)", "[60 + 120, 511 + 10 * 300]"),
    must_fail=("(180, 21600)", "(60, 3511)", "180"),
)

# C: sent again, safely --------------------------------------------------------------------------

CHARGE = """\
import time

import lambdalab as lab


def handler(event, context):
    if event["card"] == "unknown":
        raise ValueError("no such card")
    lab.effect(f"order {event['order']}")
    time.sleep(event["seconds"])  # wait for the receipt
    return "charged"
"""
REDRIVE = """\
%%lambda redrive
import lambdalab as lab


def handler(record, context):
    order = record["requestPayload"]
    lab.call(lab.event("charge"), order)
"""
SENT = '    lab.call(lab.event("charge"), order)\n'
GUARD = 'record["requestContext"]["approximateInvokeCount"] == 0'


def order(n: int, card: str = "known", seconds: float = 20) -> dict[str, Any]:
    """Write an order."""
    return {"order": n, "card": card, "seconds": seconds}


def charge(**settings: Any) -> Function:
    """Make the function whose events were given up."""
    given = {"reserved_concurrency": 1, "maximum_event_age": 60, "maximum_retry_attempts": 0}
    kept = queue("failed")
    return function(CHARGE, name="charge", timeout=30, on_failure=kept, **{**given, **settings})


@cache
def nights() -> tuple[Run, ...]:
    """Run the night of the lesson, and others that it does not show."""
    return (
        run(
            event(charge()),
            at=[(0, order(n)) for n in (1, 2, 3, 4)]
            + [(100, order(5, seconds=60)), (200, order(6, "unknown"))],
        ),
        # it began once, was charged, and then grew too old for its retry
        run(event(charge(maximum_retry_attempts=2)), at=[(0, order(7, seconds=60))]),
        run(event(charge(reserved_concurrency=0)), at=[(0, order(8))]),  # switched off
    )


def records(night: Run) -> list[Any]:
    """List the records of a night."""
    return [kept["body"] for kept in night.delivered("failed")]


@dataclass(frozen=True)
class Redriven:
    """What a function made of the records of several nights."""

    night: list[Run]
    again: list[Run]
    must_run: tuple[Run, ...]  # the runs of the answer alone

    def charged(self, k: int) -> dict[str, int]:
        """Count the charges of each order, in a night and after it."""
        effects = [*self.night[k].effects, *self.again[k].effects]
        return {name: effects.count(name) for name in effects}

    @property
    def twice(self) -> list[tuple[str, str]]:
        """Name the orders that are charged twice, each with the condition of its record."""
        return [
            (name, record["requestContext"]["condition"])
            for k, night in enumerate(self.night)
            for record in records(night)
            for name in [f"order {record['requestPayload']['order']}"]
            if self.charged(k).get(name, 0) > 1
        ]

    @property
    def missing(self) -> list[str]:
        """Name the orders that could be charged, and are not."""
        return [
            name
            for k, night in enumerate(self.night)
            for record in records(night)
            for name in [f"order {record['requestPayload']['order']}"]
            if record["requestPayload"]["card"] == "known" and name not in self.charged(k)
        ]

    @property
    def hopeless(self) -> bool:
        """Whether an order was sent again that can only fail again."""
        return any(r.of("charge").count("errors") for r in self.again)


def redriven(answer: Function) -> Redriven:
    """Give the records of each night to a function, a minute apart."""
    again = [
        run(
            event(answer),
            at=[(60 * k, record) for k, record in enumerate(records(night))],
            also=[charge()],
        )
        for night in nights()
    ]
    return Redriven(list(nights()), again, tuple(r.of(answer) for r in again))


def unlike(guard: str) -> str:
    """Write a function that sends again under some condition."""
    return REDRIVE.replace(SENT, f"    if {guard}:\n    {SENT}")


C = Problem(
    id="L08.C",
    kind="repair it",
    minutes=9,
    ask="Repair `redrive`: it sends again what is safe to send, and leaves the rest to a person.",
    form=Repaired(redriven, "redrive", function(REDRIVE.partition("\n")[2], name="redrive")),
    goal=lambda x: not x.twice and not x.missing and not x.hopeless,
    right="Every order that never began is charged once now, and no other is touched.\n"
    "The count of attempts in a record says whether your code may have done something.",
    wrong=(
        Wrong(
            lambda x: bool(x.missing),
            "",
            lambda x: (
                f"Nobody ever charged {x.missing[0]}, and nothing forbids it. "
                "Look at its record: did your code begin?"
            ),
            unlike("False"),
        ),
        Wrong(
            lambda x: any(condition == "RetriesExhausted" for _, condition in x.twice),
            "M20",
            lambda x: (
                f"The card of {x.twice[0][0]} is charged twice now. Given up does not mean "
                "not done: it was charged, and timed out after that."
            ),
            unlike('record["requestPayload"]["card"] == "known"'),
        ),
        Wrong(
            lambda x: bool(x.twice),
            "",
            lambda x: (
                f"The card of {x.twice[0][0]} is charged twice. It was too old in the end, "
                "and yet it had begun once. Which field counts that?"
            ),
            unlike('record["requestContext"]["condition"] != "RetriesExhausted"'),
        ),
        Wrong(
            lambda x: x.hopeless,
            "",
            "An order with an unknown card was sent again. It can only fail again.",
            unlike(f'{GUARD} or record["responsePayload"]["errorType"] == "ValueError"'),
        ),
    ),
    otherwise='Look at the records: `night.delivered("failed")`.',
    hints=(
        "Which of these events can have charged a card before it was given up?",
        "`requestContext` holds a condition and a number of attempts. One of them is enough.",
        "Send it again only if `approximateInvokeCount` is 0.",
    ),
    solution=unlike(GUARD),
    also_right=(unlike('"responseContext" not in record'),),
    must_fail=(
        unlike('record["requestContext"]["condition"] == "EventAgeExceeded"'),
        unlike('record["requestContext"]["condition"] == "RetriesExhausted"'),
    ),
    given=REDRIVE,
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

CROWD = 100  # events


def share(answer: Run) -> str:
    """Say how many of the events are lost, in a word."""
    dropped = answer.count("dropped")
    if dropped == 0:
        return "none"
    if dropped >= CROWD - 1:
        return "rest"
    return "most" if dropped > CROWD / 2 else "few"


GUESS = Guess(
    ask="100 events come at once, ten minutes of work each, one at a time. "
    "How many are lost after eight hours?",
    options=(
        Option(
            "none",
            "The queue keeps them until there is room.",
            "It keeps each of them for six hours at most.",
        ),
        Option(
            "few",
            "The last ones in line, a tenth perhaps.",
            "Work it out: how often do ten minutes fit into six hours?",
        ),
        Option(
            "most",
            "More than half of them.",
            "Six hours have room for 36 of them.",
        ),
        Option(
            "rest",
            "All but the first: three tries each, a few minutes apart.",
            "Three is for exceptions. Who finds no room is tried for hours.",
            "M20",
        ),
    ),
    shown=share,
    about=lambda answer: (
        sent(answer) == [0] * CROWD
        and answer.count("events") == CROWD
        and answer.peak == 1
        and answer.bill.ms >= CROWD  # they have work to do
    ),
)

GOALS = (
    Goal("An event finds no room and goes back.", lambda r: first(r, EventReturned)),
    Goal("The environment is free while two events wait.", lambda r: first(r, InvocationCompleted)),
    Goal("An event that waited is taken.", lambda r: nth(r, InvocationStarted, 2)),
    Goal("An event is given up for its age.", lambda r: first(r, EventDropped)),
)


def by_queue() -> str:
    """Say whether the dead-letter queue of a function gets what a queue sends to it."""
    boom = handler("boom", fails=True, dead_letter="dead")
    tried = run(queue(visibility_timeout=30).to(boom), at=[0], until=600)
    return "a" if tried.delivered("dead") else "b"


def patience() -> str:
    """Say what became of an event that found no room for an hour."""
    slow = handler(wait=600, reserved_concurrency=1)
    tried = run(event(slow), at=[0] * 7, until=5400)
    return {7: "b", 1: "a"}[tried.count("processed")]


QUESTIONS = (
    Question(
        "L08.R1",
        "A function has a dead-letter queue, and an SQS queue feeds it. It always raises. "
        "What does the function's dead-letter queue get?",
        (
            Option("a", "The message, in the end.", "It is for events only.", "M21"),
            Option("b", "Nothing.", "A queue needs a dead-letter queue of its own."),
        ),
        by_queue,
    ),
    Question(
        "L08.R2",
        "Seven events come at once, ten minutes of work each, one at a time. Nothing else is set. "
        "What is there after ninety minutes?",
        (
            Option("a", "One is done, six are given up.", "Throttled events wait.", "M20"),
            Option("b", "All seven are done.", "A throttled event has up to six hours."),
        ),
        patience,
    ),
)

LESSON = Lesson(
    id="L08",
    title="The event queue nobody sees",
    minutes=40,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M20", "M21"),
)
