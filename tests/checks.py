"""Steps that several tests share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import settings

from standoff.analysis.uncertainty import Interval
from standoff.cli import main
from standoff.conflict.model import Conflict
from standoff.formats import loads
from standoff.graph import Graph, build_graph
from strategies.conflicts import Drawn

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent

SMALL = """
standoff: 1
title: A small conflict
decision_makers:
  A:
    options: {x: {}, y: {levels: [lo, mid, hi]}}
    prefers: [B.x, not A.x]
  B:
    options: {x: {}}
    prefers: [A.y = hi]
infeasible: [A.x and B.x]
status_quo: {A.x: yes}
"""


def chunks(count: int) -> list[Any]:
    """The numbers of the parts that a long test is cut into; everyday runs have the first of them only."""
    return [0, *(pytest.param(number, marks=pytest.mark.slow) for number in range(1, count))]


def slow_but(values: Iterable[Any], *everyday: Any) -> list[Any]:
    """Values of a parameter, of which those that are not ``everyday`` ones are run with --slow only."""
    marks = {True: (), False: (pytest.mark.slow,)}
    given = [(value if isinstance(value, tuple) else (value,), value in everyday) for value in values]
    assert sum(chosen for _, chosen in given) == len(everyday), everyday
    return [pytest.param(*value, marks=marks[chosen]) for value, chosen in given]


def examples(many: int) -> settings:
    """So many examples of a property with --slow; three to five of them every day."""
    return settings(max_examples=sized(min(max(many // 10, 3), 5), many))


def sized(everyday: int, slow: int) -> int:
    """How many to look at: fewer for every day than with --slow."""
    return slow if settings().max_examples >= 60 else everyday


def loaded(drawn: Drawn) -> Conflict:
    """The conflict of a drawn document, by way of a JSON text."""
    return loads(json.dumps(drawn.document), ".json")


def assert_near(one: Interval, other: Interval, what: Any) -> None:
    """Two shares that differ by no more than sampling makes likely; the seeds are fixed."""
    pooled = (one.count + other.count) / (one.draws + other.draws)
    error = sqrt(pooled * (1 - pooled) * (1 / one.draws + 1 / other.draws))
    assert abs(one.share - other.share) <= 4.5 * error, (what, one, other)


def graph_of(text: str) -> Graph:
    return build_graph(loads(text))


def run(*words: str) -> Result:
    """A command line, in this process."""
    return CliRunner().invoke(main, list(words), env={"COLUMNS": "100"})


def written(folder: Path, text: str, name: str = "conflict.yaml") -> str:
    """The path of a file with that text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def golden(name: str, text: str, request: pytest.FixtureRequest) -> None:
    """The text is that of a file in ``tests/data``, byte for byte; ``pytest --accept`` writes the file anew."""
    path = TESTS / "data" / name
    if request.config.getoption("--accept"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    assert path.is_file(), f"{name} is missing; pytest --accept writes it"
    assert path.read_bytes().decode() == text, f"{name} is not as it was; pytest --accept writes it anew"
