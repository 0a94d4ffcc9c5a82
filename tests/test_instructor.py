"""The instructor guide: it fits the lessons as they are, and its sums add up."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambdalab.teaching.beliefs import BELIEFS
from lambdalab.teaching.dated import facts
from lambdalab.teaching.records import Lesson, find_lesson
from tools import inventory, notebooks
from tools.agendas import AGENDAS, GAME_DAY, Agenda

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "docs" / "instructor"
NOTEBOOKS = {
    path.name[:2]: path
    for path in notebooks.lessons()
    if path.parent == notebooks.LESSONS and not path.name.startswith("00")
}
LEFT_OUT = "\u2013"
IN_CLASS = (20, 30)  # minutes
LEAST_SLACK = 0.08  # of the minutes for lessons: even five minutes of an hour

numbered = pytest.mark.parametrize("number", NOTEBOOKS)


def page(number: str) -> str:
    return (GUIDE / "lessons" / f"{number}.md").read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def table(text: str) -> list[list[str]]:
    """Read the rows of the first table of a text, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def parts(number: str) -> list[tuple[str, int, int]]:
    """List the parts of a lesson: the words, and their minutes alone and in class."""
    rows = table(section(page(number), "Minute marks"))
    assert rows[0][0] == "0"
    assert rows[-1][2] == "End"
    found = []
    for n, (alone, in_class, words, _) in enumerate(rows[:-1]):
        later = rows[n + 1 :]
        short = 0
        if in_class != LEFT_OUT:
            short = int(next(row[1] for row in later if row[1] != LEFT_OUT)) - int(in_class)
            assert short > 0, words
        assert int(later[0][0]) > int(alone), words
        found.append((words, int(later[0][0]) - int(alone), short))
    return found


def in_class(number: str) -> int:
    return sum(short for _, _, short in parts(number))


def lesson(number: str) -> Lesson:
    return find_lesson(f"L{number}")


# A page for each lesson -------------------------------------------------------------------------


def test_each_lesson_has_a_page_and_each_page_a_lesson() -> None:
    pages = sorted(path.stem for path in (GUIDE / "lessons").glob("*.md"))
    assert pages == sorted(NOTEBOOKS)
    contents = (GUIDE / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\(lessons/(\d\d)\.md\)", contents) == pages


@numbered
def test_a_page_names_the_lesson_its_minutes_and_what_it_is_made_of(number: str) -> None:
    text = page(number)
    assert text.startswith(f"# {number} · {lesson(number).title}\n")
    alone, short = lesson(number).minutes, in_class(number)
    assert f"): {alone} minutes alone, {short} in class." in text
    assert NOTEBOOKS[number].name in text
    assert "**Ask aloud:**" in text
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "The guess",
        "Minute marks",
        "Where people stick",
        "Cut, and for the fast",
        "From the real AWS",
    ]
    assert len(text.splitlines()) <= 75, "one screen, and one printed page"


@numbered
def test_the_guess_on_a_page_is_that_of_the_lesson(number: str) -> None:
    asked = lesson(number).guess
    assert asked
    rows = table(section(page(number), "The guess"))
    assert [(value, belief) for value, _, belief in rows] == [
        (str(option.value), option.belief) for option in asked.options
    ]
    (right,) = [value for value, words, _ in rows if words == "has it right"]
    assert next(o for o in asked.options if str(o.value) == right).belief == ""
    assert "more than a third" in " ".join(section(page(number), "The guess").split())


@numbered
def test_the_right_guess_on_a_page_is_what_the_stored_run_shows(number: str) -> None:
    (right,) = [r[0] for r in table(section(page(number), "The guess")) if r[1] == "has it right"]
    outputs = [
        output.get("data", {}).get("text/plain", "")
        for cell in notebooks.read(NOTEBOOKS[number]).cells
        for output in cell.get("outputs", [])
    ]
    shown = re.search(r"^the run shows (\w+)", "\n".join(outputs), re.MULTILINE)
    assert shown
    assert shown[1] == right


@numbered
def test_the_minute_marks_of_a_page_add_up_and_follow_the_lesson(number: str) -> None:
    cells = notebooks.read(NOTEBOOKS[number]).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    exercises = {f"Exercise {p.id[-1]}": p.minutes for p in lesson(number).problems}
    # Minutes alone are those of the lesson, and those of an exercise are its own.
    assert sum(alone for _, alone, _ in parts(number)) == lesson(number).minutes
    found = {words: alone for words, alone, _ in parts(number) if words.startswith("Exercise")}
    assert found == exercises
    # Everything of the lesson stands on the page, in the order of the notebook.
    flat = ", ".join(words for words, _, _ in parts(number))
    for exercise in exercises:
        flat = flat.replace(exercise, "Exercises" if exercise[-1] == "A" else "")
    where = [flat.index(heading) for heading in headings if heading != "Where the model stops"]
    assert where == sorted(where)


@numbered
def test_in_class_one_exercise_is_done_and_no_recall(number: str) -> None:
    short = {words: minutes for words, _, minutes in parts(number)}
    assert short["Recall"] == 0
    done = {words: n for words, n in short.items() if words.startswith("Exercise") and n}
    assert len(done) == 1
    ((exercise, minutes),) = done.items()
    (problem,) = [p for p in lesson(number).problems if p.id[-1] == exercise[-1]]
    assert problem.minutes - 1 <= minutes <= problem.minutes + 3
    assert IN_CLASS[0] <= in_class(number) <= IN_CLASS[1]


@numbered
def test_what_a_page_tells_of_aws_is_a_fact_with_a_source(number: str) -> None:
    story = section(page(number), "From the real AWS")
    named = re.findall(r"\(`([a-z][\w.-]+)`\)", story)
    assert named, "no story without a source"
    for fact in facts(*named):
        assert fact.source.startswith("https://")
        told = re.findall(r"(?<![\w.])\d[\d.,]*(?:%|\b)", re.sub(r"`[^`]*`", "", story))
        known = f"{fact.sentence} {fact.shown} {fact.note}"
        if fact.label == "measured":
            assert [n for n in told if n.rstrip("%.,") not in known] == []


def test_every_exercise_that_a_page_speaks_of_exists() -> None:
    for number in NOTEBOOKS:
        letters = {problem.id[-1] for problem in lesson(number).problems}
        assert set(re.findall(r"\b[Ee]xercise ([A-Z])\b", page(number))) <= letters


# The agendas ------------------------------------------------------------------------------------


def agendas() -> dict[str, str]:
    text = (GUIDE / "agendas.md").read_text(encoding="utf-8")
    return {
        title: section(text, title)
        for title in re.findall(r"^## (.*: \d+ minutes)$", text, re.MULTILINE)
    }


def rows(text: str) -> Iterator[tuple[int, int, str, list[str]]]:
    """Yield the rows of an agenda: when it begins, how long it takes, its words, its lessons."""
    for begins, minutes, words in table(text):
        hours, rest = begins.split(":")
        yield (
            int(hours) * 60 + int(rest),
            int(minutes),
            words,
            re.findall(r"lessons/(\d\d)\.md", words),
        )


def test_the_agendas_are_those_that_are_promised() -> None:
    assert [title.partition(":")[0] for title in agendas()] == [
        "Taster",
        "Half day",
        "Full day",
        "Six lunch hours",
        "Self-paced",
    ]


@pytest.mark.parametrize("agenda", AGENDAS, ids=lambda agenda: agenda.name)
def test_an_agenda_has_the_lessons_and_breaks_of_its_page_for_participants(agenda: Agenda) -> None:
    name = agenda.name.replace("-", " ").partition(" ")[0]
    (text,) = [text for title, text in agendas().items() if name in title.lower()]
    sessions: list[list[str]] = [[]]
    for _, minutes, words, named in rows(text):
        if words in ("Break", "Lunch") or minutes == 60:  # an hour is a session of its own
            sessions.append([])
        sessions[-1] += [f"L{number}" for number in named]
        sessions[-1] += [GAME_DAY] if "game-day.md" in words else []
    if GAME_DAY in agenda.lessons and agenda.name == "lunch-hours":
        assert "game-day.md" in text  # on another day
        sessions.append([GAME_DAY])
    assert tuple(tuple(session) for session in sessions if session) == agenda.sessions


@pytest.mark.parametrize("title", agendas())
def test_an_agenda_adds_up_to_its_title(title: str) -> None:
    now = 0
    for begins, minutes, words, _ in rows(agendas()[title]):
        assert begins == now, words
        now += minutes
    assert now == int(title.split()[-2])


@pytest.mark.parametrize("title", [title for title in agendas() if "Self" not in title])
def test_every_lesson_fits_into_its_slot_with_slack(title: str) -> None:
    whole = [
        (minutes, named)
        for _, minutes, words, named in rows(agendas()[title])
        if named and "A part of" not in words
    ]
    slots = sum(minutes for minutes, _ in whole)
    needed = 0
    for minutes, named in whole:
        short = sum(in_class(number) for number in named)
        assert short * (1 + LEAST_SLACK) <= minutes, named
        needed += short
    said = re.search(r"Of (\d+) minutes in lessons (\d+) are slack", agendas()[title])
    if said:
        assert (int(said[1]), int(said[2])) == (slots, slots - needed)


@pytest.mark.parametrize("title", agendas())
def test_what_a_lesson_needs_comes_before_it_or_is_said_in_a_sentence(title: str) -> None:
    had: list[str] = []
    for *_, named in rows(agendas()[title]):
        for number in named:
            first = notebooks.read(NOTEBOOKS[number]).cells[0].source
            (line,) = [line for line in first.splitlines() if line.startswith("**You need**")]
            for needed in re.findall(r"\((\d\d)-", line):
                if needed not in had and needed != "00":
                    assert f"Without lesson {needed}:" in agendas()[title], (number, needed)
            had.append(number)


def test_alone_the_lessons_take_what_they_say() -> None:
    (self_paced,) = [text for title, text in agendas().items() if "Self" in title]
    named = {number: minutes for _, minutes, _, found in rows(self_paced) for number in found}
    assert named == {number: lesson(number).minutes for number in NOTEBOOKS}


def test_the_game_day_adds_up_to_two_hours() -> None:
    text = section((GUIDE / "game-day.md").read_text(encoding="utf-8"), "Minute marks")
    found = list(rows(text))
    assert [begins for begins, *_ in found] == [
        sum(minutes for _, minutes, *_ in found[:n]) for n in range(len(found))
    ]
    assert sum(minutes for _, minutes, *_ in found) == 120


# The inventory ----------------------------------------------------------------------------------

ITEMS = [
    pytest.param(item, id=f"{pair.lesson} {when}")
    for pair in inventory.PAIRS
    for when, item in (("before", pair.before), ("after", pair.after))
]


@pytest.mark.parametrize("item", ITEMS)
def test_a_run_shows_the_answer_to_an_item_and_it_is_nobodys_belief(item: inventory.Item) -> None:
    options = {letter: belief for letter, _, belief in item.letters()}
    assert options[item.truth()] == ""
    assert set(options.values()) - {""}, "a wrong option stands for a belief"
    assert set(options.values()) - {""} <= set(BELIEFS)


def test_both_sheets_ask_the_same_of_twelve_lessons_in_other_words() -> None:
    assert len(inventory.PAIRS) == 12
    assert [pair.lesson for pair in inventory.PAIRS] == [f"L{n:02}" for n in range(1, 13)]
    for pair in inventory.PAIRS:
        first, second = pair.before, pair.after
        assert sorted(belief for _, belief in first.options) == sorted(
            belief for _, belief in second.options
        )
        assert first.ask != second.ask
        assert [b for _, b in first.options] != [b for _, b in second.options] or (
            pair.before.truth() == pair.after.truth()
        )


def test_the_answers_are_no_pattern() -> None:
    for when in ("before", "after"):
        letters = [getattr(pair, when).truth() for pair in inventory.PAIRS]
        assert max(letters.count(letter) for letter in "abc") <= 7


@pytest.mark.parametrize("name", ["inventory.md", "inventory-before.md", "inventory-after.md"])
def test_the_pages_of_the_inventory_are_up_to_date(name: str) -> None:
    written = (GUIDE / name).read_text(encoding="utf-8")
    assert written == inventory.pages()[name], "python -m tools.inventory"


def test_a_sheet_holds_no_answer() -> None:
    for name in ("inventory-before.md", "inventory-after.md"):
        text = (GUIDE / name).read_text(encoding="utf-8")
        assert not re.search(r"\bM\d\d\b", text)
        assert text.count("- ( ) **") == text.count("- ( )")


# Everything else --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(GUIDE.rglob("*.md")), ids=lambda p: p.stem)
def test_links_of_the_guide_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_card_asks_the_five_questions_of_the_guide() -> None:
    card = (GUIDE / "five-questions.html").read_text(encoding="utf-8")
    listed = section((GUIDE / "README.md").read_text(encoding="utf-8"), "The five questions")
    asked = re.findall(r"^\d\. \*\*(.*?)\*\*", listed, re.MULTILINE)
    assert re.findall(r"<b>(.*?)</b>", card) == asked
    assert len(asked) == 5
    named = set(re.findall(r"\b(\d\d)\b", listed))
    assert named == set(NOTEBOOKS), "each lesson answers one of the five"


BANNED = re.compile(r"\b(simply|just|obviously|magic\w*|seamless\w*|leverag\w*)\b", re.IGNORECASE)


@pytest.mark.parametrize("path", sorted(GUIDE.rglob("*.*")), ids=lambda p: p.name)
def test_no_word_of_the_guide_makes_a_reader_feel_slow(path: Path) -> None:
    assert BANNED.findall(path.read_text(encoding="utf-8")) == []
