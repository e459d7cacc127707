"""Event files to a panel and a report: all that is counted, and all that is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from standoff.errors import TooLarge, UnreadableFile, shorten
from standoff.progress import Progress, silent
from standoff.relations.readers import counting, counts, plain
from standoff.relations.readers.actors import Actors, number_actors
from standoff.relations.readers.countries import Mapping, read_mapping
from standoff.relations.readers.database import (
    MEMORY_MB,
    THREADS,
    Database,
    connection,
    fill_codes,
    fill_places,
    fill_table,
)
from standoff.relations.readers.detection import formats
from standoff.relations.readers.fields import Fields, Layout
from standoff.relations.readers.files import File, find_files, tables
from standoff.relations.readers.report import FileRead, Reading, ReadingReport, ReadRow, Refusal, Undated
from standoff.relations.readers.staging import (
    CANDIDATE,
    FILE_BITS,
    REFUSED,
    SET_ASIDE,
    TABLE,
    layout_of,
    lines_of,
    refuse_lost_zeros,
    stage,
)

ENCODINGS = {"utf-8": "UTF-8", "latin-1": "ISO-8859-1"}
LISTED = 100
LARGEST = 20
RECORD = 2**FILE_BITS - 1


@dataclass
class _State:
    """What is known while files are being read."""

    panel: int  # so many actors were asked for
    without: bool  # whether entities are to be left out
    layout: Layout | None = None
    fields: Fields | None = None
    files: list[FileRead] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    undated: list[Undated] = field(default_factory=list)
    warned: list[tuple[ReadRow, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Options:
    """What is made of what was read."""

    window: counting.Window
    statements: bool
    cells: bool


def read(
    files: Iterable[str | Path] | str | Path,
    actors: Sequence[str] | None = None,
    period: str = "year",
    *,
    format_name: str | None = None,
    mapping: str | Path | Mapping | None = None,
    statements: bool = False,
    late: bool = False,
    without: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
    cells: bool = False,
    memory: int = MEMORY_MB,
    threads: int = THREADS,
    progress: Progress = silent,
) -> Reading:
    """Read event files (names and globs; .gz, .zst, .zip and Parquet too) of one format into a panel of dyad-days.

    ``actors``: the panel, as ISO codes or names (default: all that occur); all rows count in the totals. ``mapping``:
    a CSV file ``name,actor`` that says who else is an actor. ``statements``: count them as verbal cooperation.
    ``late``: keep rows that were added more than a month after their day. ``without``: names of entities whose rows
    are left out. ``memory`` in MB. Raises UnreadableFile, UnknownName, TooLarge, MissingExtra.
    """
    if period not in counting.MONTHS:
        raise UnreadableFile(f'unknown period "{shorten(period)}"; known: {", ".join(counting.MONTHS)}')
    paths = find_files([files] if isinstance(files, str | Path) else files)
    if mapping is not None and not isinstance(mapping, Mapping):
        mapping = read_mapping(Path(mapping))
    candidates = formats(format_name)
    options = Options(counting.Window(late, since, until), statements, cells)
    with connection(memory, threads) as (con, folder):
        known = number_actors(con, actors, mapping)
        con.execute(TABLE)
        con.execute(counts.TABLE)
        fill_table(con, "left_out", [(name,) for name in without])
        state = _State(known.asked if actors is not None else 0, bool(without))
        for done, path in enumerate(paths):
            progress(done, len(paths))
            for file in tables(path, folder):
                layout = layout_of(con, file, candidates)
                _same_format(state, layout, file)
                state.layout = layout
                _one(con, state, file, layout, mapping is not None, known)
        progress(len(paths), len(paths))
        if state.layout is None:
            raise UnreadableFile("the archives hold no files")
        chosen = list(range(known.asked)) if actors is not None else None
        if state.layout.format is plain.COUNTS:
            return counts.reading(con, known, chosen, period, options.statements, _counts_report(con, state))
        return _counted(con, state, known, chosen, period, options)


def _same_format(state: _State, layout: Layout, file: File) -> None:
    if state.layout is not None and state.layout.format is not layout.format:
        raise UnreadableFile(
            f"{file.name}: {layout.format.title} after {state.layout.format.title}: "
            "a series must not go on from one source to another; read them one at a time"
        )


def _one(con: Database, state: _State, file: File, layout: Layout, mapped: bool, known: Actors) -> None:
    """Stage one file, and note what of it is to be listed."""
    number = len(state.files) + 1
    if layout.format is plain.COUNTS:
        fill_places(con, "iso or names", known.numbers)
        counts.stage_counts(con, file, layout, number, mapped)
        _note(con, state, file, layout, number, "ready")
        return
    fields = layout.format.fields(layout.sql, layout)
    if state.fields is None or (state.fields.codes, state.fields.places) != (fields.codes, fields.places):
        fill_codes(con, fields.codes)
        fill_places(con, fields.places, known.numbers)
    state.fields = fields
    layout = stage(con, file, layout, number, fields, mapped, state.panel, state.without)
    if fields.codes == "cameo" and refuse_lost_zeros(con, number):
        state.notes.append(f"{file.name}: codes have lost their leading zeros; what may be either is refused")
    if layout.day_first is not None:
        state.notes.append(f"{file.name}: dates are {'day' if layout.day_first else 'month'} first")
    _note(con, state, file, layout, number, "staged")
    _note_events(con, state, file, layout, number, known)


def _note(con: Database, state: _State, file: File, layout: Layout, number: int, table: str) -> None:
    """How many rows a file has, and the first of those refused."""
    what = "DISTINCT seq" if state.fields and state.fields.several else "*"
    ((rows,),) = con.execute(f"SELECT count({what}) FROM {table} WHERE {_of(number)}").fetchall()
    named = layout.format in (plain.EVENTS, plain.COUNTS)
    ignored = tuple(name for name in layout.columns if name not in plain.KNOWN) if named else ()
    state.files.append(FileRead(file.name, ENCODINGS[layout.encoding], rows, ignored))
    wrong = con.execute(
        f"""SELECT seq & {RECORD}, min(outcome), coalesce(first(value), '') FROM {table}
        WHERE {_of(number)} AND outcome <= {max(REFUSED)}
        GROUP BY seq ORDER BY seq LIMIT {LISTED - len(state.refusals)}"""
    ).fetchall()
    lines = lines_of(file, layout, [record for record, _, _ in wrong])
    state.refusals += [
        Refusal(ReadRow(file.name, record, lines.get(record)), REFUSED[outcome], value)
        for record, outcome, value in wrong
    ]


def _note_events(con: Database, state: _State, file: File, layout: Layout, number: int, known: Actors) -> None:
    """The first rows that a format warns of, and of those on no day."""
    assert state.fields is not None
    valid = f"{_of(number)} AND outcome > {max(REFUSED)}"
    for bit, (name, _) in enumerate(state.fields.warnings):
        found = con.execute(
            f"""SELECT DISTINCT seq & {RECORD} AS record FROM staged WHERE {valid} AND (warned & {2**bit}) > 0
            ORDER BY record LIMIT {max(0, LISTED - len(state.warned))}"""
        ).fetchall()
        lines = lines_of(file, layout, [record for (record,) in found])
        state.warned += [(ReadRow(file.name, record, lines.get(record)), name) for (record,) in found]
    if state.fields.imprecise == "false":
        return
    found = con.execute(
        f"""SELECT seq & {RECORD} AS record, s, t, date, coalesce(last, date) FROM staged
        WHERE {_of(number)} AND outcome = {CANDIDATE} AND imprecise
        ORDER BY record LIMIT {max(0, LISTED - len(state.undated))}"""
    ).fetchall()
    lines = lines_of(file, layout, [row[0] for row in found])
    for record, s, t, first, last in found:
        one, other = sorted((known.labels[s], known.labels[t]))
        row = ReadRow(file.name, record, lines.get(record))
        state.undated.append(Undated(row, (one, other), first.isoformat(), last.isoformat()))


def _of(number: int) -> str:
    return f"seq >= {number << FILE_BITS}::UBIGINT AND seq < {(number + 1) << FILE_BITS}::UBIGINT"


def _report(con: Database, state: _State) -> ReadingReport:
    """Every row counted once. Where rows have several parties, a row goes as far as its best pair."""
    assert state.layout is not None
    assert state.fields is not None
    several = state.fields.several is not None
    rows = "staged"
    if several:
        rows = f"""(SELECT seq,
            CASE WHEN min(outcome) <= {max(REFUSED)} THEN min(outcome) ELSE max(outcome) END AS outcome,
            count(*) AS pairs, bool_or(imprecise) AS imprecise, bit_or(warned) AS warned FROM staged GROUP BY seq)"""
    outcomes = dict(con.execute(f"SELECT outcome, count(*) FROM {rows} GROUP BY outcome").fetchall())
    valid = f"{rows} WHERE outcome > {max(REFUSED)}"
    bits = ", ".join(f"count(*) FILTER ((warned & {2**bit}) > 0)" for bit in range(len(state.fields.warnings)))
    imprecise, *warned = con.execute(
        f"SELECT count(*) FILTER (imprecise){', ' + bits if bits else ''} FROM {valid}"
    ).fetchone()
    many = con.execute(f"SELECT count(*) FROM {valid} AND pairs > 1").fetchone()[0] if several else 0
    counted = "DISTINCT seq" if several else "*"
    ((unique,),) = con.execute(f"SELECT count({counted}) FROM unique_rows").fetchall()
    kept, twins, late = con.execute(
        """SELECT coalesce(sum(bit_count(seen & 3)), 0)::BIGINT, count(*) FILTER (seen & 3 = 3),
        coalesce(sum(bit_count(seen & 3) - bit_count(seen & 12)), 0)::BIGINT FROM events"""
    ).fetchone()
    rows_kept = kept
    if several:
        first = "SELECT there AS seq FROM events UNION ALL SELECT back FROM events"
        ((rows_kept,),) = con.execute(f"SELECT count(DISTINCT seq) FROM ({first})").fetchall()
    set_aside = {name: outcomes.get(at, 0) for at, name in SET_ASIDE.items()}
    set_aside["same_id_and_date"] = outcomes.get(CANDIDATE, 0) - unique
    set_aside["exact_repeats"] = unique - rows_kept
    with_class = ", ".join(f"count(*) FILTER ((present & {1 << at}) > 0)" for at in range(len(counting.NAMES)))
    days, *classes = con.execute(f"SELECT count(*), {with_class} FROM cells").fetchone()
    return replace(
        _common(con, state, "staged", outcomes),
        set_aside=set_aside,
        kept=kept,
        mirrored_twins=twins,
        late=late,
        imprecise_dates=imprecise,
        undated=tuple(state.undated),
        rows_with_several_actors=many,
        dyad_days=days,
        dyad_day_classes={name: count for name, count in zip(counting.NAMES, classes, strict=True) if count},
        warnings={name: count for (name, _), count in zip(state.fields.warnings, warned, strict=True) if count},
        warned=tuple(state.warned),
    )


def _common(con: Database, state: _State, table: str, outcomes: dict[int, int]) -> ReadingReport:
    """What is told of rows and of ready counts alike; ``outcomes``: how many rows came to each."""
    assert state.layout is not None
    missing = f"FROM (SELECT s_unmapped AS name FROM {table} UNION ALL SELECT t_unmapped FROM {table})"
    missing += " WHERE name IS NOT NULL"
    unmapped = con.execute(
        f"SELECT name, count(*) AS n {missing} GROUP BY name ORDER BY n DESC, name LIMIT {LARGEST}"
    ).fetchall()
    return ReadingReport(
        format=state.layout.format.name,
        files=tuple(state.files),
        rows_read=sum(file.rows for file in state.files),
        refused={name: outcomes[at] for at, name in REFUSED.items() if at in outcomes},
        refusals=tuple(state.refusals),
        set_aside={name: outcomes.get(at, 0) for at, name in SET_ASIDE.items()},
        kept=outcomes.get(CANDIDATE, 0),
        unmapped=tuple(unmapped),
        unmapped_parties=con.execute(f"SELECT count(*) {missing}").fetchone()[0],
        notes=tuple(state.notes),
    )


def _counted(
    con: Database, state: _State, known: Actors, chosen: Sequence[int] | None, period: str, options: Options
) -> Reading:
    """The panel of the actors asked for, or of all that occur."""
    assert state.fields is not None
    counting.deduplicate(con, state.fields.stamp is not None, state.fields.several is not None)
    report = _report(con, state)
    asked = chosen is not None
    if chosen is None:
        occurring = con.execute("SELECT one FROM cells UNION SELECT other FROM cells").fetchall()
        chosen = sorted((number for (number,) in occurring), key=known.labels.__getitem__)
    found = counting.count_series(con, known, chosen, period, options.window, report.format)
    try:
        monthly = counting.count_series(
            con, known, chosen, "month", options.window, report.format, counting.MAX_MONTHLY
        ).panel
    except TooLarge:
        monthly = None
    if options.statements:
        found = replace(found, panel=found.panel.with_statements())
        monthly = monthly.with_statements() if monthly else None
    return Reading(
        panel=found.panel,
        report=report,
        monthly=monthly,
        coverage=found.coverage,
        rows=found.rows,
        days=found.days,
        entities=counting.entities(con, known, chosen, options.window) if asked else None,
        cells=counting.cells(con, known, chosen) if options.cells else None,
    )


def _counts_report(con: Database, state: _State) -> ReadingReport:
    """The report on a table of ready counts: nothing in it is a day, a twin or late."""
    outcomes = dict(con.execute("SELECT outcome, count(*) FROM ready GROUP BY outcome").fetchall())
    return _common(con, state, "ready", outcomes)
