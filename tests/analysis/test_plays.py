"""The search for plays: what spares a part of it changes no answer, and where it is not spared that is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import examples, graph_of, loaded
from standoff.analysis.accident import SlippingActors
from standoff.analysis.misperception import Pictures, acting
from standoff.analysis.plays import Play, first_play
from standoff.graph import build_graph
from strategies.conflicts import Drawn, viewed_conflicts

GAINING = """
standoff: 1
title: Each gains by all that it does, so that nothing can end as an accident
decision_makers:
  A: {options: {a: {}, b: {}, c: {}}, prefers: [A.a, A.b, A.c]}
  B: {options: {d: {}, e: {}, f: {}}, prefers: [B.d, B.e, B.f]}
status_quo: {}
"""


def anything(_: Play) -> bool:
    return True


def test_of_more_goals_than_are_kept_the_search_is_longer_and_says_where_it_is_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = graph_of(GAINING)
    actors = SlippingActors(Pictures(graph), acting("Nash"))
    goals = np.zeros(len(graph.states), np.bool_)
    goals[-2:] = True
    monkeypatch.setattr("standoff.analysis.plays.MAX_STEPS", 20)
    found = {}
    for most in (1, 2):
        monkeypatch.setattr("standoff.analysis.plays.MOST_GOALS", most)
        found[most] = first_play(actors, 0, goals, 0, anything, accidents=True)
    assert found == {1: (None, True), 2: (None, False)}


@given(viewed_conflicts(combinations=12), st.sampled_from(["Nash", "SEQ"]), st.data())
@examples(60)
def test_the_first_accident_is_the_same_however_many_goals_are_kept(
    drawn: Drawn, name: str, data: st.DataObject
) -> None:
    graph = build_graph(loaded(drawn))
    states = list(range(len(graph.states)))
    start = data.draw(st.sampled_from(states))
    goals = np.isin(states, data.draw(st.lists(st.sampled_from(states), min_size=1)))
    actors = SlippingActors(Pictures(graph), acting(name))
    found = []
    for most in (0, len(states)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("standoff.analysis.plays.MOST_GOALS", most)
            found.append(first_play(actors, start, goals, 0, anything, accidents=True))
    assert found[0] == found[1]
    assert found[0][0] is None or found[0][0].accident
