"""What a claim asserts: the tests that a sentence about a conflict can be put to, each described once.

A test is a class, whose fields say what a file gives for them. The shape of a file, reading, writing and the checks of
names follow from that. How a test is carried out is in ``analysis.claims``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from standoff.concepts import ACTING, CONCEPTS
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


# What a test is given: kinds of argument, by which it is read, written and checked

ArgumentKind = Enum(
    "ArgumentKind", "PLACE CONCEPT CONCEPT_IN_TURN PARTY PAIR PARTIES GROUPS FORMULAS DATE FLAG WORD WHOLE NUMBER"
)
States = Annotated[Place, ArgumentKind.PLACE]
Concept = Annotated[str, ArgumentKind.CONCEPT]
ConceptInTurn = Annotated[str, ArgumentKind.CONCEPT_IN_TURN]
"""One in which one moves after another."""
Party = Annotated[str, ArgumentKind.PARTY]
"""A decision maker; another than the further ones that the test names so."""
Pair = Annotated[tuple[str, str], ArgumentKind.PAIR]
"""Two different decision makers."""
Parties = Annotated[tuple[str, ...], ArgumentKind.PARTIES]
Groups = Annotated[tuple[tuple[str, ...], ...], ArgumentKind.GROUPS]
Formulas = Annotated[tuple[Formula, ...], ArgumentKind.FORMULAS]
Date = Annotated[str, ArgumentKind.DATE]
Flag = Annotated[bool, ArgumentKind.FLAG]
Scope = Annotated[Within, ArgumentKind.WORD]
Was = Annotated[Literal["improvement", "best", "deterred", "undeterred"], ArgumentKind.WORD]
Whole = Annotated[int, ArgumentKind.WHOLE]
Number = Annotated[Decimal, ArgumentKind.NUMBER]


@dataclass(frozen=True, slots=True)
class Argument:
    """A field that a file gives: its kind, its key, and what it is where it is not given (MISSING: it must be).

    ``says``: what the schema says of it. ``among``: the words, or the bounds, that it must keep to. ``stated``: it is
    written although it is the default. ``before``: the key before which it is written, if not in the order of fields.
    """

    name: str
    kind: ArgumentKind
    key: str
    default: Any
    says: str | None = None
    among: tuple[Any, ...] = ()
    stated: bool = False
    before: str = ""

    @property
    def is_required(self) -> bool:
        """Whether a file must give it."""
        return self.default is MISSING


class Test:
    """One test with its arguments."""

    __slots__ = ()

    @property
    def wants_of(self) -> frozenset[str] | None:
        """The decision makers whose wants can matter to it; None: those of everybody."""
        return None

    @property
    def looks_at_preferences(self) -> bool:
        """Whether what decision makers want can matter to it."""
        return self.wants_of != frozenset()

    def minds(self, name: str) -> bool:
        """Whether what one decision maker wants can matter to it."""
        return self.wants_of is None or name in self.wants_of

    @property
    def looks_at_views(self) -> bool:
        """Whether it can matter to it how decision makers see one another."""
        return False

    def misfit(self) -> tuple[str, str] | None:
        """What of its arguments does not go together though each is right: at which key, and how that is said."""
        return None


T = TypeVar("T", bound=type[Test])


@dataclass(frozen=True, slots=True)
class Form:
    """A key that gives a test: of which class it is, and what the key itself says."""

    of: type[Test]
    says: Mapping[str, bool]


FORMS: dict[str, Form] = {}
"""Every key that gives a simple test, in the order of the format."""


ARGUMENTS: dict[type[Test], tuple[Argument, ...]] = {}
"""What a file gives each class of simple tests, in the order of the format."""


def _arguments(of: type[Test]) -> tuple[Argument, ...]:
    """The fields of a class that a file gives: those whose annotation has a kind."""
    found, hints = [], get_type_hints(of, include_extras=True)
    for one in fields(of):  # type: ignore[arg-type]  # every test is a dataclass
        if get_origin(hints[one.name]) is Annotated:
            of_what, (kind,) = hints[one.name].__origin__, hints[one.name].__metadata__
            words = {"among": get_args(of_what) or tuple(of_what)} if kind is ArgumentKind.WORD else {}
            further = {"key": one.name, **words, **one.metadata}
            found.append(Argument(one.name, kind, default=one.default, **further))
    return tuple(found)


def _given_by(**keys: Mapping[str, bool]) -> Callable[[T], T]:
    """The keys that give a test, each with what it says itself: from there the format knows the test."""

    def listed(of: T) -> T:
        ARGUMENTS[of] = _arguments(of)
        FORMS.update({key: Form(of, says) for key, says in keys.items()})
        return of

    return listed


# The tests


@_given_by(holds={})
@dataclass(frozen=True, slots=True, kw_only=True)
class Holds(Test):
    """Who would stay at every state of a place."""

    at: States = field(default=STATUS_QUO, metadata={"stated": True})
    concept: Concept
    who: Parties = field(default=(), metadata={"says": "Decision makers; none: everybody."})

    @property
    def wants_of(self) -> frozenset[str] | None:
        """Those of others matter where their answers do."""
        known = CONCEPTS.get(self.concept)
        return frozenset(self.who) if self.who and known and not known.minds_preferences_of_others else None


@_given_by(can_reach={"can": True}, cannot_reach={"can": False})
@dataclass(frozen=True, slots=True, kw_only=True)
class Reach(Test):
    """Whether groups can get somewhere by their own moves.

    Each group can (or: no group can) get from every (any) state of ``start`` into ``goal``.
    """

    can: bool
    by: Groups = field(metadata={"says": "Groups of decision makers."})
    goal: States
    start: States = field(default=STATUS_QUO, metadata={"key": "from", "before": "goal"})
    improving: Flag = field(default=False, metadata={"says": "By improvements only."})

    @property
    def wants_of(self) -> frozenset[str] | None:
        """Only improvements hang on them."""
        return frozenset(name for group in self.by for name in group) if self.improving else frozenset()


@_given_by(answers={})
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Test):
    """How one answers what another brings about.

    Whenever a move of ``by`` brings about ``makes``, every (best) improvement of ``who`` leads to ``answer``.
    """

    by: Party
    makes: States
    who: Party
    answer: States = field(metadata={"key": "with"})
    improving: Flag = field(
        default=False, metadata={"says": "Only moves that are an improvement for their mover count."}
    )
    best: Flag = field(default=False, metadata={"says": "Its best improvements only."})
    within: Scope = field(
        default=Within.MOVES,
        metadata={
            "stated": True,
            "says": "Where: at the status quo, where improvements or moves lead from it, or everywhere.",
        },
    )

    @property
    def wants_of(self) -> frozenset[str] | None:
        """Of whoever answers; of whoever is answered where its move must be an improvement."""
        if self.within is Within.IMPROVEMENTS:
            return None
        return frozenset({self.who, self.by} if self.improving else {self.who})

    def misfit(self) -> tuple[str, str] | None:
        """It is another that answers."""
        return ("who", f"{self.who} does not answer itself") if self.by == self.who else None


@_given_by(only_if={})
@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyIf(Test):
    """Where one would bring something about.

    ``who`` has an improvement that brings about ``makes`` only where ``condition`` is true.
    """

    who: Party
    makes: States
    condition: States = field(metadata={"key": "if"})
    within: Scope = field(default=Within.ALL, metadata={"stated": True})

    @property
    def wants_of(self) -> frozenset[str] | None:
        """Of whoever moves; where improvements lead hangs on everybody."""
        return None if self.within is Within.IMPROVEMENTS else frozenset({self.who})


@_given_by(differ={"agree": False}, agree={"agree": True})
@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Test):
    """Where the wants of two part or coincide."""

    agree: bool
    who: Pair
    over: Formulas = field(
        default=(),
        metadata={"says": "Formulas that they both want or not; none: their whole rankings."},
    )
    correlation: Number = field(
        default=Decimal(0),
        metadata={"among": (-1, 1), "says": "Of rankings (Kendall's tau-b): agree is above it, differ below."},
    )

    @property
    def wants_of(self) -> frozenset[str] | None:
        """Of the two."""
        return frozenset(self.who)


@_given_by(accident={})
@dataclass(frozen=True, slots=True, kw_only=True)
class Accident(Test):
    """Where misreadings lead.

    A play in which somebody misreads the others, or slips, leads from the status quo to ``to``.
    """

    to: States
    acting: ConceptInTurn = field(default=ACTING.name, metadata={"stated": True})
    slips: Whole = field(default=0, metadata={"among": (0, 3)})
    strict: Flag = field(default=False, metadata={"says": "Every mover ends worse than it began."})

    @property
    def looks_at_views(self) -> bool:
        """Misreadings are of views."""
        return True


@_given_by(drawn={})
@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn(Test):
    """What the observed moves were for those who made them.

    Each observed move of ``who`` (none: of everybody) was so.
    """

    was: Was = field(default="improvement", metadata={"stated": True})
    concept: ConceptInTurn = field(default=ACTING.name, metadata={"stated": True})
    who: Parties = ()

    @property
    def wants_of(self) -> frozenset[str] | None:
        """Of those who moved; who deters them is another question."""
        return frozenset(self.who) if self.who and self.was in ("improvement", "best") else None


@_given_by(trend={})
@dataclass(frozen=True, slots=True, kw_only=True)
class Trend(Test):
    """How the relation of two changed.

    The affinity of two decision makers rose (or fell) from one time to another.
    """

    between: Pair
    start: Date = field(metadata={"key": "from"})
    end: Date = field(metadata={"key": "to"})
    rises: Flag = field(default=True, metadata={"stated": True})

    @property
    def wants_of(self) -> frozenset[str] | None:
        """It looks at event data alone."""
        return frozenset()

    def misfit(self) -> tuple[str, str] | None:
        """Time goes on."""
        return None if self.start < self.end else ("to", f"{self.end} is not after {self.start}")


@dataclass(frozen=True, slots=True)
class Combined(Test):
    """All, any or not of other tests."""

    word: Literal["all", "any", "not"]
    parts: tuple[Test, ...]

    @property
    def wants_of(self) -> frozenset[str] | None:
        """Of all that matter to one of them."""
        asked = [part.wants_of for part in self.parts]
        return None if None in asked else frozenset().union(*(names for names in asked if names is not None))

    @property
    def looks_at_views(self) -> bool:
        """Whether one of them does."""
        return any(part.looks_at_views for part in self.parts)


# What a test says of itself


def simple(test: Test) -> Iterator[Test]:
    """The tests that a test is combined of; of a simple one itself."""
    if isinstance(test, Combined):
        for part in test.parts:
            yield from simple(part)
    else:
        yield test


def kind(test: Test) -> str:
    """The key of a file that gives the test."""
    if isinstance(test, Combined):
        return test.word
    forms = ((key, form.says.items()) for key, form in FORMS.items() if type(test) is form.of)
    return next(key for key, says in forms if all(getattr(test, name) == value for name, value in says))


def given(test: Test, *kinds: ArgumentKind) -> Iterator[tuple[str, Any]]:
    """The arguments of these kinds that a simple test has, with the keys that a file gives them under."""
    return ((one.key, getattr(test, one.name)) for one in ARGUMENTS[type(test)] if one.kind in kinds)


def decision_makers(test: Test, *kinds: ArgumentKind) -> Iterator[tuple[str, str]]:
    """The decision makers that a simple test names (in arguments of these kinds; none: in all), with their keys."""
    for key, named in given(
        test, *(kinds or (ArgumentKind.PARTY, ArgumentKind.PAIR, ArgumentKind.PARTIES, ArgumentKind.GROUPS))
    ):
        for one in (named,) if isinstance(named, str) else named:
            yield from ((key, name) for name in ((one,) if isinstance(one, str) else one))
