"""From a conflict to the data of a file of GMCR+, and what such a file has no place for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from standoff.conflict.meaning import Meaning, Source, conflict_of, interpret
from standoff.conflict.model import (
    NO_EVIDENCE,
    NO_YES,
    Conflict,
    DecisionMaker,
    Direction,
    Option,
    OrderedStatements,
    Ranking,
    Statement,
    Weights,
)
from standoff.conflict.preference import groups_of
from standoff.errors import CannotSay
from standoff.formats.gmcr.identifiers import identifiers
from standoff.formats.gmcr.terms import Expander, Terms, TooManyTerms

MAX_RANKED = 4096  # states: nobody reads a longer ranking
MAX_LISTED = 4096  # combinations that are infeasible by a rule that has no short form
MAX_STATEMENTS = 31  # GMCR+ adds up powers of two, in 32 bits on some systems
MAX_LITERALS = 100  # of a condition, so that it can be read back as a formula of 10,000 characters
_DIRECTIONS = {Direction.BOTH: "both", Direction.FORWARD: "fwd", Direction.BACKWARD: "back"}


def file_document(source: Source) -> tuple[dict[str, Any], list[str]]:
    """The data of the file, and what of the conflict it leaves out.

    Raises CannotSay with all that the format cannot hold, and InvalidConflict.
    """
    conflict = conflict_of(source)
    _refuse(_foreign(conflict))
    meaning = interpret(source)
    expander = Expander(conflict)
    rules = _infeasible(meaning, expander)
    statements = [_statements(dm, expander) for dm in conflict.decision_makers]
    ranked = [dm.name for dm, given in zip(conflict.decision_makers, statements, strict=True) if given is None]
    reasons = []
    if rules is None:
        reasons.append(f"rules with no short form, by which more than {MAX_LISTED:,} combinations are infeasible")
    if ranked and len(meaning.states) > MAX_RANKED:
        reasons.append(f"rankings of more than {MAX_RANKED:,} states ({', '.join(ranked)})")
    _refuse(reasons)
    rankings = [_ranking(ranks) for ranks in meaning.ranks] if len(meaning.states) <= MAX_RANKED else None
    data = {
        "program": "standoff",
        "title": conflict.title,
        "useManualPreferenceRanking": bool(ranked),
        "options": [
            {"name": option.title or option.name, "permittedDirection": _DIRECTIONS[option.moves]}
            for _, option in conflict.options
        ],
        "decisionMakers": _makers(conflict, statements, rankings),
        "infeasibles": rules,
    }
    return data, [what for what, is_there in _extras(conflict, ranked).items() if is_there]


def _makers(conflict: Conflict, statements: Sequence[list[Any] | None], rankings: list[Any] | None) -> list[Any]:
    numbers = iter(range(len(conflict.options)))
    return [
        {
            "name": dm.label,
            "options": [next(numbers) for _ in dm.options],
            "preferences": statements[i] or [],
            **({"preferenceRanking": rankings[i]} if rankings else {}),
        }
        for i, dm in enumerate(conflict.decision_makers)
    ]


def _refuse(reasons: Sequence[str]) -> None:
    if reasons:
        raise CannotSay(f"a .gmcr file cannot hold {'; '.join(reasons)}")


def _foreign(conflict: Conflict) -> list[str]:
    """What of the conflict itself has no form there."""
    if conflict.graph is not None:
        return ["states and moves that are given outright (graph form)"]
    reasons = ["states with names of their own"] if conflict.states else []
    whole = [(f"{dm.name}.{option.name}", option) for dm, option in conflict.options]
    many = [name for name, option in whole if len(option.levels) != 2]
    fixed = [name for name, option in whole if option.moves not in _DIRECTIONS]
    reasons += [f"options of more than two levels ({', '.join(many)})"] if many else []
    return reasons + ([f"options that never move ({', '.join(fixed)})"] if fixed else [])


# Conditions


def _infeasible(meaning: Meaning, expander: Expander) -> list[Any] | None:
    """The rules, in which GMCR+ takes no compounds: each term is one of its own. None where they are too long."""
    try:
        terms = [expander.terms(rule.formula) for rule in meaning.conflict.infeasible]
        rows = [_all_of(term) for term in dict.fromkeys(chain.from_iterable(terms))]
        if len(rows) > MAX_LISTED:
            raise TooManyTerms
        return rows
    except TooManyTerms:
        space, codes = meaning.states.combinations, meaning.states.codes
        if space.count - len(codes) > MAX_LISTED:
            return None
        left = np.setdiff1d(np.arange(space.count), codes)
        return [_all_of(frozenset(enumerate(space.levels(int(code))))) for code in left]


def _statements(dm: DecisionMaker, expander: Expander) -> list[Any] | None:
    """Ordered statements as conditions; None where only a ranking says it."""
    if not isinstance(dm.preference, OrderedStatements):
        return None
    try:
        terms = [expander.terms(statement.formula) for statement in dm.preference.statements]
    except TooManyTerms:
        return None
    told = [one for one in terms if one and frozenset() not in one]  # what is always or never so orders nothing
    if len(told) > MAX_STATEMENTS or any(sum(map(len, one)) > MAX_LITERALS for one in told):
        return None
    return [_condition(one) for one in told]


def _condition(terms: Terms) -> Any:
    if len(terms) == 1:
        return _all_of(terms[0])
    return {"compound": True, "members": [_all_of(term) for term in terms]}


def _all_of(term: frozenset[tuple[int, int]]) -> list[Any]:
    return [[option, "NY"[level]] for option, level in sorted(term)]


def _ranking(ranks: npt.NDArray[np.int32]) -> list[Any]:
    """The numbers of the states, best first; equal ones in a list of their own."""
    numbers = ([s + 1 for s in group] for group in groups_of(ranks))
    return [group[0] if len(group) == 1 else group for group in numbers]


# What is left out


def _extras(conflict: Conflict, ranked: Sequence[str]) -> dict[str, bool]:
    """What a file of GMCR+ has no place for, and whether the conflict says such a thing."""
    makers, statements = conflict.decision_makers, list(_statements_of(conflict))
    options = [option for _, option in conflict.options]
    reduced = [dm.name for dm in makers if dm.name in ranked and not isinstance(dm.preference, Ranking)]
    return {
        "the date": conflict.date is not None,
        "descriptions": any([conflict.about, *(dm.about for dm in makers)]),
        "sources and evidence": _is_evidenced(conflict, statements, options),
        "names beside titles": _has_own_names(conflict),
        "names of levels": any(option.levels != NO_YES for option in options),
        "how options slip": any(option.slips is not None for option in options),
        "titles of statements": any(statement.title is not None for statement in statements),
        "definitions (they are written out)": bool(conflict.definitions),
        f"what the rankings of {', '.join(reduced)} rest on": bool(reduced),
        "the status quo": conflict.status_quo is not None,
        "views": bool(conflict.views),
        "the history": bool(conflict.history),
        "relations": conflict.relations is not None,
        "claims": bool(conflict.claims),
        "published answers": conflict.published is not None,
    }


def _has_own_names(conflict: Conflict) -> bool:
    """Whether some name is another than would be made of its title."""
    groups: list[tuple[str, Sequence[DecisionMaker | Option]]] = [("dm", conflict.decision_makers)]
    groups += [("option", dm.options) for dm in conflict.decision_makers]
    return any(
        [one.name for one in group] != [name for name, _ in identifiers([one.title or one.name for one in group], kind)]
        for kind, group in groups
    )


def _is_evidenced(conflict: Conflict, statements: Sequence[Statement], options: Sequence[Option]) -> bool:
    given = [judgement.evidence for judgement in conflict.judgements()]
    given += [statement.evidence for statement in statements] + [option.evidence for option in options]
    return bool(conflict.sources) or any(evidence != NO_EVIDENCE for evidence in given)


def _statements_of(conflict: Conflict) -> Iterator[Statement]:
    yield from conflict.infeasible
    yield from (definition.statement for definition in conflict.definitions)
    for dm in conflict.decision_makers:
        match dm.preference:
            case OrderedStatements(statements):
                yield from statements
            case Weights(weights):
                yield from (weight.statement for weight in weights)


# Layout


def json_text(data: Mapping[str, Any]) -> str:
    """The data as JSON, the entries of a list on lines of their own; in ASCII, which is read alike on every system."""
    rows = [f"{json.dumps(key)}: {_rows(value)}" for key, value in data.items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _rows(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n  " + ",\n  ".join(json.dumps(entry) for entry in value) + "\n]"
