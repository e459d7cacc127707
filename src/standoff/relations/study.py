"""What is asked of a panel, and all that came of it: affinities, a dyad in detail, blocs, and whether it is of use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from standoff.progress import Progress, silent
from standoff.relations import affinity, change
from standoff.relations.blocs import Blocs, blocs_of
from standoff.relations.evaluation import Score, holdout
from standoff.relations.panel import Panel

if TYPE_CHECKING:
    from standoff.relations.readers import Reading

DRAWS = 2000


@dataclass(frozen=True)
class RelationsOptions:
    """What is asked beside the table: a dyad in detail, its change between two spans, blocs, the test of use.

    ``phi``: how many reports are worth one independent one; ``assumed``: it was not estimated.
    """

    dyad: tuple[str, str] | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    blocs: bool = False
    reference: str | None = None
    evaluate: bool = False
    phi: float = affinity.PHI
    assumed: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Relations:
    """All that was measured. ``reading``: what came of reading event files; None for a table of counts."""

    panel: Panel
    options: RelationsOptions
    third: affinity.ThirdActors
    others: dict[float, list[affinity.Fit]]
    blocs: list[Blocs | None] | None
    scores: list[Score] | None
    reading: Reading | None = None

    @property
    def fits(self) -> list[affinity.Fit]:
        """The affinities, period by period."""
        return self.third.whole

    @cached_property
    def series(self) -> change.Series | None:
        """The affinity of the dyad asked for."""
        return change.series(self.fits, *self.options.dyad) if self.options.dyad else None

    @property
    def reference(self) -> str:
        """On whose side actors are said to be."""
        options = self.options
        return options.reference or (options.dyad[0] if options.dyad else self.panel.actors[0])

    @cached_property
    def difference(self) -> change.MeanDifference | change.Withheld | None:
        """The difference of level of the dyad between the two spans asked for."""
        options = self.options
        if self.series is None or not options.before or not options.after:
            return None
        return change.level_difference(self.series, options.before, options.after)

    @cached_property
    def change_points(self) -> change.ChangePoints | None:
        """Where the level of the dyad changes, over draws; None where that is withheld."""
        assert self.series is not None
        assert self.options.dyad is not None
        drawn = change.draws(self.fits, *self.options.dyad, DRAWS, np.random.default_rng(self.options.seed))
        found = change.change_points(self.series, drawn)
        return None if isinstance(found, change.Withheld) else found


def study(
    panel: Panel, options: RelationsOptions, reading: Reading | None = None, progress: Progress = silent
) -> Relations:
    """Everything about a panel. Raises UnknownName, TooLarge."""
    third = affinity.without_each(panel, options.phi, progress=progress)
    rng = np.random.default_rng(options.seed)
    split = blocs_of(third.whole, rng, DRAWS) if options.blocs else None
    others = affinity.at_other_phis(panel) if options.assumed else {}
    scores = holdout(panel, options.phi) if options.evaluate else None
    if options.dyad:
        panel.dyad(*options.dyad)
    if options.reference is not None:
        panel.actor(options.reference)
    return Relations(panel, options, third, others, split, scores, reading)
