"""A report for formats that are read from top to bottom: text in lines, the register as a chapter, tables that fit."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

from standoff.report.blocks import NOTE_KINDS, OF_COMPACT, Note, Report, Table, plain

SHORT = 15  # letters that stay on one line
WIDEST = 10  # columns that a page in portrait has room for

_SPACE = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029 ]+")
# What XML has no place for, other control characters, and what turns the reading direction of the words that follow.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """The text on one line, without characters that would garble what stands around it."""
    return _UNFIT.sub("", _SPACE.sub(" ", text))


def register(report: Report) -> dict[str, list[tuple[int, Note]]]:
    """The notes, with their places in the report, under the heading of their kind."""
    placed = list(enumerate(report.notes))
    kinds = OF_COMPACT if report.compact else NOTE_KINDS
    found = {heading: [(i, note) for i, note in placed if note.kind == kind] for kind, heading in kinds.items()}
    return {heading: notes for heading, notes in found.items() if notes}


def note_places(report: Report) -> dict[str, int]:
    """Where the note of a key stands: a name for it in a file that nobody's words are in."""
    return {note.key: i for i, note in reversed(list(enumerate(report.notes)))}


def squared(table: Table) -> Table:
    """The table with as many cells in each row as in the longest."""
    wide = max([len(table.heads), *map(len, table.rows)])
    heads, *rows = (row + ((),) * (wide - len(row)) for row in (table.heads, *table.rows))
    return replace(table, heads=heads, rows=tuple(rows))


def pieces(table: Table, most: int = WIDEST) -> list[Table]:
    """The table cut into tables of at most so many columns; each begins with the column that names the rows."""
    whole = squared(table)
    others = len(whole.heads) - 1
    parts = -(-others // (most - 1))
    if parts <= 1:
        return [whole]
    cuts = [1 + others * part // parts for part in range(parts + 1)]
    return [
        Table(
            heads=whole.heads[:1] + whole.heads[start:end],
            rows=tuple(row[:1] + row[start:end] for row in whole.rows),
            caption=f"{whole.caption} ({part} of {parts})",
            right=frozenset(c - start + 1 if c else 0 for c in whole.right if not c or start <= c < end),
        )
        for part, (start, end) in enumerate(itertools.pairwise(cuts), start=1)
    ]


def widths(table: Table, room: float, letter: float) -> list[float]:
    """How wide to make the columns: as what is in them where there is room, and else words are kept whole at least."""
    columns = list(zip(*((plain(cell) for cell in row) for row in (table.heads, *table.rows)), strict=True))
    longest = [max(map(len, cells)) for cells in columns]
    words = [max((len(word) for cell in cells for word in cell.split()), default=0) for cells in columns]
    most = [min((each + 4) * letter, room) for each in longest]
    least = [
        min((each if each < SHORT else word) + 4, room / letter / 3) * letter
        for each, word in zip(longest, words, strict=True)
    ]
    if sum(most) <= room:
        return most
    if sum(least) >= room:
        return [each * room / sum(least) for each in least]
    share = (room - sum(least)) / sum(max(m - n, 0) for m, n in zip(most, least, strict=True))
    return [n + max(m - n, 0) * share for m, n in zip(most, least, strict=True)]
