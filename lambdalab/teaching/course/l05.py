"""The guess, the goals and the problems of lesson 05: memory, CPU and the bill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from ...engine.facts import CodeComputed, CodeWaited, InvocationCompleted
from ...engine.units import MS
from ...run import Run, run
from ...stack import Alias, Function, Published, function, handler
from ..forms import Numbers, Repaired
from ..reading import first
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

SMALL, FULL = 128, 1769  # MB

PACK = """\
import lambdalab as lab


def handler(event, context):
    lab.cpu(1)  # one second of one full vCPU
    return "packed"
"""


def pack(memory: int = SMALL) -> Function:
    """Make the function of the lesson."""
    return function(PACK, name="pack", timeout=60, memory=memory)


def milliseconds(answer: Run) -> float:
    """Give the duration of the first invocation."""
    return (answer.invocations[0].duration or 0) / MS


# A: more memory for nothing ---------------------------------------------------------------------

SIZES = (128, 256, 512, 1024, 1769, 3538)


@dataclass(frozen=True)
class Sized:
    """A function at several memory sizes, one call each."""

    runs: dict[int, Run]

    @property
    def must_run(self) -> list[Run]:
        """The runs in which no handler may fail."""
        return list(self.runs.values())

    @property
    def times(self) -> list[float]:
        """The durations, in ms."""
        return [milliseconds(tried) for tried in self.runs.values()]

    @property
    def costs(self) -> list[float]:
        """The bills, in USD."""
        return [tried.bill.cost for tried in self.runs.values()]

    @property
    def stopped(self) -> bool:
        """Whether any call was stopped at its timeout."""
        return any(tried.count("timeouts") for tried in self.runs.values())


def sized(answer: Function | Published | Alias) -> Sized:
    """Try a function at six sizes."""
    made = _settings(answer)
    return Sized({mb: run(made.with_(memory=mb), at=[0]) for mb in SIZES})


def _settings(answer: Function | Published | Alias) -> Function:
    """Take the function behind a version or an alias."""
    if isinstance(answer, Alias):
        answer = answer.version
    return answer.settings if isinstance(answer, Published) else answer


A = Problem(
    id="L05.A",
    kind="make it happen",
    minutes=5,
    ask="Write a job that costs more at every step from 128 MB to 3,538 MB, and is never faster.",
    form=Repaired(sized, "lab.handler(cpu=1)"),
    goal=lambda x: (
        not x.stopped and len(set(x.times)) == 1 and all(a < b for a, b in pairwise(x.costs))
    ),
    right=lambda x: (
        f"{x.times[0]:,.0f} ms at every size, and {x.costs[-1] / x.costs[0]:.1f} times the money "
        "at the largest. Waiting needs no CPU, so more of it changes nothing."
    ),
    wrong=(
        Wrong(
            lambda x: x.stopped,
            "",
            "At a small size your job runs into its timeout. Give it a longer one, or less to do.",
            "lab.handler(cpu=1, timeout=3)",
        ),
        Wrong(
            lambda x: max(x.times) == 0,
            "",
            "Your job takes no time at all, so only the request is billed. Let it take a while.",
            "lab.handler(wait=0)",
        ),
        Wrong(
            lambda x: abs(x.costs[0] / x.costs[-2] - 1) < 0.01,
            "M15",
            "Up to 1,769 MB the bill stays where it is: what gets dearer also gets faster. "
            "Which kind of work does not get faster?",
            "lab.handler(cpu=1, timeout=60)",
        ),
        Wrong(
            lambda x: len(set(x.times)) > 1,
            "",
            lambda x: (
                f"It takes {x.times[0]:,.0f} ms at 128 MB and {x.times[-1]:,.0f} ms at 3,538 MB. "
                "So there is still work for the CPU in it."
            ),
            "lab.handler(cpu=0.1, wait=1, timeout=60)",
        ),
    ),
    otherwise="Run your job at two sizes and compare `.bill.cost` and the durations.",
    hints=(
        "Which work does not care how much CPU there is?",
        "`lab.handler` takes `cpu=` and `wait=`, each in seconds. Only one of them scales.",
        "Leave `cpu` out, and give it some seconds of the other one.",
    ),
    solution="lab.handler(wait=1)",
    also_right=(
        "lab.handler(wait=0.25)",
        'lab.function("import time\\ndef handler(event, context):\\n    time.sleep(2)\\n")',
    ),
    must_fail=("lab.handler(cpu=0.01, wait=5, timeout=60)", "3"),
)

# B: two points ----------------------------------------------------------------------------------

CPU, WAIT = 0.3, 0.6
POINTS = (256, 1024)
PARTS = Numbers(("seconds of CPU", "seconds of waiting"), "(1, 1)", tolerance=0.02)


@cache
def point(memory: int) -> float:
    """Measure the mixed job at a size, in ms."""
    return milliseconds(run(handler(cpu=CPU, wait=WAIT, memory=memory, timeout=60), at=[0]))


def solved(vcpu: float) -> tuple[float, float]:
    """Solve for CPU and waiting from the two points, if one vCPU came with so many MB."""
    low, high = POINTS
    slow, fast = point(low) / 1000, point(high) / 1000
    cpu = (slow - fast) / (vcpu / low - vcpu / high)
    return cpu, fast - cpu * vcpu / high


def close(x: tuple[float, ...], expected: tuple[float, float]) -> bool:
    """Tell whether both numbers are close enough."""
    return all(PARTS.near(a, b) for a, b in zip(x, expected, strict=True))


B = Problem(
    id="L05.B",
    kind="work it out",
    minutes=7,
    ask="A job takes 2,673 ms at 256 MB and 1,118 ms at 1,024 MB. "
    "How many seconds of a full vCPU does it need, and how many seconds does it wait?",
    form=PARTS,
    goal=lambda x: close(x, (CPU, WAIT)),
    right="Waiting is the same at both sizes, so the difference is CPU alone. "
    "Two measurements tell you what no dashboard shows.",
    wrong=(
        Wrong(
            lambda x: close(x, (WAIT, CPU)),
            "",
            "The numbers are right, and the other way round. The first one is the CPU.",
            "(0.6, 0.3)",
        ),
        Wrong(
            lambda x: close(x, solved(1024)),
            "",
            "So one vCPU comes with 1,024 MB. Look at the fact about CPU: how many MB is it?",
            "(0.5183, 0.5999)",
        ),
        Wrong(
            lambda x: x[1] == 0,
            "M15",
            "If all of it were CPU, four times the memory would take a quarter of the time. "
            "Does it?",
            "(1.118, 0)",
        ),
        Wrong(
            lambda x: close((x[0], x[0]), ((point(256) - point(1024)) / 1000,) * 2),
            "",
            "That is the difference of the two times. How much CPU time is that at a full vCPU?",
            "(1.555, 1.118)",
        ),
    ),
    otherwise="Write both times as `wait + cpu * 1769 / memory`, and subtract one from the other.",
    hints=(
        "Which part of the job changes with memory, and which does not?",
        "The time is `wait + cpu * 1769 / memory`. You have it for two sizes.",
        "Subtract: 2.673 - 1.118 = cpu * (1769 / 256 - 1769 / 1024). Then put cpu back in.",
    ),
    solution="(0.3, 0.6)",
    also_right=("(0.3, 0.598)", "[0.3001, 0.6]"),
    must_fail=("(0.31, 0.6)", "(0.3, 0.8)", "0.3"),
)

# C: choose a size -------------------------------------------------------------------------------

PATIENCE, SLACK = 1500.0, 1.05  # ms; the part of the best bill that is still good
GIVEN_LABEL = 'label = lab.handler(name="label", cpu=0.3, wait=0.6, memory=128, timeout=60)'


@dataclass(frozen=True)
class Chosen:
    """A function at the size that somebody chose."""

    made: Function
    tried: Run

    @property
    def must_run(self) -> list[Run]:
        """The runs in which no handler may fail."""
        return [self.tried]

    @property
    def time(self) -> float:
        """The duration, in ms."""
        return milliseconds(self.tried)

    @property
    def times_best(self) -> float:
        """The bill as a multiple of the least one that is fast enough."""
        return self.tried.bill.cost / best()

    @property
    def another(self) -> bool:
        """Whether it is another job, or on another processor."""
        model = handler(name="label", cpu=CPU, wait=WAIT).code
        return self.made.code != model or self.made.architecture != "x86_64"


@cache
def best() -> float:
    """Sweep the sizes for the least bill that is fast enough, in USD."""
    label = handler(name="label", cpu=CPU, wait=WAIT, memory=SMALL, timeout=60)
    tries = [run(replace(label, memory=mb), at=[0]) for mb in range(SMALL, 2049, 8)]
    return min(tried.bill.cost for tried in tries if milliseconds(tried) <= PATIENCE)


def choose(answer: Function | Published | Alias) -> Chosen:
    """Try what somebody chose."""
    made = _settings(answer)
    return Chosen(made, run(made, at=[0]))


C = Problem(
    id="L05.C",
    kind="repair it",
    minutes=6,
    ask="Choose the memory of `label`: at most 1,500 ms, for at most 5% more than the least bill.",
    form=Repaired(choose, "label.with_(memory=256)"),
    goal=lambda x: not x.another and x.time <= PATIENCE and x.times_best <= SLACK,
    right=lambda x: (
        f"{x.made.memory:,} MB: {x.time:,.0f} ms, for {x.tried.bill.cost * 1e6:.2f} USD a million "
        "calls. The job waits twice as long as it computes, so each further MB buys little."
    ),
    wrong=(
        Wrong(
            lambda x: x.another,
            "",
            "This is another job, or another processor. Change the memory of `label` alone.",
            'lab.handler(name="label", cpu=0.1, wait=0.6, memory=128)',
        ),
        Wrong(
            lambda x: x.time > PATIENCE,
            "M15",
            lambda x: (
                f"{x.time:,.0f} ms is too long. The least memory is not the best memory: "
                "which part of the job gets faster with more?"
            ),
            "label",
        ),
        Wrong(
            lambda x: x.times_best > SLACK,
            "",
            lambda x: (
                f"{x.time:,.0f} ms is fast enough, for {(x.times_best - 1) * 100:.0f}% more than "
                "the least bill. The waiting part is paid at this size too. Go down again."
            ),
            "label.with_(memory=1769)",
        ),
    ),
    otherwise="Try some sizes: `lab.run(label.with_(memory=...), at=[0])`.",
    hints=(
        "How much time is left for the CPU, if 0.6 s are spent waiting?",
        "0.3 s of CPU take `0.3 * 1769 / memory` seconds. They have to fit into the rest.",
        "The rest is 0.9 s. Solve for the memory, and round up a little.",
    ),
    solution="label.with_(memory=592)",
    also_right=("label.with_(memory=600)", "label.with_(memory=625)"),
    must_fail=("label.with_(memory=580)", "label.with_(memory=1024)"),
    given=GIVEN_LABEL,
)

# The guess, the goals, and what later lessons ask -----------------------------------------------


def dearer(answer: Run) -> int:
    """Say how the bill of a run compares with that of 128 MB: 1 for more, 2 the same, 3 less."""
    ratio = answer.bill.cost / run(pack(), at=[0]).bill.cost
    return 2 if 0.99 < ratio < 1.01 else 1 if ratio > 1 else 3


GUESS = Guess(
    ask="`pack` computes. It gets 1,769 MB instead of 128 MB. What happens to its bill?",
    options=(
        Option(
            1,
            "It costs about fourteen times as much.",
            "It would, if the time stayed the same. Look at the two lanes.",
            "M15",
        ),
        Option(
            2, "It costs about the same.", "Fourteen times the memory, a fourteenth of the time."
        ),
        Option(
            3,
            "It costs about a fourteenth.",
            "The time falls so far. The price of a second rises by as much.",
        ),
    ),
    shown=dearer,
    about=lambda answer: (
        len(answer.requests) == 1
        and answer.count("processed") == 1
        and milliseconds(answer) == 1000
    ),
)

GOALS = (
    Goal("A handler computes.", lambda r: first(r, CodeComputed)),
    Goal("A handler waits.", lambda r: first(r, CodeWaited)),
    Goal("The one that waits is done first.", lambda r: first(r, InvocationCompleted)),
)


def dearest() -> str:
    """Say what double memory does to the bill of a job that waits."""
    bills = [run(handler(wait=1, memory=mb), at=[0]).bill.gb_s for mb in (512, 1024)]
    return "c" if bills[1] == 2 * bills[0] else "b"


def above_one() -> str:
    """Say what becomes of one thread above 1,769 MB."""
    times = [milliseconds(run(handler(cpu=1, memory=mb), at=[0])) for mb in (FULL, 2 * FULL)]
    return "b" if times[0] == times[1] else "a"


QUESTIONS = (
    Question(
        "L05.R1",
        "A job waits 1 s for another service. You double its memory from 512 MB. "
        "What happens to its GB-seconds?",
        (
            Option("a", "They fall by half: it gets faster.", "Waiting does not get faster."),
            Option("b", "They stay the same.", "Right for a job that computes. This one waits."),
            Option("c", "They double.", "The time stays, and the memory doubles."),
        ),
        dearest,
    ),
    Question(
        "L05.R2",
        "A single thread computes at 1,769 MB. You double its memory. What happens to its time?",
        (
            Option("a", "It falls by half.", "One thread cannot use a second vCPU.", "M15"),
            Option("b", "It stays the same.", "One thread has no use for more than one vCPU."),
        ),
        above_one,
    ),
)

LESSON = Lesson(
    id="L05",
    title="Memory, CPU and the bill",
    minutes=35,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M15",),
)
