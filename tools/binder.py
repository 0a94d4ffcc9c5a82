"""Check what Binder will build, without Binder and without docker.

    python -m tools.binder check      repo2docker reads binder/ and writes its Dockerfile
    python -m tools.binder emulate    build the same with pip from what is committed, open a lesson

The emulation takes pip for conda and this user for Binder's, so it finds no fault of permissions.
"""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools import browser
from tools.pythons import find_python

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache"
REPO2DOCKER = "jupyter-repo2docker==2026.4.0"
NOTEBOOK = "lessons/00-start-here.ipynb"

# What of Binder's own environment matters to a lesson.
BASE = ("jupyterlab", "notebook", "ipywidgets", "jupyter_server", "ipykernel")


def repo2docker() -> Path:
    """Return the environment that repo2docker has to itself; its pins would clash with ours."""
    home = CACHE / "repo2docker"
    done = home / f"{REPO2DOCKER}.installed"
    if not done.exists():
        venv.create(home, clear=True, with_pip=True)
        pip = str(home / "bin" / "pip")
        subprocess.run([pip, "install", "--quiet", REPO2DOCKER], check=True)
        done.touch()
    return home


def render(repository: Path = ROOT) -> str:
    """Let the real repo2docker read the repository; return the Dockerfile and what it says."""
    program = str(repo2docker() / "bin" / "jupyter-repo2docker")
    command = [program, "--no-build", "--debug", str(repository)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout + done.stderr


def faults(dockerfile: str) -> list[str]:
    """Say what Binder would not do that the lessons need."""
    python = (ROOT / "binder" / "runtime.txt").read_text().strip().replace("-", "=")
    wanted = {
        f"Building conda environment for {python}": "it takes the Python of runtime.txt",
        'pip install --no-cache-dir -r "binder/requirements.txt"': "it installs our requirements",
        "COPY --chown=0:0 src/binder/requirements.txt": "it keeps that layer from build to build",
        "RUN ./binder/postBuild": "it runs postBuild",
    }
    return [f"not so: {what}" for line, what in wanted.items() if line not in dockerfile]


def base_pins(version: str) -> list[str]:
    """Return what Binder's image brings itself, from repo2docker's own lock file."""
    name = f"environment.py-{version}-linux-64.lock"
    lock = next(repo2docker().glob(f"lib/*/site-packages/repo2docker/buildpacks/conda/{name}"))
    text = lock.read_text()
    found = {name: re.search(rf"/{name}-(\d[\w.]*)-", text) for name in BASE}
    return [f"{name}=={match[1]}" for name, match in found.items() if match]


def emulate() -> Path:
    """Build the environment, run the first lesson in it, and return a picture of that."""
    work = CACHE / "binder"
    shutil.rmtree(work, ignore_errors=True)
    repository = work / "repository"
    work.mkdir(parents=True)
    committed = work / "committed.tar"
    subprocess.run(["git", "archive", "HEAD", "--output", committed], cwd=ROOT, check=True)
    shutil.unpack_archive(committed, repository, filter="data")

    version = (repository / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    python = find_python(version)
    if python is None:
        sys.exit(f"the emulation needs Python {version}")
    subprocess.run([python, "-m", "venv", work / "env"], check=True)
    programs = work / "env" / "bin"
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "VIRTUAL_ENV": str(work / "env")}

    def build(*command: str | Path) -> None:
        print("+", *command, flush=True)
        subprocess.run(command, check=True, cwd=repository, env={**os.environ, **environment})

    pip: Sequence[str | Path] = (programs / "python", "-m", "pip", "--quiet")
    build(*pip, "install", *base_pins(version))
    build(*pip, "install", "-r", "binder/requirements.txt")
    build("./binder/postBuild")
    build(*pip, "check")

    picture = work / "lesson.png"
    command = (str(programs / "jupyter"), "notebook")  # as the image's own CMD
    with (
        browser.serve(repository, work / "jupyter", command, environment) as server,
        sync_playwright() as playwright,
    ):
        page = browser.launch(playwright, browser.find_chromium() or "chromium").new_page()
        watch = browser.Watch(page)
        server.open_and_run(page, NOTEBOOK)
        page.screenshot(path=picture)
        pop_ups = page.locator(".Toastify__toast, .jp-Dialog").count()
    if watch.outside or watch.errors or pop_ups:
        sys.exit(f"asked {watch.outside}, failed with {watch.errors}, {pop_ups} pop-ups: {picture}")
    return picture


def main() -> None:
    """Do what the command line asks for."""
    match sys.argv[1:]:
        case ["check"]:
            found = faults(render())
            print("\n".join(found) or "Binder's configuration is as the lessons need it")
            sys.exit(bool(found))
        case ["emulate"]:
            print(f"the lesson ran; look at {emulate().relative_to(ROOT)}")
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
