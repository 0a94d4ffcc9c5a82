"""What GitHub shows of a stored lesson: no script, no style, no widget, and still the point of it.

GitHub itself can't be asked here. The sieve below is stricter than the filter that GitHub has
published (html-pipeline's SanitizationFilter), so as not to depend on its list: of all elements
only the words are left, scripts and styles go with their contents, and a picture whose data stand
in the page is gone. What passes it can be read in any other viewer too.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tools import notebooks

WITHOUT_CONTENTS = {"script", "style"}


class Sieve(HTMLParser):
    """Keep the words; remember which pictures are gone and how many captions are left."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.alts: list[str] = []
        self.captions = self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in WITHOUT_CONTENTS:
            self._silent += 1
        self.text.append(" ")
        if tag == "img":
            self.alts.append(dict(attrs).get("alt") or "")
        self.captions += tag == "figcaption"

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in WITHOUT_CONTENTS
        self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.text.append(data)


def sieved(html: str) -> tuple[str, Sieve]:
    sieve = Sieve()
    sieve.feed(html)
    return " ".join("".join(sieve.text).split()), sieve


def outputs(path: Path) -> list[dict[str, str]]:
    return [
        o["data"] for c in notebooks.read(path).cells for o in c.get("outputs", []) if "data" in o
    ]


LESSONS = pytest.mark.parametrize("path", notebooks.course(), ids=lambda path: path.stem)


@LESSONS
def test_every_output_leaves_something_to_read(path: Path) -> None:
    shown = outputs(path)
    assert shown
    for data in shown:
        assert data.keys() & {"text/html", "text/plain"}, data.keys()
        left = sieved(data["text/html"])[0] if "text/html" in data else data["text/plain"]
        assert left.strip(), data


@LESSONS
def test_a_picture_and_a_widget_leave_their_words(path: Path) -> None:
    for data in outputs(path):
        left, sieve = sieved(data.get("text/html", ""))
        if notebooks.WIDGET in data:
            assert sieve.alts, "a widget leaves a still picture"
        assert sieve.captions == len(sieve.alts), "each picture has its words below it"
        assert [words for words in sieve.alts if not words or words not in left] == []


@LESSONS
def test_nothing_is_said_by_a_script_a_frame_or_a_colour_alone(path: Path) -> None:
    for data in outputs(path):
        html = data.get("text/html", "")
        assert not re.search(r"<(script|iframe|svg|link|object)\b", html)
        # A mark of its own colour has its word: see `card` in lambdalab/teaching/page.py.
        assert [m for m in re.findall(r"<span[^>]*>([^<]*)</span>", html) if not m.strip()] == []


@LESSONS
def test_a_lesson_is_small_enough_to_be_shown(path: Path) -> None:
    assert path.stat().st_size < 500_000


def test_the_sieve_holds_back_what_it_should() -> None:
    html = '<style>b {}</style><div style="color:red">seen</div><script>let a = "x";</script>'
    assert sieved(html)[0] == "seen"
    assert sieved('<img src="data:image/png;base64,AAAA"/>')[0] == ""
