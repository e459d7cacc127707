"""Draws of what is uncertain in views, and of claims that look at them."""

from __future__ import annotations

import random
from collections import Counter
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.test_claims import Claimant, random_claims
from analysis.test_uncertainty import SPREAD, assert_near, simulated
from checks import chunks, examples, loaded, sized
from oracles.claims import HOLDS, Claims
from oracles.misperception import TooMany
from standoff.analysis.beliefs import Beliefs
from standoff.analysis.claim_robustness import Examined, examination, examine
from standoff.analysis.draws import Draws, uncertain_judgements
from standoff.analysis.straying import Dispersion
from standoff.analysis.uncertainty import CHUNK, Interval, stress
from standoff.conflict.edits import settled
from standoff.conflict.evidence import Sure
from standoff.conflict.meaning import Depth, validate
from standoff.conflict.model import View
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
DRAWS = 1500


def threat(view: str) -> str:
    """The conflict with a view of B by A."""
    return THREAT.replace("VIEW", view)


def examined(text: str, draws: int = DRAWS, **options: Any) -> dict[str, Examined]:
    return {one.claim.id: one for one in examine(build_graph(loads(text)), draws=draws, **options)}


# How often


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


def test_milder_draws_are_milder_of_views_too() -> None:
    text = threat("{impossible: [{that: B.z, sure: doubtful}]}")
    (war, *_) = examination(build_graph(loads(text)), draws=5 * DRAWS, marks=True).claims
    assert war.milder is not None
    assert_near(war.milder, Interval(800_000, 10**6), "half of 0.5: 1 / 1.25")


# Against a simulation of the definition, in plain Python


def misread_conflicts(seed: int, count: int) -> list[Drawn]:
    """Small conflicts with uncertain judgements of every kind, of views too, and claims of accidents."""
    rng, found = random.Random(seed), list[Drawn]()
    while len(found) < count:
        drawn = random_conflict(rng, rng.choice(["option", "option", "merged"]), combinations=8)
        if "status_quo" not in drawn.document:
            continue
        drawn = unsure(rng, with_views(rng, drawn, 1))
        claimant = Claimant(rng, drawn)
        tests = [{"accident": {"to": claimant.place(), "slips": k}} for k in (0, 0, 0, 1, 1)]
        drawn = claimant.claims(tests)
        graph = build_graph(loaded(drawn))
        if uncertain_judgements(graph.meaning, views=True).drawn and len(Beliefs(graph.conflict, SPREAD).paths) > 1:
            found.append(drawn)
    return found


@pytest.mark.parametrize("chunk", chunks(6))
def test_shares_of_claims_on_misreading_are_those_of_a_simulation(chunk: int) -> None:
    draws, between = 400, 0
    for number, drawn in enumerate(misread_conflicts(40 + chunk, sized(6, 12))):
        simulation, rng, counts, known = simulated(drawn), random.Random(number), Counter[int](), dict[str, list[int]]()
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
        for k, one in enumerate(examine(build_graph(loaded(drawn)), draws=3 * draws, seed=number, dispersion=SPREAD)):
            if one.share is not None:
                assert_near(one.share, Interval(counts[k], draws), (tests[k], drawn.document))
                between += 0.1 < one.share.share < 0.9
    assert between
