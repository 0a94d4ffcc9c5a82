"""Cells of a notebook in JupyterLab, and typing into them."""

from playwright.sync_api import Locator, Page, expect


def code_cell(page: Page, code: str) -> Locator:
    """Find the code cell that holds a piece of code."""
    return page.locator(".jp-CodeCell").filter(has=page.locator(".cm-content", has_text=code))


def write(page: Page, cell: Locator, source: str) -> None:
    """Type over a whole cell and run it.

    While an earlier cell runs JupyterLab may take the focus back to the notebook, where Control+A
    means all cells. So each step waits for the one before it to have reached the editor.
    """
    editor = cell.locator(".cm-content").first
    cell.locator(".cm-line").first.click()
    expect(editor).to_be_focused()
    editor.press("Control+a")
    page.keyboard.insert_text(source)
    expect(editor.locator(".cm-line").last).to_have_text(source.rpartition("\n")[2])
    editor.press("Control+Enter")
