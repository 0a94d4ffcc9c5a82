"""The README shows what is so: its picture, its example and its chain of causes."""

import re

from tools import pictures
from tools.readme import PICTURE, README, example, picture


def test_the_picture_is_drawn_from_the_run() -> None:
    assert PICTURE.read_text(encoding="utf-8") == picture(), "`make docs` draws it again"


def test_the_example_returns_and_explains_what_the_text_says() -> None:
    text = README.read_text(encoding="utf-8")
    run = example()["run"]
    assert f"`run.returned` is `{run.returned}`" in text
    (question, answer) = re.findall(
        r"`(run\.why\([^`]*\))` says:\n\n```text\n(.*?)\n```", text, re.S
    )[0]
    assert repr(eval(question, {"run": run})) == answer


def test_the_two_commands_are_targets() -> None:
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    for command in re.findall(r"^make (\w+)", README.read_text(encoding="utf-8"), re.M):
        assert re.search(rf"^{command}:", makefile, re.M)


def test_the_words_of_the_stepper_are_those_of_its_run() -> None:
    text = README.read_text(encoding="utf-8")
    run = pictures.sale()
    stepper = run.step(pictures.STEP)
    words = run.tell().split("\n")[stepper.step].partition(" s  ")[2].partition("  (because")[0]
    assert f"{run.timeline().title}, at {run.log[stepper.step].at // 10**6} s. {words}" in text
    for scheme in pictures.SCHEMES:
        assert f"docs/images/stepper-{scheme}.png" in text
        taken = pictures.FOLDER / f"stepper-{scheme}.png"
        assert taken.read_bytes().startswith(b"\x89PNG")
