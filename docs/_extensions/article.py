"""The directive ``coverage``: what a text says, where it is in the model of a case, and what its claims came to.

The statements are listed in ``coverage/NAME.yaml``; verdicts are computed when the page is built. A place that does not
exist in the model, or a statement without one, is an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from standoff import casebook
from standoff.analysis import measured
from standoff.analysis.claim_robustness import Examined, examine
from standoff.conflict.evidence import Quote
from standoff.conflict.model import Conflict
from standoff.errors import render_path
from standoff.graph import build_graph as compile_conflict


@dataclass(frozen=True)
class Statement:
    """Something that a text says, in our words, and the places of the model that hold it."""

    says: str
    at: tuple[str, ...]


def statements(file: Path) -> list[Statement]:
    """The statements of a list. Raises ValueError where one has no place."""
    entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    found = [Statement(entry["says"], tuple(entry.get("at") or ())) for entry in entries]
    for one in found:
        if not one.at:
            raise ValueError(f"no place in the model: {one.says}")
    return found


def places(conflict: Conflict) -> dict[str, tuple[str, Quote | None]]:
    """Every place of a model that can hold a statement: what it is, and the quote that it stands on."""
    found: dict[str, tuple[str, Quote | None]] = {}
    for judgement in conflict.judgements():
        path = render_path(judgement.path).removeprefix("decision_makers.")
        found[path] = ("judgement", judgement.evidence.quote)
    for definition in conflict.definitions:
        found[f"define.{definition.name}"] = ("definition", definition.statement.evidence.quote)
    for k, event in enumerate(conflict.history):
        found[f"history[{k}]"] = ("dated move", event.evidence.quote)
    for claim in conflict.claims:
        found[f"claims.{claim.id}"] = ("claim", claim.quote)
    return found


def rows(conflict: Conflict, folder: Path, listed: list[Statement]) -> Iterator[tuple[str, str, str]]:
    """The table: statement, places, verdicts. Raises ValueError at a place that does not exist or has no quote."""
    known = places(conflict)
    data = measured.load_measured(conflict, folder)
    found = examine(compile_conflict(conflict), measured=data)
    verdicts: Mapping[str, Examined] = {one.claim.id: one for one in found}
    for statement in listed:
        told, said = [], []
        for place in statement.at:
            if place not in known:
                raise ValueError(f"no such place in the model: {place}")
            what, quote = known[place]
            if quote is None:
                raise ValueError(f"no quote at {place}")
            told.append(f"{what} `{place.removeprefix('claims.')}`")
            if what == "claim":
                said.append(f"{verdicts[place.removeprefix('claims.')].outcome.verdict.value}")
        yield statement.says, "; ".join(told), "; ".join(said) or "–"


class Coverage(SphinxDirective):
    """The table of one case."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The table, as Markdown that is read in its place."""
        name = self.arguments[0]
        file = Path(self.env.srcdir) / "coverage" / f"{name}.yaml"
        self.env.note_dependency(str(file))
        lines = ["| The article says | Where it is in the model | Verdict |", "|---|---|---|"]
        told = rows(casebook.load(name), casebook.path(name).parent, statements(file))
        lines += [f"| {says} | {where} | {verdict} |" for says, where, verdict in told]
        node = nodes.container()
        self.state.nested_parse(StringList(lines, source=str(file)), self.content_offset, node)
        return node.children


def setup(app: Sphinx) -> dict[str, Any]:
    """Called by Sphinx."""
    app.add_directive("coverage", Coverage)
    return {"parallel_read_safe": True}
