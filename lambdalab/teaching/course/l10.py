"""The guess, the goals and the problems of lesson 10, which is about order and its price."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ...engine.facts import (
    BatchBisected,
    BatchFailed,
    BatchProcessed,
    BatchRead,
    BatchReturned,
    BatchSent,
    RecordPut,
    RecordsDiscarded,
)
from ...engine.units import SECOND
from ...run import Run, run
from ...sources.queues import message, queue
from ...sources.streams import record, stream
from ...stack import Function, function, handler
from ..forms import Number, Ran, Shares
from ..reading import first, nth
from ..records import Goal, Guess, Lesson, Option, Problem, Question, Wrong

TRACK = """\
import base64
import time


def handler(event, context):
    for record in event["Records"]:
        scan = base64.b64decode(record["kinesis"]["data"]).decode()
        if scan == "torn":
            raise ValueError("this scan cannot be read")
    time.sleep(1)
"""
GIVEN = f"""\
track = lab.function({TRACK!r}, name="track")
scans = [(0, "torn" if k == 13 else f"scan {{k}}") for k in range(40)]
"""
SCANS, BATCH = 40, 10


def scans(*torn: int) -> list[tuple[float, str]]:
    """List what is sent, some of it torn."""
    return [(0, "torn" if k in torn else f"scan {k}") for k in range(SCANS)]


def track(source: str = TRACK) -> Function:
    """Make the function of the lesson."""
    return function(source, name="track")


def ages(answer: Run) -> dict[int, float]:
    """Say for each shard how old the last record of a batch became that was sent, in seconds."""
    put: dict[str, tuple[int, int]] = {}
    batches: dict[str, tuple[str, ...]] = {}
    oldest: dict[int, float] = {}
    for _, at, fact, *_ in answer.log:
        match fact:
            case RecordPut():
                put[fact.record] = at, fact.shard
                oldest.setdefault(fact.shard, 0)
            case BatchRead():
                batches[fact.batch] = fact.records
            case BatchBisected():
                halves = batches[fact.batch][: fact.size], batches[fact.batch][fact.size :]
                batches[fact.first], batches[fact.second] = halves
            case BatchFailed() | RecordsDiscarded():
                batches[fact.batch] = batches[fact.batch][len(fact.records) :]
            case BatchSent():
                sent, shard = put[batches[fact.batch][-1]]
                oldest[shard] = max(oldest[shard], (at - sent) / SECOND)
    return oldest


# A: one shard waits, the other does not ---------------------------------------------------------

OLD, FRESH = 600, 1  # seconds


@dataclass(frozen=True)
class Shards:
    """A run, as its shards see it."""

    run: Run
    ages: dict[int, float]  # shard -> its iterator age at most, in seconds

    @property
    def oldest(self) -> float:
        """The iterator age of the shard that is furthest behind."""
        return max(self.ages.values(), default=0)

    @property
    def youngest(self) -> float:
        """The iterator age of the other one."""
        return min(self.ages.values(), default=0)


@dataclass(frozen=True, slots=True)
class Watched(Ran):
    """A run in which a handler that fails is no slip, but what the problem is about."""

    def read(self, answer: object) -> Shards:  # type: ignore[override]
        """Look at the shards of the run."""
        ran = Ran.read(self, answer)
        return Shards(ran, ages(ran))


A = Problem(
    id="L10.A",
    kind="make it happen",
    minutes=7,
    ask="A stream has 2 shards. Let the iterator age of one reach 600 s. "
    "That of the other stays below 1 s.",
    form=Watched("lab.run(lab.stream(shards=2).to(track), at=scans, until=60)"),
    goal=lambda r: len(r.ages) == 2 and r.oldest >= OLD and r.youngest < FRESH,
    right=lambda r: (
        f"One shard is {r.oldest:,.0f} s behind, and the other is not. "
        "The metric of the function mixes both, so its average hides one of them."
    ),
    wrong=(
        Wrong(
            lambda r: len(r.ages) != 2,
            "",
            lambda r: (
                f"Records came into {len(r.ages)} of the shards. "
                "The key of a record chooses its shard: take two shards, and several keys."
            ),
            'lab.run(lab.stream(shards=2).to(track), at=[(0, "torn")], until=700)',
        ),
        Wrong(
            lambda r: r.run.count("errors") == 0 and r.oldest < OLD,
            "M26",
            lambda r: (
                f"Nothing holds a shard up: no batch was older than {r.oldest:g} s. "
                "One record that nobody can read is enough."
            ),
            'lab.run(lab.stream(shards=2).to(track), at=[(0, f"scan {k}") for k in range(40)])',
        ),
        Wrong(
            lambda r: r.oldest < OLD,
            "",
            lambda r: (
                f"The oldest batch is {r.oldest:g} s old when it is tried. "
                "Look at it for longer, and let nobody give it up before."
            ),
            "lab.run(lab.stream(shards=2).to(track), at=scans, until=300)",
        ),
        Wrong(
            lambda r: r.youngest >= OLD,
            "M26",
            "Both shards wait, so each has a bad record. A shard waits only for its own.",
            "lab.run(lab.stream(shards=2).to(track), "
            'at=[(0, "torn" if k in (6, 13) else f"scan {k}") for k in range(40)], until=620)',
        ),
    ),
    otherwise="One shard is old enough. In the other, records wait for the batch before them. "
    "Let it hold fewer batches.",
    hints=(
        "What keeps one shard waiting, and does not touch the other?",
        "Use the scans of the lesson, with one torn, and look at the run for more than 600 s.",
        "With a batch size of 100 the good shard is read in one batch, at 0 s. Set `until`.",
    ),
    solution="lab.run(lab.stream(shards=2).to(track), at=scans, until=620)",
    also_right=(
        'lab.run(lab.stream(shards=2).to(track), at=[(0, lab.record("torn", key="5")), '
        '(0, lab.record("fine", key="6"))], until=900)',
    ),
    must_fail=("lab.run(lab.stream(shards=2).to(track, batch_size=10), at=scans, until=620)",),
    given=GIVEN,
)


# B: halves of halves ----------------------------------------------------------------------------

TRIES = Number("tries", "3")
MANY = 64  # records


@cache
def tries() -> int:
    """Run it, and say how many tries have failed when the bad record is alone and fails."""
    torn = handler("torn", fails=lambda data: data == "torn")
    sent = [(0, record("torn" if k == 20 else f"scan {k}", key="depot")) for k in range(MANY)]
    mapped = stream(shards=1).to(torn, batch_size=MANY, bisect_batch_on_function_error=True)
    failed = 0
    sizes: dict[str, int] = {}
    for _, _, fact, *_ in run(mapped, at=sent, until=60).log:
        match fact:
            case BatchRead():
                sizes[fact.batch] = len(fact.records)
            case BatchBisected():
                rest = sizes[fact.batch] - fact.size
                sizes[fact.first], sizes[fact.second] = fact.size, rest
            case BatchFailed():
                failed += 1
                if sizes[fact.batch] == 1:
                    break
    return failed


B = Problem(
    id="L10.B",
    kind="work it out",
    minutes=5,
    ask="A batch of 64 records holds one that always fails. The mapping splits what fails. "
    "How many tries have failed once the bad record has been tried alone?",
    form=TRIES,
    goal=lambda x: TRIES.near(x, tries()),
    right="64, 32, 16, 8, 4, 2 and 1: seven tries. Twice as many records cost one try more.",
    wrong=(
        Wrong(
            lambda x: TRIES.near(x, 6),
            "",
            "Six splits lead from 64 to 1. How many batches stand along that way, with both ends?",
            "6",
        ),
        Wrong(
            lambda x: TRIES.near(x, MANY),
            "",
            "That is trying them one by one. Each try here halves what is left.",
            "64",
        ),
        Wrong(
            lambda x: x <= 2,
            "M26",
            "The mapping does not know which record is bad. It knows only that the batch failed.",
            "1",
        ),
        Wrong(
            lambda x: TRIES.near(x, 13),
            "",
            "The good halves are tried too, but they do not fail. Count those that fail.",
            "13",
        ),
    ),
    otherwise="Write down the sizes of the batches that hold the bad record.",
    hints=(
        "How large is the batch with the bad record after one split?",
        "Write the sizes in a row, from 64 on. Each is half of the one before.",
        "64, 32, 16 and so on, down to 1. Count the numbers in the row.",
    ),
    solution="7",
    also_right=("6 + 1", "7.0"),
    must_fail=("32", "8"),
)

# C: lose what is bad, and nothing else ----------------------------------------------------------

NAMES = ("bisect_batch_on_function_error", "maximum_retry_attempts", "maximum_record_age")
FIRST = 1_767_225_600  # Unix time at which every run begins
AWAY = f"""\
import time


def handler(event, context):
    if time.time() < {FIRST} + 4:
        raise ConnectionError("the database is away")
"""
LOADS = {  # what reads the stream, and which scans are torn
    "the afternoon": (TRACK, (13,)),
    "an afternoon with two torn scans": (TRACK, (13, 27)),
    "a database that is away for 4 s": (AWAY, ()),
}
MOST = 60  # seconds that a batch may be old
WATCHED = 900  # seconds


@dataclass(frozen=True)
class Afternoons:
    """Settings, under three loads."""

    settings: dict[str, int]
    lost: dict[str, int]  # load -> records that were given up
    age: dict[str, float]  # load -> the iterator age, in seconds

    def spare(self, load: str) -> int:
        """Say how many good records were given up."""
        return self.lost[load] - len(LOADS[load][1])

    @property
    def late(self) -> str:
        """The first load in which a batch became too old, or nothing."""
        return next((load for load, age in self.age.items() if age >= MOST), "")

    @property
    def wasted(self) -> str:
        """The load in which most good records were given up, or nothing."""
        load = max(self.lost, key=self.spare)
        return load if self.spare(load) > 0 else ""

    @property
    def splits(self) -> bool:
        """Whether a batch that fails is split."""
        return bool(self.settings.get("bisect_batch_on_function_error"))


def afternoons(settings: dict[str, int]) -> Afternoons:
    """Run the three loads."""
    return _afternoons(tuple(settings.items()))


@cache
def _afternoons(items: tuple[tuple[str, int], ...]) -> Afternoons:
    settings: dict[str, int | bool] = dict(items)
    if NAMES[0] in settings:
        settings[NAMES[0]] = bool(settings[NAMES[0]])
    found = Afternoons(dict(items), {}, {})
    for load, (source, torn) in LOADS.items():
        mapped = stream("scans", shards=2).to(
            track(source), batch_size=BATCH, on_failure="bad", **settings
        )
        tried = run(mapped, at=scans(*torn), until=WATCHED)
        found.lost[load] = tried.count("discarded")
        found.age[load] = max(ages(tried).values())
    return found


C = Problem(
    id="L10.C",
    kind="repair it",
    minutes=9,
    ask="Repair the mapping with settings only. Each torn scan is given up and no other. "
    "Each batch is younger than 60 s whenever it is tried.",
    form=Shares(NAMES, '{"maximum_retry_attempts": 2}', afternoons),
    goal=lambda x: not x.late and not x.wasted and min(map(x.spare, LOADS)) == 0,
    right=lambda x: (
        "Three afternoons, and only torn scans were given up. "
        f"The oldest batch was {max(x.age.values()):g} s old."
    ),
    wrong=(
        Wrong(
            lambda x: bool(x.late) and not {*NAMES[1:]} & {*x.settings},
            "M26",
            lambda x: (
                f"In {x.late} a torn scan is tried for ever, and its shard is "
                f"{x.age[x.late]:,.0f} s behind. Somebody has to give it up."
            ),
            '{"bisect_batch_on_function_error": 1}',
        ),
        Wrong(
            lambda x: bool(x.wasted) and not x.splits,
            "M26",
            lambda x: (
                f"In {x.wasted}, {x.spare(x.wasted)} good scans are given up too. "
                "What fails is the batch. Only a split finds out which record it was."
            ),
            '{"maximum_retry_attempts": 5}',
        ),
        Wrong(
            lambda x: bool(x.wasted) and "maximum_record_age" in x.settings,
            "",
            lambda x: (
                f"In {x.wasted}, {x.spare(x.wasted)} good scans grow too old behind a torn one. "
                "An age gives up whoever is old, and not whoever is bad."
            ),
            '{"bisect_batch_on_function_error": 1, "maximum_record_age": 60}',
        ),
        Wrong(
            lambda x: bool(x.wasted),
            "",
            lambda x: (
                f"In {x.wasted}, {x.spare(x.wasted)} good scans are given up. "
                "They would have done a little later: try more often."
            ),
            '{"bisect_batch_on_function_error": 1, "maximum_retry_attempts": 0}',
        ),
        Wrong(
            lambda x: bool(x.late),
            "",
            lambda x: (
                f"Only torn scans are given up. But in {x.late} a batch is "
                f"{x.age[x.late]:,.0f} s old: the waits between tries double. Try less often."
            ),
            '{"bisect_batch_on_function_error": 1, "maximum_retry_attempts": 20}',
        ),
    ),
    otherwise="Look at each load: who is given up, and who waits?",
    hints=(
        "What has to become small before it is given up, and who gives it up?",
        "One setting splits a batch that fails. Another says how often a batch is tried again.",
        "Split, and allow a few retries. None is too few for a database that is away, "
        "and twenty take too long.",
    ),
    solution='{"bisect_batch_on_function_error": 1, "maximum_retry_attempts": 4}',
    also_right=(
        '{"bisect_batch_on_function_error": 1, "maximum_retry_attempts": 7}',
        '{"bisect_batch_on_function_error": 1, "maximum_retry_attempts": 5, '
        '"maximum_record_age": 3600}',
    ),
    must_fail=(
        "{}",
        '{"maximum_record_age": 60}',
        '{"bisect_batch_on_function_error": 0, "maximum_retry_attempts": 4}',
    ),
)

# The guess, the goals, and what later lessons ask -----------------------------------------------

GUESS = Guess(
    ask="One of 40 scans in 2 shards cannot be read. How many are processed after ten minutes?",
    options=(
        Option(
            39,
            "All but the torn one.",
            "The function fails with a batch, and nobody tells the mapping which record it was.",
            "M26",
        ),
        Option(
            30,
            "All but the batch of the torn one.",
            "Nobody gives that batch up. Look at what stands behind it in its shard.",
            "M26",
        ),
        Option(
            28,
            "Those of the other shard, and those before that batch.",
            "One shard is read to its end. The other waits at the batch that fails.",
        ),
        Option(
            0,
            "None. The stream stops at the error.",
            "A shard waits for its own batches only. How far is the other one?",
        ),
    ),
    shown=lambda answer: answer.count("processed"),
    about=lambda answer: (
        answer.count("records") == SCANS
        and len(ages(answer)) == 2
        and answer.count("bisected") == answer.count("discarded") == 0
        and max(ages(answer).values()) > 500
    ),
)


def other_shard_done(answer: Run) -> int | None:
    """Find the entry at which another batch is done, after one has failed."""
    failed = first(answer, BatchFailed)
    done = (seq for seq, _, f, *_ in answer.log if isinstance(f, BatchProcessed))
    return next((seq for seq in done if failed is not None and seq > failed), None)


GOALS = (
    Goal("A batch fails as a whole.", lambda r: first(r, BatchFailed)),
    Goal("It waits, and its shard waits with it.", lambda r: first(r, BatchReturned)),
    Goal("The other shard is read to its end.", other_shard_done),
    Goal("The same batch fails for the fifth time.", lambda r: nth(r, BatchFailed, 5)),
)


def behind_the_bad_one() -> str:
    """Say what becomes of the records behind one that always fails."""
    torn = handler("torn", fails=lambda data: data == "torn")
    sent = [(0, record(data, key="depot")) for data in ("torn", "next")]
    tried = run(stream(shards=1).to(torn, batch_size=1), at=sent, until=3600)
    return {0: "b", 1: "a"}[tried.count("processed")]


def at_once_with_one_key() -> str:
    """Say how many run at once if all records have one key."""
    sent = [(0, record(f"r{k}", key="depot")) for k in range(40)]
    mapped = stream(shards=4).to(handler("track", wait=1), batch_size=1, parallelization_factor=10)
    return {1: "a", 4: "b", 40: "c"}[run(mapped, at=sent).peak]


def another_group() -> str:
    """Say whether a group of a FIFO queue waits for a message of another group."""
    torn = handler("torn", wait=1, fails=lambda body: body == "a1")
    sent = [(0, message(body, group=body[0])) for body in ("a1", "b1")]
    tried = run(queue("steps", fifo=True).to(torn, batch_size=1), at=sent, until=20)
    return {1: "b", 2: "a"}[tried.depth("steps")]


QUESTIONS = (
    Question(
        "L10.R1",
        "A record of a stream always fails, and the mapping has its defaults. "
        "What becomes of the next record in the same shard?",
        (
            Option("a", "It is processed.", "A shard is read in order.", "M26"),
            Option("b", "It waits.", "Until the bad one is given up, or expires."),
        ),
        behind_the_bad_one,
    ),
    Question(
        "L10.R2",
        "A stream has 4 shards, and its mapping a parallelization factor of 10. "
        "All records have the same key. How many batches are processed at once?",
        (
            Option("a", "1.", "One key has one place, whatever you pay for."),
            Option("b", "4.", "All records lie in one shard. Which one, their key says.", "M27"),
            Option("c", "40.", "Four times ten is the most. The keys decide.", "M27"),
        ),
        at_once_with_one_key,
    ),
    Question(
        "L10.R3",
        "In a FIFO queue, message a1 of group a fails. What becomes of b1 of group b?",
        (
            Option("a", "It waits for a1.", "Order holds within a group.", "M25"),
            Option("b", "It is processed.", "Groups do not wait for each other."),
        ),
        another_group,
    ),
)

LESSON = Lesson(
    id="L10",
    title="Order has a price: streams and FIFO",
    minutes=50,
    guess=GUESS,
    goals=GOALS,
    problems=(A, B, C),
    questions=QUESTIONS,
    kills=("M25", "M26", "M27"),
)
