"""The inverse question against every ranking and every sequence of edits."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from checks import chunks, graph_of, loaded, run, sized, slow_but, written
from oracles.inverse import (
    Inverse,
    Rank,
    Signed,
    edited_orders,
    pairs_apart,
    random_order,
    ranked,
    small_conflicts,
    weak_orders,
)
from oracles.oracle import State, Tree
from standoff import casebook
from standoff.analysis.inverse import (
    Change,
    JointChange,
    applied,
    conditions,
    distance,
    joint_change,
    met,
    ranking_change,
    smallest_change,
    statement_change,
)
from standoff.analysis.inverse.joint import _in_turn
from standoff.analysis.stability import solve
from standoff.concepts import CONCEPTS
from standoff.documents import schema
from standoff.formats import dumps, load, loads
from standoff.graph import Graph, build_graph
from strategies.conflicts import Drawn, random_conflict

Question = tuple[Inverse, Graph, str, int, State]  # concept, DM by number, wanted state by name
CHUNKS = 4
INTERDEPENDENT = ("SEQ", "SSEQ", "SIM")
LONG = "A.x" + " or A.x" * 1428


def both(drawn: Drawn) -> tuple[Inverse, Graph]:
    return Inverse(drawn), build_graph(loaded(drawn))


def at(graph: Graph, name: State) -> int:
    return list(graph.states.names).index(name)


def questions(drawn: Drawn, rng: random.Random, most: int) -> list[Question]:
    """Some of the questions that a conflict allows."""
    oracle, graph = both(drawn)
    every = [(oracle, graph, c, i, s) for c in oracle.concepts() for i in graph.dms for s in oracle.states]
    return rng.sample(every, min(most, len(every)))


def as_ranks(graph: Graph, rank: Rank) -> Any:
    return np.array([rank[name] for name in graph.states.names], np.int32)


def as_rank(graph: Graph, change: Change) -> Rank:
    return {name: int(r) for name, r in zip(graph.states.names, change.ranks, strict=True)}


def stands(graph: Graph, concept: str, s: State, changes: list[Change]) -> list[bool]:
    """Who would stay at the state once the changes are put in, written, read and solved anew."""
    after = solve(loads(dumps(applied(graph, changes))), [concept])
    return [bool(held) for held in after.stable[concept][:, at(after.graph, s)]]


def assert_conditions_decide(question: Question, orders: list[Rank]) -> Counter[bool]:
    oracle, graph, concept, i, name = question
    s = at(graph, name)
    found = conditions(graph, concept, i, s)
    judged = list(oracle.judged(concept, oracle.dms[i], name, orders))
    assert [met(found, as_ranks(graph, rank), s) for rank, _ in judged] == [stable for _, stable in judged]
    return Counter(stable for _, stable in judged)


def assert_nearest_ranking(question: Question) -> int:
    oracle, graph, concept, i, name = question
    present = oracle.rank[oracle.dms[i]]
    judged = oracle.judged(concept, oracle.dms[i], name, weak_orders(oracle.states))
    least = min(pairs_apart(present, rank) for rank, stable in judged if stable)
    change = ranking_change(graph, concept, i, at(graph, name))
    assert (change.distance, change.bound, change.optimal) == (least, least, True)
    assert pairs_apart(present, as_rank(graph, change)) == least
    if least:
        assert stands(graph, concept, name, [change])[i]
    return least


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_conditions_are_necessary_and_sufficient_whatever_the_ranking(chunk: int) -> None:
    rng, seen = random.Random(chunk), Counter[bool]()
    for drawn in small_conflicts(100 + chunk, sized(20, 60), most=4):
        for question in questions(drawn, rng, most=6):
            seen += assert_conditions_decide(question, list(weak_orders(question[0].states)))
    assert min(seen[True], seen[False]) > 100


def test_conditions_are_necessary_and_sufficient_with_more_states() -> None:
    rng = random.Random(1)
    for _ in range(sized(20, 60)):
        drawn = random_conflict(rng, combinations=32)
        for question in questions(drawn, rng, most=4):
            assert_conditions_decide(question, [random_order(rng, question[0].states) for _ in range(20)])


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_nothing_nearer_than_the_nearest_ranking_will_do(chunk: int) -> None:
    rng, seen = random.Random(chunk), Counter[int]()
    for drawn in small_conflicts(200 + chunk, sized(25, 50), most=4):
        seen.update(assert_nearest_ranking(question) for question in questions(drawn, rng, most=5))
    assert sum(seen.values()) - seen[0] > 10


@pytest.mark.first(1)
@pytest.mark.parametrize("kind", ["graph", "merged", "option"])
def test_nothing_nearer_will_do_with_five_states(kind: str) -> None:
    rng = random.Random(kind)
    five = [drawn for drawn in small_conflicts(5, 24, most=5, kind=kind) if len(Inverse(drawn).states) == 5]
    unstable = [
        question
        for drawn in five[:8]
        for question in questions(drawn, rng, most=100)
        if not question[0].holds(question[2], question[0].dms[question[3]], question[4])
    ]
    for question in rng.sample(unstable, min(8, len(unstable))):
        assert assert_nearest_ranking(question) > 0
        assert_conditions_decide(question, list(weak_orders(question[0].states)))


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_the_nearest_ranking_makes_states_of_larger_conflicts_stable(chunk: int) -> None:
    rng = random.Random(300 + chunk)
    for _ in range(12):
        for oracle, graph, concept, i, name in questions(random_conflict(rng, combinations=32), rng, most=4):
            change = ranking_change(graph, concept, i, at(graph, name))
            assert change.distance == pairs_apart(oracle.rank[oracle.dms[i]], as_rank(graph, change))
            assert change.optimal
            assert stands(graph, concept, name, [change])[i]


def test_distance_counts_the_pairs_whose_relation_differs() -> None:
    orders = list(weak_orders(["a", "b", "c"]))
    for one in orders:
        for other in orders:
            ranks = [np.array(list(rank.values()), np.int32) for rank in (one, other)]
            assert distance(*ranks) == pairs_apart(one, other)


def followed(order: list[Signed], change: Change) -> list[Signed]:
    """The statements after the edits that a change names, one after another."""
    for edit in change.edits:
        order = next(list(after) for kind, k, after in edited_orders(order) if (kind, k) == (edit.kind, edit.path[-1]))
    return order


def assert_fewest_edits(question: Question) -> int | None:
    oracle, graph, concept, i, name = question
    dm, s = oracle.dms[i], at(graph, name)
    least = oracle.least_edits(concept, dm, name, most=2)
    change = statement_change(graph, concept, i, s, most=3)
    if statement_change(graph, concept, i, s, most=2) is None or change is None:
        assert least is None
    if change is not None:
        assert change.distance == len(change.edits) == (3 if least is None else least)
        after = oracle.rank_of(followed(oracle.wanted(dm), change))
        assert pairs_apart(after, as_rank(graph, change)) == 0
        assert oracle.with_ranks({dm: after}).holds(concept, dm, name)
        assert stands(graph, concept, name, [change])[i]
    return None if change is None else change.distance


def stated(drawn: Drawn, rng: random.Random) -> list[Question]:
    """Questions about DMs that give ordered statements and would leave now."""
    makers = list(drawn.document["decision_makers"].values())
    if not any("prefers" in body for body in makers):
        return []
    asked = [question for question in questions(drawn, rng, most=10**6) if "prefers" in makers[question[3]]]
    leaving = [each for each in asked if not each[0].holds(each[2], each[0].dms[each[3]], each[4])]
    return rng.sample(leaving, min(2, len(leaving)))


def eager(rng: random.Random) -> Drawn:
    """A conflict in which A wants to change much of what only A can change, so that more than one edit is needed."""
    options: dict[str, Any] = {name: {} for name in "xyz"}
    trees: dict[str, Tree] = {f"A.{name}": ("on", "A", name) for name in "xyz"}
    trees |= {f"not {text}": ("not", tree) for text, tree in trees.items()}
    trees |= {"A.x iff B.x": ("iff", ("on", "A", "x"), ("on", "B", "x")), "B.x": ("on", "B", "x")}
    makers = {
        "A": {"options": options, "prefers": rng.sample(list(trees), rng.randint(3, 6))},
        "B": {"options": {"x": {}}, "prefers": rng.sample(list(trees), 2)},
    }
    return Drawn({"standoff": 1, "title": "Eager", "decision_makers": makers}, trees)


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_no_fewer_edits_of_statements_will_do(chunk: int) -> None:
    rng, seen = random.Random(400 + chunk), Counter[int | None]()
    for drawn in small_conflicts(400 + chunk, sized(20, 45), most=16, combinations=16):
        seen.update(assert_fewest_edits(question) for question in stated(drawn, rng))
    for _ in range(sized(12, 24)):
        seen.update(assert_fewest_edits(question) for question in stated(eager(rng), rng))
    assert seen[1] > 10
    assert seen[2] > 3


def test_what_is_stable_already_needs_no_change() -> None:
    graph = build_graph(casebook.load("prisoners-dilemma"))
    change = statement_change(graph, "Nash", 0, 0)
    assert change is not None
    assert (change.distance, change.edits, change.optimal) == (0, (), True)
    assert joint_change(graph, "Nash", 0).changes == ()


def test_a_search_that_is_cut_finds_nothing_and_the_ranking_is_told_instead() -> None:
    graph = build_graph(casebook.load("syria-2015"))
    quo = graph.meaning.status_quo
    assert quo is not None
    assert statement_change(graph, "Nash", graph.dm("US"), quo, tried=1) is None
    assert statement_change(graph, "Nash", graph.dm("US"), quo) is not None


def tiny(seed: int, count: int) -> list[Drawn]:
    """Conflicts of two DMs with rankings of at most four states."""
    drawn = small_conflicts(seed, 6 * count, most=4) + small_conflicts(seed, 2 * count, most=4, kind="option")
    return [ranked(each) for each in drawn if len(each.document["decision_makers"]) == 2][-count:]


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_no_smaller_joint_change_of_rankings_will_do(chunk: int) -> None:
    rng, seen = random.Random(chunk), Counter[str]()
    for drawn in tiny(500 + chunk, 12):
        oracle, graph = both(drawn)
        for concept in oracle.concepts():
            name = rng.choice(oracle.states)
            found = joint_change(graph, concept, at(graph, name))
            least = oracle.least_joint_change(concept, name)
            assert (found.distance, found.bound, found.optimal) == (least, least, True)
            assert all(stands(graph, concept, name, list(found.changes)))
            seen[concept] += least > 0
    assert set(seen) == set(CONCEPTS)
    assert all(seen.values())


def assert_least_jointly(oracle: Inverse, graph: Graph, concept: str, name: State) -> JointChange:
    """All that is told of a joint change is true, and the oracle finds nothing smaller."""
    found = joint_change(graph, concept, at(graph, name))
    assert (found.optimal, found.bound) == (True, found.distance)
    ranks = {}
    for change in found.changes:
        dm = oracle.dms[change.i]
        ranks[dm] = as_rank(graph, change)
        assert (change.optimal, change.bound) == (True, change.distance)
        if change.edits:
            assert change.distance == len(change.edits)
            assert pairs_apart(oracle.rank_of(followed(oracle.wanted(dm), change)), ranks[dm]) == 0
        else:
            assert change.distance == pairs_apart(oracle.rank[dm], ranks[dm])
    assert oracle.with_ranks(ranks).all_hold(concept, name)
    assert oracle.no_joint_change_below(concept, name, found.distance)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_up_to_four_states_the_joint_change_is_proven_least_however_preferences_are_given(chunk: int) -> None:
    rng, seen = random.Random(chunk), Counter[str]()
    drawn = [each for each in small_conflicts(530 + chunk, 70, most=4) if len(each.document["decision_makers"]) < 4]
    for oracle, graph in map(both, drawn):
        for concept in oracle.concepts():
            found = assert_least_jointly(oracle, graph, concept, rng.choice(oracle.states))
            seen[concept] += found.distance > 0
            seen["several"] += len(found.changes) > 1
            seen["edits"] += any(change.edits for change in found.changes)
            seen["pairs"] += any(not change.edits for change in found.changes)
    assert all(seen[each] > 3 for each in (*CONCEPTS, "several", "edits", "pairs")), seen


@pytest.mark.slow
def test_a_joint_change_that_is_smaller_than_what_changes_in_turn_come_to_is_found() -> None:
    beaten = 0
    for drawn in small_conflicts(560, 50, most=4):
        graph = build_graph(loaded(drawn))
        for concept in set(solve(graph.conflict).stable) & set(INTERDEPENDENT):
            for s in range(len(graph.states)):
                in_turn = [_in_turn(graph, concept, s), [smallest_change(graph, "Nash", i, s) for i in graph.dms]]
                least = min(sum(c.distance for c in changes) for changes in in_turn if changes is not None)
                beaten += joint_change(graph, concept, s).distance < least
    assert beaten > 1


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_any_state_becomes_an_equilibrium_by_the_joint_change(chunk: int) -> None:
    rng = random.Random(600 + chunk)
    for _ in range(15):
        drawn = random_conflict(rng, combinations=16)
        oracle, graph = both(drawn)
        name, concept = rng.choice(oracle.states), rng.choice(oracle.concepts())
        found = joint_change(graph, concept, at(graph, name))
        assert all(stands(graph, concept, name, list(found.changes)))
        assert found.bound <= found.distance == sum(change.distance for change in found.changes)
        assert (found.distance == 0) == oracle.all_hold(concept, name)


@pytest.mark.slow
@pytest.mark.parametrize("concept", slow_but(INTERDEPENDENT, "SEQ"))
def test_an_answer_that_is_not_proven_least_says_so_and_so_does_all_that_it_is_made_of(
    concept: str, tmp_path: Path
) -> None:
    rng, seen = random.Random(concept), Counter[bool]()
    for drawn in small_conflicts(620, 40, most=12, kind="option", combinations=16):
        file = tmp_path / "conflict.json"
        file.write_text(json.dumps(drawn.document))
        words = ("invert", str(file), str(rng.choice(Inverse(drawn).states)), "--concept", concept)
        found = json.loads(run(*words, "--json").stdout)
        said = " ".join(run(*words).stdout.split())
        if found["changes"]:
            assert found["optimal"] == (found["bound"] == found["distance"])
            assert all(entry["optimal"] == found["optimal"] for entry in found["changes"])
            assert ("not proven least" in said) == (not found["optimal"])
            assert ("nothing smaller will do" in said) == found["optimal"]
            seen[found["optimal"]] += 1
    assert min(seen[True], seen[False]) > 0, seen


FACE_SAVING = """
standoff: 1
title: A holds back if B would come to punish
decision_makers:
  A: {ranking: [b, a, c]}
  B: {ranking: [[a, b, c]]}
graph: {states: {a: , b: , c: }, moves: {A: {a: [b]}, B: {b: [c]}}}
status_quo: a
"""


def test_a_change_of_how_others_would_answer_is_told_by_the_pairs_that_change(tmp_path: Path) -> None:
    graph = graph_of(FACE_SAVING)
    changes = joint_change(graph, "SEQ", 0).changes
    assert [change.distance for change in changes] == [1]
    file = written(tmp_path, FACE_SAVING)
    said = " ".join(run("invert", file, "a", "--concept", "SEQ").stdout.split())
    assert "The smallest change found: 1 (nothing smaller will do)" in said
    assert "A, 1 swap in its ranking: it no longer prefers 1 state to this one: state b" in said
    punished = FACE_SAVING.replace("[[a, b, c]]", "[a, [b, c]]").replace("[b, a, c]", "[b, d, e, a, c]")
    punished = punished.replace("c: }", "c: , d: , e: }").replace("[a, [b, c]]", "[a, d, e, [b, c]]")
    said = " ".join(run("invert", written(tmp_path, punished), "a", "--concept", "SEQ").stdout.split())
    assert "B, 1 swap in its ranking: it prefers state c to state b" in said


def test_one_who_does_not_leave_is_not_changed() -> None:
    graph = build_graph(casebook.load("syria-2015"))
    quo = graph.meaning.status_quo
    assert quo is not None
    assert [change.i for change in joint_change(graph, "Nash", quo).changes] == [graph.dm("US")]


@pytest.mark.first(5)
@pytest.mark.parametrize("name", casebook.names())
@pytest.mark.parametrize("concept", ["Nash", "SEQ"])
def test_invert_saves_a_conflict_in_which_the_state_is_an_equilibrium(name: str, concept: str, tmp_path: Path) -> None:
    graph = build_graph(casebook.load(name))
    s = 0 if graph.meaning.status_quo is None else graph.meaning.status_quo
    state, file = str(graph.states.names[s]), tmp_path / "changed.yaml"
    result = run("invert", name, state, "--concept", concept, "--save", str(file), "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema("invert")).validate(found)
    assert {"conditions", "changes", "distance", "optimal"} <= found.keys()
    assert s in solve(load(file), [concept]).equilibria(concept)
    assert run("invert", name, state, "--concept", concept).exit_code == 0


def test_invert_tells_which_conditions_are_met() -> None:
    found = json.loads(run("invert", "chicken", "0", "--who", "Row", "--json").stdout)
    assert found["conditions"] == {"Row": [{"improvement": 2, "unless": [], "met": False}]}
    assert (found["distance"], found["optimal"]) == (1, True)
    gmr = json.loads(run("invert", "chicken", "0", "--concept", "gmr", "--who", "Row", "--json").stdout)
    assert gmr["conditions"] == {"Row": [{"improvement": 2, "unless": [[3]], "met": True}]}
    assert gmr["changes"] == []


def test_a_condition_is_told_by_what_one_prefers_now() -> None:
    def said(*words: str) -> str:
        return " ".join(run("invert", *words).stdout.split())

    deterred = said("chicken", "0", "--concept", "GMR", "--who", "Row")
    assert (
        "an answer leads where it is no better off: “Row: drive straight on; Column: drive straight on” (3)."
        in deterred
    )
    leaving = said("chicken", "0", "--who", "Row")
    assert "✗ It would have to stop preferring to drive straight on (2)." in leaving
    content = said("elmira", "4", "--who", "Uniroyal")
    assert "✓ It must not come to prefer to abandon the plant (9)." in content


def one_statement(text: str) -> str:
    makers = f'A: {{options: {{x: {{}}}}, prefers: ["{text}"]}}, B: {{options: {{x: {{}}}}, prefers: [A.x]}}'
    return f"standoff: 1\ntitle: One statement\nstatus_quo: {{A.x: no}}\ndecision_makers: {{{makers}}}\n"


def test_a_statement_too_long_to_be_negated_is_not_negated() -> None:
    graph = graph_of(one_statement(LONG))
    change = smallest_change(graph, "Nash", 0, 0)
    assert stands(graph, "Nash", 1, [change])[0]


def test_a_statement_too_deep_to_be_negated_is_not_negated(tmp_path: Path) -> None:
    path, file = written(tmp_path, one_statement("(" * 99 + "A.x" + ")" * 99)), str(tmp_path / "after.yaml")
    assert run("invert", path, "1", "--who", "A", "--save", file).exit_code == 0
    assert run("solve", file).exit_code == 0
