"""Rows of words, aligned in plain text or as a small HTML table."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

Row = Sequence[str]


def aligned(rows: Sequence[Row], right: str = "") -> list[str]:
    """Write rows with their columns aligned; `right` marks the columns set to the right by an r."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = right.ljust(len(widths))
    return [
        "  ".join(
            word.rjust(width) if side == "r" else word.ljust(width)
            for word, width, side in zip(row, widths, sides, strict=True)
        ).rstrip()
        for row in rows
    ]


def html_table(caption: str, head: Row, rows: Sequence[Row], right: str = "") -> str:
    """Write rows as an HTML table that has no ids and no style sheet of its own."""
    sides = ["right" if side == "r" else "left" for side in right.ljust(len(head))]
    top = "".join(
        f'<th scope="col" style="text-align:{side}">{escape(word)}</th>'
        for word, side in zip(head, sides, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:{side}">{escape(word)}</td>'
            for word, side in zip(row, sides, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table><caption style="text-align:left">{escape(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )
