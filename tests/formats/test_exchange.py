"""What others read: games for Gambit, graphs in GraphML; and the commands that write files."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import SMALL, examples, graph_of, loaded, run, written
from standoff import casebook
from standoff.analysis.stability import solve
from standoff.errors import CannotSay, Note, UnreadableFile
from standoff.formats import FOREIGN, OWN, dumps, encoded, gambit, graphml, load, loads
from standoff.graph import build_graph
from strategies.conflicts import Drawn, conflicts, option_conflicts

BOTH_WAYS = SMALL.replace("title: A small conflict", r'title: "A \"small\" \\ con\nflict\\"')
GRAPH = """
standoff: 1
title: G
decision_makers: {A: {ranking: [2, 1]}}
graph: {states: {1: "<one & \\u0022two\\u0022>", 2: }, moves: {A: {1: [2]}}}
status_quo: 1
"""
TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([{},])|([^\s{},"]+)')


# Gambit


def parsed(text: str) -> Any:
    """The nested lists of a game: a parser of the grammar alone, written apart from the writer."""
    assert text.isascii()
    tokens = TOKEN.findall(text)

    def items(left: Iterator[Any]) -> Iterator[Any]:
        for words, mark, word in left:
            if mark == "}":
                return
            if mark == "{":
                yield list(items(left))
            elif mark != ",":
                yield int(word) if word.isdigit() else word or words.replace('\\"', '"')

    return list(items(iter(tokens)))


def payoffs(text: str) -> tuple[list[int], np.ndarray[Any, Any], int]:
    """How many strategies each player has, the payoff of each profile to each, and how many outcomes are feasible."""
    *head, players, strategies, _, outcomes = (part for part in parsed(text)[3:] if not isinstance(part, int))
    assert len(head) == 1
    numbers = [part for part in parsed(text)[3:] if isinstance(part, int)]
    sizes = [len(labels) for labels in strategies]
    assert len(players) == len(sizes)
    assert all(len(set(labels)) == len(labels) for labels in (*strategies, players, [one[0] for one in outcomes]))
    assert len(numbers) == math.prod(sizes)
    table = np.array([outcomes[k - 1][1:] for k in numbers])
    return sizes, table, sum(one[0] != "infeasible" for one in outcomes)


def test_a_weight_too_small_for_other_numbers_is_read_back() -> None:
    text = "standoff: 1\ntitle: t\ndecision_makers: {A: {options: {x: {}}, weights: {A.x: 1e-300, not A.x: 25e-2}}}\n"
    conflict = loads(text)
    assert loads(dumps(conflict, ".json"), ".json") == loads(dumps(conflict, ".yaml"), ".yaml") == conflict


def test_a_game_is_of_the_format() -> None:
    game = parsed(dumps(loads(BOTH_WAYS), ".nfg"))
    assert game[:4] == ["NFG", 1, "R", 'A "small" / con flict/ (payoffs are ordinal ranks)']
    assert game[4] == ["A", "B"]
    assert game[5][0][:3] == ["not x, y = lo", "x, y = lo", "not x, y = mid"]
    assert "ordinal ranks" in game[6]
    assert game[7][0] == ["1", 2, 1]
    assert game[7][-1] == ["infeasible", 0, 0]
    assert game[8:] == [1, 2, 3, 4, 5, 6, 7, 10, 8, 10, 9, 10]


@examples(30)
@pytest.mark.filterwarnings("ignore::standoff.errors.Note")
@given(option_conflicts())
def test_a_profile_pays_the_ranks_of_its_state_and_nothing_where_there_is_none(drawn: Drawn) -> None:
    graph = build_graph(loaded(drawn))
    sizes, table, feasible = payoffs(dumps(graph.conflict, ".nfg"))
    assert feasible == len(graph.states)
    assert math.prod(sizes) == graph.states.combinations.count
    for code, pays in enumerate(table.tolist()):
        s = graph.states.at(code)
        assert pays == (
            [0] * len(sizes) if s is None else [graph.ranks[i][s] - graph.ranks[i].min() + 1 for i in graph.dms]
        )


@examples(30)
@pytest.mark.filterwarnings("ignore::standoff.errors.Note")
@given(option_conflicts())
def test_where_all_moves_go_both_ways_the_feasible_equilibria_of_the_game_are_nash(drawn: Drawn) -> None:
    for party in drawn.document["decision_makers"].values():
        for option in party["options"].values():
            option.pop("moves", None)
    analysis = solve(loaded(drawn), ["Nash"])
    states = analysis.graph.states
    sizes, table, _ = payoffs(dumps(analysis.graph.conflict, ".nfg"))
    shaped = table.reshape(*reversed(sizes), len(sizes))
    found = set()
    for place in product(*map(range, reversed(sizes))):
        best = [_best(shaped, place, k) for k in range(len(sizes))]
        if shaped[place].min() > 0 and best == shaped[place][::-1].tolist():
            found.add(states.at(int(np.ravel_multi_index(place, tuple(reversed(sizes))))))
    assert found == set(analysis.equilibria("Nash"))


def _best(shaped: np.ndarray[Any, Any], place: tuple[int, ...], axis: int) -> int:
    """The best that the player of an axis (the last player has the first) can have, the others staying."""
    options = ((*place[:axis], own, *place[axis + 1 :]) for own in range(shaped.shape[axis]))
    return max(int(shaped[option][-1 - axis]) for option in options)


def test_other_scripts_become_ascii_and_stand_ins_are_told() -> None:
    text = SMALL.replace("  B:", "  Élan:").replace("B.", "Élan.").replace("A", "停戦").replace("x", "été")
    with pytest.warns(Note, match='"player 1" stands for 停戦$'):
        game = parsed(dumps(loads(text), ".nfg"))
    assert (game[4], game[5][1]) == (["player 1", "Elan"], ["not ete", "ete"])


def named(*names: str) -> str:
    """A conflict whose four states have these names, the last of them another."""
    keys = [json.dumps(name) for name in (*names, "infeasible")]
    places = ("NNN", "YNN", "NYN", "NNY")
    rules = [" and ".join(f"{'' if c == 'Y' else 'not '}{o}" for o, c in zip("xyz", v, strict=True)) for v in places]
    states = "".join(f"  {key}: {rule}\n" for key, rule in zip(keys, rules, strict=True))
    return f"""
standoff: 1
title: Names
decision_makers: {{A: {{options: {{x: {{}}, y: {{}}}}, prefers: [x]}}, B: {{options: {{z: {{}}}}, prefers: [z]}}}}
infeasible: [x and y, x and z, y and z]
states:
{states}"""


def outcomes(text: str) -> list[str]:
    """The names of the outcomes of a game."""
    names = [one[0] for one in [part for part in parsed(text)[3:] if not isinstance(part, int)][-1]]
    assert len(set(names)) == len(names)
    return names


@pytest.mark.filterwarnings("ignore::standoff.errors.Note")
@pytest.mark.parametrize(
    ("a", "b", "c", "told"),
    [
        ("peace", "a war", '"both"', ["peace", "a war", '"both"']),
        ("停戦", "戦争", "peace", ["NNN", "YNN", "peace"]),
        ("Élan", "Elan", "NNN", ["NNN 2", "Elan", "NNN"]),
        ("a\\b", "a/b", "a  b", ["NNN", "a/b", "NYN"]),
    ],
)
def test_an_outcome_is_called_as_its_state_is(a: str, b: str, c: str, told: list[str]) -> None:
    graph = graph_of(named(a, b, c))
    names = outcomes(dumps(graph.conflict, ".nfg"))
    assert names == [*told, "infeasible", "infeasible 2"]
    found = {s: graph.meaning.state(name) for s, name in enumerate(names[:-1]) if name != "NNN 2"}
    assert all(s == state for s, state in found.items())


@examples(30)
@pytest.mark.filterwarnings("ignore::standoff.errors.Note")
@given(option_conflicts())
def test_outcomes_are_found_by_their_names(drawn: Drawn) -> None:
    graph = build_graph(loaded(drawn))
    names = outcomes(dumps(graph.conflict, ".nfg"))
    assert [graph.meaning.state(name) for name in names[: len(graph.states)]] == list(range(len(graph.states)))


def test_states_that_are_called_by_their_vectors_are_told() -> None:
    with pytest.warns(Note, match="ASCII: 2 states are called by their vectors$"):
        dumps(loads(named("停戦", "戦争", "peace")), ".nfg")


def test_a_game_has_no_directions_and_says_so() -> None:
    with pytest.warns(Note, match="no directions"):
        dumps(loads(SMALL.replace("{x: {}, y", "{x: {moves: forward}, y")), ".nfg")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GRAPH, "gives its states and moves outright"),
        (
            SMALL.replace("prefers: [A.y = hi]", "prefers: [true]").replace("not A.x]", "true]")
            + "states: {1: true}\n",
            "merged",
        ),
        (
            SMALL.replace("{x: {}}", f"{{x: {{}}, {', '.join(f'o{k}: {{}}' for k in range(18))}}}"),
            "3,145,728 combinations",
        ),
    ],
)
def test_what_is_no_game_is_refused(text: str, message: str) -> None:
    with pytest.raises(CannotSay, match=message):
        dumps(loads(text.replace("B.x, true", "true")), ".nfg")


# GraphML


def elements(text: str) -> tuple[dict[str, str], dict[str, dict[str, str]], list[tuple[str, str, dict[str, str]]]]:
    """The title and kinds of attributes, the nodes and the edges of a graph, by the names of attributes."""
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = ET.fromstring(text)
    assert [child.tag.removeprefix(space) for child in root if child.tag != f"{space}key"] == ["desc", "graph"]
    keys = {key.attrib["id"]: key.attrib for key in root.iter(f"{space}key")}
    assert len({(key["for"], key["attr.name"]) for key in keys.values()}) == len(keys)

    def told(element: ET.Element) -> dict[str, str]:
        of = element.tag.removeprefix(space)
        assert all(keys[data.attrib["key"]]["for"] == of for data in element)
        return {keys[data.attrib["key"]]["attr.name"]: data.text or "" for data in element}

    nodes = {node.attrib["id"]: told(node) for node in root.iter(f"{space}node")}
    edges = [(edge.attrib["source"], edge.attrib["target"], told(edge)) for edge in root.iter(f"{space}edge")]
    assert all(start in nodes and end in nodes for start, end, _ in edges)
    return {key["attr.name"]: key["attr.type"] for key in keys.values()}, nodes, edges


def test_a_graph_has_states_with_ranks_and_moves_with_movers() -> None:
    kinds, nodes, edges = elements(dumps(loads(SMALL), ".graphml"))
    assert kinds["rank_A"] == "int"
    assert kinds["status_quo"] == "boolean"
    assert nodes["s1"] == {
        "state": "2", "label": "2 (Y0N)", "vector": "Y0N", "status_quo": "true", "rank_A": "1", "rank_B": "1"
    }  # fmt: skip
    assert ("s1", "s0", {"mover": "A", "improvement": "true"}) in edges


@examples(30)
@given(conflicts(64))
def test_a_graph_has_each_move_once_and_says_whether_it_improves(drawn: Drawn) -> None:
    graph = build_graph(loaded(drawn))
    _, nodes, edges = elements(dumps(graph.conflict, ".graphml"))
    assert [node["state"] for node in nodes.values()] == [str(name) for name in graph.states.names]
    found = {(edge["mover"], int(start[1:]), int(end[1:]), edge["improvement"]) for start, end, edge in edges}
    expected = {
        (dm.name, s, int(t), str(bool(graph.ranks[i][t] > graph.ranks[i][s])).lower())
        for i, dm in enumerate(graph.conflict.decision_makers)
        for s in range(len(graph.states))
        for t in graph.targets(i, s)
    }
    assert found == expected
    assert len(edges) == len(expected)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_any_title_is_escaped(title: str) -> None:
    conflict = loads(GRAPH)
    told = ET.fromstring(dumps(type(conflict)(title, conflict.decision_makers, graph=conflict.graph), ".graphml"))
    assert (told[0].text or "") == re.sub("[\ufffe\uffff]", "\ufffd", title)


def test_states_given_outright_have_labels_and_no_vectors() -> None:
    kinds, nodes, _ = elements(dumps(loads(GRAPH), ".graphml"))
    assert "vector" not in kinds
    assert (nodes["s0"]["label"], nodes["s1"]["label"]) == ('<one & "two">', "2")


@pytest.mark.parametrize(("bound", "message"), [("MAX_EDGES", "more than 8 moves"), ("MAX_STATES", "9 states")])
def test_a_graph_too_large_is_refused(bound: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphml, bound, 8)
    with pytest.raises(CannotSay, match=message):
        dumps(loads(SMALL), ".graphml")


def test_what_is_only_written_is_not_read() -> None:
    for suffix in (".nfg", ".graphml"):
        with pytest.raises(UnreadableFile, match="can only be written"):
            loads("", suffix)
    assert gambit.MAX_PROFILES == 2**20


# Commands

TOLD = pytest.mark.filterwarnings("default::standoff.errors.Note")  # as outside of tests


@TOLD
@pytest.mark.parametrize("suffix", [".json", ".yaml", ".xlsx", ".nfg", ".graphml"])
def test_convert_writes_a_case_by_suffix(suffix: str, tmp_path: Path) -> None:
    out = tmp_path / f"chicken{suffix}"
    result = run("convert", "prisoners-dilemma", "-o", str(out))
    assert (result.exit_code, result.stdout) == (0, ""), result.output
    assert result.stderr.endswith(f"Wrote {out}: Prisoner's dilemma\n")
    if suffix in OWN | FOREIGN:
        assert load(out).decision_makers == casebook.load("prisoners-dilemma").decision_makers


@TOLD
def test_convert_goes_from_file_to_file_and_tells_what_is_lost(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL + "views: {A: {B: {prefers: [true]}}}\n")
    result = run("convert", path, "-o", str(tmp_path / "c.xlsx"))
    assert result.stderr.startswith("Note: a spreadsheet has no place for views; these are left out.\nWrote ")
    assert run("convert", str(tmp_path / "c.xlsx"), "-o", str(tmp_path / "c.json")).exit_code == 0
    assert load(tmp_path / "c.json") == loads(SMALL)


def test_convert_overwrites_only_when_asked(tmp_path: Path) -> None:
    out = tmp_path / "c.json"
    out.write_text("mine")
    result = run("convert", "chicken", "-o", str(out))
    assert (result.exit_code, result.stderr) == (2, f"Error: {out}: exists already; give another file, or --force\n")
    assert out.read_text() == "mine"
    assert run("convert", "chicken", "-o", str(out), "--force").exit_code == 0
    assert load(out).title == "Chicken"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["convert", "chicken", "-o", "c.txt"], 'unknown suffix ".txt"; known: .yaml'),
        (["convert", "elmira", "-o", "c.nfg"], "merged into one state"),
        (["convert", "chicken", "-o", "nowhere/c.json"], "nowhere/c.json: there is no folder nowhere"),
        (["convert", "missing.xlsx", "-o", "c.json"], "missing.xlsx: No such file"),
        (["new", "-o", "c.nfg"], 'c.nfg: unknown suffix ".nfg"; known: .yaml, .json, .xlsx, .gmcr'),
        (["new", "-o", "c.txt"], 'unknown suffix ".txt"'),
        (["new", "-o", "c.yaml", "--title", "a\x07b"], "a control character"),
    ],
)
def test_what_cannot_be_written_is_told(
    words: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words)
    assert (result.exit_code, message in result.stderr, list(tmp_path.iterdir())) == (2, True, []), result.output


@TOLD
@pytest.mark.parametrize("suffix", [*OWN, *FOREIGN])
def test_new_writes_a_conflict_that_can_be_solved(suffix: str, tmp_path: Path) -> None:
    out = str(tmp_path / f"ferry{suffix}")
    assert run("new", "-o", out).exit_code == 0
    assert run("new", "-o", out).exit_code == 2
    assert solve(load(out)).equilibria("Nash") == [1, 4]


def test_new_takes_any_title(tmp_path: Path) -> None:
    for number, title in enumerate(['=1+1: "x" # y', "\\1", "no", "שלום 👩‍👩‍👧", ""]):
        for suffix in (".yaml", ".xlsx"):
            out = tmp_path / f"{number}{suffix}"
            assert run("new", "-o", str(out), "--title", title).exit_code == 0
            assert load(out).title == title


def test_the_template_explains_itself_and_uses_what_it_explains(tmp_path: Path) -> None:
    run("new", "-o", str(tmp_path / "c.yaml"))
    text = (tmp_path / "c.yaml").read_text(encoding="utf-8")
    assert text.count("#") > 15
    for key in ("why", "kind", "sure", "quote", "sources", "infeasible", "status_quo", "moves"):
        assert re.search(rf"\b{key}:", text), key
    assert graph_of(text).meaning.status_quo == 0
    assert encoded(loads(text), ".xlsx") == encoded(load(tmp_path / "c.yaml"), ".xlsx")
