"""Verbs about no conflict in particular: the cases, schemas."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from standoff.cli.frame import command
from standoff.cli.output import Destination, as_json_text, printable, writes
from standoff.cli.parameters import Names
from standoff.errors import UnknownName, unknown


@command("Files", "standoff cases", "standoff cases --check")
@click.option("--check", is_flag=True, help="Solve each case and compare with its published answers.")
@writes(("text", "json"), "text", as_json=True)
def cases(check: bool, destination: Destination) -> int:
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
    if destination.kind == "json":
        destination.write(as_json_text(document))
    else:
        from standoff.report.checking import cases as cases_table
        from standoff.writers.terminal import block

        destination.write(printable(block(cases_table(document)), to_file=destination.path is not None))
    return int(checked is not None and False in checked.values())


def _schemas() -> Iterable[str]:
    from standoff import documents

    return ["conflict", *documents.types()]


@command("Files", "standoff schema -o conflict.schema.json", "standoff schema solve")
@click.argument("name", default="conflict", type=Names(_schemas))
@writes(("json",), "json")
def schema(name: str, destination: Destination) -> None:
    """Print the JSON Schema of a conflict file, or of an answer.

    NAME is conflict (the default), or the name of a command, for the document that it prints with --json.
    """
    from standoff.documents import schema as document_schema
    from standoff.formats.shape import json_schema

    if name not in (known := list(_schemas())):
        raise UnknownName(unknown("schema", name, known))
    found = json_schema() if name == "conflict" else document_schema(name)
    destination.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
