"""One file into the table ``staged``: a row for each of its rows (for each pair of parties), with what became of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from standoff.relations.readers.database import Database, NotInEncoding, errors
from standoff.relations.readers.detection import columns_of, detect
from standoff.relations.readers.fields import NO_CLASS, Fields, Format, Layout, Side
from standoff.relations.readers.files import MAX_ROW_BYTES, File, check_rows

# What becomes of a row, in the order of the checks: the first that applies decides
REFUSED = {1: "fields", 2: "date", 3: "code", 4: "country", 5: "number"}
SET_ASIDE = {
    6: "no_country",
    7: "same_country",
    8: "no_class",
    9: "left_out",
    10: "same_id_and_date",
    11: "exact_repeats",
}
CANDIDATE = 12
FILE_BITS = 40  # seq: number of the file, then of the record
MAX_PARTIES = 50  # in one cell

TABLE = """
CREATE TABLE staged (
    seq UBIGINT, outcome UTINYINT, value VARCHAR, date DATE, last DATE, s INTEGER, t INTEGER,
    key UBIGINT, class UTINYINT, id UBIGINT, stamp DOUBLE, late BOOLEAN, imprecise BOOLEAN, warned UTINYINT,
    s_unmapped VARCHAR, t_unmapped VARCHAR, s_name VARCHAR, t_name VARCHAR
)
"""
DELIMITERS = {"\t": "E'\\t'", ",": "','", ";": "';'", "": "E'\\x1c\\x1d'"}  # none: a line is one field
NOTHING = "E'\\x1c'"  # the text that is null in no file: empty fields stay texts, missing ones are null


def layout_of(con: Database, file: File, candidates: Sequence[Format]) -> Layout:
    """How a file is to be read. Raises UnreadableFile."""
    if file.packing == "parquet":
        with errors(file.name):
            described = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path_of(file)]).fetchall()
        return columns_of(file.name, [row[0] for row in described], candidates)
    if file.packing == "zstd":
        with errors(file.name):
            line = f"SELECT line FROM {_csv(['line'], '', False, 'utf-8', file)} LIMIT 100"
            head = "\n".join(row[0] for row in con.execute(line, [path_of(file)]).fetchall()).encode()
    else:
        head = file.head()
    layout = detect(file.name, head, candidates)
    if file.packing == "none":
        check_rows(file, layout.quoted)
    if layout.format.name == "icews" and re.search(rb"\t\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\t", head):
        layout = replace(layout, day_first=_day_first(con, file, layout))
    return layout


def rows_of(file: File, layout: Layout) -> str:
    """SQL: the rows of a file with their number ``rec`` and texts ``c0``, ``c1``, …; its only parameter is the path."""
    columns = [f"c{at}" for at in range(len(layout.columns))]
    if file.packing == "parquet":
        texts = ", ".join(f"CAST({column} AS VARCHAR) AS {column}" for column in columns)
        named = f"read_parquet(?) AS t({', '.join(columns)})"
        return f"SELECT row_number() OVER () AS rec, {texts}, NULL AS c{len(columns)} FROM {named}"
    # one column more than there are: a row that reaches it is too long
    source = _csv([*columns, f"c{len(columns)}"], layout.delimiter, layout.quoted, layout.encoding, file)
    numbered = f"SELECT row_number() OVER () - {int(layout.header)} AS rec, * FROM {source}"
    return f"SELECT * FROM ({numbered}) WHERE rec > 0"


def _csv(columns: Sequence[str], delimiter: str, quoted: bool, encoding: str, file: File) -> str:
    quote = "'\"'" if quoted else "''"
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    return (
        f"read_csv(?, auto_detect = false, header = false, delim = {DELIMITERS[delimiter]}, quote = {quote}, "
        f"escape = {quote}, columns = {{{types}}}, nullstr = {NOTHING}, null_padding = true, strict_mode = false, "
        f"max_line_size = {MAX_ROW_BYTES}, compression = '{file.packing}', encoding = '{encoding}', parallel = false)"
    )


def path_of(file: File) -> str:
    """The path as DuckDB is to take it: not as a pattern, nor as the address of anything."""
    return re.sub(r"([*?\[])", r"[\1]", str(file.path.absolute()))


def _day_first(con: Database, file: File, layout: Layout) -> bool | None:
    """The order of day and month in a file whose dates end in the year: told by the rows that leave no choice."""
    date = layout.sql["Event Date"]
    parts = f"regexp_extract({date}, '^([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-][0-9]{{4}}$', ['a', 'b'])"
    query = f"""SELECT coalesce(bool_or(a > 12 AND b <= 12), false), coalesce(bool_or(b > 12 AND a <= 12), false) FROM (
        SELECT TRY_CAST(p.a AS INTEGER) AS a, TRY_CAST(p.b AS INTEGER) AS b FROM (
            SELECT {parts} AS p FROM ({rows_of(file, layout)})))"""
    with errors(file.name):
        day_first, month_first = con.execute(query, [path_of(file)]).fetchone()
    return bool(day_first) if day_first != month_first else None


def stage(
    con: Database, file: File, layout: Layout, number: int, fields: Fields, mapped: bool, panel: int, without: bool
) -> Layout:
    """The rows of a file into ``staged``; the names of entities where both parties are among the first ``panel``.

    Returns the layout with the encoding that the file turned out to have. Raises UnreadableFile.
    """
    for encoding in layout.format.encodings:
        layout = replace(layout, encoding=encoding)
        try:
            with errors(file.name):
                query = _staging(file, layout, fields, number, mapped, panel, without)
                con.execute(f"INSERT INTO staged {query}", [path_of(file)])
        except NotInEncoding:
            if encoding == layout.format.encodings[-1]:
                raise
            continue
        break
    if fields.several:
        _refuse_whole_rows(con, number)
    return layout


def _staging(file: File, layout: Layout, fields: Fields, number: int, mapped: bool, panel: int, without: bool) -> str:
    """SQL: the rows of a file as ``staged`` wants them; its only parameter is the path."""
    sides = {"s": fields.source, "t": fields.target}
    query = _picked(rows_of(file, layout), layout, file.packing, fields, number, sides)
    if fields.several:
        query = _pairs(query, sides)
    joins, actors, unknown = [], [], []
    for letter, side in sides.items():
        place = f"{letter}_place"
        joins.append(f"LEFT JOIN exact {letter}e ON {letter}e.text = {place}")
        # folding is slow: only what is not found as it is
        joins.append(
            f"LEFT JOIN folded {letter}f ON {letter}f.text = CASE WHEN {letter}e.text IS NULL THEN fold({place}) END"
        )
        found = [f"{letter}e.actor", f"{letter}f.actor"]
        missed = [f"{letter}e.text IS NULL", f"{letter}f.text IS NULL", f"NOT missing({place})"]
        for at, name in enumerate([*(f"{letter}_name{k}" for k in range(len(side.names))), place] if mapped else []):
            joins.append(f"LEFT JOIN mapped {letter}m{at} ON {letter}m{at}.text = fold({name})")
            found.insert(at, f"{letter}m{at}.actor")
            missed.append(f"{letter}m{at}.text IS NULL")
        actors.append(f"coalesce({', '.join(found)}) AS {letter}")
        missed.append(re.sub(r"\bplace\b", place, fields.unknown))
        unknown.append(f"{'false' if fields.unknown == 'false' else ' AND '.join(missed)} AS {letter}_unknown")
    joined = f"SELECT q.*, {', '.join(actors)}, {', '.join(unknown)} FROM ({query}) q {' '.join(joins)}"
    listed = "IN (SELECT text FROM left_out)"
    left_out = f"WHEN coalesce(s_name0 {listed}, false) OR coalesce(t_name0 {listed}, false) THEN 9" if without else ""
    decided = f"""SELECT *, CASE WHEN NOT whole THEN 1 WHEN date IS NULL THEN 2 WHEN class IS NULL THEN 3
        WHEN s_unknown OR t_unknown THEN 4 WHEN number IS NOT NULL THEN 5 WHEN s IS NULL OR t IS NULL THEN 6
        WHEN s = t THEN 7 WHEN class = {NO_CLASS} THEN 8
        {left_out} ELSE {CANDIDATE} END AS outcome
        FROM ({joined})"""
    wrong = """CASE outcome WHEN 1 THEN coalesce(c0, '') WHEN 2 THEN coalesce(date_text, '')
        WHEN 3 THEN coalesce(code, '') WHEN 4 THEN CASE WHEN s_unknown THEN s_place ELSE t_place END
        WHEN 5 THEN number END"""
    unmapped = ", ".join(
        f"CASE WHEN outcome = 6 AND {letter} IS NULL THEN left({_label(letter)}, 100) END" for letter in sides
    )
    inside = f"outcome = {CANDIDATE} AND s < {panel} AND t < {panel}"
    names = ", ".join(f"CASE WHEN {inside} THEN {letter}_name0 END" for letter in sides)
    return f"""SELECT seq, outcome, CASE WHEN outcome <= {max(REFUSED)} THEN left({wrong}, 200) END, date, last,
        s, t, key, class, CASE WHEN NOT no_id THEN id END,
        stamp, late, imprecise, warned, {unmapped}, {names} FROM ({decided})"""


def _picked(rows: str, layout: Layout, packing: str, fields: Fields, number: int, sides: Mapping[str, Side]) -> str:
    """SQL: what a row says, before anything is looked up but its code."""
    width = len(layout.columns)
    whole = "true" if packing == "parquet" else f"c{width - 1} IS NOT NULL AND c{width} IS NULL"
    if fields.several:
        whole += "".join(f" AND coalesce(len({side.place}), 1) <= {MAX_PARTIES}" for side in sides.values())
    bad = " ".join(f"WHEN no_number({text}) THEN {text}" for text in fields.numbers)
    warned = " + ".join(f"CASE WHEN {sql} THEN {2**bit} ELSE 0 END" for bit, (_, sql) in enumerate(fields.warnings))
    parties = ", ".join(
        [f"{side.place} AS {letter}_place" for letter, side in sides.items()]
        + [f"{name} AS {letter}_name{at}" for letter, side in sides.items() for at, name in enumerate(side.names)]
    )
    identifier = fields.id or "NULL"
    key = f"hash({identifier})" if fields.key == "id" else fields.key
    return f"""SELECT ({number}::UBIGINT << {FILE_BITS}) + rec::UBIGINT AS seq, {whole} AS whole, c0,
        {fields.date} AS date, {fields.date_text} AS date_text, CAST({fields.last} AS DATE) AS last,
        CAST({fields.code} AS VARCHAR) AS code, {key} AS key, {fields.event_class} AS class,
        hash({identifier}) AS id, missing({identifier}) AS no_id, CAST({fields.stamp or "NULL"} AS DOUBLE) AS stamp,
        coalesce({fields.late}, false) AS late, coalesce({fields.imprecise}, false) AS imprecise,
        {warned or "0"} AS warned, {f"CASE {bad} END" if bad else "CAST(NULL AS VARCHAR)"} AS number, {parties}
        FROM ({rows}) {f"LEFT JOIN codes k ON k.code = {fields.code}" if fields.codes else ""}"""


def _pairs(query: str, sides: Mapping[str, Side]) -> str:
    """SQL: every pair of parties where cells hold several; ``{letter}_place`` and the names are lists until here."""
    lists = [f"{letter}_{what}" for letter, side in sides.items() for what in _lists(side)]
    for letter in sides:
        many = f"CASE WHEN whole THEN greatest(1, coalesce(len({letter}_place), 1)) ELSE 1 END"
        query = f"SELECT *, unnest(range(1, 1 + {many})) AS {letter}_at FROM ({query})"
    picked = ", ".join(f"{name}[{name[0]}_at] AS {name}" for name in lists)
    return f"SELECT * REPLACE ({picked}) FROM ({query})"


def _lists(side: Side) -> list[str]:
    return ["place", *(f"name{at}" for at in range(len(side.names)))]


def _label(letter: str) -> str:
    """What a party without a state is called."""
    place, name = f"{letter}_place", f"{letter}_name0"
    return f"CASE WHEN NOT missing({place}) THEN {place} WHEN NOT missing({name}) THEN {name} ELSE '(not told)' END"


def _refuse_whole_rows(con: Database, number: int) -> None:
    """A row is refused as a whole, also where only one of its pairs is wrong."""
    con.execute(
        f"""UPDATE staged SET outcome = 4, value = wrong.value FROM
            (SELECT seq, first(value) AS value FROM staged WHERE outcome = 4 GROUP BY seq) wrong
            WHERE staged.seq = wrong.seq AND (staged.seq >> {FILE_BITS}) = ?""",
        [number],
    )


def refuse_lost_zeros(con: Database, number: int) -> bool:
    """Refuse codes that may have lost a leading zero, in a file where every code seems to have; whether it is so."""
    of_file = f"(seq >> {FILE_BITS}) = {number}"
    lost, kept = con.execute(
        f"""SELECT
            (SELECT count(*) FROM staged JOIN codes ON codes.code = '0' || value WHERE {of_file} AND outcome = 3),
            (SELECT count(*) FROM staged JOIN codes USING (key) WHERE {of_file} AND outcome > 3 AND code LIKE '0%')"""
    ).fetchone()
    if not lost or kept:
        return False
    con.execute(
        f"""UPDATE staged SET outcome = 3, value = doubtful.code FROM
            (SELECT key, code FROM codes WHERE '0' || code IN (SELECT code FROM codes)) doubtful
            WHERE staged.key = doubtful.key AND staged.outcome > 3 AND (staged.seq >> {FILE_BITS}) = {number}"""
    )
    return True


def lines_of(file: File, layout: Layout, records: Sequence[int]) -> dict[int, int]:
    """The lines at which records (counted from 1, without the header) begin; nothing where a file has no lines."""
    if file.packing in ("parquet", "zstd") or not records:
        return {}
    found: dict[int, int] = {}
    wanted = set(records)
    record = -int(layout.header)
    for line in _starts(file, layout):
        record += 1
        if record in wanted:
            found[record] = line
            if len(found) == len(wanted):
                break
    return found


def _starts(file: File, layout: Layout) -> Iterator[int]:
    """The line of each row of the file, blank ones left out."""
    with file.path.open(encoding="latin-1", newline=None) as stream:
        if not layout.quoted:
            yield from (at for at, line in enumerate(stream, 1) if line.strip("\r\n"))
            return
        csv.field_size_limit(MAX_ROW_BYTES * 4)
        reader = csv.reader(stream, delimiter=layout.delimiter)
        before = 0
        try:
            for row in reader:
                if row:
                    yield before + 1
                before = reader.line_num
        except csv.Error:
            return
