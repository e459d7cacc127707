"""How it could go on, in words: sequences of moves, whose moves it takes, what was observed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.analysis.evolution import Needs
from standoff.analysis.history import Replayed
from standoff.analysis.paths import Paths
from standoff.concepts import CONCEPTS, Standing
from standoff.graph import Graph, Move
from standoff.wording.ladder import bracketed, standing_under
from standoff.wording.people import agrees
from standoff.wording.words import joined, move_words, upper_first, who

MOST_GROUPS = 6  # that can bring something about, in a sentence


def steps(graph: Graph, moves: Sequence[Move]) -> str:
    """Moves one after another."""
    told = ", then ".join(f"{who(graph, move.by)} could {move_words(graph, move)}" for move in moves)
    return told or "it is there already"


def bringing_about(graph: Graph, one: Needs) -> str:
    """Who can bring it about alone or together, and without whom it cannot happen."""
    how = "improvements" if one.improving else "moves"
    if not one.possible:
        return f"By {how} nobody can bring it about, not even all together."
    if one.able[0] == ():
        return "It is so already."
    told = one.able[:MOST_GROUPS]
    able = joined((_together([who(graph, i) for i in group]) for group in told), "or")
    more = " (and more groups)" if len(one.able) > len(told) else ""
    indispensable = [i for i in graph.dms if all(i in group for group in one.able)]
    if indispensable:
        without = joined((f"without {who(graph, i)}" for i in indispensable), "or")
    else:
        without = f"without a move of {joined((who(graph, i) for i in one.without), 'or')}"
    return f"By {how} {able}{more} can bring it about; {without} it cannot happen."


def _together(names: Sequence[str]) -> str:
    return f"{names[0]} alone" if len(names) == 1 else f"{names[0]} together with {joined(names[1:])}"


def observed(found: Paths) -> Iterator[tuple[str, str]]:
    """Each observed move: its date, and what the model makes of it."""
    graph = found.analysis.graph
    for one in found.history:
        event = graph.conflict.history[one.event]
        together = joined(who(graph, j) for j in one.together)
        mover = who(graph, one.by) + (f", together with {together}" if together else "")
        verb = agrees(graph, (one.by,), "moves", "move")
        moves = f"{who(graph, one.by)} {verb}" + (f" together with {together}" if together else "")
        name = f"{event.title} ({mover})" if event.title else upper_first(moves)
        yield event.date or "undated", f"{name}: {verdict_on_move(one)}"


def verdict_on_move(one: Replayed) -> str:
    """What the model makes of an observed move."""
    if not one.possible:
        return "not possible in the model"
    if one.improvement is None:
        return "no change"
    if not one.improvement:
        return "no improvement for its mover"
    best = "the best it had" if one.best else "an improvement, but not the best it had"
    names = [name for name, deterred in one.deterred if deterred]
    match standing_under(names):
        case Standing.WILL_MOVE:
            return f"{best}; nothing deterred it"
        case Standing.DETERRED_AT_COST:
            return f"{best}; only costly threats stood against it{bracketed(names)}"
    told = [name for name in names if CONCEPTS[name].credible]
    return f"{best}; a threat that others would gladly carry out stood against it{bracketed(told)}"
