"""The sentence of every verdict on a claim has its verbs."""

from __future__ import annotations

import random
import re

import pytest

from analysis.test_claims import random_claims
from checks import SMALL, graph_of, loaded
from standoff import casebook
from standoff.analysis.claims import ClaimContext, outcome
from standoff.conflict.model import Conflict
from standoff.graph import build_graph
from standoff.wording.claim_sentences import sentence

VERBLESS = re.compile(r"\b(?:where|so that) (?!… is true|one is not|it is so|it is not)")


def told(conflict: Conflict) -> list[str]:
    """The sentences of all claims, without what is quoted."""
    graph = build_graph(conflict)
    context = ClaimContext(graph)
    return [unquoted(sentence(graph, outcome(context, claim.test).witness)) for claim in conflict.claims]


def unquoted(text: str) -> str:
    before = ""
    while text != before:
        text, before = re.sub(r"“[^“”]*”", "…", text), text
    return text


def assert_has_verbs(conflict: Conflict) -> int:
    sentences = told(conflict)
    for text in sentences:
        assert not VERBLESS.search(text), text
        assert not re.search(r"\b(all|each of|of) 1 \b|\bin 1 states\b|it is not so that it is", text), text
    return sum("where" in text for text in sentences)


@pytest.mark.parametrize("name", [name for name in casebook.names() if casebook.load(name).claims])
def test_claims_of_a_case_are_told_with_their_verbs(name: str) -> None:
    assert_has_verbs(casebook.load(name))


def test_random_claims_are_told_with_their_verbs() -> None:
    met = sum(assert_has_verbs(loaded(random_claims(random.Random(seed), combinations=8))) for seed in range(40))
    assert met > 10


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("{can_reach: {by: A, goal: far}}", "to a state where “a deal” is true"),
        ("{only_if: {who: A, makes: A.y = mid, if: far}}", "“a deal” is not true there"),
        ("{can_reach: {by: A, goal: A.y = mid}}", "to a state where “A: mid” is true"),
        ("{holds: {at: B.x and not A.x, concept: GMR}}", "where “B: x and A: not x” is true,"),
        ("{holds: {at: A.x and B.x, concept: GMR}}", "There is no state where “A: x and B: x” is true."),
    ],
)
def test_a_formula_that_is_no_clause_is_quoted_and_said_to_be_true(test: str, words: str) -> None:
    deal = "define: {far: {that: A.y = mid, title: a deal}}"
    graph = graph_of(f"{SMALL}{deal}\nclaims: [{{id: a, says: b, test: {test}}}]\n")
    (claim,) = graph.conflict.claims
    assert words in sentence(graph, outcome(ClaimContext(graph), claim.test).witness)
