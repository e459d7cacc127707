"""One exception tree. Every problem knows its place: a path in the conflict and, from a file, a line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

Path = tuple[str | int, ...]
MAX_PROBLEMS = 100
IN_MESSAGES = 60  # characters of an odd name or a formula in a path


def render_path(path: Sequence[str | int], width: int | None = None) -> str:
    """A path as people write it: ``decision_makers.Iran.prefers[2]`` (list positions count from 0).

    What is not a plain name stands in brackets as a JSON string; in messages at most ``width`` characters of it.
    """
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part and all(("a" + c).isidentifier() for c in part):
            text += f".{part}" if text else part
        else:
            text += f"[{_quoted(part if width is None else shorten(part, width))}]"
    return text


def _quoted(text: str) -> str:
    """A JSON string in which all can be seen."""
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in json.dumps(text, ensure_ascii=False))


def shorten(text: str, width: int = 60) -> str:
    """``text`` on one line and at most ``width`` characters, for messages."""
    line = "".join(c if c.isprintable() else " " for c in text)
    return line if len(line) <= width else line[: width - 1] + "…"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like ``word``, or None where none is much like it."""
    by_folded = {name.casefold(): name for name in islice(known, 2000)}
    found = difflib.get_close_matches(word[:100].casefold(), by_folded, n=1, cutoff=0.55)
    return by_folded[found[0]] if found else None


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """'unknown option "insit"; did you mean "insist"?', or the known names where none is near."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return f'unknown {what} "{shorten(word)}"; did you mean "{shorten(near, len(near))}"?'
    listed = ", ".join(map(shorten, names[:8])) + (", …" if len(names) > 8 else "")
    return f'unknown {what} "{shorten(word)}"' + (f"; known: {listed}" if names else "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a conflict: what, where, and the offending text with a caret where there is one."""

    message: str
    path: Path = ()
    line: int | None = None
    excerpt: str = ""

    def at(self, line: int | None) -> Problem:
        """The same problem with its line in the file."""
        return replace(self, line=line)

    def __str__(self) -> str:
        place = render_path(self.path, IN_MESSAGES)
        text = f"{place}: {self.message}" if place else self.message
        return text + "".join(f"\n    {row}" for row in self.excerpt.splitlines())


class Problems(list[Problem]):
    """What is wrong so far, up to a bound: no file, however wrong, is judged for ever."""

    def add(self, path: Path, message: str, excerpt: str = "") -> None:
        """One more problem. Raises TooManyProblems at the bound."""
        self.append(Problem(message, path, excerpt=excerpt))
        if len(self) >= MAX_PROBLEMS:
            self.append(Problem(f"and more; only the first {MAX_PROBLEMS} are listed"))
            raise TooManyProblems

    def at(self, path: Path) -> bool:
        """Whether something is wrong at a path or below it."""
        return any(problem.path[: len(path)] == path for problem in self)

    def under(self, *places: str) -> bool:
        """Whether something is wrong in one of these parts of the conflict."""
        return any(problem.path and problem.path[0] in places for problem in self)


class TooManyProblems(Exception):
    """Judging stops here."""


class StandoffError(Exception):
    """Anything that a user can mend; the message says how."""


class InvalidConflict(StandoffError):
    """A conflict that says something impossible: all its problems at once, and the file they are in."""

    def __init__(self, problems: Sequence[Problem], file: str | None = None) -> None:
        self.problems = tuple(problems)
        self.file = file
        super().__init__(self._render())

    def _render(self) -> str:
        name = self.file or "conflict"
        rows = []
        for problem in self.problems:
            line = f":{problem.line}" if problem.line is not None else ""
            rows.append(f"{name}{line}: {problem}")
        return "\n".join(rows)


class UnreadableFile(StandoffError):
    """A file that is missing, too large, not text, or of an unknown format."""


class UnknownName(StandoffError):
    """A decision maker, state, concept or case that does not exist."""


class SeveralStates(UnknownName):
    """A formula in place of a state that is true in more than one."""


class MissingExtra(StandoffError):
    """A feature whose optional dependency is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional part: pip install 'standoff[{extra}]'")


class TooLarge(StandoffError):
    """A question that needs more than the explicit engine allows."""


class WrongWeights(StandoffError, ValueError):
    """Weights by which nobody can be drawn to move next."""


class CannotSay(StandoffError):
    """A conflict that a format of others has no words for."""


class Note(UserWarning):
    """Something that the user should know, and that stops nothing."""


class LargeConflict(Note):
    """What an analysis takes, told before it begins."""
