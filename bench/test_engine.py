"""How long the engine takes. Every benchmark compares its answer with another engine's before it is timed.

Run by ``python3 dev.py bench``, which writes docs/performance.md from what is measured. ``cpu`` and ``wall`` in
``extra_info`` are the least seconds of one call.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench import dense, floor
from bench.cases import ALL, Case, Kernel, arc_graph, by_numpy, conflict_file, five, graph_of, judge_draws
from standoff._engine import compiled
from standoff._engine.compiled import CONCEPTS
from standoff.analysis.stability import sim, stability_tables_of_draws

SECONDS = 0.3  # of each benchmark at least, as far as five rounds go


def timed(benchmark: Any, call: Callable[[], object], rounds: int = 5, **facts: Any) -> None:
    """Time a call, after one that does not count."""
    begun = time.perf_counter()
    call()
    iterations = min(1000, max(1, int(SECONDS / rounds / (time.perf_counter() - begun))))
    cpu, wall = [], []

    def measured() -> None:
        before = time.process_time(), time.perf_counter()
        call()
        cpu.append(time.process_time() - before[0])
        wall.append(time.perf_counter() - before[1])

    benchmark.pedantic(measured, rounds=rounds, iterations=iterations)
    benchmark.extra_info.update(facts, cpu=min(cpu), wall=min(wall))


@pytest.fixture(autouse=True)
def _the_kernels_are_built() -> None:
    assert compiled.name() == "compiled", "there is nothing to measure: the kernels are not built, or not wanted"


# The floor


def test_copying(benchmark: Any) -> None:
    source = np.arange(floor.beyond_caches() // 8, dtype=np.int64)
    goal = np.zeros_like(source)
    np.copyto(goal, source)
    assert np.array_equal(goal[:: 2**10], source[:: 2**10])
    timed(benchmark, lambda: np.copyto(goal, source), 3, moved=2 * source.nbytes, cache=floor.cache_bytes())


@pytest.mark.parametrize("where", ["beyond", "kernel"])
def test_gathers(benchmark: Any, where: str) -> None:
    """Over more than the caches hold; and over as much as SEQ works on at 2^20 states and 3 decision makers."""
    size = floor.beyond_caches() if where == "beyond" else 4 * (2 * 3 + 5) * 2**20
    with floor.gathers(size) as (how, most, walk):
        steps = min(2**21, most)
        timed(benchmark, lambda: walk(steps), 5, where=where, bytes=size, how=how, steps=steps)


# Stability of all decision makers under the five concepts


@pytest.mark.parametrize(
    ("options", "dms"),
    [
        *((options, 3) for options in range(8, 23, 2)),
        *((options, dms) for options in range(12, 21, 2) for dms in (2, 4)),
        *((16, dms) for dms in (5, 6)),
    ],
)
def test_size(benchmark: Any, options: int, dms: int) -> None:
    """One thread, by the function in C."""
    case = Case(options, dms)
    kernel = Kernel(case)
    kernel()
    assert np.array_equal(kernel.stable, by_numpy(case))
    timed(benchmark, kernel, 3 if options > 18 else 5, options=options, dms=dms)


@pytest.mark.parametrize("options", [10, 12, 14, 16, 18, 20])
def test_numpy(benchmark: Any, options: int) -> None:
    case = Case(options, 3)
    graph = case.graph("numpy")
    assert np.array_equal(five(graph), five(case.graph("compiled")))
    timed(benchmark, lambda: five(graph), 2 if options > 18 else 5, options=options, dms=3)


@pytest.mark.parametrize("options", [8, 10])
def test_dense(benchmark: Any, options: int) -> None:
    case = Case(options, 3)
    moves = case.moves()
    assert np.array_equal(dense.stable(moves, case.ranks), by_numpy(case))
    assert np.array_equal(by_numpy(case), five(case.graph("compiled")))
    timed(benchmark, lambda: dense.stable(moves, case.ranks), 3, options=options, dms=3)


@pytest.mark.parametrize(("options", "dms"), [(10, 3), (16, 3), (20, 3), (20, 4)])
def test_as_used(benchmark: Any, options: int, dms: int) -> None:
    """As ``solve`` asks for it: through Python, with as many threads as it takes."""
    case = Case(options, dms)
    graph = case.graph("compiled")
    assert np.array_equal(five(graph), by_numpy(case))
    timed(benchmark, lambda: five(graph), options=options, dms=dms)


PARTS: dict[str, tuple[int, int | None]] = {
    "nothing": (1, 0),  # memory for the work
    "sorting": (1 << CONCEPTS.index("SEQ"), 0),  # and that
    **{name: (1 << bit, None) for bit, name in enumerate(CONCEPTS)},
    "all": (ALL, None),
}


@pytest.mark.parametrize("part", PARTS)
def test_part(benchmark: Any, part: str) -> None:
    """Each concept alone at 2^20 states, 3 decision makers; one thread."""
    case = Case(20, 3)
    bits, judged = PARTS[part]
    kernel = Kernel(case)
    kernel(bits, judged)
    for bit in range(len(CONCEPTS)):
        if bits >> bit & 1 and judged is None:
            assert np.array_equal(kernel.stable[bit], by_numpy(case)[bit])
    timed(benchmark, lambda: kernel(bits, judged), part=part, options=20, dms=3)


KINDS = {
    "plain": Case(16, 3),
    "30 % of the combinations infeasible": Case(16, 3, infeasible=0.3),
    "60 % infeasible": Case(16, 3, infeasible=0.6),
    "6 of the 16 options irreversible": Case(16, 3, forward=6),
    "12 of the 16 irreversible": Case(16, 3, forward=12),
    "64 different ranks": Case(16, 3, ties=64),
    "4 different ranks": Case(16, 3, ties=4),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kind(benchmark: Any, kind: str) -> None:
    case = KINDS[kind]
    kernel = Kernel(case)
    kernel()
    assert np.array_equal(kernel.stable, by_numpy(case))
    timed(benchmark, kernel, kind=kind, options=16, dms=3, states=len(case.codes))


@pytest.mark.parametrize("options", [12, 14, 16])
def test_sim(benchmark: Any, options: int) -> None:
    """All decision makers; at 16 options numpy, which would take long, judges the first only."""
    case = Case(options, 3)
    graph, other = case.graph("compiled"), case.graph("numpy")
    compared = graph.dms[:1] if options > 14 else graph.dms
    assert all(np.array_equal(sim(graph, i), sim(other, i)) for i in compared)
    timed(benchmark, lambda: [sim(graph, i) for i in graph.dms], 3, options=options, dms=3, compared=len(compared))


@pytest.mark.parametrize("states", [2**10, 2**12, 2**14])
@pytest.mark.parametrize("engine", ["numpy", "compiled"])
def test_graph_form(benchmark: Any, engine: str, states: int) -> None:
    """Three decision makers with four random arcs each from each state."""
    graph = arc_graph(engine, states, 3, 4)
    answer = five(graph)
    assert np.array_equal(answer, five(arc_graph("compiled" if engine == "numpy" else "numpy", states, 3, 4)))
    assert answer.any()
    timed(benchmark, lambda: five(graph), 3, engine=engine, states=states, dms=3)


# Many draws of preferences

DRAWS = {8: 4000, 10: 1000, 12: 240}  # in one process; about as much work each


@pytest.mark.parametrize("options", DRAWS)
def test_draws(benchmark: Any, options: int) -> None:
    """One process judges that many draws, then two do at once, in turns so that other work on the machine meets both.

    Those of the first two dozen are compared with numpy's.
    """
    case, draws = Case(options, 3), DRAWS[options]
    ranks = case.drawn(0, draws)
    plain = graph_of(case.graph("numpy").moves, ranks[0])
    judged, other = (
        stability_tables_of_draws(graph, ranks[:24], CONCEPTS) for graph in (case.graph("compiled"), plain)
    )
    assert all(np.array_equal(judged[name], other[name]) for name in CONCEPTS)
    expected = judge_draws(case, 0, draws)[0]
    wall: dict[int, list[float]] = {1: [], 2: []}
    cpu: dict[int, list[float]] = {1: [], 2: []}
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:

        def in_turns() -> None:
            for processes in (1, 2):
                begun = time.perf_counter()
                futures = [pool.submit(judge_draws, case, 0, draws) for _ in range(processes)]
                found = [future.result() for future in futures]
                wall[processes].append(time.perf_counter() - begun)
                cpu[processes].append(max(seconds for _, seconds in found))
                assert [stable for stable, _ in found] == [expected] * processes

        for _ in range(2):
            in_turns()  # starts both processes, and gives them their draws
        timed(benchmark, in_turns, 7, options=options, draws=draws)
    each = {str(k): {"wall": min(wall[k]), "cpu": min(cpu[k])} for k in wall}
    benchmark.extra_info.update(each["1"], processes=each)


# The command


def spent(*words: str, **environment: str) -> tuple[float, str]:
    """The CPU seconds of another Python, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *words], env=os.environ | environment, check=True, capture_output=True, text=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def timed_command(benchmark: Any, words: list[str], rounds: int, **facts: Any) -> None:
    cpu = []
    benchmark.pedantic(lambda: cpu.append(spent(*words)[0]), rounds=rounds, warmup_rounds=1)
    benchmark.extra_info.update(facts, cpu=min(cpu), wall=benchmark.stats.stats.min)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("Python alone", ["-c", "pass"]),
        ("`import numpy`", ["-c", "import numpy"]),
        ("`import standoff`", ["-c", "import standoff"]),
        ("`python -m standoff --help`", ["-m", "standoff", "--help"]),
    ],
)
def test_start(benchmark: Any, what: str, words: list[str]) -> None:
    """No engine answers here; the help is looked at."""
    assert ("Usage: " in spent(*words)[1]) == ("--help" in words)
    timed_command(benchmark, words, 7, what=what)


@pytest.mark.parametrize("concepts", ["default", ",".join(CONCEPTS)])
def test_solve(benchmark: Any, concepts: str, tmp_path: Path) -> None:
    """A conflict file of 16 options, 3 decision makers and 12 statements each."""
    file = tmp_path / "generated.yaml"
    file.write_text(conflict_file(16, 3, 12), encoding="utf-8")
    words = ["-m", "standoff", "solve", str(file)]
    answers = []
    for engine in ("compiled", "numpy"):
        document = json.loads(spent(*words, "--json", "--concept", ",".join(CONCEPTS), STANDOFF_ENGINE=engine)[1])
        assert (document.pop("engine"), len(document["states"]), document.pop("seconds") > 0) == (engine, 2**16, True)
        answers.append(document)
    assert answers[0] == answers[1]
    asked = [] if concepts == "default" else ["--concept", concepts]
    judged = json.loads(spent(*words, *asked, "--json")[1])["concepts"]
    timed_command(benchmark, [*words, *asked], 5, concepts=concepts, sim="SIM" in judged)
