"""Find the Pythons of this machine."""

import os
import shutil
import subprocess
from pathlib import Path


def find_python(version: str) -> Path | None:
    """Return a Python of that version ("3.12"), from PATH or from pyenv, or None."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = sorted(pyenv.glob(f"{version}.*/bin/python"), reverse=True)
    if on_path := shutil.which(f"python{version}"):
        candidates.insert(0, Path(on_path))
    return next((python for python in candidates if _runs(python, version)), None)


def _runs(python: Path, version: str) -> bool:
    """Say whether it is what its name says; a shim may be there and still not run."""
    says = [str(python), "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
    done = subprocess.run(says, capture_output=True, text=True)
    return done.returncode == 0 and done.stdout.strip() == version
