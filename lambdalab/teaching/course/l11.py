"""The guess, the goals and the problems of lesson 11, which builds exactly once."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from ...engine.facts import (
    ClientTried,
    EffectMade,
    EnvironmentReset,
    EventQueued,
    InvocationCompleted,
    ItemWritten,
    MessageReceived,
    MessageSent,
    RecordPut,
    ServiceCalled,
)
from ...faults import crash
from ...run import Run, run
from ...sources.doors import caller
from ...sources.queues import message, queue
from ...sources.streams import table
from ...stack import Function, function, handler
from ..forms import Repaired, Unreadable
from ..reading import first, nth
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

BEFORE = """\
%%lambda before --timeout 10
import time

import boto3
import lambdalab as lab

orders = boto3.resource("dynamodb").Table("orders")


def handler(event, context):
    order = event["Records"][0]["body"]
    if "Item" in orders.get_item(Key={"id": order}):
        return "done before"
    orders.put_item(Item={"id": order})  # the mark
    time.sleep(5)
    lab.effect("pack")
    lab.effect("ship")
    return "done"
"""

AFTER = BEFORE.replace("lambda before", "lambda after").replace(
    """\
    orders.put_item(Item={"id": order})  # the mark
    time.sleep(5)
    lab.effect("pack")
    lab.effect("ship")
""",
    """\
    time.sleep(5)
    lab.effect("pack")
    lab.effect("ship")
    orders.put_item(Item={"id": order})  # the mark
""",
)

CLAIM = """\
%%lambda claim --timeout 10
import os
import time

import boto3
import lambdalab as lab
from boto3.dynamodb.conditions import Attr

orders = boto3.resource("dynamodb").Table("orders")
Refused = orders.meta.client.exceptions.ConditionalCheckFailedException
EXPIRY = int(os.environ.get("EXPIRY", 12))  # seconds


def handler(event, context):
    order = event["Records"][0]["body"]
    now = int(time.time())
    expired = Attr("state").eq("busy") & Attr("until").lt(now)
    busy = {"id": order, "state": "busy", "until": now + EXPIRY}
    try:
        orders.put_item(Item=busy, ConditionExpression=Attr("id").not_exists() | expired)
    except Refused:
        if orders.get_item(Key={"id": order})["Item"]["state"] == "done":
            return "done before"
        raise  # somebody else is at it: come back later
    time.sleep(5)
    lab.effect("pack")
    lab.effect("ship")
    orders.put_item(Item={"id": order, "state": "done"})
    return "done"
"""


def made(cell: str) -> Function:
    """Make the function of a cell."""
    name = cell.split()[1]
    return function(cell.partition("\n")[2], name=name, timeout=10)


def deliver(target: Function, at: Sequence[float] = (0,), **options: Any) -> Run:
    """Send one order through the queue of the lesson, once or more often."""
    work = queue("work", visibility_timeout=30, max_receive_count=5)
    also = [table("orders"), table("parcels")]
    sent = [(time, "order-7") for time in at]
    return run(work.to(target, batch_size=1), at=sent, also=also, **options)


def shipped(answer: Run) -> int:
    """Count the parcels."""
    return answer.effects.count("ship")


# A: a duplicate through each of four doors ------------------------------------------------------

NAIVE = """\
import time

import lambdalab as lab


def handler(event, context):
    time.sleep(2)
    lab.effect("ship")
    return "done"
"""
DOORS = {"call": ClientTried, "event": EventQueued, "queue": MessageSent, "stream": RecordPut}
FOUR = (
    "[lab.run(lab.caller(naive, ...), at=[0]), lab.run(lab.event(naive), at=[0], ...), "
    "lab.run(lab.queue(...).to(naive), at=[0], ...), lab.run(lab.stream().to(naive), at=[0], ...)]"
)


@dataclass(frozen=True)
class Doubled:
    """Four runs, by the door through which something was sent."""

    doors: tuple[str, ...]
    sent: tuple[int, ...]
    parcels: tuple[int, ...]

    def where(self, wrong: Callable[[int], bool], numbers: tuple[int, ...]) -> str:
        """Name the first door whose number is wrong, or nothing."""
        return next((d for d, n in zip(self.doors, numbers, strict=True) if wrong(n)), "")

    @property
    def once(self) -> str:
        """The first door at which no parcel was shipped twice, or nothing."""
        return self.where(lambda n: n < 2, self.parcels)

    @property
    def more(self) -> str:
        """The first door at which not one thing was sent, or nothing."""
        return self.where(lambda n: n != 1, self.sent)


@dataclass(frozen=True, slots=True)
class Doors:
    """A list of runs, in any order."""

    def read(self, answer: Any) -> Doubled:
        """See through which door each of the runs went."""
        if not isinstance(answer, list | tuple) or not all(isinstance(x, Run) for x in answer):
            raise Unreadable(f"The answer is a list of four runs, for example `{FOUR}`.")
        found = [self._door(x) for x in answer]
        return Doubled(
            tuple(door for door, _ in found),
            tuple(n for _, n in found),
            tuple(shipped(x) for x in answer),
        )

    def _door(self, answer: Run) -> tuple[str, int]:
        """Name the door of a run, and count what was sent through it by the learner."""
        for door, kind in DOORS.items():
            clients = {
                getattr(fact, "client", seq)
                for seq, _, fact, cause, *_ in answer.log
                if isinstance(fact, kind)
            }
            if clients:
                return door, len(clients)
        return "call", len(answer.requests)


A = Problem(
    id="L11.A",
    kind="make it happen",
    minutes=8,
    ask="Send `naive` one order through each of four doors, "
    "and make it ship two parcels each time.",
    form=Doors(),
    goal=lambda x: sorted(x.doors) == sorted(DOORS) and not x.more and not x.once,
    right="Four doors, four duplicates. None of them needed a bug in `naive`.",
    wrong=(
        Wrong(
            lambda x: bool(x.more),
            "",
            lambda x: f"At the {x.more} door you sent more than one order. Send one, at 0 s.",
            "[lab.run(lab.event(naive), at=[0, 1])]",
        ),
        Wrong(
            lambda x: x.once == "call",
            "M28",
            "At the call door one parcel was shipped. Who sends a request again there, and when? "
            "A client that stops waiting does not stop `naive`.",
            '[lab.run(lab.caller(naive, retries="once"), at=[0])]',
        ),
        Wrong(
            lambda x: bool(x.once),
            "M30",
            lambda x: (
                f"At the {x.once} door one parcel was shipped. "
                "What does this door do after a crash that comes too late?"
            ),
            "[lab.run(lab.event(naive), at=[0])]",
        ),
        Wrong(
            lambda x: set(x.doors) != set(DOORS),
            "",
            lambda x: f"Still missing: {', '.join(d for d in DOORS if d not in x.doors)}.",
            "[lab.run(lab.event(naive), at=[0], faults=[lab.duplicate(naive)])]",
        ),
    ),
    otherwise="Four runs, one for each door: call, event, queue, stream.",
    hints=(
        "At which door is it the client that tries again, and at which ones Lambda?",
        "`lab.caller` has `retries` and `read_timeout`. The other three can meet a crash.",
        'For those three: `faults=[lab.crash(naive, after="ship")]`. The client must stop '
        "waiting before 2 s.",
    ),
    solution='[lab.run(lab.caller(naive, retries="once", read_timeout=1), at=[0]), '
    "lab.run(lab.event(naive), at=[0], faults=[lab.duplicate(naive)]), "
    'lab.run(lab.queue().to(naive), at=[0], faults=[lab.crash(naive, after="ship")]), '
    'lab.run(lab.stream().to(naive), at=[0], faults=[lab.crash(naive, after="ship")])]',
    also_right=(
        '[lab.run(lab.stream().to(naive), at=[0], faults=[lab.crash(naive, after="ship")]), '
        'lab.run(lab.queue().to(naive), at=[0], faults=[lab.crash(naive, after="ship")]), '
        'lab.run(lab.event(naive), at=[0], faults=[lab.crash(naive, after="ship")]), '
        'lab.run(lab.caller(naive, retries="once", read_timeout=1.5), at=[0])]',
    ),
    must_fail=(
        "[lab.run(naive, at=[0, 0])]",
        "[]",
        "[lab.run(lab.event(naive), at=[0], faults=[lab.duplicate(naive)])] * 4",
    ),
    given=f"naive = lab.function({NAIVE!r}, name='naive', timeout=10)",
)

# B: three handlers, six mishaps -----------------------------------------------------------------

HANDLERS = {"before": BEFORE, "after": AFTER, "claim": CLAIM}
MISHAPS: tuple[tuple[str | None, tuple[float, ...]], ...] = (
    ("", (0,)),  # a crash at once
    ("pack", (0,)),
    ("ship", (0,)),
    (None, (0, 60)),  # no crash, and a second delivery
    (None, (0, 1)),
    ("pack", (0, 1)),
)
EXAMPLE = '{"before": [1, 1, 1, 1, 1, 1], "after": [...], "claim": [...]}'


@cache
def ledger() -> dict[str, list[int]]:
    """Run all eighteen, and count the parcels."""
    return {name: [mishap(made(cell), *x) for x in MISHAPS] for name, cell in HANDLERS.items()}


def mishap(target: Function, point: str | None, at: Sequence[float]) -> int:
    """Count the parcels after one mishap."""
    faults = [] if point is None else [crash(target, after=point or None)]
    return shipped(deliver(target, at, faults=faults))


@dataclass(frozen=True, slots=True)
class Ledger:
    """Six numbers for each of the three handlers."""

    def read(self, answer: Any) -> dict[str, list[int]]:
        """Take the eighteen numbers."""
        if (
            not isinstance(answer, Mapping)
            or set(answer) != set(HANDLERS)
            or not all(isinstance(row, list | tuple) for row in answer.values())
            or not all(len(row) == len(MISHAPS) for row in answer.values())
        ):
            raise Unreadable(
                f"The answer is a dict with {len(MISHAPS)} numbers for each of "
                f"{', '.join(HANDLERS)}, for example `{EXAMPLE}`."
            )
        return {name: list(answer[name]) for name in HANDLERS}


def missed(x: dict[str, list[int]]) -> list[tuple[str, int]]:
    """List the cells that are not what the runs give: handler, and number of the mishap."""
    return [
        (name, k + 1) for name in HANDLERS for k, n in enumerate(x[name]) if n != ledger()[name][k]
    ]


B = Problem(
    id="L11.B",
    kind="work it out",
    minutes=8,
    ask="Three handlers, six mishaps. How many parcels are shipped in each of the eighteen cases?",
    form=Ledger(),
    goal=lambda x: not missed(x),
    right="All eighteen. Mark first loses, mark last repeats. "
    "A claim is right in five of six. In the sixth, no record says whether the parcel has left.",
    wrong=(
        Wrong(
            lambda x: all(n == 1 for row in x.values() for n in row),
            "M30",
            "One parcel everywhere would be exactly once, for nothing. "
            "Begin with `before` and mishap 2: your run above shows it.",
            '{"before": [1] * 6, "after": [1] * 6, "claim": [1] * 6}',
        ),
        Wrong(
            lambda x: ("before", 2) in missed(x) or ("before", 6) in missed(x),
            "M30",
            "`before` marks and then packs. If it dies after that, what does the next delivery "
            "find in the table?",
            '{"before": [1, 1, 1, 1, 1, 1], "after": [1, 1, 2, 1, 2, 1], '
            '"claim": [1, 1, 2, 1, 1, 1]}',
        ),
        Wrong(
            lambda x: ("claim", 3) in missed(x),
            "M30",
            "The claim of mishap 3 still says busy, and then it expires. "
            "Can the next attempt know that the parcel has left?",
            '{"before": [1, 0, 1, 1, 1, 0], "after": [1, 1, 2, 1, 2, 1], '
            '"claim": [1, 1, 1, 1, 1, 1]}',
        ),
    ),
    otherwise="Take one row at a time: what stands in the table when the next delivery comes?",
    hints=(
        "What stands in the table at the moment of the crash, and who reads it next?",
        "The message comes back at 30 s. A claim expires after 12 s, and packing takes 5 s.",
        'Run one: `deliver(after, lab.crash(after, after="ship"))`, or with `at=[0, 1]`.',
    ),
    solution='{"before": [1, 0, 1, 1, 1, 0], "after": [1, 1, 2, 1, 2, 1], '
    '"claim": [1, 1, 2, 1, 1, 1]}',
    also_right=(
        '{"claim": (1, 1, 2, 1, 1, 1), "after": (1, 1, 2, 1, 2, 1), "before": (1, 0, 1, 1, 1, 0)}',
    ),
    must_fail=(
        '{"before": [1, 0, 1, 1, 1, 0], "after": [1, 1, 2, 1, 1, 1], "claim": [1, 1, 2, 1, 1, 1]}',
    ),
)

# C: a claim that survives every crash -----------------------------------------------------------

DISPATCH = """\
%%lambda dispatch --timeout 10
import time

import boto3
import lambdalab as lab
from boto3.dynamodb.conditions import Attr

dynamodb = boto3.resource("dynamodb")
orders, parcels = dynamodb.Table("orders"), dynamodb.Table("parcels")
Refused = orders.meta.client.exceptions.ConditionalCheckFailedException
EXPIRY = 2  # seconds


def ship(order):  # the carrier takes a parcel; leave this as it is
    parcels.put_item(Item={"id": order})
    lab.effect("ship")


def has_left(order):  # ask the carrier
    return "Item" in parcels.get_item(Key={"id": order})


def handler(event, context):
    order = event["Records"][0]["body"]
    now = int(time.time())
    expired = Attr("state").eq("busy") & Attr("until").lt(now)
    busy = {"id": order, "state": "busy", "until": now + EXPIRY}
    try:
        orders.put_item(Item=busy, ConditionExpression=Attr("id").not_exists() | expired)
    except Refused:
        return "done before"
    time.sleep(2)  # pack
    ship(order)
    orders.put_item(Item={"id": order, "state": "done"})
    return "done"
"""
WAIT = '        return "done before"\n'
RAISE = (
    '        if orders.get_item(Key={"id": order})["Item"]["state"] == "done":\n'
    '            return "done before"\n'
    "        raise\n"
)
ASK = ("    ship(order)\n", "    if not has_left(order):\n        ship(order)\n")
LONG = ("EXPIRY = 2 ", "EXPIRY = 12 ")
SLOW = 7.9  # seconds that an attempt may stand still: with 2 s of packing it lives


def changed(*changes: tuple[str, str]) -> str:
    """Write the cell with some changes."""
    cell = DISPATCH
    for old, new in changes:
        assert old in cell
        cell = cell.replace(old, new)
    return cell


class Points(ast.NodeTransformer):
    """Name the moment after each line of a handler, and stand still at one of them."""

    def __init__(self, slow: int | None = None) -> None:
        self.slow = slow

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Go through the lines of a function; what the carrier does is one moment."""
        if node.name != "ship":
            node.body = self._marked(node.body)
        return node

    def _marked(self, body: list[ast.stmt]) -> list[ast.stmt]:
        marked: list[ast.stmt] = []
        for line in body:
            for holder in (line, *getattr(line, "handlers", [])):
                for part in ("body", "orelse", "finalbody"):
                    if inner := getattr(holder, part, None):
                        setattr(holder, part, self._marked(inner))
            if isinstance(line, ast.If):
                line.body[:0] = self._moment(line.lineno)  # between what is asked and what is done
            last = isinstance(line, ast.Return | ast.Raise | ast.Continue | ast.Break)
            marked += (
                [line] if last or hasattr(line, "body") else [line, *self._moment(line.lineno)]
            )
        return marked

    def _moment(self, line: int) -> list[ast.stmt]:
        moment = f"__import__('lambdalab').effect('line {line}')"
        if line == self.slow:
            moment += f"; __import__('time').sleep({SLOW})"
        return ast.parse(moment).body


def pointed(answer: Function, slow: int | None = None) -> Function:
    """Make a copy that can crash after any of its lines."""
    tree = Points(slow).visit(ast.parse(str(answer.code)))
    return replace(answer, code=ast.unparse(ast.fix_missing_locations(tree)))


def moments(calm: Run) -> list[int]:
    """List the lines after which something outside or the time was another than before."""
    lines, moved, then = [], True, 0
    for _, at, fact, *_ in calm.log:
        moved = moved or at != then
        if isinstance(fact, EffectMade) and fact.effect.startswith("line "):
            if moved:
                lines.append(int(fact.effect.removeprefix("line ")))
            moved, then = False, at
        else:
            moved = moved or isinstance(fact, EffectMade | ServiceCalled)
    return sorted(set(lines))


@dataclass(frozen=True)
class Trial:
    """The first run in which something went wrong, or that nothing did."""

    tried: int
    kind: str = ""  # calm, again, together, crash, slow
    line: str = ""  # after which it happened
    parcels: int = 1
    dead: int = 0


def dispatched(answer: Any) -> Trial:
    """Try every crash, every slow line and every second delivery, until one goes wrong."""
    if not isinstance(answer, Function) or not isinstance(answer.code, str):
        raise Unreadable("The answer is the function of the cell, for example `dispatch`.")
    return _dispatched(answer.code, answer.timeout, tuple(answer.environment.items()))


@cache
def _dispatched(code: str, timeout: int, environment: tuple[tuple[str, str], ...]) -> Trial:
    variables = dict(environment)
    plain = function(code, name="dispatch", timeout=timeout, environment=variables)
    tried = 0
    for kind, line, make in _cases(plain):
        one = make()
        tried += 1
        if shipped(one) != 1 or one.count("dead_lettered"):
            text = code.splitlines()[line - 1].strip() if line else ""
            return Trial(tried, kind, text, shipped(one), one.count("dead_lettered"))
    return Trial(tried)


def _cases(plain: Function) -> Iterator[tuple[str, int, Callable[[], Run]]]:
    """Yield what can go wrong: its kind, the line, and how it is run."""
    yield "calm", 0, partial(deliver, plain)
    yield "again", 0, partial(deliver, plain, (0, 60))
    yield "together", 0, partial(deliver, plain, (0, 0), assume={"sdk.latency": 0.1})
    fit = pointed(plain)
    lines = moments(deliver(fit))
    for at in ((0,), (0, 1)):
        for line in lines:
            yield (
                "crash",
                line,
                partial(deliver, fit, at, faults=[crash(fit, after=f"line {line}")]),
            )
    for line in lines:
        yield "slow", line, partial(deliver, pointed(plain, line), (0, 7))


C = Problem(
    id="L11.C",
    kind="repair it",
    minutes=12,
    ask="Repair `dispatch`: exactly one parcel, whatever line it dies after, "
    "and whenever the order is delivered again.",
    form=Repaired(dispatched, "dispatch", made(DISPATCH)),
    goal=lambda x: not x.kind,
    right=lambda x: (
        f"One parcel in each of {x.tried} runs: it crashed or stood still after each step, and the "
        "order came again.\nThe claim keeps others away, and the carrier is asked before shipping."
    ),
    wrong=(
        Wrong(
            lambda x: x.kind == "calm",
            "",
            lambda x: f"One calm delivery gives {x.parcels} parcels. Look at `deliver(dispatch)`.",
            changed(ASK, ("if not has_left", "if has_left")),
        ),
        Wrong(
            lambda x: x.kind == "together",
            "M30",
            "Two deliveries at the same moment both found nothing, and both shipped. "
            "Look and write must be one step: a condition.",
            changed((', ConditionExpression=Attr("id").not_exists() | expired', ""), ASK),
        ),
        Wrong(
            lambda x: x.parcels == 0,
            "M30",
            lambda x: (
                f"It died after `{x.line}`, and nobody ever shipped the order. "
                "What does a delivery do that finds a claim of somebody else?"
            ),
            changed(("EXPIRY = 2 ", "EXPIRY = 60 "), ASK),
        ),
        Wrong(
            lambda x: x.dead > 0,
            "",
            "The parcel left, and a message of the order ended in the dead-letter queue. "
            "Done and busy are two answers.",
            changed(LONG, ASK, (WAIT, "        raise\n")),
        ),
        Wrong(
            lambda x: x.kind == "crash",
            "M30",
            lambda x: (
                f"It died after `{x.line}`, and {x.parcels} parcels left. "
                "Who could have told the next attempt?"
            ),
            changed(LONG, (WAIT, RAISE)),
        ),
        Wrong(
            lambda x: x.kind == "slow",
            "",
            lambda x: (
                f"It was slow at `{x.line}` and still alive when its claim expired. "
                f"{x.parcels} parcels left. How long can one attempt live?"
            ),
            changed((WAIT, RAISE), ASK),
        ),
    ),
    otherwise="Send it with `deliver`, once with a crash and once twice, and look at `effects`.",
    hints=(
        "Which three lines decide: how long a claim lasts, who meets one, who ships?",
        "An attempt can live for 10 s. Whoever meets a busy claim must not answer as if it was "
        "done. Before shipping, somebody can be asked.",
        "Let a claim last 12 s. On `Refused`, return if the state is done, and otherwise raise. "
        "Ship only if the parcel has not left.",
    ),
    solution=changed(LONG, (WAIT, RAISE), ASK),
    also_right=(
        changed(("EXPIRY = 2 ", "EXPIRY = 25 "), (WAIT, RAISE), ASK),
        # A busy claim may be taken for done if it expires before the message comes back.
        changed(LONG, ASK),
        # A carrier that takes a key would make it exactly once by itself.
        changed(
            LONG,
            (WAIT, RAISE),
            (
                '    parcels.put_item(Item={"id": order})\n',
                '    parcels.put_item(Item={"id": order}, '
                'ConditionExpression=Attr("id").not_exists())\n',
            ),
            (
                "    ship(order)\n    orders",
                "    try:\n        ship(order)\n    except Refused:\n        pass\n    orders",
            ),
        ),
    ),
    must_fail=(
        changed(LONG),
        changed(LONG, (WAIT, RAISE), ASK).replace("EXPIRY = 12", "EXPIRY = 900"),
    ),
    given=DISPATCH,
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="A handler marks the order as done, packs, and dies before it ships. The queue delivers "
    "the order again. How many parcels are shipped?",
    options=(
        Option(0, "None, and nobody is told.", "The mark was there before the parcel was."),
        Option(
            1,
            "One: the second delivery ships it.",
            "There is a second delivery, at 30 s. What does it find in the table?",
            "M30",
        ),
        Option(
            2,
            "Two: each delivery ships one.",
            "Look at the effects: how far did each of the two attempts get?",
        ),
    ),
    shown=shipped,
    about=lambda r: (
        r.effects[:1] == ["pack"]
        and r.count("resets") == 1
        and (first(r, ItemWritten) or len(r.log)) < (first(r, EnvironmentReset) or 0)
        and len(r.table("messages")) == 1
    ),
)

GOALS = (
    Goal("The order is marked as done.", lambda r: first(r, ItemWritten)),
    Goal("The process dies.", lambda r: first(r, EnvironmentReset)),
    Goal("The order is delivered again.", lambda r: nth(r, MessageReceived, 2)),
    Goal(
        "An attempt succeeds, and ships nothing.",
        lambda r: first(r, InvocationCompleted, lambda fact: fact.status == "success"),
    ),
)


def lost() -> str:
    """Say what becomes of a parcel whose handler dies between the mark and the work."""
    return {1: "a", 0: "b"}[mishap(made(BEFORE), "pack", (0,))]


def impatient() -> str:
    """Say how often a function works if its client stops waiting and tries again."""
    tried = run(caller(handler("slow", wait=2), retries="once", read_timeout=1), at=[0])
    return {1: "a", 2: "b"}[tried.count("processed")]


def fifo() -> str:
    """Say how often a message gets through that is sent again after ten minutes."""
    line = queue("line", fifo=True).to(handler("worker"), batch_size=1)
    tried = run(line, at=[(time, message("order-7", group="g")) for time in (0, 600)])
    return {1: "a", 2: "b"}[tried.count("started")]


QUESTIONS = (
    Question(
        "L11.R1",
        "A handler notes the id of an order, and then ships it. It dies between the two. "
        "What does the next delivery do?",
        (
            Option("a", "It ships the order.", "It finds the note, and goes home.", "M30"),
            Option("b", "It finds the note and ships nothing.", "The order is lost."),
        ),
        lost,
    ),
    Question(
        "L11.R2",
        "A client stops waiting after 1 s and tries again, once. The function takes 2 s. "
        "How often does it work to the end?",
        (
            Option("a", "Once.", "Nobody told the first one to stop.", "M28"),
            Option("b", "Twice.", "The client stopped waiting. The function did not."),
        ),
        impatient,
    ),
    Question(
        "L11.R3",
        "The same message is sent to a FIFO queue again, ten minutes later. "
        "How often does the function get it?",
        (
            Option("a", "Once: FIFO means exactly once.", "For five minutes, it does.", "M30"),
            Option("b", "Twice.", "The queue remembers an id for five minutes."),
        ),
        fifo,
    ),
)

LESSON = Lesson(
    id="L11",
    title="Exactly once is yours to build",
    minutes=45,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M28", "M30"),
)
