"""Published conflicts, published answers."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from standoff import casebook
from standoff.analysis.compare import compare
from standoff.analysis.stability import solve
from standoff.conflict.evidence import Kind
from standoff.conflict.model import Conflict
from standoff.conflict.quotes import Status
from standoff.graph import build_graph
from standoff.inquiries.asking import Subject
from standoff.inquiries.standing import CheckQuestion
from standoff.progress import Watch
from standoff.wording.states import state_name

PUBLISHED = [name for name in casebook.names() if casebook.load(name).published]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_published_answers_are_reproduced(name: str) -> None:
    analysis = solve(casebook.load(name))
    published = analysis.graph.conflict.published
    assert published is not None
    compared = compare(analysis)
    compared += compare(analysis, dict(published.other)["computed"])
    assert compared
    assert [one for one in compared if not one.agrees] == []


def test_the_answers_that_a_tool_got_wrong_are_told_apart() -> None:
    analysis = solve(casebook.load("garrison-diversion-unit"))
    published = analysis.graph.conflict.published
    assert published is not None
    for one in compare(analysis, dict(published.other)["stored_by_the_tool"]):
        assert set(one.computed) - set(one.published) == {4, 6, 10}
        assert set(one.published) <= set(one.computed)


def test_state_6_of_garrison_needs_a_legal_sequence_of_three_moves() -> None:
    graph = solve(casebook.load("garrison-diversion-unit"), ["GMR"]).graph
    names = graph.states.names
    others = graph.others(graph.dm("Canadian_Opposition"))
    goal = np.array([name == 3 for name in names])
    path = graph.path(others, names.index(2), goal)
    assert path is not None
    assert [names[move.to] for move in path] == [1, 4, 3]


@pytest.fixture(scope="module")
def syria() -> Conflict:
    return casebook.load("syria-2015")


def test_every_judgement_on_syria_says_why_and_what_kind_it_is(syria: Conflict) -> None:
    assert [one.path for one in syria.judgements() if not one.evidence.why or one.evidence.kind is None] == []


def test_what_is_reported_of_syria_is_quoted_and_what_is_assumed_is_not(syria: Conflict) -> None:
    for one in syria.judgements():
        assert (one.evidence.kind is Kind.REPORTED) <= (one.evidence.quote is not None), one.path
        assert (one.evidence.kind is Kind.ASSUMED) <= (one.evidence.quote is None), one.path


def test_no_quote_on_syria_is_longer_than_ten_words(syria: Conflict) -> None:
    assert all(len(quote.exact.split()) <= 10 for _, quote in syria.quotes())


def test_the_history_of_syria_ends_at_the_status_quo(syria: Conflict) -> None:
    assert syria.status_quo is not None
    levels = dict(move for event in syria.history for move in event.moves)
    assert levels == dict(syria.status_quo.state)  # type: ignore[arg-type]


@pytest.mark.skipif("STANDOFF_SOURCES" not in os.environ, reason="the article is not part of the project")
def test_every_quote_on_syria_stands_in_the_article(syria: Conflict) -> None:
    findings = CheckQuestion(Path(os.environ["STANDOFF_SOURCES"])).answer(Subject(syria), Watch()).quotes
    assert findings
    assert {(one.status, one.ambiguous) for one in findings} == {(Status.EXACT, False)}


@pytest.mark.parametrize("name", casebook.names())
def test_a_title_that_is_a_plural_says_so(name: str) -> None:
    for dm in casebook.load(name).decision_makers:
        assert dm.plural == (dm.label.endswith("s") and dm.label != "the United States"), dm.label


@pytest.mark.parametrize("name", casebook.names())
def test_each_name_that_a_case_gives_is_that_of_a_state(name: str) -> None:
    graph = build_graph(casebook.load(name))
    called = {state_name(graph, s) for s in range(len(graph.states))}
    assert {one.statement.title for one in graph.conflict.definitions if one.calls} <= called
