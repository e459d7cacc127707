"""Panels for the tests of relations: the twelve states, what is expected of them, and random ones."""

from __future__ import annotations

import csv
from functools import cache

import numpy as np
from hypothesis import strategies as st

from checks import TESTS
from standoff import casebook
from standoff.relations.affinity import Fit, fits
from standoff.relations.panel import Panel
from standoff.relations.table import read_table

TABLE = casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv")
EXPECTED = TESTS / "data" / "relations"


@cache
def twelve() -> Panel:
    return read_table(TABLE)


@cache
def twelve_fits() -> tuple[Fit, ...]:
    return tuple(fits(twelve()))


def expected(name: str) -> list[dict[str, str]]:
    with (EXPECTED / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def panel_of(cooperation: np.ndarray, conflict: np.ndarray, actors: int) -> Panel:
    """A panel from counts (T, m), all in the verbal classes."""
    nothing = np.zeros_like(cooperation)
    counts = np.stack([cooperation, nothing, conflict, nothing], axis=2).astype(np.int64)
    periods = tuple(str(2000 + t) for t in range(len(counts)))
    names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:actors])
    totals, known = np.zeros(len(periods), np.int64), np.ones((len(periods), actors), bool)
    return Panel(names, periods, counts, None, totals, known)


@st.composite
def panels(draw: st.DrawFn, fewest: int = 4, most: int = 6, largest: int = 40, full: bool = False) -> Panel:
    """One or two periods; unless ``full``, about half of them with many dyads without events of one kind, or both."""
    actors, length = draw(st.integers(fewest, most)), draw(st.integers(1, 2))
    m = actors * (actors - 1) // 2
    full = full or draw(st.booleans())
    count = st.integers(1, largest) if full else st.one_of(st.just(0), st.integers(0, largest))
    x, y = (draw(st.lists(count, min_size=length * m, max_size=length * m)) for _ in range(2))
    return panel_of(np.array(x).reshape(length, m), np.array(y).reshape(length, m), actors)
