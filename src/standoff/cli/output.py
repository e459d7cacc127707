"""Where the command line writes: files, standard output, and what it says beside on standard error."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from standoff.errors import StandoffError, unknown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from standoff.report.blocks import Section

QUIET = "standoff.quiet"
UNWRAPPED = 1_000_000  # columns of what no terminal shows
STDOUT = Path("-")
# Formats by what a user calls them that are not told by their suffix, and the suffixes that mean the same.
SUFFIXES = {"text": ".txt"}
SAME = {"htm": "html", "yml": "yaml", "txt": "text"}
PAGES = frozenset({"html", "svg"})  # texts that nobody reads on a terminal
NOT_TO_READ = PAGES | {"pdf", "docx", "png", "xlsx"}


# Said beside


def is_quiet() -> bool:
    """Whether nothing is to be said on standard error but errors."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(QUIET))


def say(line: str) -> None:
    """Say on standard error what is no part of the answer."""
    if not is_quiet():
        click.echo(line, err=True)


# For people


def rendered(section: Section, everything: bool = False, to_file: bool = False) -> str:
    """What is told, as a terminal of this width shows it, or as a file or a program takes it: not wrapped."""
    from standoff.writers.terminal import terminal

    return printable(*terminal(section, everything), to_file=to_file)


def printable(*parts: RenderableType | None, to_file: bool = False) -> str:
    """Parts for people, an empty line between them. What is not for a terminal has no trailing blanks."""
    from rich.console import Console

    on_terminal = not to_file and is_terminal()
    wraps = on_terminal or os.environ.get("COLUMNS", "").isdigit()
    width = None if wraps else UNWRAPPED
    console = Console(file=io.StringIO() if to_file else None, width=width, highlight=False, soft_wrap=False)
    with console.capture() as captured:  # written by ourselves: a closed pipe is nothing to complain of
        for number, part in enumerate(part for part in parts if part is not None):
            if number:
                console.print()
            console.print(part, width=None if wraps else _needed(console, part))
    return captured.get() if on_terminal else _TRAILING.sub(r"\1", captured.get())


def _needed(console: Console, part: RenderableType) -> int:
    """The columns that a part needs: lines are padded to as many as there are."""
    from rich.measure import Measurement

    return Measurement.get(console, console.options, part).maximum


_TRAILING = re.compile(r"[ ]+((?:\x1b\[[0-9;]*m)*)$", re.MULTILINE)  # blanks, before what ends a colour


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


# For programs


def as_json_text(document: Any) -> str:
    """One document, and nothing else, in letters that the output has."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    return json.dumps(document, ensure_ascii=encoding != "utf8") + "\n"


# Written


_PLAIN = str.maketrans(
    {"●": "x", "·": ".", "✓": "+", "✗": "-", "“": '"', "”": '"', "–": "-", "…": "~", "’": "'", "→": ">"}
)


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """What an output that lacks a character shows in its place."""
    assert isinstance(error, UnicodeEncodeError)
    text = error.object[error.start : error.end].translate(_PLAIN)
    return "".join(c if c.isascii() else "?" for c in text), error.end


def write(content: str | bytes) -> None:
    """Write to standard output, where there is one."""
    if sys.stdout is None:
        return
    if isinstance(content, bytes):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        codecs.register_error("plainly", _plainly)
        sys.stdout.reconfigure(errors="plainly")
    sys.stdout.write(content)


def save(content: str | bytes, path: Path, force: bool) -> None:
    """Write to a file that does not exist yet, unless forced."""
    from standoff.formats import write_atomically

    try:
        if _is_stream(path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        else:
            write_atomically(path, content, overwrite=force)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise StandoffError(f"{path}: {error.strerror or error}") from None


def writable(path: Path, force: bool) -> None:
    """Refuse before anything takes long what could not be written."""
    if path.exists() and not force and not _is_stream(path):
        raise _exists(path)
    if not path.parent.is_dir():
        raise StandoffError(f"{path}: there is no folder {path.parent}")


def _is_stream(path: Path) -> bool:
    """Whether it is there to be written to and is not replaced: a device, a pipe."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _exists(path: Path) -> StandoffError:
    return StandoffError(f"{path}: exists already; give another file, or --force")


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an answer goes, and in which format; ``path`` is None for standard output."""

    path: Path | None
    kind: str
    force: bool = False

    @classmethod
    def of(
        cls, output: Path | None, kind: str | None, force: bool, formats: Sequence[str], default: str
    ) -> Destination:
        """As it was asked for: the format named, else that of the file's suffix. Raises StandoffError."""
        path = None if output == STDOUT else output
        if kind is None and path is not None and not _is_stream(path):
            kind = SAME.get(path.suffix[1:].lower(), path.suffix[1:].lower())
            if kind not in formats:
                suffixes = [SUFFIXES.get(one, f".{one}") for one in formats]
                raise StandoffError(f"{path}: {unknown('suffix', path.suffix, suffixes)}")
        found = cls(path, kind or default, force)
        found.check([one for one in formats if one not in NOT_TO_READ])
        return found

    @property
    def suffix(self) -> str:
        """The suffix of the format."""
        return SUFFIXES.get(self.kind, f".{self.kind}")

    def check(self, readable: Sequence[str]) -> None:
        """Refuse before anything takes long what could not be written, or would fill a terminal with what is no text.

        Raises StandoffError.
        """
        if self.path is not None:
            writable(self.path, self.force)
        elif is_terminal() and self.kind in NOT_TO_READ:
            here = f"; --format {readable[0]} can be read here" if readable else ""
            raise StandoffError(
                f"{self.kind.upper()} is not for a terminal: name a file with -o FILE{self.suffix}, "
                f"or pipe it into a program{here}"
            )

    def write(self, content: str | bytes, what: str = "") -> None:
        """Write it, and say so where it is a file; ``what`` it is, in a word or two."""
        if self.path is None:
            if isinstance(content, str) and self.kind in PAGES:
                content = content.encode()  # a page says of itself that it is UTF-8
            write(content)
            return
        save(content, self.path, self.force)
        say(f"Wrote {self.path}" + (f": {what}" if what else ""))


def writes(formats: Sequence[str], default: str, told: str = "", as_json: bool = False) -> Callable[[Any], Any]:
    """The options ``-o``, ``--format`` and ``--force`` (and ``--json``), handed on as one ``destination``."""
    told = told or ", ".join(formats[:-1]) + f" or {formats[-1]}"

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(
            *args: Any, output: Path | None, kind: str | None, force: bool, as_json: bool = False, **given: Any
        ) -> Any:
            if as_json and kind not in (None, "json"):
                raise StandoffError(f"--json and --format {kind}: ask for one of them")
            destination = Destination.of(output, "json" if as_json else kind, force, formats, default)
            return function(*args, destination=destination, **given)

        shown = [
            output_option,
            click.option(
                "--format",
                "kind",
                type=click.Choice(formats, case_sensitive=False),
                metavar="FORMAT",
                help=f"{told} (default: by the suffix of FILE, else {default}).",
            ),
            force_option,
        ]
        if as_json:
            shown.append(click.option("--json", "as_json", is_flag=True, help="The same as --format json."))
        for option in reversed(shown):
            run = option(run)
        return run

    return decorate


output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Write to a file (default: -, standard output).",
)
force_option = click.option("--force", is_flag=True, help="Overwrite a file that exists.")
