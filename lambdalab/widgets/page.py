"""A widget as an HTML page of its own: the script, the style and the data in one file."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any

# What a notebook gives a widget's script: a model, and an element to fill. `packed` is bytes.
WAKE = """
const load = (script) =>
  import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
async function wake(el, { packed, ...state }, module) {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  state.packed = new DataView(bytes.buffer);
  const listeners = {};
  const model = {
    get: (name) => state[name],
    set(name, value) {
      if (state[name] === value) return;
      state[name] = value;
      for (const listener of listeners[`change:${name}`] ?? []) listener();
    },
    save_changes() {},
    on(name, listener) { (listeners[name] ??= []).push(listener); },
    off(name, listener) {
      listeners[name] = listeners[name].filter((other) => other !== listener);
    },
  };
  el.replaceChildren();
  await module.default.render({ model, el });
}
"""

OPEN = """
const text = (id) => document.getElementById(id).textContent;
const widget = document.getElementById("widget");
await wake(widget, JSON.parse(text("state")), await load(text("script")));
"""

LOOK = """
:root { color-scheme: light dark; --jp-layout-color0: #fff; --jp-layout-color1: #fff }
body { margin: 16px; font: 15px/1.5 system-ui, sans-serif; background: #fff; color: #1f2328 }
#widget img { max-width: 100% }
@media (prefers-color-scheme: dark) {
  :root { --jp-layout-color0: #111; --jp-layout-color1: #212121 }
  body { background: #111; color: #e9ebed }
}
"""

THEME = """
const dark = matchMedia("(prefers-color-scheme: dark)");
const wear = () => { document.body.dataset.jpThemeLight = String(!dark.matches); };
dark.addEventListener("change", wear);
wear();
"""


def write_page(
    path: str | Path, title: str, state: dict[str, Any], script: str, style: str, still: str
) -> Path:
    """Write a page.

    Parameters
    ----------
    path : str or Path
        The file to write; what it held is lost.
    title : str
        Of the page.
    state : dict
        The traits of the widget, as JSON can hold them; `packed` in base 64.
    script, style : str
        Of the widget.
    still : str
        HTML for whoever runs no scripts.

    Returns
    -------
    Path
    """
    page = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{LOOK}{style}</style>
<body>
<main tabindex="-1">
<h1 style="font-size:1.3em">{escape(title)}</h1>
<div id="widget">{still}</div>
</main>
<script type="application/json" id="state">{inert(json.dumps(state))}</script>
<script type="text/plain" id="script">{inert(script)}</script>
<script type="module">{THEME}{WAKE}{OPEN}</script>
</html>
"""
    written = Path(path)
    written.write_text(page, encoding="utf-8")
    return written


def inert(text: str) -> str:
    """Keep a text inside a script element from ending that element."""
    return text.replace("</", "<\\/")
