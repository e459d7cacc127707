"""From tests of claims to the plain data of a file, by their descriptions in ``conflict.claim_tests``."""

from __future__ import annotations

from typing import Any

from standoff.conflict.claim_tests import ARGUMENTS, Argument, ArgumentKind, Combined, Place, Test, kind
from standoff.formats.tree import Data


def write_test(test: Test) -> dict[str, Data]:
    """The data of a test; what is as it would be without being given stays unwritten, unless it is always stated."""
    if isinstance(test, Combined):
        parts: list[Data] = [write_test(part) for part in test.parts]
        return {test.word: parts[0] if test.word == "not" else parts}
    given = {one: getattr(test, one.name) for one in _in_order(ARGUMENTS[type(test)])}
    return {
        kind(test): {
            one.key: written(one.kind, value)
            for one, value in given.items()
            if one.is_required or one.stated or value != one.default
        }
    }


def _in_order(given: tuple[Argument, ...]) -> list[Argument]:
    """Arguments as they are written: each in its place, or directly before another."""
    keys = [one.key for one in given]
    return sorted(given, key=lambda one: keys.index(one.before) - 0.5 if one.before else keys.index(one.key))


def written(what: ArgumentKind, value: Any) -> Data:
    """An argument as a file has it."""
    match what:
        case ArgumentKind.PLACE:
            return _place(value)
        case ArgumentKind.FORMULAS:
            return [formula.text for formula in value]
        case ArgumentKind.PARTIES | ArgumentKind.PAIR:
            return list(value)
        case ArgumentKind.GROUPS:
            return [list(group) for group in value]
        case ArgumentKind.WORD:
            return str(value)
    given: Data = value
    return given


def _place(place: Place) -> Data:
    if place.formula is not None:
        return place.formula.text
    if place.is_status_quo:
        return "status_quo"
    return place.states[0] if len(place.states) == 1 else list(place.states)
