"""Measure the stepper in a headless Chromium and write what was found to docs/measured.md.

`python -m tools.measure` prints the table too. Every number is that of one machine; the limits
beside it are those of the tests.
"""

import base64
import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

import lambdalab as lab
from lambdalab.run import Run
from lambdalab.widgets.stepper import script, style
from tools import browser

TABLE = Path(__file__).parent.parent / "docs" / "measured.md"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STEPS, TRIES = 200, 3

BEGIN = """async (step) => {
  const slider = document.querySelector(".ll-slider");
  slider.value = step;
  slider.dispatchEvent(new Event("input"));
  await new Promise((done) => requestAnimationFrame(done));
}"""
STEP = """async () => {
  document.querySelector(".ll-forward").click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
}"""
WORK = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")


def of_entries(entries: int) -> Run:
    """Make a run of at least so many entries, of two functions and an internal queue."""
    orders = lab.handler("orders", wait=0.2, cpu=0.1, init=0.5)
    mails = lab.event(lab.handler("mails", wait=0.2, init=0.3, fails=0.1, on_failure="failed"))
    seconds = entries / (7.9 * 60)
    return lab.run({orders: lab.steady(40, seconds), mails: lab.steady(20, seconds)})


def main() -> None:
    """Measure, print and write."""
    chromium = browser.find_chromium()
    if chromium is None:
        sys.exit("no Chromium")
    with sync_playwright() as playwright:
        started = browser.launch(playwright, chromium)
        version = started.version
        rows = [*_sizes(), *_speeds(started), *_violations(started)]
        started.close()
    table = "\n".join(f"| {what} | {value} | {limit} |" for what, value, limit in rows)
    cores = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
    machine = f"{cores}, Python {platform.python_version()}, Chromium {version}"
    TABLE.write_text(
        "# The stepper, measured\n\n"
        f"By `make measure`, on a machine with {machine}. A step is a click on Forward: what\n"
        "the browser's main thread spends on script, style and layout until the frame is there,\n"
        f"in time of that thread; the best of {TRIES} tries of {STEPS} steps each. No step waits\n"
        "for a message.\n\n"
        f"| What | Measured | Limit |\n|---|---|---|\n{table}\n"
    )
    print(table)


def _sizes() -> Iterator[tuple[str, str, str]]:
    code = len(script().encode()) + len(style().encode())
    yield "script and style, once in a notebook", f"{code / 1000:,.0f} kB", ""
    for entries in (200, 2_000, 20_000):
        run = of_entries(entries)
        packed = len(run.step().packed)
        limit = "2,000 kB" if entries == 20_000 else ""
        yield f"sent for {len(run.log):,} entries", f"{packed / 1000:,.0f} kB", limit


def _speeds(started: Browser) -> Iterator[tuple[str, str, str]]:
    for entries, opening, median, most in (
        (2_000, "", "5 ms", "16 ms"),
        (20_000, "2,000 ms", "", ""),
    ):
        run = of_entries(entries)
        page = started.new_page(viewport={"width": 1280, "height": 1000})
        taken = min(_open(page, run) for _ in range(TRIES))
        half, almost, slowest = min(_steps(page, len(run.log) // 3) for _ in range(TRIES))
        name = f"{len(run.log):,} entries"
        yield f"opening {name}", f"{taken:,.0f} ms", opening
        yield f"a step of {name}, median", f"{half:.1f} ms", median
        yield f"a step of {name}, 95th percentile", f"{almost:.1f} ms", most
        yield f"a step of {name}, slowest", f"{slowest:.1f} ms", ""
        page.close()


def _steps(page: Page, first: int) -> tuple[float, float, float]:
    """Step, and say what a step takes: the median, the 95th percentile, the slowest."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.evaluate(BEGIN, first)
    spent = []
    for _ in range(STEPS):
        before = _work(devtools)
        page.evaluate(STEP)
        spent.append(_work(devtools) - before)
    devtools.detach()
    shown = page.evaluate("+document.querySelector('.lambdalab-stepper').dataset.step")
    assert shown == first + STEPS, f"at {shown}"
    spent.sort()
    return spent[STEPS // 2], spent[STEPS * 95 // 100], spent[-1]


def _work(devtools: CDPSession) -> float:
    """Read how many milliseconds the main thread has worked so far."""
    metrics = devtools.send("Performance.getMetrics")["metrics"]
    return sum(1000 * float(m["value"]) for m in metrics if m["name"] in WORK)


def _violations(started: Browser) -> Iterator[tuple[str, str, str]]:
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page = started.new_page(color_scheme=scheme)
        run = of_entries(200)
        _open(page, run)
        page.keyboard.press("Tab")
        for key in ("?", "k"):
            page.keyboard.press(key)
        page.evaluate(axe)
        found: Any = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        names = ", ".join(violation["id"] for violation in found["violations"])
        shown = f"{len(found['violations'])} {names}".strip()
        yield f"axe-core, {scheme}: violations ({len(found['passes'])} rules pass)", shown, "0"
        page.close()


def _open(page: Page, run: Run) -> float:
    """Put a stepper into a page; say how many milliseconds it took until it was drawn."""
    stepper = run.step(0)
    page.set_content(
        "<!doctype html><html lang='en'><title>A run</title><body><main><h1>A run</h1>"
        "<div id='widget'></div></main></body></html>"
    )
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    page.evaluate(
        "dark => { document.body.dataset.jpThemeLight = !dark;"
        "document.body.style.background = dark ? '#111' : '#fff';"
        "document.documentElement.style.setProperty('--jp-layout-color0', dark ? '#111' : '#fff');"
        "document.documentElement.style.setProperty('--jp-layout-color1', dark ? '#212121':'#fff');"
        "document.body.style.color = dark ? '#eee' : '#111'; }",
        dark,
    )
    state = {"packed": base64.b64encode(stepper.packed).decode(), "step": 0, "seen": []}
    opened: float = page.evaluate(OPEN, [script(), style(), json.dumps(state)])
    return opened


OPEN = """async ([script, style, json]) => {
  const state = JSON.parse(json);
  const bytes = Uint8Array.from(atob(state.packed), (c) => c.charCodeAt(0));
  state.packed = new DataView(bytes.buffer);
  const heard = {};
  const model = {
    get: (name) => state[name],
    set(name, value) { state[name] = value; (heard[`change:${name}`] ?? []).forEach((f) => f()); },
    save_changes() {}, on(name, f) { (heard[name] ??= []).push(f); }, off() {},
  };
  const look = document.createElement("style");
  look.textContent = style;
  document.head.append(look);
  const began = performance.now();
  const address = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
  const widget = (await import(address)).default;
  await widget.render({model, el: document.getElementById("widget")});
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - began;
}"""

if __name__ == "__main__":
    main()
