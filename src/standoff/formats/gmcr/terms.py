"""A formula as any of several terms, each of which is all of some levels: for formats that have no formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from graphlib import TopologicalSorter

from standoff.conflict.formula import Bound, Defined, Within, bind, names_used
from standoff.conflict.model import Conflict
from standoff.conflict.syntax import Formula

MAX_TERMS = 500
_MAX_PAIRS = 4_000  # of terms that are joined at a time

Term = frozenset[tuple[int, int]]  # an option by its position, and the level that it is at
Terms = tuple[Term, ...]
_NOTHING: Term = frozenset()


class TooManyTerms(Exception):
    """A formula that comes to more terms than anybody would read."""


class Expander:
    """Writes formulas of a valid conflict as terms; definitions are written out."""

    def __init__(self, conflict: Conflict) -> None:
        self._vocabulary = conflict.vocabulary
        self._defined: dict[tuple[str, bool], Terms | None] = {}
        bound = {entry.name: bind(entry.statement.formula, self._vocabulary) for entry in conflict.definitions}
        for name in TopologicalSorter({name: names_used(tree) for name, tree in bound.items()}).static_order():
            for wanted in (True, False):
                try:
                    self._defined[name, wanted] = _Tree(self._defined).terms(bound[name], wanted)
                except TooManyTerms:
                    self._defined[name, wanted] = None

    def terms(self, formula: Formula) -> Terms:
        """The terms of which at least one is so wherever the formula is true. Raises TooManyTerms."""
        return _Tree(self._defined).terms(bind(formula, self._vocabulary), True)


class _Tree:
    """One formula: each of its parts is written out once as it is and once negated, where that is needed."""

    def __init__(self, defined: Mapping[tuple[str, bool], Terms | None]) -> None:
        self._defined = defined
        self._known: dict[tuple[int, bool], Terms] = {}  # by the identity of a part, which its formula keeps alive

    def terms(self, node: Bound, wanted: bool) -> Terms:
        """Where the node is true, or where it is false if that is wanted."""
        key = (id(node), wanted)
        if key not in self._known:
            self._known[key] = self._of_atom(node, wanted) if node.atom is not None else self._of_parts(node, wanted)
        return self._known[key]

    def _of_atom(self, node: Bound, wanted: bool) -> Terms:
        match node.atom:
            case Within(option, allowed):
                levels = [level for level, within in enumerate(allowed) if within == wanted]
                everywhere = len(levels) == len(allowed)
                return (_NOTHING,) if everywhere else tuple(frozenset({(option, level)}) for level in levels)
            case Defined(name):
                found = self._defined[name, wanted]
                if found is None:
                    raise TooManyTerms
                return found
        return (_NOTHING,) if node.atom == wanted else ()

    def _of_parts(self, node: Bound, wanted: bool) -> Terms:
        parts = node.parts
        match node.word:
            case "not":
                return self.terms(parts[0], not wanted)
            case "if":
                both = (self.terms(parts[0], wanted), self.terms(parts[1], not wanted))
                return _any(both) if wanted else _all(both)
            case "iff":
                yes, no = (self.terms(parts[0], side) for side in (True, False))
                return _any((_all((yes, self.terms(parts[1], wanted))), _all((no, self.terms(parts[1], not wanted)))))
        joined: Callable[[Iterable[Terms]], Terms] = _any if (node.word == "or") == wanted else _all
        return joined(self.terms(part, wanted) for part in parts)


def _any(parts: Iterable[Terms]) -> Terms:
    return _fewest([term for terms in parts for term in terms])


def _all(parts: Iterable[Terms]) -> Terms:
    return reduce(_both, parts)


def _both(one: Terms, other: Terms) -> Terms:
    if len(one) * len(other) > _MAX_PAIRS:
        raise TooManyTerms
    return _fewest(list(_possible(a | b for a in one for b in other)))


def _possible(terms: Iterable[Term]) -> Iterator[Term]:
    """Without those in which an option would be at two levels."""
    return (term for term in terms if len({option for option, _ in term}) == len(term))


def _fewest(terms: Sequence[Term]) -> Terms:
    """Without the terms that say more than another one, in their order."""
    kept: dict[Term, None] = {}
    for term in sorted(dict.fromkeys(terms), key=len):
        if not any(weaker <= term for weaker in kept):
            kept[term] = None
            if len(kept) > MAX_TERMS:
                raise TooManyTerms
    return tuple(term for term in dict.fromkeys(terms) if term in kept)
