"""Draws of uncertain judgements, and what is stable in each (definition 10).

The order of ordered statements is drawn from a Mallows model by repeated insertion: first those that are certain, in
their order, then the likely and the doubtful ones, each at its place among those before it or, with a probability that
falls by the factor *dispersion* with every place, further up or down. ``sure`` sets the dispersion; a doubtful one may
also be absent. Draws come in chunks with seeds of their own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

import numpy as np

from standoff._engine import Indices, Mask, Values
from standoff.analysis.stability import resolve_concepts, stability_tables_of_draws
from standoff.conflict.edits import with_preference
from standoff.conflict.evidence import Sure
from standoff.conflict.formula import Truth, bind
from standoff.conflict.meaning import Source
from standoff.conflict.model import Conflict, OrderedStatements, Statement
from standoff.conflict.preference import from_statements
from standoff.errors import render_path
from standoff.graph import Graph, graph_of

BATCH = 2**20  # ranks judged at a time


ABSENT = 10**6  # in place of how far a statement strayed


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How far statements may stray, by how sure their author is: 0 not at all, 1 anywhere with equal probability.

    ``presence`` is the probability that a doubtful statement is held at all.
    """

    likely: float = 0.2
    doubtful: float = 0.5
    presence: float = 0.5

    def __post_init__(self) -> None:
        for name in ("likely", "doubtful", "presence"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 0 to 1")

    @property
    def milder(self) -> Dispersion:
        """A second setting, by which one sees how much hangs on the constants: half as far, half as often absent."""
        return Dispersion(self.likely / 2, self.doubtful / 2, (1 + self.presence) / 2)

    def of(self, sure: Sure) -> float:
        """The dispersion of a statement."""
        return {Sure.CERTAIN: 0.0, Sure.LIKELY: self.likely, Sure.DOUBTFUL: self.doubtful}[sure]


def fewer(draws: int) -> int:
    """How many draws are made at the second setting: it need only show whether much hangs on the constants.

    >>> fewer(500), fewer(10)
    (100, 10)
    """
    return max(min(draws, 20), draws // 5)


@dataclass(frozen=True)
class _Party:
    """The ordered statements of one decision maker: truth (k, m), dispersion and presence of each.

    ``uncertain`` are those that are not certain, in the order in which they are inserted.
    """

    i: int
    truths: tuple[Truth, ...]
    dispersion: tuple[float, ...]
    presence: tuple[float, ...]
    uncertain: tuple[int, ...]

    def draw(self, rng: np.random.Generator) -> tuple[list[int], Values, list[int]]:
        """An order of the statements that are held, the ranks that it gives, and how far each uncertain one strayed.

        None for one that is absent.
        """
        order = [k for k in range(len(self.truths)) if k not in self.uncertain]
        strayed = []
        absent = set()
        for k in self.uncertain:
            home = sum(other < k for other in order)
            place = _place(self.dispersion[k], home, len(order), rng)
            order.insert(place, k)
            if self.presence[k] < 1 and rng.random() >= self.presence[k]:
                absent.add(k)
            strayed.append(ABSENT if k in absent else place - home)
        held = [k for k in order if k not in absent]
        kinds, truths = self._kinds
        return held, from_statements([truths[k] for k in held], len(truths[0]))[kinds], strayed

    @cached_property
    def _kinds(self) -> tuple[Indices, tuple[Truth, ...]]:
        """Which states no statement tells apart, (m,), and the truths of one of each kind: all that a draw looks at."""
        kinds = from_statements(self.truths, len(self.truths[0])).astype(np.intp)
        first = np.unique(kinds, return_index=True)[1]
        return kinds, tuple(truth[first] for truth in self.truths)


def _place(stray: float, home: int, most: int, rng: np.random.Generator) -> int:
    """A place from 0 to ``most``: p with probability proportional to stray ** |p - home|."""
    if stray <= 0:
        return home
    return bisect_right(_ladder(stray, home, most), rng.random())


@lru_cache(maxsize=4096)
def _ladder(stray: float, home: int, most: int) -> tuple[float, ...]:
    """The probability of a place up to each."""
    weights = np.power(stray, np.abs(np.arange(most + 1) - home))
    return tuple((np.cumsum(weights) / weights.sum()).tolist())


class Draws:
    """A conflict compiled once, from which chunks of draws are counted."""

    def __init__(self, source: Source | Graph, dispersion: Dispersion, concepts: Sequence[str] | None) -> None:
        self.graph = graph_of(source)
        self.concepts, self.left_out = resolve_concepts(self.graph, concepts)
        self.dispersion = dispersion
        self.parties = list(_parties(self.graph, dispersion))
        self.paths = [
            render_path(("decision_makers", self.graph.conflict.decision_makers[party.i].name, "prefers", k))
            for party in self.parties
            for k in party.uncertain
        ]

    @cached_property
    def drawn(self) -> frozenset[str]:
        """The decision makers whose preferences differ from draw to draw."""
        return frozenset(self.graph.conflict.decision_makers[party.i].name for party in self.parties)

    def ranks(self, seed: int, number: int, draws: int) -> Iterator[tuple[Values, list[int]]]:
        """The draws of one chunk: ranks (N, m), and how far each uncertain statement strayed (as in ``paths``)."""
        return ((ranks, where) for ranks, where, _ in self._drawn(seed, number, draws))

    def _drawn(self, seed: int, number: int, draws: int) -> Iterator[tuple[Values, list[int], list[list[int]]]]:
        """As in ``ranks``, and for each of ``parties`` the statements that it holds, in their order."""
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
        for _ in range(draws):
            ranks = self.graph.ranks.copy()
            where: list[int] = []
            orders: list[list[int]] = []
            for party in self.parties:
                held, ranks[party.i], strayed = party.draw(rng)
                where += strayed
                orders.append(held)
            yield ranks, where, orders

    def graphs(self, seed: int, number: int, draws: int) -> Iterator[Graph]:
        """The draws of one chunk as graphs; views that differ from the truth in a statement follow what is drawn."""
        follow = any(view.differences for _, _, view in self.graph.conflict.all_views())
        for ranks, _, orders in self._drawn(seed, number, draws):
            conflict = self._holding(orders) if follow else self.graph.conflict
            yield self.graph.with_meaning(replace(self.graph.meaning, conflict=conflict, ranks=ranks))

    def _holding(self, orders: Sequence[Sequence[int]]) -> Conflict:
        """The conflict with the statements drawn, for each of ``parties`` in their order."""
        conflict = self.graph.conflict
        for party, order in zip(self.parties, orders, strict=True):
            dm = conflict.decision_makers[party.i]
            assert isinstance(dm.preference, OrderedStatements)
            statements = tuple(dm.preference.statements[k] for k in order)
            conflict = with_preference(conflict, dm.name, OrderedStatements(statements))
        return conflict

    def judged(self, seed: int, number: int, draws: int) -> Iterator[tuple[dict[str, Mask], list[int]]]:
        """The draws of one chunk, several at a time: by concept who would stay where (N, m); and as in ``ranks``."""
        drawn = self.ranks(seed, number, draws)
        while batch := list(islice(drawn, max(1, BATCH // self.graph.ranks.size))):
            tables = stability_tables_of_draws(self.graph, np.stack([ranks for ranks, _ in batch]), self.concepts)
            for k, (_, where) in enumerate(batch):
                yield {name: table[k] for name, table in tables.items()}, where

    def chunk(self, seed: int, number: int, draws: int) -> dict[str, Any]:
        """Counts over one chunk: plain lists of integers, the same whoever computes them."""
        quo = self.graph.meaning.status_quo
        equilibria = {name: np.zeros(len(self.graph.states), np.int64) for name in self.concepts}
        stable = {name: np.zeros(len(self.graph.dms), np.int64) for name in self.concepts}
        places: dict[str, list[int]] = {}
        for tables, where in self.judged(seed, number, draws):
            outcome = 0
            for bit, (name, table) in enumerate(tables.items()):
                equilibria[name] += table.all(axis=0)
                if quo is not None:
                    stable[name] += table[:, quo]
                    outcome |= int(table[:, quo].all()) << bit
            for n, place in enumerate(where):  # how often each verdict, with the statement strayed so far
                counts = places.setdefault(f"{n} {place}", [0] * (1 + len(self.concepts)))
                counts[0] += 1
                for bit in range(len(self.concepts)):
                    counts[1 + bit] += outcome >> bit & 1
        return {
            "chunk": number,
            "draws": draws,
            "equilibria": {
                name: {str(s): int(counts[s]) for s in np.flatnonzero(counts)} for name, counts in equilibria.items()
            },
            "stable": {name: counts.tolist() for name, counts in stable.items()},
            "status_quo": {name: _status_quo(equilibria[name], quo) for name in self.concepts},
            "places": dict(sorted(places.items())),
        }


def _status_quo(counts: Any, quo: int | None) -> int:
    return 0 if quo is None else int(counts[quo])


def _parties(graph: Graph, dispersion: Dispersion) -> Iterator[_Party]:
    """The decision makers of whose statements some are not certain."""
    for i, dm in enumerate(graph.conflict.decision_makers):
        if isinstance(dm.preference, OrderedStatements):
            statements = dm.preference.statements
            sure = [one.evidence.sure for one in statements]
            uncertain = tuple(k for grade in (Sure.LIKELY, Sure.DOUBTFUL) for k, one in enumerate(sure) if one is grade)
            if uncertain:
                yield _Party(
                    i,
                    tuple(_truth(graph, one) for one in statements),
                    tuple(dispersion.of(one.evidence.sure) for one in statements),
                    tuple(dispersion.presence if one.evidence.sure is Sure.DOUBTFUL else 1.0 for one in statements),
                    uncertain,
                )


def _truth(graph: Graph, statement: Statement) -> Truth:
    """Where a statement is true, by state (of a merged one by its first member)."""
    meaning, states = graph.meaning, graph.states
    return states.truth(bind(statement.formula, meaning.vocabulary), meaning.defined)[states.first]
