"""What a check, a guess, a goal and a hint say: tried on every problem of the course."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lambdalab as lab
from lambdalab.engine.known import KNOWN
from lambdalab.engine.rules import TABLE
from lambdalab.teaching import tutor
from lambdalab.teaching.beliefs import BELIEFS
from lambdalab.teaching.cards import Recall
from lambdalab.teaching.dated import LABELS
from lambdalab.teaching.forms import Choice, Lanes, Number, Order, Unreadable
from lambdalab.teaching.records import Lesson, Problem, Wrong, find_problem, lessons
from lambdalab.teaching.store import PLACES, decode, encode
from lambdalab.teaching.verdict import CORRECT, MARKS, NOT_TRIED, NOT_YET, RAISED
from lambdalab.views import prices
from tools.answers import answer

LESSONS = lessons()
PROBLEMS = [problem for lesson in LESSONS for problem in lesson.problems]
WRONG = [(problem, wrong) for problem in PROBLEMS for wrong in problem.wrong]
GUESSES = [lesson for lesson in LESSONS if lesson.guess]
KINDS = ("make it happen", "work it out", "repair it")


@pytest.fixture(autouse=True)
def nobody_was_here_before() -> Iterator[None]:
    """Forget guesses and hints."""
    yield
    tutor.store.forget()
    tutor.hints_seen.clear()
    tutor.tries.clear()
    tutor.opened.clear()
    tutor._asked.clear()


def name(case: Any) -> str:
    if isinstance(case, Problem | Lesson):
        return case.id
    return case.example if isinstance(case, Wrong) else str(case)


def greet_run(*times: float) -> lab.Run:
    return lab.run(lab.handler(name="greet", init=0.4, wait=0.5), at=list(times))


# Four outcomes, for every problem ---------------------------------------------------------------


@pytest.mark.parametrize("problem", PROBLEMS, ids=name)
def test_dots_are_taken_quietly(problem: Problem) -> None:
    for blank in (..., [...], (1, ...), [[1, ...]]):
        verdict = lab.check(problem.id, blank)
        assert (verdict.state, verdict.belief) == (NOT_TRIED, "")


@pytest.mark.parametrize(("problem", "wrong"), WRONG, ids=name)
def test_a_known_wrong_answer_is_recognised_with_its_belief(problem: Problem, wrong: Wrong) -> None:
    verdict = lab.check(problem.id, answer(problem, wrong.example))
    assert (verdict.state, verdict.belief) == (NOT_YET, wrong.belief)
    subject = problem.form.read(answer(problem, wrong.example))
    assert next(known for known in problem.wrong if known.when(subject)) is wrong
    if isinstance(wrong.words, str):
        assert verdict.words == wrong.words


@pytest.mark.parametrize("problem", PROBLEMS, ids=name)
def test_the_solution_and_what_is_also_right_are_correct(problem: Problem) -> None:
    for source in (problem.solution, *problem.also_right):
        verdict = lab.check(problem.id, answer(problem, source))
        assert verdict.state == CORRECT, f"{source}: {verdict}"


@pytest.mark.parametrize("problem", PROBLEMS, ids=name)
def test_what_must_fail_fails(problem: Problem) -> None:
    for source in problem.must_fail:
        verdict = lab.check(problem.id, answer(problem, source))
        assert verdict.state == NOT_YET, f"{source}: {verdict}"


@pytest.mark.parametrize("problem", PROBLEMS, ids=name)
def test_an_answer_that_raises_is_told_what_that_means(problem: Problem) -> None:
    verdict = lab.check(problem.id, lambda: undefined_name)  # type: ignore[name-defined] # noqa: F821
    assert verdict.state == RAISED
    assert "Run the cells above" in verdict.words


@pytest.mark.parametrize("problem", PROBLEMS, ids=name)
def test_an_answer_of_another_form_is_told_which_one_is_asked_for(problem: Problem) -> None:
    for unreadable in (None, {0: 1}, lab):
        verdict = lab.check(problem.id, unreadable)
        assert verdict.state == NOT_YET
        assert "for example" in verdict.words


def test_a_mistake_in_a_list_of_times_is_told_in_the_words_of_the_mistake() -> None:
    verdict = lab.check("L01.B", [0, 1, 2, 3, 4, -1])
    assert verdict.state == RAISED
    assert verdict.words.splitlines() == [
        "at=-1 is before the start.",
        "Allowed: seconds, 0 or more. Try: `at=0`.",
    ]


def test_a_handler_that_fails_is_named_with_its_error() -> None:
    broken = lab.function("def handler(event, context):\n    return name\n", name="broken")
    verdict = lab.check("L01.A", lab.run(broken, at=[0, 0, 0]))
    assert verdict.state == RAISED
    assert "failed on req-1 with NameError: name 'name' is not defined" in verdict.words
    assert 'run.why("req-1")' in verdict.words


# What is in a record ----------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", LESSONS, ids=name)
def test_a_problem_is_named_after_its_lesson(lesson: Lesson) -> None:
    ids = [f"{lesson.id}.{letter}" for letter in "ABCDEF"]
    assert [problem.id for problem in lesson.problems] == ids[: len(lesson.problems)]
    assert {problem.kind for problem in lesson.problems} <= set(KINDS)
    assert sum(problem.minutes for problem in lesson.problems) < lesson.minutes


@pytest.mark.parametrize("problem", PROBLEMS, ids=name)
def test_the_beliefs_named_exist(problem: Problem) -> None:
    assert {wrong.belief for wrong in problem.wrong if wrong.belief} <= set(BELIEFS)


@pytest.mark.parametrize("problem", PROBLEMS, ids=name)
def test_the_first_hint_is_a_question_and_none_holds_the_solution(problem: Problem) -> None:
    assert problem.hints[0].endswith("?")
    assert not [hint for hint in problem.hints if problem.solution.strip("\"'") in hint]


# The text and the card --------------------------------------------------------------------------


def verdicts() -> list[Any]:
    by_state = {
        NOT_TRIED: lab.check("L01.C", ...),
        NOT_YET: lab.check("L01.C", [1, 1, 1, 1, 1, 1]),
        CORRECT: lab.check("L01.C", [1, 2, 1, 3, 2, 1]),
        RAISED: lab.check("L01.C", lambda: 1 / 0),
    }
    assert [verdict.state for verdict in by_state.values()] == list(by_state)
    return list(by_state.values())


def cards() -> list[Any]:
    run = greet_run(0, 0.2, 3)
    noted = lab.predict("L01", 3)
    shown = lab.predict("L01", run=run)
    return [*verdicts(), lab.lesson("L01"), noted, shown, lab.goal("L01", run), lab.hint("L01.A")]


def test_a_verdict_reads_the_same_every_time() -> None:
    assert repr(lab.check("L01.C", [1, 1, 1, 1, 1, 1])) == (
        "◐ not yet: L01.C\n"
        "  req-2 begins at 0.4 s. Lane 1 is busy with req-1 until 1 s. "
        "Which lane is idle at 0.4 s?\n"
        "  It fits a common belief (M03): after the first cold start, one warm environment serves "
        "everybody.\n"
        '  Stuck? lab.hint("L01.C"), and then lab.solution("L01.C")'
    )


def test_each_outcome_has_a_mark_and_a_word_in_text_and_in_html() -> None:
    for verdict in verdicts():
        mark = f"{MARKS[verdict.state]} {verdict.state}"
        assert repr(verdict).startswith(mark)
        assert mark in verdict._repr_html_()


def test_cards_hold_no_id_no_script_and_no_class() -> None:
    for card in cards():
        html = card._repr_html_()
        assert not any(word in html for word in (" id=", " class=", "<script", "0x", "/tmp"))
        assert html.count("<div") == html.count("</div>")
        assert html.count("<details") == html.count("</details>")


def luminance(colour: str) -> float:
    def channel(text: str) -> float:
        value = int(text, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (channel(colour[k : k + 2]) for k in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_white_words_can_be_read_on_every_colour() -> None:
    from lambdalab.teaching import page

    for colour in (page.GREY, page.AMBER, page.GREEN, page.RED, page.BLUE):
        assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def test_what_a_learner_wrote_is_escaped() -> None:
    def boom() -> None:
        raise ValueError("<b>`*")

    assert "<b>" not in lab.check("L01.A", boom)._repr_html_()


# Guesses, goals, hints --------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", GUESSES, ids=name)
def test_a_guess_is_noted_with_the_words_of_its_option_and_taken_back_by_dots(
    lesson: Lesson,
) -> None:
    assert lesson.guess
    for option in lesson.guess.options:
        assert option.words in repr(lab.predict(lesson.id, option.value))
        assert option.belief in ("", *BELIEFS)
    assert "no guess yet" in repr(lab.predict(lesson.id, ...))
    assert "no guess yet" in repr(lab.predict(lesson.id))


def test_the_run_answers_the_guess_and_says_what_each_option_believes() -> None:
    lab.predict("L01", 1)
    shown = repr(lab.predict("L01", run=greet_run(0, 0.2, 3)))
    assert shown.startswith("the run shows 2: your guess was 1")
    assert [line[:5] for line in shown.splitlines() if line[2:3] in "○●"] == [
        "  ○ 1",
        "  ● 2",
        "  ○ 3",
    ]
    assert "(M03)" in shown
    assert "(M01)" in shown


@pytest.mark.parametrize("guess", [5, "two", [1]])
def test_a_guess_that_is_not_offered_is_refused(guess: Any) -> None:
    with pytest.raises(lab.LabError, match="none of the guesses"):
        lab.predict("L01", guess)


def test_only_the_experiment_that_was_asked_about_answers_a_guess() -> None:
    with pytest.raises(lab.LabError, match="another experiment"):
        lab.predict("L01", run=greet_run(0, 3))


def test_a_lesson_without_a_guess_says_so() -> None:
    with pytest.raises(lab.LabError, match="asks for no guess"):
        lab.predict("L00", 1)


def test_goals_name_the_first_entry_that_shows_them() -> None:
    run = greet_run(0, 0.2, 3)
    seen = [type(run.log[seq].fact).__name__ for _, seq in lab.goal("L01", run).goals if seq]
    assert seen == ["InvocationStarted", "EnvironmentFrozen", "InvocationStarted"]
    assert [seq for _, seq in lab.goal("L01", greet_run(0)).goals].count(None) == 2
    assert "☐" in repr(lab.goal("L01", greet_run(0)))
    with pytest.raises(lab.LabError, match="is not a run"):
        lab.goal("L01", [0, 0.2, 3])  # type: ignore[arg-type]


def test_hints_come_one_at_a_time_and_the_last_one_stays() -> None:
    shown = [repr(lab.hint("L01.A")) for _ in range(4)]
    assert [text.partition(":")[0] for text in shown] == [
        "hint 1 of 3",
        "hint 2 of 3",
        "hint 3 of 3",
        "hint 3 of 3",
    ]
    assert repr(lab.hint("L01.B")).startswith("hint 1 of 3")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: lab.lesson("L99"), "there is no lesson 'L99'"),
        (lambda: lab.check("L01.Z", 1), "there is no problem 'L01.Z'"),
        (lambda: lab.check("A", 1), "there is no lesson 'A'"),
        (lambda: lab.hint("L01"), "there is no problem 'L01'"),
    ],
)
def test_an_unknown_id_is_a_mistake_that_lists_the_known_ones(
    call: Callable[[], object], says: str
) -> None:
    with pytest.raises(lab.LabError, match=says):
        call()


# How answers are read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "given", "read"),
    [
        (Number("seconds", "1"), 3, 3.0),
        (Choice((1, "two")), "two", "two"),
        (Order("abc"), "C, a b", "cab"),
        (Order("abc"), ("b", "a", "c"), "bac"),
    ],
)
def test_answers_are_read_kindly(form: Any, given: Any, read: Any) -> None:
    assert form.read(given) == read


@pytest.mark.parametrize(
    ("form", "given"),
    [
        (Number("seconds", "1"), True),
        (Number("seconds", "1"), "3"),
        (Choice((1, 2)), 3),
        (Order("abc"), "aab"),
        (Order("abc"), "abcd"),
        (Lanes(lambda: greet_run(0, 1)), [1]),
        (Lanes(lambda: greet_run(0, 1)), 1),
    ],
)
def test_what_cannot_be_read_is_refused(form: Any, given: Any) -> None:
    with pytest.raises(Unreadable):
        form.read(given)


def test_a_number_is_close_enough_within_its_tolerance() -> None:
    number = Number("seconds", "1", tolerance=0.01)
    assert number.near(1.009, 1)
    assert not number.near(1.02, 1)


def test_lanes_are_compared_by_which_are_the_same_not_by_their_names() -> None:
    trace = Lanes(lambda: greet_run(0, 0.1, 5))
    assert trace.read(["B", "A", "B"]).lanes == [1, 2, 1]
    assert trace.read(["env-7", "env-3", 7]).lanes == [1, 2, 1]


HEAVY = ("pandas", "networkx", "anywidget", "ipywidgets", "numpy", "IPython")


def test_teaching_loads_nothing_heavy() -> None:
    code = (
        "import sys, lambdalab as lab; before = 'lambdalab.teaching' in sys.modules;"
        "lab.lesson('L01'); lab.check('L01.B', [0, 1, 2, 3, 4, 5]); "
        f"print(before, [name for name in {HEAVY} if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "False []"


# What is kept -----------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "folder" / "progress.json"
    monkeypatch.setenv("LAMBDALAB_PROGRESS", str(path))
    return path


def test_what_was_solved_and_guessed_is_there_for_the_next_kernel(file: Path) -> None:
    lab.predict("L01", 3)
    lab.check("L01.B", [0, 0, 0, 0, 0, 0])
    lab.check("L01.C", [1, 2, 1, 3, 2, 1])
    tutor.store.forget()  # as a new kernel would
    assert "noted: 3" in repr(lab.predict("L01"))
    assert "○ A  ○ B  ● C" in repr(lab.lesson("L01"))
    kept = json.loads(file.read_text())
    assert kept == {"solved": ["L01.C"], "wrong": ["L01.B"], "guesses": {"L01": 3}}
    lab.predict("L01", ...)
    assert json.loads(file.read_text())["guesses"] == {}


def test_dots_leave_no_file(file: Path) -> None:
    lab.lesson("L02")
    lab.recall(...)
    lab.predict("L02", ...)
    lab.check("L02.A", ...)
    lab.progress()
    assert not file.exists()


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"solved": 3}', '{"guesses": []}'])
def test_a_file_that_is_broken_counts_as_none(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)
    assert "○ A  ○ B  ○ C" in repr(lab.lesson("L01"))
    lab.check("L01.C", [1, 2, 1, 3, 2, 1])
    assert json.loads(file.read_text())["solved"] == ["L01.C"]


def test_a_folder_that_cannot_be_written_to_does_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LAMBDALAB_PROGRESS", str(tmp_path / "file" / "progress.json"))
    assert lab.check("L01.C", [1, 2, 1, 3, 2, 1]).state == CORRECT
    assert "● C" in repr(lab.lesson("L01"))


def test_progress_is_carried_away_by_a_code_of_ten_characters() -> None:
    lab.check("L01.C", [1, 2, 1, 3, 2, 1])
    code = encode({"L01.C"})
    assert code in repr(lab.progress())
    tutor.store.forget()
    assert code not in repr(lab.progress())
    lab.progress(code.lower().replace("0", "o"))
    assert "L01: ○ A  ○ B  ● C" in repr(lab.progress())
    assert repr(lab.progress(share=True)).startswith(f"{code}  L00:0/2 L01:1/3")


@given(st.sets(st.sampled_from(PLACES)))
def test_a_code_holds_every_problem_and_a_typing_error_is_found(solved: set[str]) -> None:
    code = encode(solved)
    assert decode(code) == solved
    for place, digit in enumerate(code):
        if digit != "-":
            other = "7" if digit != "7" else "3"
            with pytest.raises(lab.LabError, match="is no code"):
                decode(code[:place] + other + code[place + 1 :])


def test_every_problem_of_the_course_has_a_place_in_the_code() -> None:
    assert {problem.id for problem in PROBLEMS} <= set(PLACES)


# Recall -----------------------------------------------------------------------------------------


def asked(lesson: str) -> list[str]:
    lab.lesson(lesson)
    return [question.id for question, _, _ in lab.recall().asked]


def test_what_is_recalled_comes_from_one_three_and_six_lessons_back() -> None:
    assert [asked(lesson.id) for lesson in LESSONS[:2]] == [[], ["L00.R1"]]
    assert asked("L04") == ["L03.R1", "L01.R2"]
    assert asked("L06") == ["L05.R1", "L03.R2", "L00.R1"]
    assert "nothing to recall" in repr((lab.lesson("L00"), lab.recall())[1])


def test_what_went_wrong_is_recalled_first() -> None:
    tutor.store.not_yet("L02.R2")
    assert asked("L03")[0] == "L02.R2"


@pytest.mark.parametrize("lesson", LESSONS, ids=name)
def test_a_question_has_one_right_answer_which_a_run_shows(lesson: Lesson) -> None:
    for number, question in enumerate(lesson.questions, 1):
        assert question.id == f"{lesson.id}.R{number}"
        right = [option for option in question.options if option.value == question.truth()]
        assert [option.belief for option in right] == [""]
        for option in question.options:
            chosen, truth = tutor._recalled(question, option.value)
            shown = Recall([(question, chosen, truth)])
            assert repr(shown).startswith(f"1. {'●' if option in right else '◐'}")
            assert option.look in repr(shown)
            assert (option.belief or "1.") in repr(shown)
            assert shown._repr_html_().count("<div") == shown._repr_html_().count("</div")


def test_an_answer_that_is_not_offered_is_refused_and_dots_are_not() -> None:
    lab.lesson("L04")
    assert lab.recall(..., ..., ...).asked == lab.recall().asked
    with pytest.raises(lab.LabError, match="none of the answers"):
        lab.recall("z")
    with pytest.raises(lab.LabError, match="3 answers to 2 questions"):
        lab.recall("a", "b", "c")


def test_recall_belongs_to_a_lesson() -> None:
    with pytest.raises(lab.LabError, match="belongs to a lesson"):
        lab.recall()


# Solutions, facts, terms ------------------------------------------------------------------------


def test_a_solution_is_shown_after_two_tries_or_at_once_if_you_ask() -> None:
    problem = find_problem("L01.C")
    assert problem.solution not in repr(lab.solution("L01.C"))
    assert "You had 0 tries" in repr(lab.solution("L01.C"))
    assert problem.solution in repr(lab.solution("L01.C", now=True))
    for _ in range(2):
        assert problem.solution not in repr(lab.solution("L01.C"))
        lab.check("L01.C", [1, 1, 1, 1, 1, 1])
    assert problem.solution in repr(lab.solution("L01.C"))
    assert problem.solution in lab.solution("L01.C")._repr_html_()


def test_a_fact_has_a_value_in_seconds_a_label_a_source_and_a_date() -> None:
    (limit,) = lab.facts("lifecycle.init.timeout")
    assert (limit.value, limit.shown, limit.label) == (10, "10 s", "documented")
    assert limit.source.startswith("https://docs.aws.amazon.com/")
    assert limit.date == "2026-11-23"
    price, idle = lab.facts("price.duration.x86", "lifecycle.idle")
    assert price.shown.startswith("0.0000166667 USD per GB-second")
    assert (idle.value, idle.label) == (360, "assumed")
    with pytest.raises(lab.LabError, match=r"lifecycle\.idle"):
        lab.facts("lifecycle.idles")
    with pytest.raises(lab.LabError, match="nothing is called"):
        lab.facts("you.setting")


def test_a_fact_says_what_was_measured_where_a_run_leaves_it_out() -> None:
    (restore,) = lab.facts("cold.snapstart.restore_time")
    assert restore.shown == "0.56 to 0.765 s; left out here unless assumed"
    assert restore.value == 0


def test_every_fact_can_be_shown() -> None:
    ids = [*TABLE, *KNOWN, *prices.TABLE]
    shown = lab.facts(*(id for id in ids if id not in TABLE or TABLE[id].basis != "yours"))
    assert all(fact.label in LABELS and fact.sentence for fact in shown)
    assert shown._repr_html_().count("<tr") == len(shown) + 1
    assert repr(shown).count("checked") >= len(shown)


def test_terms_are_found_by_name_or_by_lesson() -> None:
    assert [term.name for term in lab.glossary("cold start")] == ["cold start"]
    lab.lesson("L05")
    assert [term.name for term in lab.glossary()] == ["GB-second", "billed duration", "CPU share"]
    assert "Not to be taken for" in lab.glossary()._repr_html_()
    with pytest.raises(lab.LabError, match="cold start"):
        lab.glossary("cold strat")


def test_a_handler_that_fails_behind_a_source_is_said_to_have_failed() -> None:
    boom = lab.handler(fails=True)
    queue = lab.queue(visibility_timeout=30, max_receive_count=1, dead_letter="left")
    for target in (queue.to(boom), lab.api(boom), lab.event(boom)):
        verdict = lab.check("L06.A", lab.run(target, at=[0]))
        assert verdict.state == RAISED
        assert verdict.words.startswith("Your handler failed on req-1 with WorkFailed")


def test_a_failing_handler_may_be_the_experiment() -> None:
    verdict = lab.check("L07.A", lab.run(lab.handler(fails=True), at=[0]))
    assert (verdict.state, verdict.belief) == (NOT_YET, "M17")


@pytest.mark.parametrize("answer", [[[1, 1, 0, 1]], [1, 2, 3], [[1.5] * 4] * 3, [[True] * 4] * 3])
def test_a_table_is_read_row_by_row(answer: object) -> None:
    verdict = lab.check("L07.B", answer)
    assert verdict.state == NOT_YET
    assert "3 lists of 4 whole numbers" in verdict.words
