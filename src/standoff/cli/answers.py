"""Verbs that answer: who would stay, why, what could happen, what would move it, how sure that is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from standoff.cli.frame import (
    all_option,
    asked,
    at_work,
    command,
    concept_option,
    ended,
    group_of,
    json_option,
    model_argument,
    no_return_option,
    print_json,
    references,
    save,
    show,
    show_section,
    time_option,
)
from standoff.concepts import ACTING, NASH, SEQ, one_after_another
from standoff.errors import StandoffError, UnknownName

if TYPE_CHECKING:
    from standoff.analysis.claim_robustness import Examination
    from standoff.analysis.stability import Analysis
    from standoff.conflict.model import Conflict

MOST_IN_LATEX = 40  # states up to which a table for print has all of them


@command
@model_argument
@concept_option
@no_return_option
@click.option(
    "--table",
    metavar="FILE",
    help="Write the states as a table: a .csv, .xlsx or .tex file (booktabs), or csv or tex for standard output.",
)
@all_option
@json_option
def solve(
    model: str, concepts: Sequence[str], no_return: bool, table: str | None, everything: bool, as_json: bool
) -> int:
    """Say who would stay where, and which states are equilibria.

    A .tex table has the equilibria only, unless --all; the others have all states.
    """
    from standoff import casebook
    from standoff.analysis.compare import compare
    from standoff.analysis.stability import solve as solve_conflict
    from standoff.documents.solve import solve_document

    if table is not None and as_json:
        raise StandoffError("--table and --json: ask for one of them")
    analysis = solve_conflict(casebook.open_meaning(model), asked(concepts), may_return=not no_return)
    comparisons = compare(analysis)
    if table is not None:
        _write_table(analysis, table, everything)
    elif as_json:
        print_json(solve_document(analysis, comparisons))
    else:
        from standoff.report.solution import solution

        show_section(solution(references(analysis, everything), comparisons), everything)
    return int(not all(one.agrees for one in comparisons))


def _write_table(analysis: Analysis, where: str, everything: bool) -> None:
    """The states as a table, to a file or (where only a format is named) to standard output."""
    from standoff.documents import rows as table
    from standoff.writers import tables

    suffix = Path(where).suffix if "." in where else {"latex": ".tex"}.get(where.lower(), f".{where.lower()}")
    which: Sequence[int] = range(len(analysis.graph.states))
    if suffix.lower() == ".tex" and not everything and len(which) > MOST_IN_LATEX:
        quo = analysis.graph.meaning.status_quo
        found = {s for name in analysis.stable for s in analysis.equilibria(name)}
        which = sorted(found if quo is None else found | {quo})
    rows = (table.printed_rows if suffix.lower() == ".tex" else table.state_rows)(analysis, which)
    content = tables.written(rows, suffix, f"{analysis.graph.conflict.title}. {table.PRINTED}")
    save(content, Path(where) if "." in where else None)


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
    from standoff.analysis.stability import solve as solve_conflict
    from standoff.documents.explain import explain_document
    from standoff.wording.explain import explain as explained

    analysis = solve_conflict(casebook.open_meaning(model), asked(concepts), may_return=not no_return)
    graph = analysis.graph
    s = graph.meaning.state(state)
    found = explained(analysis, s, list(graph.dms) if whom is None else [graph.dm(whom)])
    if as_json:
        print_json(explain_document(analysis, s, found))
        return
    from standoff.report.solution import explanation

    show_section(explanation(references(analysis), s, found))


@command
@model_argument
@click.option("--group", "groups", multiple=True, metavar="DM,DM...", help="A group (default: all); may be repeated.")
@click.option(
    "--state",
    "states",
    multiple=True,
    help="A state to leave, and to part at (default: to leave Nash and SEQ equilibria and the status quo; to part at "
    "the status quo).",
)
@time_option
@all_option
@json_option
def coalitions(
    model: str,
    groups: Sequence[str],
    states: Sequence[str],
    seconds: float | None,
    everything: bool,
    as_json: bool,
) -> int:
    """Say which groups could do better together, and where allies part."""
    from standoff import casebook
    from standoff.analysis.coalition import CoalitionOptions, analyse_coalitions
    from standoff.analysis.compare import compare_coalitions
    from standoff.analysis.stability import solve as solve_conflict
    from standoff.documents import coalitions as documents

    analysis = solve_conflict(casebook.open_meaning(model), [NASH.name, SEQ.name])
    graph = analysis.graph
    options = CoalitionOptions(
        tuple(graph.meaning.state(state) for state in states) or None,
        tuple(group_of(graph, text) for text in groups) or None,
    )
    with at_work("states and groups", seconds) as work:
        found = analyse_coalitions(analysis, options, work.progress, work.enough)
    if as_json:
        print_json(documents.document(found))
    else:
        from standoff.report.coalitions import coalitions as section

        ties = references(analysis, everything)
        show_section(ties.alone(section(ties, found)), everything)
    return ended(work, int(not all(one.agrees for one in compare_coalitions(found))))


@command
@model_argument
@click.option("--from", "start", default="status_quo", show_default=True, help="The state to begin at.")
@click.option("--to", "goal", help="A state, or a formula, to get to.")
@click.option("--by", "by", metavar="DM,DM...", help="Moves of these decision makers only (default: all).")
@click.option("--weights", metavar="DM=W,...", help="Who is how likely to move next (default: equal).")
@click.option(
    "--choice",
    type=click.Choice(["uniform", "best", "credible"]),
    default="uniform",
    show_default=True,
    help="Which improvement the mover takes: any, one of its best, or one that nothing deters under SEQ.",
)
@all_option
@json_option
def paths(
    model: str,
    start: str,
    goal: str | None,
    by: str | None,
    weights: str | None,
    choice: str,
    everything: bool,
    as_json: bool,
) -> None:
    """Say how it could evolve: what can be reached, by which sequences, and where it would end."""
    from standoff import casebook
    from standoff.analysis.paths import PathsOptions, explore
    from standoff.analysis.stability import solve as solve_conflict
    from standoff.documents import paths as documents

    analysis = solve_conflict(casebook.open_meaning(model))
    graph = analysis.graph
    options = PathsOptions(
        graph.meaning.state(start),
        None if goal is None else graph.meaning.place(goal),
        goal or "",
        None if by is None else group_of(graph, by),
        _weights(weights, [dm.name for dm in graph.conflict.decision_makers]) if weights is not None else None,
        choice,  # type: ignore[arg-type]
    )
    found = explore(analysis, options)
    if as_json:
        print_json(documents.document(found))
    else:
        from standoff.report.paths import paths as section

        ties = references(analysis, everything)
        show_section(ties.alone(section(ties, found)), everything)


def _weights(text: str, names: Sequence[str]) -> tuple[float, ...]:
    """Weights given as ``DM=W,...``; those not named weigh 1."""
    given = dict.fromkeys(names, 1.0)
    seen = set()
    for part in text.split(","):
        name, equals, number = part.partition("=")
        if name.strip() in seen:
            raise UnknownName(f"--weights: {name.strip()} is given twice")
        seen.add(name.strip())
        try:
            given[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals or name.strip() not in names or not 0 <= given[name.strip()] < float("inf"):
            raise UnknownName(f'--weights: "{part}" is not DM=W with one of {", ".join(names)} and a number from 0')
    if not any(given.values()):
        raise UnknownName("--weights: all are 0, so nobody would move")
    return tuple(given[name] for name in names)


@command
@model_argument
@click.option("--state", required=True, help="The state that is wanted.")
@click.option("--concept", default=NASH.name, show_default=True, help="The concept under which it is to be stable.")
@click.option("--who", "whom", metavar="DM", help="One decision maker (default: all, for an equilibrium).")
@click.option(
    "--save", type=click.Path(path_type=Path), help="Write the conflict with the changes put in to this file."
)
@all_option
@json_option
def invert(
    model: str, state: str, concept: str, whom: str | None, save: Path | None, everything: bool, as_json: bool
) -> None:
    """Say what it would take to make a state stable: conditions, and the smallest change of preferences."""
    from standoff import casebook
    from standoff.analysis.inverse import InvertOptions, applied
    from standoff.analysis.inverse import invert as find_change
    from standoff.analysis.stability import solve as solve_conflict
    from standoff.documents import invert as documents

    analysis = solve_conflict(casebook.open_meaning(model), [concept])
    graph = analysis.graph
    options = InvertOptions(graph.meaning.state(state), concept, None if whom is None else graph.dm(whom))
    found = find_change(graph, options)
    if save is not None:
        _save(applied(graph, found.change.changes), save, graph.conflict)
    if as_json:
        print_json(documents.document(found))
    else:
        from standoff.report.invert import inversion

        ties = references(analysis, everything)
        show_section(ties.alone(inversion(ties, found)), everything)


@command
@model_argument
@concept_option
@click.option(
    "--pairs",
    default=2000,
    show_default=True,
    type=click.IntRange(min=0),
    help="At most so many pairs, where no single change flips.",
)
@click.option(
    "--save",
    nargs=2,
    type=(int, str),
    metavar="N FILE",
    help="Write the conflict after the change numbered N to a file.",
)
@time_option
@all_option
@json_option
def flips(
    model: str,
    concepts: Sequence[str],
    pairs: int,
    save: tuple[int, str] | None,
    seconds: float | None,
    everything: bool,
    as_json: bool,
) -> int:
    """Say which single judgements carry the answer: the smallest changes that flip it."""
    from standoff import casebook
    from standoff.analysis.flips import flips as find_flips
    from standoff.conflict.edits import apply

    meaning = casebook.open_meaning(model)
    with at_work("changes", seconds) as work:
        found = find_flips(meaning, asked(concepts), pairs, work.progress, work.enough)
    if save is not None:
        number, file = save
        if not 1 <= number <= len(found.singles):
            raise UnknownName(f"--save: {number} is not the number of a change, 1 to {len(found.singles)}")
        _save(apply(meaning, found.singles[number - 1].edits[0]), Path(file), meaning.conflict)
    if as_json:
        from standoff.documents.flips import document

        print_json(document(found))
    else:
        from standoff.analysis.stability import Analysis
        from standoff.report.flips import flips_section as section

        ties = references(Analysis(found.variations.graph, {}), everything)
        show_section(ties.alone(section(ties, found)), everything)
    return ended(work)


@command
@model_argument
@concept_option
@click.option("--draws", default=1000, show_default=True, type=click.IntRange(1, 10**7), help="How many draws.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="The same seed, the same draws.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes (default: as many as there are processors).")
@click.option("--resume", type=click.Path(path_type=Path), help="A file that keeps finished draws, to go on from.")
@click.option("--likely", default=0.2, show_default=True, help="How far likely statements stray, 0 to 1.")
@click.option("--doubtful", default=0.5, show_default=True, help="How far doubtful statements stray, 0 to 1.")
@click.option("--presence", default=0.5, show_default=True, help="How probably a doubtful statement is held.")
@time_option
@all_option
@json_option
def stress(
    model: str,
    concepts: Sequence[str],
    draws: int,
    seed: int,
    workers: int | None,
    resume: Path | None,
    likely: float,
    doubtful: float,
    presence: float,
    seconds: float | None,
    everything: bool,
    as_json: bool,
) -> int:
    """Say how robust the answer is when uncertain judgements are drawn again and again."""
    from concurrent.futures import ProcessPoolExecutor
    from contextlib import nullcontext

    from standoff import casebook
    from standoff.analysis import uncertainty
    from standoff.graph import build_graph

    graph = build_graph(casebook.open_meaning(model))
    try:
        dispersion = uncertainty.Dispersion(likely, doubtful, presence)
    except ValueError as error:
        raise StandoffError(f"--{error}") from None
    processes = min(workers or os.cpu_count() or 1, -(-draws // uncertainty.CHUNK))
    pool = (
        ProcessPoolExecutor(processes, initializer=uncertainty.end_with, initargs=(os.getpid(),))
        if processes > 1
        else nullcontext()
    )
    with at_work("draws", seconds) as work, pool as executor:
        found = uncertainty.stress(
            graph,
            draws,
            seed,
            asked(concepts),
            dispersion,
            executor=executor,
            resume=resume,
            progress=work.progress,
            enough=work.enough,
        )
    if as_json:
        from standoff.documents.stress import document

        print_json(document(found, graph))
    else:
        from standoff.analysis.stability import Analysis
        from standoff.report.stress import stress_section as section

        ties = references(Analysis(graph, {}), everything)
        show_section(ties.alone(section(ties, found)), everything)
    return ended(work)


@command
@model_argument
@click.option("--to", "goal", help="A state, or a formula, that plays are to reach.")
@concept_option
@click.option(
    "--acting",
    default=ACTING.name,
    show_default=True,
    help=f"The concept by which each acts, one of {', '.join(one_after_another())}.",
)
@click.option(
    "--slip", "epsilon", default=0.05, show_default=True, help="How probably a move goes wrong by one level, from 0."
)
@click.option("--slips", default=1, show_default=True, type=click.IntRange(0, 3), help="At most so many in one play.")
@click.option("--within", default=10, show_default=True, type=click.IntRange(0, 10**6), help="So many moves.")
@click.option("--weights", metavar="DM=W,...", help="Who is how likely to move next (default: equal).")
@click.option(
    "--save", nargs=2, type=(int, str), metavar="N FILE", help="Write the conflict with play N's correction to a file."
)
@time_option
@all_option
@json_option
def misread(
    model: str,
    goal: str | None,
    concepts: Sequence[str],
    acting: str,
    epsilon: float,
    slips: int,
    within: int,
    weights: str | None,
    save: tuple[int, str] | None,
    seconds: float | None,
    everything: bool,
    as_json: bool,
) -> int:
    """Say who misreads whom, which surprises and accidents follow, and what would prevent them."""
    from standoff import casebook
    from standoff.conflict.edits import apply
    from standoff.graph import build_graph
    from standoff.rendering import misread as rendering

    if not 0 <= epsilon < 1:
        raise StandoffError(f"--slip {epsilon:g}: expected a probability from 0, less than 1")
    graph = build_graph(casebook.open_meaning(model))
    names = [dm.name for dm in graph.conflict.decision_makers]
    question = rendering.Question(
        None if goal is None else graph.meaning.place(goal),
        goal,
        acting,
        epsilon,
        within,
        slips if epsilon else 0,
        None if weights is None else _weights(weights, names),
    )
    with at_work("corrections", seconds) as work:
        told = rendering.tell(graph, question, asked(concepts), work.progress, work.enough)
    if save is not None:
        number, found = save[0], told.plays.found if told.plays else ()
        if not 1 <= number <= len(found):
            raise UnknownName(f"--save: {number} is not the number of a play, 1 to {len(found)}")
        if not found[number - 1].corrections:
            raise UnknownName(f"--save: no single correction of a view prevents play {number}")
        _save(apply(graph.conflict, found[number - 1].corrections[0]), Path(save[1]))
    if as_json:
        print_json(rendering.document(told))
    else:
        show(*rendering.text(told, everything))
    return ended(work)


@command
@model_argument
@click.option("--explain", "name", metavar="CLAIM", help="Tell the whole chain of one claim.")
@click.option("--draws", default=200, show_default=True, type=click.IntRange(0, 10**6), help="How many draws.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="The same seed, the same draws.")
@click.option("--no-flips", is_flag=True, help="Do not look for the judgements that flip a verdict.")
@time_option
@all_option
@json_option
def claims(
    model: str,
    name: str | None,
    draws: int,
    seed: int,
    no_flips: bool,
    seconds: float | None,
    everything: bool,
    as_json: bool,
) -> int:
    """Put what a text says to the test: which claims hold, how surely, and on what they rest.

    Where it takes long, verdicts are told on standard error as they come.
    """
    from standoff import casebook
    from standoff.analysis import measured
    from standoff.analysis.claim_robustness import examination
    from standoff.errors import unknown
    from standoff.graph import build_graph

    graph = build_graph(casebook.open_meaning(model))
    made = graph.conflict.claims
    if name is not None:
        made = tuple(claim for claim in made if claim.id == name)
        if not made:
            raise UnknownName(unknown("claim", name, [claim.id for claim in graph.conflict.claims]))
    with at_work("tests of claims", seconds) as work:
        data = measured.load_measured(graph.conflict, casebook.find(model).parent)
        found = examination(
            graph,
            made,
            draws,
            seed,
            not no_flips,
            None,
            work.progress,
            data,
            enough=work.enough,
            told=lambda claim, verdict: work.tell(f"{claim.id}: {verdict.value}"),
        )
    if as_json:
        from standoff.documents.claims import document

        print_json(document(found))
    else:
        _show_claims(found, name is not None, everything)
    return ended(work)


def _show_claims(found: Examination, explained: bool, everything: bool) -> None:
    """All claims, or the whole chain of the one that was asked for."""
    from standoff.analysis.stability import Analysis
    from standoff.report import claims as sections

    ties = references(Analysis(found.graph, {}), everything, claims=found)
    if explained and found.claims:
        show_section(sections.explained(ties, found, found.claims[0]), everything)
    else:
        show_section(ties.alone(sections.claims(ties, found)), everything)


def _save(conflict: Conflict, path: Path, before: Conflict | None = None) -> None:
    """Write what has come of a conflict; differences of views from the one ``before`` that are left out are told."""
    import warnings

    from standoff.errors import Note
    from standoff.formats import encoded

    old, new = (sum(len(view.differences) for _, _, view in one.all_views()) for one in (before or conflict, conflict))
    save(encoded(conflict, path.suffix), path)
    if new < old:
        gone = "one difference of a view names" if old - new == 1 else f"{old - new} differences of views name"
        warnings.warn(f"{path}: {gone} what is not there any more, and is left out", Note, stacklevel=2)
