"""A report from what was found: which sections there are, and in which order. What was not found has no section."""

from __future__ import annotations

from collections.abc import Callable

from standoff._version import __version__
from standoff.documents.entries import fingerprint
from standoff.report.blocks import Report, Section
from standoff.report.brief import first_page
from standoff.report.claims import claimed
from standoff.report.coalitions import together
from standoff.report.deals import deals_of_report
from standoff.report.findings import Findings
from standoff.report.flips import flipping
from standoff.report.misread import mistakes
from standoff.report.parties import parties
from standoff.report.paths import following
from standoff.report.short import picture_section, short_notes
from standoff.report.standing import equilibria_section, graph_section
from standoff.report.stress import robustness
from standoff.report.ties import Ties
from standoff.report.trust import method, relations_section, unsourced
from standoff.wording.brief import headline
from standoff.wording.words import count

SECTIONS: tuple[Callable[[Ties], Section | None], ...] = (
    graph_section,
    parties,
    equilibria_section,
    deals_of_report,
    following,
    flipping,
    together,
    robustness,
    mistakes,
    claimed,
    relations_section,
    unsourced,
    method,
)


def report(found: Findings) -> Report:
    """The whole report; where it is ``short`` the first page, one picture, and the judgements that it hangs on."""
    ties = Ties(found)
    conflict, graph = found.conflict, found.graph
    first = first_page(ties)
    if found.short:
        notes = short_notes(ties)
        sections: tuple[Section, ...] = (picture_section(ties, first, notes),)
    else:
        sections = tuple(section for make in SECTIONS if (section := make(ties)) is not None)
        notes = ties.notes()
    size = f"{count(len(graph.dms), 'decision maker')}, {count(len(graph.states), 'feasible state')}"
    return Report(
        title=conflict.title,
        subtitle=f"{conflict.date}. {size}." if conflict.date else f"{size}.",
        question=headline(found.brief),
        answer=first,
        sections=sections,
        notes=notes,
        colophon=f"Made with Standoff {__version__} from model {fingerprint(found.as_given)[:12]}.",
        compact=found.short,
    )
