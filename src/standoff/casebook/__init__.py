"""Conflicts that ship with Standoff, most of them published with their answers: one folder each."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from standoff.conflict.meaning import Meaning
from standoff.conflict.model import Conflict
from standoff.errors import UnknownName, unknown
from standoff.formats import understood


def names() -> list[str]:
    """The cases, in alphabetical order."""
    return sorted(folder.name for folder in _folder().iterdir() if (folder / "conflict.yaml").is_file())


def path(name: str) -> Path:
    """The conflict file of a case (``_`` for ``-`` will do). Raises UnknownName."""
    folder = name.replace("_", "-")
    if folder not in names():
        raise UnknownName(unknown("case", name, names()))
    return _folder() / folder / "conflict.yaml"


def load(name: str) -> Conflict:
    """The conflict of a case. Raises UnknownName."""
    return understood(path(name)).conflict


def open_model(model: str) -> Conflict:
    """The conflict at a path, or the case of that name. Raises UnknownName, UnreadableFile or InvalidConflict."""
    return open_meaning(model).conflict


def open_meaning(model: str) -> Meaning:
    """The same with what it means. Raises UnknownName, UnreadableFile or InvalidConflict."""
    return understood(find(model))


def find(model: str) -> Path:
    """The file of a model given as users give it: a path, or the name of a case. Raises UnknownName."""
    if any(mark in model for mark in ("/", "\\", ".")):
        return Path(model)
    try:
        there = Path(model).exists()
    except (OSError, ValueError):
        there = False
    return Path(model) if there else path(model)


def _folder() -> Path:
    return Path(str(files(__name__)))
