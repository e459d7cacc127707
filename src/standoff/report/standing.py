"""Where the conflict stands: the picture, the equilibria, and why each decision maker would stay or leave."""

from __future__ import annotations

from standoff.analysis.stability import standings
from standoff.plots.answers import who_answers_whom
from standoff.plots.conflict import conflict_graph
from standoff.plots.ladder import ladder
from standoff.report.blocks import Block, Figure, Fold, Section, Text
from standoff.report.solution import concepts_left_out, firmest, strongest_equilibria, why
from standoff.report.solution import equilibria as listed
from standoff.report.ties import Ties
from standoff.wording.explain import explain

EXPLAINED = 3  # equilibria that are explained: on paper each takes a page and a half
LADDER = 2**18  # states up to which the ladder is drawn


def graph_section(ties: Ties) -> Section:
    """The conflict graph, and who answers whom."""
    analysis = ties.found.analysis
    blocks: list[Block] = [
        Figure(
            "conflict",
            conflict_graph(analysis, ties.address, ties.found.brief.leading_deals, told=ties.found.brief.leading_end),
            "Where moves that serve whoever makes them could lead, and how firmly each state stands.",
        ),
    ]
    answers = who_answers_whom(analysis)
    if answers is not None:
        blocks.append(Figure("answers", answers, "Who answers whose improvements, and at whose cost."))
    if len(analysis.graph.states) <= LADDER:
        blocks.append(
            Figure(
                "ladder",
                ladder(analysis),
                "The states that matter in the order of each decision maker, best at the top.",
            )
        )
    return Section("picture", "The conflict in pictures", tuple(blocks))


def equilibria_section(ties: Ties) -> Section:
    """The equilibria, those that hold under most concepts first, and why everybody would stay there."""
    order, quo = strongest_equilibria(ties), ties.graph.meaning.status_quo
    explained = [*([] if quo is None else [quo]), *(s for s in order[:EXPLAINED] if s != quo)]
    analysis = ties.found.analysis
    folds = (_why(ties, s) for s in explained)
    concepts = Fold(("The same by concepts of stability",), (*listed(ties), *concepts_left_out(analysis.left_out)))
    blocks = (*firmest(ties, standings(analysis)), concepts, *folds)
    return Section("equilibria", "Where it could rest, and why", blocks)


def _why(ties: Ties, s: int) -> Fold:
    """For each decision maker: whether it would stay, and why."""
    title: Text = ("Why ", *ties.place(s), " would be kept or left")
    return Fold(title, tuple(why(ties, s, explain(ties.found.analysis, s, list(ties.graph.dms)))))
