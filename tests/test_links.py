"""Every link leads somewhere: to a file or a heading of ours, or to a page that we mean."""

import re
from pathlib import Path

import pytest

from tools import links, notebooks

MARKDOWN = [path for path in links.documents() if path.suffix == ".md"]


def name(path: Path) -> str:
    return path.relative_to(links.ROOT).as_posix()


@pytest.mark.parametrize("path", links.documents(), ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    wrong = {target: links.fault(path, target) for target in links.links(path)}
    assert {target: why for target, why in wrong.items() if why} == {}


@pytest.mark.parametrize("path", MARKDOWN, ids=name)
def test_every_file_of_ours_that_a_document_names_is_there(path: Path) -> None:
    # The changelog tells of what was there once; a decision too.
    if path.name != "CHANGELOG.md" and path.parent.name != "decisions":
        assert links.missing(path) == []


def test_what_rules_cite_are_addresses() -> None:
    address = re.compile(r"https://[\w.-]+\.[a-z]+/[!-~]*")
    assert [page for page in links.cited() if not address.fullmatch(page)] == []
    assert len(links.cited()) > 100


def test_no_page_is_listed_that_nobody_links_to() -> None:
    linked = {target for path in links.documents() for target in links.links(path)}
    assert links.KNOWN.keys() - linked == set()


def test_links_are_found_in_every_place_where_they_are_shown() -> None:
    (lesson,) = (path for path in notebooks.lessons() if path.name.startswith("01"))
    found = links.links(lesson)
    assert "#Name-it" in found  # text
    assert "00-start-here.ipynb" in found
    assert any(target.startswith("https://docs.aws.amazon.com/") for target in found)  # outputs


BROKEN = """# One heading

[a file](gone.md), ![a picture](gone.svg) and <a href="gone.html">one more</a>
[a heading](#two-headings), [one of another page](other.md#nowhere), [out](../../../../etc/passwd)
[a page](https://example.com/page), https://example.org/bare.

[by name]: gone.txt

`[in code](never.md)`

```
[in a block](never.md)
```
"""


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# Here\n\n## Here\n\n## What `run.why` [says](x)!\n")
    page = tmp_path / "page.md"
    page.write_text(BROKEN)
    told = {target: links.fault(page, target) for target in links.links(page)}
    assert told == {
        "gone.md": "there is no such file",
        "gone.svg": "there is no such file",
        "#two-headings": "page.md has no such heading",
        "other.md#nowhere": "other.md has no such heading",
        "../../../../etc/passwd": "leads out of the repository",
        "https://example.com/page": "no rule cites this page, and tools.links.KNOWN neither",
        "gone.txt": "there is no such file",
        "gone.html": "there is no such file",
        "https://example.org/bare": "no rule cites this page, and tools.links.KNOWN neither",
    }
    for good in ("#one-heading", "other.md#here-1", "other.md#what-runwhy-says", "other.md"):
        assert links.fault(page, good) == ""


def test_a_broken_link_in_a_lesson_is_found(tmp_path: Path) -> None:
    lesson = notebooks.read(notebooks.lessons()[1])
    lesson.cells[0].source += "\n\n[next](12-nowhere.ipynb) [up](#name-it)"
    output = next(cell for cell in lesson.cells if cell.get("outputs")).outputs[0]
    output.data["text/html"] = '<a href="https://example.com/">a page</a>'
    copy = tmp_path / "01.ipynb"
    copy.write_text(notebooks.canonical(lesson))
    wrong = {target for target in links.links(copy) if links.fault(copy, target)}
    assert {"12-nowhere.ipynb", "#name-it", "https://example.com/"} <= wrong
