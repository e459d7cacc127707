"""How it could go on from a state: what is reached, by which sequences, by whose moves, and where that would end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from standoff._engine import Mask
from standoff.analysis.evolution import (
    MAX_PATHS,
    Chain,
    Choice,
    Needs,
    Reachable,
    attainable,
    chain,
    needs,
    reach,
    shortest_sequences,
)
from standoff.analysis.history import Replayed, replay
from standoff.analysis.stability import Analysis
from standoff.errors import WrongWeights
from standoff.graph import Graph, Move


@dataclass(frozen=True)
class PathsOptions:
    """What is asked: from which state, and how far.

    ``goals`` (m,): the states to get to (None: no particular ones), which one asked for in the words ``asked``.
    ``group``: only these move (None: all). ``weights``: how likely each is to move next, beside the others (None:
    equally). ``choice``: which of its improvements a mover takes.
    """

    start: int
    goals: Mask | None = None
    asked: str = ""
    group: tuple[int, ...] | None = None
    weights: tuple[float, ...] | None = None
    choice: Choice = "uniform"


@dataclass(frozen=True, slots=True)
class Way:
    """A shortest legal sequence of moves (none: it is there already); ``improving``: each is one for its mover."""

    improving: bool
    moves: tuple[Move, ...]


@dataclass(frozen=True)
class Paths:
    """How it could go on. ``moves`` and ``improvements`` are what these reach, ``equilibria`` those that the latter do.

    ``ways``: to the goals, by improvements and by any moves; without goals one by improvements to each equilibrium.
    ``cut``: there are more. ``needs``: whose moves it takes to get to the goals. ``history``: what was observed.
    """

    analysis: Analysis
    options: PathsOptions
    moves: Reachable
    improvements: Reachable
    equilibria: Mapping[str, list[int]]
    ways: tuple[Way, ...]
    cut: bool
    needs: tuple[Needs, ...]
    history: tuple[Replayed, ...]
    chain: Chain


def explore(analysis: Analysis, options: PathsOptions) -> Paths:
    """Everything about where it could go from a state. Raises WrongWeights."""
    graph, start, goals = analysis.graph, options.start, options.goals
    where_it_ends = chain(graph, start, _weights(graph, options), options.choice)
    improvements = reach(graph, start, improving=True, group=options.group)
    equilibria = attainable(analysis, improvements)
    kinds = list(_to_goals(graph, options, goals) if goals is not None else _to_equilibria(graph, options, equilibria))
    return Paths(
        analysis,
        options,
        reach(graph, start, group=options.group),
        improvements,
        equilibria,
        tuple(way for ways in kinds for way in ways[:MAX_PATHS]),
        any(len(ways) > MAX_PATHS for ways in kinds),
        () if goals is None else tuple(needs(graph, start, goals, improving) for improving in (True, False)),
        tuple(replay(graph)) if graph.states.option_form else (),
        where_it_ends,
    )


def _to_goals(graph: Graph, options: PathsOptions, goals: Mask) -> Iterator[list[Way]]:
    """The shortest ways to the goals, by improvements and by any moves; of each at most one more than are told."""
    for improving in (True, False):
        sequences = shortest_sequences(graph, options.start, goals, improving, options.group)
        yield [Way(improving, moves) for moves in islice(sequences, MAX_PATHS + 1)]


def _to_equilibria(graph: Graph, options: PathsOptions, equilibria: Mapping[str, list[int]]) -> Iterator[list[Way]]:
    """A shortest way by improvements to each of the equilibria; at most one more than are told."""
    ends = np.zeros(len(graph.states), np.bool_)
    ends[sorted({s for states in equilibria.values() for s in states} - {options.start})] = True
    sequences = graph.paths(options.group or graph.dms, options.start, ends, improving=True)
    found = sorted(islice(sequences, MAX_PATHS + 1), key=lambda moves: moves[-1].to)
    yield [Way(True, moves) for moves in found]


def _weights(graph: Graph, options: PathsOptions) -> tuple[float, ...] | None:
    """Those who are not of the group asked for never move. Raises WrongWeights where then nobody would."""
    if options.group is None:
        return options.weights
    weights = options.weights or (1.0,) * len(graph.dms)
    within = tuple(weight if i in options.group else 0.0 for i, weight in enumerate(weights))
    if not any(within):
        names = ", ".join(graph.conflict.decision_makers[i].name for i in options.group)
        raise WrongWeights(f"weights: of those who are to move ({names}) all weigh 0, so nobody would move")
    return within
