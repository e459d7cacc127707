"""Verbs about models: cases, check, states, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from standoff.cli.frame import (
    all_option,
    command,
    json_option,
    model_argument,
    print_json,
    references,
    show,
    show_section,
    shown_progress,
)
from standoff.errors import UnknownName, UnreadableFile, render_path, unknown

STATES = 100  # that are listed unless all are asked for

if TYPE_CHECKING:
    from standoff.conflict.evidence import Finding
    from standoff.conflict.model import Conflict


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
        print_json(document)
    else:
        from standoff.report.checking import cases as cases_table
        from standoff.writers.terminal import block

        show(block(cases_table(document)))
    return int(checked is not None and False in checked.values())


@command
@model_argument
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    help="The folder with the documents of the sources (default: the conflict file's own).",
)
@all_option
@json_option
def check(model: str, sources: Path | None, everything: bool, as_json: bool) -> int:
    """Check a conflict file: it is valid, its quotes are found, unsourced judgements are counted."""
    from standoff import casebook
    from standoff.analysis import measured
    from standoff.conflict.evidence import Status
    from standoff.documents.check import check_document

    file = casebook.find(model)
    conflict = casebook.open_model(model)
    findings = findings_of(conflict, sources, file.parent)
    cited = measured.check_measured(conflict, measured.load_measured(conflict, file.parent)) if _cites(conflict) else []
    document = check_document(conflict, findings, cited)
    if as_json:
        print_json(document)
    else:
        from standoff.report.checking import check as section

        show_section(section(conflict.title, document, findings, everything), everything)
    return int(any(one.status is Status.NOT_FOUND for one in findings) or not all(one.agrees for one in cited))


def _cites(conflict: Conflict) -> bool:
    """Whether some judgement cites a measured relation."""
    return any(one.evidence.relation is not None for one in conflict.judgements())


def findings_of(conflict: Conflict, folder: Path | None, default: Path) -> list[Finding]:
    """The quotes of a conflict looked for in a folder (or the default one)."""
    from standoff.conflict import evidence

    if folder is not None and not folder.is_dir():
        raise UnreadableFile(f"{folder}: not a directory")
    documents = evidence.read_documents(conflict.sources, folder or default)
    quotes = [(render_path(path), quote) for path, quote in conflict.quotes()]
    with shown_progress("quotes") as progress:
        return evidence.check_quotes(quotes, {source.name: source for source in conflict.sources}, documents, progress)


@command
@model_argument
@all_option
@json_option
def states(model: str, everything: bool, as_json: bool) -> None:
    """List the feasible states."""
    from standoff import casebook
    from standoff.documents.states import states_document
    from standoff.graph import build_graph

    graph = build_graph(casebook.open_meaning(model))
    if as_json:
        print_json(states_document(graph))
        return
    from standoff.analysis.stability import Analysis
    from standoff.report.solution import states as section

    show_section(section(references(Analysis(graph, {}), everything), STATES), everything)


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
