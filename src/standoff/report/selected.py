"""Several states that were asked for by a formula, each explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from standoff.conflict.states import Selection
from standoff.report.blocks import Block, Paragraph, Part, Section
from standoff.report.solution import concepts_left_out, why
from standoff.report.ties import Ties
from standoff.wording.explain import Explained
from standoff.wording.words import count, state_label, upper_first


def explanations(ties: Ties, explained: Mapping[int, Sequence[Explained]], asked: Selection) -> Section:
    """Some of the states asked for, and why decision makers would stay at each or leave it."""
    graph = ties.graph
    blocks: list[Block] = [*ties.selected(asked)]
    left = len(asked.states) - len(explained)
    if left:
        first = "the status quo and then those" if graph.meaning.status_quo in explained else "those"
        others = f"{count(left, 'more state')} if --most says so"
        told = f"Explained first are {first} at which all stay most firmly; {others}."
        blocks.append(Paragraph((told,), "aside"))
    for s, here in explained.items():
        quo = " (the status quo)" if s == graph.meaning.status_quo else ""
        blocks.append(Part((f"{upper_first(state_label(graph, s))}{quo}",), tuple(why(ties, s, here))))
    blocks += concepts_left_out(ties.found.analysis.left_out)
    return Section("explanation", f"{graph.conflict.title}: who would stay or leave, and why", tuple(blocks))
