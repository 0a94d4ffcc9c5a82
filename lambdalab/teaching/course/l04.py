"""The guess, the goals and the problems of lesson 04: how an environment dies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ...engine.facts import EnvironmentReset, InitStarted, InvocationCompleted
from ...engine.units import SECOND
from ...run import Run, run
from ...stack import Function, function, handler
from ..forms import Order, Ran, Repaired
from ..reading import first, nth, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

ARRIVALS = [0, 10, 20, 30]

PAY = """\
import time

time.sleep(2)  # getting ready


def handler(event, context):
    if event["n"] == 1:
        time.sleep(9)  # the bank does not answer
    time.sleep(1.5)  # the work
    return "paid"
"""

TILL = """\
%%lambda till
import time


def handler(event, context):
    if event["n"] == 1:
        time.sleep(60)  # hangs once
    time.sleep(1.5)  # the work
    return "ok"
"""

ORDERS = """\
%%lambda orders --timeout 3
import os
import time

time.sleep(2)  # load the catalogue


def handler(event, context):
    if event["bank"] == "hangs":
        time.sleep(60)
    if event["bank"] == "crashes":
        os._exit(1)
    if event["bank"] == "refuses":
        raise ValueError("no money")
    time.sleep(1.5)  # the work
    return "paid"
"""


def pay(timeout: int = 3) -> Function:
    """Make the function of the lesson."""
    return function(PAY, name="pay", timeout=timeout)


# A: never again ---------------------------------------------------------------------------------

LONGEST_INIT = 0.6


def longest_init(answer: Run) -> float:
    """Say how long the first Init took, in seconds."""
    first_one = next((x.init_duration for x in answer.invocations if x.init_duration), 0)
    return first_one / SECOND


def ends(answer: Run) -> str:
    """Write how each invocation ended as a letter: s, t or e."""
    return "".join(x.status[:1] for x in answer.invocations)


def doomed(answer: Run) -> bool:
    """Tell whether a good start is followed by timeouts only, in one environment."""
    return bool(re.fullmatch(r"s+t{3,}", ends(answer))) and answer.count("environments") == 1


A = Problem(
    id="L04.A",
    kind="make it happen",
    minutes=6,
    ask="Choose `init` and `timeout` so that `till` never recovers after its first timeout. "
    "Init takes 0.6 s at most.",
    form=Ran("lab.run(till.with_(init=1, timeout=9), at=[0, 10, 20, 30])"),
    goal=lambda r: doomed(r) and longest_init(r) <= LONGEST_INIT,
    right=lambda r: (
        f"Init takes {longest_init(r):g} s, and the work 1.5 s. Each alone fits into the timeout; "
        "together they do not. After the reset they are always together.\n"
        "Every retry makes it worse: only a new environment or another timeout ends it."
    ),
    wrong=(
        Wrong(
            lambda r: len(r.requests) < 4,
            "",
            "Send four requests, so that there is something after the timeout: "
            "`at=[0, 10, 20, 30]`.",
            "lab.run(till.with_(init=0.6, timeout=2), at=[0, 10])",
        ),
        Wrong(
            lambda r: ends(r).startswith("t"),
            "M08",
            "It times out from the first call on. The first Init does not count, "
            "so the work alone must fit into the timeout.",
            "lab.run(till.with_(init=0.5, timeout=1), at=[0, 10, 20, 30])",
        ),
        Wrong(
            lambda r: doomed(r),
            "",
            lambda r: (
                f"It never recovers, with an Init of {longest_init(r):g} s. "
                "A shorter one does it too, under a shorter timeout."
            ),
            "lab.run(till.with_(init=1.6, timeout=3), at=[0, 10, 20, 30])",
        ),
        Wrong(
            lambda r: "t" in ends(r),
            "M09",
            "The next call after the timeout is fine again: Init and work fit into one timeout. "
            "Make the sum larger, or the timeout shorter.",
            "lab.run(till.with_(init=0.5, timeout=3), at=[0, 10, 20, 30])",
        ),
        Wrong(
            lambda r: "t" not in ends(r),
            "",
            "Nothing timed out. The second call hangs for 60 s: is your timeout longer?",
            "lab.run(till.with_(init=0.6, timeout=90), at=[0, 100, 200, 300])",
        ),
    ),
    otherwise="Look at `run.timeline()`: is the Init inside the bracket of the timeout?",
    hints=(
        "What runs inside the first call after a timeout?",
        "Init and work share one timeout then. The work takes 1.5 s.",
        "The timeout is a whole number of seconds. Take the smallest that 1.5 s fit into.",
    ),
    solution="lab.run(till.with_(init=0.6, timeout=2), at=[0, 10, 20, 30])",
    also_right=(
        "lab.run(till.with_(init=0.51, timeout=2), at=[0, 5, 10, 20, 30])",
        "lab.run(till.with_(init=0.55, timeout=2), at=[0, 10, 20, 30])",
    ),
    must_fail=(
        "lab.run(till.with_(init=0.5, timeout=2), at=[0, 10, 20, 30])",
        "lab.run(till.with_(init=0.6, timeout=3), at=[0, 10, 20, 30])",
        "lab.run(till.with_(init=0.6, timeout=2), at=[0, 10, 500, 900])",
    ),
    given=TILL,
)

# B: five endings --------------------------------------------------------------------------------

LETTERS = "abcde"

TELLER = """\
import os
import time

time.sleep(0.7)


def handler(event, context):
    if event == "hang":
        time.sleep(60)
    time.sleep(0.3)
    if event == "raise":
        raise ValueError("bad record")
    if event == "exit":
        os._exit(1)
    return "ok"
"""
BROKEN = "import time\n\ntime.sleep(0.7)\nimport cashbox\n\n\ndef handler(event, context): ...\n"

ENDINGS = {  # letter: the ending, and the payloads after which it is the last one
    "b": ["ok", "hang"],
    "a": ["ok", "raise"],
    "d": [],
    "e": ["hang", "ok"],
    "c": ["ok", "exit"],
}


@cache
def excerpts() -> list[tuple[str, str]]:
    """Give the letter of each ending and what its log says, without ids and memory."""
    found = []
    for letter, payloads in ENDINGS.items():
        if payloads:
            teller = function(TELLER, name="teller")
            calls = [(10 * k, payload) for k, payload in enumerate(payloads)]
            lines = run(teller, at=calls).logs("^REPORT|ERROR")
            last = [line.text for line in lines if line.at >= 10]
        else:
            lines = run(function(BROKEN, name="teller"), at=[0]).logs("Phase: init")
            last = [line.text for line in lines]
        found.append((letter, "\n".join(_short(text) for text in last)))
    return found


def _short(text: str) -> str:
    """Take the ids and the memory out of a line of the log."""
    text = text.partition("\n")[0]
    text = re.sub(r"RequestId: \S+\s+|Memory Size: \d+ MB\s+|Max Memory Used: \d+ MB\s*", "", text)
    return re.sub(r"\s*\t\s*", "  ", text).strip()


def right_order() -> str:
    """Give the letters in the order of the excerpts."""
    return "".join(letter for letter, _ in excerpts())


B = Problem(
    id="L04.B",
    kind="work it out",
    minutes=6,
    ask="Match the five log excerpts to the five endings. Init takes 0.7 s, the work 0.3 s, "
    "and the timeout is 3 s.",
    form=Order(LETTERS),
    goal=lambda letters: letters == right_order(),
    right="`Status` and `Error Type` tell who ended it. The quiet one is the good call after a "
    "reset. It has no `Init Duration`: its duration holds Init and work.",
    wrong=(
        Wrong(
            lambda x: x[0] != "b",
            "",
            "Read the last field of excerpt 1. Who wrote `timeout` there?",
            '"e a d b c"',
        ),
        Wrong(
            lambda x: x[2] != "d",
            "M08",
            "Excerpt 3 is an INIT_REPORT, and its phase is `init`. Your handler never began.",
            '"b a c e d"',
        ),
        Wrong(
            lambda x: x[4] != "c",
            "",
            "Excerpt 5 names an error type that begins with `Runtime`. The process was gone.",
            '"b c d e a"',
        ),
        Wrong(
            lambda x: x[1] != "a",
            "M09",
            "Excerpt 2 has an [ERROR] line, written by the runtime. It caught the exception "
            "and lived on. Excerpt 4 has no error at all.",
            '"b e d a c"',
        ),
    ),
    otherwise="Go through the fields: is there an [ERROR], a `Status`, an `Error Type`?",
    hints=(
        "Which line is not about an invocation at all?",
        "Three of them have a `Status`. Two have none: one of these has an [ERROR] line above.",
        "Begin with 1 = b, 3 = d and 5 = c. Of the last two, one took 0.7 s longer.",
    ),
    solution='"b a d e c"',
    also_right=('["b", "a", "d", "e", "c"]',),
    must_fail=('"a b c d e"', '"b a d c e"'),
)

# C: any single failure heals --------------------------------------------------------------------

BANKS = ("hangs", "crashes", "refuses")
PATIENCE = 5  # seconds that one call may hold its caller


@dataclass(frozen=True)
class Healed:
    """A function after each kind of failure: four calls, the second of which goes wrong."""

    runs: dict[str, Run]
    calm: Run

    @property
    def sick(self) -> str:
        """The first bank after which a later call is not paid, or nothing."""
        for bank, tried in self.runs.items():
            if tried.returned[2:] != ["paid"] * 2:
                return bank
        return ""

    @property
    def pretends(self) -> bool:
        """Whether a call that went wrong at the bank counts as paid."""
        return any(tried.returned[1] == "paid" for tried in self.runs.values())

    @property
    def longest(self) -> float:
        """The longest that any call held its caller, in seconds."""
        times = [
            (x.end - sent(tried)[k] * SECOND) / SECOND
            for tried in self.runs.values()
            for k, x in enumerate(tried.invocations)
            if x.end is not None
        ]
        return max(times)


def heal(answer: Function) -> Healed:
    """Try a function with each kind of failure."""

    def calls(bank: str) -> Run:
        banks = ("answers", bank, "answers", "answers")
        return run(answer, at=[(100 * k, {"n": k, "bank": b}) for k, b in enumerate(banks)])

    return Healed({bank: calls(bank) for bank in BANKS}, calls("answers"))


C = Problem(
    id="L04.C",
    kind="repair it",
    minutes=8,
    ask="Repair `orders`: after any single failure the next call is paid, "
    "and no call takes longer than 5 s.",
    form=Repaired(heal, "orders", function(ORDERS.partition("\n")[2], name="orders", timeout=3)),
    goal=lambda x: not x.sick and not x.pretends and x.longest <= PATIENCE,
    right=lambda x: (
        "After a hanging bank, a crash and a refusal the next call is paid.\n"
        f"The longest call took {x.longest:g} s. The timeout has room for Init and work together."
    ),
    wrong=(
        Wrong(
            lambda x: x.calm.returned != ["paid"] * 4,
            "",
            "Even with a bank that answers, not every call is paid. Look at `returned`.",
            ORDERS.replace("--timeout 3", "--timeout 1"),
        ),
        Wrong(
            lambda x: x.pretends,
            "",
            "A call is paid now although the bank did not answer. Leave the failures in.",
            ORDERS.replace("--timeout 3", "--timeout 4").replace("time.sleep(60)", "pass"),
        ),
        Wrong(
            lambda x: x.sick in ("hangs", "crashes"),
            "M09",
            lambda x: (
                f"After a bank that {x.sick}, the next call times out. It runs Init again, inside "
                "its own timeout. How long do Init and work take together?"
            ),
            ORDERS.replace("time.sleep(2)", "time.sleep(1.8)"),
        ),
        Wrong(
            lambda x: x.longest > PATIENCE,
            "M08",
            lambda x: (
                f"Every failure heals, and a caller waits {x.longest:g} s for a bank that hangs. "
                "The timeout also says how long you let somebody wait."
            ),
            ORDERS.replace("--timeout 3", "--timeout 60"),
        ),
    ),
    otherwise="Send four calls with `lab.run`, let the second one go wrong, look at the lanes.",
    hints=(
        "Which two things have to fit into one timeout after a reset?",
        "Init takes 2 s and the work 1.5 s. The timeout stands in the first line of the cell.",
        "It is a whole number of seconds, above 3.5 and not above 5.",
    ),
    solution=ORDERS.replace("--timeout 3", "--timeout 4"),
    also_right=(
        ORDERS.replace("--timeout 3", "--timeout 5"),
        ORDERS.replace("time.sleep(2)", "time.sleep(1)"),  # a faster Init heals as well
    ),
    must_fail=(
        ORDERS.replace("--timeout 3", "--timeout 6"),
        ORDERS.replace("--timeout 3", "--timeout 2"),
    ),
    given=ORDERS,
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="One call times out. What happens to the next one?",
    options=(
        Option(
            1,
            "It is fine, and warm.",
            "After an exception it would be. This process was killed: look for Init at 20 s.",
            "M09",
        ),
        Option(
            2,
            "It is fine, and a bit slower.",
            "Init does run again, and there it counts. Add up: 2 s and 1.5 s, against 3 s.",
        ),
        Option(3, "It times out too.", "Init and work no longer fit into one timeout."),
        Option(
            4,
            "Lambda replaces the environment, and all is well.",
            "The environment stays, with a new process in it. Which id does the lane have?",
            "M01",
        ),
    ),
    shown=lambda answer: 3 if ends(answer) == "sttt" else 1,
    about=lambda answer: sent(answer) == ARRIVALS and ends(answer).startswith("st"),
)

GOALS = (
    Goal("A call is stopped at its timeout.", lambda r: nth(r, InvocationCompleted, 2)),
    Goal("The environment is reset.", lambda r: first(r, EnvironmentReset)),
    Goal(
        "Init runs again, inside an invocation.",
        lambda r: first(r, InitStarted, lambda fact: fact.phase != "init"),
    ),
    Goal("The next call is stopped too.", lambda r: nth(r, InvocationCompleted, 3)),
)


def long_init() -> str:
    """Say what comes of an Init of 4 s under a timeout of 3 s."""
    tried = run(handler(wait=0.1, init=4, timeout=3, returns="ok"), at=[0])
    return "b" if tried.returned == ["ok"] else "a"


def after_exception() -> str:
    """Say what a counter returns on the call after an exception."""
    source = (
        "n = 0\ndef handler(event, context):\n    global n\n    n += 1\n"
        '    if event["n"] == 0:\n        raise ValueError\n    return n\n'
    )
    return {1: "a", 2: "b"}[run(function(source), at=[0, 10]).returned[1]]


QUESTIONS = (
    Question(
        "L04.R1",
        "The Init of a function takes 4 s. Its timeout is 3 s, and its work takes 0.1 s. "
        "What becomes of the first call?",
        (
            Option("a", "It times out.", "The first Init has a limit of its own: 10 s.", "M08"),
            Option("b", "It is fine.", "The first Init does not count against the timeout."),
        ),
        long_init,
    ),
    Question(
        "L04.R2",
        "A handler adds one to a global counter and raises an exception. "
        "What does the counter return on the next call?",
        (
            Option(
                "a", "1: the process is a new one.", "The runtime caught it and lives on.", "M01"
            ),
            Option("b", "2: nothing was reset.", "Only a timeout or a crash resets."),
        ),
        after_exception,
    ),
)

LESSON = Lesson(
    id="L04",
    title="How an environment dies",
    minutes=40,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M08", "M09"),
)
