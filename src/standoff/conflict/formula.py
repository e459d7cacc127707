"""The little language of statements: parse, check names, evaluate over arrays of states.

A formula is true or false of a combination of option levels: ``Russia.role = back and not regime_collapse``.
Binding, tightest first: comparison, ``not``, ``and``, ``or``, then ``if`` and ``iff`` (left to right);
``A if B`` is true where B is false.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NoReturn

import numpy as np
import numpy.typing as npt

from standoff.conflict.letters import composed
from standoff.errors import Problem, StandoffError, shorten, unknown

MAX_LENGTH = 10_000
MAX_DEPTH = 100
WORDS = frozenset({"not", "and", "or", "if", "iff", "true", "false"})
COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
_SYMBOLS = ("!=", "<=", ">=", "=", "<", ">", "(", ")")
_LOOSEST, _OR, _AND, _NOT = 1, 2, 3, 4

Truth = npt.NDArray[np.bool_]


def is_name(text: str) -> bool:
    """A letter, then letters, digits or ``_``; any script; not a word of the formula language.

    >>> is_name("status_quo"), is_name("2nd"), is_name("not")
    (True, False, False)
    """
    return bool(text) and _category(text[0]) == "L" and all(map(_continues, text)) and text not in WORDS


def _category(character: str) -> str:
    return unicodedata.category(character)[0]


def _continues(character: str) -> bool:
    """Letters with their marks, decimal digits and ``_``."""
    return character == "_" or _category(character) in "LM" or character.isdecimal()


# The tree as written. Spans are (start, end) in the text, for carets.


@dataclass(frozen=True, slots=True)
class Const:
    """``true`` or ``false``."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name:
    """An option that is not at its first level, or a definition."""

    name: str
    span: tuple[int, int] = field(compare=False, default=(0, 0))


@dataclass(frozen=True, slots=True)
class Compare:
    """An option's level compared with a named level, in the order of the option's levels."""

    name: str
    operator: str
    level: str
    span: tuple[int, int] = field(compare=False, default=(0, 0))
    level_span: tuple[int, int] = field(compare=False, default=(0, 0))


@dataclass(frozen=True, slots=True)
class Not:
    """``not A``."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Joined:
    """``A and B and ...`` or ``A or B or ...``."""

    word: Literal["and", "or"]
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Linked:
    """``A if B`` (B implies A) or ``A iff B``."""

    word: Literal["if", "iff"]
    left: Tree
    right: Tree


Tree = Const | Name | Compare | Not | Joined | Linked


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as its author wrote it, and its tree."""

    text: str
    tree: Tree = field(repr=False)

    def __str__(self) -> str:
        return self.text


class FormulaError(StandoffError):
    """A formula that cannot be read or names something unknown; shows the text and a caret."""

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        self.message = message
        self.excerpt = _caret(text, start, end)
        super().__init__(f"{message}\n{self.excerpt}")

    def problem(self, path: tuple[str | int, ...]) -> Problem:
        """The same as a problem at ``path`` of a conflict."""
        return Problem(self.message, path, excerpt=self.excerpt)


def _caret(text: str, start: int, end: int, around: int = 50) -> str:
    left, right = max(0, start - around), min(len(text), max(end, start) + around)
    before = "…" if left else ""
    shown = "".join(c if c.isprintable() else " " for c in text[left:right])
    marks = max(1, min(end, right) - start)
    return f"{before}{shown}{'…' if right < len(text) else ''}\n{' ' * (len(before) + start - left)}{'^' * marks}"


# Reading


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["word", "name", "symbol", "end"]
    text: str
    start: int
    end: int


def _name_end(text: str, start: int) -> int:
    end = start
    while end < len(text) and _continues(text[end]):
        end += 1
    return end


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        symbol = next((s for s in _SYMBOLS if text.startswith(s, at)), None)
        if symbol is not None:
            yield _Token("symbol", symbol, at, at + len(symbol))
            at += len(symbol)
            continue
        end = _name_end(text, at)
        if end < len(text) and text[end] == "." and end > at:
            end = _name_end(text, end + 1)
        word = text[at:end]
        if word in WORDS:
            yield _Token("word", word, at, end)
        elif word and all(is_name(part) for part in word.split(".")):
            yield _Token("name", word, at, end)
        else:
            end = max(end, at + 1)
            raise FormulaError(f'"{shorten(text[at:end])}" is not a name or a symbol of the language', text, at, end)
        at = end
    yield _Token("end", "", len(text), len(text) + 1)


class _Parser:
    """Precedence climbing (Pratt); depth is counted, so that no input exhausts the stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def is_next(self, *texts: str) -> bool:
        return self.token.kind in ("word", "symbol") and self.token.text in texts

    def fail(self, message: str) -> NoReturn:
        raise FormulaError(message, self.text, self.token.start, self.token.end)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"nested more than {MAX_DEPTH} deep")

    def whole(self) -> Tree:
        tree = self.expression(_LOOSEST)
        if self.token.kind != "end":
            self.fail(f'"{shorten(self.token.text)}" cannot stand here; expected and, or, if, iff or the end')
        if _depth(tree) > MAX_DEPTH:
            raise FormulaError(f"nested more than {MAX_DEPTH} deep", self.text, 0, 1)
        return tree

    def expression(self, binding: int) -> Tree:
        left = self.prefix()
        while True:
            if binding <= _AND and self.is_next("and"):
                left = self.joined("and", left, _NOT)
            elif binding <= _OR and self.is_next("or"):
                left = self.joined("or", left, _AND)
            elif binding <= _LOOSEST and self.is_next("if", "iff"):
                word: Literal["if", "iff"] = "if" if self.take().text == "if" else "iff"
                left = Linked(word, left, self.expression(_OR))
            else:
                return left

    def joined(self, word: Literal["and", "or"], first: Tree, binding: int) -> Tree:
        parts = [first]
        while self.is_next(word):
            self.take()
            parts.append(self.expression(binding))
        return Joined(word, tuple(parts))

    def prefix(self) -> Tree:
        if self.is_next("not", "("):
            self.deeper()
            token = self.take()
            tree: Tree
            if token.text == "not":
                tree = Not(self.expression(_NOT))
            else:
                tree = self.expression(_LOOSEST)
                if not self.is_next(")"):
                    self.fail('expected ")"')
                self.take()
            self.depth -= 1
            return tree
        if self.is_next("true", "false"):
            return Const(self.take().text == "true")
        if self.token.kind == "name":
            return self.atom(self.take())
        what = "the formula ends" if self.token.kind == "end" else f'"{shorten(self.token.text)}" stands'
        return self.fail(f"{what} where a name, not, true, false or ( is expected")

    def atom(self, name: _Token) -> Tree:
        if not self.is_next(*COMPARISONS):
            return Name(name.text, (name.start, name.end))
        operator = self.take().text
        if self.is_next("="):
            self.fail('one "=" compares')
        if self.token.kind != "name" or "." in self.token.text:
            self.fail(f'expected a level after "{operator}"')
        level = self.take()
        if self.is_next(*COMPARISONS):
            self.fail("a comparison has two sides; join several with and")
        return Compare(name.text, operator, level.text, (name.start, name.end), (level.start, level.end))


def _depth(tree: Tree) -> int:
    """How many levels of connectives the tree has, counted without recursion."""
    deepest, left = 0, [(tree, 0)]
    while left:
        node, depth = left.pop()
        deepest = max(deepest, depth)
        match node:
            case Not(part):
                left.append((part, depth + 1))
            case Joined(_, parts):
                left += [(part, depth + 1) for part in parts]
            case Linked(_, one, other):
                left += [(one, depth + 1), (other, depth + 1)]
    return deepest


def parse(text: str) -> Formula:
    """Read a formula. Names are checked by ``bind``.

    Raises FormulaError, with the text and a caret, on anything that is not of the language or beyond its bounds
    (10,000 characters, 100 levels deep).

    >>> parse("not Row.straight").tree
    Not(part=Name(name='Row.straight', span=(4, 16)))
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(f"longer than {MAX_LENGTH:,} characters ({len(text):,})", text[:40] + "…", 0, 1)
    text = composed(text)
    if not text.strip():
        raise FormulaError("an empty formula; write true or false", text, 0, 1)
    return Formula(text, _Parser(text).whole())


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
        yield from (name for name in self.options if name.count(".") == 1 and all(map(is_name, name.split("."))))
        if definitions:
            allowed = sorted(self.definitions - but)
            yield from (name for name in allowed if is_name(name) and self.means_definition(name))
        yield from (name for name in self.bare if is_name(name) and self.meant(name))

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
