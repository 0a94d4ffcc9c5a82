"""Run the lessons and write each in one canonical form, or check that they are in it.

    python -m tools.notebooks [--check] [NOTEBOOK ...]

Running a lesson twice gives the same bytes: cells are numbered, widgets have made-up ids, and what
depends on the machine (times, versions, paths in tracebacks, the state of widgets) is left out.
"""

import argparse
import os
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

LESSONS = Path(__file__).parent.parent / "lessons"
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def lessons() -> list[Path]:
    """Return the lessons, in order."""
    return sorted(LESSONS.glob("*.ipynb"))


def game_days() -> list[Path]:
    """Return the notebooks of the game day, in order."""
    return sorted((LESSONS / "gameday").glob("*.ipynb"))


def course() -> list[Path]:
    """Return all of them, the lessons first."""
    return [*lessons(), *game_days()]


def read(path: Path) -> NotebookNode:
    """Read a notebook as format 4."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def canonical(notebook: NotebookNode) -> str:
    """Write out a notebook without what a second run would change."""
    notebook = deepcopy(notebook)
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    run = 0
    for number, cell in enumerate(notebook.cells):
        cell.id = f"c{number:03}"
        cell.metadata = nbformat.from_dict(_kept(cell.metadata))
        if cell.cell_type == "code":
            if cell.execution_count is not None:
                run += 1
                cell.execution_count = run
            for place, output in enumerate(cell.outputs):
                _tidy(output, cell.execution_count, f"{number:016x}{place:016x}")
    text: str = nbformat.writes(notebook, version=nbformat.NO_CONVERT)
    return text.rstrip("\n") + "\n"


def _kept(metadata: NotebookNode) -> dict[str, object]:
    """Return the tags of a cell, and whether its source or its outputs start out hidden."""
    return {key: metadata[key] for key in ("tags", "jupyter") if metadata.get(key)}


def _tidy(output: NotebookNode, count: int | None, model_id: str) -> None:
    if "execution_count" in output:
        output.execution_count = count
    if "metadata" in output:
        output.metadata = nbformat.from_dict({})
    if WIDGET in output.get("data", {}):
        output.data[WIDGET]["model_id"] = model_id
    if output.output_type == "error":
        output.traceback = []


def execute(notebook: NotebookNode, folder: Path, keep_widgets: bool = False) -> None:
    """Run every cell on a fresh kernel; an error that no tag announces stops it.

    With `keep_widgets` the metadata hold the state of each widget afterwards.
    """
    os.environ["LAMBDALAB_PROGRESS"] = ""  # nobody's own progress gets into a lesson
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        store_widget_state=keep_widgets,
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()


def errors(notebook: NotebookNode) -> list[str]:
    """Name the error of each cell that failed when the notebook was run."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.ename for output in outputs if output.output_type == "error"]


def has_widgets(notebook: NotebookNode) -> bool:
    """Say whether a cell shows a widget."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return any(WIDGET in output.get("data", {}) for output in outputs)


def faults(path: Path) -> list[str]:
    """Say what is wrong with a notebook as it lies there, without running it."""
    notebook = read(path)
    found = [
        f"cell {number} was never run: {cell.source.splitlines()[0]!r}"
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "code"
        and cell.source.strip()
        and cell.execution_count is None
        and "nbval-skip" not in cell.metadata.get("tags", [])
    ]
    if path.read_text() != canonical(notebook):
        found.append("not in canonical form: `make lessons` writes it")
    return found


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="change nothing, only look")
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all under lessons/")
    wanted = parser.parse_args()
    wrong = False
    for path in wanted.notebooks or course():
        if wanted.check:
            for fault in faults(path):
                print(f"{path}: {fault}")
                wrong = True
            continue
        print(path)
        notebook = read(path)
        execute(notebook, path.parent)
        path.write_text(canonical(notebook))
    sys.exit(wrong)


if __name__ == "__main__":
    main()
