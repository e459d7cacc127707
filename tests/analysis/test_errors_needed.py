"""Errors needed against all sets of changes of the document, each judged by plain sets; and applied and solved anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import combinations, permutations
from random import Random
from typing import Any

import pytest

from checks import chunks, loaded, sized
from oracles.inverse import Negations, Variation, definition_changes, outcome, small_conflicts, variations
from standoff.analysis.errors_needed import GRADES, Errors, errors_by_concept, errors_needed
from standoff.analysis.flips import flips
from standoff.analysis.stability import solve
from standoff.conflict.edits import Edit, apply, apply_all, edits
from standoff.documents.entries import errors_entry
from standoff.errors import InvalidConflict, render_path
from standoff.formats import dumps, loads
from standoff.graph import build_graph
from strategies.conflicts import Drawn, with_evidence

CHUNKS = 25
PAIRS, TRIPLES = 20, 2  # conflicts in each chunk: 500 and 50
CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ")
LEVELLING = ("drop_rule", "leave_out", "join_otherwise")  # after which numbers can mean other states
TWO_RULES = """
standoff: 1
title: Each of two rules forbids what A wants
decision_makers:
  A: {options: {x: {}, y: {}}, prefers: [{that: A.x, sure: doubtful}, {that: not A.y, sure: likely}]}
  B: {options: {x: {}}, prefers: [B.x iff B.x]}
infeasible: [{rule: A.x, sure: doubtful}, {rule: A.x or A.x, sure: doubtful}]
status_quo: {}
"""
Made = tuple[tuple[str | int, ...], str, str | int | None]


def place(document: dict[str, Any], path: Sequence[str | int]) -> tuple[dict[str, Any], str]:
    inner = document
    for key in path[:-1]:
        inner = inner[str(key)]
    return inner, str(path[-1])


def negation(entry: Any) -> Any:
    if isinstance(entry, Mapping):
        return {**entry, "that": negation(entry["that"])}
    return f"not ({entry})"


def reweigh(weights: dict[str, Any], text: str, kind: str) -> dict[str, Any]:
    """The weights after a change of one, made in place."""
    if kind == "drop":
        del weights[text]
    else:
        given = str(weights[text])
        weights[text] = given[1:] if given.startswith("-") else f"-{given}"
    return weights


def redefine(define: dict[str, Any], name: str, change: tuple[str, str | int | None], drawn: Drawn) -> None:
    changes = definition_changes(define[name], drawn.formulas)
    define[name] = {**define[name], "that": next(tree for kind, part, tree in changes if (kind, part) == change)}


def after(drawn: Drawn, made: Sequence[Made], levels: Mapping[str, str] | None) -> dict[str, Any] | None:
    """The document with the changes made one after another; a list's items are followed, not their places."""
    changed = deepcopy(dict(drawn.document))
    if levels is not None:
        changed["status_quo"] = dict(levels)
    tracked: dict[tuple[str | int, ...], list[tuple[int, Any]]] = {}
    for path, kind, level in made:
        match kind:
            case "status_quo":
                changed["status_quo"][str(path[-1])] = level
            case "leave_out" | "join_otherwise":
                redefine(changed["define"], str(path[-1]), (kind, level), drawn)
            case "make_reversible":
                inner, key = place(changed, path)
                inner[key]["moves"] = "both"
            case _ if "weights" in path:
                if not reweigh(*place(changed, path), kind):
                    return None
            case _:
                inner, key = place(changed, path[:-1])
                items = tracked.setdefault(path[:-1], list(enumerate(inner[key])))
                k = next(n for n, (number, _) in enumerate(items) if number == path[-1])
                item = items.pop(k)
                if kind == "swap" and k == len(items):
                    return None
                if kind == "negate":
                    items.insert(k, (item[0], negation(item[1])))
                elif kind in ("swap", "top"):
                    items.insert(k + 1 if kind == "swap" else 0, item)
                if not items and path[0] != "infeasible":
                    return None
                inner[key] = [each for _, each in items]
    return changed


def judged(path: Sequence[str | int]) -> tuple[str | int, ...]:
    """The judgement that a change is about: a ranking is one, and so is the status quo."""
    if path[0] == "status_quo":
        return ("status_quo",)
    return tuple(path[:-1]) if "ranking" in path else tuple(path)


def given_levels(each: Variation) -> Mapping[str, str] | None:
    quo = each.document.get("status_quo")
    return quo if isinstance(quo, Mapping) else None


def verdict(drawn: Drawn, document: Mapping[str, Any], concept: str) -> bool | None:
    found = outcome(drawn, document, [concept])
    return None if found is None else found.status_quo[concept]


def sets(drawn: Drawn, changes: Sequence[Variation], size: int, concept: str) -> Iterator[frozenset[Made]]:
    """The sets of so many changes, of as many judgements, after which the verdict is another in some order."""
    before = verdict(drawn, drawn.document, concept)
    for chosen in combinations(changes, size):
        if len({judged(each.path) for each in chosen}) < size:
            continue
        made = [(tuple(each.path), each.kind, each.level) for each in chosen]
        levels = next((quo for each in chosen if (quo := given_levels(each)) and each.kind in LEVELLING), None)
        if any(each.kind == "status_quo" for each in chosen):
            levels = next(
                {**quo, str(each.path[-1]): level}
                for each in chosen
                if each.kind == "status_quo" and (quo := given_levels(each)) is not None
                for level in [quo[str(each.path[-1])]]
            )
        documents = (after(drawn, order, levels) for order in permutations(made))
        answers = (verdict(drawn, each, concept) for each in documents if each is not None)
        if any(answer is not None and answer != before for answer in answers):
            yield frozenset(made)


def told(found: Errors) -> set[frozenset[Made]]:
    return {frozenset(_made(mistake.edit) for mistake in chosen) for chosen in found.sets}


def _made(edit: Edit) -> Made:
    return tuple(edit.path), edit.kind, edit.level if edit.rewording is None else edit.rewording.part


def compare(drawn: Drawn, concept: str, most: int, seen: Counter[str]) -> None:
    graph = build_graph(loaded(drawn))
    changes = list(variations(drawn.document, Negations(drawn.formulas)))
    found = errors_needed(graph, concept, most=most, most_sets=10**6)
    assert found.changes == len(changes)
    assert found.stable == verdict(drawn, drawn.document, concept)
    sure = {judgement.path: judgement.evidence.sure for judgement in graph.conflict.judgements()}
    smaller: set[frozenset[Made]] = set()
    for errors in found.by_grade:
        allowed = [
            each
            for each in changes
            if GRADES.index(sure.get(judged(each.path), sure.get(tuple(each.path)))) <= GRADES.index(errors.grade)
        ]
        for size in range(1, most + 1):
            turning = set(sets(drawn, allowed, size, concept))
            if turning:
                assert (errors.least, told(errors)) == (size, turning)
                seen[f"{size}"] += 1
                break
        else:
            assert not errors.sets
            apart = len({judged(each.path) for each in allowed})
            assert errors.least > most or (errors.impossible and errors.least > apart)
            assert errors.impossible == (apart <= most)
            seen["more"] += 1
        smaller |= told(errors)
    for errors in found.by_grade:
        for chosen in errors.sets[:3]:
            resolve(graph.conflict, chosen, concept, found.stable)


def resolve(conflict: Any, chosen: Any, concept: str, before: bool) -> None:
    """Applied to the file, written, read and solved anew it turns the verdict in some order; no part of it does."""

    def turns(mistakes: Sequence[Any]) -> bool:
        for order in permutations(mistakes):
            try:
                text = dumps(apply_all(conflict, [mistake.edit for mistake in order]), ".json")
                analysis = solve(loads(text, ".json"), [concept])
            except (InvalidConflict, ValueError):
                continue
            quo = analysis.graph.meaning.status_quo
            if bool(analysis.stable[concept][:, quo].all()) != before:
                return True
        return False

    assert turns(chosen)
    told_order = dumps(apply_all(conflict, [mistake.edit for mistake in chosen]), ".json")
    told_analysis = solve(loads(told_order, ".json"), [concept])
    assert bool(told_analysis.stable[concept][:, told_analysis.graph.meaning.status_quo].all()) != before
    assert not any(turns(chosen[:k] + chosen[k + 1 :]) for k in range(len(chosen)) if len(chosen) > 1)


def with_quo(seed: int, count: int, most: int) -> list[Drawn]:
    rng, found = Random(seed), list[Drawn]()
    while len(found) < count:
        found += [one for one in small_conflicts(rng.randrange(10**9), 1, most) if "status_quo" in one.document]
    return found


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_errors_needed_are_those_of_all_sets_of_one_and_two(chunk: int) -> None:
    seen = Counter[str]()
    for number, drawn in enumerate(with_quo(9000 + chunk, sized(6, PAIRS), 6)):
        compare(drawn, CONCEPTS[number % len(CONCEPTS)], 2, seen)
    assert min(seen["1"], seen["more"]) > 0, seen


@pytest.mark.slow
@pytest.mark.parametrize("chunk", chunks(5))
def test_and_where_definitions_can_be_wrong(chunk: int) -> None:
    rng, seen, left = Random(chunk), Counter[str](), sized(3, 20)
    while left:
        (small,) = with_quo(rng.randrange(10**9), 1, 6)
        drawn = with_evidence(rng, small)
        if any(each.path[0] == "define" for each in variations(drawn.document, drawn.formulas)):
            compare(drawn, CONCEPTS[left % len(CONCEPTS)], 2, seen)
            found = errors_needed(build_graph(loaded(drawn)), CONCEPTS[left % len(CONCEPTS)], most=2)
            seen["define"] += any(m.edit.path[0] == "define" for e in found.by_grade for one in e.sets for m in one)
            left -= 1
    assert seen["define"] > 0, seen


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_and_of_all_sets_of_three(chunk: int) -> None:
    seen = Counter[str]()
    for number, drawn in enumerate(with_quo(9500 + chunk, TRIPLES, 4)):
        compare(drawn, CONCEPTS[number % len(CONCEPTS)], 3, seen)
    assert seen


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_what_single_changes_are_known_to_turn_is_not_asked_again(chunk: int) -> None:
    for drawn in with_quo(9700 + chunk, 4, 6):
        graph = build_graph(loaded(drawn))
        known = flips(graph, CONCEPTS, most_pairs=0).turned
        found, afresh = errors_by_concept(graph, CONCEPTS, singles=known), errors_by_concept(graph, CONCEPTS)
        assert [one.by_grade for one in found] == [one.by_grade for one in afresh]
        assert any(map(any, (turns.values() for turns in known.values()))) or all(one.fewest.least > 1 for one in found)


def test_two_doubtful_judgements_can_weigh_less_than_one_that_is_likely() -> None:
    found = errors_needed(build_graph(loads(TWO_RULES)), "Nash")
    assert found.stable
    doubtful, likely, certain = found.by_grade
    assert (doubtful.least, likely.least, certain.least) == (2, 1, 1)
    assert [mistake.edit.where for mistake in doubtful.sets[0]] == ["infeasible[0]", "infeasible[1]"]
    assert {mistake.edit.where for chosen in likely.sets for mistake in chosen} == {"decision_makers.A.prefers[1]"}
    assert found.cheapest is doubtful


def test_where_there_are_too_many_sets_a_bound_is_told() -> None:
    graph = build_graph(loads(TWO_RULES.replace("{that: not A.y, sure: likely}", "{that: A.x, sure: doubtful}")))
    found = errors_needed(graph, "Nash", most_sets=8).by_grade[0]
    assert (found.least, found.sets, found.impossible) == (2, (), False)


def test_a_change_that_only_another_makes_possible_is_in_sets() -> None:
    """Joined by ``or`` the definition tells members of a state apart, unless A no longer wants it."""
    text = """
standoff: 1
title: T
define:
  d0: "false"
  d1: {that: A.x and d0 and B.y, kind: assumed, sure: likely}
decision_makers:
  A: {options: {x: {}}, prefers: [not (not A.x or d1), {that: d1, sure: likely}]}
  B: {options: {y: {}}, prefers: [A.x]}
states: {s0: not A.x, s1: A.x}
status_quo: {}
"""
    likely = errors_needed(build_graph(loads(text)), "Nash").by_grade[1]
    assert [{mistake.edit.where for mistake in chosen} for chosen in likely.sets] == [
        {"decision_makers.A.prefers[1]", "define.d1"}
    ]


def test_the_second_statement_may_be_the_one_that_is_placed_too_low() -> None:
    """To move it to the top does what a swap of the first does, and it is another judgement that was wrong."""
    text = """
standoff: 1
title: T
decision_makers:
  A: {options: {a: {}}, prefers: [A.a, {that: not A.a, sure: likely}]}
  B: {options: {b: {}}, prefers: [true]}
status_quo: {A.a: yes}
"""
    likely = errors_needed(build_graph(loads(text)), "Nash").by_grade[1]
    assert [mistake.edit.where for chosen in likely.sets for mistake in chosen] == ["decision_makers.A.prefers[1]"]


def test_the_records_of_a_set_can_be_made_one_after_another() -> None:
    text = """
standoff: 1
title: T
decision_makers:
  A: {options: {a: {}, b: {}}, prefers: [not A.a, not A.b, true]}
  B: {options: {c: {}}, prefers: [true]}
status_quo: {A.a: yes, A.b: yes}
"""
    conflict = loads(text)
    found = errors_needed(build_graph(conflict), "Nash")
    entry = errors_entry(found)["by_grade"][-1]
    for chosen in entry["sets"]:
        changed = conflict
        for one in chosen:
            path = next(edit.path for edit in edits(changed) if render_path(edit.path) == one["record"]["path"])
            changed = apply(changed, Edit(path, one["record"]["kind"], one["record"]["level"]))
        analysis = solve(changed, ["Nash"])
        assert bool(analysis.stable["Nash"][:, analysis.graph.meaning.status_quo].all()) != found.stable
