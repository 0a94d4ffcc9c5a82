"""The shape of the house: who imports whom, how long a chapter is, and where numbers stand."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lambdalab"
ENGINE = PACKAGE / "engine"
MODULES = sorted(PACKAGE.rglob("*.py"))
CHAPTERS = sorted(ENGINE.glob("*.py"))

# What each part may import of the others. A part that is not named here has no place yet.
BESIDE = {"engine", "mistakes", "source", "sources", "distributions", "stack", "faults", "traffic"}
MAY_IMPORT = {
    "engine": set(),
    "mistakes": {"engine"},
    "source": set(),
    "stack": {"engine", "mistakes", "source"},
    "distributions": {"engine", "mistakes", "stack"},
    "faults": {"engine", "mistakes", "stack"},
    "traces": {"engine", "mistakes"},
    "traffic": {"engine", "mistakes", "stack", "distributions", "traces"},
    "sources": {"engine", "mistakes", "stack"},
    "views": {"engine", "mistakes"},
    "widgets": {"engine", "mistakes", "views"},
    "code": BESIDE,
    "sdk": BESIDE | {"code"},
    "wiring": BESIDE | {"code", "sdk"},
    "plan": BESIDE | {"code", "sdk", "wiring"},
    "live": BESIDE | {"code", "sdk", "views", "wiring", "plan", "run"},
    "summary": {"engine", "mistakes", "views"},
    "saved": BESIDE,
    "answers": {"engine"},
    "naming": {"engine"},
    "counting": {"engine", "views", "run"},  # of run the type alone
    "run": BESIDE
    | {"__init__", "saved", "summary", "code", "sdk", "views", "widgets", "wiring", "plan"}
    | {"answers", "naming", "counting"},
    "teaching": BESIDE | {"code", "sdk", "views", "widgets", "run"},
    "magic": BESIDE | {"code"},
    "parcelwing": BESIDE | {"run", "teaching", "views"},
    "templates": BESIDE,
    "studies": BESIDE | {"views", "run"},
    "testing": {"engine", "mistakes", "run"},
    "pytest_plugin": {"run", "templates"},
    "__main__": BESIDE | {"run", "templates", "testing"},
    "__init__": BESIDE
    | {"summary", "live", "code", "sdk", "views", "widgets", "run", "teaching", "magic"}
    | {"parcelwing", "studies", "templates"},
}

# Nothing here knows the time of day, the machine or the outside world.
STANDARD_LIBRARY = {
    "__future__",
    "array",
    "base64",
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "math",
    "random",
    "re",
    "statistics",
    "typing",
}

CHAPTER_LINES, FUNCTION_LINES = 300, 50
# The book has two parts: what happens to one function, and what is around it. A chapter that is
# not named here is around it.
ONE_FUNCTION_LINES, AROUND_LINES = 4_780, 4_400
ONE_FUNCTION = {
    "__init__",
    "units",
    "small",
    "world",
    "outside",
    "settings",
    "requests",
    "occupancy",
    "environments",
    "facts",
    "errors",
    "steps",
    "log",
    "kernel",
    "stimuli",
    "concurrency",
    "places",
    "execution",
    "extensions",
    "creation",
    "rest",
    "lifecycle",
    "synchronous",
    "lanes",
    "warm",
    "destinations",
    "asynchronous",
    "configuration",
    "check",
}
DATA = {"rules.py", "consequences.py", "known.py"}  # a table, not a text to read
NUMBERS_LIVE_IN = {*DATA, "units.py"}
PLAIN_NUMBERS = {0, 1}  # and -1, which is written as minus 1


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def part(path: Path) -> str:
    """Return the part of the house that a module belongs to: `engine` or `stack`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[str]:
    """Yield the full name of each module that a module may import, wherever it says so."""
    package = ["lambdalab", *path.relative_to(PACKAGE).parts[:-1]]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = package[: len(package) - node.level + 1] if node.level else []
            origin = [*origin, *(node.module or "").split(".")] if node.module else origin
            yield ".".join(origin)
            # `from . import synchronous` names modules, not what is in them.
            for alias in node.names:
                below = Path(PACKAGE.parent, *origin, alias.name)
                if below.with_suffix(".py").exists() or below.is_dir():
                    yield ".".join([*origin, alias.name])


def ours(path: Path) -> Iterator[list[str]]:
    """Yield the names of our own modules that a module imports, below `lambdalab`."""
    for module in imports(path):
        first, *rest = module.split(".")
        if first == "lambdalab" and rest:
            yield rest


def reading_order() -> list[str]:
    """Return the chapters of the engine in the order in which its first page lists them."""
    page = ast.get_docstring(tree(ENGINE / "__init__.py")) or ""
    listed = page.partition("Read it in this order:")[2].partition("\n\n")[0]
    return re.findall(r"(\w+)\s+\(", listed)


def lines(path: Path) -> int:
    """Count the lines of a module; the formatter has seen to it that they are honest."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_each_part_imports_only_the_parts_below_it(path: Path) -> None:
    here = part(path)
    assert here in MAY_IMPORT, f"MAY_IMPORT does not say where {here} stands"
    for module in ours(path):
        assert module[0] == here or module[0] in MAY_IMPORT[here], f"{here} imports {module[0]}"


def test_the_first_page_of_the_engine_lists_every_chapter() -> None:
    assert sorted(reading_order()) == [path.stem for path in CHAPTERS if path.stem != "__init__"]


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_chapter_imports_only_chapters_that_were_read_before_it(path: Path) -> None:
    if path.stem == "__init__":
        return
    order = reading_order()
    read = set(order[: order.index(path.stem)])
    assert {module[1] for module in ours(path) if len(module) > 1} <= read


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_the_engine_touches_nothing_outside(path: Path) -> None:
    outside = {module for module in imports(path) if not module.startswith("lambdalab")}
    assert outside <= STANDARD_LIBRARY


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_chapter_is_short_and_a_function_fits_a_screen(path: Path) -> None:
    for function in functions(path):
        screen = (function.end_lineno or 0) - function.lineno + 1
        assert screen <= FUNCTION_LINES, f"{function.name} has {screen} lines"
    chapter = lines(path)
    assert chapter <= CHAPTER_LINES or path.name in DATA, f"{path.name} has {chapter} lines"


def test_the_engine_is_a_book_that_can_be_read() -> None:
    texts = [path for path in CHAPTERS if path.name not in DATA]
    assert {path.stem for path in texts} >= ONE_FUNCTION
    assert sum(lines(path) for path in texts if path.stem in ONE_FUNCTION) <= ONE_FUNCTION_LINES
    assert sum(lines(path) for path in texts if path.stem not in ONE_FUNCTION) <= AROUND_LINES


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_numbers_stand_in_the_rules(path: Path) -> None:
    if path.name in NUMBERS_LIVE_IN:
        return
    stray = [
        f"line {node.lineno}: {node.value}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float | complex)
        and node.value not in PLAIN_NUMBERS
    ]
    assert stray == [], "name it in rules.py or units.py"


def documented(body: list[ast.stmt]) -> Iterator[tuple[str, str | None]]:
    """Yield the public classes and functions of a module, and what they say of themselves."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            if any(isinstance(d, ast.Name) and d.id == "overload" for d in node.decorator_list):
                continue
            yield node.name, ast.get_docstring(node)


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_and_every_public_name_says_what_it_is(path: Path) -> None:
    page = tree(path)
    assert ast.get_docstring(page), "the module has no docstring"
    silent = [found for found, text in documented(page.body) if not text]
    assert silent == []


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_docstring_of_the_engine_begins_with_one_sentence(path: Path) -> None:
    for found, text in documented(tree(path).body):
        first = (text or "").partition("\n")[0]
        assert re.search(r"[^.][.:]$", first), f"{found} does not begin with a sentence"
        assert not re.search(r"[.!?] [A-Z]", first), f"{found} begins with more than one sentence"
