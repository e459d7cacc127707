"""Whose colours these are, and what each does and could do: the levels of everybody's options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress

from standoff.conflict.model import DecisionMaker
from standoff.errors import shorten
from standoff.graph import Graph
from standoff.plots.svg import SOFT, dash, fitted, group, head, line, owner, text, width, wrapped
from standoff.wording.words import level_words, spoken_name, upper_first

INSET, LINE, LINES = 42.0, 13.5, 7  # room of a sample, between lines, and lines of a decision maker's options


def legend(graph: Graph, left: float, top: float, across: float) -> tuple[list[str], float]:
    """The decision makers in columns, each below the one that ends highest; and where all end."""
    columns = 3 if len(graph.dms) % 3 == 0 else 2
    cell, parts, ends = across / columns, list[str](), [top] * columns
    for i, dm in enumerate(graph.conflict.decision_makers):
        told = _told(graph, dm, cell - INSET - 12)
        k = min(range(columns), key=lambda k: (ends[k], k))
        parts.append(group(_owner(i, told, left + k * cell, ends[k]), attributes=" class='owner'"))
        ends[k] += LINE * len(told) + 6
    return parts, max(ends)


def names(graph: Graph, left: float, top: float, across: float) -> tuple[list[str], float]:
    """The decision makers beside one another, by name only; and where that ends."""
    parts, x, y = list[str](), left, top
    for i, dm in enumerate(graph.conflict.decision_makers):
        told = fitted(_title(dm), across - INSET, 11.5, bold=True)
        room = INSET + width(told, 11.5, bold=True) + 16
        if x > left and x + room - 16 > left + across:
            x, y = left, y + 18
        parts.append(group(_owner(i, [(told, True)], x, y), attributes=" class='owner'"))
        x += room
    return parts, y + 14


def _title(dm: DecisionMaker) -> str:
    title = upper_first(shorten(dm.label, 120))
    return title if dm.name.casefold() == dm.label.casefold() else f"{title} ({shorten(spoken_name(dm), 60)})"


def _owner(i: int, lines: Sequence[tuple[str, bool]], x: float, y: float) -> Iterator[str]:
    yield line(x, y - 4, x + 26, y - 4, owner(i), 2, dash(i))
    yield head(x + 33, y - 4, 1, 0, owner(i))
    for k, (words, name) in enumerate(lines):
        size, paint = (11.5, owner(i)) if name else (11, SOFT)
        yield text(x + INSET, y + LINE * k, words, size=size, bold=name, paint=paint)


def _told(graph: Graph, dm: DecisionMaker, room: float) -> list[tuple[str, bool]]:
    """The name of a decision maker, and what it does and could do, in lines; whether each is of the name."""
    found = [(fitted(words, room, 11.5, bold=True), True) for words in wrapped(_title(dm), room / 1.06, 2, 11.5)]
    return [*found, *((words, False) for words in _options(graph, dm, room))]


def _options(graph: Graph, dm: DecisionMaker, room: float) -> list[str]:
    """What it does at the status quo and to which levels it could move, option by option."""
    if not graph.states.option_form:
        return []
    quo = graph.meaning.status_quo
    reference = graph.states.levels(quo) if quo is not None else None
    at = next(k for k, (whose, _) in enumerate(graph.conflict.options) if whose is dm) if dm.options else 0
    plain, told = list[str](), list[str]()  # what it could only do or not do, is told together
    for k, option in enumerate(dm.options, at):
        levels = [shorten(level_words(option, level), 120) for level in range(len(option.levels))]
        now = None if reference is None else reference[k]
        open_to = [now is None or (to != now and option.moves.permits(now, to)) for to in range(len(levels))]
        if not now and open_to[-1] and levels[0] == f"not {levels[-1]}":
            plain.append(levels[-1])
        elif now is None:
            told.append(" / ".join(levels))
        else:
            could = " / ".join(compress(levels, open_to))
            told.append(f"now: {levels[now]}" + (f"; could: {could}" if could else ""))
    told = [f"could: {' / '.join(plain)}", *told] if plain else told
    found = [words for one in told for words in wrapped(one, room, LINES, 11)]
    return found if len(found) <= LINES else [*found[: LINES - 1], "…"]
