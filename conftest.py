"""How nbval compares the lessons (`pytest --nbval`): three amendments to version 0.11.

A trailing `;` hides a result, as it does in JupyterLab (nbval's issue 194). A code cell that was
never run fails; nbval would have nothing to compare and pass it. What a cell writes to stderr is
not compared: Python puts paths of this machine into its warnings.
"""

from __future__ import annotations

import os
from typing import Any

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Keep the progress of whoever works here out of it; amend nbval, if it is wanted at all."""
    os.environ["LAMBDALAB_PROGRESS"] = ""
    if config.getoption("--nbval", default=False):
        from nbval.kernel import RunningKernel
        from nbval.plugin import IPyNbCell

        RunningKernel.execute_cell_input = _execute
        IPyNbCell.runtest = _run_only_what_was_run_before(IPyNbCell.runtest)


def pytest_collectstart(collector: Any) -> None:
    """Leave stderr out of the comparison."""
    if type(collector).__name__ == "IPyNbFile":
        collector.skip_compare += ("stderr",)


def _execute(kernel: Any, source: str, allow_stdin: bool | None = None) -> Any:
    # With store_history=False, which nbval passes, IPython shows the result in spite of the `;`.
    return kernel.kc.execute(
        source, store_history=True, allow_stdin=allow_stdin, stop_on_error=False
    )


def _run_only_what_was_run_before(runtest: Any) -> Any:
    def run(item: Any) -> Any:
        if item.options["check"] and item.cell.source.strip() and not item.cell.execution_count:
            item.raise_cell_error("this cell was never run: `make lessons` runs it")
        return runtest(item)

    return run
