"""The lessons: what they import, what they call, how they are written, how long they are."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import lambdalab as lab
from lambdalab.teaching.beliefs import BELIEFS
from lambdalab.teaching.course import l01, l04, l11
from lambdalab.teaching.dated import LABELS, facts
from lambdalab.teaching.records import Lesson, Problem, find_lesson, lessons
from lambdalab.teaching.words import TERMS
from tools import glossary, links, notebooks
from tools import lesson as tool
from tools.answers import answer, is_cell

ROOT = Path(__file__).parent.parent
NOTEBOOKS = notebooks.lessons()
NUMBERED = [
    path for path in NOTEBOOKS if path.name[:2].isdigit() and not path.name.startswith("00")
]
CELLS, CODE_CELLS = (24, 42), 27
WORDS, LONGEST_STRETCH = (600, 1600), 220  # in a lesson, and between two things to do
MINUTES = (35, 55)
LONGEST_SENTENCE, MOST_LONG_SENTENCES = 20, 0.1  # words; the share that may be longer
LONGEST_EVER = 28
BANNED = re.compile(r"\b(simply|just|obviously|magic\w*|seamless\w*|leverag\w*)\b", re.IGNORECASE)
PUBLIC = {*lab.__all__, "sandbox", "object"}  # two are not part of a star import
SECTIONS = [
    "Recall",
    "The page",
    "Guess",
    "Run",
    "Step",
    "Why?",
    "Name it",
    "Wrong, then right",
    "What if",
    "Exercises",
    "On real AWS",
    "Where the model stops",
    "Keep",
]


def name(path: Path) -> str:
    return path.stem


def lesson_of(path: Path) -> Lesson:
    return find_lesson(f"L{path.name[:2]}")


def cells(path: Path, kind: str) -> list[str]:
    """List what is written in a lesson, without the links of its terms."""
    found = [cell.source for cell in notebooks.read(path).cells if cell.cell_type == kind]
    return [glossary.unlinked(text) for text in found]


def modules(path: Path) -> Iterator[ast.Module]:
    """Parse the Python of a lesson, the bodies of its handlers too."""
    for source in cells(path, "code"):
        lines = [line for line in source.splitlines() if not line.startswith("%")]
        yield ast.parse("\n".join(lines))


def prose(path: Path) -> list[str]:
    """List the sentences of a lesson, without code, tables and links."""
    text = "\n\n".join(cells(path, "markdown"))
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    text = re.sub(r"^\|.*$|^#.*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    blocks = [
        block for block in re.split(r"\n\s*\n|\n(?=- |\d+\. )", text) if "In this " not in block
    ]
    return [s for block in blocks for s in re.split(r"(?<=[.?!:;])\s+", block) if s.strip()]


@cache
def said() -> list[tuple[str, str]]:
    """List every text that the records hold, with where it stands."""
    return list(_said())


def _said() -> Iterator[tuple[str, str]]:
    for lesson in lessons():
        yield from ((f"{lesson.id} goal", goal.words) for goal in lesson.goals)
        if lesson.guess:
            yield f"{lesson.id} guess", lesson.guess.ask
            for option in lesson.guess.options:
                yield f"{lesson.id} option {option.value}", f"{option.words} {option.look}"
        for question in lesson.questions:
            yield question.id, question.ask
            yield from ((question.id, f"{o.words} {o.look}") for o in question.options)
        for problem in lesson.problems:
            yield from ((problem.id, text) for text in texts(problem))


def texts(problem: Problem) -> Iterator[str]:
    """Yield the texts of a problem; those made from an answer are made from an example."""
    yield from (problem.ask, problem.otherwise, *problem.hints)
    for source in (problem.solution, *problem.also_right, *(w.example for w in problem.wrong)):
        yield lab.check(problem.id, answer(problem, source)).words


def too_long(sentences: list[str], most: int) -> list[str]:
    return [sentence for sentence in sentences if len(sentence.split()) > most]


# What is in a lesson ----------------------------------------------------------------------------


def test_there_is_a_lesson_to_start_with_and_each_has_its_records() -> None:
    assert NOTEBOOKS[0].name == "00-start-here.ipynb"
    assert [lesson.id for lesson in lessons()] == [lesson_of(path).id for path in NOTEBOOKS]


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_a_lesson_has_about_25_cells(path: Path) -> None:
    assert CELLS[0] <= len(notebooks.read(path).cells) <= CELLS[1]
    assert len(cells(path, "code")) <= CODE_CELLS


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_a_lesson_follows_the_skeleton(path: Path) -> None:
    headings = re.findall(r"^## (.*)$", "\n".join(cells(path, "markdown")), re.MULTILINE)
    assert headings == SECTIONS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_lesson_opens_with_its_title_its_minutes_and_its_contents(path: Path) -> None:
    markdown = cells(path, "markdown")
    text = "\n".join(markdown)
    lesson = lesson_of(path)
    number = "" if lesson.id == "L00" else f"{path.name[:2]} · "
    assert markdown[0].startswith(f"# {number}{lesson.title}\n")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert f"**{lesson.minutes} minutes" in markdown[0]
    headings = re.findall(r"^## (.*)$", text, re.MULTILINE)
    links = re.findall(r"\[([^\]]*)\]\(#([^)]*)\)", markdown[0])
    assert links == [(heading, heading.replace(" ", "-")) for heading in headings]
    assert f'lab.lesson("{lesson.id}")' in "\n".join(cells(path, "code"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    assert [target for target in links.links(path) if links.fault(path, target)] == []


def test_the_notebook_to_start_with_lists_every_lesson_and_each_names_the_next() -> None:
    rows = "\n".join(cells(NOTEBOOKS[0], "markdown"))
    for path in NUMBERED:
        lesson = lesson_of(path)
        title = f"[{path.name[:2]} · {lesson.title}]({path.name})"
        assert f"| {title} | {lesson.minutes} |" in rows
        if path != NUMBERED[0]:
            before = NUMBERED[NUMBERED.index(path) - 1]
            assert f"**Next:** {title}, {lesson.minutes} minutes." in "\n".join(
                cells(before, "markdown")
            )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_every_problem_goal_and_guess_is_asked_for_and_stands_in_the_lesson(path: Path) -> None:
    code, text = "\n".join(cells(path, "code")), "\n".join(cells(path, "markdown"))
    lesson = lesson_of(path)
    assert re.findall(r'lab\.check\("([^"]+)"', code) == [p.id for p in lesson.problems]
    assert [p.id for p in lesson.problems if p.ask not in text] == []
    assert ("lab.goal(" in code) == bool(lesson.goals)
    assert code.count("lab.predict(") == (2 if lesson.guess else 0)
    if lesson.guess:
        assert [
            o.words for o in lesson.guess.options if f"**{o.value}** {o.words}" not in text
        ] == []
    minutes = re.findall(r"^\*(\d+) minutes\.\*", text, re.MULTILINE)
    if minutes:
        assert minutes == [str(problem.minutes) for problem in lesson.problems]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_cells_for_answers_hold_dots(path: Path) -> None:
    for source in cells(path, "code"):
        if "lab.check(" in source or re.search(r"lab\.predict\([^)]*guess\)", source):
            asked = tool.CHECK.search(source)
            if not (asked and is_cell(tool.find_problem(asked[1]).solution)):  # a cell to repair
                assert re.search(r"= (\.\.\.|\[\.\.\.)", source), source


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_a_lesson_asks_to_recall_and_ends_with_its_terms_and_the_progress(path: Path) -> None:
    code = "\n".join(cells(path, "code"))
    for called in ("lab.recall(", "lab.glossary()", "lab.progress()", "lab.sandbox("):
        assert code.count(called) == 1, called
    assert lesson_of(path).questions


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_cell_that_is_to_be_repaired_stands_in_the_lesson_as_its_problem_holds_it(
    path: Path,
) -> None:
    for problem in lesson_of(path).problems:
        if is_cell(problem.given):
            assert problem.given.rstrip("\n") in cells(path, "code"), problem.id


# The code of a lesson ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_lesson_imports_only_lambdalab_and_what_a_handler_needs(path: Path) -> None:
    allowed = {"lambdalab"}
    for source, module in zip(cells(path, "code"), modules(path), strict=True):
        handler = source.startswith("%%lambda")
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                assert handler or {alias.name for alias in node.names} <= allowed
            assert handler or not isinstance(node, ast.ImportFrom)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_lesson_uses_only_public_names_that_exist(path: Path) -> None:
    for module in modules(path):
        for node in ast.walk(module):
            if isinstance(node, ast.Attribute):
                assert not node.attr.startswith("_") or node.attr == "_exit"
                if isinstance(node.value, ast.Name) and node.value.id == "lab":
                    assert node.attr in PUBLIC
                    assert hasattr(lab, node.attr)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_what_the_text_says_of_lab_exists(path: Path) -> None:
    text = "\n".join(cells(path, "markdown"))
    for called in re.findall(r"\blab\.(\w+)", text):
        assert called in PUBLIC
    for called in re.findall(r"\b(?:run|trace)\.(\w+)\(", text):
        assert hasattr(lab.Run, called)


def test_the_function_of_lesson_01_is_the_one_that_its_problems_replay() -> None:
    (source,) = [s for s in cells(NOTEBOOKS[1], "code") if s.startswith("%%lambda greet")]
    written = lab.function(source.partition("\n")[2], name="greet")
    for times in ([0, 0.2, 3], [0, 0.9, 1.4], [0, 0, 0, 0.8]):
        runs = [lab.run(target, at=times) for target in (written, l01.greet())]
        assert (
            len({tuple((x.environment, x.start, x.end) for x in r.invocations) for r in runs}) == 1
        )


def test_the_trace_of_lesson_01_is_the_one_that_its_problem_holds() -> None:
    (source,) = [s for s in cells(NOTEBOOKS[1], "code") if "trace = lab.run" in s]
    known: dict[str, Any] = {"lab": lab}
    exec(source, known)
    assert repr(known["trace"].tell()) == repr(l01.trace().tell())


def test_the_excerpts_of_lesson_04_are_what_runs_write() -> None:
    text = "\n".join(cells(NOTEBOOKS[4], "markdown"))
    for number, (_, excerpt) in enumerate(l04.excerpts(), 1):
        assert f"{number}.\n{excerpt}\n" in text


def test_the_handlers_of_lesson_11_are_those_that_its_problems_run() -> None:
    (path,) = [path for path in NOTEBOOKS if path.name.startswith("11")]
    for cell in (*l11.HANDLERS.values(), "%%lambda naive --timeout 10\n" + l11.NAIVE):
        assert cell.rstrip("\n") in cells(path, "code")


# The prose --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_no_word_that_makes_a_reader_feel_slow(path: Path) -> None:
    assert BANNED.findall("\n".join(cells(path, "markdown"))) == []


def test_no_such_word_in_a_verdict_or_a_hint() -> None:
    assert [(where, text) for where, text in said() if BANNED.search(text)] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_sentences_are_short(path: Path) -> None:
    sentences = prose(path)
    long = too_long(sentences, LONGEST_SENTENCE)
    assert len(long) <= MOST_LONG_SENTENCES * len(sentences), long
    assert too_long(long, LONGEST_EVER) == []


def test_sentences_of_verdicts_and_hints_are_short() -> None:
    sentences = [(where, s) for where, text in said() for s in re.split(r"(?<=[.?!])\s+", text)]
    assert [(where, s) for where, s in sentences if len(s.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_it_is_named_in_120_to_200_words(path: Path) -> None:
    (cell,) = [text for text in cells(path, "markdown") if "## Name it\n" in text]
    assert 120 <= len(cell.partition("## Name it\n")[2].split()) <= 200


def test_nothing_names_a_place_on_somebodys_machine() -> None:
    for path in NOTEBOOKS:
        text = path.read_text(encoding="utf-8")
        assert str(ROOT) not in text
        assert not re.search(r"/tmp/\w{3}|/home/|0x[0-9a-f]{6}", text)


# Solved -----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_a_solved_lesson_is_all_correct(path: Path) -> None:
    said = tool.solved(path)
    assert [p.id for p in lesson_of(path).problems] == [id for id in said if id[:1] == "L"]
    assert [line for line in said.values() if not line.startswith("●")] == []


# Claims -----------------------------------------------------------------------------------------

NUMBER = re.compile(r"(?<![\w.#:§-])\d[\d,]*(?:\.\d+)?(?![\w:]|-\w)")
LABELLED = re.compile(r"\((?:documented|measured|assumed)")


def numbers(text: str) -> list[float]:
    """Find the numbers of a text; not those in names, clock times and tags."""
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]


def without_marks(text: str) -> str:
    """Take out what is no claim: code blocks, links, option letters, minutes of a task."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    text = re.sub(r"^(- )?\*\*\w\*\*|^\d+\. |^#.*$|^\*\*?\d+ minutes\b", "", text, flags=re.M)
    return re.sub(r"^Put 1, 2.*$|^\*\*Next:.*$", "", text, flags=re.M)


def outputs(path: Path) -> str:
    """Join what the cells of a lesson print."""
    return "\n".join(
        output.get("data", {}).get("text/plain", "") + output.get("text", "")
        for cell in notebooks.read(path).cells
        for output in cell.get("outputs", [])
    )


def looked_up(path: Path) -> list[str]:
    """List the ids that a lesson looks up with `lab.facts`."""
    calls = re.findall(r"lab\.facts\(([^)]*)\)", "\n".join(cells(path, "code")))
    return re.findall(r'"([^"]+)"', " ".join(calls))


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_each_number_comes_from_the_run_from_the_task_or_from_a_fact(path: Path) -> None:
    lesson = lesson_of(path)
    asked = [problem.ask for problem in lesson.problems]
    known = "\n".join([*cells(path, "code"), outputs(path), *asked])
    sayable = {round(n * scale, 6) for n in numbers(known) for scale in (1, 1000, 0.001)}
    text = without_marks("\n\n".join(cells(path, "markdown")[1:]))
    assert [n for n in numbers(text) if round(n, 6) not in sayable] == []


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_a_number_with_a_label_comes_from_a_fact_that_the_lesson_looks_up(path: Path) -> None:
    found = facts(*looked_up(path))
    known = {n for fact in found for n in numbers(f"{fact.sentence} {fact.shown}")}
    for sentence in prose(path):
        if LABELLED.search(sentence):
            assert [n for n in numbers(sentence) if n not in known] == [], sentence


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_each_fact_has_its_label_its_source_and_a_date_that_is_not_stale(path: Path) -> None:
    ids = looked_up(path)
    assert ids, "a lesson looks up what it says of AWS"
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    latest = max(re.findall(r"^## \[[^\]]+\] - (\d{4}-\d{2}-\d{2})", changelog, re.MULTILINE))
    a_year_before = f"{int(latest[:4]) - 1}{latest[4:]}"
    for fact in facts(*ids):
        assert fact.label in LABELS
        assert fact.source.startswith("https://")
        assert a_year_before <= fact.date <= latest, f"check {fact.id} again"


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_each_term_in_italics_is_in_the_glossary_and_stands_so_once(path: Path) -> None:
    lesson = lesson_of(path)
    section = "\n".join(cells(path, "markdown")).partition("## Name it\n")[2]
    italic = re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", section.partition("## Exercises")[0])
    known = {term.name for term in TERMS if term.lesson == lesson.id}
    assert known
    assert sorted(term.lower() for term in italic) == sorted(term.lower() for term in known)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_each_term_is_linked_to_the_glossary_where_it_is_first_used(path: Path) -> None:
    written = [cell.source for cell in glossary.prose(notebooks.read(path))]
    assert written == glossary.linked(written, path), "`make docs` sets the links"
    names = {glossary.slug(term.name) for term in TERMS if term.lesson == lesson_of(path).id}
    assert names <= {target.partition("#")[2] for target in links.links(path)}


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_a_lesson_is_within_its_frame(path: Path) -> None:
    words = len(" ".join(prose(path)).split())
    assert WORDS[0] <= words <= WORDS[1], words
    assert MINUTES[0] <= lesson_of(path).minutes <= MINUTES[1]
    stretches = [without_marks(text) for text in cells(path, "markdown")]
    assert [text for text in stretches if len(text.split()) > LONGEST_STRETCH] == []


@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_each_belief_that_a_lesson_kills_has_an_experiment_and_is_named_to_whoever_holds_it(
    path: Path,
) -> None:
    lesson = lesson_of(path)
    pages = sorted((ROOT / "tests").glob("test_misconceptions*.py"))
    experiments = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    options = [*(lesson.guess.options if lesson.guess else ())]
    options += [option for question in lesson.questions for option in question.options]
    named = {o.belief for o in options} | {w.belief for p in lesson.problems for w in p.wrong}
    assert lesson.kills
    for belief in lesson.kills:
        assert belief in BELIEFS
        assert f"def test_{belief.lower()}_" in experiments
        assert belief in named


def test_the_glossary_is_short_and_each_term_has_one_place() -> None:
    assert len(TERMS) <= 60
    assert len({term.name for term in TERMS}) == len(TERMS)
    for term in TERMS:
        assert term.meaning.endswith(".")
        assert not BANNED.search(term.meaning + term.unlike)
