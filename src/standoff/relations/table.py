"""A table of dyad-years as a panel: ready counts in the four classes, both directions of a dyad already added up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from standoff.errors import UnreadableFile, shorten
from standoff.relations.panel import CLASSES, Panel, from_rows

PERIODS = ("year", "period")
MAX_BYTES = 64 * 2**20
MAX_COUNT = 10**12
MAX_ACTORS = 500
MAX_CELLS = 5_000_000  # dyads times periods


def read_table(path: Path | str) -> Panel:
    """The panel of a CSV file with the columns a, b, year (or period), the four classes and set_total.

    An actor is known in the periods in which it has rows; two actors that both have some, but none with each other,
    have no events. Raises UnreadableFile with file and line.
    """
    path = Path(path)
    rows: dict[tuple[str, str, str], list[int]] = {}
    totals: dict[str, int] = {}
    actors: set[str] = set()
    for line, row in _rows(_text(path), path):
        try:
            a, b, period, counts, total = _row(row)
            key = (min(a, b), max(a, b), period)
            if key in rows:
                raise ValueError(f"{a} and {b} in {period} a second time")
            if totals.setdefault(period, total) != total:
                raise ValueError(f"set_total is {total} here and {totals[period]} before, in {period}")
            actors |= {a, b}
            if len(actors) > MAX_ACTORS or len(actors) ** 2 // 2 * len(totals) > MAX_CELLS:
                raise ValueError(f"more than {MAX_ACTORS} actors, or {MAX_CELLS:,} dyads in all periods")
        except ValueError as wrong:
            raise UnreadableFile(f"{path}:{line}: {wrong}") from None
        rows[key] = counts
    if not rows:
        raise UnreadableFile(f"{path}: no rows")
    return from_rows(((*key, counts) for key, counts in rows.items()), totals, "events", path.name)


def is_table(path: Path) -> bool:
    """Whether a file begins with the columns of such a table."""
    try:
        with path.open("rb") as stream:
            first = stream.read(4096).decode("utf-8-sig", "replace").splitlines()[:1]
    except (OSError, ValueError):
        return False
    columns = {name.strip() for name in first[0].split(",")} if first else set()
    return {"a", "b", *CLASSES} <= columns


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as wrong:
        raise UnreadableFile(f"{path}: {getattr(wrong, 'strerror', None) or wrong}") from None
    if len(data) > MAX_BYTES:
        raise UnreadableFile(f"{path}: larger than {MAX_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = data.count(b"\n", 0, wrong.start) + 1
        raise UnreadableFile(f"{path}:{line}: not text in UTF-8") from None


def _rows(text: str, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows by column, with the lines on which they end. Raises UnreadableFile."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check(header, path)
        for row in reader:
            if len(row) != len(header) and row:
                raise UnreadableFile(f"{path}:{reader.line_num}: {len(row)} fields; the header has {len(header)}")
            if row:
                yield reader.line_num, dict(zip(header, row, strict=True))
    except csv.Error as wrong:
        raise UnreadableFile(f"{path}:{reader.line_num}: {wrong}") from None


def _check(header: list[str], path: Path) -> None:
    period = [name for name in header if name in PERIODS]
    wanted = ["a", "b", period[0] if period else PERIODS[0], *CLASSES, "set_total"]
    missing = [name for name in wanted if name not in header]
    if missing:
        raise UnreadableFile(f"{path}:1: no column {missing[0]}; expected {', '.join(wanted)}")
    for name in header:
        if name not in wanted or header.count(name) > 1:
            what = "twice" if header.count(name) > 1 else "not known"
            raise UnreadableFile(f'{path}:1: column "{shorten(name)}" {what}; expected {", ".join(wanted)}')


def _row(row: dict[str, str]) -> tuple[str, str, str, list[int], int]:
    a, b, period = (row[name].strip() for name in ("a", "b", "year" if "year" in row else "period"))
    for name, text in (("a", a), ("b", b), ("period", period)):
        if not text or not text.isprintable() or len(text) > 200:
            raise ValueError(f'{name} is "{shorten(text)}"; expected a name')
    if a == b:
        raise ValueError(f"{a} with itself; a dyad has two actors")
    if "year" in row and not (len(period) == 4 and period.isascii() and period.isdigit()):
        raise ValueError(f'year is "{shorten(period)}"; expected four digits')
    return a, b, period, [_count(name, row[name]) for name in CLASSES], _count("set_total", row["set_total"])


def _count(name: str, text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 13 or int(text) > MAX_COUNT:
        raise ValueError(f'{name} is "{shorten(text)}"; expected a whole number')
    return int(text)
