"""Write the inventory of the instructor guide: twelve questions before a course, and twelve after.

    python -m tools.inventory

Each wrong option stands for a belief, and a run knows which option is right. The second question of
a pair asks the same in new clothes, so that nobody answers it from memory.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lambdalab as lab
from lambdalab.teaching.beliefs import BELIEFS

PAGES = Path(__file__).parent.parent / "docs" / "instructor"

Options = tuple[tuple[str, str], ...]  # what each says, and the belief behind it; "" for none


@dataclass(frozen=True)
class Item:
    """One question: its words, its options, and a run that knows which of them is right."""

    ask: str
    options: Options
    truth: Callable[[], str]

    def letters(self) -> list[tuple[str, str, str]]:
        """Give each option a letter."""
        return [(letter, *option) for letter, option in zip("abcd", self.options, strict=False)]


@dataclass(frozen=True)
class Pair:
    """The same question twice, before and after, about one lesson."""

    lesson: str
    about: str
    before: Item
    after: Item


def shown(found: object, *answers: object) -> str:
    """Say which option a run bears out: a letter, in the order of the answers."""
    return "abcd"[answers.index(found)]


# The runs ---------------------------------------------------------------------------------------


def environments(seconds: float, at: Sequence[float]) -> int:
    """Count the environments that take some requests."""
    return len(
        {x.environment for x in lab.run(lab.handler(wait=seconds, timeout=60), at).invocations}
    )


def remembered(at: Sequence[float]) -> list[object]:
    """Return what a counter in module scope says."""
    source = (
        "import time\nseen = []\n\n"
        "def handler(event, context):\n"
        "    seen.append(event)\n    time.sleep(0.5)\n    return len(seen)\n"
    )
    return lab.run(lab.function(source, name="counter"), at=at).returned


def unlucky(every: float, users: int) -> int:
    """Count the users who meet a cold start, although somebody pings."""
    pings = [every * k for k in range(4)]
    at = pings[-1] + every / 2
    asked = lab.handler(init=1, wait=1)
    return lab.run(asked, at=pings + [at] * users).count("cold", after=at)


def after_a_timeout(init: float, work: float, timeout: int) -> str:
    """Say what becomes of the call after one that hung."""
    source = (
        "import time\n\n"
        "def handler(event, context):\n"
        f"    time.sleep(60 if event == 'hang' else {work})\n    return 'ok'\n"
    )
    fn = lab.function(source, name="teller", init=init, timeout=timeout)
    last = lab.run(fn, at=[(0, "fine"), (100, "hang"), (200, "fine")])
    if last.returned[2] != "ok":
        return "times out"
    return "warm" if (last.invocations[2].duration or 0) == work * 1_000_000 else "slower"


def dearer(seconds: float, small: int, large: int) -> str:
    """Compare the bill of a computation at two sizes."""
    low, high = (
        lab.run(lab.handler(cpu=seconds * small / 1769, memory=mb, timeout=900), at=[0]).bill.gb_s
        for mb in (small, large)
    )
    return "same" if 0.98 < high / low < 1.02 else "more" if high > low else "less"


def refused(reserved: int, n: int) -> tuple[float, float, float]:
    """Read three metrics of a burst: Invocations, Errors, Throttles."""
    metrics = lab.run(lab.handler(wait=1, reserved_concurrency=reserved), at=[0] * n).metrics
    return metrics["Invocations"], metrics["Errors"], metrics["Throttles"]


def called(door: Callable[[lab.Function], Any]) -> int:
    """Count the attempts of a function that always raises."""
    return lab.run(door(lab.handler("boom", fails=True)), at=[0], until=3600).attempts()


def done(events: int, seconds: float, until: float) -> int:
    """Count the events that are done, one at a time."""
    slow = lab.handler(wait=seconds, timeout=900, reserved_concurrency=1)
    return lab.run(lab.event(slow), at=[0] * events, until=until).count("processed")


def given_up(reserved: int, seconds: float, loan: int, messages: int) -> str:
    """Say what became of messages that found no room."""
    worker = lab.handler(wait=seconds, timeout=int(loan), reserved_concurrency=reserved)
    queue = lab.queue("work", visibility_timeout=loan, max_receive_count=1, dead_letter="dead")
    run = lab.run(queue.to(worker, batch_size=1), at=[0] * messages)
    if not run.count("dead_lettered"):
        return "waited"
    return "errors" if run.metrics["Errors"] else "unseen"


def behind(bad: int, n: int) -> str:
    """Say what becomes of the records behind one that always fails, in its shard and in others."""
    keys = [lab.record("bad" if k == bad else f"r{k}", key=f"k{k % 8}") for k in range(n)]
    reader = lab.handler(fails=lambda data: data == "bad")
    mapped = lab.stream("scans", shards=2).to(reader, batch_size=1)
    table = lab.run(mapped, at=[(0, key) for key in keys], until=600).table("records")
    shard = table.shard[bad]
    here, there = (set(table.state[mask]) for mask in (table.shard == shard, table.shard != shard))
    if there != {"done"}:
        return "all wait"
    return "waits" if "waiting" in here else "goes on"


def work_done(door: Callable[[lab.Function], Any], order: str) -> int:
    """Count what is done for one order, if its handler notes it first and then dies."""
    source = (
        "import boto3\nimport lambdalab as lab\n"
        "notes = boto3.resource('dynamodb').Table('notes')\n\n"
        "def handler(event, context):\n"
        f"    if 'Item' in notes.get_item(Key={{'id': '{order}'}}):\n        return 'done before'\n"
        f"    notes.put_item(Item={{'id': '{order}'}})\n"
        "    lab.effect('noted')\n    lab.effect('work')\n    return 'done'\n"
    )
    fn = lab.function(source, name="worker")
    crash = lab.crash(fn, after="noted")
    run = lab.run(door(fn), at=[0], also=[lab.table("notes")], faults=[crash])
    assert run.count("started") > 1, "there is a second delivery"
    return run.effects.count("work")


def charged(seconds: float, patience: float, gateway: bool) -> int:
    """Count the effects of a function whose caller stops waiting, and does not try again."""
    source = (
        "import time\nimport lambdalab as lab\n\n"
        "def handler(event, context):\n"
        f"    time.sleep({seconds})\n    lab.effect('charge')\n    return {{'statusCode': 200}}\n"
    )
    fn = lab.function(source, name="pay", timeout=60)
    door = lab.api(fn, timeout=patience) if gateway else lab.caller(fn, read_timeout=patience)
    run = lab.run(door, at=[0])
    return run.effects.count("charge")


# The questions ----------------------------------------------------------------------------------

PAIRS = (
    Pair(
        "L01",
        "one environment, one request",
        Item(
            "Three requests come at the same moment, and a fourth a minute later. Each takes one "
            "second. How many execution environments serve them?",
            (
                ("One. The others wait in line.", "M03"),
                ("Three. The fourth request finds one that is idle.", ""),
                ("Four. Each request gets a new one.", "M01"),
            ),
            lambda: shown(environments(1, [0, 0, 0, 60]), 1, 3, 4),
        ),
        Item(
            "Five shops ask for their report at 9:00 sharp, and a sixth asks at 9:02. A report "
            "takes ten seconds. How many execution environments work on them?",
            (
                ("Six. Every report is made in a fresh one.", "M01"),
                ("Five. By 9:02 all of them are idle again.", ""),
                ("One. It makes the reports one after the other.", "M03"),
            ),
            lambda: shown(environments(10, [0] * 5 + [120]), 6, 5, 1),
        ),
    ),
    Pair(
        "L02",
        "what survives in memory",
        Item(
            "A handler adds one to a global variable and returns it. Its work takes half a second. "
            "One call comes at 0 s, and two come at 1 s. What do the three return?",
            (
                ("1, 1, 1", "M01"),
                ("1, 2, 3", "M03"),
                ("1, 2, 1", ""),
            ),
            lambda: shown(remembered([0, 1, 1]), [1, 1, 1], [1, 2, 3], [1, 2, 1]),
        ),
        Item(
            "A handler appends each customer to a list outside the handler and returns the length "
            "of the list. Ann comes first. Five seconds later Bob and Cyd come at the same moment. "
            "Each call takes half a second. Which lengths are returned?",
            (
                ("1, 2, 1", ""),
                ("1, 1, 1", "M01"),
                ("1, 2, 3", "M03"),
            ),
            lambda: shown(remembered([0, 5, 5]), [1, 2, 1], [1, 1, 1], [1, 2, 3]),
        ),
    ),
    Pair(
        "L03",
        "what a ping keeps warm",
        Item(
            "A schedule calls a function every five minutes, to keep it warm. Between two of these "
            "calls six users come in the same second. How many of the six have a cold start?",
            (
                ("None. The function is warm.", "M04"),
                ("One. The first user wakes it up for the others.", "M03"),
                ("Five. One of them finds the environment of the ping.", ""),
                ("Six. Each request gets a new environment.", "M01"),
            ),
            lambda: shown(unlucky(300, 6), 0, 1, 5, 6),
        ),
        Item(
            "A login function is pinged every four minutes. At the start of the shift, two minutes "
            "after a ping, twenty people log in within the same second. How many of them wait for "
            "an Init?",
            (
                ("Twenty. Nothing is kept from one call to the next.", "M01"),
                ("Nineteen. One of them takes what the ping left idle.", ""),
                ("One. After that the function is awake.", "M03"),
                ("None. Pings keep it awake.", "M04"),
            ),
            lambda: shown(unlucky(240, 20), 20, 19, 1, 0),
        ),
    ),
    Pair(
        "L04",
        "the call after a timeout",
        Item(
            "Init takes 3 s, the work takes 1 s, and the timeout is 3 s. All goes well, until one "
            "call hangs and is stopped at its timeout. What becomes of the next call?",
            (
                ("It is fine, and as fast as before.", "M09"),
                ("It is fine, and 3 s slower.", ""),
                ("It times out too.", ""),
            ),
            lambda: shown(after_a_timeout(3, 1, 3), "warm", "slower", "times out"),
        ),
        Item(
            "Outside its handler a function loads a model, which takes 8 s. A call takes 4 s, and "
            "the timeout is 10 s. Many calls went well. Then one hangs until it is stopped. And "
            "the call after it?",
            (
                ("It runs into the timeout as well.", ""),
                ("It takes 12 s and succeeds.", ""),
                ("It takes 4 s, as always.", "M09"),
            ),
            lambda: shown(after_a_timeout(8, 4, 10), "times out", "slower", "warm"),
        ),
    ),
    Pair(
        "L05",
        "memory and money",
        Item(
            "A function does nothing but compute, for 10 s with 128 MB. It gets 1,024 MB, eight "
            "times as much. What happens to its bill?",
            (
                ("It is about eight times as high.", "M15"),
                ("It is about the same.", ""),
                ("It is about an eighth.", ""),
            ),
            lambda: shown(dearer(10, 128, 1024), "more", "same", "less"),
        ),
        Item(
            "A converter of pictures needs 8 s of pure computing with 256 MB. Somebody gives it "
            "1,536 MB. What becomes of its GB-seconds?",
            (
                ("A sixth of what they were.", ""),
                ("Six times what they were.", "M15"),
                ("Much the same as they were.", ""),
            ),
            lambda: shown(dearer(8, 256, 1536), "less", "more", "same"),
        ),
    ),
    Pair(
        "L06",
        "where a refusal shows",
        Item(
            "A function has a reserved concurrency of 2. Five requests come at the same moment. "
            "What do its metrics show?",
            (
                ("5 `Invocations`, 3 `Errors`", "M14"),
                ("2 `Invocations`, 0 `Errors`, 3 `Throttles`", ""),
                ("5 `Invocations`, 0 `Errors`: three waited in line", "M03"),
            ),
            lambda: shown(refused(2, 5), (5, 3, 0), (2, 0, 3), (5, 0, 0)),
        ),
        Item(
            "Only one invocation of `checkout` may run at a time. Four customers press the button "
            "in the same instant. What stands on its dashboard?",
            (
                ("4 `Invocations`, one after the other, 0 `Errors`", "M03"),
                ("4 `Invocations`, 3 `Errors`", "M14"),
                ("1 `Invocations`, 0 `Errors`, 3 `Throttles`", ""),
            ),
            lambda: shown(refused(1, 4), (4, 0, 0), (4, 3, 0), (1, 0, 3)),
        ),
    ),
    Pair(
        "L07",
        "who tries again",
        Item(
            "A program calls a function and waits for the answer. The handler raises. The program "
            "does not call again. How often does the handler run?",
            (
                ("Once.", ""),
                ("Three times: Lambda retries twice.", "M17"),
                ("Until it succeeds.", "M17"),
            ),
            lambda: shown(called(lambda fn: fn), 1, 3, 60),
        ),
        Item(
            "Somebody opens a function URL in a browser, and the handler raises. Nobody presses "
            "reload. How often does the handler run?",
            (
                ("Again and again, until it works.", "M17"),
                ("Three times: the first time, and two retries of Lambda's.", "M17"),
                ("Once.", ""),
            ),
            lambda: shown(called(lab.function_url), 60, 3, 1),
        ),
    ),
    Pair(
        "L08",
        "events without room",
        Item(
            "Twelve events are sent to a function at the same moment, through the event door. Each "
            "takes five minutes, and one may run at a time. How many are done after two hours?",
            (
                ("One or two. The others had their three tries long before.", "M20"),
                ("All twelve.", ""),
                ("One. The senders of the others got a 429.", ""),
            ),
            lambda: shown(done(12, 300, 7200), 2, 12, 1),
        ),
        Item(
            "At midnight eight statements are asked for by events. Each takes ten minutes to "
            "write, one at a time. How many are written by three in the morning?",
            (
                ("The first one. The others were refused at once.", ""),
                ("All eight.", ""),
                ("The first one or two. Lambda gives up after two retries.", "M20"),
            ),
            lambda: shown(done(8, 600, 3 * 3600), 1, 8, 2),
        ),
    ),
    Pair(
        "L09",
        "messages without room",
        Item(
            "A queue lends each message for 30 s, and once only. Its function may run one at a "
            "time, and each message takes 20 s. Five messages come at once. What becomes of those "
            "that find no room?",
            (
                ("They stay in the queue until there is room.", "M22"),
                ("They fail, and the function's log has an error for each.", "M14"),
                ("Some end in the dead-letter queue, and no code has seen them.", ""),
            ),
            lambda: shown(given_up(1, 20, 30, 5), "waited", "errors", "unseen"),
        ),
        Item(
            "Ten mails lie in a queue with a visibility timeout of 60 s and a maximum receive "
            "count of 1. `mailer` may send two at a time, and each takes 40 s. What happens to "
            "mails that it has no room for?",
            (
                ("A part of them is dead-lettered without a single line in any log.", ""),
                ("Nothing. A queue is there to wait.", "M22"),
                ("`mailer` reports an error for each of them.", "M14"),
            ),
            lambda: shown(given_up(2, 40, 60, 10), "unseen", "waited", "errors"),
        ),
    ),
    Pair(
        "L10",
        "a bad record",
        Item(
            "One record of a stream can never be processed, and the mapping has its defaults. What "
            "happens to the records behind it?",
            (
                ("They are processed. Only the bad one is skipped.", "M26"),
                ("Those of the same shard wait, those of other shards do not.", ""),
                ("All of them wait, in every shard.", ""),
            ),
            lambda: shown(behind(5, 24), "goes on", "waits", "all wait"),
        ),
        Item(
            "Scans of eight depots go through a stream with two shards. One scan is torn, and the "
            "handler raises on it. No setting was changed. What do the depots notice?",
            (
                ("Every depot stands still.", ""),
                ("Nothing, but for the one scan that is missing.", "M26"),
                ("Depots in the shard of the torn scan fall behind, the others do not.", ""),
            ),
            lambda: shown(behind(9, 40), "all wait", "goes on", "waits"),
        ),
    ),
    Pair(
        "L11",
        "a mark before the work",
        Item(
            "A handler notes an order as done in a table, and then ships it. It dies between the "
            "two. The queue delivers the order again. How many parcels are shipped?",
            (
                ("None.", ""),
                ("One.", "M30"),
                ("Two.", ""),
            ),
            lambda: shown(
                work_done(
                    lambda fn: lab.queue("work", visibility_timeout=30).to(fn, batch_size=1),
                    "order-7",
                ),
                0,
                1,
                2,
            ),
        ),
        Item(
            "An event asks for a refund. The handler first writes down that this refund was made, "
            "and then asks the bank for it. It crashes in between, and Lambda tries the event "
            "again. How often is the money paid back?",
            (
                ("Once: writing it down first makes it safe.", "M30"),
                ("Twice.", ""),
                ("Never.", ""),
            ),
            lambda: shown(work_done(lab.event, "refund-3"), 1, 2, 0),
        ),
    ),
    Pair(
        "L12",
        "a caller that stops waiting",
        Item(
            "API Gateway waits for 29 s and answers 504. The function behind it works for 40 s and "
            "charges a card at the end. Its own timeout is 60 s. The client does not try again. Is "
            "the card charged?",
            (
                ("No. The function ends when its caller is gone.", "M28"),
                ("Yes, once.", ""),
                ("Yes, twice.", ""),
            ),
            lambda: shown(charged(40, 29, gateway=True), 0, 1, 2),
        ),
        Item(
            "A program waits 5 s for a function, then gives up and does not call again. The "
            "function would need 8 s, and may take 60 s. At its end it sends a letter. How many "
            "letters are sent?",
            (
                ("One.", ""),
                ("Two.", ""),
                ("None. Nobody is waiting any more.", "M28"),
            ),
            lambda: shown(charged(8, 5, gateway=False), 1, 2, 0),
        ),
    ),
)

# The pages --------------------------------------------------------------------------------------

SHEET = """\
# Twelve questions, {when}

Take ten minutes. Choose one answer for each question, without running anything. Nobody collects
names, and nothing is scored. Write the letters down.

"""
KEY = """\
# The inventory: twelve questions before, and twelve after

For whoever leads the course. The sheets to print are [before](inventory-before.md) and
[after](inventory-after.md). This page, and both sheets, are written by `python -m tools.inventory`;
a test runs an experiment for each answer, so the right option is what a run shows.

**How to use it.** Give the first sheet at the beginning, and the second one at the end. Do not
discuss the first sheet: the lessons do. The second sheet asks the same in new clothes, with the
options in another order.

**How to read it.** Count, for each belief, how many people chose an option with it, before and
after. Report the shift of each belief, and no score of a person or a group. A belief that did not
move names the lesson to look at again. Other wrong options are slips, or no answer that is known to
come from a belief.

With {few} people or fewer a shift of one or two says nothing. Then use the sheets to talk, not to
count.

## The answers

| | About | Lesson | Before | After |
|---|---|---|---|---|
"""
FEW = 12


def sheet(when: str, items: list[Item]) -> str:
    """Write a sheet to print, without answers."""
    parts = [SHEET.format(when=when)]
    for number, item in enumerate(items, 1):
        options = "".join(f"- ( ) **{letter}** {words}\n" for letter, words, _ in item.letters())
        parts.append(f"**{number}.** {item.ask}\n\n{options}\n")
    return "".join(parts).rstrip("\n") + "\n"


def key() -> str:
    """Write the page with the answers, and with the belief behind each option."""
    parts = [KEY.format(few=FEW)]
    for number, pair in enumerate(PAIRS, 1):
        lesson = f"[{pair.lesson[1:]}](lessons/{pair.lesson[1:]}.md)"
        truths = f"**{pair.before.truth()}** | **{pair.after.truth()}**"
        parts.append(f"| {number} | {pair.about} | {lesson} | {truths} |\n")
    parts.append(
        "\n## The beliefs\n\nWhat each option of the first sheet, and of the second, says "
        "about whoever chose it.\n\n| Belief | Before | After | People before | People after "
        "|\n|---|---|---|---|---|\n"
    )
    for belief in sorted({belief for pair in PAIRS for _, belief in pair.before.options} - {""}):
        before, after = (
            ", ".join(
                f"{number}{letter}"
                for number, pair in enumerate(PAIRS, 1)
                for letter, _, held in getattr(pair, when).letters()
                if held == belief
            )
            for when in ("before", "after")
        )
        parts.append(f"| {belief}: {BELIEFS[belief]} | {before} | {after} | | |\n")
    return "".join(parts)


def pages() -> dict[str, str]:
    """Write all three pages."""
    return {
        "inventory.md": key(),
        "inventory-before.md": sheet("before", [pair.before for pair in PAIRS]),
        "inventory-after.md": sheet("after", [pair.after for pair in PAIRS]),
    }


def main() -> None:
    """Write them where they belong."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")
        print(PAGES / name)


if __name__ == "__main__":
    main()
