"""What a report is made of, whatever it is written as: sections of paragraphs, tables, pictures and notes.

Text is a tuple of plain strings, marked words and links. A link leads to a note: what stands in the register about a
state, a judgement or a claim. Nothing here is escaped; whoever writes a format does that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

REGISTER = "What is tied to what"  # the heading of all notes
NOTE_KINDS = {"state": "States", "judgement": "Judgements", "claim": "Claims", "source": "Sources"}
OF_COMPACT = {"judgement": "The judgements it hangs on", "source": "Sources"}  # where notes are few
BROAD = 1200  # units; a wider picture could not be read on a page that stands upright

Look = Literal["strong", "faint", "code", "holds", "fails", "untested"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that look otherwise than the text around them."""

    text: str
    look: Look = "strong"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that are tied to a note, by its key."""

    text: str
    to: str


Inline = str | Mark | Link
Text = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: ``lead`` is what should be read first, ``aside`` what may be passed over.

    ``more`` says how much was left out of a list that is longer.
    """

    text: Text
    look: Literal["plain", "lead", "aside", "more"] = "plain"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A few words of a source, and whose they are."""

    exact: str
    source: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each item is one or more blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first column names the row. ``right`` are columns of numbers.

    ``forms``: the same told otherwise, from the widest to the narrowest, for a page that knows how wide it is; the last
    is taken where none fits. ``whole`` are columns whose cells are not broken, ``gap`` the blanks between columns where
    all letters are equally wide.
    """

    heads: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    caption: str
    right: frozenset[int] = frozenset()
    forms: tuple[Table, ...] = ()
    whole: frozenset[int] = frozenset()
    gap: int = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture as SVG; ``name`` is what a file of it would be called."""

    name: str
    svg: str
    caption: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a section under a heading of its own."""

    title: Text
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """What is shown on demand where the format allows it, and always where it does not."""

    summary: Text
    blocks: tuple[Block, ...]


Block = Paragraph | Quotation | Items | Table | Figure | Part | Fold


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report under a heading; ``key`` is the same in every report."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of one state, judgement, claim or source: what links to it are tied to."""

    key: str
    kind: Literal["state", "judgement", "claim", "source"]
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: the question and its answer first, then sections, then the register of notes.

    ``colophon`` tells with what it was made. Where it is ``compact`` the notes have the room of a few lines.
    """

    title: str
    subtitle: str
    question: str
    answer: tuple[Block, ...]
    sections: tuple[Section, ...] = ()
    notes: tuple[Note, ...] = ()
    colophon: str = ""
    language: str = "en"
    compact: bool = False
    keys: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", frozenset(note.key for note in self.notes))


def plain(text: Text) -> str:
    """The words without their looks and links."""
    return "".join(part if isinstance(part, str) else part.text for part in text)


def run_in(note: Note) -> tuple[Block, ...]:
    """What a note says, its title at the beginning of its first paragraph."""
    title: Text = (Mark(note.title if note.title.endswith((".", "…", "?", "!")) else f"{note.title}."),)
    match note.blocks:
        case (Paragraph(text), *rest):
            return (Paragraph((*title, " ", *text)), *rest)
    return (Paragraph(title), *note.blocks)


def figures(report: Report) -> Iterator[Figure]:
    """Every picture of a report."""
    for section in report.sections:
        yield from (block for block in inside(section.blocks) if isinstance(block, Figure))


def inside(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block, and the blocks inside of it."""
    for block in blocks:
        yield block
        match block:
            case Items(items):
                for item in items:
                    yield from inside(item)
            case Part(_, within) | Fold(_, within):
                yield from inside(within)
