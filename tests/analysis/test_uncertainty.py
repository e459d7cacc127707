"""Draws against exact probabilities and `solve`; runs that are shared out, killed and taken up again."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from itertools import combinations, permutations, product
from math import sqrt
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from checks import assert_near, chunks, loaded, run, sized, slow_but, written
from oracles.draws import Simulation
from oracles.inverse import small_conflicts
from standoff import casebook
from standoff.analysis import structures
from standoff.analysis.draws import Draws, uncertain_judgements
from standoff.analysis.stability import solve
from standoff.analysis.straying import Dispersion
from standoff.analysis.uncertainty import CHUNK, FEWEST, Interval, Robustness, stress
from standoff.conflict.edits import with_preference
from standoff.conflict.model import Conflict, OrderedStatements, Weights
from standoff.documents import schema
from standoff.documents.stress import document
from standoff.errors import render_path
from standoff.formats import loads
from standoff.wording.stress import assumptions
from standoff.wording.stress import drawn as words_drawn
from strategies.conflicts import Drawn, unsure

UNSURE = """
standoff: 1
title: Unsure
decision_makers:
  A:
    options: {x: {}, y: {}}
    prefers: [{that: B.x, sure: likely}, {that: A.x, sure: doubtful}, A.y iff B.y, {that: not A.x, sure: doubtful}]
  B:
    options: {x: {}, y: {}}
    prefers: [{that: A.x, sure: likely}, {that: not B.x, sure: doubtful}, B.y]
status_quo: {A.x: no}
"""
ONE_DECIDES = """
standoff: 1
title: One statement decides
decision_makers:
  A: {options: {x: {}}, prefers: [{that: A.x, sure: doubtful}]}
  B: {options: {x: {}}, prefers: [{that: A.x, sure: doubtful}, {that: not A.x, sure: likely}]}
status_quo: {A.x: no}
"""
BESIDE = ONE_DECIDES.replace("sure: doubtful}]}", "sure: doubtful}, {that: B.x, sure: doubtful}]}")
FIXED = Dispersion(0.0, 0.0, 1.0)
COMMAND = [sys.executable, "-m", "standoff", "stress"]


def three(*sure: str) -> str:
    """A conflict in which A has as many statements as grades are given."""
    statements = ", ".join(f"{{that: A.o{k}, sure: {grade}}}" for k, grade in enumerate(sure))
    options = ", ".join(f"o{k}: {{}}" for k in range(len(sure)))
    other = "B: {options: {z: {}}, prefers: [B.z]}"
    return (
        f"standoff: 1\ntitle: T\ndecision_makers: {{A: {{options: {{{options}}}, prefers: [{statements}]}}, {other}}}\n"
    )


def orders(text: str, dispersion: Dispersion, draws: int = 12_000) -> Counter[tuple[int, ...]]:
    """How often A holds its statements in each order."""
    party, rng = Draws(loads(text), dispersion, ["Nash"]).parties[0], np.random.default_rng(5)
    return Counter(tuple(party.draw(rng)[0]) for _ in range(draws))


# Mallows: definition 10


def inserted(stray: Sequence[float], order: Sequence[int]) -> float:
    """The probability of an order by repeated insertion, those that stray less first: stray ** places from home."""
    probability = 1.0
    before: list[int] = []
    for k in sorted(range(len(stray)), key=lambda k: (stray[k], k)):
        home = sum(j < k for j in before)
        place = sum(order.index(j) < order.index(k) for j in before)
        weights = [stray[k] ** abs(p - home) for p in range(len(before) + 1)]
        probability *= weights[place] / sum(weights)
        before.append(k)
    return probability


def mallows(phi: float, order: Sequence[int]) -> float:
    """The probability of an order in the Mallows model: proportional to phi to the pairs that stand the other way."""
    weight = {p: phi ** sum(a > b for a, b in combinations(p, 2)) for p in permutations(range(len(order)))}
    return weight[tuple(order)] / sum(weight.values())


@pytest.mark.parametrize("phi", [0.2, 0.5, 1.0])
def test_orders_of_likely_statements_have_the_probabilities_of_the_mallows_model(phi: float) -> None:
    drawn = orders(three("likely", "likely", "likely"), Dispersion(likely=phi))
    assert_distributed(drawn, {order: mallows(phi, order) for order in permutations(range(3))})


GRADES = [grades for grades in product(["certain", "likely", "doubtful"], repeat=3) if set(grades) != {"certain"}]


@pytest.mark.parametrize("grades", slow_but([(each,) for each in GRADES], *((each,) for each in GRADES[::5])))
def test_each_statement_strays_as_far_as_its_grade_lets_it(grades: tuple[str, str, str]) -> None:
    stray = [{"certain": 0.0, "likely": 0.3, "doubtful": 0.8}[grade] for grade in grades]
    drawn = orders(three(*grades), Dispersion(0.3, 0.8, presence=1.0), draws=4000)
    assert_distributed(drawn, {order: inserted(stray, order) for order in permutations(range(3))})


def assert_distributed(drawn: Counter[tuple[int, ...]], exact: dict[tuple[int, ...], float]) -> None:
    """Pearson's chi-square, with a bound that the fixed seed keeps and a wrong model would not."""
    total = drawn.total()
    assert sum(exact.values()) == pytest.approx(1)
    assert {order for order in drawn if exact.get(order, 0) == 0} == set()
    expected = {order: p * total for order, p in exact.items() if p > 0}
    assert sum((drawn[order] - n) ** 2 / n for order, n in expected.items()) < 20.5  # 0.1 % at five degrees of freedom


def test_certain_statements_never_move_past_one_another() -> None:
    grades = ["certain", "doubtful", "certain", "likely", "certain", "certain"]
    drawn = orders(three(*grades), Dispersion(1.0, 1.0, presence=0.5), draws=500)
    certain = [k for k, grade in enumerate(grades) if grade == "certain"]
    assert {tuple(k for k in order if k in certain) for order in drawn} == {tuple(certain)}
    assert len(drawn) == 35  # 3 at any of five places, and 1 at any of six or absent


def test_only_doubtful_statements_may_be_absent_as_often_as_is_said() -> None:
    drawn = orders(three("certain", "likely", "doubtful"), Dispersion(presence=0.3))
    held = Counter(k for order, times in drawn.items() for k in order for _ in range(times))
    assert (held[0], held[1]) == (12_000, 12_000)
    assert held[2] / 12_000 == pytest.approx(0.3, abs=0.015)


@pytest.mark.parametrize("wrong", [{"likely": -0.1}, {"doubtful": 1.1}, {"presence": 2.0}])
def test_a_dispersion_outside_zero_to_one_is_refused(wrong: dict[str, float], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        Dispersion(**wrong)
    words = [word for name, value in wrong.items() for word in (f"--{name}", str(value))]
    assert run("stress", written(tmp_path, UNSURE), *words).exit_code == 2


# Shares


def test_intervals_are_those_of_wilson() -> None:
    z = 1.959963984540054
    for draws, count in [(1, 0), (1, 1), (7, 3), (10, 0), (100, 50), (1000, 999), (10_000, 10_000)]:
        low, high = Interval(count, draws).bounds
        for bound in {low, high} - {0.0, 1.0}:  # the ends are where the score test just rejects
            assert abs(count / draws - bound) == pytest.approx(z * sqrt(bound * (1 - bound) / draws))
        assert 0 <= low <= count / draws <= high <= 1
    assert Interval(0, 10).bounds == pytest.approx((0.0, 0.2775327998628892))
    assert Interval(5, 10).bounds == pytest.approx((0.2365930905125640, 0.7634069094874360))


def counts(found: Robustness) -> Any:
    """All counts, by names."""
    equilibria = {(c, s): each.count for c, by in found.equilibria.items() for s, each in by.items()}
    stable = {c: [each.count for each in row] for c, row in found.stable.items()}
    return equilibria, {c: each.count for c, each in found.status_quo.items()}, stable


def solved(conflicts: Sequence[Conflict]) -> Any:
    """The same counts from `solve`, one conflict at a time."""
    equilibria, quo_held, stable = Counter[tuple[str, int]](), Counter[str](), dict[str, Any]()
    for conflict in conflicts:
        analysis = solve(conflict)
        quo = analysis.graph.meaning.status_quo
        for concept in analysis.stable:
            equilibria.update((concept, s) for s in analysis.equilibria(concept))
            if quo is not None:
                quo_held[concept] += quo in analysis.equilibria(concept)
                at = analysis.stable[concept][:, quo].astype(int)
                stable[concept] = (at + stable.get(concept, 0)).tolist()
    return dict(equilibria), dict(quo_held), stable


def drawn_conflicts(conflict: Conflict, dispersion: Dispersion, seed: int, draws: int) -> Iterator[Conflict]:
    """The conflicts of the first chunk's draws, each with its statements in the drawn order."""
    parties = Draws(conflict, dispersion, None).parties
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(0,)))
    for _ in range(draws):
        changed = conflict
        for party in parties:
            dm = conflict.decision_makers[party.i]
            assert isinstance(dm.preference, OrderedStatements)
            held = tuple(dm.preference.statements[k] for k in party.draw(rng)[0])
            changed = with_preference(changed, dm.name, OrderedStatements(held))
        yield changed


def unsure_conflicts(count: int) -> list[Conflict]:
    """Random conflicts with ordered statements of which some are not certain."""
    drawn = [loaded(each) for each in small_conflicts(3, 6 * count, most=16, combinations=16)]
    return [each for each in drawn if Draws(each, Dispersion(), ["Nash"]).parties][:count]


def test_shares_are_those_of_solving_each_drawn_conflict_anew() -> None:
    dispersion = Dispersion(0.6, 0.9, presence=0.8)
    for seed, conflict in enumerate([loads(UNSURE), *unsure_conflicts(sized(3, 12))]):
        found = stress(conflict, draws=12, seed=seed, dispersion=dispersion)
        assert counts(found) == solved(list(drawn_conflicts(conflict, dispersion, seed, 12)))


def test_without_dispersion_every_share_is_the_answer_of_solve() -> None:
    for conflict in [casebook.load("elmira"), loads(UNSURE), *unsure_conflicts(sized(3, 10))]:
        assert counts(stress(conflict, draws=3, dispersion=FIXED)) == solved([conflict] * 3)


def test_the_same_seed_gives_the_same_draws_and_another_gives_others() -> None:
    one, same, other = (counts(stress(loads(UNSURE), draws=150, seed=seed)) for seed in (4, 4, 5))
    assert one == same != other


def test_every_chunk_has_draws_of_its_own_whoever_counts_it() -> None:
    draws, again = (Draws(loads(UNSURE), Dispersion(), ["Nash"]) for _ in range(2))
    chunks = [draws.chunk(3, number, 50) | {"chunk": 0} for number in range(3)]
    assert chunks[2] == again.chunk(3, 2, 50) | {"chunk": 0}
    assert all(one != other for one, other in combinations(chunks, 2))


def test_without_a_status_quo_only_equilibria_are_counted() -> None:
    found = stress(loads(UNSURE.replace("status_quo: {A.x: no}", "")), draws=5)
    assert (found.status_quo, found.stable, found.drivers) == ({}, {}, ())
    assert found.equilibria["Nash"]


@pytest.mark.parametrize("text", [ONE_DECIDES, BESIDE])
def test_the_statement_that_alone_decides_drives_all_of_the_spread(text: str) -> None:
    found = stress(loads(text), draws=1000, concepts=["Nash"])
    shares = {one.path: one.share for one in found.drivers}
    assert 0.4 < found.status_quo["Nash"].share < 0.6
    assert 0.99 < shares.pop("decision_makers.A.prefers[0]") <= 1
    assert len(shares) == text.count("sure:") - 1
    assert max(shares.values()) < 0.02


def test_the_drivers_of_a_concept_are_those_of_asking_for_it_alone() -> None:
    together = stress(loads(UNSURE), draws=200).drivers
    for concept in ("Nash", "GMR", "SEQ"):
        alone = stress(loads(UNSURE), draws=200, concepts=[concept]).drivers
        assert tuple(one for one in together if one.concept == concept) == alone


def test_a_verdict_that_never_changes_has_no_drivers() -> None:
    assert stress(loads(ONE_DECIDES), draws=50, concepts=["Nash"], dispersion=FIXED).drivers == ()


# Sharing out, interrupting, resuming


@pytest.mark.parametrize("workers", slow_but([1, 2, 5], 2))
def test_results_do_not_depend_on_the_executor_or_the_number_of_workers(workers: int) -> None:
    conflict, draws = loads(UNSURE), 3 * CHUNK + 7
    alone = stress(conflict, draws, seed=9)
    with ThreadPoolExecutor(workers) as threads:
        assert stress(conflict, draws, seed=9, executor=threads) == alone
    with ProcessPoolExecutor(workers, get_context("spawn")) if workers == 2 else ThreadPoolExecutor(1) as processes:
        assert stress(conflict, draws, seed=9, executor=processes) == alone


def test_one_executor_answers_one_question_after_another() -> None:
    first, second = loads(UNSURE), loads(ONE_DECIDES)
    with ThreadPoolExecutor(1) as executor:
        for conflict in (first, second, first):
            assert stress(conflict, draws=5, executor=executor) == stress(conflict, draws=5)


def standoff(*words: str) -> bytes:
    done = subprocess.run([*COMMAND, *words], capture_output=True, check=True)
    return done.stdout


@pytest.mark.slow
def test_the_printed_bytes_are_the_same_for_one_and_two_workers(tmp_path: Path) -> None:
    words = [written(tmp_path, UNSURE), "--draws", "350", "--seed", "7", "--json"]
    one, two = (standoff(*words, "--workers", number) for number in ("1", "2"))
    assert one == two == run("stress", *words, "--workers", "1").stdout_bytes
    found = json.loads(one)
    jsonschema.Draft202012Validator(schema("stress")).validate(found)
    assert (found["draws"], found["seed"]) == (350, 7)
    assert {"state", "concept", "share", "low", "high"} <= found["equilibria"][0].keys()
    assert run("stress", *words[:-1], "--workers", "1").exit_code == 0


def interrupted(words: Sequence[str], journal: Path, sign: signal.Signals, lines: int) -> tuple[int, int, str]:
    """Stop a run once its journal has so many lines. Returns its finished chunks, exit code and errors."""
    command = [*COMMAND, *words, "--resume", str(journal)]
    with (journal.parent / "errors").open("w+") as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True)
        try:
            wait_for_lines(journal, lines, process)
            os.killpg(process.pid, sign)  # as a terminal does: the workers too
            process.wait(timeout=30)
        finally:
            stop_group(process)
        errors.seek(0)
        return journal.read_bytes().count(b"\n") - 1, process.returncode, errors.read()


def wait_for_lines(journal: Path, lines: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not journal.exists() or journal.read_bytes().count(b"\n") < lines:
        assert process.poll() is None, "ended before it could be interrupted"
        assert time.monotonic() < deadline
        time.sleep(0.005)


def stop_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


DRAWS = 1500


@pytest.mark.slow
@pytest.mark.parametrize("workers", slow_but(["1", "2"], "2"))
def test_a_run_killed_at_any_moment_goes_on_to_the_same_bytes(workers: str, tmp_path: Path) -> None:
    words = [written(tmp_path, UNSURE), "--draws", str(DRAWS), "--json", "--workers", workers]
    journal = tmp_path / "journal"
    whole = run("stress", *words[:-1], "1").stdout_bytes
    chunks, code, _ = interrupted(words, journal, signal.SIGKILL, lines=random.Random(workers).randint(2, 4))
    assert code == -signal.SIGKILL
    assert 0 < chunks < DRAWS / CHUNK
    before = journal.read_bytes()
    resumed = run("stress", *words[:-1], "1", "--resume", str(journal)).stdout_bytes
    assert resumed == whole
    assert journal.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    assert journal.read_bytes().count(b"\n") == 1 + DRAWS / CHUNK


@pytest.mark.slow
@pytest.mark.parametrize("workers", slow_but(["1", "2"], "2"))
def test_an_interrupted_run_leaves_its_journal_and_no_traceback(workers: str, tmp_path: Path) -> None:
    words = [written(tmp_path, UNSURE), "--draws", str(DRAWS), "--workers", workers]
    journal = tmp_path / "journal"
    chunks, code, errors = interrupted(words, journal, signal.SIGINT, lines=3)
    assert code > 0  # it ended by itself, and not well
    assert "Traceback" not in errors
    assert 2 <= chunks < DRAWS / CHUNK
    again = [*words[:-2], "--workers", "1", "--json", "--resume", str(journal)]
    assert run("stress", *again).stdout == run("stress", *again[:-2]).stdout


@pytest.mark.slow
def test_workers_do_not_outlive_a_run_that_is_killed(tmp_path: Path) -> None:
    words = [written(tmp_path, UNSURE), "--draws", "100000", "--workers", "2", "--resume", str(tmp_path / "journal")]
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for_lines(tmp_path / "journal", 3, process)
        process.kill()
        process.wait(timeout=30)
        assert ends_within(3.0, process.pid)
    finally:
        stop_group(process)


def ends_within(seconds: float, group: int) -> bool:
    """Whether no process of the group is left after so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


class Stopped(Exception):
    """What a test interrupts a run with."""


def test_wherever_it_is_cut_the_journal_is_taken_up_again(tmp_path: Path) -> None:
    conflict, draws, journal = loads(UNSURE), 2 * CHUNK + 3, tmp_path / "journal"
    whole = stress(conflict, draws, concepts=["Nash"], resume=journal)
    content = journal.read_bytes()
    for end in [0, 1, 40, *random.Random(2).sample(range(len(content)), 12), len(content) - 1, len(content)]:
        journal.write_bytes(content[:end])
        assert stress(conflict, draws, concepts=["Nash"], resume=journal) == whole
        assert sorted(journal.read_bytes().splitlines()) == sorted(content.splitlines())


def test_an_interruption_loses_only_the_chunk_in_flight(tmp_path: Path) -> None:
    journal = tmp_path / "journal"

    def stop(done: int, total: int) -> None:
        if done >= 2 * CHUNK:
            raise Stopped

    with pytest.raises(Stopped):
        stress(loads(UNSURE), 5 * CHUNK, concepts=["Nash"], resume=journal, progress=stop)
    assert [json.loads(line).get("chunk") for line in journal.read_text().splitlines()] == [None, 0, 1]


def test_what_is_finished_is_not_computed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal, conflict = tmp_path / "journal", loads(UNSURE)
    whole = stress(conflict, 2 * CHUNK, resume=journal)
    monkeypatch.setattr(Draws, "chunk", None)
    assert stress(conflict, 2 * CHUNK, resume=journal) == whole


@pytest.mark.first(1)
@pytest.mark.parametrize(
    "other",
    [["--draws", "6"], ["--seed", "2"], ["--concept", "Nash"], ["--likely", "0.3"], ["--presence", "0.1"]],
)
def test_the_journal_of_another_question_is_refused_and_left_alone(other: list[str], tmp_path: Path) -> None:
    path, journal = written(tmp_path, UNSURE), tmp_path / "journal"
    words = ["--draws", "5", "--workers", "1", "--resume", str(journal)]
    assert run("stress", path, *words).exit_code == 0
    before = journal.read_bytes()
    result = run("stress", path, *words, *other)
    assert (result.exit_code, journal.read_bytes()) == (2, before)
    assert "Error: " in result.stderr


def test_the_journal_of_another_conflict_is_refused_and_left_alone(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    stress(loads(UNSURE), 5, resume=journal)
    before = journal.read_bytes()
    path = written(tmp_path, UNSURE.replace("sure: likely", "sure: doubtful"))
    assert run("stress", path, "--draws", "5", "--resume", str(journal)).exit_code == 2
    assert journal.read_bytes() == before


@pytest.mark.first(2)
@pytest.mark.parametrize("content", [b"a diary\n", b"{}\n", b"\x00\xff", b'{"stress": 1}\n{"chunk": 0}\n', b"\n"])
def test_a_foreign_file_is_refused_and_left_alone(content: bytes, tmp_path: Path) -> None:
    path, journal = written(tmp_path, UNSURE), tmp_path / "journal"
    journal.write_bytes(content)
    assert run("stress", path, "--draws", "5", "--resume", str(journal)).exit_code == 2
    assert journal.read_bytes() == content


@pytest.mark.first(1)
@pytest.mark.parametrize("line", ["nonsense", "[]", "{}", '{"chunk": 0}', '{"chunk": 0, "draws": 5}', "\xff"])
def test_a_damaged_journal_is_refused(line: str, tmp_path: Path) -> None:
    path, journal = written(tmp_path, UNSURE), tmp_path / "journal"
    words = [path, "--draws", "5", "--workers", "1", "--resume", str(journal)]
    assert run("stress", *words).exit_code == 0
    header = journal.read_bytes().split(b"\n")[0]
    journal.write_bytes(header + b"\n" + line.encode("latin-1") + b"\n")
    assert run("stress", *words).exit_code == 2


@pytest.mark.parametrize("place", [".", "missing/journal"])
def test_a_journal_that_cannot_be_written_is_an_error_with_a_message(place: str, tmp_path: Path) -> None:
    result = run("stress", written(tmp_path, UNSURE), "--draws", "5", "--resume", str(tmp_path / place))
    assert (result.exit_code, "Error: " in result.stderr) == (2, True)


def test_the_document_of_any_conflict_keeps_to_its_schema() -> None:
    for drawn in small_conflicts(11, 15, most=8):
        conflict = loaded(drawn)
        told = json.loads(json.dumps(document(stress(conflict, draws=4))))
        jsonschema.Draft202012Validator(schema("stress")).validate(told)


# Everything that is not certain: against a simulation of the definition, in plain Python

SPREAD = Dispersion(0.3, 0.6, presence=0.6)
SHARES = ("Nash", "SEQ")


def all_unsure(seed: int, count: int) -> list[Drawn]:
    """Random conflicts in which judgements of every kind are likely or doubtful, in turn such of certain kinds."""
    rng, found = random.Random(seed), list[Drawn]()
    kinds = ({"weights", "infeasible"}, {"define"}, {"infeasible", "status_quo"}, {"ranking"}, {"weights"})
    while len(found) < count:
        (small,) = small_conflicts(rng.randrange(10**9), 1, most=8)
        drawn = unsure(rng, small)
        draws = Draws(loaded(drawn), SPREAD, ["Nash"])
        drawn_kinds = {str(one.path[0]) for one in draws.structures.choices}
        drawn_kinds |= {str(path[0]) for party in draws.parties for path in party.paths}
        if kinds[len(found) % 5] <= drawn_kinds:
            found.append(drawn)
    return found


def simulated(drawn: Drawn) -> Simulation:
    spread = {"certain": 0.0, "likely": SPREAD.likely, "doubtful": SPREAD.doubtful}
    return Simulation(drawn.document, drawn.formulas, spread, SPREAD.presence)


@pytest.mark.parametrize("chunk", chunks(8))
def test_shares_are_those_of_a_simulation_of_the_definition(chunk: int) -> None:
    draws, seen = sized(150, 1500), Counter[str]()
    for number, drawn in enumerate(all_unsure(400 + chunk, sized(5, 10))):
        conflict = loaded(drawn)
        found = stress(conflict, draws, seed=number, concepts=SHARES, dispersion=SPREAD)
        equilibria, quo, again = simulated(drawn).shares(random.Random(number), draws, SHARES)
        names = found.graph.states.names
        for concept in SHARES:
            for s, name in enumerate(names):
                share = found.equilibria[concept].get(s, Interval(0, draws))
                assert_near(share, Interval(equilibria[concept, name], draws), (concept, name, drawn.document))
            if found.status_quo:
                assert_near(found.status_quo[concept], Interval(quo[concept], draws), (concept, drawn.document))
        assert_near(Interval(draws, draws + found.again), Interval(draws, draws + again), drawn.document)
        seen.update(
            path.split(".")[2 if path.startswith("decision_makers") else 0]
            for path in Draws(conflict, SPREAD, ["Nash"]).paths
        )
        seen["again"] += found.again > 0
    assert seen["again"]
    told = " ".join(seen)
    assert all(word in told for word in ("weights", "ranking", "infeasible", "status_quo", "define")), seen


EVERYTHING = """
standoff: 1
title: Everything is uncertain
define:
  both: {that: A.x and B.x, sure: likely}
decision_makers:
  A:
    options: {x: {}, y: {levels: [lo, mid, hi]}}
    prefers: [{that: both, sure: doubtful}, A.y = hi, {that: B.x, sure: likely}]
  B:
    options: {x: {moves: forward, sure: doubtful}}
    weights: {A.x: {weight: 2, sure: likely}, both: {weight: -1, sure: doubtful}}
infeasible: [{rule: A.y = mid and B.x, sure: likely}, both and A.y = lo]
status_quo: {state: {A.y: hi}, sure: likely}
"""


def test_every_judgement_that_is_not_certain_is_drawn_and_has_its_driver() -> None:
    draws = Draws(loads(EVERYTHING), Dispersion(), ["Nash"])
    uncertain, never, _ = uncertain_judgements(loads(EVERYTHING))
    assert {render_path(one.path) for one in uncertain} == {*draws.paths}
    assert (len(draws.paths), never) == (8, ())
    found = stress(loads(EVERYTHING), 400, concepts=["Nash"])
    assert min(found.status_quo["Nash"].count, 400 - found.status_quo["Nash"].count) >= FEWEST
    assert {one.path for one in found.drivers} == {*draws.paths}
    assert not stress(loads(EVERYTHING), 2 * FEWEST - 1, concepts=["Nash"]).drivers  # too few can differ


@pytest.mark.parametrize("room", [1, 10**6])
def test_whatever_is_kept_and_whoever_draws_the_shares_are_the_same(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = stress(loads(EVERYTHING), 2 * CHUNK + 9, seed=2)
    assert len({draw.chosen for draw in Draws(loads(EVERYTHING), Dispersion(), None).draws(2, 0, CHUNK)}) > 20
    monkeypatch.setattr(structures, "MOST_KEPT", room)
    with ThreadPoolExecutor(1) as executor:
        assert stress(loads(EVERYTHING), 2 * CHUNK + 9, seed=2, executor=executor) == whole


def test_only_so_many_structures_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structures, "MOST_KEPT", 1)
    draws = Draws(loads(EVERYTHING), Dispersion(), ["Nash"])
    draws.chunk(0, 0, 50)
    assert len(draws.structures._kept) == 2
    assert len(draws.structures._valid) > 10


def test_a_judgement_about_structure_stands_as_written_against_its_weight_for_each_change() -> None:
    draws = Draws(loads(EVERYTHING), Dispersion(0.3, 0.6), ["Nash"])
    rng, count = np.random.default_rng(3), 6000
    drawn = [draws.structures.draw(rng) for _ in range(count)]
    for n, choice in enumerate(draws.structures.choices):
        weight = (0.6 if "options" in choice.path else 0.3) / len(choice.changes)
        taken = Counter(chosen[n] for chosen in drawn)
        expected = 1 / (1 + len(choice.changes) * weight)
        assert taken[0] / count == pytest.approx(expected, abs=0.02)
        for k in range(1, len(choice.changes) + 1):
            assert taken[k] / count == pytest.approx(weight * expected, abs=0.02)


def test_sizes_of_weights_are_dealt_in_the_drawn_order_and_signs_stay() -> None:
    text = EVERYTHING.replace("weights: {A.x: {weight: 2", "weights: {B.x: 0, A.y = lo: -3, A.x: {weight: 2")
    party = next(one for one in Draws(loads(text), Dispersion(1, 1, 0.5), ["Nash"]).parties if one.i == 1)
    rng, seen = np.random.default_rng(1), set()
    for _ in range(300):
        given = party.preference(party.draw(rng)[0])
        assert isinstance(given, Weights)
        seen.add(tuple(sorted((one.statement.formula.text, str(one.weight)) for one in given.weights)))
    assert {("A.x", "2"), ("A.y = lo", "-3"), ("both", "-1")} in [set(one) for one in seen]
    assert {("A.x", "1"), ("A.y = lo", "-2"), ("both", "-3")} in [set(one) for one in seen]
    assert {("A.x", "1"), ("A.y = lo", "-3")} in [set(one) for one in seen]  # its size goes with it, and "both" had 2


@pytest.mark.first(1)
@pytest.mark.parametrize("phi", [0.2, 0.5, 1.0])
def test_groups_of_a_ranking_have_the_probabilities_of_the_mallows_model(phi: float) -> None:
    party = "{options: {x: {}, y: {}}, ranking: {order: [1, [2, 3], 4], sure: likely}}"
    text = f"standoff: 1\ntitle: R\ndecision_makers:\n  A: {party}\n"
    (straying,), rng = Draws(loads(text), Dispersion(likely=phi), ["Nash"]).parties, np.random.default_rng(5)
    drawn = [straying.draw(rng) for _ in range(12_000)]
    assert_distributed(
        Counter(tuple(order) for order, _ in drawn), {o: mallows(phi, o) for o in permutations(range(3))}
    )
    assert all(strayed == [sum(a > b for a, b in combinations(order, 2))] for order, strayed in drawn)


def test_what_can_never_be_drawn_is_said() -> None:
    text = EVERYTHING.replace("both: {that: A.x and B.x,", "both: {that: A.x,")
    text += "views: {A: {B: {prefers: [{that: A.x, sure: doubtful}]}}}\n"
    found = stress(loads(text), 5)
    never, aside = ([render_path(one.path) for one in group] for group in found.uncertain[1:])
    assert (never, aside) == (["define.both"], ["views.A.B.prefers[0]"])
    assert "1 more judgement is not certain and never drawn" in words_drawn(found)
    assert "not certain, and yet never drawn: define.both" in {*assumptions(found)}
    assert "no share looks at views, of which 1 judgement is not certain" in {*assumptions(found)}


def test_a_draw_that_leaves_no_valid_conflict_is_made_again_and_that_is_told() -> None:
    text = EVERYTHING.replace("state: {A.y: hi}", "state: {A.y: lo, B.x: yes}").replace(
        "sure: likely}\n", "sure: doubtful}\n"
    )
    found = stress(loads(text), 100)
    assert found.again > 0
    assert f"{found.again} more draws left no valid conflict and were made again." in words_drawn(found)
    assert document(found)["draws_again"] == found.again


def test_a_status_quo_that_somebody_does_not_know_of_is_not_drawn() -> None:
    text = """
standoff: 1
title: Hidden
decision_makers:
  A: {options: {x: {}}, prefers: [A.x]}
  B: {options: {z: {}}, prefers: [A.x]}
views: {A: {B: {options: {z: {hidden: true}}}}}
status_quo: {state: {}, sure: likely}
"""
    draws = Draws(loads(text), Dispersion(), ["Nash"])
    (quo,) = draws.structures.choices
    valid = {edit.path[-1]: draws.structures.is_valid((k,)) for k, edit in enumerate(quo.changes, 1)}
    assert valid == {"A.x": True, "B.z": False}
