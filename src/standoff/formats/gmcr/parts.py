"""The parts of a tree as a format of others expects them: what is otherwise becomes a problem at its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from standoff.errors import MAX_PROBLEMS, Path, Problem, Problems, shorten
from standoff.formats.tree import Tree, shown

MAX_ENTRIES = 10_000


class Parts:
    """What a reader asks a tree for. ``problems`` has what is wrong, ``unknown`` the keys that nobody asked for."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.problems = Problems()
        self.wrong = self.problems.add
        self.unknown: dict[str, None] = {}

    def mapping(self, path: Path, given: Any, known: Sequence[str]) -> dict[str, Any]:
        """A mapping; an empty one where there is none, of which nothing further is required."""
        if not isinstance(given, dict):
            self.wrong(path, expected("a mapping", given))
            return {}
        if not given and path:
            self.wrong(path, "is empty")
        where = f" in {path[0]}" if path else ""
        self.unknown |= dict.fromkeys(f'"{shorten(key, 30)}"{where}' for key in given if key not in known)
        return given

    def entries(
        self, path: Path, given: Mapping[str, Any], key: str, required: bool = True
    ) -> Iterator[tuple[Path, Any]]:
        """The entries of a list with their paths."""
        path = (*path, key)
        found = given.get(key, [])
        if required and key not in given:
            self.wrong(path, "is missing")
        if not isinstance(found, list):
            self.wrong(path, expected("a list", found))
            found = []
        if len(found) > MAX_ENTRIES:
            self.wrong(path, f"{len(found):,} entries; at most {MAX_ENTRIES:,}")
        return (((*path, k), entry) for k, entry in enumerate(found[:MAX_ENTRIES]))

    def text(self, path: Path, given: Mapping[str, Any], key: str, default: str | None = None) -> str:
        """A text; required, unless there is a default or the mapping is none."""
        if key not in given:
            if default is None and given:
                self.wrong((*path, key), "is missing")
            return default or ""
        if not isinstance(given[key], str):
            self.wrong((*path, key), expected("text", given[key]))
            return default or ""
        return str(given[key])

    def number(self, path: Path, given: Any, size: int, what: str) -> int | None:
        """The number of something in a list of that size, from 0; None where it is none. Of nothing none is wrong."""
        if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < size:
            return given
        if size:
            self.wrong(path, expected(f"the number of {what}, 0 to {size - 1}", given))
        return None

    def placed(self, further: Iterable[Problem] = ()) -> list[Problem]:
        """All that is wrong, in the order of the file, each with its line and none twice."""
        found = dict.fromkeys([*self.tree.problems, *self.problems, *further])
        lined = [one if one.line or not one.path else one.at(self.tree.line(one.path)) for one in found]
        ordered = sorted(lined, key=lambda one: (one.line is None, one.line or 0))
        if len(ordered) > MAX_PROBLEMS + 1:
            ordered = [*ordered[:MAX_PROBLEMS], Problem(f"and more; only the first {MAX_PROBLEMS} are listed")]
        return ordered


def expected(what: str, found: object) -> str:
    """What to say of something that is not what it should be."""
    return f"expected {what}, found {shown(found)}"
