"""Ask of each line of a chapter of the engine whether a test would notice if it were wrong.

    python -m tools.mutate concurrency lifecycle   # tries every mutant of these chapters
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
WORKPLACE = ROOT / ".cache" / "mutants"
FOUND = ROOT / "docs" / "mutants.json"
PAGE = FOUND.with_suffix(".md")
COPIED = ("lambdalab", "tests", "tools")

# Which tests look at a chapter: examples of its rules, golden logs, laws on a few random runs.
# Whatever reads the source itself (tests/test_shape.py) is no test of behaviour.
ALWAYS = ["tests/test_golden.py", "tests/engine/test_kernel.py"]
CALLS = [
    *(f"tests/engine/test_rules{of}.py" for of in ("", "_async", "_concurrency", "_consequences")),
    *(f"tests/engine/test_rules_{of}.py" for of in ("environments", "life", "scaling")),
    "tests/engine/test_laws.py",
    "tests/engine/test_laws_life.py",
    "tests/engine/test_mutants.py",
    "tests/test_hand_made.py",
    "tests/test_scenarios.py",
    "tests/test_misconceptions.py",
]
SOURCES = [
    *(f"tests/engine/test_{of}_sqs.py" for of in ("rules", "laws")),
    *(f"tests/engine/test_{of}_streams.py" for of in ("rules", "laws")),
    "tests/engine/test_mutants.py",
    "tests/test_hand_made_sources.py",
    *(f"tests/test_scenarios_{of}.py" for of in ("sqs", "streams")),
    *(f"tests/test_misconceptions_{of}.py" for of in ("sqs", "streams")),
]
DOORS = [
    *(f"tests/engine/test_{of}_doors.py" for of in ("rules", "laws")),
    *(f"tests/engine/test_{of}_push.py" for of in ("rules", "laws")),
    "tests/engine/test_mutants.py",
    *(f"tests/test_scenarios_{of}.py" for of in ("doors", "push")),
]
LOOKED_AT_BY = {
    **dict.fromkeys(["queues", "scale", "receipts", "batches", "pollers", "messages"], SOURCES),
    **dict.fromkeys(["streams", "readers", "retries", "shards", "records", "mappings"], SOURCES),
    **dict.fromkeys(["doors", "clients", "push", "pushes", "exchanges", "proxies"], DOORS),
    **dict.fromkeys(["calls", "databases", "chains"], DOORS),
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

Found = dict[str, Any]  # of a chapter: its day, how many of its mutants were ..., its survivors


def tests_of(chapter: str) -> list[str]:
    """Choose the tests that look at a chapter."""
    chosen = [*ALWAYS, *LOOKED_AT_BY.get(chapter, CALLS)]
    return [name for name in chosen if (ROOT / name).exists()]


def prepare(chapter: str) -> None:
    """Copy the tree to where mutants may live."""
    shutil.rmtree(WORKPLACE, ignore_errors=True)
    for name in COPIED:
        shutil.copytree(ROOT / name, WORKPLACE / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(ROOT / name, WORKPLACE)
    copied = [*COPIED, "conftest.py"]
    settings = SETTINGS.format(
        chapter=chapter,
        copied="\n".join(f"    {name}" for name in copied),
        tests="\n".join(f"    {name}" for name in tests_of(chapter)),
    )
    (WORKPLACE / "setup.cfg").write_text(settings, encoding="utf-8")


def mutmut(*words: str, show: bool = False) -> str:
    """Run mutmut in the copy, at the lowest priority."""
    own = {**os.environ, "CI": "true", "HYPOTHESIS_PROFILE": "mutants", "PYTHONPATH": ""}
    command = ["nice", "-n", "19", sys.executable, "-m", "mutmut", *words]
    done = subprocess.run(
        command, cwd=WORKPLACE, env=own, text=True, stdout=None if show else subprocess.PIPE
    )
    if done.returncode and words[0] == "run":
        sys.exit(f"mutmut ended with {done.returncode}; is the extra `mutation` installed?")
    return done.stdout or ""


def search(chapter: str, workers: int) -> Found:
    """Try every mutant of a chapter."""
    prepare(chapter)
    mutmut("run", "--max-children", str(workers), show=True)
    states: dict[str, str] = {}
    for line in mutmut("results", "--all", "true").splitlines():
        name, _, state = line.strip().partition(": ")
        states[name] = state
    kept = [name for name, state in states.items() if state not in ("killed", "timeout")]
    return {
        "searched": date.today().isoformat(),
        **dict(sorted(Counter(states.values()).items())),
        "survivors": [described(name) for name in kept],
    }


def described(mutant: str) -> dict[str, str]:
    """Say where a mutant is, what the line was and what it became."""
    shown = mutmut("show", mutant).splitlines()
    lines = [line for line in shown if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    was, becomes = (
        " / ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )
    name = re.sub(r"^.*\.x_?", "", mutant).partition("__mutmut")[0].replace("ǁ", ".").strip(".")
    return {"where": name, "was": was, "becomes": becomes, "why": ""}


def remember(before: Found, found: Found) -> Found:
    """Keep the words of each survivor that was known already."""
    known = {tuple(list(s.values())[:3]): s["why"] for s in before.get("survivors", ())}
    for survivor in found["survivors"]:
        survivor["why"] = known.get(tuple(list(survivor.values())[:3]), "")
    return found


def read() -> dict[str, Found]:
    """Read what was found so far, by chapter."""
    found: dict[str, Found] = json.loads(FOUND.read_text(encoding="utf-8"))
    return found


def page(found: dict[str, Found]) -> str:
    """Write the page: a table of the chapters, and every survivor with why it does no harm."""
    rows, survivors = [], []
    for chapter, about in found.items():
        left = about["survivors"]
        caught = about.get("killed", 0) + about.get("timeout", 0)
        rows.append(
            f"| {chapter} | {about['searched']} | {caught + len(left)} | {caught} | {len(left)} |"
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
logs and the laws on a few random runs (10 each). Each survivor is either caught by a new test (most
of these are in `tests/engine/test_mutants.py`) or named below with why it does no harm. What stands
outside of functions, such as the numbers in `rules.py`, is not mutated; each number has a test of
its own, named after its rule. A chapter that is not in the table was not searched.

| Chapter | Searched on | Mutants | Noticed | Left |
| --- | --- | ---: | ---: | ---: |
"""


def main() -> None:
    """Search the chapters that are asked for, and write the page."""
    parser = argparse.ArgumentParser(prog="tools.mutate", description=__doc__)
    parser.add_argument("chapters", nargs="*")
    parser.add_argument("--page", action="store_true", help="write the page and search nothing")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    if not asked.chapters and not asked.page:
        parser.error("name a chapter of the engine, or --page")
    for chapter in asked.chapters:
        if not (ROOT / "lambdalab" / "engine" / f"{chapter}.py").exists():
            parser.error(f"{chapter} is no chapter of the engine")
        found = search(chapter, asked.workers)
        known = read() if FOUND.exists() else {}
        known[chapter] = remember(known.get(chapter, {}), found)
        words = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
        FOUND.write_text(words + "\n", encoding="utf-8")
        print(f"{chapter}: {len(found['survivors'])} survive")
    PAGE.write_text(page(read()), encoding="utf-8")


if __name__ == "__main__":
    main()
