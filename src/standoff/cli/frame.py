"""What all verbs share: the groups that they stand in, errors into messages and exit codes."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import wraps
from typing import Any, ParamSpec

import click

from standoff._version import __version__
from standoff.cli import old
from standoff.cli.output import QUIET, is_quiet
from standoff.cli.work import begun
from standoff.errors import Note, StandoffError

P = ParamSpec("P")
GARBAGE_AFTER = 20_000  # objects: modules make many that stay, and looking for garbage among them takes long
GROUPS = ("The answer", "Where it stands", "What would move it", "How sure", "Two models", "Files")


def _be_quiet(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked:
        ctx.meta[QUIET] = True


QUIETLY = click.Option(
    ["-q", "--quiet"],
    is_flag=True,
    expose_value=False,
    callback=_be_quiet,
    help="Say nothing on standard error but errors.",
)


class Exemplified(click.Command):
    """A command whose examples stand below its help, as they are typed."""

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples as a section."""
        if self.epilog:
            with formatter.section("Examples"):
                for line in self.epilog.splitlines()[2:]:
                    formatter.write(f"{line}\n")


class Verb(Exemplified):
    """A command of a group."""

    def __init__(self, *args: Any, group: str = GROUPS[-1], examples: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*args, **{"epilog": example_text(examples), **more})
        self.group = group
        self.params.append(QUIETLY)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """As click does, of words that may be spelled as they once were."""
        rest = super().parse_args(ctx, old.rewritten(ctx, self.name or "", args))
        old.take_output(ctx)
        return rest


class Verbs(Exemplified, click.Group):
    """The verbs, in groups by what one wants to know."""

    def invoke(self, ctx: click.Context) -> Any:
        """As click does, but that it ends with a code of its own wherever in it somebody interrupts."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            sys.exit(130)

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Group by group, and in each as they were defined."""
        return [name for names in self.grouped().values() for name in names]

    def grouped(self) -> dict[str, list[str]]:
        """The names of the verbs by their groups; groups that are not known here come last."""
        groups: dict[str, list[str]] = {group: [] for group in GROUPS}
        for name, one in self.commands.items():
            groups.setdefault(getattr(one, "group", GROUPS[-1]), []).append(name)
        return groups

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for each group; a summary that is too long goes on in the next line and is never cut."""
        for group, names in self.grouped().items():
            if names:
                with formatter.section(group):
                    formatter.write_dl([(name.ljust(10), summary(self.commands[name])) for name in names])


def summary(one: click.Command) -> str:
    """The first sentence of a command's help."""
    return (one.help or "").partition("\n\n")[0].replace("\n", " ").strip()


def example_text(examples: Sequence[str]) -> str | None:
    """Examples as they stand below a help text: each in a line of its own."""
    return "\n".join(["\b", "Examples:", *(f"  {one}" for one in examples)]) if examples else None  # "\b": as it stands


def _version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from standoff._engine import compiled

        click.echo(f"standoff {__version__} (engine: {compiled.name()})")
        ctx.exit()


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=example_text(
        [
            "standoff cases",
            "standoff solve elmira",
            "standoff explain elmira status_quo",
            "standoff report elmira -o elmira.html",
            "standoff COMMAND --help",
        ]
    ),
)
@click.option(
    "-V", "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Version and engine."
)
def main() -> None:
    """What holds a conflict in place, and what would move it.

    MODEL is the path of a conflict file (YAML, JSON, .xlsx or .gmcr), the name of a case that ships with Standoff, or -
    for standard input.
    """


main.params.append(QUIETLY)


def command(group: str, *examples: str, **settings: Any) -> Callable[[Callable[P, int | None]], click.Command]:
    """A verb of a group, with examples. Here, and only here, errors become messages and results exit codes."""

    def decorate(function: Callable[P, int | None]) -> click.Command:
        name = function.__name__.rstrip("_")
        verb = main.command(name, cls=Verb, group=group, examples=examples, context_settings=settings)
        return verb(_guarded(function))

    return decorate


def _guarded(function: Callable[P, int | None]) -> Callable[P, None]:
    """The same, with errors as messages and the result as exit code."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        gc.set_threshold(GARBAGE_AFTER)
        warnings.showwarning = _unheard if is_quiet() else _note  # type: ignore[assignment]
        begun()
        old.tell(click.get_current_context())
        try:
            code = function(*args, **kwargs) or 0
            if sys.stdout is not None:
                sys.stdout.flush()
        except StandoffError as error:
            click.echo(f"Error: {error}", err=True)
            code = 2
        except (MemoryError, RecursionError) as error:
            click.echo(f"Error: too large for this machine ({type(error).__name__})", err=True)
            code = 2
        except BrokenPipeError:
            _close_output()
            code = 0
        except OSError as error:
            click.echo(f"Error: {error.filename or 'the output'}: {error.strerror or error}", err=True)
            _close_output()
            code = 2
        sys.exit(code)

    return run


def _note(message: Warning | str, category: type[Warning], *_: object) -> None:
    """What the user should know, and what stops nothing."""
    if issubclass(category, Note):
        click.echo(f"Note: {message}.", err=True)


def _unheard(*_: object) -> None:
    """Nothing is said."""


def _close_output() -> None:
    """Nobody reads on, or nothing can be written: say nothing more at exit either."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
