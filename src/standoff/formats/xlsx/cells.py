"""The cells of a workbook: values only. A formula of the spreadsheet is a problem; nothing is computed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from typing_extensions import override

from standoff.errors import MAX_PROBLEMS, InvalidConflict, Problem, UnreadableFile, shorten
from standoff.formats.xlsx.layout import MAX_TEXT
from standoff.formats.xlsx.parts import MAX_UNPACKED, NOT_ONE, Archive, Attributes, Strings, Texts, opened, unescaped

MAX_CELLS = 300_000
MAX_ROW, MAX_COLUMN = 2**20, 2**14
MAX_NAME = 255  # of a sheet; spreadsheets allow 31
_WINDOWS, _MACINTOSH = datetime(1899, 12, 30), datetime(1904, 1, 1)  # where the days are counted from
_REFERENCE = re.compile("([A-Z]{1,3})([1-9][0-9]{0,6})")

Value = bool | int | Decimal | str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and the number of its place in ``Book.places``."""

    value: Value
    line: int


@dataclass(slots=True)
class Book:
    """The cells that hold something, by sheet, row and column; ``places`` are their names, as in ``Options!B4``."""

    sheets: dict[str, dict[int, dict[int, Cell]]] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    values: int = 0
    characters: int = 0

    def place(self, name: str) -> int:
        """The number of a new place."""
        self.places.append(name)
        return len(self.places) - 1

    def count(self, values: int, characters: int = 0) -> None:
        """So many more values. Raises UnreadableFile at the bounds."""
        self.values += values
        self.characters += characters
        if self.values > MAX_CELLS or self.characters > MAX_UNPACKED:
            raise UnreadableFile(f"more than {MAX_CELLS:,} values, or than {MAX_UNPACKED // 2**20} MiB of text")

    def wrong(self, place: str, message: str) -> None:
        """One more problem. Raises InvalidConflict at the bound."""
        self.problems.append(Problem(f"{place}: {message}"))
        if len(self.problems) >= MAX_PROBLEMS:
            self.problems.append(Problem(f"and more; only the first {MAX_PROBLEMS} are listed"))
            self.judge()

    def judge(self) -> None:
        """Raises InvalidConflict where something is wrong so far."""
        if self.problems:
            raise InvalidConflict(self.problems)


def read(content: bytes, wanted: Callable[[str], bool]) -> Book:
    """The sheets of a workbook, those that are ``wanted`` with their cells. Raises UnreadableFile."""
    with opened(content) as archive:
        main = next(archive.related("", "officeDocument"), "")
        if main not in archive.names or not main.endswith(".xml"):
            raise UnreadableFile(f"{NOT_ONE}: it has none of the parts of an .xlsx file")
        epoch, sheets = _contents(archive, main)
        strings = Strings()
        for part in {*archive.related(main, "sharedStrings")}:
            archive.parse(part, strings)
        dates = _date_styles(
            [one for part in {*archive.related(main, "styles")} for one in archive.elements(part, *_STYLES)]
        )
        book = Book({name: {} for name in sheets})
        for name, part in sheets.items():
            if wanted(name):
                archive.parse(part, _Cells(book, name, strings.found, dates, epoch))
    return book


def _contents(archive: Archive, main: str) -> tuple[datetime, dict[str, str]]:
    """The day that dates count from, and the part of each sheet."""
    parts = {ident: part for ident, kind, part in archive.relations(main) if kind == "worksheet"}
    epoch, sheets = _WINDOWS, {}
    for name, given in archive.elements(main, "workbookPr", "sheet"):
        if name == "workbookPr" and given.get("date1904", "0") not in ("0", "false"):
            epoch = _MACINTOSH
        elif name == "sheet" and given.get("id") in parts:
            sheets[given.get("name", "")] = parts[given["id"]]
    if len(set(sheets.values())) < len(sheets) or any(len(name) > MAX_NAME for name in sheets):
        raise UnreadableFile(f"{NOT_ONE}: two of its sheets are one, or have too long a name")
    return epoch, sheets


def letters(column: int) -> str:
    """The letters of a column, from 1: A."""
    text = ""
    while column:
        column, digit = divmod(column - 1, 26)
        text = chr(ord("A") + digit) + text
    return text


class _Cells(Texts):
    """The cells of a sheet that hold something go to the book."""

    def __init__(self, book: Book, sheet: str, strings: list[str], dates: set[int], epoch: datetime) -> None:
        super().__init__()
        self.book, self.sheet, self.strings, self.dates, self.epoch = book, sheet, strings, dates, epoch
        self.row = self.column = 0
        self.kind, self.style, self.computed = "n", 0, False

    @override
    def start(self, name: str, given: Attributes) -> None:
        super().start(name, given)
        match name:
            case "row":
                self.row, self.column = int(given.get("r", self.row + 1)), 0
            case "c":
                self.begin(given)
            case "f":
                self.computed = True

    def begin(self, given: Attributes) -> None:
        self.column += 1
        if "r" in given:
            match = _REFERENCE.fullmatch(given["r"])
            if match is None:
                raise UnreadableFile(f'{NOT_ONE}: a cell is called "{shorten(given["r"])}"')
            self.row, self.column = int(match[2]), 0
            for letter in match[1]:
                self.column = self.column * 26 + ord(letter) - ord("A") + 1
        if not (0 < self.row <= MAX_ROW and self.column <= MAX_COLUMN):
            raise UnreadableFile(f"{NOT_ONE}: a cell lies beyond the end of the sheet {shorten(self.sheet)}")
        self.kind, self.style, self.computed = given.get("t", "n"), int(given.get("s", 0)), False
        self.take()

    @override
    def end(self, name: str) -> None:
        super().end(name)
        if name != "c":
            return
        text, place = self.take(), f"{self.sheet}!{letters(self.column)}{self.row}"
        if self.computed:
            self.book.wrong(place, "a formula of the spreadsheet; put its value in its place")
            return
        try:
            value = self.value(text)
        except (ValueError, OverflowError):
            self.book.wrong(place, f'"{shorten(text)}" is not a value')
            return
        length = len(value) if isinstance(value, str) else 0
        if length > MAX_TEXT:
            self.book.wrong(place, f"more than {MAX_TEXT:,} characters")
        elif value != "":
            self.book.count(1, length)
            self.book.sheets[self.sheet].setdefault(self.row, {})[self.column] = Cell(value, self.book.place(place))

    def value(self, text: str) -> Value:
        """What a cell of this kind holds. Raises ValueError or OverflowError where it is nothing."""
        if not text:
            return ""
        match self.kind:
            case "s":
                return self.strings[int(text)]
            case "str" | "inlineStr":
                return unescaped(text)
            case "b":
                return text not in ("0", "false")
            case "d":
                return _date_text(datetime.fromisoformat(text))
            case "n" if self.style in self.dates:
                return _date_text(self.epoch + timedelta(days=float(text)))
            case "n":
                return _number(float(text))
        raise ValueError(text)  # an error such as #REF!


def _number(number: float) -> int | Decimal:
    """The number that was typed: spreadsheets keep binary fractions, and may write 1.1 as 1.1000000000000001."""
    if number.is_integer() and abs(number) < 10**15:
        return int(number)
    if number - number != 0:
        raise ValueError(number)
    return Decimal(repr(number))


def _date_text(when: datetime) -> str:
    return when.date().isoformat() if when.time() == datetime.min.time() else when.isoformat(" ", "seconds")


# Which styles show a number as a date

_STYLES = ("numFmt", "cellXfs", "cellStyleXfs", "xf")
_BUILT_IN = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}


def _date_styles(elements: list[tuple[str, Attributes]]) -> set[int]:
    formats = {given.get("numFmtId"): given.get("formatCode", "") for name, given in elements if name == "numFmt"}
    dates: set[int] = set()
    container, number = "", 0
    for name, given in elements:
        if name == "xf" and container == "cellXfs":
            ident = given.get("numFmtId", "0")
            if _shows_date(formats[ident]) if ident in formats else ident.isdecimal() and int(ident) in _BUILT_IN:
                dates.add(number)
            number += 1
        elif name in ("cellXfs", "cellStyleXfs"):
            container, number = name, 0
    return dates


def _shows_date(code: str) -> bool:
    """Whether a format has the letters of years, days, hours or seconds outside of quotes and brackets."""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|[\\_*].', "", code)
    return plain.casefold() != "general" and re.search("[ydhs]", plain.casefold()) is not None
