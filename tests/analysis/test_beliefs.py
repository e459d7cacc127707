"""Draws of what is uncertain in views, and of claims that look at them."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import assert_near, chunks, examples, loaded
from oracles.claims import HOLDS, Claims
from oracles.draws import Simulation
from oracles.misperception import TooMany
from oracles.oracle import Oracle
from standoff.analysis.beliefs import Beliefs
from standoff.analysis.claim_robustness import Examined, examination, examine
from standoff.analysis.claims import ClaimContext, ClaimVerdict, outcome
from standoff.analysis.draws import Draws
from standoff.analysis.straying import Dispersion
from standoff.analysis.uncertainty import CHUNK, Interval, stress
from standoff.conflict.edits import settled
from standoff.conflict.evidence import Sure
from standoff.conflict.interpreter import Depth
from standoff.conflict.meaning import validate
from standoff.conflict.model import Conflict, Judgement, Weights
from standoff.documents.stress import document
from standoff.errors import render_path
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.wording.claims import assumptions
from strategies.conflicts import Drawn, random_conflict, unsure, viewed_conflicts, with_views

# A makes a threat of its own that B answers in kind. Seeing B as it is A is deterred; by its view it is not.
THREAT = """
standoff: 1
title: A threat
decision_makers:
  A: {options: {x: {}}, prefers: [not B.z, A.x]}
  B: {options: {z: {}}, prefers: [B.z iff A.x]}
status_quo: {}
views: {A: {B: VIEW}}
claims:
- {id: war, says: s, test: {accident: {to: A.x and B.z, slips: 0}}}
- {id: no, says: s, test: {not: {accident: {to: A.x and B.z, slips: 0}}}}
- {id: stays, says: s, test: {holds: {concept: SEQ, who: A}}}
"""
DRAWS = 900
SPREAD = Dispersion(0.3, 0.6, presence=0.6)


def threat(view: str) -> str:
    """The conflict with a view of B by A."""
    return THREAT.replace("VIEW", view)


def examined(text: str, draws: int = DRAWS, **options: Any) -> dict[str, Examined]:
    return {one.claim.id: one for one in examine(build_graph(loads(text)), draws=draws, **options)}


# How often


@pytest.mark.first(3)
@pytest.mark.parametrize("sure", ["likely", "doubtful"])
@pytest.mark.parametrize(
    "view",
    [
        "{as_in_truth_except: [{add: {that: not B.z, sure: SURE}, at: 1}]}",
        "{impossible: [{that: B.z, sure: SURE}]}",
        "{options: {z: {moves: backward, sure: SURE}}}",
    ],
)
def test_what_hangs_on_one_part_of_a_view_stands_as_often_as_that_is_held(view: str, sure: str) -> None:
    found = examined(threat(view.replace("SURE", sure)))
    held = 1 / (1 + {"likely": 0.2, "doubtful": 0.5}[sure])
    for name, share in {"war": held, "no": 1 - held}.items():
        assert_near(found[name].share or Interval(0, 1), Interval(round(share * 10**6), 10**6), (view, name))
    assert found["stays"].share is None


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("view", "held"),
    [
        (
            "{prefers: [{that: not B.z, sure: doubtful}, B.z iff A.x]}",
            1 / 3,
        ),  # in its place in 2 of 3, and held in 1 of 2
        ("{prefers: [{that: not B.z, sure: likely}, B.z iff A.x]}", 1 / 1.2),
        ("{prefers: [{that: not B.z, sure: doubtful}, {that: B.z iff A.x, sure: doubtful}]}", 2 / 3),
        ("{weights: {not B.z: {weight: 2, sure: likely}, B.z iff A.x: 1}}", 1 / 1.2),
        ("{ranking: {order: [1, 4, 2, 3], sure: likely}}", 0.0),
    ],
)
def test_a_preference_in_a_view_strays_as_ones_own_does(view: str, held: float) -> None:
    share = examined(threat(view))["war"].share
    assert share is not None
    if held:
        assert_near(share, Interval(round(held * 10**6), 10**6), view)
    else:  # in the written order it does not hold; in others it may
        assert 0 < share.count < DRAWS / 2


def test_views_follow_the_truth_that_is_drawn() -> None:
    """A takes it that B does not want what it wants first; in 1 of 2 draws it does not want it in truth either."""
    text = threat("{as_in_truth_except: [{drop: B.z iff A.x}]}")
    text = text.replace("[B.z iff A.x]", "[{that: B.z iff A.x, sure: doubtful}, 'true']")
    share = examined(text)["war"].share
    assert share is not None
    assert_near(share, Interval(500_000, 10**6), text)


@pytest.mark.slow
def test_milder_draws_are_milder_of_views_too() -> None:
    text = threat("{impossible: [{that: B.z, sure: doubtful}]}")
    (war, *_) = examination(build_graph(loads(text)), draws=2 * DRAWS, marks=True).claims
    assert war.milder is not None
    assert_near(war.milder, Interval(800_000, 10**6), "half of 0.5: 1 / 1.25")


# Against a simulation of the definition, in plain Python


def misread_conflicts(seed: int, count: int) -> list[Drawn]:
    """Small conflicts with uncertain judgements of every kind, of views too, and claims that hang on some."""
    rng, found = random.Random(seed), list[Drawn]()
    while len(found) < count:
        drawn = random_conflict(rng, rng.choice(["option", "option", "merged"]), combinations=8)
        if "status_quo" not in drawn.document:
            continue
        drawn = unsure(rng, with_views(rng, drawn, 1))
        states = Oracle(drawn.document, drawn.formulas).states
        tests = [{"accident": {"to": rng.sample(states, 1 + len(states) // 4), "slips": k}} for k in (0, 0, 0, 1, 1)]
        claims = [{"id": f"c{k}", "says": "s", "test": test} for k, test in enumerate(tests)]
        drawn = Drawn(drawn.document | {"claims": claims}, drawn.formulas)
        graph = build_graph(loaded(drawn))
        if Beliefs(graph.conflict, SPREAD).paths and any(
            0 < one.share.count < 16 for one in examine(graph, draws=16, dispersion=SPREAD) if one.share
        ):
            found.append(drawn)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("chunk", chunks(6))
def test_shares_of_claims_on_misreading_are_those_of_a_simulation(chunk: int) -> None:
    draws, judged = 250, 0
    for number, drawn in enumerate(misread_conflicts(40 + chunk, 6)):
        spread = {"certain": 0.0, "likely": SPREAD.likely, "doubtful": SPREAD.doubtful}
        simulation = Simulation(drawn.document, drawn.formulas, spread, SPREAD.presence)
        rng, counts, known = random.Random(number), Counter[int](), dict[str, list[int]]()
        tests = [claim["test"] for claim in drawn.document["claims"]]
        try:
            for _ in range(draws):
                believed = simulation.conflict(rng)
                text = repr(believed)
                if text not in known:
                    judge = Claims(believed, simulation.formulas)
                    known[text] = [k for k, test in enumerate(tests) if judge.verdict(test) == HOLDS]
                counts.update(known[text])
        except TooMany:
            continue
        for k, one in enumerate(examine(build_graph(loaded(drawn)), draws=2 * draws, seed=number, dispersion=SPREAD)):
            if one.share is not None:
                assert_near(one.share, Interval(counts[k], draws), (tests[k], drawn.document))
                judged += 0.1 < one.share.share < 0.9
    assert judged


# What stays


@given(viewed_conflicts(combinations=8), st.randoms(use_true_random=False), st.integers(0, 99))
@examples(40)
def test_the_truth_has_the_same_draws_whether_views_are_drawn_or_not(
    drawn: Drawn, rng: random.Random, seed: int
) -> None:
    graph = build_graph(loaded(unsure(rng, drawn)))
    alone, beside = (list(Draws(graph, SPREAD, ["Nash"], views).drawn(seed, 0, 5)) for views in (False, True))
    for (draw, one), (other_draw, other) in zip(alone, beside, strict=True):
        assert (draw.chosen, draw.orders, draw.strayed) == (other_draw.chosen, other_draw.orders, other_draw.strayed)
        assert np.array_equal(one.ranks, other.ranks)
        assert one.moves is other.moves or one.meaning.states.names == other.meaning.states.names
        assert replace(one.conflict, views=()) == replace(other.conflict, views=())
        assert one.conflict.views == graph.conflict.views


@given(viewed_conflicts(combinations=8), st.randoms(use_true_random=False), st.integers(0, 99))
@examples(40)
def test_what_is_certain_of_views_stays_and_what_is_drawn_is_a_conflict(
    drawn: Drawn, rng: random.Random, seed: int
) -> None:
    conflict = loaded(unsure(rng, drawn))
    beliefs, source = Beliefs(conflict, Dispersion(1, 1, presence=1)), np.random.default_rng(seed)
    assert all(one.evidence.sure is not Sure.CERTAIN for one in conflict.judgements() if one.path in beliefs.paths)
    written = {one.path: one.says for one in of_views(conflict)}
    certain = Counter(says for path, says in written.items() if path not in beliefs.paths)
    for _ in range(4):
        views, _ = beliefs.draw(source, build_graph(conflict).meaning)
        left = replace(conflict, views=views)
        assert not validate(settled(left), Depth.FORMULAS).problems
        assert certain <= Counter(one.says for one in of_views(left)) <= Counter(written.values())


def of_views(conflict: Conflict) -> list[Judgement]:
    """The judgements of views, but for weights, whose sizes are dealt anew."""
    return [one for one in conflict.judgements() if one.path[0] == "views" and one.path[-2] != "weights"]


def test_views_that_are_certain_are_as_they_are_written_in_every_draw() -> None:
    text = threat("{as_in_truth_except: [{add: {that: not B.z}, at: 1}]}").replace(
        "[not B.z, A.x]", "[not B.z, {that: A.x, sure: doubtful}]"
    )
    draws = Draws(loads(text), Dispersion(), ["Nash"])
    context = (ClaimContext(graph) for graph in draws.graphs(3, 0, CHUNK))
    war = loads(text).claims[0].test
    held = sum(outcome(one, war).verdict is ClaimVerdict.HOLDS for one in context)
    assert examined(text, CHUNK, seed=3)["war"].share == Interval(held, CHUNK)
    assert 0 < held < CHUNK


# Who pays, and what is told

BOTH = threat("{impossible: [{that: B.z, sure: doubtful}], prefers: [{that: not B.z, sure: likely}, B.z]}").replace(
    "[not B.z, A.x]", "[{that: not B.z, sure: likely}, A.x]"
)


@pytest.mark.slow
def test_claims_that_do_not_look_at_views_have_the_same_shares_whoever_else_is_tested() -> None:
    graph = build_graph(loads(BOTH))
    together = examine(graph, draws=150, seed=4)
    for claim, one in zip(graph.conflict.claims, together, strict=True):
        (alone,) = examine(graph, [claim], 150, 4)
        assert alone.share == one.share
    certain = examine(build_graph(loads(BOTH.replace("that: B.z, sure: doubtful", "that: B.z"))), draws=150, seed=4)
    assert certain[2].share == together[2].share


def test_views_are_drawn_only_where_a_claim_looks_at_them_and_that_is_told() -> None:
    graph = build_graph(loads(BOTH))
    war, _, stays = graph.conflict.claims
    looking, others = (examination(graph, [claim], draws=5) for claim in (war, stays))
    paths = [render_path(one.path) for one in looking.uncertain.drawn]
    assert paths == ["decision_makers.A.prefers[0]", "views.A.B.impossible[0]", "views.A.B.prefers[0]"]
    assert (looking.uncertain.aside, len(others.uncertain.aside)) == ((), 2)
    told, kept_apart = (" ".join(assumptions(one)) for one in (looking, others))
    assert "2 judgements of views are drawn too" in told
    assert "of the single parts of views all smallest changes together weigh 0.2 where it is likely" in told
    assert "no share looks at views, of which 2 judgements are not certain" in kept_apart
    assert "drawn too" not in kept_apart


def test_shares_of_the_truth_do_not_hang_on_how_sure_views_are() -> None:
    of_views = {key: document(stress(loads(text), 80)) for key, text in {1: BOTH, 2: certain_views(BOTH)}.items()}
    different = {key for key, told in of_views[1].items() if told != of_views[2].get(key)}
    assert different <= {"assumes", "model"}
    nothing = stress(loads(threat("{impossible: [{that: B.z, sure: doubtful}]}")), 5)
    assert (nothing.uncertain.drawn, len(nothing.uncertain.aside)) == ((), 1)


def certain_views(text: str) -> str:
    before, views = text.split("views:")
    return f"{before}views:{views.replace(', sure: doubtful', '').replace(', sure: likely', '')}"


def test_differences_that_leave_nothing_are_drawn_again() -> None:
    text = threat("{as_in_truth_except: [{add: {that: not B.z, sure: doubtful}, at: 1}, {drop: B.z iff A.x}]}")
    found = examination(build_graph(loads(text)), draws=200)
    assert found.claims[0].share == Interval(200, 200)
    assert_near(Interval(200, 200 + found.again), Interval(2 * 10**6, 3 * 10**6), "made again as often as it goes")


def test_weights_in_a_view_that_do_not_fit_are_drawn_again() -> None:
    """A and B.y cannot be told apart in one state: only where both weigh the same for B, as A sees it, do they not."""
    text = """
standoff: 1
title: Merged
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B: {options: {y: {}, z: {}}, prefers: [A.x]}
states:
  low: not (B.y or B.z) and not A.x
  mid: (B.y iff not B.z) and not A.x
  high: B.y and B.z and not A.x
  rest: A.x
status_quo: low
views: {A: {B: {weights: {B.y and not A.x: 2, B.z and not A.x: 2, A.x: {weight: 1, sure: likely}}}}}
claims: [{id: war, says: s, test: {accident: {to: [rest]}}}]
"""
    found = examination(build_graph(loads(text)), draws=200)
    assert found.again > 0
    for graph in Draws(loads(text), Dispersion(), ["Nash"], views=True).graphs(0, 0, 50):
        (view,) = graph.conflict.views
        assert isinstance(view.preference, Weights)
        sizes = {one.statement.formula.text: one.weight for one in view.preference.weights}
        assert sizes["B.y and not A.x"] == sizes["B.z and not A.x"]
