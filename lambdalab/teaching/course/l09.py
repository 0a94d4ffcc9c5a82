"""The guess, the goals and the problems of lesson 09, which is about messages on loan."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from ...engine.facts import (
    BatchEnded,
    BatchThrottled,
    FunctionConfigured,
    MessageAppeared,
    MessageDeadLettered,
    MessageReceived,
    MessageSent,
    QueueConfigured,
)
from ...engine.units import SECOND
from ...run import Run, run
from ...sources.queues import Queue, queue
from ...stack import function, handler
from ..forms import Numbers, Ran, Shares
from ..reading import first, nth
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

PRINTER = """\
import time


def handler(event, context):
    for record in event["Records"]:
        time.sleep(10)  # one label
    return "printed"
"""
TIMEOUT = 25  # seconds, of the function
GIVEN = f"printer = lab.function({PRINTER!r}, name='printer', timeout={TIMEOUT})"


def morning() -> Queue:
    """Make the queue of the lesson, with the function that reads it."""
    printer = function(PRINTER, name="printer", timeout=TIMEOUT, reserved_concurrency=1)
    labels = queue("labels", visibility_timeout=30, max_receive_count=1)
    return labels.to(printer, batch_size=1)


# A: twice, and nothing went wrong ---------------------------------------------------------------


def well_done(answer: Run) -> int:
    """Say how many runs that went well the message had that had most."""
    went_well = {
        fact.batch
        for _, _, fact, *_ in answer.log
        if isinstance(fact, BatchEnded) and fact.outcome == "success"
    }
    received = (fact for _, _, fact, *_ in answer.log if isinstance(fact, MessageReceived))
    runs = Counter(fact.message for fact in received if fact.batch in went_well)
    return max(runs.values(), default=0)


def loan(answer: Run) -> float:
    """Say for how many seconds the queue of a run lends its messages."""
    configured = (f for _, _, f, *_ in answer.log if isinstance(f, QueueConfigured))
    return next((f.settings.visibility_timeout / SECOND for f in configured), 0)


def times_the_timeout(answer: Run) -> float:
    """Say how many timeouts of the function fit into a loan."""
    configured = (f for _, _, f, *_ in answer.log if isinstance(f, FunctionConfigured))
    return loan(answer) * SECOND / next(f.timeout for f in configured)


def same_body_twice(answer: Run) -> bool:
    """Tell whether two messages say the same."""
    bodies = [fact.body for _, _, fact, *_ in answer.log if isinstance(fact, MessageSent)]
    return len(set(bodies)) < len(bodies)


A = Problem(
    id="L09.A",
    kind="make it happen",
    minutes=8,
    ask="Let one message be processed twice. Both times the function succeeds, "
    "and no error is counted.",
    form=Ran("lab.run(lab.queue(visibility_timeout=30).to(printer, batch_size=1), at=[0])"),
    goal=lambda r: well_done(r) > 1 and r.count("errors") == 0,
    right=lambda r: (
        f"{r.count('received')} receives for {r.count('sent')} sent, and no error anywhere. "
        "The loan ended while the first run was still at work.\n"
        "No log and no metric calls this a fault. Whoever pays for a label pays twice."
    ),
    wrong=(
        Wrong(
            lambda r: r.count("sent") == 0,
            "",
            "No message was sent in this run. A queue feeds a function: `queue.to(printer)`.",
            'lab.run(lab.handler(name="slow", wait=20), at=[0, 0])',
        ),
        Wrong(
            lambda r: r.count("errors") > 0,
            "",
            "That second run came from an error. Can it happen with none?",
            "lab.run(lab.queue(visibility_timeout=30).to(printer.with_(timeout=5)), "
            "at=[0], until=60)",
        ),
        Wrong(
            lambda r: r.count("ran_twice") > 0,
            "",
            "The function itself reported the message as failed. "
            "Can it come back although each run is a success?",
            "lab.run(lab.queue().to("
            'lab.handler(name="torn", returns={"batchItemFailures": [{"itemIdentifier": ""}]}), '
            "report_batch_item_failures=True), at=[0], until=60)",
        ),
        Wrong(
            same_body_twice,
            "",
            "Two messages that say the same are two messages. Let one of them run twice.",
            'lab.run(lab.queue().to(printer), at=[(0, "label 7"), (9, "label 7")])',
        ),
        Wrong(
            lambda r: times_the_timeout(r) >= 6,
            "M23",
            lambda r: (
                f"A loan of {loan(r):g} s is six timeouts or more. "
                "With so long a loan nobody else takes the message. Shorten it."
            ),
            "lab.run(lab.queue(visibility_timeout=150)"
            ".to(printer.with_(reserved_concurrency=1), batch_size=1), at=[0] * 4)",
        ),
        Wrong(
            lambda r: r.count("throttled") == 0,
            "M23",
            "The code began as soon as the message was taken, and ended within the loan. "
            "What could use up a part of the loan before the code begins?",
            "lab.run(lab.queue(visibility_timeout=25).to(printer, batch_size=1), at=[0] * 4)",
        ),
        Wrong(
            lambda r: r.count("dead_lettered") > 0,
            "M22",
            "The loan ended before there was room, and the message was given up. "
            "Let it find room while the loan lasts, and late.",
            "lab.run(lab.queue(visibility_timeout=30, max_receive_count=1)"
            ".to(printer.with_(reserved_concurrency=1), batch_size=1), at=[0] * 12)",
        ),
    ),
    otherwise="Compare two moments for each message: when its loan ends, and when its run ends.",
    hints=(
        "Which clock decides that a message is free again?",
        "It starts when the poller takes the message, and not when your code starts.",
        "Let the work take longer than what is left of the loan: let the first try find no room.",
    ),
    solution="lab.run(lab.queue(visibility_timeout=30).to("
    'lab.handler(name="slow", wait=20, timeout=25, reserved_concurrency=1), batch_size=1), '
    "at=[0, 0])",
    also_right=(
        "lab.run(lab.queue(visibility_timeout=30)"
        ".to(printer, batch_size=2, maximum_batching_window=15), at=[0, 14])",
        "lab.run(lab.queue(visibility_timeout=25)"
        ".to(printer.with_(reserved_concurrency=1), batch_size=1), at=[0] * 5)",
    ),
    must_fail=(
        "(lambda mail: lab.run(mail, at=[0], faults=[lab.duplicate(mail)]))"
        '(lab.event(lab.handler(name="mail", wait=1)))',
        "lab.run(lab.queue(visibility_timeout=30)"
        ".to(printer.with_(reserved_concurrency=1), batch_size=1), at=[0] * 3)",
    ),
    given=GIVEN,
)

# B: how long a loan? ----------------------------------------------------------------------------

BOTH = Numbers(("seconds by the rule", "seconds that are left"), "(60, 5)")
LIMIT, WINDOW, TIMES = 20, 5, 6  # seconds, seconds, and how many timeouts AWS advises
RULE = TIMES * LIMIT + WINDOW


@cache
def left() -> float:
    """Run it, and say how much of a loan as long as the timeout is left when the code begins."""
    label = handler(name="label", wait=1, timeout=LIMIT)
    source = queue(visibility_timeout=LIMIT).to(label, maximum_batching_window=WINDOW)
    (started,) = (x.start for x in run(source, at=[0]).invocations)
    assert started is not None
    return LIMIT - started / SECOND


B = Problem(
    id="L09.B",
    kind="work it out",
    minutes=6,
    ask="A function has a timeout of 20 s, and its mapping a batching window of 5 s. "
    "Which visibility timeout does the published rule ask for? "
    "Somebody sets it to 20 s instead, and one message comes alone. "
    "How many seconds of its loan are left when the code begins?",
    form=BOTH,
    goal=lambda x: BOTH.near(x[0], RULE) and BOTH.near(x[1], left()),
    right="Lambda accepts 20 s. But a run of 18 s then ends after its loan, "
    "and without any refusal the message is processed again.",
    wrong=(
        Wrong(
            lambda x: BOTH.near(x[0], LIMIT),
            "M23",
            "20 s is the least that Lambda accepts. The rule asks for six timeouts, and more.",
            "(20, 15)",
        ),
        Wrong(
            lambda x: BOTH.near(x[0], TIMES * LIMIT),
            "",
            "Six timeouts are 120 s. Before them a message may wait for the window.",
            "(120, 15)",
        ),
        Wrong(
            lambda x: BOTH.near(x[0], TIMES * (LIMIT + WINDOW)),
            "",
            "A batch waits for the window once, and not six times.",
            "(150, 15)",
        ),
        Wrong(
            lambda x: BOTH.near(x[0], RULE) and BOTH.near(x[1], LIMIT),
            "M23",
            "That would be so if the loan began with the code. It begins with the receive.",
            "(125, 20)",
        ),
    ),
    otherwise="The rule: six times the timeout, and the window once. "
    "For the second number, ask what the poller does in the first 5 s.",
    hints=(
        "What does a poller do between the receive and the first run?",
        'The facts below hold the rule: `lab.facts("sqs.vt.recommended")`.',
        "Six times the timeout, plus the window. A lone message spends the window in its loan.",
    ),
    solution="(125, 15)",
    also_right=("(6 * 20 + 5, 20 - 5)", "[125.0, 15.0]"),
    must_fail=("(125, 5)", "(100, 15)", "125"),
)

# C: settings, and nothing else ------------------------------------------------------------------

NAMES = ("visibility_timeout", "max_receive_count", "reserved_concurrency", "maximum_concurrency")
MACHINES = 5  # labels that can be printed at once
LOADS = {  # how many messages come at once, and how long each takes, in seconds
    "a usual morning": (12, 10),
    "a morning with a slow printer": (12, 20),
    "a sale": (80, 10),
}
PATIENCE = 3600  # seconds until all must be printed


@dataclass(frozen=True)
class Mornings:
    """Settings, under three loads."""

    settings: dict[str, int]
    dead: dict[str, int]  # load -> messages that were dead-lettered
    twice: dict[str, int]  # load -> messages that were processed more than once
    late: dict[str, int]  # load -> messages that were not printed within an hour

    @property
    def machines(self) -> int:
        """How many may be printed at once."""
        return self.settings.get("reserved_concurrency", 1)


def worst(found: dict[str, int]) -> tuple[str, int]:
    """Name the load with the most."""
    return max(found.items(), key=lambda one: one[1])


def mornings(settings: dict[str, int]) -> Mornings:
    """Run the three loads."""
    return _mornings(tuple(settings.items()))


@cache
def _mornings(items: tuple[tuple[str, int], ...]) -> Mornings:
    settings = dict(items)
    found = Mornings(settings, {}, {}, {})
    if not 1 <= found.machines <= MACHINES:
        return found
    labels = queue(
        "labels",
        visibility_timeout=settings.get("visibility_timeout", 30),
        max_receive_count=settings.get("max_receive_count", 1),
    )
    for load, (messages, seconds) in LOADS.items():
        printer = handler(
            "printer", wait=seconds, timeout=TIMEOUT, reserved_concurrency=found.machines
        )
        most = settings.get("maximum_concurrency")
        mapped = labels.to(printer, batch_size=1, maximum_concurrency=most)
        tried = run(mapped, at=[0] * messages, until=PATIENCE)
        found.dead[load] = tried.count("dead_lettered")
        found.twice[load] = tried.count("ran_twice")
        found.late[load] = tried.depth("labels")
    return found


def good(x: Mornings) -> bool:
    """Tell whether each label was printed, and once."""
    return bool(x.dead) and not any((*x.dead.values(), *x.twice.values(), *x.late.values()))


C = Problem(
    id="L09.C",
    kind="repair it",
    minutes=10,
    ask="Repair the morning with settings only. In three bursts no message is dead-lettered, "
    "none is processed twice, and at most 5 labels are printed at once.",
    form=Shares(NAMES, '{"visibility_timeout": 60, "max_receive_count": 2}', mornings),
    goal=good,
    right=lambda x: (
        "Every label of three bursts was printed, and once. "
        f"Your settings: {', '.join(f'{name} {n}' for name, n in x.settings.items())}."
    ),
    wrong=(
        Wrong(
            lambda x: x.machines > MACHINES,
            "",
            lambda x: f"There are 5 printers, and {x.machines} labels want one at once.",
            '{"reserved_concurrency": 20}',
        ),
        Wrong(
            lambda x: x.machines == 0,
            "",
            "A reserved concurrency of 0 switches the function off. Nothing would be printed.",
            '{"reserved_concurrency": 0}',
        ),
        Wrong(
            lambda x: any(x.dead.values()) and "maximum_concurrency" not in x.settings,
            "M22",
            lambda x: (
                f"In {worst(x.dead)[0]}, {worst(x.dead)[1]} good labels are dead-lettered. "
                "The pollers take more than the function has room for. Which setting holds them?"
            ),
            '{"reserved_concurrency": 5, "max_receive_count": 2}',
        ),
        Wrong(
            lambda x: any(x.dead.values()),
            "M22",
            lambda x: (
                f"In {worst(x.dead)[0]}, {worst(x.dead)[1]} good labels are dead-lettered. "
                f"The pollers hold up to {x.settings['maximum_concurrency']} batches, "
                f"and {x.machines} find room."
            ),
            '{"maximum_concurrency": 50, "reserved_concurrency": 5}',
        ),
        Wrong(
            lambda x: any(x.twice.values()),
            "M23",
            lambda x: (
                f"In {worst(x.twice)[0]}, {worst(x.twice)[1]} labels are printed twice. "
                "They waited for room, and their loan ended while they were printed."
            ),
            '{"maximum_concurrency": 2, "max_receive_count": 5}',
        ),
    ),
    otherwise="For each message: how long does it wait for room, and how long is its loan?",
    hints=(
        "How many messages do the pollers hold at once, and how many find room?",
        "`maximum_concurrency` holds the pollers back. Its smallest value is 2.",
        "Hold no more than there is room for. Then make the loan six timeouts long, "
        "and allow some receives.",
    ),
    solution='{"visibility_timeout": 150, "max_receive_count": 5, "reserved_concurrency": 5, '
    '"maximum_concurrency": 5}',
    also_right=(
        '{"maximum_concurrency": 2, "reserved_concurrency": 2}',
        '{"maximum_concurrency": 2, "visibility_timeout": 60}',
        '{"visibility_timeout": 150, "max_receive_count": 5, "reserved_concurrency": 5}',
    ),
    must_fail=(
        "{}",
        '{"max_receive_count": 3}',
        '{"visibility_timeout": 150}',
        '{"maximum_concurrency": 2}',
    ),
)

# The guess, the goals, and what later lessons ask -----------------------------------------------


def settings_of(answer: Run) -> tuple[int, float, int]:
    """Say how many messages were sent, how long they are lent, and how often."""
    configured = (f for _, _, f, *_ in answer.log if isinstance(f, QueueConfigured))
    receives = next((f.settings.max_receive_count for f in configured if f.settings.dead_letter), 0)
    return answer.count("sent"), loan(answer), receives


GUESS = Guess(
    ask="The queue lends 12 messages for 30 s each, and once. One at a time finds room, for 10 s. "
    "How many are dead-lettered?",
    options=(
        Option(
            0,
            "None. A queue waits until there is room.",
            "The messages wait, but not in the queue: a poller has them, and its time runs.",
            "M22",
        ),
        Option(
            4,
            "Those that a poller took too early.",
            "Their loan ended before they found room. No code ever saw them.",
        ),
        Option(
            11,
            "All but one. The others find no room.",
            "A refused try is repeated while the loan lasts. Look at the second message.",
        ),
    ),
    shown=lambda answer: answer.count("dead_lettered"),
    about=lambda answer: (
        settings_of(answer) == (12, 30, 1)
        and answer.peak == 1
        and well_done(answer) == 1
        and answer.end == 80
    ),
)


def five_on_loan(answer: Run) -> int | None:
    """Find the entry at which the fifth message is taken."""
    return nth(answer, MessageReceived, 5)


def seen_by_nobody(answer: Run) -> int | None:
    """Find the first loan that ends before any code has seen its message."""
    dead = {
        fact.message
        for _, _, fact, *_ in answer.log
        if isinstance(fact, MessageDeadLettered) and not fact.ran
    }
    return first(answer, MessageAppeared, lambda fact: fact.message in dead)


GOALS = (
    Goal("A fifth message is on loan, and one finds room.", five_on_loan),
    Goal("A poller keeps a batch that was refused.", lambda r: first(r, BatchThrottled)),
    Goal("A loan is over, and no code has seen the message.", seen_by_nobody),
    Goal("A message is dead-lettered.", lambda r: first(r, MessageDeadLettered)),
)


def after_a_loan_without_room() -> str:
    """Say what becomes of a message that finds no room for as long as its loan lasts."""
    full = handler(name="full", wait=1, reserved_concurrency=0)
    tried = run(queue("jobs", visibility_timeout=30, max_receive_count=1).to(full), at=[0])
    return {(0, 1): "c", (1, 0): "a"}[(tried.depth("jobs"), tried.depth("jobs-dlq"))]


def when_it_comes_back() -> str:
    """Say when a message can be received again whose function failed after a second."""
    broken = handler(name="broken", wait=1, fails=True)
    tried = run(queue("jobs", visibility_timeout=30).to(broken), at=[0], until=40)
    seq = first(tried, MessageAppeared)
    assert seq is not None
    return {1 * SECOND: "a", 30 * SECOND: "b"}[tried.log[seq].at]


def how_many_come_back() -> str:
    """Say how many messages of a batch of ten come back if one fails."""
    torn = handler(name="torn", fails=lambda body: body == "torn")
    letters = [(0, f"letter {k}") for k in range(9)] + [(0, "torn")]
    tried = run(queue("jobs", visibility_timeout=30).to(torn), at=letters, until=20)
    return {1: "a", 10: "b"}[tried.depth("jobs")]


QUESTIONS = (
    Question(
        "L09.R1",
        "A message may be received once. A poller takes it, and the function has no room "
        "for 30 s, which is the visibility timeout. What becomes of the message?",
        (
            Option("a", "It waits in the queue.", "The poller has it, on loan.", "M22"),
            Option("b", "It is an error of the function.", "No code saw it.", "M14"),
            Option("c", "It is dead-lettered.", "Its one receive is spent. No code saw it."),
        ),
        after_a_loan_without_room,
    ),
    Question(
        "L09.R2",
        "A batch of ten messages has one that makes the handler raise. How many come back?",
        (
            Option("a", "The one.", "A batch is one invocation: it fails as a whole.", "M24"),
            Option("b", "All ten.", "Unless the handler reports them, and the mapping listens."),
        ),
        how_many_come_back,
    ),
    Question(
        "L09.R3",
        "A queue lends messages for 30 s. The function fails after 1 s. "
        "When can the message be received again?",
        (
            Option("a", "At once.", "A failure does not shorten the loan.", "M23"),
            Option("b", "When 30 s are over.", "The loan runs from the receive."),
        ),
        when_it_comes_back,
    ),
)

LESSON = Lesson(
    id="L09",
    title="SQS: borrowed messages",
    minutes=55,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M22", "M23", "M24"),
)
