"""Groups in words: what each member gains, and over which judgements allies part."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from standoff.analysis.coalition import Parting
from standoff.graph import Graph
from standoff.wording.words import Ground, ground


@dataclass(frozen=True, slots=True)
class PartingReason:
    """What makes two decision makers differ over some states that they can reach together, and over how many.

    One of them wants these states by the judgement ``wants``; the other refuses them by ``refuses``, or (None) is
    indifferent.
    """

    wanted_by: int
    wants: Ground
    refused_by: int
    refuses: Ground | None
    states: int


def gain(graph: Graph, i: int, better: int, worse: int) -> Ground:
    """The judgement by which i prefers one state to another, which it does."""
    found = ground(graph, i, better, worse)
    assert found is not None
    return found


def parting_reasons(graph: Graph, one: Parting) -> list[PartingReason]:
    """The judgements that make the two differ, those that decide over most states first."""
    counted: Counter[tuple[int, int, Ground, Ground | None]] = Counter()
    for states, (i, j) in ((one.first_only, one.pair), (one.second_only, one.pair[::-1])):
        for t in map(int, states):
            counted[i, j, gain(graph, i, t, one.s), ground(graph, j, one.s, t)] += 1
    return [PartingReason(i, wants, j, refuses, number) for (i, j, wants, refuses), number in counted.most_common()]
