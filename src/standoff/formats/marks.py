"""A YAML text as its author laid it out: where each part stands, and which remarks are about it.

Positions are offsets in the text. Only what the format allows is looked at: no anchors, aliases, tags (``yaml.read``
refuses them before).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from standoff.conflict.letters import composed
from standoff.formats.tree import Scalar
from standoff.formats.yaml import LOADER, resolve

_KEEP = re.compile(r"[|>][0-9]?\+|[|>]\+")
_TAIL = re.compile(r"([ \t]*,)?([ \t]*#[^\r\n]*)?")
_LEAD = re.compile(r"(?<=\n)[ \t]*(?P<lead>(?:#[^\n]*\n[ \t]*)+)\Z")


class CannotKeep(Exception):
    """That a text cannot be changed where it stands; the message says why."""


@dataclass(slots=True)
class Node:
    """A value in a text: a scalar, a list of items, or a mapping of entries (name, key, value).

    ``text`` is a scalar as it is written, ``style`` how it is quoted ('"', "'", "|", ">" or "" for plain); ``flow``: a
    collection in brackets.
    """

    kind: Literal["scalar", "list", "map"]
    start: int
    end: int = 0
    style: str = ""
    flow: bool = False
    value: Scalar = None
    text: str = ""
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[str, Node, Node]] = field(default_factory=list)

    def entry(self, name: str) -> Node | None:
        """The value under a name; None where there is none."""
        return next((value for key, _, value in self.entries if key == name), None)


@dataclass(frozen=True, slots=True)
class Piece:
    """An item of a list or an entry of a mapping: where its value is, and where it begins (its dash, or its key)."""

    begin: int
    node: Node
    anchor: int  # where its value may begin: behind the dash or the colon


def marked(text: str) -> Node:
    """The value of a YAML text that ``yaml.read`` takes, each part with its place."""
    events: Iterator[Any] = yaml.parse(text, Loader=LOADER)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            return _node(next(events), events, text)
    raise CannotKeep("the file is empty")


def _node(event: Any, events: Iterator[Any], text: str) -> Node:
    start = _at(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        value = resolve(event.value) if event.implicit[0] else event.value
        style = event.style or ""
        end = _end(text, start, _at(event.end_mark), style)
        return Node("scalar", start, end, style, value=value, text=event.value)
    node = Node("map" if isinstance(event, yaml.MappingStartEvent) else "list", start, flow=bool(event.flow_style))
    last, inner = start, next(events)
    while not isinstance(inner, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
        one = _node(inner, events, text)
        if node.kind == "list":
            node.items.append(one)
            last = one.end
        else:
            below = _node(next(events), events, text)
            node.entries.append((composed(one.text), one, below))
            last = below.end
        inner = next(events)
    node.end = _at(inner.end_mark) if node.flow else last
    return node


def _at(mark: Any) -> int:
    return int(mark.index)


def _end(text: str, start: int, end: int, style: str) -> int:
    """Where a scalar ends: a block of lines before its last line break, or where breaks count before the very last."""
    if style not in ("|", ">"):
        return end
    if _KEEP.match(text, start):
        return end - text[:end].endswith("\n")
    return start + len(text[start:end].rstrip())


def line_start(text: str, at: int) -> int:
    """Where the line begins that a position is in."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Where the next line begins."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def column(text: str, at: int) -> int:
    """How far into its line a position is."""
    return at - line_start(text, at)


def parts_of(text: str, node: Node) -> list[Piece]:
    """The items or entries of a collection."""
    if node.kind == "map":
        return [Piece(key.start, value, _colon(text, key, value)) for _, key, value in node.entries]
    if node.flow:
        return [Piece(item.start, item, item.start) for item in node.items]
    parts: list[Piece] = []
    at = node.start
    for item in node.items:
        if text[at : at + 1] != "-" or at >= max(item.start, at + 1):
            raise CannotKeep("a list is laid out in an unknown way")
        parts.append(Piece(at, item, at + 1))
        at = _next_line_with_text(text, item.end)
    return parts


def _colon(text: str, key: Node, value: Node) -> int:
    at = text.find(":", key.end)
    if not key.end <= at <= value.start or text[key.end : at].strip():
        raise CannotKeep("a key is laid out in an unknown way")
    return at + 1


def _next_line_with_text(text: str, at: int) -> int:
    """The first character after this line that is of neither a blank line nor a remark."""
    at = line_end(text, at)
    while at < len(text):
        end = line_end(text, at)
        line = text[at:end]
        if line.strip() and not line.lstrip().startswith("#"):
            return at + len(line) - len(line.lstrip())
        at = end
    return at


# Blocks of lines


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a block with the remarks that are about it: from its first character to the end of its last line."""

    start: int
    end: int


def chunks(text: str, parts: Sequence[Piece], floor: int) -> list[Chunk]:
    """The lines of each part of a block: its own, remarks directly above, and remarks below that are indented more.

    ``floor``: what stands before it is not looked at.
    """
    indent = column(text, parts[0].begin)
    starts, ends = [], []
    below = line_end(text, floor) if floor else 0
    for number, part in enumerate(parts):
        first = line_start(text, part.begin)
        alone = not text[first : part.begin].strip(" ")
        if number and (not alone or first < below or column(text, part.begin) != indent):
            raise CannotKeep("several things stand on one line")
        begin = _lead(text, below, first) if alone else part.begin
        starts.append(part.begin if begin == first or not alone else begin + _blank(text, begin))
        below = _trail(text, line_end(text, max(part.node.end, part.anchor)), indent)
        ends.append(below)
    return [Chunk(*both) for both in zip(starts, ends, strict=True)]


def _blank(text: str, at: int) -> int:
    line = text[at : line_end(text, at)]
    return len(line) - len(line.lstrip())


def _lead(text: str, lowest: int, at: int) -> int:
    """Where the remarks begin that stand directly above a line, none between; not before ``lowest``."""
    while at > lowest:
        above = line_start(text, at - 1)
        if above < lowest or not text[above:at].lstrip().startswith("#"):
            break
        at = above
    return at


def _trail(text: str, at: int, indent: int) -> int:
    """Where the remarks end that stand directly below and are indented more than so far."""
    while at < len(text) and text[at : line_end(text, at)].lstrip(" ").startswith("#") and _blank(text, at) > indent:
        at = line_end(text, at)
    return at


# Collections in brackets


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of a collection in brackets: what is about it (``lead``, ``remark``) and what stands at its place."""

    lead: str
    part: Piece
    comma: str
    remark: str
    rest: str


def slots(text: str, node: Node, parts: Sequence[Piece]) -> tuple[str, list[Slot]]:
    """What stands before the first part, and all parts; of one on a line of its own the remarks are about it."""
    opening, lead = _lead_of(text[node.start + 1 : parts[0].begin])
    found: list[Slot] = []
    for number, part in enumerate(parts):
        last = number + 1 == len(parts)
        tail = text[part.node.end : node.end - 1 if last else parts[number + 1].begin]
        match = _TAIL.match(tail)
        assert match is not None
        comma, remark = match.group(1) or "", match.group(2) or ""
        first = line_start(text, part.begin)
        neighbours = [] if number == 0 else [parts[number - 1].node.end]
        shared = any(end > first for end in neighbours)
        rest, below = (tail[match.end() :], "") if last else _lead_of(tail[match.end() :])
        if shared:
            remark, rest = "", remark + rest
        found.append(Slot(lead, part, comma, remark, rest))
        lead = below
    return opening, found


def _lead_of(between: str) -> tuple[str, str]:
    match = _LEAD.search(between)
    return (between, "") if match is None else (between[: match.start("lead")], match.group("lead"))
