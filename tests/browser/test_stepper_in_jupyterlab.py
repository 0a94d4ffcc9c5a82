"""The stepper in JupyterLab: it steps, its keys do no harm, and it leaves a picture behind."""

import nbformat
from playwright.sync_api import Page

from tools.browser import KERNEL, Server

RUN = """import lambdalab as lab
run = lab.run(lab.handler("greet", wait=0.5, init=0.4), at=[0, 0.2, 3])
stepper = run.step(0)
stepper"""


def cells(page: Page) -> int:
    """Count the cells of the notebook."""
    return page.locator(".jp-Notebook .jp-Cell").count()


def test_keys_step_and_leave_the_notebook_as_it_is(page: Page, server: Server) -> None:
    server.write("stepper.ipynb", RUN, "'end'")
    server.open_and_run(page, "stepper.ipynb")
    stepper = page.locator(".lambdalab-stepper")
    stepper.get_by_role("button", name="Forward", exact=True).click()
    assert stepper.get_attribute("data-step") == "1"
    before = cells(page)
    places = [
        ".ll-forward",
        ".ll-slider",
        ".ll-select",
        ".ll-list",
        ".ll-chain .ll-link",
        "summary",
    ]
    for place in places:
        stepper.locator(place).first.focus()
        for key in ("b", "a", "d", "d", "x", "m"):
            page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert cells(page) == before
    stepper.focus()
    page.keyboard.press("End")
    assert int(stepper.get_attribute("data-step") or 0) > 20
    page.keyboard.press("Escape")
    page.keyboard.press("b")  # from here on keys are the notebook's again
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-Notebook .jp-Cell').length === n + 1", arg=before
    )


def test_python_reads_the_step_that_is_shown(page: Page, server: Server) -> None:
    server.write("step.ipynb", RUN, "import time; time.sleep(1)\nprint('step', stepper.step)")
    server.open_and_run(page, "step.ipynb")
    stepper = page.locator(".lambdalab-stepper")
    stepper.get_by_role("slider").fill("7")
    page.wait_for_timeout(600)
    page.locator(".jp-Notebook .jp-Cell").nth(1).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    page.get_by_text("step 7").wait_for()


def test_a_fork_is_made_by_the_kernel(page: Page, server: Server) -> None:
    server.write("fork.ipynb", RUN, "'end'")
    server.open_and_run(page, "fork.ipynb")
    stepper = page.locator(".lambdalab-stepper")
    stepper.get_by_role("button", name="Fork here").click()
    stepper.get_by_label("to", exact=True).fill("1")
    stepper.get_by_role("button", name="Run the fork").click()
    told = stepper.get_by_label("Where they part")
    told.wait_for(timeout=20_000)
    assert "B: greet: 3 requests, reserved_concurrency=1 from 0 s" in told.inner_text()


SANDBOX = """import lambdalab as lab
from lambdalab.widgets import sandbox

sandbox.MOST_STATES = 1  # so that Python has to answer
def shop(limit):
    return lab.run(lab.handler("shop", wait=1, reserved_concurrency=limit), at=[0, 0, 0])
box = lab.sandbox(shop, limit=[1, 2, 3], headline="throttled")
box"""


def test_a_sandbox_is_answered_by_the_kernel(page: Page, server: Server) -> None:
    server.write("sandbox.ipynb", SANDBOX, "'end'")
    server.open_and_run(page, "sandbox.ipynb")
    before = cells(page)
    box = page.locator(".lambdalab-sandbox")
    assert box.locator("output").inner_text() == "2"
    box.get_by_role("radio", name="1").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.lambdalab-sandbox output').value === '1'")
    for key in ("b", "d", "d"):
        page.keyboard.press(key)
    assert cells(page) == before


def test_a_notebook_that_nobody_has_run_shows_the_still_picture(page: Page, server: Server) -> None:
    scope: dict[str, object] = {}
    exec(RUN, scope)
    data, _ = scope["stepper"]._repr_mimebundle_()  # type: ignore[attr-defined]
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    cell = nbformat.v4.new_code_cell(RUN, execution_count=1, outputs=[output])
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL}, cells=[cell])
    nbformat.write(notebook, server.root / "unrun.ipynb")
    server.open(page, "unrun.ipynb")
    picture = page.locator(".jp-OutputArea img")
    picture.wait_for()
    page.wait_for_function("document.querySelector('.jp-OutputArea img').naturalWidth > 500")
    assert "3 requests, 2 environments" in (picture.get_attribute("alt") or "")
    assert page.locator(".lambdalab-stepper").count() == 0
