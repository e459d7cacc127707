"""Gambit's strategic games (.nfg), write only: https://gambitproject.readthedocs.io (The strategic game file format).

Players are decision makers, strategies the combinations of levels of their options, payoffs ordinal ranks: higher is
better, and nothing but the order means anything. Infeasible combinations share an outcome of their own, 0 for
everybody (and not the null outcome of the format, which pygambit cannot tabulate). Recent versions read ASCII only, so
other letters lose their marks, or a stand-in takes the place of the name. An outcome is called as its state is.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count, product

import numpy as np

from standoff.conflict.letters import composed
from standoff.conflict.meaning import Meaning, Source, conflict_of, interpret
from standoff.conflict.model import NO_YES, Conflict, DecisionMaker, Direction
from standoff.conflict.states import Combinations, States, vector
from standoff.errors import CannotSay, Note

MAX_PROFILES = 2**20
PER_LINE = 20


def write(source: Source) -> str:
    """The game, in the outcome version of the format.

    Raises CannotSay in graph form, where combinations are merged into one state, and where there are too many.
    """
    conflict = conflict_of(source)
    if conflict.graph is not None:
        raise CannotSay("a strategic game is made of options; this conflict gives its states and moves outright")
    profiles = Combinations(tuple(len(option.levels) for _, option in conflict.options)).count
    if profiles > MAX_PROFILES:
        raise CannotSay(f"{profiles:,} combinations of levels; a game is written with at most {MAX_PROFILES:,}")
    meaning = interpret(source)
    if meaning.states.merged:
        raise CannotSay("a strategic game has an outcome for each combination; here several are merged into one state")
    names = _outcome_names(meaning.states)
    _tell(conflict)
    if by_vector := sum(told != str(name) for told, name in zip(names, meaning.states.names, strict=True)):
        which = (
            "1 state is called by its vector" if by_vector == 1 else f"{by_vector:,} states are called by their vectors"
        )
        warnings.warn(Note(f"a game is in ASCII: {which}"), stacklevel=2)
    return "\n".join([*_prologue(meaning), "{", *_outcomes(meaning, names), "}", "", *_body(meaning)]) + "\n"


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


def _outcome_names(states: States) -> list[str]:
    """What each state is called, no two alike: its number or name, or its vector where a game cannot hold that."""
    if isinstance(states.names, range):
        return [str(name) for name in states.names]
    names = [str(name) for name in states.names]
    taken = {name for name in names if _plain(name) == name}
    for s, name in enumerate(names):
        if _plain(name) != name:
            levels = states.levels(s)
            assert levels is not None
            names[s] = _free(vector(levels, states.combinations.radices), taken)
            taken.add(names[s])
    return names


def _free(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it where it is taken."""
    return next(one for one in chain([name], (f"{name} {k}" for k in count(2))) if one not in taken)


def _outcomes(meaning: Meaning, names: Sequence[str]) -> Iterator[str]:
    """One for each state, with a rank from 1 for each player, and one for all that is infeasible."""
    ranks = (meaning.ranks - meaning.ranks.min(axis=1, keepdims=True) + 1).T.tolist()
    yield from map(_outcome, names, ranks)
    if len(meaning.states.codes) < meaning.states.combinations.count:
        yield _outcome(_free("infeasible", set(names)), [0] * len(meaning.ranks))


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
    return '"' + _plain(text).replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    """What a game can hold of a text: ASCII, on one line, without backslashes."""
    printable = "".join(c if c.isprintable() else " " for c in _unmarked(text))
    return " ".join(printable.encode("ascii", "replace").decode().split()).replace("\\", "/")
