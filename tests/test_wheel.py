"""The wheel holds what it should, and works where there is nothing else."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
USE = """
import lambdalab as lab
assert "site-packages" in lab.__file__, lab.__file__
print(lab.run(lab.handler(wait=0.5), at=[0, 0.2, 3]).returned)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, with the hatchling that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = ROOT / "lambdalab"
    files = {path.relative_to(ROOT).as_posix() for path in package.rglob("*") if path.is_file()}
    assert held == {path for path in files if "__pycache__" not in path}
    assert "lambdalab/py.typed" in held
    static = [path for path in held if path.startswith("lambdalab/widgets/static/")]
    assert {Path(path).suffix for path in static} >= {".js", ".css"}


def test_the_wheel_asks_for_nothing(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    name = next(name for name in archive.namelist() if name.endswith("/METADATA"))
    wanted = [x for x in archive.read(name).decode().splitlines() if x.startswith("Requires-Dist:")]
    assert [line for line in wanted if "extra ==" not in line] == []


def test_the_wheel_works_where_there_is_nothing_else(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel]
    subprocess.run(install, check=True)
    done = subprocess.run(
        [python, "-I", "-c", USE], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[None, None, None]"
