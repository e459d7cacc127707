"""Each decision maker's own picture of the conflict (definition 11): what is stable in it, and what nobody sees coming.

A picture is the conflict with somebody's views put in, over the same states; so what differs between two pictures is
preferences and moves, and a state means the same in both. One knows oneself: no picture changes its owner's own
preferences or moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import numpy as np

from standoff._engine import Indices, Mask
from standoff._engine.arcs import ArcMoves
from standoff._engine.compiled import arc_moves
from standoff.analysis.stability import NotDefined, resolve_concepts, stability_tables, value_when_answered
from standoff.concepts import CONCEPTS, Concept, concept
from standoff.conflict.edits import with_preference
from standoff.conflict.meaning import Meaning
from standoff.conflict.model import Conflict, DecisionMaker, Direction, Option, SeenOption, Statement, View
from standoff.graph import Arcs, Graph, arcs_of

Chain = tuple[int, ...]  # whose picture: (), the truth; (i,), what i sees; (i, j), what i thinks that j sees
TRUTH: Chain = ()


# Pictures


class Pictures:
    """The graph of each picture, made when it is asked for; where nobody sees anything otherwise it is the truth."""

    def __init__(self, truth: Graph) -> None:
        self.truth = truth
        self._made: dict[Chain, _Picture] = {TRUTH: _Picture(truth, {})}

    def of(self, chain: Chain) -> Graph:
        """The picture of a chain of decision makers."""
        return self._picture(_own(chain)).graph

    def _picture(self, chain: Chain) -> _Picture:
        if chain not in self._made:
            outer, views = self._picture(chain[:-1]), _views_of(self.truth, chain)
            self._made[chain] = _seen(self.truth.meaning, outer, views) if views else outer
        return self._made[chain]

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        """The truth, the picture of each decision maker, and those of others' pictures that some view is about."""
        truth = self.truth
        given = (tuple(truth.dm(name) for name in names) for _, names, _ in truth.conflict.all_views())
        deeper = sorted({chain for chain in given if len(chain) > 1}, key=lambda chain: (len(chain), chain))
        return (TRUTH, *((i,) for i in truth.dms), *deeper)

    def groups(self) -> dict[int, list[Chain]]:
        """Chains that see the very same picture, by the identity of its graph."""
        found: dict[int, list[Chain]] = {}
        for chain in self.chains:
            found.setdefault(id(self.of(chain)), []).append(chain)
        return found


def _own(chain: Chain) -> Chain:
    """What i thinks that i sees is what it sees."""
    return chain[:1] + tuple(j for i, j in pairwise(chain) if i != j)


def _views_of(truth: Graph, chain: Chain) -> tuple[View, ...]:
    """What is written of how the last of a chain sees others, in the eyes of those before it."""
    names = [truth.conflict.decision_makers[i].name for i in chain]
    views = tuple(view for view in truth.conflict.views if view.by == names[0])
    for name in names[1:]:
        views = next((view.views for view in views if view.of == name), ())
    return views


@dataclass(frozen=True)
class _Picture:
    graph: Graph
    impossible: Mapping[str, tuple[Statement, ...]]


def _seen(truth: Meaning, outer: _Picture, views: Sequence[View]) -> _Picture:
    """A picture with views put in."""
    conflict, impossible = outer.graph.conflict, dict(outer.impossible)
    for view in views:
        conflict = _with_view(conflict, view)
        if view.impossible:
            impossible[view.of] = view.impossible
    ranks = outer.graph.ranks.copy()
    wanted = [view.of for view in views if view.preference is not None or view.differences]
    for name, seen in truth.with_preferences(conflict, wanted).items():
        ranks[outer.graph.dm(name)] = seen
    meaning = replace(truth, conflict=conflict, ranks=ranks)
    if conflict.options == outer.graph.conflict.options and impossible == outer.impossible:
        return _Picture(outer.graph.with_meaning(meaning), impossible)
    if not impossible:
        return _Picture(outer.graph.redirected(meaning), impossible)
    arcs = [
        _possible(truth, arcs, impossible.get(dm.name, ()))
        for dm, arcs in zip(conflict.decision_makers, arcs_of(meaning), strict=True)
    ]
    return _Picture(outer.graph.with_moves(meaning, arc_moves(arcs, ranks)), impossible)


def _with_view(conflict: Conflict, view: View) -> Conflict:
    around = conflict.decision_maker(view.of).preference
    wanted = view.wants(around)
    if wanted is not None and wanted is not around:
        conflict = with_preference(conflict, view.of, wanted)
    seen = {option.name: option for option in view.options}
    return replace(
        conflict,
        decision_makers=tuple(
            _with_options(dm, seen) if dm.name == view.of and seen else dm for dm in conflict.decision_makers
        ),
    )


def _with_options(dm: DecisionMaker, seen: Mapping[str, SeenOption]) -> DecisionMaker:
    return replace(dm, options=tuple(_as_seen(option, seen.get(option.name)) for option in dm.options))


def _as_seen(option: Option, seen: SeenOption | None) -> Option:
    if seen is None or option.moves is Direction.FIXED:
        return option
    return replace(option, moves=Direction.FIXED if seen.hidden else seen.moves or option.moves)


def _possible(truth: Meaning, arcs: Arcs, impossible: Sequence[Statement]) -> Arcs:
    """The moves that bring about nothing that is taken for impossible: no such formula becomes true by them."""
    start, end = arcs
    left = np.ones(len(start), np.bool_)
    for statement in impossible:
        true = truth.where(statement.formula)
        left &= true[start] | ~true[end]
    return start[left], end[left]


# What is stable


class Class(StrEnum):
    """What misperception does to an equilibrium."""

    STEADY = "steady"
    UNRECOGNISED = "unrecognised"
    UNSTEADY = "unsteady"
    ILLUSORY = "illusory"
    IMAGINED = "imagined"


@dataclass(frozen=True)
class Misreading:
    """What is stable in each picture: ``stable[chain][concept]`` (N, m); ``left_out`` says what is missing and why."""

    pictures: Pictures
    stable: Mapping[Chain, Mapping[str, Mask]]
    left_out: Mapping[str, str]

    @property
    def truth(self) -> Graph:
        """The conflict as it is."""
        return self.pictures.truth

    @property
    def concepts(self) -> list[str]:
        """The names of the concepts."""
        return list(self.stable[TRUTH])

    def equilibria(self, chain: Chain, name: str) -> Mask:
        """The equilibria of a picture, as if all saw it so; shape (m,)."""
        return np.asarray(self._stable(chain, name).all(axis=0))

    def expected(self, chain: Chain, name: str) -> Mask:
        """Where each is stable in its own picture, as the chain sees these; of the truth: hypergame equilibria."""
        rows = [self._stable((*chain, j), name)[j] for j in self.truth.dms]
        return np.asarray(np.logical_and.reduce(rows))

    def leaving(self, s: int, name: str) -> tuple[int, ...]:
        """Who would leave a state, seeing it as it does."""
        return tuple(j for j in self.truth.dms if not self._stable((j,), name)[j, s])

    def _stable(self, chain: Chain, name: str) -> Mask:
        chain = _own(chain)
        while chain not in self.stable:  # nothing is said of this picture: the one around it
            chain = chain[:-1]
        return self.stable[chain][name]

    def classes(self, name: str) -> dict[Class, Indices]:
        """The states that are an equilibrium somewhere, by what misperception does to them; ascending."""
        true, holds = self.equilibria(TRUTH, name), self.expected(TRUTH, name)
        seen = np.array([self.equilibria((i,), name) for i in self.truth.dms])
        masks = {
            Class.STEADY: true & holds & seen.all(axis=0),
            Class.UNRECOGNISED: true & holds & ~seen.all(axis=0),
            Class.UNSTEADY: true & ~holds,
            Class.ILLUSORY: holds & ~true,
            Class.IMAGINED: ~true & ~holds & seen.any(axis=0),
        }
        return {kind: np.flatnonzero(mask) for kind, mask in masks.items()}


AT_THE_SAME_TIME = "looks at options moved at the same time, and somebody takes moves for impossible"


def misread(graph: Graph, concepts: Sequence[str] | None = None) -> Misreading:
    """What is stable in the truth, in each decision maker's picture and in pictures of pictures.

    A concept that some picture does not allow is left out. Raises UnknownName, NotDefined.
    """
    pictures = Pictures(graph)
    names, left_out = resolve_concepts(graph, concepts)
    for chain in pictures.chains:
        if isinstance(pictures.of(chain).moves, ArcMoves):
            for name in [name for name in names if CONCEPTS[name].simultaneous]:
                names.remove(name)
                left_out[name] = f"{name} {AT_THE_SAME_TIME}"
    if not names:
        raise NotDefined("; ".join(left_out.values()))
    stable: dict[Chain, dict[str, Mask]] = {}
    for group in pictures.groups().values():
        seen = pictures.of(group[0])
        stable |= dict.fromkeys(group, stability_tables(seen, names))
    return Misreading(pictures, stable, left_out)


# Who acts, and which answers are not seen coming


def acting(name: str) -> Concept:
    """A concept under which decision makers can act, one after another. Raises UnknownName, NotDefined."""
    found = concept(name)
    if not found.one_after_another:
        raise NotDefined(f"{found.name} looks at moves made at the same time, and in a play one moves after another")
    return found


def acts(seen: Graph, i: int, under: Concept) -> Arcs:
    """The moves that i would make in a picture: improvements that it sees nobody deter; the states from and to."""
    if not under.answers:
        return seen.moves.improvements(i)
    return seen.undeterred(i, value_when_answered(seen, under, i), under.credible)


class Blind(StrEnum):
    """Why a move is not seen coming."""

    IMPOSSIBLE = "impossible"
    UNWANTED = "unwanted"
    DETERRED = "deterred"


@dataclass(frozen=True, slots=True)
class Unforeseen:
    """A move that ``by`` would make and ``who`` does not expect."""

    who: int
    by: int
    start: int
    to: int
    why: Blind


def unforeseen(pictures: Pictures, states: Mask, under: Concept) -> Iterator[Unforeseen]:
    """The moves that others would make from these states and that a decision maker does not see coming.

    It takes them for impossible, for no improvement, or thinks that the mover sees itself deterred.
    """
    truth = pictures.truth
    made = {j: acts(pictures.of((j,)), j, under) for j in truth.dms}
    for who in truth.dms:
        seen = pictures.of((who,))
        for j in truth.others(who):
            start, end = made[j]
            here = states[start]
            start, end = start[here], end[here]
            dared = _pairs(acts(pictures.of((who, j)), j, under), len(states))
            blind = np.flatnonzero(~np.isin(start * len(states) + end, dared))
            wanted = seen.gains(j, start, end)
            for k in blind:
                s, t = int(start[k]), int(end[k])
                if t not in seen.targets(j, s):
                    why = Blind.IMPOSSIBLE
                else:
                    why = Blind.DETERRED if wanted[k] else Blind.UNWANTED
                yield Unforeseen(who, j, s, t, why)


def _pairs(arcs: Arcs, m: int) -> Indices:
    return np.asarray(arcs[0] * m + arcs[1])
