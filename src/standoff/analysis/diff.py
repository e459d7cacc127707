"""What differs between two models of a conflict, which verdicts with it, and which changes did that (definition 13).

Every set of changes is put into the first model and judged, the smaller sets first, until each verdict that is another
has its smallest sets. Of more changes than ``WHOLE`` only sets of one and two are gone through; then changes are left
out of all of them, one after another, as long as the verdict stays: a bound from above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import comb
from typing import Any

from standoff.analysis.measured import MeasuredAffinities
from standoff.analysis.verdicts import Carrying, Judged, Key, Of, Space, Subjects, bare, same_verdicts
from standoff.conflict.changes import ModelChange, made, model_changes
from standoff.conflict.edits import settled
from standoff.conflict.meaning import Meaning, Source, interpret
from standoff.conflict.model import Conflict
from standoff.errors import InvalidConflict, StandoffError
from standoff.graph import Graph, build_graph
from standoff.progress import Enough, Progress, never, silent, undone

WHOLE = 10  # changes of which all sets are gone through: 1,024 of them
PAIRS = 2  # the size of the largest sets that are gone through where there are more
SHOWN = 20  # smallest sets that are kept


class NotComparable(StandoffError):
    """Two models of which the states have nothing in common."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A verdict that is another: how somebody stands, the equilibria, or what comes of a claim."""

    of: Of
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Cause:
    """The smallest sets of changes that give a verdict: numbers of changes. ``exact``: no smaller set gives it.

    Otherwise none of fewer than ``least`` gives it. Without a set none was found.
    """

    sets: tuple[tuple[int, ...], ...]
    exact: bool
    least: int


@dataclass(frozen=True, slots=True)
class Alone:
    """What one change by itself does to the verdicts of the first model, or why it leaves no valid conflict.

    ``gives``: those of the verdicts that are others which it gives, by their place; ``whole``: it gives all verdicts.
    """

    change: ModelChange
    turns: tuple[Turn, ...] = ()
    gives: tuple[int, ...] = ()
    whole: bool = False
    invalid: str | None = None


@dataclass(frozen=True)
class ModelDiff:
    """What differs between two models, which verdicts with it, and which of the changes did that.

    ``changes``: all; ``weighing``: the numbers of those that can change a verdict.
    ``gained``, ``lost`` and ``kept``: equilibria of the second only, of the first only, and of both.
    ``causes``: of each turn, in their order; ``whole``: of all verdicts together (None: none is another).
    ``tried`` sets were judged, ``invalid`` of them left no valid conflict.
    """

    before: Judged
    after: Judged
    subjects: Subjects
    changes: tuple[ModelChange, ...]
    weighing: tuple[int, ...]
    turns: tuple[Turn, ...]
    alone: tuple[Alone, ...]
    causes: tuple[Cause, ...]
    whole: Cause | None
    tried: int
    invalid: int
    not_done: tuple[str, ...]

    @property
    def gained(self) -> list[Key]:
        """Equilibria of the second that the first has not."""
        return [key for key in self.after.equilibria if key not in self.before.equilibria]

    @property
    def lost(self) -> list[Key]:
        """Equilibria of the first that the second has not."""
        return [key for key in self.before.equilibria if key not in self.after.equilibria]

    @property
    def shifted(self) -> list[Key]:
        """Equilibria of both that do not stand as firmly in both."""
        one, other = self.before.equilibria, self.after.equilibria
        return [key for key in other if key in one and one[key] != other[key]]

    def changed(self, numbers: Collection[int]) -> Conflict:
        """The first model after some of the changes.

        Views follow what they differ from; a difference that names a statement which is there no more goes.
        """
        return settled(made(self.before.conflict, self.after.conflict, numbers))

    def __bool__(self) -> bool:
        return bool(self.changes or self.turns)


class Version:
    """A model as it is compared: understood, in the words of both, with its event data where it names some."""

    def __init__(self, source: Source, measured: MeasuredAffinities | None = None) -> None:
        self.meaning, self.measured = interpret(source), measured

    @property
    def conflict(self) -> Conflict:
        """The conflict."""
        return self.meaning.conflict


def comparable(models: Sequence[Version]) -> list[Meaning]:
    """Models whose states can be told alike, each with its status quo given by levels where that can be.

    A number means another state where rules are others. Raises NotComparable where some are given by options and
    others as a graph.
    """
    forms = [model.meaning.states.option_form for model in models]
    if len(set(forms)) > 1:
        raise NotComparable("one is given by options and the other as a graph, so that no states are the same")
    if not forms[0] or any(model.conflict.states for model in models):
        return [model.meaning for model in models]
    return [replace(model.meaning, conflict=_with_levels(model.meaning)) for model in models]


def _with_levels(meaning: Meaning) -> Conflict:
    """The conflict with its status quo by the levels of options that are not at their first."""
    conflict, s = meaning.conflict, meaning.status_quo
    if s is None or conflict.status_quo is None:
        return conflict
    at = meaning.states.levels(s)
    assert at is not None
    options = meaning.vocabulary.options.items()
    state = tuple((name, levels[k]) for (name, levels), k in zip(options, at, strict=True) if k)
    return replace(conflict, status_quo=replace(conflict.status_quo, state=state))


class Bench:
    """Two models, and sets of the changes between them put into the first."""

    def __init__(
        self, before: Meaning, after: Meaning, space: Space, subjects: Subjects, carrying: Carrying, data: _Data
    ) -> None:
        self.subjects, self.space, self.data = subjects, space, data
        self.pair = before.conflict, after.conflict
        self._trim = subjects.claims, carrying
        every = model_changes(*self.pair)
        claims = {claim.id for claim in before.conflict.claims if claim.id in subjects.claims}
        self.changes = every
        self.weighing = tuple(
            one.number for one in every if one.weighs and carrying.matters(one.about) and _of_both(one, claims)
        )
        self.graph = build_graph(bare(before.conflict, *self._trim))
        self.tried = self.invalid = 0

    @cached_property
    def before(self) -> Judged:
        """The first model, judged."""
        return Judged(self.graph, self.space, self.data[0])

    def judged(self, numbers: Collection[int]) -> Judged | str:
        """The first model after some of the changes, judged; or why it is not valid then."""
        self.tried += 1
        try:
            return Judged(self._graph(numbers), self.space, self._measured(numbers))
        except InvalidConflict as error:
            self.invalid += 1
            return error.problems[0].message
        except StandoffError as error:
            self.invalid += 1
            return str(error)

    def _graph(self, numbers: Collection[int]) -> Graph:
        conflict = bare(settled(made(*self.pair, numbers)), *self._trim)
        return self.graph.after(conflict, [self.changes[number].whose_preference for number in numbers])

    def _measured(self, numbers: Collection[int]) -> MeasuredAffinities | None:
        return self.data[any(self.changes[number].about[0] == "relations" for number in numbers)]


_Data = tuple[MeasuredAffinities | None, MeasuredAffinities | None]


def _of_both(change: ModelChange, claims: Collection[str]) -> bool:
    return change.about[0] != "claims" or (len(change.about) > 1 and change.about[1] in claims)


def turns_between(one: Judged, other: Judged, subjects: Subjects) -> tuple[Turn, ...]:
    """The verdicts that are others in the second."""
    found = []
    for of, name in subjects.verdicts():
        values = one.value(of, name), other.value(of, name)
        if values[0] != values[1]:
            found.append(Turn(of, name, *((None, None) if of == "equilibria" else values)))
    return tuple(found)


def compare_models(one: Version, other: Version, progress: Progress = silent, enough: Enough = never) -> ModelDiff:
    """What differs between two models, which verdicts with it, and which of the changes did that.

    Where it is ``enough`` before the end, what was not tried is told (``not_done``). Raises NotComparable.

    >>> from standoff.casebook import load
    >>> from standoff.conflict.edits import Edit, apply
    >>> game = load("prisoners-dilemma")
    >>> other = apply(game, Edit(("decision_makers", "One", "prefers", 0), "drop"))
    >>> found = compare_models(Version(game), Version(other))
    >>> len(found.changes), len(found.turns)
    (1, 1)
    """
    meanings = comparable([one, other])
    conflicts = [meaning.conflict for meaning in meanings]
    subjects, space = Subjects.of(conflicts), Space(conflicts)
    carrying = Carrying.of(conflicts, subjects.claims)
    bench = Bench(meanings[0], meanings[1], space, subjects, carrying, (one.measured, other.measured))
    after = Judged(build_graph(bare(conflicts[1], subjects.claims, carrying)), space, other.measured)
    turns = turns_between(bench.before, after, subjects)
    search = _Search(bench, after, turns, progress, enough)
    causes = search.run() if turns else []
    whole = [Judged(build_graph(m), space, model.measured) for m, model in zip(meanings, (one, other), strict=True)]
    return ModelDiff(
        whole[0],
        whole[1],
        subjects,
        bench.changes,
        bench.weighing,
        turns,
        tuple(search.alone(number) for number in bench.weighing if not search.stopped or number in search.singles),
        tuple(causes[:-1]),
        causes[-1] if causes else None,
        bench.tried,
        bench.invalid,
        tuple(search.not_done),
    )


Reach = frozenset[int]  # the verdicts that a set of changes gives, by their place; all together after the last


class _Search:
    """Looks for the smallest sets of changes that give each verdict that is another, and all of them."""

    def __init__(self, bench: Bench, after: Judged, turns: Sequence[Turn], progress: Progress, enough: Enough) -> None:
        self.bench, self.after, self.turns = bench, after, turns
        self.progress, self.enough = progress, enough
        self.numbers = bench.weighing
        self.known: dict[frozenset[int], Reach] = {}
        self.singles: dict[int, Alone] = {}
        self.done = 0
        self.stopped = False
        self.largest = len(self.numbers) if len(self.numbers) <= WHOLE else PAIRS
        self.sizes = [comb(len(self.numbers), size) for size in range(1, self.largest + 1)]

    @property
    def not_done(self) -> list[str]:
        """What was left out because it was enough."""
        return undone(self.done, sum(self.sizes), "sets of changes were not tried") if self.stopped else []

    def run(self) -> list[Cause]:
        """The cause of each turn, and last that of all verdicts together."""
        wanted = range(len(self.turns) + 1)
        sets: dict[int, list[tuple[int, ...]]] = {place: [] for place in wanted}
        size = 0
        while size < self.largest and not self.stopped and not all(sets.values()):
            size += 1
            open_ = [place for place in wanted if not sets[place]]
            for numbers in self._sets(size):
                reach = self.reach(frozenset(numbers))
                for place in open_:
                    if place in reach:
                        sets[place].append(numbers)
        return [self._cause(place, sets[place], size) for place in wanted]

    def _sets(self, size: int) -> Iterator[tuple[int, ...]]:
        """All sets of a size, until it is enough."""
        for numbers in combinations(self.numbers, size):
            if self.enough():
                self.stopped = True
                return
            self.progress(self.done, sum(self.sizes))
            self.done += 1
            yield numbers

    def _cause(self, place: int, sets: Sequence[tuple[int, ...]], size: int) -> Cause:
        """The smallest sets that were found; else what is left of all changes when none can be left out any more."""
        if sets:
            return Cause(tuple(sets[:SHOWN]), not self.stopped or len(sets[0]) < size, len(sets[0]))
        least = size if self.stopped else size + 1
        if self.largest == len(self.numbers) or place not in self.reach(frozenset(self.numbers)):
            return Cause((), False, least)
        left = list(self.numbers)
        for number in self.numbers:
            if self.enough():
                self.stopped = True
                break
            fewer = [one for one in left if one != number]
            if place in self.reach(frozenset(fewer)):
                left = fewer
        return Cause((tuple(left),), len(left) == least, least)

    def reach(self, numbers: frozenset[int]) -> Reach:
        """Which of the verdicts a set of changes gives."""
        if numbers not in self.known:
            judged = self.bench.judged(numbers)
            self.known[numbers] = frozenset() if isinstance(judged, str) else self._given(judged)
            if len(numbers) == 1:
                self.singles[next(iter(numbers))] = self._alone(next(iter(numbers)), judged)
        return self.known[numbers]

    def _given(self, judged: Judged) -> Reach:
        given = {
            place for place, turn in enumerate(self.turns) if judged.value(turn.of, turn.name) == self._wanted(turn)
        }
        if len(given) == len(self.turns) and same_verdicts(judged, self.after, self.bench.subjects):
            given.add(len(self.turns))
        return frozenset(given)

    def _wanted(self, turn: Turn) -> Any:
        return self.after.value(turn.of, turn.name)

    def alone(self, number: int) -> Alone:
        """What one change does by itself."""
        self.reach(frozenset([number]))
        return self.singles[number]

    def _alone(self, number: int, judged: Judged | str) -> Alone:
        change = self.bench.changes[number]
        if isinstance(judged, str):
            return Alone(change, invalid=judged)
        reach = self.known[frozenset([number])]
        turned = turns_between(self.bench.before, judged, self.bench.subjects)
        gives = tuple(sorted(place for place in reach if place < len(self.turns)))
        return Alone(change, turned, gives, len(self.turns) in reach)
