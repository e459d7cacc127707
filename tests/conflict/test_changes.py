"""Changes between two conflicts: all of them make the second of the first, none leaves it, and each says what it is."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import examples, loaded, slow_but
from standoff import casebook
from standoff.conflict.changes import ModelChange, made, model_changes
from standoff.conflict.edits import apply, edits, view_edits
from standoff.conflict.evidence import Evidence, Kind, Quote, Source, Sure
from standoff.conflict.model import Conflict
from standoff.errors import InvalidConflict
from standoff.formats import loads
from strategies.conflicts import Drawn, conflicts, viewed_conflicts

BASE = """
standoff: 1
title: Two at a river
sources: {paper: {title: A paper}}
decision_makers:
  Up:
    options: {dam: {}, talk: {levels: [no, low, high]}}
    prefers: [dam, talk = high, not Down.sue, Down.pay]
  Down:
    options: {sue: {}, pay: {}}
    weights: {not dam: 3, talk = high: 2, not pay: 1}
define: {peace: not sue}
infeasible: [dam and pay]
status_quo: {dam: yes}
claims: [{id: stays, says: It stays, test: {holds: {concept: SEQ}}}]
"""


def edited(conflict: Conflict, rng: Random, count: int) -> Conflict:
    """A conflict after so many random edits of what is in it, its views among them."""
    for _ in range(count):
        among = [*edits(conflict), *view_edits(conflict)]
        if among:
            conflict = apply(conflict, rng.choice(among))
    return conflict


def with_evidence(conflict: Conflict, rng: Random) -> Conflict:
    """The same with a source, and a decision maker of which more is known."""
    kind = rng.choice([None, *Kind])
    evidence = Evidence("because", Quote("s", "words"), kind, rng.choice([*Sure]))
    quo = None if conflict.status_quo is None else replace(conflict.status_quo, evidence=evidence)
    dms = tuple(replace(dm, title=rng.choice([None, "A title"])) for dm in conflict.decision_makers)
    return replace(conflict, sources=(Source("s"),), status_quo=quo, decision_makers=dms, limits=("Little is known.",))


def check_law(one: Conflict, other: Conflict) -> None:
    found = model_changes(one, other)
    assert made(one, other, ()) == one
    assert made(one, other, range(len(found))) == other
    assert [change.number for change in found] == list(range(len(found)))
    assert bool(found) == (one != other)


@examples(200)
@given(viewed_conflicts(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_all_changes_of_an_edited_conflict_make_it_and_none_leave_it(drawn: Drawn, rng: Random, count: int) -> None:
    one = loaded(drawn)
    try:
        other = edited(one, rng, count)
    except (InvalidConflict, ValueError):
        return
    check_law(one, other)
    check_law(with_evidence(one, rng), with_evidence(other, rng))


@examples(100)
@given(conflicts(), conflicts())
def test_all_changes_between_any_two_conflicts_make_the_second_of_the_first(one: Drawn, other: Drawn) -> None:
    check_law(loaded(one), loaded(other))


@pytest.mark.parametrize("name", slow_but(casebook.names(), "elmira", "chicken"))
def test_all_changes_between_cases_make_the_second_of_the_first(name: str) -> None:
    for other in casebook.names():
        check_law(casebook.load(name), casebook.load(other))


@examples(100)
@given(viewed_conflicts(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_the_changes_back_are_about_the_same(drawn: Drawn, rng: Random, count: int) -> None:
    one = loaded(drawn)
    try:
        other = edited(one, rng, count)
    except (InvalidConflict, ValueError):
        return
    there, back = model_changes(one, other), model_changes(other, one)
    turned = {"added": "dropped", "dropped": "added"}
    assert {(turned.get(change.kind, change.kind), change.about, change.weighs) for change in there} == {
        (change.kind, change.about, change.weighs) for change in back
    }


def between(old: str, new: str) -> list[ModelChange]:
    """The changes where one text of the base is another."""
    assert old in BASE
    return list(model_changes(loads(BASE), loads(BASE.replace(old, new))))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title: Two at a river", "title: Two", [("changed", ("title",), False)]),
        ("[dam, talk = high,", "[dam,", [("dropped", ("decision_makers", "Up", "prefers", 1), True)]),
        ("[dam, talk", "[not pay, dam, talk", [("added", ("decision_makers", "Up", "prefers", 0), True)]),
        ("[dam, talk = high", "[talk = high, dam", [("moved", ("decision_makers", "Up", "prefers", 0), True)]),
        ("not Down.sue", "Down.sue", [("changed", ("decision_makers", "Up", "prefers", 2), True)]),
        ("talk = high, not", "talk = low, not", [("changed", ("decision_makers", "Up", "prefers", 1), True)]),
        ("not dam: 3", "not dam: 2", [("changed", ("decision_makers", "Down", "weights", "not dam", "weight"), True)]),
        ("[dam and pay]", "[]", [("dropped", ("infeasible", 0), True)]),
        ("dam: {}, talk", "dam: {moves: forward}, talk", [
            ("changed", ("decision_makers", "Up", "options", "dam", "moves"), True)]),
        ("no, low, high", "no, low, mid, high", [
            ("added", ("decision_makers", "Up", "options", "talk", "levels", "mid"), True)]),
        ("status_quo: {dam: yes}", "status_quo: {}", [("changed", ("status_quo",), True)]),
        ("peace: not sue", "peace: not sue and not dam", [("changed", ("define", "peace"), True)]),
        ("It stays", "It holds", [("changed", ("claims", 0, "says"), False)]),
        ("concept: SEQ", "concept: Nash", [("changed", ("claims", 0, "test"), True)]),
        ("[dam, talk", "[{that: dam, sure: likely}, talk", [
            ("changed", ("decision_makers", "Up", "prefers", 0, "sure"), False)]),
        ("title: A paper", "title: The paper", [("changed", ("sources", "paper", "title"), False)]),
    ],
)  # fmt: skip
def test_a_change_says_what_it_is_and_where(
    old: str, new: str, expected: list[tuple[str, tuple[str, ...], bool]]
) -> None:
    assert [(one.kind, one.path, one.weighs) for one in between(old, new)] == expected


def test_a_statement_that_is_turned_round_and_moved_is_two_changes_of_one_statement() -> None:
    found = between("[dam, talk = high, not Down.sue", "[Down.sue, dam, talk = high")
    assert [(one.kind, one.old, one.new) for one in found] == [
        (kind, ("decision_makers", "Up", "prefers", 2), ("decision_makers", "Up", "prefers", 0))
        for kind in ("changed", "moved")
    ]
    one, other = loads(BASE), loads(BASE.replace("[dam, talk = high, not Down.sue", "[Down.sue, dam, talk = high"))
    turned = made(one, other, [0]).decision_makers[0].preference
    assert turned is not None
    assert [str(statement.formula) for _, statement in turned.stated()] == [
        "dam",
        "talk = high",
        "Down.sue",
        "Down.pay",
    ]
