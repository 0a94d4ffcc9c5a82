"""Write the glossary as a page, and link each term of a lesson to it where it is first used.

    python -m tools.glossary

A lesson links the terms that it names, and those of the lessons before it, each once: not in
headings, code, tables or the options of a guess. Running it twice changes nothing.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from nbformat import NotebookNode

from lambdalab.teaching.words import TERMS, Term
from tools import notebooks

ROOT = Path(__file__).parent.parent
PAGE = notebooks.LESSONS / "glossary.md"
MOST = 12  # links in a notebook

HEAD = """\
# Glossary

The terms of the course. In a notebook, `lab.glossary("cold start")` shows one of them.
"""
FOOT = "Made by `make docs` from `lambdalab/teaching/words.py`."

NAMES = sorted((term.name for term in TERMS), key=len, reverse=True)  # the longest one counts
LINK = re.compile(r"\[([^\]]*)\]\((?:\.\./)?glossary\.md#[^)]*\)")
ANCHOR = re.compile(r'<a id="[^"]*"></a>\n\n')
SKIPPED = r"^```.*?^```|^#[^\n]*|^\|[^\n]*|^- \*\*[^\n]*|`[^`\n]+`|\[[^\]]*\]\([^)]*\)|<[^>\n]+>"


def _spelled(name: str) -> str:
    """Match a name, also in the plural or at the beginning of a sentence."""
    first = f"[{name[0]}{name[0].upper()}]" if name[0].islower() else name[0]
    return f"{first}{re.escape(name[1:])}s?"


WORDS = re.compile(
    rf"{SKIPPED}|(?<![\w-])(?:{'|'.join(f'({_spelled(name)})' for name in NAMES)})(?![\w-])",
    re.DOTALL | re.MULTILINE,
)


def page() -> str:
    """Write the page: an entry for each term, by the alphabet."""
    entries = (_entry(term) for term in sorted(TERMS, key=lambda term: term.name.lower()))
    return "\n".join([HEAD, *entries, FOOT, ""])


def _entry(term: Term) -> str:
    (lesson,) = (path for path in notebooks.lessons() if path.name[:2] == term.lesson[1:])
    # GitHub names a heading in small letters, JupyterLab as it is written.
    anchor = f'<a id="{slug(term.name)}"></a>\n\n' if term.name != term.name.lower() else ""
    return (
        f"{anchor}## {term.name}\n\n{term.said}\n\n*Not to be taken for:* {term.unlike}\n\n"
        f"[Lesson {term.lesson[1:]}]({lesson.name}#Name-it)\n"
    )


def slug(name: str) -> str:
    """Return what a link calls the heading of a term."""
    return name.replace(" ", "-")


def unlinked(text: str) -> str:
    """Take the links to the glossary out of a text."""
    return LINK.sub(r"\1", text)


def linked(texts: Sequence[str], path: Path) -> list[str]:
    """Link the terms in the texts of a notebook, those first that it names itself."""
    texts = [unlinked(text) for text in texts]
    # The game day knows every term, and the notebook to start with those of lesson 01.
    number = max(1, int(path.name[:2])) if path.parent == notebooks.LESSONS else 99
    of = {term.name: int(term.lesson[1:]) for term in TERMS}
    used = dict.fromkeys(
        name for text in texts for found in WORDS.finditer(text) if (name := _name(found))
    )
    known = [name for name in used if of[name] <= number]
    wanted = sorted(known, key=lambda name: of[name] != number)[:MOST]
    target = os.path.relpath(PAGE, path.parent)

    def link(found: re.Match[str]) -> str:
        if (name := _name(found)) not in wanted:
            return found[0]
        wanted.remove(name)
        return f"[{found[0]}]({target}#{slug(name)})"

    return [WORDS.sub(link, text) for text in texts]


def _name(found: re.Match[str]) -> str:
    """Name the term that was found; nothing, if it is text to skip."""
    return NAMES[found.lastindex - 1] if found.lastindex else ""


def prose(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells of a notebook that hold text."""
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def main() -> None:
    """Write the page, and the links of every notebook."""
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))
    for path in notebooks.course():
        notebook = notebooks.read(path)
        cells = prose(notebook)
        for cell, text in zip(cells, linked([cell.source for cell in cells], path), strict=True):
            cell.source = text
        path.write_text(notebooks.canonical(notebook), encoding="utf-8")


if __name__ == "__main__":
    main()
