"""Find every link of the documents, the lessons and the rules, and say which lead nowhere.

    python -m tools.links

A link into the repository needs its file, and its heading if it names one. A link to the web needs
to be a page that a rule or a fact cites, or one of KNOWN; nothing is asked of the network.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag

from lambdalab.engine.consequences import CONSEQUENCES
from lambdalab.engine.known import KNOWN as NOT_PLAYED
from lambdalab.engine.rules import TABLE
from lambdalab.views import prices
from tools import notebooks, workshop
from tools.agendas import AGENDAS

ROOT = Path(__file__).parent.parent

# Pages that no rule cites, and why we link there.
KNOWN = {
    "https://mybinder.org/badge_logo.svg": "the README's badge",
    "https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/": (
        "the library that lesson 11 builds by hand"
    ),
    "https://arxiv.org/abs/2102.08904": "the paper that SimFaaS and its measurements come from",
    "https://keepachangelog.com/en/1.1.0/": "the form of the changelog",
    "https://semver.org/": "what a version means",
}

INLINE = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
ATTRIBUTE = re.compile(r"\b(?:href|src)=[\"']([^\"']+)[\"']")
BARE = re.compile(r"(?<![\"'(\]=\w])https?://[^\s<>()\"'`\\|]+")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`[^`\n]+`")
NAMED = re.compile(r"`((?:bench|binder|docs|lambdalab|lessons|tests|tools)/[\w./-]*)`")


def documents() -> list[Path]:
    """Return every file that people read: the documents and the lessons."""
    pages = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
    return [*pages, *sorted(notebooks.LESSONS.glob("*.md")), *notebooks.course()]


def links(path: Path) -> list[str]:
    """Return the targets of all links of a document, each once, in order."""
    texts = _shown(path) if path.suffix == ".ipynb" else [prose(path.read_text(encoding="utf-8"))]
    found = (target for text in texts for target in _targets(text))
    return list(dict.fromkeys(found))


def prose(text: str) -> str:
    """Take the code out of Markdown."""
    return SPAN.sub("", FENCE.sub("", text))


def _shown(path: Path) -> Iterator[str]:
    """Yield what a notebook shows: its text, and what its cells gave."""
    for cell in notebooks.read(path).cells:
        if cell.cell_type == "markdown":
            yield prose(cell.source)
        for output in cell.get("outputs", []):
            yield output.get("text", "")
            yield from (text for kind, text in output.get("data", {}).items() if "text/" in kind)


def _targets(text: str) -> Iterator[str]:
    for pattern in (INLINE, REFERENCE, ATTRIBUTE):
        yield from pattern.findall(text)
    yield from (address.rstrip(".,:;!?*") for address in BARE.findall(text))


def fault(path: Path, target: str) -> str:
    """Say what is wrong with a link of a document; nothing, if it leads somewhere."""
    if target.startswith(("https://", "http://")):
        return "" if is_known(target) else "no rule cites this page, and tools.links.KNOWN neither"
    if target.startswith(("data:image/", "mailto:")):
        return ""
    file, heading = urldefrag(target)
    place = (path.parent / unquote(file)).resolve() if file else path
    if not place.is_relative_to(ROOT.resolve()) and not place.is_relative_to(path.parent):
        return "leads out of the repository"
    if not place.exists():
        return "there is no such file"
    if heading and unquote(heading) not in anchors(place):
        return f"{place.name} has no such heading"
    return ""


@cache
def anchors(path: Path) -> frozenset[str]:
    """Return what a link may name in a file: GitHub's names of headings, Jupyter's in notebooks."""
    if path.suffix == ".ipynb":
        cells = (cell for cell in notebooks.read(path).cells if cell.cell_type == "markdown")
        headings = (heading for cell in cells for heading in _headings(cell.source))
        return frozenset(heading.replace(" ", "-") for heading in headings)
    if path.suffix != ".md":
        return frozenset()
    seen: Counter[str] = Counter()
    text = path.read_text(encoding="utf-8")
    names: list[str] = re.findall(r'<a id="([^"]+)">', text)
    for heading in _headings(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        names.append(f"{name}-{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return frozenset(names)


def _headings(text: str) -> list[str]:
    found: list[str] = re.findall(r"^#{1,6} +(.+?)[ #]*$", FENCE.sub("", text), re.MULTILINE)
    return found


def is_known(address: str) -> bool:
    """Say whether a page of the web is one that we mean to link to."""
    return urldefrag(address).url in cited() or address in KNOWN or address in our_own()


@cache
def cited() -> frozenset[str]:
    """Return the pages that rules and prices cite, without the headings on them."""
    rules = (*TABLE.values(), *CONSEQUENCES.values(), *(row.rule for row in NOT_PLAYED.values()))
    pages = (*(rule.page for rule in rules), *(price.page for price in prices.TABLE.values()))
    return frozenset(urldefrag(page).url for page in pages if page)


@cache
def our_own() -> frozenset[str]:
    """Return the Binder links as they have to be."""
    places = [item.path for item in workshop.items()]
    places += [f"docs/agendas/{agenda.name}.md" for agenda in AGENDAS]
    return frozenset(workshop.link(place) for place in places)


def missing(path: Path) -> list[str]:
    """Return the files of ours that a document names in code spans, and that aren't there."""
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    names = (name for name in NAMED.findall(text) if "NN" not in name)
    return [name for name in names if not (ROOT / name).exists()]


def faults() -> list[str]:
    """Say what is wrong, one line for each link."""
    return [
        f"{path.relative_to(ROOT)}: {target}: {wrong}"
        for path in documents()
        for target in links(path)
        if (wrong := fault(path, target))
    ]


if __name__ == "__main__":
    found = faults()
    print("\n".join(found) or "every link leads somewhere")
    sys.exit(bool(found))
