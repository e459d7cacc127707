"""Verbs that put a question of the register to a conflict: their options are the question's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standoff.cli.frame import command
from standoff.cli.output import STDOUT, Destination, as_json_text, rendered, save, say, writable, write, writes
from standoff.cli.parameters import Model, Names, all_option, model_argument, subject_of, time_option
from standoff.cli.work import at_work, ended
from standoff.errors import StandoffError
from standoff.inquiries.asking import Changing, Question, Setting, WrongOption, options
from standoff.inquiries.register import QUESTIONS

if TYPE_CHECKING:
    from standoff.conflict.model import Conflict
    from standoff.inquiries.asking import Subject

ELSEWHERE = frozenset({"relations"})  # the verb of that name is put to tables
FORMATS = ("text", "json", "csv", "xlsx", "tex")
METAVARS = {int: "N", float: "X", Path: "FILE"}
PAGES = ("html", "md", "pdf", "docx")
PAGES_TOO = "text, html, md, pdf, docx, json, or the main table as csv, xlsx or tex"
WHAT = "text, json, or the main table as csv, xlsx or tex"


def verb(question: type[Question]) -> click.Command:
    """The command that asks a question."""

    def run(model: str, destination: Destination, **given: Any) -> int:
        return _ask(question, model, destination, given)

    run.__name__, run.__doc__ = question.name, question.__doc__
    shown: list[Callable[[Any], Any]] = [model_argument]
    shown += [_parameter(name, one) for name, one in options(question).items()]
    if issubclass(question, Changing):
        shown.append(_saving(question))
    if question.stops:
        shown.append(time_option)
    if question.cuts:
        shown.append(all_option)
    decorated: Any = run
    formats, what = ((*FORMATS, *PAGES), PAGES_TOO) if question.pages else (FORMATS, WHAT)
    for decorate in reversed([*shown, writes(formats, "text", what, as_json=True)]):
        decorated = decorate(decorated)
    return command(question.group, *(question.examples or (f"standoff {question.name} elmira",)))(decorated)


def _parameter(name: str, one: Setting) -> Callable[[Any], Any]:
    """An option (or argument) of a question, as a shell has it."""
    if one.argument:
        named: click.ParamType[str] = Model() if one.names == "models" else Names(one.names)
        return click.argument(name, type=named, nargs=-1 if one.several else 1, required=one.is_required)
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
    return click.option(
        _flag(name, one), name, type=kind, metavar=one.metavar or METAVARS.get(one.kind), multiple=one.several, **more
    )


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def _flag(name: str, one: Setting) -> str:
    return one.flag or f"--{name}"


def _saving(question: type[Changing]) -> Callable[[Any], Any]:
    text = f"{question.saves} FILE may be -: then it goes to standard output, in place of the answer."
    if question.numbered:
        return click.option("--save", nargs=2, type=(int, str), metavar="N FILE", help=text)
    return click.option("--save", metavar="FILE", help=text)


def _ask(question: type[Question], model: str, destination: Destination, given: Mapping[str, Any]) -> int:
    """Ask, and show what is found: for people, as a document, or as a table."""
    known = options(question)
    chosen = {name: _chosen(one, given[name]) for name, one in known.items()}
    everything = given.get("everything", False)
    number, file = _saved(given.get("save"))
    if file is not None and file != STDOUT:
        writable(file, destination.force)
    try:
        asked = question(**chosen)
        subject = asked.opening(lambda: subject_of(model))
        with at_work(question.steps, given.get("seconds"), subject.conflict, question.stops) as work:
            found = asked.answer(subject, work.watch)
            told = _told(asked, subject, found, destination, everything)  # what is printed takes its time too
        if isinstance(asked, Changing) and file is not None:
            _save(asked.changed(found, number), file, destination.force, subject, asked.corrects)
    except WrongOption as error:
        one = known.get(error.name)
        raise StandoffError(f"{_flag(error.name, one) if one else f'--{error.name}'}{error.text}") from None
    if file != STDOUT or destination.path is not None:  # one thing is written to standard output
        destination.write(told)
    return ended(work, int(asked.fails(found)))


def _saved(given: Any) -> tuple[int, Path | None]:
    """The number of the change that is to be saved, and the file."""
    number, file = given if isinstance(given, tuple) else (1, given)
    return number, None if file is None else Path(file)


def _told(asked: Question, subject: Subject, found: Any, destination: Destination, everything: bool) -> str | bytes:
    """What is found, as it was asked for."""
    from standoff.writers.tables import written

    match destination.kind:
        case "text":
            return rendered(asked.section(subject, found, everything), everything, destination.path is not None)
        case "json":
            return as_json_text(asked.document(found))
        case kind if kind in PAGES:
            from standoff.inquiries.files import section_page

            return section_page(asked.section(subject, found, everything), destination.suffix)
        case "tex":
            rows, caption = asked.printed(subject, found, everything)
            return written(rows, ".tex", caption)
        case _:
            return written(asked.rows(found), destination.suffix)


def _chosen(one: Setting, given: Any) -> Any:
    """What a shell gave, as the question takes it."""
    return given != one.default if one.kind is bool else given


def _save(conflict: Conflict, path: Path, force: bool, subject: Subject, corrects: bool) -> None:
    """Write what has come of a subject, as its author wrote it but for the change.

    Differences of views that are left out are told, unless a view was to be corrected.
    """
    import warnings

    from standoff.conflict.meaning import validate
    from standoff.errors import Note
    from standoff.formats import encoded

    old, new = (sum(len(view.differences) for _, _, view in one.all_views()) for one in (subject.conflict, conflict))
    if subject.file == STDOUT:
        say("Note: what is read from standard input is written anew, without its remarks and layout.")
    if path == STDOUT:
        write(encoded(conflict, ".yaml", subject.file))
    else:
        save(encoded(conflict, path.suffix, subject.file), path, force)
        say(f"Wrote {path}")
    if new < old and not corrects:
        gone = "one difference of a view names" if old - new == 1 else f"{old - new} differences of views name"
        warnings.warn(f"{path}: {gone} what is not there any more, and is left out", Note, stacklevel=2)
    for problem in validate(conflict).problems:  # claims and published answers may name states that are gone
        warnings.warn(f"{path}: to be mended before it can be read: {problem}", Note, stacklevel=2)


for _question in QUESTIONS.values():
    if _question.name not in ELSEWHERE:
        verb(_question)
