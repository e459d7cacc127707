"""What an author remarks on a judgement, a view or a claim is printed wherever that is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from checks import run, written
from standoff.conflict.remarks import remarks
from standoff.formats import dump, load, loads
from standoff.plots.svg import escape

NOTED = """
standoff: 1
title: A harbour
define:
  shut: {that: Union.strike, title: the harbour is shut, note: remark on a definition}
decision_makers:
  Union:
    options: {strike: {moves: forward, note: remark on a direction}}
    prefers:
      - {that: Port.grant, note: remark on a statement}
      - {that: Union.strike iff not Port.grant}
  Port:
    options: {grant: {}}
    weights: {not Union.strike: {weight: 2, note: remark on a weight}, not Port.grant: 1}
infeasible:
  - {rule: Union.strike and Port.grant, note: remark on a rule}
status_quo: {state: {strike: no}, note: remark on the present}
views:
  Port:
    Union: {note: remark on a view, prefers: [{that: not Union.strike, note: remark inside a view}]}
history:
  - {date: 2020, moves: {Union.strike: yes}, note: remark on an event}
claims:
  - {id: lasts, says: It lasts., note: remark on a claim, test: {holds: {at: status_quo, concept: Nash}}}
"""
ALL = re.findall(r"note: (remark[\w ]+)", NOTED)


@pytest.fixture
def model(tmp_path: Path) -> str:
    return written(tmp_path, NOTED)


@pytest.mark.parametrize(
    ("words", "notes"),
    [
        (["check"], ALL),
        (["explain", "3"], ["remark on a weight"]),
        (["flips", "--all"], ["remark on the present", "remark on a weight"]),
        (["claims", "--all"], ["remark on a claim"]),
        (["misread"], ["remark on a view"]),
        (["paths"], ["remark on an event"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) and " " not in value[0] else "",
)
def test_a_note_is_printed_with_what_it_is_about(words: list[str], notes: list[str], model: str) -> None:
    text = " ".join(run(words[0], model, *words[1:]).output.split())
    assert [note for note in notes if note not in text] == []


def test_a_report_has_every_note(model: str, tmp_path: Path) -> None:
    page = tmp_path / "r.html"
    assert run("report", model, "-o", str(page)).exit_code == 0
    text = " ".join(page.read_text(encoding="utf-8").split())
    assert [note for note in ALL if note not in text] == []


def test_documents_for_programs_have_notes(model: str) -> None:
    check = json.loads(run("check", model, "--json").output)
    assert [one["note"] for one in check["notes"]] == [one for _, one in remarks(load(model))]
    assert sorted(one["note"] for one in check["notes"]) == sorted(ALL)
    flips = json.loads(run("flips", model, "--json").output)["flips"]
    assert "remark on the present" in {one["note"] for one in flips}
    (claim,) = json.loads(run("claims", model, "--json").output)["claims"]
    assert claim["note"] == "remark on a claim"


def test_writing_a_change_of_a_note_keeps_the_rest_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("# by hand\n" + NOTED, encoding="utf-8")
    other = loads(NOTED.replace("remark on a claim", "another").replace("note: remark on a rule", "note: new"))
    dump(other, path, overwrite=True, like=path)
    assert path.read_text(encoding="utf-8") == "# by hand\n" + NOTED.replace("remark on a claim", "another").replace(
        "note: remark on a rule", "note: new"
    )


def test_limits_are_printed_as_they_stand_wherever_the_conflict_is_told(tmp_path: Path) -> None:
    limit = "It leaves out: the sea, <and> the *weather*."
    model = written(tmp_path, NOTED.replace("define:", f'limits: ["{limit}"]\ndefine:'))
    assert limit in " ".join(run("brief", model).output.split())
    assert json.loads(run("brief", model, "--json").output)["limits"] == [limit]
    known = ("--draws", "0", "--part", "paths")
    assert json.loads(run("report", model, *known, "--format", "json").output)["brief"]["limits"] == [limit]
    assert escape(limit) in run("report", model, *known, "--format", "html").output
