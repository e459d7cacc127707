"""What differs between two models, in words."""

from __future__ import annotations

from standoff.conflict.changes import model_changes
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.wording.changes import change_words

MODEL = """
standoff: 1
title: A strike
define: {deal: {that: F.pay and D.work, title: a deal}}
decision_makers:
  D: {options: {work: {}}, weights: {F.pay: {weight: 1.5, title: more pay}, D.work: 1}}
  F: {options: {pay: {}}, prefers: [D.work]}
"""


def told(old: str, new: str) -> list[str]:
    graphs = build_graph(loads(MODEL)), build_graph(loads(MODEL.replace(old, new)))
    return [change_words(graphs, one) for one in model_changes(*(graph.conflict for graph in graphs))]


def test_a_definition_that_means_something_else_is_named() -> None:
    (words,) = told("F.pay and D.work, title", "F.pay, title")
    assert words.startswith("deal: “")
    assert " in place of “" in words


def test_a_weight_is_called_by_the_title_of_what_it_weighs() -> None:
    assert told("weight: 1.5", "weight: 0.5") == ["the weight of “more pay”: 1.5, then 0.5"]
