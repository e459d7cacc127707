"""The verbs that say what could happen and what would move it, as a user runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checks import ROOT, SMALL, run, slow_but, written
from standoff import casebook, formats
from standoff.analysis.stability import solve
from standoff.documents import schema

CASES = casebook.names()
GRAPH = """
standoff: 1
title: A chase
decision_makers: {A: {ranking: [a, b, c]}, B: {ranking: [[b, c], a]}}
graph: {states: {a: one, b: two, c: three}, moves: {A: {b: [a], c: [a]}, B: {a: [b, c]}}}
status_quo: b
"""
FIRST = {"coalitions": ["--state"], "paths": ["--from"], "invert": []}  # what stands before a state


def asked(verb: str, model: str) -> list[str]:
    """The words of a command on a model, at its first state."""
    conflict = casebook.open_model(model)
    first = str(solve(conflict, ["Nash"]).graph.states.names[0])
    return [verb, model, *([*FIRST[verb], first] if verb in FIRST else [])]


def document(verb: str, *words: str) -> Any:
    result = run(verb, *words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema(verb)).validate(found)
    return found


@pytest.mark.parametrize("verb", FIRST)
@pytest.mark.parametrize("name", slow_but([*CASES, "graph", "small"], "elmira", "cuba-1962", "graph", "small"))
def test_every_verb_answers_on_every_case(verb: str, name: str, tmp_path: Path) -> None:
    model = name if name in CASES else written(tmp_path, {"graph": GRAPH, "small": SMALL}[name])
    words = asked(verb, model)
    title = casebook.open_model(model).title
    for more in ([], ["--all"]):
        result = run(*words, *more)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(title)
    document(*words)


def test_only_the_ministry_and_the_company_together_leave_state_5_of_elmira() -> None:
    found = document("coalitions", "elmira", "--state", "5")["coalitions"]
    assert [(one["group"], one["to"]) for one in found] == [(["MoE", "Uniroyal"], 8)]
    assert found[0]["moves"] == [{"by": "Uniroyal", "from": 5, "to": 7}, {"by": "MoE", "from": 7, "to": 8}]
    assert found[0]["gains"]["MoE"]["judgement"] == "decision_makers.MoE.ranking"


def test_published_departures_are_compared(tmp_path: Path) -> None:
    text = casebook.path("elmira").read_text(encoding="utf-8").replace("from: 5, to: [8]", "from: 5, to: [7]")
    result = run("coalitions", written(tmp_path, text))
    assert result.exit_code == 1
    assert "Not reproduced: from 5 coalitions of MoE and Uniroyal" in result.stdout


def test_groups_may_be_asked_for_by_name() -> None:
    found = document("coalitions", "syria-2015", "--group", "Russia, Iran", "--state", "status_quo")
    assert {tuple(one["group"]) for one in found["stability"]} == {("Russia", "Iran")}
    assert found["coalitions"] == []
    assert found["partings"][0]["first_only"] == []


def test_allies_part_at_the_states_asked_for() -> None:
    at_quo = document("coalitions", "elmira")["partings"]
    assert {one["state"] for one in at_quo} == {1}
    found = document("coalitions", "elmira", "--state", "5", "--state", "8")["partings"]
    assert [one["state"] for one in found] == [5] * 3 + [8] * 3
    ministry_and_company = found[0]
    assert (ministry_and_company["both"], ministry_and_company["first_only"]) == ([8], [7])
    text = run("coalitions", "elmira", "--state", "5").stdout
    assert "each two can reach together from “the deadlock” (5)" in " ".join(text.split())
    assert re.search(r"Uniroyal +\+0\.11 +1 +1 +0\n", text)  # both prefer one of these states, only the first another


def test_a_case_without_a_status_quo_parts_where_it_is_asked(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL.replace("status_quo: {A.x: yes}\n", ""))
    assert document("coalitions", path)["partings"] == []
    assert [one["state"] for one in document("coalitions", path, "--state", "3")["partings"]] == [3]


def test_concepts_of_groups_have_their_names_in_the_definitions() -> None:
    page = (ROOT / "docs" / "definitions.md").read_text(encoding="utf-8")
    found = document("coalitions", "elmira", "--state", "5")
    names = {one["concept"]: one["name"] for one in found["concepts"]}
    assert names == {"Nash": "CNash", "GMR": "CGMR", "SMR": "CSMR", "SEQ": "CSEQ"}
    assert all(f"\n| {name}" in page for name in names.values())
    assert all(one["means"] for one in found["concepts"])
    assert list(found["equilibria"]) == list(names)
    assert all(one["name"] == names[one["concept"]] for one in found["stability"])


def test_paths_tell_ways_needs_history_and_ends() -> None:
    found = document("paths", "syria-2015", "--to", "war_over")
    assert [one["moves"][0]["by"] for one in found["paths"]] == ["US"]
    assert [need["able"] for need in found["needs"]] == [[], [["US"], ["Assad", "Opposition"]]]
    assert sum(end["probability"] for end in found["chain"]["ends"]) == pytest.approx(1)
    assert len(found["history"]) == 5
    assert set(found["improvement_reachable"]) <= set(found["reachable"])


def test_paths_may_be_limited_to_a_group_and_weighed() -> None:
    found = document("paths", "syria-2015", "--by", "Iran,Russia", "--weights", "US=0", "--choice", "best")
    assert found["improvement_reachable"] == found["chain"]["ends"][0]["states"]
    assert "drawn by weight" in found["chain"]["assumes"][0]


@pytest.mark.first(1)
@pytest.mark.parametrize("concept", ["Nash", "SMR", "SEQ"])
def test_a_change_that_is_saved_makes_the_state_an_equilibrium(concept: str, tmp_path: Path) -> None:
    file = tmp_path / "after.yaml"
    found = document("invert", "syria-2015", "265", "--concept", concept, "--save", str(file))
    assert found["distance"] >= found["bound"]
    analysis = solve(formats.load(file), [concept])
    assert analysis.graph.states.position[265] in analysis.equilibria(concept)
    assert run("invert", "elmira", "1", "--save", str(file)).exit_code == 2  # it exists


@pytest.mark.slow
def test_shares_are_shown_as_tables() -> None:
    result = run("stress", "syria-2015", "--draws", "20", "--concept", "Nash,SEQ", "--workers", "1")
    assert result.exit_code == 0
    assert "Everybody" in result.stdout
    assert "This assumes" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["coalitions", "elmira", "--group", "MoE,LGG"], 'unknown decision maker "LGG"; did you mean "LG"?'),
        (["coalitions", "elmira", "--state", "77"], 'unknown state "77"'),
        (["paths", "elmira", "--to", "MoE.modfy"], 'unknown option "MoE.modfy"; did you mean "MoE.modify"?'),
        (["paths", "elmira", "--to", "not ("], "formula ends"),
        (["paths", "elmira", "--from", "nowhere"], 'unknown state "nowhere"'),
        (["paths", "elmira", "--by", ""], "unknown decision maker"),
        (["paths", "elmira", "--weights", "MoE=-1"], "is not DM=W"),
        (["paths", "elmira", "--weights", "MoE"], "is not DM=W"),
        (["paths", "elmira", "--weights", "MoE=0,Uniroyal=0,LG=0"], "nobody would move"),
        (["paths", "chicken"], "no status quo"),
        (["invert", "elmira", "1", "--concept", "SIM"], "SIM is defined in option form"),
        (["invert", "elmira", "1", "--who", "nobody"], "unknown decision maker"),
        (["flips", "elmira", "--concept", "Nahs"], 'unknown concept "Nahs"'),
        (["flips", "elmira", "--save", "0", "x.yaml"], "not the number of a change"),
        (["stress", "elmira", "--likely", "2"], "--likely 2: expected a number from 0 to 1"),
    ],
)
def test_a_wrong_word_is_told(words: list[str], message: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
