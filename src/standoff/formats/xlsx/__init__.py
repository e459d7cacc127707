"""Spreadsheets: a conflict as a workbook (.xlsx), for people who start from tables.

A workbook becomes the same tree as a YAML or JSON file, and is judged by the same code; what is wrong is told with its
cell. What the sheets have no place for is told when it is written.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

from standoff.conflict.meaning import Meaning, Source, conflict_of
from standoff.errors import IN_MESSAGES, InvalidConflict, MissingExtra, Note, Problem, nearest, render_path, shorten
from standoff.formats.reading import read_conflict
from standoff.formats.tree import Tree
from standoff.formats.xlsx import cells, layout
from standoff.formats.xlsx.tree import tree_of

_KNOWN = {layout.folded(sheet.name): sheet.name for sheet in layout.SHEETS}


def read(content: bytes) -> Meaning:
    """The conflict that a workbook describes, understood. Sheets of other names are passed over, with a note.

    Raises UnreadableFile, or InvalidConflict with all problems, each with its cell.
    """
    book = cells.read(content, lambda name: layout.folded(name) in _KNOWN)
    tree = Tree()
    try:
        book.judge()
        tree = tree_of(book)
        book.judge()
        meaning = read_conflict(tree)
    except InvalidConflict as error:
        raise InvalidConflict([_with_cell(problem, tree, book.places) for problem in error.problems]) from None
    others = [name for name in book.sheets if layout.folded(name) not in {*_KNOWN, layout.folded(layout.README)}]
    if others:
        warnings.warn(Note(f"not read: {', '.join(map(_other, others[:8]))}"), stacklevel=2)
    return meaning


def write(source: Source) -> bytes:
    """The workbook that describes a conflict: the same bytes each time. Raises CannotSay and MissingExtra."""
    try:
        from standoff.formats.xlsx import workbook
    except ImportError:
        raise MissingExtra("writing spreadsheets", "xlsx") from None
    return workbook.write(conflict_of(source))


def _other(sheet: str) -> str:
    near = nearest(sheet, _KNOWN.values())
    return f'the sheet "{shorten(sheet)}"' + (f' (did you mean "{near}"?)' if near else "")


def _with_cell(problem: Problem, tree: Tree, places: list[str]) -> Problem:
    """The cell in place of the line; the path too where the cell is only near what it names."""
    if problem.line is None:
        return problem
    near = problem.path and problem.path not in tree.lines
    message = re.sub(r"\(first in line (\d+)\)$", lambda one: f"(first in {places[int(one[1])]})", problem.message)
    path = f"{render_path(problem.path, IN_MESSAGES)}: " if near else ""
    return replace(problem, message=f"{places[problem.line]}: {path}{message}", path=(), line=None)
