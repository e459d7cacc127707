"""What a state is called where models are compared: nothing that is false in one of them."""

from __future__ import annotations

from random import Random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from checks import SMALL, examples, loaded
from conflict.test_changes import edited
from standoff.analysis.verdicts import Space
from standoff.errors import InvalidConflict
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.wording.compared_states import ComparedStates
from strategies.conflicts import Drawn, conflicts

RULED = SMALL + "define: {deal: {that: A.y >= mid and B.x, title: a deal}, calm: {that: not A.x, title: calm}}\n"
NARROW = RULED.replace("A.y >= mid and", "A.y = hi and")
ELSEWHERE = RULED.replace("{A.x: yes}", "{A.y: hi}")
NONE = RULED.replace("status_quo: {A.x: yes}\n", "")


def called(state: str, *texts: str) -> str:
    """What a state of the first model, given by a formula, is called."""
    graphs = [build_graph(loads(text)) for text in texts]
    (s,) = graphs[0].meaning.selection(state).states
    names = tuple("abc"[: len(texts)])
    return ComparedStates(Space(one.conflict for one in graphs), tuple(graphs), names).in_words(graphs[0], int(s))


DEAL, BARGAIN = "A.y = mid and B.x", "A.y = hi and B.x"


def test_a_title_is_used_only_where_it_is_true_in_every_model() -> None:
    assert called(DEAL, RULED, RULED) == "“a deal, calm” (8)"
    assert called(DEAL, RULED, NARROW) == "“calm” (8)"
    assert called(DEAL, NARROW, RULED) == "“calm” (8)"
    assert called(BARGAIN, RULED, NARROW).startswith("“a deal, calm”")


def test_without_a_title_true_in_all_a_state_is_told_by_what_is_done() -> None:
    other = NARROW.replace("not A.x, title: calm", "A.x, title: calm")
    assert called(DEAL, RULED, other) == "“A: not x, mid; B: x” (8)"
    moved = other.replace("{A.x: yes}", "{A.y: hi}")
    assert called(DEAL, RULED, moved) == "“A: mid; B: x” (8)"


def test_the_present_situation_is_that_of_all_models_or_it_is_said_of_which() -> None:
    assert called("A.x and A.y = lo", RULED, RULED) == "the present situation (2)"
    assert called("A.x and A.y = lo", RULED, ELSEWHERE, RULED) == "where a and c stand (2)"
    assert called("A.x and A.y = lo", NONE, RULED) == "where b stands (2)"


@examples(60)
@given(drawn=conflicts(32), seed=st.integers(0, 2**32 - 1))
def test_a_state_is_found_by_its_key_in_every_model_that_has_it(drawn: Drawn, seed: int) -> None:
    one = loaded(drawn)
    try:
        graphs = [build_graph(one), build_graph(edited(one, Random(seed), 2))]
    except InvalidConflict:
        return
    space = Space(graph.conflict for graph in graphs)
    keys = [space.keys(graph, np.arange(len(graph.states))) for graph in graphs]
    for graph, mine in zip(graphs, keys, strict=True):
        at = {key: s for s, key in enumerate(mine)}
        assert all(space.place(graph, key) == at.get(key) for key in {*keys[0], *keys[1]})
