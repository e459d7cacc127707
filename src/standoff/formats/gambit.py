"""Gambit's strategic games (.nfg), write only: https://gambitproject.readthedocs.io (The strategic game file format).

Players are decision makers, strategies the combinations of levels of their options, payoffs ordinal ranks: higher is
better, and nothing but the order means anything. Infeasible combinations share an outcome of their own, 0 for
everybody (and not the null outcome of the format, which pygambit cannot tabulate). Recent versions read ASCII only, so
other letters lose their marks, or a stand-in takes the place of the name.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from standoff.errors import CannotSay, Note
from standoff.letters import composed
from standoff.meaning import Meaning, interpret
from standoff.model import NO_YES, Conflict, DecisionMaker, Direction
from standoff.states import Combinations, vector

MAX_PROFILES = 2**20
PER_LINE = 20


def write(conflict: Conflict) -> str:
    """The game, in the outcome version of the format.

    Raises CannotSay in graph form, where combinations are merged into one state, and where there are too many.
    """
    if conflict.graph is not None:
        raise CannotSay("a strategic game is made of options; this conflict gives its states and moves outright")
    count = Combinations(tuple(len(option.levels) for _, option in conflict.options)).count
    if count > MAX_PROFILES:
        raise CannotSay(f"{count:,} combinations of levels; a game is written with at most {MAX_PROFILES:,}")
    meaning = interpret(conflict)
    if meaning.states.merged:
        raise CannotSay("a strategic game has an outcome for each combination; here several are merged into one state")
    _tell(conflict)
    return "\n".join([*_prologue(meaning), "{", *_outcomes(meaning), "}", "", *_body(meaning)]) + "\n"


def _tell(conflict: Conflict) -> None:
    """Notes on what the game lacks."""
    if any(option.moves is not Direction.BOTH for _, option in conflict.options):
        warnings.warn(Note("a strategic game has no directions: there every level can be left again"), stacklevel=3)
    given = [dm.name for dm in conflict.decision_makers]
    told = zip(
        [*given, *(o.name for _, o in conflict.options)],
        [
            *_ascii(given, "player"),
            *(name for dm in conflict.decision_makers for name in _ascii([o.name for o in dm.options], "option")),
        ],
        strict=True,
    )
    stand_ins = [f'"{other}" stands for {name}' for name, other in told if " " in other]
    if stand_ins:
        warnings.warn(Note(f"a game is in ASCII: {', '.join(stand_ins)}"), stacklevel=3)


def _prologue(meaning: Meaning) -> Iterator[str]:
    conflict = meaning.conflict
    players = _ascii([dm.name for dm in conflict.decision_makers], "player")
    yield f"NFG 1 R {_label(f'{conflict.title} (payoffs are ordinal ranks)')}"
    yield f"{{ {' '.join(map(_label, players))} }}"
    yield "{"
    for dm in conflict.decision_makers:
        yield f"  {{ {' '.join(map(_label, _strategies(dm)))} }}"
    yield "}"
    told = "Payoffs are ordinal ranks: higher is better, and only their order means anything."
    if len(meaning.states.codes) < meaning.states.combinations.count:
        told += " Combinations that are infeasible have an outcome of that name, 0 for everybody."
    yield _label(told)


def _strategies(dm: DecisionMaker) -> Iterator[str]:
    """All combinations of a decision maker's own levels, the first option changing fastest."""
    words = []
    for option, name in zip(dm.options, _ascii([option.name for option in dm.options], "option"), strict=True):
        levels = _ascii([level.name for level in option.levels], "level")
        plain = levels == [level.name for level in NO_YES]
        words.append([f"not {name}", name] if plain else [f"{name} = {level}" for level in levels])
    return (", ".join(reversed(combination)) for combination in product(*reversed(words)))


def _outcomes(meaning: Meaning) -> Iterator[str]:
    """One for each state, by its name and its title or vector, with a rank from 1 for each player."""
    states = meaning.states
    radices = states.combinations.radices
    ranks = (meaning.ranks - meaning.ranks.min(axis=1, keepdims=True) + 1).T.tolist()
    for s, payoffs in enumerate(ranks):
        levels, name = states.levels(s), states.names[s]
        assert levels is not None
        told = states.title(s) or vector(levels, radices)
        label = f"{name}: {told}" if isinstance(name, int) else f"{s + 1}: {name}, {told}"  # each its own, in ASCII too
        yield _outcome(label, payoffs)
    if len(states.codes) < states.combinations.count:
        yield _outcome("infeasible", [0] * len(meaning.ranks))


def _outcome(label: str, payoffs: Sequence[int]) -> str:
    return f"  {{ {_label(label)} {', '.join(map(str, payoffs))} }}"


def _body(meaning: Meaning) -> Iterator[str]:
    """The outcome of each profile, the first player's strategies changing fastest: so are codes of combinations."""
    states = meaning.states
    outcome = np.full(states.combinations.count, len(states) + 1)
    outcome[states.codes] = states.of_code + 1
    for start in range(0, len(outcome), PER_LINE):
        yield " ".join(map(str, outcome[start : start + PER_LINE].tolist()))


def _ascii(names: Sequence[str], word: str) -> list[str]:
    """Names without the marks of their letters; where they are of another script or no longer apart: ``player 2``."""
    told: list[str] = []
    for k, name in enumerate(names, start=1):
        plain = _unmarked(name)
        clashes = plain != name and (plain in names or plain in told)
        told.append(f"{word} {k}" if clashes or not plain.isascii() else plain)
    return told


def _unmarked(text: str) -> str:
    return "".join(c for c in composed(text, "NFKD") if not unicodedata.combining(c))


def _label(text: str) -> str:
    """A text in quotes. The format has an escape for quotes and none for backslashes, which become slashes."""
    printable = "".join(c if c.isprintable() else " " for c in _unmarked(text))
    plain = " ".join(printable.encode("ascii", "replace").decode().split())
    return '"' + plain.replace("\\", "/").replace('"', '\\"') + '"'
