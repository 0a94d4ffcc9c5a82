"""The notebooks of the game day: that they hold what the game has, and how they are written.

nbval looks at their outputs, and `tests/test_gameday.py` at the repairs that they are about.
"""

import ast
import re
from pathlib import Path

import pytest

import lambdalab as lab
from lambdalab.parcelwing.handlers import FUNCTIONS
from lambdalab.parcelwing.night import INCIDENTS
from tools import glossary, links, notebooks

NOTEBOOKS = notebooks.game_days()
INCIDENT_BOOKS = NOTEBOOKS[1:-1]
SECTIONS = ["The page", "Look", "Repair", "Several repairs", "Debrief"]
BANNED = re.compile(r"\b(simply|just|obviously|magic\w*|seamless\w*|leverag\w*)\b", re.IGNORECASE)
LONGEST_EVER = 28  # words of a sentence


def name(path: Path) -> str:
    return path.stem


def cells(path: Path, kind: str) -> list[str]:
    found = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == kind]
    return [glossary.unlinked(text) for text in found]


def text_of(path: Path) -> str:
    return "\n\n".join(cells(path, "markdown"))


def output_of(path: Path, words: str) -> str:
    """Return what the first cell that holds some words has printed."""
    cell = next(c for c in notebooks.read(path).cells if words in c.source and "outputs" in c)
    texts = (out.get("data", {}).get("text/plain", out.get("text", "")) for out in cell.outputs)
    return "".join(texts)


def test_there_is_one_to_start_with_one_for_each_incident_and_one_to_end_with() -> None:
    assert len(NOTEBOOKS) == len(INCIDENTS) + 2
    for path, incident in zip(INCIDENT_BOOKS, INCIDENTS, strict=True):
        assert f'lab.gameday(incidents=["{incident.id}"])' in "\n".join(cells(path, "code"))
        assert f"> {incident.page}\n" in text_of(path) + "\n"
        assert f" · {incident.title}\n" in text_of(path)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_it_opens_with_its_title_its_minutes_and_its_contents(path: Path) -> None:
    text = text_of(path)
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    first = cells(path, "markdown")[0]
    assert re.findall(r"\[([^\]]*)\]\(#([^)]*)\)", first) == [
        (heading, heading.replace(" ", "-")) for heading in headings
    ]
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert re.search(r"^\*\*\d+ minutes\. After this you can\*\*", first, re.MULTILINE)
    assert path not in INCIDENT_BOOKS or headings == SECTIONS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    assert [target for target in links.links(path) if links.fault(path, target)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_each_term_is_linked_to_the_glossary_where_it_is_first_used(path: Path) -> None:
    written = [cell.source for cell in glossary.prose(notebooks.read(path))]
    assert written == glossary.linked(written, path), "`make docs` sets the links"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_it_is_written_in_short_sentences_without_words_that_make_one_feel_slow(path: Path) -> None:
    text = text_of(path)
    assert BANNED.findall(text) == []
    text = re.sub(r"^\|.*$|^#.*$|\]\([^)]*\)", "", text, flags=re.MULTILINE)
    blocks = re.split(r"\n\s*\n|\n(?=- |\d+\. )", text)
    sentences = [s for b in blocks if "In this" not in b for s in re.split(r"(?<=[.?!:;])\s+", b)]
    assert [s for s in sentences if len(s.split()) > LONGEST_EVER] == []


@pytest.mark.parametrize("path", INCIDENT_BOOKS, ids=name)
def test_a_cell_to_change_is_the_code_that_a_team_inherits(path: Path) -> None:
    night = lab.gameday()
    handlers = [source for source in cells(path, "code") if source.startswith("%%lambda")]
    assert len(handlers) == 1
    assert handlers == [
        str(night.code(n)).rstrip("\n") for n in FUNCTIONS if f" {n} " in handlers[0]
    ]
    assert output_of(path, "mine.check()").startswith("○ not tried")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_it_uses_only_public_names(path: Path) -> None:
    for source in cells(path, "code"):
        code = "\n".join(line for line in source.splitlines() if not line.startswith("%"))
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_")
            if isinstance(node, ast.Import) and not source.startswith("%%lambda"):
                assert [alias.name for alias in node.names] == ["lambdalab"]


def test_the_pareto_set_of_the_debrief_is_that_of_its_runs() -> None:
    rows = output_of(NOTEBOOKS[-1], ".standings(").splitlines()[1:]
    teams = {}
    for row in rows:
        team, _, points, _, rewritten = re.split(r"\s{2,}", row.strip())
        teams[team] = float(points.replace(",", "")), -int(rewritten)
    best = [
        team
        for team, reached in teams.items()
        if not any(
            other != reached and all(a >= b for a, b in zip(other, reached, strict=True))
            for other in teams.values()
        )
    ]
    assert best == ["Settings", "Queues, mended"]
