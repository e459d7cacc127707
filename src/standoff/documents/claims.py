"""What ``standoff claims --json`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from standoff.conflict.claim_tests import kind
from standoff.conflict.model import StateName
from standoff.documents.entries import (
    EditRecord,
    ModelEntry,
    MoveEntry,
    QuotedEntry,
    edit_record,
    model_entry,
    move_entry,
    quoted_entry,
)
from standoff.errors import render_path
from standoff.wording.claim_sentences import sentence
from standoff.wording.claims import assumptions, carried

if TYPE_CHECKING:
    from standoff.analysis.claim_robustness import ClaimFlip, Examination, Examined
    from standoff.graph import Graph


class WitnessEntry(TypedDict):
    """What shows a verdict."""

    sentence: str
    states: list[StateName]
    moves: list[MoveEntry]


class ClaimFlipEntry(TypedDict):
    """A smallest change of a judgement after which the verdict is another."""

    judgement: str
    edit: str
    record: EditRecord
    verdict: str
    says: str
    why: str | None
    quote: QuotedEntry | None
    note: str | None


class ChanceEntry(TypedDict):
    """How often a claim holds, and cannot be tested, where everybody wants something at random."""

    holds: int
    untestable: int
    trials: int


class OtherwiseEntry(TypedDict):
    """The verdict where one argument of the test is another."""

    key: str
    value: str | bool
    verdict: str


class ClaimEntry(TypedDict):
    """A claim and what came of its test."""

    id: str
    says: str
    kind: str
    verdict: Literal["holds", "fails", "cannot be tested"]
    share: float | None
    """Of the draws of uncertain judgements in which it holds; with its 95 % interval (Wilson)."""
    low: float | None
    high: float | None
    untestable: float | None
    """Share of the draws in which it cannot be tested."""
    milder: float | None
    """The share where judgements stray half as far, and are half as often absent."""
    by_construction: bool
    """Whether the verdict is the same whatever anybody wants."""
    definitions: list[str]
    """The definitions that the test rests on."""
    chance: ChanceEntry | None
    said_back: list[str]
    """The judgements that stand on the claim's own words."""
    otherwise: list[OtherwiseEntry]
    """The same sentence tested otherwise."""
    witness: WitnessEntry
    flips: list[ClaimFlipEntry] | None
    """Null: not looked for."""
    quote: QuotedEntry | None
    note: str | None


class ClaimsDocument(TypedDict):
    """What ``standoff claims --json`` prints."""

    claims: list[ClaimEntry]
    draws: int
    seed: int
    assumes: list[str]
    not_done: list[str]
    """What was left out because the time (``--time``) was over or somebody interrupted; empty where all is done."""
    model: ModelEntry


def document(found: Examination) -> ClaimsDocument:
    """For ``--json``."""
    return {
        "claims": [_claim(found.graph, one) for one in found.claims],
        "draws": found.draws,
        "seed": found.seed,
        "assumes": list(assumptions(found)),
        "not_done": list(found.not_done),
        "model": model_entry(found.graph.conflict),
    }


def _claim(graph: Graph, one: Examined) -> ClaimEntry:
    low, high = one.share.bounds if one.share else (None, None)
    return {
        "id": one.claim.id,
        "says": one.claim.says,
        "kind": kind(one.claim.test),
        "verdict": one.outcome.verdict.value,
        "share": one.share.share if one.share else None,
        "low": low,
        "high": high,
        "untestable": one.untestable.share if one.untestable else None,
        "milder": one.milder.share if one.milder else None,
        "by_construction": one.by_construction,
        "definitions": list(one.behind),
        "chance": None
        if one.chance is None
        else {"holds": one.chance.holds, "untestable": one.chance.untestable, "trials": one.chance.draws},
        "said_back": [render_path(judgement.path) for judgement in one.said_back],
        "otherwise": [
            {
                "key": each.key,
                "value": each.value if isinstance(each.value, bool) else str(each.value),
                "verdict": each.verdict.value,
            }
            for each in one.otherwise
        ],
        "witness": {
            "sentence": sentence(graph, one.outcome.witness),
            "states": [graph.states.names[s] for s in one.outcome.states],
            "moves": [move_entry(graph, move) for move in one.outcome.moves],
        },
        "flips": None if one.flips is None else [_flip(graph, flip) for flip in one.flips],
        "quote": quoted_entry(graph, one.claim.quote),
        "note": one.claim.note,
    }


def _flip(graph: Graph, flip: ClaimFlip) -> ClaimFlipEntry:
    judgement = carried(graph, flip.edit)
    return {
        "judgement": flip.edit.where,
        "edit": flip.edit.words,
        "record": edit_record(flip.edit),
        "verdict": flip.verdict.value,
        "says": judgement.says,
        "why": judgement.evidence.why,
        "quote": quoted_entry(graph, judgement.evidence.quote),
        "note": judgement.evidence.note,
    }
