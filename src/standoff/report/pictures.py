"""Single pictures of a conflict by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from standoff.errors import UnknownName, unknown
from standoff.plots import relations
from standoff.plots.answers import who_answers_whom
from standoff.plots.conflict import conflict_graph
from standoff.plots.ladder import ladder
from standoff.plots.robustness import robustness_picture
from standoff.report.findings import Findings

PICTURES: Mapping[str, Callable[[Findings], str | None]] = {
    "conflict": lambda found: conflict_graph(
        found.analysis, deals=found.brief.leading_deals, told=found.brief.leading_end
    ),
    "ladder": lambda found: ladder(found.analysis),
    "answers": lambda found: who_answers_whom(found.analysis),
    "robustness": lambda found: robustness_picture(found.stress, found.graph) if found.stress else None,
    "series": lambda found: (
        relations.series_picture(found.relations) if found.relations and found.relations.series else None
    ),
    "network": lambda found: relations.network(found.relations) if found.relations else None,
}
NEEDS: Mapping[str, str] = {"robustness": "stress", "series": "relations", "network": "relations"}


def analysis_needed(name: str) -> str | None:
    """The analysis that a picture shows, beside who would stay where. Raises UnknownName."""
    if name not in PICTURES:
        raise UnknownName(unknown("picture", name, PICTURES))
    return NEEDS.get(name)


def draw(found: Findings, name: str) -> str | None:
    """The picture of that name as SVG; None where there is nothing to draw. Raises UnknownName."""
    analysis_needed(name)
    return PICTURES[name](found)
