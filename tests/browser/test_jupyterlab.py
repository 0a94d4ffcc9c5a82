"""JupyterLab opens a notebook, runs it, shows widgets, and bothers nobody."""

import shutil

from playwright.sync_api import Page, expect

from tools import glossary, notebooks
from tools.browser import Server

SLIDER = "import ipywidgets\nprint(6 * 7)\nipywidgets.IntSlider(value=3, max=9, description='step')"


def test_a_notebook_runs_and_shows_a_widget(page: Page, server: Server) -> None:
    server.write("slider.ipynb", SLIDER)
    server.open_and_run(page, "slider.ipynb")
    assert page.get_by_text("42", exact=True).is_visible()
    assert page.locator(".widget-slider .noUi-handle").get_attribute("aria-valuenow") == "3.0"
    assert page.locator(".Toastify__toast").count() == 0
    assert page.locator(".jp-Dialog").count() == 0


def test_a_term_of_a_lesson_opens_the_glossary_at_its_entry(page: Page, server: Server) -> None:
    lesson = notebooks.lessons()[1]
    for path in (lesson, glossary.PAGE):
        shutil.copy(path, server.root)
    server.open(page, lesson.name)
    for term in ("cold start", "Init"):
        page.get_by_role("tab", name=lesson.name).click()
        page.get_by_role("link", name=term, exact=True).click()
        rendered = page.locator(".jp-MarkdownViewer")
        expect(rendered.get_by_role("heading", name=term, exact=True)).to_be_in_viewport()
        expect(rendered.get_by_role("heading", name="alias")).not_to_be_in_viewport()
