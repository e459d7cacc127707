"""Verbs that write what people read: the whole report, and single pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from standoff.cli.frame import command
from standoff.cli.output import Destination, save, writes
from standoff.cli.parameters import Names, model_argument, seed_option, subject_of, time_option
from standoff.cli.work import at_work, ended
from standoff.errors import MissingExtra, UnknownName
from standoff.inquiries.asking import DRAWS

if TYPE_CHECKING:
    from standoff.cli.work import Work
    from standoff.inquiries.asking import Subject
    from standoff.inquiries.report import ReportOptions
    from standoff.report.findings import Findings

EXTRAS = {"pdf": "typst", "docx": "docx"}  # what a format needs; each has an extra of its name
REPORTS = ("html", "md", "json", "pdf", "docx")
SHARE = click.FloatRange(0, 1)
FIGURES = ("svg", "png", "pdf")


def _parts() -> Iterable[str]:
    from standoff.inquiries.report import PARTS

    return PARTS


def _figures() -> Iterable[str]:
    from standoff.report.pictures import PICTURES

    return PICTURES


@command(
    "The answer",
    "standoff report elmira -o elmira.html",
    "standoff report elmira --format md --part paths --part flips",
)
@model_argument
@click.option(
    "--draws", default=DRAWS, show_default=True, type=click.IntRange(0, 10**6), metavar="N", help="How many draws."
)
@seed_option
@click.option(
    "--part",
    "parts",
    multiple=True,
    metavar="PART",
    type=Names(_parts),
    help="Only these analyses: coalitions, deals, paths, flips, stress, misread, claims, relations; may be repeated.",
)
@click.option(
    "--to",
    "goals",
    multiple=True,
    metavar="GOAL",
    type=Names("states"),
    help="A state, or a formula, that misreading and slips are followed to (default: what claims of accidents name).",
)
@click.option(
    "--slip",
    type=click.FloatRange(0, 1, max_open=True),
    metavar="P",
    help="Probability that a move slips to a neighbouring level (default: only where the file says so).",
)
@click.option(
    "--brief",
    is_flag=True,
    help="The first page, a picture and the judgements it hangs on, on two pages (the default for PDF and Word).",
)
@click.option("--full", is_flag=True, help="Everything (the default for the others).")
@click.option("--likely", default=0.2, show_default=True, type=SHARE, help="How far likely judgements stray, 0 to 1.")
@click.option(
    "--doubtful", default=0.5, show_default=True, type=SHARE, help="How far doubtful judgements stray, 0 to 1."
)
@click.option(
    "--presence",
    default=0.5,
    show_default=True,
    type=SHARE,
    help="Probability that a doubtful statement or weight is held.",
)
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The folder with the documents of the sources, to show quotes in their sentences (default: the file's own).",
)
@time_option
@writes(REPORTS, "html", as_json=True)
def report(
    model: str,
    draws: int,
    seed: int,
    parts: Sequence[str],
    goals: Sequence[str],
    slip: float | None,
    likely: float,
    doubtful: float,
    presence: float,
    brief: bool,
    full: bool,
    sources: Path | None,
    seconds: float | None,
    destination: Destination,
) -> int:
    """Write everything about a conflict as one page.

    As HTML it fetches nothing and can be read without scripts; Markdown is written with its pictures beside it. PDF
    needs the extra pdf, Word the extra docx.
    """
    from standoff.inquiries.report import ReportOptions

    if destination.kind in EXTRAS and find_spec(EXTRAS[destination.kind]) is None:  # before anything takes long
        raise MissingExtra(f"a report as {destination.kind}", destination.kind)
    if brief and full:
        raise click.UsageError("--brief and --full ask for different reports: give one of them")
    short = brief or (destination.kind in EXTRAS and not parts and not full)
    whole = destination.kind == "json"
    asked = ReportOptions(
        draws,
        seed,
        tuple(parts) or None,
        tuple(goals) or None,
        whole=whole,
        short=short,
        slip=slip,
        likely=likely,
        doubtful=doubtful,
        presence=presence,
        sources=sources,
    )
    subject = subject_of(model)
    with at_work("", seconds, subject.conflict) as work:
        found = _find(subject, asked, work)
    destination.write(_written(found, destination))
    return ended(work)


def _find(subject: Subject, asked: ReportOptions, work: Work) -> Findings:
    from standoff.inquiries.report import find_all

    return find_all(subject, asked, work.watch)


def _written(found: Findings, destination: Destination) -> str | bytes:
    from standoff.inquiries.files import WRITERS

    if destination.kind == "md" and destination.path is not None:
        return _with_pictures(found, destination)
    return WRITERS[destination.suffix](found)


def _with_pictures(found: Findings, destination: Destination) -> str:
    """Markdown, with its pictures in a folder beside it."""
    from standoff.inquiries.files import markdown_beside

    assert destination.path is not None
    text, pictures = markdown_beside(found, destination.path)
    for picture, svg in pictures.items():
        picture.parent.mkdir(exist_ok=True)
        save(svg, picture, destination.force)
    return text


@command("The answer", "standoff draw elmira -o elmira.svg", "standoff draw elmira ladder -o ladder.pdf")
@model_argument
@click.argument("figure", default="conflict", type=Names(_figures))
@click.option(
    "--draws",
    default=DRAWS,
    show_default=True,
    type=click.IntRange(1, 10**6),
    metavar="N",
    help="How many (robustness).",
)
@seed_option
@writes(FIGURES, "svg")
def draw(model: str, figure: str, draws: int, seed: int, destination: Destination) -> None:
    """Draw a picture of a conflict.

    FIGURE is conflict (the graph; the default), ladder (preferences), answers (who answers whom), robustness, or of
    measured relations series and network. PNG and PDF need the extra pdf.
    """
    from standoff.writers.figures import figure as drawn

    svg = _picture(model, figure, draws, seed)
    if svg is None:
        raise UnknownName(f"{figure}: there is nothing to draw of this conflict")
    destination.write(svg if destination.kind == "svg" else drawn(svg, destination.suffix))


def _picture(model: str, figure: str, draws: int, seed: int) -> str | None:
    from standoff.inquiries.report import ReportOptions
    from standoff.report.pictures import analysis_needed, draw

    part = analysis_needed(figure)
    subject = subject_of(model)
    with at_work("", conflict=subject.conflict, stops=False) as work:
        found = _find(subject, ReportOptions(draws, seed, (part,) if part else (), whole=False), work)
    return draw(found, figure)
