"""What a formula means: the names in it looked up among options and definitions, and where it is true of states."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from standoff.conflict.syntax import (
    COMPARISONS,
    Compare,
    Const,
    Formula,
    FormulaError,
    Joined,
    Linked,
    Name,
    Not,
    Tree,
    is_name,
)
from standoff.errors import unknown

Truth = npt.NDArray[np.bool_]


# Names


@dataclass(frozen=True)
class Vocabulary:
    """The names that a formula may use: ``DM.option`` in their order, each with its levels, and definitions."""

    options: Mapping[str, tuple[str, ...]]
    definitions: frozenset[str] = frozenset()

    @cached_property
    def position(self) -> Mapping[str, int]:
        """The place of each option in the order of the options."""
        return {name: k for k, name in enumerate(self.options)}

    @cached_property
    def bare(self) -> Mapping[str, tuple[str, ...]]:
        """The full names behind each bare option name."""
        found: dict[str, tuple[str, ...]] = {}
        for option in self.options:
            name = option.split(".")[1]
            found[name] = (*found.get(name, ()), option)
        return found

    def suggestions(self, definitions: bool = False, but: Set[str] = frozenset()) -> Iterator[str]:
        """What a formula can call the options, and the definitions ``but`` for some; no name that is refused."""
        full, defined, bare = self._callable
        yield from full
        if definitions:
            yield from (name for name in defined if name not in but)
        yield from bare

    @cached_property
    def _callable(self) -> tuple[list[str], list[str], list[str]]:
        """The names that formulas can have: of options in full, of definitions, of options alone."""
        return (
            [name for name in self.options if name.count(".") == 1 and all(map(is_name, name.split(".")))],
            [name for name in sorted(self.definitions) if is_name(name) and self.means_definition(name)],
            [name for name in self.bare if is_name(name) and self.meant(name)],
        )

    def means_definition(self, name: str) -> bool:
        """Whether ``name`` can only be a definition."""
        return name in self.definitions and name not in self.bare

    def meant(self, name: str) -> str | None:
        """The full name of the one option that ``name`` can mean; None where there is not just one."""
        if name in self.options:
            return name
        full = self.bare.get(name, ())
        return full[0] if len(full) == 1 and name not in self.definitions else None

    def find(self, name: str, suggested: Iterable[str] | None = None) -> str:
        """The full name of an option given by its full or its bare name. Raises LookupError with the reason.

        ``suggested``: what could stand there instead (default: any option); the nearest of them is told.
        """
        option = self.meant(name)
        if option is not None:
            return option
        full = self.bare.get(name, ())
        if len(full) > 1:
            raise LookupError(f'"{name}" is ambiguous: {" or ".join(full[:4])}')
        if full:
            raise LookupError(f'"{name}" is both a definition and an option; write {full[0]} for the option')
        if name in self.definitions:
            raise LookupError(f'"{name}" is a definition, not an option: it has no levels')
        among = self.suggestions() if suggested is None else suggested
        if "." in name:
            raise LookupError(unknown("option", name, (one for one in among if "." in one)))
        raise LookupError(unknown("name", name, among))

    def level(self, option: str, level: str) -> int:
        """The index of a level of an option (full name). Raises LookupError with the nearest level."""
        levels = self.options[option]
        if level not in levels:
            raise LookupError(unknown(f"level of {option}", level, filter(is_name, levels)))
        return levels.index(level)


@dataclass(frozen=True, slots=True)
class Within:
    """An option (by its position) is at one of the allowed levels: what every comparison comes to."""

    option: int
    allowed: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Defined:
    """A definition, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A tree with its names resolved: ``word`` is const, not, and, or, if, iff, within or defined."""

    word: str
    parts: tuple[Bound, ...] = ()
    atom: bool | Within | Defined | None = None


def bind(formula: Formula, vocabulary: Vocabulary) -> Bound:
    """The formula with its names resolved. Raises FormulaError at the first name that does not fit.

    >>> from standoff.conflict.syntax import parse
    >>> words = Vocabulary({"Row.straight": ("no", "yes")})
    >>> bind(parse("straight"), words).atom  # a bare name will do where it can mean one option only
    Within(option=0, allowed=(False, True))
    """
    for misfit in misfits(formula, vocabulary):
        raise misfit
    return _bound(formula.tree, vocabulary)


def misfits(formula: Formula, vocabulary: Vocabulary, but: Set[str] = frozenset()) -> Iterator[FormulaError]:
    """Every name in the formula that does not fit the vocabulary, in the order of the text.

    ``but``: definitions that are not suggested.

    >>> from standoff.conflict.syntax import parse
    >>> words = Vocabulary({"Row.straight": ("no", "yes")})
    >>> [error.message for error in misfits(parse("Row.strait"), words)]
    ['unknown option "Row.strait"; did you mean "Row.straight"?']
    """
    for atom in _atoms(formula.tree):
        is_comparison = isinstance(atom, Compare)
        if not is_comparison and vocabulary.means_definition(atom.name):
            continue
        span = atom.span
        try:
            option = vocabulary.find(atom.name, vocabulary.suggestions(not is_comparison, but))
            if isinstance(atom, Compare):
                span = atom.level_span
                vocabulary.level(option, atom.level)
        except LookupError as error:
            yield FormulaError(str(error.args[0]), formula.text, *span)


def names_in(formula: Formula) -> frozenset[str]:
    """Every name that a formula mentions as it is written, of options and of definitions.

    >>> from standoff.conflict.syntax import parse
    >>> sorted(names_in(parse("Row.straight or not crash")))
    ['Row.straight', 'crash']
    """
    return frozenset(atom.name for atom in _atoms(formula.tree))


def _atoms(tree: Tree) -> Iterator[Name | Compare]:
    match tree:
        case Name() | Compare():
            yield tree
        case Not(part):
            yield from _atoms(part)
        case Joined(_, parts):
            for part in parts:
                yield from _atoms(part)
        case Linked(_, left, right):
            yield from _atoms(left)
            yield from _atoms(right)


def _bound(tree: Tree, vocabulary: Vocabulary) -> Bound:
    match tree:
        case Const(value):
            return Bound("const", atom=value)
        case Not(part):
            return Bound("not", (_bound(part, vocabulary),))
        case Joined(word, parts):
            return Bound(word, tuple(_bound(part, vocabulary) for part in parts))
        case Linked(word, left, right):
            return Bound(word, (_bound(left, vocabulary), _bound(right, vocabulary)))
        case Name(name) if vocabulary.means_definition(name):
            return Bound("defined", atom=Defined(name))
        case Name(name):
            return _within(vocabulary, name, lambda level: level > 0)
        case Compare(name, operator, level):
            at = vocabulary.level(vocabulary.find(name), level)
            return _within(vocabulary, name, lambda other: COMPARISONS[operator](other, at))


def _within(vocabulary: Vocabulary, name: str, allows: Callable[[int], bool]) -> Bound:
    option = vocabulary.find(name)
    levels = range(len(vocabulary.options[option]))
    return Bound("within", atom=Within(vocabulary.position[option], tuple(map(allows, levels))))


def names_used(bound: Bound) -> frozenset[str]:
    """The definitions that a bound formula mentions.

    >>> from standoff.conflict.syntax import parse
    >>> words = Vocabulary({"Row.straight": ("no", "yes")}, frozenset({"crash"}))
    >>> sorted(names_used(bind(parse("straight or not crash"), words)))
    ['crash']
    """
    if isinstance(bound.atom, Defined):
        return frozenset({bound.atom.name})
    return frozenset().union(*map(names_used, bound.parts))


# Truth


def evaluate(bound: Bound, level: Callable[[int], npt.NDArray[np.integer]], defined: Mapping[str, Truth]) -> Truth:
    """Where the formula is true.

    ``level(k)`` is an array with the level index of option k, ``defined`` the truth of each definition; all are of
    one shape or broadcast to one, and so does the result.

    >>> from standoff.conflict.syntax import parse
    >>> words = Vocabulary({"Row.straight": ("no", "yes")})
    >>> evaluate(bind(parse("not straight"), words), lambda k: np.array([0, 1]), {}).tolist()
    [True, False]
    """

    def go(node: Bound) -> Truth:
        parts = [go(part) for part in node.parts]
        match node.atom:
            case bool(value):
                return np.array(value)
            case Within(option, allowed):
                return np.asarray(np.array(allowed)[level(option)], np.bool_)
            case Defined(name):
                return defined[name]
        truth: Truth = _CONNECTIVES[node.word](*parts)
        return truth

    return go(bound)


def _all(*parts: Truth) -> Truth:
    result = parts[0]
    for part in parts[1:]:
        result = result & part
    return result


def _any(*parts: Truth) -> Truth:
    return ~_all(*(~part for part in parts))


_CONNECTIVES: Mapping[str, Callable[..., Truth]] = {
    "not": lambda a: ~a,
    "and": _all,
    "or": _any,
    "if": lambda a, b: a | ~b,
    "iff": lambda a, b: a == b,
}
