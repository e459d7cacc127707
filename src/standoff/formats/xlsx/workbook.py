"""From a conflict to a workbook. Text is never a formula of the spreadsheet, whatever it begins with."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from standoff.conflict.model import Conflict, as_state_name
from standoff.errors import CannotSay, Note
from standoff.formats.writing import write_conflict
from standoff.formats.xlsx import cells, layout
from standoff.formats.xlsx.layout import Sheet

MAX_FILLED = cells.MAX_CELLS * 2 // 3  # cells; when they are read, headers and the parts of cells count too
_STAMP = datetime(2000, 1, 1)  # the same conflict makes the same bytes
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
_HEAD = PatternFill("solid", fgColor="FFDDE6EE")
_TOP = Alignment(vertical="top", wrap_text=True)

Entry = Mapping[str, Any]
Row = Mapping[str, Any]


def write(conflict: Conflict) -> bytes:
    """The workbook. Raises CannotSay where a text or a table is too large for a spreadsheet."""
    data = write_conflict(conflict)
    tables = {sheet.name: list(rows) for sheet, rows in _tables(data)}
    told = _left_out(conflict, data)
    if told:
        warnings.warn(Note(f"a spreadsheet has no place for {', '.join(told)}; these are left out"), stacklevel=2)
    filled = sum(value not in (None, "") for rows in tables.values() for row in rows for value in row.values())
    if filled > MAX_FILLED:
        raise CannotSay(f"{filled:,} cells; a workbook is written with at most {MAX_FILLED:,}")
    workbook = Workbook()
    assert workbook.active is not None
    workbook.remove(workbook.active)
    _instruct(workbook.create_sheet(layout.README))
    for sheet in layout.SHEETS:
        if tables[sheet.name] or not sheet.optional:
            _fill(workbook.create_sheet(sheet.name), sheet, tables[sheet.name])
    return packed(workbook)


# What there is to tell


def _tables(data: Entry) -> Iterator[tuple[Sheet, Iterator[Row]]]:
    parties: Mapping[str, Entry] = data["decision_makers"]
    graph = data.get("graph", {})
    yield layout.CONFLICT, _items(data)
    yield (
        layout.DECISION_MAKERS,
        (
            {"name": name, **_some(dm, "title", "about"), **({"plural": "yes"} if dm.get("plural") else {})}
            for name, dm in parties.items()
        ),
    )
    yield (
        layout.OPTIONS,
        (
            {
                "decision maker": dm,
                "option": name,
                "levels": _levels(option),
                **_some(option, "title", "moves", "slips"),
                **_evidence(option),
            }
            for dm, party in parties.items()
            for name, option in party.get("options", {}).items()
        ),
    )
    yield layout.PREFERENCES, (row for dm, party in parties.items() for row in _preference(dm, party))
    yield layout.RULES, (_statement(entry, "rule", "rule") for entry in data.get("infeasible", ()))
    yield (
        layout.DEFINITIONS,
        (
            {
                "name": name,
                **_statement(entry, "that", "formula"),
                **({"calls states": "yes"} if key == "names" else {}),
            }
            for key in ("define", "names")
            for name, entry in data.get(key, {}).items()
        ),
    )
    named = ({"state": name, **_statement(entry, "that", "formula")} for name, entry in data.get("states", {}).items())
    labelled = ({"state": name, "title": label} for name, label in graph.get("states", {}).items())
    yield layout.STATES, labelled if graph else named
    yield (
        layout.MOVES,
        (
            {"decision maker": dm, "from": start, "to": end}
            for dm, arcs in graph.get("moves", {}).items()
            for start, ends in arcs.items()
            for end in ends
        ),
    )
    yield (
        layout.SOURCES,
        (
            {"name": name, **source, "via": "\n".join(map(_on_one_line, source.get("via", ())))}
            for name, source in data.get("sources", {}).items()
        ),
    )


def _items(data: Entry) -> Iterator[Row]:
    for item in ("title", "date", "about"):
        yield {"item": item, "value": data.get(item)}
    if data.get("limits"):
        yield {"item": "limits", "value": "\n".join(map(_on_one_line, data["limits"]))}
    given = data.get("status_quo")
    long = given if isinstance(given, dict) and "state" in given else {"state": given}
    state = long["state"]
    if isinstance(state, dict):
        state = ", ".join(f"{option} = {level}" for option, level in (state or _first_level(data)).items())
    yield {"item": "status quo", "value": state, **_evidence(long)}


def _first_level(data: Entry) -> Mapping[str, str]:
    """A status quo that is all first levels names one of them, so that it is not empty."""
    dm, party = next(iter(data["decision_makers"].items()))
    name, option = next(iter(party["options"].items()))
    return {f"{dm}.{name}": next(iter(option.get("levels", ["no"])))}


def _some(entry: Entry, *keys: str) -> Row:
    return {key: entry.get(key) for key in keys}


def _evidence(entry: Entry) -> Row:
    quote = entry.get("quote", {})
    words = {"source": quote.get("source"), "quote": quote.get("exact")}
    return {**_some(entry, "why", "kind", "sure", "note"), **words}


def _statement(entry: Any, key: str, column: str) -> Row:
    long = entry if isinstance(entry, dict) else {key: entry}
    return {column: long[key], "title": long.get("title"), **_evidence(long)}


def _levels(option: Entry) -> str | None:
    levels = option.get("levels")
    if isinstance(levels, dict):
        told = (f"{name}: {_on_one_line(title)}" if title else name for name, title in levels.items())
        return "\n".join(told)
    return ", ".join(levels) if levels else None


def _on_one_line(text: str) -> str:
    return " ".join(text.split("\n"))


def _preference(dm: str, party: Entry) -> Iterator[Row]:
    for number, entry in enumerate(party.get("prefers", ()), start=1):
        yield {"decision maker": dm, "order": number, **_statement(entry, "that", "statement")}
    for text, entry in party.get("weights", {}).items():
        long = entry if isinstance(entry, dict) else {"weight": entry}
        rest = {"title": long.get("title"), **_evidence(long)}
        yield {"decision maker": dm, "statement": text, "weight": long["weight"], **rest}
    given = party.get("ranking", [])
    ranking = given if isinstance(given, dict) else {"order": given}
    about = _evidence(ranking)
    for number, group in enumerate(ranking["order"], start=1):
        for state in group if isinstance(group, list) else [group]:
            yield {"decision maker": dm, "order": number, "state": state, **about}
            about = {}


_KEYS = {
    "views": "views",
    "history": "the history",
    "relations": "measured relations",
    "claims": "claims",
    "published": "published answers",
}


def _left_out(conflict: Conflict, data: Entry) -> list[str]:
    """What the sheets have no place for, in words."""
    told = [words for key, words in _KEYS.items() if key in data]
    quotes = [quote for path, quote in conflict.quotes() if path[0] not in _KEYS]
    if any(quote.prefix or quote.suffix for quote in quotes):
        told.append("what stands before and after a quote")
    kept = [one.evidence for one in conflict.judgements() if one.path[0] not in _KEYS]
    kept += [one.statement.evidence for one in conflict.definitions if not one.is_judgement]
    kept += [state.statement.evidence for state in conflict.states]
    if any(evidence.relation for evidence in kept):
        told.append("the relation that a judgement cites")
    if any("\n" in text for text in conflict.limits):
        told.append("line breaks in a limit")
    lines = [level.title or "" for _, option in conflict.options for level in option.levels]
    if any("\n" in text for text in (*lines, *(via for source in conflict.sources for via in source.via))):
        told.append("line breaks in the title of a level or under via")
    return told


# Cells


def _instruct(page: Worksheet) -> None:
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 20, 110
    page.append(["A conflict, for Standoff"])
    for text in layout.INSTRUCTIONS:
        page.append([None, text])
    page.append(["Sheet", "What stands in it"])
    for sheet in layout.SHEETS:
        page.append([sheet.name, sheet.about])
    for row in page.iter_rows():
        for cell in row:
            cell.alignment = _TOP
        row[0].font = Font(bold=True)


def _fill(page: Worksheet, sheet: Sheet, rows: Sequence[Row]) -> None:
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, start=1):
        letter = cells.letters(number)
        page.column_dimensions[letter].width = column.width
        if column.kind != "number":
            page.column_dimensions[letter].number_format = "@"  # what is typed stays text, whatever it looks like
        head = page.cell(1, number, column.name)
        head.font, head.fill, head.alignment = Font(bold=True), _HEAD, _TOP
        if column.choices:
            _offer(page, f"{letter}2:{letter}{max(len(rows), 200) + 100}", column.choices)
        for at, row in enumerate(rows, start=2):
            value = row.get(column.name)
            if column.kind == "state" and isinstance(value, str):
                value = as_state_name(value)
            if value not in (None, ""):
                _put(page.cell(at, number), value, f"{sheet.name}!{letter}{at}")


def _offer(page: Worksheet, where: str, choices: Sequence[str]) -> None:
    offered = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True)
    offered.add(where)
    page.add_data_validation(offered)


def _put(cell: Cell | MergedCell, value: Any, place: str) -> None:
    """A number where the spreadsheet keeps it exactly, else text."""
    assert isinstance(cell, Cell)
    cell.alignment = _TOP
    number = _exactly(value)
    if number is not None:
        cell.value = number
        return
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    if len(text.encode("utf-16-le", "surrogatepass")) > 2 * layout.MAX_TEXT:
        raise CannotSay(
            f"{place}: a cell of a spreadsheet holds at most {layout.MAX_TEXT:,} characters, not {len(text):,}"
        )
    cell.value = _NOT_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = text.startswith(_COMPUTED)


def _exactly(value: Any) -> int | float | None:
    if isinstance(value, int) and abs(value) < 10**15:
        return value
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= 15 and Decimal(repr(float(value))) == value:
        return float(value)
    return None


def packed(workbook: Workbook) -> bytes:
    """The bytes of a workbook, without the time of day that its writer puts in: equal workbooks, equal bytes."""
    workbook.properties.creator = "Standoff"
    workbook.properties.created = workbook.properties.modified = _STAMP
    raw, packed = BytesIO(), BytesIO()
    ExcelWriter(workbook, ZipFile(raw, "w", ZIP_DEFLATED)).save()
    with ZipFile(raw) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name, _STAMP.timetuple()[:6]), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()
