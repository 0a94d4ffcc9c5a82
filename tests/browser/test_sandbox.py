"""The sandbox in a blank page."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.widgets import sandbox as module

from .widgets import RULES, SPILLS, put


def shop(limit: int | None, work: float) -> Run:
    """Send ten requests."""
    fn = lab.handler("shop", wait=work, init=0.3, reserved_concurrency=limit)
    return lab.run(fn, at=lab.steady(5, 2))


def box(**settings: Any) -> module.Sandbox:
    """Make a sandbox of two knobs."""
    given: dict[str, Any] = {"limit": [1, 3, None], "work": [0.1, 1], "headline": "throttled"}
    return lab.sandbox(shop, **(given | settings))


def shown(page: Page) -> tuple[str, str]:
    """Read the number to watch and the call."""
    return page.locator("output").inner_text(), page.locator(".ll-call").inner_text()


def test_a_knob_turns_without_a_kernel(page: Page) -> None:
    put(page, box())
    assert shown(page) == (str(shop(1, 0.1).count("throttled")), "shop(limit=1, work=0.1)")
    page.get_by_role("radio", name="1", exact=True).last.check()
    assert shown(page) == (str(shop(1, 1).count("throttled")), "shop(limit=1, work=1)")
    page.get_by_role("radio", name="none").check()
    assert shown(page) == ("0", "shop(limit=None, work=1)")
    alt = page.locator(".ll-picture").get_attribute("aria-label") or ""
    assert alt == shop(None, 1).timeline().alt
    assert page.evaluate("model.get('place')") == [2, 1, 0]
    assert page.evaluate("model.saved") == 2


def test_the_keyboard_turns_it(page: Page) -> None:
    put(page, box())
    group = page.get_by_role("group", name="limit")
    group.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("model.get('place')") == [1, 0, 0]
    for element in page.locator(".lambdalab-sandbox").locator("input, button, summary").all():
        assert element.get_attribute("data-lm-suppress-shortcuts") == "true"


def test_all_stops_at_a_glance(page: Page) -> None:
    put(page, box())
    page.locator("summary").click()
    cells = page.locator("td")
    expected = [
        str(shop(limit, work).count("throttled")) for limit in (1, 3, None) for work in (0.1, 1)
    ]
    assert cells.all_inner_texts() == expected
    cells.nth(3).get_by_role("button").click()
    assert page.evaluate("model.get('place')") == [1, 1, 0]
    assert page.locator("td.ll-current").inner_text() == expected[3]


def test_surprises_come_in_a_fixed_order(page: Page) -> None:
    seen = []
    for _ in range(2):
        put(page, box())
        places = []
        for _ in range(5):
            page.get_by_role("button", name="Surprise me").click()
            places.append(page.evaluate("model.get('place')"))
        seen.append(places)
    assert seen[0] == seen[1]
    assert len({tuple(place) for place in seen[0]}) == 5


def test_a_stop_that_is_not_known_is_asked_for(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STATES", 1)
    sandbox = box()
    put(page, sandbox)
    page.get_by_role("radio", name="3").check()
    assert page.locator("output").inner_text() == "…"
    sandbox.place = page.evaluate("model.get('place')")  # what a kernel would get
    page.evaluate("answer => model.set('answer', answer)", sandbox.answer)
    assert shown(page)[0] == str(shop(3, 0.1).count("throttled"))
    page.get_by_role("radio", name="none").check()
    expect(page.locator("output")).to_have_text(
        "needs Python: run this cell to see it", timeout=10_000
    )


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_violation(page: Page, dark: bool) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    put(page, box(), dark=dark)
    page.locator("summary").click()
    page.evaluate(axe)
    found: Any = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []


@pytest.mark.parametrize("width", [400, 640, 900, 1280])
def test_nothing_spills(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    put(page, box())
    assert page.evaluate(SPILLS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_page_of_its_own(page: Page, tmp_path: Path) -> None:
    page.goto(box().page(tmp_path / "box.html").as_uri())
    page.get_by_role("radio", name="none").check()
    assert shown(page) == ("0", "shop(limit=None, work=0.1)")
