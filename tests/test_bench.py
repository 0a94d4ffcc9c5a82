"""The measurements of `make bench` can be made; how fast it is, a busy machine cannot say."""

import re
from pathlib import Path

import lambdalab as lab
from bench.__main__ import page
from bench.plain import bare
from bench.players import lambdalab

SPEED = Path(__file__).parents[1] / "docs" / "speed.md"


def figures_left_out(text: str) -> str:
    return re.sub(r"not installed|[\d,.]+", "0", text)


def test_every_measurement_is_made_and_the_written_page_has_its_shape() -> None:
    text = page(requests=100, entries=120, rounds=1)
    assert re.search(r"\| 200 \| [\d,]+ \|", text)
    assert "graph of causes" in text
    now = figures_left_out(text).splitlines()
    kept = figures_left_out(SPEED.read_text(encoding="utf-8")).splitlines()
    headings = [line for line in now if line.startswith(("#", "|"))]
    assert headings == [line for line in kept if line.startswith(("#", "|"))]


def test_what_it_is_compared_with_plays_the_same_scenario() -> None:
    """Environments that are made: about as many, for arrivals are drawn alike but not the same."""
    run = lambdalab(50, 5_000)
    assert isinstance(run, lab.Run)
    made = bare(50, 1.0, 5_000)
    assert abs(run.count("environments") - made) < 0.2 * made
