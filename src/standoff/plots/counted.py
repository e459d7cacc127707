"""What the picture of a conflict only counts: a row of blocks as wide as there are states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from standoff.graph import Graph
from standoff.plots.plan import CountedStates
from standoff.plots.svg import BLOCK, FAINT, INK, box, fitted, group, text, width

LEAST = 44.0  # of a block among many


def counted(graph: Graph, blocks: Sequence[CountedStates], left: float, top: float, across: float) -> Iterator[str]:
    """The blocks side by side under a heading; nothing where there are none."""
    if not blocks:
        return
    basins = blocks[0].what in ("end", "ends")
    every = f"all {len(graph.states):,} states"
    heading = f"Where improvements lead from {every}, each counted at its nearest end" if basins else "Not drawn"
    yield text(left, top + 12, heading, size=12, bold=True)
    told = [block_words(graph, block) for block in blocks]
    least = [LEAST if basins else max(width(words, 11, bold=True) for words in both) + 26 for both in told]
    x, spare, total = left, across - sum(least), sum(block.count for block in blocks)
    for block, words, needed in zip(blocks, told, least, strict=True):
        room = needed + spare * block.count / total
        yield group(_block(graph, block, words, x, top + 22, room), ": ".join(words), attributes=" class='block'")
        x += room


def _block(
    graph: Graph, block: CountedStates, words: tuple[str, str], x: float, y: float, room: float
) -> Iterator[str]:
    yield box(x, y, room - 4, 40, FAINT, BLOCK, r=4)
    if block.what == "end":
        yield box(x + 3, y + 3, room - 10, 34, INK, None, 1.4, r=4)
    for row, part in enumerate(words):
        tight = width(part, 11, bold=not row) > room - 20
        shown = _shortest(graph, block)[row] if tight else part
        yield text(x + 10, y + 17 + 15 * row, fitted(shown, room - 20, 11, bold=not row), size=11, bold=not row)


def block_words(graph: Graph, block: CountedStates) -> tuple[str, str]:
    """What a block counts, in two lines."""
    names, share = graph.states.names, f"{block.count:,} state{'s' * (block.count != 1)}"
    if block.what in ("end", "ends"):
        share += f" ({block.count / len(graph.states):.0%})"
    among = f", {block.equilibria:,} of them equilibria" if block.equilibria else ""
    match block.what:
        case "moves":
            return share + among, "reached only by way of moves that improve nothing"
        case "never":
            return share + among, "not reached by any moves"
        case "end" if len(block.ends) == 1:
            return f"state {names[block.ends[0]]}", share
        case "end":
            return f"cycle of {len(block.ends):,} states ({names[block.ends[0]]} …)", share
        case _:
            return f"{len(block.ends):,} more ends", share


def _shortest(graph: Graph, block: CountedStates) -> tuple[str, str]:
    """A counted end where there is little room."""
    first = str(graph.states.names[block.ends[0]]) + " …" * (len(block.ends) > 1)
    return first if block.what == "end" else f"+{len(block.ends):,}", f"{block.count:,}"
