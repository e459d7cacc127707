"""The directive ``json-document``: a document that ``--json`` prints, from its type in ``standoff.documents``.

A table has one row per key: its name, what it holds, and the docstring that stands below it in the source. Types that a
document uses are shown once, below the document that uses them first. A document that no page shows is an error.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, Literal, get_args, get_origin, get_type_hints

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from standoff import documents

logger = logging.getLogger(__name__)
_WORDS = {
    "str | bool": "text or boolean",
    "StateName": "integer or text",
    "str": "text",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "None": "null",
}


@cache
def entry_types() -> dict[str, type]:
    """The typed dictionaries of ``standoff.documents`` and its modules, by name."""
    names = (f"standoff.documents.{module.name}" for module in pkgutil.iter_modules(documents.__path__))
    modules = [documents, *map(import_module, names)]
    return {name: one for module in modules for name, one in vars(module).items() if hasattr(one, "__required_keys__")}


def used_by(document: type) -> list[str]:
    """The entry types that a document uses, in the order of their first use, nested ones after their users."""
    entries = entry_types()
    names: list[str] = []
    for name in _mentioned(document):
        for found in (name, *used_by(entries[name])):
            if found not in names:
                names.append(found)
    return names


def _mentioned(one: type) -> Iterator[str]:
    entries = entry_types()
    for text in _annotations(one).values():
        yield from (word for word in re.findall(r"\w+", text) if word in entries)


def _annotations(one: type) -> dict[str, str]:
    texts = {}
    for name, hint in one.__annotations__.items():
        texts[name] = getattr(hint, "__forward_arg__", None) or _plain(hint)
    assert texts.keys() == get_type_hints(one).keys()
    return texts


def _plain(hint: Any) -> str:
    """A type that was evaluated (of a typed dictionary in functional form), as it stands in the source."""
    text = hint.__name__ if isinstance(hint, type) and not hasattr(hint, "__args__") else str(hint)
    text = re.sub(r"ForwardRef\('([^']*)'[^)]*\)", r"\1", text)
    text = re.sub(r"\b(standoff\.documents(\.\w+)?|typing|typing_extensions)\.", "", text)
    return text.replace("int | str", "StateName")


def _type_words(text: str) -> str:
    """``list[StateName] | None`` as ``list of integer or text; or null``, entry types linked."""
    if inner := re.fullmatch(r"NotRequired\[(.*)\]", text):
        return _type_words(inner[1])
    if text.endswith(" | None"):
        return f"{_type_words(text.removesuffix(' | None'))}, or null"
    if inner := re.fullmatch(r"list\[(.*)\]", text):
        return f"list of {_type_words(inner[1])}"
    if inner := re.fullmatch(r"dict\[str, (.*)\]", text):
        return f"mapping to {_type_words(inner[1])}"
    if inner := re.fullmatch(r"Literal\[(.*)\]", text):
        return " or ".join(f"`{word}`" for word in re.findall(r"[\"']([^\"']*)[\"']", inner[1]))
    if text in entry_types():
        return f"[{text}](#json-{text.lower()})"
    if text in (kinds := _kinds()):
        return " or ".join(f"`{word}`" for word in kinds[text])
    return "any value" if text == "Any" else _WORDS[text]


@cache
def _kinds() -> dict[str, tuple[str, ...]]:
    """Texts of which a key holds one, where these have a name."""
    modules = [import_module(one.__module__) for one in entry_types().values()]
    named = {name: one for module in modules for name, one in vars(module).items() if get_origin(one) is Literal}
    return {name: get_args(one) for name, one in named.items()}


def table(one: type) -> list[str]:
    """The lines of Markdown that describe a typed dictionary."""
    analyzer = ModuleAnalyzer.for_module(one.__module__)
    docs = analyzer.find_attr_docs()
    lines = [" ".join((one.__doc__ or "").split()), "", "| Key | Holds | Meaning |", "|---|---|---|"]
    for name, text in _annotations(one).items():
        told = " ".join(" ".join(docs.get((one.__name__, name), [])).split()).replace("``", "`")
        sometimes = "" if name in one.__required_keys__ and "NotRequired" not in text else "Not always there. "  # type: ignore[attr-defined]
        lines.append(f"| `{name}` | {_type_words(text)} | {sometimes}{told} |")
    return [*lines, ""]


class JsonDocument(SphinxDirective):
    """``json-document:: solve``: the table of the document, and those of entry types not shown before."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """The tables, as parsed Markdown."""
        name = self.arguments[0]
        shown = self.env.__dict__.setdefault("json_documents_shown", {})
        here = shown.setdefault(self.env.docname, [])
        lines = table(documents.types()[name])
        for entry in used_by(documents.types()[name]):
            if entry not in here:
                here.append(entry)
                lines += [f"(json-{entry.lower()})=", f"**{entry}.** " + table(entry_types()[entry])[0], ""]
                lines += table(entry_types()[entry])[2:]
        here.append(name)
        node = nodes.container()
        self.state.nested_parse(StringList(lines, source="standoff.documents"), 0, node)
        return node.children


def _forget(_app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    env.__dict__.setdefault("json_documents_shown", {}).pop(docname, None)


def _all_shown(_app: Sphinx, env: BuildEnvironment) -> None:
    shown = {name for names in env.__dict__.get("json_documents_shown", {}).values() for name in names}
    for name in documents.types():
        if name not in shown:
            logger.warning("no page shows the JSON document %r (directive json-document)", name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive, and the check that no document was forgotten."""
    app.add_directive("json-document", JsonDocument)
    app.connect("env-purge-doc", _forget)
    app.connect("env-check-consistency", _all_shown)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
