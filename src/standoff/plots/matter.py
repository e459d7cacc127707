"""The states that matter: the status quo and the firmest others, each with a short name in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from standoff.concepts import Standing
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.plan import Firmness
from standoff.plots.svg import fitted, width, wrapped
from standoff.wording.words import differing_words, spoken_name, upper_first

MOST = 8  # states told


def states_that_matter(graph: Graph, standing: Firmness, most: int = MOST) -> list[int]:
    """All states where they are few; else the status quo, then the firmest; ``standing``: as ``weakest`` says (m,)."""
    if len(standing) <= most:
        return list(range(len(standing)))
    quo = graph.meaning.status_quo
    firm = np.flatnonzero(standing > Standing.WILL_MOVE)
    order = [int(s) for s in firm[np.argsort(-standing[firm], kind="stable")] if s != quo]
    return [*([] if quo is None else [quo]), *order][:most]


def short_names(
    graph: Graph, states: Sequence[int], room: float, most: int, size: float
) -> Mapping[int, Sequence[str]]:
    """What each state is, in at most so many lines: where it must be cut, first what fewest of the states share."""
    told = {s: differing_words(graph, s) for s in states}
    parts = {s: [f"{spoken_name(dm)}: {what}" if dm else what for dm, what in told[s]] for s in states}
    shared = Counter(part for those in parts.values() for part in those)
    found = {}
    for s, those in parts.items():
        lines = wrapped(_joined(those), room, most + 1, size)
        if len(lines) > most or width(lines[-1], size) > room:
            lines = wrapped(_joined(sorted(those, key=shared.__getitem__)), room, most, size)
        found[s] = [fitted(one, room, size) for one in lines]
    return found


def _joined(parts: Sequence[str]) -> str:
    return upper_first(shorten("; ".join(parts), 600))
