"""Write what a workshop hands out: Binder links per lesson and agenda, and a page per agenda.

    python -m tools.workshop    rewrites docs/workshop.md, docs/agendas/ and the badge of README.md

A link names two places: the release that Binder has built an image of, and the branch that
nbgitpuller takes the lessons from when somebody opens it (docs/decisions/0018).
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from lambdalab.teaching.records import find_lesson
from tools import notebooks
from tools.agendas import AGENDAS, GAME_DAY, Agenda

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "workshop.md"
PAGES = ROOT / "docs" / "agendas"
README = ROOT / "README.md"

ORGANISATION, REPOSITORY = "lambdalab", "lambdalab"
CONTENT = f"https://github.com/{ORGANISATION}/{REPOSITORY}"
BRANCH = "main"
# Not "lambdalab": the image holds the package under that name, beside the pulled lessons.
FOLDER = "workshop"
BADGE = re.compile(r"\[!\[Open in Binder\]\([^)]*\)\]\([^)]*\)")

AGENDA_TEXT = (
    "Open the first notebook and run its cells from the top. Your instructor says which parts of",
    "it you do together; come back here for the next one.",
)

PAGE_TEXT = """\
# For a workshop: links, bundle, pages

Made by `make docs` from `tools/agendas.py` and the lessons.

Each link starts the image of release `{release}` on Binder and then pulls the branch `{branch}`
into the folder `{folder}`: a lesson that was mended this morning is there without a new image
([why](decisions/0018-the-image-is-a-release-the-lessons-are-pulled.md)). Who opens the link again
gets what has changed and keeps what they have typed. Start it once an hour before the workshop: the
first start of a release builds the image.

## Agendas

What is done when stands in the [guide for instructors](instructor/agendas.md).

| Agenda | Lessons | Link |
|---|---|---|
{agendas}
## Lessons

| Lesson | Minutes | Link |
|---|---|---|
{lessons}
## Without Binder, without a network

- `make bundle` writes `dist/lambdalab-workshop-VERSION.zip`: every wheel, the lessons as notebooks
  and as pages, and a script that starts them. Put it on a USB stick. It is for the system and the
  Python that made it; `python -m tools.bundle --help` says how to add others.
- `make pages` writes `dist/pages/`: every lesson as an HTML page whose widgets step without a
  kernel. It opens from a disk, a stick or any web server.
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A notebook of the course as lists show it."""

    id: str
    title: str
    minutes: int
    path: str  # from the root of the repository


def release() -> str:
    """Return the tag whose image the links use: that of the version of this tree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"v{project['version']}"


def link(path: str) -> str:
    """Make the link that opens a file (from the root of the repository) on Binder.

    Binder unpacks `urlpath` once and nbgitpuller the query in it once more, so what is inside is
    quoted twice.
    """
    pull = {"repo": CONTENT, "branch": BRANCH, "targetpath": FOLDER, "urlpath": landing(path)}
    inside = quote("git-pull?" + urlencode(pull, quote_via=quote, safe=""), safe="")
    return f"https://mybinder.org/v2/gh/{ORGANISATION}/{REPOSITORY}/{release()}?urlpath={inside}"


def landing(path: str) -> str:
    """Return what JupyterLab is to open."""
    return f"lab/tree/{FOLDER}/{path}"


def items() -> list[Item]:
    """List every notebook of the course, the lessons first."""
    return [_item(path) for path in notebooks.course()]


def _item(path: Path) -> Item:
    place = path.relative_to(ROOT).as_posix()
    if path.parent == notebooks.LESSONS:
        lesson = find_lesson(f"L{path.name[:2]}")
        return Item(lesson.id, lesson.title, lesson.minutes, place)
    first = notebooks.read(path).cells[0].source
    title = re.findall(r"^# (.*)$", first, re.MULTILINE)[0]
    minutes = re.findall(r"\*\*(\d+) minutes", first)
    return Item(GAME_DAY, title, int(minutes[0]) if minutes else 0, place)


def of(agenda: Agenda) -> list[list[Item]]:
    """Find the notebooks of an agenda, session by session; one that is not written is left out."""
    known = items()
    return [
        [item for id in session for item in known if item.id == id] for session in agenda.sessions
    ]


def agenda_page(agenda: Agenda) -> str:
    """Write what learners of one workshop open first."""
    lines = [f"# {agenda.title}", "", *AGENDA_TEXT]
    for number, session in enumerate(filter(None, of(agenda)), 1):
        lines += ["", f"## Part {number}", ""]
        lines += [f"- [{name(item)}](../../{item.path})" for item in session]
    return "\n".join([*lines, "", "Made by `make docs` from `tools/agendas.py`.", ""])


def name(item: Item) -> str:
    """Return what a list calls a notebook: its number, if it has one, and its title."""
    number = item.id[1:]
    return f"{number} · {item.title}" if number.isdigit() and int(number) else item.title


def page() -> str:
    """Write the list of links."""
    agendas = "".join(f"{_agenda_row(agenda)}\n" for agenda in AGENDAS)
    lessons = "".join(
        f"| [{name(item)}](../{item.path}) | {item.minutes or ''} | {_binder(item.path)} |\n"
        for item in items()
    )
    return PAGE_TEXT.format(
        release=release(), branch=BRANCH, folder=FOLDER, agendas=agendas, lessons=lessons
    )


def _agenda_row(agenda: Agenda) -> str:
    parts = [
        ", ".join(dict.fromkeys(_short(item) for item in session))
        for session in of(agenda)
        if session
    ]
    place = f"docs/agendas/{agenda.name}.md"
    title = f"[{agenda.title}](agendas/{agenda.name}.md)"
    return f"| {title} | {'; '.join(parts)} | {_binder(place)} |"


def _binder(path: str) -> str:
    return f"[Binder]({link(path)})"


def _short(item: Item) -> str:
    return "game day" if item.id == GAME_DAY else item.id[1:]


def badge() -> str:
    """Return the README's badge: it opens the notebook to start with."""
    target = link(items()[0].path)
    return f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({target})"


def files() -> dict[Path, str]:
    """Return what each file is to hold."""
    readme = README.read_text(encoding="utf-8")
    agendas = {PAGES / f"{agenda.name}.md": agenda_page(agenda) for agenda in AGENDAS}
    return {PAGE: page(), README: BADGE.sub(lambda _: badge(), readme), **agendas}


if __name__ == "__main__":
    PAGES.mkdir(exist_ok=True)
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))
