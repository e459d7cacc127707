"""The shape of a conflict file: which keys go where and what they hold. The JSON Schema is generated from these.

Only the shape is judged here; whether the words fit together is judged in ``meaning``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from standoff.concepts import ACTING
from standoff.conflict.letters import composed
from standoff.errors import MAX_PROBLEMS, Path, Problem, nearest, shorten

MAX_ENTRIES = 10_000
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Shape(BaseModel):
    """A mapping of the format. Unknown keys are told (with the nearest known one) and passed over."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _unknown_keys(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, dict) or not isinstance(info.context, Context):
            return data
        known = [field.alias or name for name, field in cls.model_fields.items()]
        path = info.context.paths.get(id(data), ())
        for key in data:
            if key not in known and len(info.context.problems) <= MAX_PROBLEMS:
                info.context.problems.append(_unknown_key(key, [one for one in known if one not in data], path))
        return {key: value for key, value in data.items() if key in known}


class Context:
    """What the shapes need to know of the file: the path of each mapping; and where they tell unknown keys."""

    def __init__(self, paths: Mapping[int, Path]) -> None:
        self.paths = paths
        self.problems: list[Problem] = []


def _unknown_key(key: str, free: list[str], path: Path) -> Problem:
    near = nearest(key, free)
    hint = f'; did you mean "{near}"?' if near else f"; known here: {', '.join(free)}" if free else ""
    return Problem(f'unknown key "{shorten(key)}"{hint}', (*path, key))


def _formula(value: Any) -> Any:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _date(value: Any) -> Any:
    text = f"{value:04d}" if isinstance(value, int) and not isinstance(value, bool) else value
    match = _DATE.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError("expected a date: a year, year-month or year-month-day, like 2015-09-22")
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        datetime.date(max(year, 1), month, day)
    except ValueError as error:
        raise ValueError(f"no such date: {error}") from None
    return text


def _long(key: str) -> Any:
    """The long form of an entry that may be written as its main part alone."""

    def expand(value: Any) -> Any:
        return value if isinstance(value, dict) and key in value else {key: value}

    return expand


def _statement(key: str) -> Any:
    def expand(value: Any) -> Any:
        return {key: value} if isinstance(value, (str, bool)) else value

    return expand


def _nothing(value: Any) -> Any:
    return {} if value is None else value


def _no_items(value: Any) -> Any:
    return [] if value is None else _few(value)


def _few(value: Any) -> Any:
    """A list that can be judged entry by entry, each wrong one told."""
    if isinstance(value, list) and len(value) > MAX_ENTRIES:
        raise ValueError(f"{len(value):,} entries; at most {MAX_ENTRIES:,}")
    return value


def _levels(value: Any) -> Any:
    if isinstance(value, list):
        for k, name in enumerate(value):
            if not isinstance(name, str):
                raise ValueError(f"level {k + 1} is not a name: a letter, then letters, digits or _")
        composed = [_composed(name) for name in value]
        if len(set(composed)) < len(composed):
            raise ValueError("a level is given twice")
        return dict.fromkeys(composed)
    return value


def _grade(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch("[A-F][1-6]", value):
        raise ValueError("expected a grade of the Admiralty code: a letter A-F and a digit 1-6, like B2")
    return value


def _weight(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]{1,400}(\.[0-9]{1,400})?", value):
        value = Decimal(value)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise ValueError("expected a number")
    number = Decimal(value)
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > 400 or len(number.as_tuple().digits) > 400:
        raise ValueError("expected a finite number of at most 400 digits")
    return number


def _slips(value: Any) -> Any:
    if value == "never":
        return Decimal(0)
    try:
        number = _weight(value)
    except ValueError:
        number = Decimal(-1)
    if not 0 <= number <= 1:
        raise ValueError("expected never, or a probability from 0 to 1")
    return number


def _weight_entry(value: Any) -> Any:
    return value if isinstance(value, dict) else {"weight": value}


def _state(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("expected the name or number of a state")
    return value


def _group(value: Any) -> Any:
    return [_state(one) for one in value] if isinstance(value, list) else [_state(value)]


def _via(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _composed(text: str) -> str:
    return composed(text)


Name = Annotated[str, AfterValidator(_composed)]
FormulaText = Annotated[str, BeforeValidator(_formula, json_schema_input_type=str | bool)]
Date = Annotated[str, BeforeValidator(_date, json_schema_input_type=str | int)]
StateRef = Annotated[int | str, BeforeValidator(_state)]
TiedStates = Annotated[list[int | str], BeforeValidator(_group, json_schema_input_type=int | str | list[int | str])]
Number = Annotated[Decimal, BeforeValidator(_weight, json_schema_input_type=float | str)]
Slips = Annotated[Decimal, BeforeValidator(_slips, json_schema_input_type=Literal["never"] | float | str)]
LevelMap = Annotated[
    dict[str, str | None], BeforeValidator(_levels, json_schema_input_type=list[str] | dict[str, str | None])
]


class QuoteShape(Shape):
    """A few words of a source, exactly (a W3C TextQuoteSelector)."""

    source: Name
    """The key of the source."""
    exact: str = Field(min_length=1, max_length=2000)
    """The words as they stand in the source."""
    prefix: str = Field("", max_length=2000)
    """What stands directly before them; needed where the words occur more than once."""
    suffix: str = Field("", max_length=2000)
    """What stands directly after them."""


class MeasuredShape(Shape):
    """How close two decision makers were in a period, as event data have it."""

    between: Annotated[list[Name], Field(min_length=2, max_length=2)]
    period: Date
    value: Number
    """The affinity."""
    low: Number
    """Where its 90 % interval begins."""
    high: Number


class Believed(Shape):
    """What every judgement may carry: why somebody believes it."""

    why: str | None = None
    """The reason, in the analyst's own words."""
    quote: QuoteShape | None = None
    """The words of a source that say so."""
    kind: Literal["reported", "inferred", "assumed"] | None = None
    """Where the judgement comes from."""
    sure: Literal["certain", "likely", "doubtful"] = "certain"
    """How sure the analyst is of it."""
    relation: MeasuredShape | None = None
    """A measured relation that says so."""


class SourceShape(Shape):
    """Something that was published."""

    title: str | None = None
    authors: str | None = None
    publisher: str | None = None
    published: Date | None = None
    """A year, year-month or year-month-day."""
    url: str | None = None
    file: str | None = None
    """The document's file, below the conflict file's folder or the folder given with --sources."""
    grade: Annotated[str, BeforeValidator(_grade)] | None = None
    """Admiralty code: reliability of the source A-F, credibility of the information 1-6."""
    via: Annotated[list[Name], BeforeValidator(_via, json_schema_input_type=str | list[str])] = []
    """Who passes it on to us: keys of other sources, or words."""
    note: str | None = None


class StatementShape(Believed):
    """A formula with its evidence."""

    that: FormulaText
    """The formula."""
    title: str | None = None
    """The same as a clause of a sentence."""


class RuleShape(Believed):
    """A formula that no state may satisfy, with its evidence."""

    rule: FormulaText
    title: str | None = None


class OptionShape(Believed):
    """Something a decision maker can do; ``why`` and ``quote`` are about its direction, and how it slips."""

    title: str | None = None
    levels: LevelMap | None = None
    """Names in order (default: no, yes), or a mapping from name to title."""
    moves: Literal["both", "forward", "backward"] = "both"
    """Which way the level may change; a move may skip levels."""
    slips: Slips | None = None
    """How probably a move that changes it goes wrong there by one level, or never; default: as moves in general."""


class RankingShape(Believed):
    """All states, best first."""

    order: list[TiedStates]


class WeightShape(Believed):
    """The weight of a statement: an exact number, or the same as text."""

    weight: Annotated[Decimal, BeforeValidator(_weight, json_schema_input_type=float | str)]
    title: str | None = None


Statement = Annotated[
    StatementShape, BeforeValidator(_statement("that"), json_schema_input_type=str | bool | StatementShape)
]
Rule = Annotated[RuleShape, BeforeValidator(_statement("rule"), json_schema_input_type=str | bool | RuleShape)]
OptionEntry = Annotated[OptionShape, BeforeValidator(_nothing, json_schema_input_type=OptionShape | None)]
WeightEntry = Annotated[WeightShape, BeforeValidator(_weight_entry, json_schema_input_type=float | str | WeightShape)]


SourceEntry = Annotated[SourceShape, BeforeValidator(_nothing, json_schema_input_type=SourceShape | None)]
Named = BeforeValidator(_nothing)
Listed = BeforeValidator(_no_items)


class PreferenceShape(Shape):
    """Preferences in one of three forms."""

    prefers: Annotated[list[Statement], BeforeValidator(_few)] | None = None
    """Ordered statements, most important first."""
    ranking: (
        Annotated[
            RankingShape,
            BeforeValidator(_long("order"), json_schema_input_type=list[TiedStates] | RankingShape),
        ]
        | None
    ) = None
    """All states, best first, ties as nested lists."""
    weights: dict[str, WeightEntry] | None = None
    """Statements and what they weigh."""


class PartyShape(PreferenceShape):
    """A decision maker: its options and its preferences."""

    title: str | None = None
    about: str | None = None
    options: dict[str, OptionEntry] | None = None


class SeenOptionShape(Believed):
    """How an option of another is seen; ``why`` and ``quote`` are about that."""

    title: str | None = None
    levels: LevelMap | None = None
    """Those of the option itself, if given at all."""
    moves: Literal["both", "forward", "backward"] | None = None
    """Which way it is thought to move; where not given, as it does."""
    hidden: bool = False
    """It is not known of."""


SeenOptionEntry = Annotated[SeenOptionShape, BeforeValidator(_nothing, json_schema_input_type=SeenOptionShape | None)]


def _reference(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and value < 1:
        raise ValueError("statements are counted from 1, the most important")
    return value


Reference = Annotated[int | str, BeforeValidator(_reference, json_schema_input_type=bool | int | str)]
"""A statement by its formula, or by its number from 1."""


class DifferenceShape(Believed):
    """One statement that another is thought to want otherwise."""

    drop: Reference | None = None
    """It is thought not to want this."""
    add: Statement | None = None
    """It is thought to want this too; the reasons stand with it."""
    move: Reference | None = None
    """It is thought to want this more, or less."""
    at: Annotated[int, Field(ge=1)] | None = None
    """The place of what is added, counted from 1, the most important."""
    to: Annotated[int, Field(ge=1)] | None = None
    """The place to which it is moved, counted from 1."""
    before: Reference | None = None
    """The statement that comes next below it."""
    after: Reference | None = None
    """The statement that comes next above it."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        kinds = [key for key in ("drop", "add", "move") if getattr(self, key) is not None]
        if len(kinds) != 1:
            raise ValueError("a difference is one of drop, add and move")
        given = {key for key in ("at", "to", "before", "after") if getattr(self, key) is not None}
        places = {"drop": set(), "add": {"at", "before", "after"}, "move": {"to", "before", "after"}}[kinds[0]]
        if kinds == ["drop"] and given:
            raise ValueError(f"what is dropped has no place: {min(given)}")
        if kinds != ["drop"] and (len(given) != 1 or not given <= places):
            raise ValueError(f"{kinds[0]} needs one place: {'at' if kinds == ['add'] else 'to'}, before or after")
        if kinds == ["add"] and {"why", "quote", "kind", "sure", "relation"} & self.model_fields_set:
            raise ValueError("the reasons for a statement that is added stand with it: add: {that: ..., why: ...}")
        return self


class ViewShape(PreferenceShape):
    """How one decision maker sees another: only what it sees otherwise."""

    title: str | None = None
    about: str | None = None
    as_in_truth_except: Annotated[list[DifferenceShape], BeforeValidator(_no_items)] = []
    """What it is thought to want otherwise, statement by statement, in place of a whole preference."""
    options: dict[str, SeenOptionEntry] | None = None
    impossible: Annotated[list[Statement], BeforeValidator(_no_items)] = []
    """What it takes the other to be unable to bring about."""
    views: Annotated[dict[str, ViewShape], Named] = {}
    """How it thinks that the other sees others."""


class GraphShape(Shape):
    """States and arcs given outright."""

    states: dict[str, str | None]
    """Name (or number) and label of each state."""
    moves: dict[str, dict[str, list[StateRef]]] = {}
    """Decision maker, from, to."""


class StatusQuoShape(Believed):
    """Where the conflict stands."""

    state: Annotated[
        int | str | dict[str, Name], Field(description="A state's name, or levels of options (others at their first).")
    ]


class EventShape(Believed):
    """Something observed."""

    date: Date | None = None
    moves: dict[str, Name]
    """``DM.option: level``"""
    title: str | None = None


class HistoryShape(Shape):
    """What was observed, and where that began."""

    start: dict[str, Name] = Field(alias="from")
    """Levels of options at the beginning; others stand as they would without this."""
    events: Annotated[list[EventShape], Listed]


def _history(value: Any) -> Any:
    return _no_items(value) if value is None or isinstance(value, list) else value


def _place(value: Any) -> Any:
    if value == []:
        raise ValueError("no states")
    return ("true" if value else "false") if isinstance(value, bool) else value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _groups(value: Any) -> Any:
    if isinstance(value, str):
        return [[value]]
    if isinstance(value, list):
        return [[one] if isinstance(one, str) else one for one in value]
    return value


PlaceEntry = Annotated[
    int | str | list[int | str], BeforeValidator(_place, json_schema_input_type=bool | int | str | list[int | str])
]
"""A state, a list of states, a formula, or status_quo."""
NameList = Annotated[list[Name], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])]
Groups = Annotated[
    list[list[Name]], Field(min_length=1), BeforeValidator(_groups, json_schema_input_type=str | list[str | list[str]])
]
Scope = Literal["status_quo", "improvements", "moves", "all"]


class HoldsShape(Shape):
    """Who would stay at every state of a place."""

    at: PlaceEntry = "status_quo"
    concept: str
    who: NameList = []
    """Decision makers; none: everybody."""


class ReachShape(Shape):
    """Whether groups can get somewhere by their own moves."""

    by: Groups
    """Groups of decision makers."""
    goal: PlaceEntry
    start: PlaceEntry = Field("status_quo", alias="from")
    improving: bool = False
    """By improvements only."""


class AnswerShape(Shape):
    """How one answers what another brings about."""

    by: Name
    makes: PlaceEntry
    who: Name
    answer: PlaceEntry = Field(alias="with")
    improving: bool = False
    """Only moves that are an improvement for their mover count."""
    best: bool = False
    """Its best improvements only."""
    within: Scope = "moves"
    """Where: at the status quo, where improvements or moves lead from it, or everywhere."""


class OnlyIfShape(Shape):
    """Where one would bring something about."""

    who: Name
    makes: PlaceEntry
    condition: PlaceEntry = Field(alias="if")
    within: Scope = "all"


class CompareShape(Shape):
    """Where the wants of two part or coincide."""

    who: Annotated[list[Name], Field(min_length=2, max_length=2)]
    over: list[FormulaText] = []
    """Formulas that they both want or not; none: their whole rankings."""
    correlation: Annotated[
        Decimal, BeforeValidator(_weight, json_schema_input_type=float | str), Field(ge=-1, le=1)
    ] = Decimal(0)
    """Of rankings (Kendall's tau-b): agree is above it, differ below."""


class AccidentShape(Shape):
    """Where misreadings lead."""

    to: PlaceEntry
    acting: str = ACTING.name
    slips: int = Field(0, ge=0, le=3)
    strict: bool = False
    """Every mover ends worse than it began."""


class DrawnShape(Shape):
    """What the observed moves were for those who made them."""

    was: Literal["improvement", "best", "deterred", "undeterred"] = "improvement"
    concept: str = ACTING.name
    who: NameList = []


class TrendShape(Shape):
    """How the relation of two changed."""

    between: Annotated[list[Name], Field(min_length=2, max_length=2)]
    start: Date = Field(alias="from")
    end: Date = Field(alias="to")
    rises: bool = True


class TestShape(Shape):
    """One kind of test with its arguments."""

    __test__ = False

    holds: HoldsShape | None = None
    can_reach: ReachShape | None = None
    cannot_reach: ReachShape | None = None
    answers: AnswerShape | None = None
    only_if: OnlyIfShape | None = None
    differ: CompareShape | None = None
    agree: CompareShape | None = None
    accident: AccidentShape | None = None
    drawn: DrawnShape | None = None
    trend: TrendShape | None = None
    all_: Annotated[list[TestShape], Field(min_length=1)] | None = Field(None, alias="all")
    any_: Annotated[list[TestShape], Field(min_length=1)] | None = Field(None, alias="any")
    not_: TestShape | None = Field(None, alias="not")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("a test is one kind with its arguments, like {can_reach: {by: ..., goal: ...}}")
        (kind,) = self.model_fields_set
        if getattr(self, kind) is None:
            raise ValueError(f"{kind.rstrip('_')} has no arguments")
        return self


class ClaimShape(Shape):
    """A sentence about the conflict and its test."""

    id: str
    says: str
    quote: QuoteShape | None = None
    test: TestShape


class RelationsShape(Shape):
    """Where measured relations come from."""

    file: str
    """A table of dyad counts, below the conflict file's folder."""
    actors: dict[str, str]
    """The actor of the table that each decision maker is."""
    dispersion: Annotated[Number, Field(ge=1)] = Decimal(5)
    """How many events of the table count as one that is independent of others."""
    citation: str | None = None
    note: str | None = None


class CoalitionShape(Shape):
    """A group that would leave a state together."""

    group: list[Name]
    start: StateRef = Field(alias="from")
    to: list[StateRef]


class AnswersShape(Shape):
    """Answers: equilibria, and who is stable where."""

    equilibria: dict[str, list[StateRef]] = {}
    stability: dict[str, dict[str, list[StateRef]]] = {}
    coalitions: list[CoalitionShape] | None = None
    coalition_improvements: list[CoalitionShape] | None = None
    coalitionally_stable: list[StateRef] | None = None


class PublishedShape(Shape):
    """Answers given in the literature."""

    citation: str | None = None
    trust: str | None = None
    """How far the record of these answers can be trusted."""
    note: str | None = None
    equilibria: dict[str, list[StateRef]] = {}
    stability: dict[str, dict[str, list[StateRef]]] = {}
    coalitions: list[CoalitionShape] | None = None
    computed: AnswersShape | None = None
    """What other solvers computed from the definitions."""
    stored_by_the_tool: dict[str, list[StateRef]] | None = None
    """Equilibria that a tool gave, kept to be told apart."""


def _status_quo(value: Any) -> Any:
    return value if isinstance(value, dict) and "state" in value else {"state": value}


class ConflictShape(Shape):
    """A conflict file."""

    standoff: Literal[1]
    """The version of this format."""
    title: str
    date: Date | None = None
    about: str | None = None
    sources: Annotated[dict[str, SourceEntry], Named] = {}
    define: Annotated[dict[str, Statement], Named] = {}
    """Named formulas."""
    decision_makers: dict[str, PartyShape]
    infeasible: Annotated[list[Rule], Listed] = []
    """Formulas that no state may satisfy."""
    states: Annotated[dict[str, Statement], Named] = {}
    """Names of states; one that matches several combinations merges them."""
    graph: GraphShape | None = None
    status_quo: (
        Annotated[
            StatusQuoShape,
            BeforeValidator(_status_quo, json_schema_input_type=int | str | dict[str, str] | StatusQuoShape),
        ]
        | None
    ) = None
    views: Annotated[dict[str, dict[str, ViewShape]], Named] = {}
    """How one decision maker sees another: only what it sees otherwise."""
    view_depth: int = 1
    """How deep views of views may go, 1 to 3."""
    history: Annotated[
        list[EventShape] | HistoryShape,
        BeforeValidator(_history, json_schema_input_type=list[EventShape] | HistoryShape | None),
    ] = []
    """What was observed, in order."""
    relations: RelationsShape | None = None
    claims: Annotated[list[ClaimShape], Listed] = []
    published: PublishedShape | None = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the format, for editors."""
    schema = ConflictShape.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Standoff conflict"}
