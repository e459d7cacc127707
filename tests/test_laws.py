"""Theorems of the field as properties."""

from __future__ import annotations

from hypothesis import given

from checks import loaded
from standoff.encoding import state_entries
from standoff.stability import Analysis, solve
from strategies import Drawn, conflicts, graph_conflicts, option_conflicts

IMPLIED = [("Nash", "GMR"), ("Nash", "SMR"), ("Nash", "SEQ"), ("Nash", "SSEQ"), ("SMR", "GMR"), ("SEQ", "GMR")]
IMPLIED += [("SSEQ", "SEQ"), ("SSEQ", "SMR")]


@given(conflicts())
def test_stronger_concepts_imply_weaker_ones(drawn: Drawn) -> None:
    stable = solve(loaded(drawn)).stable
    for strong, weak in IMPLIED:
        assert not (stable[strong] & ~stable[weak]).any(), (strong, weak)
    if "SIM" in stable:
        assert not (stable["Nash"] & ~stable["SIM"]).any()


@given(option_conflicts())
def test_being_brought_back_never_matters_in_option_form(drawn: Drawn) -> None:
    with_return, without = (solve(loaded(drawn), returning=returning).stable for returning in (True, False))
    assert all((with_return[name] == without[name]).all() for name in with_return)


@given(graph_conflicts())
def test_being_brought_back_can_only_help_and_never_under_symmetric_concepts(drawn: Drawn) -> None:
    with_return, without = (solve(loaded(drawn), returning=returning).stable for returning in (True, False))
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
