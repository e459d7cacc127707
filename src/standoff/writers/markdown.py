"""A report as Markdown: CommonMark, with the tables of GitHub. Words are only ever words, whatever is in them."""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

from standoff.report.blocks import (
    REGISTER,
    Block,
    Figure,
    Fold,
    Inline,
    Items,
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
from standoff.writers.figures import told
from standoff.writers.paged import one_line, register, squared

Pictures = Mapping[str, str]

# What means something wherever it stands; a full stop and a colon only where an address could be seen in them.
_ANYWHERE = re.compile(
    r"[\\`*_\[\]{<|~$^@#]|&(?=[#\w])|:(?=//)|(?<=mailto):|(?<=xmpp):|\.(?=[^\W\d_]{2,6}(?![^\W\d_]))"
)
_AT_THE_START = re.compile(r"^(?:(?P<number>\d{1,9}|[^\W_])(?=[.)])|(?=[-+=>:%(]))")
_BOLD = frozenset({"strong", "fails"})


def markdown_text(report: Report, pictures: Pictures | None = None) -> str:
    """The report as Markdown; ``pictures``: the name of a figure and the file to show, from where the report will lie.

    A figure that has no file is told in words.
    """
    return "\n".join(_report(report, pictures or {})).strip() + "\n"


def _report(report: Report, pictures: Pictures) -> Iterator[str]:
    yield from _heading(1, report.title)
    yield from _paragraph(_styled("*", report.subtitle))
    yield from _heading(2, report.question)
    yield from _blocks(report.answer, pictures)
    for section in report.sections:
        yield from _part(2, section, pictures)
    if report.notes and not report.compact:
        yield from _heading(2, REGISTER)
    for heading, notes in register(report).items():
        yield from _heading(2 if report.compact else 3, heading)
        for _, note in notes:
            if report.compact:
                yield from _blocks(run_in(note), pictures)
            else:
                yield from _part(4, note, pictures)
    if one_line(report.colophon).strip():
        yield from ("---", "")
        yield from _paragraph(_words(report.colophon))


def _part(level: int, part: Section | Note, pictures: Pictures) -> Iterator[str]:
    yield from _heading(level, part.title)
    yield from _blocks(part.blocks, pictures)


def _heading(level: int, title: str) -> Iterator[str]:
    yield from _paragraph("#" * level + " " + _words(title).strip() if title.strip() else "")


def _paragraph(text: str) -> Iterator[str]:
    if text.strip():
        yield from (_started(text), "")


# Blocks, as lines


def _blocks(blocks: Sequence[Block], pictures: Pictures) -> Iterator[str]:
    lists = 0
    for block in _unfolded(blocks):
        match block:
            case Items():
                yield from _items(block, lists, pictures)
                lists += 1
            case Paragraph(text):
                yield from _paragraph(_inline(text))
            case Part(title, within):
                yield from _paragraph(_inline((Mark(plain(title)),)))
                yield from _blocks(within, pictures)
            case Quotation():
                yield from _quotation(block)
            case Table():
                yield from _table(block)
            case Figure():
                yield from _figure(block, pictures)


def _unfolded(blocks: Iterable[Block]) -> Iterator[Block]:
    """Folds that follow each other are a list."""
    folds: list[tuple[Block, ...]] = []
    for block in blocks:
        if isinstance(block, Fold):
            folds.append((Paragraph((Mark(plain(block.summary)),)), *block.blocks))
            continue
        if folds:
            yield Items(tuple(folds))
        folds = []
        yield block
    if folds:
        yield Items(tuple(folds))


def _items(block: Items, before: int, pictures: Pictures) -> Iterator[str]:
    """A list; its marks are not those of the list before, so that the two stay two."""
    for number, item in enumerate(block.items, start=1):
        mark = f"{number}{'.)'[before % 2]}" if block.ordered else "-*"[before % 2]
        lines = list(_blocks(item, pictures)) or ["", ""]
        indented = (f"{'':{len(mark) + 1}}{each}" if each else "" for each in lines[1:-1])
        yield from (f"{mark} {lines[0]}".rstrip(), *indented)
        if any(len(each) > 1 for each in block.items):
            yield ""
    if block.items and all(len(each) <= 1 for each in block.items):
        yield ""


def _quotation(block: Quotation) -> Iterator[str]:
    parts = [_started(_words(block.exact)).strip()] + ([f"— {_words(block.source).strip()}"] if block.source else [])
    for row in "\n\n".join(parts).split("\n"):
        yield f"> {row}".rstrip()
    yield ""


def _table(block: Table) -> Iterator[str]:
    whole = squared(block)
    yield from _paragraph(_styled("*", block.caption))
    if not whole.heads:
        return
    yield _row(_inline(cell) for cell in whole.heads)
    yield _row("--:" if i in block.right else "---" for i in range(len(whole.heads)))
    for row in whole.rows:
        yield _row(_inline(cell) for cell in row)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.strip() for cell in cells) + " |"


def _figure(block: Figure, pictures: Pictures) -> Iterator[str]:
    shows = _words(told(block.svg)).strip()
    if block.name in pictures:
        yield from _paragraph(f"![{shows}]({quote(pictures[block.name])})")
        yield from _paragraph(_styled("*", block.caption))
    else:
        yield from _paragraph(_styled("*", block.caption))
        yield from _paragraph(shows)


# Words


def _words(text: str) -> str:
    """Text with a backslash before whatever could be taken for more."""
    return _ANYWHERE.sub(r"\\\g<0>", one_line(text))


def _started(text: str) -> str:
    """The text of a block, which does not begin like a list, a heading or a quotation."""
    return _AT_THE_START.sub(lambda found: (found["number"] or "") + "\\", text.strip())


def _inline(text: Text) -> str:
    parts = _joined(text)
    around = ["", *(plain((part,)) for part in parts), ""]
    return "".join(_part_of_text(part, around[i][-1:] or " ", around[i + 2][:1] or " ") for i, part in enumerate(parts))


def _joined(text: Text) -> list[Inline]:
    """The parts with text; bold ones that touch are one."""
    parts: list[Inline] = []
    for part in text:
        words = one_line(plain((part,)))
        kept = part.look if isinstance(part, Mark) else None
        bold = kept in _BOLD
        last = parts[-1] if parts else ""
        if not words:
            continue
        if isinstance(last, Mark) and last.look == "strong" and bold:
            parts[-1] = Mark(last.text + words)
        else:
            parts.append(Mark(words) if bold else Mark(words, "code") if kept == "code" else words)
    return parts


def _part_of_text(part: Inline, before: str, after: str) -> str:
    if isinstance(part, Mark) and part.look == "strong":
        return _styled("**", part.text, before, after)
    if isinstance(part, Mark) and not set("`|") & set(part.text) and part.text.strip(" ") == part.text:
        return f"`{part.text}`"
    return _words(plain((part,)))


def _styled(mark: str, text: str, before: str = " ", after: str = " ") -> str:
    """Words between marks of emphasis, where these would be taken for marks; else the words."""
    core = one_line(text).strip()
    if not core or not (_opens(core[0], before) and _opens(core[-1], after)):
        return _words(text)
    left, right = one_line(text).split(core, 1)
    return f"{left}{mark}{_words(core)}{mark}{right}"


def _opens(edge: str, beyond: str) -> bool:
    return edge.isalnum() or beyond == " " or beyond in string.punctuation
