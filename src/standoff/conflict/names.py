"""Whether the words of a conflict fit together: names exist and are unique, formulas name what is there.

What follows from the states (feasibility, complete rankings) is judged in ``meaning``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from standoff.conflict.claim_names import check_claims, claimed_formulas
from standoff.conflict.formula import Bound, Defined, Vocabulary, Within, bind, misfits, names_in, names_used
from standoff.conflict.model import (
    Conflict,
    DecisionMaker,
    GraphForm,
    Option,
    OrderedStatements,
    Preference,
    Ranking,
    Statement,
    StateName,
    View,
)
from standoff.conflict.parties import unknown_party
from standoff.conflict.published_names import check_published
from standoff.conflict.syntax import Formula, is_name
from standoff.conflict.view_names import check_views
from standoff.conflict.wants import Wants
from standoff.errors import IN_MESSAGES, Path, Problems, render_path, shorten, unknown

MAX_GRAPH_STATES = 2**16
PREFERENCES = ("prefers", "weights")
DEFINING = ("define", "names")  # the keys of definitions


class NameChecker:
    """Goes through the words of a conflict and tells what is wrong; ``bound`` has the formula of each path."""

    def __init__(self, conflict: Conflict, problems: Problems) -> None:
        self.conflict = conflict
        self.problems = problems
        self.wrong = problems.add
        self.vocabulary = Vocabulary({})
        self.bound: dict[Path, Bound] = {}
        self.order: list[str] = []  # the definitions that say something, each after those that it uses

    def check(self, formulas: bool = True) -> bool:
        """Whether the names hold, so that the states can be listed; ``formulas``: look into formulas too."""
        self._check_names()
        holds = not self.problems
        self._check_parties()
        check_claims(self.conflict, self.problems)
        self._check_relations()
        check_published(self.conflict, self.problems)
        self._check_rankings()
        if not formulas:
            return False
        self.vocabulary = self.conflict.vocabulary
        self._bind_all()
        self._put_in_order()
        self._check_hidden()
        self._check_options_named()
        return holds

    def _check_names(self) -> None:
        conflict = self.conflict
        if not conflict.decision_makers:
            self.wrong(("decision_makers",), "a conflict needs at least one decision maker")
        for dm in conflict.decision_makers:
            path: Path = ("decision_makers", dm.name)
            self._check_name(path, "decision maker", dm.name)
            if conflict.graph is None and not dm.options:
                self.wrong((*path, "options"), f"{dm.name} has no options; a decision maker needs at least one")
            for option in dm.options:
                self._check_option((*path, "options", option.name), option)
        for definition in conflict.definitions:
            self._check_name(definition.path, "name" if definition.calls else "definition", definition.name)
        self._check_unique(("decision_makers",), "decision maker", (dm.name for dm in conflict.decision_makers))
        for dm in conflict.decision_makers:
            self._check_unique(("decision_makers", dm.name, "options"), "option", (o.name for o in dm.options))
        plain, calling = ([one.name for one in conflict.definitions if one.calls is calls] for calls in (False, True))
        self._check_unique(("define",), "definition", plain)
        for name in calling:
            if name in plain:
                self.wrong(("names", name), f'"{shorten(name)}" is a definition already (define)')
        self._check_unique(("sources",), "source", (source.name for source in conflict.sources))
        self._check_unique(("states",), "state", (str(state.name) for state in conflict.states))
        kinds = {type(state.name) for state in conflict.states}
        kinds |= {type(name) for name, _ in conflict.graph.states} if conflict.graph else set()
        if len(kinds) > 1:
            place = "graph" if conflict.graph else "states"
            self.wrong((place,), "state names are all integers or all text, not both")
        if conflict.graph is not None:
            self._check_graph_form(conflict.graph)

    def _check_name(self, path: Path, what: str, name: str) -> None:
        if not is_name(name):
            self.wrong(
                path,
                f'"{shorten(name)}" cannot name {"an" if what[0] in "aeiou" else "a"} {what}: '
                "a letter, then letters, digits or _, "
                "and no word of the formula language (not, and, or, if, iff, true, false); titles carry any text",
            )

    def _check_unique(self, path: Path, what: str, names: Iterable[str]) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                self.wrong(path, f'{what} "{shorten(name)}" is given twice')
            seen.add(name)

    def _check_option(self, path: Path, option: Option) -> None:
        self._check_name(path, "option", option.name)
        if len(option.levels) < 2:
            self.wrong((*path, "levels"), "an option needs two levels at least")
        for k, level in enumerate(option.levels):
            self._check_name((*path, "levels", k), "level", level.name)
        self._check_unique((*path, "levels"), "level", (level.name for level in option.levels))

    def _check_parties(self) -> None:
        """Views are of others, by name; sources that are cited exist."""
        check_views(self.conflict, self.problems)
        sources = {source.name: source for source in self.conflict.sources}
        for path, quote in self.conflict.quotes():
            if quote.source not in sources:
                self.wrong((*path, "quote", "source"), unknown("source", quote.source, sources))
        for source in self.conflict.sources:
            for via in source.via:
                if is_name(via) and via not in sources:
                    self.wrong(("sources", source.name, "via"), unknown("source", via, sources))

    def _check_hidden(self) -> None:
        """Nobody wants, or believes of others, anything about an option that it does not know of."""
        hidden = [
            (path, chain, f"{view.of}.{option.name}", (*path, "options", option.name))
            for path, chain, view in self.conflict.all_views()
            for option in view.options
            if option.hidden and f"{view.of}.{option.name}" in self.vocabulary.position
        ]
        if not hidden:
            return
        used: dict[Path, frozenset[int]] = {}
        for name in self.order:
            path = self.defined[name]
            used[path] = self._options_used(self.bound[path], used)
        used |= {path: self._options_used(tree, used) for path, tree in self.bound.items() if path not in used}
        for path, chain, name, place in hidden:
            for needs in self._held_by(path[:-1], chain):
                if self.vocabulary.position[name] in used[needs]:
                    who = " thinks that ".join([*chain[:-1], f"{chain[-1]} does not know of"])
                    hint = "; one that knows of it but does not expect it takes it for impossible"
                    self.wrong(place, f"{who} {name}, but {render_path(needs, IN_MESSAGES)} needs it{hint}")

    def _held_by(self, views: Path, chain: tuple[str, ...]) -> Iterator[Path]:
        """The formulas that the last of a chain holds, as those before it see that: what it wants and believes."""
        own = self._wants.of(chain[:-1], chain[-1])
        wanted = {self._written[id(statement)] for _, statement in _stated((), own)}
        for path in self.bound:
            if path[: len(views)] == views or path in wanted:
                yield path

    @cached_property
    def defined(self) -> dict[str, Path]:
        """Where each definition stands."""
        return {one.name: one.path for one in self.conflict.definitions}

    @cached_property
    def _wants(self) -> Wants:
        return Wants(self.conflict)

    @cached_property
    def _written(self) -> dict[int, Path]:
        """Where each statement of a preference is written."""
        return {id(statement): path for path, statement in self._statements()}

    def _options_used(self, tree: Bound, of_definitions: Mapping[Path, frozenset[int]]) -> frozenset[int]:
        """The options that a formula names, also through definitions."""
        match tree.atom:
            case Within(option, _):
                return frozenset({option})
            case Defined(name):
                return of_definitions[self.defined[name]]
        return frozenset().union(*(self._options_used(part, of_definitions) for part in tree.parts))

    def _check_graph_form(self, graph: GraphForm) -> None:
        conflict = self.conflict
        for name, given in (
            ("define", [one for one in conflict.definitions if not one.calls]),
            ("names", [one for one in conflict.definitions if one.calls]),
            ("infeasible", conflict.infeasible),
            ("states", conflict.states),
            ("history", conflict.history or conflict.history_start is not None),
        ):
            if given:
                self.wrong((name,), f"{name} needs options; this conflict gives its states and moves outright (graph)")
        parties: list[tuple[Path, DecisionMaker | View]] = [
            (("decision_makers", dm.name), dm) for dm in conflict.decision_makers
        ]
        for place, _, view in conflict.all_views():
            parties.append((place, view))
            if view.impossible:
                self.wrong((*place, "impossible"), "impossible needs options, and this conflict has none (graph)")
        for path, party in parties:
            if party.options:
                self.wrong((*path, "options"), "options and graph exclude each other")
            if party.preference is not None and not isinstance(party.preference, Ranking):
                key = "prefers" if isinstance(party.preference, OrderedStatements) else "weights"
                self.wrong((*path, key), "in graph form preferences are rankings of the states")
        if not graph.states:
            self.wrong(("graph", "states"), "no states")
        if len(graph.states) > MAX_GRAPH_STATES:
            self.wrong(("graph", "states"), f"{len(graph.states):,} states; graph form takes {MAX_GRAPH_STATES:,}")
        self._check_arcs(graph)

    def _check_arcs(self, graph: GraphForm) -> None:
        names = {name for name, _ in graph.states}
        dms = [dm.name for dm in self.conflict.decision_makers]
        for dm, start, ends in graph.moves:
            path: Path = ("graph", "moves", dm)
            if dm not in dms:
                self.wrong(path, unknown_party(self.conflict, dm))
                continue
            for state in (start, *ends):
                if state not in names:
                    self.wrong((*path, str(start)), unknown("state", str(state), map(str, names)))
            if start in ends:
                self.wrong((*path, str(start)), f"a move leads somewhere else; {start} to {start} is none")

    def _check_relations(self) -> None:
        """Measured relations are between decision makers that the table knows."""
        given = self.conflict.relations
        names = [dm.name for dm in self.conflict.decision_makers]
        known = [name for name, _ in given.actors] if given else []
        for name in known:
            if name not in names:
                self.wrong(("relations", "actors", name), unknown_party(self.conflict, name, but=known))
        for judgement in self.conflict.judgements():
            seen = judgement.evidence.relation
            for name in seen.between if seen else ():
                path = (*judgement.path, "relation", "between")
                if given is None:
                    self.wrong(path, "the file gives no relations")
                elif name not in known:
                    self.wrong(path, unknown("decision maker with relations", name, filter(names.__contains__, known)))

    # Formulas

    def _statements(self) -> Iterator[tuple[Path, Statement]]:
        conflict = self.conflict
        for definition in conflict.definitions:
            yield definition.path, definition.statement
        for dm in conflict.decision_makers:
            yield from _stated(("decision_makers", dm.name), dm.preference)
        for path, _, view in conflict.all_views():
            yield from _stated(path, view.preference)
            for k, statement in enumerate(view.impossible):
                yield (*path, "impossible", k), statement
            for k, one in enumerate(view.differences):
                if one.kind == "add":
                    yield (*path, "as_in_truth_except", k), one.statement
        for k, rule in enumerate(conflict.infeasible):
            yield ("infeasible", k), rule
        for state in conflict.states:
            yield ("states", str(state.name)), state.statement

    def _bind_all(self) -> None:
        for path, statement in self._statements():
            self.bind(path, statement.formula)
        for path, formula in claimed_formulas(self.conflict):
            if self.conflict.graph is not None:
                names = (str(name) for name, _ in self.conflict.graph.states)
                self.wrong(path, unknown("state", formula.text, names))
            else:
                self.bind(path, formula)

    def _put_in_order(self) -> None:
        """The definitions that say something, each after those that it uses; a circle of them is told.

        Whatever uses a definition that says nothing is passed over: the mistake is told where it was made.
        """
        uses = {path: names_used(tree) for path, tree in self.bound.items()}
        sorter = TopologicalSorter({path[1]: used for path, used in uses.items() if path[0] in DEFINING})
        try:
            sorter.prepare()
        except CycleError as error:
            circle = error.args[1]
            self.wrong(self.defined[circle[0]], "defined by itself: " + " → ".join(reversed(circle)))
        sound: set[str] = set()
        while ready := sorter.get_ready():  # what is in a circle, or needs one, never is
            for name in map(str, ready):
                if (path := self.defined[name]) in uses and uses[path] <= sound:
                    self.order.append(name)
                    sound.add(name)
            sorter.done(*ready)
        for path, used in uses.items():
            if not used <= sound or (path[0] in DEFINING and path[1] not in sound):
                del self.bound[path]

    def _check_rankings(self) -> None:
        """No state stands in a ranking twice."""
        parties: list[tuple[Path, Preference | None]] = [
            (("decision_makers", dm.name), dm.preference) for dm in self.conflict.decision_makers
        ]
        parties += [(path, view.preference) for path, _, view in self.conflict.all_views()]
        for path, given in parties:
            seen: set[StateName] = set()
            for k, group in enumerate(given.groups if isinstance(given, Ranking) else ()):
                for name in group:
                    if name in seen:
                        self.wrong((*path, "ranking", k), f"state {name} is ranked twice")
                    seen.add(name)

    def bind(self, path: Path, formula: Formula) -> bool:
        """Whether a formula fits, and is bound."""
        wrong = list(misfits(formula, self.vocabulary))
        if wrong and path[0] in DEFINING:
            wrong = list(misfits(formula, self.vocabulary, self._leading_to(str(path[1]))))
        for misfit in wrong:
            self.wrong(path, misfit.message, misfit.excerpt)
        if not wrong:
            self.bound[path] = bind(formula, self.vocabulary)
        return not wrong

    def _leading_to(self, name: str) -> set[str]:
        """A definition and those that mention it, or mention one that does: used in it they would make a circle."""
        mentions = {one.name: names_in(one.statement.formula) for one in self.conflict.definitions}
        leading: set[str] = set()
        further = {name}
        while further:
            leading |= further
            further = {other for other in mentions.keys() - leading if not mentions[other].isdisjoint(further)}
        return leading

    def _check_options_named(self) -> None:
        """Options and levels that the status quo and the history name."""
        quo = self.conflict.status_quo
        if self.conflict.graph is None and quo is not None and isinstance(quo.state, tuple):
            self.levels(("status_quo",), quo.state)
        conflict = self.conflict
        for k, event in enumerate(conflict.history):
            self.levels((*conflict.event_path(k), "moves"), event.moves)
        if conflict.history_start is not None:
            self.levels(("history", "from"), conflict.history_start)
            if conflict.history and not conflict.events_before:
                message = "every event is later than the conflict's date, so what was observed begins at the status quo"
                self.wrong(("history", "from"), message)

    def levels(self, path: Path, given: Sequence[tuple[str, str]]) -> dict[int, int]:
        """Option positions and level indices of ``DM.option: level`` pairs, as far as they exist."""
        found: dict[int, int] = {}
        for name, level in given:
            try:
                option = self.vocabulary.find(name, self._not_in(given))
                if self.vocabulary.position[option] in found:
                    self.wrong((*path, name), f"{option} is given twice")
                found[self.vocabulary.position[option]] = self.vocabulary.level(option, level)
            except LookupError as error:
                self.wrong((*path, name), str(error.args[0]))
        return found

    def _not_in(self, given: Sequence[tuple[str, str]]) -> Iterator[str]:
        """The options that can still be given."""
        meant = self.vocabulary.meant
        taken = {meant(name) for name, _ in given}
        yield from (name for name in self.vocabulary.suggestions() if meant(name) not in taken)


def _stated(path: Path, given: Preference | None) -> Iterator[tuple[Path, Statement]]:
    for place, statement in given.stated() if given is not None else ():
        yield (*path, *place), statement
