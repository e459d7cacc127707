"""What all verbs share: the group, errors into messages and exit codes, options, output, progress."""

from __future__ import annotations

import codecs
import io
import json
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from standoff._version import __version__
from standoff.errors import Note, StandoffError
from standoff.progress import Watch

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem
    from rich.console import RenderableType

    from standoff.progress import Enough, Progress
    from standoff.report.blocks import Section

P = ParamSpec("P")


class Model(click.ParamType[str]):
    """A path, or the name of a case; completes both."""

    name = "model"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Cases and files."""
        from click.shell_completion import CompletionItem

        from standoff import casebook

        cases = [CompletionItem(name) for name in casebook.names() if name.startswith(incomplete)]
        return cases + click.Path().shell_complete(ctx, param, incomplete)


class Names(click.ParamType[str]):
    """Names, as a comma list; completes them."""

    name = "names"

    def __init__(self, known: Collection[str]) -> None:
        self.known = known

    def shell_complete(self, _ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Those that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in self.known if name.casefold().startswith(incomplete.casefold())]


model_argument = click.argument("model", type=Model())
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
all_option = click.option("--all", "everything", is_flag=True, help="List everything, however much.")
time_option = click.option(
    "--time",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop after so many seconds and tell what is found by then, and what was left out.",
)


def _version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked and not ctx.resilient_parsing:
        from standoff._engine import compiled

        click.echo(f"standoff {__version__} (engine: {compiled.name()})")
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
        warnings.showwarning = _note  # type: ignore[assignment]
        _begun()
        try:
            code = function(*args, **kwargs) or 0
            if sys.stdout is not None:
                sys.stdout.flush()
        except StandoffError as error:
            click.echo(f"Error: {error}", err=True)
            code = 2
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            code = 130
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

    return main.command(function.__name__.rstrip("_"))(run)


def _note(message: Warning | str, category: type[Warning], *_: object) -> None:
    """What the user should know, and what stops nothing."""
    if issubclass(category, Note):
        click.echo(f"Note: {message}.", err=True)


def _close_output() -> None:
    """Nobody reads on, or nothing can be written: say nothing more at exit either."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_PLAIN = str.maketrans(
    {"●": "x", "·": ".", "✓": "+", "✗": "-", "“": '"', "”": '"', "–": "-", "…": "~", "’": "'", "→": ">"}
)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """What an output that lacks a character shows in its place."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(c if c.isascii() else "?" for c in text), error.end


def _prepare_output() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        codecs.register_error("plainly", _plainly)
        sys.stdout.reconfigure(errors="plainly")


def rendered(section: Section, everything: bool = False) -> str:
    """What is told, as a terminal of this width shows it."""
    from standoff.writers.terminal import terminal

    return shown(*terminal(section, everything))


def shown(*parts: RenderableType | None) -> str:
    """Parts for people, an empty line between them."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    with console.capture() as captured:  # written by ourselves: a closed pipe is nothing to complain of
        for number, part in enumerate(part for part in parts if part is not None):
            if number:
                console.print()
            console.print(part)
    return captured.get()


def as_json_text(document: Any) -> str:
    """One document, and nothing else, in letters that the output has."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return json.dumps(document, ensure_ascii=encoding != "utf8") + "\n"


def write(text: str) -> None:
    """Write to standard output, where there is one."""
    if sys.stdout is not None:
        _prepare_output()
        sys.stdout.write(text)


def save(content: str | bytes, path: Path | None, force: bool | None = None) -> None:
    """Write to a file that does not exist yet (unless forced), or to standard output where none is given.

    ``force`` is None where the verb has no such option.
    """
    from standoff.formats import write_atomically

    if path is None:
        if isinstance(content, bytes):
            raise StandoffError("this format is not text: name a file to write")
        write(content)
        return
    try:
        write_atomically(path, content, overwrite=bool(force))
    except FileExistsError:
        raise exists(path, force) from None
    except OSError as error:
        raise StandoffError(f"{path}: {error.strerror or error}") from None


def writable(path: Path | None, force: bool) -> None:
    """Refuse before anything takes long what could not be written."""
    if path is not None and path.exists() and not force:
        raise exists(path, force)
    if path is not None and not path.parent.is_dir():
        raise StandoffError(f"{path}: there is no folder {path.parent}")


def exists(path: Path, force: bool | None) -> StandoffError:
    """That a file is there already."""
    return StandoffError(f"{path}: exists already; give another file" + (", or --force" if force is not None else ""))


class Work:
    """Long work as the command line watches it: ``progress`` shows how far it is, ``enough`` says when to stop.

    It is enough when the time given with ``--time`` is over, and after the first interruption (Ctrl-C): then what is
    done is still told. The second interruption ends everything.
    """

    def __init__(self, progress: Progress, enough: Enough) -> None:
        self.progress = progress
        self._over = enough
        self._begun = time.monotonic()
        self.interrupted = False

    @property
    def watch(self) -> Watch:
        """What is handed to the work."""
        return Watch(self.progress, self.enough, self.tell)

    def enough(self) -> bool:
        """Whether to stop with what is done."""
        return self.interrupted or self._over()

    def tell(self, line: str) -> None:
        """Something that was found, told on standard error where the work takes long."""
        if time.monotonic() - self._begun >= _Teller.FIRST:
            click.echo(line, err=True)

    def interrupt(self, *_: object) -> None:
        """Stop at the next step."""
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True
        click.echo("Interrupted: what is done is told; once more ends at once.", err=True)


@contextmanager
def at_work(what: str, seconds: float | None = None) -> Iterator[Work]:
    """Long work that may be stopped early, in steps of a kind (``what``). Seconds count from the command's begin."""
    from standoff.progress import never, until

    spent = time.monotonic() - _begun()
    with shown_progress(what) as progress:
        work = Work(progress, never if seconds is None else until(seconds - spent))
        with _interruptible(work):
            yield work


def _begun() -> float:
    """When the command began."""
    context = click.get_current_context(silent=True)
    return float(context.meta.setdefault("standoff.begun", time.monotonic())) if context else time.monotonic()


@contextmanager
def _interruptible(work: Work) -> Iterator[None]:
    """While this lasts, an interruption stops the work and not the program; where signals can be had (main thread)."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, work.interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def ended(work: Work, code: int = 0) -> int:
    """The exit code of a verb that told what it had: that of an interruption where there was one."""
    return 130 if work.interrupted else code


@contextmanager
def shown_progress(what: str) -> Iterator[Progress]:
    """Progress with an estimate on standard error: a bar on a terminal, elsewhere a line where it takes long."""
    if not sys.stderr.isatty():
        with _Teller(what) as teller:
            yield teller.progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _Teller:
    """Says in a line on standard error that work takes long: within two seconds of its begin, with an estimate.

    Again only where it turns out to take twice as long. A thread of its own looks, so that it is said even while one
    step lasts.
    """

    FIRST, AGAIN = 1.5, 2.5  # seconds after which it is looked how far the work has come
    LONG = 6.0  # seconds from which work is long: less than people wait in doubt, as an estimate may be wrong

    def __init__(self, what: str) -> None:
        context = click.get_current_context(silent=True)
        self.verb = context.info_name if context is not None else None
        self.stops = context is not None and "seconds" in context.params
        self.what = what
        self.begun = time.monotonic()
        self.done = self.total = 0
        self._told = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Teller:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, done: int, total: int) -> None:
        """So much is done."""
        self.done, self.total = done, total

    def _watch(self) -> None:
        wait = self.FIRST
        while not self._over.wait(wait):
            wait = self.AGAIN
            line = self.line(time.monotonic() - self.begun)
            if line:
                click.echo(f"{self.verb or 'standoff'}: {line}", err=True)

    def line(self, seconds: float) -> str:
        """What to say after so many seconds, if anything: an estimate that is long, and twice any that was told."""
        stop = "; --time 60 stops earlier" if self.stops else ""
        of = f" for {self.total:,} {self.what}" if self.total > 1 and self.what else ""
        whole = seconds * self.total / self.done if self.done and self.total else 0
        if whole >= max(self.LONG, 2 * self._told):
            self._told = whole
            return f"about {_duration(whole)}{of}{stop}"
        if not whole and not self._told:
            self._told = self.LONG / 2
            return f"this may take long{of}; after {seconds:.0f} s there is no estimate yet{stop}"
        return ""


def _duration(seconds: float) -> str:
    """A time as people say it."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.0f} s"
