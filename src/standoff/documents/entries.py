"""What several documents have in common: the conflict, states, moves, edits, quotes; each type with its encoder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from typing_extensions import TypedDict

from standoff._version import __version__
from standoff.conflict.edits import EditKind
from standoff.conflict.model import StateName
from standoff.formats.writing import write_conflict
from standoff.wording.words import joined

if TYPE_CHECKING:
    from standoff.analysis.compare import Comparison
    from standoff.analysis.errors_needed import ErrorsNeeded, Mistake
    from standoff.conflict.edits import Edit
    from standoff.conflict.evidence import Quote
    from standoff.conflict.model import Conflict
    from standoff.graph import Graph, Move
    from standoff.wording.words import Ground


class ModelEntry(TypedDict):
    """Which conflict, and what computed the answer."""

    title: str
    hash: str
    """SHA-256 of the conflict's canonical JSON: equal conflicts, equal hashes."""
    version: str
    """The version of Standoff."""


MoveEntry = TypedDict("MoveEntry", {"by": str, "from": StateName, "to": StateName})
MoveEntry.__doc__ = "One decision maker takes the conflict from one state to another."


class GroundEntry(TypedDict):
    """The judgement by which a decision maker prefers one state to another."""

    says: str
    judgement: str
    """Its path in the conflict file."""


class ComparisonEntry(TypedDict):
    """A published answer beside ours."""

    what: Literal["equilibria", "stability", "coalitions"]
    concept: str
    who: str | None
    agrees: bool
    published: list[StateName]
    computed: list[StateName]


class EndEntry(TypedDict):
    """Where the chain ends: a state, or a cycle of states."""

    states: list[StateName]
    probability: float


class EditRecord(TypedDict):
    """An edit, as a program can make it."""

    kind: EditKind
    path: str
    """Of what is edited, in the conflict file as it is when the edit is made."""
    level: str | None
    """The level that the option goes to, where the status quo is edited."""
    place: int | None
    """Where in its list what is moved comes to stand, counted from 0 (swap, top)."""
    formula: str | None
    """What the definition then means, where one is changed."""
    words: str


class EditEntry(TypedDict):
    """A smallest change of a judgement."""

    judgement: str
    edit: str
    """The words of the record."""
    record: EditRecord


class ErrorsEntry(TypedDict):
    """The fewest judgements, none surer than the grade, that would have to be wrong for a verdict to turn."""

    grade: str
    least: int
    """At least so many; exactly so many where sets are given."""
    impossible: bool
    """No set of such judgements turns it."""
    sets: list[list[EditEntry]]
    """The sets of so many that do, the most believable first."""


class ErrorsNeededEntry(TypedDict):
    """How many judgements would have to be wrong for the verdict on the status quo to turn."""

    concept: str
    stable: bool
    by_grade: list[ErrorsEntry]


class QuotedEntry(TypedDict):
    """The words that a judgement rests on."""

    source: str
    exact: str
    citation: str
    """How the source is cited: author or publisher, short title, date."""


# Of what an analysis has


def fingerprint(conflict: Conflict) -> str:
    """SHA-256 of the conflict's canonical JSON."""
    text = json.dumps(write_conflict(conflict), sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def model_entry(conflict: Conflict) -> ModelEntry:
    """Which conflict, and the version that computed with it."""
    return {"title": conflict.title, "hash": fingerprint(conflict), "version": __version__}


def state_name(graph: Graph, s: int | None) -> StateName | None:
    """The name of a state; null for none."""
    return None if s is None else graph.states.names[s]


def dm_names(graph: Graph, group: Iterable[int]) -> list[str]:
    """The names of decision makers."""
    return [graph.conflict.decision_makers[i].name for i in group]


def move_entry(graph: Graph, move: Move) -> MoveEntry:
    """A move, by names."""
    return {
        "by": graph.conflict.decision_makers[move.by].name,
        "from": graph.states.names[move.start],
        "to": graph.states.names[move.to],
    }


def comparison_entries(comparisons: Iterable[Comparison]) -> list[ComparisonEntry]:
    """Published answers beside ours."""
    return [
        {
            "what": one.what,
            "concept": one.concept,
            "who": joined(one.who) or None,
            "agrees": one.agrees,
            "published": list(one.published),
            "computed": list(one.computed),
        }
        for one in comparisons
    ]


def edit_record(edit: Edit) -> EditRecord:
    """An edit, for programs."""
    return {
        "kind": edit.kind,
        "path": edit.where,
        "level": edit.level,
        "place": edit.place,
        "formula": None if edit.rewording is None else edit.rewording.formula,
        "words": edit.words,
    }


def edit_entry(edit: Edit) -> EditEntry:
    """An edit of a judgement, in words and as a record."""
    return {"judgement": edit.where, "edit": edit.words, "record": edit_record(edit)}


def errors_entry(one: ErrorsNeeded) -> ErrorsNeededEntry:
    """How many judgements would have to be wrong, by how sure they are."""
    return {
        "concept": one.concept,
        "stable": one.stable,
        "by_grade": [
            {
                "grade": str(errors.grade),
                "least": errors.least,
                "impossible": errors.impossible,
                "sets": [_one_after_another(one.graph.conflict, chosen) for chosen in errors.sets],
            }
            for errors in one.by_grade
        ],
    }


def _one_after_another(conflict: Conflict, chosen: Sequence[Mistake]) -> list[EditEntry]:
    """Changes in the order in which they are made, each by its judgement and as a record of what is done then."""
    from standoff.conflict.edits import in_turn

    edits = [mistake.edit for mistake in chosen]
    moved = in_turn(conflict, edits)
    return [{**edit_entry(edit), "record": edit_record(then)} for edit, then in zip(edits, moved, strict=True)]


def quoted_entry(graph: Graph, quote: Quote | None) -> QuotedEntry | None:
    """The words of a source; null for none."""
    if quote is None:
        return None
    return {"source": quote.source, "exact": quote.exact, "citation": graph.citations[quote.source]}


def ground_entry(found: Ground) -> GroundEntry:
    """The judgement by which one prefers a state."""
    return {"says": found.says, "judgement": found.path}
