"""The guess, the goals and the problems of lesson 06, which asks whether there is room."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ...engine.facts import AccountConfigured, FunctionConfigured, RequestThrottled, ResponseSent
from ...engine.units import SECOND
from ...run import Run, run
from ...stack import Function, function, handler
from ...traffic import steady
from ..forms import Numbers, Ran, Shares
from ..reading import first, requests_of, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

CHECKOUT = """\
import time


def handler(event, context):
    time.sleep(0.2)  # the work
    return "sold"
"""

GIVEN = f"checkout = lab.function({CHECKOUT!r}, name='checkout')"


def checkout(**settings: int) -> Function:
    """Make the function of the lesson."""
    return function(CHECKOUT, name="checkout", **settings)


# A: no room, without more traffic ---------------------------------------------------------------

ACCOUNT, RATE, LENGTH = 200, 5, 20
USUAL = [k / RATE for k in range(RATE * LENGTH)]


def account(answer: Run) -> int:
    """Say how many requests at once the account of a run may have."""
    return next(f.concurrency for _, _, f, *_ in answer.log if isinstance(f, AccountConfigured))


def reserved(answer: Run) -> bool:
    """Tell whether `checkout` has a reservation in a run."""
    configured = (f for _, _, f, *_ in answer.log if isinstance(f, FunctionConfigured))
    return any(f.function == "checkout" and "reserved_concurrency" in f.chosen for f in configured)


def refused(answer: Run) -> int:
    """Count the throttles of `checkout`."""
    mine = set(requests_of(answer, "checkout"))
    throttled = (f for _, _, f, *_ in answer.log if isinstance(f, RequestThrottled))
    return sum(f.request in mine for f in throttled)


def at_usual(answer: Run) -> bool:
    """Tell whether `checkout` has its usual traffic."""
    times = requests_of(answer, "checkout").values()
    return [round(time, 6) for time in times] == USUAL


A = Problem(
    id="L06.A",
    kind="make it happen",
    minutes=7,
    ask="In an account of 200, throttle `checkout` without sending it more traffic, "
    "and without touching its settings.",
    form=Ran("lab.run({checkout: lab.steady(5, seconds=20)}, account_concurrency=200)"),
    goal=lambda r: at_usual(r) and account(r) == ACCOUNT and not reserved(r) and refused(r) > 0,
    right=lambda r: (
        f"`checkout` had {refused(r)} throttles with the traffic that it always has. "
        "Another function held the pool that both share.\n"
        f'Its own metrics say nothing about who. Ask a refused request: `mine.why("{victim(r)}")`.'
    ),
    wrong=(
        Wrong(
            lambda r: account(r) != ACCOUNT,
            "M13",
            lambda r: f"Your account has {account(r):,}. Keep it at 200: who else could use it up?",
            "lab.run({checkout: lab.steady(5, seconds=20)}, account_concurrency=1)",
        ),
        Wrong(
            lambda r: not at_usual(r),
            "M13",
            "This is other traffic for `checkout` than 5 requests a second for 20 s. "
            "Leave it as it is, and let somebody else be busy.",
            "lab.run({checkout: [0] * 300}, account_concurrency=200)",
        ),
        Wrong(
            reserved,
            "",
            "Here the reservation of `checkout` refuses its own requests. Leave its settings.",
            "lab.run({checkout.with_(reserved_concurrency=0): lab.steady(5, seconds=20)}, "
            "account_concurrency=200)",
        ),
        Wrong(
            lambda r: refused(r) == 0 and r.peak == ACCOUNT,
            "",
            "The pool was full, and each request of `checkout` took the place of the one before. "
            "Let the other function take that place too: name it first, and start it at 0 s.",
            'lab.run({checkout: lab.steady(5, seconds=20), lab.handler(name="report", wait=60): '
            "[4.1] * 250}, account_concurrency=200)",
        ),
        Wrong(
            lambda r: refused(r) == 0,
            "M13",
            lambda r: (
                f"`checkout` had room all the time: at most {r.peak} of 200 were in use. "
                "Let another function hold all of them for a while."
            ),
            'lab.run({lab.handler(name="report", wait=60): [0] * 100, '
            "checkout: lab.steady(5, seconds=20)}, account_concurrency=200)",
        ),
    ),
    otherwise="The answer is a run of `checkout` and of another function beside it.",
    hints=(
        "What does `checkout` share with the other functions of the account?",
        "A second function in the same run takes part: `{report: [...], checkout: ...}`.",
        "Let the other one work for 60 s, and send it at least 200 requests at the start.",
    ),
    solution='lab.run({lab.handler(name="report", wait=60): [0] * 200, '
    "checkout: lab.steady(5, seconds=20)}, account_concurrency=200)",
    also_right=(
        'lab.run({lab.handler(name="report", wait=30): lab.steady(20, seconds=15), '
        "checkout: lab.steady(5, seconds=20)}, account_concurrency=200)",
    ),
    must_fail=(
        "lab.run({checkout: lab.steady(5, seconds=20)}, account_concurrency=200)",
        'lab.run({lab.handler(name="report", wait=60, reserved_concurrency=100): [0] * 500, '
        "checkout: lab.steady(5, seconds=20)}, account_concurrency=200)",
    ),
    given=GIVEN,
)


def victim(answer: Run) -> str:
    """Name the first request of `checkout` that was refused."""
    mine = requests_of(answer, "checkout")
    seq = first(answer, RequestThrottled, lambda fact: fact.request in mine)
    assert seq is not None
    request: str = answer.log[seq].fact.request  # type: ignore[attr-defined]
    return request


# B: when does an account run out? ---------------------------------------------------------------

BOTH = Numbers(("requests at once", "seconds"), "(100, 10)", tolerance=0.05)
PER_SECOND, SLOW, POOL = 300, 10, 1000


@cache
def runs_out() -> float:
    """Run it, and say when the first request is refused, in seconds."""
    tried = run(handler(name="api", wait=SLOW), steady(PER_SECOND, seconds=SLOW))
    seq = first(tried, RequestThrottled)
    assert seq is not None
    return tried.log[seq].at / SECOND


B = Problem(
    id="L06.B",
    kind="work it out",
    minutes=6,
    ask="A function takes 200 ms and gets 300 requests a second. Then its database slows down, "
    "and each request takes 10 s. How many requests at once does it want now? "
    "After how many seconds has it used up an account of 1,000?",
    form=BOTH,
    goal=lambda x: BOTH.near(x[0], PER_SECOND * SLOW) and BOTH.near(x[1], runs_out()),
    right="It went from 60 to 3,000, and its traffic never changed. "
    "Every function of the account is without room some three seconds later.",
    wrong=(
        Wrong(
            lambda x: BOTH.near(x[0], 60),
            "",
            "60 is 300 times 0.2 s: what it wanted before. What is the duration now?",
            "(60, 3.33)",
        ),
        Wrong(
            lambda x: BOTH.near(x[0], 300),
            "M12",
            "300 is the rate. How many of them are in flight at one moment, if each stays 10 s?",
            "(300, 3.33)",
        ),
        Wrong(
            lambda x: BOTH.near(x[0], 1000),
            "",
            "1,000 is what the account gives. The question is what the function wants.",
            "(1000, 3.33)",
        ),
        Wrong(
            lambda x: BOTH.near(x[0], 3000) and BOTH.near(x[1], 10),
            "",
            "After 10 s the first ones are done, and 3,000 would be in flight. "
            "When are 1,000 in flight?",
            "(3000, 10)",
        ),
    ),
    otherwise="In flight = requests a second, times seconds each. Nothing is done before 10 s.",
    hints=(
        "How many requests are in flight, if 300 come each second and each stays for 10 s?",
        "For the second number: while nothing is done, 300 more are in flight each second.",
        "Rate times duration is the first. The second is 1,000 divided by the rate.",
    ),
    solution="(3000, 3.33)",
    also_right=("(300 * 10, 1000 / 300)", "[3000, 3.3]"),
    must_fail=("(3000, 33)", "(2000, 3.33)", "3000"),
)

# C: three functions, one account ----------------------------------------------------------------

NAMES = ("checkout", "search", "report")
LOADS = {  # how many requests come at once, in this order
    "a calm hour": {"checkout": 40, "search": 80, "report": 100},
    "a sale": {"search": 200, "checkout": 300, "report": 100},
    "a crawler": {"search": 900, "report": 150, "checkout": 120},
    "the monthly report": {"report": 1500, "search": 150, "checkout": 100},
    "all at once": {"report": 800, "search": 600, "checkout": 280},
}
ENOUGH = 100  # requests at once that each of the other two gets, if it wants so many


@dataclass(frozen=True)
class Split:
    """A split of the account, under five loads."""

    shares: dict[str, int]
    served: dict[str, dict[str, int]]  # load -> function -> how many were served

    @property
    def lost_sale(self) -> str:
        """The first load in which `checkout` was refused something, or nothing."""
        return next((x for x, n in self.served.items() if n["checkout"] < LOADS[x]["checkout"]), "")

    @property
    def starved(self) -> tuple[str, str] | None:
        """The first load in which another function got too little, and which one."""
        for load, served in self.served.items():
            for name in NAMES[1:]:
                if served[name] < min(ENOUGH, LOADS[load][name]):
                    return load, name
        return None


def split(shares: dict[str, int]) -> Split:
    """Run the five loads."""
    return _split(tuple(shares.items()))


@cache
def _split(items: tuple[tuple[str, int], ...]) -> Split:
    shares = dict(items)
    served = {}
    for load, bursts in LOADS.items():
        made = {
            name: handler(name=name, wait=5, returns="ok", reserved_concurrency=shares.get(name))
            for name in NAMES
        }
        tried = run({made[name]: [0] * n for name, n in bursts.items()})
        served[load] = {name: int(tried.metrics.of(made[name])["Invocations"]) for name in NAMES}
    return Split(shares, served)


C = Problem(
    id="L06.C",
    kind="repair it",
    minutes=9,
    ask="Split an account of 1,000 among `checkout`, `search` and `report`. "
    "`checkout` has no throttle, and each of the others has room for at least 100.",
    form=Shares(NAMES, '{"checkout": 100, "search": 100}', split),
    goal=lambda x: not x.lost_sale and x.starved is None,
    right=lambda x: (
        "No sale was lost in five loads, and the other two always had room. "
        f"Your split: {', '.join(f'{n} {k}' for n, k in x.shares.items())}."
    ),
    wrong=(
        Wrong(
            lambda x: not x.shares,
            "M13",
            lambda x: (
                f"Without any reservation, {x.lost_sale} takes all the room, "
                "and `checkout` is refused."
            ),
            "{}",
        ),
        Wrong(
            lambda x: bool(x.lost_sale) and "checkout" in x.shares,
            "M10",
            lambda x: (
                f"In {x.lost_sale}, `checkout` wants {LOADS[x.lost_sale]['checkout']} at once and "
                f"gets {x.served[x.lost_sale]['checkout']}. A reservation is a ceiling too."
            ),
            '{"checkout": 100, "search": 400}',
        ),
        Wrong(
            lambda x: bool(x.lost_sale),
            "M13",
            lambda x: (
                f"In {x.lost_sale}, `checkout` finds the shared pool taken. "
                "Either it has a share of its own, or the others have a ceiling."
            ),
            '{"search": 300}',
        ),
        Wrong(
            lambda x: x.starved is not None and x.shares.get(x.starved[1], ENOUGH) < ENOUGH,
            "M10",
            lambda x: (
                f"`{x.starved[1]}` has a reservation of {x.shares[x.starved[1]]}, "
                "and that is all it ever gets."
            ),
            '{"checkout": 300, "search": 50}',
        ),
        Wrong(
            lambda x: x.starved is not None,
            "M13",
            lambda x: (
                f"`checkout` is safe. But in {x.starved[0]}, `{x.starved[1]}` finds the pool "
                "taken by the third one. Those two still share."
            ),
            '{"checkout": 300}',
        ),
    ),
    otherwise="Look at each load: who takes the room, and from whom?",
    hints=(
        "Who may take room from `checkout`, and who from the two others?",
        "The largest group of `checkout` has 300 customers. At least 100 must stay unreserved.",
        "Give `checkout` its 300, and one of the others a share. The third one has the rest.",
    ),
    solution='{"checkout": 300, "search": 400}',
    also_right=(
        '{"checkout": 350, "report": 300}',
        '{"search": 300, "report": 300}',
        '{"checkout": 400, "search": 250, "report": 250}',
    ),
    must_fail=(
        '{"report": 0, "checkout": 300}',
        '{"checkout": 299, "search": 400}',
        '{"search": 400}',
    ),
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="Three requests come at once, and one may run. What does the metric `Errors` show?",
    options=(
        Option(0, "Nothing went wrong in the code.", "A refused request never reaches your code."),
        Option(
            1,
            "One error, for the function.",
            "`Errors` counts invocations that failed. Look at `Invocations`.",
            "M14",
        ),
        Option(
            2,
            "One error for each request that was refused.",
            "They are in a metric of their own. Which one shows 2?",
            "M14",
        ),
        Option(
            3,
            "All three fail: the function is overloaded.",
            "The first one was served as if it were alone. Look at its lane.",
            "M12",
        ),
    ),
    shown=lambda answer: int(answer.metrics["Errors"]),
    about=lambda answer: sent(answer) == [0, 0, 0] and answer.count("throttled") == 2,
)

GOALS = (
    Goal("A request is refused.", lambda r: first(r, RequestThrottled)),
    Goal(
        "A caller gets 429.",
        lambda r: first(r, ResponseSent, lambda fact: fact.status_code == 429),
    ),
    Goal(
        "The one that was taken is answered.",
        lambda r: first(r, ResponseSent, lambda fact: fact.status_code == 200),
    ),
)


def warm_or_cap() -> str:
    """Say what a reservation of five does to eight requests at once."""
    tried = run(handler(wait=1, reserved_concurrency=5), at=[0] * 8)
    return {(5, 3): "b", (3, 0): "a"}[(tried.count("cold"), tried.count("throttled"))]


def growth() -> str:
    """Say how many of 3,000 requests at once one function takes in a large account."""
    tried = run(handler(wait=5), at=[0] * 3000, account_concurrency=10_000)
    return {3000: "a", 1000: "b"}[tried.count("started")]


QUESTIONS = (
    Question(
        "L06.R1",
        "A function has a reserved concurrency of 5. Eight requests come at once, after a quiet "
        "night. What happens?",
        (
            Option(
                "a", "Five start warm, three start cold.", "A reservation warms nothing.", "M10"
            ),
            Option("b", "Five start cold, three are refused.", "It is a share and a ceiling."),
        ),
        warm_or_cap,
    ),
    Question(
        "L06.R2",
        "An account may run 10,000 requests at once, and nothing runs. 3,000 requests for one "
        "function come at the same moment. How many are taken?",
        (
            Option("a", "All 3,000.", "A function grows step by step.", "M12"),
            Option("b", "1,000.", "A function gets at most so many environments at a time."),
        ),
        growth,
    ),
)

LESSON = Lesson(
    id="L06",
    title="Is there room?",
    minutes=50,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M10", "M12", "M13", "M14"),
)
