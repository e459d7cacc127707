"""Verbs that write what people read: the whole report, and single pictures."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from standoff.cli.frame import at_work, command, ended, model_argument, save, time_option, writable, write
from standoff.errors import MissingExtra, StandoffError, UnknownName

if TYPE_CHECKING:
    from standoff.cli.frame import Work
    from standoff.inquiries.report import ReportOptions
    from standoff.report.findings import Findings

EXTRAS = {".pdf": "typst", ".docx": "docx"}  # what a format needs; each has an extra of its name

force_option = click.option("--force", is_flag=True, help="Overwrite the file where it exists.")


@command
@model_argument
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write (default: standard output).")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "md", "json", "pdf", "docx"]),
    help="Default: by the file's suffix, else html.",
)
@click.option("--draws", default=500, show_default=True, type=click.IntRange(0, 10**6), help="How many draws.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="The same seed, the same draws.")
@click.option(
    "--part",
    "parts",
    multiple=True,
    metavar="PART",
    help="Only these analyses: coalitions, deals, paths, flips, stress, misread, claims, relations; may be repeated.",
)
@click.option(
    "--to",
    "goals",
    multiple=True,
    metavar="GOAL",
    help="A state, or a formula, that misreading and slips are followed to (default: what claims of accidents name).",
)
@time_option
@force_option
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
def report(
    model: str,
    output: Path | None,
    kind: str | None,
    draws: int,
    seed: int,
    parts: Sequence[str],
    goals: Sequence[str],
    seconds: float | None,
    force: bool,
    as_json: bool,
) -> int:
    """Write everything about a conflict as one page, or as Markdown, PDF, Word or JSON.

    The page fetches nothing and can be read without scripts. PDF needs the extra pdf, Word the extra docx.
    """
    from standoff.inquiries.report import ReportOptions

    if as_json and kind not in (None, "json"):
        raise StandoffError(f"--json and --format {kind}: ask for one of them")
    wanted = _suffix("json" if as_json else kind, output)
    if wanted in EXTRAS and output is None:
        raise StandoffError(f"{wanted[1:]} is not text: name a file with -o")
    writable(output, force)
    if wanted in EXTRAS and find_spec(EXTRAS[wanted]) is None:  # before anything takes long
        raise MissingExtra(f"a report as {wanted[1:]}", wanted[1:])
    asked = ReportOptions(draws, seed, tuple(parts) or None, tuple(goals) or None, whole=wanted == ".json")
    with at_work("", seconds) as work:
        found = _find(model, asked, work)
    save(_written(found, wanted, output, force), output, force)
    if output is not None:
        write(f"Wrote {output}\n")
    return ended(work)


def _suffix(kind: str | None, output: Path | None) -> str:
    """The format as a suffix: the one named, else that of the file."""
    from standoff.inquiries.files import suffix_of

    return f".{kind or 'html'}" if kind is not None or output is None else suffix_of(output)


def _find(model: str, asked: ReportOptions, work: Work) -> Findings:
    from standoff import casebook
    from standoff.inquiries.asking import Subject
    from standoff.inquiries.report import find_all

    subject = Subject(casebook.open_meaning(model), casebook.find(model))
    return find_all(subject, asked, work.watch)


def _written(found: Findings, wanted: str, output: Path | None, force: bool) -> str | bytes:
    from standoff.inquiries.files import WRITERS

    if wanted == ".md" and output is not None:
        return _with_pictures(found, output, force)
    return WRITERS[wanted](found)


def _with_pictures(found: Findings, output: Path, force: bool) -> str:
    """Markdown, with its pictures in a folder beside it."""
    from standoff.inquiries.files import markdown_beside

    text, pictures = markdown_beside(found, output)
    for picture, svg in pictures.items():
        picture.parent.mkdir(exist_ok=True)
        save(svg, picture, force)
    return text


@command
@model_argument
@click.argument("figure", default="conflict")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A .svg, .png or .pdf file (default: SVG to standard output).",
)
@click.option("--draws", default=500, show_default=True, type=click.IntRange(1, 10**6), help="How many (robustness).")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="The same seed, the same draws.")
@force_option
def draw(model: str, figure: str, output: Path | None, draws: int, seed: int, force: bool) -> None:
    """Draw a picture of MODEL.

    FIGURE is conflict (the graph; the default), ladder (preferences), answers (who answers whom), robustness, or of
    measured relations series and network. PNG and PDF need the extra pdf.
    """
    from standoff.writers.figures import figure as drawn
    from standoff.writers.figures import known

    writable(output, force)
    if output is not None:
        known(output.suffix)
    svg = _picture(model, figure, draws, seed)
    if svg is None:
        raise UnknownName(f"{figure}: there is nothing to draw of this conflict")
    save(svg if output is None else drawn(svg, output.suffix), output, force)
    if output is not None:
        write(f"Wrote {output}\n")


def _picture(model: str, figure: str, draws: int, seed: int) -> str | None:
    from standoff.inquiries.report import ReportOptions
    from standoff.report.pictures import analysis_needed, draw

    part = analysis_needed(figure)
    with at_work("") as work:
        found = _find(model, ReportOptions(draws, seed, (part,) if part else (), whole=False), work)
    return draw(found, figure)
