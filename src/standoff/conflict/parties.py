"""What to say of a decision maker that does not exist."""

from __future__ import annotations

from collections.abc import Collection

from standoff.conflict.model import Conflict
from standoff.conflict.syntax import is_name
from standoff.errors import unknown


def unknown_party(conflict: Conflict, name: str, but: Collection[str] = ()) -> str:
    """What to say of a decision maker that does not exist; no name that is refused is suggested."""
    names = (dm.name for dm in conflict.decision_makers)
    return unknown("decision maker", name, (one for one in names if is_name(one) and one not in but))
