"""The pattern language agrees with an independent implementation of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdalab.engine.patterns import matches
from lambdalab.sources.filters import problem

models = pytest.importorskip("moto.events.models", reason="moto is a part of the dev extra")

KEYS = st.sampled_from(["a", "b"])
TEXTS = st.sampled_from(["", "a", "ab", "A", "ba"])
# moto compares numbers by value, so here each is written in one way only
NUMBERS = st.integers(-2, 3)
SCALARS = st.one_of(TEXTS, st.sampled_from([5, 7]), st.none(), NUMBERS)
SIGNS = st.sampled_from(["=", "<", "<=", ">", ">="])
SOME_TEXTS = st.lists(TEXTS, min_size=1, max_size=2)
OPERATIONS = st.one_of(
    st.builds(lambda x: {"prefix": x}, TEXTS),
    st.builds(lambda x: {"suffix": x}, TEXTS),
    st.builds(lambda x: {"equals-ignore-case": x}, TEXTS),
    st.builds(lambda x: {"exists": x}, st.booleans()),
    st.builds(lambda x: {"anything-but": x}, st.one_of(TEXTS, SOME_TEXTS)),
    st.builds(lambda x: {"anything-but": {"prefix": x}}, TEXTS),
    st.builds(lambda x, n: {"numeric": [x, n]}, SIGNS, NUMBERS),
    st.builds(lambda n: {"numeric": [">", n, "<=", n + 1]}, NUMBERS),
)
LEAVES = st.lists(st.one_of(SCALARS, OPERATIONS), min_size=1, max_size=2)
FLAT = st.dictionaries(KEYS, LEAVES, min_size=1)
NESTED = st.dictionaries(KEYS, st.one_of(LEAVES, FLAT), min_size=1)
PATTERNS = st.one_of(
    NESTED,
    st.builds(lambda x, y, z: {"$or": [x, y], **z}, FLAT, NESTED, st.just({}) | FLAT),
)
VALUES = st.one_of(SCALARS, st.lists(SCALARS, min_size=1, max_size=2))
EVENTS = st.dictionaries(KEYS, st.one_of(VALUES, st.dictionaries(KEYS, VALUES, min_size=1)))


@given(pattern=PATTERNS, event=EVENTS)
def test_the_language_agrees_with_moto(pattern: dict[str, Any], event: dict[str, Any]) -> None:
    assert problem(pattern) == ""
    theirs = models.EventPattern(json.dumps(pattern), pattern).matches_event(event)
    assert matches(pattern, event) == theirs
