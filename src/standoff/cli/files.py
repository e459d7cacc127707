"""Verbs that write conflict files: convert, new."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from standoff.cli.frame import command, model_argument, save, write
from standoff.errors import StandoffError, shorten


@command
@model_argument
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite the file where it exists.")
def convert(model: str, out: Path, force: bool) -> None:
    """Write MODEL to the file OUT, in the format that its suffix tells.

    What a format has no words for is told, or stops the command where the conflict would be another without it.
    """
    from standoff import casebook, formats

    meaning = casebook.open_meaning(model)
    save(formats.encoded(meaning, out.suffix), out, force)
    write(f"Wrote {out}: {shorten(meaning.conflict.title)}\n")


@command
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--title", help="The title of the conflict.")
def new(out: Path, title: str | None) -> None:
    """Write a small conflict to the file OUT, to be changed: YAML with remarks, or another format by the suffix."""
    from standoff import formats

    text = _template(title)
    conflict = formats.loads(text)
    if out.suffix.lower() in formats.WRITE_ONLY:
        raise StandoffError(f'{out}: files like "{out.suffix}" cannot be read again; choose another suffix')
    yaml = formats.OWN.get(out.suffix.lower()) == "yaml"
    save(text if yaml else formats.encoded(conflict, out.suffix), out)
    write(f"Wrote {out}: {shorten(conflict.title)}\n")


def _template(title: str | None) -> str:
    from importlib.resources import files

    text = (files("standoff.formats") / "template.yaml").read_text(encoding="utf-8")
    if title is None:
        return text
    quoted = json.dumps(title, ensure_ascii=False)
    return re.sub("^title: .*$", lambda _: f"title: {quoted}", text, count=1, flags=re.MULTILINE)
