from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import SMALL, graph_of, loaded
from standoff import casebook
from standoff.analysis.stability import NotDefined, sanction, solve, verdict
from standoff.concepts import CONCEPTS
from standoff.graph import Graph, Move, build_graph
from standoff.wording.explain import reasons, standing_headline, verdicts
from standoff.wording.words import evidence_words, formula_words, ground, level_words, move_words, state_words
from strategies.conflicts import Drawn, conflicts

TITLED = """
standoff: 1
title: Titled
sources:
  paper: {title: A report, grade: B2, via: letter}
  letter: {title: A letter}
define: {calm: {that: not North.act, title: all is calm}}
decision_makers:
  North:
    title: the northern side
    options:
      act: {title: March on the river}
      tone: {levels: {low: speak softly, high: threaten war}}
    prefers:
      - that: not South.block
        title: an open road
        why: trade depends on it
        kind: reported
        sure: likely
        quote: {source: paper, exact: the road}
      - North.act and not calm
  South:
    options: {block: {title: Block the road}, stance: {levels: [idle, ready, armed]}}
    prefers: [South.block iff North.act]
status_quo: {North.tone: low}
"""


def lines(graph: Graph, i: int, s: int) -> str:
    found = verdicts(graph, list(solve(graph.conflict).stable), i, s)
    return "\n".join([standing_headline(graph, found), *(line.text for line in reasons(graph, found))])


def test_titles_stand_for_names() -> None:
    graph = graph_of(TITLED)
    north, south = graph.conflict.decision_makers
    assert level_words(north.options[0], 0) == "not march on the river"
    assert level_words(north.options[1], 1) == "threaten war"
    assert level_words(south.options[1], 2) == "armed"
    assert state_words(graph, 0)[0] == ("the northern side", ["not march on the river", "speak softly"])
    assert move_words(graph, Move(0, 0, 3)) == "march on the river and threaten war"
    assert move_words(graph, Move(0, 1, 0)) == "cease to march on the river"
    statements = north.preference.statements  # type: ignore[union-attr]
    assert formula_words(graph, statements[1]) == "the northern side: march on the river and not (all is calm)"


def test_a_preference_rests_on_the_first_statement_that_differs() -> None:
    graph = graph_of(TITLED)
    found = ground(graph, 0, 1, 0)
    assert found is not None
    assert found.path == "decision_makers.North.prefers[1]"
    assert ground(graph, 0, 0, 1) is None
    better = ground(graph, 0, 0, graph.meaning.state("NNY0"))
    assert better is not None
    assert (better.says, better.path) == ("an open road", "decision_makers.North.prefers[0]")
    assert evidence_words(graph, better.evidence) == "reported, likely: “the road” (A report, via A letter, B2)"


def test_an_escape_and_an_answer_become_sentences() -> None:
    text = lines(graph_of(TITLED), 0, 0)
    assert text.startswith("The northern side is deterred (SEQ and SSEQ).")
    assert "It could march on the river, and would get “the northern side: march on the river" in text
    assert "But then South would gladly block the road" in text
    assert (
        "and the northern side would lose “an open road” and could not come out ahead by a further move (SEQ and SSEQ)."
        in text
    )


def test_what_holds_a_decision_maker_is_told_move_by_move() -> None:
    text = lines(build_graph(casebook.load("elmira")), 1, 4)
    assert "Uniroyal Chemical is at rest (Nash)." in text
    assert "No move of its own brings it anything better." in text
    worse = "it would be worse off (place 7 of 9 in its ranking, not place 4)."
    assert f"If it chose to accept the order, {worse}" in text


def test_no_sentence_shows_a_number_inside() -> None:
    graph = build_graph(casebook.load("syria-2015"))
    for i in graph.dms:
        text = lines(graph, i, graph.meaning.state("status_quo"))
        assert not any(name in text for name in ("US.aid", "role", "decision maker 1", "state 1"))


@given(conflicts(combinations=32), st.data())
def test_every_state_of_every_conflict_can_be_explained(drawn: Drawn, data: st.DataObject) -> None:
    graph = build_graph(loaded(drawn))
    s = data.draw(st.integers(0, len(graph.states) - 1))
    for i in graph.dms:
        assert lines(graph, i, s)


def test_sim_is_refused_where_it_is_not_defined() -> None:
    graph = build_graph(casebook.load("elmira"))
    with pytest.raises(NotDefined):
        verdict(graph, "SIM", 0, 0)
    assert "SIM" in solve(casebook.load("elmira")).left_out


@pytest.mark.parametrize("name", CONCEPTS)
def test_no_answer_is_looked_for_under_nash_alone(name: str) -> None:
    graph = build_graph(casebook.load("prisoners-dilemma"))
    both = graph.meaning.state("YY")
    found = sanction(graph, name, 0, both, int(graph.improvements(0, both)[0]))
    assert (found is None) == (name == "Nash")


def test_states_are_found_by_name_vector_and_status_quo() -> None:
    meaning = graph_of(SMALL).meaning
    assert meaning.status_quo == meaning.state("status_quo") == meaning.state("Y0N") == meaning.state("2") == 1


def test_the_escape_is_told_even_where_it_is_not_among_the_best_moves() -> None:
    graph = graph_of(
        "standoff: 1\ntitle: t\ndecision_makers:\n"
        "  A: {options: {x: {levels: [stay, w, v, u, t]}}, ranking: [2, 3, 4, 5, 1, 7, 8, 9, 6, 10]}\n"
        "  B: {options: {y: {}}, ranking: [7, 2, 8, 3, 9, 4, 1, 6, 5, 10]}\n"
    )
    for found in verdicts(graph, list(CONCEPTS), 0, 0):
        if found.witness.escape is not None:
            assert move_words(graph, Move(0, 0, found.witness.escape)) in lines(graph, 0, 0)


def test_the_weight_named_speaks_for_the_preference() -> None:
    graph = graph_of(
        "standoff: 1\ntitle: t\ndecision_makers:\n  C: {options: {c: {}, d: {}}, weights: {c: -4, d: 3, d or c: 3}}\n"
    )
    found = ground(graph, 0, graph.meaning.state("YY"), graph.meaning.state("NN"))
    assert found is not None
    assert found.says.endswith("C: d")


def test_a_move_between_merged_states_is_told_in_permitted_steps() -> None:
    graph = graph_of(
        "standoff: 1\ntitle: t\ndecision_makers:\n"
        "  A: {options: {p: {title: Press, moves: forward}, q: {title: Quit}, r: {title: Run}}, prefers: [goal]}\n"
        "define: {goal: (not p and q and not r) or (p and q and r)}\n"
        "states: {one: not q and p and not r, oner: not q and p and r, oneb: not q and not p, two: goal,"
        " rest: q and not goal}\n"
    )
    start, end = (graph.meaning.state(name) for name in ("one", "two"))
    assert move_words(graph, Move(0, start, end)) == "quit and run"


def test_vectors_name_states_also_where_some_are_merged() -> None:
    meaning = build_graph(casebook.load("elmira")).meaning
    assert meaning.state("N0N") == meaning.state("1")
    assert meaning.state("y2n") == meaning.state("9")
