"""The engines against one another, and all of them against plain sets on every conflict of the smallest sizes."""

from __future__ import annotations

import _ctypes
import ctypes
import json
import os
import shutil
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import permutations, product
from math import factorial, prod
from operator import attrgetter, methodcaller
from pathlib import Path
from random import Random
from threading import Barrier
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import loaded, run, sized, slow_but
from oracles.oracle import Oracle
from standoff import casebook
from standoff._engine import TOP, Array, Indices, Mask, Moves, Values, compiled
from standoff._engine.arcs import ArcMoves
from standoff._engine.compiled import CONCEPTS as TOGETHER
from standoff._engine.compiled import CompiledArcMoves, CompiledOptionMoves
from standoff._engine.options import BACKWARD, BOTH, FIXED, FORWARD, OptionMoves
from standoff.analysis.stability import Analysis, solve, stable
from standoff.conflict.meaning import Meaning
from standoff.formats import loads
from standoff.graph import Graph
from strategies.conflicts import Drawn, option_conflicts

BUILT = compiled.library() is not None
ENGINES = ["numpy", "compiled"] if BUILT else ["numpy"]
ARC_ENGINES: dict[str, type[ArcMoves]] = {"numpy": ArcMoves, "compiled": CompiledArcMoves}
SOURCE = Path(compiled.__file__).with_name("kernel.c")
LOWEST, HIGHEST = int(np.iinfo(np.int32).min), int(TOP)
CHUNKS = 10
SAMPLE = 2000  # of which an everyday run takes a ninth

needs_kernels = pytest.mark.skipif(not BUILT, reason="the kernels were not built, or are not wanted")


def test_the_kernels_are_there_where_they_must_be() -> None:
    if not BUILT and not os.environ.get("STANDOFF_REQUIRE_KERNEL"):
        pytest.skip("the kernels were not built, or are not wanted")
    assert BUILT


@contextmanager
def engine_in_use(name: str) -> Iterator[None]:
    if name == "compiled":
        yield
    else:
        with mock.patch.object(compiled, "library", return_value=None):
            yield


# Random moves


@dataclass(frozen=True)
class Options:
    """Moves by options under several rankings (draws, N, m)."""

    levels: list[int]
    owners: list[int]
    directions: list[int]
    codes: npt.NDArray[np.int32]
    rankings: npt.NDArray[np.int32]

    def moves(self, engine: type[OptionMoves], ranks: Values | None = None) -> Any:
        ranks = self.rankings[0] if ranks is None else ranks
        return engine(self.levels, self.owners, self.directions, self.codes, ranks)


@dataclass(frozen=True)
class Arcs:
    """Moves along arcs, and ranks (N, m)."""

    arcs: list[tuple[Indices, Indices]]
    ranks: Values


PALETTES = [[BOTH], [BOTH, BOTH, FORWARD, BACKWARD, FIXED], [FORWARD, BACKWARD], [BOTH, FIXED], [FIXED, FORWARD]]


def random_options(rng: Random, combinations: int) -> Options:
    n = rng.choice([1, 2, 2, 3, 3, 4, 5])
    most = combinations.bit_length() - 1
    owners = [*range(n), *(rng.randrange(n) for _ in range(rng.randint(0, most - n)))]
    levels = [2] * len(owners)
    for _ in range(rng.randint(0, 6)):
        k = rng.randrange(len(levels))
        if levels[k] < 4 and prod(levels) // levels[k] * (levels[k] + 1) <= combinations:
            levels[k] += 1
    palette, count = rng.choice(PALETTES), prod(levels)
    feasible = max(1, round(count * rng.choice([1.0, 1.0, 0.9, 0.7, 0.5, 0.3, 0.0])))
    codes = np.random.default_rng(rng.getrandbits(32)).permutation(count)[:feasible].astype(np.int32)
    codes = codes if rng.randrange(2) else np.sort(codes)
    shape = rng.choice([1, 1, 2, 4]), n, feasible
    return Options(levels, sorted(owners), [rng.choice(palette) for _ in owners], codes, random_ranks(rng, shape))


def random_ranks(rng: Random, shape: tuple[int, ...]) -> npt.NDArray[np.int32]:
    """Strict or with ties, or all the same; dense, or with gaps, up to the highest there is."""
    source, m = np.random.default_rng(rng.getrandbits(32)), shape[-1]
    strict = source.permuted(np.broadcast_to(np.arange(m), shape), axis=-1)
    ties = source.integers(0, rng.choice([1, 2, 3, max(1, m // 2)]), shape)
    places: Any = rng.choice([strict, strict, ties])
    most, highest = max(m, 3), HIGHEST - 1
    gap, lowest = rng.choice([(1, 0), (1, 0), (7, 0), (1, 5), (highest // most, 0), (1, highest - most)])
    return np.asarray(places * gap + lowest, np.int32)


def random_values(rng: Random, ranks: Values) -> Values:
    """What could be worth something: ranks, or anything that 32 bits hold."""
    source, m = np.random.default_rng(rng.getrandbits(32)), ranks.shape[1]
    bounds = [(0, m), (0, 2), (-3, 3), (-3, 0), (7, 7), (LOWEST, HIGHEST), (HIGHEST - 2, HIGHEST), (LOWEST, LOWEST)]
    low, high = rng.choice(bounds)
    drawn = source.integers(low, high, m, endpoint=True)
    return np.asarray(rng.choice([drawn, drawn, ranks[rng.randrange(len(ranks))]]), np.int32)


def random_arcs(rng: Random) -> Arcs:
    """Few arcs or many, now and then the same one twice."""
    n, m = rng.choice([1, 2, 2, 3, 3, 4, 5]), rng.choice([1, 2, 3, 4, 6, 9, 20, 60])
    source = np.random.default_rng(rng.getrandbits(32))
    arcs = []
    for _ in range(n):
        start = source.integers(0, m, rng.choice([0, 1, m // 2, m, 2 * m, 4 * m]))
        end = source.integers(0, m, len(start))
        start, end = start[start != end], end[start != end]
        if len(start) and rng.randrange(3) == 0:
            start, end = np.append(start, start[:3]), np.append(end, end[:3])
        arcs.append((start.astype(np.intp), end.astype(np.intp)))
    return Arcs(arcs, random_ranks(rng, (n, m)))


def some_of(rng: Random, items: Iterable[int]) -> tuple[int, ...]:
    chosen = [item for item in items if rng.randrange(3)]
    rng.shuffle(chosen)
    return tuple(chosen)


def by_definition(moves: Moves, ranks: Values, returning: bool = True) -> dict[str, Mask]:
    """What the functions of the concepts say of moves, whatever they are the moves of; (N, m) each."""
    graph = Graph(cast("Meaning", SimpleNamespace(ranks=ranks)), moves, returning)
    return {name: np.array([stable(graph, name, i) for i in graph.dms]) for name in TOGETHER}


# One engine against the other


def compare_stable(rng: Random, drawn: Options) -> None:
    concepts = rng.sample(TOGETHER, rng.randint(1, len(TOGETHER)))
    kernels = drawn.moves(CompiledOptionMoves)
    found = kernels.stable(drawn.rankings, concepts)
    assert (found.shape, found.dtype) == ((len(drawn.rankings), len(concepts), *drawn.rankings.shape[1:]), np.bool_)
    for ranks, tables in zip(drawn.rankings, found, strict=True):
        expected = by_definition(drawn.moves(OptionMoves, ranks), ranks)
        for concept, table in zip(concepts, tables, strict=True):
            assert np.array_equal(table, expected[concept]), concept
        one_by_one = by_definition(kernels.with_ranks(ranks), ranks)
        assert all(np.array_equal(one_by_one[concept], expected[concept]) for concept in TOGETHER)


def compare_answers(rng: Random, plain: Any, kernels: Any, ranks: Values) -> None:
    values, improving = random_values(rng, ranks), bool(rng.randrange(2))
    movers = some_of(rng, range(len(ranks)))
    least = kernels.worst(movers, values, improving)
    assert least.dtype == np.int32
    assert np.array_equal(least, plain.worst(movers, values, improving)), (movers, improving)
    start = rng.randrange(ranks.shape[1])
    reached = kernels.reach(movers, start, improving)
    assert reached.dtype == np.bool_
    assert np.array_equal(reached, plain.reach(movers, start, improving)), (movers, start, improving)
    i = rng.randrange(len(ranks))
    for one, other in zip(kernels.improvements(i), plain.improvements(i), strict=True):
        assert np.array_equal(one, other), i
    others = tuple(j for j in range(len(ranks)) if j != i)
    answering = rng.choice([others, some_of(rng, others)])
    for returning in (True, False):
        asked = i, answering, values, improving, returning
        assert np.array_equal(kernels.deterred(*asked), plain.deterred(*asked)), asked
        ours, theirs = kernels.unanswered(*asked), plain.unanswered(*asked)
        assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True)), asked


def compare_at_once(rng: Random, drawn: Options) -> None:
    plain, kernels, n = drawn.moves(OptionMoves), drawn.moves(CompiledOptionMoves), drawn.rankings.shape[1]
    for i in range(n):
        others = tuple(j for j in range(n) if j != i)
        for movers in (others, some_of(rng, others)):
            assert np.array_equal(kernels.deterred_at_once(i, movers), plain.deterred_at_once(i, movers)), (i, movers)


def compare_options(rng: Random, combinations: int) -> None:
    drawn = random_options(rng, combinations)
    compare_stable(rng, drawn)
    plain, kernels = drawn.moves(OptionMoves), drawn.moves(CompiledOptionMoves)
    for _ in range(4):
        compare_answers(rng, plain, kernels, drawn.rankings[0])
    if plain.simultaneous_work() <= 2**16:
        compare_at_once(rng, drawn)


def compare_arcs(rng: Random) -> None:
    drawn = random_arcs(rng)
    plain, kernels = (engine(drawn.arcs, drawn.ranks) for engine in (ArcMoves, CompiledArcMoves))
    for _ in range(6):
        compare_answers(rng, plain, kernels, drawn.ranks)
    for returning in (True, False):
        tables, expected = (by_definition(moves, drawn.ranks, returning) for moves in (kernels, plain))
        assert all(np.array_equal(tables[concept], expected[concept]) for concept in TOGETHER)


def compare_batch(seeds: Iterable[int]) -> None:
    for seed in seeds:
        rng = Random(seed)
        compare_options(rng, 1024 if seed % 25 == 0 else 128)
        compare_arcs(rng)


@needs_kernels
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_hundreds_of_random_moves_lead_to_the_same_by_every_engine(chunk: int, request: pytest.FixtureRequest) -> None:
    total = 5_000 if request.config.getoption("--exhaustive") else 250 if request.config.getoption("--slow") else 20
    compare_batch(range(chunk, total, CHUNKS))


@needs_kernels
@given(st.randoms(use_true_random=False))
def test_moves_by_options_lead_to_the_same_by_every_engine(rng: Random) -> None:
    compare_options(rng, 64)


@needs_kernels
@given(st.randoms(use_true_random=False))
def test_moves_along_arcs_lead_to_the_same_by_every_engine(rng: Random) -> None:
    compare_arcs(rng)


@pytest.mark.parametrize("engine", ENGINES)
@given(rng=st.randoms(use_true_random=False))
def test_moves_along_arcs_are_consistent_in_themselves(engine: str, rng: Random) -> None:
    drawn = random_arcs(rng)
    moves, everybody = ARC_ENGINES[engine](drawn.arcs, drawn.ranks), tuple(range(len(drawn.ranks)))
    values, movers, i = random_values(rng, drawn.ranks), some_of(rng, everybody), rng.choice(everybody)
    assert np.array_equal(moves.worst((), values, False), values)
    by_moves, by_improvements = (moves.worst(movers, values, improving) for improving in (False, True))
    assert (moves.worst(everybody, values, False) <= by_moves).all()
    assert (by_moves <= by_improvements).all()
    assert (by_improvements <= values).all()
    assert np.isin(by_moves, values).all()
    places = np.unique(values, return_inverse=True)[1].astype(np.int32)  # only the order of values matters
    assert np.array_equal(np.unique(values)[moves.worst(movers, places, False)], by_moves)
    doubled = [(np.append(start, start), np.append(end, end)) for start, end in drawn.arcs]
    twice = ARC_ENGINES[engine](doubled, drawn.ranks)
    assert np.array_equal(twice.worst(movers, values, True), by_improvements)
    brought_back, left = (moves.deterred(i, movers, values, True, returning) for returning in (True, False))
    assert (brought_back >= left).all()
    start, end = moves.unanswered(i, movers, values, True, False)
    assert set(start) == set(np.flatnonzero(~left))
    assert (drawn.ranks[i][end] > drawn.ranks[i][start]).all()


@pytest.mark.parametrize("engine", ENGINES)
@given(rng=st.randoms(use_true_random=False))
def test_other_ranks_leave_nothing_of_the_ranks_before(engine: str, rng: Random) -> None:
    drawn, given_arcs = random_options(rng, 32), random_arcs(rng)
    options = {"numpy": OptionMoves, "compiled": CompiledOptionMoves}[engine]
    arcs = ARC_ENGINES[engine]
    two = [random_ranks(rng, drawn.rankings.shape[1:]) for _ in range(2)]
    first = drawn.moves(options, two[0])
    others = tuple(range(1, len(two[0])))
    for ranks in (*two, two[0]):  # asked under the ranks before, each time
        first.worst(others, ranks[0], True), first.deterred_at_once(0, others)
        first = first.with_ranks(ranks)
        fresh = drawn.moves(options, ranks)
        assert_same_tables(by_definition(first, ranks), by_definition(fresh, ranks))
        assert np.array_equal(first.deterred_at_once(0, others), fresh.deterred_at_once(0, others))
    before, ranks = arcs(given_arcs.arcs, given_arcs.ranks), random_ranks(rng, given_arcs.ranks.shape)
    expected = by_definition(before, given_arcs.ranks)
    after = before.with_ranks(ranks)
    assert_same_tables(by_definition(after, ranks), by_definition(arcs(given_arcs.arcs, ranks), ranks))
    assert_same_tables(by_definition(before, given_arcs.ranks), expected)


def assert_same_tables(one: Mapping[str, Mask], other: Mapping[str, Mask]) -> None:
    assert one.keys() == other.keys()
    for name in one:
        assert np.array_equal(one[name], other[name]), name


@needs_kernels
@pytest.mark.parametrize("cores", [1, 4])
def test_several_threads_find_the_same(cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    rng = Random(1)
    for _ in range(sized(12, 40)):
        drawn = random_options(rng, 512)
        ranks = drawn.rankings[:1]
        expected = drawn.moves(CompiledOptionMoves).stable(ranks, TOGETHER)
        with monkeypatch.context() as patch:
            patch.setattr(compiled, "THREADS_FROM", 0)
            assert np.array_equal(drawn.moves(CompiledOptionMoves).stable(ranks, TOGETHER), expected)
        ask = methodcaller("stable", ranks, TOGETHER)
        found = from_threads(drawn.moves(CompiledOptionMoves), ask)
        assert all(np.array_equal(one, expected) for one in found)


@needs_kernels
def test_what_the_kernels_are_pointed_to_is_kept_whichever_thread_asks_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.12 on, two threads may both make what is made once."""
    made: list[tuple[int, weakref.ref[Array]]] = []
    address_of = compiled._at

    def at(array: Array) -> int:
        made.append((address_of(array), weakref.ref(array)))
        return address_of(array)

    monkeypatch.setattr(compiled, "_at", at)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(50):
            made.clear()
            codes, ranks = np.arange(16, dtype=np.int32), np.zeros((2, 16), np.int32)
            moves = CompiledOptionMoves([2] * 4, [0, 0, 1, 1], [FORWARD] * 4, codes, ranks)
            from_threads(moves, attrgetter("_space"))
            space = moves._space
            pointers = [space.levels, space.direction, space.owner]
            pointers += [address for block in space.blocks[:2] for address in (block.pattern, block.reach)]
            assert set(pointers) <= {address for address, array in made if array() is not None}
    finally:
        sys.setswitchinterval(interval)


def from_threads(moves: CompiledOptionMoves, ask: Callable[[CompiledOptionMoves], Any]) -> list[Any]:
    """What four threads that begin together are told."""
    gate = Barrier(4)

    def wait_and_ask(_: int) -> Any:
        gate.wait()
        return ask(moves)

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(wait_and_ask, range(4)))


# Option form against graph form


def as_arcs(analysis: Analysis) -> Drawn:
    """The same conflict in graph form: its moves one by one."""
    graph = analysis.graph
    names = [str(name) for name in graph.states.names]
    makers = [dm.name for dm in graph.conflict.decision_makers]
    moves = {
        dm: {names[s]: [names[t] for t in graph.targets(i, s)] for s in range(len(names)) if len(graph.targets(i, s))}
        for i, dm in enumerate(makers)
    }
    rankings = {
        dm: {"ranking": [[names[s] for s in np.flatnonzero(rank == one)] for one in sorted(set(rank), reverse=True)]}
        for dm, rank in zip(makers, graph.ranks, strict=True)
    }
    parts = {"graph": {"states": dict.fromkeys(names), "moves": moves}, "decision_makers": rankings}
    return Drawn({"standoff": 1, "title": "The same in graph form", **parts}, {})


@given(option_conflicts(combinations=48), st.booleans())
def test_option_form_and_the_same_as_arcs_agree_by_every_engine(drawn: Drawn, returning: bool) -> None:
    found = []
    for engine in ENGINES:
        with engine_in_use(engine):
            by_options = solve(loaded(drawn), TOGETHER, returning)
            by_arcs = solve(loaded(as_arcs(by_options)), TOGETHER, returning)
        assert isinstance(by_arcs.graph.moves, ARC_ENGINES[engine])
        assert by_options.engine == by_arcs.engine == engine
        found += [by_options.stable, by_arcs.stable]
    for other in found[1:]:
        assert_same_tables(found[0], other)


# Every small conflict in graph form. Of those that differ only in how states and decision makers are called, one.
#
# What one decision maker may do and wants (its "part") is a set of arcs and a ranking with ties; a conflict is a part
# for each decision maker.

Part = tuple[frozenset[tuple[int, int]], tuple[int, ...]]


@cache
def parts(states: int) -> list[Part]:
    pairs = list(permutations(range(states), 2))
    sets = [
        frozenset(a for a, is_in in zip(pairs, each, strict=True) if is_in)
        for each in product((0, 1), repeat=len(pairs))
    ]
    ranks = [each for each in product(range(states), repeat=states) if set(each) == set(range(max(each) + 1))]
    return list(product(sets, ranks))


@cache
def representatives(states: int, dms: int) -> npt.NDArray[np.int64]:
    """The number of each decision maker's part, conflict by conflict; shape (conflicts, dms)."""
    known = parts(states)
    number = {part: k for k, part in enumerate(known)}
    every = np.stack(np.unravel_index(np.arange(len(known) ** dms), (len(known),) * dms))
    least = np.ones(every.shape[1], np.bool_)  # no other name for it comes first
    for called in permutations(range(states)):
        renamed = np.array([number[_renamed(part, called)] for part in known])[every]
        for order in permutations(range(dms)):
            image = np.ravel_multi_index(tuple(renamed[j] for j in order), (len(known),) * dms)
            least &= np.arange(every.shape[1]) <= image
    return every[:, least].T


def _renamed(part: Part, called: Sequence[int]) -> Part:
    arcs, ranks = part
    return frozenset((called[a], called[b]) for a, b in arcs), tuple(ranks[called.index(s)] for s in range(len(ranks)))


def cycles(permutation: Sequence[int]) -> list[int]:
    """The lengths of the cycles."""
    left, found = set(range(len(permutation))), []
    while left:
        at, length = left.pop(), 1
        while (at := permutation[at]) in left:
            left.remove(at)
            length += 1
        found.append(length)
    return found


def count_by_burnside(states: int, dms: int) -> int:
    """How many conflicts there are up to names: the mean number of those that a renaming leaves as they are.

    A renaming of states leaves a part alone iff its arcs are whole cycles of arcs and each cycle of states is tied.
    Decision makers that a renaming sends round a cycle have one part, carried along, which comes home the same.
    """
    rankings_with_ties = [1, 1, 3, 13]
    pairs = list(permutations(range(states), 2))

    def kept(called: Sequence[int]) -> int:
        arcs = cycles([pairs.index((called[a], called[b])) for a, b in pairs])
        return int(2 ** len(arcs)) * rankings_with_ties[len(cycles(called))]

    def power(called: Sequence[int], times: int) -> Sequence[int]:
        result: Sequence[int] = range(states)
        for _ in range(times):
            result = [called[s] for s in result]
        return result

    total = sum(
        prod(kept(power(called, length)) for length in cycles(order))
        for called in permutations(range(states))
        for order in permutations(range(dms))
    )
    mean, rest = divmod(total, factorial(states) * factorial(dms))
    assert rest == 0
    return mean


SIZES = {(3, 2): 58_110, (2, 3): 189}


@pytest.mark.parametrize(("size", "count"), SIZES.items())
def test_the_small_conflicts_are_as_many_as_burnside_counts(size: tuple[int, int], count: int) -> None:
    assert len(representatives(*size)) == count == count_by_burnside(*size)


def small(states: int, dms: int, k: int) -> list[Part]:
    return [parts(states)[number] for number in representatives(states, dms)[k]]


def document(conflict: Sequence[Part]) -> dict[str, Any]:
    states = len(conflict[0][1])
    return {
        "standoff": 1,
        "title": "A small conflict",
        "graph": {
            "states": {f"s{s}": None for s in range(states)},
            "moves": {
                f"D{j}": {
                    f"s{s}": targets for s in range(states) if (targets := [f"s{t}" for a, t in sorted(arcs) if a == s])
                }
                for j, (arcs, _) in enumerate(conflict)
            },
        },
        "decision_makers": {
            f"D{j}": {
                "ranking": [[f"s{s}" for s in range(states) if ranks[s] == rank] for rank in sorted(set(ranks))[::-1]]
            }
            for j, (_, ranks) in enumerate(conflict)
        },
    }


Tables = dict[bool, dict[str, Mask]]  # by whether being brought back counts, by concept; (N, m)


def judged(moves: Moves, ranks: Values) -> Tables:
    return {returning: by_definition(moves, ranks, returning) for returning in (True, False)}


def small_moves(engine: str, conflict: Sequence[Part]) -> tuple[ArcMoves, Values]:
    ranks = np.array([ranks for _, ranks in conflict], np.int32)
    pairs = [np.array(sorted(arcs), np.intp).reshape(-1, 2) for arcs, _ in conflict]
    return ARC_ENGINES[engine]([(each[:, 0], each[:, 1]) for each in pairs], ranks), ranks


def by_plain_sets(conflict: Sequence[Part]) -> Tables:
    oracle = Oracle(document(conflict), {})
    return {
        returning: {
            concept: np.array([[s in stable for s in oracle.states] for stable in stable_sets])
            for concept in TOGETHER
            for stable_sets in [[oracle.stable(concept, dm, returning) for dm in oracle.dms]]
        }
        for returning in (True, False)
    }


@cache
def all_at_once(engine: str, states: int, dms: int) -> Tables:
    """All small conflicts side by side as one; (N, conflicts, states)."""
    known, chosen = parts(states), representatives(states, dms)
    of_part = [np.array([ranks for _, ranks in known], np.int32)[chosen[:, j]] for j in range(dms)]
    arcs = []
    for j in range(dms):
        has = np.array([[(a, b) in arcs_ for a, b in permutations(range(states), 2)] for arcs_, _ in known])[
            chosen[:, j]
        ]
        conflict, pair = np.nonzero(has)
        start, end = np.array(list(permutations(range(states), 2)), np.intp)[pair].T
        arcs.append((conflict * states + start, conflict * states + end))
    ranks = np.stack(of_part).reshape(dms, -1)
    found = judged(ARC_ENGINES[engine](arcs, ranks), ranks)
    shape = dms, len(chosen), states
    return {
        returning: {name: table.reshape(shape) for name, table in each.items()} for returning, each in found.items()
    }


@needs_kernels
@pytest.mark.parametrize("size", SIZES)
def test_engines_agree_on_all_small_conflicts_side_by_side(size: tuple[int, int]) -> None:
    for returning in (True, False):
        assert_same_tables(all_at_once("compiled", *size)[returning], all_at_once("numpy", *size)[returning])


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("size", SIZES)
def test_all_58110_and_189_small_conflicts_agree_with_plain_sets(
    size: tuple[int, int], chunk: int, request: pytest.FixtureRequest
) -> None:
    """Everyday a fixed sample of the many; all with ``--exhaustive``. Each by itself, and among all as one conflict."""
    numbers: Sequence[int] = range(SIZES[size])
    if not request.config.getoption("--exhaustive"):
        numbers = Random(0).sample(numbers, min(SAMPLE, len(numbers)))
        if not request.config.getoption("--slow"):
            numbers = numbers[: SAMPLE // 9]
    for k in numbers[chunk::CHUNKS]:
        conflict = small(*size, k)
        expected = by_plain_sets(conflict)
        for engine in ENGINES:
            alone, among = judged(*small_moves(engine, conflict)), all_at_once(engine, *size)
            for returning in (True, False):
                assert_same_tables(alone[returning], expected[returning])
                there = {name: table[:, k] for name, table in among[returning].items()}
                assert_same_tables(there, expected[returning])


@pytest.mark.parametrize("size", SIZES)
def test_a_hundred_small_conflicts_agree_with_plain_sets_from_the_file_on(size: tuple[int, int]) -> None:
    for k in Random(1).sample(range(SIZES[size]), sized(12, 100)):
        conflict = small(*size, k)
        expected, text = by_plain_sets(conflict), json.dumps(document(conflict))
        for engine in ENGINES:
            with engine_in_use(engine):
                for returning in (True, False):
                    assert_same_tables(solve(loads(text, ".json"), may_return=returning).stable, expected[returning])


# Which engine is in use


def standoff(*words: str, **environment: str) -> str:
    inherited = {name: value for name, value in os.environ.items() if name != compiled.VARIABLE}
    command = [sys.executable, "-m", "standoff", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=inherited | environment)
    assert not done.stderr
    return done.stdout


@pytest.mark.parametrize("value", slow_but(["numpy", " NumPy "], " NumPy "))
def test_the_environment_forces_numpy(value: str) -> None:
    assert "(engine: numpy)" in standoff("--version", STANDOFF_ENGINE=value)
    assert json.loads(standoff("solve", "chicken", "--json", STANDOFF_ENGINE=value))["engine"] == "numpy"


@pytest.mark.slow
@needs_kernels
@pytest.mark.parametrize("environment", slow_but([{}, {compiled.VARIABLE: ""}], {}))
def test_the_kernels_are_used_where_they_were_built(environment: dict[str, str]) -> None:
    assert "(engine: compiled)" in standoff("--version", **environment)
    assert json.loads(standoff("solve", "chicken", "--json", **environment))["engine"] == "compiled"


@pytest.fixture
def looked_for_anew() -> Iterator[None]:
    compiled.library.cache_clear()
    yield
    compiled.library.cache_clear()


def assert_numpy_answers() -> None:
    assert compiled.library() is None
    analysis = solve(casebook.load("chicken"))
    assert analysis.engine == compiled.name() == "numpy"
    assert type(analysis.graph.moves) is OptionMoves
    assert analysis.equilibria("Nash") == [1, 2]
    assert "(engine: numpy)" in run("--version").stdout


@pytest.mark.parametrize("content", [None, b"", b"not a library", b"\x7fELF" + b"\0" * 60])
@pytest.mark.usefixtures("looked_for_anew")
def test_without_a_sound_library_file_numpy_answers(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "_kernel.so"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.delenv(compiled.VARIABLE, raising=False)
    monkeypatch.setattr(compiled, "find_spec", lambda name: SimpleNamespace(origin=str(path)))
    assert_numpy_answers()


@pytest.mark.parametrize("found", [None, SimpleNamespace(origin=None)])
@pytest.mark.usefixtures("looked_for_anew")
def test_where_no_library_was_built_numpy_answers(found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "find_spec", lambda name: found)
    assert_numpy_answers()


@needs_kernels
@pytest.mark.usefixtures("looked_for_anew")
def test_where_a_library_cannot_be_loaded_numpy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> ctypes.CDLL:
        raise OSError(path)

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    assert_numpy_answers()


@pytest.mark.usefixtures("looked_for_anew")
def test_where_a_library_has_other_functions_numpy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(compiled.VARIABLE, raising=False)
    monkeypatch.setattr(compiled, "find_spec", lambda name: SimpleNamespace(origin=_ctypes.__file__))
    assert_numpy_answers()


@needs_kernels
@pytest.mark.parametrize("name", casebook.names())
def test_engines_answer_alike_on_cases(name: str) -> None:
    found = []
    for engine in ENGINES:
        with engine_in_use(engine):
            result = run("solve", name, "--json")
        answer = json.loads(result.stdout)
        assert answer.pop("engine") == engine
        assert answer.pop("seconds") >= 0
        found.append((result.exit_code, answer))
    assert found[0] == found[1]


# Memory

UNDER_WATCH = """
import sys
from types import SimpleNamespace
from standoff._engine import compiled

compiled.find_spec = lambda name: SimpleNamespace(origin=sys.argv[1])
assert compiled.library() is not None
from engine import test_engines

test_engines.compare_batch(range(400))
with test_engines.mock.patch.object(compiled, "THREADS_FROM", 0):
    test_engines.compare_batch(range(400, 500))
print("compared")
"""


@needs_kernels
def test_the_kernels_keep_to_their_memory(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    compiler = shutil.which("gcc")
    if not request.config.getoption("--exhaustive") or compiler is None:
        pytest.skip("with --exhaustive only, and where there is gcc")
    library = tmp_path / "watched.so"
    flags = ["-O1", "-g", "-fno-omit-frame-pointer", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"]
    flags += ["-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]
    subprocess.run([compiler, *flags, str(SOURCE), "-o", str(library)], check=True)
    runtime = subprocess.run([compiler, "-print-file-name=libasan.so"], capture_output=True, text=True, check=True)
    environment = {name: value for name, value in os.environ.items() if name != compiled.VARIABLE} | {
        "LD_PRELOAD": runtime.stdout.strip(),
        "ASAN_OPTIONS": "detect_leaks=1:exitcode=0:abort_on_error=0:log_path=" + str(tmp_path / "asan"),
        "PYTHONMALLOC": "malloc",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = [sys.executable, "-c", UNDER_WATCH, str(library)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    told = done.stderr + "".join(path.read_text() for path in tmp_path.glob("asan.*"))
    assert done.stdout == "compared\n", told
    assert SOURCE.name not in told  # the interpreter leaves some memory behind; the kernels must not
