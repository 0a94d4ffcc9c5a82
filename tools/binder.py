"""Check what Binder will build, without Binder and without docker.

    python -m tools.binder check      repo2docker reads binder/ and writes its Dockerfile
    python -m tools.binder emulate    build the same with pip and open everything that has a link
    python -m tools.binder visit [NN ...]    the second half of that, all or some lessons

The environment is that of the release, if this repository has its tag, else of what is committed;
the lessons are those that are committed, pulled by the links of docs/workshop.md. The emulation
takes pip for conda and this user for Binder's, so it finds no fault of permissions.
"""

import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from playwright.sync_api import Page, sync_playwright

from tools import browser, notebooks, workshop
from tools.agendas import AGENDAS
from tools.pythons import find_python

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".cache"
REPO2DOCKER = "jupyter-repo2docker==2026.4.0"
WORK = CACHE / "binder"
HOME = WORK / "home"

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


def build() -> str:
    """Build the environment as Binder would; return which commit it was built from."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    tagged = subprocess.run(["git", "rev-parse", "--verify", "-q", workshop.release()], cwd=ROOT)
    commit = "HEAD" if tagged.returncode else workshop.release()
    archive = WORK / "committed.tar"
    subprocess.run(["git", "archive", commit, "--output", archive], cwd=ROOT, check=True)
    shutil.unpack_archive(archive, HOME, filter="data")

    version = (HOME / "binder" / "runtime.txt").read_text().strip().removeprefix("python-")
    python = find_python(version)
    if python is None:
        sys.exit(f"the emulation needs Python {version}")
    subprocess.run([python, "-m", "venv", WORK / "env"], check=True)
    pip: Sequence[str | Path] = (WORK / "env" / "bin" / "python", "-m", "pip", "--quiet")
    for command in (
        (*pip, "install", *base_pins(version)),
        (*pip, "install", "-r", "binder/requirements.txt"),
        ("./binder/postBuild",),
        (*pip, "check"),
    ):
        began = time.monotonic()
        print("+", *command, end="", flush=True)
        subprocess.run(command, check=True, cwd=HOME, env={**os.environ, **environment()})
        print(f"  ({time.monotonic() - began:.0f} s)")
    return commit


def environment() -> dict[str, str]:
    """Return what a shell on Binder would have set."""
    env = WORK / "env"
    path = f"{env / 'bin'}:{os.environ['PATH']}"
    return {"PATH": path, "VIRTUAL_ENV": str(env), "PYTHONPATH": ""}


def git(folder: Path, *command: str | Path) -> None:
    """Run git as somebody whose name doesn't matter."""
    who = ("-c", "user.name=author", "-c", "user.email=author@example.com")
    subprocess.run(["git", *who, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def publish() -> Path:
    """Put what is committed where nbgitpuller can take it from, as the branch that it asks for."""
    origin = WORK / "origin.git"
    shutil.rmtree(origin, ignore_errors=True)
    shutil.rmtree(HOME / workshop.FOLDER, ignore_errors=True)
    git(ROOT, "init", "--quiet", "--bare", f"--initial-branch={workshop.BRANCH}", origin)
    git(ROOT, "push", "--quiet", origin, f"HEAD:refs/heads/{workshop.BRANCH}")
    return origin


def asked(link: str, origin: str) -> str:
    """Return what a link makes Binder ask the server for, with another origin of the lessons."""
    (inside,) = parse_qs(urlsplit(link).query)["urlpath"]
    path, _, query = inside.partition("?")
    return f"{path}?{urlencode({**dict(parse_qsl(query)), 'repo': origin})}"


def follow(page: Page, server: browser.Server, path: str, origin: Path) -> None:
    """Follow the link to a file, and wait until nbgitpuller has pulled and JupyterLab is there."""
    shutil.rmtree(WORK / "jupyter" / "workspaces", ignore_errors=True)  # what was open before
    place = asked(workshop.link(path), origin.as_uri())
    page.goto(f"{server.url}/{place}&token={browser.TOKEN}")
    page.wait_for_url(f"**/{workshop.landing(path)}", timeout=60_000)


def visit(only: Sequence[str] = ()) -> None:
    """Open all that has a link, run it and say how long it took, or stop at what is wrong.

    With `only` leave out the lessons whose names contain none of these words.
    """
    origin = publish()
    shutil.rmtree(WORK / "jupyter", ignore_errors=True)
    command = (str(WORK / "env" / "bin" / "jupyter"), "notebook")  # as the image's own CMD
    with (
        browser.serve(HOME, WORK / "jupyter", command, environment()) as server,
        sync_playwright() as playwright,
    ):
        page = browser.launch(playwright, browser.find_chromium() or "chromium").new_page(
            viewport={"width": 1280, "height": 1000}
        )
        watch = browser.Watch(page)
        first = workshop.items()[1].path
        for item in workshop.items():
            if only and not any(word in item.path for word in only):
                continue
            began = time.monotonic()
            follow(page, server, item.path, origin)
            pulled = time.monotonic()
            run(page, server, item.path)
            print(f"{item.path}: pulled in {pulled - began:.1f} s, ", end="")
            print(f"opened and run in {time.monotonic() - pulled:.1f} s")
            if item.path == first:
                look(page, "lab")
        for agenda in AGENDAS:
            follow(page, server, f"docs/agendas/{agenda.name}.md", origin)
            open_first(page, agenda.lessons[0])
            print(f"docs/agendas/{agenda.name}.md: leads to its first lesson")
        change(page, server, origin)
        if watch.outside or watch.errors:
            sys.exit(f"asked {watch.outside}, failed with {watch.errors}")
        # Errors that nobody caught are not looked for here: Notebook 7.6 has one of its own.
        browser.open_in_notebook(page, server, f"{workshop.FOLDER}/{first}")
        look(page, "notebook")


def run(page: Page, server: browser.Server, path: str) -> None:
    """Run a lesson from the top; its cells do as they did when it was written, and it draws."""
    server.open_and_run(page, f"{workshop.FOLDER}/{path}", timeout=120)
    wrong, notebook = server.errors(page), notebooks.read(ROOT / path)
    if wrong != notebooks.errors(notebook):
        sys.exit(f"{path}: {wrong}")
    if notebooks.has_widgets(notebook):
        page.locator(browser.WIDGET).first.scroll_into_view_if_needed()
        page.locator(browser.WIDGET).locator("svg").first.wait_for()
    if page.locator(".Toastify__toast, .jp-Dialog").count():
        sys.exit(f"{path}: something popped up")
    page.evaluate("window.jupyterapp.serviceManager.sessions.shutdownAll()")


def look(page: Page, name: str) -> None:
    """Step by key, see that no key reaches the notebook, and take a picture in each theme."""
    wrong = browser.stepper_faults(page)
    for theme in ("Light", "Dark"):
        page.evaluate(
            "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})",
            f"JupyterLab {theme}",
        )
        page.locator(browser.WIDGET).first.scroll_into_view_if_needed()
        page.wait_for_timeout(1000)
        page.screenshot(path=WORK / f"{name}-{theme.lower()}.png")
    version = page.evaluate("window.jupyterapp.version")
    print(f"{name} {version}: {wrong or 'the stepper steps by key, and no key reaches the cells'}")
    if wrong:
        sys.exit(1)


def open_first(page: Page, lesson: str) -> None:
    """Click the first link of an agenda's page; the notebook that it names opens."""
    page.locator(".jp-MarkdownViewer a:not(.jp-InternalAnchorLink):visible").first.click()
    page.wait_for_function(
        "start => window.jupyterapp.shell.currentWidget.context?.path.startsWith(start)",
        arg=f"{workshop.FOLDER}/lessons/{lesson.removeprefix('L')}-",
        timeout=60_000,
    )


def change(page: Page, server: browser.Server, origin: Path) -> None:
    """Change a lesson at its origin and another one here; both changes are there after a pull."""
    theirs, ours = (item.path for item in workshop.items()[:2])
    author = WORK / "author"
    shutil.rmtree(author, ignore_errors=True)
    git(WORK, "clone", "--quiet", origin, author)
    _append(author / theirs, "Mended this morning.")
    git(author, "commit", "--quiet", "--all", "--message", "A lesson is mended")
    git(author, "push", "--quiet")
    _append(HOME / workshop.FOLDER / ours, "What I have typed.")
    follow(page, server, theirs, origin)
    for path, words in ((theirs, "Mended this morning."), (ours, "What I have typed.")):
        if words not in (HOME / workshop.FOLDER / path).read_text(encoding="utf-8"):
            sys.exit(f"{path}: lost {words!r}")
    page.get_by_text("Mended this morning.").last.wait_for()
    print("a lesson that changed at its origin is there, and what was typed in another one stayed")


def _append(path: Path, words: str) -> None:
    notebook = notebooks.read(path)
    notebook.cells[0].source += f"\n\n{words}"
    path.write_text(notebooks.canonical(notebook), encoding="utf-8")


def main() -> None:
    """Do what the command line asks for."""
    match sys.argv[1:]:
        case ["check"]:
            found = faults(render())
            print("\n".join(found) or "Binder's configuration is as the lessons need it")
            sys.exit(bool(found))
        case ["emulate"]:
            print(f"the environment is that of {build()}")
            visit()
        case ["visit", *only]:
            visit(only)
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main()
