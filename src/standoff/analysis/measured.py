"""Measured relations of the decision makers of a conflict: from the table of dyad counts that its file names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from standoff.conflict.evidence import Measured as Cited
from standoff.conflict.model import Conflict, Relations
from standoff.errors import UnreadableFile, render_path

if TYPE_CHECKING:
    from standoff.relations.affinity import Fit
    from standoff.relations.change import MeanDifference, Withheld
    from standoff.relations.panel import Panel


class MeasuredAffinities:
    """Affinities between decision makers, computed when they are asked for."""

    def __init__(self, given: Relations, panel: Panel) -> None:
        self.given, self.panel = given, panel

    @cached_property
    def fits(self) -> list[Fit]:
        """The affinities, period by period."""
        from standoff.relations.affinity import fits

        return fits(self.panel, float(self.given.dispersion))

    def actor(self, dm: str) -> str | None:
        """The actor of the table that a decision maker is."""
        name = dict(self.given.actors).get(dm)
        return name if name in self.panel.actors else None

    def affinity(self, between: tuple[str, str], period: str) -> tuple[float, float, float] | None:
        """The affinity in a period with its 90 % interval; None where it is not measured."""
        actors = [self.actor(name) for name in between]
        if None in actors or period not in self.panel.periods:
            return None
        fit, d = self.fits[self.panel.period(period)], self.panel.dyad(str(actors[0]), str(actors[1]))
        return (float(fit.affinity[d]), float(fit.low[d]), float(fit.high[d])) if fit.measured[d] else None

    def difference(self, between: tuple[str, str], before: str, after: str) -> MeanDifference | Withheld | str:
        """How much closer two were in one period than in another; or in a sentence why that cannot be said."""
        from standoff.relations.change import level_difference, series

        actors = [self.actor(name) for name in between]
        for name, actor in zip(between, actors, strict=True):
            if actor is None:
                return f"{name} is no actor of the table"
        for period in (before, after):
            if period not in self.panel.periods:
                return f"the table has no {period}: it goes from {self.panel.periods[0]} to {self.panel.periods[-1]}"
        return level_difference(series(self.fits, str(actors[0]), str(actors[1])), [before], [after])


TOLERANCE = 0.02  # between what a judgement says of a relation and what is measured


@dataclass(frozen=True, slots=True)
class Checked:
    """A relation that a judgement cites, and what is measured: affinity and its interval, None where nothing is."""

    where: str
    cited: Cited
    found: tuple[float, float, float] | None

    @property
    def agrees(self) -> bool:
        """Whether the three numbers are those measured."""
        cited = (self.cited.value, self.cited.low, self.cited.high)
        return self.found is not None and all(
            abs(float(one) - other) <= TOLERANCE for one, other in zip(cited, self.found, strict=True)
        )


def check_measured(conflict: Conflict, measured: MeasuredAffinities | None) -> list[Checked]:
    """Every relation that a judgement cites, against the table."""
    found = []
    for judgement in conflict.judgements():
        cited = judgement.evidence.relation
        if cited is not None:
            value = measured.affinity(cited.between, cited.period) if measured else None
            found.append(Checked(render_path(judgement.path), cited, value))
    return found


def load_measured(conflict: Conflict, folder: Path) -> MeasuredAffinities | None:
    """The measured relations of a conflict whose file is in this folder; None where it names none.

    Raises UnreadableFile.
    """
    given = conflict.relations
    if given is None:
        return None
    from standoff.relations.table import read_table

    path = (folder / given.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise UnreadableFile(f"{given.file}: outside the folder of the conflict file")
    return MeasuredAffinities(given, read_table(path))
