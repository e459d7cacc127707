"""The little language of statements as it is written: the tree of a text, and where in it something is wrong.

A formula is true or false of a combination of option levels: ``Russia.role = back and not regime_collapse``.
Binding, tightest first: comparison, ``not``, ``and``, ``or``, then ``if`` and ``iff`` (left to right);
``A if B`` is true where B is false.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NoReturn

from standoff.conflict.letters import composed
from standoff.errors import Problem, StandoffError, shorten

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


def is_name(text: str) -> bool:
    """A letter, then letters, digits or ``_``; any script; not a word of the formula language.

    >>> is_name("status_quo"), is_name("2nd"), is_name("not")
    (True, False, False)
    """
    return bool(text) and _category(text[0]) == "L" and all(map(_continues, text)) and text not in WORDS


def is_formula(text: str) -> bool:
    """Whether a text can only be meant as a formula: it has a sign or a word of the language, or an option's full name.

    >>> is_formula("not talks"), is_formula("US.strike"), is_formula("talks")
    (True, True, False)
    """
    return any(sign in text for sign in (*_SYMBOLS, ".")) or not WORDS.isdisjoint(text.split())


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


def chained(formula: Formula) -> tuple[Literal["and", "or"], tuple[Formula, ...]] | None:
    """What a formula joins by ``and``, or by ``or``, with brackets around some of it or not; None where it does not.

    >>> word, parts = chained(parse("A.x and (B.y or A.z) and (B.z and not A.x)"))
    >>> word, [part.text for part in parts]
    ('and', ['A.x', '(B.y or A.z)', 'B.z', 'not A.x'])
    """
    if not isinstance(formula.tree, Joined):
        return None
    return formula.tree.word, tuple(_links(formula, formula.tree.word))


def _links(formula: Formula, word: str) -> Iterator[Formula]:
    if not isinstance(formula.tree, Joined) or formula.tree.word != word:
        yield formula
        return
    tokens = list(_tokens(formula.text))[:-1]
    while _is_bracketed(tokens):
        tokens = tokens[1:-1]
    depth, start = 0, tokens[0].start
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.kind == "word" and token.text == word:
            yield from _links(parse(formula.text[start : token.start].strip()), word)
            start = token.end
    yield from _links(parse(formula.text[start : tokens[-1].end].strip()), word)


def _is_bracketed(tokens: Sequence[_Token]) -> bool:
    """Whether the first bracket closes at the end."""
    depth = 0
    for k, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return k > 0 and k + 1 == len(tokens)
    return False


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
    return _parsed(composed(text))


@lru_cache(1024)  # the same formulas are made again and again where judgements are changed
def _parsed(text: str) -> Formula:
    if not text.strip():
        raise FormulaError("an empty formula; write true or false", text, 0, 1)
    return Formula(text, _Parser(text).whole())
