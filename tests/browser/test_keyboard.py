"""Everything that a mouse can do, done with the keyboard alone, in both themes."""

import json
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import lambdalab as lab
from lambdalab.run import Run

from .test_sandbox import box, shown
from .test_stepper import at, button, greet
from .widgets import RULES, put

FOCUSED = "selector => document.activeElement.matches(selector)"


def sale() -> Run:
    """Send six messages to one environment, with one receive each."""
    one = lab.handler("one", wait=10, reserved_concurrency=1)
    queue = lab.queue("orders", visibility_timeout=30, max_receive_count=1, dead_letter="dlq")
    return lab.run(queue.to(one, batch_size=1), at=[0] * 6)


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the focus is on what is wanted."""
    for _ in range(120):
        page.keyboard.press(key)
        if page.evaluate(FOCUSED, selector):
            return
    pytest.fail(f"Tab does not lead to {selector}")


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def test_a_run_is_stepped_through_followed_and_left(page: Page) -> None:
    run = sale()
    put(page, run.step(0))
    tab_to(page, ".lambdalab-stepper")
    press(page, "ArrowRight", "ArrowRight", "ArrowLeft")
    assert at(page) == 1
    press(page, "n")  # to the first of note, and follow what it is about
    followed = page.get_by_label("Follow")
    press(page, "f")
    assert followed.input_value() == "environment 0"
    press(page, "Shift+ArrowRight")
    assert getattr(run.log[at(page)].fact, "environment", "") == "env-1"
    press(page, "f")
    assert followed.input_value() == ""
    press(page, "End", "Home")
    assert at(page) == 0
    press(page, "Escape")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"
    tab_to(page, ".lambdalab-stepper")  # and back


def test_controls_of_the_transport_are_turned(page: Page) -> None:
    run = sale()
    put(page, run.step(0))
    tab_to(page, ".ll-forward")
    press(page, "Enter", "Space")
    assert at(page) == 2
    tab_to(page, "[aria-label='Jump to']")
    page.keyboard.type("dead")  # a select goes to what begins so
    expect(page.locator(".ll-narration .ll-note")).to_have_text("dead-lettered")
    tab_to(page, ".ll-follow select")
    page.keyboard.type("msg-4")
    assert page.evaluate("document.activeElement.selectedOptions[0].text") == "msg-4"
    tab_to(page, "button[aria-label='Play']", "Shift+Tab")
    press(page, "Enter")
    expect(button(page, "Pause")).to_be_focused()
    press(page, "Enter")
    expect(button(page, "Play")).to_be_focused()


def test_causes_and_entries_are_read_and_lead_to_their_entries(page: Page) -> None:
    run = sale()
    put(page, run.step("msg-4.dead_lettered"))
    start = at(page)
    tab_to(page, ".lambdalab-stepper")
    press(page, "w")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Causes"
    tab_to(page, ".ll-because:nth-of-type(n+2) .ll-at")
    press(page, "Enter")
    assert at(page) < start
    press(page, "t")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "All entries"
    before = at(page)
    press(page, "ArrowDown", "ArrowDown", "ArrowUp")
    assert at(page) == before + 1


def test_a_cause_that_was_clicked_keeps_the_focus_in_the_stepper(page: Page) -> None:
    put(page, sale().step("msg-4.dead_lettered"))
    tab_to(page, ".lambdalab-stepper")
    press(page, "w")
    tab_to(page, ".ll-because:nth-of-type(n+2) .ll-at")
    press(page, "Enter", "ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Causes"


def test_panels_are_folded_and_goals_are_visited(page: Page) -> None:
    run = greet()
    put(page, run.step(2, goals={"An Init begins.": 3, "A second one too.": 4}))
    tab_to(page, ".lambdalab-stepper")
    press(page, "ArrowRight", "End")
    expect(page.locator(".ll-goals .ll-seen")).to_have_count(1)
    tab_to(page, ".ll-goals .ll-link")
    press(page, "Enter")
    assert at(page) == 3
    for name in ("timeline", "why", "entries", "machine", "code", "log"):
        tab_to(page, f".ll-{name} > summary", "Shift+Tab" if name == "timeline" else "Tab")
        press(page, "Enter")
        expect(page.locator(f"details.ll-{name}")).not_to_have_attribute("open", "")
        press(page, "Space")
        expect(page.locator(f"details.ll-{name}")).to_have_attribute("open", "")


def test_a_fork_is_made_and_the_keys_are_listed(page: Page) -> None:
    stepper = sale().step(8)
    put(page, stepper)
    tab_to(page, ".lambdalab-stepper")
    press(page, "?")
    expect(page.get_by_text("leave the stepper")).to_be_visible()
    press(page, "?", "k")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.type("timeout")
    press(page, "Tab", "Control+a")
    page.keyboard.type("20")
    press(page, "Enter")
    asked = page.evaluate("model.get('asked')")
    assert (asked["name"], asked["value"]) == ("timeout", "20")
    stepper.asked = asked
    page.evaluate("answer => model.set('forked', answer)", json.loads(json.dumps(stepper.forked)))
    tab_to(page, ".ll-told")
    press(page, "Escape")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_a_sandbox_is_turned_and_left(page: Page) -> None:
    put(page, box())
    tab_to(page, "input[type=radio]")
    press(page, "ArrowRight")
    assert page.evaluate("model.get('place')") == [1, 0, 0]
    press(page, "Tab", "ArrowDown")  # the next knob
    assert page.evaluate("model.get('place')") == [1, 1, 0]
    assert shown(page)[1] == "shop(limit=3, work=1)"
    tab_to(page, ".ll-knobs button")
    press(page, "Enter")
    assert page.evaluate("model.get('place')") != [1, 1, 0]
    tab_to(page, "summary")
    press(page, "Enter")
    tab_to(page, "td button")
    press(page, "Enter")
    assert page.evaluate("model.get('place')") == [0, 0, 0]
    press(page, "Escape")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


@pytest.mark.parametrize("dark", [False, True])
def test_what_keys_have_opened_is_accessible_and_stands_still(browser: Browser, dark: bool) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    put(page, sale().step("msg-4.dead_lettered", goals={"It is seen.": 8}), dark=dark)
    tab_to(page, ".lambdalab-stepper")
    press(page, "f", "n", "w", "k", "Shift+Tab", "?")
    page.evaluate(axe)
    found: Any = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()
