"""How sure the answer is: the shares of many draws in which each verdict holds (definition 10).

Draws come in chunks with seeds of their own, so results do not depend on who computes which chunk, nor on whether they
were interrupted and taken up again.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from standoff.analysis.draws import Draws, Uncertain, uncertain_judgements
from standoff.analysis.errors_needed import ErrorsNeeded
from standoff.analysis.straying import Dispersion
from standoff.conflict.meaning import Source
from standoff.conflict.model import Conflict
from standoff.errors import UnreadableFile
from standoff.graph import Graph, build_graph
from standoff.progress import Enough, Progress, never, silent, undone

CHUNK = 100
FEWEST = 20  # draws in which a verdict is otherwise, for what drives that to be told
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """A share of draws with its 95 % interval [wilson1927]."""

    count: int
    draws: int

    @property
    def share(self) -> float:
        """The share."""
        return self.count / self.draws

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval's ends."""
        n, p = self.draws, self.share
        centre = (p + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
        half = Z95 / (1 + Z95**2 / n) * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
        return (0.0 if self.count == 0 else centre - half), (1.0 if self.count == n else centre + half)


@dataclass(frozen=True, slots=True)
class Driver:
    """How much of the spread of a verdict one judgement's uncertainty accounts for by itself (first order, 0 to 1)."""

    path: str
    concept: str
    share: float


@dataclass(frozen=True)
class Robustness:
    """Shares over draws: each state an equilibrium; the status quo one; each decision maker stable there.

    The states are those of the conflict as it is written; the status quo of a draw is the one drawn. ``again``: how
    often something was drawn again because it left no valid conflict.
    ``milder``: the shares of the status quo in fewer draws where judgements stray half as far. ``errors``: what would
    have to be wrong for the verdict on the status quo to turn.
    """

    graph: Graph = field(compare=False, repr=False)
    draws: int
    seed: int
    dispersion: Dispersion
    concepts: tuple[str, ...]
    left_out: Mapping[str, str]
    equilibria: Mapping[str, Mapping[int, Interval]]
    status_quo: Mapping[str, Interval]
    stable: Mapping[str, tuple[Interval, ...]]
    drivers: tuple[Driver, ...]
    draws_asked: int
    again: int = 0
    milder: Mapping[str, Interval] = field(default_factory=dict)
    errors: tuple[ErrorsNeeded, ...] = ()

    @property
    def conflict(self) -> Conflict:
        """The conflict whose judgements were drawn."""
        return self.graph.conflict

    @cached_property
    def uncertain(self) -> Uncertain:
        """The judgements that are not certain; those of views are left aside."""
        return uncertain_judgements(self.graph.meaning)

    @property
    def not_done(self) -> list[str]:
        """What was left out because it was enough before all was drawn."""
        return undone(self.draws, self.draws_asked, "draws were not made")


# Many draws, on any executor

Key = tuple[Conflict, bool, Dispersion, tuple[str, ...]]


@lru_cache(maxsize=2)
def _compiled(conflict: Conflict, may_return: bool, dispersion: Dispersion, concepts: tuple[str, ...]) -> Draws:
    """What a worker compiles once for all its chunks."""
    return Draws(build_graph(conflict, may_return), dispersion, concepts)


def _count(key: Key, seed: int, number: int, draws: int) -> dict[str, Any]:
    return _compiled(*key).chunk(seed, number, draws)


def end_with(process: int) -> None:
    """In a worker process: end when the process that began it has, however that came; without a word if interrupted.

    The first interruption is for that process, which stops and tells what it has; the second ends this one too.
    """

    def interrupted(*_: object) -> None:
        signal.signal(signal.SIGINT, lambda *_: os._exit(1))

    signal.signal(signal.SIGINT, interrupted)

    def watch() -> None:
        while os.getppid() == process:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@dataclass
class Journal:
    """Finished chunks, a line each, in a file that may be interrupted at any moment and taken up again.

    The first line is the question; a file that begins with anything else is left alone. Raises UnreadableFile there.
    """

    question: Mapping[str, Any]
    path: Path | None = None
    chunks: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.path is None:
            return
        header = (json.dumps(self.question) + "\n").encode()
        content = self.path.read_bytes() if self.path.exists() else b""
        if not content.startswith(header):
            if not header.startswith(content):
                raise UnreadableFile(
                    f"{self.path}: not begun by this question (conflict, draws, seed, concepts); give another file"
                )
            self.path.write_bytes(header)
            return
        whole = content[: content.rfind(b"\n") + 1]
        try:
            self.chunks = {entry["chunk"]: self._whole(entry) for entry in map(json.loads, whole.splitlines()[1:])}
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UnreadableFile(f"{self.path}: damaged; give another file") from None
        if len(whole) < len(content):  # a line that was cut short
            with self.path.open("r+b") as file:
                file.truncate(len(whole))

    def _whole(self, entry: dict[str, Any]) -> dict[str, Any]:
        """An entry as ``Draws.chunk`` makes it. Raises KeyError, TypeError or ValueError where it is none."""
        numbers = [entry["chunk"], entry["draws"], entry["again"]]
        for concept in self.question["concepts"]:
            numbers += [*entry["equilibria"][concept].values(), *map(int, entry["equilibria"][concept])]
            numbers += [*entry["stable"][concept], entry["status_quo"][concept]]
        for key, counts in entry["places"].items():
            numbers += [*counts, *map(int, key.split())]
            if len(counts) != 1 + len(self.question["concepts"]):
                raise ValueError(key)
        if any(type(number) is not int for number in numbers):
            raise TypeError
        return entry

    def add(self, entry: dict[str, Any]) -> None:
        """Keep a finished chunk."""
        self.chunks[entry["chunk"]] = entry
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry) + "\n")
                file.flush()
                os.fsync(file.fileno())


def stress(
    source: Source | Graph,
    draws: int = 1000,
    seed: int = 0,
    concepts: Sequence[str] | None = None,
    dispersion: Dispersion | None = None,
    *,
    executor: Executor | None = None,
    resume: Path | None = None,
    progress: Progress = silent,
    enough: Enough = never,
) -> Robustness:
    """The share of draws in which each verdict holds; of those made before it was ``enough``, at least one chunk.

    ``executor``: any of ``concurrent.futures`` (default: in this thread); results do not depend on it. ``resume``: a
    file that keeps finished chunks. Raises InvalidConflict, UnreadableFile.

    >>> from standoff.casebook import load
    >>> found = stress(load("syria-2015"), draws=50, seed=1, concepts=["Nash"])
    >>> found.draws, found.status_quo["Nash"].share
    (50, 0.56)
    """
    dispersion = dispersion or Dispersion()
    here = Draws(source, dispersion, concepts)
    conflict = here.graph.conflict
    conflict_hash = hashlib.sha256(repr(conflict).encode()).hexdigest()
    asked = {"stress": 2, "conflict": conflict_hash, "draws": draws, "seed": seed, "concepts": here.concepts}
    asked |= {"dispersion": [dispersion.likely, dispersion.doubtful, dispersion.presence]}
    asked |= {} if here.graph.may_return else {"may_return": False}
    journal = Journal(asked, resume)
    sizes = {n: min(CHUNK, draws - n * CHUNK) for n in range(-(-draws // CHUNK))}
    left = [n for n in sizes if n not in journal.chunks]
    progress(draws - sum(sizes[n] for n in left), draws)
    key = (conflict, here.graph.may_return, dispersion, tuple(here.concepts))
    for entry in _computed(here, key, seed, {n: sizes[n] for n in left}, executor):
        journal.add(entry)
        progress(sum(chunk["draws"] for chunk in journal.chunks.values()), draws)
        if enough():
            break
    return _summed(here, dispersion, seed, [journal.chunks[n] for n in sizes if n in journal.chunks], draws)


def _computed(
    here: Draws,
    key: Key,
    seed: int,
    sizes: Mapping[int, int],
    executor: Executor | None,
) -> Iterator[dict[str, Any]]:
    """The chunks as they are finished; never more than a few are handed out at a time."""
    if executor is None:
        for number, size in sizes.items():
            yield here.chunk(seed, number, size)
        return
    waiting = iter(sizes.items())
    running: set[Future[dict[str, Any]]] = set()
    try:
        while True:
            for number, size in waiting:
                running.add(executor.submit(_count, key, seed, number, size))
                if len(running) >= 2 * (os.cpu_count() or 1):
                    break
            if not running:
                return
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in running:
            future.cancel()


def _summed(here: Draws, dispersion: Dispersion, seed: int, chunks: Sequence[Any], asked: int) -> Robustness:
    draws = sum(chunk["draws"] for chunk in chunks)
    quo = here.graph.meaning.status_quo
    equilibria: dict[str, dict[int, Interval]] = {}
    for name in here.concepts:
        totals: dict[int, int] = {}
        for chunk in chunks:
            for s, count in chunk["equilibria"][name].items():
                totals[int(s)] = totals.get(int(s), 0) + count
        equilibria[name] = {s: Interval(totals[s], draws) for s in sorted(totals)}
    status_quo = {name: Interval(sum(c["status_quo"][name] for c in chunks), draws) for name in here.concepts}
    stable = {
        name: tuple(Interval(sum(c["stable"][name][i] for c in chunks), draws) for i in here.graph.dms)
        for name in here.concepts
    }
    return Robustness(
        here.graph,
        draws,
        seed,
        dispersion,
        tuple(here.concepts),
        here.left_out,
        equilibria,
        status_quo if quo is not None else {},
        stable if quo is not None else {},
        tuple(_drivers(here, chunks, status_quo)) if quo is not None else (),
        asked,
        sum(chunk["again"] for chunk in chunks),
    )


def _drivers(here: Draws, chunks: Sequence[Any], status_quo: Mapping[str, Interval]) -> Iterator[Driver]:
    """First-order shares of the variance of a verdict on the status quo, from the same draws.

    Var(E[verdict | how far the judgement strayed]) / Var(verdict), less what chance alone would give. Nothing where few
    draws differ from the others: what so few have in common is chance.
    """
    sums: dict[tuple[int, int], np.ndarray[Any, Any]] = {}
    for chunk in chunks:
        for key, counts in chunk["places"].items():
            n, place = map(int, key.split())
            sums[n, place] = sums.get((n, place), np.zeros(len(counts), np.int64)) + np.array(counts)
    for n, path in enumerate(here.paths):
        groups = np.array([counts for (number, _), counts in sorted(sums.items()) if number == n])
        sizes = groups[:, 0]
        for bit, name in enumerate(here.concepts):
            p = status_quo[name].share
            total, draws = p * (1 - p), int(sizes.sum())
            if min(p, 1 - p) * draws < FEWEST or draws <= len(sizes):
                continue
            between = float((sizes * (groups[:, 1 + bit] / sizes - p) ** 2).sum())
            within = draws * total - between
            adjusted = (between - (len(sizes) - 1) * within / (draws - len(sizes))) / (draws * total)
            chance = 3 * math.sqrt(2 * (len(sizes) - 1)) / draws  # three standard deviations of what chance gives
            yield Driver(path, name, min(1.0, adjusted) if adjusted > chance else 0.0)
