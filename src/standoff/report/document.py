"""What was found for programs: the documents of single analyses, those together, and their main tables as rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from standoff.analysis.compare import compare
from standoff.documents import (
    claims,
    coalitions,
    flips,
    misread,
    paths,
    relations,
    stress,
)
from standoff.documents.check import check_document
from standoff.documents.entries import model_entry
from standoff.documents.report import ReportDocument
from standoff.documents.solve import solve_document
from standoff.report.findings import Findings


def document(found: Findings) -> ReportDocument:
    """For ``--json``."""
    return {
        "solve": solve_document(found.analysis, compare(found.analysis)),
        "check": check_document(found.conflict, ()),
        "coalitions": coalitions.document(found.coalitions) if found.coalitions else None,
        "paths": paths.document(found.paths) if found.paths else None,
        "flips": flips.document(found.flips) if found.flips else None,
        "stress": stress.document(found.stress, found.graph) if found.stress else None,
        "misread": [misread.document(one) for one in found.misread],
        "claims": claims.document(found.claims) if found.claims else None,
        "relations": relations.document(found.relations) if found.relations else None,
        "left_out": dict(found.left_out),
        "model": model_entry(found.conflict),
    }


# One analysis


_DOCUMENTS: Mapping[str, Callable[[Any], Any]] = {
    "coalitions": lambda found: coalitions.document(found.coalitions),
    "paths": lambda found: paths.document(found.paths),
    "flips": lambda found: flips.document(found.flips),
    "stress": lambda found: stress.document(found.stress, found.graph),
    "misread": lambda found: misread.document(found.misread[0]),
    "claims": lambda found: claims.document(found.claims),
    "relations": lambda found: relations.document(found.relations),
}


def one_document(found: Findings, part: str) -> Mapping[str, Any]:
    """The document of one analysis; of misreading that for its first goal."""
    made: Mapping[str, Any] = _DOCUMENTS[part](found)
    return made
