"""Whether the words of a conflict fit together: names exist and are unique, formulas name what is there.

What follows from the states (feasibility, complete rankings) is judged in ``meaning``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from standoff.errors import Path, Problems, shorten, unknown
from standoff.formula import Bound, Formula, FormulaError, Vocabulary, bind, is_name, misfits, names_used, parse
from standoff.model import (
    Answers,
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
    Weights,
)

CONCEPTS = ("Nash", "GMR", "SMR", "SEQ", "SSEQ", "SIM")
CLAIM_TESTS = (
    *("holds", "cannot_reach", "can_reach", "answers", "only_if", "differ", "agree", "accident", "drawn", "trend"),
    *("all", "any", "not"),
)
MAX_GRAPH_STATES = 2**16


class Names:
    """Goes through the words of a conflict and tells what is wrong; ``bound`` has the formula of each path."""

    def __init__(self, conflict: Conflict, problems: Problems) -> None:
        self.conflict = conflict
        self.problems = problems
        self.wrong = problems.add
        self.vocabulary = Vocabulary({})
        self.bound: dict[Path, Bound] = {}
        self.order: list[str] | None = None  # of the definitions, each after those that it uses

    def hold(self, formulas: bool = True) -> bool:
        """Whether the names hold, so that the states can be listed; ``formulas``: look into formulas too."""
        self._check_names()
        holds = not self.problems
        self._check_parties()
        self._check_claims()
        self._check_published()
        self._check_rankings()
        if not formulas:
            return False
        self.vocabulary = self.conflict.vocabulary
        self._bind_all()
        self._put_in_order()
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
            self._check_name(("define", definition.name), "definition", definition.name)
        self._check_unique(("decision_makers",), "decision maker", (dm.name for dm in conflict.decision_makers))
        for dm in conflict.decision_makers:
            self._check_unique(("decision_makers", dm.name, "options"), "option", (o.name for o in dm.options))
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
        names = [dm.name for dm in self.conflict.decision_makers]
        for view in self.conflict.views:
            for role, name in (("by", view.by), ("of", view.of)):
                if name not in names:
                    path: Path = ("views", view.by) if role == "by" else ("views", view.by, view.of)
                    self.wrong(path, unknown("decision maker", name, names))
            if view.by == view.of:
                self.wrong(("views", view.by, view.of), f"{view.by} cannot have a view of itself")
            elif view.of in names:
                self._check_view_options(view, self.conflict.decision_maker(view.of))
        sources = [source.name for source in self.conflict.sources]
        for path, quote in self.conflict.quotes():
            if quote.source not in sources:
                self.wrong((*path, "quote", "source"), unknown("source", quote.source, sources))
        for source in self.conflict.sources:
            for via in source.via:
                if is_name(via) and via not in sources:
                    self.wrong(("sources", source.name, "via"), unknown("source", via, sources))

    def _check_view_options(self, view: View, seen: DecisionMaker) -> None:
        own = {option.name: option for option in seen.options}
        for option in view.options:
            path: Path = ("views", view.by, view.of, "options", option.name)
            if option.name not in own:
                self.wrong(path, unknown(f"option of {view.of}", option.name, own))
            elif tuple(level.name for level in option.levels) != tuple(x.name for x in own[option.name].levels):
                self.wrong((*path, "levels"), f"a view keeps the levels of {view.of}.{option.name}")

    def _check_graph_form(self, graph: GraphForm) -> None:
        conflict = self.conflict
        for name, given in (
            ("define", conflict.definitions),
            ("infeasible", conflict.infeasible),
            ("states", conflict.states),
            ("history", conflict.history),
        ):
            if given:
                self.wrong((name,), f"{name} needs options; this conflict gives its states and moves outright (graph)")
        parties: list[tuple[Path, DecisionMaker | View]] = [
            (("decision_makers", dm.name), dm) for dm in conflict.decision_makers
        ]
        parties += [(("views", view.by, view.of), view) for view in conflict.views]
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
                self.wrong(path, unknown("decision maker", dm, dms))
                continue
            for state in (start, *ends):
                if state not in names:
                    self.wrong((*path, str(start)), unknown("state", str(state), map(str, names)))
            if start in ends:
                self.wrong((*path, str(start)), f"a move leads somewhere else; {start} to {start} is none")

    def _check_claims(self) -> None:
        for k, claim in enumerate(self.conflict.claims):
            self._check_claim(("claims", k, "test"), json.loads(claim.test))
        seen: set[str] = set()
        for k, claim in enumerate(self.conflict.claims):
            if claim.id in seen:
                self.wrong(("claims", k, "id"), f'claim "{shorten(claim.id)}" is given twice')
            seen.add(claim.id)

    # Formulas

    def _statements(self) -> Iterator[tuple[Path, Statement]]:
        conflict = self.conflict
        for definition in conflict.definitions:
            yield ("define", definition.name), definition.statement
        for dm in conflict.decision_makers:
            yield from _stated(("decision_makers", dm.name), dm.preference)
        for view in conflict.views:
            yield from _stated(("views", view.by, view.of), view.preference)
        for k, rule in enumerate(conflict.infeasible):
            yield ("infeasible", k), rule
        for state in conflict.states:
            yield ("states", str(state.name)), state.statement

    def _bind_all(self) -> None:
        for path, statement in self._statements():
            self._bind(path, statement.formula)
        for k, claim in enumerate(self.conflict.claims):
            for path, goal in _goals(("claims", k, "test"), json.loads(claim.test)):
                self._bind_goal(path, goal)

    def _put_in_order(self) -> None:
        """The definitions in the order of their use, unless one is defined by itself."""
        needs = {
            str(path[1]): {name for name in names_used(tree) if ("define", name) in self.bound}
            for path, tree in self.bound.items()
            if path[0] == "define"
        }
        try:
            self.order = list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            circle = error.args[1]
            self.wrong(("define", circle[0]), "defined by itself: " + " → ".join(reversed(circle)))

    def _check_rankings(self) -> None:
        """No state stands in a ranking twice."""
        parties: list[tuple[Path, Preference | None]] = [
            (("decision_makers", dm.name), dm.preference) for dm in self.conflict.decision_makers
        ]
        parties += [(("views", view.by, view.of), view.preference) for view in self.conflict.views]
        for path, given in parties:
            seen: set[StateName] = set()
            for k, group in enumerate(given.groups if isinstance(given, Ranking) else ()):
                for name in group:
                    if name in seen:
                        self.wrong((*path, "ranking", k), f"state {name} is ranked twice")
                    seen.add(name)

    def bind_preference(self, path: Path, given: Preference | None) -> None:
        """Bind the formulas of one preference."""
        for place, statement in _stated(path, given):
            self._bind(place, statement.formula)

    def _bind_goal(self, path: Path, goal: object) -> None:
        if self.conflict.graph is not None:
            return
        try:
            self._bind(path, parse(str(goal).lower() if isinstance(goal, bool) else str(goal)))
        except FormulaError as error:
            self.wrong(path, error.message, error.excerpt)

    def _bind(self, path: Path, formula: Formula) -> None:
        wrong = list(misfits(formula, self.vocabulary))
        for misfit in wrong:
            self.wrong(path, misfit.message, misfit.excerpt)
        if not wrong:
            self.bound[path] = bind(formula, self.vocabulary)

    def _check_claim(self, path: Path, test: object) -> None:
        """The kind of a claim's test, and for reachability its groups and goal."""
        if not isinstance(test, dict) or len(test) != 1:
            self.wrong(path, "a test is one kind with its arguments, like {can_reach: {by: ..., goal: ...}}")
            return
        kind, arguments = next(iter(test.items()))
        if kind not in CLAIM_TESTS:
            self.wrong(path, unknown("test", kind, CLAIM_TESTS))
        elif kind in ("all", "any", "not"):
            for k, part in enumerate(arguments if isinstance(arguments, list) else [arguments]):
                self._check_claim((*path, kind, k), part)
        elif kind in ("can_reach", "cannot_reach"):
            self._check_reach((*path, kind), arguments)
        elif not isinstance(arguments, dict):
            self.wrong((*path, kind), "expected a mapping of arguments")

    def _check_reach(self, path: Path, arguments: object) -> None:
        if not isinstance(arguments, dict) or not {"by", "goal"} <= arguments.keys():
            self.wrong(path, "expected a mapping with at least by (groups of decision makers) and goal (a formula)")
            return
        names = [dm.name for dm in self.conflict.decision_makers]
        groups = arguments["by"]
        if not isinstance(groups, list) or not groups:
            self.wrong((*path, "by"), "expected a list of groups, each a list of decision makers")
            groups = []
        for k, group in enumerate(groups):
            for name in group if isinstance(group, list) else [group]:
                if name not in names:
                    self.wrong((*path, "by", k), unknown("decision maker", str(name), names))

    def _check_options_named(self) -> None:
        """Options and levels that the status quo and the history name."""
        quo = self.conflict.status_quo
        if self.conflict.graph is None and quo is not None and isinstance(quo.state, tuple):
            self.levels(("status_quo",), quo.state)
        for k, event in enumerate(self.conflict.history):
            self.levels(("history", k, "moves"), event.moves)

    def levels(self, path: Path, given: Sequence[tuple[str, str]]) -> dict[int, int]:
        """Option positions and level indices of ``DM.option: level`` pairs, as far as they exist."""
        found: dict[int, int] = {}
        for name, level in given:
            try:
                option = self.vocabulary.find(name)
                if self.vocabulary.position[option] in found:
                    self.wrong((*path, name), f"{option} is given twice")
                found[self.vocabulary.position[option]] = self.vocabulary.level(option, level)
            except LookupError as error:
                self.wrong((*path, name), str(error.args[0]))
        return found

    def _check_published(self) -> None:
        """The answers that come with the conflict are about its decision makers and known concepts."""
        published = self.conflict.published
        if published is not None:
            self._check_answers(("published",), published.answers)
            for key, answers in published.other:
                self._check_answers(("published", key), answers)

    def published_states(self) -> Iterator[tuple[Path, StateName]]:
        """Every state that the published answers name."""
        published = self.conflict.published
        if published is not None:
            for key, answers in ((), published.answers), *(((key,), answers) for key, answers in published.other):
                for path, name in _states_in(answers):
                    yield ("published", *key, *path), name

    def _check_answers(self, path: Path, answers: Answers) -> None:
        names = [dm.name for dm in self.conflict.decision_makers]
        concepts = [("equilibria", concept) for concept, _ in answers.equilibria]
        concepts += [("stability", concept) for concept, _ in answers.stability]
        for key, concept in concepts:
            if concept not in CONCEPTS:
                self.wrong((*path, key, concept), unknown("concept", concept, CONCEPTS))
        for concept, by_dm in answers.stability:
            for name, _ in by_dm:
                if name not in names:
                    self.wrong((*path, "stability", concept, name), unknown("decision maker", name, names))
        for k, coalition in enumerate(answers.coalitions or ()):
            for name in coalition.group:
                if name not in names:
                    self.wrong((*path, "coalitions", k, "group"), unknown("decision maker", name, names))


def _stated(path: Path, given: Preference | None) -> Iterator[tuple[Path, Statement]]:
    match given:
        case OrderedStatements(statements):
            for k, statement in enumerate(statements):
                yield (*path, "prefers", k), statement
        case Weights(weights):
            for weight in weights:
                yield (*path, "weights", str(weight.statement.formula)), weight.statement


def _goals(path: Path, test: object) -> Iterator[tuple[Path, object]]:
    """The goals of reachability tests, with their paths."""
    if isinstance(test, dict):
        for key, value in test.items():
            if key == "goal":
                yield (*path, key), value
            else:
                yield from _goals((*path, key), value)
    elif isinstance(test, list):
        for k, part in enumerate(test):
            yield from _goals((*path, k), part)


def _states_in(answers: Answers) -> Iterator[tuple[Path, StateName]]:
    for concept, names in answers.equilibria:
        for name in names:
            yield ("equilibria", concept), name
    for concept, by_dm in answers.stability:
        for dm, names in by_dm:
            for name in names:
                yield ("stability", concept, dm), name
    for k, coalition in enumerate(answers.coalitions or ()):
        for name in (coalition.start, *coalition.to):
            yield ("coalitions", k), name
