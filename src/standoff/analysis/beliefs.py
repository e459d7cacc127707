"""How what is not certain in views is drawn (definition 10): beside the truth, whose draws it does not change.

A whole preference in a view strays as one's own does. Any other part of a view (a difference, an option, what is taken
for impossible) has one smallest change: that it goes, and what it is about is seen as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from standoff.analysis.straying import MOST_TRIES, Dispersion, Party, party_of
from standoff.conflict.edits import settled
from standoff.conflict.evidence import Evidence
from standoff.conflict.interpreter import Depth
from standoff.conflict.meaning import Meaning, validate
from standoff.conflict.model import Conflict, Preference, View, Weights
from standoff.errors import Path


class Beliefs:
    """The views of a conflict, drawn. ``paths``: of the judgements that are."""

    def __init__(self, conflict: Conflict, dispersion: Dispersion) -> None:
        self.conflict = conflict
        self.parties: dict[Path, Party] = {}
        self.doubts: dict[Path, float] = {}  # how probably a part goes
        self._weighed = set[Path]()  # the views of which weights are drawn
        self._valid: dict[frozenset[Path], bool] = {}
        position = {dm.name: i for i, dm in enumerate(conflict.decision_makers)}
        for path, _, view in conflict.all_views():
            party = party_of(position[view.of], view.preference, dispersion)
            if party is not None:
                self.parties[path] = party
                self._weighed |= {path} if isinstance(view.preference, Weights) else set()
            for place, evidence in _parts(path, view).items():
                if weight := dispersion.of(evidence.sure):
                    self.doubts[place] = weight / (1 + weight)
        self.paths: tuple[Path, ...] = (
            *((*above, *path) for above, party in self.parties.items() for path in party.paths),
            *self.doubts,
        )

    def draw(self, rng: np.random.Generator, truth: Meaning) -> tuple[tuple[View, ...], int]:
        """Views, and how often they were drawn before they fitted a truth: as they are written where they never do."""
        for again in range(MOST_TRIES):
            gone = frozenset(path for path, chance in self.doubts.items() if rng.random() < chance)
            orders = {path: party.draw(rng)[0] for path, party in self.parties.items()}
            if self._is_valid(gone) and self._fit(orders, truth):
                wanted = {path: self.parties[path].preference(order) for path, order in orders.items()}
                return self._views(gone, wanted), again
        return self.conflict.views, MOST_TRIES

    def _is_valid(self, gone: frozenset[Path]) -> bool:
        """Whether a valid conflict is left where some parts go, preferences being as written."""
        if gone not in self._valid:
            left = settled(replace(self.conflict, views=self._views(gone, {})))
            self._valid[gone] = not validate(left, Depth.FORMULAS).problems
        return self._valid[gone]

    def _fit(self, orders: Mapping[Path, list[int]], truth: Meaning) -> bool:
        """Whether no weights tell the combinations of one state apart; statements that do not, do so in no order."""
        if not truth.states.merged:
            return True
        return all(self.parties[path].on(truth).ranks(orders[path]) is not None for path in self._weighed)

    def _views(self, gone: Collection[Path], wanted: Mapping[Path, Preference]) -> tuple[View, ...]:
        """The views without some parts, and with other preferences."""

        def seen(view: View, path: Path) -> View:
            def left(key: str, count: int) -> list[int]:
                return [k for k in range(count) if (*path, key, k) not in gone]

            return replace(
                view,
                preference=wanted.get(path, view.preference),
                differences=tuple(view.differences[k] for k in left("as_in_truth_except", len(view.differences))),
                options=tuple(one for one in view.options if (*path, "options", one.name) not in gone),
                impossible=tuple(view.impossible[k] for k in left("impossible", len(view.impossible))),
                views=tuple(seen(one, (*path, "views", one.of)) for one in view.views),
            )

        return tuple(seen(view, ("views", view.by, view.of)) for view in self.conflict.views)


def _parts(path: Path, view: View) -> dict[Path, Evidence]:
    """The judgements of a view beside those of a preference, by their paths."""
    return {
        **{(*path, "options", one.name): one.evidence for one in view.options},
        **{(*path, "impossible", k): one.evidence for k, one in enumerate(view.impossible)},
        **{(*path, "as_in_truth_except", k): one.statement.evidence for k, one in enumerate(view.differences)},
    }
