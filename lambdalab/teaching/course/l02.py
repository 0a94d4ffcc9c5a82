"""The guess, the goals and the problems of lesson 02: what survives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...engine.facts import InvocationStarted
from ...run import Run, run
from ...stack import Function, function
from ..forms import Order, Ran, Repaired
from ..reading import first_reuse, first_together, nth, payloads, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

ARRIVALS = [0, 1, 2, 2]

COUNTER = """\
import time

n = 0


def handler(event, context):
    global n
    n += 1
    time.sleep(0.5)
    return n
"""

BASKET = """\
%%lambda basket
import time

items = []


def handler(event, context):
    items.append(event["item"])
    time.sleep(0.5)
    return {"customer": event["customer"], "basket": items}
"""

IMPORTER = """\
%%lambda importer
import time

rows = []


def handler(event, context):
    for line in event["lines"]:
        rows.append(line.upper())
    time.sleep(0.5)
    return rows  # what is written to the table
"""

SAFE_IMPORTER = """\
%%lambda importer
import time


def handler(event, context):
    rows = []
    for line in event["lines"]:
        rows.append(line.upper())
    time.sleep(0.5)
    return rows  # what is written to the table
"""


def counter() -> Function:
    """Make the function of the lesson."""
    return function(COUNTER, name="counter")


# A: whose items are in whose basket -------------------------------------------------------------


def strangers(answer: Run) -> list[tuple[str, str]]:
    """List who was shown an item that only somebody else had put in."""
    events = payloads(answer)
    found = []
    for event, shown in zip(events, answer.returned, strict=True):
        if not isinstance(event, dict) or not isinstance(shown, dict):
            continue
        mine = {e.get("item") for e in events if e.get("customer") == event.get("customer")}
        found += [(str(event.get("customer")), x) for x in shown["basket"] if x not in mine]
    return found


def leaked(answer: Run) -> str:
    """Say who saw what, and where it lay in between."""
    who, item = strangers(answer)[0]
    return (
        f"{who} was shown {item!r}, which somebody else had put in. It lay in a global of env-1.\n"
        "No error was raised, and no metric moved. Customer data belongs in the handler."
    )


def customers(answer: Run) -> int:
    """Count the customers of a run."""
    return len({str(event.get("customer")) for event in payloads(answer)})


# C: the importer, in one, three and ten environments --------------------------------------------


@dataclass(frozen=True)
class Tried:
    """A repaired function in several runs."""

    runs: dict[str, Run]
    due: dict[str, list[list[str]]]

    @property
    def must_run(self) -> list[Run]:
        """The runs in which no handler may fail."""
        return list(self.runs.values())

    @property
    def off(self) -> tuple[str, object, object] | None:
        """The first answer that is not what it should be: the run, the answer, what was due."""
        for name, tried in self.runs.items():
            for shown, due in zip(tried.returned, self.due[name], strict=True):
                if shown != due:
                    return name, shown, due
        return None


FILES = [[f"{name}{k}" for k in range(1 + place % 3)] for place, name in enumerate("abcdefghij")]
TIMES: dict[str, Callable[[int], float]] = {
    "one environment": lambda k: k,
    "three environments": lambda k: k // 3,
    "ten environments": lambda k: 0,
    "the same file twice": lambda k: k,
}


def trials(answer: Function) -> Tried:
    """Send files to one, three and ten environments, and one file twice."""
    runs, due = {}, {}
    for name, time in TIMES.items():
        files = [FILES[0], FILES[0]] if "twice" in name else FILES
        runs[name] = run(answer, at=[(time(k), {"lines": file}) for k, file in enumerate(files)])
        due[name] = [[line.upper() for line in file] for file in files]
    return Tried(runs, due)


def what_is_off(answer: Tried) -> str:
    """Say which run shows it."""
    assert answer.off
    name, shown, due = answer.off
    return f"With {name}, one file gave {shown} instead of {due}."


# The records ------------------------------------------------------------------------------------

SHOWN = {1: [1, 1, 1, 1], 2: [1, 2, 3, 4], 3: [1, 2, 3, 1]}

GUESS = Guess(
    ask="What do four calls at 0, 1, 2 and 2 s return?",
    options=(
        Option(
            1,
            "`[1, 1, 1, 1]`. Each invocation starts clean.",
            "A fresh process for each call would return that. Step to 1.000 s: is there an Init?",
            "M01",
        ),
        Option(
            2,
            "`[1, 2, 3, 4]`. The function has one memory, and everybody counts in it.",
            "One server would return that. Step to 2.000 s: who takes the fourth call?",
            "M03",
        ),
        Option(
            3,
            "`[1, 2, 3, 1]`. Whoever gets a new environment begins again.",
            "env-1 keeps its counter from call to call. env-2 has a counter of its own.",
        ),
    ),
    shown=lambda answer: next(k for k, values in SHOWN.items() if values == answer.returned),
    about=lambda answer: sorted(sent(answer)) == ARRIVALS and answer.returned in SHOWN.values(),
)

GOALS = (
    Goal("A frozen environment takes a request, with no Init.", first_reuse),
    Goal("Two environments are at work at the same moment.", lambda r: first_together(r, 2)),
    Goal(
        "env-1 begins its third request.",
        lambda r: nth(r, InvocationStarted, 3, lambda fact: fact.environment == "env-1"),
    ),
)

A = Problem(
    id="L02.A",
    kind="make it happen",
    minutes=6,
    ask="Show one customer what another customer put into her basket.",
    form=Ran('lab.run(basket, at=[(0, {"customer": "Ann", "item": "tea"})])'),
    goal=lambda r: bool(strangers(r)),
    right=leaked,
    wrong=(
        Wrong(
            lambda r: customers(r) < 2,
            "",
            "There is one customer in your run. Who else could see the basket?",
            'lab.run(basket, at=[(0, {"customer": "Ann", "item": "tea"})])',
        ),
        Wrong(
            lambda r: r.count("warm") == 0,
            "M03",
            "Each of them had an environment of her own, so each had a list of her own. "
            "When would the second one find env-1 idle?",
            'lab.run(basket, at=[(0, {"customer": "Ann", "item": "tea"}), '
            '(0, {"customer": "Bob", "item": "ham"})])',
        ),
        Wrong(
            lambda r: r.count("warm") > 0,
            "",
            "Environments were reused here, but all the items in a basket were its owner's. "
            "Give the two customers different items.",
            'lab.run(basket, at=[(0, {"customer": "Ann", "item": "tea"}), '
            '(2, {"customer": "Bob", "item": "tea"})])',
        ),
    ),
    otherwise="Look at `returned` of your run: which list came back to whom?",
    hints=(
        "Who can see a global variable of env-1?",
        "Look at the first two calls of the counter: the second one saw what the first had left.",
        "Two customers, two different items, and the second call after the first one is done.",
    ),
    solution='lab.run(basket, at=[(0, {"customer": "Ann", "item": "tea"}), '
    '(2, {"customer": "Bob", "item": "ham"})])',
    also_right=(
        'lab.run(basket, at=[(k, {"customer": f"c{k}", "item": k}) for k in range(4)])',
        'lab.run(basket, at=[(0, {"customer": "Ann", "item": "tea"}), '
        '(0.5, {"customer": "Bob", "item": "ham"})])',
    ),
    must_fail=(
        'lab.run(basket, at=[(0, {"customer": "Ann", "item": "tea"}), '
        '(400, {"customer": "Bob", "item": "ham"})])',
        '"Bob"',
    ),
    given=BASKET,
)

LINES = "abcdefg"


def place(order: str, letter: str) -> int:
    """Say where a line stands."""
    return order.index(letter)


def in_turn(order: str, letters: str) -> bool:
    """Tell whether some lines stand in this order, whatever stands between them."""
    places = [place(order, letter) for letter in letters]
    return places == sorted(places)


B = Problem(
    id="L02.B",
    kind="work it out",
    minutes=6,
    ask="Order the seven lines: connect once for each environment, leave nothing in `/tmp`, "
    "and finish all work before you return.",
    form=Order(LINES),
    goal=lambda x: in_turn(x, "bc") and in_turn(x, "ac") and in_turn(x, "cdefg"),
    right="The two lines above `def` run once for each environment. The others run each time.",
    wrong=(
        Wrong(
            lambda x: place(x, "b") > place(x, "c"),
            "M01",
            "So every invocation connects anew. Which lines does env-1 run only once?",
            '"a c b d e f g"',
        ),
        Wrong(
            lambda x: place(x, "g") < max(place(x, "e"), place(x, "f")),
            "M06",
            "Something stands below `return`. Who would run it, and when?",
            '"a b c d e g f"',
        ),
        Wrong(
            lambda x: place(x, "f") < place(x, "e"),
            "M02",
            "The file is removed before it is written. So it stays for the next invocation.",
            '"a b c d f e g"',
        ),
        Wrong(
            lambda x: place(x, "d") < place(x, "c"),
            "",
            "There is no event outside the handler. Init runs before any of them is there.",
            '"a b d c e f g"',
        ),
    ),
    otherwise="Go line by line: what must be there before it can run?",
    hints=(
        "Which lines belong to the environment, and which to one invocation?",
        "What stands above `def handler` runs in Init. What uses `event` stands below it.",
        "Import, connect, then `def`. After that: name the file, write it, remove it, return.",
    ),
    solution='"a b c d e f g"',
    also_right=('"b a c d e f g"', '["a", "b", "c", "d", "e", "f", "g"]'),
    must_fail=('"g f e d c b a"', '"a b c e d f g"'),
)

C = Problem(
    id="L02.C",
    kind="repair it",
    minutes=8,
    ask="Repair `importer`: each file gives its own rows, however many environments there are.",
    form=Repaired(trials, "importer", function(IMPORTER.partition("\n")[2], name="importer")),
    goal=lambda tried: tried.off is None,
    right="Each file gave its own rows, with one, three and ten environments. "
    "A list that belongs to one invocation is made in that invocation.",
    wrong=(
        Wrong(
            lambda tried: any(x is None for x in tried.runs["one environment"].returned),
            "",
            lambda tried: f"{what_is_off(tried)} Does your handler return the rows?",
            SAFE_IMPORTER.replace("    return rows  # what is written to the table\n", ""),
        ),
        Wrong(
            lambda tried: "twice" in tried.off[0],
            "M01",
            lambda tried: (
                f"{what_is_off(tried)} A file that comes again is written again. "
                "What does `rows` still know of the first time?"
            ),
            IMPORTER.replace("import time\n", "import time\n\ndone = set()")
            .replace(
                "        rows.append(line.upper())",
                "        if line not in done:\n"
                "            done.add(line)\n"
                "            rows.append(line.upper())",
            )
            .replace("    return rows", "    found = rows[:]\n    rows.clear()\n    return found"),
        ),
        Wrong(
            lambda tried: tried.runs["ten environments"].returned == tried.due["ten environments"],
            "M01",
            lambda tried: (
                f"{what_is_off(tried)} A new environment gives the right rows, "
                "and a reused one does not. What does it carry?"
            ),
            IMPORTER.replace("line.upper()", "line.upper() + ''"),
        ),
    ),
    otherwise="Send two files to your function, a second apart, and look at `returned`.",
    hints=(
        "Which variable lives longer than one file?",
        "`rows` is made in module scope. Init runs that line once for each environment.",
        "Move the line that makes the list. It belongs below `def handler`.",
    ),
    solution=SAFE_IMPORTER,
    also_right=(
        IMPORTER.replace("    for line", "    rows.clear()\n    for line"),
        IMPORTER.replace("    for line", "    global rows\n    rows = []\n    for line"),
        "%%lambda importer\ndef handler(event, context):\n"
        '    return [line.upper() for line in event["lines"]]\n',
    ),
    must_fail=(
        IMPORTER.replace("return rows", "return rows[-1:]"),
        IMPORTER.replace("return rows", "return sorted(set(rows))"),
    ),
    given=IMPORTER,
)

# For later lessons ------------------------------------------------------------------------------

KEEPER = """\
import os

seen = []


def handler(event, context):
    seen.append(event["n"])
    open(f"/tmp/{event['n']}", "w").close()
    return [len(seen), len(os.listdir("/tmp"))]
"""
LATE = """\
import threading


def handler(event, context):
    threading.Timer(5, lambda: print("sent")).start()
"""


def files_after_three() -> str:
    """Say how many files the third of three calls finds, as a letter."""
    return {1: "a", 3: "b"}[run(function(KEEPER), at=[0, 1, 2]).returned[-1][1]]


def when_sent() -> str:
    """Say when a timer of 5 s fires, if the next call comes after a minute."""
    (line,) = run(function(LATE), at=[0, 60]).logs("sent")
    return {5: "a", 60: "b"}[round(line.at)]


def next_to_it() -> str:
    """Say what two calls at one moment return."""
    return {(1, 2): "a", (1, 1): "b"}[tuple(run(counter(), at=[0, 0]).returned)]


QUESTIONS = (
    Question(
        "L02.R1",
        "A handler starts a timer of 5 s and returns at once. The next call comes after 60 s. "
        "When does the timer fire?",
        (
            Option("a", "After 5 s.", "At 5 s the environment is frozen: nothing runs.", "M06"),
            Option("b", "After 60 s, inside the next call.", "The next call thaws it."),
            Option("c", "Never.", "It is frozen and not lost. The next call thaws it."),
        ),
        when_sent,
    ),
    Question(
        "L02.R2",
        "Each call writes one new file to `/tmp`. The third call, a second after the second one, "
        "lists `/tmp`. How many files?",
        (
            Option("a", "One: its own.", "Nobody empties /tmp between two calls.", "M02"),
            Option("b", "Three.", "One environment took all three calls, and /tmp stays."),
        ),
        files_after_three,
    ),
    Question(
        "L02.R3",
        "Two calls of the counter arrive at the same moment. What do they return?",
        (
            Option("a", "1 and 2.", "Two environments share no memory.", "M03"),
            Option("b", "1 and 1.", "Each has an environment and a counter of its own."),
        ),
        next_to_it,
    ),
)


LESSON = Lesson(
    id="L02",
    title="What survives",
    minutes=40,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M01", "M02", "M06"),
)
