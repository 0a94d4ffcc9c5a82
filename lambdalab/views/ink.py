"""What all still pictures share: colours, type, and how words and paths are written as SVG."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

FONT = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif".replace("'", "")
CHARACTER = 6.2  # px, about, of text in the size of the labels

# Okabe and Ito's colours, and tints of them; every one has a pattern or a shape besides.
GROUND, FRAME, GRID, INK, MUTED = "#fdfdfb", "#d8d6cf", "#e9e7e1", "#1f2328", "#595f66"
BLUE, BLUE_TINT, ORANGE, ORANGE_TINT, ALARM = "#0072b2", "#d6eaf8", "#b87400", "#fdecc8", "#b34700"
GREEN, GREEN_TINT, PINK, PINK_TINT = "#00785a", "#d3f0e6", "#8d3a6b", "#f5dfec"

# The names under which a widget's style sheet knows them, light and dark.
PALETTE = (
    (GROUND, "ground"),
    (FRAME, "line"),
    (GRID, "faint"),
    (INK, "ink"),
    (MUTED, "muted"),
    (BLUE_TINT, "blue-tint"),
    (ORANGE_TINT, "orange-tint"),
    (GREEN_TINT, "green-tint"),
    (PINK_TINT, "pink-tint"),
    (ALARM, "alarm"),
    (GREEN, "green-words"),
    (PINK, "pink-words"),
)

STYLE = (
    f"text{{font:11px {FONT};fill:{INK}}}.m{{fill:{MUTED}}}.w{{fill:#fff}}.a{{fill:{ALARM}}}"
    f".b{{font-weight:600}}.t{{font-size:14px;font-weight:600}}.e{{text-anchor:end}}"
    f".c{{text-anchor:middle}}.h{{paint-order:stroke;stroke:{ORANGE_TINT};stroke-width:3px}}"
    f".g{{paint-order:stroke;stroke:{GROUND};stroke-width:4px}}"
)


# In a dark notebook a picture is dark too: light is turned round, and the hues are turned back.
NIGHT = (
    '<style>[data-jp-theme-light="false"] figure>img[src^="data:image/svg"]'
    "{filter:invert(.88) hue-rotate(180deg)}</style>"
)


def head(width: int, height: int, title: str, words: str, definitions: str = "") -> str:
    """Begin a picture: its size, its words for whoever cannot see it, its ground and its title."""
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' width='{width}' "
        f"height='{height}' role='img'><title>{escape(words)}</title><style>{STYLE}</style>"
        f"<defs>{definitions}</defs><rect x='.5' y='.5' width='{width - 1}' height='{height - 1}' "
        f"rx='8' fill='{GROUND}' stroke='{FRAME}'/>{text(16, 30, title, 't')}"
    )


def text(x: float, y: float, words: str, kind: str = "") -> str:
    """Write words."""
    look = f" class='{kind}'" if kind else ""
    return f"<text x='{x:g}' y='{y:g}'{look}>{escape(words)}</text>" if words else ""


def path(steps: str, look: str) -> str:
    """Draw one path; nothing if it has no step."""
    return f"<path d='{steps}' {look}/>" if steps else ""


def figure(picture: str, words: str) -> str:
    """Wrap an SVG as HTML that even an untrusted notebook shows, with its words below."""
    address = quote(picture, safe=" !$'()*+,-./:;=?@_~")
    caption = escape(words)
    return (
        f'<figure><img alt="{caption}" src="data:image/svg+xml,{address}"/>'
        f"<figcaption>{caption}</figcaption>{NIGHT}</figure>"
    )
