"""Deals in words: who could go where together, who gains, who would have to trust whom, and whether it lasts."""

from __future__ import annotations

from standoff.analysis.deals import Deal, RunOff
from standoff.analysis.stability import verdict
from standoff.concepts import Standing, deciding
from standoff.graph import Graph, Move
from standoff.wording.people import names_of
from standoff.wording.words import move_words, upper_first, who


def way_out(graph: Graph, i: int, s: int) -> str:
    """What somebody who will move from a state could do, the best that nothing deters: as an infinitive."""
    found = verdict(graph, deciding(Standing.DETERRED_AT_COST).name, i, s).witness.escape
    assert found is not None
    return move_words(graph, Move(i, s, found))


def steps_words(graph: Graph, one: Deal) -> str:
    """The moves that make a deal, one after another, as clauses."""
    return ", then ".join(f"{who(graph, move.by)} would {move_words(graph, move)}" for move in one.moves)


def lasting_words(graph: Graph, one: Deal) -> str:
    """Whether a deal would last, and by what; or who would break it, as a sentence."""
    held = tuple(i for i, stands in enumerate(one.stands) if stands is one.firmness)
    names = names_of(graph, held)
    match one.firmness:
        case Standing.AT_REST:
            return "It would last: nobody has a move from there that brings anything better."
        case Standing.DETERRED:
            return f"It would last: {names} could gain by leaving it, but others would gladly answer."
        case Standing.DETERRED_AT_COST:
            return f"It would last by costly threats only: {names} could gain by leaving it."
    ways = "; ".join(f"{who(graph, i)} could {way_out(graph, i, one.to)}" for i in held)
    return f"It would not last: {names} would leave it ({ways}), and nothing deters that."


def trust_words(graph: Graph, one: Deal, run: RunOff) -> str:
    """After which move somebody could run off, and who must trust it, as a sentence."""
    made = one.moves[run.after - 1]
    stops = run.to == made.to
    does = "stop there" if stops else move_words(graph, Move(run.by, made.to, run.to))
    after = f"After the {'first move' if run.after == 1 else f'move number {run.after}'}, by {who(graph, made.by)}"
    trusting = upper_first(names_of(graph, run.hurt))
    return (
        f"{after}, {who(graph, run.by)} could {does} and be better off than in the deal. "
        f"{trusting} would have to trust {who(graph, run.by)}."
    )
