"""The scripts of the widgets: modules without a build step, joined into one text."""

from __future__ import annotations

import json
import re
import zlib
from functools import cache
from pathlib import Path
from typing import Any

STATIC = Path(__file__).with_name("static")

IMPORT = re.compile(r'^import (\{[^}]*\}) from "\./(\w+)\.js";$', re.MULTILINE)
COMMENT = re.compile(
    r"^ */\*\*(?:(?!\*/).)*\*/\n", re.MULTILINE | re.DOTALL
)  # types are for the checker
EXPORT = re.compile(r"^export ((?:async )?(?:function|class|const) (\w+))", re.MULTILINE)


@cache
def joined(modules: tuple[str, ...]) -> str:
    """Join modules into one text: a notebook cannot fetch them one by one.

    Parameters
    ----------
    modules : tuple of str
        In the order in which one needs the other; the last one is what a notebook calls.
    """
    return "\n".join(_scoped(name) for name in modules)


def _scoped(name: str) -> str:
    """Give a module a scope of its own, and what it exports a name that others import from."""
    text = (STATIC / f"{name}.js").read_text(encoding="utf-8")
    text = IMPORT.sub(r"const \1 = $\2;", COMMENT.sub("", text))
    exports = [found[2] for found in EXPORT.finditer(text)]
    if not exports:
        return text
    text = EXPORT.sub(r"\1", text)
    return f"const ${name} = (() => {{\n{text}\nreturn {{ {', '.join(exports)} }};\n}})();"


@cache
def styled(*names: str) -> str:
    """Read style sheets."""
    return "\n".join((STATIC / f"{name}.css").read_text(encoding="utf-8") for name in names)


def pack(columns: Any) -> bytes:
    """Make what is sent small."""
    return zlib.compress(json.dumps(columns, separators=(",", ":")).encode())
