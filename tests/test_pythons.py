"""The same seed gives the same log, byte for byte, on every Python."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.pythons import find_python

ROOT = Path(__file__).parent.parent
SCENARIOS = Path(__file__).with_name("scenarios_for_pythons.py")
VERSIONS = ("3.11", "3.12", "3.13")
OURS = "{}.{}".format(*sys.version_info)
HASH_SEEDS = ("0", "4711")

pytestmark = pytest.mark.slow


def with_greenlet(version: str) -> Path | None:
    """Return a Python that can run real handlers: ours, or a small environment kept in .cache/."""
    if version == OURS:
        return Path(sys.executable)
    if (python := find_python(version)) is None:
        return None
    folder = ROOT / ".cache" / f"python{version}"
    inside = folder / "bin" / "python"
    if not inside.exists() or subprocess.run([inside, "-c", "import greenlet"]).returncode:
        subprocess.run([python, "-m", "venv", "--clear", folder], check=True)
        install = [inside, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt"]
        subprocess.run([*install, "greenlet"], check=True)
    return inside


def log(python: Path, hash_seed: str) -> str:
    """Print the log of every scenario on that Python."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(
        [python, SCENARIOS], env=environment, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def expected() -> str:
    """Give the log that this Python writes."""
    return log(Path(sys.executable), HASH_SEEDS[0])


@pytest.mark.parametrize("version", VERSIONS)
def test_every_python_writes_the_same_log(version: str, expected: str) -> None:
    python = with_greenlet(version)
    if python is None:
        pytest.skip(f"there is no Python {version} here")
    for hash_seed in HASH_SEEDS:
        assert log(python, hash_seed) == expected
    assert expected.count("\n") > 50


@pytest.mark.skipif(os.environ.get("CI") != "true", reason="asked of continuous integration only")
def test_another_python_was_there_to_compare_with() -> None:
    assert [version for version in VERSIONS if version != OURS and find_python(version)]
