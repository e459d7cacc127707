"""The shape of tests of claims: made of their descriptions in ``conflict.claim_tests``."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, create_model, model_validator

from standoff.conflict import claim_tests
from standoff.conflict.claim_tests import Argument, ArgumentKind
from standoff.formats.claim_writing import written
from standoff.formats.values import Date, FormulaText, Name, NameList, Number, Shape


def _place(value: Any) -> Any:
    if value == []:
        raise ValueError("no states")
    return ("true" if value else "false") if isinstance(value, bool) else value


def _groups(value: Any) -> Any:
    if isinstance(value, str):
        return [[value]]
    if isinstance(value, list):
        return [[one] if isinstance(one, str) else one for one in value]
    return value


_SHAPES: Mapping[ArgumentKind, Any] = {
    ArgumentKind.PLACE: Annotated[
        int | str | list[int | str], BeforeValidator(_place, json_schema_input_type=bool | int | str | list[int | str])
    ],
    ArgumentKind.CONCEPT: str,
    ArgumentKind.CONCEPT_IN_TURN: str,
    ArgumentKind.PARTY: Name,
    ArgumentKind.PAIR: Annotated[list[Name], Field(min_length=2, max_length=2)],
    ArgumentKind.PARTIES: NameList,
    ArgumentKind.GROUPS: Annotated[
        list[list[Name]],
        Field(min_length=1),
        BeforeValidator(_groups, json_schema_input_type=str | list[str | list[str]]),
    ],
    ArgumentKind.FORMULAS: list[FormulaText],
    ArgumentKind.DATE: Date,
    ArgumentKind.FLAG: bool,
    ArgumentKind.WHOLE: int,
    ArgumentKind.NUMBER: Number,
}
"""What each kind of argument is in a file; a word is one of those that its description gives."""


def _shape(one: Argument) -> Any:
    """The type of an argument in a file, and what there is to say of it."""
    if one.kind is ArgumentKind.WORD:
        kept: Any = Literal[tuple(map(str, one.among))]
    elif one.among:
        low, high = one.among
        kept = Annotated[_SHAPES[one.kind], Field(ge=low, le=high)]
    else:
        kept = _SHAPES[one.kind]
    default: Any = ... if one.is_required else written(one.kind, one.default)
    return kept, Field(default, alias=one.key if one.key != one.name else None, description=one.says)


def _shape_of(test: type[claim_tests.Test]) -> type[Shape]:
    """The shape of a test's arguments: its class, said in the first paragraph of its docstring."""
    first = (inspect.getdoc(test) or "").partition("\n\n")[0]
    arguments = {one.name: _shape(one) for one in claim_tests.ARGUMENTS[test]}
    return create_model(f"{test.__name__}Shape", __base__=Shape, __doc__=first, **arguments)


if TYPE_CHECKING:
    _Simple = Shape
else:
    _OF = {form.of: _shape_of(form.of) for form in claim_tests.FORMS.values()}
    _Simple = create_model(
        "_Simple", __base__=Shape, **{key: (_OF[form.of] | None, None) for key, form in claim_tests.FORMS.items()}
    )


class TestShape(_Simple):
    """One kind of test with its arguments."""

    __test__ = False

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
