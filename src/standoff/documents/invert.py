"""What ``standoff invert --json`` prints."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from standoff.documents.entries import EditEntry, ModelEntry
from standoff.model import StateName


class ConditionEntry(TypedDict):
    """One must not prefer ``improvement`` to the wanted state, unless one prefers no state of one of ``unless``."""

    improvement: StateName
    unless: list[list[StateName]]
    met: bool


class ChangeEntry(TypedDict):
    """A smallest change of one decision maker's preference."""

    who: str
    distance: int
    bound: int
    """No change of a smaller distance will do, given what the others become."""
    optimal: bool
    """Whether distance and bound are proven to be equal; never in a joint answer that is not proven least itself."""
    unit: Literal["edits", "pairs"]
    """What the distance counts: edits of statements, or pairs of states whose order changes."""
    edits: list[EditEntry]
    """Of ordered statements, one after another."""
    ranking: list[list[StateName]] | None
    """The new ranking where that is what changes, best first."""


class InvertDocument(TypedDict):
    """What ``standoff invert --json`` prints."""

    state: StateName
    concept: str
    conditions: dict[str, list[ConditionEntry]]
    changes: list[ChangeEntry]
    distance: int
    """Of all changes together."""
    bound: int
    """No changes of a smaller distance together will do."""
    optimal: bool
    """Whether that is proven: the changes together are the least."""
    model: ModelEntry
