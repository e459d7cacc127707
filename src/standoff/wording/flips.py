"""What a change of a judgement does, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from standoff.analysis.flips import Flip, Variations
from standoff.concepts import Standing, deciding, deciding_concepts
from standoff.conflict.model import StateName
from standoff.wording.brief import then_words
from standoff.wording.edits import edit_words
from standoff.wording.ladder import at_least, bracketed, standing_under, tells_standing
from standoff.wording.states import state_in_words
from standoff.wording.words import count, joined

ENDINGS = {"appear": "appears", "vanish": "vanishes"}
NAMED = 2  # states up to which they are named


def changed(variations: Variations, flip: Flip) -> str:
    """What is changed, and what that does."""
    return f"{edit_words(variations.graph, flip.edits[0])}: {changes(variations, flip)}."


def changes(variations: Variations, flip: Flip) -> str:
    """What a flip does to the present situation, and at which other states everybody would stay after it.

    By the ladder; where only some concepts were asked for, by these.
    """
    if tells_standing(variations.concepts):
        finer = sorted({*flip.status_quo, *flip.appears, *flip.vanishes}, key=variations.concepts.index)
        nothing = f"nothing but which answers could be undone, or come at the same time{bracketed(finer)}"
        return nothing if finer_only(variations, flip) else "; ".join(_by_standing(variations, flip))
    return "; ".join([*_quo_by_concept(flip), *_others_by_concept(flip)])


def finer_only(variations: Variations, flip: Flip) -> bool:
    """Whether a change leaves it as it is where everybody would stay, and how firmly: only finer concepts differ."""
    return tells_standing(variations.concepts) and not any(_by_standing(variations, flip))


def _by_standing(variations: Variations, flip: Flip) -> list[str]:
    return [*_quo_by_standing(variations, flip), *_others_by_standing(variations, flip)]


def now(variations: Variations) -> str:
    """How the present situation stands without any change, as a sentence; nothing where there is none."""
    quo = variations.answers.status_quo
    holding = [name for name, holds in quo.items() if holds]
    if not quo:
        return ""
    if not tells_standing(variations.concepts):
        return f"Now everybody would stay in the present situation{bracketed(holding)}." if holding else _NO_LONGER
    step = standing_under(holding)
    if step is Standing.WILL_MOVE:
        return "Now the present situation does not last."
    return f"Now the present situation lasts, everybody {at_least(step)}."


_NO_LONGER = "Now somebody would leave the present situation."


# By the ladder


def _quo_by_standing(variations: Variations, flip: Flip) -> Iterator[str]:
    before = variations.answers.status_quo
    after = {**before, **flip.status_quo}
    steps = [standing_under([name for name, holds in one.items() if holds]) for one in (before, after)]
    if before and steps[0] is not steps[1]:
        yield then_words(steps[1])


def _others_by_standing(variations: Variations, flip: Flip) -> Iterator[str]:
    """At which states but the status quo everybody would stay that did not, or no more; and at how many more firmly."""
    graph, lasting = variations.graph, deciding(Standing.DETERRED_AT_COST).name
    quo = None if graph.meaning.status_quo is None else graph.states.names[graph.meaning.status_quo]
    deciding_ones = deciding_concepts()
    found = []
    for by in (flip.appears, flip.vanishes):
        here = {name for name in by.get(lasting, ()) if name != quo}
        found.append(here)
        found.append({name for one in deciding_ones for name in by.get(one, ()) if name != quo} - here)
    gained, firmer, lost, softer = found
    if gained:
        yield f"everybody would stay at {_counted(variations, flip, gained)}"
    if lost:
        yield f"somebody would leave {_counted(variations, flip, lost)}"
    for names, how in ((firmer - gained - lost, "firmer"), (softer - gained - lost, "less firm")):
        if names:
            yield f"{_counted(variations, flip, names)} would be {how}"


def _counted(variations: Variations, flip: Flip, names: set[StateName]) -> str:
    """How many other states, in words where they are few and a change of preferences leaves them what they are."""
    graph = variations.graph
    if len(names) > NAMED or any(edit.whose_preference is None for edit in flip.edits):
        return count(len(names), "other state")
    known = list[StateName](graph.states.names)
    return joined(state_in_words(graph, s) for s in sorted(known.index(name) for name in names))


# By concepts


def _quo_by_concept(flip: Flip) -> Iterator[str]:
    gained = [name for name, holds in flip.status_quo.items() if holds]
    lost = [name for name, holds in flip.status_quo.items() if not holds]
    if gained:
        yield f"everybody would stay in the present situation{bracketed(gained)}"
    if lost:
        yield f"somebody would leave the present situation{bracketed(lost)}"


def _others_by_concept(flip: Flip) -> Iterator[str]:
    """How many equilibria come or go: ``2 equilibria appear (Nash)``."""
    for verb, by_concept in (("appear", flip.appears), ("vanish", flip.vanishes)):
        for states, concepts in _together(by_concept).items():
            number = len(states)
            text = f"1 equilibrium {ENDINGS[verb]}" if number == 1 else f"{number:,} equilibria {verb}"
            yield f"{text}{bracketed(concepts)}"


def _together(by_concept: Mapping[str, Sequence[StateName]]) -> dict[tuple[StateName, ...], list[str]]:
    under: dict[tuple[StateName, ...], list[str]] = {}
    for concept, states in by_concept.items():
        if states:
            under.setdefault(tuple(states), []).append(concept)
    return under
