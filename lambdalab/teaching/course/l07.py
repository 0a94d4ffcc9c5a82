"""The guess, the goals and the problems of lesson 07, which asks who called, so who retries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from ...engine.facts import EventDropped, InvocationCompleted, ResponseSent
from ...run import Run, run
from ...sources.doors import api, request
from ...sources.pushes import topic
from ...sources.queues import queue
from ...stack import Function, event, function, handler
from ..forms import Grid, Ran, Repaired
from ..reading import first, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

GIVEN = 'boom = lab.handler("boom", fails=True)'


def boom() -> Function:
    """Make a function that always raises."""
    return handler("boom", fails=True)


# A: two attempts out of one call ----------------------------------------------------------------


def by_event(answer: Run) -> bool:
    """Tell whether anything came through the event door."""
    return answer.count("events") > 0


def from_source(answer: Run) -> bool:
    """Tell whether a queue or a stream was read."""
    return answer.count("sent") + answer.count("records") > 0


def one_call(answer: Run) -> bool:
    """Tell whether one call was made, and nothing else sent."""
    return len(answer.responses) == 1 and not by_event(answer) and not from_source(answer)


A = Problem(
    id="L07.A",
    kind="make it happen",
    minutes=6,
    ask="Get two attempts out of one synchronous call.",
    form=Ran("lab.run(lab.caller(boom), at=[0])", fails=True),
    goal=lambda r: one_call(r) and r.attempts() == 2,
    right=lambda r: (
        f"Two attempts, and Lambda did not retry. The client sent {r.count('tries')} requests.\n"
        "To Lambda they are two calls, which have nothing to do with each other."
    ),
    wrong=(
        Wrong(
            by_event,
            "M17",
            "This came through the event door, and there Lambda itself tries again. "
            "Take a call whose caller waits for the answer.",
            "lab.run(lab.event(boom.with_(maximum_retry_attempts=1)), at=[0])",
        ),
        Wrong(
            from_source,
            "M17",
            "Here Lambda read a source, and that door has its own rule. "
            "Take a call whose caller waits for the answer.",
            "lab.run(lab.queue(visibility_timeout=30, max_receive_count=2).to(boom), at=[0])",
        ),
        Wrong(
            lambda r: len(r.responses) > 1,
            "",
            "You sent more than one call. Send one, and let somebody else send it again.",
            "lab.run(boom, at=[0, 1])",
        ),
        Wrong(
            lambda r: r.attempts() == 1 and r.count("tries") == 1,
            "M18",
            lambda r: (
                "There is a client, and it saw no reason to try again: it got status "
                f"{r.responses[0].status_code}. "
                "What would it take for a failure? Look at `responses`."
            ),
            'lab.run(lab.caller(boom, retries="once"), at=[0])',
        ),
        Wrong(
            lambda r: r.attempts() == 1,
            "M17",
            "One attempt. At this door Lambda never tries again. Who else could?",
            "lab.run(boom, at=[0])",
        ),
        Wrong(
            lambda r: r.attempts() > 2,
            "",
            lambda r: (
                f"There were {r.attempts()} attempts: this client is more stubborn than asked for."
            ),
            'lab.run(lab.caller(lab.api(boom), retries="standard"), at=[0])',
        ),
    ),
    otherwise="Look at `run.attempts()`, and at what the caller got: `run.responses`.",
    hints=(
        "If Lambda does not try again at this door, who can?",
        '`lab.caller(door, retries="once")` is a client that tries again after a 5xx.',
        "Behind `lab.api` a function that raises becomes a 502. Put the client in front of that.",
    ),
    solution='lab.run(lab.caller(lab.api(boom), retries="once"), at=[0])',
    also_right=(
        'lab.run(lab.caller(lab.function_url(boom), retries="once"), at=[0])',
        'lab.run(lab.caller(lab.handler(wait=5), retries="once", read_timeout=2), at=[0])',
    ),
    must_fail=(
        "lab.run(lab.topic(boom.with_(maximum_retry_attempts=1)), at=[0])",
        'lab.run(lab.caller(boom, retries="legacy"), at=[0])',
    ),
    given=GIVEN,
)

# B: the matrix ----------------------------------------------------------------------------------

DOORS: dict[str, Callable[[Function], Any]] = {
    "call": lambda fn: fn,
    "event": event,
    "poll": queue("orders", visibility_timeout=60, max_receive_count=4, dead_letter="left").to,
}
FAILURES = {
    "raised": handler("label", fails=True),
    "timed out": handler("label", wait=9, timeout=3),
    "throttled": handler("label", wait=1),
    "returned 500": handler("label", returns={"statusCode": 500}),
}
MATRIX = Grid(tuple(DOORS), tuple(FAILURES))
Table = tuple[tuple[int, ...], ...]
RAISED, _, THROTTLED, POLITE = range(4)
CALL, EVENT, POLL = range(3)


def tried(door: str, failure: str) -> Run:
    """Run one cell; to be throttled, it finds the account used up for 100 s."""
    report = handler("report", wait=100)
    busy = [0] if failure == "throttled" else []
    made = DOORS[door](FAILURES[failure])
    return run({report: busy, made: [1]}, account_concurrency=1, until=900)


@cache
def matrix() -> Table:
    """Count the attempts in each cell."""
    return tuple(tuple(tried(d, f).attempts("label") for f in FAILURES) for d in DOORS)


def cells(answer: Table) -> str:
    """Say which cells are wrong."""
    found = [
        f"{door}, {failure}: you wrote {mine}, a run has {real}."
        for door, row, truth in zip(DOORS, answer, matrix(), strict=True)
        for failure, mine, real in zip(FAILURES, row, truth, strict=True)
        if mine != real
    ]
    return "\n".join(found)


def polite_as_raised(answer: Table) -> bool:
    """Tell whether a returned 500 was taken for a failure at the event or the poll door."""
    return any(answer[door][POLITE] == matrix()[door][RAISED] for door in (EVENT, POLL))


def same_everywhere(answer: Table) -> bool:
    """Tell whether all doors have the same number of attempts after an exception."""
    return len({row[RAISED] for row in answer}) == 1


B = Problem(
    id="L07.B",
    kind="work it out",
    minutes=8,
    ask="Fill the matrix from memory: how many attempts does each cell have?",
    form=MATRIX,
    goal=lambda x: x == matrix(),
    right="All twelve. The row decides who tries again, and the column whether anybody does.",
    wrong=(
        Wrong(
            polite_as_raised,
            "M19",
            lambda x: f"A returned 500 is a success for Lambda.\n{cells(x)}",
            "[[1, 1, 0, 1], [3, 3, 1, 3], [4, 4, 1, 4]]",
        ),
        Wrong(
            same_everywhere,
            "M17",
            lambda x: f"Your rows are alike. Who sends it again depends on the door.\n{cells(x)}",
            "[[3, 3, 0, 1], [3, 3, 1, 1], [3, 3, 1, 1]]",
        ),
        Wrong(
            lambda x: x[CALL][RAISED] > 1,
            "M17",
            lambda x: f"At the call door Lambda never tries again.\n{cells(x)}",
            "[[3, 3, 0, 1], [3, 3, 1, 1], [4, 4, 1, 1]]",
        ),
        Wrong(
            lambda x: x[EVENT][THROTTLED] != 1 or x[POLL][THROTTLED] != 1,
            "",
            lambda x: (
                f"A throttled try is no attempt: nothing begins. Then room comes.\n{cells(x)}"
            ),
            "[[1, 1, 0, 1], [3, 3, 3, 1], [4, 4, 4, 1]]",
        ),
        Wrong(
            lambda x: x != matrix(),
            "",
            lambda x: f"Not all of them.\n{cells(x)}",
            "[[1, 1, 1, 1], [3, 3, 1, 1], [4, 4, 1, 1]]",
        ),
    ),
    otherwise="The sandbox above has a run for each cell.",
    hints=(
        "Which of the four columns is a failure for Lambda, and in which one does nothing begin?",
        "The last column is a success at every door. A call that is refused has no attempt.",
        "After an exception: once at the call door, three times by event, four here by queue.",
    ),
    solution="[[1, 1, 0, 1], [3, 3, 1, 1], [4, 4, 1, 1]]",
    also_right=("((1, 1, 0, 1), (3, 3, 1, 1), (4, 4, 1, 1))",),
    must_fail=(
        "[[1, 1, 0, 1], [3, 3, 0, 1], [4, 4, 0, 1]]",
        "[[1, 1, 0, 1], [2, 2, 1, 1], [4, 4, 1, 1]]",
        "[1, 3, 4]",
    ),
)

# C: one handler behind two doors ----------------------------------------------------------------

REFUND = """\
%%lambda refund
import json

import lambdalab as lab


def handler(event, context):
    web = "body" in event  # API Gateway sends the order as text, in a body
    order = json.loads(event["body"]) if web else event
    try:
        pay(order)
    except ConnectionError:
        return {"statusCode": 500, "body": "please try again later"}
    return {"statusCode": 200, "body": "paid back"}


def pay(order):
    if order["bank"] == "down":
        raise ConnectionError("the bank does not answer")
    lab.effect("refund")
"""
CAUGHT = "    except ConnectionError:\n"
UNCAUGHT = """\
    pay(order)
    return {"statusCode": 200, "body": "paid back"}
"""
TRIED = REFUND[REFUND.index("    try:") : REFUND.index("\n\ndef pay")]
SORRY = "please try again later"


@dataclass(frozen=True)
class Refunds:
    """A function behind two doors, with a bank that answers and one that does not."""

    events: dict[str, Run]  # by the state of the bank
    calls: dict[str, list[Run]]  # through a REST API, and through an HTTP API

    @property
    def pays(self) -> bool:
        """Whether both doors pay back once when the bank answers."""
        good = (self.events["up"], *self.calls["up"])
        return all(r.count("started") == r.effects.count("refund") == 1 for r in good) and all(
            self.answer(r)[0] == 200 for r in self.calls["up"]
        )

    @property
    def attempts(self) -> int:
        """How often an event is tried while the bank is down."""
        return self.events["down"].attempts()

    @property
    def answers(self) -> list[tuple[int, str]]:
        """What the users of the two APIs get while the bank is down."""
        return [self.answer(r) for r in self.calls["down"]]

    def answer(self, call: Run) -> tuple[int, str]:
        """Give the status code and the body of what a user got."""
        (got,) = call.responses
        assert got is not None
        return got.status_code, got.payload


def refunds(answer: Function) -> Refunds:
    """Try a function behind both doors."""
    banks = ("up", "down")
    calls = {
        bank: [
            run(api(answer, kind=kind), at=[(0, request("POST", "/", body={"bank": bank}))])
            for kind in ("rest", "http")
        ]
        for bank in banks
    }
    events = {bank: run(event(answer), at=[(0, {"bank": bank})]) for bank in banks}
    return Refunds(events, calls)


C = Problem(
    id="L07.C",
    kind="repair it",
    minutes=9,
    ask="Repair `refund`: as an event it is tried again while the bank is down. "
    "Somebody at the API still gets status 500 with its sentence.",
    form=Repaired(refunds, "refund", function(REFUND.partition("\n")[2], name="refund")),
    goal=lambda x: x.pays and x.attempts == 3 and x.answers == [(500, SORRY)] * 2,
    right=lambda x: (
        f"By event {x.attempts} attempts, and at the API a 500 with your sentence.\n"
        "One handler, two doors: only at one of them somebody reads what it returns."
    ),
    wrong=(
        Wrong(
            lambda x: not x.pays,
            "",
            "With a bank that answers, a refund is not paid back once at each door. "
            "Leave that part as it was.",
            REFUND.replace('    lab.effect("refund")\n', "    return\n"),
        ),
        Wrong(
            lambda x: x.attempts == 1,
            "M19",
            "As an event it still ran once. It returned something, and for Lambda that is "
            "a success, whatever stands in it.",
            REFUND.replace("500", "503"),
        ),
        Wrong(
            lambda x: any(status == 502 for status, _ in x.answers),
            "M17",
            lambda x: (
                f"By event there are {x.attempts} attempts now. But at the API somebody gets "
                "502 and no sentence of yours. Which door does `web` tell?"
            ),
            REFUND.replace(TRIED, UNCAUGHT),
        ),
        Wrong(
            lambda x: x.attempts == 3,
            "",
            lambda x: (
                f"By event it is tried again. But the API answers {x.answers[0][0]} "
                f"and “{x.answers[0][1]}”."
            ),
            REFUND.replace(CAUGHT, CAUGHT + "        if not web:\n            raise\n").replace(
                "500", "200"
            ),
        ),
    ),
    otherwise="Run it behind both doors: `lab.event(refund)` and `lab.api(refund)`.",
    hints=(
        "What must the handler do so that the event door sees a failure?",
        "`web` tells through which door the order came.",
        "In the `except` block: raise again, unless the order came from the API.",
    ),
    solution=REFUND.replace(CAUGHT, CAUGHT + "        if not web:\n            raise\n"),
    also_right=(
        REFUND.replace(
            CAUGHT,
            CAUGHT + '        if "requestContext" not in event:\n'
            '            raise RuntimeError("try again")\n',
        ),
    ),
    must_fail=(
        REFUND.replace(
            "        pay(order)\n", "        for _ in range(3):\n            pay(order)\n"
        ),
        REFUND.replace(CAUGHT, CAUGHT + "        if web:\n            raise\n"),
    ),
    given=REFUND,
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="One event comes for a function that always raises. How often does it run in ten minutes?",
    options=(
        Option(
            1,
            "The caller got 202, so Lambda is done with it.",
            "202 came before your code ran. Look at the times of the two.",
            "M18",
        ),
        Option(
            2,
            "Lambda tries it again once.",
            "Step on past 60 s. There is one more.",
        ),
        Option(
            3,
            "The first time, and two retries.",
            "The waits are one minute and two minutes. After that the event is given up.",
        ),
        Option(
            10,
            "Once a minute, until it works.",
            "Lambda gives up long before. Look for the last entry of the event.",
            "M17",
        ),
    ),
    shown=lambda answer: answer.attempts(),
    about=lambda answer: (
        sent(answer) == [0] and by_event(answer) and answer.count("errors") == answer.attempts()
    ),
)

GOALS = (
    Goal(
        "The caller gets 202.",
        lambda r: first(r, ResponseSent, lambda fact: fact.status_code == 202),
    ),
    Goal(
        "The handler fails.",
        lambda r: first(r, InvocationCompleted, lambda fact: fact.status == "error"),
    ),
    Goal("Lambda gives the event up.", lambda r: first(r, EventDropped)),
)


def told() -> str:
    """Say which status code an SDK gets from a function that raises."""
    (response,) = run(boom(), at=[0]).responses
    assert response is not None
    return {200: "b", 500: "a"}[response.status_code]


QUESTIONS = (
    Question(
        "L07.R1",
        "A topic hands an event to a function. The function returns a status code of 500. "
        "How often does it run?",
        (
            Option("a", "Once.", "What it returns is a success, whatever stands in it."),
            Option("b", "Three times.", "Only an exception, a crash or a timeout fails.", "M19"),
        ),
        lambda: {1: "a", 3: "b"}[run(topic(FAILURES["returned 500"]), at=[0]).attempts()],
    ),
    Question(
        "L07.R2",
        "An SDK calls a function, and the function raises. Which status code does the SDK get?",
        (
            Option("a", "500.", "The call itself went well. Look at `FunctionError`.", "M18"),
            Option("b", "200.", "The failure is in `FunctionError` and in the payload."),
        ),
        told,
    ),
    Question(
        "L07.R3",
        "A queue with a max receive count of 5 feeds a function that always raises. "
        "How often does it run for one message?",
        (
            Option("a", "Three times.", "That is the event door.", "M17"),
            Option("b", "Five times.", "At this door the queue decides."),
        ),
        lambda: {3: "a", 5: "b"}[
            run(
                queue(visibility_timeout=30, max_receive_count=5, dead_letter="left").to(boom()),
                at=[0],
            ).attempts()
        ],
    ),
)

LESSON = Lesson(
    id="L07",
    title="Three doors",
    minutes=40,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M17", "M18", "M19"),
)
