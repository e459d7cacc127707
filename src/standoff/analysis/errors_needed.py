"""How many judgements would have to be wrong, at the same time, for a verdict to turn (definition 9).

A set of changes, each of another judgement and each one of the smallest edits, turns the verdict where the conflict
after them has another one. Sets are gone through by size, the smallest first; what a set cannot touch is not judged
again, and only one state is ever looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, permutations, product
from math import comb

import numpy as np

from standoff._engine import Indices, Mask, Values
from standoff.analysis.stability import NotDefined, value_when_answered
from standoff.concepts import Concept, concept
from standoff.conflict.edits import Edit, apply_all, believability, edits, judgement_at, reorders
from standoff.conflict.evidence import Sure
from standoff.conflict.model import Conflict, Judgement
from standoff.errors import InvalidConflict, Path, TooLarge
from standoff.graph import Graph
from standoff.progress import Enough, Progress, never, silent

MOST_SETS = 30_000  # of one size that are gone through: more are told as a bound
MOST_ERRORS = 3
GRADES = (Sure.DOUBTFUL, Sure.LIKELY, Sure.CERTAIN)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One judgement taken for wrong, in one way."""

    edit: Edit
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Errors:
    """The fewest judgements that would have to be wrong, where none is surer than ``grade``.

    ``least``: at least so many; ``sets``: all sets of so many that turn the verdict, the most believable first, each in
    an order in which its changes can be made one after another (``edits.apply_all``); empty
    where none of the sizes gone through does (then it is a bound, or, where ``impossible``, no set does).
    """

    grade: Sure
    least: int
    sets: tuple[tuple[Mistake, ...], ...]
    impossible: bool = False

    @property
    def first(self) -> tuple[Mistake, ...] | None:
        """The most believable of them."""
        return self.sets[0] if self.sets else None


@dataclass(frozen=True)
class ErrorsNeeded:
    """What would have to be wrong for a verdict to turn: whether state ``s`` is an equilibrium of a concept.

    ``by_grade``: if only doubtful judgements can be wrong, if likely ones too, if any can. ``judged``: how many sets
    were judged; ``changes``: how many single changes there are.
    """

    graph: Graph
    concept: str
    s: int
    stable: bool
    by_grade: tuple[Errors, ...]
    judged: int
    changes: int

    @property
    def fewest(self) -> Errors:
        """Whatever may be wrong."""
        return self.by_grade[-1]

    @property
    def cheapest(self) -> Errors | None:
        """Of the surest judgement in it the least sure; None where no set was found."""
        return next((one for one in self.by_grade if one.sets), None)


def errors_needed(
    graph: Graph,
    name: str,
    s: int | None = None,
    most: int = MOST_ERRORS,
    most_sets: int = MOST_SETS,
    progress: Progress = silent,
    enough: Enough = never,
    made: Made | None = None,
    singles: Mapping[Edit, bool] | None = None,
) -> ErrorsNeeded:
    """How many judgements would have to be wrong for the verdict on a state (default: the status quo) to turn.

    Exact up to sets of ``most`` where no size has more than ``most_sets``; beyond, a bound. ``made``: what was made for
    other verdicts of the same conflict and state already; ``singles``: edits of which it is known whether they turn
    this verdict by themselves. Raises NotDefined where there is no status quo, and for a concept under which all move
    at the same time.

    >>> from standoff.casebook import load
    >>> from standoff.graph import build_graph
    >>> found = errors_needed(build_graph(load("elmira")), "SEQ")  # the deadlock, which is no equilibrium
    >>> found.stable, found.fewest.least, [mistake.edit.where for mistake in found.fewest.first]
    (False, 1, ['decision_makers.Uniroyal.ranking[3]'])
    """
    variants = Variants(graph, concept(name), s, made)
    known = {one.path: one for one in graph.conflict.judgements()}
    pool = [Mistake(edit, one) for edit in edits(graph.meaning) if (one := judgement_at(known, edit)) is not None]
    if s is not None and s != graph.meaning.status_quo:
        pool = [one for one in pool if one.edit.kind != "status_quo"]
    search = _Search(variants, most, most_sets, progress, enough, singles or {})
    by_grade = []
    for grade in GRADES:
        allowed = [one for one in pool if GRADES.index(one.judgement.evidence.sure) <= GRADES.index(grade)]
        by_grade.append(search.fewest(grade, allowed))
    return ErrorsNeeded(graph, name, variants.s, variants.before, tuple(by_grade), search.judged, len(pool))


def errors_by_concept(
    graph: Graph,
    names: Sequence[str],
    s: int | None = None,
    progress: Progress = silent,
    enough: Enough = never,
    singles: Mapping[str, Mapping[Edit, bool]] | None = None,
) -> tuple[ErrorsNeeded, ...]:
    """What would have to be wrong for each of these verdicts on a state; none where there is no status quo.

    Concepts under which all move at the same time are passed over. ``singles``: by concept, edits of which
    it is known whether they turn the verdict by themselves.
    """
    if s is None and graph.meaning.status_quo is None:
        return ()
    asked = [name for name in names if concept(name).one_after_another]
    made: Made = {}
    known = singles or {}
    return tuple(
        errors_needed(graph, name, s, progress=progress, enough=enough, made=made, singles=known.get(name))
        for name in asked
    )


class _Search:
    """Sets of mistakes by size; a set that was judged is not judged again."""

    def __init__(
        self,
        variants: Variants,
        most: int,
        most_sets: int,
        progress: Progress,
        enough: Enough,
        singles: Mapping[Edit, bool],
    ) -> None:
        self.variants, self.most, self.most_sets = variants, most, most_sets
        self.progress, self.enough = progress, enough
        self._turned: dict[tuple[Edit, ...], tuple[Edit, ...]] = {
            (edit,): (edit,) if turns else () for edit, turns in singles.items()
        }

    @property
    def judged(self) -> int:
        """How many sets were judged."""
        return len(self._turned)

    def fewest(self, grade: Sure, pool: Sequence[Mistake]) -> Errors:
        """The smallest sets of a pool that turn the verdict."""
        apart = len({one.judgement.path for one in pool})
        for size in range(1, self.most + 1):
            if size > apart:
                return Errors(grade, size, (), impossible=True)
            if comb(len(pool), size) > self.most_sets:
                return Errors(grade, size, ())
            found = []
            for number, chosen in enumerate(combinations(pool, size)):
                if self.enough():
                    return Errors(grade, size, ())
                self.progress(number, comb(len(pool), size))
                if len({one.judgement.path for one in chosen}) == size and (order := self._turning(chosen)):
                    found.append(order)
            if found:
                return Errors(grade, size, tuple(sorted(found, key=_believable)))
        return Errors(grade, self.most + 1, (), impossible=apart <= self.most)

    def _turning(self, chosen: Sequence[Mistake]) -> tuple[Mistake, ...]:
        """The mistakes in an order in which they turn the verdict; none where none does."""
        made = tuple(one.edit for one in chosen)
        if made not in self._turned:
            self._turned[made] = next(filter(self.variants.turns, orders(made)), ())
        by_edit = {one.edit: one for one in chosen}
        return tuple(by_edit[edit] for edit in self._turned[made])


def _believable(chosen: Sequence[Mistake]) -> list[tuple[int, int, int]]:
    """The least believable of a set first."""
    return sorted((believability(one.judgement, one.edit) for one in chosen), reverse=True)


def orders(made: Sequence[Edit]) -> Iterator[tuple[Edit, ...]]:
    """The orders in which edits can be made, of which no two come to the same by themselves.

    Only edits of one list of which one reorders it can come to something else in another order.
    """
    lists: dict[Path, list[Edit]] = {}
    for edit in made:
        lists.setdefault(edit.path[:-1], []).append(edit)
    ways = [permutations(mine) if any(map(reorders, mine)) else [tuple(mine)] for mine in lists.values()]
    for chosen in product(*ways):
        yield tuple(edit for mine in chosen for edit in mine)


Orders = dict[tuple[int, tuple[Edit, ...]], Values | None]  # of a decision maker, after edits of its preference
Made = dict[tuple[Edit, ...], tuple[Graph, int, Orders] | None]  # what edits of anything else make of it: None, nothing


class Variants:
    """A conflict with some judgements changed, as far as the verdict on one state asks for it.

    ``made``: graphs and orders that do not hang on the concept, to be shared between several.
    """

    def __init__(self, graph: Graph, under: Concept, s: int | None = None, made: Made | None = None) -> None:
        if not under.one_after_another:
            raise NotDefined(
                f"{under.name} looks at moves made at the same time: which errors turn it is not looked for"
            )
        quo = graph.meaning.status_quo
        if s is None and quo is None:
            raise NotDefined("the conflict has no status quo; name a state")
        self.graph, self.under = graph, under
        self._given, self.s = s, int(quo if s is None else s)  # type: ignore[arg-type]
        self._structures: dict[tuple[Edit, ...], _Structure | None] = {}
        self._shared: Made = {} if made is None else made
        before = self._stable(())
        assert before is not None
        self.before = before

    def turns(self, made: Sequence[Edit]) -> bool:
        """Whether the verdict is another after these edits, one after another; not where they leave no conflict."""
        after = self._stable(tuple(made))
        return after is not None and after != self.before

    def _stable(self, made: tuple[Edit, ...]) -> bool | None:
        alone = tuple(edit for edit in made if edit.whose_preference is None)
        structure = self._structure(alone)
        if structure is None:  # of merged states a wish may tell members apart that another wish does not
            whole = self._structure(made) if self.graph.conflict.states and alone != made else None
            return None if whole is None else whole.stable(())
        wants: dict[int, tuple[Edit, ...]] = {}
        for edit in made:
            if (name := edit.whose_preference) is not None:
                i = self.graph.dm(name)
                wants[i] = (*wants.get(i, ()), edit)
        return structure.stable(tuple(sorted(wants.items())))

    def _structure(self, made: tuple[Edit, ...]) -> _Structure | None:
        if made not in self._structures:
            if made not in self._shared:
                self._shared[made] = self._made(made)
            found = self._shared[made]
            self._structures[made] = None if found is None else _Structure(found[0], self.under, *found[1:])
        return self._structures[made]

    def _made(self, made: tuple[Edit, ...]) -> tuple[Graph, int, Orders] | None:
        if not made:
            return self.graph, self.s, {}
        try:
            graph = self.graph.after(apply_all(self.graph.meaning, made), [None])
        except (InvalidConflict, TooLarge, ValueError):
            return None
        s = graph.meaning.status_quo if self._given is None else _same_state(self.graph, self._given, graph)
        return None if s is None else (graph, s, {})


def _same_state(before: Graph, s: int, after: Graph) -> int | None:
    """The state after a change that is the one before: by its name where the conflict names it, else by its levels."""
    if not before.states.option_form or before.conflict.states:
        return after.states.position.get(before.states.names[s])
    return after.states.at(int(before.states.codes[s]))


Wants = tuple[tuple[int, tuple[Edit, ...]], ...]  # whose preference is changed how


class _Structure:
    """States and moves as some judgements make them; who would stay at one state, as preferences vary."""

    def __init__(self, graph: Graph, under: Concept, s: int, orders: Orders) -> None:
        self.graph, self.under, self.s, self._orders = graph, under, s, orders
        self._answers: dict[tuple[int, int, Wants], Mask] = {}
        self._wanted: dict[tuple[int, tuple[Edit, ...]], tuple[Indices, Values]] = {}

    def stable(self, wants: Wants) -> bool | None:
        """Whether all would stay; None where a preference cannot be so changed."""
        if any(self._order(i, made) is None for i, made in wants):
            return None
        return all(self._stays(i, wants) for i in self.graph.dms)

    def _order(self, i: int, made: tuple[Edit, ...]) -> Values | None:
        if not made:
            return self.graph.order(i)
        if (i, made) not in self._orders:
            self._orders[i, made] = _order_after(self.graph, i, made)
        return self._orders[i, made]

    def _stays(self, i: int, wants: Wants) -> bool:
        mine = dict(wants).get(i, ())
        order = self._order(i, mine)
        assert order is not None
        targets, value = self._improvements(i, mine, order)
        if not len(targets) or not self.under.answers:
            return not len(targets)
        others = tuple((j, made) for j, made in wants if j != i) if self.under.credible else ()
        return all((value[self._answered(i, int(t), others)] <= order[self.s]).any() for t in targets)

    def _improvements(self, i: int, mine: tuple[Edit, ...], order: Values) -> tuple[Indices, Values]:
        """What i would move to, and what each state is worth to it once it has been answered."""
        if (i, mine) not in self._wanted:
            targets = self._targets[i]
            better = targets[order[targets] > order[self.s]]
            value = order
            if len(better) and self.under.replies:
                value = value_when_answered(self.graph.with_orders({i: order}), self.under, i)
            self._wanted[i, mine] = better, value
        return self._wanted[i, mine]

    @cached_property
    def _targets(self) -> list[Indices]:
        return [self.graph.targets(i, self.s) for i in self.graph.dms]

    def _answered(self, i: int, t: int, others: Wants) -> Mask:
        """Where the others can bring it from t, by improvements where only credible answers count."""
        if (i, t, others) not in self._answers:
            graph = self.graph
            changed = {j: self._order(j, made) for j, made in others}
            if changed:
                graph = graph.with_orders({j: order for j, order in changed.items() if order is not None})
            mask = graph.reach(graph.others(i), t, self.under.credible)
            if not graph.may_return:
                mask[self.s] = False
            self._answers[i, t, others] = mask
        return self._answers[i, t, others]


def _order_after(graph: Graph, i: int, made: tuple[Edit, ...]) -> Values | None:
    name = graph.conflict.decision_makers[i].name
    try:
        changed: Conflict = apply_all(graph.conflict, made)
        return np.asarray(graph.meaning.with_preferences(changed, [name])[name])
    except (InvalidConflict, ValueError):
        return None
