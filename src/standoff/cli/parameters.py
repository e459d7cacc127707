"""What verbs are given: a model, names that a shell completes, and options that many have."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from standoff.cli.output import say
from standoff.errors import StandoffError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from standoff.conflict.meaning import Meaning
    from standoff.inquiries.asking import Subject

STDIN = "-"
MOST = 500  # names that a shell is offered

Offer = tuple[str, str]  # a name, and what it is


class Model(click.ParamType[str]):
    """A path, ``-`` or the name of a case; completes the paths and the cases."""

    name = "model"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Cases and files."""
        from click.shell_completion import CompletionItem

        from standoff import casebook

        cases = [CompletionItem(name) for name in casebook.names() if name.startswith(incomplete)]
        return cases + click.Path().shell_complete(ctx, param, incomplete)


class Names(click.ParamType[str]):
    """Names, one or a comma list, which a shell completes: those known, or those of the model that was named."""

    name = "text"

    def __init__(self, known: Collection[str] | Callable[[], Iterable[str]] | str) -> None:
        self.known = known

    def shell_complete(self, ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Those that begin so, after what stands before the last comma."""
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        given = before.casefold().split(",")
        folded = ((name.casefold(), name, told) for name, told in self._offers(ctx))
        fitting = ((name, told) for low, name, told in folded if low.startswith(last.casefold()) and low not in given)
        return [CompletionItem(f"{before}{comma}{name}", help=told or None) for name, told in islice(fitting, MOST)]

    def _offers(self, ctx: click.Context) -> Iterable[Offer]:
        if isinstance(self.known, str):
            given = ctx.params.get("model") or next(
                iter(ctx.args), None
            )  # after an option without a value: among the rest
            return _of_model(given, self.known)
        return [(name, "") for name in (self.known() if callable(self.known) else self.known)]


def _of_model(model: str | None, what: str) -> Iterator[Offer]:
    """Names of a kind in a model; none where it is not told or cannot be read: a shell is told no errors."""
    from standoff import casebook

    if model in (None, STDIN):
        return
    try:
        yield from OFFERS[what](casebook.open_meaning(str(model)))
    except Exception:
        return


def _decision_makers(meaning: Meaning) -> Iterator[Offer]:
    for dm in meaning.conflict.decision_makers:
        yield dm.name, dm.title or ""


def _states(meaning: Meaning) -> Iterator[Offer]:
    from standoff.graph import build_graph
    from standoff.wording.words import brief_state

    graph = build_graph(meaning)
    if meaning.status_quo is not None:
        yield "status_quo", "where it stands"
    yield from _called(meaning, calling=True)
    for s, name in enumerate(meaning.states.names):
        yield str(name), brief_state(graph, s)


def _called(meaning: Meaning, calling: bool) -> Iterator[Offer]:
    """The names by which the file calls states, or its other definitions."""
    for one in meaning.conflict.definitions:
        if one.calls == calling:
            yield one.name, one.statement.title or str(one.statement.formula)


def _formulas(meaning: Meaning) -> Iterator[Offer]:
    """What a formula begins with: names of states, definitions, options."""
    yield from _called(meaning, calling=True)
    yield from _called(meaning, calling=False)
    for dm, option in meaning.conflict.options:
        yield f"{dm.name}.{option.name}", option.title or ""


def _claims(meaning: Meaning) -> Iterator[Offer]:
    for claim in meaning.conflict.claims:
        yield claim.id, claim.says


OFFERS: Mapping[str, Callable[[Meaning], Iterator[Offer]]] = {
    "decision makers": _decision_makers,
    "weights": lambda meaning: ((f"{name}=", told) for name, told in _decision_makers(meaning)),
    "states": _states,
    "formulas": _formulas,
    "claims": _claims,
}

model_argument = click.argument("model", type=Model())
all_option = click.option("--all", "everything", is_flag=True, help="List everything, however much.")
seed_option = click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="The same seed, the same draws.",
)
time_option = click.option(
    "--time",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop after so many seconds and tell what is found by then, and what was left out.",
)


def subject_of(model: str) -> Subject:
    """The conflict that was named: a path, a case, or ``-`` for standard input, whose folder is the current one."""
    from standoff import casebook
    from standoff.inquiries.asking import Subject

    if model == STDIN:
        return Subject(_from_input(), Path(STDIN))
    return Subject(casebook.open_meaning(model), casebook.find(model))


def _from_input() -> Meaning:
    from standoff.formats import MAX_BYTES, understood_content

    if sys.stdin is None:
        raise StandoffError("there is no standard input")
    if sys.stdin.isatty():
        say("Reading a conflict from the terminal; Ctrl-D on a line of its own ends it.")
    return understood_content(sys.stdin.buffer.read(MAX_BYTES + 1), "standard input")
