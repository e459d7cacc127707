"""Changes between two models, and verdicts that are others, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import is_dataclass
from typing import Any

from standoff.analysis.diff import ModelDiff, Turn
from standoff.concepts import Standing
from standoff.conflict import model
from standoff.conflict.changes import ModelChange, is_negation
from standoff.conflict.evidence import Quote, Source
from standoff.conflict.model import Conflict, Direction, OrderedStatements, Statement
from standoff.conflict.syntax import Formula, FormulaError
from standoff.errors import Path, shorten
from standoff.graph import Graph
from standoff.wording.words import count, formula_words, joined, lower_first

WIDTH = 120  # characters of a text that is no statement
DIRECTIONS = {
    Direction.BOTH: "moves both ways",
    Direction.FORWARD: "moves only upwards",
    Direction.BACKWARD: "moves only downwards",
    Direction.FIXED: "never moves",
}
PARTS = {
    "title": "the title",
    "about": "the text about it",
    "plural": "whether its title is a plural",
    "why": "the reason",
    "quote": "the quote",
    "kind": "the kind of evidence",
    "sure": "how sure it is",
    "relation": "the measured relation",
    "says": "the sentence",
    "date": "the date",
    "moves": "how it moves",
    "slips": "how often it slips",
    "weight": "the weight",
    "hidden": "whether it is known of",
    "published": "the answers of others",
    "relations": "the table of measured relations",
    "view_depth": "how deep views go",
    "test": "the test",
    "preference": "the kind of preference",
    "calls": "whether states are called by it",
    "history_start": "where the history begins",
}
LISTS = {
    "decision_makers": "the decision makers",
    "options": "the options",
    "sources": "the sources",
    "define": "the definitions",
    "definitions": "the definitions",
    "infeasible": "the rules",
    "states": "the states",
    "views": "the views",
    "claims": "the claims",
    "limits": "the limits",
    "impossible": "what it is taken to be unable to do",
    "levels": "the levels",
    "weights": "the weights",
}


def whose(conflict: Conflict, path: Path) -> str:
    """Whose it is that stands at a path: a decision maker, one and how it sees another; else a part of the conflict."""
    match path:
        case ("decision_makers", str(name), *_):
            return _label(conflict, name)
        case ("views", *rest):
            names = [str(part) for k, part in enumerate(rest) if part != "views" and k < 2 + 2 * rest.count("views")]
            chain = [name for name in names if any(dm.name == name for dm in conflict.decision_makers)]
            return f"How {' thinks that '.join(_label(conflict, name) for name in chain[:-1])} sees " + (
                _label(conflict, chain[-1]) if chain else "others"
            )
        case ("infeasible", *_):
            return "What is impossible"
        case ("status_quo", *_):
            return "Where it stands"
        case ("define" | "names", *_):
            return "Definitions"
        case ("states" | "graph", *_):
            return "States and moves"
        case ("claims", *_):
            return "Claims"
        case ("sources", *_):
            return "Sources"
        case ("history" | "history_start", *_):
            return "History"
    return "The conflict"


def _label(conflict: Conflict, name: str) -> str:
    return next((dm.label for dm in conflict.decision_makers if dm.name == name), name)


def change_words(graphs: tuple[Graph, Graph], change: ModelChange) -> str:
    """What is changed, without whose it is."""
    old, new = graphs
    match change.kind:
        case "added":
            return f"added: {noun(new, change.after)}{_below(new.conflict, new, change)}"
        case "dropped":
            return f"dropped: {noun(old, change.before)}"
        case "moved":
            way = "up" if change.up else "down"
            return f"moved {way}: {noun(new, change.after)}{_below(new.conflict, new, change)}"
        case "order":
            return f"in another order: {LISTS.get(str(change.about[-2]), 'a list')}"
    if isinstance(change.before, Formula) and isinstance(change.after, Formula):
        if is_negation(change.before, change.after):
            return f"turned into its opposite: {noun(old, Statement(change.before))}"
        of = f"{change.path[1]}: " if change.path[0] in ("define", "names") else ""
        return f"{of}{noun(new, Statement(change.after))} in place of {noun(old, Statement(change.before))}"
    if change.about == ("status_quo", "state"):
        return _quo_words(old.conflict, change.before, change.after)
    return _part_words(old, change, noun(old, change.before), noun(new, change.after))


def _part_words(old: Graph, change: ModelChange, before: str, after: str) -> str:
    """A part of something that is another; of which thing, where that is not its owner."""
    part = str(change.about[-1])
    told = PARTS.get(part, part.replace("_", " "))
    match change.path:
        case (*_, "options", str(name)) | (*_, "options", str(name), _):
            of = f" of the option {name}" if part != "moves" else f" (option {name})"
        case (*_, "prefers" | "infeasible" | "impossible" | "as_in_truth_except" as what, int(k), _):
            of = f" of {'rule' if what == 'infeasible' else 'statement'} {k + 1}"
        case (*_, "weights", str(text)) | (*_, "weights", str(text), _):
            of = f" of “{_titled(old, change.path[1], text)}”"
        case ("claims" | "sources" | "define" | "names" | "history" | "states", _, *_):
            of = f" of {change.about[1]}" if isinstance(change.about[1], str) else ""
        case (*_, "levels", str(level), _):
            of = f" of the level {level}"
        case _:
            of = ""
    return f"{told}{of}: {before}, then {after}"


def noun(graph: Graph, value: Any) -> str:  # noqa: C901, PLR0912
    """What is added, dropped or moved, or a part before or after."""
    match value:
        case Statement():
            return f"“{_statement(graph, value)}”"
        case model.Weight(statement, weight):
            return f"“{_statement(graph, statement)}” with weight {weight}"
        case model.Option(name, title):
            return f"the option {name}" + (f" (“{title}”)" if title else "")
        case model.DecisionMaker():
            return f"the decision maker {value.label}" + _with_options(value)
        case model.Definition(name, statement):
            return f"{name}, meaning “{statement.formula}”"
        case model.NamedState(name, statement):
            return f"state {name}, “{_statement(graph, statement)}”"
        case model.View(of, by):
            return f"how {_label(graph.conflict, by)} sees {_label(graph.conflict, of)}"
        case model.Event(date, moves, title):
            return f"the event of {date or 'no date'}: {title or joined(f'{name} = {level}' for name, level in moves)}"
        case model.Claim(name, says):
            return f"the claim {name}, “{says}”"
        case Source(name, title):
            return f"the source {name}" + (f", “{title}”" if title else "")
        case model.Level(name):
            return f"the level {name}"
        case model.SeenOption(name):
            return f"how the option {name} is seen"
        case model.Difference(kind, statement, _, number):
            return f"{kind} {f'statement {number}' if number else f'“{statement.formula}”'}"
        case Quote(source, exact):
            return f"“{exact}” ({source})"
        case model.Direction():
            return DIRECTIONS[value]
        case model.StatusQuo(state):
            return noun(graph, state)
        case ():
            return "all at their first levels" if graph.conflict.status_quo else "nothing"
        case None:
            return "none"
        case tuple():
            return shorten(joined(_word(part) for part in value), WIDTH)
    return _atom(value)


def _word(part: Any) -> str:
    """A part of a list; of an option at a level both."""
    match part:
        case (str(name), str(level)):
            return f"{name} = {level}"
    return str(part)


def _atom(value: Any) -> str:
    """A part that has no words of its own."""
    forms = {"prefers": "ordered statements", "ranking": "a ranking", "weights": "weights"}
    key = getattr(value, "key", None)
    if key in forms:
        return forms[key]
    if is_dataclass(value) and type(value).__str__ is object.__str__:
        return "as it is there"
    text = " ".join(str(value).split())
    return f"“{shorten(text, WIDTH)}”" if " " in text else shorten(text, WIDTH) or "nothing"


def _with_options(dm: model.DecisionMaker) -> str:
    return f" with {count(len(dm.options), 'option')}" if dm.options else ""


def _titled(graph: Graph, name: str | int, text: str) -> str:
    """A weighted statement by its title, if it has one."""
    for dm in graph.conflict.decision_makers:
        stated = dm.preference.stated() if dm.name == name and dm.preference is not None else ()
        for _, statement in stated:
            if statement.formula.text == text:
                return shorten(statement.title or text)
    return shorten(text)


def _statement(graph: Graph, statement: Statement) -> str:
    """A statement as a clause; one that does not fit the conflict as it is written."""
    try:
        return formula_words(graph, statement)
    except FormulaError:
        return str(statement.formula)


def _below(conflict: Conflict, graph: Graph, change: ModelChange) -> str:
    """Where an ordered statement stands that was added or moved."""
    match change.new:
        case ("decision_makers", str(name), "prefers", int(k)):
            wants = conflict.decision_maker(name).preference
            if not isinstance(wants, OrderedStatements):
                return ""
            return f", just below “{_statement(graph, wants.statements[k - 1])}”" if k else ", above all else"
        case ("decision_makers", _, "ranking", int(k)):
            return f", at place {k + 1}"
    return ""


def _quo_words(conflict: Conflict, before: Any, after: Any) -> str:
    """Where it stands, before and after: the options that are at other levels."""
    if not (isinstance(before, tuple) and isinstance(after, tuple)):
        return f"the status quo: {_place_given(before)}, then {_place_given(after)}"
    options = conflict.vocabulary.options
    one, other = dict(before), dict(after)
    told = []
    for name in dict.fromkeys((*one, *other)):
        first = options[name][0] if name in options else "not given"
        if one.get(name, first) != other.get(name, first):
            told.append(f"{name}: {one.get(name, first)}, then {other.get(name, first)}")
    return f"the status quo: {'; '.join(told) or 'the same, told otherwise'}"


def _place_given(given: Any) -> str:
    """A status quo as a file gives it."""
    if isinstance(given, tuple):
        return ", ".join(f"{name} = {level}" for name, level in given) or "all at their first levels"
    return "none" if given is None else f"state {given}"


# Verdicts


def turn_words(conflict: Conflict, turn: Turn, names: tuple[str, str], counts: tuple[int, int] = (0, 0)) -> str:
    """A verdict that is another, as a sentence without its end: in which model it is what."""
    one, other = names
    match turn.of:
        case "standing":
            who = _label(conflict, turn.name)
            return f"{who}: {how_it_stands(turn.before)} in {one}, {how_it_stands(turn.after)} in {other}"
        case "claim":
            says = next(claim.says for claim in conflict.claims if claim.id == turn.name)
            return f"The claim “{says}” ({turn.name}) {turn.before} in {one}, and {turn.after} in {other}"
    gained, lost = counts
    told = [f"{gained:,} only in {other}"] if gained else []
    told += [f"{lost:,} only in {one}"] if lost else []
    return f"States that last: {joined(told) or 'the same in both, but some not as firmly'}"


def who_differs(found: ModelDiff, names: tuple[str, str]) -> str:
    """Who takes part in one of the models only, as a sentence; nothing where the same do in both."""
    models = (found.before.conflict, found.after.conflict)
    makers = [{dm.name: dm.label for dm in model.decision_makers} for model in models]
    alone = [[mine[name] for name in mine if name not in other] for mine, other in (makers, makers[::-1])]
    if not any(alone):
        return ""
    told = [f"{joined(labels)} only in {model}" for labels, model in zip(alone, names, strict=True) if labels]
    if not makers[0].keys() & makers[1].keys():
        return f"Nobody takes part in both: {'; '.join(told)}. They are models of two different conflicts. "
    return f"They do not have the same decision makers: {'; '.join(told)}. "


def lasting(found: ModelDiff, names: tuple[str, str]) -> str:
    """Whether the present situation lasts in each of the models, as a sentence; nothing where one has none."""
    both = [one.stands for one in (found.before, found.after)]
    if not all(both):
        return ""
    leaving = [[name for name, stands in one.items() if stands is Standing.WILL_MOVE] for one in both]
    if not any(leaving):
        return f"The present situation lasts in {names[0]} and in {names[1]}. "
    if all(leaving):
        return f"The present situation lasts neither in {names[0]} nor in {names[1]}. "
    k = 0 if leaving[0] else 1
    model = (found.before, found.after)[k].conflict
    who = joined(_label(model, name) for name in leaving[k])
    return f"The present situation lasts in {names[1 - k]} and not in {names[k]}: there {who} will move. "


def how_it_stands(standing: Standing | None) -> str:
    """How somebody stands at the status quo; or that there is none."""
    return "without a status quo" if standing is None else standing.words


def turn_names(conflict: Conflict, turns: Iterable[Turn]) -> str:
    """Which verdicts they are, in a few words."""
    by: dict[str, list[str]] = {}
    for turn in turns:
        by.setdefault(turn.of, []).append(turn.name)
    parts = []
    if whose := by.get("standing"):
        several = len(whose) > 1 or any(dm.plural for dm in conflict.decision_makers if dm.name in whose)
        verb = "stand" if several else "stands"
        parts.append(f"how {joined(_label(conflict, name) for name in whose)} {verb}")
    if "equilibria" in by:
        parts.append("which states last")
    if claims := by.get("claim"):
        parts.append(f"the claim{'' if len(claims) == 1 else 's'} {joined(claims)}")
    return joined(parts)


def value_words(value: Any) -> str:
    """One verdict."""
    return how_it_stands(value) if value is None or isinstance(value, Standing) else lower_first(str(value))
