"""From the tree of a file of GMCR+ to a conflict, with everything that is wrong with it, each at its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from standoff.conflict.edits import with_preference
from standoff.conflict.interpreter import Depth
from standoff.conflict.meaning import Meaning, Validation, validate
from standoff.conflict.model import (
    Conflict,
    DecisionMaker,
    Direction,
    Option,
    OrderedStatements,
    Preference,
    Ranking,
    Statement,
    View,
)
from standoff.conflict.states import MAX_COMBINATIONS
from standoff.conflict.syntax import Formula, FormulaError, parse
from standoff.errors import InvalidConflict, Path, Problem, Problems, shorten
from standoff.formats.gmcr.identifiers import identifiers
from standoff.formats.gmcr.parts import Parts, expected
from standoff.formats.tree import Tree

DIRECTIONS = {"both": Direction.BOTH, "fwd": Direction.FORWARD, "back": Direction.BACKWARD}
UNTITLED = "Untitled conflict"
# Of the second line nothing is needed: what the tool is, and what it works out from the rest.
_KEYS = (
    *("options", "decisionMakers", "infeasibles", "useManualPreferenceRanking", "coalitions", "title"),
    *("program", "version", "coalitionsFull", "useManualPreferenceVectors"),
)
_OPTION_KEYS = ("name", "permittedDirection")
_PARTY_KEYS = ("name", "options", "preferences", "preferenceRanking", "preferenceVector", "misperceptions", "payoffs")
_MAX_PARTIES = MAX_COMBINATIONS.bit_length() - 1  # each has an option, and an option has two levels
_INDIFFERENT = OrderedStatements((Statement(parse("true")),))


@dataclass(frozen=True, slots=True)
class _Party:
    """A decision maker of the file: its place there, its name here, and the numbers of its options."""

    path: Path
    entry: Mapping[str, Any]
    name: str
    title: str | None
    options: tuple[int, ...]

    @property
    def ranking_key(self) -> str:
        """The key of its ranking, which has an older name."""
        old = "preferenceVector"
        return old if old in self.entry and "preferenceRanking" not in self.entry else "preferenceRanking"


class Reader(Parts):
    """Goes through a file once. What is wrong is passed over, so that the rest is judged too."""

    def __init__(self, tree: Tree) -> None:
        super().__init__(tree)
        self.remarks: list[str] = []
        self.options: list[tuple[str, Direction]] = []
        self.formulas: list[str] = []  # the options as formulas name them
        self.parties: list[_Party] = []
        self.indifferent: list[str] = []
        self.unused: dict[str, Preference] = {}  # by decision maker: what the file says beside what counts

    def conflict(self) -> Conflict:
        """The conflict, as far as it can be told."""
        data = self.mapping((), self.tree.data, _KEYS)
        self.options = [self.option(path, given) for path, given in self.entries((), data, "options")]
        self.parties = self.named(list(self.entries((), data, "decisionMakers")))
        owned = self.owned()
        by_ranking = self.goes_by_ranking(data)
        self.coalitions(data)
        title = self.text((), data, "title", default="")
        return Conflict(
            title=title if title.strip() else UNTITLED,
            decision_makers=tuple(
                DecisionMaker(party.name, self.preference(party, by_ranking), options, party.title)
                for party, options in zip(self.parties, owned, strict=True)
            ),
            infeasible=self.statements((), data, "infeasibles", required=True),
            views=self.views(),
        )

    # Options and who has them

    def option(self, path: Path, given: Any) -> tuple[str, Direction]:
        """The name of an option and how it moves."""
        entry = self.mapping(path, given, _OPTION_KEYS)
        direction = self.text(path, entry, "permittedDirection")
        if direction not in DIRECTIONS and not self.problems.at((*path, "permittedDirection")) and entry:
            self.wrong((*path, "permittedDirection"), expected("both, fwd or back", direction))
        return self.text(path, entry, "name"), DIRECTIONS.get(direction, Direction.BOTH)

    def named(self, given: Sequence[tuple[Path, Any]]) -> list[_Party]:
        """The decision makers, with names that formulas can use."""
        entries = [self.mapping(path, entry, _PARTY_KEYS) for path, entry in given]
        texts = [self.text(path, entry, "name") for (path, _), entry in zip(given, entries, strict=True)]
        return [
            _Party(path, entry, name, title, self.numbers(path, entry))
            for (path, _), entry, (name, title) in zip(given, entries, identifiers(texts, "dm"), strict=True)
        ]

    def numbers(self, path: Path, entry: Mapping[str, Any]) -> tuple[int, ...]:
        """The options of a decision maker by their numbers."""
        given = self.entries(path, entry, "options", required=bool(entry))
        found = [self.number(there, number, len(self.options), "an option") for there, number in given]
        return tuple(number for number in found if number is not None)

    def owned(self) -> list[tuple[Option, ...]]:
        """The options of each decision maker; each belongs to exactly one."""
        self.formulas = ["false"] * len(self.options)
        taken: set[int] = set()
        found = []
        for party in self.parties:
            names = identifiers([self.options[number][0] for number in party.options], "option")
            for number, (name, _) in zip(party.options, names, strict=True):
                if number in taken:
                    self.wrong((*party.path, "options"), f"option {number} is taken already: it belongs to one")
                taken.add(number)
                self.formulas[number] = f"{party.name}.{name}"
            directions = [self.options[number][1] for number in party.options]
            found.append(tuple(Option(*name, moves=moves) for name, moves in zip(names, directions, strict=True)))
        if not self.problems.under("decisionMakers"):
            for number in sorted(set(range(len(self.options))) - taken):
                self.wrong(("options", number), "the option belongs to no decision maker")
        order = [number for party in self.parties for number in party.options]
        if order != sorted(order):
            self.remarks.append("options are put in the order of the decision makers who have them, as GMCR+ does too")
        return found

    # Conditions

    def statements(self, path: Path, entry: Mapping[str, Any], key: str, required: bool) -> tuple[Statement, ...]:
        """The conditions of a list as formulas."""
        found = [self.condition(there, given) for there, given in self.entries(path, entry, key, required)]
        return tuple(Statement(formula) for formula in found if formula is not None)

    def condition(self, path: Path, given: Any) -> Formula | None:
        """A condition as a formula."""
        before = len(self.problems)
        if isinstance(given, dict):
            entry = self.mapping(path, given, ("compound", "members"))
            members = self.entries(path, entry, "members", required=bool(entry))
            text = " or ".join([self.all_of(there, member) for there, member in members]) or "false"
        else:
            text = self.all_of(path, given)
        try:
            return parse(text) if len(self.problems) == before else None
        except FormulaError as error:
            self.wrong(path, f"as a formula it is {error.message}")
            return None

    def all_of(self, path: Path, given: Any) -> str:
        """The text of a formula for options that are all taken or not."""
        parts: dict[int, str] = {}
        if not isinstance(given, list):
            self.wrong(path, expected("a list of options, each with Y or N", given))
            return ""
        for k, pair in enumerate(given):
            if not isinstance(pair, list) or len(pair) != 2 or pair[1] not in ("Y", "N"):
                self.wrong((*path, k), 'expected an option and "Y" or "N", as in [0, "Y"]')
                continue
            number = self.number((*path, k, 0), pair[0], len(self.options), "an option")
            if number is None:
                continue
            if number in parts:
                self.wrong((*path, k), f"option {number} is named twice in one condition")
            parts[number] = self.formulas[number] if pair[1] == "Y" else f"not {self.formulas[number]}"
        return " and ".join(parts.values()) or "true"

    # Preferences

    def goes_by_ranking(self, data: Mapping[str, Any]) -> bool:
        """Whether rankings count and not the statements beside them: in all of the file or nowhere."""
        key, old = "useManualPreferenceRanking", "useManualPreferenceVectors"
        key = old if key not in data else key
        given = data.get(key, False)
        if not isinstance(given, bool):
            self.wrong((key,), expected("true or false", given))
        return given is True

    def preference(self, party: _Party, by_ranking: bool) -> Preference:
        """What counts; the other form is kept aside."""
        statements = self.statements(party.path, party.entry, "preferences", required=False)
        ordered = OrderedStatements(statements) if statements else None
        has_ranking = party.ranking_key in party.entry
        if by_ranking:
            if not has_ranking and party.entry:
                self.wrong((*party.path, party.ranking_key), "is missing, and the file goes by rankings")
            if ordered is not None:
                self.unused[party.name] = ordered
            return self.ranking(party, self.problems) or _INDIFFERENT
        if has_ranking:
            self.unused[party.name] = self.ranking(party, Problems()) or Ranking(())
        if ordered is None:
            self.indifferent.append(party.name)
        return ordered or _INDIFFERENT

    def ranking(self, party: _Party, problems: Problems) -> Ranking | None:
        """States from best to worst; None where something is wrong, which goes to ``problems``."""
        path, before = (*party.path, party.ranking_key), len(problems)
        given = party.entry.get(party.ranking_key, [])
        if not isinstance(given, list):
            problems.add(path, expected("a list of states", given))
            return None
        groups = [tuple(group) if isinstance(group, list) else (group,) for group in given]
        for k, group in enumerate(groups):
            if not group:
                problems.add((*path, k), "an empty list of states")
            for state in group:
                if not isinstance(state, int) or isinstance(state, bool) or not 1 <= state <= MAX_COMBINATIONS:
                    problems.add((*path, k), expected("the number of a state, or a list of equal ones", state))
        return Ranking(tuple(groups)) if len(problems) == before else None

    def reconciled(self, meaning: Meaning) -> Meaning:
        """With statements in place of the rankings that they come to; what says something else is remarked."""
        conflict = meaning.conflict
        otherwise: dict[str, list[str]] = {}
        for i, dm in enumerate(conflict.decision_makers):
            other = self.unused.get(dm.name)
            if other is None:
                continue
            changed = with_preference(conflict, dm.name, other)
            try:
                same = bool((meaning.with_preferences(changed, [dm.name])[dm.name] == meaning.ranks[i]).all())
            except InvalidConflict:
                same = False
            if not same:
                otherwise.setdefault("rankings" if isinstance(other, Ranking) else "preferences", []).append(dm.name)
            elif isinstance(other, OrderedStatements):
                conflict = changed
        for form, names in otherwise.items():
            counts = "preferences" if form == "rankings" else "rankings"
            self.remarks.append(
                f"{form} left out ({_listed(names)}): the file goes by {counts}, and these say otherwise"
            )
        return replace(meaning, conflict=conflict)  # the ranks are the same

    # What has another meaning here, or none

    def views(self) -> tuple[View, ...]:
        """States that one does not see become such as it takes others to be unable to bring about."""
        found, blind = [], []
        for party in self.parties:
            unseen = self.statements(party.path, party.entry, "misperceptions", required=False)
            if unseen:
                blind.append(party.name)
                others = [other.name for other in self.parties if other is not party][:_MAX_PARTIES]
                found += [View(of=other, by=party.name, impossible=unseen) for other in others]
        if blind:
            self.remarks.append(
                f"misperceptions ({_listed(blind)}) became views: what one does not see it takes others to be unable "
                "to bring about. GMCR+ takes away its own moves to and from there instead, so its answers differ"
            )
        return tuple(found)

    def coalitions(self, data: Mapping[str, Any]) -> None:
        """Who acts together is a question put to the conflict and no part of it."""
        joint = []
        for path, given in self.entries((), data, "coalitions", required=False):
            members = given if isinstance(given, list) else [given]
            found = [self.number(path, one, len(self.parties), "a decision maker") for one in members]
            if len(found) > 1:
                joint.append(" with ".join(self.parties[i].name for i in found if i is not None))
        if joint:
            self.remarks.append(f"coalitions are left out: {_listed(joint)}")

    def told(self) -> list[str]:
        """All that the user should know."""
        remarks = list(self.remarks)
        if self.unknown:
            remarks.append(f"unknown keys are passed over: {_listed(self.unknown)}")
        if self.indifferent:
            remarks.append(f"all states are equal to {_listed(self.indifferent)}: the file gives no preferences")
        return remarks

    # What follows from the words

    def judged(self, conflict: Conflict) -> Validation:
        """The conflict itself, judged as far as it can be."""
        broken = self.problems.under("infeasibles") or any("options" in one.path[2:3] for one in self.problems)
        return validate(conflict, Depth.NAMES if broken else Depth.STATES)

    def further(self, judged: Validation) -> list[Problem]:
        """What is wrong with the conflict itself, at its place in the file; not where something is wrong anyway."""
        if self.problems.under("options"):
            return []
        placed = [Problem(one.message, self.place(one.path)) for one in judged.problems]
        return [one for one in placed if not self.in_shadow(one.path)]

    def in_shadow(self, path: Path) -> bool:
        """Whether something is wrong at a path, below it or around it."""
        around = {path[:end] for end in range(1, len(path) + 1)}
        return bool(path) and (self.problems.at(path) or any(one.path in around for one in self.problems))

    def place(self, path: Path) -> Path:
        """Where in the file something of the conflict stands."""
        match path:
            case ("decision_makers", str(name), *rest):
                party = next(party for party in self.parties if party.name == name)
                keys = {"ranking": party.ranking_key, "prefers": "preferences"}
                return (*party.path, *(keys.get(str(key), key) for key in rest[:2]))
            case ("decision_makers", *_):
                return ("decisionMakers",)
            case ("infeasible", *_):
                return ("infeasibles",)
        return ()


def _listed(items: Iterable[str]) -> str:
    """At most eight of them."""
    shown = [shorten(item) for item in items]
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")
