"""What shows a verdict on a claim: one frozen class for each kind of witness, to be compared, stored and sent.

States are numbers of the conflict on which the claim was tested, decision makers their numbers. What a witness says is
in ``wording.claim_sentences``.
"""

from __future__ import annotations

from dataclasses import dataclass

from standoff.conflict import claim_tests
from standoff.conflict.syntax import Formula
from standoff.graph import Move


class ClaimWitness:
    """What shows a verdict."""

    __slots__ = ()


# Holds


@dataclass(frozen=True, slots=True)
class Stays(ClaimWitness):
    """All asked about would stay at every state of the place, of which there are ``number``."""

    test: claim_tests.Holds
    number: int


@dataclass(frozen=True, slots=True)
class Leaves(ClaimWitness):
    """Somebody would leave a state of the place by this move."""

    test: claim_tests.Holds
    move: Move


# Reach


@dataclass(frozen=True, slots=True)
class AlreadySo(ClaimWitness):
    """What is to be reached is so already at a state (None: at the status quo)."""

    s: int | None = None


@dataclass(frozen=True, slots=True)
class Reached(ClaimWitness):
    """A way of a group into the goal."""

    test: claim_tests.Reach
    group: tuple[int, ...]
    path: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Unreached(ClaimWitness):
    """None of these groups has a way into the goal from a state (None: from any start)."""

    test: claim_tests.Reach
    groups: tuple[tuple[int, ...], ...]
    s: int | None = None


# Answer


@dataclass(frozen=True, slots=True)
class Answered(ClaimWitness):
    """In all of ``number`` states that can be brought about the answer follows; ``first`` is one of them."""

    test: claim_tests.Answer
    number: int
    first: Move


@dataclass(frozen=True, slots=True)
class NotAnswered(ClaimWitness):
    """A move after which the other does otherwise (``second``), or nothing; so in ``wrong`` of ``number`` states."""

    test: claim_tests.Answer
    first: Move
    second: Move | None
    wrong: int
    number: int


# OnlyIf


@dataclass(frozen=True, slots=True)
class Conditional(ClaimWitness):
    """In all of ``number`` states with such an improvement the condition is true; ``first`` is one of them."""

    test: claim_tests.OnlyIf
    number: int
    first: Move


@dataclass(frozen=True, slots=True)
class NeverWanted(ClaimWitness):
    """There is no such improvement."""

    test: claim_tests.OnlyIf


@dataclass(frozen=True, slots=True)
class Unconditional(ClaimWitness):
    """An improvement where the condition is not true; there is one in ``number`` states."""

    test: claim_tests.OnlyIf
    move: Move
    number: int


# Compare


@dataclass(frozen=True, slots=True)
class Correlated(ClaimWitness):
    """Kendall's tau-b of two rankings of so many states."""

    states: int
    tau: float


@dataclass(frozen=True, slots=True)
class Leanings(ClaimWitness):
    """Over each formula, the share of pairs of states in which each of two prefers the one where it is true."""

    test: claim_tests.Compare
    shares: tuple[tuple[float, float], ...]


# Accident


@dataclass(frozen=True, slots=True)
class Misplayed(ClaimWitness):
    """A play to the place, and whom it surprises."""

    moves: tuple[Move, ...]
    slips: int
    surprised: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NoPlay(ClaimWitness):
    """No play leads there."""

    test: claim_tests.Accident


# Drawn


@dataclass(frozen=True, slots=True)
class AllWere(ClaimWitness):
    """All observed moves, ``number`` of them, were what is claimed."""

    test: claim_tests.Drawn
    number: int


@dataclass(frozen=True, slots=True)
class WasNot(ClaimWitness):
    """An observed move was not what is claimed; ``event`` is its place in the history."""

    test: claim_tests.Drawn
    event: int
    by: int
    together: tuple[int, ...]
    possible: bool


# Trend


@dataclass(frozen=True, slots=True)
class Changed(ClaimWitness):
    """The difference of affinity with its interval, relative to a panel of so many actors."""

    test: claim_tests.Trend
    actors: int
    value: float
    low: float
    high: float


# Several


@dataclass(frozen=True, slots=True)
class Together(ClaimWitness):
    """The witnesses of several tests."""

    parts: tuple[ClaimWitness, ...]


# Why a test has nothing to look at


@dataclass(frozen=True, slots=True)
class NowhereSuch(ClaimWitness):
    """No state is of the place."""

    place: claim_tests.Place


@dataclass(frozen=True, slots=True)
class Infeasible(ClaimWitness):
    """A state that is named has become infeasible."""

    name: int | str


@dataclass(frozen=True, slots=True)
class NoStatusQuo(ClaimWitness):
    """There is no status quo."""

    observed: bool = False
    """What was observed would begin there."""


@dataclass(frozen=True, slots=True)
class NothingToAnswer(ClaimWitness):
    """Nothing that is to be answered can be brought about."""

    test: claim_tests.Answer


@dataclass(frozen=True, slots=True)
class Indifferent(ClaimWitness):
    """One of two is indifferent between all states."""


@dataclass(frozen=True, slots=True)
class TrueOrFalse(ClaimWitness):
    """A formula is true everywhere or nowhere."""

    formula: Formula


@dataclass(frozen=True, slots=True)
class TooManyPlays(ClaimWitness):
    """Not all plays could be gone through."""


@dataclass(frozen=True, slots=True)
class NothingObserved(ClaimWitness):
    """No moves were observed."""


@dataclass(frozen=True, slots=True)
class NoEvents(ClaimWitness):
    """There are no event data."""

    test: claim_tests.Trend


@dataclass(frozen=True, slots=True)
class Refused(ClaimWitness):
    """An analysis that the test needs could not be made, for the reason that it gave."""

    reason: str
