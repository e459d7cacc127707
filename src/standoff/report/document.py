"""What was found for programs: the documents of single analyses, those together, and their main tables as rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from standoff.compare import compare
from standoff.documents import ReportDocument, claims, coalitions, flips, paths, relations, stress
from standoff.documents.entries import model_entry
from standoff.encoding import check_document, solve_document
from standoff.rendering import misread
from standoff.report.findings import Findings
from standoff.tables import Value, even


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


# Rows

MOST = 12  # names of a list that are told in a row
_COUNTED = frozenset({"moves", "differ_by", "corrections", "flips", "witness moves"})  # lists of more than names
_MAIN = {
    "coalitions": "partings",
    "paths": "paths",
    "flips": "flips",
    "stress": "equilibria",
    "misread": "plays",
    "claims": "claims",
    "relations": "dyads",
}


def rows(part: str, document: Mapping[str, Any]) -> list[dict[str, Value]]:
    """The main list of a document as rows of plain values.

    Lists of names become a text (the first ``MOST`` of them), lists of anything else their lengths.
    """
    entries = document[_MAIN[part]] or ()
    below = {key for entry in entries for key, value in entry.items() if isinstance(value, dict)}
    flat = [_flat(entry, below) for entry in entries]
    return even({key: _plain(value, key in _COUNTED) for key, value in row.items()} for row in flat)


def _flat(entry: Mapping[str, Any], below: Collection[str]) -> dict[str, Any]:
    """What is below stands beside the rest, under all names that lead to it; ``below``: the keys that have such."""
    flat: dict[str, Any] = {}
    for key, value in entry.items():
        if key in below:
            inner = value or {}
            deeper = {name for name, told in inner.items() if isinstance(told, dict)}
            flat |= {f"{key} {name}": told for name, told in _flat(inner, deeper).items()}
        else:
            flat[key] = value
    return flat


def _plain(value: Any, counted: bool) -> Value:
    if counted:
        return None if value is None else len(value)
    if isinstance(value, list):
        more = f", … ({len(value):,})" if len(value) > MOST else ""
        return ", ".join(map(str, value[:MOST])) + more
    if isinstance(value, str):
        return value.strip()
    assert value is None or isinstance(value, (int, float)), f"{value!r} is not plain"
    return value
