"""The lessons lie here as `make lessons` writes them, and nbval looks at every cell of them."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import notebooks

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("lesson", notebooks.course(), ids=lambda path: path.stem)
def test_a_lesson_is_in_canonical_form_and_all_its_cells_were_run(lesson: Path) -> None:
    assert notebooks.faults(lesson) == []


CELLS = [
    "import sys, ipywidgets; print('out'); print('err', file=sys.stderr)",
    "ipywidgets.IntSlider(value=3)",
    "40 + 2;",
    "1 / 0",
]


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a notebook that `make lessons` has run."""
    path = tmp_path_factory.mktemp("notebook") / "lesson.ipynb"
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    cells[-1].metadata["tags"] = ["raises-exception"]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    run(path)
    return path


def run(path: Path) -> None:
    subprocess.run([sys.executable, "-m", "tools.notebooks", path], cwd=ROOT, check=True)


def nbval(path: Path) -> str:
    """Compare a notebook the way `make test` does, and return what pytest says of it."""
    options = ["--nbval", "--nbval-current-env", "-p", "conftest", "-p", "no:cacheprovider"]
    options += ["--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml")]
    command = [sys.executable, "-m", "pytest", *options, str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_running_a_lesson_again_gives_the_same_bytes(executed: Path) -> None:
    before = executed.read_bytes()
    run(executed)
    assert executed.read_bytes() == before
    assert notebooks.faults(executed) == []


@pytest.mark.slow
def test_nbval_accepts_what_was_run_and_honours_a_trailing_semicolon(executed: Path) -> None:
    assert "4 passed" in nbval(executed)


@pytest.mark.slow
def test_nbval_fails_a_changed_output_and_a_cell_that_was_never_run(
    executed: Path, tmp_path: Path
) -> None:
    notebook = notebooks.read(executed)
    notebook.cells[0].outputs[0].text = "something else\n"
    notebook.cells[2].execution_count = None
    changed = tmp_path / "changed.ipynb"
    nbformat.write(notebook, changed)
    assert "2 failed, 2 passed" in nbval(changed)
    assert [fault for fault in notebooks.faults(changed) if "never run" in fault] == [
        "cell 2 was never run: '40 + 2;'"
    ]
