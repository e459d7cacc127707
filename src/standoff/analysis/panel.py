"""Several models of one conflict: where they differ, which verdicts all share, and which disagreement matters most.

A disagreement is settled one way by putting what some of them say of it into all the others; it matters as much as
verdicts are then others (definition 13).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from standoff.analysis.diff import Bench, Turn, Version, comparable, turns_between
from standoff.analysis.verdicts import Carrying, Judged, Key, Of, Space, Subjects
from standoff.conflict.changes import ModelChange
from standoff.errors import StandoffError
from standoff.graph import build_graph
from standoff.progress import Enough, Progress, never, silent, undone


@dataclass(frozen=True, slots=True)
class Settled:
    """A disagreement settled as some of the models have it (``says``: their numbers).

    ``turned``: for each of the others by its number the verdicts that are then others; ``invalid``: those of them that
    it leaves without a valid conflict.
    """

    says: tuple[int, ...]
    turned: tuple[tuple[int, tuple[Turn, ...]], ...]
    invalid: tuple[int, ...]

    @property
    def weight(self) -> int:
        """How many verdicts are then others."""
        return sum(len(turns) for _, turns in self.turned)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that not all models have alike. ``change``: from the model ``one`` to the model ``other``, as a sample.

    ``ways``: in how many ways they have it, each settled for all; the way that changes most verdicts first.
    """

    change: ModelChange
    one: int
    other: int
    ways: tuple[Settled, ...]

    @property
    def weight(self) -> tuple[int, int]:
        """How much it matters: the verdicts that change where it is settled one way, and then all ways together."""
        return self.ways[0].weight, sum(way.weight for way in self.ways)


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One verdict in each of the models, in their order."""

    of: Of
    name: str
    values: tuple[Any, ...]

    @property
    def agreed(self) -> bool:
        """Whether it is the same in all."""
        return all(value == self.values[0] for value in self.values)


@dataclass(frozen=True)
class PanelFound:
    """Several models and what they say. ``rows``: standings and claims; ``disagreements``: what matters most first.

    ``words``: how many differences of each two, in words, sources or evidence, can change no verdict.
    """

    models: tuple[Judged, ...]
    subjects: Subjects
    rows: tuple[VerdictRow, ...]
    disagreements: tuple[Disagreement, ...]
    words: int
    tried: int
    not_done: tuple[str, ...]

    @property
    def shared(self) -> list[Key]:
        """The states that are equilibria in all."""
        first, *rest = self.models
        return [key for key in first.equilibria if all(key in one.equilibria for one in rest)]

    @property
    def disputed(self) -> list[Key]:
        """The states that are equilibria in some of the models and not in all."""
        shared = set(self.shared)
        return [key for key in dict.fromkeys(key for one in self.models for key in one.equilibria) if key not in shared]


def compare_experts(models: Sequence[Version], progress: Progress = silent, enough: Enough = never) -> PanelFound:
    """Where several models differ, and what that does. Raises NotComparable, and StandoffError for fewer than two.

    >>> from standoff.casebook import load
    >>> game = load("chicken")
    >>> found = compare_experts([Version(game), Version(game)])
    >>> len(found.disagreements), all(row.agreed for row in found.rows), len(found.shared)
    (0, True, 3)
    """
    if len(models) < 2:
        raise StandoffError("a panel has two models or more")
    meanings = comparable(models)
    conflicts = [meaning.conflict for meaning in meanings]
    subjects, space = Subjects.of(conflicts), Space(conflicts)
    carrying = Carrying.of(conflicts, subjects.claims)
    judged = [Judged(build_graph(m), space, model.measured) for m, model in zip(meanings, models, strict=True)]
    benches = {
        (x, y): Bench(meanings[x], meanings[y], space, subjects, carrying, (models[x].measured, models[y].measured))
        for x, y in permutations(range(len(models)), 2)
    }
    settling = _Settling(benches, len(models), progress, enough)
    found = tuple(settling.disagreements())
    rows = tuple(
        VerdictRow(of, name, tuple(one.value(of, name) for one in judged))
        for of, name in subjects.verdicts()
        if of != "equilibria"
    )
    words = sum(len(benches[pair].changes) - len(benches[pair].weighing) for pair in benches if pair[0] < pair[1])
    tried = sum(bench.tried for bench in benches.values())
    ranked = tuple(sorted(found, key=lambda one: one.weight, reverse=True))
    return PanelFound(tuple(judged), subjects, rows, ranked, words, tried, tuple(settling.not_done))


class _Settling:
    """Settles each disagreement in each of its ways."""

    def __init__(self, benches: dict[tuple[int, int], Bench], count: int, progress: Progress, enough: Enough) -> None:
        self.benches, self.count = benches, count
        self.progress, self.enough = progress, enough
        self.points: dict[tuple[Hashable, ...], dict[tuple[int, int], ModelChange]] = {}
        for pair, bench in benches.items():
            for number in bench.weighing:
                change = bench.changes[number]
                self.points.setdefault(change.about, {})[pair] = change
        self.done = 0

    @property
    def not_done(self) -> list[str]:
        """What was left out because it was enough."""
        return undone(self.done, len(self.points), "disagreements were not settled")

    def disagreements(self) -> Iterator[Disagreement]:
        """Each disagreement, settled in each of its ways."""
        for changes in self.points.values():
            if self.enough():
                return
            self.progress(self.done, len(self.points))
            self.done += 1
            ways = [self.settled(says, changes) for says in self.sides(changes)]
            ways.sort(key=lambda way: way.weight, reverse=True)
            (one, other), change = min(changes.items(), key=lambda item: item[0])
            yield Disagreement(change, one, other, tuple(ways))

    def sides(self, changes: dict[tuple[int, int], ModelChange]) -> list[tuple[int, ...]]:
        """The models in groups that have it alike."""
        groups: list[list[int]] = []
        for x in range(self.count):
            alike = (group for group in groups if not any((y, x) in changes for y in group))
            group = next(alike, None)
            if group is None:
                groups.append([x])
            else:
                group.append(x)
        return [tuple(group) for group in groups]

    def settled(self, says: tuple[int, ...], changes: dict[tuple[int, int], ModelChange]) -> Settled:
        """What becomes of the others when all have it as these do."""
        turned, invalid = [], []
        for x in range(self.count):
            y = next((y for y in says if (x, y) in changes), None)
            if x in says or y is None:
                continue
            bench = self.benches[x, y]
            judged = bench.judged([changes[x, y].number])
            if isinstance(judged, str):
                invalid.append(x)
            else:
                turned.append((x, turns_between(bench.before, judged, bench.subjects)))
        return Settled(says, tuple(turned), tuple(invalid))
