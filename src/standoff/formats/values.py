"""What the shapes of a conflict file are made of: mappings that tell unknown keys; names, dates, numbers and states."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationInfo, model_validator

from standoff.conflict.letters import composed
from standoff.errors import MAX_PROBLEMS, Path, Problem, nearest, shorten

MAX_ENTRIES = 10_000
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Shape(BaseModel):
    """A mapping of the format. Unknown keys are told (with the nearest known one) and passed over."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

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


def nothing(value: Any) -> Any:
    """What is left empty has no entries."""
    return {} if value is None else value


def no_items(value: Any) -> Any:
    """What is left empty is a list without entries; any other is judged entry by entry."""
    return [] if value is None else few(value)


def few(value: Any) -> Any:
    """A list that can be judged entry by entry, each wrong one told."""
    if isinstance(value, list) and len(value) > MAX_ENTRIES:
        raise ValueError(f"{len(value):,} entries; at most {MAX_ENTRIES:,}")
    return value


def _levels(value: Any) -> Any:
    if isinstance(value, list):
        for k, name in enumerate(value):
            if not isinstance(name, str):
                raise ValueError(f"level {k + 1} is not a name: a letter, then letters, digits or _")
        names = [composed(name) for name in value]
        if len(set(names)) < len(names):
            raise ValueError("a level is given twice")
        return dict.fromkeys(names)
    return value


def _grade(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch("[A-F][1-6]", value):
        raise ValueError("expected a grade of the Admiralty code: a letter A-F and a digit 1-6, like B2")
    return value


def _weight(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]{1,400}(\.[0-9]{1,400})?([eE][-+]?[0-9]{1,3})?", value):
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


def _state(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("expected the name or number of a state")
    return value


def _group(value: Any) -> Any:
    return [_state(one) for one in value] if isinstance(value, list) else [_state(value)]


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Name = Annotated[str, AfterValidator(composed)]
NameList = Annotated[list[Name], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])]
FormulaText = Annotated[str, BeforeValidator(_formula, json_schema_input_type=str | bool)]
Date = Annotated[str, BeforeValidator(_date, json_schema_input_type=str | int)]
StateRef = Annotated[int | str, BeforeValidator(_state)]
TiedStates = Annotated[list[int | str], BeforeValidator(_group, json_schema_input_type=int | str | list[int | str])]
Number = Annotated[Decimal, BeforeValidator(_weight, json_schema_input_type=float | str)]
Slips = Annotated[Decimal, BeforeValidator(_slips, json_schema_input_type=Literal["never"] | float | str)]
LevelMap = Annotated[
    dict[str, str | None], BeforeValidator(_levels, json_schema_input_type=list[str] | dict[str, str | None])
]
Grade = Annotated[str, BeforeValidator(_grade)]
Named = BeforeValidator(nothing)
Listed = BeforeValidator(no_items)
