"""The guess, the goals and the problems of lesson 01: one environment, one request at a time."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from ...engine.facts import EnvironmentFrozen, InitStarted
from ...engine.units import SECOND
from ...run import Run, run
from ...stack import Function, handler
from ..forms import Assignment, Lanes, Ran, Times
from ..reading import first, first_reuse, first_together, sent
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

INIT, WORK = 0.4, 0.5
ARRIVALS = [0, 0.2, 3]
GREET = 'greet = lab.handler(name="greet", init=0.4, wait=0.5)'
TRACE = [0, 0.4, 1, 1.2, 1.5, 3]
DEADLINE = 3  # seconds, for the last of six requests


def greet() -> Function:
    """Model the function of the lesson."""
    return handler(name="greet", init=INIT, wait=WORK)


@cache
def trace() -> Run:
    """Run what the lesson shows with its lanes erased."""
    return run(handler(name="nap", wait=1), at=TRACE)


# What happened in an answer ---------------------------------------------------------------------


def never_served(answer: Run) -> bool:
    """Tell whether an environment was created for nothing: another became free first."""
    return answer.count("environments") > answer.count("cold")


def three_right(answer: Run) -> str:
    """Praise, and say what rests on a choice of ours."""
    words = (
        f"Three environments for four requests: {answer.count('cold')} cold starts, "
        f"{answer.count('warm')} warm."
    )
    if answer.count("shut_down"):
        words += "\nAn idle one was shut down in between. How long it lives is assumed."
    return words


def when_second_begins(answer: Run) -> str:
    """Say why a second environment was created."""
    seq = first(answer, InitStarted, lambda fact: fact.environment != "env-1")
    assert seq is not None
    at = answer.log[seq].at
    ends = [x.end for x in answer.invocations if x.environment == "env-1" and x.end is not None]
    freed = min(end for end in ends if end > at)
    return (
        f"The request at {at / SECOND:g} s meets no idle environment: env-1 is busy until "
        f"{freed / SECOND:g} s. So Lambda creates env-2."
    )


def gaps_of_work(answer: Run) -> bool:
    """Tell whether only Init was forgotten: every gap is as long as the handler's work."""
    times = sorted(sent(answer))
    gaps = [round(b - a, 6) for a, b in pairwise(times)]
    return bool(gaps) and min(gaps) >= WORK and gaps[0] < INIT + WORK


def busy_lane(answer: Assignment) -> str:
    """Say where two invocations share a lane."""
    assert answer.overlap
    before, x, lane = answer.overlap
    assert x.start is not None
    assert before.end is not None
    return (
        f"{x.request} begins at {x.start / SECOND:g} s. Lane {lane} is busy with {before.request} "
        f"until {before.end / SECOND:g} s. Which lane is idle at {x.start / SECOND:g} s?"
    )


def needless_lane(answer: Assignment) -> str:
    """Say which lane was idle when a new one was opened."""
    assert answer.needless
    x, lane = answer.needless
    assert x.start is not None
    return (
        f"{x.request} opens a new lane at {x.start / SECOND:g} s, and lane {lane} is idle then. "
        f"An idle environment takes the request. What ends at a moment makes room at that moment."
    )


def lanes_right(answer: Assignment) -> str:
    """Praise, and say where the engine chose another idle lane."""
    if answer.elsewhere is None:
        return "Every request is on the lane where the engine put it."
    x, lane = answer.elsewhere
    return (
        "No lane has two requests at once, and none was opened without need (documented).\n"
        f"The engine put {x.request} on lane {lane}, the idle one that was used last (assumed). "
        "AWS does not say which idle one is taken, so yours is right too."
    )


# The records ------------------------------------------------------------------------------------

GUESS = Guess(
    ask="How many environments serve three requests at 0, 0.2 and 3 s?",
    options=(
        Option(
            1,
            "One. The second request waits until the first is done.",
            "A server with a queue works like that. Step to 0.200 s: what is created there?",
            "M03",
        ),
        Option(
            2,
            "Two. The second request needs its own, and the third finds one idle.",
            "env-1 is busy when the second request comes. Both are idle when the third comes.",
        ),
        Option(
            3,
            "Three. Each request gets a new one.",
            "A fresh start for each request would look like that. "
            "Step to 3.000 s: is there an Init?",
            "M01",
        ),
    ),
    shown=lambda answer: answer.count("environments"),
    about=lambda answer: sorted(sent(answer)) == ARRIVALS,
)

GOALS = (
    Goal("Two environments are at work at the same moment.", lambda r: first_together(r, 2)),
    Goal("An environment is frozen and keeps its memory.", lambda r: first(r, EnvironmentFrozen)),
    Goal("A frozen environment takes a request, with no Init.", first_reuse),
)

A = Problem(
    id="L01.A",
    kind="make it happen",
    minutes=5,
    ask="Make exactly three environments with four requests.",
    form=Ran("lab.run(greet, at=[0, 1, 2, 3])"),
    goal=lambda r: r.count("environments") == 3 and len(r.requests) == 4,
    right=three_right,
    wrong=(
        Wrong(
            lambda r: len(r.requests) != 4,
            "",
            lambda r: f"You sent {len(r.requests)}. The task is about four requests.",
            "lab.run(greet, at=[0, 0, 0])",
        ),
        Wrong(
            lambda r: r.count("environments") == 1,
            "M01",
            "All four found env-1 idle. What would make one of them find it busy?",
            "lab.run(greet, at=[0, 2, 4, 6])",
        ),
        Wrong(
            lambda r: r.count("environments") == 2,
            "",
            "Two environments were enough. A third needs a request that meets both of them busy.",
            "lab.run(greet, at=[0, 0.1, 2, 4])",
        ),
        Wrong(
            never_served,
            "",
            "Four were created, and one of them never worked. A request that waits for an Init "
            "takes an environment that becomes free first (assumed). "
            "Send the fourth a little later.",
            "lab.run(greet, at=[0, 0.2, 0.4, 0.6])",
        ),
        Wrong(
            lambda r: r.count("environments") == 4,
            "M03",
            "Each of the four met only busy environments, so each got its own. "
            "When is the first of them idle again?",
            "lab.run(greet, at=[0, 0, 0, 0])",
        ),
    ),
    otherwise="Look at the lanes: `run.timeline()` of your run. Count its rows.",
    hints=(
        "When does Lambda create an environment, and when does it not?",
        "Look at the lanes above. The second request meets a busy one, the third an idle one.",
        "Send three requests at the same moment. Send the fourth when one of them is done.",
    ),
    solution="lab.run(greet, at=[0, 0, 0, 2])",
    also_right=(
        "lab.run(greet, at=[0, 0.1, 0.2, 10])",
        "lab.run(greet, at=[0, 5, 5, 5])",
        "lab.run(greet, at=[0, 0, 0, 0.9])",
        "lab.run(greet, at=[0, 400, 800, 801])",  # the idle ones are shut down in between
        "lambda: lab.run(greet, at=[0, 0, 0, 2])",
    ),
    must_fail=("lab.run(greet, at=[0, 0, 0, 0.8])", "lab.run(greet, at=[0, 0, 0])", "3"),
    given=GREET,
)

B = Problem(
    id="L01.B",
    kind="work it out",
    minutes=5,
    ask="Write the arrival times of six requests that need only one environment. "
    "The last one arrives no later than 3 s.",
    form=Times(greet, 6),
    goal=lambda r: (
        r.count("environments") == 1 and len(r.requests) == 6 and max(sent(r)) <= DEADLINE
    ),
    right="Every request after the first found env-1 idle. "
    "At this pace one environment serves about two requests a second.",
    wrong=(
        Wrong(
            lambda r: len(r.requests) != 6,
            "",
            lambda r: f"You sent {len(r.requests)}. The task is about six requests.",
            "[0, 1, 2]",
        ),
        Wrong(
            lambda r: r.count("environments") > 1 and gaps_of_work(r),
            "",
            lambda r: (
                f"{when_second_begins(r)} Your gaps are as long as the work. "
                "What else does the first request wait for?"
            ),
            "[0, 0.5, 1, 1.5, 2, 2.5]",
        ),
        Wrong(
            lambda r: r.count("environments") > 2,
            "M03",
            lambda r: f"{when_second_begins(r)} Nothing queues there. When is env-1 idle?",
            "[0, 0.2, 0.4, 0.6, 0.8, 1]",
        ),
        Wrong(
            lambda r: r.count("environments") == 2,
            "",
            lambda r: f"{when_second_begins(r)} Move that request a little later.",
            "[0, 0.9, 1.3, 1.9, 2.4, 2.9]",
        ),
        Wrong(
            lambda r: max(sent(r)) > DEADLINE,
            "",
            lambda r: (
                f"One environment is enough. But the last request arrives at {max(sent(r)):g} s, "
                f"later than {DEADLINE} s. Which gaps are wider than needed?"
            ),
            "[0, 1, 2, 3, 4, 5]",
        ),
    ),
    otherwise="Send your times yourself with `lab.run(greet, at=[...])` and look at the lanes.",
    hints=(
        "What must be true at each arrival, so that nothing new is created?",
        "An idle environment must be there. Read in the lanes how long env-1 is busy each time.",
        "The first gap is Init plus work, 0.9 s. Each gap after it is the work alone.",
    ),
    solution="[0, 0.9, 1.4, 1.9, 2.4, 2.9]",
    also_right=("[0.1, 1, 1.5, 2, 2.5, 3]", "[0, 1, 1.5, 2, 2.5, 3]", "(0, 0.95, 1.45, 2, 2.5, 3)"),
    must_fail=(
        "[0, 0, 0, 0, 0, 0]",
        "[0, 0.8, 1.4, 1.9, 2.4, 2.9]",
        "[0, 0.9, 1.3, 1.9, 2.4, 2.9]",
    ),
    given=GREET,
)

C = Problem(
    id="L01.C",
    kind="work it out",
    minutes=6,
    ask="Give each request its lane.",
    form=Lanes(trace),
    goal=lambda x: x.overlap is None and x.needless is None,
    right=lanes_right,
    wrong=(
        Wrong(lambda x: max(x.lanes) == 1, "M03", busy_lane, "[1, 1, 1, 1, 1, 1]"),
        Wrong(lambda x: max(x.lanes) == 6, "M01", needless_lane, "[1, 2, 3, 4, 5, 6]"),
        Wrong(lambda x: x.overlap is not None, "", busy_lane, "[1, 2, 1, 1, 2, 2]"),
        Wrong(lambda x: x.needless is not None, "", needless_lane, "[1, 2, 3, 1, 2, 2]"),
    ),
    otherwise="Go through the requests from the first to the last. Who is idle when it begins?",
    hints=(
        "Who is busy at the moment when a request begins?",
        "Compare each start with the ends of all rows above it.",
        "The first two overlap, so they have lanes 1 and 2. Lane 1 is idle again at 1 s.",
    ),
    solution="[1, 2, 1, 3, 2, 2]",
    also_right=(
        '["env-1", "env-2", "env-1", "env-3", "env-2", "env-2"]',
        "[1, 2, 1, 3, 2, 1]",
        "[1, 2, 1, 3, 2, 3]",
        '["A", "B", "A", "C", "B", "B"]',
    ),
    must_fail=("[1, 2, 1, 3, 4, 2]", "[1, 2, 1, 3, 1, 2]", "[1, 2]"),
)

# For later lessons ------------------------------------------------------------------------------


def five_at_once() -> str:
    """Say how many of a request alone and four at once are cold, as a letter."""
    times = [0, 20, 20, 20, 20]
    return {1: "a", 4: "b", 5: "c"}[run(handler(wait=1), at=times).count("cold")]


def queue_of_one() -> str:
    """Say what happens to a second request, if a function may run one at a time."""
    answer = run(handler(wait=1, reserved_concurrency=1), at=[0, 0.5])
    return "b" if answer.count("throttled") else "a"


QUESTIONS = (
    Question(
        "L01.R1",
        "A handler works for 1 s. One request comes at 0 s, and four come at 20 s, all at once. "
        "How many cold starts?",
        (
            Option("a", "One, the first.", "One idle environment cannot take four.", "M03"),
            Option("b", "Four.", "At 20 s one of the four finds env-1 idle, three do not."),
            Option("c", "Five.", "At 20 s env-1 is idle, and takes one of the four.", "M01"),
        ),
        five_at_once,
    ),
    Question(
        "L01.R2",
        "A function may run one request at a time. A second one is called while it works. "
        "What happens to that one?",
        (
            Option("a", "It waits in line.", "This door has no queue behind it.", "M03"),
            Option("b", "It is refused at once, with status code 429.", "Its caller may retry."),
        ),
        queue_of_one,
    ),
)

LESSON = Lesson(
    id="L01",
    title="One environment, one request at a time",
    minutes=35,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M03",),
)
