from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import loaded
from oracles.oracle import Oracle
from standoff.conflict.formula import Vocabulary, bind, evaluate, misfits
from standoff.conflict.meaning import interpret
from standoff.conflict.syntax import FormulaError, is_name, parse
from strategies.conflicts import Drawn, option_conflicts

WORDS = Vocabulary(
    {"A.x": ("no", "yes"), "A.role": ("lo", "mid", "hi"), "B.x": ("no", "yes"), "Б.опция": ("нет", "да")},
    frozenset({"calm", "role"}),
)
LEVELS = [
    np.array(column, np.int8) for column in zip(*itertools.product(range(2), range(3), range(2), range(2)), strict=True)
]


def truth(text: str) -> list[bool]:
    calm = LEVELS[0] == 0
    bound = bind(parse(text), WORDS)
    found = evaluate(bound, lambda option: LEVELS[option], {"calm": calm, "role": calm})
    return [bool(value) for value in np.broadcast_to(found, calm.shape)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A.x", "A.x = yes"),
        ("A.role", "A.role != lo"),
        ("A.role >= mid", "A.role = mid or A.role = hi"),
        ("A.role < mid", "not A.role"),
        ("not A.x and B.x", "(not A.x) and B.x"),
        ("not A.role = hi", "not (A.role = hi)"),
        ("A.x or B.x and calm", "A.x or (B.x and calm)"),
        ("A.x if B.x", "A.x or not B.x"),
        ("A.x or B.x if calm and B.x", "(A.x or B.x) if (calm and B.x)"),
        ("A.x if B.x if calm", "(A.x if B.x) if calm"),
        ("A.x iff B.x if calm", "(A.x iff B.x) if calm"),
        ("A.x iff B.x", "A.x and B.x or not A.x and not B.x"),
        ("опция", "Б.опция = да"),
        ("not not A.x", "A.x"),
        ("A.x or not A.x", "true"),
        ("A.x and not A.x", "false"),
        ("A.role<=mid", "A.role <= mid"),
    ],
)
def test_both_mean_the_same(one: str, other: str) -> None:
    assert truth(one) == truth(other)


@pytest.mark.parametrize(
    ("text", "message", "at"),
    [
        ("", "empty", 0),
        ("A.x and", "formula ends", 7),
        ("(A.x", 'expected ")"', 4),
        ("A.x B.x", "cannot stand here", 4),
        ("A.x == yes", 'one "=" compares', 5),
        ("A.role < mid < hi", "two sides", 13),
        ("A.x = ", "expected a level", 6),
        ("A.x & B.x", "not a name or a symbol", 4),
        ("A. x", "not a name or a symbol", 0),
        ("and", "stands where", 0),
        ("_x", "not a name", 0),
        ("A.role = 1", "not a name", 9),
        ("x" * 10_001, "longer than 10,000", 0),
        ("not " * 101 + "A.x", "nested more than 100", 0),
        ("(" * 101 + "A.x" + ")" * 101, "nested more than 100", 0),
        ("A.x" + " if A.x" * 101, "nested more than 100", 0),
        ("(" * 60 + "A.x" + " if A.x)" * 60 + " if A.x" * 60, "nested more than 100", 0),
    ],
)
def test_what_is_not_of_the_language_is_told_with_a_caret(text: str, message: str, at: int) -> None:
    with pytest.raises(FormulaError, match="\\^") as error:
        parse(text)
    assert message in str(error.value)
    if len(text) < 50:
        assert error.value.excerpt.splitlines()[1].index("^") == at


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("A.xx", 'did you mean "A.x"?'),
        ("A.role = hii", 'did you mean "hi"?'),
        ("x", "ambiguous: A.x or B.x"),
        ("calmm", 'did you mean "calm"?'),
        ("calm = yes", "is a definition, not an option"),
        ("role", "both a definition and an option; write A.role"),
        ("role = hi", "both a definition and an option"),
        ("Q.x", "unknown option"),
    ],
)
def test_a_name_that_does_not_fit_is_told_with_the_nearest(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as error:
        bind(parse(text), WORDS)
    assert message in str(error.value)


def test_all_names_that_do_not_fit_are_told() -> None:
    assert len(list(misfits(parse("A.q and (B.q or A.role = q) if true"), WORDS))) == 3


def test_a_long_formula_shows_the_part_around_the_caret() -> None:
    with pytest.raises(FormulaError) as error:
        bind(parse("A.x and " * 500 + "A.q" + " and A.x" * 500), WORDS)
    text, caret = error.value.excerpt.splitlines()
    assert len(text) < 120
    assert text[caret.index("^") :].startswith("A.q")


def test_depth_is_that_of_the_tree_and_not_of_the_text() -> None:
    assert truth(" and ".join(["(A.x if B.x)"] * 300)) == truth("A.x if B.x")


def test_names_of_any_script_are_names_and_words_of_the_language_are_not() -> None:
    assert all(map(is_name, ("Iran", "Иран", "ایران", "हिन्दी", "x1", "order", "iffy")))
    assert not any(map(is_name, ("", "1x", "_x", "a b", "a-b", "not", "if", "true", "a.b", "℘", "a·b", "Ⅷ")))


def test_composed_and_decomposed_letters_are_the_same_name() -> None:
    words = Vocabulary({"A.\u00e9": ("no", "yes")})
    assert bind(parse("A.e\u0301"), words) == bind(parse("A.\u00e9"), words)


@given(st.text(max_size=60))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        formula = parse(text)
    except FormulaError:
        return
    assert parse(formula.text).tree == formula.tree


@given(option_conflicts(combinations=32))
def test_truth_is_that_of_the_oracle(drawn: Drawn) -> None:
    oracle = Oracle(drawn.document, drawn.formulas)
    meaning = interpret(loaded(drawn))
    for text, tree in drawn.formulas.items():
        found = meaning.states.truth(bind(parse(text), meaning.vocabulary), meaning.defined)
        vectors = [meaning.states.combinations.levels(int(code)) for code in meaning.states.codes]
        assert [bool(value) for value in found] == [oracle.language.holds(tree, vector) for vector in vectors]
