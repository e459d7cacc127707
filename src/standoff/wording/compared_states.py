"""What a state of several models is called: by nothing that is false in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from standoff.analysis.verdicts import Judged, Key, Space
from standoff.graph import Graph
from standoff.wording.states import PRESENT, given_names, numbered, true_titles
from standoff.wording.words import brief_state, joined


@dataclass(frozen=True)
class ComparedStates:
    """The states of several models that are compared, and what the models are called."""

    space: Space
    graphs: tuple[Graph, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, models: Sequence[Judged], names: Iterable[str]) -> ComparedStates:
        """Those of models that were judged together."""
        return cls(models[0].space, tuple(one.graph for one in models), tuple(names))

    def in_words(self, graph: Graph, s: int) -> str:
        """A state of one of the models in words, with its number there in brackets (definition 13).

        The present situation, where it is that of all models, else of which; else what all that have the state call
        it; else what differs from the status quo, if all have the same; else by its options.
        """
        (key,) = self.space.keys(graph, [s])
        standing = [name for one, name in zip(self.graphs, self.names, strict=True) if self._quo(one) == key]
        if standing:
            stand = "stands" if len(standing) == 1 else "stand"
            where = PRESENT if len(standing) == len(self.names) else f"where {joined(standing)} {stand}"
            return numbered(graph, s, where, plain=True)
        places = [(one, place) for one in self.graphs if (place := self.space.place(one, key)) is not None]
        called = _shared(places, given_names)[:1] or _shared(places, true_titles)
        return numbered(graph, s, ", ".join(called) or self._by_options(graph, s))

    def _by_options(self, graph: Graph, s: int) -> str:
        if not graph.states.option_form:
            return f"state {graph.states.names[s]}"
        whole = len({self._quo(one) for one in self.graphs}) > 1
        return brief_state(graph, s, titles=True, whole=whole)

    def _quo(self, graph: Graph) -> Key | None:
        quo = graph.meaning.status_quo
        return None if quo is None else self.space.keys(graph, [quo])[0]


def _shared(places: Sequence[tuple[Graph, int]], told: Callable[[Graph, int], Iterable[str]]) -> list[str]:
    """What is told of a state in each of the models, in the order of the first."""
    first, *others = [list(told(graph, s)) for graph, s in places]
    return [words for words in first if all(words in other for other in others)]
