"""What was observed, replayed: which moves were possible, were improvements, and what would have deterred them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standoff._engine import Indices
from standoff.analysis.stability import sanction
from standoff.concepts import GMR, SEQ
from standoff.conflict.model import Conflict
from standoff.graph import Graph


@dataclass(frozen=True, slots=True)
class Replayed:
    """One observed move of one decision maker, and whether it was possible, an improvement, the best it had, deterred.

    ``together``: those who moved in the same event; then ``to`` is where all of them together took the conflict.
    ``start`` and ``to`` are None where the observed combination is infeasible. ``improvement`` and ``best`` (which is
    an improvement) are None where it was not possible, or nothing changed. ``deterred`` tells under GMR and SEQ whether
    the others had an answer; it is empty where the move was no improvement. ``moved``: whether it changed anything.
    """

    event: int
    by: int
    start: int | None
    to: int | None
    possible: bool
    improvement: bool | None = None
    best: bool | None = None
    deterred: tuple[tuple[str, bool], ...] = ()
    together: tuple[int, ...] = ()
    moved: bool = True

    @property
    def took_part(self) -> bool:
        """Whether it moved, as far as can be told: who is named and changes nothing has no part."""
        return self.moved and (self.improvement is not None or not self.possible)


def is_placed(conflict: Conflict) -> bool:
    """Whether it is known where the observed history begins.

    >>> from standoff.casebook import load
    >>> is_placed(load("elmira"))  # it has a status quo
    True
    """
    return conflict.status_quo is not None or conflict.history_start is not None


def replay(graph: Graph, concepts: Sequence[str] = (GMR.name, SEQ.name)) -> list[Replayed]:
    """The observed history against the model, move by move; whether each was deterred under these concepts.

    It begins at the status quo, with the options that move until then at their first levels, or at the levels that the
    history begins with. Events after the conflict's date begin at the status quo as it is. Those who move in one event
    move together. Empty where it is not known where it begins.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> graph = build_graph(load("syria-2015"))
    >>> [(graph.conflict.decision_makers[move.by].name, move.improvement, move.deterred) for move in replay(graph)][:1]
    [('Russia', True, (('GMR', True), ('SEQ', False)))]
    """
    conflict, found = graph.conflict, list[Replayed]()
    if not conflict.history or not is_placed(conflict):
        return found
    levels = _beginning(graph)
    for number, event in enumerate(conflict.history):
        before = levels if number != conflict.events_before else _levels_of_status_quo(graph)
        levels = before | _levels(graph, event.moves)
        found += _event(graph, number, before, levels, concepts)
    return found


def _levels(graph: Graph, given: Sequence[tuple[str, str]]) -> dict[int, int]:
    """The positions of options and of their levels, by names."""
    vocabulary = graph.meaning.vocabulary
    full = [(vocabulary.find(name), level) for name, level in given]
    return {vocabulary.position[name]: vocabulary.level(name, level) for name, level in full}


def _beginning(graph: Graph) -> dict[int, int]:
    conflict = graph.conflict
    levels = _levels_of_status_quo(graph)
    for event in conflict.history[: conflict.events_before]:
        levels |= dict.fromkeys(_levels(graph, event.moves), 0)
    return levels | _levels(graph, conflict.history_start or ())


def _levels_of_status_quo(graph: Graph) -> dict[int, int]:
    """The level of each option as the file gives it; of a named state that merges several, of its first member."""
    quo, states = graph.conflict.status_quo, graph.states
    levels = dict.fromkeys(range(len(graph.conflict.options)), 0)
    if quo is not None and isinstance(quo.state, tuple):
        return levels | _levels(graph, quo.state)
    if graph.meaning.status_quo is not None:
        return dict(enumerate(states.combinations.levels(states.members(graph.meaning.status_quo)[0])))
    return levels


def _event(
    graph: Graph, number: int, before: Mapping[int, int], after: Mapping[int, int], concepts: Sequence[str]
) -> Iterator[Replayed]:
    """Each decision maker that an event names; those whose options change move together."""
    conflict, states = graph.conflict, graph.states
    start, to = (states.at(states.combinations.code([at[o] for o in sorted(at)])) for at in (before, after))
    owners = [graph.dm(owner.name) for owner, _ in conflict.options]
    movers = {owners[o] for o in before if before[o] != after[o]}
    named = {owners[o] for o in _levels(graph, conflict.history[number].moves)}
    for by in sorted(named):
        others = tuple(sorted(movers - {by}))
        if start is None or to is None or by not in movers or start == to:
            told = Replayed(number, by, start, to, possible=start is not None and to is not None)
        elif others:
            told = _judged_together(graph, number, by, (start, to), (before, after), concepts)
        else:
            told = _judged(graph, number, by, start, to, concepts)
        yield replace(told, together=others, moved=by in movers)


def _judged(graph: Graph, event: int, by: int, start: int, to: int, concepts: Sequence[str]) -> Replayed:
    targets = graph.targets(by, start)
    if to not in targets:
        return Replayed(event, by, start, to, possible=False)
    return _valued(graph, event, by, start, to, targets, concepts)


def _judged_together(
    graph: Graph,
    event: int,
    by: int,
    ends: tuple[int, int],
    levels: tuple[Mapping[int, int], Mapping[int, int]],
    concepts: Sequence[str],
) -> Replayed:
    """The part of one of those who move together: possible if its directions permit it; what else it could have done
    is any part that they permit, with the others' as it was.
    """
    (start, to), (before, after), states = ends, levels, graph.states
    possible = np.ones(len(states.codes), np.bool_)
    for o, (owner, option) in enumerate(graph.conflict.options):
        column = states.combinations.column(states.codes, o)
        if graph.dm(owner.name) == by:
            if not option.moves.permits(before[o], after[o]):
                return Replayed(event, by, start, to, possible=False)
            permitted = [option.moves.permits(before[o], level) for level in range(len(option.levels))]
            possible &= np.array(permitted)[column]
        else:
            possible &= column == after[o]
    return _valued(graph, event, by, start, to, states.of_code[possible].astype(np.intp), concepts)


def _valued(
    graph: Graph, event: int, by: int, start: int, to: int, choices: Indices, concepts: Sequence[str]
) -> Replayed:
    """A possible move as its mover sees it, who had these choices."""
    gain = graph.prefers(by, to, start)
    best = gain and not graph.gains(by, to, choices).any()
    deterred = tuple((name, sanction(graph, name, by, start, to) is not None) for name in concepts) if gain else ()
    return Replayed(event, by, start, to, True, gain, best, deterred)
