"""What a learner gives as the filter of a wire, or as the pattern of a rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ..engine.patterns import COMPARE, Number, literal
from ..engine.rules import FILTER_COUNT, FILTER_LENGTH, FILTER_OPERATORS, Rule
from ..mistakes import LabError


def pattern_text(name: str, pattern: Any) -> str:
    """Write a pattern as JSON text, or refuse it.

    Raises
    ------
    LabError
        If the pattern is not one; the message says where.
    """
    wrong = problem(pattern)
    if wrong:
        raise LabError(
            f"{name}={pattern!r} is no pattern: {wrong}.",
            f"at most {FILTER_LENGTH.value:,} characters: keys of the event, and under each a list "
            f"of values or of operators ({', '.join(FILTER_OPERATORS.value)})",
            f'{name}={{"body": {{"kind": ["order", {{"prefix": "pre"}}]}}}}',
            FILTER_OPERATORS,
        )
    return pattern if isinstance(pattern, str) else json.dumps(pattern)


def filter_texts(given: Any, key: str = "", rule: Rule | None = None) -> tuple[str, ...]:
    """Turn the setting `filter` of a wire, a pattern or a list of them, into JSON texts.

    Parameters
    ----------
    given
        A pattern as a dict or JSON text, a list of them, or None.
    key : str, optional
        The only key that patterns of this source may have at their top: body, data.
    rule : Rule, optional
        The rule that says so.

    Raises
    ------
    LabError
        If there are too many patterns, or one is wrong.
    """
    patterns = given if isinstance(given, list | tuple) else [] if given is None else [given]
    if len(patterns) > FILTER_COUNT.value:
        raise LabError(
            f"filter has {len(patterns)} patterns.",
            f"at most {FILTER_COUNT.value}; one that matches is enough",
            'one pattern with more values: {"kind": ["order", "refund"]}',
            FILTER_COUNT,
        )
    texts = tuple(pattern_text("filter", pattern) for pattern in patterns)
    for text in texts:
        others = [name for name in json.loads(text) if key and name not in (key, "$or")]
        if others:
            raise LabError(
                f"filter looks at {others[0]!r}.",
                f"only {key!r}",
                f'filter={{"{key}": {{"kind": ["order"]}}}}',
                rule,
            )
    return texts


# What is wrong with a pattern -------------------------------------------------------------------


def problem(pattern: Any) -> str:
    """Say what is wrong with a pattern, given as JSON text or as what it holds; "" if nothing."""
    try:
        text = pattern if isinstance(pattern, str) else json.dumps(pattern, allow_nan=False)
        found = literal(text)
    except (TypeError, ValueError) as error:
        return f"it is not JSON: {error}"
    if len(text) > FILTER_LENGTH.value:
        return f"it has {len(text):,} characters"
    return _wrong_object(found, "it")


def _wrong_object(want: Any, where: str) -> str:
    """Say what is wrong with an object of a pattern."""
    if not isinstance(want, dict):
        return f"{where} is no object"
    if not want:
        return f"{where} is empty"
    return next(filter(None, (_wrong_key(key, below) for key, below in want.items())), "")


def _wrong_key(key: str, want: Any) -> str:
    """Say what is wrong with what stands under one key of a pattern."""
    if key == "$or":
        if not isinstance(want, list) or len(want) <= 1:
            return "$or needs a list of two patterns or more"
        return next(filter(None, (_wrong_object(choice, "a choice of $or") for choice in want)), "")
    if isinstance(want, dict):
        return _wrong_object(want, key)
    if not isinstance(want, list) or not want:
        return f"{key} needs a list of one value or more, or an object"
    return next(filter(None, (_wrong_choice(key, choice) for choice in want)), "")


def _wrong_choice(key: str, choice: Any) -> str:
    """Say what is wrong with one entry of a list."""
    if isinstance(choice, list):
        return f"a list stands in the list of {key}"
    if not isinstance(choice, dict):
        return ""
    operator, operand = next(iter(choice.items()), ("", None))
    if len(choice) != 1 or operator not in FILTER_OPERATORS.value:
        return f"{', '.join(choice) or 'nothing'} under {key} is no operator"
    if FITS[operator](operand):
        return ""
    return f"{operator} under {key} needs {FILTER_OPERATORS.value[operator]}"


def _is_text(operand: Any) -> bool:
    return isinstance(operand, str)


def _is_exclusion(operand: Any) -> bool:
    if isinstance(operand, dict):
        texts = all(FITS.get(name) is _is_text and _is_text(text) for name, text in operand.items())
        return len(operand) == 1 and texts
    kinds = {type(choice) for choice in (operand if isinstance(operand, list) else [operand])}
    return kinds in ({str}, {Number})


def _is_range(operand: Any) -> bool:
    match operand:
        case [str(sign), Number()]:
            return sign in COMPARE
        case [">" | ">=", Number(low), "<" | "<=", Number(high)]:
            return float(low) < float(high)
    return False


FITS: dict[str, Callable[[Any], bool]] = {
    "prefix": _is_text,
    "suffix": _is_text,
    "equals-ignore-case": _is_text,
    "exists": lambda operand: isinstance(operand, bool),
    "anything-but": _is_exclusion,
    "numeric": _is_range,
}
