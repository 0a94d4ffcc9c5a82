"""`make check` as tests: lint, formatting and types."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import scripts

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "mypy"])
def test_the_code_is_clean(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_scripts_of_the_widgets_are_clean() -> None:
    try:
        wrong = scripts.check()
    except scripts.Unreachable as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"THE SCRIPTS ARE NOT CHECKED: a registry does not answer. {error}")
    assert wrong == []
