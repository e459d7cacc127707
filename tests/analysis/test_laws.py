"""Theorems of the field as properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import loaded
from oracles.oracle import Oracle
from standoff.analysis.stability import DEFINITIONS, Analysis, solve, standings, weakest
from standoff.concepts import CONCEPTS, Standing, deciding, strongest
from standoff.documents.states import state_entries
from strategies.conflicts import Drawn, conflicts, graph_conflicts, option_conflicts

IMPLIED = {("Nash", "GMR"), ("Nash", "SMR"), ("Nash", "SEQ"), ("Nash", "SSEQ"), ("Nash", "SIM"), ("SMR", "GMR")}
IMPLIED |= {("SEQ", "GMR"), ("SSEQ", "SEQ"), ("SSEQ", "SMR"), ("SSEQ", "GMR")}


def test_the_concepts_say_themselves_what_they_imply() -> None:
    assert {(strong, weak) for strong, concept in CONCEPTS.items() for weak in concept.implied} == IMPLIED
    assert strongest(CONCEPTS) == ["Nash"]
    assert strongest(["GMR", "SMR", "SIM"]) == ["SMR", "SIM"]


@given(conflicts(), st.booleans())
def test_stronger_concepts_imply_weaker_ones(drawn: Drawn, may_return: bool) -> None:
    stable = solve(loaded(drawn), may_return=may_return).stable
    for strong, weak in IMPLIED:
        if {strong, weak} <= stable.keys():
            assert not (stable[strong] & ~stable[weak]).any(), (strong, weak)


def test_every_concept_has_a_definition_and_every_definition_a_concept() -> None:
    assert list(DEFINITIONS) == list(CONCEPTS)


# Four ways to stand still


@given(conflicts(), st.booleans())
def test_one_stands_as_firmly_as_the_firmest_concept_says(drawn: Drawn, may_return: bool) -> None:
    analysis = solve(loaded(drawn), may_return=may_return)
    stable, found = analysis.stable, standings(analysis)
    assert found.shape == analysis.graph.ranks.shape
    assert ((found == Standing.AT_REST) == stable["Nash"]).all()
    assert ((found == Standing.DETERRED) == stable["SEQ"] & ~stable["Nash"]).all()
    assert ((found == Standing.DETERRED_AT_COST) == stable["GMR"] & ~stable["SEQ"]).all()
    assert ((found == Standing.WILL_MOVE) == ~stable["GMR"]).all()
    assert (found[stable["SSEQ"]] >= Standing.DETERRED).all()
    assert (found[stable["SMR"]] >= Standing.DETERRED_AT_COST).all()


@given(conflicts())
def test_a_state_stands_as_firmly_as_its_weakest_decision_maker(drawn: Drawn) -> None:
    analysis = solve(loaded(drawn))
    by_state = weakest(standings(analysis))
    for step, name in ((Standing.AT_REST, "Nash"), (Standing.DETERRED, "SEQ"), (Standing.DETERRED_AT_COST, "GMR")):
        assert np.flatnonzero(by_state >= step).tolist() == analysis.equilibria(name)


@given(conflicts(), st.sampled_from([["GMR"], ["Nash"], ["SSEQ", "SMR"]]))
def test_how_one_stands_does_not_depend_on_the_concepts_that_were_asked_for(drawn: Drawn, names: list[str]) -> None:
    conflict = loaded(drawn)
    assert (standings(solve(conflict, names)) == standings(solve(conflict))).all()


@given(conflicts(combinations=16))
def test_how_one_stands_is_what_the_oracle_says(drawn: Drawn) -> None:
    analysis, oracle = solve(loaded(drawn)), Oracle(drawn.document, drawn.formulas)
    names, found = analysis.graph.states.names, standings(analysis)
    for i, dm in enumerate(oracle.dms):
        sets = [oracle.stable(concept, dm) for concept in ("GMR", "SEQ", "Nash")]
        assert [sum(name in one for one in sets) for name in names] == found[i].tolist()


def test_standings_go_from_what_will_move_to_what_is_at_rest_and_have_words() -> None:
    words = ["will move", "deterred by costly threats only", "deterred", "at rest"]
    assert [standing.words for standing in sorted(Standing)] == words
    assert all(standing.meaning.endswith(".") for standing in Standing)
    assert [deciding(standing).name for standing in sorted(Standing)[1:]] == ["GMR", "SEQ", "Nash"]
    with pytest.raises(KeyError):
        deciding(Standing.WILL_MOVE)


# Being brought back


@given(option_conflicts())
def test_being_brought_back_never_matters_in_option_form(drawn: Drawn) -> None:
    with_return, without = (solve(loaded(drawn), may_return=may_return).stable for may_return in (True, False))
    assert all((with_return[name] == without[name]).all() for name in with_return)


@given(graph_conflicts())
def test_being_brought_back_can_only_help_and_never_under_symmetric_concepts(drawn: Drawn) -> None:
    with_return, without = (solve(loaded(drawn), may_return=may_return).stable for may_return in (True, False))
    assert all((with_return[name] >= without[name]).all() for name in with_return)
    assert all((with_return[name] == without[name]).all() for name in ("Nash", "SMR", "SSEQ"))


@given(conflicts())
def test_best_states_are_stable_under_every_concept(drawn: Drawn) -> None:
    analysis = solve(loaded(drawn))
    for i in analysis.graph.dms:
        best = analysis.graph.ranks[i] == analysis.graph.ranks[i].max()
        assert all(stable[i][best].all() for stable in analysis.stable.values())


def states_by_options(analysis: Analysis, concept: str) -> set[frozenset[tuple[str, str]]]:
    entries = state_entries(analysis.graph, analysis.equilibria(concept))
    return {frozenset((entry["options"] or {}).items()) for entry in entries}


@given(option_conflicts(combinations=32))
def test_the_order_of_decision_makers_does_not_matter(drawn: Drawn) -> None:
    document = {key: value for key, value in drawn.document.items() if key not in ("states", "status_quo")}
    parties = document["decision_makers"]
    for party in parties.values():  # rankings go by numbers, and numbers by the order of the options
        if party.pop("ranking", None):
            party["prefers"] = [f"{name}.{option}" for name in parties for option in parties[name]["options"]]
    reordered = {**document, "decision_makers": dict(reversed(parties.items()))}
    one, other = (solve(loaded(Drawn(each, drawn.formulas))) for each in (document, reordered))
    assert all(states_by_options(one, name) == states_by_options(other, name) for name in one.stable)
