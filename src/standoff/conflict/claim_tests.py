"""What a claim asserts: the tests that a sentence about a conflict can be put to, with their arguments.

How each is carried out is in ``claims``; that their names exist is judged in ``names`` and ``meaning``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from standoff.concepts import ACTING
from standoff.conflict.syntax import Formula


@dataclass(frozen=True, slots=True)
class Place:
    """Some states: those named, those where a formula is true, or (neither) the status quo."""

    states: tuple[int | str, ...] = ()
    formula: Formula | None = None

    @property
    def is_status_quo(self) -> bool:
        """Whether it is the status quo."""
        return not self.states and self.formula is None


STATUS_QUO = Place()


class Within(StrEnum):
    """Which states a test looks at."""

    STATUS_QUO = "status_quo"
    IMPROVEMENTS = "improvements"
    MOVES = "moves"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Holds:
    """Each of these decision makers (none: everybody) would stay at every state of a place."""

    at: Place
    concept: str
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Each group can (or: no group can) get from every (any) state of ``start`` into ``goal`` by its own moves."""

    can: bool
    by: tuple[tuple[str, ...], ...]
    goal: Place
    start: Place = STATUS_QUO
    improving: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Whenever a move of ``by`` brings about ``makes``, every (best) improvement of ``who`` leads to ``answer``.

    ``improving``: only moves that are an improvement for ``by`` count.
    """

    by: str
    makes: Place
    who: str
    answer: Place
    improving: bool = False
    best: bool = False
    within: Within = Within.MOVES


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """A decision maker has an improvement that brings about ``makes`` only where ``condition`` is true."""

    who: str
    makes: Place
    condition: Place
    within: Within = Within.ALL


@dataclass(frozen=True, slots=True)
class Compare:
    """Two decision makers want the same or not: over formulas, or as the correlation of their rankings."""

    agree: bool
    who: tuple[str, str]
    over: tuple[Formula, ...] = ()
    correlation: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Accident:
    """A play in which somebody misreads the others, or slips, leads from the status quo to ``to``.

    ``strict``: and every mover holds the end worse than the state before its own first move.
    """

    to: Place
    acting: str = ACTING.name
    slips: int = 0
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """Each observed move (of ``who``; none: of everybody) was an improvement, the best, deterred or undeterred."""

    was: Literal["improvement", "best", "deterred", "undeterred"] = "improvement"
    concept: str = ACTING.name
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """The affinity of two decision makers rose (or fell) from one time to another."""

    between: tuple[str, str]
    start: str
    end: str
    rises: bool = True


@dataclass(frozen=True, slots=True)
class Combined:
    """All, any or not of other tests."""

    word: Literal["all", "any", "not"]
    parts: tuple[Test, ...]


Test = Holds | Reach | Answer | OnlyIf | Compare | Accident | Drawn | Trend | Combined
KINDS = ("holds", "cannot_reach", "can_reach", "answers", "only_if", "differ", "agree", "accident", "drawn", "trend")


def simple(test: Test) -> Iterator[Test]:
    """The tests that a test is combined of; of a simple one itself."""
    if isinstance(test, Combined):
        for part in test.parts:
            yield from simple(part)
    else:
        yield test


def places(test: Test) -> Iterator[tuple[str, Place]]:
    """The places that a simple test names, with the keys that a file gives them under."""
    match test:
        case Holds(at=at):
            yield "at", at
        case Reach(goal=goal, start=start):
            yield "goal", goal
            yield "from", start
        case Answer(makes=makes, answer=answer):
            yield "makes", makes
            yield "with", answer
        case OnlyIf(makes=makes, condition=condition):
            yield "makes", makes
            yield "if", condition
        case Accident(to=to):
            yield "to", to


def decision_makers(test: Test) -> Iterator[tuple[str, str]]:
    """The decision makers that a simple test names, with the keys that a file gives them under."""
    match test:
        case Holds(who=who) | Drawn(who=who) | Compare(who=who):
            yield from (("who", name) for name in who)
        case Reach(by=by):
            yield from (("by", name) for group in by for name in group)
        case Answer(by=by, who=who):
            yield from (("by", by), ("who", who))
        case OnlyIf(who=who):
            yield "who", who
        case Trend(between=between):
            yield from (("between", name) for name in between)


def concepts(test: Test) -> Iterator[tuple[str, str]]:
    """The concepts of stability that a simple test names."""
    match test:
        case Holds(concept=concept) | Drawn(concept=concept):
            yield "concept", concept
        case Accident(acting=acting):
            yield "acting", acting


def looks_at_preferences(test: Test) -> bool:
    """Whether what decision makers want can matter to a test."""
    return any(
        not isinstance(one, Trend) and not (isinstance(one, Reach) and not one.improving) for one in simple(test)
    )


def looks_at_views(test: Test) -> bool:
    """Whether it can matter to a test how decision makers see one another."""
    return any(isinstance(one, Accident) for one in simple(test))


def kind(test: Test) -> str:
    """The key of a file that gives the test."""
    match test:
        case Holds():
            return "holds"
        case Reach(can=can):
            return "can_reach" if can else "cannot_reach"
        case Answer():
            return "answers"
        case OnlyIf():
            return "only_if"
        case Compare(agree=agree):
            return "agree" if agree else "differ"
        case Accident():
            return "accident"
        case Drawn():
            return "drawn"
        case Trend():
            return "trend"
        case Combined(word=word):
            return word
