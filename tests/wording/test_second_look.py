"""What a second pair of eyes saw: sentences that were not true of all that they seemed to speak of."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from checks import run, written
from standoff.errors import Note

DEAL = """
standoff: 1
title: A deal of three
decision_makers:
  A: {options: {sign: {}, fish: {}}, prefers: [A.sign and B.sign and C.sign, not A.fish]}
  B: {options: {sign: {}}, prefers: [A.sign and B.sign and C.sign]}
  C: {options: {sign: {}}, prefers: [not A.sign]}
define: {deal: A.sign and B.sign and C.sign}
infeasible: [A.fish and deal]
status_quo: {A.fish: yes}
views: {B: {A: {as_in_truth_except: [{drop: not A.fish}]}}}
history:
  - {date: 2001-01-01, moves: {A.sign: yes, B.sign: no}}
claims:
  - {id: only-b, says: B moved well., test: {drawn: {who: B}}}
"""


@pytest.fixture
def deal(tmp_path: Path) -> str:
    return written(tmp_path, DEAL)


def test_whoever_is_indispensable_is_named(deal: str) -> None:
    told = " ".join(run("paths", deal, "--to", "deal").stdout.split())
    assert "without A, without B or without C it cannot happen" in told


def test_what_is_the_same_is_said_of_the_states_that_are_shown() -> None:
    told = " ".join(run("states", "syria-2015").stdout.split())
    assert "In all that are shown and in the status quo" in told
    assert "In all of them" not in told


def test_a_number_that_is_no_state_is_no_formula_either(deal: str) -> None:
    for words in (["paths", deal, "--to", "300"], ["misread", deal, "--to", "300"]):
        assert "states are numbered 1 to" in run(*words).stderr


def test_a_combination_that_is_excluded_is_told_as_such(deal: str) -> None:
    assert "not feasible" in run("explain", deal, "YYYY").stderr


def test_who_is_named_and_changes_nothing_has_made_no_observed_move(deal: str) -> None:
    assert "cannot be tested" in " ".join(run("claims", deal, "--explain", "only-b", "--draws", "0").stdout.split())


def test_a_difference_that_is_left_out_of_a_saved_file_is_told(deal: str, tmp_path: Path) -> None:
    found = run("flips", deal, "--json").stdout
    edits = [flip["record"] for flip in json.loads(found)["flips"]]
    number = next(
        k for k, one in enumerate(edits, 1) if (one["path"], one["kind"]) == ("decision_makers.A.prefers[1]", "drop")
    )
    with warnings.catch_warnings():
        warnings.simplefilter("always", Note)
        saved = run("flips", deal, "--save", str(number), str(tmp_path / "saved.yaml"))
    assert saved.exit_code == 0
    assert "not there any more" in " ".join(saved.stderr.split())


def test_those_who_never_move_do_not_make_the_conflict_rest(deal: str) -> None:
    told = " ".join(run("misread", deal, "--weights", "A=0,B=0,C=1").stdout.split())
    assert "the conflict rests" not in told


def test_no_such_accident_is_said_of_accidents(tmp_path: Path) -> None:
    text = DEAL + "  - {id: strictly, says: By accident., test: {accident: {to: deal, strict: true}}}\n"
    told = " ".join(run("claims", written(tmp_path, text), "--explain", "strictly", "--draws", "0").stdout.split())
    assert "everybody who moved ending worse off" in told


def test_a_second_edit_is_told_by_what_it_changes_and_not_by_a_path(tmp_path: Path) -> None:
    text = """
standoff: 1
title: Two reasons to go
decision_makers:
  A: {options: {go: {}, sit: {}}, prefers: [B.x, go, not sit]}
  B: {options: {x: {}}, prefers: [B.x]}
status_quo: {A.sit: yes, B.x: yes}
"""
    told = " ".join(run("invert", written(tmp_path, text), "status_quo", "--concept", "Nash").stdout.split())
    assert "then “A: not sit”: drop it" in told
    assert "decision_makers." not in told
