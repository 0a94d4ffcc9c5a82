"""A lesson as a page: it steps without a kernel, asks nobody, and is the same each time.

`make pages` looks at all of them in this way; here one stands for the others.
"""

from importlib.resources import files
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tools import notebooks, pages

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LESSON = notebooks.lessons()[1]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Give the index, the glossary and the page of one lesson."""
    return pages.write(tmp_path_factory.mktemp("pages"), [LESSON])


def test_a_page_shows_its_pictures_and_steps(page: Page, written: list[Path]) -> None:
    assert [pages.faults(page, path) for path in written] == [[], [], []]


def test_a_page_that_lacks_something_is_found_out(
    page: Page, written: list[Path], tmp_path: Path
) -> None:
    text = written[-1].read_text(encoding="utf-8")
    broken = tmp_path / "broken.html"
    broken.write_text(text.replace("data:image/svg+xml,", "data:image/svg+xml,x", 1))
    assert [fault[:11] for fault in pages.faults(page, broken)] == ["no picture:"]


def test_a_sandbox_answers_without_a_kernel(page: Page, written: list[Path]) -> None:
    page.goto(written[-1].as_uri())
    page.wait_for_selector("body[data-awake]")
    box = page.locator(".lambdalab-sandbox")
    seen = set()
    for stop in box.get_by_role("radio").all():
        stop.check()
        words = box.locator(".ll-picture").get_attribute("aria-label")
        seen.add((box.locator("output").inner_text(), box.locator(".ll-call").inner_text(), words))
    assert len({headline for headline, _, _ in seen}) > 1
    assert len({words for _, _, words in seen}) > 2


def test_the_index_leads_to_the_lesson_and_back(page: Page, written: list[Path]) -> None:
    page.goto(written[0].as_uri())
    entry = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="01 ·"))
    assert "35 minutes" in entry.inner_text()
    assert "Three requests arrive within three seconds." in entry.inner_text()
    entry.get_by_role("link").click()
    page.wait_for_selector("body[data-awake]")
    page.get_by_role("link", name="All lessons").click()
    expect(page.get_by_role("heading", name="lambdalab: the lessons")).to_be_visible()


def test_headings_are_found_and_terms_and_the_lesson_of_a_term(
    page: Page, written: list[Path]
) -> None:
    page.goto(written[-1].as_uri())
    page.get_by_role("link", name="Why?", exact=True).click()
    expect(page.get_by_role("heading", name="Why?")).to_be_in_viewport()
    page.get_by_role("link", name="warm start", exact=True).click()
    expect(page.get_by_role("heading", name="warm start")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="alias")).not_to_be_in_viewport()
    page.get_by_role("link", name="Lesson 01").last.click()
    expect(page.get_by_role("heading", name="Name it")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Browser, written: list[Path], scheme: str) -> None:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    for path in written:
        page.goto(path.as_uri())
        if path == written[-1]:
            page.wait_for_selector("body[data-awake]")
        page.evaluate(axe)
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        told = [
            (v["id"], [(n["target"], n["failureSummary"]) for n in v["nodes"]])
            for v in found["violations"]
        ]
        assert told == []
    context.close()


def test_a_page_is_the_same_each_time_and_names_no_place(
    written: list[Path], tmp_path: Path
) -> None:
    again = pages.write(tmp_path, [LESSON])
    for first, second in zip(written, again, strict=True):
        text = first.read_text(encoding="utf-8")
        assert second.read_text(encoding="utf-8") == text
        assert str(pages.ROOT) not in text
        assert "/tmp/" not in text.replace("/tmp/counter", "")
