"""`import lambdalab` is quick and loads nothing heavy."""

import subprocess
import sys

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
MOST = 0.150  # seconds more than the interpreter alone
ROUNDS = 7

LOADED = f"import sys, lambdalab; print([name for name in {HEAVY} if name in sys.modules])"
TIMED = "import time; began = time.perf_counter(); {}; print(time.perf_counter() - began)"


def python(code: str) -> str:
    """Run code in an interpreter of its own and return what it prints."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def test_importing_lambdalab_loads_nothing_heavy() -> None:
    assert python(LOADED) == "[]"


def test_importing_lambdalab_is_quick() -> None:
    # The best of several runs: the machine may be busy, it is never faster than it can be.
    assert min(float(python(TIMED.format("import lambdalab"))) for _ in range(ROUNDS)) < MOST
