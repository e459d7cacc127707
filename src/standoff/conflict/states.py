"""The states: all combinations of levels, which of them are feasible, how they are numbered, named and merged.

A combination is a mixed radix number whose least significant digit is the first option of the first decision maker
(its *code*); a state is one feasible combination, or a class of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from standoff.conflict.formula import Bound, Truth, evaluate
from standoff.conflict.model import StateName
from standoff.errors import nearest, shorten, unknown

MAX_COMBINATIONS = 2**24

Codes = npt.NDArray[np.int32]
Levels = npt.NDArray[np.integer]
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Combinations:
    """All combinations of option levels; ``radices`` are the numbers of levels, first option first."""

    radices: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many there are (exact, however many)."""
        product = 1
        for radix in self.radices:
            product *= radix
        return product

    @cached_property
    def strides(self) -> tuple[int, ...]:
        """What one level of each option adds to a code."""
        strides = [1]
        for radix in self.radices[:-1]:
            strides.append(strides[-1] * radix)
        return tuple(strides[: len(self.radices)])

    def code(self, levels: Sequence[int]) -> int:
        """The code of one combination."""
        return sum(stride * level for stride, level in zip(self.strides, levels, strict=True))

    def levels(self, code: int) -> tuple[int, ...]:
        """The level of each option in the combination of that code."""
        return tuple(code // stride % radix for stride, radix in zip(self.strides, self.radices, strict=True))

    def column(self, codes: Codes, option: int) -> Levels:
        """The level of one option in each of ``codes``; shape of ``codes``."""
        levels = codes // self.strides[option] % self.radices[option]
        return levels.astype(np.min_scalar_type(self.radices[option]))

    def axis(self, option: int) -> Levels:
        """The level of one option over all combinations, to be broadcast: one axis per option, the first last."""
        shape = [1] * len(self.radices)
        shape[-1 - option] = self.radices[option]
        return np.arange(self.radices[option]).reshape(shape)

    def spread(self, truth: Truth) -> Truth:
        """A truth that broadcasts over the axes, written out: shape (count,)."""
        return np.broadcast_to(truth, self.radices[::-1]).reshape(-1)


@dataclass(frozen=True)
class States:
    """The feasible states, numbered from 0 inside; users know them by ``names``.

    ``names`` of states that are only numbered are a range, and their ``titles`` empty, so that many states cost little.
    ``codes`` (m',) holds the feasible combinations in order, ``of_code`` (m',) the state of each. In graph form
    both are empty. ``merged``: some state has several combinations.
    """

    names: tuple[StateName, ...] | range
    titles: Sequence[str | None]
    combinations: Combinations
    codes: Codes
    of_code: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def option_form(self) -> bool:
        """Whether the states are combinations of options (and not given outright)."""
        return bool(self.combinations.radices)

    @cached_property
    def merged(self) -> bool:
        """Whether some state has more than one combination."""
        return self.option_form and len(self.codes) > len(self.names)

    @cached_property
    def position(self) -> Mapping[StateName, int]:
        """The number inside of each name."""
        if isinstance(self.names, range):
            return _Numbered(self.names)
        return {name: s for s, name in enumerate(self.names)}

    def title(self, s: int) -> str | None:
        """The title of a state, where it has one."""
        return self.titles[s] if self.titles else None

    @cached_property
    def first(self) -> npt.NDArray[np.intp]:
        """For each state the place in ``codes`` of its first combination; shape (m,)."""
        return np.unique(self.of_code, return_index=True)[1]

    def members(self, s: int) -> list[int]:
        """The codes of a state's combinations."""
        return [int(self.codes[place]) for place in self.places(s)]

    def places(self, s: int) -> list[int]:
        """The places in ``codes`` of a state's combinations."""
        if not self.merged:
            return [int(self.first[s])] if self.option_form else []
        return np.flatnonzero(self.of_code == s).tolist()

    def levels(self, s: int) -> tuple[int, ...] | None:
        """The level of each option in state ``s``; None in graph form and where it has several combinations."""
        members = self.members(s)
        return self.combinations.levels(members[0]) if len(members) == 1 else None

    def rows(self, words: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
        """For each state a word per option, ``words[option][level]``; only where no states are merged."""
        codes = self.codes[self.first]
        columns = []
        for option, known in enumerate(words):
            told = np.array(known, object)
            columns.append(told[self.combinations.column(codes, option)].tolist())
        return zip(*columns, strict=True)

    def at(self, code: int) -> int | None:
        """The state that holds a combination; None where it is infeasible."""
        place = int(np.searchsorted(self.codes, code))
        if place == len(self.codes) or self.codes[place] != code:
            return None
        return int(self.of_code[place])

    def truth(self, bound: Bound, defined: Mapping[str, Truth]) -> Truth:
        """Where a formula is true: shape (m',), one value per feasible combination."""
        found = evaluate(bound, self._columns, defined)
        return np.broadcast_to(found, self.codes.shape)

    def _columns(self, option: int) -> Levels:
        if option not in self._cache:
            self._cache[option] = self.combinations.column(self.codes, option)
        return self._cache[option]

    @cached_property
    def _cache(self) -> dict[int, Levels]:
        return {}


@dataclass(frozen=True)
class Selection:
    """States that were asked for: ``asked``, the formula or the name, and where that is true, shape (m,)."""

    asked: str
    truth: Truth

    @cached_property
    def states(self) -> list[int]:
        """Their numbers inside, in order."""
        found: list[int] = np.flatnonzero(self.truth).tolist()
        return found


@dataclass(frozen=True)
class _Numbered(Mapping[StateName, int]):
    """The places of states that are numbered 1, 2, 3 ..., without a table of them."""

    names: range

    def __getitem__(self, name: StateName) -> int:
        if isinstance(name, bool) or name not in self.names:
            raise KeyError(name)
        return int(name) - self.names.start

    def __iter__(self) -> Iterator[StateName]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


class Truths(Mapping[str, Truth]):
    """Truths by name, a bit each: many definitions over many states stay small."""

    def __init__(self) -> None:
        self._packed: dict[str, tuple[npt.NDArray[np.uint8], tuple[int, ...]]] = {}

    def __getitem__(self, name: str) -> Truth:
        packed, shape = self._packed[name]
        return np.unpackbits(packed, count=int(np.prod(shape, dtype=np.int64))).astype(np.bool_).reshape(shape)

    def at(self, name: str, place: int) -> bool:
        """One of the values of a truth that is a row of them."""
        packed, _ = self._packed[name]
        return bool(packed[place // 8] >> (7 - place % 8) & 1)

    def put(self, name: str, truth: Truth) -> None:
        """Keep a truth."""
        self._packed[name] = np.packbits(truth), truth.shape

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


def vector(levels: Sequence[int], radices: Sequence[int]) -> str:
    """One character per option: N/Y for two levels, else the level's index."""
    return "".join(vector_part(level, radix) for level, radix in zip(levels, radices, strict=True))


def vector_part(level: int, radix: int) -> str:
    """The character of one option."""
    return "NY"[level] if radix == 2 else _DIGITS[level] if level < 36 else f"({level})"


def levels_of(text: str, radices: Sequence[int]) -> tuple[int, ...] | None:
    """The levels that a vector tells; None where it is none."""
    if len(text) != len(radices) or any(radix > len(_DIGITS) for radix in radices):
        return None
    digits = ("ny" if radix == 2 else _DIGITS[:radix] for radix in radices)
    levels = tuple(known.find(character) for character, known in zip(text.lower(), digits, strict=True))
    return None if -1 in levels else levels


def unknown_state(text: str, names: Sequence[StateName], near: Iterable[str] | None = None) -> str:
    """What to say of a state that does not exist: the nearest name, or the states that there are.

    ``near``: what else may stand there; then it is told that names and formulas may.
    """
    numbered = isinstance(names, range)
    known = [] if numbered else [str(name) for name in names[:1000]]
    close = None if near is None else nearest(text, [*known, "status_quo", *near])
    if close is not None:
        told = f'unknown state "{shorten(text)}"; did you mean "{shorten(close, len(close))}"?'
    elif numbered:
        told = f'unknown state "{shorten(text)}"; states are numbered 1 to {len(names):,}'
    else:
        told = unknown("state", text, known)
    return told if near is None else f"{told} (or a name in the file, or a formula that is true in one state)"
