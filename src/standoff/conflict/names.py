"""Whether the words of a conflict fit together: names exist and are unique, formulas name what is there.

What follows from the states (feasibility, complete rankings) is judged in ``meaning``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter

from standoff.concepts import CONCEPTS, one_after_another
from standoff.conflict import claim_tests
from standoff.conflict.formula import Bound, Defined, Vocabulary, Within, bind, misfits, names_in, names_used
from standoff.conflict.model import (
    MAX_VIEW_DEPTH,
    Conflict,
    DecisionMaker,
    GraphForm,
    Option,
    OrderedStatements,
    Preference,
    PublishedAnswers,
    Ranking,
    Statement,
    StateName,
    View,
    differing,
)
from standoff.conflict.syntax import Formula, is_name
from standoff.conflict.wants import MAX_COMPARISONS, Wants
from standoff.errors import IN_MESSAGES, Path, Problems, render_path, shorten, unknown

MAX_GRAPH_STATES = 2**16
PREFERENCES = ("prefers", "weights")


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
        self._check_claims()
        self._check_relations()
        self._check_published()
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
            self._check_name(("define", definition.name), "definition", definition.name)
        self._check_unique(("decision_makers",), "decision maker", (dm.name for dm in conflict.decision_makers))
        for dm in conflict.decision_makers:
            self._check_unique(("decision_makers", dm.name, "options"), "option", (o.name for o in dm.options))
        self._check_unique(("define",), "definition", (definition.name for definition in conflict.definitions))
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

    def _unknown_party(self, name: str, but: Collection[str] = ()) -> str:
        """What to say of a decision maker that does not exist; no name that is refused is suggested."""
        names = (dm.name for dm in self.conflict.decision_makers)
        return unknown("decision maker", name, (one for one in names if is_name(one) and one not in but))

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
        self._check_views()
        self._check_differences()
        sources = {source.name: source for source in self.conflict.sources}
        for path, quote in self.conflict.quotes():
            if quote.source not in sources:
                self.wrong((*path, "quote", "source"), unknown("source", quote.source, sources))
        for source in self.conflict.sources:
            for via in source.via:
                if is_name(via) and via not in sources:
                    self.wrong(("sources", source.name, "via"), unknown("source", via, sources))

    def _check_views(self) -> None:
        conflict = self.conflict
        names = [dm.name for dm in conflict.decision_makers]
        if not 1 <= conflict.view_depth <= MAX_VIEW_DEPTH:
            message = f"views go 1 to {MAX_VIEW_DEPTH} deep, not {conflict.view_depth}"
            self.wrong(("view_depth",), message)
        for by in dict.fromkeys(view.by for view in conflict.views):
            if by not in names:
                self.wrong(("views", by), self._unknown_party(by))
        given: set[tuple[tuple[str, ...], str]] = set()
        for path, chain, view in conflict.all_views():
            if (chain, view.of) in given:
                self.wrong(path, f'the view of "{shorten(view.of)}" is given twice')
            given.add((chain, view.of))
            if view.of not in names:
                self.wrong(path, self._unknown_party(view.of, but=(chain[-1],)))
            if view.of == chain[-1]:
                self.wrong(path, f"{view.of} cannot have a view of itself")
            elif view.of in names and conflict.graph is None:
                self._check_view_options(path, view, conflict.decision_maker(view.of))
            if len(chain) == conflict.view_depth + 1 <= MAX_VIEW_DEPTH:
                self.wrong(path, f"a view {len(chain)} deep; this file goes {conflict.view_depth} deep (view_depth)")
            elif len(chain) == max(MAX_VIEW_DEPTH, conflict.view_depth) + 1:
                self.wrong(path, f"a view {len(chain)} deep; views go at most {MAX_VIEW_DEPTH} deep")

    def _check_differences(self) -> None:
        """What views name of the statements around them is there, and something is left of these."""
        wants = Wants(self.conflict)
        if wants.comparisons > MAX_COMPARISONS:
            message = f"{wants.comparisons:,} differences times statements; at most {MAX_COMPARISONS:,}"
            self.wrong(("views",), f"{message}: what differs in so much is given whole (prefers)")
            return
        for path, chain, view in self.conflict.all_views():
            around, here = wants.of(chain[:-1], view.of), (*path, "as_in_truth_except")
            if not view.differences or around is None:
                continue
            if not isinstance(around, OrderedStatements):
                message = (
                    f"differences are between ordered statements (prefers), and what {view.of} wants is no such list"
                )
                self.wrong(here, message)
                continue
            before, holds = around.statements, True
            for k, (_, after, missing) in enumerate(differing(before, view.differences)):
                if missing is not None:
                    holds = False
                    self.wrong((*here, k), _no_statement(view.of, missing, before))
                before = after
            if holds and not before:
                self.wrong(here, f"leaves nothing that {view.of} wants; one that is indifferent prefers: [true]")

    def _check_view_options(self, path: Path, view: View, seen: DecisionMaker) -> None:
        own = {option.name: option for option in seen.options}
        for option in view.options:
            place: Path = (*path, "options", option.name)
            if option.name not in own:
                free = own.keys() - {seen.name for seen in view.options}
                self.wrong(place, unknown(f"option of {view.of}", option.name, [name for name in own if name in free]))
            elif option.hidden and option.moves is not None:
                self.wrong((*place, "moves"), "an option that is hidden is not seen to move")

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
            path: Path = ("define", name)
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
                return of_definitions["define", name]
        return frozenset().union(*(self._options_used(part, of_definitions) for part in tree.parts))

    def _check_graph_form(self, graph: GraphForm) -> None:
        conflict = self.conflict
        for name, given in (
            ("define", conflict.definitions),
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
                self.wrong(path, self._unknown_party(dm))
                continue
            for state in (start, *ends):
                if state not in names:
                    self.wrong((*path, str(start)), unknown("state", str(state), map(str, names)))
            if start in ends:
                self.wrong((*path, str(start)), f"a move leads somewhere else; {start} to {start} is none")

    def _check_claims(self) -> None:
        names = [dm.name for dm in self.conflict.decision_makers]
        seen: set[str] = set()
        for k, claim in enumerate(self.conflict.claims):
            if claim.id in seen:
                self.wrong(("claims", k, "id"), f'claim "{shorten(claim.id)}" is given twice')
            seen.add(claim.id)
            for path, test in _tests(("claims", k, "test"), claim.test):
                for key, name in claim_tests.decision_makers(test):
                    if name not in names:
                        two = isinstance(test, claim_tests.Answer | claim_tests.Compare | claim_tests.Trend)
                        others = {other for _, other in claim_tests.decision_makers(test)} if two else ()
                        self.wrong((*path, key), self._unknown_party(name, but=others))
                for key, concept in claim_tests.concepts(test):
                    if concept not in CONCEPTS:
                        fitting = CONCEPTS if isinstance(test, claim_tests.Holds) else one_after_another()
                        self.wrong((*path, key), unknown("concept", concept, fitting))
                    elif concept not in one_after_another() and not isinstance(test, claim_tests.Holds):
                        message = f"{concept} looks at moves made at the same time; here one follows another"
                        self.wrong((*path, key), message)
                self._check_arguments(path, test)

    def _check_relations(self) -> None:
        """Measured relations are between decision makers that the table knows."""
        given = self.conflict.relations
        names = [dm.name for dm in self.conflict.decision_makers]
        known = [name for name, _ in given.actors] if given else []
        for name in known:
            if name not in names:
                self.wrong(("relations", "actors", name), self._unknown_party(name, but=known))
        for judgement in self.conflict.judgements():
            seen = judgement.evidence.relation
            for name in seen.between if seen else ():
                path = (*judgement.path, "relation", "between")
                if given is None:
                    self.wrong(path, "the file gives no relations")
                elif name not in known:
                    self.wrong(path, unknown("decision maker with relations", name, filter(names.__contains__, known)))

    def _check_arguments(self, path: Path, test: claim_tests.Test) -> None:
        """Arguments of one claim's test that do not go together."""
        match test:
            case claim_tests.Reach(by=by) if not all(by):
                self.wrong((*path, "by"), "an empty group")
            case claim_tests.Answer(by=by, who=who) if by == who:
                self.wrong((*path, "who"), f"{who} does not answer itself")
            case claim_tests.Compare(who=(one, other)) | claim_tests.Trend(between=(one, other)) if one == other:
                key = "who" if isinstance(test, claim_tests.Compare) else "between"
                self.wrong((*path, key), f"{one} twice; two different decision makers are compared")
            case claim_tests.Trend(start=start, end=end) if not start < end:
                self.wrong((*path, "to"), f"{end} is not after {start}")

    # Formulas

    def _statements(self) -> Iterator[tuple[Path, Statement]]:
        conflict = self.conflict
        for definition in conflict.definitions:
            yield ("define", definition.name), definition.statement
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
            self._bind(path, statement.formula)
        for k, claim in enumerate(self.conflict.claims):
            for path, test in _tests(("claims", k, "test"), claim.test):
                for place, formula in _formulas_of(path, test):
                    if self.conflict.graph is not None:
                        names = (str(name) for name, _ in self.conflict.graph.states)
                        self.wrong(place, unknown("state", formula.text, names))
                    else:
                        self._bind(place, formula)

    def _put_in_order(self) -> None:
        """The definitions that say something, each after those that it uses; a circle of them is told.

        Whatever uses a definition that says nothing is passed over: the mistake is told where it was made.
        """
        uses = {path: names_used(tree) for path, tree in self.bound.items()}
        sorter = TopologicalSorter({path[1]: used for path, used in uses.items() if path[0] == "define"})
        try:
            sorter.prepare()
        except CycleError as error:
            circle = error.args[1]
            self.wrong(("define", circle[0]), "defined by itself: " + " → ".join(reversed(circle)))
        sound: set[str] = set()
        while ready := sorter.get_ready():  # what is in a circle, or needs one, never is
            for name in map(str, ready):
                if ("define", name) in uses and uses["define", name] <= sound:
                    self.order.append(name)
                    sound.add(name)
            sorter.done(*ready)
        for path, used in uses.items():
            if not used <= sound or (path[0] == "define" and path[1] not in sound):
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

    def bind_preference(self, path: Path, given: Preference | None) -> None:
        """Bind the formulas of one preference."""
        for place, statement in _stated(path, given):
            self._bind(place, statement.formula)

    def _bind(self, path: Path, formula: Formula) -> None:
        wrong = list(misfits(formula, self.vocabulary))
        if wrong and path[0] == "define":
            wrong = list(misfits(formula, self.vocabulary, self._leading_to(str(path[1]))))
        for misfit in wrong:
            self.wrong(path, misfit.message, misfit.excerpt)
        if not wrong:
            self.bound[path] = bind(formula, self.vocabulary)

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

    def _check_answers(self, path: Path, answers: PublishedAnswers) -> None:
        names = [dm.name for dm in self.conflict.decision_makers]
        concepts = [("equilibria", concept) for concept, _ in answers.equilibria]
        concepts += [("stability", concept) for concept, _ in answers.stability]
        for key, concept in concepts:
            if concept not in CONCEPTS:
                self.wrong((*path, key, concept), unknown("concept", concept, CONCEPTS))
        for concept, by_dm in answers.stability:
            for name, _ in by_dm:
                if name not in names:
                    self.wrong((*path, "stability", concept, name), self._unknown_party(name))
        for k, coalition in enumerate(answers.coalitions or ()):
            for name in coalition.group:
                if name not in names:
                    self.wrong((*path, "coalitions", k, "group"), self._unknown_party(name))


def _no_statement(name: str, missing: Formula | int, statements: Sequence[Statement]) -> str:
    if isinstance(missing, int):
        return f"no statement {missing}: {name} wants {len(statements)}, counted from 1"
    return unknown(f"statement of {name}", missing.text, (one.formula.text for one in statements))


def _stated(path: Path, given: Preference | None) -> Iterator[tuple[Path, Statement]]:
    for place, statement in given.stated() if given is not None else ():
        yield (*path, *place), statement


def _tests(path: Path, test: claim_tests.Test) -> Iterator[tuple[Path, claim_tests.Test]]:
    """The simple tests that a test is made of, each with the path of its arguments."""
    path = (*path, claim_tests.kind(test))
    match test:
        case claim_tests.Combined("not", (part,)):
            yield from _tests(path, part)
        case claim_tests.Combined(_, parts):
            for k, part in enumerate(parts):
                yield from _tests((*path, k), part)
        case _:
            yield path, test


def _formulas_of(path: Path, test: claim_tests.Test) -> Iterator[tuple[Path, Formula]]:
    for key, place in claim_tests.places(test):
        if place.formula is not None:
            yield (*path, key), place.formula
    if isinstance(test, claim_tests.Compare):
        for k, formula in enumerate(test.over):
            yield (*path, "over", k), formula


def claimed_states(conflict: Conflict) -> Iterator[tuple[Path, StateName]]:
    """Every state that a claim names."""
    for n, claim in enumerate(conflict.claims):
        for path, test in _tests(("claims", n, "test"), claim.test):
            for key, place in claim_tests.places(test):
                for name in place.states:
                    yield (*path, key), name


def _states_in(answers: PublishedAnswers) -> Iterator[tuple[Path, StateName]]:
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
