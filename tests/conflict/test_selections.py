"""States as people ask for them: by a number, a vector, what the file calls them, or a formula."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from click.shell_completion import ShellComplete
from hypothesis import given
from hypothesis import strategies as st

import standoff as so
from checks import examples, loaded, run, written
from standoff.analysis.inverse import InvertOptions, invert, invert_any
from standoff.cli.frame import main
from standoff.conflict.meaning import Meaning
from standoff.conflict.states import Selection
from standoff.errors import SeveralStates, StandoffError, UnknownName
from standoff.formats import loads, understood_content
from standoff.graph import build_graph
from strategies.conflicts import random_conflict

TALKS = """
standoff: 1
title: Talks
decision_makers:
  North: {options: {sign: {}, arm: {levels: [none, some, much]}}, prefers: [South.sign, arm = none]}
  South: {options: {sign: {}}, prefers: [North.sign, not South.sign]}
define: {quiet: North.arm = none}
names:
  deal: {that: North.sign and South.sign and quiet, title: the deal}
  half: {that: North.sign or South.sign, title: half a deal}
  impasse: {that: quiet, title: the impasse}
  never: {that: false}
infeasible: [North.sign and North.arm = much]
status_quo: {}
"""
GRAPH = """
standoff: 1
title: A graph
decision_makers: {A: {ranking: [far, near]}, B: {ranking: [near, far]}}
graph: {states: {near: At hand, far: Far away}, moves: {A: {near: [far]}, B: {far: [near]}}}
"""


@pytest.fixture
def talks(tmp_path: Path) -> str:
    return written(tmp_path, TALKS)


def meaning(text: str = TALKS) -> Meaning:
    return understood_content(text.encode(), "talks.yaml")


def told(*words: str) -> str:
    """What is said, or what is wrong, on one line."""
    result = run(*words)
    return " ".join((result.stdout or result.stderr).split())


def document(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


# One state


def test_a_state_may_be_given_by_a_formula_that_is_true_in_it_alone() -> None:
    known = meaning()
    for text in ("deal", " deal ", "North.sign and South.sign and North.arm = none", "Y0Y"):
        assert known.states.names[known.state(text)] == known.states.names[known.state("Y0Y")]


def test_what_the_file_calls_a_state_goes_before_where_else_it_is_true() -> None:
    known = meaning()
    assert known.place("impasse").sum() == 4
    assert known.state("impasse") == known.state("N0N")  # the other three are called a deal, or half of one


def test_of_several_states_it_is_told_how_many_there_are(talks: str) -> None:
    with pytest.raises(SeveralStates, match=r'^"South.sign" is true in 5 states \(\d+(, \d+){4}\): name one of them$'):
        meaning().state("South.sign")
    assert "ask for all with --where" in told("explain", talks, "quiet")
    assert "--where" not in told("paths", talks, "--from", "quiet")


def test_a_formula_that_is_true_nowhere_is_told_as_such() -> None:
    with pytest.raises(UnknownName, match="true in no feasible state"):
        meaning().state("never")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("impase", 'did you mean "impasse"?'),
        ("xyz", "states are numbered 1 to 10"),
        ("xyz", "a formula that is true in one state"),
        ("North.sgn", 'unknown option "North.sgn"; did you mean "North.sign"?'),
        ("quiet and", "the formula ends where"),
        ("sign", "ambiguous"),
        ("Y2Y", "not feasible"),
        ("77", "states are numbered 1 to 10"),
    ],
)
def test_what_is_no_state_is_told_with_what_is_near_and_what_is_taken(text: str, error: str, talks: str) -> None:
    for words in (["explain", talks, text], ["invert", talks, text], ["deals", talks, "--from", text]):
        assert error in told(*words)


def test_every_verb_takes_what_the_file_calls_a_state(talks: str) -> None:
    number = meaning().states.names[meaning().state("Y0Y")]
    for words in (["explain"], ["invert"], ["deals", "--from"], ["paths", "--from"], ["coalitions", "--state"]):
        verb, *flag = words
        assert run(verb, talks, *flag, "deal").stdout.replace("“deal”", "") == run(
            verb, talks, *flag, str(number)
        ).stdout.replace(f"“{number}”", "")


def test_in_graph_form_it_is_told_that_formulas_need_options(tmp_path: Path) -> None:
    path = written(tmp_path, GRAPH)
    for words in (["solve", path], ["states", path], ["deals", path, "--from", "near"], ["explain", path]):
        assert "needs options" in told(*words, "--where", "A.x or B.x")
    assert document("states", path, "--where", "far")["states"][0]["number"] == "far"
    assert 'did you mean "near"?' in told("explain", path, "neer")


# Several states


def test_an_answer_about_some_states_says_which_and_how_many(talks: str) -> None:
    for words in (["solve"], ["solve", "--concepts"], ["states"], ["explain"], ["deals"]):
        verb, *more = words
        assert "Only states where “not quiet”: 6 of 10." in told(verb, talks, *more, "--where", "not quiet")
        assert "In no feasible state is it so that “never”." in told(verb, talks, *more, "--where", "never")


def test_who_would_stay_is_told_of_the_states_asked_for_only(talks: str) -> None:
    whole, some = document("solve", talks), document("solve", talks, "--where", "North.sign")
    inside = [one["number"] for one in whole["states"] if one["options"]["North.sign"] == "yes"]
    assert [one["number"] for one in some["states"]] == inside
    for concept, states in whole["equilibria"].items():
        assert some["equilibria"][concept] == [s for s in states if s in inside]
        for who, stays in whole["stability"][concept].items():
            assert some["stability"][concept][who] == [s for s in stays if s in inside]
    assert (whole["where"], some["where"]) == (None, "North.sign")
    printed = told("solve", talks, "--where", "North.sign")
    assert "Where it stands" not in printed  # the status quo is none of them
    assert "Where it stands" in told("solve", talks, "--where", "quiet")


def test_a_solution_of_some_states_names_none_of_the_others() -> None:
    some, whole = (so.solve(loads(TALKS), where=where) for where in ("North.sign", None))
    inside = {row["state"] for row in some.records()}
    assert 0 < len(inside) < len(whole.records())
    assert some.equilibria("GMR") == [s for s in whole.equilibria("GMR") if s in inside] != whole.equilibria("GMR")
    assert some.stable("Nash", "North") == [s for s in whole.stable("Nash", "North") if s in inside]


def test_of_several_states_those_at_which_all_stay_most_firmly_are_explained_first(talks: str) -> None:
    everything = document("explain", talks, "--where", "true", "--most", "100")
    assert everything["found"] == len(everything["states"]) == 10
    order = [one["number"] for one in everything["states"]]
    quo = meaning().states.names[meaning().state("status_quo")]
    assert order[0] == quo
    first = document("explain", talks, "--where", "true", "--most", "2", "--who", "South")
    assert [one["number"] for one in first["states"]] == order[:2]
    assert {(one["state"], one["who"]) for one in first["verdicts"]} == {(s, "South") for s in order[:2]}
    assert "8 more states if --most says so" in told("explain", talks, "--where", "true", "--most", "2")
    alone = document("explain", talks, str(order[1]), "--who", "South")
    assert [one for one in first["explanations"] if one["state"] == order[1]] == alone["explanations"]


@pytest.mark.parametrize("more", [[], ["1", "--where", "quiet"]])
def test_one_state_or_a_formula_must_be_given_to_explain(more: list[str], talks: str) -> None:
    result = run("explain", talks, *more)
    assert result.exit_code == 2
    assert "name one state, or states by a formula with --where" in result.stderr


# The cheapest of several


@pytest.mark.parametrize("concept", ["Nash", "SEQ"])
@pytest.mark.parametrize("where", ["quiet", "not quiet", "North.sign", "true"])
def test_of_several_states_the_one_that_takes_least_is_found(where: str, concept: str) -> None:
    graph = build_graph(meaning())
    asked = graph.meaning.selection(where)
    least = min(invert(graph, InvertOptions(s, concept)).cost for s in asked.states)
    found = invert_any(graph, asked, concept)
    assert found.cheapest.cost == least
    assert found.cheapest.s in asked.states
    assert len(found.found) + found.settled == len(asked.states)
    whole = invert_any(graph, asked, concept, each=True)
    assert sorted(one.s for one in whole.found) == asked.states
    assert [one.cost for one in whole.found] == sorted(one.cost for one in whole.found)


@examples(30)
@given(st.integers(0, 2**32), st.sampled_from(["Nash", "GMR", "SMR"]))
def test_no_state_that_is_passed_over_would_take_less(seed: int, concept: str) -> None:
    rng = Random(seed)
    graph = build_graph(loaded(random_conflict(rng, combinations=12)))
    truth = np.array([rng.random() < 0.5 for _ in range(len(graph.states))])
    truth[rng.randrange(len(truth))] = True
    only = rng.choice([None, *graph.dms])
    asked = Selection("some", truth)
    found = invert_any(graph, asked, concept, only)
    assert found.cheapest.cost == min(invert(graph, InvertOptions(s, concept, only)).cost for s in asked.states)


def test_time_that_is_over_leaves_one_state_worked_out() -> None:
    graph = build_graph(meaning())
    found = invert_any(graph, graph.meaning.selection("true"), each=True, enough=lambda: True)
    assert len(found.found) == 1
    assert found.not_done == ("9 of 10 states were not looked at",)


def test_what_a_formula_would_take_is_told_of_the_state_that_takes_least(talks: str) -> None:
    found = document("invert", talks, "North.sign and South.sign", "--each")
    assert (found["asked"], found["found"], len(found["others"])) == ("North.sign and South.sign", 2, 1)
    assert found["distance"] <= found["others"][0]["distance"]
    printed = told("invert", talks, "North.sign and South.sign")
    assert f"Told is state {found['state']}," in printed
    assert "Only states where “North.sign and South.sign”: 2 of 10." in printed
    assert "Only states" not in told("invert", talks, "deal")
    with pytest.raises(StandoffError, match="true in no feasible state"):
        so.solve(loads(TALKS)).invert("never")


# Reports, and what a shell offers


def test_a_report_says_why_a_part_that_was_asked_for_is_not_there(tmp_path: Path) -> None:
    path = written(tmp_path, TALKS.replace("status_quo: {}\n", ""))
    for part in ("deals", "paths", "coalitions"):
        assert f"{part}**: the conflict has no status quo" in told("report", path, "--part", part, "--format", "md")
        assert "no status quo" in document("report", path, "--part", part)["left_out"][part]
    assert document("report", path, "--part", "claims")["left_out"] == {"claims": "there is nothing to look at"}


def test_a_shell_completes_what_states_are_called(talks: str) -> None:
    def offered(*words: str) -> list[str]:
        completion = ShellComplete(main, {}, "standoff", "_STANDOFF_COMPLETE")
        return [one.value for one in completion.get_completions(list(words[:-1]), words[-1])]

    assert offered("explain", talks, "")[:3] == ["status_quo", "deal", "half"]
    assert offered("invert", talks, "imp") == ["impasse"]
    assert offered("paths", talks, "--from", "ha") == ["half"]
    assert offered("solve", talks, "--where", "q") == ["quiet"]
    assert offered("deals", talks, "--where", "South.") == ["South.sign"]


def test_a_selection_knows_its_states() -> None:
    known = meaning().selection("quiet")
    assert known.states == np.flatnonzero(meaning().place("quiet")).tolist()
    assert known.asked == "quiet"


def test_what_the_file_calls_so_comes_before_a_vector() -> None:
    """``ny`` could be the vector NY, and is a definition here; a formula is never taken for a vector."""
    text = """
standoff: 1
title: Two
decision_makers:
  A: {options: {a: {}}, prefers: [a]}
  B: {options: {b: {}}, prefers: [b]}
define: {ny: a}
names: {yn: {that: a and b, title: both}}
status_quo: {}
"""
    meaning = build_graph(loads(text)).meaning
    assert meaning.selection("ny").states == meaning.selection("(ny)").states
    assert meaning.state("yn") == meaning.state("YY")
    assert meaning.state("NY") == meaning.state("not a and b")
