"""How what is not certain about structure is drawn (definition 10): directions, rules, the status quo, definitions.

Each such judgement stands as it is written or is changed in one of its smallest ways. The states and moves that come of
that are made once and kept, as far as there is room; another status quo only moves a mark on them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from standoff._engine import Indices
from standoff._engine.options import OptionMoves
from standoff.analysis.straying import Dispersion, Party, Ranker
from standoff.conflict.edits import Edit, apply_all, edits
from standoff.conflict.evidence import Sure
from standoff.conflict.meaning import Source
from standoff.conflict.model import Conflict
from standoff.conflict.states import States
from standoff.errors import InvalidConflict, Path, TooLarge
from standoff.graph import Graph

MOST_KEPT = 2**22  # ranks of the structures that are kept
Chosen = tuple[int, ...]  # of each uncertain judgement which alternative, counted from 1; 0: as it is written


@dataclass(frozen=True, slots=True)
class Choice:
    """An uncertain judgement about structure, its smallest changes, and the weight of each against 1 for none: all
    together have that of its grade.
    """

    path: Path
    changes: tuple[Edit, ...]
    weight: float

    def draw(self, chance: float) -> int:
        """Which change, counted from 1, a number from 0 to 1 stands for; 0 for none."""
        at = chance * (1 + len(self.changes) * self.weight)
        return 0 if at < 1 else min(len(self.changes), 1 + int((at - 1) / self.weight))


def alternatives(source: Source) -> dict[Path, tuple[Edit, ...]]:
    """The smallest changes of each judgement about structure that has any, by its path."""
    found: dict[Path, tuple[Edit, ...]] = {}
    for edit in edits(source):
        if edit.whose_preference is None:
            path = edit.path[:1] if edit.kind == "status_quo" else edit.path
            found[path] = (*found.get(path, ()), edit)
    return found


class Structure:
    """States and moves as some judgements make them, and what drawn preferences come to on them."""

    def __init__(self, graph: Graph, base: Graph, parties: Sequence[Party]) -> None:
        self.graph, self._base, self._parties = graph, base, parties

    @cached_property
    def rankers(self) -> list[Ranker]:
        """For each drawn preference what it comes to here."""
        return [party.on(self.graph.meaning) for party in self._parties]

    @cached_property
    def written(self) -> Indices | None:
        """Which state of the conflict as it is written each one is, -1: none; None where they are the very same."""
        old, new = self._base.states, self.graph.states
        if new is old:
            return None
        if not old.option_form or self._base.conflict.states:
            return np.array([old.position.get(name, -1) for name in new.names], np.intp)
        if np.array_equal(old.codes, new.codes):
            return None
        places = np.minimum(np.searchsorted(old.codes, new.codes), len(old.codes) - 1)
        return np.where(old.codes[places] == new.codes, places, -1)


@dataclass(frozen=True)
class Situation:
    """A structure, the conflict in words, and where that stands."""

    structure: Structure
    conflict: Conflict
    status_quo: int | None


class Structures:
    """What comes of drawn judgements about structure."""

    def __init__(self, base: Graph, dispersion: Dispersion, parties: Sequence[Party]) -> None:
        self.base, self.parties = base, parties
        sure = {one.path: one.evidence.sure for one in base.conflict.judgements()}
        uncertain = any(path[0] != "views" and one is not Sure.CERTAIN for path, one in sure.items())
        self.choices = [
            Choice(path, changes, weight / len(changes))
            for path, changes in (alternatives(base.meaning) if uncertain else {}).items()
            if (weight := dispersion.of(sure[path])) > 0
        ]
        self.as_written: Chosen = (0,) * len(self.choices)
        first = Situation(Structure(base, base, parties), base.conflict, base.meaning.status_quo)
        self._situations: dict[Chosen, Situation | None] = {self.as_written: first}
        self._kept: dict[Chosen, Structure] = {self.as_written: first.structure}
        self._valid: dict[Chosen, bool] = {}

    def draw(self, rng: np.random.Generator) -> Chosen:
        """An alternative for each judgement."""
        if not self.choices:
            return self.as_written
        chances = rng.random(len(self.choices)).tolist()
        return tuple(choice.draw(chance) for choice, chance in zip(self.choices, chances, strict=True))

    def key(self, chosen: Chosen) -> Chosen:
        """What of it makes states and moves: all but where the conflict stands."""
        return tuple(0 if one.path == ("status_quo",) else k for one, k in zip(self.choices, chosen, strict=True))

    def is_valid(self, chosen: Chosen) -> bool:
        """Whether a valid conflict comes of it; looked at once, whatever is forgotten."""
        if chosen not in self._valid:
            self._valid[chosen] = self.situation(chosen) is not None
        return self._valid[chosen]

    def situation(self, chosen: Chosen) -> Situation | None:
        """What comes of it; None where that is no valid conflict.

        Nor is one drawn that merges states where none are merged as it is written.
        """
        if chosen not in self._situations:
            self._situations[chosen] = self._made(chosen)
            self._drop()
        return self._situations[chosen]

    def _made(self, chosen: Chosen) -> Situation | None:
        made = [choice.changes[k - 1] for choice, k in zip(self.choices, chosen, strict=True) if k]
        made.sort(key=lambda edit: edit.kind == "status_quo")  # it is told in levels once rules have gone
        try:
            conflict = apply_all(self.base.meaning, made)
            structure = self._kept.get(self.key(chosen))
            if structure is None:
                graph = self.base.after(conflict, [None])
                if isinstance(self.base.moves, OptionMoves) and not isinstance(graph.moves, OptionMoves):
                    return None
                structure = self._kept[self.key(chosen)] = Structure(graph, self.base, self.parties)
        except (InvalidConflict, TooLarge, ValueError):
            return None
        stands = _status_quo(conflict, structure.graph.states)
        if conflict.status_quo is not None and stands is None:
            return None
        return Situation(structure, conflict, stands)

    def _drop(self) -> None:
        """Forget the structures made first, but for that as written, where there is no more room."""
        while len(self._kept) > 2 and sum(one.graph.ranks.size for one in self._kept.values()) > MOST_KEPT:
            oldest = next(key for key in self._kept if key != self.as_written)
            gone = self._kept.pop(oldest)
            left = self._situations.items()
            self._situations = {key: one for key, one in left if one is None or one.structure is not gone}


def _status_quo(conflict: Conflict, states: States) -> int | None:
    """The state where a conflict stands that is valid but for that; None where it can stand nowhere like that."""
    quo, vocabulary = conflict.status_quo, conflict.vocabulary
    if quo is None:
        return None
    if not isinstance(quo.state, tuple):
        s = states.position.get(quo.state)
        levels = [] if s is None else [states.combinations.levels(code) for code in states.members(s)]
    else:
        given = {vocabulary.find(name): level for name, level in quo.state}
        at = [words.index(given.get(name, words[0])) for name, words in vocabulary.options.items()]
        s, levels = states.at(states.combinations.code(at)), [tuple(at)]
    hidden = _hidden(conflict, vocabulary.position)
    return None if any(one[option] for one in levels for option in hidden) else s


def _hidden(conflict: Conflict, position: Mapping[str, int]) -> set[int]:
    """The options that somebody does not know of, by their numbers: they cannot be in use."""
    seen = ((view.of, option) for _, _, view in conflict.all_views() for option in view.options)
    return {position[f"{of}.{option.name}"] for of, option in seen if option.hidden}
