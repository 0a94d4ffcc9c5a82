"""A widget in a blank page: its script, its style and its data, and no server."""

import base64
from typing import Any

from playwright.sync_api import Page

# What JupyterLab gives the script: a model, and an element to fill.
OPEN = """async ([script, style, packed, traits]) => {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const state = {packed: new DataView(bytes.buffer), ...traits};
  const listeners = {};
  window.model = {
    saved: 0,
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      for (const listener of listeners[`change:${name}`] ?? []) listener();
    },
    save_changes() { this.saved++; },
    on(name, listener) { (listeners[name] ??= []).push(listener); },
    off(name, listener) {
      listeners[name] = listeners[name].filter((other) => other !== listener);
    },
    listeners,
  };
  const look = document.createElement("style");
  look.textContent = style;
  document.head.append(look);
  const began = performance.now();
  const address = URL.createObjectURL(new Blob([script], {type: "text/javascript"}));
  const widget = (await import(address)).default;
  window.clean = await widget.render({model: window.model, el: document.querySelector("main div")});
  await new Promise((done) => requestAnimationFrame(done));
  return performance.now() - began;
}"""

LIGHT = ":root { --jp-layout-color0: #fff; --jp-layout-color1: #fff; } body { background: #fff }"
DARK = """:root { --jp-layout-color0: #111; --jp-layout-color1: #212121 }
body { background: #111; color: #eee }"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OVERLAPS = """() => {
  const found = [];
  for (const chart of document.querySelectorAll(".ll-chart, .ll-system svg, .ll-machine svg")) {
    const texts = [...chart.querySelectorAll("text")]
      .filter((t) => t.textContent && !t.classList.contains("ll-flag") && t.getClientRects().length)
      .map((t) => [t.textContent, t.getBoundingClientRect()]);
    texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
      const across = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (across > 1 && down > 3) found.push([a, b]);
    }));
  }
  return found;
}"""
SPILLS = """() => {
  const root = document.querySelector(".lambdalab-stepper");
  const box = root.getBoundingClientRect();
  const hidden = ".ll-scroll, .ll-overview, .ll-told, .ll-unseen, svg, .ll-tip-box";
  return [...root.querySelectorAll("*")]
    .filter((e) => e.getClientRects().length && !e.closest(hidden))
    .filter((e) => e.getBoundingClientRect().right > box.right + 0.5
      || (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline"
        && !e.matches(".ll-aside, select, input")))
    .map((e) => e.className);
}"""


def put(page: Page, widget: Any, *, dark: bool = False, **traits: Any) -> float:
    """Put a widget into a page; say how many milliseconds it took to open."""
    page.set_content(
        "<!doctype html><html lang='en'><title>A run</title>"
        f"<style>{DARK if dark else LIGHT}</style>"
        f"<body data-jp-theme-light='{str(not dark).lower()}'><main tabindex='-1'><h1>A run</h1>"
        "<div></div></main><button>after</button></body></html>"
    )
    packed = base64.b64encode(widget.packed).decode()
    own = {name: widget.trait_values()[name] for name in TRAITS if widget.has_trait(name)}
    opened: float = page.evaluate(OPEN, [widget._esm, widget._css, packed, own | traits])
    return opened


TRAITS = ("step", "seen", "asked", "forked", "place", "answer")
