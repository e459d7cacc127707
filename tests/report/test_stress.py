"""Shares over draws: which states come first, and what drives the spread."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from standoff import casebook
from standoff.analysis.stability import solve
from standoff.analysis.uncertainty import Driver, Interval, Robustness, stress
from standoff.formats import loads
from standoff.report.findings import Findings
from standoff.report.stress import stress_section
from standoff.report.ties import Ties
from standoff.writers.terminal import plain_text

DRAWS = 20


@cache
def drawn() -> Robustness:
    return stress(casebook.load("syria-2015"), DRAWS, 0)


def told(found: Robustness) -> str:
    ties = Ties(Findings(solve(casebook.load("syria-2015"))))
    return plain_text(stress_section(ties, found), 130, False)


def test_states_that_are_deterred_in_most_draws_stand_above_those_that_are_at_rest_in_few() -> None:
    shares = {
        "Nash": {4: 3, 584: 19},
        "SEQ": {4: 3, 584: 19, 185: 18, 24: 11},
        "GMR": {4: 20, 584: 19, 185: 18, 24: 20},
    }
    counts = {concept: shares.get(concept, {}) for concept in drawn().equilibria}
    position = drawn().graph.states.position
    given = {concept: {position[s]: Interval(held, DRAWS) for s, held in by.items()} for concept, by in counts.items()}
    text = told(replace(drawn(), equilibria=given))
    rows = text.partition("States at which everybody would stay")[2].partition("In order:")[0].splitlines()[3:]
    assert [row.split()[0].rstrip("*") for row in rows if row.strip()] == ["584", "185", "24", "4"]


def test_what_drives_the_spread_is_told_in_words_with_the_place_in_brackets() -> None:
    drivers_ = tuple(Driver(path, "SEQ", 0.2) for path in ("decision_makers.US.prefers[7]", "status_quo"))
    text = told(replace(drawn(), drivers=drivers_))
    assert "first order" not in text
    drivers = text.partition("each judgement accounts for by itself")[2].partition("The same by concepts")[0]
    assert "more help against backers that commit more (US aim 8) " in drivers
    assert "status quo the status quo" not in drivers


def test_where_nothing_is_uncertain_there_is_no_interval() -> None:
    model = loads(
        "standoff: 1\ntitle: One\ndecision_makers: {A: {options: {x: {}}, prefers: [A.x]}}\nstatus_quo: {state: {}}\n"
    )
    certain = stress(model, DRAWS, 0)
    assert not certain.uncertain.drawn
    text = plain_text(stress_section(Ties(Findings(solve(model))), certain), 130, False)
    assert "Everybody" in text
    assert "interval" not in text
    assert "95 % interval" in told(drawn())
