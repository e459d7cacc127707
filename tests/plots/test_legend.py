"""The legend of the map: every decision maker by title and name, and all that it could do."""

from __future__ import annotations

import re

import pytest

from standoff import casebook
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
