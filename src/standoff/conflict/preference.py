"""What a decision maker wants, in one of three forms; and the ranks of the states that follow from it (definition 2).

Each form (ordered statements, a ranking, weights) is one class: its key in a file, the statements and judgements that
it is made of, its smallest edits (definition 9) and the ranks that it comes to. Ranks are int32, 0 for the least
preferred, without gaps; equal ranks are ties. Nothing is ever compared as a floating-point number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from itertools import chain, islice
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np
import numpy.typing as npt

from standoff.conflict.evidence import Evidence, supposed
from standoff.conflict.formula import Truth
from standoff.conflict.syntax import Formula, FormulaError, Not, parse
from standoff.errors import Path

T = TypeVar("T")
StateName = int | str
Ranks = npt.NDArray[np.int32]
EditOfPreference = Literal["drop", "negate", "swap", "top"]
NO_EVIDENCE = Evidence()
_CHUNK = 30  # bits refined at a time: a rank (at most 24 bits) and a chunk fit an int64
_SMALL, _SPARSE = 2**12, 16  # a table of so many keys, or so many times the states, is quicker than sorting
_EXACT = Context(prec=5000)


@dataclass(frozen=True, slots=True)
class Statement:
    """A formula somebody believes or wants, and why."""

    formula: Formula
    title: str | None = None
    evidence: Evidence = NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Judgement:
    """Anything in a conflict that somebody believed (definition 9): its place, what it is, and its evidence."""

    path: Path
    says: str
    evidence: Evidence


# The forms


@dataclass(frozen=True, slots=True)
class OrderedStatements:
    """What a decision maker wants, most important first."""

    statements: tuple[Statement, ...]
    key: ClassVar[str] = "prefers"

    def stated(self) -> Iterator[tuple[Path, Statement]]:
        """Its statements, each with its place below whose preference it is."""
        for k, statement in enumerate(self.statements):
            yield (self.key, k), statement

    def judgements(self) -> Iterator[Judgement]:
        """The judgements that it consists of, by their places below whose preference it is."""
        for path, statement in self.stated():
            yield Judgement(path, str(statement.formula), statement.evidence)

    def edits(self) -> Iterator[tuple[Path, EditOfPreference]]:
        """Its smallest edits: the places of judgements, and what is done to them.

        To move the second to the top does what a swap of the first does, and is about another judgement.
        """
        for kind, k in statement_edits(len(self.statements)):
            yield (self.key, k), kind
            if (kind, k) == ("negate", 1):
                yield (self.key, k), "top"

    def edited(self, kind: str, place: str | int) -> OrderedStatements:
        """As it is after an edit of the judgement at a place. Raises ValueError."""
        if not isinstance(place, int):
            raise ValueError(f"no such edit of ordered statements: {kind} {place}")
        if kind == "drop" and len(self.statements) == 1:
            raise ValueError("nothing would be left that is wanted")
        return OrderedStatements(edited(self.statements, kind, place, negated))

    def ranks(self, truths: Iterable[Truth], states: int) -> Ranks:
        """The ranks that it comes to, from the truth of each statement at each of so many states."""
        return from_statements(truths, states)


@dataclass(frozen=True, slots=True)
class Ranking:
    """States from best to worst; those of one group are tied."""

    groups: tuple[tuple[StateName, ...], ...]
    evidence: Evidence = NO_EVIDENCE
    key: ClassVar[str] = "ranking"

    def stated(self) -> Iterator[tuple[Path, Statement]]:
        """It is not made of statements."""
        return iter(())

    def judgements(self) -> Iterator[Judgement]:
        """The whole is one judgement."""
        yield Judgement((self.key,), "the ranking of the states", self.evidence)

    def edits(self) -> Iterator[tuple[Path, EditOfPreference]]:
        """Its smallest edits: neighbours swapped."""
        for k in range(len(self.groups) - 1):
            yield (self.key, k), "swap"

    def edited(self, kind: str, place: str | int) -> Ranking:
        """As it is after an edit. Raises ValueError."""
        if not isinstance(place, int) or kind != "swap":
            raise ValueError(f"no such edit of a ranking: {kind} {place}")
        return replace(self, groups=swapped(self.groups, place))


@dataclass(frozen=True, slots=True)
class Weight:
    """A statement and its exact weight."""

    statement: Statement
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Weights:
    """Weighted statements: a state is worth the sum of the weights of those that are true in it."""

    weights: tuple[Weight, ...]
    key: ClassVar[str] = "weights"

    def stated(self) -> Iterator[tuple[Path, Statement]]:
        """Its statements, each with its place below whose preference it is."""
        for weight in self.weights:
            yield (self.key, weight.statement.formula.text), weight.statement

    def judgements(self) -> Iterator[Judgement]:
        """The judgements that it consists of, by their places below whose preference it is."""
        for weight in self.weights:
            text = weight.statement.formula.text
            yield Judgement((self.key, text), f"{text}: {weight.weight}", weight.statement.evidence)

    def edits(self) -> Iterator[tuple[Path, EditOfPreference]]:
        """Its smallest edits: a weight dropped or negated."""
        for path, _ in self.stated():
            if len(self.weights) > 1:
                yield path, "drop"
            yield path, "negate"

    def edited(self, kind: str, place: str | int) -> Weights:
        """As it is after an edit of the weight of a formula. Raises ValueError."""
        k = next((n for n, weight in enumerate(self.weights) if weight.statement.formula.text == place), None)
        if k is None or kind not in ("drop", "negate"):
            raise ValueError(f"no such edit of weights: {kind} {place}")
        if kind == "drop" and len(self.weights) == 1:
            raise ValueError("nothing would be left that is wanted")
        if kind == "drop":
            return Weights(without(self.weights, k))
        weight, statement = self.weights[k].weight, self.weights[k].statement
        former = statement.title or statement.formula.text
        turned = replace(statement, evidence=supposed(statement.evidence, f"the opposite of “{former}”"))
        return Weights((*self.weights[:k], Weight(turned, -weight), *self.weights[k + 1 :]))

    def ranks(self, truths: Iterable[Truth], states: int) -> Ranks:
        """The ranks that it comes to, from the truth of each statement at each of so many states."""
        return from_weights([weight.weight for weight in self.weights], truths, states)


Preference = OrderedStatements | Ranking | Weights


# Edits of lists


def statement_edits(count: int) -> Iterator[tuple[EditOfPreference, int]]:
    """Kind and place of each edit of so many ordered statements; none that does what another does.

    >>> list(statement_edits(2))
    [('drop', 0), ('negate', 0), ('swap', 0), ('drop', 1), ('negate', 1)]
    """
    for k in range(count):
        if count > 1:
            yield "drop", k
        yield "negate", k
        if k + 1 < count:
            yield "swap", k
        if k > 1:  # moving the second to the top is a swap
            yield "top", k


def edited(items: Sequence[T], kind: str, k: int, negate: Callable[[T], T]) -> tuple[T, ...]:
    """Ordered statements after one edit; ``negate`` turns one into its opposite.

    >>> edited(("a", "b", "c"), "swap", 0, str.upper)
    ('b', 'a', 'c')
    >>> edited(("a", "b", "c"), "negate", 2, str.upper)
    ('a', 'b', 'C')
    """
    items = tuple(items)
    match kind:
        case "drop":
            return without(items, k)
        case "negate":
            return (*items[:k], negate(items[k]), *items[k + 1 :])
        case "swap":
            return swapped(items, k)
        case "top":
            return (items[k], *without(items, k))
    raise ValueError(f"no such edit: {kind}")


def without(items: Sequence[T], k: int) -> tuple[T, ...]:
    """The items without the k-th.

    >>> without(("a", "b", "c"), 1)
    ('a', 'c')
    """
    return (*items[:k], *items[k + 1 :])


def swapped(items: Sequence[T], k: int) -> tuple[T, ...]:
    """The items with the k-th and the next one in each other's place. Raises ValueError where it is the last.

    >>> swapped(("a", "b", "c"), 1)
    ('a', 'c', 'b')
    """
    if k + 1 >= len(items):
        raise ValueError("nothing comes after the last")
    return (*items[:k], items[k + 1], items[k], *items[k + 2 :])


def negated(statement: Statement) -> Statement:
    """The opposite of a statement; of a negation, what it negates. Raises ValueError where it grows beyond bounds.

    What was reported or quoted for the statement does not speak for its opposite, which is assumed; its title, and why
    it was believed, are told there.

    >>> negated(Statement(parse("Row.straight"))).formula
    Formula(text='not (Row.straight)')
    >>> negated(Statement(parse("not (Row.straight)"))).formula
    Formula(text='Row.straight')
    """
    text = statement.formula.text
    evidence = supposed(statement.evidence, f"the opposite of “{statement.title or text}”", bool(statement.title))
    try:
        if text.startswith("not (") and text.endswith(")"):
            inner = text.removeprefix("not (").removesuffix(")")
            with suppress(FormulaError):
                if Not(parse(inner).tree) == statement.formula.tree:
                    return replace(statement, formula=parse(inner), title=None, evidence=evidence)
        return replace(statement, formula=parse(f"not ({text})"), title=None, evidence=evidence)
    except FormulaError as error:
        raise ValueError(f"the statement cannot be negated: {error.message}") from None


# Ranks


def from_ranking(groups: Sequence[Sequence[int]], states: int) -> Ranks:
    """Ranks from groups of tied states, best group first; together they hold each of ``states`` states once.

    >>> from_ranking([[2], [0, 1], [3]], 4).tolist()
    [1, 1, 2, 0]
    """
    ranks = np.empty(states, np.int32)
    order = np.fromiter(chain.from_iterable(groups), np.intp)
    ranks[order] = np.repeat(np.arange(len(groups))[::-1], [len(group) for group in groups])
    return ranks


def from_statements(truths: Iterable[Truth], states: int) -> Ranks:
    """Ranks from the truth of ordered statements, most important first.

    A state is preferred to another iff at the first statement on which they differ it is the one that satisfies it
    [peng1997]. Any number of statements: they are compared lexicographically.

    >>> other, own = np.array([0, 0, 1, 1], bool), np.array([0, 1, 0, 1], bool)
    >>> from_statements([other, ~own], 4).tolist()  # of a prisoner: the other one cooperates; I do not
    [1, 0, 3, 2]
    """
    ranks = np.zeros(states, np.int32)
    rest = iter(truths)
    while chunk := list(islice(rest, _CHUNK)):
        digits = np.zeros(states, np.int64)
        for truth in chunk:
            digits = 2 * digits + truth
        ranks = _refine(ranks, digits)
    return ranks


def from_weights(weights: Sequence[Decimal], truths: Iterable[Truth], states: int) -> Ranks:
    """Ranks from the sums of the weights of the statements that are true, exactly, whatever their size.

    >>> other, own = np.array([0, 0, 1, 1], bool), np.array([0, 1, 0, 1], bool)
    >>> from_weights([Decimal(2), Decimal("0.5")], [other, ~own], 4).tolist()
    [1, 0, 3, 2]
    """
    scale = max((-_exponent(weight) for weight in weights), default=0)
    whole = [int(weight.scaleb(max(scale, 0), context=_EXACT)) for weight in weights]
    limbs = 1 + max((abs(number).bit_length() for number in whole), default=0) // _CHUNK
    sums = [np.zeros(states, np.int64) for _ in range(limbs + 1)]
    for number, truth in zip(whole, truths, strict=True):
        sign, rest = (-1 if number < 0 else 1), abs(number)
        for limb in range(limbs):
            sums[limb] += truth * (sign * (rest >> (_CHUNK * limb) & (1 << _CHUNK) - 1))
    for limb in range(limbs):  # carry, so that all limbs but the highest are within 0 .. 2^30-1
        sums[limb + 1] += sums[limb] >> _CHUNK
        sums[limb] &= (1 << _CHUNK) - 1
    ranks = dense(sums[limbs])
    for limb in reversed(range(limbs)):
        ranks = _refine(ranks, sums[limb])
    return ranks


def preferred(ranks: Ranks, s: int) -> Truth:
    """The states that these ranks hold better than s, shape (m,).

    >>> preferred(np.array([2, 1, 3, 0], np.int32), 1).tolist()
    [True, False, True, False]
    """
    return np.asarray(ranks > ranks[s])


def groups_of(ranks: Ranks) -> list[list[int]]:
    """The states as a ranking has them: groups of equal ones, best first, each ascending.

    >>> groups_of(np.array([1, 1, 2, 0], np.int32))
    [[2], [0, 1], [3]]
    """
    order = np.lexsort((np.arange(len(ranks)), -ranks.astype(np.int64)))
    cuts = np.flatnonzero(np.diff(ranks[order])) + 1
    return [group.tolist() for group in np.split(order, cuts)]


def leaning(ranks: Ranks, where: Truth) -> float:
    """The share of pairs (a state where it is so, one where not) in which the first is preferred; ties count half.

    >>> leaning(np.array([3, 1, 2, 0], np.int32), np.array([True, False, False, True]))
    0.5
    """
    inside, outside = ranks[where], np.sort(ranks[~where])
    below = np.searchsorted(outside, inside, side="left")
    upto = np.searchsorted(outside, inside, side="right")
    return float((below + upto).sum() / 2 / (len(inside) * len(outside)))


def correlation(ranks: Ranks, others: Ranks) -> tuple[int, int] | None:
    """Kendall's tau-b of two rankings, exactly: it is n / sqrt(k). None where one of them ties everything.

    n is by how many more pairs of states they order alike than the other way, k the product of how many each orders.

    >>> correlation(np.array([0, 1, 2], np.int32), np.array([0, 2, 1], np.int32))  # 1 / sqrt(9)
    (1, 9)
    """
    ours, theirs = dense(ranks), dense(others)
    all_pairs = _pairs([len(ranks)])
    tied = [_pairs(np.bincount(one)) for one in (ours, theirs)]
    if all_pairs in tied:
        return None
    both = ours.astype(np.int64) * (int(theirs.max()) + 1) + theirs
    both.sort()
    alike = np.diff(np.flatnonzero(np.diff(both, prepend=-1, append=-1)))
    untied = all_pairs - tied[0] - tied[1] + _pairs(alike)
    against = _inversions(both % (int(theirs.max()) + 1))
    return untied - 2 * against, (all_pairs - tied[0]) * (all_pairs - tied[1])


def _pairs(sizes: Iterable[int]) -> int:
    """How many pairs there are within groups of these sizes."""
    return sum(size * (size - 1) // 2 for size in map(int, sizes))


def _inversions(values: npt.NDArray[np.int64]) -> int:
    """How many pairs stand the wrong way round: the greater one first.

    Two differ first at some bit; so of the values that are alike above it, those with it are counted before each
    without it.

    >>> _inversions(np.array([2, 0, 2, 1]))
    3
    """
    found = 0
    for bit in reversed(range(int(values.max(initial=0)).bit_length())):  # they are in the order of what is above it
        has = values >> bit & 1
        first = np.flatnonzero(np.diff(values >> (bit + 1), prepend=-1))  # where those that are alike above it begin
        sizes = np.diff(first, append=len(values))
        ones = np.cumsum(has)
        before = ones - has - np.repeat((ones - has)[first], sizes)
        found += int(before[has == 0].sum())
        without = np.repeat(np.add.reduceat(1 - has, first), sizes)
        begins = np.repeat(first, sizes)
        place = np.where(has, begins + without + before, np.arange(len(values)) - before)
        ordered = np.empty_like(values)
        ordered[place] = values
        values = ordered
    return found


def dense(keys: npt.NDArray[Any]) -> Ranks:
    """Ranks 0, 1, 2 ... in the order of ``keys``, equal keys equal.

    >>> dense(np.array([30, -5, 30, 7])).tolist()
    [2, 0, 2, 1]
    """
    if len(keys) and keys.dtype.kind == "i":
        least = int(keys.min())
        size = int(keys.max()) - least + 1
        if size <= max(_SMALL, _SPARSE * len(keys)):  # no need to sort: look which keys there are
            there = np.zeros(size, np.bool_)
            there[keys - least] = True
            places: Ranks = np.cumsum(there, dtype=np.int32) - np.int32(1)
            found: Ranks = places[keys - least]
            return found
    return np.unique(keys, return_inverse=True)[1].astype(np.int32).reshape(keys.shape)


def _refine(ranks: Ranks, digits: npt.NDArray[np.int64]) -> Ranks:
    """``ranks``, with ties broken by ``digits`` (0 .. 2^30-1)."""
    return dense((ranks.astype(np.int64) << _CHUNK) + digits)


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)  # weights are finite
    return exponent
