"""Who misreads whom, what nobody sees coming, how it could go wrong by that, and how likely it is: all of it together.

The pictures are those of ``misperception``, the plays and their probabilities those of ``accident``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from standoff._engine import Mask
from standoff.analysis.accident import SlippingActors, Trembling
from standoff.analysis.evolution import End
from standoff.analysis.misperception import Misreading, Unforeseen, acting, misread, unforeseen
from standoff.analysis.plays import Plays, corrected, plays, with_corrections
from standoff.concepts import ACTING
from standoff.conflict.edits import Edit
from standoff.graph import Graph
from standoff.progress import Enough, Progress, never, silent, undone

AS_SAID = 1.0  # a probability of slips in general where there are none: not 0, so that those of the file are counted


@dataclass(frozen=True)
class MisreadOptions:
    """What is asked: where plays are to lead, and how decision makers act and err.

    ``goals`` (m,): the states to get to (None: all plays that end, and every accident), which one asked for in the
    words ``asked``. ``acting``: the concept by which each acts. ``epsilon``: how probably a move slips (None: only
    where the file says that it can); ``slips``: how many may in one play. ``within``: so many moves, for the
    probability of getting there. ``weights``: how likely each is to move next, beside the others (None: equally).
    """

    goals: Mask | None = None
    asked: str = ""
    acting: str = ACTING.name
    epsilon: float | None = None
    within: int = 10
    slips: int = 1
    weights: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Misreadings:
    """What misreading does; without a status quo there are no plays.

    ``epsilon``: how probably a move slips; 0 where none can, None where some do as the file says and others do not.

    ``trembling``: how probably the goals are reached, without slips and with slips of several probabilities;
    ``corrected``: the same at ``epsilon``, after each correction that prevents a play. ``ends``: where it ends without
    slips. ``not_done``: what was left out because it was enough.
    """

    options: MisreadOptions
    misreading: Misreading
    unforeseen: tuple[Unforeseen, ...]
    actors: SlippingActors
    plays: Plays | None = None
    epsilon: float | None = 0.0
    trembling: tuple[Trembling, ...] = ()
    corrected: tuple[tuple[Edit, Trembling], ...] = ()
    ends: tuple[End, ...] = ()
    not_done: tuple[str, ...] = ()

    @property
    def slipping(self) -> bool:
        """Whether moves may slip."""
        return self.epsilon != 0

    @property
    def graph(self) -> Graph:
        """The conflict as it is."""
        return self.misreading.truth


def follow(
    graph: Graph,
    options: MisreadOptions,
    concepts: Sequence[str] | None = None,
    progress: Progress = silent,
    enough: Enough = never,
    corrections: bool = True,
) -> Misreadings:
    """Everything about who misreads whom; corrections as far as they are tried before it is ``enough``.

    ``corrections``: those of views are tried at all. Raises UnknownName, NotDefined, WrongWeights.
    """
    under, start = acting(options.acting), graph.meaning.status_quo
    misreading = misread(graph, concepts)
    pictures = misreading.pictures
    actors = SlippingActors(pictures, under, options.weights, anywhere=options.epsilon is not None)
    if start is None:
        everywhere = np.ones(len(graph.states), np.bool_)
        return Misreadings(options, misreading, tuple(unforeseen(pictures, everywhere, under)), actors)
    epsilon = options.epsilon if actors.slipping else 0.0
    chance = AS_SAID if epsilon is None else epsilon
    found = plays(actors, start, options.goals, options.slips if actors.slipping else 0, chance)
    found = with_corrections(actors, found, progress, enough) if corrections else found
    blind = tuple(unforeseen(pictures, found.reached, under))
    ends = actors.ends(start)[0]
    if options.goals is None:
        return Misreadings(options, misreading, blind, actors, found, epsilon, ends=ends, not_done=found.not_done)
    sizes = (
        (0.0, None) if epsilon is None else sorted({0.0, *(e for e in (epsilon / 2, epsilon, 2 * epsilon) if e < 1)})
    )
    trembling = tuple(_trembling(actors, options, start, e) for e in sizes)
    preventing = list(dict.fromkeys(edit for play in found.found for edit in play.corrections))
    after = tuple(_after(actors, options, start, epsilon, preventing, enough))
    left = undone(len(after), len(preventing), "corrections that prevent a play were not followed further")
    not_done = (*found.not_done, *left)
    return Misreadings(options, misreading, blind, actors, found, epsilon, trembling, after, ends, not_done)


def _after(
    actors: SlippingActors,
    options: MisreadOptions,
    start: int,
    epsilon: float | None,
    preventing: Sequence[Edit],
    enough: Enough,
) -> Iterator[tuple[Edit, Trembling]]:
    """How probably the goals are reached after each correction of a view, until it is ``enough``."""
    for edit in preventing:
        if enough():
            return
        others = SlippingActors(corrected(actors.pictures, edit), actors.under, options.weights, actors.anywhere)
        yield edit, _trembling(others, options, start, epsilon)


def _trembling(actors: SlippingActors, options: MisreadOptions, start: int, epsilon: float | None) -> Trembling:
    """How probably the goals are reached; ``epsilon`` None: where moves slip as the file says, and others do not."""
    assert options.goals is not None
    if epsilon is not None:
        return actors.trembling(start, options.goals, options.within, epsilon)
    found = actors.trembling(start, options.goals, options.within, AS_SAID)
    return replace(found, epsilon=None, within_slope=None, ever_slope=None)
