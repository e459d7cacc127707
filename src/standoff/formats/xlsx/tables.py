"""The tables of a workbook: rows below a header, each cell read as its column says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from standoff.conflict.letters import composed
from standoff.conflict.syntax import is_name
from standoff.errors import shorten, unknown
from standoff.formats.xlsx import layout
from standoff.formats.xlsx.cells import Book, Cell, Value, letters
from standoff.formats.xlsx.layout import Column, Sheet


@dataclass(slots=True)
class Row:
    """The cells of a row that hold something, by column."""

    line: int
    cells: dict[str, Cell]

    def get(self, column: str) -> Cell | None:
        """The cell in a column."""
        return self.cells.get(column)


class Tables:
    """The tables of a book, sheet by sheet; what is wrong with them goes to it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.found = {layout.folded(name): name for name in book.sheets}

    def wrong(self, at: Cell | Row, message: str) -> None:
        """One more problem, at a cell or at the first of a row."""
        self.book.wrong(self.book.places[at.line], message)

    # Tables

    def table(self, sheet: Sheet, must: bool = False) -> list[Row]:
        """The rows of a sheet, below the first that holds something: its header."""
        name = self.found.get(layout.folded(sheet.name))
        if name is None:
            if must:
                there = _listed(list(self.book.sheets))
                self.book.wrong(
                    "the workbook", f'no sheet "{sheet.name}", but {there}; `standoff new` makes one to fill in'
                )
            return []
        numbered = sorted(self.book.sheets[name].items())
        if not numbered:
            if must:
                self.book.wrong(name, "the sheet is empty")
            return []
        columns = self._header(sheet, name, *numbered[0])
        rows = (self._row(columns, cells) for _, cells in numbered[1:])
        return [row for row in rows if row.cells and self._complete(sheet, row)] if columns else []

    def _header(self, sheet: Sheet, name: str, number: int, cells: dict[int, Cell]) -> dict[int, Column | None]:
        """Which column stands where (None: one that is wrong); none where one is missing that every row needs."""
        known = {layout.folded(column.name): column for column in sheet.columns}
        names = {key: column.name for key, column in known.items()}
        given = {layout.folded(str(cell.value)) for cell in cells.values()}
        columns: dict[int, Column | None] = {}
        for at, cell in cells.items():
            columns[at], column = None, known.get(layout.folded(str(cell.value)))
            if column is None:
                free = [name for key, name in names.items() if key not in given]
                self.wrong(cell, unknown("column", str(cell.value), free))
            elif column in columns.values():
                self.wrong(cell, f'a second column "{column.name}"')
            else:
                columns[at] = column
        there = {column.name for column in columns.values() if column is not None}
        missing = [needed for needed in (sheet.above, *sheet.needed) if needed and needed not in there]
        for needed in missing:
            self.book.wrong(f"{name}!A{number}", f'no column "{needed}" in the header')
        return {} if missing else columns

    def _row(self, columns: dict[int, Column | None], cells: dict[int, Cell]) -> Row:
        row = Row(min(cell.line for cell in cells.values()), {})
        for at, cell in cells.items():
            column = columns.get(at)
            if at not in columns:
                self.wrong(cell, f"a value in column {letters(at)}, which has no header")
            elif column is not None and (value := _value(column, cell.value)) != "":
                row.cells[column.name] = Cell(value, cell.line)
        return row

    def _complete(self, sheet: Sheet, row: Row) -> bool:
        for needed in sheet.needed:
            if row.get(needed) is None:
                self.wrong(row, f"no {needed} in this row")
        return all(row.get(needed) is not None for needed in sheet.needed)

    def by_party(self, sheet: Sheet, names: Sequence[Value]) -> dict[Value, list[Row]]:
        """The rows of each decision maker; where it is left empty, it is that of the row above."""
        found: dict[Value, list[Row]] = {name: [] for name in names}
        above: Value = ""
        for row in self.table(sheet):
            name = row.get(sheet.above)
            above = name.value if name is not None else above
            if above == "":
                self.wrong(row, "no decision maker in this row nor above it")
            elif above not in found:
                self.wrong(name or row, unknown("decision maker", str(above), filter(is_name, map(str, names))))
            else:
                found[above].append(row)
        return {name: rows for name, rows in found.items() if rows}


def _listed(names: list[str]) -> str:
    return ", ".join(f'"{shorten(name)}"' for name in names[:8]) + (", …" if len(names) > 8 else "") or "none"


# What a cell holds, by the kind of its column


def _value(column: Column, value: Value) -> Value:
    if isinstance(value, str) and not value.strip():
        return ""
    match column.kind:
        case "name":
            return composed(shown_text(value).strip())
        case "word":
            return shown_text(value).strip().casefold()
        case "formula":
            return shown_text(value).lower() if isinstance(value, bool) else shown_text(value)
        case "number":
            return value.strip() if isinstance(value, str) else value
        case "date":
            return date_of(value)
        case "state":
            return state_of(value)
        case "any":
            return value
    return shown_text(value)


def shown_text(value: Value) -> str:
    """As the spreadsheet shows it."""
    return str(value).upper() if isinstance(value, bool) else str(value)


def state_of(value: Value) -> int | str:
    """The name of a state."""
    return value if isinstance(value, int) and not isinstance(value, bool) else shown_text(value).strip()


def date_of(value: Value) -> Value:
    """A date without the time of day that a spreadsheet may add."""
    return re.sub(r"(\d{4}-\d\d-\d\d) \d\d:\d\d.*", r"\1", value.strip()) if isinstance(value, str) else value
