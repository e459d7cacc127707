"""Whether the tests of claims name what is there: decision makers, concepts, formulas, states; by kind of argument."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.concepts import CONCEPTS, one_after_another
from standoff.conflict.claim_tests import ArgumentKind, Combined, Test, decision_makers, given, kind
from standoff.conflict.model import Conflict, StateName
from standoff.conflict.parties import unknown_party
from standoff.conflict.syntax import Formula
from standoff.errors import Path, Problems, shorten, unknown


def check_claims(conflict: Conflict, problems: Problems) -> None:
    """Each claim has a name of its own, and its test names what is there and goes together."""
    seen: set[str] = set()
    for k, claim in enumerate(conflict.claims):
        if claim.id in seen:
            problems.add(("claims", k, "id"), f'claim "{shorten(claim.id)}" is given twice')
        seen.add(claim.id)
        for path, test in _tests(("claims", k, "test"), claim.test):
            _check_parties(conflict, problems, path, test)
            _check_concepts(problems, path, test)
            misfit = _misfit(test)
            if misfit is not None:
                key, message = misfit
                problems.add((*path, key), message)


def _check_parties(conflict: Conflict, problems: Problems, path: Path, test: Test) -> None:
    names = [dm.name for dm in conflict.decision_makers]
    others = {
        name for _, name in decision_makers(test, ArgumentKind.PARTY, ArgumentKind.PAIR)
    }  # each another: none is suggested
    for key, name in decision_makers(test):
        if name not in names:
            problems.add((*path, key), unknown_party(conflict, name, but=others))


def _check_concepts(problems: Problems, path: Path, test: Test) -> None:
    for which, fitting in ((ArgumentKind.CONCEPT, CONCEPTS), (ArgumentKind.CONCEPT_IN_TURN, one_after_another())):
        for key, concept in given(test, which):
            if concept not in CONCEPTS:
                problems.add((*path, key), unknown("concept", concept, fitting))
            elif concept not in fitting:
                message = f"{concept} looks at moves made at the same time; here one follows another"
                problems.add((*path, key), message)


def _misfit(test: Test) -> tuple[str, str] | None:
    """What of the arguments of a test does not go together: at which key, and how that is said."""
    for key, groups in given(test, ArgumentKind.GROUPS):
        if not all(groups):
            return key, "an empty group"
    for key, (one, other) in given(test, ArgumentKind.PAIR):
        if one == other:
            return key, f"{one} twice; two different decision makers are compared"
    return test.misfit()


def _tests(path: Path, test: Test) -> Iterator[tuple[Path, Test]]:
    """The simple tests that a test is made of, each with the path of its arguments."""
    path = (*path, kind(test))
    match test:
        case Combined("not", (part,)):
            yield from _tests(path, part)
        case Combined(_, parts):
            for k, part in enumerate(parts):
                yield from _tests((*path, k), part)
        case _:
            yield path, test


def _claimed(conflict: Conflict) -> Iterator[tuple[Path, Test]]:
    for k, claim in enumerate(conflict.claims):
        yield from _tests(("claims", k, "test"), claim.test)


def claimed_formulas(conflict: Conflict) -> Iterator[tuple[Path, Formula]]:
    """Every formula in a test of a claim."""
    for path, test in _claimed(conflict):
        for key, place in given(test, ArgumentKind.PLACE):
            if place.formula is not None:
                yield (*path, key), place.formula
        for key, formulas in given(test, ArgumentKind.FORMULAS):
            yield from (((*path, key, k), formula) for k, formula in enumerate(formulas))


def claimed_states(conflict: Conflict) -> Iterator[tuple[Path, StateName]]:
    """Every state that a claim names."""
    for path, test in _claimed(conflict):
        for key, place in given(test, ArgumentKind.PLACE):
            yield from (((*path, key), name) for name in place.states)
