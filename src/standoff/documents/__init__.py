"""The documents that ``--json`` prints, one module a verb: types and encoders side by side.

JSON Schemas and the documentation are generated from these types.
"""

from __future__ import annotations

from typing import Any

from standoff.documents.check import CasesDocument, CheckDocument
from standoff.documents.claims import ClaimsDocument
from standoff.documents.coalitions import CoalitionsDocument
from standoff.documents.explain import ExplainDocument
from standoff.documents.flips import FlipsDocument
from standoff.documents.invert import InvertDocument
from standoff.documents.misread import MisreadDocument
from standoff.documents.paths import PathsDocument
from standoff.documents.relations import RelationsDocument
from standoff.documents.report import ReportDocument
from standoff.documents.solve import SolveDocument
from standoff.documents.states import StatesDocument
from standoff.documents.stress import StressDocument

DOCUMENTS: dict[str, type] = {
    "states": StatesDocument,
    "solve": SolveDocument,
    "explain": ExplainDocument,
    "check": CheckDocument,
    "cases": CasesDocument,
    "coalitions": CoalitionsDocument,
    "paths": PathsDocument,
    "invert": InvertDocument,
    "flips": FlipsDocument,
    "stress": StressDocument,
    "misread": MisreadDocument,
    "claims": ClaimsDocument,
    "relations": RelationsDocument,
    "report": ReportDocument,
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document."""
    from pydantic import TypeAdapter

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(DOCUMENTS[name]).json_schema(),
    }
