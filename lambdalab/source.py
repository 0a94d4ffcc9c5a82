"""A learner's source text is checked: whether it is Python, and whether it defines a handler."""

from __future__ import annotations

import ast
import difflib
import warnings
from dataclasses import dataclass


@dataclass
class CodeProblem(Exception):
    """What is wrong with source text that the learner gave, and in which line."""

    message: str
    line: int = 0
    offset: int = 0
    text: str = ""

    def __str__(self) -> str:
        return self.message


def check(source: str, filename: str, handler: str = "handler") -> None:
    """Raise CodeProblem if the source is no Python, or defines no handler."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, filename, "exec", dont_inherit=True)
            tree = ast.parse(source, filename)
    except SyntaxError as error:
        line = error.lineno or 0
        raise CodeProblem(error.msg, line, error.offset or 0, _line(source, line)) from None
    except ValueError as error:  # a null byte
        raise CodeProblem(str(error)) from None
    function = handler.rpartition(".")[2]
    names = _names(tree)
    if function in names or "*" in names:
        return
    close = difflib.get_close_matches(function, names, 1)
    defined = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    near = [node for node in defined if close and node.name == close[0]]
    raise CodeProblem(
        f"The code defines no function named {function}."
        + (f" Did you mean {close[0]}?" if close else ""),
        near[0].lineno if near else 0,
        0,
        _line(source, near[0].lineno if near else 0),
    )


def _line(source: str, number: int) -> str:
    lines = source.splitlines()
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _names(tree: ast.Module) -> list[str]:
    """List the names that a module binds, in whatever way."""
    names: dict[str, None] = {}
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names[node.name] = None
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names[node.id] = None
        if isinstance(node, ast.alias):
            names[node.asname or node.name.partition(".")[0]] = None
        waiting.extend(ast.iter_child_nodes(node))
    return list(names)


def effects_named(source: str) -> list[str]:
    """List the effects that a source names in its calls of `effect`, without running it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except SyntaxError:  # of another runtime, or a mistake that the run told
        return []
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    return [
        call.args[0].value
        for call in calls
        if isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) == "effect"
    ]
