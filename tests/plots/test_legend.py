"""The legend of the map: every decision maker by title and name, and all that it could do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from checks import SMALL
from standoff import casebook
from standoff.conflict.model import Conflict, Direction
from standoff.formats import loads
from standoff.graph import build_graph
from standoff.plots.legend import legend
from standoff.wording.words import level_words


@pytest.mark.parametrize("name", casebook.names())
def test_the_legend_tells_every_option_of_a_case_whole(name: str) -> None:
    graph = build_graph(casebook.load(name))
    parts, _ = legend(graph, 20, 0, 680)
    said = " ".join(re.findall(r">([^<]+)<", "".join(parts))).replace("&#39;", "'")
    assert "…" not in said
    for _, option in graph.conflict.options:
        assert level_words(option, len(option.levels) - 1) in said
    assert "_" not in said


COULD = {
    Direction.BOTH: "now: mid; could: lo / hi",
    Direction.FORWARD: "now: mid; could: hi",
    Direction.BACKWARD: "now: mid; could: lo",
    Direction.FIXED: "now: mid",
}


def moving(direction: Direction, quo: str) -> Conflict:
    """The small conflict with one way of moving for every option."""
    conflict = loads(SMALL.replace("{A.x: yes}", quo))
    makers = (
        replace(dm, options=tuple(replace(option, moves=direction) for option in dm.options))
        for dm in conflict.decision_makers
    )
    return replace(conflict, decision_makers=tuple(makers))


def legend_lines(conflict: Conflict) -> list[str]:
    parts, _ = legend(build_graph(conflict), 20, 0, 680)
    return re.findall(r">([^<]+)</text", "".join(parts))


@pytest.mark.parametrize("direction", list(Direction))
def test_the_legend_offers_only_levels_that_an_option_may_move_to(direction: Direction) -> None:
    """Against what may be reached from the status quo, level by level."""
    said = legend_lines(moving(direction, "{A.y: mid}"))
    assert COULD[direction] in said
    assert ("could: x" in said) == direction.permits(0, 1)
    assert ("now: not x" in said) != direction.permits(0, 1)
    taken = legend_lines(moving(direction, "{A.x: yes}"))
    assert ("now: x; could: not x" in taken) == direction.permits(1, 0)


def test_without_a_status_quo_the_legend_tells_all_levels() -> None:
    assert "lo / mid / hi" in legend_lines(loads(SMALL.replace("status_quo: {A.x: yes}", "")))
