"""The problems of the notebook to start with: two small ones, to try how a check works."""

from __future__ import annotations

from functools import cache

from ...engine.facts import EnvironmentFrozen
from ...engine.units import SECOND
from ...run import Run, run
from ...stack import handler
from ..forms import Number, Order
from ..reading import first
from ..records import Lesson, Option, Problem, Question, Wrong

INIT, WORK = 0.3, 0.5
LINES = "abcd"
NUMBER = Number("seconds", "2.5")


@cache
def one_request() -> Run:
    """Run what the notebook runs."""
    return run(handler(name="hello", init=INIT, wait=WORK), at=[0])


def frozen_at() -> float:
    """Say when its environment is frozen, in seconds."""
    seq = first(one_request(), EnvironmentFrozen)
    assert seq is not None
    return one_request().log[seq].at / SECOND


def order() -> str:
    """Say in which order the four lines happen, as letters."""
    log = one_request().log
    letter_of = {
        "EnvironmentFrozen": "a",
        "RequestReceived": "b",
        "InvocationStarted": "c",
        "InitStarted": "d",
    }
    names = (type(entry.fact).__name__ for entry in log)
    return "".join(letter_of[name] for name in names if name in letter_of)


def what_is_first() -> str:
    """Say what the log has first, the request or the environment, as a letter."""
    return "a" if order().index("b") < order().index("d") else "b"


LESSON = Lesson(
    id="L00",
    title="Start here",
    minutes=10,
    problems=(
        Problem(
            id="L00.A",
            kind="work it out",
            minutes=2,
            ask="At how many seconds is env-1 frozen?",
            form=NUMBER,
            goal=lambda x: NUMBER.near(x, frozen_at()),
            right="Init and the handler's work come one after the other. "
            "Then Lambda freezes the environment.",
            wrong=(
                Wrong(
                    lambda x: NUMBER.near(x, WORK),
                    "",
                    "That is how long the handler works. Something comes before it. "
                    "Look at the hatched bar.",
                    "0.5",
                ),
                Wrong(
                    lambda x: NUMBER.near(x, INIT),
                    "",
                    "That is the end of Init. The handler begins there. Step on to the last entry.",
                    "0.3",
                ),
                Wrong(
                    lambda x: NUMBER.near(x / 1000, frozen_at()),
                    "",
                    "Right moment, other unit: the answer is in seconds.",
                    "800",
                ),
            ),
            otherwise="Step to the last entry and read the time in the header.",
            hints=(
                "What is the last thing that happens to env-1?",
                "Press End in the stepper. The header shows the time.",
                "Init takes 0.3 s and the handler 0.5 s. Add them.",
            ),
            solution="0.8",
            also_right=("0.80", "4 / 5"),
            must_fail=("0", "1.0"),
        ),
        Problem(
            id="L00.B",
            kind="work it out",
            minutes=2,
            ask="Put the four lines into the order in which they happen.",
            form=Order(LINES),
            goal=lambda letters: letters == order(),
            right="A request comes first. Lambda creates an environment because of it.",
            wrong=(
                Wrong(
                    lambda letters: letters.index("d") < letters.index("b"),
                    "",
                    "A server is up before the first request. Here nothing is. "
                    "Which entry is the cause of the first Init? Look at entry #3.",
                    '"d b c a"',
                ),
                Wrong(
                    lambda letters: letters.index("c") < letters.index("d"),
                    "",
                    "The handler cannot work yet: the code around it has not run. "
                    "Which bar comes before the blue one?",
                    '"b c d a"',
                ),
                Wrong(
                    lambda letters: letters.index("a") < letters.index("c"),
                    "",
                    "What is frozen does not work. Step to the last entry.",
                    '"b d a c"',
                ),
            ),
            otherwise="Step from the first entry to the last and watch for each line.",
            hints=(
                "What must be there before a handler can work?",
                "Press Home in the stepper, then the right arrow.",
                "Begin with b, the request. Init follows.",
            ),
            solution='"b d c a"',
            also_right=('["b", "d", "c", "a"]', '"B, D, C, A"'),
            must_fail=('"a b c d"',),
        ),
    ),
    questions=(
        Question(
            "L00.R1",
            "What comes first: the first request, or the first environment?",
            (
                Option("a", "The request.", "Lambda makes an environment because of it."),
                Option("b", "The environment.", "A server is up before. Here nothing is.", "M03"),
            ),
            what_is_first,
        ),
    ),
)
