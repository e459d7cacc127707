"""What ``standoff flips --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from typing_extensions import TypedDict

from standoff.analysis.flips import judged, pivots
from standoff.conflict.model import StateName
from standoff.documents.entries import (
    EditEntry,
    EditRecord,
    ErrorsNeededEntry,
    ModelEntry,
    QuotedEntry,
    edit_entry,
    edit_record,
    errors_entry,
    model_entry,
    quoted_entry,
)

if TYPE_CHECKING:
    from standoff.analysis.flips import Flip, Flips
    from standoff.graph import Graph


class FlipEntry(TypedDict):
    """What one edit changes."""

    judgement: str
    """Its path in the conflict file."""
    edit: str
    """The words of the record."""
    record: EditRecord
    appears: dict[str, list[StateName]]
    """By concept, equilibria that appear: names in the edited conflict (where the file names no states, numbers)."""
    vanishes: dict[str, list[StateName]]
    """By concept, equilibria that vanish: names in the given conflict."""
    status_quo: dict[str, bool]
    """Concepts under which the status quo becomes (true) or ceases to be (false) an equilibrium."""
    says: str
    why: str | None
    kind: str | None
    sure: str | None
    quote: QuotedEntry | None


class PairEntry(TypedDict):
    """What two edits together change."""

    edits: list[EditEntry]
    appears: dict[str, list[StateName]]
    vanishes: dict[str, list[StateName]]
    status_quo: dict[str, bool]


class UnjudgedEntry(TypedDict):
    """An edit that leaves no valid conflict."""

    judgement: str
    edit: str
    record: EditRecord
    reason: str


class FlipsDocument(TypedDict):
    """What ``standoff flips --json`` prints."""

    concepts: list[str]
    left_out: dict[str, str]
    status_quo: dict[str, bool]
    """Whether the status quo is an equilibrium now, by concept."""
    tried: int
    """One-edit variations looked at: all there are, unless some are said under ``not_done``."""
    flips: list[FlipEntry]
    pivots: list[str]
    """The judgements on which something hangs, those on which most hangs first."""
    unjudged: list[UnjudgedEntry]
    pairs: list[PairEntry]
    pairs_tried: int
    pairs_possible: int
    errors: list[ErrorsNeededEntry]
    """How many judgements would have to be wrong for the verdict on the status quo to turn, by concept."""
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


def document(found: Flips) -> FlipsDocument:
    """For ``--json``."""
    conflict = found.variations.conflict
    return {
        "concepts": list(found.variations.concepts),
        "left_out": dict(found.variations.left_out),
        "status_quo": dict(found.variations.answers.status_quo),
        "tried": found.tried,
        "flips": [_flip(found.variations.graph, flip) for flip in found.singles],
        "pivots": [path for path, _ in pivots(found)],
        "unjudged": [{**edit_entry(flip.edits[0]), "reason": flip.invalid or ""} for flip in found.unjudged],
        "pairs": [_pair(flip) for flip in found.pairs],
        "pairs_tried": found.pairs_tried,
        "pairs_possible": found.pairs_possible,
        "errors": [errors_entry(one) for one in found.errors],
        "not_done": found.not_done,
        "model": model_entry(conflict),
    }


def _lists(by_concept: Mapping[str, Sequence[StateName]]) -> dict[str, list[StateName]]:
    return {concept: list(states) for concept, states in by_concept.items()}


def _flip(graph: Graph, flip: Flip) -> FlipEntry:
    edit = flip.edits[0]
    carried = judged(graph.conflict, edit)
    evidence = carried.evidence
    return {
        "judgement": edit.where,
        "edit": edit.words,
        "record": edit_record(edit),
        "appears": _lists(flip.appears),
        "vanishes": _lists(flip.vanishes),
        "status_quo": dict(flip.status_quo),
        "says": carried.says,
        "why": evidence.why,
        "kind": evidence.kind.value if evidence.kind else None,
        "sure": evidence.sure.value,
        "quote": quoted_entry(graph, evidence.quote),
    }


def _pair(flip: Flip) -> PairEntry:
    return {
        "edits": [edit_entry(edit) for edit in flip.edits],
        "appears": _lists(flip.appears),
        "vanishes": _lists(flip.vanishes),
        "status_quo": dict(flip.status_quo),
    }
