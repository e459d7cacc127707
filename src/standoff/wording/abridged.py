"""A conflict for pictures and pages: what its author wrote at great length is cut, with a note of how much.

A title of a hundred thousand characters is repeated in each sentence about whom it names; no page holds that, and
nobody reads it. Names, formulas and all that is computed stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from standoff.conflict.model import Conflict, DecisionMaker, Level, Option
from standoff.conflict.syntax import Formula

T = TypeVar("T")

TITLE, PROSE = 300, 3_000  # characters of titles, and of whatever is told at length
MOST: Mapping[str, int] = {
    **dict.fromkeys(("title", "authors", "publisher", "url"), TITLE),
    **dict.fromkeys(("about", "why", "note", "says", "exact", "citation", "trust"), PROSE),
}


def cut(text: str, most: int) -> str:
    """The text; where it is longer than ``most`` characters, its beginning and how many are cut."""
    if len(text) <= most:
        return text
    return f"{text[:most].rstrip()} … ({len(text) - most:,} characters cut)"


def abridged(conflict: Conflict) -> Conflict:
    """The conflict with long texts cut; the very same where none is long."""
    return _abridged(conflict)


def _abridged(value: T) -> T:
    """The value with long texts cut, in whatever it is made of; the very same where nothing is cut."""
    found: Any = value
    if isinstance(found, tuple):
        parts = tuple(_abridged(part) for part in found)
        return value if all(map(_same, parts, found)) else parts  # type: ignore[return-value]
    if not is_dataclass(found) or isinstance(found, Formula):
        return value
    changed = {}
    for one in fields(found):
        old = getattr(found, one.name)
        new = cut(old, MOST[one.name]) if isinstance(old, str) and one.name in MOST else _abridged(old)
        if new is not old:
            changed[one.name] = new
    if isinstance(found, (DecisionMaker, Level, Option)) and found.title is None and len(found.name) > TITLE:
        changed["title"] = cut(found.name, TITLE)
    return replace(found, **changed) if changed else value


def _same(one: object, other: object) -> bool:
    return one is other
