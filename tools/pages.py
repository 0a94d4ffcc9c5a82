"""Write every lesson as an HTML page whose widgets step without a kernel, and an index of them.

    python -m tools.pages [NOTEBOOK ...]    writes dist/pages/, then looks at it in Chromium

Each page is one file and asks nobody for anything: the pictures, the scripts of the widgets and
their data are in it. It may lie on a disk or on a web server.
"""

import json
import os
import re
import shutil
import sys
from collections.abc import Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from playwright.sync_api import Page, sync_playwright

from lambdalab.widgets.page import THEME, WAKE, inert
from tools import browser, glossary, notebooks, workshop
from tools.agendas import AGENDAS

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "dist" / "pages"
STYLE = Path(__file__).parent / "static" / "pages.css"
STATES = "application/vnd.jupyter.widget-state+json"

INDEX = '<a href="{}">All lessons</a>.'
OURS = re.compile(r'(?:\.ipynb|(?<=glossary)\.md)(#[^"]*)?">')  # how links to pages of ours end
HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>")

# What a script asks its model for; the rest is Jupyter's own, and its ids differ from run to run.
TRAITS = ("step", "seen", "asked", "forked", "place", "answer")

EVERY = """
const data = JSON.parse(document.getElementById("widgets").textContent);
const modules = await Promise.all(data.scripts.map(load));
for (const [n, [script, state]] of data.widgets.entries()) {
  await wake(document.getElementById(`widget-${n}`), state, modules[script]);
}
document.body.dataset.awake = String(data.widgets.length);
"""

BROKEN = """() => Promise.all(Array.from(document.images, (image) =>
  image.decode().then(() => "", () => image.alt || image.src)
)).then((words) => words.filter(Boolean))"""


def page_of(path: Path) -> str:
    """Run a lesson and write it as a page."""
    notebook = notebooks.read(path)
    notebooks.execute(notebook, path.parent, keep_widgets=True)
    states = notebook.metadata.widgets[STATES]["state"] if "widgets" in notebook.metadata else {}
    shown = [
        (states[output.data[notebooks.WIDGET]["model_id"]], output.data["text/html"])
        for output in _outputs(notebook)
        if notebooks.WIDGET in output.get("data", {})
    ]
    tidy = nbformat.reads(notebooks.canonical(notebook), as_version=4)
    number = 0
    for output in _outputs(tidy):
        if notebooks.WIDGET in output.get("data", {}):
            still = shown[number][1]
            output.data = {"text/html": f'<div id="widget-{number}">{still}</div>'}
            number += 1
        if output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
    return _page(path, tidy, _packed([state for state, _ in shown]))


def _outputs(notebook: NotebookNode) -> list[NotebookNode]:
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def _packed(models: Sequence[Any]) -> dict[str, Any]:
    """Collect what wakes the widgets: each script and style once, and what each widget shows."""
    scripts = list(dict.fromkeys(model["state"]["_esm"] for model in models))
    styles = list(dict.fromkeys(model["state"]["_css"] for model in models))
    widgets = []
    for model in models:
        state = {name: v for name, v in model["state"].items() if name in TRAITS}
        state |= {buffer["path"][0]: buffer["data"] for buffer in model["buffers"]}
        widgets.append([scripts.index(model["state"]["_esm"]), state])
    return {"scripts": scripts, "styles": styles, "widgets": widgets}


def _page(path: Path, notebook: NotebookNode, packed: dict[str, Any]) -> str:
    index = os.path.relpath(notebooks.LESSONS, path.parent) + "/index.html"
    place = path.relative_to(ROOT).as_posix()
    (item,) = [item for item in workshop.items() if item.path == place]
    note = (
        f"{INDEX.format(index)} This page shows the lesson as it ran; its widgets "
        "work. To change the code and to be told whether an answer is right, "
        f'<a href="{escape(workshop.link(place))}">open it on Binder</a>, or run '
        "<code>make lab</code>."
    )
    style = "\n".join(packed.pop("styles"))
    script = (
        f'<script type="application/json" id="widgets">{inert(json.dumps(packed))}</script>\n'
        f'<script type="module">{THEME}{WAKE}{EVERY}</script>'
    )
    return _html(item.title, note, _body(notebook), style, script)


def _body(notebook: NotebookNode) -> str:
    exporter = HTMLExporter(
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body: str = exporter.from_notebook_node(notebook)[0]
    # Whatever can be scrolled can be reached by key; pandas' empty corner is no heading.
    for old, new in (("<pre>", '<pre tabindex="0">'), ("<th></th>", "<td></td>")):
        body = body.replace(old, new)
    body = HEADING.sub(_named, body)
    return OURS.sub(r'.html\1">', body)


def _named(heading: re.Match[str]) -> str:
    """Give a heading the name that JupyterLab gives it, for links."""
    level, text = heading.groups()
    name = unescape(re.sub(r"<[^>]*>", "", text)).replace(" ", "-")
    return f'<h{level} id="{escape(name)}">{text}</h{level}>'


def words() -> str:
    """Write the glossary, to which every lesson links."""
    cell = nbformat.v4.new_markdown_cell(glossary.ANCHOR.sub("", glossary.page()), id="c000")
    body = _body(nbformat.v4.new_notebook(cells=[cell]))
    return _html(
        "lambdalab: the glossary", INDEX.format("index.html"), body, "", f"<script>{THEME}</script>"
    )


def index() -> str:
    """Write the list of lessons: title, minutes and what each is about; then the agendas."""
    items = workshop.items()
    lessons = "\n".join(_entry(item) for item in items)
    agendas = "\n".join(
        f"<li><strong>{escape(agenda.title)}</strong>: "
        + "; ".join(
            ", ".join(f'<a href="{_address(item)}">{escape(item.title)}</a>' for item in session)
            for session in workshop.of(agenda)
            if session
        )
        + "</li>"
        for agenda in AGENDAS
    )
    body = (
        '<div class="index"><h1>lambdalab: the lessons</h1>\n'
        "<p>See what really happens behind AWS Lambda. Each page shows a lesson as it ran, and its "
        "widgets step without a kernel and without a network. "
        'The terms are in the <a href="glossary.html">glossary</a>.</p>\n'
        f'<h2>Lessons</h2>\n<ul class="lessons">\n{lessons}\n</ul>\n'
        f"<h2>For a workshop</h2>\n<ul>\n{agendas}\n</ul></div>"
    )
    note = "Code: MIT. Lessons and documentation: CC BY 4.0."
    return _html("lambdalab: the lessons", note, body, "", f"<script>{THEME}</script>")


def _entry(item: workshop.Item) -> str:
    cell = notebooks.read(ROOT / item.path).cells[0].source
    summary = next((p for p in glossary.unlinked(cell).split("\n\n")[1:] if p[:1].isalpha()), "")
    minutes = f'<p class="minutes">{item.minutes} minutes</p>' if item.minutes else ""
    return (
        f'<li><h3><a href="{_address(item)}">{escape(workshop.name(item))}</a></h3>'
        f"{minutes}<p>{escape(' '.join(summary.split()))}</p></li>"
    )


def _address(item: workshop.Item) -> str:
    return str(Path(item.path).relative_to("lessons").with_suffix(".html").as_posix())


def _html(title: str, note: str, body: str, style: str, script: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE.read_text(encoding="utf-8")}{style}</style>
<body>
<header>{note}</header>
<main tabindex="-1">
{body}
</main>
{script}
</body>
</html>
"""


def write(folder: Path, paths: Sequence[Path]) -> list[Path]:
    """Write the index, the glossary and the pages of some lessons; return where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "index.html", folder / "glossary.html"]
    for page, text in zip(written, (index(), words()), strict=True):
        page.write_text(text, encoding="utf-8")
    for path in paths:
        page = folder / path.relative_to(notebooks.LESSONS).with_suffix(".html")
        page.parent.mkdir(exist_ok=True)
        page.write_text(page_of(path), encoding="utf-8")
        written.append(page)
    return written


def faults(page: Page, path: Path) -> list[str]:
    """Open a page without a network; say what it does not do that it should."""
    watch = browser.Watch(page)
    page.context.set_offline(True)
    page.goto(path.as_uri())
    found = []
    if page.locator("#widgets").count():
        page.wait_for_selector("body[data-awake]", timeout=20_000)
        widgets = page.locator("[id^=widget-]")
        if widgets.locator("svg").count() < widgets.count():
            found.append("a widget draws nothing")
        if page.locator(".lambdalab-stepper").count():
            found += browser.stepper_faults(page)
    found += [f"no picture: {words}" for words in page.evaluate(BROKEN)]
    return found + watch.outside + watch.errors


def main() -> None:
    """Write what the command line asks for and look at it."""
    paths = [Path(name).resolve() for name in sys.argv[1:]] or notebooks.course()
    shutil.rmtree(PAGES, ignore_errors=True)
    written = write(PAGES, paths)
    chromium, wrong = browser.find_chromium(), False
    if chromium is None:
        print("No Chromium here: nobody has looked at the pages.")
    with sync_playwright() as playwright:
        started = browser.launch(playwright, chromium) if chromium else None
        for path in written:
            found = faults(started.new_page(), path) if started else []
            size = f"{path.stat().st_size / 1000:,.0f} kB"
            print(f"{path.relative_to(ROOT)}: {size}", *found, sep="; ")
            wrong |= bool(found)
    sys.exit(wrong)


if __name__ == "__main__":
    main()
