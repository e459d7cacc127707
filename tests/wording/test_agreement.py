"""Small words: verbs of titles that are plurals, one wish without an order, changes of one judgement and of others."""

from __future__ import annotations

import re
from pathlib import Path

from checks import run, written
from standoff.analysis.diff import Turn
from standoff.analysis.errors_needed import errors_needed
from standoff.concepts import Standing
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.wording.changes import turn_names
from standoff.wording.errors import others_words

STRIKE = """
standoff: 1
title: A strike
decision_makers:
  Drivers:
    title: the drivers
    plural: true
    options: {strike: {}}
    prefers: [{that: not Drivers.strike, title: wages, kind: reported, sure: likely}]
  Firm: {title: the firm, options: {pay: {}}, prefers: [not Firm.pay]}
status_quo: {}
views: {Firm: {Drivers: {prefers: [Drivers.strike]}}}
"""


def test_how_many_stand_is_said_with_its_verb() -> None:
    conflict = loads(STRIKE)
    turns = {name: Turn("standing", name, Standing.AT_REST, Standing.WILL_MOVE) for name in ("Drivers", "Firm")}
    assert turn_names(conflict, [turns["Drivers"]]) == "how the drivers stand"
    assert turn_names(conflict, [turns["Firm"]]) == "how the firm stands"


def test_the_first_page_leads_with_what_a_judgement_says(tmp_path: Path) -> None:
    text = " ".join(run("brief", written(tmp_path, STRIKE)).output.split())
    assert "Were “the drivers: wages” (Drivers aim 1, a report marked likely) the opposite, " in text


def test_one_wish_has_no_order(tmp_path: Path) -> None:
    text = run("misread", written(tmp_path, STRIKE)).output
    assert re.search(r"takes the drivers to want: ", text)


def test_other_changes_of_the_same_judgement_are_no_more_sets() -> None:
    torn = STRIKE.replace("reported, sure: likely}]", "reported, sure: doubtful}, Drivers.strike]")
    found = errors_needed(build_graph(loads(torn)), "SEQ").cheapest
    assert found is not None
    assert [one.edit.kind for (one,) in found.sets] == ["drop", "swap", "negate"]
    assert others_words(found) == "; 2 other changes of it"
    likely = torn.replace("sure: doubtful", "sure: certain")
    found = errors_needed(build_graph(loads(likely)), "SEQ").cheapest
    assert found is not None
    others = {one.judgement.path for (one,) in found.sets[1:]} - {found.sets[0][0].judgement.path}
    assert f"; {len(others)} more such set" in others_words(found)
    assert len(others) < len(found.sets) - 1
