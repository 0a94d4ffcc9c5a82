"""A headless Chromium, pages in it, and a JupyterLab server to open.

A test of a widget on its own asks for `page` and fills it with `page.set_content(...)`. A test in
JupyterLab asks for `server` too, calls `server.write("name.ipynb", "first cell", ...)` (the lessons
are there already) and then `server.open_and_run(page, "name.ipynb")`.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tools import browser as tools

LESSONS = Path(__file__).parent.parent.parent / "lessons"
MISSING = "no Chromium is installed (chromium, chromium-browser or google-chrome on PATH)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever is in this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


# Fixtures of a package end when its last test has run: the notebooks that are compared after it
# have the event loop to themselves.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Give the one browser of these tests."""
    chromium = tools.find_chromium()
    if chromium is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{MISSING}, and CI=true", pytrace=False)
        pytest.skip(f"BROWSER TESTS ARE NOT RUN: {MISSING}")
    with sync_playwright() as playwright:
        browser = tools.launch(playwright, chromium)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Give a fresh page, and require that it asked no other host and left no error uncaught."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    watch = tools.Watch(page)
    yield page
    context.close()
    assert watch.outside == []
    assert watch.errors == []


@pytest.fixture(scope="package")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tools.Server]:
    """Give a JupyterLab server on a copy of the lessons."""
    root = tmp_path_factory.mktemp("notebooks")
    if LESSONS.is_dir():
        shutil.copytree(LESSONS, root, dirs_exist_ok=True)
    with tools.serve(root, tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture
def server(one_server: tools.Server) -> Iterator[tools.Server]:
    """Give the server; when the test ends, so do its kernels."""
    yield one_server
    one_server.end_kernels()
