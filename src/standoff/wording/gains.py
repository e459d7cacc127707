"""What somebody gains or loses between two states: a gain as a gain, a cost as a loss."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.graph import Graph, Move
from standoff.wording.people import names_of
from standoff.wording.words import broken, decisive, formula_words, ground, ranked_places


def gain_words(graph: Graph, i: int, better: int, worse: int) -> str:
    """What it would get by going from the worse to the better state, as a verb after ``would``."""
    found = decisive(graph, i, better, worse)
    if found is None:
        return _ranked(graph, i, better, worse, "be better off")
    statement, gained = found
    words = formula_words(graph, statement)
    return f"get “{words}”" if gained else f"be rid of “{words}”"


def loss_words(graph: Graph, i: int, better: int, worse: int) -> str:
    """What it would lose by going from the better to the worse state, as a verb after ``would``."""
    found = decisive(graph, i, better, worse)
    if found is None:
        places = f" ({ranked_places(graph, i, worse, better)})" if graph.prefers(i, better, worse) else ""
        return f"be worse off{places}"
    statement, gained = found
    words = formula_words(graph, statement)
    if not gained:
        return f"have to bear “{words}”"
    side = broken(graph, statement, worse)
    return f"lose “{words}”" + (f" ({side})" if side else "")


def paying_words(graph: Graph, moves: Sequence[Move]) -> str:
    """Who of those who make an answer does not gain by its part in it, as the end of a sentence; nothing if all do."""
    idle = [move for move in moves if not graph.prefers(move.by, move.to, move.start)]
    if not idle:
        return ""
    costly = all(graph.prefers(move.by, move.start, move.to) for move in idle)
    paying = names_of(graph, tuple(dict.fromkeys(move.by for move in idle)))
    return f", though {paying} would {'lose' if costly else 'gain nothing'} by answering so"


def _ranked(graph: Graph, i: int, better: int, worse: int, what: str) -> str:
    found = ground(graph, i, better, worse)
    return what if found is None else f"{what} ({found.says})"
