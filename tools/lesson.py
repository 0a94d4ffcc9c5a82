"""Check one lesson in four passes, or all of them.

    python -m tools.lesson 02 [03 ...] [gameday]

1. published: every stored output is what a run gives now (strict nbval), in canonical form;
2. solved: with the solutions in place of the dots every verdict is correct;
3. wrong on purpose: each known wrong answer is recognised, with the belief it stands for;
4. claims: the numbers, the facts, the terms, the words and the cells.
"""

from __future__ import annotations

import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path

from nbformat import NotebookNode

from lambdalab.teaching.records import find_lesson, find_problem, to_recall
from tools import notebooks
from tools.answers import is_cell

ROOT = Path(__file__).parent.parent
CHECK = re.compile(r'lab\.check\("([^"]+)", (\w+)\)')
PUBLISHED = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]


# Solved -----------------------------------------------------------------------------------------


def fill(notebook: NotebookNode, lesson: str) -> NotebookNode:
    """Put the solutions, a guess and what is to be recalled into the cells for answers."""
    notebook = deepcopy(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells:
        if asked := CHECK.search(cell.source):
            _solve(cells, cell, asked[1], asked[2])
    found = find_lesson(lesson)
    right = [repr(question.truth()) for question in to_recall(lesson, frozenset())]
    guess = repr(found.guess.options[0].value) if found.guess else "..."
    for cell in cells:
        cell.source = re.sub(r"^guess = \.\.\.", f"guess = {guess}", cell.source)
        cell.source = re.sub(
            r"lab\.recall\([., ]*\)", f"lab.recall({', '.join(right)})", cell.source
        )
    return notebook


def _solve(cells: list[NotebookNode], cell: NotebookNode, id: str, variable: str) -> None:
    solution = find_problem(id).solution
    if not is_cell(solution):
        line = re.compile(rf"^{variable} = .*$", re.MULTILINE)
        cell.source, n = line.subn(lambda _: f"{variable} = {solution}", cell.source)
        assert n == 1, f"the cell of {id} has no line that gives {variable} a value"
        return
    words = solution.split()[:2]
    (given,) = [other for other in cells if other.source.split()[:2] == words]
    given.source = solution.rstrip("\n")


def verdicts(notebook: NotebookNode) -> dict[str, str]:
    """Read the first line of what each check and each recalled question said."""
    said = {}
    for cell in notebook.cells:
        text = "".join(
            output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])
        )
        if asked := CHECK.search(cell.source):
            said[asked[1]] = text.partition("\n")[0]
        if "lab.recall(" in cell.source:
            asked_for = re.findall(r"^\d+\. (.*)$", text, re.MULTILINE)
            said |= {f"recall {n}": line for n, line in enumerate(asked_for, 1)}
    return said


def solved(path: Path) -> dict[str, str]:
    """Run a lesson with everything answered, and give its verdicts."""
    notebook = fill(notebooks.read(path), f"L{path.name[:2]}")
    notebooks.execute(notebook, path.parent)
    return verdicts(notebook)


# All four ---------------------------------------------------------------------------------------


def passes(path: Path) -> list[tuple[str, list[str]]]:
    """Name the four passes over a lesson, and what pytest runs for each."""
    here, lesson = path.relative_to(ROOT).as_posix(), f"L{path.name[:2]}"
    plain = ["-p", "no:nbval"]
    return [
        ("published", [*PUBLISHED, here]),
        ("solved", [*plain, "tests/test_lessons.py", "-k", f"solved and {path.stem}"]),
        ("wrong on purpose", [*plain, "tests/test_teaching.py", "-k", lesson]),
        ("claims", [*plain, "tests/test_lessons.py", "-k", f"not solved and {path.stem}"]),
    ]


def game_day_passes() -> list[tuple[str, list[str]]]:
    """Name the four passes over the notebooks of the game day."""
    repairs = ["-p", "no:nbval", "tests/test_gameday.py", "-k"]
    return [
        ("published", [*PUBLISHED, "lessons/gameday"]),
        ("solved", [*repairs, "a_repair_ends"]),
        ("wrong on purpose", [*repairs, "half_a_repair"]),
        ("claims", ["-p", "no:nbval", "tests/test_gameday_notebooks.py"]),
    ]


def main(numbers: list[str]) -> int:
    """Run the four passes over each lesson named; give how many failed."""
    known = {path.name[:2]: (path.stem, passes(path)) for path in notebooks.lessons()}
    known["gameday"] = ("gameday", game_day_passes())
    unknown = [number for number in numbers if number not in known]
    if not numbers or unknown:
        sys.exit(f"usage: python -m tools.lesson NN ..., with NN one of {', '.join(known)}")
    failed = 0
    for number in numbers:
        stem, some = known[number]
        for title, arguments in some:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "--no-header", *arguments],
                cwd=ROOT,
                capture_output=True,
                text=True,
            )
            good = done.returncode == 0
            print(f"{'●' if good else '✕'} {stem}: {title}", flush=True)
            if not good:
                failed += 1
                print(done.stdout + done.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
