"""Each lesson runs in JupyterLab from top to bottom, shows its widgets, and asks no other host."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tools import notebooks
from tools.browser import Server


@pytest.mark.parametrize("lesson", notebooks.lessons(), ids=lambda path: path.stem)
def test_a_lesson_runs_in_jupyterlab(lesson: Path, page: Page, server: Server) -> None:
    relative = lesson.relative_to(notebooks.LESSONS)
    server.open_and_run(page, relative.as_posix())
    assert server.errors(page) == errors(notebooks.read(lesson))
    assert page.get_by_text("Error displaying widget").count() == 0
    assert page.locator(".Toastify__toast, .jp-Dialog").count() == 0


def errors(notebook: notebooks.NotebookNode) -> list[str]:
    """Name the error of each cell that failed when the lesson was written."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.ename for output in outputs if output.output_type == "error"]
