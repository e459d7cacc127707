"""How firmly somebody stands: the plain words of the ladder, with the concepts of stability in brackets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from standoff.concepts import CONCEPTS, Standing, deciding, deciding_concepts
from standoff.wording.words import joined


def tells_standing(concepts: Collection[str]) -> bool:
    """Whether these concepts tell the four ways to stand still apart; else they are told one by one."""
    return {*deciding_concepts()} <= {*concepts}


def standing_under(names: Collection[str]) -> Standing:
    """How firmly one stands that is stable under these concepts, which tell it."""
    steps = (step for step in sorted(Standing, reverse=True) if step is not Standing.WILL_MOVE)
    return next((step for step in steps if deciding(step).name in names), Standing.WILL_MOVE)


def by_standing(equilibria: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    """States at which everybody would stay, by how firmly: ``at rest (Nash)``, and so on down the ladder."""
    under: dict[int, list[str]] = {}
    for name, states in equilibria.items():
        for s in states:
            under.setdefault(int(s), []).append(name)
    steps = {s: standing_under(names) for s, names in under.items()}
    lasting = sorted({step for step in steps.values() if step is not Standing.WILL_MOVE}, reverse=True)
    return {f"{step.words} ({deciding(step).name})": [s for s in under if steps[s] is step] for step in lasting}


def at_least(step: Standing) -> str:
    """What everybody is who stands so, or more firmly.

    >>> at_least(Standing.DETERRED_AT_COST)
    'at least deterred by costly threats'
    """
    if step is Standing.DETERRED_AT_COST:
        return "at least deterred by costly threats"
    return step.words if step is Standing.AT_REST else f"at least {step.words}"


def least_words(name: str) -> str:
    """What one is at least that is stable under a concept, with its name in brackets: ``at least deterred (SEQ)``."""
    one = CONCEPTS[name]
    if one.simultaneous:
        return f"held by moves made at the same time ({name})"
    undone = " and unable to undo that" if one.replies else ""
    match one.standing:
        case Standing.AT_REST:
            return f"{Standing.AT_REST.words} ({name})"
        case Standing.DETERRED:
            return f"at least deterred{undone} ({name})"
    return f"at least deterred by costly threats{undone} ({name})"


def lacking_words(name: str) -> str:
    """What one is not that is not stable under a concept, with its name in brackets: ``not deterred (SEQ)``."""
    one = CONCEPTS[name]
    if one.simultaneous or one.standing is Standing.AT_REST:
        return f"not {least_words(name)}"
    threats = "a threat" if one.credible else "a costly threat"
    if one.replies:
        return f"not deterred by {threats} that could not be undone ({name})"
    return f"not deterred ({name})" if one.credible else f"not deterred, even by {threats} ({name})"


def bracketed(names: Iterable[str]) -> str:
    """The names of concepts after plain words: `` (GMR and SMR)``; nothing where there are none."""
    told = joined(names)
    return f" ({told})" if told else ""


def standing_words(names: Sequence[str], looked_at: Collection[str]) -> str:
    """How one stands that is stable under some of the concepts looked at, with those that say so in brackets."""
    step = standing_under(names)
    if step is Standing.WILL_MOVE:
        return step.words
    says = [name for name in names if CONCEPTS[name].standing is step]
    undone = [
        one.name
        for one in CONCEPTS.values()
        if one.standing is step and one.replies and one.name in looked_at and one.name not in names
    ]
    return f"{step.words}{bracketed(says)}" + (", though an answer could be undone" if undone else "")
