"""Write the output of the commands on these pages anew: ``python docs/refresh.py``; review the difference.

A line ``...`` stands for lines left out. What stands between two such lines is found again by its first line,
whatever its spacing, and keeps its number of lines.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

DOCS = Path(__file__).resolve().parent
TAKES_LONG = re.compile(r"[a-z]+: (about \d|this may take long)")  # told on slow machines only
BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def output(words: list[str], folder: Path) -> list[str]:
    """What a command prints, as the tests run it."""
    environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", *words],
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    lines = [line.rstrip() for line in done.stdout.rstrip().splitlines()]
    return [line for line in lines if not TAKES_LONG.match(line)]


def shortened(shown: list[str], printed: list[str]) -> list[str]:
    """``printed`` with the same lines left out as in ``shown``."""
    if "..." not in shown:
        return printed
    words = [line.split() for line in printed]
    lines: list[str] = []
    for left_out, part in groupby(shown, lambda line: line == "..."):
        kept = list(part)
        begins = 0 if left_out else words.index(kept[0].split())
        lines += kept if left_out else printed[begins : begins + len(kept)]
    return lines


def refreshed(page: str, folder: Path) -> str:
    """The page with the output of its commands as it is now."""

    def block(match: re.Match[str]) -> str:
        kind, body = match.groups()
        if kind == "yaml":
            if named := re.match(r"# file: (\S+)\n", body):
                (folder / named[1]).write_text(body, encoding="utf-8")
            return match[0]
        text = ""
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, shown = part.split("\n", 1)
            try:
                lines = shortened(shown.splitlines(), output(shlex.split(command), folder))
            except ValueError as error:  # what a part begins with is not printed any more: to be mended by hand
                sys.stderr.write(f"{command}: {error}\n")
                lines = shown.splitlines()
            text += "\n".join([f"$ {command}", *lines]) + "\n"
        return f"```console\n{text}```"

    return BLOCK.sub(block, page)


def main() -> None:
    """Refresh every page."""
    for path in [DOCS.parent / "README.md", *sorted(DOCS.rglob("*.md"))]:
        if "_build" not in path.parts:
            page = path.read_text(encoding="utf-8")
            with tempfile.TemporaryDirectory() as folder:
                new = refreshed(page, Path(folder))
            if new != page:
                path.write_text(new, encoding="utf-8")
                sys.stdout.write(f"{path.relative_to(DOCS.parent)} refreshed\n")


if __name__ == "__main__":
    main()
