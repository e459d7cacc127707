"""What is told, for a terminal or as plain text: headings, indented blocks, tables in the form that fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text as Line

from standoff.report.blocks import (
    Block,
    Figure,
    Fold,
    Inline,
    Items,
    Mark,
    Paragraph,
    Part,
    Quotation,
    Section,
    Table,
    Text,
    plain,
)

STYLES = {"strong": "bold", "faint": "dim", "code": "", "holds": "green", "fails": "red", "untested": "yellow"}
LOOKS = {"plain": "", "lead": "", "aside": "dim", "more": "dim"}
ALL = " (--all lists them)"
_BLANKS = re.compile(r"\s{100,}")  # nobody's words, and lines are broken at them in time that grows with their square


def terminal(section: Section, everything: bool = False) -> list[RenderableType]:
    """A section as parts to be printed with an empty line between them; ``everything``: folds are open."""
    return list(_Writer(everything).spaced((Paragraph((Mark(section.title),)), *section.blocks)))


def block(block: Block) -> RenderableType:
    """One block, as rich prints it."""
    return _Writer(everything=True).block(block)


def plain_text(section: Section, width: int, everything: bool = False) -> str:
    """A section as plain text of so many columns."""
    console = Console(width=width, highlight=False, color_system=None, force_terminal=False)
    with console.capture() as captured:
        for number, part in enumerate(terminal(section, everything)):
            if number:
                console.print()
            console.print(part)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


class _Writer:
    """Blocks as what rich prints."""

    def __init__(self, everything: bool) -> None:
        self.everything = everything

    def spaced(self, blocks: Sequence[Block]) -> Iterator[RenderableType]:
        """Blocks one by one; what is said aside stays with what stands before it."""
        together: list[RenderableType] = []
        for block in blocks:
            if isinstance(block, Figure):
                continue
            if together and not (isinstance(block, Paragraph) and block.look in ("aside", "more")):
                yield Group(*together)
                together = []
            together.append(self.block(block))
        if together:
            yield Group(*together)

    def close(self, blocks: Sequence[Block]) -> Iterator[RenderableType]:
        """Blocks without empty lines between them."""
        return (self.block(block) for block in blocks if not isinstance(block, Figure))

    def block(self, block: Block) -> RenderableType:
        match block:
            case Paragraph(words, look):
                return Line.assemble(styled_line(words), ALL if look == "more" else "", style=LOOKS[look])
            case Quotation(exact, source):
                return Line(f"“{exact}” ({source})" if source else f"“{exact}”", "dim")
            case Items(items, ordered):
                return Group(*(self._item(item, f"{k}. " if ordered else "") for k, item in enumerate(items, 1)))
            case Part(title, within):
                return Group(Line.assemble(styled_line(title), style="bold"), _indented(*self.close(within)))
            case Table():
                return Fitting(*map(_grid, block.forms or (block,)))
            case Fold(summary, within):
                if self.everything:
                    return self.block(Part(summary, within))
                return Line.assemble(styled_line(summary), " (--all tells)", style="dim")
        return Group()

    def _item(self, item: Sequence[Block], number: str) -> RenderableType:
        """An item: its first block, and the others below it, further in."""
        first, *rest = self.close(item)
        if number:
            grid = Grid.grid()
            grid.add_row(number, Group(first, *rest))
            return grid
        return Group(first, _indented(*rest)) if rest else first


def styled_line(text: Text) -> Line:
    """Words in their looks; a link is its words."""
    return Line.assemble(*map(_inline, text))


def _inline(part: Inline) -> str | tuple[str, str]:
    text = _BLANKS.sub(" ", part if isinstance(part, str) else part.text)
    return (text, STYLES[part.look]) if isinstance(part, Mark) else text


def _indented(*parts: RenderableType) -> RenderableType:
    return Padding(Group(*parts), (0, 0, 0, 2), expand=False)


def _grid(table: Table) -> Grid:
    """A table without rules; the first column, which names the rows, is not broken where it is short."""
    shown = any(plain(head) for head in table.heads)
    grid = Grid(box=None, pad_edge=False, padding=(0, table.gap, 0, 0), header_style="dim", show_header=shown)
    for k, head in enumerate(table.heads):
        grid.add_column(styled_line(head), justify="right" if k in table.right else "left", no_wrap=k in table.whole)
    for row in table.rows:
        grid.add_row(*map(styled_line, row))
    return grid


class Fitting:
    """The first of several renderings that is not wider than the output; else the last."""

    def __init__(self, *candidates: RenderableType) -> None:
        self.candidates = candidates

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the one that fits."""
        free = options.update(max_width=10_000)
        for candidate in self.candidates[:-1]:
            if Measurement.get(console, free, candidate).maximum <= options.max_width:
                yield candidate
                return
        yield self.candidates[-1]
