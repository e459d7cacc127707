"""Tables of ready counts: a, b, a period, and counts in four classes (or of cooperation and conflict)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from standoff.errors import TooLarge, UnreadableFile
from standoff.relations.panel import CLASSES, Panel
from standoff.relations.readers import plain
from standoff.relations.readers.actors import Actors
from standoff.relations.readers.counting import MAX_CELLS, MONTHS, dyad_places, label
from standoff.relations.readers.database import Database, errors
from standoff.relations.readers.fields import Layout
from standoff.relations.readers.files import File
from standoff.relations.readers.report import Counts, Reading, ReadingReport
from standoff.relations.readers.staging import CANDIDATE, FILE_BITS, path_of, rows_of

NUMBERS = ("n1", "n2", "n3", "n4", "statements", "total")
TABLE = f"""
CREATE TABLE ready (seq UBIGINT, outcome UTINYINT, value VARCHAR, month INTEGER, months UTINYINT, s INTEGER, t INTEGER,
    {", ".join(f"{name} BIGINT" for name in NUMBERS)}, s_unmapped VARCHAR, t_unmapped VARCHAR)
"""
TWO_ONLY = "cooperation and conflict are not told apart into verbal and material; they stand as verbal"


def stage_counts(con: Database, file: File, layout: Layout, number: int, mapped: bool) -> None:
    """The rows of a file into ``ready``. Raises UnreadableFile."""
    columns = layout.sql
    month, months, text = _period(columns)
    width = len(layout.columns)
    whole = "true" if file.packing == "parquet" else f"c{width - 1} IS NOT NULL AND c{width} IS NULL"
    names = [_count_column(columns, name) for name in CLASSES]
    names += [plain.first(columns, plain.STATEMENTS), columns.get(plain.TOTAL)]
    needed = [name for name in names if name]
    values = ", ".join(
        f"{_whole(name) if name else 'NULL::BIGINT'} AS {kind}" for name, kind in zip(names, NUMBERS, strict=True)
    )
    bad = " ".join(f"WHEN {_whole(name)} IS NULL THEN coalesce({name}, '')" for name in needed)
    sides = {"s": columns["a"], "t": columns["b"]}
    joins, actors = "", []
    for letter, place in sides.items():
        found = [f"{letter}e.actor", f"{letter}f.actor"]
        joins += f""" LEFT JOIN exact {letter}e ON {letter}e.text = {place}
            LEFT JOIN folded {letter}f ON {letter}f.text = CASE WHEN {letter}e.text IS NULL THEN fold({place}) END"""
        if mapped:
            found.insert(0, f"{letter}m.actor")
            joins += f" LEFT JOIN mapped {letter}m ON {letter}m.text = fold({place})"
        actors.append(f"coalesce({', '.join(found)}) AS {letter}, coalesce({place}, '') AS {letter}_place")
    read = f"""SELECT rec, {whole} AS whole, c0, {month} AS month, {months} AS months, {text} AS period,
        {", ".join(actors)},
        CASE {bad} END AS number, {values} FROM ({rows_of(file, layout)}) {joins}"""
    unmapped = ", ".join(f"CASE WHEN outcome = 6 AND {x} IS NULL THEN left({x}_place, 100) END" for x in sides)
    digits = " OR ".join(f"({x} IS NULL AND regexp_full_match({x}_place, '[0-9]+'))" for x in sides)
    query = f"""SELECT ({number}::UBIGINT << {FILE_BITS}) + rec::UBIGINT, outcome,
        CASE outcome WHEN 1 THEN coalesce(c0, '') WHEN 2 THEN coalesce(period, '')
            WHEN 4 THEN s_place || ', ' || t_place WHEN 5 THEN number END,
        month, months, s, t, {", ".join(NUMBERS)}, {unmapped}
        FROM (SELECT *, CASE WHEN NOT whole THEN 1 WHEN month IS NULL THEN 2 WHEN {digits} THEN 4
            WHEN number IS NOT NULL THEN 5 WHEN s IS NULL OR t IS NULL THEN 6 WHEN s = t THEN 7 ELSE {CANDIDATE} END
            AS outcome FROM ({read}))"""
    with errors(file.name):
        con.execute(f"INSERT INTO ready {query}", [path_of(file)])
    _repeats(con, number)


def _repeats(con: Database, number: int) -> None:
    """Rows of a pair and a period that were there before: the same counts are set aside, others are refused."""
    mine = f"(seq >> {FILE_BITS}) = {number}"
    numbers = ", ".join(NUMBERS)
    con.execute(
        f"""UPDATE ready SET outcome = CASE WHEN same THEN 11 ELSE 5 END,
            value = CASE WHEN NOT same THEN 'other counts of the same pair and period before' END
        FROM (SELECT seq AS again, row({numbers}) IS NOT DISTINCT FROM
                first_value(row({numbers})) OVER pairs AS same, row_number() OVER pairs AS nth
            FROM ready WHERE outcome = {CANDIDATE} WINDOW pairs AS (PARTITION BY month, s, t ORDER BY seq)) r
        WHERE ready.seq = again AND nth > 1 AND {mine}"""
    )


def _whole(text: str) -> str:
    """A count: a whole number, not negative; null where it is none."""
    return f"CASE WHEN regexp_full_match({text}, '[0-9]{{1,15}}(\\.0+)?') THEN TRY_CAST({text} AS DOUBLE)::BIGINT END"


def _count_column(columns: dict[str, str], name: str) -> str | None:
    if name in columns:
        return columns[name]
    kind, sign = name.split("_")
    return columns[sign] if kind == "verbal" else None


def _period(columns: dict[str, str]) -> tuple[str, str, str]:
    """SQL of the first month (months since year 0), of the number of months, and of the text."""
    year = columns.get("year")
    whole_year = f"CASE WHEN regexp_full_match({year}, '[0-9]{{4}}') THEN {year}::INTEGER * 12 END"
    if "date" in columns:
        text = columns["date"]
        day = f"CASE WHEN {text} LIKE '____-__-__%' THEN TRY_CAST({text}[1:10] AS DATE) END"
        return f"(year({day}) * 12 + month({day}) - 1)", "1", text
    for name, length in (("month", 1), ("quarter", 3)):
        if name in columns:
            part = columns[name]
            if year is None:
                return _any_period(part)[0], str(length), part
            most = 12 // length
            number = f"CASE WHEN TRY_CAST({part} AS INTEGER) BETWEEN 1 AND {most} THEN {part}::INTEGER END"
            return f"({whole_year} + ({number} - 1) * {length})", str(length), f"{year} || ' ' || {part}"
    if year is not None:
        return whole_year, "12", year
    month, months = _any_period(columns["period"])
    return month, months, columns["period"]


def _any_period(text: str) -> tuple[str, str]:
    """2015, 2015Q3, 2015-Q3, 2015-09."""
    parts = f"regexp_extract({text}, '^([0-9]{{4}})(?:-?(Q?)([0-9]{{1,2}}))?$', ['y', 'q', 'n'])"
    year, part = f"TRY_CAST({parts}.y AS INTEGER) * 12", f"TRY_CAST({parts}.n AS INTEGER)"
    month = f"""(CASE WHEN {parts}.n = '' THEN {year}
        WHEN {parts}.q = 'Q' AND {part} BETWEEN 1 AND 4 THEN {year} + ({part} - 1) * 3
        WHEN {parts}.q = '' AND {part} BETWEEN 1 AND 12 THEN {year} + {part} - 1 END)"""
    return month, f"(CASE WHEN {parts}.n = '' THEN 12 WHEN {parts}.q = 'Q' THEN 3 ELSE 1 END)"


def reading(
    con: Database, actors: Actors, chosen: Sequence[int] | None, period: str, statements: bool, report: ReadingReport
) -> Reading:
    """The panel of a table of counts. Raises UnreadableFile where the table's periods are longer than those wanted."""
    kept = f"FROM ready WHERE outcome = {CANDIDATE}"
    longest, two = con.execute(f"SELECT max(months), bool_and(n2 IS NULL) {kept}").fetchone()
    if longest is None:
        raise UnreadableFile("no rows are left to count")
    if longest > MONTHS[period]:
        has = next(name for name, months in MONTHS.items() if months == longest)
        raise UnreadableFile(f"the table has counts by {has}: they cannot be told by {period}")
    if chosen is None:
        occurring = con.execute(f"SELECT s {kept} UNION SELECT t {kept}").fetchall()
        chosen = sorted((number for (number,) in occurring), key=actors.labels.__getitem__)
    ((told,),) = con.execute(f"SELECT count(statements) {kept}").fetchall()
    panel, coverage, rows = _panel(con, actors, chosen, period, told > 0, report.format)
    monthly = _panel(con, actors, chosen, "month", told > 0, report.format)[0] if longest == 1 else None
    if statements:
        panel, monthly = panel.with_statements(), monthly.with_statements() if monthly else None
    if two:
        report = replace(report, notes=(*report.notes, TWO_ONLY))
    return Reading(panel=panel, report=report, monthly=monthly, coverage=coverage, rows=rows)


def _panel(
    con: Database, actors: Actors, chosen: Sequence[int], period: str, told: bool, source: str
) -> tuple[Panel, Counts, Counts]:
    n = len(chosen)
    place = np.full(len(actors.labels), -1, np.int64)
    place[np.asarray(chosen, np.intp)] = np.arange(n)
    kept = f"FROM ready WHERE outcome = {CANDIDATE}"
    months = MONTHS[period]
    first, last = con.execute(f"SELECT min(month // {months}), max(month // {months}) {kept}").fetchone()
    span, m = last - first + 1, n * (n - 1) // 2
    if span * m * 5 > MAX_CELLS:
        raise TooLarge(f"{span} periods of {n} actors are too many; name actors")
    sums = ", ".join(f"coalesce(sum({name}), 0)::BIGINT AS {name}" for name in NUMBERS[:5])
    got: dict[str, npt.NDArray[np.int64]] = {
        name: np.ma.getdata(column).astype(np.int64)
        for name, column in con.execute(
            f"""SELECT month // {months} - {first} AS at, least(s, t) AS one, greatest(s, t) AS other, {sums},
            count(*) AS rows {kept} GROUP BY ALL"""
        )
        .fetchnumpy()
        .items()
    }
    i, j = place[got["one"]], place[got["other"]]
    use = (i >= 0) & (j >= 0)
    at, where = got["at"][use], dyad_places(n)[np.minimum(i, j)[use], np.maximum(i, j)[use]]
    counts, spoken, rows = (
        np.zeros((span, m, 4), np.int64),
        np.zeros((span, m), np.int64),
        np.zeros((span, m), np.int64),
    )
    for k, name in enumerate(NUMBERS[:4]):
        counts[at, where, k] = got[name][use]
    spoken[at, where], rows[at, where] = got["statements"][use], got["rows"][use]
    coverage = np.zeros((span, n), np.int64)
    for side in (i, j):
        there = side >= 0
        np.add.at(coverage, (got["at"][there], side[there]), sum(got[name][there] for name in NUMBERS[:5]))
    known = np.zeros((span, n), np.bool_)
    for side in (i, j):
        known[got["at"][side >= 0], side[side >= 0]] = True
    panel = Panel(
        actors=tuple(actors.labels[number] for number in chosen),
        periods=tuple(label(first + k, period) for k in range(span)),
        counts=counts,
        statements=spoken if told else None,
        totals=_totals(con, kept, months, first, span, got),
        known=known,
        unit="events",
        source=source,
    )
    return panel, coverage, rows


def _totals(con: Database, kept: str, months: int, first: int, span: int, got: dict[str, Counts]) -> Counts:
    """Of the whole set: as the table says for each of its periods, else the sum of all its rows."""
    totals = np.zeros(span, np.int64)
    told = con.execute(
        f"""SELECT month // {months} - {first}, sum(total)::BIGINT FROM
        (SELECT month, max(total) AS total {kept} GROUP BY month) WHERE total IS NOT NULL GROUP BY 1"""
    ).fetchall()
    for at, total in told:
        totals[at] = total
    if not told:
        np.add.at(totals, got["at"], sum(got[name] for name in NUMBERS[:5]))
    return totals
