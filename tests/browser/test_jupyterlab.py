"""JupyterLab opens a notebook, runs it, shows widgets, and bothers nobody."""

from playwright.sync_api import Page

from tools.browser import Server

SLIDER = "import ipywidgets\nprint(6 * 7)\nipywidgets.IntSlider(value=3, max=9, description='step')"


def test_a_notebook_runs_and_shows_a_widget(page: Page, server: Server) -> None:
    server.write("slider.ipynb", SLIDER)
    server.open_and_run(page, "slider.ipynb")
    assert page.get_by_text("42", exact=True).is_visible()
    assert page.locator(".widget-slider .noUi-handle").get_attribute("aria-valuenow") == "3.0"
    assert page.locator(".Toastify__toast").count() == 0
    assert page.locator(".jp-Dialog").count() == 0
