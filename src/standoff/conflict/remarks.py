"""What the author of a conflict remarks on what is judged or claimed in it."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.conflict.model import Conflict
from standoff.errors import Path


def remarks(conflict: Conflict) -> Iterator[tuple[Path, str]]:
    """Every note with the path of what it is about: judgements, definitions, states, history, views and claims."""
    noted = [(path, evidence.note) for path, evidence in conflict.believed()]
    noted += [(path, view.note) for path, _, view in conflict.all_views()]
    noted += [(("claims", k), claim.note) for k, claim in enumerate(conflict.claims)]
    yield from ((path, note.strip()) for path, note in noted if note and note.strip())
