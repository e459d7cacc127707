"""Whether answers that come with a conflict are about its decision makers and known concepts; the states they name."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.concepts import CONCEPTS
from standoff.conflict.model import Conflict, PublishedAnswers, StateName
from standoff.conflict.parties import unknown_party
from standoff.errors import Path, Problems, unknown


def check_published(conflict: Conflict, problems: Problems) -> None:
    """The answers that come with the conflict are about its decision makers and known concepts."""
    published = conflict.published
    if published is not None:
        _check_answers(conflict, problems, ("published",), published.answers)
        for key, answers in published.other:
            _check_answers(conflict, problems, ("published", key), answers)


def published_states(conflict: Conflict) -> Iterator[tuple[Path, StateName]]:
    """Every state that the published answers name."""
    published = conflict.published
    if published is not None:
        for key, answers in ((), published.answers), *(((key,), answers) for key, answers in published.other):
            for path, name in _states_in(answers):
                yield ("published", *key, *path), name


def _check_answers(conflict: Conflict, problems: Problems, path: Path, answers: PublishedAnswers) -> None:
    wrong = problems.add
    names = [dm.name for dm in conflict.decision_makers]
    concepts = [("equilibria", concept) for concept, _ in answers.equilibria]
    concepts += [("stability", concept) for concept, _ in answers.stability]
    for key, concept in concepts:
        if concept not in CONCEPTS:
            wrong((*path, key, concept), unknown("concept", concept, CONCEPTS))
    for concept, by_dm in answers.stability:
        for name, _ in by_dm:
            if name not in names:
                wrong((*path, "stability", concept, name), unknown_party(conflict, name))
    for k, coalition in enumerate(answers.coalitions or ()):
        for name in coalition.group:
            if name not in names:
                wrong((*path, "coalitions", k, "group"), unknown_party(conflict, name))


def _states_in(answers: PublishedAnswers) -> Iterator[tuple[Path, StateName]]:
    for concept, names in answers.equilibria:
        for name in names:
            yield ("equilibria", concept), name
    for concept, by_dm in answers.stability:
        for dm, names in by_dm:
            for name in names:
                yield ("stability", concept, dm), name
    for k, coalition in enumerate(answers.coalitions or ()):
        for name in (coalition.start, *coalition.to):
            yield ("coalitions", k), name
