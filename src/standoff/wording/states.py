"""What a state is called: in words, and a number only beside them."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.conflict.model import Definition
from standoff.conflict.states import Selection
from standoff.graph import Graph
from standoff.wording.words import brief_state

PRESENT = "the present situation"


def state_name(graph: Graph, s: int) -> str | None:
    """What the file calls a state; None where it has no words for it.

    Its own title; else the first of ``names`` that is true there; else the definitions with a title that are true there
    and not at the status quo.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("syria-2015"))
    >>> state_name(graph, 316)
    'America raises its stake, the proxy war is one accident away from a direct one'
    """
    return given_name(graph, s) or ", ".join(true_titles(graph, s)) or None


def given_name(graph: Graph, s: int) -> str | None:
    """The name that the file gives a state: its own title, else the first of ``names`` that is true there."""
    return next(given_names(graph, s), None)


def given_names(graph: Graph, s: int) -> Iterator[str]:
    """All names that the file gives a state: its own title, then those of ``names`` that are true there."""
    if title := graph.states.title(s):
        yield title
    for one in _defined(graph):
        if one.calls and _holds(graph, one, s):
            yield one.statement.title or one.name.replace("_", " ")


def _defined(graph: Graph) -> list[Definition]:
    return [one for one in graph.conflict.definitions if one.name in graph.meaning.defined]


def true_titles(graph: Graph, s: int) -> Iterator[str]:
    """The titles of definitions that are true of a state and not at the status quo."""
    quo = graph.meaning.status_quo
    for one in _defined(graph):
        title = one.statement.title
        if title and not one.calls and _holds(graph, one, s) and (quo is None or not _holds(graph, one, quo)):
            yield title


def _holds(graph: Graph, one: Definition, s: int) -> bool:
    """Whether a definition is true of a state, in all of its combinations."""
    return all(graph.meaning.defined.at(one.name, place) for place in graph.states.places(s))


def state_phrase(graph: Graph, s: int) -> str:
    """A state in a sentence: the present situation, what the file calls it, else who does what otherwise there."""
    if s == graph.meaning.status_quo:
        return PRESENT
    return state_name(graph, s) or brief_state(graph, s, titles=True)


def state_in_words(graph: Graph, s: int) -> str:
    """A state in words, with its number in brackets; where there are no words for it, by its number."""
    words = state_phrase(graph, s)
    return numbered(graph, s, words, plain=words == PRESENT)


def numbered(graph: Graph, s: int, words: str, plain: bool = False) -> str:
    """Words for a state with its number in brackets; ``plain``: they need no quotation marks."""
    number = str(graph.states.names[s])
    if words == f"state {number}":
        return words
    return f"{words} ({number})" if plain else f"“{words}” ({number})"


def selection_sentence(graph: Graph, asked: Selection) -> str:
    """Which states were asked for, and how many these are."""
    number, total = len(asked.states), len(graph.states)
    return f"Only states where “{asked.asked}”: {number:,} of {total:,}." if number else nowhere(asked)


def nowhere(asked: Selection) -> str:
    """That no state is as it was asked."""
    return f"In no feasible state is it so that “{asked.asked}”."
