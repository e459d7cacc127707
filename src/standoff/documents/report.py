"""Everything about a conflict, for programs: the type; what it is made of is told in the other modules."""

from __future__ import annotations

from typing_extensions import TypedDict

from standoff.documents.brief import BriefDocument
from standoff.documents.check import CheckDocument
from standoff.documents.claims import ClaimsDocument
from standoff.documents.coalitions import CoalitionsDocument
from standoff.documents.deals import DealsDocument
from standoff.documents.entries import ModelEntry
from standoff.documents.flips import FlipsDocument
from standoff.documents.misread import MisreadDocument
from standoff.documents.paths import PathsDocument
from standoff.documents.relations import RelationsDocument
from standoff.documents.solve import SolveDocument
from standoff.documents.stress import StressDocument


class ReportDocument(TypedDict):
    """What ``standoff report --json`` prints: the documents of the analyses; null where there is nothing."""

    brief: BriefDocument
    """The first page, from what was found."""
    solve: SolveDocument
    check: CheckDocument
    """The quotes, where the documents of their sources are at hand; judgements, and which of them have no quote."""
    coalitions: CoalitionsDocument | None
    deals: DealsDocument | None
    paths: PathsDocument | None
    flips: FlipsDocument | None
    stress: StressDocument | None
    misread: list[MisreadDocument]
    """One for each goal that misreading is followed to."""
    claims: ClaimsDocument | None
    relations: RelationsDocument | None
    left_out: dict[str, str]
    """Analyses that were not made, with the reason."""
    model: ModelEntry
