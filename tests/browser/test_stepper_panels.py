"""What the stepper has besides stepping: goals, play, jumps, the system, queues, forks, pages."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.views.flow import OPEN, flow
from tests.views import test_drawn_sources as drawn

from .test_stepper import at, button, checkout, greet, several, show
from .widgets import OVERLAPS, SPILLS, put


def boom() -> Run:
    """Let two events fail three times each."""
    handler = lab.handler("boom", wait=1, init=0.5, fails=True, on_failure="failed")
    return lab.run(lab.event(handler), at=[0, 0.2])


def go(page: Page, step: int) -> None:
    """Step somewhere."""
    page.evaluate("step => model.set('step', step)", step)


# Goals ------------------------------------------------------------------------------------------


def test_a_goal_is_ticked_when_its_entry_is_shown(page: Page) -> None:
    run = greet()
    goals = {"An Init begins.": 3, "A second one too.": "env-2.init_started", "Never.": None}
    put(page, run.step(2, goals=goals))
    items = page.locator(".ll-goals li")
    assert items.count() == 3
    assert page.locator(".ll-goals .ll-aside").inner_text() == "0 of 3 seen"
    assert "not in this run" in items.nth(2).inner_text()
    button(page, "Forward").click()
    assert page.evaluate("model.get('seen')") == [True, False, False]
    assert "#3 at 0.000 s" in items.nth(0).inner_text()
    assert page.locator(".ll-goals [role=status]").inner_text() == "Seen: An Init begins."
    button(page, "Last entry").click()  # past the second, but not seen
    assert page.evaluate("model.get('seen')") == [True, False, False]
    items.nth(0).get_by_role("button").click()
    assert at(page) == 3
    page.wait_for_function("model.saved > 0")  # Python hears of it


def test_what_was_seen_stays_seen(page: Page) -> None:
    put(page, greet().step(2, goals={"a": 3, "b": 4}), seen=[False, True])
    assert page.locator(".ll-goals .ll-seen").count() == 1


def test_without_goals_there_is_no_such_panel(page: Page) -> None:
    show(page, greet())
    assert not page.locator(".ll-goals").is_visible()


# Play and jump ----------------------------------------------------------------------------------


def test_it_plays_at_a_speed_and_pauses(page: Page) -> None:
    run = greet()
    show(page, run)
    assert at(page) == 0  # it never starts by itself
    page.get_by_label("Entries a second").select_option("20")
    button(page, "Play").click()
    page.wait_for_function("+document.querySelector('.lambdalab-stepper').dataset.step >= 4")
    assert page.locator(".ll-narration [role=status]").get_attribute("aria-live") == "off"
    button(page, "Pause").click()
    stopped = at(page)
    page.wait_for_timeout(200)
    assert at(page) == stopped
    assert page.locator(".ll-narration [role=status]").get_attribute("aria-live") == "polite"


def test_a_step_by_hand_ends_the_play(page: Page) -> None:
    show(page, greet())
    page.locator(".lambdalab-stepper").focus()
    page.keyboard.press("p")
    expect(button(page, "Pause")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(button(page, "Play")).to_be_visible()


def test_play_ends_with_the_run(page: Page) -> None:
    run = lab.run(lab.handler(wait=1), at=0)
    show(page, run, step=len(run.log) - 2)
    button(page, "Play").click()
    expect(button(page, "Play")).to_have_attribute("aria-disabled", "true")
    assert at(page) == len(run.log) - 1


def test_jumps_go_to_what_was_chosen(page: Page) -> None:
    run = checkout()
    show(page, run)
    options = page.get_by_label("Jump to").locator("option").all_text_contents()
    assert options[0] == "anything of note"
    assert "timeout (2)" in options
    page.get_by_label("Jump to").select_option("timeout")
    seen = [at(page)]
    button(page, "Next failure, refusal or cold start").click()
    seen.append(at(page))
    completed = [e.seq for e in run.log if getattr(e.fact, "status", "") == "timeout"]
    assert seen == completed


def test_a_click_on_a_name_follows_it_and_f_lets_go(page: Page) -> None:
    run = greet()
    show(page, run, step=len(run.log) - 1)
    box = page.locator(".ll-chart").bounding_box()
    assert box
    page.mouse.click(box["x"] + 20, box["y"] + 65)
    assert page.get_by_label("Follow").input_value() == "environment 0"
    page.locator(".lambdalab-stepper").focus()
    page.keyboard.press("f")
    assert page.get_by_label("Follow").input_value() == "environment 1"
    page.keyboard.press("f")
    assert page.get_by_label("Follow").input_value() == ""


@pytest.mark.parametrize(("key", "label"), [("w", "Causes"), ("t", "All entries")])
def test_keys_lead_into_panels(page: Page, key: str, label: str) -> None:
    show(page, greet())
    page.locator(".ll-why > summary").click()
    page.locator(".ll-entries > summary").click()
    page.locator(".lambdalab-stepper").focus()
    page.keyboard.press(key)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == label


# Machines, the system, queues -------------------------------------------------------------------


def test_an_event_that_is_followed_shows_its_own_states(page: Page) -> None:
    run = boom()
    show(page, run)
    page.get_by_label("Follow").select_option("req-1")
    told = []
    for entry in run.log:
        go(page, entry.seq)
        word = page.locator("div.ll-machine svg:visible .ll-current").all_text_contents()
        if word and (not told or told[-1] != word[0]):
            told.append(word[0])
    assert told == ["Queued", "Tried", "Waiting", "Tried", "Waiting", "Tried", "Dropped"]
    assert page.locator(".ll-panel.ll-machine .ll-title").inner_text() == "States of an event"


def test_the_system_shows_at_each_entry_what_is_where(page: Page) -> None:
    run = several()
    show(page, run)
    moved = flow(run.log)
    places = "[...document.querySelectorAll('.ll-place rect')].map((r) => r.outerHTML)"
    before = page.evaluate(places)
    queue = next(n for n, node in enumerate(moved.nodes) if node.kind == "queue")
    for step in range(0, len(run.log), 17):
        go(page, step)
        here = [
            stay
            for stay in moved.stays
            if stay.node == queue and stay.start <= step and (stay.end == OPEN or stay.end > step)
        ]
        shown = page.evaluate(
            """() => [...document.querySelectorAll(".ll-place")]
              .filter((g) => g.firstElementChild.nextElementSibling.textContent.startsWith("inter"))
              .map((g) => g.querySelector(".ll-there").textContent)"""
        )
        assert shown == [str(len(here)) if here else ""]
        assert page.evaluate(places) == before  # nothing ever moves


def test_what_goes_along_an_edge_is_bold(page: Page) -> None:
    run = boom()
    show(page, run)
    started = next(e.seq for e in run.log if type(e.fact).__name__ == "InvocationStarted")
    go(page, started)
    assert page.locator(".ll-system .ll-taken").count() == 2  # out of the queue, and to env-1
    go(page, started + 1)
    assert page.locator(".ll-system .ll-taken").count() == 0


def test_the_queue_says_who_waits_and_until_when(page: Page) -> None:
    run = boom()
    returned = next(e.seq for e in run.log if type(e.fact).__name__ == "EventReturned")
    show(page, run, step=returned)
    queue = page.get_by_role("region", name="Contents of the queues")
    assert "req-1waits until 61.500 s, tried once" in queue.inner_text().replace("\n", "")
    assert "failed is empty" in queue.inner_text()
    queue.get_by_role("button", name="req-1").click()
    assert page.get_by_label("Follow").input_value() == "request 0"
    go(page, len(run.log) - 1)
    assert "internal queue is empty" in queue.inner_text()
    assert "msg-1 of req-1" in queue.inner_text()


def test_sensible_panels_are_open(page: Page) -> None:
    show(page, greet())
    assert not page.locator(".ll-queue").is_visible()
    assert page.locator(".ll-system").get_attribute("open") is None
    assert page.locator(".ll-code").is_visible()
    page.locator(".ll-system > summary").click()
    expect(page.locator(".ll-system svg")).to_be_visible()
    show(page, boom())
    assert page.locator(".ll-system").get_attribute("open") is not None
    assert page.locator(".ll-queue").is_visible()
    assert not page.locator(".ll-code").is_visible()


def test_a_line_far_down_the_source_is_brought_into_sight(page: Page) -> None:
    padding = "\n".join(f"# line {n}" for n in range(60))
    source = f"import time\n{padding}\ndef handler(event, context):\n    time.sleep(1)\n"
    run = lab.run(lab.function(source, name="long"), at=0)
    waits = next(e.seq for e in run.log if type(e.fact).__name__ == "CodeWaited")
    show(page, run, step=waits)
    page.wait_for_timeout(50)
    line = page.locator(".ll-source [aria-current]").bounding_box()
    box = page.get_by_role("region", name="Source code").bounding_box()
    assert line
    assert box
    assert box["y"] <= line["y"] <= box["y"] + box["height"] - line["height"]


# Sources ---------------------------------------------------------------------------------------


SOURCES = [drawn.failing, drawn.crowd, drawn.batches, drawn.groups, drawn.poison, drawn.slow]


@pytest.mark.parametrize("make", SOURCES)
@pytest.mark.parametrize("width", [900, 1600])
def test_nothing_of_a_source_overlaps_or_is_cut_off(page: Page, make: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    run = make()
    show(page, run)
    for step in (len(run.log) // 3, len(run.log) - 1):
        go(page, step)
        page.wait_for_timeout(50)
        assert page.evaluate(OVERLAPS) == []
        assert page.evaluate(SPILLS) == []


def test_a_message_is_followed_through_its_states_and_its_queue(page: Page) -> None:
    run = drawn.crowd()
    show(page, run)
    page.get_by_label("Follow").select_option("msg-4")
    go(page, len(run.log) - 1)
    assert page.locator("div.ll-machine svg:visible .ll-current").text_content() == "Dead-lettered"
    assert page.locator(".ll-panel.ll-machine .ll-title").inner_text() == "States of a message"
    queue = page.get_by_role("region", name="Contents of the queues")
    assert "msg-4" in queue.inner_text()
    words = page.locator(".ll-chart text").all_text_contents()
    assert words.count("dlq, never ran") == 4
    received = next(e.seq for e in run.log if type(e.fact).__name__ == "MessageReceived")
    go(page, received)
    assert "is in flight until 30.000 s, received once" in queue.inner_text()


# Fork -------------------------------------------------------------------------------------------


def test_a_fork_is_asked_for_and_its_answer_shown(page: Page) -> None:
    run = checkout()
    stepper = run.step(12)
    put(page, stepper)
    page.locator(".lambdalab-stepper").focus()
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.get_by_label("Change").select_option(label="timeout of checkout (now 3)")
    page.get_by_label("to", exact=True).fill("10")
    seconds = run.log[12].at / 1e6
    assert page.locator(".ll-call").inner_text() == f"run.fork({seconds:g}, timeout=10)"
    button(page, "Run the fork").click()
    asked = page.evaluate("model.get('asked')")
    stepper.asked = asked  # what a kernel would get, and its answer
    page.evaluate("answer => model.set('forked', answer)", json.loads(json.dumps(stepper.forked)))
    expect(page.get_by_label("Where they part")).to_contain_text("they part at")
    assert page.evaluate(
        "document.querySelector('.ll-fork .ll-picture').shadowRoot.querySelector('svg') !== null"
    )


# A page of its own ------------------------------------------------------------------------------


def test_a_page_steps_without_a_kernel(page: Page, tmp_path: Path) -> None:
    run = greet()
    file = run.step("req-2", goals={"The end.": -1 + len(run.log)}).page(tmp_path / "run.html")
    page.goto(file.as_uri())
    button(page, "First entry").click()
    button(page, "Forward").click()
    assert at(page) == 1
    page.get_by_role("slider").fill(str(len(run.log) - 1))
    expect(page.locator(".ll-goals .ll-seen")).to_have_count(1)


def test_a_page_shows_its_picture_where_no_script_runs(page: Page, tmp_path: Path) -> None:
    file = greet().page(tmp_path / "run.html")
    browser = page.context.browser
    assert browser
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(file.as_uri())
    expect(still.locator("#widget img")).to_be_visible()
    context.close()
