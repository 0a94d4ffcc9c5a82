"""The links of a workshop lead to lessons that are there, the way Binder and nbgitpuller go."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

import lambdalab as lab
from tools import workshop
from tools.agendas import AGENDAS, GAME_DAY, Agenda

GUIDE = workshop.ROOT / "docs" / "instructor" / "agendas.md"


@pytest.mark.parametrize("path", workshop.files(), ids=lambda path: path.name)
def test_a_page_is_as_the_tool_writes_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text == workshop.files()[path], "`make docs` writes it"


def test_every_lesson_and_every_agenda_has_its_link() -> None:
    text = workshop.PAGE.read_text(encoding="utf-8")
    for item in workshop.items():
        assert f"]({workshop.link(item.path)}) |" in text
    for agenda in AGENDAS:
        assert workshop.link(f"docs/agendas/{agenda.name}.md") in text


@pytest.mark.parametrize("item", workshop.items(), ids=lambda item: item.path)
def test_a_link_is_read_as_binder_and_nbgitpuller_read_it(item: workshop.Item) -> None:
    link = urlsplit(workshop.link(item.path))
    assert link.netloc == "mybinder.org"
    assert link.path == f"/v2/gh/lambdalab/lambdalab/v{lab.__version__}"
    ((inside,),) = parse_qs(link.query).values()
    pull = urlsplit(inside)
    asked = {name: value for name, (value,) in parse_qs(pull.query).items()}
    assert pull.path == "git-pull"
    assert asked["repo"] == "https://github.com/lambdalab/lambdalab"
    assert asked["branch"] == "main"
    folder, _, place = asked["urlpath"].removeprefix("lab/tree/").partition("/")
    assert folder == asked["targetpath"]
    assert (workshop.ROOT / place).exists()


def test_the_lessons_are_not_pulled_over_anything_that_the_image_holds() -> None:
    assert not (workshop.ROOT / workshop.FOLDER).exists()


@pytest.mark.parametrize("agenda", AGENDAS, ids=lambda agenda: agenda.name)
def test_an_agenda_names_lessons_that_are_there(agenda: Agenda) -> None:
    known = {item.id for item in workshop.items()}
    assert set(agenda.lessons) <= known
    found = [item.id for session in workshop.of(agenda) for item in session]
    assert list(dict.fromkeys(found)) == list(agenda.lessons)


@pytest.mark.parametrize("agenda", AGENDAS, ids=lambda agenda: agenda.name)
def test_the_guide_for_instructors_gives_minutes_to_the_same_lessons(agenda: Agenda) -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    _, _, section = guide.partition(f"\n## {agenda.title}: ")
    rows = re.findall(r"^\|.*", section.partition("\n## ")[0], re.MULTILINE)
    named = re.findall(r"\(lessons/(\d\d)\.md\)", "\n".join(rows))
    assert [f"L{number}" for number in named] == [id for id in agenda.lessons if id != GAME_DAY]
