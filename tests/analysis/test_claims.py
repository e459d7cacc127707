"""Claims against plain sets and quantifiers: verdicts, witnesses, shares, flips; files, coverage, the command."""

from __future__ import annotations

import importlib.util
import json
import pickle
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import numpy as np
import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from checks import ROOT, SMALL, chunks, examples, graph_of, loaded, run, written
from oracles.claims import FAILS, HOLDS, UNTESTABLE, Claims, Plays, Test, groups, listed, renumbered
from oracles.misperception import TooMany
from oracles.oracle import COMPARISONS, Oracle, State, Tree
from plain import assert_plain
from standoff import casebook
from standoff.analysis import claim_witnesses, measured
from standoff.analysis.claim_robustness import Examined, examination, examine
from standoff.analysis.claim_witnesses import ClaimWitness
from standoff.analysis.claims import ClaimContext, ClaimVerdict, Outcome, decide, outcome
from standoff.analysis.draws import Draws
from standoff.analysis.stability import Analysis
from standoff.analysis.straying import Dispersion
from standoff.analysis.uncertainty import CHUNK, Interval
from standoff.conflict.claim_tests import ARGUMENTS, FORMS
from standoff.conflict.edits import Edit, apply, edits, view_edits
from standoff.conflict.model import Conflict, OrderedStatements
from standoff.documents import schema
from standoff.documents.claims import ClaimEntry, ClaimsDocument
from standoff.documents.claims import document as claims_document
from standoff.errors import InvalidConflict, StandoffError
from standoff.formats import dumps, loads
from standoff.formats.shape import json_schema
from standoff.graph import Graph, build_graph
from standoff.report import claims as sections
from standoff.report.findings import Findings
from standoff.report.ties import Ties
from standoff.wording import claim_sentences
from standoff.wording.claim_sentences import sentence
from standoff.writers.terminal import plain_text
from strategies.conflicts import Drawn, Sketch, random_conflict, random_viewed, with_views

CHUNKS = 10
CASES = [name for name in casebook.names() if casebook.load(name).claims]
COVERED = sorted(path.stem for path in (ROOT / "docs" / "coverage").glob("*.yaml"))
CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ", "SIM")
SCOPES = ("status_quo", "improvements", "moves", "all")
SIMPLE = tuple(kind for kind in FORMS if kind != "trend")


# Random claims


class Claimant:
    """Says things about a conflict at random; ``formulas`` has the tree of every formula."""

    def __init__(self, rng: random.Random, drawn: Drawn) -> None:
        self.rng, self.drawn = rng, drawn
        self.oracle = Oracle(drawn.document, drawn.formulas)
        self.formulas = dict(drawn.formulas)
        self.sketch: Sketch | None = None
        if self.oracle.option_form:
            language = self.oracle.language
            self.sketch = Sketch(rng, {key: list(levels) for key, levels in language.levels.items()})
            self.sketch.define |= language.define
            texts = drawn.document.get("states", {})
            self.sketch.classes = {
                s: (self.formulas[texts[s]] if s in texts else ("const", True), members)
                for s, members in self.oracle.members.items()
            }
            self.sketch.writer.formulas = self.formulas

    def chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def formula(self) -> str | bool:
        """One that does not tell the members of a merged state apart."""
        assert self.sketch is not None
        if self.chance(3):
            return bool(self.rng.randrange(2))
        tree = next(tree for tree in self.trees(self.sketch) if self.sketch.keeps_classes(tree))
        return self.sketch.writer.text(tree)

    def trees(self, sketch: Sketch) -> Iterator[Tree]:
        for depth in (0, 1, 2, 1, 0):
            yield self.tree(sketch, depth)
        yield self.rng.choice(list(sketch.classes.values()))[0]

    def tree(self, sketch: Sketch, depth: int) -> Tree:
        rng = self.rng
        if depth:
            word = rng.choice(["and", "or", "not", "if"])
            return word, *(self.tree(sketch, depth - 1) for _ in range(1 if word == "not" else 2))
        if sketch.define and self.chance(15):
            return "name", rng.choice(list(sketch.define))
        (dm, option), levels = rng.choice(list(sketch.options.items()))
        if len(levels) > 2 or self.chance(25):
            return "is", dm, option, rng.choice(list(COMPARISONS)), rng.choice(levels)
        return ("not", ("on", dm, option)) if self.chance(40) else ("on", dm, option)

    def place(self) -> Any:
        if self.chance(12):
            return "status_quo"
        if self.sketch is not None and self.chance(70):
            return self.formula()
        if self.chance(30):
            return self.rng.choice(self.oracle.states)
        return self.rng.sample(self.oracle.states, self.rng.randint(1, (len(self.oracle.states) + 1) // 2))

    def dm(self) -> str:
        return self.rng.choice(self.oracle.dms)

    def some(self) -> Any:
        """None, one or several decision makers."""
        if self.chance(40):
            return self.dm()
        return self.rng.sample(self.oracle.dms, self.rng.randint(0, len(self.oracle.dms)))

    def flags(self, *names: str) -> dict[str, bool]:
        return {name: self.chance(60) for name in names if self.chance(50)}

    def by(self) -> Any:
        if self.chance(25):
            return self.dm()
        some = [
            self.rng.sample(self.oracle.dms, self.rng.randint(1, len(self.oracle.dms)))
            for _ in range(self.rng.randint(1, 3))
        ]
        return [group[0] if len(group) == 1 and self.chance(50) else group for group in some]

    def simple(self, kind: str) -> dict[str, Any]:
        """A test of a kind."""
        return {kind: getattr(self, f"_{kind}")()}

    def _holds(self) -> dict[str, Any]:
        said = {"concept": self.rng.choice(CONCEPTS)}
        return said | self.maybe(who=self.some, at=self.place)

    def maybe(self, **given: Callable[[], Any]) -> dict[str, Any]:
        """Some of these arguments; others stay unsaid."""
        return {key.rstrip("_"): value() for key, value in given.items() if self.chance(70)}

    def _can_reach(self) -> dict[str, Any]:
        return {"by": self.by(), "goal": self.place()} | self.maybe(from_=self.place) | self.flags("improving")

    _cannot_reach = _can_reach

    def _answers(self) -> dict[str, Any]:
        by, who = self.rng.sample(self.oracle.dms, 2)
        said = {"by": by, "makes": self.place(), "who": who, "with": self.place()}
        if self.chance(60):  # an answer that is sometimes given, to something that can be brought about
            better, moves = self.oracle.improvements, self.oracle.moves[by]
            ends = sorted({t for s in self.oracle.states for t in better(who, s)}, key=str)
            said["with"] = self.rng.sample(ends, len(ends) - len(ends) // 4) or said["with"]
            made = sorted({t for s in moves for t in moves[s] if t not in ends and better(who, t)}, key=str)
            said["makes"] = self.rng.sample(made, (len(made) + 1) // 2) or said["makes"]
            return said | self.flags("improving", "best") | {"within": self.rng.choice(["moves", "all"])}
        return said | self.flags("improving", "best") | self.maybe(within=self.within)

    def within(self) -> str:
        return self.rng.choice(SCOPES)

    def _only_if(self) -> dict[str, Any]:
        return {"who": self.dm(), "makes": self.place(), "if": self.place()} | self.maybe(within=self.within)

    def _differ(self) -> dict[str, Any]:
        who = self.rng.sample(self.oracle.dms, 2)
        if self.sketch is not None and self.chance(60):
            return {"who": who, "over": [self.formula() for _ in range(self.rng.choice([1, 1, 2]))]}
        return {"who": who} | self.maybe(correlation=lambda: self.rng.choice([0, 0.25, -0.5, 0.9, -1, 1, 0.03]))

    _agree = _differ

    def _accident(self) -> dict[str, Any]:
        acting, slips = self.rng.choice(CONCEPTS[:-1]), self.rng.choice([0, 0, 1, 1, 2])
        goal = self.end(acting, slips) or self.place()
        return {"to": goal, "acting": acting, "slips": slips} | self.flags("strict")

    def end(self, acting: str, slips: int) -> list[State]:
        """Where plays end, sometimes."""
        oracle, quo = Plays(self.drawn.document, self.formulas), self.oracle.status_quo
        if quo is None or self.chance(30):
            return []
        try:
            legal = oracle.legal(quo, acting, min(slips, 1) if oracle.trembles else 0, most=300)
        except TooMany:
            return []
        wrong = {play[-1][3] for play in legal if play and (self.chance(5) or oracle.wrong(play, acting, False))}
        return self.rng.sample(sorted(wrong, key=str), (len(wrong) + 1) // 2)

    def _drawn(self) -> dict[str, Any]:
        was = lambda: self.rng.choice(["improvement", "best", "deterred", "undeterred"])  # noqa: E731
        return self.maybe(was=was, who=self.some, concept=lambda: self.rng.choice(CONCEPTS[:-1]))

    def _trend(self) -> dict[str, Any]:
        return {"between": self.rng.sample(self.oracle.dms, 2), "from": "2010", "to": "2014-05"} | self.flags("rises")

    def combined(self, depth: int = 2) -> dict[str, Any]:
        """All, any or not of others."""
        if depth == 0:
            return self.simple(self.rng.choice(SIMPLE))
        if self.chance(30):
            return {"not": self.combined(depth - 1)}
        parts = [self.combined(depth - 1) for _ in range(self.rng.randint(1, 3))]
        return {self.rng.choice(["all", "any"]): parts}

    def history(self) -> Any:
        """What might have been observed; mostly of one option each, and away from its first level."""
        options = self.oracle.language.levels
        events: list[dict[str, Any]] = []
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            moved = self.rng.sample(list(options), self.rng.choice([1, 1, 1, min(2, len(options))]))
            first = int(self.chance(80))
            events.append({"moves": {f"{dm}.{name}": self.rng.choice(options[dm, name][first:]) for dm, name in moved}})
        if self.chance(25):
            (dm, name), levels = self.rng.choice(list(options.items()))
            return {"from": {f"{dm}.{name}": self.rng.choice(levels)} if self.chance(70) else {}, "events": events}
        if self.chance(25):
            events[-1]["date"] = "2015"
        return events

    def claims(self, tests: Sequence[Test]) -> Drawn:
        """The conflict with these claims, and sometimes with a history."""
        claims = [{"id": f"c{k}", "says": "Something.", "test": test} for k, test in enumerate(tests)]
        document = self.drawn.document | {"claims": claims}
        if self.sketch is not None and self.chance(80):
            document["history"], document["date"] = self.history(), "2014-09"
        return Drawn(document, self.formulas)


def random_claims(rng: random.Random, kind: str | None = None, combinations: int = 16) -> Drawn:
    """A conflict with claims of every kind; often with views, mostly with a status quo."""
    drawn = random_conflict(rng, kind, combinations)
    oracle = Oracle(drawn.document, drawn.formulas)
    if oracle.status_quo is None and rng.randrange(4):
        drawn = Drawn(drawn.document | {"status_quo": rng.choice(oracle.states)}, drawn.formulas)
    if rng.randrange(3):
        drawn = with_views(rng, drawn, rng.choice([1, 1, 2]))
    claimant = Claimant(rng, drawn)
    tests = [claimant.simple(kind) for kind in (*FORMS, "answers", "accident", "accident")] + [
        claimant.combined() for _ in range(2)
    ]
    return claimant.claims(tests)


def claiming(kind: str | None = None, combinations: int = 16) -> st.SearchStrategy[Drawn]:
    return st.randoms(use_true_random=False).map(lambda rng: random_claims(rng, kind, combinations))


def said_of(drawn: Drawn) -> list[Test]:
    return [claim["test"] for claim in drawn.document["claims"]]


# Verdicts and witnesses


class Witness:
    """The states and moves that are told, by their names, to be judged by the oracle."""

    def __init__(self, oracle: Claims, graph: Graph, test: Test, found: Outcome) -> None:
        ((self.kind, self.given),) = test.items()
        self.oracle, self.truth = oracle, oracle.truth
        names, dms = graph.states.names, oracle.truth.dms
        self.holds = found.verdict == HOLDS
        self.states: list[State] = [names[s] for s in found.states]
        self.moves = [(dms[move.by], names[move.start], names[move.to]) for move in found.moves]

    def place(self, key: str) -> set[State]:
        return self.oracle.place(self.given.get(key, "status_quo"))

    def check(self) -> None:
        """That what is told is so."""
        for by, s, t in self.moves if self.kind != "accident" else ():
            assert t in self.truth.moves[by][s]
        check = {"cannot_reach": "can_reach", "agree": "differ"}.get(self.kind, self.kind)
        getattr(self, f"_{check}")()

    def _holds(self) -> None:
        if self.holds:
            assert set(self.states) <= self.place("at")
            assert len(self.states) == min(100, len(self.place("at")))
            return
        ((by, s, t),) = self.moves
        assert self.states == [s]
        assert s in self.place("at")
        assert by in (listed(self.given.get("who")) or self.truth.dms)
        assert self.truth.check_escape(self.given["concept"], by, s, t)

    def _can_reach(self) -> None:
        start, goal, improving = self.place("from"), self.place("goal"), self.given.get("improving", False)
        s, among = self.states[0], groups(self.given)
        assert s in start
        if self.moves:
            assert any({by for by, _, _ in self.moves} <= set(group) for group in among)
            assert self.states == [self.moves[0][1], self.moves[-1][2]]
            assert self.states[1] in goal
            self.in_turn(improving)
        able = [self.truth.can(group, s, goal, improving) for group in among]
        told_able = self.holds == (self.kind == "can_reach")  # somebody can: so they all can, or so none of them may
        assert (s in goal or bool(self.moves)) == told_able
        assert any(able) if told_able else not all(able)

    def in_turn(self, improving: bool) -> None:
        """Legal: each move from where the one before ends, and nobody twice in a row."""
        for by, s, t in self.moves:
            assert t in self.oracle.moves(by, s, improving)
        for (by, _, end), (other, start, _) in zip(self.moves, self.moves[1:], strict=False):
            assert (end, by != other) == (start, True)

    def _answers(self) -> None:
        by, who, best = self.given["by"], self.given["who"], self.given.get("best", False)
        made, wanted = self.oracle.made(self.given), self.place("with")
        if self.holds:
            ((other, s, t),) = self.moves
            assert (other, self.states) == (who, [s])
            assert s in made
            assert t in self.oracle.replies(who, s, best) & wanted
            return
        first, *second = self.moves
        assert first[0] == by
        assert first[1] in self.oracle.scope(self.given.get("within", "moves")) - self.place("makes")
        assert first[2] in self.oracle.moves(by, first[1], self.given.get("improving", False)) & made
        assert self.states == [first[1], first[2], *(t for _, _, t in second)]
        if second:
            ((other, s, t),) = second
            assert (other, s) == (who, first[2])
            assert t in self.oracle.replies(who, s, best) - wanted
        else:
            assert not self.truth.improvements(who, first[2])

    def _only_if(self) -> None:
        makes, at = self.place("makes"), self.oracle.scope(self.given.get("within", "all"))
        at -= makes
        if not self.moves:
            assert self.holds
            assert not any(self.truth.improvements(self.given["who"], s) & makes for s in at)
            return
        ((by, s, t),) = self.moves
        assert (by, self.states) == (self.given["who"], [s, t])
        assert s in at
        assert t in self.truth.improvements(by, s) & makes
        assert (s in self.place("if")) == self.holds

    def _differ(self) -> None:
        assert not self.states
        assert not self.moves

    def _accident(self) -> None:
        q, goal = self.oracle.quo(), self.place("to")
        if not self.holds:
            assert (self.states, self.moves) == ([q], [])
            return
        given, plays = self.given, self.oracle.plays
        wrong = plays.going_wrong(
            q, goal, given.get("acting", "SEQ"), given.get("slips", 0), given.get("strict", False)
        )
        assert tuple(self.moves) in {tuple((by, s, t) for by, s, _, t in play) for play in wrong}
        assert self.states == [q, self.moves[-1][2]]

    def _drawn(self) -> None:
        observed = self.oracle.observed(self.given)
        if self.holds:
            assert self.states == [one.to for one in observed]
            return
        wrong = [[s for s in (one.start, one.to) if s is not None] for one in observed]
        assert self.states in [
            ends for one, ends in zip(observed, wrong, strict=True) if not self.oracle.was(one, self.given)
        ]

    def _trend(self) -> None:
        raise AssertionError("nothing is known of events")


def said(graph: Graph, one: Examined) -> str:
    return sentence(graph, one.outcome.witness)


def assert_same_verdicts(drawn: Drawn) -> Counter[str]:
    """Each claim has the oracle's verdict and a witness that stands; how many came out how."""
    oracle, graph = Claims(drawn.document, drawn.formulas), build_graph(loaded(drawn))
    met: Counter[str] = Counter()
    for test, found in zip(said_of(drawn), examine(graph), strict=True):
        try:
            expected = oracle.verdict(test)
        except TooMany:
            met["too many plays"] += 1
            continue
        told = said(graph, found)
        assert found.outcome.verdict == expected, (test, told)
        assert told[0].isprintable()
        assert told.endswith(".")
        if expected != UNTESTABLE:  # what is refused says which concept is not defined
            assert_plain(graph, told)
        assert pickle.loads(pickle.dumps(found.outcome)) == found.outcome
        (kind,) = test
        met[f"{kind} {expected}"] += 1
        if kind in FORMS and expected != UNTESTABLE:
            with suppress(TooMany):
                Witness(oracle, graph, test, found.outcome).check()
    return met


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_random_claims_of_every_kind_have_the_verdicts_and_witnesses_of_the_oracle(
    chunk: int, request: pytest.FixtureRequest
) -> None:
    total = request.config.getoption("--conflicts") // 6
    met: Counter[str] = Counter()
    for seed in range(chunk, total, CHUNKS):
        met += assert_same_verdicts(random_claims(random.Random(seed), combinations=(8, 12, 16, 24)[seed % 4]))
    assert total < 10 * CHUNKS or {key.split(" ", 1)[1] for key in met} >= {HOLDS, FAILS, UNTESTABLE}


@given(claiming(combinations=12))
@examples(30)
def test_claims_have_the_verdicts_and_witnesses_of_the_oracle(drawn: Drawn) -> None:
    assert_same_verdicts(drawn)


@given(claiming(combinations=12))
@examples(20)
def test_not_turns_the_verdict_and_keeps_the_witness(drawn: Drawn) -> None:
    claims = [claim | {"test": {"not": claim["test"]}} for claim in drawn.document["claims"]]
    turned = build_graph(loaded(Drawn(drawn.document | {"claims": claims}, drawn.formulas)))
    graph = build_graph(loaded(drawn))
    for one, other in zip(examine(graph), examine(turned), strict=True):
        opposite = {HOLDS: FAILS, FAILS: HOLDS, UNTESTABLE: UNTESTABLE}[one.outcome.verdict]
        assert (other.outcome.verdict, other.outcome.states) == (opposite, one.outcome.states)
        assert (other.outcome.moves, other.outcome.witness) == (one.outcome.moves, one.outcome.witness)
        assert said(turned, other) == said(graph, one)


def test_every_kind_of_witness_is_told_by_a_sentence_of_its_own() -> None:
    classes = [each for each in vars(claim_witnesses).values() if isinstance(each, type)]
    kinds = {each for each in classes if issubclass(each, ClaimWitness) and each is not ClaimWitness}
    assert len(kinds) > 20
    assert set(claim_sentences.clause.registry) - {object} == kinds


def test_every_test_of_the_format_is_decided_by_a_function_of_its_own() -> None:
    assert set(decide.registry) - {object} == {form.of for form in FORMS.values()} == set(ARGUMENTS)


@pytest.mark.parametrize("key", FORMS)
def test_every_test_is_described_so_that_the_schema_says_what_it_is(key: str) -> None:
    schema = json_schema()["$defs"]
    shape = schema[f"{FORMS[key].of.__name__}Shape"]
    assert shape["description"]
    assert list(shape["properties"]) == [one.key for one in ARGUMENTS[FORMS[key].of]]
    assert set(shape.get("required", ())) == {one.key for one in ARGUMENTS[FORMS[key].of] if one.is_required}
    assert key in schema["TestShape"]["properties"]


@pytest.mark.parametrize("name", CASES)
def test_what_shows_a_verdict_can_be_stored_compared_and_told_later(name: str) -> None:
    graph, again = build_graph(casebook.load(name)), build_graph(casebook.load(name))
    for one, other in zip(examine(graph), examine(again), strict=True):
        stored = pickle.loads(pickle.dumps(one))
        assert stored == one == other
        assert said(again, stored) == said(graph, one)


# Hand-made examples

# With one slip A comes to talk over nothing at once, which is no accident; there is one, but it takes longer.
DETOUR = """
standoff: 1
title: The shortest way there is no accident
decision_makers:
  A: {options: {x: {}}, ranking: [3, 5, 6, [1, 4], 2]}
  B: {options: {y: {levels: [lo, mid, hi]}}, ranking: [6, 3, 4, [5, 2], 1]}
status_quo: {A.x: yes}
"""


def one_claim(text: str, test: str) -> Examined:
    (found,) = examine(claiming_one(text, test))
    return found


def claiming_one(text: str, test: str) -> Graph:
    return graph_of(text + f"claims: [{{id: a, says: b, test: {test}}}]\n")


def one_sentence(text: str, test: str) -> str:
    return said(claiming_one(text, test), one_claim(text, test))


@pytest.mark.parametrize(
    ("test", "verdict"),
    [
        ("{holds: {concept: Nash}}", FAILS),
        ("{holds: {at: 4, concept: Nash, who: A}}", FAILS),
        ("{holds: {at: [5, 9], concept: Nash, who: [A]}}", HOLDS),
        ("{holds: {at: false, concept: Nash}}", UNTESTABLE),
        ("{can_reach: {by: A, goal: A.y = hi}}", HOLDS),
        ("{can_reach: {by: B, goal: A.y = hi}}", FAILS),
        ("{cannot_reach: {by: [B, [A, B]], goal: A.y = hi}}", FAILS),
        ("{can_reach: {by: B, goal: A.x}}", HOLDS),
        ("{answers: {by: A, makes: not A.x, who: B, with: B.x}}", FAILS),
        ("{answers: {by: A, makes: A.x, who: B, with: B.x, within: status_quo}}", UNTESTABLE),
        ("{only_if: {who: A, makes: not A.x, if: A.x}}", HOLDS),
        ("{only_if: {who: A, makes: not A.x, if: A.y = hi}}", FAILS),
        ("{differ: {who: [A, B], over: [A.x]}}", FAILS),
        ("{differ: {who: [A, B], over: [A.x, true]}}", UNTESTABLE),
        ("{accident: {to: B.x}}", FAILS),
        ("{drawn: {}}", UNTESTABLE),
        ("{trend: {between: [A, B], from: 2010, to: 2014}}", UNTESTABLE),
        ("{any: [{drawn: {}}, {can_reach: {by: B, goal: A.x}}]}", HOLDS),
        ("{all: [{drawn: {}}, {can_reach: {by: B, goal: A.x}}]}", UNTESTABLE),
        ("{all: [{drawn: {}}, {can_reach: {by: B, goal: B.x}}]}", FAILS),
        ("{not: {drawn: {}}}", UNTESTABLE),
    ],
)
def test_what_small_claims_come_to(test: str, verdict: str) -> None:
    assert one_claim(SMALL, test).outcome.verdict == verdict


@pytest.mark.parametrize("ranking", ["[1, 2, 3]", "[1, [2, 3]]", "[[1, 2], 3]"])
def test_rankings_that_are_the_same_do_not_differ_by_less_than_one(ranking: str) -> None:
    makers = ", ".join(f"{dm}: {{options: {{x: {{}}}}, ranking: {ranking}}}" for dm in "AB")
    text = f"standoff: 1\ntitle: t\ndecision_makers: {{{makers}}}\ninfeasible: [A.x and B.x]\n"
    assert one_claim(text, "{differ: {who: [A, B], correlation: 1}}").outcome.verdict == FAILS
    assert one_claim(text, "{agree: {who: [A, B], correlation: 0.99}}").outcome.verdict == HOLDS


def test_an_accident_may_take_longer_than_another_play_with_as_many_slips() -> None:
    test = "{accident: {to: [1, 3], acting: Nash, slips: 1, strict: true}}"
    assert one_claim(DETOUR, test).outcome.verdict == HOLDS
    assert "with 1 slip" in one_sentence(DETOUR, test)


STRICT_ACCIDENTS = (180, 456, 583, 768, 943)  # such are rare: one among a hundred conflicts has any


def test_an_accident_that_holds_strictly_holds() -> None:
    """Also where all saw it coming, under Nash, SMR and SSEQ: that is no accident in either sense."""
    seen = Counter[tuple[str, str]]()
    for seed in STRICT_ACCIDENTS:
        drawn = random_viewed(random.Random(seed), combinations=16)
        goals = Oracle(drawn.document, drawn.formulas).states
        tests = [{"to": goal, "acting": acting} for goal in goals for acting in CONCEPTS[:-1]]
        strictly, loosely = (
            examine(build_graph(loaded(accidents(drawn, [test | {"strict": strict} for test in tests]))))
            for strict in (True, False)
        )
        seen.update((one.outcome.verdict, other.outcome.verdict) for one, other in zip(strictly, loosely, strict=True))
    assert min(seen[HOLDS, HOLDS], seen[FAILS, HOLDS]) > 5, seen
    assert seen[HOLDS, HOLDS] == sum(count for (one, _), count in seen.items() if one == HOLDS)


def accidents(drawn: Drawn, tests: Sequence[Test]) -> Drawn:
    """The conflict with a claim for each of these accidents."""
    claims = [{"id": f"c{k}", "says": "Something.", "test": {"accident": test}} for k, test in enumerate(tests)]
    return Drawn(drawn.document | {"claims": claims}, drawn.formulas)


# Under Nash nothing deters: each improves, all see it coming, and both end worse than they began.
SEEN = """
standoff: 1
title: A step, an answer and a last step
graph:
  states: {s0: peace, s1: A ahead, s2: B ahead, s3: war}
  moves: {A: {s0: [s1], s2: [s3]}, B: {s1: [s2]}}
decision_makers:
  A: {ranking: [s1, s0, s3, s2]}
  B: {ranking: [s0, s2, s1, s3]}
status_quo: s0
"""


@pytest.mark.parametrize("strict", ["true", "false"])
def test_an_accident_that_all_saw_coming_is_none(strict: str) -> None:
    test = f"{{accident: {{to: s3, acting: Nash, strict: {strict}}}}}"
    assert one_claim(SEEN, test).outcome.verdict == FAILS
    unseen = SEEN + "views: {B: {A: {ranking: [s1, s0, s2, s3]}}}\n"
    assert one_claim(unseen, test).outcome.verdict == HOLDS


STILL = """
standoff: 1
title: Nobody moves, one expects an answer that does not come
graph: {states: {a: one, b: two, c: three}, moves: {A: {a: [b]}, B: {b: [c]}}}
decision_makers: {A: {ranking: %s}, B: {ranking: [c, b, a]}}
status_quo: a
views: {A: {B: {ranking: [b, c, a]}}}
"""


@pytest.mark.parametrize("ranking", ["[b, a, c]", "[a, b, c]"])  # A goes and is surprised; A stays
def test_slips_in_graph_form_cannot_be_tested_unless_it_takes_none(ranking: str) -> None:
    text = STILL % ranking
    goes = ranking.startswith("[b")
    without = one_claim(text, "{accident: {to: c}}").outcome.verdict
    assert without == (HOLDS if goes else FAILS)
    with_slips = one_claim(text, "{accident: {to: c, slips: 1}}")
    assert with_slips.outcome.verdict == (HOLDS if goes else UNTESTABLE)
    assert goes or "Trembling needs options" in one_sentence(text, "{accident: {to: c, slips: 1}}")
    assert one_claim(text, "{accident: {to: a, slips: 1}}").outcome.verdict == FAILS


def test_slips_with_merged_states_cannot_be_tested_even_where_nobody_moves() -> None:
    text = SMALL.replace("status_quo: {A.x: yes}", "status_quo: 2") + "states: {1: B.x, 2: not B.x}\n"
    text = text.replace("[B.x, not A.x]", "[B.x]").replace("[A.y = hi]", "[not B.x]")
    assert one_claim(text, "{accident: {to: 1, slips: 1}}").outcome.verdict == UNTESTABLE
    assert one_claim(text, "{accident: {to: 1}}").outcome.verdict == FAILS


def test_what_was_observed_cannot_be_tested_without_a_status_quo() -> None:
    text = SMALL.replace("status_quo: {A.x: yes}", "history: [{moves: {A.x: yes}}]")
    found = one_claim(text, "{drawn: {}}")
    assert found.outcome.verdict == UNTESTABLE
    assert "no status quo" in one_sentence(text, "{drawn: {}}")
    begun = text.replace("history: [{moves: {A.x: yes}}]", "history: {from: {A.x: yes}, events: [{moves: {A.x: no}}]}")
    assert one_claim(begun, "{drawn: {}}").outcome.verdict == HOLDS


def test_what_was_observed_of_several_together_is_told_of_the_one_whom_it_did_not_serve() -> None:
    history = "history: {from: {A.x: yes}, events: [{moves: {A.x: no, B.x: yes}%s}]}\n"
    found = one_sentence(SMALL + history % "", "{drawn: {was: improvement}}")
    assert found == "The move of B with A was not an improvement for its mover."
    titled = one_sentence(SMALL + history % ", title: A deal", "{drawn: {was: improvement}}")
    assert titled == "“A deal”, for B, was not an improvement for its mover."


# Shares


def unsure(rng: random.Random, drawn: Drawn) -> Drawn:
    """The conflict with statements of which some are likely and some doubtful."""
    makers = {}
    for dm, body in drawn.document["decision_makers"].items():
        makers[dm] = dict(body)
        if "prefers" in body:
            texts = [each["that"] if isinstance(each, dict) else each for each in body["prefers"]]
            makers[dm]["prefers"] = [
                {"that": text, "sure": rng.choice(["certain", "likely", "doubtful"])} for text in texts
            ]
    return Drawn(drawn.document | {"decision_makers": makers}, drawn.formulas)


def drawn_again(drawn: Drawn, graph: Graph) -> Drawn:
    """The document with the preferences of a draw, each as a ranking; statements where views need them."""
    makers, follow = {}, "as_in_truth_except" in str(drawn.document.get("views"))
    for i, (dm, body) in enumerate(drawn.document["decision_makers"].items()):
        ranks, names = graph.ranks[i], graph.states.names
        order = [[names[s] for s in np.flatnonzero(ranks == rank)] for rank in sorted(set(ranks.tolist()))[::-1]]
        kept = {key: part for key, part in body.items() if key not in ("prefers", "weights", "ranking")}
        makers[dm] = kept | {"ranking": order}
        held = graph.conflict.decision_makers[i].preference
        if follow and isinstance(held, OrderedStatements):
            makers[dm] = kept | {"prefers": [str(one.formula) for one in held.statements]}
    again = Drawn(drawn.document | {"decision_makers": makers}, drawn.formulas)
    oracle = Oracle(again.document, again.formulas)
    for i, dm in enumerate(oracle.dms):
        ranks = [oracle.rank[dm][name] for name in graph.states.names]
        assert np.array_equal(np.unique(ranks, return_inverse=True)[1], graph.ranks[i])
    return again


def minded(test: Test, drawn: Drawn) -> bool:
    """Whether a draw can matter to a test: whether it looks at the preference of somebody who is not sure of it."""
    if "not" in test or "all" in test or "any" in test:
        inner = [test["not"]] if "not" in test else test.get("all", test.get("any"))
        return any(minded(part, drawn) for part in inner)
    ((kind, given),) = test.items()
    makers = drawn.document["decision_makers"]
    unsure = {dm for dm, body in makers.items() if any("sure" in one for one in body.get("prefers", ()) if one)}
    named = {
        "can_reach": [name for group in _list(given.get("by")) for name in _list(group)]
        if given.get("improving")
        else [],
        "differ": given.get("who"),
        "agree": given.get("who"),
        "trend": [],
    }
    named["cannot_reach"] = named["can_reach"]
    if kind == "only_if" and given.get("within", "all") != "improvements":
        return given["who"] in unsure
    if kind == "answers" and given.get("within", "moves") != "improvements":
        return bool(unsure & {given["who"], *([given["by"]] if given.get("improving") else [])})
    if kind == "drawn" and given.get("was", "improvement") in ("improvement", "best") and given.get("who"):
        return bool(unsure & {*_list(given["who"])})
    if kind == "holds" and given.get("who") and given["concept"] in ("Nash", "GMR", "SMR"):
        return bool(unsure & {*_list(given["who"])})
    return bool(unsure & {*named[kind]}) if kind in named else bool(unsure)


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


@pytest.mark.parametrize("seed", range(8))
def test_the_share_is_that_of_the_draws_in_which_the_oracle_says_that_it_holds(seed: int) -> None:
    rng, draws = random.Random(seed), 6
    drawn = unsure(rng, random_claims(rng, rng.choice(["option", "merged"]), combinations=8))
    graph = build_graph(loaded(drawn))
    found = examine(graph, draws=draws, seed=seed)
    again = Draws(graph.conflict, Dispersion(), ["Nash"])
    oracles = [drawn_again(drawn, one) for one in again.graphs(seed, 0, draws)]
    for test, one in zip(said_of(drawn), found, strict=True):
        if not again.parties or one.outcome.verdict == UNTESTABLE or not minded(test, drawn):
            assert one.share is one.untestable is None
            continue
        counts = Counter(Claims(each.document, each.formulas).verdict(test) for each in oracles)
        assert one.share == Interval(counts[HOLDS], draws), (test, said(graph, one))
        assert one.untestable == Interval(counts[UNTESTABLE], draws), (test, said(graph, one))


UNSURE = SMALL.replace("[B.x, not A.x]", "[{that: B.x, sure: likely}, {that: not A.x, sure: doubtful}, A.y = hi]") + (
    "claims:\n"
    "- {id: leaves, says: s, test: {holds: {at: A.x, concept: Nash, who: A}}}\n"
    "- {id: same, says: s, test: {agree: {who: [A, B], correlation: 0.4}}}\n"
    "- {id: reaches, says: s, test: {can_reach: {by: A, goal: A.y = hi and not A.x, improving: true}}}\n"
    "- {id: nothing, says: s, test: {drawn: {}}}\n"
)


@pytest.mark.slow
def test_draws_are_counted_over_chunks_and_whatever_else_is_asked() -> None:
    graph, draws, seed = graph_of(UNSURE), CHUNK + 30, 5
    found = examine(graph, draws=draws, seed=seed)
    again = Draws(graph.conflict, Dispersion(), ["Nash"])
    drawn = [one for number, size in enumerate((CHUNK, 30)) for one in again.graphs(seed, number, size)]
    counts = [
        sum(outcome(ClaimContext(one), claim.test).verdict == HOLDS for one in drawn) for claim in graph.conflict.claims
    ]
    assert [one.share and one.share.count for one in found] == [*counts[:3], None]
    assert any(0 < count < draws for count in counts)
    shares = [one.share for one in found]
    steps: list[tuple[int, int]] = []
    asked = examine(graph, None, draws, seed, flips=True, progress=lambda k, total: steps.append((k, total)))
    assert [one.share for one in asked] == shares
    assert [one.flips is None for one in found] == [True] * 4
    assert steps == sorted(steps)
    assert all(0 <= k < total for k, total in steps)
    for claim, share in zip(graph.conflict.claims, shares, strict=True):
        assert [one.share for one in examine(graph, [claim], draws, seed)] == [share]
    assert [one.share for one in examine(graph, draws=draws, seed=seed + 1)] != shares
    everywhere = examine(graph, draws=draws, seed=seed, dispersion=Dispersion(0, 0, 1))
    assert {one.share.share for one in everywhere if one.share} <= {0.0, 1.0}


@pytest.mark.parametrize(("text", "draws"), [(UNSURE, 0), (UNSURE.replace("likely", "certain"), 20)])
def test_without_draws_there_is_no_share(text: str, draws: int) -> None:
    graph = graph_of(text.replace("doubtful", "certain") if draws else text)
    assert [one.share for one in examine(graph, draws=draws)] == [None] * 4


# Flips


def reloaded(drawn: Drawn, conflict: Conflict, edit: Edit) -> Conflict | None:
    """The conflict after an edit, by way of its file; None where it is no valid one.

    A state that has another number then is named by that in the claims: they are about the same combinations.
    """
    try:
        data = json.loads(dumps(apply(conflict, edit), ".json"))
        if edit.kind == "drop_rule" and "states" not in drawn.document:
            before, after = (Oracle(document, drawn.formulas) for document in (drawn.document, data))
            for claim in data["claims"]:
                claim["test"] = renumbered(claim["test"], before, after)
        return loads(json.dumps(data), ".json")
    except (InvalidConflict, ValueError):
        return None


def assert_flips_are_those_of_all_edits(drawn: Drawn) -> Counter[str]:
    conflict = loaded(drawn)
    found = examine(build_graph(conflict), flips=True)
    told = {(flip.edit, one.claim.id): flip.verdict for one in found for flip in one.flips or ()}
    assert sum(len(one.flips or ()) for one in found) == len(told)
    expected, met = {}, Counter[str]()
    for edit in [*edits(conflict), *view_edits(conflict)]:
        after = reloaded(drawn, conflict, edit)
        met["edits" if after else "invalid"] += 1
        for one, other in zip(found, examine(build_graph(after)) if after else (), strict=after is not None):
            if other.outcome.verdict != one.outcome.verdict:
                expected[edit, one.claim.id] = other.outcome.verdict
                met[f"flips by {edit.kind}"] += 1
    assert told == expected
    return met


@pytest.mark.parametrize("chunk", chunks(CHUNKS))
def test_flips_are_all_edits_after_which_the_file_is_judged_otherwise(
    chunk: int, request: pytest.FixtureRequest
) -> None:
    total, met = max(CHUNKS, request.config.getoption("--conflicts") // 60), Counter[str]()
    for seed in range(chunk, total, CHUNKS):
        met += assert_flips_are_those_of_all_edits(random_claims(random.Random(7_000 + seed), combinations=8))
    assert met["edits"]


UNKNOWN_TO_B = """
standoff: 1
title: A takes B not to know of what A could do
decision_makers:
  A: {options: {o: {}}, prefers: [not (A.o and B.p), A.o]}
  B: {options: {p: {}}, prefers: [B.p if A.o, not B.p]}
status_quo: {A.o: no}
view_depth: 2
views: {A: {B: {prefers: [not B.p], views: {A: {options: {o: {hidden: true}}}}}}}
"""
NUMBERED = """
standoff: 1
title: A status quo given by its number
decision_makers:
  A: {options: {x: {}, y: {}}, prefers: [A.x]}
  B: {options: {z: {}}, prefers: [B.z]}
infeasible: [A.x and not A.y]
status_quo: 2
"""


def test_a_correction_after_which_the_file_is_not_valid_is_no_flip() -> None:
    (found,) = examine(graph_of(UNKNOWN_TO_B + "claims: [{id: a, says: b, test: {accident: {to: B.p}}}]\n"), flips=True)
    assert (found.outcome.verdict, bool(found.flips)) == (HOLDS, True)
    assert "views.A.B.prefers" not in found.pivots


def test_a_dropped_rule_leaves_a_status_quo_given_by_its_number_where_it_is() -> None:
    graph = graph_of(NUMBERED + "claims: [{id: a, says: b, test: {holds: {concept: Nash, who: A}}}]\n")
    (found,) = examine(graph, flips=True)
    assert found.outcome.verdict == FAILS
    assert set(found.pivots) == {"decision_makers.A.prefers[0]", 'status_quo["A.x"]'}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_every_claim_of_a_case_that_has_a_flip_changes_its_verdict_under_it(name: str) -> None:
    graph = build_graph(casebook.load(name))
    found = examine(graph, flips=True)
    first = {one.claim.id: one.flips[0] for one in found if one.flips}
    assert first
    for edit in dict.fromkeys(flip.edit for flip in first.values()):
        mine = {key: flip for key, flip in first.items() if flip.edit == edit}
        after = loads(dumps(apply(graph.conflict, edit), ".json"), ".json")
        claims = [claim for claim in after.claims if claim.id in mine]
        for one in examine(build_graph(after), claims):
            before = next(other for other in found if other.claim.id == one.claim.id)
            assert one.outcome.verdict == mine[one.claim.id].verdict != before.outcome.verdict, (one.claim.id, edit)


# Files


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
@pytest.mark.parametrize("chunk", range(4))
def test_random_claims_survive_the_round_trip_and_keep_to_the_schema(
    suffix: str, chunk: int, request: pytest.FixtureRequest
) -> None:
    validator = jsonschema.Draft202012Validator(json_schema())
    for seed in range(chunk, request.config.getoption("--conflicts") // 10, 4):
        drawn = random_claims(random.Random(seed), combinations=8)
        conflict = loaded(drawn)
        text = dumps(conflict, suffix)
        assert loads(text, suffix).claims == conflict.claims
        assert loads(text, suffix) == conflict
        if suffix == ".json":
            validator.validate({"standoff": 1, "title": "t", "decision_makers": {}, "claims": drawn.document["claims"]})
            written_claims = json.loads(text)["claims"]
            validator.validate({"standoff": 1, "title": "t", "decision_makers": {}, "claims": written_claims})


@pytest.mark.parametrize("suffix", [".json", ".yaml"])
@pytest.mark.parametrize(
    "test",
    [
        "{holds: {at: [3], concept: Nash}}",
        "{holds: {at: true, concept: Nash, who: []}}",
        "{can_reach: {by: A, goal: B.x, from: status_quo, improving: false}}",
        "{cannot_reach: {by: [A, [A, B]], goal: [1, 2], improving: true}}",
        "{answers: {by: A, makes: A.x, who: B, with: B.x, best: true, within: moves}}",
        "{agree: {who: [A, B], correlation: -0.125}}",
        "{differ: {who: [A, B], over: [true, A.y != mid]}}",
        "{accident: {to: A.x, acting: SSEQ, slips: 3, strict: true}}",
        "{drawn: {}}",
        "{trend: {between: [A, B], from: 2010, to: 2014-05, rises: false}}",
        "{not: {all: [{any: [{drawn: {was: best}}]}]}}",
    ],
)
def test_every_form_of_a_test_survives_the_round_trip(test: str, suffix: str) -> None:
    conflict = loads(SMALL + f"claims: [{{id: a, says: b, test: {test}}}]\n")
    assert loads(dumps(conflict, suffix), suffix) == conflict


BAD = {
    "unknown kind": ("{hold: {concept: Nash}}", 'test.hold: unknown key "hold"; did you mean "holds"?'),
    "unknown kind within": ("{not: {any: [{drwan: {}}]}}", 'any[0].drwan: unknown key "drwan"; did you mean "drawn"?'),
    "two kinds": ("{holds: {concept: Nash}, drawn: {}}", "test: a test is one kind with its arguments"),
    "no kind": ("{}", "test: a test is one kind with its arguments"),
    "kind without arguments": ("{holds: }", "test: holds has no arguments"),
    "all of nothing": ("{all: }", "test: all has no arguments"),
    "any of none": ("{any: []}", "test.any"),
    "not of nothing": ("{not: }", "test: not has no arguments"),
    "no mapping": ("holds", 'test: expected a mapping, found "holds"'),
    "missing argument": ("{answers: {by: A, makes: A.x, who: B}}", "test.answers.with: is missing"),
    "missing concept": ("{holds: {}}", "test.holds.concept: is missing"),
    "unknown argument": ("{can_reach: {by: A, gaol: A.x}}", 'unknown key "gaol"; did you mean "goal"?'),
    "unknown mover": ("{can_reach: {by: [[A, Q]], goal: A.x}}", 'can_reach.by: unknown decision maker "Q"'),
    "unknown answerer": ("{answers: {by: A, makes: A.x, who: b, with: B.x}}", 'did you mean "B"?'),
    "unknown comparer": ("{differ: {who: [A, b]}}", 'differ.who: unknown decision maker "b"; did you mean "B"?'),
    "unknown in a trend": ("{trend: {between: [A, b], from: 2010, to: 2011}}", 'did you mean "B"?'),
    "unknown in drawn": ("{drawn: {who: b}}", 'drawn.who: unknown decision maker "b"; did you mean "B"?'),
    "unknown concept": ("{holds: {concept: Nahs}}", 'holds.concept: unknown concept "Nahs"; did you mean "Nash"?'),
    "unknown acting": ("{accident: {to: A.x, acting: SEK}}", 'accident.acting: unknown concept "SEK"; did you mean'),
    "unknown option": ("{holds: {at: A.xx, concept: Nash}}", 'holds.at: unknown option "A.xx"; did you mean "A.x"?'),
    "unknown level": (
        "{only_if: {who: A, makes: A.y = hih, if: A.x}}",
        'unknown level of A.y "hih"; did you mean "hi"?',
    ),
    "unknown option compared over": ("{agree: {who: [A, B], over: [A.x, B.xx]}}", 'over[1]: unknown option "B.xx"'),
    "formula syntax": ("{holds: {at: not (A.x, concept: Nash}}", 'holds.at: expected ")"'),
    "unknown number": ("{holds: {at: 77, concept: Nash}}", 'unknown state "77"; states are numbered 1 to 9'),
    "unknown among numbers": ("{can_reach: {by: A, goal: [1, 0]}}", 'can_reach.goal: unknown state "0"'),
    "formula among states": ("{can_reach: {by: A, goal: [A.x]}}", 'can_reach.goal: unknown state "A.x"'),
    "no place": ("{holds: {at: [], concept: Nash}}", "test.holds.at"),
    "place of a strange type": ("{holds: {at: {A.x: yes}, concept: Nash}}", "holds.at: expected"),
    "no group": ("{cannot_reach: {by: [], goal: A.x}}", "test.cannot_reach.by"),
    "empty group": ("{can_reach: {by: [[A], []], goal: A.x}}", "can_reach.by: an empty group"),
    "accident under SIM": (
        "{accident: {to: A.x, acting: SIM}}",
        "accident.acting: SIM looks at moves made at the same",
    ),
    "drawn under SIM": ("{drawn: {concept: SIM}}", "drawn.concept: SIM looks at moves made at the same time"),
    "one compared": ("{differ: {who: [A]}}", "test.differ.who"),
    "three compared": ("{agree: {who: [A, B, A]}}", "test.agree.who"),
    "one answers itself": (
        "{answers: {by: A, makes: A.x, who: A, with: B.x}}",
        "answers.who: A does not answer itself",
    ),
    "one compared with itself": ("{differ: {who: [A, A]}}", "differ.who: A twice"),
    "a trend of one": ("{trend: {between: [B, B], from: 2010, to: 2011}}", "trend.between: B twice"),
    "a trend backwards": ("{trend: {between: [A, B], from: 2011, to: 2010}}", "trend.to: 2010 is not after 2011"),
    "correlation out of bounds": ("{agree: {who: [A, B], correlation: 2}}", "test.agree.correlation"),
    "many slips": ("{accident: {to: A.x, slips: 4}}", "test.accident.slips"),
    "fewer than no slips": ("{accident: {to: A.x, slips: -1}}", "test.accident.slips"),
    "strange flag": ("{can_reach: {by: A, goal: A.x, improving: yes}}", "can_reach.improving"),
    "strange scope": ("{only_if: {who: A, makes: A.x, if: B.x, within: move}}", "within: expected 'status_quo', 'impr"),
    "strange was": ("{drawn: {was: bst}}", "drawn.was: expected 'improvement', 'best', 'deterred' or 'undeterred'"),
    "strange date": ("{trend: {between: [A, B], from: then, to: 2011}}", "trend.from: expected a date"),
}
FIRST = "claims:\n- id: first\n  says: s\n  test: {holds: {concept: Nash}}\n"


def problems_of(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(InvalidConflict) as error:
        loads(text)
    return [(str(problem), problem.line) for problem in error.value.problems]


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_claim_is_told_with_its_place_line_and_the_nearest_name(kind: str) -> None:
    test, message = BAD[kind]
    above = SMALL + FIRST + "- id: second\n  says: s\n"
    told = problems_of(f"{above}  test: {test}\n- id: third\n  says: s\n  test: {{drawn: {{}}}}\n")
    line = above.count("\n") + 1
    assert {at for _, at in told} == {line}
    assert all(each.startswith("claims[1].test") for each, _ in told), told
    assert any(message in each for each, _ in told), told


def test_a_claim_given_twice_is_told() -> None:
    text = SMALL + FIRST + "- id: first\n  says: s\n  test: {drawn: {}}\n"
    assert problems_of(text) == [('claims[1].id: claim "first" is given twice', SMALL.count("\n") + 5)]


@pytest.mark.parametrize("key", ["verdict", "holds", "share"])
def test_a_claim_has_no_place_for_its_verdict(key: str) -> None:
    (told,) = problems_of(SMALL + FIRST + f"  {key}: holds\n")
    assert told[0].startswith(f'claims[0].{key}: unknown key "{key}"')
    assert told[1] == SMALL.count("\n") + 5


GRAPH = """
standoff: 1
title: Graph form
decision_makers: {A: {ranking: [here, there]}, B: {ranking: [there, here]}}
graph: {states: {here: one, there: two}, moves: {A: {here: [there]}}}
"""
MERGED = (
    SMALL.replace("[B.x, not A.x]", "[not A.x]").replace("[A.y = hi]", "[A.x]") + "states: {on: A.x, off: not A.x}\n"
)


@pytest.mark.parametrize(
    ("text", "test", "message"),
    [
        (GRAPH, "{holds: {at: A.x, concept: Nash}}", 'holds.at: unknown state "A.x"; known: here, there'),
        (GRAPH, "{differ: {who: [A, B], over: [A.x]}}", "differ.over[0]: unknown state"),
        (GRAPH, "{can_reach: {by: A, goal: [ther]}}", 'can_reach.goal: unknown state "ther"; did you mean "there"?'),
        (GRAPH, "{can_reach: {by: A, goal: ther}}", 'can_reach.goal: unknown state "ther"; did you mean "there"?'),
        (
            MERGED,
            "{holds: {at: A.y = hi, concept: Nash}}",
            "holds.at: tells two combinations of state off apart: (A.x = no",
        ),
        (MERGED, "{agree: {who: [A, B], over: [B.x]}}", "agree.over[0]: tells two combinations of state off apart"),
        (MERGED, "{can_reach: {by: A, goal: [onn]}}", 'can_reach.goal: unknown state "onn"; did you mean "on"?'),
    ],
)
def test_places_that_a_conflict_does_not_have_are_told(text: str, test: str, message: str) -> None:
    above = text + "claims:\n- id: a\n  says: s\n"
    ((told, line),) = problems_of(f"{above}  test: {test}\n")
    assert line == above.count("\n") + 1
    assert message in told


@pytest.mark.parametrize("test", ["{holds: {at: on, concept: Nash}}", "{holds: {at: [on, off], concept: SIM}}"])
def test_states_may_be_named(test: str) -> None:
    found = one_claim(MERGED, test)
    assert (found.outcome.verdict == UNTESTABLE) == ("SIM" in test)


@given(st.data())
@examples(60)
def test_a_claim_with_any_part_replaced_is_a_claim_or_a_clear_error(data: st.DataObject) -> None:
    drawn = loads_small(data.draw(st.integers(0, 400)))
    test = data.draw(st.sampled_from(said_of(drawn)))
    junk: st.SearchStrategy[Any] = st.sampled_from(
        [None, [], {}, "x", 7, -1.5, True, "", [[]], {"a": 1}, "status_quo", ["status_quo"], "A.x"]
    )
    changed = replaced(test, data.draw(junk), data.draw(st.integers(0, 12)))
    document = drawn.document | {"claims": [{"id": "a", "says": "b", "test": changed}]}
    try:
        conflict = loaded(Drawn(document, drawn.formulas))
    except StandoffError:
        return
    graph = build_graph(conflict)
    (found,) = examine(graph, draws=2)
    assert said(graph, found)
    assert loads(dumps(conflict)) == conflict


def loads_small(seed: int) -> Drawn:
    return random_claims(random.Random(seed), combinations=4)


def replaced(test: Any, junk: Any, at: int) -> Any:
    """The data with the part at a place (counted from outside in, as far as there are any) replaced."""
    paths = list(parts(test, ()))
    path = paths[at % len(paths)]
    return put(test, path, junk)


def parts(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, Mapping) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from parts(value, (*path, key))


def put(data: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    key, *rest = path
    if isinstance(data, list):
        return [put(value, tuple(rest), junk) if k == key else value for k, value in enumerate(data)]
    return {k: put(value, tuple(rest), junk) if k == key else value for k, value in data.items()}


# The cases, and what their texts say


def keys_of(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from keys_of(value)
    elif isinstance(data, list):
        for value in data:
            yield from keys_of(value)


@pytest.mark.parametrize("name", CASES)
def test_no_verdict_is_written_down_in_a_case(name: str) -> None:
    claims = pyyaml.safe_load(casebook.path(name).read_text(encoding="utf-8"))["claims"]
    words = {"verdict", "verdicts", "outcome", "result", "expected", "fails", "share", "robustness", "answer"}
    for claim in claims:
        assert set(claim) <= {"id", "says", "quote", "test"}
        assert not words & set(keys_of(claim))
        assert not {HOLDS, FAILS, UNTESTABLE} & {value for value in claim.values() if isinstance(value, str)}


def test_syria_and_elmira_make_claims_and_syria_quotes_them() -> None:
    assert {"syria-2015", "elmira"} <= set(CASES)
    assert all(claim.quote is not None for claim in casebook.load("syria-2015").claims)


@pytest.fixture(scope="module")
def listing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("coverage_list", ROOT / "docs" / "_extensions" / "article.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    return module


def coverage_file(name: str) -> Path:
    return ROOT / "docs" / "coverage" / f"{name}.yaml"


def test_the_article_on_syria_is_covered() -> None:
    assert "syria-2015" in COVERED


@pytest.mark.parametrize("name", COVERED)
def test_every_statement_of_a_text_has_a_place_with_a_quote_and_every_claim_is_listed(
    name: str, listing: ModuleType
) -> None:
    conflict, statements = casebook.load(name), listing.statements(coverage_file(name))
    places, listed_places = listing.places(conflict), [place for one in statements for place in one.at]
    assert set(listed_places) <= set(places)
    assert all(places[place][1] is not None for place in listed_places)
    claimed = {place.removeprefix("claims.") for place in listed_places if place.startswith("claims.")}
    assert claimed == {claim.id for claim in conflict.claims}
    assert len({one.says for one in statements}) == len(statements)
    folder = casebook.path(name).parent
    table = list(listing.rows(conflict, folder, statements))
    assert [says for says, _, _ in table] == [one.says for one in statements]
    assert all(where for _, where, _ in table)
    found = examine(build_graph(conflict), measured=measured.load_measured(conflict, folder))
    verdicts = {one.claim.id: str(one.outcome.verdict) for one in found}
    for one, (_, _, said) in zip(statements, table, strict=True):
        mine = [verdicts[place.removeprefix("claims.")] for place in one.at if place.startswith("claims.")]
        assert said == ("; ".join(mine) or "–")


@pytest.mark.parametrize("name", COVERED)
def test_no_verdict_is_written_down_in_a_list(name: str) -> None:
    entries = pyyaml.safe_load(coverage_file(name).read_text(encoding="utf-8"))
    assert all(set(entry) == {"says", "at"} for entry in entries)


@pytest.mark.parametrize("entry", ["- says: s\n", "- {says: s, at: }\n", "- {says: s, at: []}\n"])
def test_a_statement_without_a_place_is_an_error(entry: str, listing: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no place in the model: s"):
        listing.statements(Path(written(tmp_path, "- {says: t, at: [status_quo]}\n" + entry)))


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("Iran.prefers[99]", "no such place in the model: Iran.prefers"),
        ("claims.nosuch", "no such place in the model: claims.nosuch"),
        ("decision_makers.Iran.prefers[0]", "no such place"),
        ("Assad.prefers[3]", "no quote at Assad.prefers"),
        ("history[0]", "no quote at history"),
    ],
)
def test_a_place_that_does_not_exist_or_has_no_quote_is_an_error(place: str, message: str, listing: ModuleType) -> None:
    folder = casebook.path("syria-2015").parent
    with pytest.raises(ValueError, match=message):
        list(listing.rows(casebook.load("syria-2015"), folder, [listing.Statement("s", (place,))]))


# The command


def document(*words: str) -> Any:
    result = run("claims", *words, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    jsonschema.Draft202012Validator(schema("claims")).validate(found)
    assert list(found) == list(ClaimsDocument.__annotations__)
    assert all(list(claim) == list(ClaimEntry.__annotations__) for claim in found["claims"])
    return found


def test_the_table_has_every_claim_with_its_verdict() -> None:
    result = run("claims", "elmira")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Elmira groundwater contamination: what is claimed, put to the test")
    found = examine(build_graph(casebook.load("elmira")))
    for one in found:
        (row,) = [line for line in result.stdout.splitlines() if line.startswith(one.claim.id)]
        assert one.outcome.verdict in row
    counts = Counter(str(one.outcome.verdict) for one in found)
    assert f"{counts['holds']} hold, {counts['fails']} fail, {counts['cannot be tested']} cannot" in result.stdout
    assert "so none is drawn" in result.stdout


def test_the_document_tells_what_was_examined() -> None:
    found = document("elmira")
    graph = build_graph(casebook.load("elmira"))
    examined = examine(graph, draws=200, flips=True)
    assert [claim["id"] for claim in found["claims"]] == [one.claim.id for one in examined]
    for claim, one in zip(found["claims"], examined, strict=True):
        assert (claim["verdict"], claim["witness"]["sentence"]) == (one.outcome.verdict, said(graph, one))
        assert (claim["share"], claim["low"], claim["high"]) == (None, None, None)
        told = [(flip["judgement"], flip["edit"], flip["verdict"]) for flip in claim["flips"]]
        assert told == [(flip.edit.where, flip.edit.words, flip.verdict) for flip in one.flips or ()]
    (move,) = found["claims"][0]["witness"]["moves"]
    assert (move["by"], move["from"], move["to"]) == ("LG", 1, 5)
    assert found["claims"][1]["kind"] == "can_reach"


@pytest.mark.slow
def test_uncertain_judgements_give_shares_and_doing_without_is_possible(tmp_path: Path) -> None:
    path = written(tmp_path, UNSURE)
    found = document(path, "--draws", "40", "--seed", "3", "--no-flips")
    assert (found["draws"], found["seed"]) == (40, 3)
    shares = [one.share for one in examine(graph_of(UNSURE), draws=40, seed=3)]
    assert [claim["share"] for claim in found["claims"]] == [share and share.share for share in shares]
    assert all(claim["low"] <= claim["share"] <= claim["high"] for claim in found["claims"][:3])
    assert [claim["flips"] for claim in found["claims"]] == [None] * 4
    assert found["claims"][3]["share"] is None
    assert "Share: of 40 draws" in run("claims", path, "--draws", "40").stdout
    assert all(claim["share"] is None for claim in document(path, "--draws", "0")["claims"])


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (
            "deadlock",
            [
                "The local government, acting for itself",
                "It holds: ",
                "It hangs on 3 judgements",
                "rank the present situation (1) just above “the deadlock” (5): it fails.",
            ],
        ),
        ("agreement-takes-two", ["It holds: ", "No single change of a judgement changes the verdict."]),
        ("agreement-by-single-steps", ["It fails: ", "it holds."]),
    ],
)
def test_explain_tells_the_whole_chain_of_one_claim(claim: str, words: list[str]) -> None:
    for more in ([], ["--all"]):
        result = run("claims", "elmira", "--explain", claim, *more)
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(claim)
        assert all(word in result.stdout for word in words), result.stdout
    assert "hangs on" not in run("claims", "elmira", "--explain", claim, "--no-flips").stdout
    assert [one["id"] for one in document("elmira", "--explain", claim)["claims"]] == [claim]


@pytest.mark.slow
def test_explain_quotes_the_source_of_a_claim_and_of_the_judgements_it_hangs_on() -> None:
    result = run("claims", "syria-2015", "--explain", "backers-leave-only-if", "--draws", "20")
    assert result.exit_code == 0, result.output
    text = " ".join(result.stdout.split())
    assert "make clear that the regime has no future" in text
    assert "of 20 draws of uncertain judgements" in text
    _, hangs = text.split("It hangs on")
    reasons = [one.evidence.why for one in casebook.load("syria-2015").judgements() if one.evidence.why]
    assert any(" ".join(why.split()) in hangs for why in reasons)


def test_an_unknown_claim_is_told_with_the_nearest() -> None:
    result = run("claims", "elmira", "--explain", "deadlok")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'unknown claim "deadlok"; did you mean "deadlock"?' in result.stderr


def test_a_conflict_may_make_no_claims(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL)
    result = run("claims", path)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "The file makes no claims.")
    assert document(path)["claims"] == []
    assert run("claims", path, "--explain", "any").exit_code == 2


@given(claiming(combinations=6))
@examples(15)
def test_the_document_and_the_tables_of_any_claims_can_be_told(drawn: Drawn) -> None:
    found = examination(build_graph(loaded(drawn)), draws=2, flips=True)
    jsonschema.Draft202012Validator(schema("claims")).validate(json.loads(json.dumps(claims_document(found))))
    ties = Ties(Findings(Analysis(found.graph, {}), claims=found), everything=True)
    table = plain_text(sections.claims(ties, found), width=100)
    assert all(one.claim.id in table for one in found.claims)
    chains = [plain_text(sections.explained(ties, found, one), width=100, everything=True) for one in found.claims]
    assert all(told.startswith(one.claim.id) for told, one in zip(chains, found.claims, strict=True))


def test_sentences_count_as_people_do_and_name_the_condition_that_is_not_met() -> None:
    conflict = casebook.load("syria-2015")
    graph = build_graph(conflict)
    told = {one.claim.id: said(graph, one) for one in examine(graph)}
    assert all(wrong not in sentence for sentence in told.values() for wrong in (" 1 moves", "all 1 ", " 1 states"))
    assert "“the regime collapses” is not true there (so it is in 96 states)" in told["backers-leave-only-if"]
    assert told["direct-war-by-accident"].startswith("No play of misread moves with at most 1 slip leads to a state")


IDLE = """
standoff: 1
title: Somebody is named who changes nothing, where no state is
decision_makers:
  A: {options: {u: {}}, prefers: [A.u]}
  B: {options: {v: {}}, prefers: [B.v]}
infeasible: [not A.u and not B.v]
status_quo: {state: {A.u: yes}}
history: [{moves: {A.u: yes, B.v: no}}]
claims: [{id: b, says: x, test: {drawn: {who: B}}}]
"""


def test_who_is_named_and_changes_nothing_has_no_part_wherever_the_event_begins() -> None:
    (one,) = examine(build_graph(loads(IDLE)))
    assert one.outcome.verdict is ClaimVerdict.UNTESTABLE
    (one,) = examine(build_graph(loads(IDLE.replace("who: B", "who: A"))))
    assert one.outcome.verdict is ClaimVerdict.FAILS


TORN = """
standoff: 1
title: After a change a claim tells members of a state apart
define: {low: {that: A.u and B.v, kind: assumed}}
decision_makers:
  A: {options: {u: {}}, prefers: [low]}
  B: {options: {v: {}}, prefers: [not low]}
states: {1: low, 2: not low}
status_quo: 2
claims: [{id: c, says: x, test: {holds: {at: A.u and B.v, concept: Nash}}}]
"""


def test_a_claim_that_tells_members_of_a_state_apart_after_a_change_cannot_be_tested_there() -> None:
    (one,) = examine(build_graph(loads(TORN)), flips=True)
    assert one.outcome.verdict is not ClaimVerdict.UNTESTABLE
    torn = [flip for flip in one.flips or () if flip.edit.path == ("define", "low")]
    assert {flip.verdict for flip in torn} == {ClaimVerdict.UNTESTABLE}
