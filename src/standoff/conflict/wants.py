"""What decision makers want, in truth and in the eyes of others."""

from __future__ import annotations

from standoff.conflict.model import Conflict
from standoff.conflict.preference import OrderedStatements, Preference

MAX_COMPARISONS = 1_000_000  # of statements with what differences name


class Wants:
    """What decision makers want, in truth and in the eyes of others."""

    def __init__(self, conflict: Conflict) -> None:
        self._own = {dm.name: dm.preference for dm in conflict.decision_makers}
        self._views = {(chain, view.of): view for _, chain, view in conflict.all_views()}
        self._found: dict[tuple[tuple[str, ...], str], Preference | None] = {}

    @property
    def comparisons(self) -> int:
        """At most so many statements are looked at to find all that differences name."""
        given = [*self._own.values(), *(view.preference for view in self._views.values())]
        longest = max((len(one.statements) for one in given if isinstance(one, OrderedStatements)), default=0)
        return longest * sum(len(view.differences) for view in self._views.values())

    def of(self, chain: tuple[str, ...], name: str) -> Preference | None:
        """What the last of a chain thinks that one wants, in the eyes of those before it; of none: the truth."""
        if not chain:
            return self._own.get(name)
        if (chain, name) not in self._found:
            around, view = self.of(chain[:-1], name), self._views.get((chain, name))
            self._found[chain, name] = around if view is None else view.wants(around)
        return self._found[chain, name]
