"""The sheets of a workbook and their columns: one table for reading, for writing and for the instructions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from standoff.conflict.evidence import Kind, Sure
from standoff.conflict.model import Direction


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its header. ``kind``: how its cells are read."""

    name: str
    kind: Literal["text", "name", "word", "formula", "number", "date", "state", "any"] = "text"
    width: int = 20
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: a table with a header. ``needed`` columns are filled in every row.

    ``above``: one that stays as in the row above where it is empty. ``optional``: not written where it has no rows.
    """

    name: str
    about: str
    columns: tuple[Column, ...]
    needed: tuple[str, ...] = ()
    above: str = ""
    optional: bool = False


DECISION_MAKER = Column("decision maker", "name", 18)
TITLE = Column("title", width=34)
EVIDENCE = (
    Column("why", width=50),
    Column("kind", "word", 11, tuple(Kind)),
    Column("sure", "word", 11, tuple(Sure)),
    Column("source", "name", 14),
    Column("quote", width=50),
    Column("note", width=50),
)
DIRECTIONS = (Direction.BOTH, Direction.FORWARD, Direction.BACKWARD)

CONFLICT = Sheet(
    "Conflict",
    "The title, a date, what it is about, its limits (one on a line), where the conflict stands: options and levels, "
    "like Union.strike = yes, Port.grant = no (options left out are at their first level), or the name of a state.",
    (Column("item", "word", 14), Column("value", "any", 60), *EVIDENCE),
    ("item",),
)
DECISION_MAKERS = Sheet(
    "Decision makers",
    "One row for each. A name begins with a letter and goes on with letters, digits and _; a title is any text. "
    "Plural: yes, if the title is one (the rebels).",
    (Column("name", "name", 18), TITLE, Column("about", width=60), Column("plural", "word", 8, ("yes",))),
    ("name",),
)
OPTIONS = Sheet(
    "Options",
    "What each decision maker can do. Levels in their order, with commas between: low, mid, high; or one on a line, "
    "with its title after a colon. No levels means no and yes. Moves: both ways, only forward or only backward through "
    "them. The reasons are about the direction. Slips: how probably a move that changes it goes wrong there, from 0 to "
    "1, or never; empty: as moves in general.",
    (
        DECISION_MAKER,
        Column("option", "name", 18),
        TITLE,
        Column("levels", width=28),
        Column("moves", "word", 11, tuple(DIRECTIONS)),
        *EVIDENCE,
        Column("slips", "number", 9),
    ),
    ("option",),
    "decision maker",
)
PREFERENCES = Sheet(
    "Preferences",
    "What each decision maker wants, in one of three forms. Statements in their order, the most important first; or "
    "statements with a weight each; or all states, the best first, tied states with the same order. The reasons for a "
    "ranking stand in its first row.",
    (
        DECISION_MAKER,
        Column("order", "number", 8),
        Column("statement", "formula", 40),
        Column("weight", "number", 9),
        Column("state", "state", 14),
        TITLE,
        *EVIDENCE,
    ),
    above="decision maker",
)
RULES = Sheet(
    "Rules",
    "What cannot be: formulas that are true of no state.",
    (Column("rule", "formula", 44), TITLE, *EVIDENCE),
    ("rule",),
)
DEFINITIONS = Sheet(
    "Definitions",
    "Names for formulas, to be used in others. Calls states: yes, if states of which it is true are called by it.",
    (
        Column("name", "name", 18),
        Column("formula", "formula", 44),
        TITLE,
        *EVIDENCE,
        Column("calls states", "word", 9, ("yes",)),
    ),
    ("name", "formula"),
)
STATES = Sheet(
    "States",
    "Only if you name the states yourself: each combination of levels makes the formula of exactly one of them true. "
    "With a sheet Moves there are no options, and states have no formulas.",
    (Column("state", "state", 14), Column("formula", "formula", 44), TITLE, *EVIDENCE),
    ("state",),
    optional=True,
)
MOVES = Sheet(
    "Moves",
    "Only if there are no options: who can take the conflict from which state to which.",
    (DECISION_MAKER, Column("from", "state", 14), Column("to", "state", 14)),
    ("from", "to"),
    "decision maker",
    optional=True,
)
SOURCES = Sheet(
    "Sources",
    "Who says so. A grade is a letter A-F (how reliable the source is) and a digit 1-6 (how credible what it says is). "
    "Via: who passes it on to us, one on a line.",
    (
        Column("name", "name", 14),
        TITLE,
        Column("authors", width=24),
        Column("publisher", width=24),
        Column("published", "date", 12),
        Column("url", width=34),
        Column("file", width=24),
        Column("grade", "name", 8),
        Column("via", width=20),
        Column("note", width=50),
    ),
    ("name",),
)
SHEETS = (CONFLICT, DECISION_MAKERS, OPTIONS, PREFERENCES, RULES, DEFINITIONS, STATES, MOVES, SOURCES)
MAX_TEXT = 32_767  # UTF-16 units that a cell holds
ITEMS = ("title", "date", "about", "limits", "status quo")
README = "Read me"
INSTRUCTIONS = (
    "This workbook describes a conflict. Fill the sheets in and save it as .xlsx; then `standoff check FILE` tells "
    "what is wrong with it, each cell by its name, and `standoff solve FILE` who would stay where.",
    "The first row of a sheet names its columns: their order does not matter, their names do. Empty rows are passed "
    "over. Where the decision maker is left empty, it is that of the row above.",
    "Formulas are statements about options: Union.strike, Port.offer = high, not, and, or, if, iff and brackets. They "
    "are text. Cells that a spreadsheet would compute are refused.",
    "The columns why, kind, sure, source and quote say on whose word a judgement rests. Kind: reported, inferred or "
    "assumed. Sure: certain (if empty), likely or doubtful. Source: a name in the sheet Sources. Quote: its exact "
    "words. Note: a remark, printed wherever the judgement is.",
)


def folded(text: str) -> str:
    """The name of a sheet or a column without what does not tell names apart: case, spaces and underscores."""
    return " ".join(text.replace("_", " ").casefold().split())
