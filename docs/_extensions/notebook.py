"""The fence ``notebook``: the cells of a notebook on a page, run when the page is built, with what they show.

A cell that fails is an error.
"""

from __future__ import annotations

import ast
import io
import json
import re
from collections.abc import Iterator
from contextlib import chdir, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sphinx.application import Sphinx

_FENCE = re.compile(r"^```\{notebook\} (\S+)\n```$", re.MULTILINE)


def as_markdown(notebook: dict[str, Any]) -> Iterator[str]:
    """The cells as Markdown, each piece of code followed by what it shows."""
    names: dict[str, Any] = {}
    with TemporaryDirectory() as folder, chdir(folder):
        for cell in notebook["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                yield source
            else:
                yield _fenced("python", source)
                yield from _shown(source, names)


def _shown(source: str, names: dict[str, Any]) -> Iterator[str]:
    """What a cell prints, and the value of its last line as a notebook would show it."""
    tree, printed = ast.parse(source), io.StringIO()
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else ast.Expr(ast.parse("None", mode="eval").body)
    assert isinstance(last, ast.Expr)
    with redirect_stdout(printed):
        exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307
    if printed.getvalue():
        yield _fenced("text", printed.getvalue().rstrip())
    if value is not None:
        bundle = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else {}
        shown = bundle.get("image/svg+xml") or bundle.get("text/html") or value._repr_html_()
        yield _fenced("{raw} html", f'<div class="cell-output">{shown}</div>')


def _fenced(kind: str, text: str) -> str:
    marks = "`" * (1 + max(map(len, re.findall("`{2,}", text)), default=2))
    return f"{marks}{kind}\n{text}\n{marks}"


def _filled(app: Sphinx, docname: str, content: list[str]) -> None:
    def cells(match: re.Match[str]) -> str:
        file = Path(app.srcdir) / Path(docname).parent / match[1]
        app.env.note_dependency(str(file), docname=docname)
        return "\n\n".join(as_markdown(json.loads(file.read_text(encoding="utf-8"))))

    content[0] = _FENCE.sub(cells, content[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Fill pages before they are parsed, so that headings of the notebook are headings of the page."""
    app.connect("source-read", _filled)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
