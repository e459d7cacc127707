"""Parts of a model that do nothing are found exactly; what is told of them is true, and has its line in the file."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given

import standoff
from checks import chunks, graph_of, loaded, run, sized, written
from oracles.lint import Slip as Found
from oracles.lint import Useless
from standoff.analysis import lint as module
from standoff.analysis.lint import SlipKind, lint
from standoff.formats import loads
from standoff.graph import Graph, build_graph
from strategies.conflicts import Drawn, conflicts, random_conflict


def slips(graph: Graph) -> set[Found]:
    return {(one.kind.value, one.path, one.level) for one in lint(graph).slips}


def assert_same(drawn: Drawn) -> set[Found]:
    found = Useless(drawn.document, drawn.formulas).slips()
    assert slips(build_graph(loaded(drawn))) == found
    return found


@pytest.mark.parametrize("chunk", chunks(4))
def test_slips_of_random_conflicts_are_those_of_the_oracle(chunk: int) -> None:
    seen = Counter[str]()
    for seed in range(sized(60, 150)):
        seen.update({kind for kind, _, _ in assert_same(random_conflict(Random(1000 * chunk + seed), combinations=48))})
    assert all(seen[kind.value] for kind in SlipKind if kind is not SlipKind.DECISION_MAKER), seen


@given(conflicts(combinations=32))
def test_slips_are_those_of_the_oracle(drawn: Drawn) -> None:
    assert_same(drawn)


SLIPPED = """
standoff: 1
title: Slips
decision_makers:
  A:
    options:
      useful: {}
      useless: {}
      scale: {levels: [low, mid, high]}
    prefers:
      - B.idle or not B.idle
      - A.useful
      - A.scale = high
      - A.useful or A.scale = high
  B:
    title: the bystanders
    plural: true
    options: {idle: {}}
    prefers: ["true"]
status_quo: {A.useful: no}
"""
LINES = {
    "decision_makers.A.options.useless": 8,
    "decision_makers.A.options.scale": 9,
    "decision_makers.A.prefers[0]": 11,
    "decision_makers.A.prefers[3]": 14,
    "decision_makers.B": 15,
    "decision_makers.B.options.idle": 18,
    "status_quo": 20,
}


def test_each_slip_is_told_with_its_place_and_line(tmp_path: Path) -> None:
    model = written(tmp_path, SLIPPED)
    entries = json.loads(run("check", model, "--json").output)["lint"]
    assert {one["where"]: one["line"] for one in entries} == LINES
    result = run("check", model, "--lint")
    text = " ".join(result.output.split())
    assert result.exit_code == 0
    for one in entries:
        assert f"{model}:{one['line']}: {one['where']}: {one['says']}" in text
    assert "no move by which the bystanders gain needs a change of “idle”" in text
    assert "7 things to look at in the model: --lint tells them." in run("check", model).output
    assert "7 things" not in text


def test_of_a_conflict_without_a_file_slips_have_no_lines() -> None:
    answer = standoff.solve(loads(SLIPPED)).check(lint=True)
    assert [one["line"] for one in answer.document()["lint"]] == [None] * len(LINES)
    assert "conflict: decision_makers.A.options.useless" in str(answer)
    assert len(answer.found.lint.slips) == len(LINES)


def test_an_option_that_must_move_with_another_serves_with_it() -> None:
    both = """
standoff: 1
title: Both or none
decision_makers:
  A: {options: {x: {}, y: {}}, prefers: [A.x]}
  B: {options: {z: {}}, prefers: [B.z]}
infeasible: [A.x and not A.y, A.y and not A.x]
"""
    assert not slips(graph_of(both))


def test_what_is_too_large_is_said_to_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_COMBINATIONS", 4)
    monkeypatch.setattr(module, "MOST_TRUTHS", 4)
    assert lint(graph_of(SLIPPED)).left_out == (SlipKind.OPTION, SlipKind.LEVEL, SlipKind.STATEMENT)


@pytest.mark.slow
def test_a_million_states_are_looked_through_within_seconds() -> None:
    options = ", ".join(f"o{k}: {{}}" for k in range(5))
    parties = ""
    for n in range(4):
        wants = ", ".join(f"D{(n + k) % 4}.o{k} iff D{n}.o0" for k in range(5))
        parties += f"\n  D{n}: {{options: {{{options}}}, prefers: [{wants}]}}"
    graph = graph_of(f"standoff: 1\ntitle: Large\ninfeasible: [D0.o0 and D1.o1]\ndecision_makers:{parties}")
    assert len(graph.states) == 3 * 2**18
    began = time.process_time()
    assert not lint(graph).left_out
    assert time.process_time() - began < 10
