"""Plain data from a file, with the line of each part; bounded in size and depth, and duplicate keys are told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from standoff.conflict.letters import composed
from standoff.errors import InvalidConflict, Path, Problem, shorten

MAX_DEPTH = 40
MAX_NODES = 1_000_000
MAX_PROBLEMS = 100
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

Scalar = None | bool | int | Decimal | str
Data = Scalar | list["Data"] | dict[str, "Data"]


@dataclass(frozen=True, slots=True)
class ReadingStep:
    """A step of reading: a scalar (``text`` is it as written), the begin of a list or mapping, or the end of one."""

    kind: Literal["scalar", "list", "map", "end"]
    line: int
    value: Scalar = None
    text: str = ""


@dataclass(slots=True)
class Tree:
    """The data of a file. ``lines`` has the line of each path, ``paths`` the path of each mapping by identity."""

    data: Data = None
    lines: dict[Path, int] = field(default_factory=dict)
    paths: dict[int, Path] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    dropped: list[Data] = field(default_factory=list)  # kept alive, so that no identity is used twice

    def line(self, path: Path) -> int | None:
        """The line of a path, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return None


def build(events: Iterable[ReadingStep]) -> Tree:
    """The tree that the events tell of. Raises InvalidConflict where a bound is passed."""
    tree = Tree()
    open_: list[_Open] = []
    for count, event in enumerate(events):
        if count >= MAX_NODES:
            raise InvalidConflict([Problem(f"more than {MAX_NODES:,} values", line=event.line)])
        if event.kind == "end":
            open_.pop()
            continue
        if _CONTROL.search(event.text.replace("\r\n", "\n")):
            raise InvalidConflict([Problem("a control character or half a surrogate pair in a text", line=event.line)])
        parent = open_[-1] if open_ else None
        if parent is not None and isinstance(parent.into, dict) and parent.key is None:
            _take_key(tree, parent, event)
            continue
        path = parent.next_path() if parent else ()
        value: Data = _unix(event.value) if event.kind == "scalar" else [] if event.kind == "list" else {}
        if parent is None:
            tree.data = value
        else:
            parent.add(value, tree)
        tree.lines.setdefault(path, event.line)
        if isinstance(value, (list, dict)):
            if len(open_) >= MAX_DEPTH:
                raise InvalidConflict([Problem(f"nested more than {MAX_DEPTH} deep", path, event.line)])
            if isinstance(value, dict):
                tree.paths[id(value)] = path
            open_.append(_Open(value, path))
    return tree


def _unix(value: Scalar) -> Scalar:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


@dataclass(slots=True)
class _Open:
    into: list[Data] | dict[str, Data]
    path: Path
    key: str | None = None
    duplicate: bool = False

    def next_path(self) -> Path:
        return (*self.path, len(self.into) if isinstance(self.into, list) else self.key or "")

    def add(self, value: Data, tree: Tree) -> None:
        if isinstance(self.into, list):
            self.into.append(value)
            return
        assert self.key is not None
        if self.duplicate:
            tree.dropped.append(value)
        else:
            self.into[self.key] = value
        self.key = None


def _take_key(tree: Tree, parent: _Open, event: ReadingStep) -> None:
    assert isinstance(parent.into, dict)
    if event.kind != "scalar":
        raise InvalidConflict([Problem("a key must be text", parent.path, event.line)])
    parent.key = composed(event.text)
    parent.duplicate = parent.key in parent.into
    path = (*parent.path, parent.key)
    if parent.duplicate:
        first = tree.lines.get(path)
        message = f'the key "{shorten(parent.key)}" is given twice' + (f" (first in line {first})" if first else "")
        if len(tree.problems) < MAX_PROBLEMS:
            tree.problems.append(Problem(message, path, event.line))
    else:
        tree.lines[path] = event.line


def shown(value: object) -> str:
    """What a file has in some place, as a message calls it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f'"{shorten(value)}"'
    return f"the number {shorten(str(value))}"
