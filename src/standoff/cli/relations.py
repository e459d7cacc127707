"""The verb that measures: who is with whom, from event data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from standoff.cli.frame import command
from standoff.cli.output import Destination, as_json_text, rendered, save, say, writes
from standoff.cli.parameters import STDIN, all_option, seed_option
from standoff.cli.work import shown_progress
from standoff.errors import StandoffError, UnknownName
from standoff.inquiries.relations import actor, span_of

if TYPE_CHECKING:
    from standoff.documents.rows import Row
    from standoff.relations.panel import Panel
    from standoff.relations.readers import Reading
    from standoff.relations.study import Relations


@command(
    "Where it stands",
    "standoff relations syria-2015 --dyad IRN RUS",
    "standoff relations events.csv --actors IRN,RUS,SYR,USA --format csv -o relations.csv",
)
@click.argument("files", nargs=-1, required=True)
@click.option("--actors", metavar="A,B,...", help="The panel: names or codes (default: all in a table of counts).")
@click.option("--mapping", type=click.Path(path_type=Path), metavar="FILE", help="A CSV file with name,actor.")
@click.option("--input-format", metavar="NAME", help="The format of event files (default: told by their content).")
@click.option("--period", type=click.Choice(["year", "quarter", "month"]), default="year", show_default=True)
@click.option("--statements", is_flag=True, help="Count statements (root 01) as verbal cooperation.")
@click.option("--late", is_flag=True, help="Keep rows that were added more than a month after their day.")
@click.option("--without", multiple=True, metavar="NAME", help="Leave out what one entity is in; may be repeated.")
@click.option("--dyad", nargs=2, metavar="A B", help="One dyad in detail.")
@click.option("--before", metavar="FROM-TO", help="With --dyad: a span to compare with --after, like 2006-2010.")
@click.option("--after", metavar="FROM-TO", help="With --dyad: a span to compare with --before.")
@click.option("--blocs", is_flag=True, help="Who would stand with whom, had one to cut the panel in two.")
@click.option("--reference", metavar="A", help="With --blocs: on whose side (default: the first of the dyad or panel).")
@click.option("--evaluate", is_flag=True, help="Predict each period from the one before, against naive predictors.")
@click.option(
    "--dispersion", type=float, metavar="X", help="How many reports are worth one that is independent (default: 5)."
)
@seed_option
@click.option("--svg", type=click.Path(path_type=Path), metavar="FOLDER", help="Draw pictures into this folder.")
@all_option
@writes(("text", "json", "csv"), "text", "text, json, or all dyads and periods as csv", as_json=True)
def relations(
    files: Sequence[str],
    actors: str | None,
    mapping: Path | None,
    input_format: str | None,
    period: str,
    statements: bool,
    late: bool,
    without: Sequence[str],
    dyad: tuple[str, str] | None,
    before: str | None,
    after: str | None,
    blocs: bool,
    reference: str | None,
    evaluate: bool,
    dispersion: float | None,
    seed: int,
    svg: Path | None,
    everything: bool,
    destination: Destination,
) -> None:
    """Measure who is with whom from event data.

    FILES are event files (ICEWS, GDELT, POLECAT, UCDP GED, ACLED, Phoenix, or a plain table), tables of dyad counts, or
    the name of a case that has one.
    """
    from standoff.relations.affinity import PHI
    from standoff.relations.study import RelationsOptions, study

    if (before is None) != (after is None) or (before and not dyad):
        raise StandoffError("--before and --after go together, and with --dyad")
    rows = Rows(input_format, mapping, period, statements, late, without)
    panel, reading, estimated = _counted([_case(name) for name in files], actors, rows)
    phi = dispersion if dispersion is not None else estimated or PHI
    if not 1 <= phi < float("inf"):
        raise StandoffError(f"--dispersion {phi:g}: expected a number from 1")
    options = RelationsOptions(
        (actor(panel, dyad[0]), actor(panel, dyad[1])) if dyad else None,
        span_of(panel, before),
        span_of(panel, after),
        blocs,
        actor(panel, reference) if reference else None,
        evaluate,
        phi,
        dispersion is not None or estimated is None,
        seed,
    )
    with shown_progress("actors left out") as progress:
        measured = study(panel, options, reading, progress)
    if svg is not None:
        _draw(svg, measured, destination.force)
    destination.write(_told(measured, files, everything, destination))


@dataclass(frozen=True, slots=True)
class Rows:
    """How event rows are read, and which of them count."""

    kind: str | None
    mapping: Path | None
    period: str
    statements: bool
    late: bool
    without: Sequence[str]


def _counted(found: Sequence[Path | str], actors: str | None, rows: Rows) -> tuple[Panel, Reading | None, float | None]:
    """The panel; where it is counted from event rows, what was read of them, and the dispersion estimated from them."""
    from standoff.relations import readers, table
    from standoff.relations.affinity import estimate_from_months

    chosen = None if actors is None else [name.strip() for name in actors.split(",") if name.strip()]
    untold = rows.kind is None and rows.mapping is None
    if untold and len(found) == 1 and isinstance(found[0], Path) and table.is_table(found[0]):
        unused = {"period": rows.period != "year", "statements": rows.statements, "late": rows.late}
        return _counts(found[0], chosen, unused | {"without": bool(rows.without)}), None, None
    with shown_progress("files") as progress:
        reading = readers.read(
            found,
            chosen,
            rows.period,
            format_name=rows.kind,
            mapping=rows.mapping,
            statements=rows.statements,
            late=rows.late,
            without=rows.without,
            progress=progress,
        )
    return reading.panel, reading, estimate_from_months(reading.monthly) if reading.monthly else None


def _told(measured: Relations, files: Sequence[str], everything: bool, destination: Destination) -> str:
    """What was measured, for people, as JSON or as CSV."""
    from standoff.documents import relations as documents
    from standoff.report.relations import relations as section
    from standoff.writers import tables

    match destination.kind:
        case "json":
            return as_json_text(documents.document(measured))
        case "csv":
            rows = [cast("Row", row) for row in documents.entries(measured)]
            return tables.as_csv(rows, list(documents.RelationEntry.__annotations__))
    told = section(measured, everything, _citation(files), drawn=False)
    return rendered(told, everything, destination.path is not None)


def _counts(path: Path, actors: list[str] | None, unused: dict[str, bool]) -> Panel:
    """The panel of a table of counts, where options about event rows mean nothing."""
    from standoff.relations import table

    given = [f"--{name}" for name, value in unused.items() if value]
    if given:
        raise StandoffError(f"{' and '.join(given)}: for event rows; {path.name} is a table of counts")
    panel = table.read_table(path)
    return panel.of([actor(panel, name) for name in actors]) if actors else panel


def _case(name: str) -> Path | str:
    """A path (or a pattern of paths), or the table of counts of a case."""
    from standoff import casebook

    if name == STDIN:
        raise StandoffError("-: event files are named; only a conflict is read from standard input")
    if name in casebook.names():
        conflict = casebook.load(name)
        if conflict.relations is None:
            raise UnknownName(f"the case {name} has no relations")
        return casebook.path(name).parent / conflict.relations.file
    return Path(name) if Path(name).exists() else name


def _citation(files: Sequence[str]) -> str | None:
    """Where the table of a case is from."""
    from standoff import casebook

    given = casebook.load(files[0]).relations if len(files) == 1 and files[0] in casebook.names() else None
    return given.citation if given else None


def _draw(folder: Path, measured: Relations, force: bool) -> None:
    from standoff.plots import relations as pictures

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StandoffError(f"{folder}: {error.strerror}") from None
    for name, picture in pictures.of_relations(measured).items():
        save(picture, folder / name, force)
        say(f"Wrote {folder / name}")
