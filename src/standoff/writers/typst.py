"""A report typeset: as typst source, in which every word is a string, and as PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from standoff.errors import shorten
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
from standoff.writers.paged import note_places, one_line, pieces, register
from standoff.writers.typesetting import compiled, literal, typst_string

LONG = 4  # sections, from which on there is a table of contents

_LOOKS = """\
#let ink = rgb("#1a1a1a")
#let soft = rgb("#595959")
#let rule = rgb("#cccccc")
#let accent = rgb("#0b5394")
#let looks = (
  strong: it => strong(it),
  faint: it => text(fill: soft, it),
  code: it => text(font: "DejaVu Sans Mono", size: 0.85em, it),
  holds: it => text(fill: rgb("#1a7340"), it),
  fails: it => text(fill: rgb("#b3401f"), weight: "bold", it),
  untested: it => text(fill: soft, style: "italic", it),
)
#let mark(look, it) = (looks.at(look))(it)
#let tied(number, it) = link(label("note-" + str(number)), text(fill: accent, it))
#let all(..parts) = [] + parts.pos().join()
#let stacked(..parts) = [] + parts.pos().join(parbreak())
#let plainly(..parts) = par(all(..parts))
#let lead(..parts) = block(spacing: 1.1em, par(text(size: 1.08em, all(..parts))))
#let aside(..parts) = block(spacing: 1.1em, par(text(size: 0.9em, fill: soft, all(..parts))))
#let chapter(level, title) = heading(level: level, title)
#let question(title) = heading(level: 1, outlined: false, bookmarked: true, title)
#let note(number, title) = [#heading(level: 3, title)#label("note-" + str(number))]
#let entry(number, ..parts) = [#block(spacing: 0.7em, text(size: 9.5pt, stacked(..parts)))#label("note-" + str(number))]
#let said(exact, source) = block(
  inset: (left: 1em, y: 0.2em), stroke: (left: 1.5pt + rule),
  quote(block: false, quotes: false, {
    par(exact)
    if source != "" { par(text(size: 0.9em, fill: soft, "— " + source)) }
  }),
)
#let folded(summary, within) = {
  block(sticky: true, above: 1.3em, strong(summary))
  block(inset: (left: 1em), stroke: (left: 0.5pt + rule), within)
}
#let tabled(caption, size, whole, again, sides, heads, ..cells) = figure(
  kind: table, supplement: none, numbering: none, caption: caption,
  text(size: size, hyphenate: true, { set table.cell(breakable: not whole); table(
    columns: sides.len(), align: sides.map(side => side + top), inset: (x: 5pt, y: 4pt),
    stroke: (x, y) => (
      top: if y == 0 { 0.8pt + ink }, bottom: if y == 0 and heads.len() > 0 { 0.8pt + ink } else { 0.4pt + rule },
    ),
    ..if heads.len() > 0 { (table.header(repeat: again, ..heads.map(strong)),) },
    ..cells,
  ) }),
)
#let shown(picture, caption) = figure(
  kind: image, supplement: none, numbering: none, caption: if caption != "" { caption }, picture,
)
#let across(..parts) = page(flipped: true, stacked(..parts))
#let compactly(body) = {
  set page(margin: (x: 2.2cm, top: 1.8cm, bottom: 1.9cm))
  set text(size: 10pt)
  set par(leading: 0.58em, spacing: 0.85em)
  set list(spacing: 0.55em)
  show list: set block(above: 0.7em, below: 0.8em)
  show title: set text(size: 18pt)
  show heading: set block(above: 1.2em, below: 0.6em)
  show heading.where(level: 1): set text(size: 13pt)
  show figure: set block(above: 0.8em, below: 0.9em)
  body
}
#let foot(title) = context {
  set text(size: 8.5pt, fill: soft)
  grid(columns: (1fr, auto), gutter: 1em, title, counter(page).display("1 / 1", both: true))
}
#let contents() = outline(title: "Contents", depth: 1)
#let front(subtitle) = {
  title()
  if subtitle != "" { block(above: 0.8em, below: 2em, text(size: 1.15em, fill: soft, subtitle)) }
}
#let end(it) = {
  v(1.5em)
  line(length: 100%, stroke: 0.4pt + rule)
  text(size: 0.85em, fill: soft, it)
}
#set text(font: "Libertinus Serif", size: 10.5pt, fill: ink)
#set par(leading: 0.62em, spacing: 1.1em)
#set list(indent: 0.4em, spacing: 0.7em)
#set enum(indent: 0.4em, spacing: 0.7em)
#show title: set text(size: 21pt)
#show title: set align(left)
#show list: set block(above: 0.9em, below: 1.1em)
#show enum: set block(above: 0.9em, below: 1.1em)
#show heading: set block(above: 1.6em, below: 0.8em)
#show heading.where(level: 1): set text(size: 15pt)
#show heading.where(level: 2): set text(size: 12.5pt)
#show heading.where(level: 3): set text(size: 10.5pt)
#show figure: set align(left)
#show figure: set block(above: 1.4em, below: 1.6em)
#show figure.where(kind: table): set block(breakable: true)
#show figure.where(kind: table): set figure.caption(position: top)
#show figure.caption: it => block(width: 100%, sticky: true, text(size: 9.5pt, fill: soft, align(left, it.body)))
"""


def typst(report: Report) -> str:
    """The report as a source that typst makes a document of; the pictures are in it."""
    return "\n\n".join(_Writer(note_places(report)).report(report)) + "\n"


def typst_pdf(report: Report) -> bytes:
    """The report as PDF, with bookmarks and tags. Raises MissingExtra."""
    return compiled(typst(report), "pdf")


@dataclass(frozen=True, slots=True)
class _Writer:
    """Calls of the functions above: they have nothing but strings, numbers and such calls in them."""

    notes: Mapping[str, int]

    def report(self, report: Report) -> Iterator[str]:
        yield from _front(report)
        if one_line(report.question).strip():
            yield "#" + _call("question", typst_string(report.question))
        yield from self.paragraphs(report.answer)
        if len(report.sections) >= LONG:
            yield "#contents()"
        if report.compact:
            yield from self.entries(report)
        for section in report.sections:
            yield from self.part(_call("chapter", "1", typst_string(section.title)), section)
        if not report.compact:
            yield from self.register(report)
        if one_line(report.colophon).strip():
            yield "#" + _call("end", typst_string(report.colophon))

    def register(self, report: Report) -> Iterator[str]:
        if report.notes:
            yield "#" + _call("chapter", "1", typst_string(REGISTER))
            yield "#set text(size: 9.5pt)"
        for heading, notes in register(report).items():
            yield "#" + _call("chapter", "2", typst_string(heading))
            for place, note in notes:
                yield from self.part(_call("note", str(place), typst_string(note.title)), note)

    def entries(self, report: Report) -> Iterator[str]:
        """The same where notes are few and short: before the picture, which takes the page that is left."""
        for heading, notes in register(report).items():
            yield "#" + _call("chapter", "2", typst_string(heading))
            for place, note in notes:
                parts = (call for block in run_in(note) for call in self.block(block))
                yield "#" + _call("entry", str(place), *parts)

    def part(self, heading: str, part: Section | Note) -> Iterator[str]:
        first = part.blocks[0] if part.blocks else None
        if isinstance(first, Figure) and figures.broad(first.svg):
            yield "#" + _call("across", heading, self.figure(first, across=True))
            yield from self.paragraphs(part.blocks[1:])
        else:
            yield "#" + heading
            yield from self.paragraphs(part.blocks)

    def paragraphs(self, blocks: Sequence[Block]) -> Iterator[str]:
        for block in blocks:
            if isinstance(block, Figure) and figures.broad(block.svg):
                yield "#" + _call("across", self.figure(block, across=True))
            else:
                yield from (f"#{call}" for call in self.block(block))

    def within(self, blocks: Sequence[Block]) -> str:
        """Blocks as one value."""
        return _call("stacked", *(call for block in blocks for call in self.block(block)))

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Paragraph(text, look):
                yield _call({"plain": "plainly", "more": "aside"}.get(look, look), *self.text(text))
            case Quotation(exact, source):
                yield _call("said", typst_string(exact), typst_string(source))
            case Items(items, ordered):
                yield _call("enum" if ordered else "list", *map(self.within, items))
            case Part(summary, blocks) | Fold(summary, blocks):
                yield _call("folded", _call("all", *self.text(summary)), self.within(blocks))
            case Table():
                yield from map(self.table, pieces(block))
            case Figure():
                yield self.figure(block)

    def figure(self, figure: Figure, across: bool = False) -> str:
        image = figures.image(figure.svg, *figures.size_in_points(figure.svg, across))
        return _call("shown", image, typst_string(figure.caption))

    def table(self, table: Table) -> str:
        wide = len(table.heads)
        most = max(10, 90 // max(wide, 1))  # so many letters without a space fit in a column
        if not wide:
            return _call("plainly", typst_string(table.caption))
        whole = (table.heads, *table.rows)
        heads, *rows = ([_call("all", *self.text(cell, most)) for cell in row] for row in whole)
        head, longest = (max(len(plain(cell)) for row in part for cell in row) for part in (whole[:1], whole))
        size = "9.5pt" if wide <= 6 else "8.5pt"
        # Heads as high as a page would be repeated for ever, and a row of two pages has to be broken.
        look = (size, _truth(longest < 60 * most), _truth(head < 15 * most))
        sides = ("right" if i in table.right else "left" for i in range(wide))
        cells = (cell for row in rows for cell in row)
        named = heads if any(map(plain, table.heads)) else []
        return _call("tabled", typst_string(table.caption), *look, _array(sides), _array(named), *cells)

    def text(self, text: Text, most: int = 60) -> Iterator[str]:
        """Strings, and calls for what is marked or tied."""
        for part in text:
            said = literal(_breakable(one_line(plain((part,))), most))
            match part:
                case Mark(_, look):
                    yield _call("mark", literal(look), said)
                case Link(_, to) if to in self.notes:
                    yield _call("tied", str(self.notes[to]), said)
                case _:
                    yield said


def _front(report: Report) -> Iterator[str]:
    language = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", report.language)
    yield _LOOKS
    yield f"#set document(title: {typst_string(report.title)}, date: none)"
    yield f"#set text(lang: {literal(language[0].lower() if language else 'en')})"
    yield f'#set page(paper: "a4", margin: 2.2cm, footer: foot({typst_string(shorten(report.title, 80))}))'
    if report.compact:
        yield "#show: compactly"
    yield "#" + _call("front", typst_string(report.subtitle))


def _call(name: str, *arguments: str) -> str:
    return f"{name}({', '.join(arguments)})"


def _array(values: Iterable[str]) -> str:
    return f"({''.join(f'{value}, ' for value in values)})"


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _breakable(text: str, most: int) -> str:
    """The text with places to break in words that no line has room for."""
    return re.sub(rf"\S{{{most},}}", lambda word: re.sub(r"\S{8}(?=\w)", "\\g<0>\u200b", word[0]), text)
