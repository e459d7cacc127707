"""The difference of two solved conflicts, against plain sets of levels and names."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import standoff
from checks import loaded
from standoff.analysis.difference import difference
from standoff.analysis.stability import Analysis, solve
from standoff.conflict.edits import apply, edits
from standoff.conflict.model import OrderedStatements
from standoff.errors import InvalidConflict
from standoff.formats import loads
from standoff.report.blocks import Paragraph, Table, inside, plain
from standoff.report.difference import LISTED
from standoff.report.difference import difference_section as section
from strategies.conflicts import random_conflict


def _pair(seed: int) -> tuple[Analysis, Analysis]:
    """A conflict and one that an edit makes of it (where one does), or two that have nothing to do with each other."""
    rng = Random(seed)
    conflict = loaded(random_conflict(rng, None, 24))
    before = solve(conflict)
    if rng.random() < 0.2:
        return before, solve(loaded(random_conflict(rng, None, 24)))
    possible = list(edits(conflict))
    for edit in rng.sample(possible, len(possible)):
        try:
            after = apply(conflict, edit)
            if rng.random() < 0.3:  # in another order: other numbers for the same states
                after = replace(after, decision_makers=after.decision_makers[::-1])
            return before, solve(after)
        except (InvalidConflict, ValueError):
            continue
    return before, before


def _identity(analysis: Analysis, s: int) -> Any:
    """What a state is, whatever its number: the set of its combinations, each a set of named levels; or its name."""
    states, options = analysis.graph.states, analysis.graph.meaning.vocabulary.options
    if not states.option_form:
        return states.names[s]
    return frozenset(
        frozenset((name, levels[k]) for (name, levels), k in zip(options.items(), one, strict=True))
        for one in map(states.combinations.levels, states.members(s))
    )


def _told(analysis: Analysis, states: Any) -> set[Any]:
    return {_identity(analysis, int(s)) for s in states}


def _alike(before: Analysis, after: Analysis) -> bool:
    """Whether both have the same options with the same levels (none in graph form)."""
    one, other = (
        {name: frozenset(levels) for name, levels in a.graph.meaning.vocabulary.options.items()}
        for a in (before, after)
    )
    return one == other and before.graph.states.option_form == after.graph.states.option_form


@given(st.integers(0, 10**9))
def test_the_difference_is_that_of_plain_sets(seed: int) -> None:
    before, after = _pair(seed)
    found = difference(before, after)
    one, other = (_told(a, range(len(a.graph.states))) for a in (before, after))
    both = one & other if _alike(before, after) else set()
    assert _told(before, np.flatnonzero(found.place >= 0)) == both
    assert _told(before, found.only_before.states) == one - both
    assert _told(after, found.only_after.states) == other - both
    for s in np.flatnonzero(found.place >= 0):
        assert _identity(before, int(s)) == _identity(after, int(found.place[s]))
    names = [[dm.name for dm in a.graph.conflict.decision_makers] for a in (before, after)]
    for stay in (*found.equilibria, *found.stays):
        masks = [a.stable[stay.concept] for a in (before, after)]
        rows = [
            mask.all(axis=0) if stay.who is None else mask[names[k].index(stay.who)] for k, mask in enumerate(masks)
        ]
        did, does = (_told(a, np.flatnonzero(row)) for a, row in zip((before, after), rows, strict=True))
        assert _told(after, stay.gained) == (does - did) & both
        assert _told(before, stay.lost) == (did - does) & both
        assert _told(after, stay.new) == does - both
        assert _told(before, stay.gone) == did - both
    assert {stay.concept for stay in found.equilibria} == set(before.stable) & set(after.stable)
    assert {stay.who for stay in found.stays} == (set(names[0]) & set(names[1]) if found.equilibria else set())


@given(st.integers(0, 10**9))
def test_seen_from_the_other_side_what_was_gained_is_lost(seed: int) -> None:
    before, after = _pair(seed)
    one, other = difference(before, after), difference(after, before)
    assert one.same_status_quo == other.same_status_quo
    assert one.only_before.options == other.only_after.options
    assert bool(one) == bool(other)
    assert one.concepts == sorted(other.concepts, key=one.concepts.index)
    mirrored = {(stay.concept, stay.who): stay for stay in (*other.equilibria, *other.stays)}
    for stay in (*one.equilibria, *one.stays):
        turned = mirrored[stay.concept, stay.who]
        # gained is numbered as after: which, seen from the other side, is the one before
        for mine, yours in (("gained", "lost"), ("lost", "gained"), ("new", "gone"), ("gone", "new")):
            assert getattr(stay, mine).tolist() == getattr(turned, yours).tolist()
    assert [one.rests(name) for name in one.concepts] == [other.rests(name)[::-1] for name in one.concepts]


@given(st.integers(0, 10**9))
def test_nothing_differs_from_itself(seed: int) -> None:
    before, _ = _pair(seed)
    found = difference(before, before)
    assert not found
    assert found.place.tolist() == list(range(len(before.graph.states)))
    assert "The answers are the same" in str(section(found))


TWO = """
standoff: 1
title: Two
decision_makers:
  A: {options: {x: {}}, prefers: [B.y, not A.x]}
  B: {options: {y: {}}, prefers: [A.x if B.y, B.y]}
status_quo: {}
"""


def test_a_state_has_the_same_levels_and_not_the_same_number() -> None:
    with_rule = TWO + "infeasible: [A.x and not B.y]\n"
    found = standoff.solve(loads(TWO)).difference(standoff.solve(loads(with_rule)))
    document = found.document()
    assert document["same_states"] == 3
    assert document["only_before"]["states"] == [2]
    assert document["only_after"]["states"] == []
    assert found.found.place.tolist() == [0, -1, 1, 2]
    assert document["status_quo"]["same"]
    assert "state 1 (NN)" in str(found)


def test_options_with_other_levels_leave_no_state_the_same_and_that_is_told() -> None:
    other = TWO.replace("y: {}", "y: {levels: [no, some, yes]}").replace("Two", "Three")
    found = standoff.solve(loads(TWO)).difference(standoff.solve(loads(other)))
    document = found.document()
    assert document["same_states"] == 0
    assert document["only_before"]["options"] == document["only_after"]["options"] == ["B.y"]
    assert not document["status_quo"]["same"]
    told = " ".join(str(found).split())
    assert "B.y" in told
    assert "no states are the same" in told


def test_levels_in_another_order_are_the_same_levels() -> None:
    other = TWO.replace("x: {}", "x: {levels: [yes, no]}").replace("A.x if", "A.x = yes if")
    other = other.replace("not A.x", "A.x = no").replace("status_quo: {}", "status_quo: {A.x: no}")
    found = difference(solve(loads(TWO)), solve(loads(other)))
    assert found.place.tolist() == [1, 0, 3, 2]
    assert found.same_status_quo
    assert not found


def test_a_conflict_of_options_and_a_graph_have_no_state_in_common() -> None:
    graph = """
standoff: 1
title: Graph
decision_makers: {A: {ranking: [1, 2]}, C: {ranking: [2, 1]}}
graph: {states: {1: one, 2: two}, moves: {A: {1: [2]}, C: {2: [1]}}}
"""
    found = standoff.solve(loads(TWO)).difference(standoff.solve(loads(graph)))
    document = found.document()
    assert (document["other_forms"], document["same_states"]) == (True, 0)
    assert document["only_before"]["decision_makers"] == ["B"]
    assert document["only_after"]["decision_makers"] == ["C"]
    assert "as a graph" in str(found)
    assert document["only_before"]["concepts"] == ["SIM"]


@pytest.mark.parametrize("everything", [True, False])
def test_long_lists_are_cut_and_that_is_told(everything: bool) -> None:
    options = ", ".join(f"o{k}: {{}}" for k in range(5))
    text = f"standoff: 1\ntitle: All the same\ndecision_makers:\n  A: {{options: {{{options}}}, prefers: [true]}}\n"
    conflict = loads(text + "infeasible: [A.o0]\n")
    loose = replace(conflict, infeasible=())
    found = difference(solve(conflict, ["GMR"]), solve(loose, ["GMR"]))
    (stay,) = found.equilibria
    assert len(stay.new) > LISTED
    blocks = list(inside(section(found, everything).blocks))
    cut = [block for block in blocks if isinstance(block, Paragraph) and block.look == "more"]
    longest = max(len(block.rows) for block in blocks if isinstance(block, Table) and block.heads[0] == ("State",))
    assert [plain(block.text) for block in cut] == ([] if everything else [f"… and {len(stay.new) - LISTED:,} more"])
    assert longest == (len(stay.new) if everything else LISTED)


def test_the_rows_of_a_difference_name_states_before_and_after() -> None:
    one = standoff.load("prisoners-dilemma")
    first, second = one.decision_makers
    assert isinstance(first.preference, OrderedStatements)
    kind = replace(first, preference=replace(first.preference, statements=first.preference.statements[:1]))
    found = standoff.solve(one).difference(standoff.solve(replace(one, decision_makers=(kind, second))))
    assert found.records()[0] == {"concept": "Nash", "who": None, "what": "gained", "before": 2, "after": 2}
    assert {row["what"] for row in found.records()} <= {"gained", "lost", "new", "gone"}
    assert "Equilibria gained" in str(found)
    assert "<table" in found._repr_html_()
    assert bool(found)
