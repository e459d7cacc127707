"""Verbs that put a question of the register to a conflict: their options are the question's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standoff.cli.frame import (
    Names,
    all_option,
    as_json_text,
    at_work,
    command,
    ended,
    json_option,
    model_argument,
    rendered,
    save,
    time_option,
)
from standoff.errors import StandoffError
from standoff.inquiries.asking import Changing, Question, Setting, Subject, WrongOption, options
from standoff.inquiries.register import QUESTIONS

if TYPE_CHECKING:
    from standoff.conflict.model import Conflict

ELSEWHERE = frozenset({"relations"})  # the verb of that name is put to tables
TABLES = {"latex": ".tex"}  # formats by other names than their suffix


def verb(question: type[Question]) -> click.Command:
    """The command that asks a question."""

    def run(model: str, **given: Any) -> int:
        return _ask(question, model, given)

    run.__name__, run.__doc__ = question.name, question.__doc__
    shown: list[Callable[[Any], Any]] = [model_argument]
    shown += [_parameter(name, one) for name, one in options(question).items()]
    if issubclass(question, Changing):
        shown.append(_saving(question))
    if question.table:
        shown.append(click.option("--table", metavar="FILE", help=question.table))
    if question.stops:
        shown.append(time_option)
    if question.cuts:
        shown.append(all_option)
    decorated: Any = run
    for decorate in reversed([*shown, json_option]):
        decorated = decorate(decorated)
    return command(decorated)


def _parameter(name: str, one: Setting) -> Callable[[Any], Any]:
    """An option (or argument) of a question, as a shell has it."""
    if one.argument:
        return click.argument(name)
    more: dict[str, Any] = {"help": one.help}
    if one.kind is bool:
        return click.option(_flag(name, one), name, is_flag=True, **more)
    if one.is_required:
        more["required"] = True
    elif one.shell is not None:
        more["default"] = one.shell
    elif not one.several:
        more |= {"default": one.default, "show_default": one.default is not None}
    kind: Any = {int: int, float: float, Path: click.Path(path_type=Path)}.get(one.kind, str)
    if one.among:
        kind = click.Choice(one.among)
    elif one.kind is int:
        kind = click.IntRange(_whole(one.at_least), _whole(one.at_most))
    elif one.names:
        kind = Names(one.names)
    return click.option(_flag(name, one), name, type=kind, metavar=one.metavar, multiple=one.several, **more)


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _flag(name: str, one: Setting) -> str:
    return one.flag or f"--{name}"


def _saving(question: type[Changing]) -> Callable[[Any], Any]:
    if question.numbered:
        return click.option("--save", nargs=2, type=(int, str), metavar="N FILE", help=question.saves)
    return click.option("--save", type=click.Path(path_type=Path), help=question.saves)


def _ask(question: type[Question], model: str, given: Mapping[str, Any]) -> int:
    """Ask, and show what is found: for people, as a document, or as a table."""
    from standoff import casebook

    known = options(question)
    chosen = {name: _chosen(one, given[name]) for name, one in known.items()}
    table = given.get("table")
    if table is not None and given["as_json"]:
        raise StandoffError("--table and --json: ask for one of them")
    try:
        asked = question(**chosen)
        subject = Subject(casebook.open_meaning(model), casebook.find(model))
        with at_work(question.steps, given.get("seconds")) as work:
            found = asked.answer(subject, work.watch)
            told = _told(asked, subject, found, given)  # what is printed takes its time too
        if isinstance(asked, Changing) and given["save"] is not None:
            number, file = given["save"] if asked.numbered else (1, given["save"])
            _save(asked.changed(found, number), Path(file), subject, asked.corrects)
    except WrongOption as error:
        one = known.get(error.name)
        raise StandoffError(f"{_flag(error.name, one) if one else f'--{error.name}'}{error.text}") from None
    save(told, Path(table) if table is not None and "." in table else None)
    return ended(work, int(asked.fails(found)))


def _told(asked: Question, subject: Subject, found: Any, given: Mapping[str, Any]) -> str | bytes:
    """What is found, as it was asked for."""
    from standoff.writers.tables import written

    everything, table = given.get("everything", False), given.get("table")
    if table is not None:
        suffix = Path(table).suffix if "." in table else TABLES.get(table.lower(), f".{table.lower()}")
        is_print = suffix.lower() == ".tex"
        rows, caption = asked.printed(subject, found, everything) if is_print else (asked.rows(found), "")
        return written(rows, suffix, caption)
    if given["as_json"]:
        return as_json_text(asked.document(found))
    return rendered(asked.section(subject, found, everything), everything)


def _chosen(one: Setting, given: Any) -> Any:
    """What a shell gave, as the question takes it."""
    return given != one.default if one.kind is bool else given


def _save(conflict: Conflict, path: Path, subject: Subject, corrects: bool) -> None:
    """Write what has come of a subject, as its author wrote it but for the change.

    Differences of views that are left out are told, unless a view was to be corrected.
    """
    import warnings

    from standoff.errors import Note
    from standoff.formats import encoded

    old, new = (sum(len(view.differences) for _, _, view in one.all_views()) for one in (subject.conflict, conflict))
    save(encoded(conflict, path.suffix, subject.file), path)
    if new < old and not corrects:
        gone = "one difference of a view names" if old - new == 1 else f"{old - new} differences of views name"
        warnings.warn(f"{path}: {gone} what is not there any more, and is left out", Note, stacklevel=2)


for _question in QUESTIONS.values():
    if _question.name not in ELSEWHERE:
        verb(_question)
