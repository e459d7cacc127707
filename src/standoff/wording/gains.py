"""What somebody gains or loses between two states: a gain as a gain, a cost as a loss."""

from __future__ import annotations

from standoff.graph import Graph
from standoff.wording.words import broken, decisive, formula_words, ground


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
        return _ranked(graph, i, better, worse, "be worse off")
    statement, gained = found
    words = formula_words(graph, statement)
    if not gained:
        return f"have to bear “{words}”"
    side = broken(graph, statement, worse)
    return f"lose “{words}”" + (f" ({side})" if side else "")


def _ranked(graph: Graph, i: int, better: int, worse: int, what: str) -> str:
    found = ground(graph, i, better, worse)
    return what if found is None else f"{what}: {found.says}"
