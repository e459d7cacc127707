"""What a change of a judgement does, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from standoff.analysis.flips import Flip
from standoff.conflict.model import StateName
from standoff.wording.words import joined

ENDINGS = {"appear": "appears", "vanish": "vanishes"}
NAMED = 3  # equilibria up to which they are named


def changed(flip: Flip) -> str:
    """What is changed, and what that does."""
    edit = flip.edits[0]
    match edit.path:
        case (*_, "ranking", int(k)):
            return f"{edit.words} (place {k + 1}): {changes(flip)}."
    return f"{edit.words}: {changes(flip)}."


def changes(flip: Flip) -> str:
    """What a flip does to the status quo, and which other equilibria come and go."""
    parts = [f"the status quo {what}" for what in on_quo(flip)]
    parts += [
        _others(verb, by) for verb, by in (("appear", flip.appears), ("vanish", flip.vanishes)) if any(by.values())
    ]
    return "; ".join(parts)


def on_quo(flip: Flip) -> list[str]:
    """What a flip does to the status quo, as what is said of it."""
    gained = [name for name, holds in flip.status_quo.items() if holds]
    lost = [name for name, holds in flip.status_quo.items() if not holds]
    parts = [f"becomes an equilibrium under {joined(gained)}"] if gained else []
    return parts + ([f"is no longer an equilibrium under {joined(lost)}"] if lost else [])


def _others(verb: str, by_concept: Mapping[str, Sequence[StateName]]) -> str:
    """Which equilibria come or go: ``2 equilibria (3, 5) appear under Nash, 7 under GMR and SMR``."""
    under: dict[tuple[StateName, ...], list[str]] = {}
    for concept, states in by_concept.items():
        if states:
            under.setdefault(tuple(states), []).append(concept)
    parts: list[str] = []
    for states, concepts in under.items():
        which = f" ({', '.join(map(str, states))})" if len(states) <= NAMED else ""
        if parts:
            parts.append(f"{len(states):,}{which} under {joined(concepts)}")
        elif len(states) == 1:
            parts.append(f"1 equilibrium{which} {ENDINGS[verb]} under {joined(concepts)}")
        else:
            parts.append(f"{len(states):,} equilibria{which} {verb} under {joined(concepts)}")
    return ", ".join(parts)
