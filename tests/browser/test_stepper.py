"""The stepper in a blank page: the script, the style and the data, and no server."""

from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.views.why import links
from lambdalab.widgets.stepper import Stepper

from .widgets import OVERLAPS, RULES, SPILLS, put

SOURCE = """import time

time.sleep(0.4)
count = 0

def handler(event, context):
    global count
    count += 1
    print("number", count)
    time.sleep(0.5)
    return count
"""


def show(page: Page, run: Run, *, step: int = 0, dark: bool = False) -> float:
    """Put the stepper of a run into a page; say how many milliseconds it took to open."""
    return put(page, run.step(), step=step, dark=dark)


def greet() -> Run:
    """Let a handler work with a source at 0, 0.2 and 3 s."""
    return lab.run(lab.function(SOURCE, name="greet", memory=1769), at=[0, 0.2, 3], seed=7)


def checkout() -> Run:
    """Refuse one request and let two time out."""
    handler = lab.handler("checkout", wait=4, init=1, timeout=3, reserved_concurrency=1)
    return lab.run(handler, at=[0, 1, 10])


def several(until: float | None = None) -> Run:
    """Let two functions work, one of them behind its internal queue and failing at times."""
    mails = lab.event(lab.handler("mails", wait=0.5, init=0.2, fails=0.3, on_failure="failed"))
    orders = lab.handler("orders", wait=1, init=0.3)
    return lab.run({orders: lab.poisson(3, 5), mails: lab.poisson(3, 5)}, until=until)


def large(entries: int) -> Run:
    """Make a run of at least so many entries."""
    handler = lab.handler("busy", wait=0.2, cpu=0.1, init=0.5)
    return lab.run(handler, at=lab.steady(60, entries / (7 * 60)))


def at(page: Page) -> int:
    """Say which entry is shown."""
    return int(page.locator(".lambdalab-stepper").get_attribute("data-step") or -1)


def button(page: Page, name: str) -> Locator:
    """Find a button by its name."""
    return page.get_by_role("button", name=name, exact=True)


def sentences(run: Run) -> list[str]:
    """List the sentences of a run."""
    return [line.split(" s  ", 1)[1].split("  (because")[0] for line in run.tell().split("\n")]


# Stepping ---------------------------------------------------------------------------------------


def test_buttons_step_forward_back_first_and_last(page: Page) -> None:
    run = greet()
    show(page, run)
    for name, step in [
        ("Forward", 1),
        ("Forward", 2),
        ("Back", 1),
        ("Last entry", len(run.log) - 1),
    ]:
        button(page, name).click()
        assert at(page) == step
    assert button(page, "Forward").get_attribute("aria-disabled") == "true"
    button(page, "Forward").click(force=True)  # it can be clicked, but does nothing
    assert at(page) == len(run.log) - 1
    button(page, "First entry").click()
    assert at(page) == 0
    assert button(page, "Back").get_attribute("aria-disabled") == "true"


def test_the_sentence_of_the_entry_is_announced(page: Page) -> None:
    run = greet()
    show(page, run)
    status = page.locator(".ll-narration").get_by_role("status")
    assert status.get_attribute("aria-live") == "polite"
    for step, sentence in enumerate(sentences(run)):
        page.evaluate("step => model.set('step', step)", step)
        assert sentence in status.inner_text()


def test_the_header_tells_time_entry_and_seed(page: Page) -> None:
    run = greet()
    show(page, run, step=9)
    words = page.locator("header").inner_text()
    for part in ("greet: 3 requests", "t = 0.400 s", f"entry #9 of #{len(run.log) - 1}", "seed 7"):
        assert part in words


def test_the_slider_steps_and_is_said_in_words(page: Page) -> None:
    run = greet()
    show(page, run)
    slider = page.get_by_role("slider")
    slider.fill("12")
    assert at(page) == 12
    assert slider.get_attribute("aria-valuetext") == f"13 of {len(run.log)}: {sentences(run)[12]}"


def test_python_can_set_the_step(page: Page) -> None:
    show(page, greet())
    page.evaluate("model.set('step', 4)")
    assert at(page) == 4


def test_python_hears_of_many_steps_once(page: Page) -> None:
    show(page, greet())
    for _ in range(5):
        button(page, "Forward").click()
    page.wait_for_function("model.saved > 0")
    assert page.evaluate("[model.saved, model.get('step')]") == [1, 5]


def test_a_widget_that_is_taken_away_listens_no_longer(page: Page) -> None:
    show(page, greet())
    page.evaluate("clean()")
    assert page.evaluate("model.listeners['change:step'].length") == 0


# Keys -------------------------------------------------------------------------------------------


def test_arrows_home_and_end_step(page: Page) -> None:
    run = greet()
    show(page, run)
    page.locator(".lambdalab-stepper").focus()
    for key, step in [("ArrowRight", 1), ("ArrowRight", 2), ("ArrowLeft", 1), ("Home", 0)]:
        page.keyboard.press(key)
        assert at(page) == step
    page.keyboard.press("End")
    assert at(page) == len(run.log) - 1


def test_shift_and_arrow_go_to_the_same_thing(page: Page) -> None:
    run = greet()
    show(page, run, step=3)
    page.locator(".lambdalab-stepper").focus()
    own = [e.seq for e in run.log if getattr(e.fact, "environment", "") == "env-1"]
    assert own[0] == 3
    for step in own[1:4]:
        page.keyboard.press("Shift+ArrowRight")
        assert at(page) == step
    page.keyboard.press("Shift+ArrowLeft")
    assert at(page) == own[2]


def test_n_goes_to_the_next_failure_refusal_or_cold_start(page: Page) -> None:
    run = checkout()
    show(page, run)
    page.locator(".lambdalab-stepper").focus()
    words = []
    for _ in range(5):
        page.keyboard.press("n")
        words.append(page.locator(".ll-narration .ll-note").inner_text())
    assert words == ["cold start", "throttled", "timeout", "repeated Init", "timeout"]
    page.keyboard.press("Shift+N")
    assert page.locator(".ll-narration .ll-note").inner_text() == "repeated Init"


def test_the_question_mark_shows_the_keys_and_hides_them(page: Page) -> None:
    show(page, greet())
    page.locator(".lambdalab-stepper").focus()
    page.keyboard.press("?")
    expect(page.get_by_text("leave the stepper")).to_be_visible()
    assert button(page, "Keys").get_attribute("aria-expanded") == "true"
    page.keyboard.press("?")
    expect(page.get_by_text("leave the stepper")).to_be_hidden()


def test_escape_gives_the_focus_back(page: Page) -> None:
    show(page, greet())
    page.get_by_role("listbox").focus()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_tab_leads_through_every_control_and_out(page: Page) -> None:
    show(page, greet())
    page.locator(".lambdalab-stepper").focus()
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "after":
            return
    pytest.fail("the focus is caught in the stepper")


def test_all_other_keys_are_left_alone(page: Page) -> None:
    show(page, greet())
    page.evaluate("window.heard = []; addEventListener('keydown', (e) => heard.push(e.key))")
    page.locator(".lambdalab-stepper").focus()
    for key in ("b", "x", "Control+s", "ArrowRight", "Alt+ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate("heard") == ["b", "x", "Control", "s", "Alt", "ArrowLeft"]


def test_jupyterlab_is_told_of_everything_that_can_have_the_focus(page: Page) -> None:
    show(page, greet(), step=20)
    page.locator(".lambdalab-stepper").focus()
    page.keyboard.press("?")
    open_to_jupyterlab = page.evaluate(
        """() => [...document.querySelectorAll(".lambdalab-stepper, .lambdalab-stepper *")]
          .filter((e) => e.tabIndex >= 0 && e.dataset.lmSuppressShortcuts !== "true")
          .map((e) => e.outerHTML)"""
    )
    assert open_to_jupyterlab == []


# Clicking ---------------------------------------------------------------------------------------


def chart_place(page: Page, share: float, y: float) -> tuple[float, float]:
    """Find a point of the timeline: a share of the time that is shown, and px from the top."""
    box = page.locator(".ll-chart").bounding_box()
    assert box
    return box["x"] + 72 + share * (box["width"] - 72 - 14), box["y"] + y


def test_a_click_on_a_span_goes_to_the_entry_that_began_it(page: Page) -> None:
    run = greet()
    show(page, run)
    page.mouse.click(*chart_place(page, 0.2 / 3.5, 65))  # in the Init of env-1
    assert type(run.log[at(page)].fact).__name__ == "InitStarted"
    page.mouse.click(*chart_place(page, 2 / 3.5, 101))  # env-2 rests
    assert repr(run.log[at(page)].fact) == "EnvironmentFrozen(environment='env-2')"


def test_clicks_on_a_tick_go_through_the_entries_of_that_moment(page: Page) -> None:
    run = greet()
    show(page, run)
    moment = [
        e.seq for e in run.log if e.at == 400_000 and getattr(e.fact, "environment", "") == "env-1"
    ]
    seen = []
    for _ in moment:
        page.mouse.click(*chart_place(page, 0.4 / 3.5, 79))
        seen.append(at(page))
    assert len(moment) > 2
    assert seen == moment


def test_a_span_says_what_it_is_when_pointed_at(page: Page) -> None:
    show(page, greet())
    page.mouse.move(*chart_place(page, 0.6 / 3.5, 65))
    words = page.locator(".ll-tip-box").inner_text()
    assert words == "env-1: Invoke, waiting, 0.400 s to 0.900 s"


def test_a_drag_shows_a_part_of_the_timeline_and_a_button_all_of_it(page: Page) -> None:
    run = greet()
    show(page, run, step=9)
    shown, whole = page.locator(".ll-shown"), button(page, "Show the whole run")
    assert whole.get_attribute("aria-disabled") == "true"
    page.mouse.move(*chart_place(page, 0, 65))
    page.mouse.down()
    page.mouse.move(*chart_place(page, 0.5 / 3.5, 65), steps=3)
    page.mouse.up()
    assert at(page) == 9  # a drag is no click
    assert shown.inner_text() == "0.000 s to 0.500 s"
    labels = page.locator(".ll-chart .ll-label").all_text_contents()
    assert {"0.1 s", "0.4 s"} <= set(labels)
    assert "3 s" not in labels
    whole.click()
    assert shown.inner_text() == ""


def test_keys_zoom_around_the_entry_which_stays_in_sight(page: Page) -> None:
    run = greet()
    show(page, run, step=9)
    page.locator(".lambdalab-stepper").focus()
    for _ in range(4):
        page.keyboard.press("+")
    flag = page.locator(".ll-flag")
    for key, words in (("End", "3.500 s"), ("Home", "0.000 s"), ("ArrowRight", "0.000 s")):
        page.keyboard.press(key)
        assert flag.text_content() == words
        assert flag.evaluate("flag => flag.style.visibility") == "visible"
    for _ in range(4):
        page.keyboard.press("-")
    assert page.locator(".ll-shown").inner_text() == ""
    page.keyboard.press("+")
    page.keyboard.press("0")
    assert page.locator(".ll-shown").inner_text() == ""


def test_as_far_in_as_one_can_go_there_are_still_times(page: Page) -> None:
    show(page, greet(), step=9)
    page.locator(".lambdalab-stepper").focus()
    for _ in range(40):
        page.keyboard.press("+")
    labels = page.locator(".ll-chart .ll-label").all_text_contents()
    assert {"0.4 s", "0.400005 s", "0.40001 s"} <= set(labels)


def test_a_click_on_an_entry_goes_there(page: Page) -> None:
    run = greet()
    show(page, run)
    box = page.get_by_role("listbox", name="All entries")
    box.locator("[data-seq='6']").click()
    assert at(page) == 6
    current = box.get_by_role("option", selected=True)
    expect(current).to_have_attribute("aria-posinset", "7")
    assert sentences(run)[6] in current.inner_text()


def test_the_list_steps_with_up_and_down(page: Page) -> None:
    show(page, greet())
    box = page.get_by_role("listbox")
    box.focus()
    for key, step in [("ArrowDown", 1), ("PageDown", 11), ("ArrowUp", 10)]:
        page.keyboard.press(key)
        assert at(page) == step
        current = page.get_by_role("option", selected=True, name=f"{step}", exact=False).last
        expect(current).to_have_attribute("aria-posinset", str(step + 1))
        assert box.get_attribute("aria-activedescendant") == current.get_attribute("id")


# Panels -----------------------------------------------------------------------------------------


def test_the_causes_are_those_that_python_finds(page: Page) -> None:
    run = checkout()
    show(page, run)
    for step in range(len(run.log)):
        page.evaluate("step => model.set('step', step)", step)
        shown = page.evaluate(
            """() => [...document.querySelectorAll(".ll-chain li")].map((item) => [
                item.querySelector(".ll-what").lastChild.textContent,
                item.querySelector(".ll-chip").textContent,
                item.className === "ll-given" ? 1 : 0])"""
        )
        assert shown == [[link.text, link.label, link.depth] for link in links(run.log, step)]


def test_a_cause_leads_to_its_entry_and_its_page(page: Page) -> None:
    run = checkout()
    throttled = next(e.seq for e in run.log if type(e.fact).__name__ == "RequestThrottled")
    show(page, run, step=throttled)
    link = page.locator(".ll-why a").first
    assert link.get_attribute("href").startswith("https://docs.aws.amazon.com/")
    assert link.get_attribute("target") == "_blank"
    assert "noopener" in (link.get_attribute("rel") or "")
    page.locator(".ll-because .ll-link").nth(1).click()
    assert at(page) == run.log[throttled].cause


def test_the_phases_show_where_the_environment_is(page: Page) -> None:
    run = greet()
    show(page, run)
    moved = 'document.querySelector(\'div.ll-machine\').innerHTML.match(/ [xyd]="[^"]*"/g)'
    places = page.evaluate(moved)
    for step, phase in [(3, "Init"), (9, "Invoke"), (len(run.log) - 1, "Frozen")]:
        page.evaluate("step => model.set('step', step)", step)
        assert page.locator(".ll-node.ll-current").text_content() == phase
        assert page.locator(".ll-machine .ll-edge.ll-taken").count() == 1
        assert page.evaluate(moved) == places


def test_a_step_draws_nothing_again(page: Page) -> None:
    show(page, greet())
    page.evaluate("window.chart = document.querySelector('.ll-chart')")
    for _ in range(10):
        button(page, "Forward").click()
    assert page.evaluate("chart === document.querySelector('.ll-chart')")


def test_the_log_shows_the_lines_so_far_or_says_that_there_are_none(page: Page) -> None:
    run = greet()
    show(page, run)
    log = page.get_by_role("region", name="Log lines")
    assert "No log stream" in log.inner_text()
    for step in range(len(run.log)):
        page.evaluate("step => model.set('step', step)", step)
        own = page.locator(".ll-log .ll-aside").inner_text()
        written = [x.text for x in run.logs() if x.seq <= step and x.environment == own]
        assert page.locator(".ll-log .ll-text").all_text_contents() == written
        if own and not written:
            assert "has written nothing" in log.inner_text()


def test_times_below_each_other_have_the_same_decimals(page: Page) -> None:
    show(page, several(), step=20)
    times = page.locator(".ll-row .ll-at").all_inner_texts()
    assert len({len(time.partition(".")[2]) for time in times}) == 1


def test_the_code_marks_the_line_that_was_reached(page: Page) -> None:
    run = greet()
    show(page, run)
    wrote = next(e for e in run.log if type(e.fact).__name__ == "OutputWritten")
    page.evaluate("step => model.set('step', step)", wrote.seq)
    assert page.locator(".ll-source [aria-current]").inner_text() == '    print("number", count)'
    page.evaluate("step => model.set('step', step)", len(run.log) - 1)
    assert page.locator(".ll-source [aria-current]").count() == 0
    assert "no line runs" in page.locator(".ll-code .ll-aside").inner_text()


def test_there_is_no_code_where_there_is_no_source(page: Page) -> None:
    show(page, checkout())
    assert not page.locator(".ll-code").is_visible()


def test_one_environment_can_be_followed(page: Page) -> None:
    run = greet()
    show(page, run, step=len(run.log) - 1)
    assert page.locator(".ll-log .ll-aside").inner_text() == "env-2"
    page.get_by_label("Follow").select_option("env-1")
    assert page.locator(".ll-log .ll-aside").inner_text() == "env-1"
    page.locator(".lambdalab-stepper").focus()
    page.keyboard.press("Shift+ArrowLeft")
    assert getattr(run.log[at(page)].fact, "environment", "") == "env-1"


def test_a_request_can_be_followed_through_its_life(page: Page) -> None:
    run = greet()
    show(page, run)
    page.get_by_label("Follow").select_option("req-3")
    page.locator(".lambdalab-stepper").focus()
    told = []
    for _ in range(7):
        page.keyboard.press("Shift+ArrowRight")
        told.append(type(run.log[at(page)].fact).__name__)
    assert told[:3] == ["RequestReceived", "InvocationStarted", "OutputWritten"]
    assert "ResponseSent" in told


def test_a_panel_can_be_folded_by_mouse_and_by_key(page: Page) -> None:
    show(page, greet())
    fold = page.locator(".ll-log > summary")
    fold.click()
    assert not page.get_by_role("region", name="Log lines").is_visible()
    fold.press("Enter")
    assert page.get_by_role("region", name="Log lines").is_visible()


def test_further_lanes_are_folded_with_a_count(page: Page) -> None:
    run = lab.run(lab.handler("burst", wait=1, init=0.3), at=lab.burst(40))
    show(page, run, step=len(run.log) - 1)
    words = page.locator(".ll-chart .ll-name").all_text_contents()
    assert "env-12" in words
    assert "28 more" in words
    assert "env-13" not in words


@pytest.mark.parametrize("run", [lab.run(lab.handler(), at=[]), lab.run(lab.handler(), at=0)])
def test_a_run_in_which_hardly_anything_happens_can_be_shown(page: Page, run: Run) -> None:
    show(page, run)
    button(page, "Last entry").click()
    assert at(page) == len(run.log) - 1


# Looks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [640, 900, 1280, 1600])
@pytest.mark.parametrize("until", [None, 1000])
def test_nothing_overlaps_or_spills(page: Page, width: int, until: float | None) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    runs = [
        lab.run(lab.function(SOURCE, name="greet"), at=[0, 0.2, 3, 3, 3.1], until=until),
        lab.run(lab.handler(wait=4, init=2, timeout=3), at=[0, 10, 14], until=until),
        several(until),
    ]
    for run in runs:
        for step in (0, len(run.log) // 2, len(run.log) - 1):
            show(page, run, step=step)
            assert page.evaluate(OVERLAPS) == []
            assert page.evaluate(SPILLS) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_picture_fits_again_when_the_width_changes(page: Page) -> None:
    show(page, greet())
    before = page.locator(".ll-chart").bounding_box()
    page.set_viewport_size({"width": 800, "height": 1000})
    page.wait_for_function("document.querySelector('.ll-chart').clientWidth < 800")
    after = page.locator(".ll-chart").bounding_box()
    assert before
    assert after
    assert before["width"] > 1100
    assert 600 < after["width"] < 800


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_violation(page: Page, dark: bool) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    for run in (greet(), checkout(), several()):
        goals = {"It is seen.": len(run.log) - 2, "It is not seen.": 0, "It never happens.": None}
        put(page, run.step(len(run.log) - 2, goals=goals), dark=dark)
        page.locator(".lambdalab-stepper").focus()
        page.keyboard.press("?")
        button(page, "Fork here").click()
        page.evaluate(axe)
        found: Any = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
        assert len(found["passes"]) > 15


@pytest.mark.parametrize(("dark", "ground", "ink"), [(False, 255, 40), (True, 33, 230)])
def test_it_wears_the_theme_of_the_notebook(page: Page, dark: bool, ground: int, ink: int) -> None:
    show(page, greet(), dark=dark)
    look = (
        "e => ['backgroundColor', 'color'].map((n) => +getComputedStyle(e)[n].match(/\\\\d+/)[0])"
    )
    shown = page.locator(".lambdalab-stepper").evaluate(look.replace("\\\\", "\\"))
    assert shown[0] == ground
    assert abs(shown[1] - ink) < 15


def test_nothing_moves_by_itself_where_motion_is_not_wanted(browser: Browser) -> None:
    moving = """() => [...document.querySelectorAll(".lambdalab-stepper *")].filter((e) =>
      [null, "::before"].some((part) => getComputedStyle(e, part).transitionDuration !== "0s"
        || getComputedStyle(e, part).animationName !== "none")).length"""
    for wish, some in (("reduce", False), ("no-preference", True)):
        context = browser.new_context(reduced_motion=wish)
        page = context.new_page()
        show(page, greet())
        assert (page.evaluate(moving) > 0) is some
        context.close()


def test_at_twice_the_size_nothing_is_lost(browser: Browser) -> None:
    # 200 % zoom of a window of 1280 px: half as many CSS pixels, each twice as large.
    context = browser.new_context(viewport={"width": 640, "height": 500}, device_scale_factor=2)
    page = context.new_page()
    show(page, greet(), step=12)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SPILLS) == []
    for name in ("Forward", "Back", "First entry", "Last entry"):
        assert button(page, name).is_visible()
    context.close()


# Speed ------------------------------------------------------------------------------------------

MEDIAN_STEP = """async (steps) => {
  const spent = [];
  for (let n = 0; n < steps; n++) {
    const began = performance.now();
    model.set("step", model.get("step") + 1);
    spent.push(performance.now() - began);
    await new Promise((done) => setTimeout(done));
  }
  spent.sort((a, b) => a - b);
  return [spent[Math.floor(steps / 2)], spent[Math.floor(steps * 0.95)]];
}"""


def test_a_step_of_two_thousand_takes_less_than_five_milliseconds(page: Page) -> None:
    run = large(2_000)
    show(page, run, step=len(run.log) // 2)
    median, most = page.evaluate(MEDIAN_STEP, 200)
    print(f"{len(run.log):,} entries: median {median:.2f} ms, 95 % under {most:.2f} ms")
    assert median < 5


def test_twenty_thousand_entries_open_within_two_seconds(page: Page) -> None:
    run = large(20_000)
    opened = show(page, run)
    page.evaluate("model.set('step', 10000)")
    median, _ = page.evaluate(MEDIAN_STEP, 100)
    rows = page.locator(".ll-row").count()
    print(f"{len(run.log):,} entries: open in {opened:.0f} ms, median {median:.2f} ms, {rows} rows")
    assert opened < 2000
    assert median < 10
    assert rows < 100


def test_what_is_packed_in_python_is_unpacked_in_the_page(page: Page) -> None:
    run = lab.run(lab.function("print('häß <b>&amp; 日本')\ndef handler(e, c): pass"), at=0)
    show(page, run, step=len(run.log) - 1)
    assert "häß <b>&amp; 日本" in page.locator(".ll-log").inner_text()
    assert Stepper(run).step == 0
