"""Each lesson in JupyterLab: it runs from top to bottom, asks no other host, and is solved by hand.

The exercises are answered as somebody would: a known wrong answer is typed into the cell and run,
then a right one. A function that is to be repaired is typed over, and its cell is run before the
check.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from lambdalab.teaching.records import Problem, find_lesson
from tools import lesson as tool
from tools import notebooks
from tools.answers import is_cell
from tools.browser import Server

from .cells import code_cell, write


@pytest.mark.parametrize("lesson", notebooks.lessons(), ids=lambda path: path.stem)
def test_a_lesson_runs_in_jupyterlab_and_is_solved_by_hand(
    lesson: Path, page: Page, server: Server
) -> None:
    server.open_and_run(page, lesson.relative_to(notebooks.LESSONS).as_posix())
    assert server.errors(page) == notebooks.errors(notebooks.read(lesson))
    assert page.get_by_text("Error displaying widget").count() == 0
    assert page.locator(".Toastify__toast, .jp-Dialog").count() == 0
    variables = dict(
        asked.groups()
        for cell in notebooks.read(lesson).cells
        if (asked := tool.CHECK.search(cell.source))
    )
    for problem in find_lesson(f"L{lesson.name[:2]}").problems:
        check = code_cell(page, f'lab.check("{problem.id}"')
        judged(check, "○ not tried")
        answer(page, check, variables[problem.id], problem, problem.wrong[0].example)
        judged(check, "◐ not yet")
        answer(page, check, variables[problem.id], problem, problem.solution)
        judged(check, "● correct")
    assert server.errors(page) == notebooks.errors(notebooks.read(lesson))


def answer(page: Page, check: Locator, variable: str, problem: Problem, source: str) -> None:
    """Give an answer: a line above its check, or a function that is repaired."""
    called = f'lab.check("{problem.id}", {variable})'
    if is_cell(source):
        write(page, code_cell(page, " ".join(source.split()[:2])), source.rstrip("\n"))
        write(page, check, called)
    else:
        write(page, check, f"{variable} = {source}\n{called}")


def judged(check: Locator, mark: str) -> None:
    """Look at a verdict: its mark and its word are there, and stand out."""
    pill = check.locator(".jp-OutputArea-output span", has_text=mark).first
    expect(pill).to_be_visible(timeout=20_000)
    assert pill.evaluate("e => getComputedStyle(e).color") == "rgb(255, 255, 255)"
