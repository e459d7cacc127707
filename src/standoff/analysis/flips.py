"""Which single judgement carries the answer: every one-edit variation, and what it changes (definition 9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice

import numpy as np

from standoff._engine import Mask
from standoff.analysis.errors_needed import ErrorsNeeded
from standoff.analysis.stability import NotDefined, resolve_concepts, stability_tables, stability_tables_of_draws
from standoff.concepts import CONCEPTS
from standoff.conflict.edits import Edit, apply, believability, edits, judgement, judgement_at
from standoff.conflict.meaning import Source, conflict_of
from standoff.conflict.model import Conflict, Judgement, StateName
from standoff.errors import InvalidConflict
from standoff.graph import Graph, graph_of
from standoff.progress import Enough, Progress, never, silent, undone

MAX_PAIRS = 2000

Key = StateName  # a state told by its name or the code of its combination, so that it is found again after an edit


@dataclass(frozen=True, eq=False)
class Answers:
    """The answer to a conflict, to be compared with that to another: who would stay where, by concept (N, m).

    ``keys`` tell the states, also in another conflict; the status quo is the state ``quo``.
    """

    tables: Mapping[str, Mask]
    keys: Sequence[Key]
    names: Sequence[StateName]
    quo: int | None

    @cached_property
    def everybody(self) -> Mapping[str, Mask]:
        """The states that are stable for every decision maker, by concept; shape (m,)."""
        return {concept: np.asarray(table.all(axis=0)) for concept, table in self.tables.items()}

    @cached_property
    def equilibria(self) -> Mapping[str, frozenset[Key]]:
        """The same, by their keys."""
        return {
            concept: frozenset(self.keys[s] for s in np.flatnonzero(stable).tolist())
            for concept, stable in self.everybody.items()
        }

    @cached_property
    def status_quo(self) -> Mapping[str, bool]:
        """Whether the status quo is an equilibrium, by concept; nothing where there is none."""
        return {} if self.quo is None else {name: bool(stable[self.quo]) for name, stable in self.everybody.items()}

    def beyond(self, other: Answers) -> dict[str, tuple[StateName, ...]]:
        """The equilibria that the other answer does not have, by their names in this conflict; no empty ones."""
        found = {}
        for concept, stable in self.everybody.items():
            if self.keys is other.keys:
                states = np.flatnonzero(stable & ~other.everybody[concept]).tolist()
            else:
                others = other.equilibria[concept]
                states = [s for s in np.flatnonzero(stable).tolist() if self.keys[s] not in others]
            if states:
                names = (self.names[s] for s in states)
                found[concept] = tuple(sorted(names, key=lambda name: (isinstance(name, str), name)))
        return found


@dataclass(frozen=True)
class Flip:
    """What edits change: equilibria that appear (names in the edited conflict) and vanish (names in the given one).

    ``status_quo``: the concepts under which the status quo is an equilibrium before or after, but not both; each with
    whether it is one after. ``invalid`` says why the edited conflict cannot be judged.
    """

    edits: tuple[Edit, ...]
    appears: Mapping[str, tuple[StateName, ...]]
    vanishes: Mapping[str, tuple[StateName, ...]]
    status_quo: Mapping[str, bool]
    invalid: str | None = None

    @property
    def changes(self) -> bool:
        """Whether anything changes."""
        return any(self.appears.values()) or any(self.vanishes.values()) or bool(self.status_quo)

    @property
    def weight(self) -> tuple[int, int]:
        """How much changes: verdicts on the status quo, then equilibria."""
        return len(self.status_quo), sum(map(len, self.appears.values())) + sum(map(len, self.vanishes.values()))


class Variations:
    """A conflict whose variations are judged; where only a preference changes, the graph is kept."""

    def __init__(self, source: Source | Graph, concepts: Sequence[str] | None = None) -> None:
        self.graph = graph_of(source)
        self.conflict = self.graph.conflict
        self.concepts, self.left_out = resolve_concepts(self.graph, concepts)
        self._keys = _keys(self.graph)
        self.answers = self._answers(self.graph, stability_tables(self.graph, self.concepts))

    def flip(self, *made: Edit) -> Flip:
        """What the edits, made one after another, change."""
        source: Source = self.graph.meaning
        try:
            for edit in made:
                source = apply(source, edit)
            answers = self._judge(conflict_of(source), made)
        except (InvalidConflict, NotDefined, ValueError) as error:
            reason = error.problems[0].message if isinstance(error, InvalidConflict) else str(error)
            return Flip(made, {}, {}, {}, invalid=reason)
        before = self.answers
        flipped = {c: holds for c, holds in answers.status_quo.items() if before.status_quo.get(c) != holds}
        return Flip(made, answers.beyond(before), before.beyond(answers), flipped)

    def _judge(self, changed: Conflict, made: Sequence[Edit]) -> Answers:
        whose = {edit.whose_preference for edit in made}
        graph = self.graph.after(changed, whose)
        if self.graph.moves.same_moves(graph.moves):
            differ = np.flatnonzero((graph.ranks != self.graph.ranks).any(axis=1))
            return self._answers(graph, _tables_again(self.answers.tables, graph, differ.tolist()))
        return self._answers(graph, stability_tables(graph, self.concepts))

    def _answers(self, graph: Graph, tables: Mapping[str, Mask]) -> Answers:
        keys = self._keys if graph.states is self.graph.states else _keys(graph)
        return Answers(tables, keys, graph.states.names, graph.meaning.status_quo)


def _tables_again(before: Mapping[str, Mask], graph: Graph, changed: Sequence[int]) -> dict[str, Mask]:
    """The tables of a graph that differs from that of ``before`` in the ranks of some decision makers only.

    Where it does not matter what the others want, those whose ranks are as before are not judged again.
    """
    if not changed:
        return dict(before)
    own = [name for name in before if not CONCEPTS[name].minds_preferences_of_others]
    found = stability_tables_of_draws(graph, graph.ranks[None], list(before), dict.fromkeys(own, changed))
    tables = {name: table[0] for name, table in found.items()}
    for name in own:
        rows = before[name].copy()
        rows[changed] = tables[name][changed]
        tables[name] = rows
    return tables


def _keys(graph: Graph) -> list[Key]:
    """What tells each state apart: the name that the conflict gives it; where it gives none, its combination."""
    if graph.conflict.graph is not None or graph.conflict.states:
        return list(graph.states.names)
    return [int(code) for code in graph.states.codes]


@dataclass(frozen=True)
class Flips:
    """All one-edit variations and, where none of them flips a verdict on the status quo, pairs of them.

    ``singles`` are those that change something, the most believable first, and of these those that change most;
    ``unjudged`` those that leave no valid conflict. ``pairs_tried`` of ``pairs_possible`` pairs were looked at.
    ``errors``: what would have to be wrong for the verdict on the status quo to turn.
    """

    variations: Variations
    tried: int
    singles: tuple[Flip, ...]
    unjudged: tuple[Flip, ...]
    pairs: tuple[Flip, ...]
    pairs_tried: int
    pairs_possible: int
    singles_possible: int
    most_pairs: int
    errors: tuple[ErrorsNeeded, ...] = ()

    @property
    def turned(self) -> dict[str, dict[Edit, bool]]:
        """By concept, whether each single change turns the verdict on the status quo; nothing unless all were tried."""
        if self.tried < self.singles_possible or not self.variations.answers.status_quo:
            return {}
        turning = {flip.edits[0]: flip.status_quo for flip in self.singles}
        every = list(edits(self.variations.graph.meaning))
        return {name: {one: name in turning.get(one, ()) for one in every} for name in self.variations.concepts}

    @property
    def not_done(self) -> list[str]:
        """What was left out because it was enough before all was tried."""
        pairs = min(self.pairs_possible, self.most_pairs)
        return [
            *undone(self.tried, self.singles_possible, "changes were not tried"),
            *undone(self.pairs_tried, pairs, "pairs of changes were not tried"),
        ]


def flips(
    source: Source | Graph,
    concepts: Sequence[str] | None = None,
    most_pairs: int = MAX_PAIRS,
    progress: Progress = silent,
    enough: Enough = never,
) -> Flips:
    """What each smallest change of a judgement changes in the answer.

    Pairs are tried where no single edit changes whether the status quo is an equilibrium (without a status quo: where
    no single edit changes any equilibrium), at most ``most_pairs`` of them, in the order of the file. Where it is
    ``enough`` before the end, what was not tried is told (``Flips.not_done``).
    """
    variations = Variations(source, concepts)
    single = list(edits(variations.graph.meaning))
    found = []
    for k, edit in enumerate(single):
        if enough():
            break
        progress(k, len(single))
        found.append(variations.flip(edit))
    valid = [flip for flip in found if flip.invalid is None]
    decisive = [flip for flip in valid if (flip.status_quo if variations.answers.status_quo else flip.changes)]
    pairs: list[Flip] = []
    tried = possible = 0
    if not decisive and len(found) == len(single):
        possible = _count_pairs(single)
        for edits_ in islice(_pairs(single), most_pairs):
            if enough():
                break
            progress(tried, min(possible, most_pairs))
            tried += 1
            flip = variations.flip(*edits_)
            if flip.status_quo if variations.answers.status_quo else flip.changes:
                pairs.append(flip)
    return Flips(
        variations,
        len(found),
        _believable_first(variations.conflict, [flip for flip in valid if flip.changes]),
        tuple(flip for flip in found if flip.invalid is not None),
        tuple(sorted(pairs, key=lambda flip: flip.weight, reverse=True)),
        tried,
        possible,
        len(single),
        most_pairs,
    )


def _believable_first(conflict: Conflict, single: Sequence[Flip]) -> tuple[Flip, ...]:
    """The most believable first; of these what changes most."""
    known = {one.path: one for one in conflict.judgements()}

    def first(flip: Flip) -> tuple[tuple[int, ...], tuple[int, ...]]:
        changed = judgement_at(known, flip.edits[0])
        assert changed is not None
        return believability(changed, flip.edits[0]), tuple(-number for number in flip.weight)

    return tuple(sorted(single, key=first))


def _pairs(single: Sequence[Edit]) -> Iterator[tuple[Edit, Edit]]:
    """Pairs of edits of different judgements, in an order in which each finds its place as it is in the file.

    Two edits of one list of which one reorders it are left out: what they do depends on which comes first.
    """
    for one, other in combinations(single, 2):
        if one.path == other.path:
            continue
        if one.path[:-1] == other.path[:-1]:
            if {one.kind, other.kind} & {"swap", "top"}:
                continue
            yield (one, other) if _place(one) > _place(other) else (other, one)
        else:
            yield one, other


def _count_pairs(single: Sequence[Edit]) -> int:
    """How many pairs ``_pairs`` has, counted without going through them."""

    def pairs(keys: Sequence[object]) -> int:
        return sum(n * (n - 1) // 2 for n in Counter(keys).values())

    keeps = [edit for edit in single if edit.kind not in ("swap", "top")]
    total = len(single) * (len(single) - 1) // 2
    reordering = pairs([edit.path[:-1] for edit in single]) - pairs([edit.path[:-1] for edit in keeps])
    return total - reordering - pairs([edit.path for edit in keeps])


def _place(edit: Edit) -> int:
    place = edit.path[-1]
    return place if isinstance(place, int) else 0


def pivots(found: Flips) -> list[tuple[str, tuple[Flip, ...]]]:
    """The judgements (by path) that are in some one-edit flip, the most believable change first (definition 9)."""
    by_path: dict[str, list[Flip]] = {}
    for flip in found.singles:
        by_path.setdefault(flip.edits[0].where, []).append(flip)
    return [(path, tuple(made)) for path, made in by_path.items()]


def judged(conflict: Conflict, edit: Edit) -> Judgement:
    """The judgement that an edit of a flip changes."""
    found = judgement(conflict, edit)
    assert found is not None
    return found
