"""Spellings of the version before, which work in this one still, with a note. To end that, delete this module."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import click

from standoff.cli.output import STDOUT, say

Told = tuple[list[str], str]  # words as they are written now, and how that is said
NOTES = "standoff.notes"
EVENTS = ("icews", "gdelt", "gdelt1", "gdelt2", "polecat", "ucdp", "acled", "phoenix", "plain", "counts")


def _table(file: str) -> Told:
    """``solve --table FILE``, or the name of a format."""
    if "." in file:
        return ["-o", file], "-o FILE"
    kind = {"latex": "tex"}.get(file.lower(), file.lower())
    return ["--format", kind], f"--format {kind}"


def _events(kind: str) -> Told | None:
    """``relations --format``, when it was that of the event files."""
    return (["--input-format", kind], f"--input-format {kind}") if kind in EVENTS else None


# For each verb its old options that take a value, and what they are now (None: it is no old spelling after all).
WITH_VALUE: dict[str, dict[str, Callable[[str], Told | None]]] = {
    "solve": {"--table": _table},
    "invert": {"--state": lambda state: (["--", state], "the state after the model")},
    "relations": {"--format": _events},
}
FLAGS: dict[str, dict[str, Told]] = {"relations": {"--csv": (["--format", "csv"], "--format csv")}}


def rewritten(ctx: click.Context, verb: str, words: Sequence[str]) -> list[str]:
    """The words of a command line as they are written now; what was spelled otherwise is told when the verb runs."""
    notes = ctx.meta.setdefault(NOTES, [])
    kept: list[str] = []
    last: list[str] = []  # what follows "--"
    rest = iter(words)
    for word in rest:
        if word == "--":
            last += rest
            break
        flag, known = word.partition("=")[0], WITH_VALUE.get(verb, {})
        if word in FLAGS.get(verb, {}):
            now, told = FLAGS[verb][word]
        elif flag in known and (value := _value(word, rest)) is not None:
            found = known[flag](value)
            now, told = found if found is not None else ([flag, value], "")
        else:
            now, told = [word], ""
        if told:
            notes.append(f"{flag} is an old spelling; write {told}")
        (last if now[0] == "--" else kept).extend(now[1:] if now[0] == "--" else now)
    return kept + (["--", *last] if last else [])


def _value(word: str, rest: Iterator[str]) -> str | None:
    """The value of an option: after its equals sign, or the next word."""
    return word.partition("=")[2] if "=" in word else next(rest, None)


def tell(ctx: click.Context) -> None:
    """Say what was spelled in the old way."""
    for note in ctx.meta.pop(NOTES, []):
        say(f"Note: {note}.")


def take_output(ctx: click.Context) -> None:
    """The file to write, where it was given as the last argument. Raises UsageError."""
    if not ctx.args or ctx.resilient_parsing:
        return
    if ctx.params.get("output") is not None or len(ctx.args) > 1:
        raise click.UsageError(f"Got unexpected extra argument ({ctx.args[-1]}).", ctx)
    file = ctx.args.pop()
    ctx.params["output"] = Path(file)
    if file != str(STDOUT):
        ctx.meta.setdefault(NOTES, []).append(f"{file} as an argument is an old spelling; write -o {file}")


OUTPUT_AS_ARGUMENT = {"allow_extra_args": True}  # settings of a verb that had its output as its last argument
