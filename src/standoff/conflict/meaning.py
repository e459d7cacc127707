"""What a conflict's words mean, and what they would mean if some were others."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace

from standoff.conflict.formula import bind, names_in
from standoff.conflict.interpreter import Depth, Interpreter
from standoff.conflict.model import (
    NO_EVIDENCE,
    Conflict,
    DecisionMaker,
    Direction,
    OrderedStatements,
    Preference,
    Ranking,
)
from standoff.conflict.preference import Ranks
from standoff.conflict.states import Truths
from standoff.conflict.syntax import Formula
from standoff.conflict.understood import MOST_KEPT, Understood
from standoff.errors import InvalidConflict, Path, Problems, TooManyProblems


class Meaning(Understood):
    """A conflict understood, which can say what it would mean with other preferences."""

    def with_preferences(self, conflict: Conflict, names: Sequence[str]) -> dict[str, Ranks]:
        """The ranks of some decision makers in a conflict that differs from this one in preferences only.

        Raises InvalidConflict where such a preference does not fit.
        """
        interpreter = Interpreter(conflict)
        interpreter.names.vocabulary, interpreter.states, interpreter.defined = (
            self.vocabulary,
            self.states,
            self.defined,
        )
        found = {}
        with suppress(TooManyProblems):
            for name in names:
                path: Path = ("decision_makers", name)
                given = conflict.decision_maker(name).preference
                ranks = self._ranks_of(interpreter, path, given)
                if ranks is not None:
                    found[name] = ranks
        if interpreter.problems:
            raise InvalidConflict(interpreter.problems)
        return found

    def otherwise(self, conflict: Conflict) -> Meaning | None:
        """What a conflict means that differs from this one in what no state rests on; what is not touched is kept.

        Its status quo, the directions of moves, and definitions that mention nothing new and are in no rule. None where
        it differs in anything else, or has no such meaning.
        """
        mine, others = (
            {one.name: one.statement.formula for one in each.definitions} for each in (self.conflict, conflict)
        )
        if conflict.states or mine.keys() != others.keys() or not _same_states(conflict, self.conflict):
            return None
        changed = [name for name in mine if others[name].text != mine[name].text]
        if any(not names_in(others[name]) <= self._mentioned(mine[name]) for name in changed):
            return None
        touched = {*changed}
        for name in self.defined:  # each after those that it mentions
            if self._mentioned(mine[name]) & touched:
                touched.add(name)
        if any(self._mentioned(rule.formula) & touched for rule in conflict.infeasible):
            return None
        status_quo = self.status_quo
        if conflict.status_quo != self.conflict.status_quo:
            status_quo = self._standing_at(conflict)
            if status_quo is None:
                return None
        return self._defined_anew(conflict, touched, status_quo)

    def _defined_anew(self, conflict: Conflict, touched: set[str], status_quo: int | None) -> Meaning:
        """The same states, where the definitions touched have the words of another conflict."""
        defined = self.defined
        if touched:
            others = {one.name: one.statement.formula for one in conflict.definitions}
            defined = Truths()
            for name in self.defined:
                again = name in touched
                truth = self.states.truth(bind(others[name], self.vocabulary), defined) if again else self.defined[name]
                defined.put(name, truth)
        kept, known = ({}, {}) if touched else (self.kept, self.known)
        meaning = replace(self, conflict=conflict, defined=defined, status_quo=status_quo, kept=kept, known=known)
        if not touched:
            return meaning
        ranks = self.ranks.copy()
        for i, dm in enumerate(conflict.decision_makers):
            stated = [] if dm.preference is None else [statement.formula for _, statement in dm.preference.stated()]
            changed = [formula for formula in stated if self._mentioned(formula) & touched]
            if changed:
                same = {formula.text for formula in stated} - {formula.text for formula in changed}
                kept.update((text, self.kept[text]) for text in same if text in self.kept)
                for formula in stated:
                    meaning.truth(formula)
                ranks[i] = meaning.with_preferences(conflict, [dm.name])[dm.name]
        return replace(meaning, ranks=ranks)

    def _standing_at(self, conflict: Conflict) -> int | None:
        """Where another conflict with the same states stands; None where it is to be judged, or stands nowhere."""
        if any(option.hidden for _, _, view in conflict.all_views() for option in view.options):
            return None
        interpreter = Interpreter(conflict)
        interpreter.names.vocabulary, interpreter.states = self.vocabulary, self.states
        code = interpreter.code_of_status_quo()
        return None if code is None or interpreter.problems else self.states.at(code)

    def _mentioned(self, formula: Formula) -> frozenset[str]:
        """The names in a formula; found once."""
        if formula.text not in self.mentioned:
            self.mentioned[formula.text] = frozenset(names_in(formula))
        return self.mentioned[formula.text]

    def _ranks_of(self, interpreter: Interpreter, path: Path, given: Preference | None) -> Ranks | None:
        """The ranks that a preference gives; formulas that are known already are not bound once more."""
        stated = [] if given is None else [(place, statement.formula) for place, statement in given.stated()]
        if given is None or isinstance(given, Ranking) or not stated:
            return interpreter.ranks(path, given, required=True)
        asked = tuple(formula.text for _, formula in stated) if isinstance(given, OrderedStatements) else ()
        if asked in self.known:
            return self.known[asked]
        fits = [
            formula.text in self.kept or interpreter.names.bind((*path, *place), formula) for place, formula in stated
        ]
        if not all(fits):
            return None
        ranks = given.ranks((self.truth(formula) for _, formula in stated), len(self.states.codes))
        of_states = interpreter.of_states((*path, given.key), ranks, self.states)
        if asked and of_states is not None and (1 + len(self.known)) * len(of_states) <= MOST_KEPT:
            self.known[asked] = of_states
        return of_states


Source = Conflict | Meaning  # a conflict, or one that is understood already


def conflict_of(source: Source) -> Conflict:
    """The conflict, whether it is understood or not."""
    return source.conflict if isinstance(source, Meaning) else source


def interpret(source: Source) -> Meaning:
    """What a conflict means; of one that is understood already nothing is done.

    Raises InvalidConflict with all that is wrong with it (at most 100 problems).
    """
    if isinstance(source, Meaning):
        return source
    found = validate(source)
    if found.meaning is None:
        raise InvalidConflict(found.problems)
    return found.meaning


@dataclass(frozen=True)
class Validation:
    """All that is wrong with a conflict; and what it means, where nothing is and it was judged as far as its states."""

    problems: Problems
    meaning: Meaning | None


def validate(conflict: Conflict, depth: Depth = Depth.STATES) -> Validation:
    """What is wrong with a conflict, as far as ``depth``, and what it means."""
    interpreter = Interpreter(conflict)
    found = interpreter.read(depth)
    if found is None or interpreter.problems:
        return Validation(interpreter.problems, None)
    parts = {part.name: getattr(found, part.name) for part in fields(found)}
    return Validation(interpreter.problems, Meaning(**parts))


def _same_states(one: Conflict, other: Conflict) -> bool:
    """Whether two conflicts are the same but for definitions, the status quo and the directions of moves."""
    if replace(
        one,
        definitions=other.definitions,
        status_quo=other.status_quo,
        decision_makers=other.decision_makers,
    ) != other or len(one.decision_makers) != len(other.decision_makers):
        return False
    both = zip(one.decision_makers, other.decision_makers, strict=True)
    return all(a is b or _undirected(a) == _undirected(b) for a, b in both)


def _undirected(dm: DecisionMaker) -> DecisionMaker:
    return replace(dm, options=tuple(replace(one, moves=Direction.BOTH, evidence=NO_EVIDENCE) for one in dm.options))
