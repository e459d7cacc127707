"""What differs between two conflicts, change by change, and the conflict after some of the changes (definition 13).

A walk goes through both at the same time, and wherever they differ it asks whether that change is made: so changes are
found and made by one and the same walk. With none of them made it gives the first conflict, with all the second.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Literal

from standoff.conflict import model
from standoff.conflict.evidence import Evidence, Source
from standoff.conflict.model import Conflict, OrderedStatements, Ranking, Statement, Weights
from standoff.conflict.syntax import Formula, Not
from standoff.errors import Path

ChangeKind = Literal["added", "dropped", "moved", "changed", "order"]
_SPANS = re.compile(r"(, )?(level_)?span=\([^)]*\)")
ALIKE = 0.6  # from which two formulas in the same place are taken for one that was reworded


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One change between two conflicts: an item added, dropped or moved, a part that is another, a list in other order.

    ``number``: its place among the changes. ``old`` and ``new``: where it stands before and after (None: not at all).
    ``about``: what it is about, the same for the change back. ``weighs``: whether it can change a verdict; words,
    sources and evidence cannot. ``up``: it moved, and to a higher place.
    """

    number: int
    kind: ChangeKind
    old: Path | None
    new: Path | None
    before: Any
    after: Any
    about: tuple[Hashable, ...]
    weighs: bool
    up: bool = False

    @property
    def path(self) -> Path:
        """Where it stands after, or where it is dropped, before."""
        path = self.old if self.new is None else self.new
        assert path is not None
        return path

    @property
    def whose_preference(self) -> str | None:
        """The decision maker whose preference it changes, and nothing else; None where it changes anything else."""
        wants = ("prefers", "ranking", "weights", "preference")
        match self.about:
            case ("decision_makers", str(name), part, *_) if part in wants:
                return name
        return None


def model_changes(before: Conflict, after: Conflict) -> tuple[ModelChange, ...]:
    """All that differs, in the order of the files.

    >>> from standoff.casebook import load
    >>> one = load("elmira")
    >>> [(change.kind, change.path) for change in model_changes(one, replace(one, title="Another", status_quo=None))]
    [('changed', ('title',)), ('changed', ('status_quo',))]
    """
    walk = _Walk(lambda _: False)
    walk.parts(_ROOT, before, after)
    return tuple(walk.found)


def made(before: Conflict, after: Conflict, numbers: Collection[int]) -> Conflict:
    """The first conflict after those of the changes between both that have these numbers.

    It may have become invalid: interpreting it tells.

    >>> from standoff.casebook import load
    >>> one, other = load("chicken"), load("prisoners-dilemma")
    >>> made(one, other, ()) == one, made(one, other, range(len(model_changes(one, other)))) == other
    (True, True)
    """
    found: Conflict = _Walk(lambda change: change.number in numbers).parts(_ROOT, before, after)
    return found


def is_negation(one: Formula, other: Formula) -> bool:
    """Whether one formula is the other with ``not`` before it."""
    return Not(one.tree) == other.tree or Not(other.tree) == one.tree


# Lists


@dataclass(frozen=True, slots=True)
class _List:
    """How the items of a list are told apart. ``ordered``: whether it means something where an item stands."""

    key: Callable[[Any], Hashable]
    ordered: bool = False
    by_number: bool = True  # whether its items stand at numbers in a file, and not at their keys


def _name(item: Any) -> Hashable:
    return str(item.name)


def _formula(item: Statement) -> Hashable:
    return item.formula.tree


def _text(key: Hashable) -> str:
    """A key as text, the same wherever its formulas stand."""
    return _SPANS.sub("", key if isinstance(key, str) else repr(key))


def _first(item: Sequence[Any]) -> Hashable:
    return str(item[0])


_LISTS: dict[tuple[type, str], _List] = {
    (Conflict, "decision_makers"): _List(_name, by_number=False),
    (Conflict, "sources"): _List(_name, by_number=False),
    (Conflict, "definitions"): _List(_name, by_number=False),
    (Conflict, "infeasible"): _List(_formula),
    (Conflict, "states"): _List(_name, by_number=False),
    (Conflict, "views"): _List(lambda view: (view.by, view.of), by_number=False),
    (Conflict, "history"): _List(lambda event: (event.date, event.moves), ordered=True),
    (Conflict, "claims"): _List(lambda claim: claim.id),
    (Conflict, "limits"): _List(lambda text: text),
    (model.DecisionMaker, "options"): _List(_name, by_number=False),
    (model.Option, "levels"): _List(_name, by_number=False),
    (model.View, "options"): _List(_name, by_number=False),
    (model.View, "impossible"): _List(_formula),
    (model.View, "views"): _List(lambda view: view.of, by_number=False),
    (model.View, "differences"): _List(lambda one: (one.kind, one.number, _formula(one.statement)), ordered=True),
    (OrderedStatements, "statements"): _List(_formula, ordered=True),
    (Ranking, "groups"): _List(lambda group: tuple(sorted(map(str, group))), ordered=True),
    (Weights, "weights"): _List(lambda one: one.statement.formula.text, by_number=False),
    (model.GraphForm, "states"): _List(_first, by_number=False),
    (model.GraphForm, "moves"): _List(lambda arcs: (arcs[0], str(arcs[1])), by_number=False),
}
_WALKED = (*{owner for owner, _ in _LISTS}, Statement, model.Option, model.Definition, model.NamedState)
_WALKED = (*_WALKED, model.StatusQuo, model.SeenOption, model.Difference, model.Event, model.Claim, Evidence)
_WALKED = (*_WALKED, model.Weight, model.Level, Source)
_NOWHERE = frozenset({"statement", "formula", "evidence", "state", "preference"})  # no key in a file
_KEYS = {"statements": "prefers", "groups": "ranking", "differences": "as_in_truth_except"}
_WORDS = frozenset(
    {"title", "about", "plural", "says", "calls", "limits", "sources", "published", "evidence", "quote", "citation"}
)


@dataclass(frozen=True, slots=True)
class _At:
    """Where a walk is: in the one file, in the other, and in what it is about; and whether that can weigh."""

    old: Path
    new: Path
    about: tuple[Hashable, ...]
    weighs: bool = True

    def part(self, owner: Any, name: str) -> _At:
        """At a part of what it is at."""
        weighs = self.weighs and name not in _WORDS and not (isinstance(owner, model.GraphForm) and name == "states")
        if name in _NOWHERE or (isinstance(owner, Conflict) and name == "definitions") or isinstance(owner, Weights):
            key = "weights" if isinstance(owner, Weights) else None
        else:
            key = _KEYS.get(name, name)
        step: Path = () if key is None else (key,)
        return _At((*self.old, *step), (*self.new, *step), (*self.about, key or name), weighs)

    def item(self, how: _List, old: tuple[int, Any] | None, new: tuple[int, Any] | None, weighs: bool = True) -> _At:
        """At an item of a list, given by its number and itself in each of the two."""
        keys = sorted({_text(how.key(item)) for _, item in filter(None, (old, new))})
        ends = (self.old, old), (self.new, new)
        paths = [base if one is None else (*base, *_step(how, *one)) for base, one in ends]
        about = (*self.about, keys[0] if len(keys) == 1 else tuple(keys))
        return _At(paths[0], paths[1], about, self.weighs and weighs)


_ROOT = _At((), (), ())


def _step(how: _List, k: int, item: Any) -> Path:
    """Where an item stands in a file, below its list."""
    if isinstance(item, model.Definition):
        return item.path
    if how.by_number:
        return (k,)
    key = how.key(item)
    return tuple(map(str, key)) if isinstance(key, tuple) else (str(key),)


# The walk


class _Walk:
    """Goes through two conflicts; ``makes`` says of each change whether it is made."""

    def __init__(self, makes: Callable[[ModelChange], bool]) -> None:
        self.makes = makes
        self.found: list[ModelChange] = []

    def asks(self, kind: ChangeKind, at: _At, before: Any, after: Any, up: bool = False) -> bool:
        """Note a change, and ask whether it is made."""
        old, new = (None if kind == "added" else at.old), (None if kind == "dropped" else at.new)
        about = at.about if kind in ("added", "dropped", "changed") else (*at.about, kind)
        change = ModelChange(len(self.found), kind, old, new, before, after, about, at.weighs, up)
        self.found.append(change)
        return self.makes(change)

    def parts(self, at: _At, one: Any, other: Any) -> Any:
        """Two values of one type, part by part."""
        taken = {}
        for field in fields(one):
            before, after = getattr(one, field.name), getattr(other, field.name)
            if before != after:
                how = _LISTS.get((type(one), field.name))
                here = at.part(one, field.name)
                taken[field.name] = (
                    self.value(here, before, after) if how is None else self.items(here, how, before, after)
                )
        return replace(one, **taken)

    def value(self, at: _At, before: Any, after: Any) -> Any:
        """One part of both, which is another."""
        if type(before) is type(after) and isinstance(before, _WALKED):
            return self.parts(at, before, after)
        if isinstance(before, Formula) and isinstance(after, Formula) and before.tree == after.tree:
            at = replace(at, weighs=False)
        return after if self.asks("changed", at, before, after) else before

    def items(self, at: _At, how: _List, before: Sequence[Any], after: Sequence[Any]) -> tuple[Any, ...]:
        """A list of items: first what becomes of each, then where it stands."""
        pairs = _pairs(how, before, after)
        partner = dict(pairs)
        fixed = _fixed(pairs, [sorted(_text(how.key(one)) for one in (before[i], after[j])) for i, j in pairs])
        weighs = at.about != ("claims",)  # one that is in one of the two only has no verdict in the other
        kept: dict[int, Any] = {}
        for i, item in enumerate(before):
            if i in partner:
                kept[i] = self.same(at, how, (i, item), (partner[i], after[partner[i]]))
            elif not self.asks("dropped", at.item(how, (i, item), None, weighs), item, None):
                kept[i] = item
        new = [j for j in range(len(after)) if j not in set(partner.values())]
        put = {}
        for j in new:
            if self.asks("added", at.item(how, None, (j, after[j]), weighs), None, after[j]):
                put[j] = after[j]
        moved = [(i, j) for i, j in pairs if (i, j) not in fixed]
        if moved and not how.ordered:
            moved = moved if self.asks("order", at, before, after) else []
        else:
            moved = [(i, j) for i, j in moved if self.moves(at, how, (i, before[i]), (j, after[j]), fixed)]
        put |= {j: kept.pop(i) for i, j in moved}
        return _merged(kept, put, dict(fixed))

    def moves(
        self, at: _At, how: _List, old: tuple[int, Any], new: tuple[int, Any], fixed: Collection[tuple[int, int]]
    ) -> bool:
        """Whether an item that stands elsewhere among those that did not move is moved."""
        above = sum(i < old[0] for i, _ in fixed), sum(j < new[0] for _, j in fixed)
        return self.asks("moved", at.item(how, old, new), old[1], new[1], above[1] < above[0])

    def same(self, at: _At, how: _List, old: tuple[int, Any], new: tuple[int, Any]) -> Any:
        """An item of both."""
        return old[1] if old[1] == new[1] else self.value(at.item(how, old, new), old[1], new[1])


def _merged(kept: dict[int, Any], put: dict[int, Any], fixed: dict[int, int]) -> tuple[Any, ...]:
    """What is kept in its order, and behind the nearest that stands before it in the other what is put there."""
    order: list[tuple[int, int]] = [(0, i) for i in kept]
    value = {(0, i): item for i, item in kept.items()} | {(1, j): item for j, item in put.items()}
    settled = sorted([(j, (0, i)) for i, j in fixed.items()] + [(j, (1, j)) for j in put])
    last: tuple[int, int] | None = None
    for _, one in settled:
        if one[0]:
            order.insert(0 if last is None else order.index(last) + 1, one)
        last = one
    return tuple(value[one] for one in order)


def _pairs(how: _List, before: Sequence[Any], after: Sequence[Any]) -> list[tuple[int, int]]:
    """Which item of the one is which of the other: the same key, the opposite, or reworded in the same place."""
    places = {key: j for j, key in enumerate(_keys(how, after))}
    pairs = {i: places[key] for i, key in enumerate(_keys(how, before)) if key in places}
    if how.key is _formula:
        for same in (is_negation, _alike):
            for i, j in _left(pairs, before, after, in_place=same is _alike):
                if i not in pairs and j not in pairs.values() and same(before[i].formula, after[j].formula):
                    pairs[i] = j
    return sorted(pairs.items())


def _keys(how: _List, items: Sequence[Any]) -> Iterator[Hashable]:
    """The key of each item; of several alike with the number of it among them."""
    seen: Counter[Hashable] = Counter()
    for item in items:
        key = how.key(item)
        yield key, seen[key]
        seen[key] += 1


def _left(
    pairs: dict[int, int], before: Sequence[Any], after: Sequence[Any], in_place: bool
) -> Iterator[tuple[int, int]]:
    """Items without a partner; ``in_place``: such as stand behind the same ones."""
    taken = set(pairs.values())
    rest = [i for i in range(len(before)) if i not in pairs], [j for j in range(len(after)) if j not in taken]
    for i in rest[0]:
        for j in rest[1]:
            behind = {pairs[k] for k in range(i) if k in pairs}, {k for k in range(j) if k in taken}
            if not in_place or behind[0] == behind[1]:
                yield i, j


def _alike(one: Formula, other: Formula) -> bool:
    return SequenceMatcher(None, one.text, other.text, autojunk=False).ratio() >= ALIKE


def _fixed(pairs: Sequence[tuple[int, int]], names: Sequence[list[str]]) -> set[tuple[int, int]]:
    """The most pairs that stand in the same order in both: the others have moved.

    Of several such sets the same is taken whichever of the two lists comes first: each pair weighs 1, and besides so
    much less than the next that no two sets weigh the same.
    """
    if all(one[1] < other[1] for one, other in pairwise(pairs)):
        return set(pairs)
    rank = {k: place for place, k in enumerate(sorted(range(len(pairs)), key=lambda k: names[k]))}
    best: list[tuple[int, tuple[int, ...]]] = []
    for k, (_, j) in enumerate(pairs):
        weight = (1 << len(pairs)) + (1 << rank[k])
        before = max((best[n] for n in range(k) if pairs[n][1] < j), default=(0, ()))
        best.append((before[0] + weight, (*before[1], k)))
    return {pairs[k] for k in max(best)[1]}
