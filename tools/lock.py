"""Resolve what the lessons and the tests need, and pin it: constraints.txt and Binder's list.

    python -m tools.lock

Run it with the oldest Python we support: the newest versions that still run there run on the newer
ones too, so that one file of pins serves them all.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
BINDER = ROOT / "binder" / "requirements.txt"

# Binder's image brings its own JupyterLab; a second one would make it larger and slower to start.
BROUGHT_BY_BINDER = {"jupyterlab"}
# pandas asks for some numpy; the figures in the lessons were made with this one.
ALSO_ON_BINDER = {"numpy"}

HEADER = "# Made by `make lock`; don't edit by hand.\n"


def normal(name: str) -> str:
    """Return the name of a package as the index spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(extra: str) -> list[str]:
    """Return the names of the other packages that an extra of ours asks for, in order."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names: list[str] = []
    for line in project["optional-dependencies"][extra]:
        name = re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]
        if name != project["name"]:
            names.append(normal(name))
            continue
        for inner in re.findall(r"\[(.*)\]", line)[0].split(","):
            names.extend(requirements(inner.strip()))
    return sorted(set(names))


def on_binder() -> set[str]:
    """Return the names of the packages that Binder is to install."""
    wanted = {*requirements("lessons"), *requirements("binder")}
    return wanted - BROUGHT_BY_BINDER | ALSO_ON_BINDER


def pins(path: Path) -> dict[str, str]:
    """Return the version that a file of pins gives to each package."""
    lines = (line.partition("#")[0].strip() for line in path.read_text().splitlines())
    return {normal(name): version for name, _, version in (x.partition("==") for x in lines if x)}


def resolve() -> dict[str, str]:
    """Ask pip what it would install into an empty environment."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
    command += ["--report", "-", f"{ROOT}[lessons,binder,dev]"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    found = (item["metadata"] for item in report["install"])
    return {normal(x["name"]): x["version"] for x in found if x["name"] != "lambdalab"}


def text(versions: dict[str, str], names: Iterable[str]) -> str:
    """Write pins, one a line, in alphabetical order."""
    return HEADER + "".join(f"{name}=={versions[name]}\n" for name in sorted(names))


def main() -> None:
    """Write both files."""
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    if ">={}.{}".format(*sys.version_info) != oldest:
        sys.exit(f"this is {sys.version.split()[0]}: make lock PYTHON=python{oldest[2:]}")
    versions = resolve()
    CONSTRAINTS.write_text(text(versions, versions))
    BINDER.write_text(text(versions, on_binder()))


if __name__ == "__main__":
    main()
