"""How a text looks in a notebook: a card that can be read on a light and on a dark ground.

White stands on a colour that is dark enough for it; everything else has the colours of the
notebook's own text. Nothing here needs a style sheet or a script.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

GREY, AMBER, GREEN, RED, BLUE = "#57606a", "#8a5a00", "#1a6b3c", "#b3261e", "#0b5c8f"

TEXT = "color:var(--jp-content-font-color1,inherit)"
CARD = (
    f"border-left:4px solid {{colour}};padding:2px 0 2px 12px;max-width:56em;line-height:1.5;{TEXT}"
)
PILL = (
    "display:inline-block;background:{colour};color:#fff;border-radius:10px;padding:0 10px;"
    "font-weight:600"
)
LINE = "margin:4px 0"


def card(colour: str, pill: str, title: str, body: Iterable[str]) -> str:
    """Make a card: a word on a colour, a title beside it, and blocks of HTML below."""
    head = f'<span style="{PILL.format(colour=colour)}">{escape(pill)}</span>'
    return (
        f'<div style="{CARD.format(colour=colour)}"><div style="{LINE}">{head}&nbsp; '
        f"{inline(title)}</div>{''.join(body)}</div>"
    )


def paragraph(text: str) -> str:
    """Make a paragraph."""
    return f'<div style="{LINE}">{inline(text)}</div>'


def inline(text: str) -> str:
    """Escape a text; `code` and *emphasis* keep their look."""
    text = escape(text, quote=False)
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    return re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text)


def folded(titles: Sequence[str], texts: Sequence[str]) -> str:
    """Fold texts into one another, so that each opens after the one before it."""
    inner = ""
    for title, text in reversed(list(zip(titles, texts, strict=True))):
        inner = (
            f'<details style="{LINE}"><summary style="cursor:pointer" '
            f'data-lm-suppress-shortcuts="true">{escape(title)}</summary>'
            f'<div style="margin:4px 0 4px 18px">{inline(text)}{inner}</div></details>'
        )
    return inner


def plain(text: str) -> str:
    """Give a text as a terminal shows it: without the marks of emphasis."""
    return re.sub(r"\*([^*]+)\*", r"\1", text)
