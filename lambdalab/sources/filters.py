"""What a learner gives as the filter of a wire, or as the pattern of a rule."""

from __future__ import annotations

import json
from typing import Any

from ..engine.patterns import problem
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
