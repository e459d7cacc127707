"""A report as a Word file: headings, lists and tables that are ones, and ties from words to the register."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from standoff.errors import MissingExtra
from standoff.report.blocks import (
    REGISTER,
    Block,
    Figure,
    Fold,
    Items,
    Link,
    Mark,
    Note,
    Paragraph,
    Part,
    Quotation,
    Report,
    Section,
    Table,
    Text,
    plain,
    run_in,
)
from standoff.writers import figures
from standoff.writers.paged import note_places, one_line, pieces, register, widths

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Made

    from standoff.writers.wordml import Lists

WIDE = 470.0  # points, for a table
_PARAGRAPHS = {"plain": "Normal", "lead": "Lead", "aside": "Aside", "more": "Aside"}
_COLOURS = {"faint": "595959", "holds": "1A7340", "fails": "B3401F", "untested": "595959"}


def word_file(report: Report) -> bytes:
    """The report as a Word file; without the extra for PDF its figures are told in words. Raises MissingExtra."""
    try:
        from docx import Document
    except ImportError:
        raise MissingExtra("writing Word files", "docx") from None
    from standoff.writers.wordml import Lists, saved
    from standoff.writers.wordstyles import dressed

    document = Document()
    dressed(document, one_line(report.title), report.language, report.compact)
    _Writer(document, Lists(document), note_places(report)).report(report)
    return saved(document)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts blocks at the end of a document; ``level`` is how far in they stand."""

    document: Document
    lists: Lists
    notes: Mapping[str, int]

    def report(self, report: Report) -> None:
        self.paragraph(report.title, "Title")
        self.paragraph(report.subtitle, "Subtitle")
        self.paragraph(report.question, "Heading 1")
        self.blocks(report.answer)
        if report.compact:
            self.entries(report)
        for section in report.sections:
            self.part("Heading 1", section)
        if not report.compact:
            self.register(report)
        self.paragraph(report.colophon, "Colophon")

    def part(self, style: str, part: Section | Note, number: int | None = None) -> None:
        from standoff.writers.wordml import across

        first = part.blocks[0] if part.blocks else None
        if isinstance(first, Figure) and _broad(first):
            with across(self.document):
                self.heading(style, part.title, number)
                self.figure(first, 0, across=True)
            self.blocks(part.blocks[1:])
        else:
            self.heading(style, part.title, number)
            self.blocks(part.blocks)

    def register(self, report: Report) -> None:
        if report.notes:
            self.paragraph(REGISTER, "Heading 1")
        for heading, notes in register(report).items():
            self.paragraph(heading, "Heading 2")
            for number, note in notes:
                self.part("Heading 3", note, number)

    def entries(self, report: Report) -> None:
        """The same where notes are few and short: before the picture, which takes the page that is left."""
        from standoff.writers.wordml import add_bookmark

        for heading, notes in register(report).items():
            self.paragraph(heading, "Heading 2")
            for number, note in notes:
                first, *rest = run_in(note)
                made = self.empty("Entry")
                self.text(made, first.text if isinstance(first, Paragraph) else ())
                add_bookmark(made, _name(number), number)
                self.blocks(rest)

    def heading(self, style: str, title: str, number: int | None) -> None:
        from standoff.writers.wordml import add_bookmark

        made = self.empty(style)
        made.add_run(one_line(title))
        if number is not None:
            add_bookmark(made, _name(number), number)

    def blocks(self, blocks: Sequence[Block], level: int = 0) -> None:
        from standoff.writers.wordml import across

        for block in blocks:
            match block:
                case Paragraph(text, look):
                    self.text(self.empty(_PARAGRAPHS[look], level), text)
                case Quotation(exact, source):
                    self.paragraph(exact, "Quote", level + 1)
                    self.paragraph(f"— {source}" if source else "", "Source", level + 1)
                case Items():
                    self.items(block, level)
                case Part(summary, within) | Fold(summary, within):
                    self.text(self.empty("Fold", level), summary)
                    self.blocks(within, level + 1)
                case Table():
                    for piece in pieces(block):
                        self.table(piece, level)
                case Figure() if level == 0 and _broad(block):
                    with across(self.document):
                        self.figure(block, level, across=True)
                case Figure():
                    self.figure(block, level)

    def empty(self, style: str, level: int = 0) -> Made:
        from docx.shared import Twips

        from standoff.writers.wordml import STEP, styled

        made = styled(self.document.add_paragraph(), style)
        if level:
            made.paragraph_format.left_indent = Twips(STEP * level)
        return made

    def paragraph(self, words: str, style: str, level: int = 0) -> Made | None:
        """A paragraph of plain words; none where there are none."""
        if not one_line(words).strip():
            return None
        made = self.empty(style, level)
        made.add_run(one_line(words).strip())
        return made

    def text(self, made: Made, text: Text) -> None:
        from standoff.writers.wordml import tie

        for part in text:
            words = one_line(plain((part,)))
            match part:
                case Link(_, to) if to in self.notes:
                    tie(made, words, _name(self.notes[to]))
                case Mark(_, look):
                    _looked(made.add_run(words), look)
                case _:
                    made.add_run(words)

    def items(self, block: Items, level: int) -> None:
        from docx.shared import Pt

        number = self.lists.begin(block.ordered)
        for item in block.items:
            first = item[0] if item and isinstance(item[0], Paragraph) else Paragraph(())
            made = self.empty(_PARAGRAPHS[first.look])
            self.lists.mark(made, number, level)
            made.paragraph_format.space_after = Pt(3)
            self.text(made, first.text)
            self.blocks(item[1:] if item and first is item[0] else item, level + 1)

    def table(self, table: Table, level: int) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        from standoff.writers.wordml import STEP, described, heads, styled, whole

        caption = self.paragraph(table.caption, "Caption", level)
        if caption is not None:
            caption.paragraph_format.keep_with_next = True
        if not table.heads:
            return
        made = self.document.add_table(0, len(table.heads), style="Standoff Table")
        style, letter = ("Cell", 5.2) if len(table.heads) <= 6 else ("Small Cell", 4.4)
        headed = any(map(plain, table.heads))
        for row in (table.heads, *table.rows) if headed else table.rows:
            cells = made.add_row().cells
            for i, (cell, words) in enumerate(zip(cells, row, strict=True)):
                paragraph = styled(cell.paragraphs[0], style)
                if i in table.right:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                self.text(paragraph, words)
        for row in made.rows:
            whole(row)
        room = WIDE - STEP / 20 * level - 8
        if headed:
            heads(made.rows[0])
        described(made, one_line(table.caption), STEP * level, widths(table, room, letter), headed)
        self.empty("Gap")

    def figure(self, block: Figure, level: int, across: bool = False) -> None:
        from docx.shared import Pt

        shows = one_line(figures.told(block.svg))
        try:
            picture = io.BytesIO(figures.png(block.svg))
        except MissingExtra:
            self.paragraph(block.caption, "Caption", level)
            self.paragraph(shows, "Normal", level)
            return
        paragraph = self.empty("Normal", level)
        paragraph.paragraph_format.keep_with_next = bool(block.caption)
        shape = paragraph.add_run().add_picture(picture, *map(Pt, figures.size_in_points(block.svg, across)))
        shape._inline.docPr.set("descr", shows)
        for side in ("distT", "distB", "distL", "distR"):
            shape._inline.set(side, "0")
        caption = self.paragraph(block.caption, "Caption", level)
        if caption is not None:
            caption.paragraph_format.space_after = Pt(12)


def _broad(figure: Figure) -> bool:
    return figures.broad(figure.svg) and find_spec("typst") is not None


def _name(number: int) -> str:
    return f"note_{number}"


def _looked(run: Any, look: str) -> None:
    from docx.shared import RGBColor

    if look == "code":
        run._r.style = "Code"
    run.font.bold = True if look in {"strong", "fails"} else None
    run.font.italic = True if look == "untested" else None
    if look in _COLOURS:
        run.font.color.rgb = RGBColor.from_string(_COLOURS[look])
