"""What an analyst writes: decision makers, options, judgements and their evidence. Labels only, no numbers.

Everything here is frozen and equal by value. Whether the words fit together (names, feasible states, complete
rankings) is judged in ``meaning``, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from standoff.conflict.claim_tests import Test
from standoff.conflict.evidence import Evidence, Quote, Source
from standoff.conflict.formula import Vocabulary
from standoff.conflict.letters import composed
from standoff.conflict.preference import NO_EVIDENCE as NO_EVIDENCE
from standoff.conflict.preference import Judgement as Judgement
from standoff.conflict.preference import OrderedStatements as OrderedStatements
from standoff.conflict.preference import Preference as Preference
from standoff.conflict.preference import Ranking as Ranking
from standoff.conflict.preference import Statement as Statement
from standoff.conflict.preference import StateName as StateName
from standoff.conflict.preference import Weight as Weight
from standoff.conflict.preference import Weights as Weights
from standoff.conflict.syntax import Formula
from standoff.errors import Path

MAX_VIEW_DEPTH = 3


def as_state_name(text: str) -> StateName:
    """A state's name as its author means it, in Unicode form NFC: an integer where it is written as one."""
    return int(text) if re.fullmatch("0|-?[1-9][0-9]{0,17}", text) else composed(text)


class Direction(StrEnum):
    """Which way an option's level may change in a move."""

    BOTH = "both"
    FORWARD = "forward"
    BACKWARD = "backward"
    FIXED = "fixed"  # in a picture only: an option that one does not know of

    def permits(self, before: int, after: int) -> bool:
        """Whether a move may change a level so, or leave it."""
        match self:
            case Direction.FORWARD:
                return after >= before
            case Direction.BACKWARD:
                return after <= before
            case Direction.FIXED:
                return after == before
        return True


@dataclass(frozen=True, slots=True)
class Level:
    """One of the levels of an option."""

    name: str
    title: str | None = None


NO_YES = (Level("no"), Level("yes"))


@dataclass(frozen=True, slots=True)
class Option:
    """Something a decision maker can do or not, or do to a degree. Levels are in order; a move may skip some.

    ``slips``: how probably a move that changes it goes wrong there (0: never); None: as moves in general.
    """

    name: str
    title: str | None = None
    levels: tuple[Level, ...] = NO_YES
    moves: Direction = Direction.BOTH
    slips: Decimal | None = None
    evidence: Evidence = NO_EVIDENCE


def slips_words(slips: Decimal) -> str:
    """How often an option goes wrong, in words."""
    return f"with probability {slips:f}" if slips else "never"


@dataclass(frozen=True, slots=True)
class DecisionMaker:
    """Someone who can move the conflict, and wants something of it."""

    name: str
    preference: Preference | None
    options: tuple[Option, ...] = ()
    title: str | None = None
    about: str | None = None
    plural: bool = False  # whether its title is one of several: "the rebels gain"

    @property
    def label(self) -> str:
        """The title, or the name where there is none."""
        return self.title or self.name


@dataclass(frozen=True, slots=True)
class Definition:
    """A named formula. ``calls``: the states of which it is true are called by it (the key ``names`` of a file)."""

    name: str
    statement: Statement
    calls: bool = False

    @property
    def path(self) -> Path:
        """Where it stands in a file."""
        return ("names" if self.calls else "define", self.name)

    @property
    def is_judgement(self) -> bool:
        """Whether it can be wrong: no mere way of speaking, as what calls states or gives no evidence is."""
        return not self.calls and self.statement.evidence != NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class NamedState:
    """A name or number for the combinations where a formula is true; several combinations are merged into one state."""

    name: StateName
    statement: Statement


@dataclass(frozen=True, slots=True)
class GraphForm:
    """States and arcs given outright: ``moves`` holds (decision maker, from, to ...)."""

    states: tuple[tuple[StateName, str | None], ...]
    moves: tuple[tuple[str, StateName, tuple[StateName, ...]], ...]


@dataclass(frozen=True, slots=True)
class StatusQuo:
    """Where the conflict stands: a state's name, or levels of options (those not named are at their first)."""

    state: StateName | tuple[tuple[str, str], ...]
    evidence: Evidence = NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class SeenOption:
    """How an option of another is seen: with other directions, or ``hidden``: not known of at all."""

    name: str
    moves: Direction | None = None
    hidden: bool = False
    title: str | None = None
    evidence: Evidence = NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Position:
    """Where a statement is put: ``at`` a place, counted from 1, or next ``before`` or ``after`` another statement."""

    word: Literal["at", "before", "after"]
    by: int | Formula  # of another statement a number only until it is known which that is


@dataclass(frozen=True, slots=True)
class Difference:
    """One statement that somebody is thought to want otherwise than in the picture around.

    ``statement``: what is dropped, added, or moved (the formula tells which), and why. ``number``: that which is so
    numbered in the picture around, counted from 1, until it is known which that is.
    """

    kind: Literal["drop", "add", "move"]
    statement: Statement
    position: Position | None = None
    number: int | None = None


def differing(
    statements: Sequence[Statement], differences: Iterable[Difference]
) -> Iterator[tuple[Difference, tuple[Statement, ...], Formula | int | None]]:
    """Each difference, the statements after it, and what it names that is not there: then it says nothing."""
    now = tuple(statements)
    for one in differences:
        missing: Formula | int | None = None
        left, taken = now, one.statement
        if one.kind != "add":
            k = None if one.number is not None else _place_of(one.statement.formula, now)
            if k is None:
                missing = one.statement.formula if one.number is None else one.number
            else:
                left, taken = (*now[:k], *now[k + 1 :]), now[k]
        if missing is None and one.position is not None:
            word, by = one.position.word, one.position.by
            if word == "at":
                assert isinstance(by, int)
                place: int | None = by - 1
            else:
                place = None if isinstance(by, int) else _place_of(by, left)
            if place is None:
                missing = by
            else:
                place += word == "after"
                left = (*left[:place], taken, *left[place:])
        if missing is None:
            now = left
        yield one, now, missing


def _place_of(formula: Formula, statements: Sequence[Statement]) -> int | None:
    return next((k for k, one in enumerate(statements) if one.formula.tree == formula.tree), None)


@dataclass(frozen=True, slots=True)
class View:
    """How one decision maker sees another: only what it sees otherwise is given.

    ``differences``: single statements that it takes the other to want otherwise, in place of a whole ``preference``.
    ``impossible``: what it takes the other to be unable to bring about. ``views``: how it thinks that the other sees
    others (itself among them).
    """

    of: str
    by: str
    preference: Preference | None = None
    differences: tuple[Difference, ...] = ()
    options: tuple[SeenOption, ...] = ()
    impossible: tuple[Statement, ...] = ()
    views: tuple[View, ...] = ()
    title: str | None = None
    about: str | None = None
    note: str | None = None

    def wants(self, around: Preference | None) -> Preference | None:
        """What it takes the other to want, where in the picture around that wants this.

        A difference that names a statement which is not there says nothing; without ordered statements none does.
        """
        if self.preference is not None:
            return self.preference
        if not self.differences or not isinstance(around, OrderedStatements):
            return around
        *_, (_, statements, _) = differing(around.statements, self.differences)
        return OrderedStatements(statements)


@dataclass(frozen=True, slots=True)
class Event:
    """What was observed: options moved to levels at a date (a year, a month or a day)."""

    date: str | None
    moves: tuple[tuple[str, str], ...]
    title: str | None = None
    evidence: Evidence = NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Relations:
    """Where measured relations come from: a table of dyad counts, and which actor of it each decision maker is.

    ``dispersion``: how many events of the table count as one independent one.
    """

    file: str
    actors: tuple[tuple[str, str], ...]
    dispersion: Decimal = Decimal(5)
    citation: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence about the conflict and the test that the engine carries out."""

    id: str
    says: str
    test: Test
    quote: Quote | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedAnswers:
    """Answers somebody gave: equilibria by concept, stable states by concept and decision maker."""

    equilibria: tuple[tuple[str, tuple[StateName, ...]], ...] = ()
    stability: tuple[tuple[str, tuple[tuple[str, tuple[StateName, ...]], ...]], ...] = ()
    coalitions: tuple[CoalitionAnswer, ...] | None = None
    coalitionally_stable: tuple[StateName, ...] | None = None


@dataclass(frozen=True, slots=True)
class CoalitionAnswer:
    """A group that would leave a state together, and to where."""

    group: tuple[str, ...]
    start: StateName
    to: tuple[StateName, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """Answers given in the literature, and others kept beside them to be told apart (``other``: a key and answers)."""

    citation: str | None
    answers: PublishedAnswers
    trust: str | None = None
    note: str | None = None
    other: tuple[tuple[str, PublishedAnswers], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict as an analyst describes it: definition 1 and 2 with evidence."""

    title: str
    decision_makers: tuple[DecisionMaker, ...]
    date: str | None = None
    about: str | None = None
    sources: tuple[Source, ...] = ()
    definitions: tuple[Definition, ...] = ()
    infeasible: tuple[Statement, ...] = ()
    states: tuple[NamedState, ...] = ()
    graph: GraphForm | None = None
    status_quo: StatusQuo | None = None
    views: tuple[View, ...] = ()
    view_depth: int = 1
    history: tuple[Event, ...] = ()
    history_start: tuple[tuple[str, str], ...] | None = None  # levels at which what was observed begins
    relations: Relations | None = None
    claims: tuple[Claim, ...] = ()
    published: Published | None = field(default=None)
    limits: tuple[str, ...] = ()  # what the model leaves out, in sentences

    @property
    def options(self) -> tuple[tuple[DecisionMaker, Option], ...]:
        """All options with their owners, in the order of the file: the first is the least significant digit."""
        return tuple((dm, option) for dm in self.decision_makers for option in dm.options)

    @property
    def vocabulary(self) -> Vocabulary:
        """The names that formulas may use."""
        levels = {f"{dm.name}.{o.name}": tuple(level.name for level in o.levels) for dm, o in self.options}
        return Vocabulary(levels, frozenset(definition.name for definition in self.definitions))

    def event_path(self, k: int) -> Path:
        """Where the k-th event of the history stands in a file."""
        return ("history", k) if self.history_start is None else ("history", "events", k)

    @property
    def events_before(self) -> int:
        """How many events of the history led to the status quo; the others came after it.

        These are all from the first on that is dated after the conflict's date, as far as both dates go: 2015-09-22 is
        not after 2015-09. Without a date of the conflict, or without a status quo, none came after.
        """
        if self.date is None or self.status_quo is None:
            return len(self.history)
        later = (k for k, event in enumerate(self.history) if event.date is not None and _after(event.date, self.date))
        return next(later, len(self.history))

    def decision_maker(self, name: str) -> DecisionMaker:
        """The decision maker of that name. Raises KeyError."""
        for dm in self.decision_makers:
            if dm.name == name:
                return dm
        raise KeyError(name)

    def all_views(self) -> Iterator[tuple[Path, tuple[str, ...], View]]:
        """Every view at any depth, with its path and whose it is: (i,), or (i, j) for what i thinks that j sees."""

        def below(path: Path, chain: tuple[str, ...], views: tuple[View, ...]) -> Iterator[_Placed]:
            for view in views:
                yield (*path, view.of), chain, view
                yield from below((*path, view.of, "views"), (*chain, view.of), view.views)

        for by in dict.fromkeys(view.by for view in self.views):
            yield from below(("views", by), (by,), tuple(view for view in self.views if view.by == by))

    def judgements(self) -> Iterator[Judgement]:
        """Every judgement: preferences (own and in views), rules, directions, the status quo, definitions."""
        for dm in self.decision_makers:
            yield from _of_party(("decision_makers", dm.name), dm.options, dm.preference)
        for k, rule in enumerate(self.infeasible):
            yield Judgement(("infeasible", k), f"impossible: {rule.formula}", rule.evidence)
        if self.status_quo is not None:
            yield Judgement(("status_quo",), "the status quo", self.status_quo.evidence)
        for path, _, view in self.all_views():
            yield from _of_view(path, view)
        for one in (each for each in self.definitions if each.is_judgement):
            yield Judgement(one.path, f"{one.name} means: {one.statement.formula}", one.statement.evidence)

    def believed(self) -> Iterator[tuple[Path, Evidence]]:
        """The evidence of all that has any place for it: judgements, definitions, named states and history."""
        yield from ((one.path, one.evidence) for one in self.judgements())
        yield from ((one.path, one.statement.evidence) for one in self.definitions if not one.is_judgement)
        yield from ((("states", str(one.name)), one.statement.evidence) for one in self.states)
        yield from ((self.event_path(k), event.evidence) for k, event in enumerate(self.history))

    def quotes(self) -> Iterator[tuple[Path, Quote]]:
        """Every quote with the path of what it stands for: judgements, definitions, history and claims."""
        quoted = [(path, evidence.quote) for path, evidence in self.believed()]
        quoted += [(("claims", k), claim.quote) for k, claim in enumerate(self.claims)]
        yield from ((path, quote) for path, quote in quoted if quote is not None)


def _after(date: str, other: str) -> bool:
    """Whether a date is later than another, as far as both go."""
    most = min(len(date), len(other))
    return date[:most] > other[:most]


_Placed = tuple[Path, tuple[str, ...], View]


def _of_party(path: Path, options: tuple[Option, ...], preference: Preference | None) -> Iterator[Judgement]:
    for option in options:
        if option.moves is not Direction.BOTH or option.slips is not None or option.evidence != NO_EVIDENCE:
            slips = "" if option.slips is None else f", and slips {slips_words(option.slips)}"
            says = f"{option.name} moves {option.moves}{slips}"
            yield Judgement((*path, "options", option.name), says, option.evidence)
    yield from _of_preference(path, preference)


def _of_view(path: Path, view: View) -> Iterator[Judgement]:
    for option in view.options:
        says = f"{option.name} is not known" if option.hidden else f"{option.name} moves {option.moves or 'as it does'}"
        yield Judgement((*path, "options", option.name), says, option.evidence)
    for k, statement in enumerate(view.impossible):
        yield Judgement((*path, "impossible", k), f"cannot bring about: {statement.formula}", statement.evidence)
    for k, one in enumerate(view.differences):
        yield Judgement((*path, "as_in_truth_except", k), _difference(one), one.statement.evidence)
    yield from _of_preference(path, view.preference)


def _difference(one: Difference) -> str:
    text = str(one.statement.formula) if one.number is None else f"statement {one.number}"
    at = "" if one.position is None else f", {one.position.word} {one.position.by}"
    told = {"drop": f"does not want: {text}", "add": f"wants too: {text}", "move": f"wants elsewhere: {text}"}
    return told[one.kind] + at


def _of_preference(path: Path, preference: Preference | None) -> Iterator[Judgement]:
    for judgement in preference.judgements() if preference is not None else ():
        yield replace(judgement, path=(*path, *judgement.path))
