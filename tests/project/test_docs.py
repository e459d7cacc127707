"""The examples in the README and the documentation run, and print what is shown."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
import warnings
from contextlib import chdir
from pathlib import Path

import pytest

from checks import ROOT, run, slow_but
from standoff.concepts import Standing
from standoff.errors import Note

PAGES = [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts)]
LONG = {"casebook.md", "measure-relations.md", "test-a-claim.md"}  # of all cases, of all years, with all draws
TAKES_LONG = re.compile(r"[a-z]+: (about \d|this may take long)")  # told where a machine is slow
FENCE = re.compile(r"^```\{?(?P<kind>[\w-]*)\}?[^\n]*\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, *kinds: str) -> list[tuple[str, str]]:
    found = FENCE.finditer(page.read_text(encoding="utf-8"))
    return [(match["kind"], match["body"]) for match in found if match["kind"] in kinds]


def matches(shown: list[str], printed: list[str]) -> bool:
    """Line by line; a line ``...`` stands for any number of lines."""
    if not shown:
        return not printed
    if shown[0] == "...":
        return any(matches(shown[1:], printed[k:]) for k in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


def trimmed(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def commands(body: str) -> list[tuple[list[str], list[str]]]:
    parts = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    split = [part.split("\n", 1) for part in parts]
    return [(shlex.split(command), trimmed(shown)) for command, shown in split]


def standoff(words: list[str], folder: Path) -> list[str]:
    with chdir(folder), warnings.catch_warnings():
        warnings.simplefilter("always", Note)
        return trimmed(run(*words).output)


def shown_everyday() -> list[Path]:
    return [page for page in PAGES if blocks(page, "console") and page.name not in LONG]


@pytest.mark.parametrize(
    "page", slow_but((p for p in PAGES if blocks(p, "console")), *shown_everyday()), ids=lambda p: p.name
)
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    for kind, body in blocks(page, "yaml", "console"):
        if kind == "yaml":
            if match := re.match(r"# file: (\S+)\n", body):
                (tmp_path / match[1]).write_text(body, encoding="utf-8")
            continue
        for words, shown in commands(body):
            if words[0] == "standoff":
                printed = standoff(words[1:], tmp_path)
                assert matches(shown, printed), f"{shlex.join(words)} prints\n" + "\n".join(printed)


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "pycon")], ids=lambda p: p.name)
def test_python_examples_give_what_the_page_shows(page: Path) -> None:
    text = "\n".join(body for _, body in blocks(page, "pycon"))
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert doctest.DocTestRunner().run(test).failed == 0


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the first block is for sh")
def test_the_commands_of_the_readme_run_after_its_first_block(tmp_path: Path) -> None:
    """Here ``.venv`` is set up, so that ``python3 dev.py demo`` has nothing to do."""
    if not (ROOT / ".venv" / "bin" / "standoff").exists():
        pytest.skip("not set up by dev.py")
    set_up = tmp_path / "python3"
    set_up.write_text('#!/bin/sh\ntest "$*" = "dev.py demo"\n')
    set_up.chmod(0o755)
    (_, first), *_ = blocks(ROOT / "README.md", "sh")
    words, shown = commands(blocks(ROOT / "README.md", "console")[0][1])[0]
    environment = {**os.environ, "PATH": f"{tmp_path}:/usr/bin:/bin", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    script = f"{first}\n{shlex.join(words)}"
    ran = subprocess.run(["sh", "-ec", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    told = [line for line in ran.stderr.splitlines() if not TAKES_LONG.match(line)]  # on a machine that is busy
    assert (ran.returncode, told) == (0, [])
    assert matches(shown, trimmed(ran.stdout))


def test_the_pages_have_examples() -> None:
    assert sum(len(commands(body)) for page in PAGES for _, body in blocks(page, "console")) >= 2
    assert blocks(ROOT / "README.md", "console")


FIRST_PAGE = ("report/brief.py", *(f"wording/{name}.py" for name in ("brief", "gains", "deals", "ladder", "words")))


def test_every_term_of_the_first_page_that_is_defined_is_said_there_and_every_way_to_stand_is_defined() -> None:
    section = (ROOT / "docs" / "definitions.md").read_text("utf-8").partition("## 14. The first page")[2]
    defined = [cell for line in section.splitlines() if line.startswith("| *") for cell in line.split(" | ")[:1]]
    terms = [term for cell in defined for term in re.findall(r"\*([^*]+)\*", cell)]
    said = "\n".join((ROOT / "src" / "standoff" / name).read_text("utf-8") for name in (*FIRST_PAGE, "concepts.py"))
    assert len(terms) > 20
    assert [term for term in terms if term.lower().removeprefix("would ") not in said.lower()] == []
    assert {step.words for step in Standing} <= {*terms}
    assert {"lasts", "gladly", "hangs on", "misreads", "can agree on"} <= {*terms}
