"""Which changes did it: every set of changes judged by the definitions, the smaller ones first."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import standoff as so
from checks import chunks, examples, loaded, sized
from conflict.test_changes import BASE, edited
from oracles.inverse import Negations, small_conflicts
from oracles.oracle import Oracle, State, Tree
from standoff import casebook
from standoff.analysis.diff import Cause, ModelDiff, NotComparable, Version, compare_models
from standoff.analysis.panel import compare_experts
from standoff.concepts import Standing
from standoff.conflict.changes import model_changes
from standoff.conflict.edits import Edit, apply, settled
from standoff.conflict.meaning import interpret
from standoff.conflict.model import Conflict, as_state_name
from standoff.documents import schema
from standoff.errors import InvalidConflict, StandoffError
from standoff.formats import dumps, loads
from standoff.formats.writing import write_conflict
from standoff.writers.terminal import plain_text
from strategies.conflicts import Drawn, random_viewed, viewed_conflicts

CHUNKS = 10
PAIRS = 50  # in each chunk
LADDER = (("Nash", Standing.AT_REST), ("SEQ", Standing.DETERRED), ("GMR", Standing.DETERRED_AT_COST))

Verdicts = tuple[dict[str, Standing], dict[Any, Standing]]  # of each at the status quo, and of the equilibria


class Trees(Negations):
    """Trees by text, also of what a negation negates."""

    def __missing__(self, text: str) -> Tree:
        if (whole := f"not ({text})") in self:
            tree: Tree = self[whole][1]
            return tree
        return super().__missing__(text)


def with_numbers(document: Any) -> Any:
    """A document as it is drawn: states are called by numbers where these are their names, also as keys."""
    if "states" in document:
        document["states"] = {as_state_name(key): value for key, value in document["states"].items()}
    if "graph" in document:
        graph = document["graph"]
        graph["states"] = {as_state_name(key): value for key, value in graph["states"].items()}
        graph["moves"] = {
            dm: {as_state_name(key): ends for key, ends in arcs.items()} for dm, arcs in graph["moves"].items()
        }
    return document


def judged(conflict: Conflict, drawn: Drawn) -> Verdicts | None:
    """The verdicts by the definitions in sets; None where the conflict is not valid."""
    try:
        document = with_numbers(write_conflict(loads(dumps(conflict, ".json"), ".json")))
    except InvalidConflict:
        return None
    oracle = Oracle(document, Trees(drawn.formulas))
    stable = {(name, dm): oracle.stable(name, dm) for name, _ in LADDER for dm in oracle.dms}

    def stands(dm: str, s: State) -> Standing:
        return next((step for name, step in LADDER if s in stable[name, dm]), Standing.WILL_MOVE)

    weakest = {s: min(stands(dm, s) for dm in oracle.dms) for s in oracle.states}
    quo = oracle.status_quo
    return (
        {} if quo is None else {dm: stands(dm, quo) for dm in oracle.dms},
        {
            frozenset(oracle.members[s]) if oracle.option_form else s: step
            for s, step in weakest.items()
            if step > Standing.WILL_MOVE
        },
    )


def smallest(found: ModelDiff, wanted: Any, verdict: Any, drawn: Drawn) -> list[tuple[int, ...]]:
    """All sets of changes of the least size after which the verdict is what is wanted."""
    for size in range(len(found.weighing) + 1):
        giving = []
        for numbers in combinations(found.weighing, size):
            given = judged(found.changed(numbers), drawn)
            if given is not None and verdict(given) == wanted:
                giving.append(numbers)
        if giving:
            return giving
    raise AssertionError("not even all changes give it")


def pair(rng: Random, drawn: Drawn) -> tuple[Conflict, Conflict] | None:
    """A conflict and itself after one to four random edits, where both are valid."""
    one = loads(dumps(loaded(drawn), ".json"), ".json")
    try:
        other = edited(one, rng, rng.randint(1, 4))
        loads(dumps(other, ".json"), ".json")
    except (InvalidConflict, ValueError):
        return None
    return one, other


def check(cause: Cause, expected: Collection[tuple[int, ...]]) -> None:
    assert cause.exact
    assert set(cause.sets) <= set(expected)
    assert len(cause.sets) == min(len(expected), 20)


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_the_smallest_set_gives_the_verdicts_and_none_smaller_does(chunk: int) -> None:
    rng = Random(chunk)
    differing = several = 0
    for drawn in small_conflicts(chunk, sized(10, PAIRS), 12, combinations=16):
        both = pair(rng, drawn)
        if both is None:
            continue
        found = compare_models(Version(both[0]), Version(both[1]))
        before, after = (judged(one, drawn) for one in both)
        assert before is not None
        assert after is not None
        expected = {("standing", dm) for dm in before[0] | after[0] if before[0].get(dm) != after[0].get(dm)}
        expected |= {("equilibria", "")} if before[1] != after[1] else set()
        assert {(turn.of, turn.name) for turn in found.turns} == expected
        if not expected:
            assert found.whole is None
            continue
        differing += 1
        for turn, cause in zip(found.turns, found.causes, strict=True):
            k, name = (1, None) if turn.of == "equilibria" else (0, turn.name)
            check(cause, smallest(found, of(after, k, name), lambda one, k=k, name=name: of(one, k, name), drawn))
        assert found.whole is not None
        check(found.whole, smallest(found, after, lambda one: one, drawn))
        several += len(found.whole.sets[0]) > 1
    assert differing > 3
    assert several


def of(verdicts: Verdicts, k: int, name: str | None) -> Any:
    """One of the verdicts."""
    return verdicts[k] if name is None else verdicts[k].get(name)


def test_claims_and_views_are_among_the_verdicts_and_the_changes() -> None:
    one = loads(BASE)
    other = loads(BASE.replace("[dam, talk = high", "[talk = high, dam").replace("not dam: 3", "not dam: 1"))
    found = compare_models(Version(one), Version(other))
    names = {(turn.of, turn.name) for turn in found.turns}
    values = {name: [model.claim("stays") for model in (found.before, found.after)] for name in ("stays",)}
    assert (("claim", "stays") in names) == (values["stays"][0] != values["stays"][1])
    assert len(found.weighing) == 2


def test_what_only_words_differ_in_changes_no_verdict() -> None:
    found = compare_models(Version(loads(BASE)), Version(loads(BASE.replace("Two at a river", "Another title"))))
    assert found
    assert not found.weighing
    assert not found.turns
    assert found.whole is None
    assert not compare_models(Version(loads(BASE)), Version(loads(BASE)))


def test_an_option_that_is_new_counts_as_at_its_first_level_before() -> None:
    after = BASE.replace("sue: {}, pay: {}", "sue: {}, pay: {}, wait: {}").replace("not pay: 1", "not pay: 1, wait: 9")
    found = compare_models(Version(loads(BASE)), Version(loads(after)))
    assert any(turn.of == "equilibria" for turn in found.turns)
    reordered = BASE.replace("sue: {}, pay: {}", "pay: {}, sue: {}")
    assert not compare_models(Version(loads(BASE)), Version(loads(reordered))).turns


def test_a_rule_that_shifts_the_numbers_of_states_moves_no_status_quo() -> None:
    one = loads(BASE.replace("status_quo: {dam: yes}", "status_quo: 2"))
    other = loads(BASE.replace("[dam and pay]", "[dam and pay, talk = low and sue]"))
    assert [change.path[0] for change in compare_models(Version(one), Version(other)).changes] == ["infeasible"]


def test_options_and_a_graph_cannot_be_compared() -> None:
    graph = "standoff: 1\ntitle: G\ndecision_makers: {A: {ranking: [a, b]}}\ngraph: {states: {a: , b: }, moves: {}}"
    with pytest.raises(NotComparable, match="one is given by options and the other as a graph"):
        compare_models(Version(loads(BASE)), Version(loads(graph)))


def many() -> tuple[Conflict, Conflict]:
    """The war in Syria, and that with more changes than all sets are gone through of."""
    one = other = casebook.load("syria-2015")
    names = [dm.name for dm in one.decision_makers]
    for name, k in [(name, k) for name in names for k in (0, 2, 4)][:11]:
        other = apply(other, Edit(("decision_makers", name, "prefers", k), "swap"))
    return one, other


@pytest.mark.slow
def test_of_many_changes_a_bound_is_told_that_gives_the_verdicts() -> None:
    one, other = many()
    found = compare_models(Version(one), Version(other))
    assert len(found.weighing) > 10
    assert found.whole is not None
    told = found.whole.sets[0]
    again = compare_models(Version(found.changed(told)), Version(other))
    assert not again.turns
    for number in told if len(told) > 2 else ():
        assert compare_models(Version(found.changed(set(told) - {number})), Version(other)).turns
    assert found.whole.exact == (len(told) <= 3)


def test_what_was_not_tried_is_told() -> None:
    one, other = many()
    calls = iter([False, False, *[True] * 10_000])
    found = compare_models(Version(one), Version(other), enough=lambda: next(calls))
    assert found.not_done
    assert not any(cause.exact and not cause.sets for cause in found.causes)


def test_a_few_changes_of_a_large_case_take_less_than_five_seconds() -> None:
    one = casebook.load("syria-2015")
    other = edited(one, Random(3), 5)
    start = time.process_time()
    found = compare_models(Version(one), Version(other))
    assert found.changes
    assert time.process_time() - start < 5


@pytest.mark.slow
@examples(30)
@given(viewed_conflicts(16), viewed_conflicts(16), st.randoms(use_true_random=False))
def test_whatever_differs_is_told(drawn: Drawn, far: Drawn, rng: Random) -> None:
    one, other = loaded(drawn), loaded(far)
    with suppress(InvalidConflict, ValueError):
        near = edited(one, rng, 3)
        loads(dumps(near, ".json"), ".json")
        check_told(one, near)
    if (one.graph is None) == (other.graph is None):
        check_told(one, other)


def check_told(one: Conflict, other: Conflict) -> None:
    answer = so.diff(one, other, seconds=0.5)
    text, document = plain_text(answer.section(), 10_000), json.dumps(answer.document())
    jsonschema.Draft202012Validator(schema("diff")).validate(json.loads(document))
    assert text.count("\n  1. ") == bool(answer.found.found.weighing)
    assert not re.search(r"\w+\((name|formula|text|statement)=", document)
    assert json.loads(json.dumps(so.panel([one, other, one], seconds=0.5).document()))["tried"] >= 0


# Panels


@pytest.mark.first(1)
@pytest.mark.parametrize("seed", range(6))
def test_the_disagreement_that_matters_most_changes_most_verdicts(seed: int) -> None:
    rng = Random(seed)
    drawn = random_viewed(rng, "option", 16)
    one = loaded(drawn)
    try:
        models = [one, edited(one, rng, 2), edited(one, rng, 2)]
        found = compare_experts([*map(Version, models)])
    except (InvalidConflict, ValueError):
        return
    assert {row.of for row in found.rows} <= {"standing", "claim"}
    for row in found.rows:
        assert row.values == tuple(model.value(row.of, row.name) for model in found.models)
    assert [one.weight for one in found.disagreements] == sorted(
        (one.weight for one in found.disagreements), reverse=True
    )
    for disagreement in found.disagreements:
        for way in disagreement.ways:
            for x, turns in way.turned:
                settled = settle(by_levels(models[x]), by_levels(models[way.says[0]]), disagreement.change.about)
                if settled is not None:
                    again = compare_models(Version(models[x]), Version(settled))
                    assert {(turn.of, turn.name) for turn in turns} == {(turn.of, turn.name) for turn in again.turns}


def by_levels(conflict: Conflict) -> Conflict:
    """The conflict with its status quo by levels: where a rule goes, numbers mean other states."""
    quo, meaning = conflict.status_quo, interpret(conflict)
    if quo is None or isinstance(quo.state, tuple) or not meaning.states.option_form or conflict.states:
        return conflict
    at = meaning.states.levels(meaning.states.position[quo.state])
    assert at is not None
    options = conflict.vocabulary.options.items()
    levels = tuple((name, levels[k]) for (name, levels), k in zip(options, at, strict=True) if k)
    return replace(conflict, status_quo=replace(quo, state=levels))


def settle(one: Conflict, other: Conflict, about: Any) -> Conflict | None:
    """The first after the change to the second that is about this."""
    from standoff.conflict.changes import made

    numbers = [change.number for change in model_changes(one, other) if change.about == about]
    return settled(made(one, other, numbers)) if numbers else None


def test_experts_who_say_the_same_disagree_on_nothing() -> None:
    found = compare_experts([Version(loads(BASE))] * 3)
    assert not found.disagreements
    assert not found.disputed
    assert all(row.agreed for row in found.rows)


def test_a_panel_of_one_is_none() -> None:
    with pytest.raises(StandoffError, match="two models or more"):
        compare_experts([Version(loads(BASE))])
