"""What was found of a conflict: the answers that a report is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from standoff.analysis.brief import Brief, brief

if TYPE_CHECKING:
    from standoff.analysis.claim_robustness import Examination
    from standoff.analysis.coalition import CoalitionAnalysis
    from standoff.analysis.deals import Deals
    from standoff.analysis.flips import Flips
    from standoff.analysis.misreading import Misreadings
    from standoff.analysis.paths import Paths
    from standoff.analysis.stability import Analysis
    from standoff.analysis.uncertainty import Robustness
    from standoff.conflict.evidence import Quote
    from standoff.conflict.model import Conflict
    from standoff.conflict.quotes import Finding as Sought
    from standoff.graph import Graph
    from standoff.relations.study import Relations


@dataclass(frozen=True)
class Findings:
    """What was found; None where it was not asked for, or where there is nothing to look at.

    ``left_out``: parts that were not computed, each with the reason. ``original``: the conflict, where texts were cut.
    ``is_certain``: uncertain judgements were to be drawn, and none is uncertain. ``short``: only the first page is
    told. ``quotes``: what came of looking for them.
    """

    analysis: Analysis
    coalitions: CoalitionAnalysis | None = None
    deals: Deals | None = None
    paths: Paths | None = None
    flips: Flips | None = None
    stress: Robustness | None = None
    misread: tuple[Misreadings, ...] = ()
    claims: Examination | None = None
    relations: Relations | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    original: Conflict | None = None
    is_certain: bool = False
    short: bool = False
    quotes: Sequence[Sought] = ()

    @cached_property
    def sought(self) -> Mapping[Quote, Sought]:
        """What came of each quote."""
        return {one.quote: one for one in self.quotes}

    @cached_property
    def brief(self) -> Brief:
        """What one should know first."""
        return brief(self.analysis, self.deals, self.paths, self.flips, self.misread, self.stress)

    @property
    def graph(self) -> Graph:
        """The conflict as a graph."""
        return self.analysis.graph

    @property
    def conflict(self) -> Conflict:
        """The conflict, in the words in which it is shown."""
        return self.analysis.graph.conflict

    @property
    def as_given(self) -> Conflict:
        """The conflict in its author's own words."""
        return self.original or self.conflict
