"""The kernels in C (``kernel.c``), where they were built; the same answers as numpy gives, sooner.

They are built at install where there is a C compiler. ``STANDOFF_ENGINE=numpy`` in the environment leaves them alone.
"""

from __future__ import annotations

import ctypes
import os
import weakref
from collections.abc import Collection, Mapping, Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from standoff._engine import BOTTOM, Array, Indices, Mask, Values
from standoff._engine.arcs import ArcMoves
from standoff._engine.options import OptionMoves
from standoff.concepts import CONCEPTS as KNOWN

CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ")  # in the order of their bits in kernel.c
THREADS_FROM = 2**14  # combinations below which a second thread costs more than it brings
FEW_MOVES = 2**16  # for which there is room without counting them
MOST_NODES = 2**28  # combinations times decision makers, above which what is reached is found level by level
INTERFACE = 6  # as in kernel.c
VARIABLE = "STANDOFF_ENGINE"


class _Block(ctypes.Structure):
    _fields_ = (
        ("stride", ctypes.c_int64),
        ("size", ctypes.c_int64),
        ("patterns", ctypes.c_int64),
        ("pattern", ctypes.c_void_p),
        ("reach", ctypes.c_void_p),
    )


class _Space(ctypes.Structure):
    _fields_ = (
        ("n", ctypes.c_int64),
        ("count", ctypes.c_int64),
        ("blocks", ctypes.POINTER(_Block)),
        ("whole", ctypes.c_int32),
        ("axes", ctypes.c_int32),
        ("levels", ctypes.c_void_p),
        ("direction", ctypes.c_void_p),
        ("owner", ctypes.c_void_p),
    )


_POINTER, _LONG, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32
_ARGUMENTS = {
    "standoff_sorted": (_POINTER,),
    "standoff_sort": (_POINTER, _POINTER, _POINTER, _LONG, _LONG),
    "standoff_let_go": (_POINTER, _POINTER),
    "standoff_stable": (_POINTER, _LONG, _POINTER, _POINTER, _LONG, _LONG, _POINTER, _POINTER),
    "standoff_least": (_POINTER, _POINTER, _POINTER, _POINTER, _INT, _INT, _POINTER, _POINTER),
    "standoff_reach": (_POINTER, _POINTER, _POINTER, _LONG, _INT, _POINTER),
    "standoff_improvements": (_POINTER, _POINTER, _LONG, _POINTER, _POINTER, _LONG, _POINTER, _POINTER),
    "standoff_at_once": (_POINTER, _POINTER, _LONG, _POINTER),
    "standoff_least_along": (_LONG, _LONG, _POINTER, _POINTER, _POINTER, _INT, _POINTER),
}
_RESULTS = {"standoff_sorted": _POINTER, "standoff_let_go": None, "standoff_improvements": _LONG}


@cache
def library() -> ctypes.CDLL | None:
    """The kernels, or None where they were not built or are not wanted."""
    if os.environ.get(VARIABLE, "").strip().casefold() == "numpy":
        return None
    found = find_spec("standoff._engine._kernel")
    if found is None or found.origin is None:
        return None
    try:
        loaded = ctypes.CDLL(found.origin)
        if loaded.standoff_interface() != INTERFACE:
            return None
    except (OSError, AttributeError):  # no library, or one of another version
        return None
    for name, arguments in _ARGUMENTS.items():
        function = getattr(loaded, name)
        function.argtypes = arguments
        function.restype = _RESULTS.get(name, ctypes.c_int)
    return loaded


def _at(array: Array) -> int:
    """Where an array begins; it must be contiguous and kept alive."""
    assert array.flags.c_contiguous
    return int(array.ctypes.data)


def _call(name: str, *arguments: Any) -> None:
    kernel = library()
    assert kernel is not None
    if getattr(kernel, name)(*arguments):
        raise MemoryError


def _dense(values: Array, most: int) -> tuple[Array, Array | None]:
    """Values from 0 to ``most``: as they are where they are so already, else their places; and the values by place."""
    if len(values) == 0 or (values.min() >= 0 and values.max() <= most):
        return np.ascontiguousarray(values, np.int32), None
    known, places = np.unique(values, return_inverse=True)
    return places.astype(np.int32), known


def _space_of(moves: OptionMoves) -> Any:
    """The description of the space, with the arrays that it points to."""
    axes = [(levels, direction, i) for i, block in enumerate(moves.blocks) for levels, direction in block.axes]
    levels, direction, owner = (
        np.array(column, dtype)
        for column, dtype in zip(zip(*axes, strict=True), (np.int64, np.int32, np.int32), strict=True)
    )
    patterns = [np.ascontiguousarray(block.pattern, np.int32) for block in moves.blocks]
    reaches = [np.ascontiguousarray(block.reach, np.uint8) for block in moves.blocks]
    blocks = (_Block * len(moves.blocks))()
    for j, (block, pattern, reach) in enumerate(zip(moves.blocks, patterns, reaches, strict=True)):
        irreversible = len(block.reach) > 1
        blocks[j] = _Block(
            block.stride,
            block.size,
            len(block.reach),
            _at(pattern) if irreversible else None,
            _at(reach) if irreversible else None,
        )
    space = _Space(len(blocks), moves.count, blocks, moves.whole, len(levels), _at(levels), _at(direction), _at(owner))
    space.kept = levels, direction, owner, patterns, reaches  # it holds bare addresses of these
    return space


class _Sorted:
    """Room for sorted ranks, given back when nobody holds it any more."""

    def __init__(self, space: Any) -> None:
        kernel = library()
        assert kernel is not None
        self.at = kernel.standoff_sorted(ctypes.byref(space))
        if self.at is None:
            raise MemoryError
        weakref.finalize(self, _let_go, space, self.at).atexit = False


def _let_go(space: Any, at: int) -> None:
    kernel = library()
    if kernel is not None:
        kernel.standoff_let_go(ctypes.byref(space), at)


class CompiledOptionMoves(OptionMoves):
    """Moves by options, by the kernels in C."""

    @property
    def _space(self) -> Any:
        if "space" not in self.kept:
            self.kept["space"] = _space_of(self)
        return self.kept["space"]

    @property
    def _state_of(self) -> Indices:
        """The state of each combination; -1: infeasible."""
        if "state_of" not in self.kept:
            self.kept["state_of"] = self.everywhere(np.arange(len(self.codes)), -1)
        found: Indices = self.kept["state_of"]
        return found

    def _everywhere(self, ranks: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """Ranks of states (..., m) as ranks of combinations (..., count), from 0 and below count; -1: infeasible."""
        if ranks.size and (ranks.min() < 0 or ranks.max() >= self.count):
            flat = ranks.reshape(-1, ranks.shape[-1])
            places = [np.unique(row, return_inverse=True)[1].astype(np.int32) for row in flat]
            ranks = np.stack(places).reshape(ranks.shape)
        if self.plain:
            return np.ascontiguousarray(ranks, np.int32)
        full = np.full((*ranks.shape[:-1], self.count), BOTTOM, np.int32)
        full[..., self.codes] = ranks
        return full

    @cached_property
    def _ranks(self) -> npt.NDArray[np.int32]:
        return self._everywhere(self.ranks)

    def with_ranks(self, ranks: Values) -> CompiledOptionMoves:
        other = super().with_ranks(ranks)
        for name in ("_ranks", "_in_order", "_fit"):
            other.__dict__.pop(name, None)
        return other

    @cached_property
    def _in_order(self) -> _Sorted:
        """The ranks, sorted: once for all who ask what sequences lead to."""
        made = _Sorted(self._space)
        _call("standoff_sort", ctypes.byref(self._space), _at(self._ranks), made.at, 0, len(self.blocks))
        return made

    def stable(
        self, ranks: npt.NDArray[np.int32], concepts: Sequence[str], asked: Mapping[str, Collection[int]] | None = None
    ) -> npt.NDArray[np.bool_]:
        """Who would stay where under several rankings (draws, N, m): shape (draws, concepts, N, m).

        ``asked``: the decision makers that a concept asks of, where it is not all; the others are not judged.
        """
        draws, n = ranks.shape[:2]
        full = self._everywhere(ranks)
        found = np.zeros((draws, len(CONCEPTS), n, self.count), np.uint8)
        bits = np.zeros(n, np.int32)
        for name in set(concepts):
            bits[list((asked or {}).get(name, range(n)))] |= 1 << CONCEPTS.index(name)
        sorts = not self.whole or any(KNOWN[name].credible for name in concepts)
        if sorts and draws == 1 and self.count >= THREADS_FROM and n > 1:
            self._judge_in_threads(full, bits, found)
        else:
            space = ctypes.byref(self._space)
            _call("standoff_stable", space, draws, _at(full), _at(bits), 0, n, None, _at(found))
        chosen = found[:, [CONCEPTS.index(name) for name in concepts]]
        return np.asarray((chosen if self.plain else chosen[..., self.codes]).view(np.bool_))

    def _judge_in_threads(self, full: Array, bits: Array, found: Array) -> None:
        """One ranking, sorted once; the decision makers are shared out between processor cores.

        Also where there is only one: an interruption is heeded while other threads are at work.
        """
        from concurrent.futures import ThreadPoolExecutor

        n, space = len(self.blocks), ctypes.byref(self._space)
        ordered = _Sorted(self._space)

        def sort(j: int) -> None:
            _call("standoff_sort", space, _at(full), ordered.at, j, j + 1)

        def judge(i: int) -> None:
            _call("standoff_stable", space, 1, _at(full), _at(bits), i, i + 1, ordered.at, _at(found))

        with ThreadPoolExecutor(min(n, os.cpu_count() or 1)) as pool:
            for work in (sort, judge):
                list(pool.map(work, range(n)))

    def worst(self, movers: tuple[int, ...], values: Values, improving: bool) -> Values:
        if self.whole and not improving:
            return super().worst(movers, values, improving)
        dense, known = _dense(np.asarray(values), self.count)
        found = self.of_states(self._least(movers, dense, improving))
        return np.asarray(found if known is None else known[found], np.int32)

    def _least(self, movers: tuple[int, ...], dense: Array, improving: bool) -> Array:
        """The minimum of values from 0 and at most ``count``, as in ``worst``, by combinations; shape (count,)."""
        full = self.everywhere(dense, BOTTOM)
        least = np.empty(self.count, np.int32)
        moves = np.zeros(len(self.blocks), np.uint8)
        moves[list(movers)] = 1
        _call(
            "standoff_least",
            ctypes.byref(self._space),
            _at(self._ranks),
            _at(moves),
            _at(full),
            int(dense.max(initial=0)),
            improving,
            self._in_order.at,
            _at(least),
        )
        return least

    def unanswered(
        self, i: int, movers: tuple[int, ...], values: Values, improving: bool, may_return: bool
    ) -> tuple[Array, Array]:
        dense, known = _dense(np.asarray(values), self.count)
        if known is not None or not self.ascending or not self._fit or (self.whole and not improving):
            return super().unanswered(i, movers, values, improving, may_return)
        return self._improving(i, self._least(movers, dense, improving))

    @cached_property
    def _fit(self) -> bool:
        """Whether the ranks are from 0 and below ``count``, as they are."""
        return bool(self.ranks.size and self.ranks.min() >= 0 and self.ranks.max() < self.count)

    def reach(self, movers: Collection[int], s: int, improving: bool) -> Mask:
        if self.count * len(self.blocks) > MOST_NODES:
            return super().reach(movers, s, improving)
        full = np.empty(self.count, np.uint8)
        moves = np.zeros(len(self.blocks), np.uint8)
        moves[list(movers)] = 1
        space, code = ctypes.byref(self._space), int(self.codes[s])
        _call("standoff_reach", space, _at(self._ranks), _at(moves), code, improving, _at(full))
        return np.asarray(self.of_states(full).view(np.bool_))

    def improvements(self, i: int) -> tuple[Indices, Indices]:
        if not self.ascending:
            return super().improvements(i)
        return self._improving(i)

    def _improving(self, i: int, least: Array | None = None) -> tuple[Array, Array]:
        """The improvements of i; with ``least`` (by combinations), those to where it is above what i holds before."""
        kernel = library()
        assert kernel is not None
        number = None if self.plain else _at(self._state_of)
        asked = ctypes.byref(self._space), _at(self._ranks), i, None if least is None else _at(least), number
        room = self.count * (self.blocks[i].size - 1)
        if room > FEW_MOVES:  # count them first
            room = kernel.standoff_improvements(*asked, 0, None, None)
        found = np.empty((2, room), np.int64)
        many = kernel.standoff_improvements(*asked, room, _at(found[0]), _at(found[1]))
        return found[0, :many], found[1, :many]

    def deterred_at_once(self, i: int, movers: tuple[int, ...]) -> Mask:
        if len(movers) != len(self.blocks) - 1:
            return super().deterred_at_once(i, movers)
        full = np.empty(self.count, np.uint8)
        _call("standoff_at_once", ctypes.byref(self._space), _at(self._ranks), i, _at(full))
        return np.asarray(self.of_states(full), np.bool_)


class CompiledArcMoves(ArcMoves):
    """Moves along arcs, by the kernels in C; only where being brought back is told apart numpy is used."""

    def worst(self, movers: tuple[int, ...], values: Values, improving: bool) -> Values:
        dense, known = _dense(np.asarray(values), self.count)
        into, start = zip(*(self._backwards(j, improving) for j in movers), strict=True) if movers else ((), ())
        least = np.empty(self.count, np.int32)
        pointers = [(ctypes.c_void_p * max(1, len(movers)))(*map(_at, arrays)) for arrays in (into, start)]
        _call(
            "standoff_least_along",
            self.count,
            len(movers),
            *pointers,
            _at(dense),
            int(dense.max(initial=0)),
            _at(least),
        )
        return least if known is None else np.asarray(known[least], np.int32)

    def _backwards(self, j: int, improving: bool) -> tuple[Array, Array]:
        """The arcs of j by where they end: where those into each state begin, and the states that they come from."""
        arcs = (self.improving if improving else self.arcs)[j]
        order = np.argsort(arcs.end, kind="stable")
        into = np.searchsorted(arcs.end[order], np.arange(self.count + 1)).astype(np.int64)
        return into, arcs.start[order].astype(np.int32)

    def unanswered(
        self, i: int, movers: tuple[int, ...], values: Values, improving: bool, may_return: bool
    ) -> tuple[Array, Array]:
        if not may_return:
            return super().unanswered(i, movers, values, improving, may_return)
        start, end = self.improvements(i)
        left = self.worst(movers, values, improving)[end] > self.ranks[i][start]
        return start[left], end[left]


def name() -> str:
    """The engine in use."""
    return "compiled" if library() is not None else "numpy"


def option_moves(*arguments: Any) -> OptionMoves:
    """Moves by options, by the engine in use."""
    return (OptionMoves if library() is None else CompiledOptionMoves)(*arguments)


def arc_moves(*arguments: Any) -> ArcMoves:
    """Moves along arcs, by the engine in use."""
    return (ArcMoves if library() is None else CompiledArcMoves)(*arguments)
