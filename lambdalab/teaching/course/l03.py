"""The guess, the goals and the problems of lesson 03: cold starts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import ceil

from ...engine.facts import InvocationStarted
from ...engine.units import SECOND
from ...run import Run, run
from ...stack import Alias, Function, function, handler
from ..forms import Numbers, Ran, Repaired
from ..reading import first, first_reuse, first_together, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

PINGS = [300 * k for k in range(12)]
USERS = [1807] * 10

SHOP = """\
import time

time.sleep(0.8)  # getting ready


def handler(event, context):
    time.sleep(1)  # the work
    return "ok"
"""

GIVEN_SHOP = f"shop = lab.function({SHOP!r}, name='shop')"


def shop() -> Function:
    """Make the function of the lesson."""
    return function(SHOP, name="shop")


# A: a warmer that costs more than what it replaces ----------------------------------------------

MOMENT, READY = 299, 10


@cache
def provisioned() -> Run:
    """Run ten provisioned environments for five minutes, and ten users near the end."""
    live = shop().alias("live", provisioned_concurrency=READY)
    return run(live, at=[MOMENT] * READY, until=300)


def users(answer: Run) -> int:
    """Count the requests at the moment when the users come."""
    return sent(answer).count(MOMENT)


def cold_users(answer: Run) -> int:
    """Count the users that had a cold start."""
    return answer.count("cold", after=MOMENT)


def dearer(answer: Run) -> str:
    """Compare the two bills."""
    return (
        f"No user waits, and the pings cost {answer.bill.cost:.6f} USD. Ten provisioned "
        f"environments cost {provisioned().bill.cost:.6f} USD for the same five minutes.\n"
        "A warmer is cheap while it warms little. This one warms ten, and needs them all day."
    )


def still_cold(answer: Run) -> str:
    """Say how many environments the pings kept warm."""
    idle = users(answer) - cold_users(answer)
    return (
        f"{cold_users(answer)} of ten users had a cold start, so {idle} environments were idle "
        "for them. How many of your pings are there at the same moment?"
    )


A = Problem(
    id="L03.A",
    kind="make it happen",
    minutes=6,
    ask="Ten users come at 299 s. Write pings that keep all ten warm, "
    "and cost more than ten provisioned environments.",
    form=Ran("lab.run(shop, at=[0, 60, 120] + [299] * 10, until=300)"),
    goal=lambda r: (
        users(r) == READY
        and not any(time > MOMENT for time in sent(r))
        and "provisioned-concurrency" not in {x.initialization_type for x in r.invocations}
        and cold_users(r) == 0
        and r.bill.exact_cost > provisioned().bill.exact_cost
    ),
    right=dearer,
    wrong=(
        Wrong(
            lambda r: "provisioned-concurrency" in {x.initialization_type for x in r.invocations},
            "",
            "These environments are provisioned. Here pings are to do the work.",
            'lab.run(shop.alias("live", provisioned_concurrency=10), at=[299] * 10, until=300)',
        ),
        Wrong(
            lambda r: users(r) > READY,
            "M04",
            "At 299 s there are pings among the users. What does a ping do to an environment "
            "while it runs?",
            "lab.run(shop, at=[0] * 10 + [299] * 20, until=300)",
        ),
        Wrong(
            lambda r: users(r) < READY,
            "",
            lambda r: f"At 299 s your run has {users(r)} requests. The task is about ten users.",
            "lab.run(shop, at=[0, 60, 120], until=300)",
        ),
        Wrong(
            lambda r: cold_users(r) > 0,
            "M04",
            still_cold,
            "lab.run(shop, at=[0, 60, 120] + [299] * 10, until=300)",
        ),
        Wrong(
            lambda r: r.bill.exact_cost <= provisioned().bill.exact_cost,
            "",
            lambda r: (
                f"All ten are warm, for {r.bill.cost:.6f} USD. That is less than "
                f"{provisioned().bill.cost:.6f} USD. Ping more often: when does it tip over?"
            ),
            "lab.run(shop, at=[0] * 10 + [299] * 10, until=300)",
        ),
    ),
    otherwise="Send the ten users at 299 s, all pings before that, and use `until=300`.",
    hints=(
        "How many environments does one ping keep warm, and how many do ten pings at once?",
        "Ten pings at the same moment need ten environments. Compare `.bill.cost` of the runs.",
        "Repeat ten pings every few seconds: `[t for t in range(0, 290, 5) for _ in range(10)]`.",
    ),
    solution="lab.run(shop, at=[t for t in range(0, 290, 4) for _ in range(10)] + [299] * 10, "
    "until=300)",
    also_right=(
        "lab.run(shop, at=[t for t in range(0, 290, 3) for _ in range(10)] + [299] * 10)",
        "lab.run(shop, at=[t for t in range(0, 290, 6) for _ in range(15)] + [299] * 10, "
        "until=300)",
    ),
    must_fail=(
        "lab.run(shop, at=[t for t in range(0, 290, 4) for _ in range(9)] + [299] * 10)",
        "lab.run(shop, at=[t for t in range(0, 290, 5) for _ in range(10)] + [299] * 10)",
    ),
    given=GIVEN_SHOP,
)

# B: spillover -----------------------------------------------------------------------------------

SPILL = "ProvisionedConcurrencySpilloverInvocations"
TWO = Numbers(("for one burst", "for three bursts"), "(0, 0)")


@cache
def spilled(bursts: int) -> int:
    """Count what spills over in bursts of eight, a second apart, with five kept ready."""
    live = handler(name="shop", wait=2).alias("live", provisioned_concurrency=5)
    times = [second for second in range(bursts) for _ in range(8)]
    return int(run(live, at=times).metrics[SPILL])


B = Problem(
    id="L03.B",
    kind="work it out",
    minutes=6,
    ask="Five environments are provisioned, and each request works for 2 s. How many requests "
    "spill over in one burst of 8? And in three bursts of 8, at 0, 1 and 2 s?",
    form=TWO,
    goal=lambda x: x == (spilled(1), spilled(3)),
    right="At 1 s all five are busy, so the whole second burst spills over. "
    "At 2 s they are free again: what ends at a moment makes room at that moment.",
    wrong=(
        Wrong(
            lambda x: x[0] == 0,
            "M11",
            "Five are kept ready, and eight come at once. What do the other three get?",
            "(0, 0)",
        ),
        Wrong(
            lambda x: x[0] == 8 - 5 and x[1] == 3 * (8 - 5),
            "",
            "Three for each burst would be right if each found all five free. "
            "Are they free at 1 s?",
            "(3, 9)",
        ),
        Wrong(
            lambda x: x[0] == 8 - 5 and x[1] == 8 - 5 + 8 + 8,
            "",
            "The first burst is done at 2 s. Who is free when the third one comes?",
            "(3, 19)",
        ),
        Wrong(
            lambda x: x[0] == 8 - 5 and x[1] == 8 - 5 + 8,
            "M11",
            "The third burst finds five free again, and there are still eight requests.",
            "(3, 11)",
        ),
        Wrong(
            lambda x: x[0] == 5,
            "",
            "Five is what they take. The question is how many are left over.",
            "(5, 15)",
        ),
    ),
    otherwise="For each burst: how many of the five are free at that moment? The rest spills.",
    hints=(
        "How many of the five are busy when each burst arrives?",
        "A request that begins at 0 s works until 2 s. So nothing is free at 1 s.",
        "First burst 8 - 5, second burst all 8, third burst 8 - 5 again. Add them up.",
    ),
    solution="(3, 14)",
    also_right=("[3, 14]", "(8 - 5, 3 + 8 + 3)"),
    must_fail=("(3, 24)", "(8, 14)", "3"),
)

# C: a plan for the day --------------------------------------------------------------------------

DAYS = {  # how many customers come every ten minutes
    "the day that you see": [10, 6, 9, 12, 8, 11, 7, 10, 9, 12, 6, 10],
    "a second day": [8, 12, 11, 7, 12, 10, 9, 6, 12, 8, 11, 9],
    "a third day": [11, 12, 8, 10, 6, 12, 11, 9, 12, 7, 10, 12],
}
EVERY, UNTIL = 600, 7200
TARGET, BUDGET = 1.5, 0.20
GIVEN_STORE = 'store = lab.handler(name="store", init=2, wait=1, memory=512)'


@dataclass(frozen=True)
class Days:
    """A plan on three days."""

    target: Function | Alias
    runs: dict[str, Run]

    @property
    def must_run(self) -> list[Run]:
        """The runs in which no handler may fail."""
        return list(self.runs.values())

    @property
    def slow(self) -> tuple[str, float, int] | None:
        """The first day that is too slow, its p95, and how many were cold; refusals are slow."""
        for day, tried in self.runs.items():
            if p95(tried) > TARGET:
                return day, p95(tried), tried.count("cold")
        return None

    @property
    def cost(self) -> float:
        """The bill of the dearest day, in USD."""
        return max(tried.bill.cost for tried in self.runs.values())


def p95(answer: Run) -> float:
    """Give the latency that 95 of 100 requests stay within; a refused one takes for ever."""
    arrived = dict(zip(answer.requests, sent(answer), strict=True))
    waited = [float(x.end) / SECOND - arrived[x.request] for x in answer.invocations if x.end]
    waited += [float("inf")] * (len(answer.requests) - len(waited))
    return sorted(waited)[ceil(0.95 * len(waited)) - 1]


def plans(answer: Function | Alias) -> Days:
    """Run a plan on three days."""
    return Days(
        answer,
        {
            name: run(
                answer,
                at=[EVERY * k + 1 for k, n in enumerate(day) for _ in range(n)],
                until=UNTIL,
            )
            for name, day in DAYS.items()
        },
    )


def ready(x: Days) -> int:
    """Say how many environments a plan keeps ready."""
    return x.target.provisioned_concurrency if isinstance(x.target, Alias) else 0


def changed_code(x: Days) -> bool:
    """Tell whether somebody wrote another function instead of a plan."""
    made = x.target.version.settings if isinstance(x.target, Alias) else x.target
    model = made.code
    return (
        getattr(model, "init", None) != 2 or getattr(model, "wait", None) != 1 or made.memory != 512
    )


def too_slow(x: Days) -> str:
    """Say which day is too slow."""
    assert x.slow
    day, seconds, cold = x.slow
    return f"On {day}, p95 is {seconds:g} s, with {cold} cold starts."


C = Problem(
    id="L03.C",
    kind="repair it",
    minutes=9,
    ask="Keep p95 of `store` at 1.5 s or less, for at most 0.20 USD a day.",
    form=Repaired(plans, "store"),
    goal=lambda x: not changed_code(x) and x.slow is None and x.cost <= BUDGET,
    right=lambda x: (
        f"All three days are fast enough, for {x.cost:.3f} USD at most. "
        f"{ready(x)} ready environments cover the bursts of the day that you had not seen."
    ),
    wrong=(
        Wrong(
            changed_code,
            "",
            "This is another function. Here the code and the memory stay as they are.",
            'lab.handler(name="store", init=0, wait=1, memory=512)',
        ),
        Wrong(
            lambda x: ready(x) == 0 and any(r.count("throttled") for r in x.runs.values()),
            "M10",
            "Customers are refused now, and nobody is warm. A reservation keeps nothing ready.",
            "store.with_(reserved_concurrency=5)",
        ),
        Wrong(
            lambda x: ready(x) == 0,
            "M05",
            lambda x: (
                f"{too_slow(x)} Between two bursts lie ten minutes, and nobody promises that an "
                "idle environment lives so long."
            ),
            "store",
        ),
        Wrong(
            lambda x: x.slow is not None and "you see" in x.slow[0],
            "M11",
            lambda x: f"{too_slow(x)} What is above {ready(x)} spills over, and is cold each time.",
            'store.alias("live", provisioned_concurrency=6)',
        ),
        Wrong(
            lambda x: x.slow is not None,
            "",
            lambda x: (
                f"{too_slow(x)} Your plan fits the day that you see, and that day only. "
                "Leave some room."
            ),
            'store.alias("live", provisioned_concurrency=10)',
        ),
        Wrong(
            lambda x: x.cost > BUDGET,
            "",
            lambda x: (
                f"Fast enough on every day, and {x.cost:.3f} USD is over the budget. "
                "Environments that wait are paid too."
            ),
            'store.alias("live", provisioned_concurrency=20)',
        ),
    ),
    otherwise="Run your plan with `lab.run(plan, at=day, until=7200)` and look at the latencies.",
    hints=(
        "How many customers come at the same moment, and how many of 100 may be cold?",
        "Compare `.count('cold')` and `.bill.cost` for several numbers of ready environments.",
        "Make an alias with as many ready environments as the larger bursts have customers.",
    ),
    solution='store.alias("live", provisioned_concurrency=12)',
    also_right=(
        'store.alias("live", provisioned_concurrency=13)',
        'store.alias("live", provisioned_concurrency=11)',
    ),
    must_fail=(
        'store.alias("live", provisioned_concurrency=9)',
        'store.alias("live", provisioned_concurrency=14)',
    ),
    given=GIVEN_STORE,
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="A ping comes every five minutes, then ten users come at once. How many have a cold start?",
    options=(
        Option(
            0,
            "None. The ping keeps the function warm.",
            "One ping keeps one environment. Step to 1807 s: how many are idle?",
            "M04",
        ),
        Option(
            1,
            "One. The first user wakes the function up for the others.",
            "Nobody waits for somebody else's Init. Step to 1807 s: who takes the second user?",
            "M03",
        ),
        Option(9, "Nine. One of them finds the environment of the ping.", "env-1 was idle."),
        Option(
            10,
            "All ten. Each request gets a new environment.",
            "env-1 had been idle since the last ping, and took one of them.",
            "M01",
        ),
    ),
    shown=lambda answer: answer.count("cold", after=1800),
    about=lambda answer: sorted(sent(answer)) == sorted(PINGS + USERS),
)

GOALS = (
    Goal("A ping finds env-1 idle.", first_reuse),
    Goal(
        "A user gets env-1.",
        lambda r: next(
            (
                seq
                for seq, at, fact, *_ in r.log
                if isinstance(fact, InvocationStarted)
                and fact.environment == "env-1"
                and at >= USERS[0] * SECOND
            ),
            None,
        ),
    ),
    Goal("Ten environments are at work at once.", lambda r: first_together(r, 10)),
    Goal(
        "A user begins after an Init.",
        lambda r: first(r, InvocationStarted, lambda fact: fact.environment == "env-10"),
    ),
)


def after_ten_minutes() -> str:
    """Say what is certain about a second call after ten minutes, as a letter."""
    lifetimes = [
        run(handler(wait=1), at=[0, 600], assume={"lifecycle.idle": s}).count("cold")
        for s in (300, 900)
    ]
    return "c" if len(set(lifetimes)) > 1 else "ab"[lifetimes[0] - 1]


def latest() -> str:
    """Say how many of eight calls of $LATEST are cold beside five provisioned environments."""
    nap = handler(wait=1)
    live = nap.alias("live", provisioned_concurrency=5)
    return {0: "a", 3: "b", 8: "c"}[run(nap, at=[0] * 8, also=[live]).count("cold")]


QUESTIONS = (
    Question(
        "L03.R1",
        "Five environments are provisioned behind the alias `live`. Eight calls at once go to the "
        "function without the alias. How many are cold?",
        (
            Option(
                "a", "None.", "Eight is more than five, and these calls see none of them.", "M11"
            ),
            Option("b", "Three.", "Right for calls of the alias. These go to $LATEST.", "M11"),
            Option("c", "All eight.", "What is provisioned belongs to the alias alone."),
        ),
        latest,
    ),
    Question(
        "L03.R2",
        "A function was called once. The next call comes ten minutes later. Is it cold?",
        (
            Option(
                "a", "Yes: idle environments live for five minutes.", "AWS names no number.", "M05"
            ),
            Option("b", "No: idle environments live for an hour.", "AWS names no number.", "M05"),
            Option("c", "Nobody knows.", "The idle lifetime is not published, and has changed."),
        ),
        after_ten_minutes,
    ),
    Question(
        "L03.R3",
        "The Init of a function takes 0.8 s, and its handler takes 1 s. What is billed for a cold "
        "call?",
        (
            Option(
                "a", "1 s. Init is free.", "It was, for some functions, until August 2025.", "M08"
            ),
            Option("b", "1.8 s.", "Init and handler are added, and then rounded up."),
        ),
        lambda: {1000: "a", 1800: "b"}[run(shop(), at=[0]).bill.ms],
    ),
)

LESSON = Lesson(
    id="L03",
    title="Cold starts, honestly",
    minutes=45,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M04", "M05", "M08", "M11"),
)
