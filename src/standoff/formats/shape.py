"""The shape of a conflict file: which keys go where and what they hold. The JSON Schema is generated from these.

Only the shape is judged here; whether the words fit together is judged in ``meaning``.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from standoff.formats.claim_shapes import TestShape
from standoff.formats.values import (
    Date,
    FormulaText,
    Grade,
    LevelMap,
    Listed,
    Name,
    Named,
    NameList,
    Number,
    Shape,
    Slips,
    StateRef,
    TiedStates,
    few,
    no_items,
    nothing,
)


def _long(key: str) -> Any:
    """The long form of an entry that may be written as its main part alone."""

    def expand(value: Any) -> Any:
        return value if isinstance(value, dict) and key in value else {key: value}

    return expand


def _statement(key: str) -> Any:
    def expand(value: Any) -> Any:
        return {key: value} if isinstance(value, (str, bool)) else value

    return expand


def _weight_entry(value: Any) -> Any:
    return value if isinstance(value, dict) else {"weight": value}


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
    note: str | None = None
    """A remark, printed wherever the judgement is."""


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
    grade: Grade | None = None
    """Admiralty code: reliability of the source A-F, credibility of the information 1-6."""
    via: NameList = []
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

    weight: Number
    title: str | None = None


Statement = Annotated[
    StatementShape, BeforeValidator(_statement("that"), json_schema_input_type=str | bool | StatementShape)
]
Rule = Annotated[RuleShape, BeforeValidator(_statement("rule"), json_schema_input_type=str | bool | RuleShape)]
OptionEntry = Annotated[OptionShape, BeforeValidator(nothing, json_schema_input_type=OptionShape | None)]
WeightEntry = Annotated[WeightShape, BeforeValidator(_weight_entry, json_schema_input_type=float | str | WeightShape)]
SourceEntry = Annotated[SourceShape, BeforeValidator(nothing, json_schema_input_type=SourceShape | None)]


class PreferenceShape(Shape):
    """Preferences in one of three forms."""

    prefers: Annotated[list[Statement], BeforeValidator(few)] | None = None
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
    plural: bool = False
    """Whether the title is a plural: *the rebels gain*, not *gains*."""
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


SeenOptionEntry = Annotated[SeenOptionShape, BeforeValidator(nothing, json_schema_input_type=SeenOptionShape | None)]


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
        if kinds == ["add"] and {"why", "quote", "kind", "sure", "relation", "note"} & self.model_fields_set:
            raise ValueError("the reasons for a statement that is added stand with it: add: {that: ..., why: ...}")
        return self


class ViewShape(PreferenceShape):
    """How one decision maker sees another: only what it sees otherwise."""

    title: str | None = None
    about: str | None = None
    note: str | None = None
    as_in_truth_except: Annotated[list[DifferenceShape], Listed] = []
    """What it is thought to want otherwise, statement by statement, in place of a whole preference."""
    options: dict[str, SeenOptionEntry] | None = None
    impossible: Annotated[list[Statement], Listed] = []
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
    return no_items(value) if value is None or isinstance(value, list) else value


class ClaimShape(Shape):
    """A sentence about the conflict and its test."""

    id: str
    says: str
    quote: QuoteShape | None = None
    note: str | None = None
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
    limits: Annotated[list[str], Listed] = []
    """What the model leaves out or simplifies, in plain sentences; they are printed as they stand."""
    sources: Annotated[dict[str, SourceEntry], Named] = {}
    define: Annotated[dict[str, Statement], Named] = {}
    """Named formulas."""
    names: Annotated[dict[str, Statement], Named] = {}
    """Formulas by which states are called: the first that is true of a state; they are definitions too."""
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
    """The JSON Schema of the format, for editors; what a key means is said in the words below it here."""
    for shape in _shapes(Shape):
        for name, says in _said(shape).items():
            shape.model_fields[name].description = says
        shape.model_rebuild(force=True)
    schema = ConflictShape.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Standoff conflict"}


def _shapes(base: type[Shape]) -> Iterator[type[Shape]]:
    for shape in base.__subclasses__():
        yield shape
        yield from _shapes(shape)


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _said(shape: type[Shape]) -> dict[str, str]:
    """What stands as a text below each field of a shape, in its source.

    Pydantic can read it too, at every start: that took longer than all the rest of a small command.
    """
    found: dict[str, str] = {}
    for base in shape.__mro__:
        node = _classes(base.__module__).get(base.__name__) if issubclass(base, Shape) else None
        for field, below in pairwise(node.body) if node is not None else ():
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(says))):
                    if name in shape.model_fields and shape.model_fields[name].description is None:
                        found.setdefault(name, inspect.cleandoc(says))
    return found
