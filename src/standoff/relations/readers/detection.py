"""Which format a file has: from its first lines, or as told."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from standoff.errors import UnknownName, UnreadableFile, shorten, unknown
from standoff.relations.readers import acled, gdelt, icews, phoenix, plain, polecat, ucdp
from standoff.relations.readers.fields import Format, Layout
from standoff.relations.readers.files import HEAD_BYTES

FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        icews.FORMAT,
        *gdelt.FORMATS,
        polecat.FORMAT,
        ucdp.FORMAT,
        acled.FORMAT,
        phoenix.FORMAT,
        plain.EVENTS,
        plain.COUNTS,
    )
}
FAMILIES = {"gdelt": ("gdelt1", "gdelt2"), "plain": ("plain", "counts")}
MAX_COLUMNS = 1000


def formats(name: str | None) -> tuple[Format, ...]:
    """The formats that a name may stand for; all without one. Raises UnknownName."""
    if name is None:
        return tuple(FORMATS.values())
    if name not in FORMATS and name not in FAMILIES:
        raise UnknownName(unknown("format", name, [*FORMATS, *FAMILIES]))
    return tuple(FORMATS[one] for one in FAMILIES.get(name, (name,)))


def detect(name: str, head: bytes, candidates: Sequence[Format]) -> Layout:
    """The layout of a file from its first bytes. Raises UnreadableFile."""
    if b"\0" in head:
        raise UnreadableFile(f"{name}: not text: it has NUL bytes")
    text = head.decode("utf-8-sig", errors="replace")
    lines = re.split(r"\r\n|\n|\r", text)
    if len(head) >= HEAD_BYTES:
        lines = lines[:-1]
        if not lines:
            raise UnreadableFile(f"{name}:1: a line longer than {HEAD_BYTES // 2**10} KiB")
    lines = [line for line in lines if line.strip()]
    if not lines:
        raise UnreadableFile(f"{name}: empty")
    found = by_header(name, lines[0], candidates) or _by_width(lines, candidates)
    if found is None:
        raise UnreadableFile(f"{name}:1: {_why_not(lines, candidates)}")
    return found


def columns_of(name: str, columns: Sequence[str], candidates: Sequence[Format]) -> Layout:
    """The layout of a table that names its columns itself. Raises UnreadableFile."""
    found = _by_names(name, columns, [one for one in candidates if one.needed], "\t")
    if found is None:
        raise UnreadableFile(f"{name}: no known format: columns {shorten(', '.join(columns), 200)}")
    return found


def by_header(name: str, line: str, candidates: Sequence[Format]) -> Layout | None:
    """The layout by the names in a header, None where it is no known one."""
    for delimiter in "\t,;":
        fitting = [one for one in candidates if one.needed and delimiter in one.delimiters]
        found = _by_names(name, split(line, delimiter), fitting, delimiter)
        if found is not None:
            return found
    return None


def split(line: str, delimiter: str) -> list[str]:
    """The fields of one line."""
    if delimiter == "\t" and '"' not in line:
        return line.split("\t")
    csv.field_size_limit(HEAD_BYTES * 4)
    return next(csv.reader(io.StringIO(line), delimiter=delimiter), [])


def _by_names(name: str, columns: Sequence[str], fitting: Sequence[Format], delimiter: str) -> Layout | None:
    stripped = tuple(column.strip() for column in columns)
    for one in fitting:
        # names of plain tables are compared without case
        names = tuple(column.lower() for column in stripped) if one.name in FAMILIES["plain"] else stripped
        if one.lacks(names):
            continue
        if len(names) > MAX_COLUMNS:
            raise UnreadableFile(f"{name}:1: more than {MAX_COLUMNS} columns")
        wanted = {each for need in one.needed for each in need.split("|")}
        twice = [column for column, count in Counter(names).items() if count > 1 and column in wanted]
        if twice:
            raise UnreadableFile(f'{name}:1: column "{twice[0]}" twice')
        return Layout(one, names, header=True, delimiter=delimiter, quoted=one.quoted)
    return None


def _by_width(lines: Sequence[str], candidates: Sequence[Format]) -> Layout | None:
    """The layout by what most of the first lines have in number of fields; such files have no header."""
    for one in candidates:
        widths = Counter(len(split(line, one.delimiters[0])) for line in lines[:100])
        for columns in one.widths:
            most = widths.most_common(1)[0][0]
            numbered = sum(line.lstrip('"')[:1].isdigit() for line in lines[:100]) * 2 > len(lines[:100])
            if (
                most == len(columns)
                and (numbered or one.quoted)
                and (not one.quoted or lines[0].strip('"')[:1].isdigit())
            ):
                return Layout(one, columns, header=False, delimiter=one.delimiters[0], quoted=one.quoted)
    return None


def _why_not(lines: Sequence[str], candidates: Sequence[Format]) -> str:
    """What a format would need, of those that come nearest."""
    best = None
    for one in candidates:
        for delimiter in one.delimiters if one.needed else "":
            names = tuple(column.strip() for column in split(lines[0], delimiter))
            if one.name in FAMILIES["plain"]:
                names = tuple(column.lower() for column in names)
            lacks = one.lacks(names)
            got = len(one.needed) - len(lacks)
            if best is None or got > best[0]:
                best = (got, one, lacks)
    if best is not None and (best[0] > 0 or len(candidates) == 1):
        listed = ", ".join(lack.replace("|", " or ") for lack in best[2])
        return f"not {best[1].title}: no column {listed}"
    widths = [str(len(columns)) for one in candidates for columns in one.widths]
    tabs = Counter(len(line.split("\t")) for line in lines[:100]).most_common(1)[0][0]
    wanted = f"; {candidates[0].title} have {' or '.join(widths)}" if len(candidates) <= 2 and widths else ""
    return f"no known format: most lines have {tabs} fields separated by tabs{wanted}; it begins {shorten(lines[0])!r}"
