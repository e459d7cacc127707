"""From staged rows to dyad-days: what was seen before is set aside, what is left is counted, all in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from standoff.errors import TooLarge, UnreadableFile
from standoff.relations.panel import CLASSES, Panel
from standoff.relations.readers.actors import Actors
from standoff.relations.readers.database import Database
from standoff.relations.readers.report import Counts, Entity
from standoff.relations.readers.staging import CANDIDATE

MONTHS = {"year": 12, "quarter": 3, "month": 1}
MAX_CELLS = 50_000_000  # numbers in a panel
MAX_MONTHLY = 5_000_000
NAMES = ("statement", *CLASSES)
BASE = 10_000_000  # dyad = smaller actor * BASE + larger one


def deduplicate(con: Database, by_stamp: bool, several: bool) -> None:
    """The view ``unique_rows``; the tables ``events`` (per day, dyad, class, code) and ``cells`` (per day and dyad).

    ``seen`` has a bit for each way round (1, 2), and one for each way round in time (4, 8); ``present`` and ``timely``
    have a bit for each class, ``timely`` where some row is in time.
    """
    seen = f"FROM staged WHERE outcome = {CANDIDATE} AND id IS NOT NULL"
    if by_stamp:
        same = "r.id = q.id"
        winner = "id, arg_max(seq, (stamp, -seq::HUGEINT)) AS winner"
        con.execute(f"CREATE TABLE repeated AS SELECT {winner} {seen} GROUP BY id HAVING min(seq) < max(seq)")
    else:
        same = "r.id = q.id AND r.date = q.date"
        winner = "id, date, min(seq) AS winner"
        con.execute(f"CREATE TABLE repeated AS SELECT {winner} {seen} GROUP BY id, date HAVING min(seq) < max(seq)")
    con.execute(
        f"""CREATE VIEW unique_rows AS SELECT q.*, least(s, t)::BIGINT * {BASE} + greatest(s, t) AS dyad
        FROM (SELECT * FROM staged WHERE outcome = {CANDIDATE}) q LEFT JOIN repeated r ON {same}
        WHERE r.winner IS NULL OR r.winner = q.seq"""
    )
    bits = "CASE WHEN s < t THEN CASE WHEN late THEN 1 ELSE 5 END ELSE CASE WHEN late THEN 2 ELSE 10 END END"
    firsts = ", min(seq) FILTER (s < t) AS there, min(seq) FILTER (s > t) AS back" if several else ""
    con.execute(
        f"""CREATE TABLE events AS SELECT date, dyad, class, key, imprecise, bit_or(({bits})::UTINYINT) AS seen {firsts}
        FROM unique_rows GROUP BY date, dyad, class, key, imprecise"""
    )
    con.execute(
        f"""CREATE TABLE cells AS SELECT date, dyad // {BASE} AS one, dyad % {BASE} AS other,
        bit_or((1 << class)::UTINYINT) AS present,
        bit_or(CASE WHEN seen >= 4 THEN 1 << class ELSE 0 END::UTINYINT) AS timely
        FROM events WHERE NOT imprecise GROUP BY date, dyad"""
    )


@dataclass(frozen=True, slots=True)
class Window:
    """What of the cells goes into the series."""

    late: bool
    since: date | None
    until: date | None

    @property
    def days(self) -> str:
        """SQL: the days within."""
        parts = [f"date >= DATE '{self.since:%Y-%m-%d}'"] if self.since else []
        parts += [f"date <= DATE '{self.until:%Y-%m-%d}'"] if self.until else []
        return " AND ".join(["true", *parts])

    @property
    def cells(self) -> str:
        """SQL: days and dyads, with a bit for each class."""
        classes = "present" if self.late else "timely"
        return f"(SELECT date, one, other, {classes} AS classes FROM cells WHERE {self.days} AND {classes} > 0)"

    @property
    def rows(self) -> str:
        """SQL: a condition on rows."""
        return f"NOT imprecise AND {self.days}" + ("" if self.late else " AND NOT late")


EACH = ", ".join(f"sum((classes >> {k}) & 1)::BIGINT AS n{k}" for k in range(5))


@dataclass(frozen=True)
class CountSeries:
    """Cells counted by period: arrays that a Panel is made of."""

    panel: Panel
    coverage: Counts
    rows: Counts
    days: Counts


def count_series(
    con: Database,
    actors: Actors,
    chosen: Sequence[int],
    period: str,
    window: Window,
    source: str,
    most: int = MAX_CELLS,
) -> CountSeries:
    """Dyad-days of the chosen actors (by number) by period. Raises UnreadableFile where there is nothing, TooLarge."""
    cells_ = window.cells
    months = MONTHS[period]
    ordinal = f"((year(date) * 12 + month(date) - 1) // {months})"
    first, last = con.execute(f"SELECT min({ordinal}), max({ordinal}) FROM {cells_}").fetchone()
    if first is None:
        raise UnreadableFile("no rows are left to count")
    n, span = len(chosen), last - first + 1
    place = np.full(len(actors.labels), -1, np.int64)
    place[np.asarray(chosen, np.intp)] = np.arange(n)
    table = dyad_places(n)
    m = n * (n - 1) // 2
    if span * m * 5 > most:
        raise TooLarge(f"{span} periods of {n} actors are too many; name actors, or a shorter time")

    at = f"{ordinal} - {first} AS at"
    counts = np.zeros((span, m, 5), np.int64)
    days, rows = np.zeros((span, m), np.int64), np.zeros((span, m), np.int64)
    cells = _fetched(con, f"SELECT {at}, one, other, {EACH}, count(*) AS days FROM {cells_} GROUP BY ALL")
    got, where = _of_chosen_dyads(cells, place, table)
    for k in range(5):
        counts[got["at"], where, k] = got[f"n{k}"]
    days[got["at"], where] = got["days"]
    dyad = f"dyad // {BASE} AS one, dyad % {BASE} AS other"
    named = _fetched(con, f"SELECT {at}, {dyad}, count(*) AS n FROM unique_rows WHERE {window.rows} GROUP BY ALL")
    got, where = _of_chosen_dyads(named, place, table)
    rows[got["at"], where] = got["n"]
    totals = np.zeros(span, np.int64)
    whole = _fetched(con, f"SELECT {at}, {EACH} FROM {cells_} GROUP BY ALL")
    totals[whole["at"]] = sum(whole[f"n{k}"] for k in range(5))
    coverage = np.zeros((span, n), np.int64)
    for side in ("one", "other"):
        seen = _fetched(con, f"SELECT {at}, {side} AS a, {EACH} FROM {cells_} GROUP BY ALL")
        use = place[seen["a"]] >= 0
        coverage[seen["at"][use], place[seen["a"][use]]] += sum(seen[f"n{k}"][use] for k in range(5))
    panel = Panel(
        actors=tuple(actors.labels[number] for number in chosen),
        periods=tuple(label(first + at, period) for at in range(span)),
        counts=counts[:, :, 1:].copy(),
        statements=counts[:, :, 0].copy(),
        totals=totals,
        known=coverage > 0,
        unit="dyad-days",
        source=source,
    )
    return CountSeries(panel, coverage, rows, days)


def _fetched(con: Database, query: str) -> dict[str, Counts]:
    """The columns of what a query finds."""
    columns: Mapping[str, Any] = con.execute(query).fetchnumpy()
    return {name: np.ma.getdata(column) for name, column in columns.items()}


def _of_chosen_dyads(
    got: Mapping[str, Counts], place: npt.NDArray[np.int64], table: npt.NDArray[np.intp]
) -> tuple[dict[str, Counts], npt.NDArray[np.intp]]:
    """The rows whose actors are both chosen, and the places of their dyads.

    ``place``: of each actor among the chosen (-1: not chosen); ``table``: of each two of these (``dyad_places``).
    """
    i, j = place[got["one"]], place[got["other"]]
    use = (i >= 0) & (j >= 0)
    low, high = np.minimum(i, j)[use], np.maximum(i, j)[use]
    return {name: column[use] for name, column in got.items()}, table[low, high]


def dyad_places(n: int) -> npt.NDArray[np.intp]:
    """The number of each dyad i < j, in the order of a panel; (n, n)."""
    table = np.zeros((n, n), np.intp)
    table[np.triu_indices(n, 1)] = np.arange(n * (n - 1) // 2)
    return table


def label(ordinal: int, period: str) -> str:
    """The name of a period: 2015, 2015Q3, 2015-09."""
    per_year = 12 // MONTHS[period]
    year, part = divmod(ordinal, per_year)
    if period == "year":
        return f"{year:04d}"
    return f"{year:04d}Q{part + 1}" if period == "quarter" else f"{year:04d}-{part + 1:02d}"


def entities(con: Database, actors: Actors, chosen: Sequence[int], window: Window) -> dict[tuple[str, str], Entity]:
    """Of each dyad the entity that most rows name, other than the states themselves."""
    inside = window.rows
    found = con.execute(
        f"""WITH named AS (
            SELECT dyad, unnest(CASE WHEN s_name = t_name THEN [s_name] ELSE [s_name, t_name] END) AS name
            FROM unique_rows WHERE {inside}),
        counted AS (SELECT dyad, name, count(*) AS n FROM named WHERE NOT missing(name) GROUP BY dyad, name),
        foreign_ AS (
            SELECT c.* FROM counted c LEFT JOIN state_names f ON f.text = fold(c.name)
            LEFT JOIN exact e ON e.text = c.name
            WHERE coalesce(f.actor, e.actor) IS NULL
               OR coalesce(f.actor, e.actor) NOT IN (dyad // {BASE}, dyad % {BASE})),
        best AS (SELECT dyad, max(n) AS n, arg_max(name, (n, name)) AS name FROM foreign_ GROUP BY dyad),
        whole AS (SELECT dyad, count(*) AS of_ FROM unique_rows WHERE {inside} GROUP BY dyad)
        SELECT dyad // {BASE}, dyad % {BASE}, name, n, of_ FROM best JOIN whole USING (dyad) ORDER BY 1, 2"""
    ).fetchall()
    place = {number: at for at, number in enumerate(chosen)}
    result = {}
    for one, other, name, rows, of in found:
        if one in place and other in place:
            low, high = sorted((one, other), key=place.__getitem__)
            result[actors.labels[low], actors.labels[high]] = Entity(name, rows, of)
    return result


def cells(con: Database, actors: Actors, chosen: Sequence[int]) -> dict[str, dict[str, dict[str, int]]]:
    """Codes seen, by dyad (labels in the order of the alphabet), day and class; late rows included."""
    use = set(chosen)
    result: dict[str, dict[str, dict[str, int]]] = {}
    found = con.execute(
        f"""SELECT dyad // {BASE}, dyad % {BASE}, strftime(date, '%Y-%m-%d'), class, count(*) FROM events
        WHERE NOT imprecise GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    for one, other, day, group, codes in found:
        if {one, other} <= use:
            dyad = "-".join(sorted((actors.labels[one], actors.labels[other])))
            result.setdefault(dyad, {}).setdefault(day, {})[NAMES[group]] = codes
    return result
