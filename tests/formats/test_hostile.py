"""Bad input of every kind: exit code 2, a message that names the place, no traceback; bounded in time and size."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import standoff
from checks import SMALL, run, slow_but, written
from standoff.conflict.model import Definition, OrderedStatements, Statement
from standoff.conflict.syntax import parse
from standoff.errors import InvalidConflict, StandoffError, render_path
from standoff.formats import loads

GRAPH = """
standoff: 1
title: Graph form
decision_makers: {A: {ranking: [1, 2]}, B: {ranking: [2, 1]}}
graph: {states: {1: one, 2: two}, moves: {A: {1: [2]}}}
"""


def small(old: str, new: str) -> str:
    assert old in SMALL
    return SMALL.replace(old, new)


BAD = {
    "unknown option": (small("not A.x]", "not A.xx]"), 'prefers[1]: unknown option "A.xx"; did you mean "A.x"?'),
    "unknown level": (small("A.y = hi", "A.y = hih"), 'unknown level of A.y "hih"; did you mean "hi"?'),
    "formula syntax": (small("not A.x]", '"not (A.x"]'), 'decision_makers.A.prefers[1]: expected ")"'),
    "a tab": ("standoff: 1\ndecision_makers:\n\tA: {}\n", "a tab stands at its beginning: indent with spaces"),
    "yaml syntax": ("a: [1, 2\nb: }", ":2: not YAML"),
    "duplicate key": (SMALL + "title: again\n", 'the key "title" is given twice (first in line 3)'),
    "unknown key": (SMALL + "clams: []\n", 'clams: unknown key "clams"; did you mean "claims"?'),
    "state missing in a ranking": (small("prefers: [A.y = hi]", "ranking: [1, 2, 3]"), "missing: 4, 5, 6, 7, 8, 9"),
    "state ranked twice": (small("prefers: [A.y = hi]", "ranking: [1, [2, 1]]"), "ranking[1]: state 1 is ranked twice"),
    "unknown state": (small("prefers: [A.y = hi]", "ranking: [77]"), 'ranking[0]: unknown state "77"'),
    "empty tie": (small("prefers: [A.y = hi]", "ranking: [[], 1]"), "ranking[0]: an empty group"),
    "two preferences": (
        small("prefers: [A.y = hi]", "prefers: [A.x]\n    weights: {A.x: 1}"),
        "B has prefers and weights",
    ),
    "no preferences": (small("    prefers: [A.y = hi]\n", ""), "decision_makers.B: B has no preferences"),
    "empty preferences": (small("prefers: [A.y = hi]", "prefers: []"), "prefers of B is empty"),
    "infeasible status quo": (small("{A.x: yes}", "{A.x: yes, B.x: yes}"), "infeasible, by the rule: A.x and B.x"),
    "unknown status quo": (small("{A.x: yes}", "17"), 'status_quo: unknown state "17"'),
    "level of another type": (small("{A.x: yes}", "{A.x: 1}"), "status_quo"),
    "option twice": (small("{A.x: yes}", "{A.x: yes, A.y: lo, y: hi}"), "A.y is given twice"),
    "no feasible state": (small("[A.x and B.x]", "[true]"), "no feasible state"),
    "too many combinations": (
        small("{x: {}}", "{" + ", ".join(f"o{k}: {{}}" for k in range(30)) + "}"),
        "combinations of levels; the explicit engine takes 16,777,216",
    ),
    "absurdly many": (
        small("{x: {}}", "{" + ", ".join(f"o{k}: {{}}" for k in range(30_000)) + "}"),
        "more than 2^",
    ),
    "wrong type": (small("title: A small conflict", "title: [a]"), ":3: title: expected text"),
    "number for text": (small("title: A small conflict", "title: 5"), "found the number 5"),
    "list for mapping": (
        "standoff: 1\ntitle: t\ndecision_makers: [a]\n",
        "decision_makers: expected a mapping, found a list",
    ),
    "missing key": ("standoff: 1\ndecision_makers: {}\n", "title: is missing"),
    "other version": (small("standoff: 1", "standoff: 2"), "standoff: expected 1, found the number 2"),
    "empty options": (small("options: {x: {}}", "options: {}"), "B has no options"),
    "one level": (small("[lo, mid, hi]", "[lo]"), "options.y.levels: an option needs two levels"),
    "level twice": (small("[lo, mid, hi]", "[lo, lo]"), "a level is given twice"),
    "number as level": (small("[lo, mid, hi]", "[lo, 5]"), "options.y.levels: level 2 is not a name"),
    "word as name": (small("  B:", "  if:"), '"if" cannot name a decision maker'),
    "cycle": (SMALL + "define: {a: b, b: c and A.x, c: a}\n", "defined by itself: "),
    "self-definition": (SMALL + "define: {a: a or A.x}\n", "define.a: defined by itself: a → a"),
    "alias bomb": ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchors (&a) are not of the format"),
    "tag": (small("title: A", "title: !!python/object/apply:os.system A"), ":3: tags ("),
    "deep nesting": ("[" * 100_000, "nested more than 40 deep"),
    "megabyte formula": (small("not A.x]", '"' + "not " * 250_000 + 'A.x"]'), "longer than 10,000 characters"),
    "second document": (SMALL + "---\na: 1\n", "a second document begins"),
    "empty": ("", "the file is empty"),
    "scalar": ("hello", "expected a mapping"),
    "control character": ('standoff: 1\ntitle: "\\e[31m"\n', "control character"),
    "too many values": ("\n".join(f"k{k}: 1" for k in range(520_000)), "more than 1,000,000 values"),
    "too large": ("# " + "x" * 9_000_000, "larger than 8 MiB"),
    "too many statements": (small("[B.x, not A.x]", "[" + "5, " * 200_000 + "5]"), "200,001 entries; at most 10,000"),
    "too many rules": (small("[A.x and B.x]", "[" + "5, " * 200_000 + "5]"), "infeasible: 200,001 entries"),
    "huge weight": (
        small("prefers: [A.y = hi]", "weights: {A.x: 1e9999}"),
        'weights["A.x"]: expected a finite number',
    ),
    "infinite weight": (small("prefers: [A.y = hi]", "weights: {A.x: .inf}"), "expected a number"),
    "absurd exponent": (
        small("prefers: [A.y = hi]", "weights: {A.x: 1e99999999999999999999}"),
        'weights["A.x"]: expected a number',
    ),
    "bad date": (SMALL + "date: 2015-02-30\n", "date: no such date"),
    "bad grade": (SMALL + "sources: {s: {grade: Z9}}\n", "sources.s.grade: expected a grade"),
    "unknown source": (
        small("not A.x]", "{that: A.x, quote: {source: q, exact: w}}]"),
        'prefers[1].quote.source: unknown source "q"',
    ),
    "unknown via": (
        SMALL + "sources: {s: {via: t}, tt: {}}\n",
        'sources.s.via: unknown source "t"; did you mean "tt"?',
    ),
    "empty quote": (small("not A.x]", "{that: A.x, quote: {source: q, exact: ''}}]"), "quote.exact: is empty"),
    "view of oneself": (SMALL + "views: {A: {A: {prefers: [true]}}}\n", "A cannot have a view of itself"),
    "view of nobody": (SMALL + "views: {A: {Q: {prefers: [true]}}}\n", 'views.A.Q: unknown decision maker "Q"'),
    "view of an unknown option": (SMALL + "views: {A: {B: {options: {q: {}}}}}\n", "unknown option of B"),
    "history of nothing": (SMALL + "history: [{date: 2015, moves: {A.q: yes}}]\n", 'unknown option "A.q"'),
    "unknown test": (
        SMALL + "claims: [{id: a, says: b, test: {hold: {}}}]\n",
        'claims[0].test.hold: unknown key "hold"; did you mean "holds"?',
    ),
    "claim twice": (
        SMALL + "claims: [{id: a, says: b, test: {drawn: {}}}, {id: a, says: b, test: {drawn: {}}}]\n",
        'claim "a" is given twice',
    ),
    "claim by nobody": (
        SMALL + "claims: [{id: a, says: b, test: {can_reach: {by: [[Q]], goal: A.x}}}]\n",
        'unknown decision maker "Q"',
    ),
    "claim of nothing": (
        SMALL + "claims: [{id: a, says: b, test: {can_reach: {by: [[A]], goal: A.q}}}]\n",
        'test.can_reach.goal: unknown option "A.q"',
    ),
    "overlapping states": (SMALL + "states: {1: A.x, 2: not A.x or A.y}\n", "matches this entry and 1"),
    "uncovered states": (SMALL + "states: {1: A.x}\n", "states: no entry matches A.x = no"),
    "state of nothing": (SMALL + "states: {1: true, 2: false}\n", "states.2: no feasible combination matches"),
    "mixed state names": (SMALL + "states: {1: A.x, two: not A.x}\n", "all integers or all text"),
    "members told apart": (
        SMALL + "states: {1: A.x, 2: not A.x}\n",
        "tells two combinations of state 2 apart: (A.x = no, A.y = lo, B.x = no) and (A.x = no, A.y = hi, B.x = no)",
    ),
    "published nonsense": (
        SMALL + "published: {equilibria: {Nahs: [1]}}\n",
        'unknown concept "Nahs"; did you mean "Nash"?',
    ),
    "published nowhere": (
        SMALL + "published: {equilibria: {Nash: [99]}}\n",
        'published.equilibria.Nash: unknown state "99"',
    ),
    "graph form with options": (
        GRAPH.replace("{A: {r", "{A: {options: {x: {}}, r"),
        "options and graph exclude each other",
    ),
    "graph form with formulas": (GRAPH.replace("ranking: [1, 2]", "prefers: [true]"), "preferences are rankings"),
    "graph form with views by formulas": (GRAPH + "views: {A: {B: {prefers: [true]}}}\n", "preferences are rankings"),
    "graph form with rules": (GRAPH + "infeasible: [true]\n", "infeasible needs options"),
    "move to nowhere": (GRAPH.replace("[2]}}", "[3]}}"), 'graph.moves.A.1: unknown state "3"'),
    "move to itself": (GRAPH.replace("1: [2]", "1: [1]"), "1 to 1 is none"),
    "move by nobody": (GRAPH.replace("moves: {A", "moves: {Q"), 'unknown decision maker "Q"'),
}


LONG = {"too many statements", "too many values", "too many rules", "absurdly many"}


@pytest.mark.parametrize("kind", slow_but(BAD, *(kind for kind in BAD if kind not in LONG)))
def test_bad_input_is_told_with_its_place(kind: str, tmp_path: Path) -> None:
    text, message = BAD[kind]
    result = run("solve", written(tmp_path, text))
    assert result.exit_code == 2
    assert message in result.stderr
    assert "conflict.yaml" in result.stderr
    assert "Traceback" not in result.output
    assert result.stdout == ""


SEVERAL_IN_ONE_PART = {
    "a weight": (small("prefers: [A.y = hi]", "weights: {A.x: {weight: a, sure: b, kind: c}, A.y: 2}"), 3),
    "a statement": (small("[A.y = hi]", "[{that: 7, sure: b, quote: {source: [1], exact: 2}}]"), 4),
    "a rule": (small("[A.x and B.x]", "[{rule: 7, sure: b, kind: c}]"), 3),
    "an option": (small("{x: {}}", "{x: {levels: [1, 2], moves: up}}"), 2),
    "a decision maker": (small("    options: {x: {}}\n    prefers", "    options: 1\n    about: [2]\n    prefers"), 2),
    "the definitions": (SMALL + "define: {p: 1, q: {that: 2, sure: b}, r: 3}\n", 4),
    "a source": (SMALL + "sources: {s: {grade: Z9, via: 3, title: []}, t: 5}\n", 4),
    "a view": (SMALL + "views: {A: {B: {prefers: 5, title: 5, options: {x: {moves: up, hidden: 2}}}}}\n", 4),
    "a claim": (SMALL + "claims: [{id: 1, says: 2, test: {drawn: {}}}]\n", 2),
}


@pytest.mark.parametrize("part", SEVERAL_IN_ONE_PART)
def test_several_mistakes_in_one_part_are_told_and_nothing_else(part: str) -> None:
    text, count = SEVERAL_IN_ONE_PART[part]
    with pytest.raises(InvalidConflict) as told:
        loads(text)
    assert len(told.value.problems) == count, str(told.value)


HYPHEN = small("[B.x, not A.x]", "[true]").replace("{x: {}, y: {levels: [lo, mid, hi]}}", "{no-fly: {}, y: {}}")
HYPHEN = HYPHEN.replace("[A.y = hi]", "[true]").replace("[A.x and B.x]", "[]").replace("{A.x: yes}", "{}")
SUGGESTING = {
    "option": HYPHEN.replace("[]", "[A.no_fly]"),
    "option by its bare name": HYPHEN.replace("[]", "[no_fly]"),
    "option at the status quo": HYPHEN.replace("status_quo: {}", "status_quo: {A.no_fly: yes}"),
    "option of a view": HYPHEN + "views: {B: {A: {options: {no_fly: {moves: both}}}}}\n",
    "definition": SMALL.replace("[A.x and B.x]", "[ab_cd]") + "define: {ab-cd: A.x}\n",
    "level": SMALL.replace("[lo, mid, hi]", "[lo-1, mid, hi]").replace("A.y = hi", "A.y = lo_1"),
    "decision maker of a view": SMALL.replace("  B:", "  BB-C:") + "views: {A: {BB_C: {prefers: [A.x]}}}\n",
    "decision maker with views": SMALL.replace("  B:", "  BB-C:") + "views: {BB_C: {A: {prefers: [A.x]}}}\n",
    "decision maker of a claim": SMALL.replace("  B:", "  BB-C:")
    + "claims: [{id: a, says: b, test: {can_reach: {by: [[BB_C]], goal: A.x}}}]\n",
    "an ambiguous name": SMALL.replace("x: {}", "act: {}").replace("{A.x: yes}", "{}").replace("A.x and B.x", "acts"),
    "a definition where a level is needed": small("[A.x and B.x]", "[peac = yes]") + "define: {peace: A.x}\n",
    "a definition of itself": SMALL + "define: {peace: peac}\n",
    "a definition in a circle": SMALL + "define: {peace: not truc, truce: fine or A.x, fine: A.x and peace}\n",
    "an option that is given": small("{A.x: yes}", "{A.y: lo, A.yx: yes}"),
    "an option that a view gives": SMALL + "views: {B: {A: {options: {x: {moves: both}, xx: {moves: both}}}}}\n",
    "a key that is given": SMALL + "about: a\nabuot: b\n",
    "a view of oneself": SMALL + "views: {A: {a: {prefers: [A.x]}}}\n",
    "one who answers itself": SMALL
    + "claims: [{id: a, says: b, test: {answers: {by: A, makes: A.x, who: a, with: B.x}}}]\n",
    "a concept that does not fit": SMALL + "claims: [{id: a, says: b, test: {accident: {to: A.x, acting: SIN}}}]\n",
}


def _problems(text: str) -> set[tuple[str, str]]:
    try:
        loads(text)
    except InvalidConflict as error:
        return {(render_path(problem.path), problem.message) for problem in error.problems}
    return set()


@pytest.mark.parametrize("kind", SUGGESTING)
def test_what_is_suggested_is_accepted(kind: str) -> None:
    text = SUGGESTING[kind]
    problems = _problems(text)
    assert any(message.startswith("unknown ") for _, message in problems)
    for path, message in problems:
        match = re.search(r'unknown .* "(.*)"; did you mean "(.*)"', message)
        if match:
            assert _problems(text.replace(match[1], match[2])) <= problems - {(path, message)}


JSON_BAD = {
    "syntax": ('{"a": 1,}', ":1: not JSON"),
    "duplicate key": ('{"standoff": 1,\n"title": "a",\n"title": "b"}', ':3: title: the key "title" is given twice'),
    "not a number": ('{"standoff": NaN}', "NaN is not a value"),
    "half a surrogate pair": ('{"standoff": 1, "title": "\\ud800"}', "surrogate"),
    "deep nesting": ("[" * 100_000, "nested too deep"),
    "depth within the parser's": ("[" * 60 + "]" * 60, "nested more than 40 deep"),
}


@pytest.mark.parametrize("kind", JSON_BAD)
def test_bad_json_is_told_with_its_place(kind: str, tmp_path: Path) -> None:
    text, message = JSON_BAD[kind]
    result = run("check", written(tmp_path, text, "conflict.json"))
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr


def test_files_that_are_no_texts_are_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    (tmp_path / "latin.yaml").write_bytes("title: café".encode("latin-1"))
    (tmp_path / "directory.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    written(tmp_path, SMALL, "model.txt")
    messages = {
        "binary.yaml": "not UTF-8",
        "latin.yaml": "not UTF-8",
        "directory.yaml": "a directory",
        "pipe.yaml": "not a regular file",
        "missing.yaml": "No such file",
        "model.txt": 'unknown suffix ".txt"',
    }
    for name, message in messages.items():
        result = run("solve", str(tmp_path / name))
        assert result.exit_code == 2, name
        assert message in result.stderr
        assert name in result.stderr


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = (
        small("not A.x]", '"not (A.x", B.q]')
        .replace("title: A small conflict", "titel: x")
        .replace("{x: {}, y", "{x: {movse: both}, y")
        .replace("{A.x: yes}", "{A.x: maybe}")
    ) + "claims: [{id: a, says: b, test: {hold: {}}}]\nhistory: [{date: never, moves: {}}]\n"
    errors = run("solve", written(tmp_path, text)).stderr
    for message in ("title: is missing", '"titel"', '"movse"', 'expected ")"', '"B.q"', '"maybe"', '"hold"', "a date"):
        assert message in errors, message


@pytest.mark.parametrize(
    "other",
    [
        ("not A.x]", "{that: A.x, quote: {source: nosuch, exact: w}}]"),
        ("{x: {}}", "{x: {moves: sideways}}"),
        ("  B:\n", "  1B:\n"),
        ("[lo, mid, hi]", "[lo]"),
        ("[A.x and B.x]", "['A.x and']"),
    ],
)
def test_no_problem_hides_an_unrelated_one(other: tuple[str, str], tmp_path: Path) -> None:
    text = (
        small(*other) + "define: {p: q, q: p}\npublished: {equilibria: {Nahs: [1]}}\nhistory: [{moves: {A.q: yes}}]\n"
    )
    errors = run("solve", written(tmp_path, text)).stderr
    for message in ("defined by itself", 'unknown concept "Nahs"', 'unknown option "A.q"'):
        assert message in errors, message


BROKEN = {
    "unknown decision maker": "not Q.hitt",
    "unknown option": "A.xx",
    "unknown level": "A.y = hii",
    "unknown name": "not sold",
    "ambiguous": "x",
    "itself": "A.x and peace",
}
USES = {
    "prefers": small("[A.y = hi]", "[peace]"),
    "a chain": small("[A.y = hi]", "[last, more]"),
    "weights": small("prefers: [A.y = hi]", "weights: {last: 1, A.x: 2}"),
    "infeasible": small("[A.x and B.x]", "[A.x and more]"),
    "states": SMALL + "states: {1: last, 2: not last}\n",
    "views": SMALL + "views: {A: {B: {prefers: [peace], impossible: [more]}}}\n",
    "hidden": small("[B.x, not A.x]", "[more]") + "views: {A: {B: {prefers: [peace], options: {x: {hidden: true}}}}}\n",
    "claims": SMALL + "claims: [{id: a, says: b, test: {can_reach: {by: [[A]], goal: last, from: peace}}}]\n",
    "compared": SMALL + "claims: [{id: a, says: b, test: {agree: {who: [A, B], over: [peace]}}}]\n",
    "nothing": SMALL,
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("use", USES)
def test_a_definition_that_names_nothing_is_told_once_where_it_stands(use: str, broken: str) -> None:
    formulas = {"last": "more if B.x", "more": "fine and peace", "peace": BROKEN[broken], "fine": "A.x"}
    define = "".join(f"  {name}: {formula}\n" for name, formula in formulas.items())
    with pytest.raises(InvalidConflict) as told:
        loads(f"{USES[use]}define:\n{define}")
    assert [problem.path for problem in told.value.problems] == [("define", "peace")]


def test_a_broken_definition_does_not_hide_what_is_wrong_elsewhere() -> None:
    text = USES["views"].replace("[B.x, not A.x]", "[peace, A.q]") + "define: {peace: Q.hit, more: peace}\n"
    text = text.replace("{A.x: yes}", "{A.x: yes, B.x: yes}")
    with pytest.raises(InvalidConflict) as told:
        loads(text)
    assert {render_path(problem.path) for problem in told.value.problems} == {
        "define.peace",
        "decision_makers.A.prefers[1]",
        "status_quo",
    }


VERBS = [
    "check M",
    "states M",
    "solve M",
    "explain M 1",
    "coalitions M",
    "paths M",
    "invert M 1",
    "flips M",
    "stress M",
    "misread M",
    "claims M",
    "report M",
    "draw M",
    "convert M -o OUT.json",
]


@pytest.mark.parametrize("command", VERBS)
def test_a_broken_definition_is_told_by_every_verb(command: str, tmp_path: Path) -> None:
    model = written(tmp_path, USES["prefers"] + "define: {peace: A.yy}\n")
    words = [{"M": model, "OUT.json": str(tmp_path / "out.json")}.get(word, word) for word in command.split()]
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert 'define.peace: unknown option "A.yy"; did you mean "A.y"?' in result.stderr
    assert len(result.stderr.splitlines()) == 3


def test_a_broken_definition_of_a_conflict_made_by_hand_is_told_too() -> None:
    conflict = replace(loads(SMALL), definitions=(Definition("peace", Statement(parse("A.xx"))),))
    peace = OrderedStatements((Statement(parse("peace")),))
    used = replace(conflict, decision_makers=tuple(replace(dm, preference=peace) for dm in conflict.decision_makers))
    for one in (conflict, used):
        with pytest.raises(InvalidConflict, match=r'define.peace: unknown option "A.xx"') as told:
            standoff.solve(one)
        assert len(told.value.problems) == 1


def test_many_mistakes_in_changed_preferences_are_told_up_to_the_bound() -> None:
    conflict = loads(SMALL)
    wrong = OrderedStatements(tuple(Statement(parse(f"A.q{k}")) for k in range(200)))
    first, *others = conflict.decision_makers
    changed = replace(conflict, decision_makers=(replace(first, preference=wrong), *others))
    with pytest.raises(InvalidConflict) as told:
        standoff.compile(conflict).meaning.with_preferences(changed, ["A", "B"])
    assert len(told.value.problems) == 101


@pytest.mark.parametrize("part", ["definitions", "states", "views", "sources"])
def test_nothing_is_given_twice_by_hand(part: str) -> None:
    text = small("[B.x, not A.x]", "[p]").replace("[A.y = hi]", "[true]")
    more = "define: {p: A.x}\nsources: {s: {}}\nviews: {A: {B: {prefers: [p]}}}\nstates: {1: p, 2: not p}\n"
    conflict = loads(text + more)
    with pytest.raises(InvalidConflict, match="given twice"):
        standoff.solve(replace(conflict, **{part: getattr(conflict, part) * 2}))


@pytest.mark.slow
def test_shape_problems_are_bounded_too(tmp_path: Path) -> None:
    text = small("[B.x, not A.x]", "[" + "5, " * 9_000 + "5]")
    errors = run("check", written(tmp_path, text)).stderr
    assert len(errors.splitlines()) == 101
    many_keys = SMALL + "".join(f"k{k}: 1\n" for k in range(20_000))
    assert len(run("check", written(tmp_path, many_keys)).stderr.splitlines()) <= 102


def test_names_that_the_file_system_refuses_are_told(tmp_path: Path) -> None:
    for words in (["solve", "a" * 300], ["check", written(tmp_path, SMALL), "--sources", "a" * 300]):
        result = run(*words)
        assert (result.exit_code, "Traceback" in result.output) == (2, False)


def test_a_problem_does_not_cast_shadows(tmp_path: Path) -> None:
    errors = run("solve", written(tmp_path, small("prefers: [A.y = hi]", "prefers: 7"))).stderr
    assert len(errors.splitlines()) == 1


def test_at_most_a_hundred_problems_are_told(tmp_path: Path) -> None:
    text = small("not A.x]", ", ".join(f"A.q{k}" for k in range(5000)) + "]")
    errors = run("solve", written(tmp_path, text)).stderr
    assert errors.count("unknown option") == 100
    assert errors.splitlines()[-1].endswith("only the first 100 are listed")


@pytest.mark.parametrize(
    "words", [["solve", "elmirra"], ["explain", "elmira", "77"], ["solve", "elmira", "--concept", "Nahs"]]
)
def test_a_wrong_name_is_told_with_the_nearest(words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "unknown" in result.stderr


@pytest.mark.parametrize(
    "kind",
    [
        "alias bomb",
        *(
            pytest.param(kind, marks=pytest.mark.slow)
            for kind in ("too many values", "megabyte formula", "deep nesting", "absurdly many", "too many statements")
        ),
    ],
)
def test_hostile_files_stay_within_a_gigabyte_and_ten_seconds(kind: str, tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))  # of the processor: others may be at work

    command = [sys.executable, "-m", "standoff", "solve", written(tmp_path, BAD[kind][0])]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False, preexec_fn=limit, env=environment
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr


@given(st.text(max_size=80) | st.lists(st.sampled_from(list("{}[]:,-&*!'\"\n #ab1|>?%@`")), max_size=40).map("".join))
def test_any_text_is_a_conflict_or_a_clear_error(text: str) -> None:
    for suffix in (".yaml", ".json"):
        with pytest.raises(StandoffError):
            loads(text, suffix)


@given(st.data())
def test_a_file_with_any_part_replaced_is_a_conflict_or_a_clear_error(data: st.DataObject) -> None:
    lines = SMALL.splitlines()
    at = data.draw(st.integers(1, len(lines) - 1))
    junk = data.draw(st.sampled_from(["7", "[]", "{}", "null", "x", "[[1]]", "{a: {b: c}}", "true", "-1.5", "''"]))
    key, colon, _ = lines[at].partition(":")
    lines[at] = f"{key}{colon} {junk}"
    with suppress(StandoffError):
        loads("\n".join(lines))
