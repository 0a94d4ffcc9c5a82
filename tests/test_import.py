"""`import lambdalab` is quick and loads nothing heavy."""

import os
import subprocess
import sys

# So that only the first round compiles, as it is for whoever has imported it before.
KEEPING_BYTECODE = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
HEAVY = [
    "pandas",
    "networkx",
    "ipywidgets",
    "anywidget",
    "greenlet",
    "boto3",
    "numpy",
    "IPython",
    "yaml",
]
# Seconds of the processor. On a quiet machine it is about 0.11, and we want it under 0.15; a busy
# one is slower, and the build must not depend on what else runs there.
MOST = 0.250
ROUNDS = 7

LOADED = f"import sys, lambdalab; print([name for name in {HEAVY} if name in sys.modules])"
TIMED = "import time; began = time.process_time(); {}; print(time.process_time() - began)"


def python(code: str) -> str:
    """Run code in an interpreter of its own and return what it prints."""
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, env=KEEPING_BYTECODE, check=True, capture_output=True, text=True)
    return run.stdout.strip()


def test_importing_lambdalab_loads_nothing_heavy() -> None:
    assert python(LOADED) == "[]"


def test_importing_lambdalab_leaves_what_only_some_questions_need() -> None:
    seldom = ["statistics", "fractions", "lambdalab.views.metrics", "lambdalab.views.why"]
    asked = f"import sys, lambdalab; print([name for name in {seldom} if name in sys.modules])"
    assert python(asked) == "[]"


def test_importing_lambdalab_is_quick() -> None:
    # Of the processor, and the best of several runs: the machine may be busy.
    assert min(float(python(TIMED.format("import lambdalab"))) for _ in range(ROUNDS)) < MOST
