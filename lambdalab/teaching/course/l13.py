"""The guess, the goals and the problems of lesson 13, which asks when not to take Lambda."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ...engine.facts import EnvironmentFrozen, InvocationStarted
from ...engine.units import MS, SECOND
from ...run import Run, run
from ...stack import Function, event, function, handler
from ...traffic import steady
from ...views.elsewhere import HOUR, MONTH, fargate_hour
from ..forms import Numbers, Unreadable
from ..reading import first_together, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

TRACK = """\
import time


def handler(event, context):
    time.sleep(0.1)  # a database answers
    return "on its way"
"""
AT_ONCE = 10  # requests of `track` that one task serves
SPAN = 2  # seconds that stand for the month
GIVEN = f"track = lab.function({TRACK!r}, name='track', memory=1024)"


def track(**settings: int) -> Function:
    """Make the function of the lesson."""
    return function(TRACK, name="track", **{"memory": 1024, **settings})


@dataclass(frozen=True)
class Month:
    """A month of the traffic of a run, in USD."""

    here: float  # on Lambda
    there: float  # on tasks of Fargate that are always on
    tasks: int


def month(answer: Run, at_once: int = AT_ONCE, span: float = SPAN) -> Month:
    """Price a month of a run's traffic."""
    rows = answer.bill.compare(span=span, at_once=at_once)
    return Month(float(rows.usd_per_month[0]), float(rows.usd_per_month[1]), int(rows["count"][1]))


# A: the same number, two shapes -----------------------------------------------------------------


@dataclass(frozen=True)
class Two:
    """Two runs, and what a month of each costs."""

    runs: tuple[Run, Run]
    months: tuple[Month, Month]

    @property
    def must_run(self) -> list[Run]:
        """The runs in which no handler may fail."""
        return list(self.runs)

    @property
    def numbers(self) -> tuple[int, int]:
        """How many requests each has."""
        return len(self.runs[0].requests), len(self.runs[1].requests)

    @property
    def another(self) -> bool:
        """Whether one of them is about another function, or takes longer than the span."""
        return any(
            {round((x.duration or 0) / MS) for x in made.invocations} != {100}
            or made.bill.gb_s * 10 != len(made.requests)
            or max(sent(made)) >= SPAN
            for made in self.runs
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two runs in an order."""

    def read(self, answer: object) -> Two:
        """Price both."""
        if (
            not isinstance(answer, list | tuple)
            or len(answer) != 2
            or not all(isinstance(made, Run) and made.requests for made in answer)
        ):
            raise Unreadable(
                "The answer is two runs with requests, for example "
                "`[lab.run(track, at=[0]), lab.run(track, at=[1])]`."
            )
        one, other = answer
        return Two((one, other), (month(one), month(other)))


A = Problem(
    id="L13.A",
    kind="make it happen",
    minutes=7,
    ask="Send `track` the same number of requests within 2 s, twice. "
    "First let Lambda be cheaper, then containers.",
    form=Pair(),
    goal=lambda x: (
        not x.another
        and x.numbers[0] == x.numbers[1]
        and x.months[0].here < x.months[0].there
        and x.months[1].here > x.months[1].there
    ),
    right=lambda x: (
        f"{x.numbers[0]} requests both times, and {x.months[0].here:,.2f} USD on Lambda both "
        f"times. Containers cost {x.months[0].there:,.2f} USD for the first shape and "
        f"{x.months[1].there:,.2f} USD for the second.\nThe peak decides, not the number."
    ),
    wrong=(
        Wrong(
            lambda x: x.another,
            "",
            "Both runs are of `track` as it is, and every request comes before 2 s.",
            "[lab.run(track, at=[0] * 50), lab.run(track, at=[k for k in range(50)])]",
        ),
        Wrong(
            lambda x: x.numbers[0] != x.numbers[1],
            "",
            lambda x: (
                f"{x.numbers[0]} requests, and {x.numbers[1]}. "
                "Send the same number both times, and change when they come."
            ),
            "[lab.run(track, at=[0]), lab.run(track, lab.steady(50, seconds=2))]",
        ),
        Wrong(
            lambda x: all(m.here < m.there for m in x.months),
            "M31",
            lambda x: (
                f"Lambda is the cheaper one both times: {x.months[1].here:,.2f} USD against "
                f"{x.months[1].there:,.2f} USD. How many may come before one task costs less?"
            ),
            "[lab.run(track, at=[0] * 10), lab.run(track, lab.steady(5, seconds=2))]",
        ),
        Wrong(
            lambda x: all(m.here > m.there for m in x.months),
            "",
            lambda x: (
                f"Containers are cheaper both times: {x.months[0].tasks} of them are enough for "
                "the first run. Which shape needs many of them?"
            ),
            "[lab.run(track, lab.steady(100, seconds=2)), lab.run(track, lab.steady(100, "
            "seconds=2))]",
        ),
    ),
    otherwise="First the run in which Lambda is cheaper, then the other one.",
    hints=(
        "What do you pay for with a container: requests, or the most that come at once?",
        "Try 50 requests: all at 0 s, and evenly over 2 s. Then `run.bill.compare(span=2, "
        "at_once=10)`.",
        "`at=[0] * 50` is the first shape, and `lab.steady(25, seconds=2)` the second.",
    ),
    solution="[lab.run(track, at=[0] * 50), lab.run(track, lab.steady(25, seconds=2))]",
    also_right=(
        "(lab.run(track, at=[1] * 20), lab.run(track, lab.steady(10, seconds=2)))",
        "[lab.run(track, lab.burst(100)), lab.run(track, lab.steady(50, seconds=2))]",
    ),
    must_fail=(
        "[lab.run(track, lab.steady(25, seconds=2)), lab.run(track, at=[0] * 50)]",
        "[lab.run(track.with_(memory=128), at=[0] * 50), lab.run(track, at=[0] * 50)]",
        "lab.run(track, at=[0])",
    ),
    given=GIVEN,
)

# B: the break-even, by hand ---------------------------------------------------------------------

RATES = Numbers(("break-even", "capacity"), "(10, 20)", tolerance=0.01)
MB, MILLISECONDS, EIGHT = 2048, 250, 8
TASK = 36.04  # USD a month, as the task says it


@cache
def rates() -> tuple[float, float]:
    """Find the rate at which a task costs as much, and the rate that it can serve."""
    one = run(handler(wait=MILLISECONDS / 1000, memory=MB), at=[0])
    each = one.bill.cost * MONTH * HOUR  # USD a month, for one a second
    return TASK / each, EIGHT / (MILLISECONDS / 1000)


def off(x: tuple[float, ...], first: float, second: float | None = None) -> bool:
    """Tell whether an answer is the right one, but for known factors."""
    one, other = rates()
    other = other if second is None else other * second
    return RATES.near(x[0], one * first) and RATES.near(x[1], other)


B = Problem(
    id="L13.B",
    kind="work it out",
    minutes=8,
    ask="A function has 2,048 MB, and each request is billed 250 ms. A task costs 36.04 USD a "
    "month and serves eight at once. From which steady rate on is the task cheaper? "
    "And which rate can it serve? A month has 730 hours.",
    form=RATES,
    goal=lambda x: off(x, 1),
    right="The task pays for itself while it is nearly idle: at a twentieth of what it can serve.",
    wrong=(
        Wrong(
            lambda x: RATES.near(x[0], rates()[1]),
            "M31",
            "You say that a task must be full before it is the cheaper one. "
            "What does Lambda cost at that rate?",
            "(32, 32)",
        ),
        Wrong(
            lambda x: off(x, EIGHT),
            "",
            "The task serves eight at once, and is paid for once. Leave the eight to the capacity.",
            "(12.86, 32)",
        ),
        Wrong(
            lambda x: off(x, 2),
            "",
            "That would be right for 1,024 MB. How many GB-seconds are 250 ms with 2,048 MB?",
            "(3.214, 32)",
        ),
        Wrong(
            lambda x: RATES.near(x[0], rates()[0]),
            "",
            "The first number is right. For the second: how many requests fit into one place in a "
            "second, and how many places are there?",
            "(1.607, 8)",
        ),
        Wrong(
            lambda x: RATES.near(x[1], rates()[1]),
            "",
            "The second number is right. For the first: what does one request cost on Lambda, "
            "request and duration together?",
            "(1.7, 32)",
        ),
    ),
    otherwise="Price one request a second for a month on Lambda. Then divide.",
    hints=(
        "What does one request cost on Lambda, and how many seconds has a month?",
        "A request is 0.20 USD a million, and its duration is half a GB-second. A month has 730 "
        "hours.",
        "Run one and take its bill: `lab.run(lab.handler(wait=0.25, memory=2048), at=[0])"
        ".bill.cost`. Times 730 * 3600, and 36.04 divided by that.",
    ),
    solution="(1.607, 32)",
    also_right=("(36.04 / (730 * 3600 * (0.2e-6 + 0.5 * 16.6667e-6)), 8 / 0.25)", "[1.6, 32]"),
    must_fail=("(1.607, 4)", "(7.35, 100)", "32"),
)

# C: place six workloads -------------------------------------------------------------------------

PLACES = ("lambda", "container")
BOARD = """\
import time

seen = 0


def handler(event, context):
    global seen
    seen += 1
    time.sleep(0.5)
    return seen
"""
DRIVER = """\
def handler(event, context):
    with open("/etc/printer.conf", "w") as settings:  # where a driver keeps them
        settings.write("paper=A6")
    return "installed"
"""
HOURS = 3  # that the plan of a night takes


@dataclass(frozen=True)
class Workload:
    """One workload: whether Lambda does its work, and a month of it in either place."""

    works: bool
    here: float
    there: float
    belief: str
    why: str  # what to look at, for whoever put it into the wrong place

    @property
    def cheapest(self) -> str:
        """The place in which it works and costs least."""
        return PLACES[0] if self.works and self.here < self.there else PLACES[1]


@cache
def workloads() -> dict[str, Workload]:
    """Run all six on Lambda, and price both places."""
    plan = run(event(handler("routes", wait=HOURS * HOUR, timeout=900)), at=[0])
    night = float(fargate_hour(1, 2)) * HOURS * MONTH / 24
    board = run(function(BOARD, name="board"), at=[0, 0, 3600])
    driver = run(function(DRIVER, name="driver"), at=[0])
    always = float(fargate_hour(1, 2)) * MONTH
    by_bill = {
        "track": (run(track(), steady(50, seconds=SPAN)), AT_ONCE, SPAN),
        "labels": (run(handler(wait=0, cpu=2, memory=1769), at=[0] * 200), 1, HOUR),
        "hook": (run(handler(wait=0.2), at=[360 * k for k in range(10)]), AT_ONCE, HOUR),
    }
    priced = {name: month(made, at_once, span) for name, (made, at_once, span) in by_bill.items()}
    words = {
        "track": ("M31", "It never pauses, and one task serves ten of its requests at once."),
        "labels": ("", "Once an hour it needs 200 at once. How many tasks would wait for that?"),
        "hook": ("", "It works for two seconds an hour. A task is paid for all day."),
    }
    found = {
        name: Workload(True, priced[name].here, priced[name].there, *words[name])
        for name in by_bill
    }
    found["routes"] = Workload(
        plan.count("processed") > 0,
        0,
        night,
        "M33",
        "Each attempt ends after 900 s, and the next begins from nothing. "
        "Three attempts are billed, and there is no plan.",
    )
    found["board"] = Workload(
        board.returned == [1, 2, 3],
        0,
        always,
        "M32",
        "Two scans at once met two counters, and an hour later there was a new one. "
        "Who is to remember?",
    )
    found["driver"] = Workload(
        driver.count("processed") > 0,
        0,
        always,
        "",
        "It changes the operating system, and that is not yours on Lambda. Try its first line.",
    )
    return found


NAMES = ("track", "labels", "routes", "board", "hook", "driver")


@dataclass(frozen=True)
class Plan:
    """A place for each of the six."""

    places: Mapping[str, str]

    @property
    def misplaced(self) -> list[str]:
        """The workloads that would cost less, or only work, in the other place."""
        return [name for name in NAMES if self.places[name] != workloads()[name].cheapest]

    @property
    def usd(self) -> float:
        """What a month costs."""
        return sum(
            workloads()[name].here if place == PLACES[0] else workloads()[name].there
            for name, place in self.places.items()
        )

    def all(self, place: str) -> bool:
        """Tell whether all are in one place."""
        return set(self.places.values()) == {place}


@dataclass(frozen=True, slots=True)
class Placed:
    """A dict with a place for each workload."""

    names: Sequence[str]

    def read(self, answer: object) -> Plan:
        """Take the plan."""
        if (
            not isinstance(answer, Mapping)
            or set(answer) != set(self.names)
            or not set(answer.values()) <= set(PLACES)
        ):
            raise Unreadable(
                f'The answer is a dict with "lambda" or "container" for each of '
                f'{", ".join(self.names)}, for example `{{"track": "lambda", ...}}`.'
            )
        return Plan(dict(answer))


def misplaced(name: str) -> Wrong:
    """Recognise a workload in the wrong place, all before it being right."""
    right = {n: PLACES[0] if n in ("labels", "hook") else PLACES[1] for n in NAMES}
    other = PLACES[right[name] == PLACES[0]]
    belief = {"track": "M31", "routes": "M33", "board": "M32"}.get(name, "")
    return Wrong(
        lambda x: bool(x.misplaced) and x.misplaced[0] == name,
        belief,
        lambda x: f"`{name}`: {workloads()[name].why}",
        repr({**right, name: other}),
    )


C = Problem(
    id="L13.C",
    kind="repair it",
    minutes=9,
    ask="Repair the plan: each of the six does its work, and the month costs as little as "
    "possible.",
    form=Placed(NAMES),
    goal=lambda x: not x.misplaced,
    right=lambda x: (
        f"Six workloads, two places, and about {x.usd:,.0f} USD a month. "
        f"All in containers it would be {Plan(dict.fromkeys(NAMES, PLACES[1])).usd:,.0f} USD, "
        "and all on Lambda three of them would not work."
    ),
    wrong=(
        Wrong(
            lambda x: x.all("container"),
            "",
            lambda x: (
                f"Everything works, for {x.usd:,.0f} USD a month. "
                "Which of the six needs a crowd for a moment, and which is idle all day?"
            ),
            f"dict.fromkeys({NAMES!r}, 'container')",
        ),
        *(misplaced(name) for name in NAMES),
    ),
    otherwise="Ask of each: does it remember, does it end within 900 s, does it ever pause?",
    hints=(
        "Which of them cannot work on Lambda at all, whatever it costs?",
        "Three of them cannot: one takes hours, one remembers, one changes the operating system.",
        "Of the other three, one is steady. The two that pause stay on Lambda.",
    ),
    solution='{"track": "container", "labels": "lambda", "routes": "container", '
    '"board": "container", "hook": "lambda", "driver": "container"}',
    must_fail=("dict.fromkeys(('track', 'labels'), 'lambda')", "'container'"),
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="50 requests a second, day and night, each with 1,024 MB for 100 ms. A container serves "
    "ten at once. What do containers cost, beside Lambda?",
    options=(
        Option(
            1,
            "More: a container is paid for even when nobody comes.",
            "Somebody always comes. Look for a pause in the lanes.",
            "M31",
        ),
        Option(
            2,
            "About the same: it is the same work.",
            "The work is the same. Who pays for the waiting of ten requests ten times?",
        ),
        Option(
            3,
            "About a seventh.",
            "One container is enough, and it has no pause that Lambda would give you for nothing.",
        ),
    ),
    shown=lambda answer: compared(month(answer)),
    about=lambda answer: (
        sent(answer) == [k / 50 for k in range(100)] and answer.bill.gb_s == 10 and answer.peak == 5
    ),
)


def compared(x: Month) -> int:
    """Say what containers cost beside Lambda: 1 for more, 2 about the same, 3 a seventh."""
    ratio = x.there / x.here
    return 1 if ratio > 1.2 else 2 if ratio > 0.8 else 3


def at_once_again(answer: Run) -> int | None:
    """Find the first request that takes an environment at the moment at which it is free."""
    freed: dict[str, int] = {}
    for seq, at, fact, *_ in answer.log:
        if isinstance(fact, EnvironmentFrozen):
            freed[fact.environment] = at
        elif isinstance(fact, InvocationStarted) and freed.get(fact.environment) == at:
            return seq
    return None


GOALS = (
    Goal("Five requests are at work at once.", lambda r: first_together(r, 5)),
    Goal("An environment is free, and takes a request at the same moment.", at_once_again),
    Goal(
        "A second has passed, and nobody has paused.",
        lambda r: next(
            (e.seq for e in r.log if e.at >= SECOND and isinstance(e.fact, InvocationStarted)), None
        ),
    ),
)


def by_shape() -> str:
    """Say whether the same number of requests costs the same in containers."""
    even, burst = (month(run(track(), x)) for x in (steady(50, seconds=SPAN), [0.0] * 100))
    return {(True, True): "b", (True, False): "a"}[
        (even.here == burst.here, even.there != burst.there)
    ]


def too_long() -> str:
    """Say what becomes of a job of three hours."""
    tried = run(event(handler("plan", wait=HOURS * HOUR, timeout=900)), at=[0])
    return {(3, 0): "b", (1, 0): "a"}[(tried.count("timeouts"), tried.count("processed"))]


QUESTIONS = (
    Question(
        "L13.R1",
        "A service has the same number of requests each day. They used to come evenly, and now "
        "they come all at once. Whose bill rises?",
        (
            Option("a", "Lambda's.", "It counts requests and their time, and both stayed."),
            Option("b", "That of the containers.", "They are paid for by the peak."),
        ),
        by_shape,
    ),
    Question(
        "L13.R2",
        "A job takes three hours. Its function has the longest timeout, and is called through the "
        "event door. What do you get?",
        (
            Option("a", "One attempt that is stopped.", "This door tries again.", "M33"),
            Option("b", "Three attempts that are stopped.", "Each is billed, and none is done."),
        ),
        too_long,
    ),
)

LESSON = Lesson(
    id="L13",
    title="When not Lambda",
    minutes=45,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M31", "M32", "M33"),
)
