"""What a format is: how its columns are found, and what each of them means, in SQL."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

STATEMENT, VERBAL_COOPERATION, MATERIAL_COOPERATION, VERBAL_CONFLICT, MATERIAL_CONFLICT, NO_CLASS = 0, 1, 2, 3, 4, 9

Columns = Mapping[str, str]  # the name of a column to its SQL


@dataclass(frozen=True, slots=True)
class Side:
    """One party to an event. ``place``: what its state is told by; ``names``: what else a mapping may know it by."""

    place: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """The meaning of a row, as SQL expressions over its columns (all text).

    ``date`` is null where there is no such day; ``code`` is looked up among ``codes`` (a kind of code table), if any,
    which gives ``k.key`` and ``k.class``; ``event_class`` is null where the code is unknown. ``places``: the table that
    ``Side.place`` is looked up in; ``unknown``: whether one that is not in it (``place``) is an error of the file.
    ``numbers`` must be numbers where there is something; ``warnings``: names and conditions; ``several``: what
    separates the parties within a cell. Where ``stamp`` is set, the latest row of an ``id`` counts, whatever its date.
    """

    date: str
    date_text: str
    code: str
    event_class: str
    source: Side
    target: Side
    places: str
    codes: str | None = None
    key: str = "k.key"
    unknown: str = "true"
    id: str | None = None
    numbers: tuple[str, ...] = ()
    late: str = "false"
    stamp: str | None = None
    imprecise: str = "false"
    last: str = "NULL"
    warnings: tuple[tuple[str, str], ...] = ()
    several: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the columns of a file lie: their number, which is where, and what separates and quotes them."""

    format: Format
    columns: tuple[str, ...]
    header: bool
    delimiter: str = "\t"
    quoted: bool = False
    encoding: str = "utf-8"
    day_first: bool | None = None

    @property
    def sql(self) -> dict[str, str]:
        """Column names to the SQL of their text."""
        return {name: f"c{at}" for at, name in reversed(list(enumerate(self.columns)))}


@dataclass(frozen=True, slots=True)
class Format:
    """One format of event files. ``needed``: columns without which nothing can be read (``|``: any of these)."""

    name: str
    title: str
    needed: tuple[str, ...]
    fields: Callable[[Columns, Layout], Fields]
    widths: tuple[tuple[str, ...], ...] = ()  # the columns of files without a header
    delimiters: str = "\t"
    quoted: bool = False
    encodings: tuple[str, ...] = ("utf-8",)

    def lacks(self, columns: tuple[str, ...]) -> list[str]:
        """The needed columns that are not there."""
        return [need for need in self.needed if not set(need.split("|")) & set(columns)]


def iso_day(text: str) -> str:
    """YYYY-MM-DD to a date, null where there is no such day."""
    return f"CASE WHEN {text} LIKE '____-__-__' THEN TRY_CAST({text} AS DATE) END"


def compact_day(text: str) -> str:
    """YYYYMMDD to a date, null where there is no such day."""
    parts = f"{text}[1:4] || '-' || {text}[5:6] || '-' || {text}[7:8]"
    return f"CASE WHEN length({text}) = 8 THEN TRY_CAST({parts} AS DATE) END"
