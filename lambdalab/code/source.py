"""A learner's source, compiled so that it says which line it has reached."""

from __future__ import annotations

import ast
import warnings
from types import CodeType

RETURNING = "__returning__"  # what marks the line of a handler's return


def compiled(source: str | bytes, filename: str, handler: str = "") -> CodeType:
    """Compile a source for the simulation; raises SyntaxError as Python does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(source, filename, "exec", dont_inherit=True)  # for an error with its column
        tree = ast.parse(source, filename)
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and node.name == handler:
                _mark_returns(node)
        for part in ast.walk(tree):
            # Without columns a traceback has no ^^^^ under its lines, on any Python.
            if hasattr(part, "col_offset"):
                vars(part).update(col_offset=-1, end_col_offset=-1)
        return compile(tree, filename, "exec", dont_inherit=True)


def _mark_returns(function: ast.FunctionDef) -> None:
    """Have a handler say which of its returns was reached.

    `return x` becomes `return __returning__(x, 7)`. Python drops the frame before anybody
    could look at it.
    """
    last = function.body[-1]
    if not isinstance(last, ast.Return):
        function.body.append(ast.copy_location(ast.Return(), last))
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            value = node.value or ast.copy_location(ast.Constant(None), node)
            call = ast.Call(ast.Name(RETURNING, ast.Load()), [value, ast.Constant(node.lineno)], [])
            node.value = ast.fix_missing_locations(ast.copy_location(call, value))
        elif not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            waiting.extend(ast.iter_child_nodes(node))
