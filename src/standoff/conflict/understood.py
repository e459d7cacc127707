"""Which states are meant: by a name, a vector, what the file calls them, or a formula."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from standoff.conflict.formula import Truth, Vocabulary, bind
from standoff.conflict.letters import composed
from standoff.conflict.model import Conflict, as_state_name
from standoff.conflict.states import Selection, States, Truths, levels_of, unknown_state
from standoff.conflict.syntax import Formula, FormulaError, is_formula, parse
from standoff.errors import SeveralStates, UnknownName, shorten

MOST_KEPT = 2**24  # truth values of formulas; ranks


@dataclass(frozen=True)
class Understood:
    """A conflict with its states: ``ranks`` (N, m) higher is better; ``status_quo`` its number inside, or None.

    What was found once is kept: ``kept``, where formulas are true; ``known``, the ranks that ordered statements give;
    ``mentioned``, the names in formulas.
    """

    conflict: Conflict
    vocabulary: Vocabulary
    states: States
    defined: Truths
    ranks: npt.NDArray[np.int32]
    status_quo: int | None
    kept: dict[str, Truth] = field(default_factory=dict, compare=False, repr=False)
    known: dict[tuple[str, ...], npt.NDArray[np.int32]] = field(default_factory=dict, compare=False, repr=False)
    mentioned: dict[str, frozenset[str]] = field(default_factory=dict, compare=False, repr=False)

    def truth(self, formula: Formula) -> Truth:
        """The feasible combinations where a formula is true, shape (m',). Raises FormulaError where it does not fit."""
        found = self.kept.get(formula.text)
        if found is None:
            found = self.states.truth(bind(formula, self.vocabulary), self.defined)
            if (1 + len(self.kept)) * len(found) <= MOST_KEPT:
                self.kept[formula.text] = found
        return found

    def where(self, formula: Formula) -> Truth:
        """The states where a formula is true, shape (m,).

        Raises FormulaError where it does not fit the conflict, or tells members of a merged state apart.
        """
        truth = self.truth(formula)
        of_states = truth[self.states.first]
        if (of_states[self.states.of_code] != truth).any():
            raise FormulaError("tells combinations of one merged state apart", formula.text, 0, len(formula.text))
        return of_states

    def selection(self, text: str) -> Selection:
        """The states that somebody asks for by a formula, or by a state's name. Raises UnknownName, FormulaError."""
        return Selection(text.strip(), self.place(text))

    def place(self, text: str) -> Truth:
        """The states that a state's name or a formula means, shape (m,). Raises UnknownName, FormulaError."""
        known = self._known(text)
        if known is not None:
            return np.asarray(np.arange(len(self.states)) == known)
        if not self.states.option_form:
            without = "a formula needs options, and a conflict in graph form has none"
            raise UnknownName(f"{unknown_state(text, self.states.names)} ({without})")
        if isinstance(as_state_name(text.strip()), int):  # a number is no formula
            raise UnknownName(unknown_state(text, self.states.names))
        return self.where(parse(composed(text)))

    def state(self, text: str) -> int:
        """The number inside of a state given as users give it.

        Its name, its vector, ``status_quo``; what the file calls it (``names``), or a formula that is true in it alone.
        Raises UnknownName, SeveralStates, FormulaError.
        """
        if self._known(text) is None and not self._is_formula(text):
            near = self.vocabulary.suggestions(definitions=True) if self.states.option_form else None
            raise UnknownName(unknown_state(text, self.states.names, near))
        truth = self.place(text)
        which = np.flatnonzero(truth)
        if len(which) > 1:  # of names that are true of a state the first is what it is called by
            called = np.flatnonzero(truth & ~self._called_before(text.strip()))
            which = called if len(called) == 1 else which
        if len(which) == 1:
            return int(which[0])
        if not len(which):
            raise UnknownName(f'"{shorten(text)}" is true in no feasible state')
        listed = ", ".join(str(self.states.names[s]) for s in which[:6]) + (", …" if len(which) > 6 else "")
        raise SeveralStates(f'"{shorten(text)}" is true in {len(which):,} states ({listed}): name one of them')

    def _known(self, text: str) -> int | None:
        """The state of that name or vector, or the status quo; None where it is none of these. Raises UnknownName."""
        for name in (text, as_state_name(text.strip()), text.strip()):
            if name in self.states.position:
                return self.states.position[name]
        if text.strip() in ("status_quo", "status quo"):
            if self.status_quo is None:
                raise UnknownName("the conflict has no status quo; name a state")
            return self.status_quo
        if self._is_word(composed(text.strip())):  # what the file calls so comes before a vector
            return None
        levels = levels_of(text.strip(), self.states.combinations.radices) if self.states.option_form else None
        found = self.states.at(self.states.combinations.code(levels)) if levels is not None else None
        if found is None and levels is not None and not self._is_formula(text):
            raise UnknownName(f'"{shorten(text)}" is not feasible: a rule of the conflict excludes it')
        return found

    def _is_formula(self, text: str) -> bool:
        """Whether a text is a formula, and not a word that is no name of the conflict."""
        word = composed(text.strip())
        return self.states.option_form and (is_formula(word) or self._is_word(word))

    def _is_word(self, word: str) -> bool:
        """Whether it is the name of a definition, or of an option that is the only one of that name."""
        words = self.vocabulary
        return self.states.option_form and (word in words.definitions or word in words.bare)

    def _called_before(self, name: str) -> Truth:
        """The states that the file calls by one of its ``names`` before this one, shape (m,)."""
        names = [one.name for one in self.conflict.definitions if one.calls]
        before = names[: names.index(name)] if name in names else []
        truth = np.zeros(len(self.states), np.bool_)
        for one in before:
            truth |= self.where(parse(one))
        return truth
