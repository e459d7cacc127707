"""A smallest change of a judgement, in words."""

from __future__ import annotations

from standoff.conflict.edits import Edit
from standoff.conflict.model import Definition, Statement
from standoff.conflict.syntax import chained, parse
from standoff.graph import Graph
from standoff.wording.words import act_words, formula_words

_OTHERWISE = {
    "drop": "not so",
    "negate": "the opposite",
    "swap": "behind the next one",
    "top": "above all else",
    "drop_rule": "no rule",
    "make_reversible": "reversible",
}


def edit_words(graph: Graph, edit: Edit) -> str:
    """What is done to the judgement: an imperative."""
    if edit.kind == "status_quo" and edit.level is not None:
        dm, option = graph.conflict.options[graph.meaning.vocabulary.position[str(edit.path[-1])]]
        level = next(k for k, one in enumerate(option.levels) if one.name == edit.level)
        return f"suppose {dm.label}: {act_words(option, level)}"
    if (part := _left_out(graph, edit)) is not None:
        return f"leave out “{part}”"
    if edit.kind == "join_otherwise":
        return "let any one of its parts be enough" if _joins_by_or(edit) else "ask for all of its parts together"
    return edit.words


def otherwise(graph: Graph, edit: Edit) -> str:
    """What the judgement would be after the change: ``were it ...``."""
    if (part := _left_out(graph, edit)) is not None:
        return f"without “{part}”"
    if edit.kind == "join_otherwise":
        return "true as soon as one of its parts is" if _joins_by_or(edit) else "true only where all of its parts are"
    return _OTHERWISE[edit.kind]


def definition_words(graph: Graph, one: Definition) -> str:
    """What a definition says, with titles in place of names."""
    called = one.statement.title or one.name.replace("_", " ")
    return f"{called}, that is: {formula_words(graph, Statement(one.statement.formula))}"


def _left_out(graph: Graph, edit: Edit) -> str | None:
    """The part of a definition that is left out, in words; None of other changes."""
    if edit.rewording is None or not edit.rewording.without:
        return None
    return formula_words(graph, Statement(parse(edit.rewording.without)))


def _joins_by_or(edit: Edit) -> bool:
    """Whether the parts of a definition are joined by ``or`` after the change."""
    found = None if edit.rewording is None else chained(parse(edit.rewording.formula))
    return found is not None and found[0] == "or"
