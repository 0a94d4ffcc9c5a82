"""Binder gets what the tests run with, and reads its folder as we mean it."""

import json
import os
import tomllib
from pathlib import Path

import pytest

from tools import binder, lock

ROOT = Path(__file__).parent.parent


def test_binder_pins_what_the_lessons_need_at_the_versions_that_are_tested() -> None:
    pins, tested = lock.pins(lock.BINDER), lock.pins(lock.CONSTRAINTS)
    assert set(pins) == lock.on_binder()
    assert {"nbgitpuller", "anywidget", "numpy"} <= set(pins)
    assert "jupyterlab" not in pins
    assert {name: tested[name] for name in pins} == pins


def test_everything_the_project_asks_for_is_pinned() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        name
        for extra in extras["optional-dependencies"]
        if extra not in ("bench", "mutation")  # in environments of their own
        for name in lock.requirements(extra)
    }
    assert wanted <= set(lock.pins(lock.CONSTRAINTS))


def test_no_file_of_pins_names_a_path_or_an_address() -> None:
    # A local path in Binder's list would rebuild every layer at every commit.
    for path in (lock.BINDER, lock.CONSTRAINTS):
        lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
        assert [line for line in lines if "==" not in line or "/" in line] == []


def test_post_build_can_be_run() -> None:
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)


def test_a_page_of_markdown_opens_as_a_page() -> None:
    settings = json.loads((ROOT / "binder" / "overrides.json").read_text())
    viewers = settings["@jupyterlab/docmanager-extension:plugin"]["defaultViewers"]
    assert viewers == {"markdown": "Markdown Preview"}
    assert "cp binder/overrides.json" in (ROOT / "binder" / "postBuild").read_text()


@pytest.mark.slow
def test_repo2docker_reads_the_folder_as_we_mean_it() -> None:
    assert binder.faults(binder.render()) == []
