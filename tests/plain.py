"""Rules of grammar, and of plain words, that can be stated of any sentence."""

from __future__ import annotations

import re

from standoff.concepts import CONCEPTS
from standoff.graph import Graph
from standoff.wording.words import plain_state_words

WRONG = ("  ", " .", " ,", "..", ", ,", "“”", "the the ", "()", "Standing", "( ", " )")
CONCEPT = re.compile(rf"\b({'|'.join(CONCEPTS)})\b")


def assert_plain(graph: Graph, text: str) -> None:
    """No doubled article, no number of a state without words where there are some, no concept but in brackets."""
    for wrong in WRONG:
        assert wrong not in text.replace("…", "x"), (wrong, text)
    assert not re.search(r"(?<=[^.:?] )None\b", text), text
    for name in re.findall(r"\bstate (\w+)", text):
        numbers = {str(one): s for s, one in enumerate(graph.states.names)}
        if name.isdecimal() and name in numbers:
            assert plain_state_words(graph, numbers[name]) == f"state {name}", text
            assert graph.states.levels(numbers[name]) is None, text
    outside = text
    while outside != (less := re.sub(r"\([^()]*\)", "", outside)):
        outside = less
    assert not CONCEPT.search(outside), text
