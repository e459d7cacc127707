"""Draws of uncertain judgements, and what is stable in each (definition 10).

Preferences stray (``straying``), judgements about structure are changed in their smallest ways (``structures``). Draws
come in chunks with seeds of their own; those of a chunk that share states and moves are judged together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from standoff._engine import Mask, Values
from standoff.analysis.beliefs import Beliefs
from standoff.analysis.stability import resolve_concepts, stability_tables_of_draws
from standoff.analysis.straying import MOST_TRIES, Dispersion, party_of
from standoff.analysis.structures import Chosen, Situation, Structure, Structures, alternatives
from standoff.conflict.claim_tests import Test, Trend, simple
from standoff.conflict.edits import with_preference
from standoff.conflict.evidence import Sure
from standoff.conflict.meaning import Source, conflict_of
from standoff.conflict.model import Conflict, Judgement
from standoff.errors import Path, render_path
from standoff.graph import Graph, graph_of

VIEWS = 1  # beside the number of a chunk: the seed of its views
BATCH = 2**20  # ranks judged at a time


def fewer(draws: int) -> int:
    """How many draws are made at the second setting: it need only show whether much hangs on the constants.

    >>> fewer(500), fewer(10)
    (100, 10)
    """
    return max(min(draws, 100), draws // 5)


class Uncertain(NamedTuple):
    """The judgements that are likely or doubtful: those drawn, those that never are, and those of views left aside.

    Never drawn is what has no smallest change: a definition of one part, a status quo of a graph. Views are left aside
    where nothing looks at them.
    """

    drawn: tuple[Judgement, ...]
    never: tuple[Judgement, ...]
    aside: tuple[Judgement, ...] = ()


def uncertain_judgements(source: Source, views: bool = False) -> Uncertain:
    """The judgements that are likely or doubtful; ``views``: something looks at views, so these are drawn too.

    >>> from standoff.casebook import load
    >>> found, all_of_them = (uncertain_judgements(load("syria-2015"), views) for views in (False, True))
    >>> len(found.drawn), len(found.aside), len(all_of_them.drawn)
    (36, 13, 49)
    """
    conflict = conflict_of(source)
    uncertain = [one for one in conflict.judgements() if one.evidence.sure is not Sure.CERTAIN]
    can = set[Path]()
    for i, dm in enumerate(conflict.decision_makers if uncertain else ()):
        party = party_of(i, dm.preference, Dispersion())
        can |= {("decision_makers", dm.name, *path) for path in party.paths} if party is not None else set()
    if any(one.path not in can and one.path[0] != "views" for one in uncertain):
        can |= alternatives(source).keys()
    can |= {*Beliefs(conflict, Dispersion()).paths} if views else set()
    left = [one for one in uncertain if views or one.path[0] != "views"]
    return Uncertain(
        tuple(one for one in left if one.path in can),
        tuple(one for one in left if one.path not in can),
        () if views else tuple(one for one in uncertain if one.path[0] == "views"),
    )


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: what is chosen of structure, the order of each preference, how far each judgement strayed.

    ``again``: how often it was drawn before it left a valid conflict.
    """

    chosen: Chosen
    orders: tuple[list[int], ...]
    strayed: list[int]
    again: int

    @property
    def keeps_structure(self) -> bool:
        """Whether states, moves and where it stands are as they are written."""
        return not any(self.chosen)


class Draws:
    """A conflict compiled once, from which chunks of draws are counted. ``paths``: of the judgements of truth drawn.

    ``views``: graphs have what is uncertain in views drawn too; the truth has the same draws either way.
    """

    def __init__(
        self, source: Source | Graph, dispersion: Dispersion, concepts: Sequence[str] | None, views: bool = False
    ) -> None:
        self.graph = graph_of(source)
        self.concepts, self.left_out = resolve_concepts(self.graph, concepts)
        self.dispersion = dispersion
        dms = self.graph.conflict.decision_makers
        found = (party_of(i, dm.preference, dispersion) for i, dm in enumerate(dms))
        self.parties = [party for party in found if party is not None]
        self.structures = Structures(self.graph, dispersion, self.parties)
        self.beliefs = Beliefs(self.graph.conflict, dispersion) if views else None
        paths = [("decision_makers", dms[party.i].name, *path) for party in self.parties for path in party.paths]
        self.paths = [render_path(path) for path in (*paths, *(one.path for one in self.structures.choices))]

    @property
    def any(self) -> bool:
        """Whether anything is drawn."""
        return bool(self.paths) or self.draws_views

    @property
    def draws_views(self) -> bool:
        """Whether anything of views is drawn."""
        return self.beliefs is not None and bool(self.beliefs.paths)

    def can_touch(self, test: Test) -> bool:
        """Whether what a test of a claim looks at differs from draw to draw."""
        if self.structures.choices and not all(isinstance(one, Trend) for one in simple(test)):
            return True
        if self.draws_views and test.looks_at_views:
            return True
        return any(test.minds(self.graph.conflict.decision_makers[party.i].name) for party in self.parties)

    def draws(self, seed: int, number: int, draws: int) -> Iterator[Draw]:
        """The draws of one chunk."""
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number,)))
        for _ in range(draws):
            yield self._draw(rng)

    def _draw(self, rng: np.random.Generator) -> Draw:
        """A draw that leaves a valid conflict: as it is written where none of so many does."""
        for again in range(MOST_TRIES):
            chosen = self.structures.draw(rng)
            drawn = [party.draw(rng) for party in self.parties]
            orders = tuple(order for order, _ in drawn)
            if self.structures.is_valid(chosen) and self._fit(chosen, orders):
                return Draw(chosen, orders, [*(k for _, strayed in drawn for k in strayed), *chosen], again)
        written = tuple(party.home for party in self.parties)
        return Draw(self.structures.as_written, written, [0] * len(self.paths), MOST_TRIES)

    def _fit(self, chosen: Chosen, orders: Sequence[list[int]]) -> bool:
        """Whether no preference tells the combinations of one state apart."""
        if not self.graph.states.merged:
            return True
        rankers = self._situation(chosen).structure.rankers
        return all(
            ranker.clear or ranker.ranks(order) is not None for ranker, order in zip(rankers, orders, strict=True)
        )

    def _ranks(self, structure: Structure, draw: Draw) -> Values:
        """The ranks of a draw on its states, (N, m)."""
        ranks = structure.graph.ranks.copy()
        for party, ranker, order in zip(self.parties, structure.rankers, draw.orders, strict=True):
            found = ranker.ranks(order)
            assert found is not None  # it fits
            ranks[party.i] = found
        return ranks

    def graphs(self, seed: int, number: int, draws: int) -> Iterator[Graph]:
        """The draws of one chunk as graphs."""
        return (graph for _, graph in self.drawn(seed, number, draws))

    def drawn(self, seed: int, number: int, draws: int) -> Iterator[tuple[Draw, Graph]]:
        """The draws of one chunk, each with its graph.

        Views that differ from the truth in a statement follow what is drawn; those drawn have a seed of their own.
        """
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, VIEWS)))
        follow = any(view.differences for _, _, view in self.graph.conflict.all_views())
        for draw in self.draws(seed, number, draws):
            situation = self._situation(draw.chosen)
            conflict = self._wanting(situation.conflict, draw) if follow else situation.conflict
            graph, ranks = situation.structure.graph, self._ranks(situation.structure, draw)
            if self.beliefs is not None:
                views, again = self.beliefs.draw(rng, graph.meaning)
                conflict, draw = replace(conflict, views=views), replace(draw, again=draw.again + again)  # noqa: PLW2901
            meaning = replace(graph.meaning, conflict=conflict, ranks=ranks, status_quo=situation.status_quo)
            yield draw, graph.with_meaning(meaning)

    def _situation(self, chosen: Chosen) -> Situation:
        found = self.structures.situation(chosen)
        assert found is not None
        return found

    def _wanting(self, conflict: Conflict, draw: Draw) -> Conflict:
        """The conflict with the preferences drawn."""
        for party, order in zip(self.parties, draw.orders, strict=True):
            name = conflict.decision_makers[party.i].name
            conflict = with_preference(conflict, name, party.preference(order))
        return conflict

    def judged(self, drawn: Sequence[Draw]) -> Iterator[tuple[Situation, dict[str, Mask], Draw]]:
        """Draws with, by concept, who would stay where (N, m): those that share states and moves one after another."""
        groups: dict[Chosen, list[Draw]] = {}
        for draw in drawn:
            groups.setdefault(self.structures.key(draw.chosen), []).append(draw)
        for group in groups.values():
            structure = self._situation(group[0].chosen).structure
            size = max(1, BATCH // structure.graph.ranks.size)
            for at in range(0, len(group), size):
                batch = group[at : at + size]
                ranks = np.stack([self._ranks(structure, draw) for draw in batch])
                tables = stability_tables_of_draws(structure.graph, ranks, self.concepts)
                for k, draw in enumerate(batch):
                    yield self._situation(draw.chosen), {name: table[k] for name, table in tables.items()}, draw

    def chunk(self, seed: int, number: int, draws: int) -> dict[str, Any]:
        """Counts over one chunk: plain lists of integers, the same whoever computes them."""
        drawn = list(self.draws(seed, number, draws))
        equilibria = {name: np.zeros(len(self.graph.states), np.int64) for name in self.concepts}
        stable = {name: np.zeros(len(self.graph.dms), np.int64) for name in self.concepts}
        held = dict.fromkeys(self.concepts, 0)
        places: dict[str, list[int]] = {}
        for situation, tables, draw in self.judged(drawn):
            quo, written, outcome = situation.status_quo, situation.structure.written, 0
            for bit, (name, table) in enumerate(tables.items()):
                at = np.flatnonzero(table.all(axis=0))
                at = at if written is None else written[at]
                equilibria[name][at[at >= 0]] += 1
                if quo is not None:
                    stable[name] += table[:, quo]
                    held[name] += int(table[:, quo].all())
                    outcome |= int(table[:, quo].all()) << bit
            for n, place in enumerate(draw.strayed):  # how often each verdict, with the judgement strayed so far
                counts = places.setdefault(f"{n} {place}", [0] * (1 + len(self.concepts)))
                counts[0] += 1
                for bit in range(len(self.concepts)):
                    counts[1 + bit] += outcome >> bit & 1
        return {
            "chunk": number,
            "draws": draws,
            "again": sum(draw.again for draw in drawn),
            "equilibria": {
                name: {str(s): int(counts[s]) for s in np.flatnonzero(counts)} for name, counts in equilibria.items()
            },
            "stable": {name: counts.tolist() for name, counts in stable.items()},
            "status_quo": held,
            "places": dict(sorted(places.items())),
        }
