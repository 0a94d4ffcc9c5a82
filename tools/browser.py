"""Start JupyterLab and a headless Chromium, open a notebook and run it.

`python -m tools.browser` prints where Chromium is, or fails if there is none.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, Page, Playwright, TimeoutError

TOKEN = "only-on-this-machine"

# The flags after --headless keep Chromium from calling home while a test runs.
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# All cells stay in the page, so that a test finds what has scrolled out of sight.
LAB_SETTINGS = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

RUN_ALL = """() => {
    window.lambdalabRan = false;
    window.jupyterapp.commands.execute("notebook:run-all-cells")
        .then(() => { window.lambdalabRan = true; });
}"""

IDLE = """() => window.jupyterapp?.shell.currentWidget
    ?.sessionContext?.session?.kernel?.status === "idle"
"""

SHOWS = "step => document.querySelector('.lambdalab-stepper').dataset.step === step"

WIDGET = ".lambdalab-stepper, .lambdalab-sandbox"

ERRORS = """() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
    .filter(cell => cell.type === "code")
    .flatMap(cell => cell.outputs.toJSON())
    .filter(output => output.output_type === "error")
    .map(output => output.ename)
"""


def find_chromium() -> str | None:
    """Return the path of a Chromium that somebody installed, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def launch(playwright: Playwright, chromium: str) -> Browser:
    """Start Chromium without a window; no browser is ever downloaded."""
    return playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)


@dataclass(frozen=True)
class Server:
    """A running Jupyter server and the folder that it shows."""

    url: str
    root: Path

    def write(self, notebook: str, *cells: str) -> None:
        """Write a notebook of code cells under `root`."""
        # Without the name of a kernel JupyterLab would ask for one.
        nb = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
        nb.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(nb, self.root / notebook)

    def open(self, page: Page, notebook: str, timeout: float = 60) -> None:
        """Open a notebook (a path under `root`) and wait until its kernel is ready."""
        ms = timeout * 1000
        page.goto(f"{self.url}/lab/tree/{notebook}?token={TOKEN}&reset", timeout=ms)
        page.wait_for_selector(".jp-NotebookPanel .jp-Notebook", state="visible", timeout=ms)
        page.wait_for_selector(".jp-Spinner", state="detached", timeout=ms)
        # Before a kernel is attached, "run all" would open a dialog and wait for ever.
        page.wait_for_selector(r"#jp-main-statusbar >> text=/\| Idle$/", timeout=ms)

    def open_and_run(self, page: Page, notebook: str, timeout: float = 60) -> None:
        """Open a notebook, run all its cells and wait for the last."""
        self.open(page, notebook, timeout)
        page.evaluate(RUN_ALL)
        page.wait_for_function("window.lambdalabRan", timeout=timeout * 1000)

    def end_kernels(self) -> None:
        """Shut every kernel down: one is left behind by each notebook that was opened."""
        for kernel in json.loads(self._ask("GET", "kernels")):
            self._ask("DELETE", f"kernels/{kernel['id']}")

    def _ask(self, method: str, what: str) -> bytes:
        address = f"{self.url}/api/{what}?token={TOKEN}"
        request = urllib.request.Request(address, method=method)
        with urllib.request.urlopen(request, timeout=20) as answer:
            body: bytes = answer.read()
        return body

    def errors(self, page: Page) -> list[str]:
        """Name the error of each cell of the open notebook that failed."""
        names: list[str] = page.evaluate(ERRORS)
        return names


def open_in_notebook(page: Page, server: Server, notebook: str, timeout: float = 60) -> None:
    """Open a notebook in Notebook 7 instead of JupyterLab, and run all its cells."""
    ms = timeout * 1000
    page.goto(f"{server.url}/notebooks/{notebook}?token={TOKEN}", timeout=ms)
    page.wait_for_selector(".jp-Notebook", state="visible", timeout=ms)
    page.wait_for_function(IDLE, timeout=ms)
    page.evaluate(RUN_ALL)
    page.wait_for_function("window.lambdalabRan", timeout=ms)


def stepper_faults(page: Page) -> list[str]:
    """Step through the first stepper by key; say what is not as it should be."""
    stepper = page.locator(".lambdalab-stepper").first
    cells = page.locator(".jp-Notebook .jp-Cell")
    before, found = cells.count(), list[str]()
    stepper.focus()
    for key, step in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1)):
        page.keyboard.press(key)
        found += [f"{key} does not lead to {step}"] * (not _shows(page, step))
    stepper.get_by_role("button", name="Forward", exact=True).click()
    found += ["Forward does not step"] * (not _shows(page, 2))
    for key in "badd":
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    if cells.count() != before:
        found.append(f"keys changed the notebook: {before} cells, then {cells.count()}")
    return found


def _shows(page: Page, step: int) -> bool:
    """Say whether the first stepper comes to show a step."""
    try:
        page.wait_for_function(SHOWS, arg=str(step), timeout=5000)
    except TimeoutError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/api/status?token={TOKEN}", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return False
    except OSError:
        return False
    return True


def _own_folders(private: Path) -> dict[str, str]:
    """Keep the user's own Jupyter settings out of the test, and the test's out of them."""
    settings = private / "config" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(LAB_SETTINGS))
    return {
        "JUPYTER_CONFIG_DIR": str(private / "config"),
        "JUPYTER_DATA_DIR": str(private / "data"),
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(private / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(private / "workspaces"),
        "IPYTHONDIR": str(private / "ipython"),
    }


@contextmanager
def serve(
    root: Path,
    private: Path,
    command: Sequence[str] = (sys.executable, "-m", "jupyterlab"),
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """Run a Jupyter server on a folder; its settings and its output go to `private`."""
    port = _free_port()
    options = ["--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    options += [f"--{app}.expose_app_in_browser=True" for app in ("LabApp", "JupyterNotebookApp")]
    options += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}"]
    if os.name == "posix" and os.getuid() == 0:
        options.append("--allow-root")
    env = {**os.environ, **(environment or {}), **_own_folders(private)}
    log = private / "server.log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*command, *options], env=env, cwd=root, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        server = Server(f"http://127.0.0.1:{port}", root)
        deadline = time.monotonic() + 60
        try:
            while not _answers(server.url):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the Jupyter server did not start:\n{log.read_text()}")
                time.sleep(0.1)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


class Watch:
    """What a page did that it should not: requests to other hosts, and uncaught errors."""

    def __init__(self, page: Page) -> None:
        self.outside: list[str] = []
        self.errors: list[str] = []
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, request: Any) -> None:
        local = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "about:", "file:")
        if not request.url.startswith(local):
            self.outside.append(request.url)


if __name__ == "__main__":
    print(find_chromium() or sys.exit("no Chromium"))
