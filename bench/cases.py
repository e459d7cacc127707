"""Random conflicts of a given size, and the ways to ask who would stay where."""

from __future__ import annotations

import ctypes
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from standoff._engine import Indices, Mask, Moves, Values
from standoff._engine.arcs import ArcMoves
from standoff._engine.compiled import CONCEPTS, CompiledArcMoves, CompiledOptionMoves, library
from standoff._engine.options import BOTH, FORWARD, OptionMoves
from standoff.analysis.draws import BATCH
from standoff.analysis.stability import stability_tables_of_draws
from standoff.conflict.meaning import Meaning
from standoff.graph import Graph

ALL = (1 << len(CONCEPTS)) - 1
ENGINES: dict[str, Any] = {"numpy": OptionMoves, "compiled": CompiledOptionMoves}


@dataclass(frozen=True)
class _Ranked:
    """What the concepts ask of a meaning."""

    ranks: Values


def graph_of(moves: Moves, ranks: Values) -> Graph:
    """A graph without words."""
    return Graph(cast("Meaning", _Ranked(ranks)), moves)


def five(graph: Graph) -> npt.NDArray[np.bool_]:
    """Who would stay where under Nash, GMR, SMR, SEQ and SSEQ, from scratch: (concepts, N, m)."""
    fresh = graph.with_ranks(graph.ranks)  # nothing is kept from an earlier call
    return np.stack([table[0] for table in stability_tables_of_draws(fresh, fresh.ranks[None], CONCEPTS).values()])


@dataclass(frozen=True)
class Case:
    """Binary options, dealt evenly to decision makers, with random ranks: of each all different unless ``ties``."""

    options: int
    dms: int
    infeasible: float = 0.0
    forward: int = 0
    ties: int | None = None  # how many different ranks

    @property
    def owners(self) -> list[int]:
        """Whose each option is, ascending."""
        return sorted(k % self.dms for k in range(self.options))

    @cached_property
    def codes(self) -> npt.NDArray[np.int32]:
        """The feasible combinations, ascending."""
        count = 2**self.options
        kept = np.random.default_rng(1).permutation(count)[: round(count * (1 - self.infeasible))]
        return np.asarray(np.sort(kept), np.int32)

    @cached_property
    def ranks(self) -> Values:
        """The ranks (N, m)."""
        return np.asarray(self.drawn(0, 1)[0])

    def drawn(self, seed: int, draws: int) -> npt.NDArray[np.int32]:
        """Several draws of ranks (draws, N, m)."""
        rng, m = np.random.default_rng(seed), len(self.codes)
        shape = (draws, self.dms, m)
        if self.ties is not None:
            return rng.integers(self.ties, size=shape, dtype=np.int32)
        strict: npt.NDArray[np.int32] = rng.permuted(np.broadcast_to(np.arange(m, dtype=np.int32), shape), axis=-1)
        return strict

    def graph(self, engine: str) -> Graph:
        """The graph, computed by an engine."""
        each = [(k + 1) * self.forward // self.options - k * self.forward // self.options for k in range(self.options)]
        directions = [FORWARD if one else BOTH for one in each]
        levels = [2] * self.options
        return graph_of(ENGINES[engine](levels, self.owners, directions, self.codes, self.ranks), self.ranks)

    def moves(self) -> list[Mask]:
        """For each decision maker whether it goes from one state to another in one move (m, m); reversible options."""
        assert not self.forward
        owners = np.array(self.owners)
        change = self.codes[:, None] ^ self.codes[None, :]
        own = [int((1 << np.flatnonzero(owners == j)).sum()) for j in range(self.dms)]
        return [(change & ~mask == 0) & (change != 0) for mask in own]


@lru_cache(maxsize=1)
def by_numpy(case: Case) -> npt.NDArray[np.bool_]:
    """What the numpy engine answers (kept, for what asks it again)."""
    return five(case.graph("numpy"))


class Kernel:
    """The function in C that judges, called outright: one thread, no arrays made around it."""

    def __init__(self, case: Case) -> None:
        self.graph = case.graph("compiled")
        assert isinstance(self.graph.moves, CompiledOptionMoves)
        self.moves = self.graph.moves
        self.dms = case.dms
        self.full = self.moves._everywhere(case.ranks[None])
        self.found = np.zeros((len(CONCEPTS), case.dms, self.moves.count), np.uint8)

    def __call__(self, bits: int = ALL, judged: int | None = None) -> None:
        """Judge the concepts of these bits for the first ``judged`` decision makers (default: all)."""
        last = self.dms if judged is None else judged
        kernel = library()
        assert kernel is not None
        space, full, found = ctypes.byref(self.moves._space), self.full.ctypes.data, self.found.ctypes.data
        assert kernel.standoff_stable(space, 1, full, bits, 0, last, None, found) == 0

    @property
    def stable(self) -> npt.NDArray[np.bool_]:
        """What was found last, (concepts, N, m)."""
        return self.moves.of_states(self.found.transpose(2, 0, 1)).transpose(1, 2, 0).astype(np.bool_)


# Graph form


def random_arcs(states: int, dms: int, per_state: int) -> tuple[list[tuple[Indices, Indices]], Values]:
    """For each decision maker ``per_state`` random arcs from each state (fewer where some coincide), and ranks."""
    rng = np.random.default_rng(0)
    arcs = []
    for _ in range(dms):
        start = np.repeat(np.arange(states), per_state)
        end = (start + rng.integers(1, states, size=len(start))) % states
        both = np.unique(start * states + end)
        arcs.append((both // states, both % states))
    return arcs, np.stack([rng.permutation(states) for _ in range(dms)]).astype(np.int32)


def arc_graph(engine: str, states: int, dms: int, per_state: int) -> Graph:
    """The graph of random arcs, computed by an engine."""
    arcs, ranks = random_arcs(states, dms, per_state)
    return graph_of((CompiledArcMoves if engine == "compiled" else ArcMoves)(arcs, ranks), ranks)


# Draws


@lru_cache(maxsize=1)
def _prepared(case: Case, seed: int, draws: int) -> tuple[Graph, npt.NDArray[np.int32]]:
    return case.graph("compiled"), case.drawn(seed, draws)


def judge_draws(case: Case, seed: int, draws: int) -> tuple[int, float]:
    """Judge that many draws in batches as ``stress`` does; how many verdicts are "stable", and the CPU seconds."""
    graph, ranks = _prepared(case, seed, draws)
    size = max(1, BATCH // graph.ranks.size)
    begun = time.process_time()
    tables = (stability_tables_of_draws(graph, ranks[at : at + size], CONCEPTS) for at in range(0, draws, size))
    stable = sum(int(np.count_nonzero(table)) for found in tables for table in found.values())
    return stable, time.process_time() - begun


# A conflict file


def conflict_file(options: int, dms: int, statements: int) -> str:
    """A conflict with ordered statements of two or three options each, in YAML."""
    draw = random.Random(0)
    owners = [k * dms // options for k in range(options)]
    names = [f"D{owner}.o{k}" for k, owner in enumerate(owners)]
    shapes: list[Callable[[str, str, str], str]] = [
        lambda a, b, c: f"{a} and not {b}",
        lambda a, b, c: f"{a} if {b} or {c}",
        lambda a, b, c: f"not {a} or {b} and {c}",
        lambda a, b, c: f"{a} iff {b}",
    ]
    lines = ["standoff: 1", "title: A generated conflict", "decision_makers:"]
    for j in range(dms):
        own = ", ".join(f"o{k}: {{}}" for k, owner in enumerate(owners) if owner == j)
        lines += [f"  D{j}:", f"    options: {{{own}}}", "    prefers:"]
        lines += [f"      - {draw.choice(shapes)(*draw.sample(names, 3))}" for _ in range(statements)]
    return "\n".join([*lines, f"status_quo: {{{names[0]}: yes}}", ""])
