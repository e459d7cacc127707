"""A report from what was found: which sections there are, and in which order. What was not found has no section."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from standoff._version import __version__
from standoff.documents.entries import fingerprint
from standoff.report.answer import QUESTION, answer
from standoff.report.blocks import Report, Section
from standoff.report.claims import claims
from standoff.report.coalitions import together
from standoff.report.findings import Findings
from standoff.report.flips import flips
from standoff.report.outlook import misreadings
from standoff.report.parties import parties
from standoff.report.paths import following
from standoff.report.standing import equilibria, picture
from standoff.report.stress import stress
from standoff.report.ties import Ties
from standoff.report.trust import method, relations, unsourced
from standoff.words import count


def _of(part: str, section: Callable[[Ties, Any], Section]) -> Callable[[Ties], Section | None]:
    """The section of one analysis; there is none where it was not made."""

    def made(ties: Ties) -> Section | None:
        found = getattr(ties.found, part)
        return None if found is None else section(ties, found)

    return made


FLIPS, STRESS, CLAIMS = _of("flips", flips), _of("stress", stress), _of("claims", claims)
SECTIONS: tuple[Callable[[Ties], Section | None], ...] = (
    picture,
    parties,
    equilibria,
    following,
    FLIPS,
    together,
    STRESS,
    misreadings,
    CLAIMS,
    relations,
    unsourced,
    method,
)


PARTS: Mapping[str, Callable[[Ties], Section | None]] = {
    "paths": following,
    "flips": FLIPS,
    "coalitions": together,
    "stress": STRESS,
    "misread": misreadings,
    "claims": CLAIMS,
    "relations": relations,
}


def report(found: Findings) -> Report:
    """The whole report."""
    ties = Ties(found)
    conflict, graph = found.conflict, found.graph
    first = answer(ties)
    sections = tuple(section for make in SECTIONS if (section := make(ties)) is not None)
    size = f"{count(len(graph.dms), 'decision maker')}, {count(len(graph.states), 'feasible state')}"
    return Report(
        title=conflict.title,
        subtitle=f"{conflict.date}. {size}." if conflict.date else f"{size}.",
        question=QUESTION,
        answer=first,
        sections=sections,
        notes=ties.notes(),
        colophon=f"Made with Standoff {__version__} from model {fingerprint(found.as_given)[:12]}.",
    )
