"""Who it is, in a sentence: names, and verbs and pronouns that agree with them."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.graph import Graph
from standoff.wording.words import joined, who


def names_of(graph: Graph, group: Sequence[int], word: str = "and") -> str:
    """The decision makers of a group, as a list in a sentence."""
    return joined((who(graph, i) for i in group), word)


def agrees(graph: Graph, group: Sequence[int], one: str, several: str) -> str:
    """The form of a verb for a group: ``gains`` for one, ``gain`` for several, or for one whose title is a plural."""
    singular = len(group) == 1 and not graph.conflict.decision_makers[group[0]].plural
    return one if singular else several


def it(graph: Graph, i: int) -> str:
    """``it``, or ``they`` for one whose title is a plural."""
    return agrees(graph, (i,), "it", "they")


def its(graph: Graph, i: int) -> str:
    """``its``, or ``their`` for one whose title is a plural."""
    return agrees(graph, (i,), "its", "their")


def them(graph: Graph, i: int) -> str:
    """``it``, or ``them`` for one whose title is a plural."""
    return agrees(graph, (i,), "it", "them")
