"""Ask of each line of a chapter of the engine whether a test would notice if it were wrong.

    python -m tools.mutate concurrency lifecycle   # tries every mutant of these chapters
    python -m tools.mutate --again queues          # tries what survived there, with the new tests
    python -m tools.mutate --quick queues          # with few tests; --again then tries the rest
    python -m tools.mutate --page                  # writes docs/mutants.md again

mutmut (the extra `mutation`) makes small mistakes one by one, in a copy of the tree in
`.cache/mutants/`, and runs the tests that come by the place. What no test notices is kept in
docs/mutants.json beside the day of the search. Either write a test that does notice, or write into
the file why the mistake does no harm; the words of a survivor that is found again are kept.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
WORKPLACES = ROOT / ".cache" / "mutants"
FOUND = ROOT / "docs" / "mutants.json"
PAGE = FOUND.with_suffix(".md")
COPIED = ("lambdalab", "tests", "tools")

# Which tests look at a chapter: examples of its rules, golden logs, scenarios worked out by hand.
# Whatever reads the source itself (tests/test_shape.py) is no test of behaviour.
ALWAYS = [
    "tests/engine/test_mutants.py",
    "tests/test_golden.py",
    "tests/test_hand_made.py",
    "tests/test_scenarios.py",
]
CALLS = [
    *(f"tests/engine/test_rules{of}.py" for of in ("", "_async", "_concurrency", "_consequences")),
    *(f"tests/engine/test_rules_{of}.py" for of in ("environments", "life", "scaling")),
]
SOURCES = [
    *(f"tests/engine/test_rules_{of}.py" for of in ("sqs", "streams")),
    "tests/test_hand_made_sources.py",
    *(f"tests/test_scenarios_{of}.py" for of in ("sqs", "streams")),
]
DOORS = [
    *(f"tests/engine/test_rules_{of}.py" for of in ("doors", "push")),
    *(f"tests/test_scenarios_{of}.py" for of in ("doors", "push")),
]
EVENTS = [
    *(f"tests/engine/test_rules_{of}.py" for of in ("async", "concurrency", "consequences")),
    *(f"tests/engine/test_rules_{of}.py" for of in ("doors", "environments", "life", "push")),
]
LOOKED_AT_BY = {
    **dict.fromkeys(["asynchronous", "destinations"], EVENTS),
    **dict.fromkeys(["queues", "scale", "receipts", "batches", "pollers", "messages"], SOURCES),
    **dict.fromkeys(["streams", "readers", "retries", "shards", "records", "mappings"], SOURCES),
    **dict.fromkeys(["doors", "clients", "push", "pushes", "exchanges", "proxies"], DOORS),
    **dict.fromkeys(["calls", "databases", "chains"], DOORS),
}
# Laws on a few random runs; they take long, and few mistakes are noticed by nothing else.
LAWS = {
    id(CALLS): ("", "_life"),
    id(EVENTS): ("", "_life"),
    id(SOURCES): ("_sqs", "_streams"),
    id(DOORS): ("_doors", "_push"),
}

SETTINGS = """\
[mutmut]
source_paths=lambdalab
only_mutate=lambdalab/engine/{chapter}.py
also_copy=
{copied}
use_git_change_detection=False
pytest_add_cli_args=
    -p
    no:nbval
    -p
    no:lambdalab.pytest_plugin
pytest_add_cli_args_test_selection=
{tests}
"""

SHOW = """
import sys
from mutmut.mutation.diff_apply import find_mutant, get_diff_for_mutant
for name in sys.argv[1:]:
    print("\\0" + get_diff_for_mutant(name, path=find_mutant(name).path))
"""

NOTICED, NOT_TRIED = ("killed", "timeout", "suspicious", "segfault"), "not checked"
Found = dict[str, Any]  # of a chapter: its day, how many of its mutants were ..., its survivors


def tests_of(chapter: str, laws: bool, quick: bool) -> list[str]:
    """Choose the tests that look at a chapter; quick: those that look at every chapter."""
    if quick:
        return ALWAYS
    own = LOOKED_AT_BY.get(chapter, CALLS)
    more = [f"tests/engine/test_laws{of}.py" for of in LAWS[id(own)]] if laws else []
    return [*ALWAYS, *own, *more]


def prepare(chapter: str, laws: bool, quick: bool) -> Path:
    """Copy the tree to where mutants may live."""
    place = WORKPLACES / chapter
    shutil.rmtree(place, ignore_errors=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, place)
    copied = [*COPIED, "conftest.py"]
    settings = SETTINGS.format(
        chapter=chapter,
        copied="\n".join(f"    {name}" for name in copied),
        tests="\n".join(f"    {name}" for name in tests_of(chapter, laws, quick)),
    )
    (place / "setup.cfg").write_text(settings, encoding="utf-8")
    return place


def mutmut(place: Path, *words: str, show: bool = False) -> str:
    """Run mutmut in the copy, at the lowest priority."""
    own = {**os.environ, "CI": "true", "HYPOTHESIS_PROFILE": "mutants", "PYTHONPATH": ""}
    command = ["nice", "-n", "19", sys.executable, "-m", "mutmut", *words]
    done = subprocess.run(
        command, cwd=place, env=own, text=True, stdout=None if show else subprocess.PIPE
    )
    if done.returncode and words[0] == "run":
        sys.exit(f"mutmut ended with {done.returncode}; is the extra `mutation` installed?")
    return done.stdout or ""


def search(chapter: str, workers: int, laws: bool, quick: bool = False) -> Found:
    """Try every mutant of a chapter."""
    place = prepare(chapter, laws, quick)
    states = tried(place, workers)
    counts = Counter(states.values())
    return {
        "searched": date.today().isoformat(),
        "laws": laws,
        "noticed": sum(counts[state] for state in NOTICED),
        "not tried": counts[NOT_TRIED],
        "survivors": described(
            place, [n for n, s in states.items() if s not in (*NOTICED, NOT_TRIED)]
        ),
    }


def search_again(chapter: str, workers: int, known: Found, quick: bool = False) -> Found:
    """Try once more what survived before, in a chapter that is the same as then."""
    place = prepare(chapter, known["laws"], quick)
    names = [survivor["mutant"] for survivor in known["survivors"]]
    states = tried(place, workers, *names)
    if list(map(_place, described(place, names))) != list(map(_place, known["survivors"])):
        sys.exit(f"{chapter} has changed since it was searched: search all of it")
    left = [name for name in names if states[name] not in NOTICED]
    noticed = known["noticed"] + len(names) - len(left)
    return {**known, "noticed": noticed, "survivors": described(place, left)}


def tried(place: Path, workers: int, *mutants: str) -> dict[str, str]:
    """Try these mutants or all, and say what became of each."""
    mutmut(place, "run", "--max-children", str(workers), *mutants, show=True)
    lines = mutmut(place, "results", "--all", "true").splitlines()
    return {name: state for name, _, state in (line.strip().partition(": ") for line in lines)}


def described(place: Path, mutants: list[str]) -> list[dict[str, str]]:
    """Say of each mutant where it is, what the line was and what it became."""
    command = [sys.executable, "-c", SHOW, *mutants]
    done = subprocess.run(command, cwd=place, check=True, text=True, stdout=subprocess.PIPE)
    found = []
    for mutant, shown in zip(mutants, done.stdout.split("\0")[1:], strict=True):
        lines = [x for x in shown.splitlines() if x[:1] in "+-" and x[:3] not in ("+++", "---")]
        was, becomes = (
            " / ".join(x[1:].strip() for x in lines if x.startswith(sign)) for sign in "-+"
        )
        name = re.sub(r"^.*\.x_?", "", mutant).partition("__mutmut")[0].replace("ǁ", ".").strip(".")
        said = {"where": name, "was": was, "becomes": becomes, "why": "", "mutant": mutant}
        found.append(said)
    return found


def remember(before: Found, found: Found) -> Found:
    """Keep the words of each survivor that was known already."""
    known = {_place(survivor): survivor["why"] for survivor in before.get("survivors", ())}
    for survivor in found["survivors"]:
        survivor["why"] = known.get(_place(survivor), "")
    return found


def _place(survivor: dict[str, str]) -> tuple[str, ...]:
    """Say which mistake it is, whatever its number was."""
    return survivor["where"], survivor["was"], survivor["becomes"]


def read() -> dict[str, Found]:
    """Read what was found so far, by chapter."""
    found: dict[str, Found] = json.loads(FOUND.read_text(encoding="utf-8"))
    return found


def page(found: dict[str, Found]) -> str:
    """Write the page: a table of the chapters, and every survivor with why it does no harm."""
    rows, survivors = [], []
    for chapter, about in found.items():
        left, noticed, not_tried = about["survivors"], about["noticed"], about["not tried"]
        laws = "yes" if about["laws"] else "no"
        numbers = (noticed + not_tried + len(left), noticed, len(left), not_tried)
        rows.append(
            f"| {chapter} | {about['searched']} | {laws} | {' | '.join(map(str, numbers))} |"
        )
        survivors += [f"## {chapter}", ""] if left else []
        for one in left:
            survivors += [
                f"- `{one['where']}`: `{one['was']}` becomes `{one['becomes']}`.",
                f"  {one['why'] or 'Not looked at yet.'}",
            ]
        survivors += [""] if left else []
    return "\n".join([*HEAD.splitlines(), *rows, "", *survivors]).rstrip() + "\n"


HEAD = """\
# Mutants

A mutant is the engine with one small mistake in it: a `<` that became a `<=`, a rule that is
missing, a plus that became a minus. A mistake that no test notices would also not be noticed if we
made it. `make mutate CHAPTERS="concurrency lifecycle"` makes every such mistake that mutmut knows
in the functions of these chapters, one at a time, and runs the examples of the rules, the golden
logs and the scenarios that were worked out by hand; with `--laws` also the laws on a few random
runs. Each survivor is either caught by a new test (most of these are in
`tests/engine/test_mutants.py`) or named below with why it does no harm. What stands outside of
functions, such as the numbers in `rules.py`, is not mutated; each number has a test of its own,
named after its rule. A chapter that is not in the table was not searched.

| Chapter | Searched on | With laws | Mutants | Noticed | Left | Not tried |
| --- | --- | --- | ---: | ---: | ---: | ---: |
"""


def main() -> None:
    """Search the chapters that are asked for, and write the page."""
    parser = argparse.ArgumentParser(prog="tools.mutate", description=__doc__)
    parser.add_argument("chapters", nargs="*")
    parser.add_argument("--page", action="store_true", help="write the page and search nothing")
    parser.add_argument("--laws", action="store_true", help="run the laws too")
    parser.add_argument("--again", action="store_true", help="try only what survived before")
    parser.add_argument("--quick", action="store_true", help="run only what looks at all chapters")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    if not asked.chapters and not asked.page:
        parser.error("name a chapter of the engine, or --page")
    for chapter in asked.chapters:
        if not (ROOT / "lambdalab" / "engine" / f"{chapter}.py").exists():
            parser.error(f"{chapter} is no chapter of the engine")
        if asked.again:
            found = search_again(chapter, asked.workers, read()[chapter], asked.quick)
        else:
            found = search(chapter, asked.workers, asked.laws, asked.quick)
        known = read()
        known[chapter] = remember(known.get(chapter, {}), found)
        words = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
        FOUND.write_text(words + "\n", encoding="utf-8")
        print(f"{chapter}: {len(found['survivors'])} survive")
    PAGE.write_text(page(read()), encoding="utf-8")


if __name__ == "__main__":
    main()
