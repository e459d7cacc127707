"""How a preference is drawn (definition 10): the order of its statements, of its weights, of the groups of a ranking.

Statements and weights are put in by repeated insertion: first those that are certain, in their order, then the likely
and the doubtful ones, each at its place among those before it or, with a probability that falls by the factor
*dispersion* with every place, further up or down. What is drawn is an order of parts; what it comes to is worked out on
whatever states there are.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from standoff._engine import Indices, Values
from standoff.conflict.evidence import Evidence, Sure
from standoff.conflict.formula import Truth
from standoff.conflict.meaning import Meaning
from standoff.conflict.model import OrderedStatements, Preference, Ranking, Weight, Weights
from standoff.conflict.preference import Ranks, dense, from_ranking, from_statements
from standoff.errors import Path

MOST_TRIES = 1000  # of one draw, until it leaves a valid conflict
ABSENT = 10**6  # in place of how far a statement strayed
NOBODY = -1  # at the place of a weight that is absent


@dataclass(frozen=True, slots=True)
class Dispersion:
    """How far judgements may stray, by how sure their author is: 0 not at all, 1 anywhere with equal probability.

    ``presence`` is the probability that a doubtful statement, or weight, is held at all.
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
        """The dispersion of a judgement."""
        return {Sure.CERTAIN: 0.0, Sure.LIKELY: self.likely, Sure.DOUBTFUL: self.doubtful}[sure]


@dataclass(frozen=True)
class Party(ABC):
    """A decision maker whose preference is drawn; ``paths``: below it, of the judgements that stray."""

    i: int
    paths: tuple[Path, ...]

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> tuple[list[int], list[int]]:
        """An order of its parts, and how far each of those that stray did (ABSENT: it is not held)."""

    @property
    @abstractmethod
    def home(self) -> list[int]:
        """The order as it is written."""

    @abstractmethod
    def preference(self, order: Sequence[int]) -> Preference:
        """The preference with its parts in that order."""

    @abstractmethod
    def on(self, meaning: Meaning) -> Ranker:
        """What orders come to on the states of a conflict."""


class Ranker(ABC):
    """What the orders of one preference come to on certain states; ``clear``: never anything that does not fit."""

    clear = True

    @abstractmethod
    def ranks(self, order: Sequence[int]) -> Values | None:
        """The rank of each state, (m,); None where it tells combinations of one merged state apart."""


def party_of(i: int, given: Preference | None, dispersion: Dispersion) -> Party | None:
    """How a preference is drawn; None where nothing of it is uncertain, or nothing could come of it."""
    match given:
        case OrderedStatements(statements):
            insertion = _insertion([one.evidence for one in statements], dispersion)
            paths = tuple((given.key, k) for k in insertion.uncertain)
            return _Statements(i, paths, given, insertion) if paths else None
        case Weights(weights):
            sized = _by_size(given)
            insertion = _insertion([weights[k].statement.evidence for k in sized], dispersion)
            texts = [weights[sized[place]].statement.formula.text for place in insertion.uncertain]
            return _Weights(i, tuple((given.key, text) for text in texts), given, insertion) if texts else None
        case Ranking(groups, evidence) if evidence.sure is not Sure.CERTAIN and len(groups) > 1:
            return _Ranking(i, ((given.key,),), given, dispersion.of(evidence.sure))
    return None


def _by_size(given: Weights) -> list[int]:
    """The weights that are not 0, by number, the largest first; of equal ones the first in the file."""
    weights = given.weights
    return sorted((k for k, one in enumerate(weights) if one.weight), key=lambda k: -abs(weights[k].weight))


# Repeated insertion


@dataclass(frozen=True)
class _Insertion:
    """Parts in their order, by number: dispersion and presence of each, and those that are inserted, in that order."""

    dispersion: tuple[float, ...]
    presence: tuple[float, ...]
    uncertain: tuple[int, ...]

    def draw(self, rng: np.random.Generator) -> tuple[list[int], set[int], list[int]]:
        """An order of the parts, those that are absent, and how far each uncertain one strayed."""
        order = [k for k in range(len(self.dispersion)) if k not in self.uncertain]
        strayed = []
        absent = set()
        for k in self.uncertain:
            home = sum(other < k for other in order)
            place = _place(self.dispersion[k], home, len(order), rng)
            order.insert(place, k)
            if self.presence[k] < 1 and rng.random() >= self.presence[k]:
                absent.add(k)
            strayed.append(ABSENT if k in absent else place - home)
        return order, absent, strayed


def _insertion(evidence: Sequence[Evidence], dispersion: Dispersion) -> _Insertion:
    sure = [one.sure for one in evidence]
    return _Insertion(
        tuple(map(dispersion.of, sure)),
        tuple(dispersion.presence if one is Sure.DOUBTFUL else 1.0 for one in sure),
        tuple(k for grade in (Sure.LIKELY, Sure.DOUBTFUL) for k, one in enumerate(sure) if one is grade),
    )


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


# The three forms


@dataclass(frozen=True)
class _Statements(Party):
    """Ordered statements: an order has those that are held."""

    given: OrderedStatements
    insertion: _Insertion

    def draw(self, rng: np.random.Generator) -> tuple[list[int], list[int]]:
        order, absent, strayed = self.insertion.draw(rng)
        return [k for k in order if k not in absent], strayed

    @property
    def home(self) -> list[int]:
        return list(range(len(self.given.statements)))

    def preference(self, order: Sequence[int]) -> OrderedStatements:
        return OrderedStatements(tuple(self.given.statements[k] for k in order))

    def on(self, meaning: Meaning) -> Ranker:
        return _OfStated(self, meaning)


@dataclass(frozen=True)
class _Weights(Party):
    """Weights: the sizes stay at their places, the largest first, and an order has who stands at each."""

    given: Weights
    insertion: _Insertion

    def draw(self, rng: np.random.Generator) -> tuple[list[int], list[int]]:
        order, absent, strayed = self.insertion.draw(rng)
        return [NOBODY if k in absent else self._sized[k] for k in order], strayed

    @property
    def home(self) -> list[int]:
        return list(self._sized)

    @cached_property
    def _sized(self) -> list[int]:
        return _by_size(self.given)

    def preference(self, order: Sequence[int]) -> Weights:
        weights = self.given.weights
        dealt = zip(order, (abs(weights[k].weight) for k in self._sized), strict=True)
        return Weights(
            tuple(
                Weight(weights[k].statement, size if weights[k].weight > 0 else -size)
                for k, size in dealt
                if k != NOBODY
            )
        )

    def on(self, meaning: Meaning) -> Ranker:
        return _OfStated(self, meaning)


class _OfStated(Ranker):
    """What orders of statements, or of weights, come to: worked out for one state of each kind that they tell apart."""

    def __init__(self, party: _Statements | _Weights, meaning: Meaning) -> None:
        self.party, self.states = party, meaning.states
        truths = {one.formula.text: meaning.truth(one.formula) for _, one in party.given.stated()}
        kinds = from_statements(truths.values(), len(self.states.codes)).astype(np.intp)
        first = np.unique(kinds, return_index=True)[1]
        self.truths: dict[str, Truth] = {text: truth[first] for text, truth in truths.items()}
        self.of_code: Indices = kinds  # which kind each combination is of
        self.of_state: Indices = kinds[self.states.first]
        self.kinds = len(first)
        self.clear = bool((self.of_state[self.states.of_code] == kinds).all())  # no kind is told apart in a state

    def ranks(self, order: Sequence[int]) -> Values | None:
        drawn = self.party.preference(order)
        ranks: Ranks = drawn.ranks((self.truths[one.formula.text] for _, one in drawn.stated()), self.kinds)
        if self.clear:
            return np.asarray(ranks[self.of_state])
        of_code, of_state = ranks[self.of_code], ranks[self.of_state]
        return dense(of_state) if (of_state[self.states.of_code] == of_code).all() else None


@dataclass(frozen=True)
class _Ranking(Party):
    """A ranking: groups of tied states move as one, and none is absent."""

    given: Ranking
    dispersion: float

    def draw(self, rng: np.random.Generator) -> tuple[list[int], list[int]]:
        groups = np.arange(len(self.given.groups))
        phi, chance = self.dispersion, rng.random(len(groups))
        if phi <= 0:
            up = np.zeros(len(groups), np.int64)
        elif phi >= 1:
            up = (chance * (groups + 1)).astype(np.int64)
        else:  # the least number of places with a larger share of the geometric series up to the first place
            up = np.floor(np.log1p(-chance * (1 - phi ** (groups + 1.0))) / np.log(phi)).astype(np.int64)
        order: list[int] = []
        for k, places in zip(groups.tolist(), np.minimum(up, groups).tolist(), strict=True):
            order.insert(k - places, k)
        return order, [int(np.minimum(up, groups).sum())]

    @property
    def home(self) -> list[int]:
        return list(range(len(self.given.groups)))

    def preference(self, order: Sequence[int]) -> Ranking:
        return replace(self.given, groups=tuple(self.given.groups[k] for k in order))

    def on(self, meaning: Meaning) -> Ranker:
        return _OfRanking(self, meaning)


class _OfRanking(Ranker):
    def __init__(self, party: _Ranking, meaning: Meaning) -> None:
        position = meaning.states.position
        self.groups = [[position[name] for name in group] for group in party.given.groups]
        self.states = len(meaning.states)

    def ranks(self, order: Sequence[int]) -> Values:
        return from_ranking([self.groups[k] for k in order], self.states)
