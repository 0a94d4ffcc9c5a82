"""The bundle holds what a workshop needs, nothing of this machine, and is the same each time.

Whether it starts where there is no network, `make bundle` tries: it needs all the wheels.
"""

import subprocess
import zipfile
from pathlib import Path

import pytest

from tools import bundle, glossary, notebooks

LINUX, WINDOWS = (bundle.environment(bundle.SYSTEMS[s][1], "3.12") for s in ("linux", "windows"))


def wheel(folder: Path, name: str, *needs: str) -> Path:
    """Write a wheel that holds nothing but what it needs."""
    path = folder / f"{name}-1.0-py3-none-any.whl"
    lines = [f"Name: {name}", "Version: 1.0", *(f"Requires-Dist: {need}" for need in needs)]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-1.0.dist-info/METADATA", "\n".join(lines) + "\n")
    return path


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """Pack a bundle whose wheelhouse holds one small wheel."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    wheel(wheels, "lambdalab")
    return bundle.pack(wheels, tmp_path / "workshop-1.0.zip")


def test_it_holds_the_lessons_the_agendas_and_how_to_start(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        held = {name.removeprefix("workshop-1.0/"): name for name in archive.namelist()}
        for path in (*notebooks.course(), glossary.PAGE):
            name = path.relative_to(bundle.ROOT).as_posix()
            assert archive.read(held[name]) == path.read_bytes()
        assert archive.getinfo(held["start.sh"]).external_attr >> 16 == 0o755
        readme = archive.read(held["README.md"]).decode()
        sums = archive.read(held["SHA256SUMS"]).decode()
    assert held.keys() >= {"start.bat", "LICENSE", "LICENSE-prose", "docs/agendas/taster.md"}
    assert "wheelhouse/lambdalab-1.0-py3-none-any.whl" in held
    assert {line.split("  ")[1] for line in sums.splitlines()} == held.keys() - {"SHA256SUMS"}
    assert "--no-index --find-links wheelhouse" in readme


def test_it_is_the_same_each_time(packed: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    again = bundle.pack(tmp_path / "wheels", tmp_path / "again" / packed.name)
    assert again.read_bytes() == packed.read_bytes()


def test_it_names_no_place_of_this_machine(packed: Path) -> None:
    with zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            for place in (str(bundle.ROOT), str(Path.home()) + "/", str(packed.parent)):
                assert place.encode() not in data, name


def test_its_scripts_can_be_read_by_a_shell_and_by_windows() -> None:
    subprocess.run(["sh", "-n", bundle.STATIC / "start.sh"], check=True)
    lines = (bundle.STATIC / "start.bat").read_bytes().split(b"\n")
    assert all(line.endswith(b"\r") for line in lines[:-1])
    for name in bundle.START:
        text = (bundle.STATIC / name).read_text(encoding="utf-8")
        assert "--no-index --find-links wheelhouse" in text
        assert '"lambdalab[lessons]"' in text.replace("'", '"')


def test_what_only_another_system_needs_is_missed(tmp_path: Path) -> None:
    wheel(tmp_path, "lambdalab", "Tables.Kit>=1; extra == 'lessons'", "unwanted; extra == 'dev'")
    assert bundle.unmet(tmp_path, LINUX) == ["tables-kit"]
    wheel(
        tmp_path, "tables_kit", "colours; os_name == 'nt'", "more[fast]", "old; python_version<'3'"
    )
    wheel(tmp_path, "more", "quick; extra == 'fast'")
    assert bundle.unmet(tmp_path, LINUX) == ["quick"]
    assert bundle.unmet(tmp_path, WINDOWS) == ["colours", "quick"]
    wheel(tmp_path, "quick", "lambdalab")
    assert bundle.unmet(tmp_path, LINUX) == []
