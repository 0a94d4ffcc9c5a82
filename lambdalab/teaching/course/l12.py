"""The guess, the goals and the problems of lesson 12, which is about chains, loops and storms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from ...engine.facts import (
    ClientTried,
    ConnectionClosed,
    ConnectionOpened,
    ConnectionUsed,
    EffectMade,
    EnvironmentReset,
    EnvironmentShutDown,
    ExchangeAnswered,
    InitFailed,
)
from ...run import Run, run
from ...sources.doors import api
from ...sources.queues import queue
from ...sources.streams import table
from ...stack import Alias, EventDoor, Function, Published, Resource, function, handler
from ..forms import Numbers, Ran, Unreadable
from ..reading import first, nth
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

# A: work that nobody is waiting for -------------------------------------------------------------

ORPHANED = 20  # seconds


def sent_only(answer: Run) -> bool:
    """Tell whether nobody waited for an answer from the start."""
    return answer.count("events") + answer.count("sent") + answer.count("records") > 0


A = Problem(
    id="L12.A",
    kind="make it happen",
    minutes=6,
    ask="Make orphaned work: `report` works for more than 20 s after whoever waited for it has "
    "gone.",
    form=Ran("lab.run(lab.caller(report), at=[0])", fails=True),
    goal=lambda r: r.orphaned > ORPHANED,
    right=lambda r: (
        f"{r.orphaned:g} s of work that nobody waited for. Your bill has them, and your log calls "
        "them a success."
    ),
    wrong=(
        Wrong(
            lambda r: not r.orphaned and r.count("timeouts") > 0,
            "M28",
            "`report` met its own timeout, and that one stops the work. "
            "Which clock stops only the waiting?",
            "lab.run(report.with_(timeout=5), at=[0])",
        ),
        Wrong(
            lambda r: not r.orphaned and sent_only(r),
            "",
            "Here nobody waits from the start, so nobody leaves. Somebody has to wait first.",
            "lab.run(lab.event(report), at=[0])",
        ),
        Wrong(
            lambda r: not r.orphaned,
            "",
            "Everybody waited to the end. Whose patience can be shorter than 30 s?",
            "lab.run(lab.caller(report), at=[0])",
        ),
        Wrong(
            lambda r: r.orphaned <= ORPHANED,
            "",
            lambda r: f"{r.orphaned:g} s are orphaned. Somebody must leave earlier, or more often.",
            "lab.run(lab.api(report), at=[0])",
        ),
    ),
    otherwise='Look at `run.chart("waits")`: whose bracket closes above `report`?',
    hints=(
        "Who can wait for `report`, and how long does each of them wait?",
        "An API has a `timeout`, and a client has a `read_timeout`. Both are in seconds.",
        "Let a client wait for 5 s: `lab.caller(report, ...)`.",
    ),
    solution="lab.run(lab.caller(report, read_timeout=5), at=[0])",
    also_right=(
        "lab.run(lab.api(report, timeout=5), at=[0])",
        'lab.run(lab.caller(report, retries="once", read_timeout=15), at=[0])',
        'lab.run(lab.function("import lambdalab as lab\\ndef handler(event, context): '
        "lab.call('report')\", name='outer', timeout=3), at=[0], also=[report])",
    ),
    must_fail=(
        "lab.run(report, at=[0])",
        "lab.run(lab.queue(visibility_timeout=360).to(report), at=[0])",
    ),
    given='report = lab.handler("report", wait=30, timeout=60)',
)

# B: three deep, or with queues between ----------------------------------------------------------

LINKS = (("front", 1), ("middle", 2), ("back", 4))  # and how long each works, in seconds
CALLS = """\
import time
import boto3

functions = boto3.client("lambda")


def handler(event, context):
    time.sleep({seconds})
    functions.invoke(FunctionName="{after}")
"""
SENDS = """\
import time
import boto3

sqs = boto3.client("sqs")
url = sqs.get_queue_url(QueueName="to-{after}")["QueueUrl"]


def handler(event, context):
    time.sleep({seconds})
    sqs.send_message(QueueUrl=url, MessageBody="an order")
"""
ENDS = """\
import time


def handler(event, context):
    time.sleep({seconds})
"""


def links(way: str) -> list[Function]:
    """Make the functions of a chain; all but the last go on to the next one in some way."""
    names = [name for name, _ in LINKS]
    return [
        function(
            (way if after else ENDS).format(seconds=seconds, after=after),
            name=name,
            timeout=30,
        )
        for (name, seconds), after in zip(LINKS, [*names[1:], ""], strict=True)
    ]


@cache
def bills() -> tuple[int, int]:
    """Bill the chain in which each calls the next, and the one with queues between; in ms."""
    front, *others = links(CALLS)
    chain = run(front, at=[0], also=others)
    front, *others = links(SENDS)
    queues = [queue(f"to-{other.name}").to(other) for other in others]
    return chain.bill.ms, run(front, at=[0], also=queues).bill.ms


NUMBERS = Numbers(("ms in the chain", "ms with queues between"), "(1000, 1000)")


def near(n: float, which: int) -> bool:
    """Tell whether one of the two numbers is right."""
    return NUMBERS.near(n, bills()[which])


B = Problem(
    id="L12.B",
    kind="work it out",
    minutes=6,
    ask="`front` works for 1 s, `middle` for 2 s and `back` for 4 s. How many ms are billed for "
    "one order if each calls the next one and waits? And how many with a queue between?",
    form=NUMBERS,
    goal=lambda x: near(x[0], 0) and near(x[1], 1),
    right=lambda x: (
        f"{bills()[0]:,} ms and {bills()[1]:,} ms. The work is the same. "
        "The difference is functions that wait for functions."
    ),
    wrong=(
        Wrong(
            lambda x: x[0] < 100 and x[1] < 100,
            "",
            "Those look like seconds. A bill counts ms.",
            "(17, 7)",
        ),
        Wrong(
            lambda x: near(x[0], 1),
            "M16",
            "7,000 ms is the work alone. What does `front` do while `middle` and `back` work?",
            "(7000, 7000)",
        ),
        Wrong(
            lambda x: near(x[0], 0),
            "M16",
            "The chain is right. With queues between, who waits for whose answer?",
            "(17000, 17000)",
        ),
    ),
    otherwise="For each function: from when to when does it run? `back` runs from 3 s to 7 s.",
    hints=(
        "In the chain: from when to when does each of the three run?",
        "`front` runs from 0 s to 7 s. `run.bill.ms` adds up all three.",
        "The chain: 7 s, 6 s and 4 s. With queues each one runs as long as it works.",
    ),
    solution="(17000, 7000)",
    also_right=("[(1 + 2 + 4 + 2 + 4 + 4) * 1000, (1 + 2 + 4) * 1000]",),
    must_fail=("(13000, 7000)", "(7000, 17000)", "(11000, 7000)"),
)

# C: fifty connections and a storm ---------------------------------------------------------------

STORE = """\
%%lambda store --timeout 10
import os

import lambdalab as lab

SIZE = int(os.environ.get("SIZE", 5))
database = lab.database("orders", max_connections=50)
pool = [database.connect() for _ in range(SIZE)]  # once in each environment


def handler(event, context):
    for order in event.get("Records", [event]):  # a queue brings several
        pool[0].query(seconds=0.8)
        lab.effect("store")
"""
CONNECTIONS = 50
SEEDS = (1, 2, 3)
CALM, SPIKE = (5, 3.0), (10, 30.0)  # seconds, and orders in a second
PATIENCE = 3600  # seconds until all must be stored


def stored_by() -> Function:
    """Make the function of the lesson."""
    return function(STORE.partition("\n")[2], name="store", timeout=10)


def storm(seed: int) -> list[float]:
    """Draw when orders come: some calm seconds, and then ten times as many."""
    dice, times, start = Random(f"storm:{seed}"), list[float](), 0.0
    for seconds, rate in (CALM, SPIKE):
        at = start
        while (at := at + dice.expovariate(rate)) < start + seconds:
            times.append(round(at, 6))
        start += seconds
    return times


@dataclass(frozen=True)
class Weathered:
    """What came of a storm, or of three of them."""

    sent: int
    stored: int
    refused: int  # connections
    environments: int
    open: int  # connections of the database at once, or queries through a proxy
    asked: int  # queries


def steps(answer: Run) -> Iterator[tuple[int, int]]:
    """Say when the database of a run has a connection more or less."""
    held: dict[str, list[str]] = {}
    for _, at, fact, *_ in answer.log:
        if isinstance(fact, ConnectionUsed) and fact.lender:
            yield fact.begins or at, 1
            yield fact.until, -1
        elif isinstance(fact, ConnectionOpened) and not fact.database.endswith("-proxy"):
            held.setdefault(fact.environment, []).append(fact.connection)
            yield at, 1
        elif isinstance(fact, ConnectionClosed) and fact.environment in held:
            held[fact.environment].remove(fact.connection)
            yield at, -1
        elif isinstance(fact, EnvironmentReset | EnvironmentShutDown | InitFailed):
            yield at, -len(held.pop(fact.environment, ()))


def weathered(target: Any, seed: int) -> Weathered:
    """Send a storm to what is to protect the database."""
    sent = storm(seed)
    r = run(target, at=sent, until=PATIENCE)
    most = level = 0
    for _, change in sorted(steps(r)):
        level += change
        most = max(most, level)
    return Weathered(
        len(sent),
        r.effects.count("store"),
        r.count("refused_connections"),
        r.count("environments"),
        most,
        sum(isinstance(fact, ConnectionUsed) and not fact.lost for _, _, fact, *_ in r.log),
    )


class Shelter:
    """Whatever orders can be sent to."""

    def read(self, answer: Any) -> Weathered:
        """Send three storms, until one does harm; give the one that did, or the worst."""
        if not isinstance(answer, Function | Published | Alias | EventDoor | Resource):
            raise Unreadable(
                "The answer is what orders are sent to: a function, or a source in front of it, "
                "for example `store`."
            )
        worst = None
        for seed in SEEDS:
            one = weathered(answer, seed)
            if not sheltered(one):
                return one
            worst = max(worst or one, one, key=lambda x: x.open)
        assert worst is not None
        return worst


def sheltered(x: Weathered) -> bool:
    """Tell whether each order was stored once, and the database never asked for too much."""
    within = not x.refused and x.open <= CONNECTIONS
    return within and x.sent == x.stored <= x.asked


C = Problem(
    id="L12.C",
    kind="repair it",
    minutes=12,
    ask="Protect the database. In a spike of ten times the usual orders it refuses no connection, "
    "and each order is stored once.",
    form=Shelter(),
    goal=sheltered,
    right=lambda x: (
        f"Three storms, and every order was stored. At most {x.open} of {CONNECTIONS} connections "
        "were in use at once.\nA smaller pool, a queue with a maximum concurrency, and a proxy "
        "all do it. They differ in who waits."
    ),
    wrong=(
        Wrong(
            lambda x: x.refused > 0,
            "M07",
            lambda x: (
                f"{x.refused} connections were refused, and {x.stored} of {x.sent} orders stored. "
                "Each environment opens a pool of its own. How many may there be?"
            ),
            "store",
        ),
        Wrong(
            lambda x: x.open > CONNECTIONS,
            "",
            lambda x: f"The database has {CONNECTIONS} connections, and {x.open} were open.",
            'lab.function(store.code.replace("=50", "=500"), name="store", timeout=10)',
        ),
        Wrong(
            lambda x: x.asked < x.stored,
            "",
            "Some orders are said to be stored, and the database was never asked.",
            'lab.function(store.code.replace("pool[0].query(seconds=0.8)", "pass"), name="store")',
        ),
        Wrong(
            lambda x: x.stored < x.sent,
            "",
            lambda x: (
                f"The database is safe, and {x.sent - x.stored} of {x.sent} orders are lost. "
                "Where can an order wait until there is room?"
            ),
            "store.with_(reserved_concurrency=10)",
        ),
        Wrong(
            lambda x: x.stored > x.sent,
            "M23",
            lambda x: (
                f"{x.sent} orders, and {x.stored} of them stored. "
                "Some came back while they were at work, or after a timeout."
            ),
            'lab.queue("line", visibility_timeout=10).to(store.with_(reserved_concurrency=2))',
        ),
    ),
    otherwise="For each order: where does it wait while the database is busy?",
    hints=(
        "How many environments are there in the spike, and how many connections has each?",
        "Make it fewer connections, or fewer environments: `SIZE`, a queue with a "
        "`maximum_concurrency`, or `proxy=True` of the database.",
        "For a queue: each environment has 5 connections, and 50 are there. "
        "A loan lasts six timeouts.",
    ),
    solution='lab.queue("line", visibility_timeout=60).to(store, maximum_concurrency=10)',
    also_right=(
        'store.with_(environment={"SIZE": "1"})',
        'lab.function(store.code.replace("=50", "=50, proxy=True"), name="store", timeout=10)',
        "lab.event(store.with_(reserved_concurrency=10))",
        "lab.stream().to(store, batch_size=10)",
        'lab.queue("line", visibility_timeout=60).to(store)',  # pollers begin with five batches
        'lab.queue("line", visibility_timeout=60).to(store, batch_size=1, maximum_concurrency=2)',
    ),
    must_fail=(
        'store.with_(environment={"SIZE": "2"})',
        "store.with_(memory=1769)",
        "lab.event(store)",
    ),
    given=STORE,
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="A gateway waits for 29 s, and the function behind it works for 40 s. The client tries "
    "once more. How often is the card charged?",
    options=(
        Option(
            0,
            "Never. The gateway gives up, and that ends the function.",
            "The gateway answers 504 at 29 s. Look at what the function does after that.",
            "M28",
        ),
        Option(
            1,
            "Once. Only one of the two tries gets through.",
            "Neither of them got an answer, and both of them ran to the end.",
        ),
        Option(2, "Twice. Nobody told the function.", "Both ran to the end, and were billed."),
    ),
    shown=lambda r: r.effects.count("charge"),
    about=lambda r: answered(r) == [504, 504] and r.count("tries") == 2,
)


def answered(answer: Run) -> list[int]:
    """List what a front door answered."""
    facts = (fact for _, _, fact, *_ in answer.log if isinstance(fact, ExchangeAnswered))
    return [fact.status_code for fact in facts]


GOALS = (
    Goal(
        "The gateway answers 504.",
        lambda r: first(r, ExchangeAnswered, lambda fact: fact.status_code == 504),
    ),
    Goal("The client tries again.", lambda r: nth(r, ClientTried, 2)),
    Goal("A card is charged, and nobody waits.", lambda r: first(r, EffectMade)),
    Goal("It is charged a second time.", lambda r: nth(r, EffectMade, 2)),
)


def alone() -> str:
    """Say whether a function works on when its gateway has given up."""
    tried = run(api(handler("slow", wait=40, timeout=60)), at=[0])
    return {0: "a", 1: "b"}[tried.count("processed")]


LOOP = """\
import time
import boto3

cats = boto3.resource("dynamodb").Table("cats")


def handler(event, context):
    time.sleep(1)
    cats.put_item(Item={"id": "cat", "at": int(time.time())})
"""


def loop() -> str:
    """Say whether AWS stops a function that writes into the table that calls it."""
    made = function(LOOP, name="stamp")
    tried = run(table("cats").to(made), at=[0], until=60)
    return "b" if tried.count("started") > 16 and not tried.count("recursive") else "a"


def pools() -> str:
    """Say how many connections ten requests at once open, with a pool of five."""
    return {5: "a", 50: "b"}[len(run(stored_by(), at=[0] * 10).table("connections"))]


QUESTIONS = (
    Question(
        "L12.R1",
        "A REST API answers 504 after 29 s. The function behind it has 11 s of work left. "
        "What does it do?",
        (
            Option("a", "It is stopped.", "The API stopped waiting, and nothing else.", "M28"),
            Option("b", "It works on to its end.", "It is billed, and its effects are real."),
        ),
        alone,
    ),
    Question(
        "L12.R2",
        "A function writes into the table whose stream calls it. What stops the loop?",
        (
            Option("a", "Lambda, after sixteen rounds.", "A table carries no chain along.", "M29"),
            Option("b", "Nothing, until you do.", "Reserved concurrency 0 is the brake."),
        ),
        loop,
    ),
    Question(
        "L12.R3",
        "A function opens a pool of 5 connections in a global. Ten requests come at once. "
        "How many connections are there?",
        (
            Option("a", "5: it is one pool.", "Each environment has globals of its own.", "M07"),
            Option("b", "50.", "Ten environments, and a pool in each."),
        ),
        pools,
    ),
)

LESSON = Lesson(
    id="L12",
    title="Chains and storms",
    minutes=50,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M07", "M16", "M28", "M29"),
)
