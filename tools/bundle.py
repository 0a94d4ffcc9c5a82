"""Pack a workshop for places without a network: every wheel, the lessons, and how to start them.

    python -m tools.bundle [--for linux macos windows] [--python 3.12 3.13]
    python -m tools.bundle --prove dist/lambdalab-workshop-VERSION.zip

Without options the bundle is for the system and the Python that it is made with. Packing it twice
from the same wheels gives the same bytes. `--prove` unpacks it elsewhere, starts it as a learner
would, with every way to a network closed, and runs a lesson in Chromium.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from email import message_from_bytes
from pathlib import Path

from packaging.requirements import Requirement
from playwright.sync_api import sync_playwright

from tools import browser, glossary, notebooks, workshop
from tools.lock import normal

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
STATIC = Path(__file__).parent / "static" / "bundle"
START = ("start.sh", "start.bat")
WHAT = "lambdalab", "lessons"  # the package and its extra
EPOCH = (1980, 1, 1, 0, 0, 0)  # of everything in the archive: the oldest that one can hold
LESSON = "lessons/01-one-environment-one-request.ipynb"

# The tags that pip is to take wheels for, and what markers ask of such a system.
SYSTEMS = {
    "linux": (
        [f"manylinux_2_{n}_x86_64" for n in (28, 27, 26, 24, 17, 12, 5)] + ["manylinux2014_x86_64"],
        {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
    ),
    "macos": (
        ["macosx_14_0_arm64"],
        {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
    ),
    "windows": (
        ["win_amd64"],
        {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
    ),
}


def pip(*command: str | Path) -> None:
    """Run pip, and let it speak only of what goes wrong."""
    subprocess.run([sys.executable, "-m", "pip", "--quiet", *map(str, command)], check=True)


def own_wheel(folder: Path) -> Path:
    """Build the wheel of lambdalab; the same tree gives the same bytes."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1577836800"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=env, cwd=ROOT)
    return next(folder.glob("lambdalab-*.whl"))


def collect(wheels: Path, systems: Sequence[str], pythons: Sequence[str]) -> None:
    """Put every wheel that the lessons need into a folder."""
    own = own_wheel(wheels)
    if not systems:
        pip(*download(wheels), f"{own}[{WHAT[1]}]")
    for system in systems:
        for python in pythons:
            tags, marks = SYSTEMS[system]
            flags = [f"--platform={tag}" for tag in tags] + [f"--python-version={python}"]
            # A folder for each: a wheel of one system is none for the next.
            folder = wheels / f"{system}-{python}"
            folder.mkdir()
            # pip would ask the markers of the machine that it runs on, so what is needed is asked
            # for by name, until nothing is missing.
            wanted = [str(own)]
            while wanted:
                pip(*download(folder), "--no-deps", *flags, *wanted)
                wanted = unmet(folder, environment(marks, python))
            for path in folder.glob("*.whl"):
                path.replace(wheels / path.name)


def download(folder: Path) -> list[str | Path]:
    """Return what makes pip put wheels of the pinned versions into a folder."""
    constraints = ROOT / "constraints.txt"
    return ["download", "--only-binary=:all:", "--dest", folder, "--constraint", constraints]


def environment(marks: Mapping[str, str], python: str) -> dict[str, str]:
    """Return what the markers of a package ask of a machine."""
    return {
        **marks,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


def unmet(wheels: Path, machine: Mapping[str, str]) -> list[str]:
    """Return what the lessons need on a machine and what no wheel in the folder gives."""
    held = {normal(path.name.split("-")[0]): path for path in wheels.glob("*.whl")}
    missing: set[str] = set()
    done: set[tuple[str, str]] = set()
    ask = [WHAT]
    while ask:
        name, extra = ask.pop()
        if (name, extra) in done:
            continue
        done.add((name, extra))
        if name not in held:
            missing.add(name)
            continue
        for needed in requirements(held[name]):
            if needed.marker is None or needed.marker.evaluate({**machine, "extra": extra}):
                needs = normal(needed.name)
                ask += [(needs, ""), *((needs, more) for more in needed.extras)]
    return sorted(missing)


def requirements(wheel: Path) -> list[Requirement]:
    """Read what a wheel needs."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        told = message_from_bytes(archive.read(name))
    return [Requirement(line) for line in told.get_all("Requires-Dist", [])]


def contents(wheels: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what is in the bundle: a path and what is there."""
    for name in (*START, "README.md"):
        yield name, (STATIC / name).read_bytes()
    for name in ("LICENSE", "LICENSE-prose"):
        yield name, (ROOT / name).read_bytes()
    yield "overrides.json", (ROOT / "binder" / "overrides.json").read_bytes()
    for path in (*notebooks.course(), glossary.PAGE, *sorted(workshop.PAGES.glob("*.md"))):
        yield path.relative_to(ROOT).as_posix(), path.read_bytes()
    for path in sorted((DIST / "pages").rglob("*.html")):
        yield path.relative_to(DIST).as_posix(), path.read_bytes()
    for path in sorted(wheels.glob("*.whl")):
        yield f"wheelhouse/{path.name}", path.read_bytes()


def pack(wheels: Path, archive: Path) -> Path:
    """Write the archive, with the sums of everything in it."""
    held = dict(contents(wheels))
    sums = "".join(f"{hashlib.sha256(held[name]).hexdigest()}  {name}\n" for name in held)
    archive.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(archive, "w") as written:
        for name, data in {**held, "SHA256SUMS": sums.encode()}.items():
            entry = zipfile.ZipInfo(f"{archive.stem}/{name}", EPOCH)
            entry.external_attr = (0o755 if name == "start.sh" else 0o644) << 16
            entry.create_system = 3  # Unix, wherever it is made: the line above is of its kind
            packed = name.endswith(".whl")
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            written.writestr(entry, data)
    return archive


def prove(archive: Path) -> None:
    """Start a bundle as a learner would, where there is nothing else, and run a lesson in it."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
    nowhere["PYTHONPATH"] = ""
    with tempfile.TemporaryDirectory() as folder:
        private = Path(folder) / "private"
        private.mkdir()
        subprocess.run(["unzip", "-q", archive.resolve()], cwd=folder, check=True)
        home = Path(folder) / archive.stem
        subprocess.run(["sha256sum", "--quiet", "--check", "SHA256SUMS"], cwd=home, check=True)
        start = str(home / "start.sh")
        # The first start installs; --version makes JupyterLab end at once.
        environment = {**os.environ, **nowhere}
        subprocess.run([start, "--version"], cwd=folder, check=True, env=environment)
        with (
            browser.serve(home, private, [start], nowhere) as server,
            sync_playwright() as playwright,
        ):
            page = browser.launch(playwright, browser.find_chromium() or "chromium").new_page()
            watch = browser.Watch(page)
            server.open_and_run(page, LESSON, timeout=120)
            wrong = [*browser.stepper_faults(page), *watch.outside, *watch.errors]
            if server.errors(page) != notebooks.errors(notebooks.read(ROOT / LESSON)):
                wrong += server.errors(page)
            page.screenshot(path=DIST / "bundle.png")
    print(*wrong or [f"{LESSON} ran from the bundle, without a network"], sep="\n")
    if wrong:
        sys.exit(1)


def main() -> None:
    """Do what the command line asks for."""
    asked = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    here = "{}.{}".format(*sys.version_info)
    asked.add_argument("--for", nargs="+", choices=SYSTEMS, default=[], dest="systems")
    asked.add_argument("--python", nargs="+", default=[here], dest="pythons")
    asked.add_argument("--prove", type=Path, metavar="BUNDLE")
    wanted = asked.parse_args()
    if wanted.prove:
        prove(wanted.prove)
        return
    with tempfile.TemporaryDirectory() as folder:
        collect(Path(folder), wanted.systems, wanted.pythons)
        name = f"lambdalab-workshop-{workshop.release().removeprefix('v')}.zip"
        archive = pack(Path(folder), DIST / name)
        wheels = len(list(Path(folder).glob("*.whl")))
    size = f"{archive.stat().st_size / 1e6:,.0f} MB"
    print(f"{archive.relative_to(ROOT)}: {wheels} wheels, {size}")


if __name__ == "__main__":
    main()
