"""The command line: read arguments, call one function, render. Exit codes: 0 done, 1 a check failed, 2 bad input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from standoff import __version__
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem
    from rich.console import RenderableType

    from standoff.evidence import Finding
    from standoff.model import Conflict

P = ParamSpec("P")


class _Model(click.ParamType[str]):
    """A path, or the name of a case; completes both."""

    name = "model"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from standoff import casebook

        cases = [CompletionItem(name) for name in casebook.names() if name.startswith(incomplete)]
        return cases + click.Path().shell_complete(ctx, param, incomplete)


class _Concepts(click.ParamType[str]):
    """Concepts, as a comma list."""

    name = "concept"

    def shell_complete(self, _ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from standoff.names import CONCEPTS

        return [CompletionItem(name) for name in CONCEPTS if name.casefold().startswith(incomplete.casefold())]


model_argument = click.argument("model", type=_Model())
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
all_option = click.option("--all", "everything", is_flag=True, help="List everything, however much.")
concept_option = click.option(
    "--concept",
    "concepts",
    multiple=True,
    type=_Concepts(),
    metavar="C,C...",
    help="Nash, GMR, SMR, SEQ, SSEQ, SIM; may be repeated. Default: all that the conflict allows.",
)
no_return_option = click.option(
    "--no-return",
    is_flag=True,
    help="Being brought back to the very state one left does not count as an answer (graph form, merged states).",
)


def _version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from standoff import _engine

        click.echo(f"standoff {__version__} (engine: {_engine.NAME})")
        ctx.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Version and engine."
)
def main() -> None:
    """What holds a conflict in place, and what would move it.

    MODEL is the path of a conflict file (YAML or JSON), or the name of a case that ships with Standoff.
    """


def command(function: Callable[P, int | None]) -> click.Command:
    """A verb. Here, and only here, errors become messages and results exit codes."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = function(*args, **kwargs) or 0
            sys.stdout.flush()
        except StandoffError as error:
            click.echo(f"Error: {error}", err=True)
            code = 2
        except (MemoryError, RecursionError) as error:
            click.echo(f"Error: too large for this machine ({type(error).__name__})", err=True)
            code = 2
        except BrokenPipeError:
            sys.stderr.close()
            code = 0
        sys.exit(code)

    return main.command(function.__name__.rstrip("_"))(run)


def _show(*parts: RenderableType | None) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    shown = [part for part in parts if part is not None]
    for number, part in enumerate(shown):
        if number:
            console.print()
        console.print(part)


def _print_json(document: Any) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def _asked(concepts: Sequence[str]) -> list[str] | None:
    names = [name for given in concepts for name in given.split(",")]
    return list(dict.fromkeys(names)) or None


@command
@json_option
@click.option("--check", is_flag=True, help="Solve each case and compare with its published answers.")
def cases(as_json: bool, check: bool) -> int:
    """List the conflicts that ship with Standoff."""
    from standoff import casebook
    from standoff.compare import compare
    from standoff.documents import cases_document
    from standoff.stability import solve as solve_conflict

    checked: dict[str, bool | None] | None = None
    if check:
        checked = {}
        for name in casebook.names():
            found = compare(solve_conflict(casebook.load(name)))
            checked[name] = all(one.agrees for one in found) if found else None
    document = cases_document(checked)
    if as_json:
        _print_json(document)
    else:
        from standoff.report import cases_table

        _show(cases_table(document))
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
    from standoff.documents import check_document
    from standoff.evidence import Status

    file = casebook.find(model)
    conflict = casebook.open_model(model)
    findings = _findings(conflict, sources, file.parent)
    document = check_document(conflict, findings)
    if as_json:
        _print_json(document)
    else:
        from standoff.report import findings_table, judgements_table, title

        valid = title(f"{conflict.title}: valid")
        _show(valid, findings_table(findings, everything), judgements_table(document, everything))
    return int(any(one.status is Status.NOT_FOUND for one in findings))


def _findings(conflict: Conflict, folder: Path | None, default: Path) -> list[Finding]:
    from standoff import evidence
    from standoff.errors import UnreadableFile, render_path

    if folder is not None and not folder.is_dir():
        raise UnreadableFile(f"{folder}: not a directory")
    documents = evidence.read_documents(conflict.sources, folder or default)
    quotes = [(render_path(path), quote) for path, quote in conflict.quotes()]
    return evidence.check(quotes, {source.name: source for source in conflict.sources}, documents)


@command
@model_argument
@all_option
@json_option
def states(model: str, everything: bool, as_json: bool) -> None:
    """List the feasible states."""
    from standoff import casebook
    from standoff.documents import states_document
    from standoff.graph import compile

    graph = compile(casebook.open_model(model))
    if as_json:
        _print_json(states_document(graph))
        return
    from standoff.report import states_table

    _show(states_table(graph, None if everything else 100))


@command
@model_argument
@concept_option
@no_return_option
@all_option
@json_option
def solve(model: str, concepts: Sequence[str], no_return: bool, everything: bool, as_json: bool) -> int:
    """Say who would stay where, and which states are equilibria."""
    from standoff import casebook
    from standoff.compare import compare
    from standoff.documents import check_document, solve_document
    from standoff.stability import solve as solve_conflict

    conflict = casebook.open_model(model)
    analysis = solve_conflict(conflict, _asked(concepts), returning=not no_return)
    comparisons = compare(analysis)
    if as_json:
        _print_json(solve_document(analysis, comparisons))
    else:
        from standoff import report

        _show(
            report.overview(analysis),
            report.standing(analysis) if analysis.graph.meaning.status_quo is not None else None,
            report.equilibria(analysis, None if everything else 12),
            report.stability_table(analysis, 10**9 if everything else 40),
            report.left_out(analysis.left_out),
            report.comparison(comparisons, conflict.published.citation if conflict.published else None),
            report.grounds(check_document(conflict, ())),
        )
    return int(not all(one.agrees for one in comparisons))


@command
@model_argument
@click.argument("state")
@click.option("--who", "whom", metavar="DM", help="One decision maker (default: all).")
@concept_option
@no_return_option
@json_option
def explain(model: str, state: str, whom: str | None, concepts: Sequence[str], no_return: bool, as_json: bool) -> None:
    """Say in sentences why decision makers would stay at STATE or leave it.

    STATE is a state's number or name, its vector (like NYN), or status_quo.
    """
    from standoff import casebook
    from standoff.documents import explain_document
    from standoff.explain import headline, reasons, verdicts
    from standoff.graph import compile
    from standoff.stability import chosen

    graph = compile(casebook.open_model(model))
    s = graph.meaning.state(state)
    dms = [graph.dm(whom)] if whom is not None else list(graph.dms)
    names, left_out = chosen(graph, _asked(concepts))
    found = [verdicts(graph, names, i, s, not no_return) for i in dms]
    told = [(one[0].i, headline(graph, one), list(reasons(graph, one, not no_return))) for one in found]
    if as_json:
        _print_json(explain_document(graph, s, [verdict for one in found for verdict in one], told, left_out))
        return
    from standoff import report

    quo = " (the status quo)" if s == graph.meaning.status_quo else ""
    head = report.stacked(
        report.title(f"{graph.conflict.title}: {report.state_label(graph, s)}{quo}"),
        report.indented(report.state_table(graph, s)),
    )
    _show(head, *(report.explanation(graph, line, sentences) for _, line, sentences in told), report.left_out(left_out))


@command
@click.argument("name", default="conflict")
def schema(name: str) -> None:
    """Print a JSON Schema: of the conflict file (default), or of the document that a command prints with --json."""
    from standoff.documents import DOCUMENTS
    from standoff.documents import schema as document_schema
    from standoff.errors import UnknownName, unknown
    from standoff.formats.shape import json_schema

    if name != "conflict" and name not in DOCUMENTS:
        raise UnknownName(unknown("schema", name, ["conflict", *DOCUMENTS]))
    found = json_schema() if name == "conflict" else document_schema(name)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
