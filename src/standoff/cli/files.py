"""Verbs that write conflict files: convert, new."""

from __future__ import annotations

import json
import re

import click

from standoff.cli.frame import command
from standoff.cli.old import OUTPUT_AS_ARGUMENT
from standoff.cli.output import Destination, writes
from standoff.cli.parameters import model_argument, subject_of
from standoff.errors import shorten

CONFLICTS = ("yaml", "json", "xlsx", "gmcr")  # formats that are read and written
EXPORTS = ("nfg", "graphml")  # such as are only written


@command(
    "Files",
    'standoff new -o ferry.yaml --title "A ferry in winter"',
    "standoff new -o ferry.xlsx",
    **OUTPUT_AS_ARGUMENT,
)
@click.option("--title", help="The title of the conflict.")
@writes(CONFLICTS, "yaml")
def new(title: str | None, destination: Destination) -> None:
    """Write a small conflict to start from.

    YAML has remarks that explain each part, a workbook has a sheet that does.
    """
    from standoff import formats

    text = _template(title)
    conflict = formats.loads(text)
    destination.write(
        text if destination.kind == "yaml" else formats.encoded(conflict, destination.suffix), shorten(conflict.title)
    )


@command(
    "Files",
    "standoff convert ferry.xlsx -o ferry.yaml",
    "standoff convert elmira --format json",
    "standoff convert - --format gmcr -o dispute.gmcr < dispute.yaml",
    **OUTPUT_AS_ARGUMENT,
)
@model_argument
@writes((*CONFLICTS, *EXPORTS), "yaml")
def convert(model: str, destination: Destination) -> None:
    """Convert a conflict to another format.

    What a format has no words for is told, or stops the command where the conflict would be another without it.
    """
    from standoff import formats

    subject = subject_of(model)
    destination.write(formats.encoded(subject.source, destination.suffix), shorten(subject.conflict.title))


def _template(title: str | None) -> str:
    from importlib.resources import files

    text = (files("standoff.formats") / "template.yaml").read_text(encoding="utf-8")
    if title is None:
        return text
    quoted = json.dumps(title, ensure_ascii=False)
    return re.sub("^title: .*$", lambda _: f"title: {quoted}", text, count=1, flags=re.MULTILINE)
