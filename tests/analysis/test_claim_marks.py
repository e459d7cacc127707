"""Placebo preferences against a simulation of the document, and what is said of claims before they are believed."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from standoff.analysis.claim_marks import overlap, placebo_chances, placebos, pulls
from standoff.analysis.claim_robustness import Examined, examination
from standoff.analysis.claims import ClaimContext, ClaimVerdict, outcome
from standoff.analysis.stability import solve
from standoff.casebook import load
from standoff.conflict.evidence import Quote
from standoff.formats import loads
from standoff.graph import Graph, build_graph

TWO = """
standoff: 1
title: Two who want opposite things
decision_makers:
  A: {{options: {{x: {{}}, y: {{}}}}, prefers: [B.x, not A.x, A.y]}}
  B: {{options: {{x: {{}}}}, prefers: [{{that: A.x, sure: doubtful, quote: {quoted}}}, not B.x]}}
define: {{both: A.x and B.x}}
sources: {{s: {{title: A source}}}}
status_quo: {{}}
claims:
  - {{id: c, says: It is so., {quote}test: {test}}}
"""


QUOTED = '{source: s, exact: "it would rather see them go at once"}'


def examined(test: str, draws: int = 40, quote: str = "") -> Examined:
    graph = build_graph(loads(TWO.format(test=test, quote=quote, quoted=QUOTED)))
    return examination(graph, draws=draws, flips=True, marks=True).claims[0]


@pytest.mark.parametrize(
    "test",
    [
        "{can_reach: {by: [[A, B]], goal: both}}",  # by moves alone
        "{cannot_reach: {by: A, goal: both}}",
        "{only_if: {who: A, makes: A.x, if: not A.x}}",  # who takes up x had it not
        "{holds: {at: both or not both, concept: GMR, who: A}}".replace("{holds: ", "{any: [{holds: ")[:-1]
        + "}, {not: {holds: {at: both or not both, concept: GMR, who: A}}}]}",
    ],
)
def test_what_is_true_by_construction_is_said_to_be(test: str) -> None:
    assert examined(test).by_construction, test


@pytest.mark.parametrize(
    "test",
    [
        "{holds: {concept: Nash}}",
        "{holds: {concept: SEQ, who: A}}",
        "{differ: {who: [A, B]}}",
        "{can_reach: {by: A, goal: A.x, improving: true}}",
        "{answers: {by: A, makes: A.x, who: B, with: B.x}}",
    ],
)
def test_what_depends_on_wants_is_not(test: str) -> None:
    assert not examined(test).by_construction, test


def test_a_row_of_moves_that_nobody_makes_at_random_is_not_impossible() -> None:
    """Each observed move an improvement: hardly ever at random, and so where all want to be elsewhere."""
    graph = build_graph(load("syria-2015"))
    (claim,) = (one for one in graph.conflict.claims if one.id == "aid-rose")
    found = placebo_chances(graph, [claim], [ClaimVerdict.FAILS])[0]
    assert found is not None
    assert found.always
    assert not found.whatever


VASK = """
standoff: 1
title: One whose wants no shuffle of its statements brings to the answer
decision_makers:
  N: {options: {blockade: {}}, prefers: [N.blockade]}
  V:
    options: {fleet: {levels: [port, patrol, warships]}, licence: {}, talk: {}}
    prefers:
      - V.fleet = port and not V.licence
      - V.fleet = patrol and V.licence
      - not V.talk
      - V.fleet = port
      - V.fleet = patrol and not V.talk
      - V.licence
status_quo: {}
claims: [{id: c, says: So., test: {answers: {by: N, makes: N.blockade, who: V, with: V.fleet = warships}}}]
"""


def test_what_somebody_with_one_wish_would_make_true_is_not_impossible() -> None:
    graph = build_graph(loads(VASK))
    assert not examination(graph, flips=True, marks=True).claims[0].by_construction
    head, _, tail = VASK.partition("    prefers:\n")
    wanting = loads(head + "    prefers: [V.fleet = warships]\n" + tail[tail.index("status_quo") :])
    only = outcome(ClaimContext(build_graph(wanting)), graph.conflict.claims[0].test).verdict
    assert {only, ClaimVerdict.FAILS} == {ClaimVerdict.HOLDS, ClaimVerdict.FAILS}


@pytest.mark.slow
def test_the_rate_is_that_of_a_simulation_of_the_document() -> None:
    """The same claims in conflicts whose documents were shuffled and negated word by word, judged by plain sets."""
    document: dict[str, Any] = {
        "standoff": 1,
        "title": "t",
        "decision_makers": {
            "A": {"options": {"x": {}, "y": {}}, "prefers": ["B.x", "not A.x", "A.y if B.x"]},
            "B": {"options": {"x": {}, "z": {}}, "weights": {"A.x": 3, "B.x": -1, "B.z": 1}},
        },
        "status_quo": {},
    }
    claim = {"holds": {"concept": "SEQ"}}
    text = {**document, "claims": [{"id": "c", "says": "So.", "test": claim}]}
    import json

    graph = build_graph(loads(json.dumps(text), ".json"))
    draws = 400
    verdict = outcome(ClaimContext(graph), graph.conflict.claims[0].test).verdict
    found = placebo_chances(graph, graph.conflict.claims, [verdict], draws)[0]
    assert found is not None
    rng, held = Random(5), 0
    for _ in range(draws):
        wants = [f"not ({one})" if rng.random() < 0.5 else one for one in document["decision_makers"]["A"]["prefers"]]
        rng.shuffle(wants)
        sizes = [3, 1, 1]
        rng.shuffle(sizes)
        weights = dict(zip(["A.x", "B.x", "B.z"], (size * rng.choice([1, -1]) for size in sizes), strict=True))
        a, b = document["decision_makers"].values()
        changed = {**document, "decision_makers": {"A": {**a, "prefers": wants}, "B": {**b, "weights": weights}}}
        analysis = solve(loads(json.dumps(changed), ".json"), ["SEQ"])
        held += bool(analysis.stable["SEQ"][:, analysis.graph.meaning.status_quo].all())
    assert abs(found.holds - held) < 4 * (draws / 4) ** 0.5 * 2**0.5, (found, held)


def test_placebos_keep_states_and_moves_and_draw_every_order() -> None:
    graph = build_graph(load("prisoners-dilemma"))
    drawn = list(placebos(graph, 200, seed=3))
    assert all(one.moves.targets(0, 0).tolist() == graph.moves.targets(0, 0).tolist() for one in drawn)
    assert len({one.ranks[0].tobytes() for one in drawn}) == orders_by_hand(graph)


def orders_by_hand(graph: Graph) -> int:
    """Every order of the statements of the first, each as it is or turned: how many rankings come of it."""
    from itertools import permutations, product

    import numpy as np

    preference = graph.conflict.decision_makers[0].preference
    assert preference is not None
    truths = [graph.meaning.where(statement.formula) for _, statement in preference.stated()]
    found = set()
    for order in permutations(range(len(truths))):
        for signs in product([False, True], repeat=len(truths)):
            keys = [tuple(bool(truths[k][s]) != signs[k] for k in order) for s in range(len(graph.states))]
            found.add(np.unique(keys, axis=0, return_inverse=True)[1].tobytes())
    return len(found)


def test_where_all_want_one_state_they_go_there() -> None:
    graph = build_graph(load("cuba-1962"))
    first = next(iter(pulls(graph, 1)))
    quo = graph.meaning.status_quo
    assert quo is not None
    assert all(first.order(i).argmax() == quo for i in graph.dms)
    assert not any(len(first.improvements(i, quo)) for i in first.dms)


def test_a_claim_that_says_its_judgements_back_is_found_out() -> None:
    quote = 'quote: {source: s, exact: "rather see them go at once, he said"}, '
    test = "{answers: {by: A, makes: A.x, who: B, with: not B.x}}"
    on = examined("{differ: {who: [A, B], over: [A.x]}}", quote=quote)
    assert [judgement.path[-1] for judgement in on.said_back] == [0]
    assert not examined(test, quote='quote: {source: s, exact: "something else entirely was said"}, ').said_back


@pytest.mark.parametrize(
    ("one", "other", "so"),
    [
        ("they would go", "THEY would, go!", True),
        ("a b c d e", "x a b c y", False),
        ("a b c d e", "x b c d e y", True),
        ("talks", "peace talks", True),
        ("a b c d", "d c b a", False),
    ],
)
def test_quotes_overlap_in_four_words_in_a_row(one: str, other: str, so: bool) -> None:
    assert overlap(Quote("s", one), Quote("s", other)) == so
    assert overlap(Quote("s", other), Quote("s", one)) == so


def test_the_same_sentence_is_tested_under_every_concept() -> None:
    found = examined("{holds: {concept: Nash}}")
    assert {each.value for each in found.otherwise} == {"GMR", "SMR", "SEQ", "SSEQ", "SIM"}
    for each in found.otherwise:
        assert each.verdict is examined(f"{{holds: {{concept: {each.value}}}}}").outcome.verdict
    assert {each.value for each in found.turned} == {
        each.value
        for each in found.otherwise
        if {each.verdict, found.outcome.verdict} == {ClaimVerdict.HOLDS, ClaimVerdict.FAILS}
    }


def test_no_share_is_told_where_no_draw_can_matter() -> None:
    assert examined("{holds: {concept: Nash, who: A}}").share is None
    share = examined("{differ: {who: [A, B], over: [A.x]}}").share
    assert share is not None
