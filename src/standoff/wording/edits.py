"""A smallest change of a judgement, in words."""

from __future__ import annotations

from collections.abc import Sequence

from standoff.conflict.edits import Edit
from standoff.conflict.model import Definition, Ranking, Statement, StateName
from standoff.conflict.syntax import chained, parse
from standoff.graph import Graph
from standoff.wording.states import state_in_words
from standoff.wording.words import act_words, count, formula_words, joined

NAMED = 2  # tied states up to which all are named

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
    if (pair := _swapped(graph, edit)) is not None:
        return f"rank {pair[1]} just above {pair[0]}"
    return edit.words


def otherwise(graph: Graph, edit: Edit) -> str:
    """What the judgement would be after the change: ``were it ...``."""
    if (part := _left_out(graph, edit)) is not None:
        return f"without “{part}”"
    if edit.kind == "join_otherwise":
        return "true as soon as one of its parts is" if _joins_by_or(edit) else "true only where all of its parts are"
    if (pair := _swapped(graph, edit)) is not None:
        return f"with {pair[1]} just above {pair[0]}"
    return _OTHERWISE[edit.kind]


def states_in_question(graph: Graph, edit: Edit) -> str:
    """Which part of a judgement would be wrong, in brackets: the states of a ranking; of others nothing."""
    pair = _swapped(graph, edit)
    return "" if pair is None else f" ({pair[0]} just above {pair[1]})"


def definition_words(graph: Graph, one: Definition) -> str:
    """What a definition says, with titles in place of names."""
    called = one.statement.title or one.name.replace("_", " ")
    return f"{called}, that is: {formula_words(graph, Statement(one.statement.formula))}"


def _left_out(graph: Graph, edit: Edit) -> str | None:
    """The part of a definition that is left out, in words; None of other changes."""
    if edit.rewording is None or not edit.rewording.without:
        return None
    return formula_words(graph, Statement(parse(edit.rewording.without)))


def _swapped(graph: Graph, edit: Edit) -> tuple[str, str] | None:
    """The places of a ranking that are swapped, the better first, by their states in words; None of other changes."""
    match edit.path:
        case ("decision_makers", str(name), "ranking", int(k)):
            ranking = graph.conflict.decision_maker(name).preference
            if isinstance(ranking, Ranking):
                return _tied(graph, ranking.groups[k]), _tied(graph, ranking.groups[k + 1])
    return None


def _tied(graph: Graph, names: Sequence[StateName]) -> str:
    """States at one place of a ranking, in words; of many the first."""
    told = [state_in_words(graph, graph.states.position[name]) for name in names[:NAMED]]
    more = len(names) - len(told)
    return joined([*told, count(more, "more state")] if more else told)


def _joins_by_or(edit: Edit) -> bool:
    """Whether the parts of a definition are joined by ``or`` after the change."""
    found = None if edit.rewording is None else chained(parse(edit.rewording.formula))
    return found is not None and found[0] == "or"
