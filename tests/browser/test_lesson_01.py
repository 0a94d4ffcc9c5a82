"""Somebody takes lesson 01 in JupyterLab: steps through the run, opens hints, guesses, recalls."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tools.browser import Server

from .cells import code_cell, write

LESSON = "01-one-environment-one-request.ipynb"


def test_the_stepper_steps_and_hints_open(page: Page, server: Server, tmp_path: Path) -> None:
    server.open_and_run(page, LESSON)
    stepper = page.locator(".lambdalab-stepper[data-step]")
    expect(stepper).to_have_count(1)
    stepper.scroll_into_view_if_needed()
    stepper.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(stepper).to_have_attribute("data-step", "6")
    words = "env-2 is created for req-2 and begins its Init."
    expect(stepper.get_by_text(words).first).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(stepper).to_have_attribute("data-step", "5")
    assert stepper.screenshot(path=tmp_path / "stepper.png").startswith(b"\x89PNG")

    hints = code_cell(page, "times = ").locator("details")
    assert [hint.is_visible() for hint in hints.all()] == [True, False, False]
    for number in range(3):
        hints.nth(number).locator("summary").first.click()
    assert all(hint.is_visible() for hint in hints.all())
    cells = page.locator(".jp-Cell").count()
    hints.first.locator("summary").first.focus()
    page.keyboard.type("bdd")  # in JupyterLab these insert and delete cells
    assert page.locator(".jp-Cell").count() == cells


def test_a_guess_is_noted_and_answered_and_what_is_recalled_is_judged(
    page: Page, server: Server
) -> None:
    server.open_and_run(page, LESSON)
    outputs = ".jp-OutputArea-output"
    guessed = code_cell(page, "guess = ")
    write(page, guessed, 'guess = 3\nlab.predict("L01", guess)')
    expect(guessed.locator(outputs)).to_contain_text("● noted")
    answered = code_cell(page, "run=run")
    write(page, answered, 'lab.predict("L01", guess, run=run)')
    expect(answered.locator(outputs)).to_contain_text("your guess was 3")
    recalled = code_cell(page, "lab.recall(")
    for letter, mark in (("b", "◐ not yet"), ("a", "● right")):
        write(page, recalled, f'lab.recall("{letter}")')
        expect(recalled.locator(outputs)).to_contain_text(mark)
