"""Verbs about no conflict in particular: the cases, schemas."""

from __future__ import annotations

import json

import click

from standoff.cli.frame import as_json_text, command, json_option, shown, write
from standoff.errors import UnknownName, unknown


@command
@json_option
@click.option("--check", is_flag=True, help="Solve each case and compare with its published answers.")
def cases(as_json: bool, check: bool) -> int:
    """List the conflicts that ship with Standoff."""
    from standoff import casebook
    from standoff.analysis.compare import compare
    from standoff.analysis.stability import solve as solve_conflict
    from standoff.documents.check import cases_document

    checked: dict[str, bool | None] | None = None
    if check:
        checked = {}
        for name in casebook.names():
            found = compare(solve_conflict(casebook.open_meaning(name)))
            checked[name] = all(one.agrees for one in found) if found else None
    document = cases_document(checked)
    if as_json:
        write(as_json_text(document))
    else:
        from standoff.report.checking import cases as cases_table
        from standoff.writers.terminal import block

        write(shown(block(cases_table(document))))
    return int(checked is not None and False in checked.values())


@command
@click.argument("name", default="conflict")
def schema(name: str) -> None:
    """Print a JSON Schema: of the conflict file (default), or of the document that a command prints with --json."""
    from standoff.documents import DOCUMENTS
    from standoff.documents import schema as document_schema
    from standoff.formats.shape import json_schema

    if name != "conflict" and name not in DOCUMENTS:
        raise UnknownName(unknown("schema", name, ["conflict", *DOCUMENTS]))
    found = json_schema() if name == "conflict" else document_schema(name)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
