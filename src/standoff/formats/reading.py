"""From the tree of a file to a conflict, with everything that is wrong with it, each at its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from standoff.conflict import claim_tests, model
from standoff.conflict.claim_tests import Argument, ArgumentKind
from standoff.conflict.evidence import Evidence, Grade, Kind, Measured, Quote, Source, Sure
from standoff.conflict.interpreter import Depth
from standoff.conflict.meaning import Meaning, validate
from standoff.conflict.model import MAX_VIEW_DEPTH, Conflict, as_state_name
from standoff.conflict.syntax import Formula, FormulaError, parse
from standoff.conflict.wants import MAX_COMPARISONS, Wants
from standoff.errors import InvalidConflict, Path, Problem
from standoff.formats import shape
from standoff.formats.claim_shapes import TestShape
from standoff.formats.shaping import in_shadow, placed, shaped
from standoff.formats.tree import Tree

_TRUE = parse("true")
NO_YES = tuple(level.name for level in model.NO_YES)


def read_conflict(tree: Tree) -> Meaning:
    """The conflict that the tree describes, understood. Raises InvalidConflict: all problems, each with its line."""
    found = list(tree.problems)
    if not isinstance(tree.data, dict):
        message = "the file is empty" if tree.data is None else "expected a mapping with title, decision_makers ..."
        raise InvalidConflict([Problem(message, line=1), *found])
    document, depth, broken = shaped(tree, found)
    builder = _Builder(document)
    conflict = _named(builder.conflict())
    if any(p.path[:1] in (("define",), ("names",), ("states",), ("infeasible",)) for p in builder.problems):
        depth = min(depth, Depth.FORMULAS)
    judged = validate(conflict, depth)
    further = [*builder.problems, *judged.problems]
    told, shadows = set(broken), {path[:end] for path in broken for end in range(1, len(path) + 1)}
    found += [one for one in further if not in_shadow(one.path, told, shadows)]
    if found or judged.meaning is None:
        raise InvalidConflict(placed(found, tree))
    return judged.meaning


def unjudged(tree: Tree) -> Conflict:
    """The conflict that the tree describes, whatever it means. Raises InvalidConflict where it is not of the format."""
    found = list(tree.problems)
    if not isinstance(tree.data, dict):
        raise InvalidConflict([Problem("expected a mapping with title, decision_makers ...", line=1), *found])
    document, _, _ = shaped(tree, found)
    builder = _Builder(document)
    conflict = _named(builder.conflict())
    if found or builder.problems:
        raise InvalidConflict(placed([*found, *builder.problems], tree))
    return conflict


class _Builder:
    """Formulas are parsed here, so that each syntax error is told with its path."""

    def __init__(self, document: shape.ConflictShape) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def conflict(self) -> Conflict:
        doc = self.document
        return Conflict(
            title=doc.title,
            date=doc.date,
            about=doc.about,
            sources=tuple(_source(name, source) for name, source in doc.sources.items()),
            limits=tuple(doc.limits),
            definitions=tuple(
                model.Definition(name, self.statement((key, name), entry), key == "names")
                for key, entries in (("define", doc.define), ("names", doc.names))
                for name, entry in entries.items()
            ),
            decision_makers=tuple(
                self.party(("decision_makers", name), name, party) for name, party in doc.decision_makers.items()
            ),
            infeasible=tuple(self.rule(("infeasible", k), rule) for k, rule in enumerate(doc.infeasible)),
            states=tuple(
                model.NamedState(as_state_name(name), self.statement(("states", name), entry))
                for name, entry in doc.states.items()
            ),
            graph=_graph(doc.graph) if doc.graph else None,
            status_quo=_status_quo(doc.status_quo) if doc.status_quo else None,
            views=tuple(
                self.view(("views", by, of), by, of, party)
                for by, seen in doc.views.items()
                for of, party in seen.items()
            ),
            view_depth=doc.view_depth,
            history=tuple(
                model.Event(event.date, tuple(event.moves.items()), event.title, _evidence(event))
                for event in (doc.history if isinstance(doc.history, list) else doc.history.events)
            ),
            history_start=None if isinstance(doc.history, list) else tuple(doc.history.start.items()),
            relations=_relations(doc.relations) if doc.relations else None,
            claims=tuple(
                model.Claim(
                    claim.id,
                    claim.says,
                    self.test(("claims", k, "test"), claim.test),
                    _quote(claim.quote) if claim.quote else None,
                    claim.note,
                )
                for k, claim in enumerate(doc.claims)
            ),
            published=_published(doc.published) if doc.published else None,
        )

    def formula(self, path: Path, text: str) -> Formula:
        try:
            return parse(text)
        except FormulaError as error:
            self.problems.append(error.problem(path))
            return _TRUE

    def statement(self, path: Path, entry: shape.StatementShape) -> model.Statement:
        return model.Statement(self.formula(path, entry.that), entry.title, _evidence(entry))

    def rule(self, path: Path, entry: shape.RuleShape) -> model.Statement:
        return model.Statement(self.formula(path, entry.rule), entry.title, _evidence(entry))

    def party(self, path: Path, name: str, party: shape.PartyShape) -> model.DecisionMaker:
        preference = self.preference(path, party, required=True)
        return model.DecisionMaker(name, preference, _options(party), party.title, party.about, party.plural)

    def view(self, path: Path, by: str, of: str, seen: shape.ViewShape) -> model.View:
        return model.View(
            of,
            by,
            self.preference(path, seen, required=False),
            tuple(
                self.difference((*path, "as_in_truth_except", k), entry)
                for k, entry in enumerate(seen.as_in_truth_except)
            ),
            tuple(self.seen_option((*path, "options"), of, name, o) for name, o in (seen.options or {}).items()),
            tuple(self.statement((*path, "impossible", k), entry) for k, entry in enumerate(seen.impossible)),
            tuple(self.view((*path, "views", k), of, k, party) for k, party in seen.views.items()),
            seen.title,
            seen.about,
            seen.note,
        )

    def difference(self, path: Path, entry: shape.DifferenceShape) -> model.Difference:
        position = None
        if entry.at is not None or entry.to is not None:
            position = model.Position("at", entry.at or entry.to or 1)
        elif entry.before is not None:
            position = model.Position("before", self.reference((*path, "before"), entry.before))
        elif entry.after is not None:
            position = model.Position("after", self.reference((*path, "after"), entry.after))
        if entry.add is not None:
            return model.Difference("add", self.statement((*path, "add"), entry.add), position)
        kind: Literal["drop", "move"] = "drop" if entry.drop is not None else "move"
        named = entry.drop if entry.drop is not None else entry.move
        assert named is not None
        found = self.reference((*path, kind), named)
        if isinstance(found, int):
            return model.Difference(kind, model.Statement(_TRUE, evidence=_evidence(entry)), position, found)
        return model.Difference(kind, model.Statement(found, evidence=_evidence(entry)), position)

    def reference(self, path: Path, given: int | str) -> Formula | int:
        return given if isinstance(given, int) else self.formula(path, given)

    def seen_option(self, path: Path, of: str, name: str, seen: shape.SeenOptionShape) -> model.SeenOption:
        owner = self.document.decision_makers.get(of)
        own = (owner.options or {}).get(name) if owner else None
        if seen.levels is not None and own is not None and list(seen.levels) != list(own.levels or NO_YES):
            self.problems.append(Problem(f"a view keeps the levels of {of}.{name}", (*path, name, "levels")))
        moves = None if seen.moves is None else model.Direction(seen.moves)
        return model.SeenOption(name, moves, seen.hidden, seen.title, _evidence(seen))

    def preference(self, path: Path, party: shape.PreferenceShape, required: bool) -> model.Preference | None:
        given = [key for key in ("prefers", "ranking", "weights") if getattr(party, key) is not None]
        given += ["as_in_truth_except"] if getattr(party, "as_in_truth_except", ()) else []
        name = path[-1]
        if len(given) > 1:
            self.problems.append(
                Problem(f"{name} has {' and '.join(given)}; preferences are given in one form", (*path, given[1]))
            )
        if not given or given == ["as_in_truth_except"]:
            if required:
                message = f"{name} has no preferences: one of prefers, ranking or weights"
                self.problems.append(Problem(message, path))
            return None
        if not getattr(party, given[0]) and given != ["ranking"]:
            message = f"{given[0]} of {name} is empty; one that is indifferent prefers: [true]"
            self.problems.append(Problem(message, (*path, given[0])))
        if party.prefers is not None:
            return model.OrderedStatements(
                tuple(self.statement((*path, "prefers", k), entry) for k, entry in enumerate(party.prefers))
            )
        if party.ranking is not None:
            return self.ranking((*path, "ranking"), party.ranking)
        return model.Weights(
            tuple(
                model.Weight(
                    model.Statement(self.formula((*path, "weights", text), text), entry.title, _evidence(entry)),
                    entry.weight,
                )
                for text, entry in (party.weights or {}).items()
            )
        )

    def test(self, path: Path, given: TestShape) -> claim_tests.Test:
        (name,) = given.model_fields_set
        found, key = getattr(given, name), name.rstrip("_")
        path = (*path, key)
        match key:
            case "not":
                return claim_tests.Combined("not", (self.test(path, found),))
            case "all" | "any":
                return claim_tests.Combined(key, tuple(self.test((*path, k), part) for k, part in enumerate(found)))
        form = claim_tests.FORMS[key]
        arguments = {
            one.name: self.argument((*path, one.key), one, getattr(found, one.name))
            for one in claim_tests.ARGUMENTS[form.of]
        }
        return form.of(**form.says, **arguments)

    def argument(self, path: Path, one: Argument, given: Any) -> Any:
        """An argument of a test, as its kind is given."""
        match one.kind:
            case ArgumentKind.PLACE:
                return self.place(path, given)
            case ArgumentKind.FORMULAS:
                return tuple(self.formula((*path, k), text) for k, text in enumerate(given))
            case ArgumentKind.PARTIES | ArgumentKind.PAIR:
                return tuple(given)
            case ArgumentKind.GROUPS:
                return tuple(map(tuple, given))
            case ArgumentKind.WORD:
                return next(word for word in one.among if word == given)
        return given

    def place(self, path: Path, given: int | str | list[int | str]) -> claim_tests.Place:
        """States where a name (or a number) names them, else a formula."""
        if given == "status_quo":
            return claim_tests.STATUS_QUO
        if not isinstance(given, str):
            return claim_tests.Place(_state_names(given if isinstance(given, list) else [given]))
        graph = self.document.graph
        if given in self.document.states or (graph is not None and given in graph.states):
            return claim_tests.Place((_state_name(given),))
        return claim_tests.Place(formula=self.formula(path, given))

    def ranking(self, path: Path, ranking: shape.RankingShape) -> model.Ranking:
        for k, group in enumerate(ranking.order):
            if not group:
                self.problems.append(Problem("an empty group of tied states", (*path, k)))
        return model.Ranking(tuple(_state_names(group) for group in ranking.order), _evidence(ranking))


def _named(conflict: Conflict) -> Conflict:
    """The conflict with its differences by formulas, where they were given by the numbers of statements around."""
    if not 0 < Wants(conflict).comparisons <= MAX_COMPARISONS:  # none, or so many that this is told later
        return conflict

    def named(wants: Wants, chain: tuple[str, ...], view: model.View, depth: int) -> model.View:
        if len(chain) < depth:
            return replace(view, views=tuple(named(wants, (*chain, below.by), below, depth) for below in view.views))
        around = wants.of(chain[:-1], view.of)
        known = around.statements if isinstance(around, model.OrderedStatements) else ()
        return replace(view, differences=tuple(_by_formulas(one, known) for one in view.differences))

    for depth in range(1, MAX_VIEW_DEPTH + 1):  # what a number means deeper down depends on what is thought around it
        wants = Wants(conflict)
        conflict = replace(conflict, views=tuple(named(wants, (view.by,), view, depth) for view in conflict.views))
    return conflict


def _by_formulas(one: model.Difference, known: Sequence[model.Statement]) -> model.Difference:
    number, position = one.number, one.position
    if number is not None and number <= len(known):
        one = replace(one, number=None, statement=replace(one.statement, formula=known[number - 1].formula))
    if position is not None and position.word != "at" and isinstance(position.by, int) and position.by <= len(known):
        one = replace(one, position=replace(position, by=known[position.by - 1].formula))
    return one


def _state_name(given: int | str) -> model.StateName:
    return as_state_name(given) if isinstance(given, str) else given


def _state_names(given: Sequence[int | str]) -> tuple[model.StateName, ...]:
    return tuple(map(_state_name, given))


def _quote(quote: shape.QuoteShape) -> Quote:
    return Quote(quote.source, quote.exact, quote.prefix, quote.suffix)


def _evidence(entry: shape.Believed) -> Evidence:
    kind = Kind(entry.kind) if entry.kind else None
    seen, relation = entry.relation, None
    if seen is not None:
        relation = Measured((seen.between[0], seen.between[1]), seen.period, seen.value, seen.low, seen.high)
    quote = _quote(entry.quote) if entry.quote else None
    return Evidence(entry.why, quote, kind, Sure(entry.sure), relation, entry.note)


def _source(name: str, entry: shape.SourceShape) -> Source:
    grade = Grade(*entry.grade) if entry.grade else None
    plain = entry.model_dump(exclude={"grade", "via"})
    return Source(name, grade=grade, via=tuple(entry.via), **plain)


def _options(party: shape.PartyShape) -> tuple[model.Option, ...]:
    return tuple(
        model.Option(
            name,
            option.title,
            model.NO_YES
            if option.levels is None
            else tuple(model.Level(level, title) for level, title in option.levels.items()),
            model.Direction(option.moves),
            option.slips,
            _evidence(option),
        )
        for name, option in (party.options or {}).items()
    )


def _graph(graph: shape.GraphShape) -> model.GraphForm:
    return model.GraphForm(
        tuple((as_state_name(name), label) for name, label in graph.states.items()),
        tuple(
            (dm, as_state_name(start), _state_names(ends))
            for dm, arcs in graph.moves.items()
            for start, ends in arcs.items()
        ),
    )


def _status_quo(quo: shape.StatusQuoShape) -> model.StatusQuo:
    state = tuple(quo.state.items()) if isinstance(quo.state, dict) else _state_name(quo.state)
    return model.StatusQuo(state, _evidence(quo))


def _relations(given: shape.RelationsShape) -> model.Relations:
    return model.Relations(given.file, tuple(given.actors.items()), given.dispersion, given.citation, given.note)


def _published(published: shape.PublishedShape) -> model.Published | None:
    other = []
    if published.computed is not None:
        other.append(("computed", _answers(published.computed)))
    if published.stored_by_the_tool is not None:
        stored = shape.AnswersShape.model_construct(equilibria=published.stored_by_the_tool)
        other.append(("stored_by_the_tool", _answers(stored)))
    told = tuple((key, answers) for key, answers in other if answers != model.PublishedAnswers())
    found = model.Published(published.citation, _answers(published), published.trust, published.note, told)
    return None if found == model.Published(None, model.PublishedAnswers()) else found


def _answers(given: shape.AnswersShape | shape.PublishedShape) -> model.PublishedAnswers:
    computed = isinstance(given, shape.AnswersShape)
    coalitions = given.coalition_improvements if isinstance(given, shape.AnswersShape) else given.coalitions
    stable = given.coalitionally_stable if isinstance(given, shape.AnswersShape) else None
    return model.PublishedAnswers(
        tuple((concept, _state_names(states)) for concept, states in given.equilibria.items()),
        tuple(
            (concept, tuple((dm, _state_names(states)) for dm, states in by_dm.items()))
            for concept, by_dm in given.stability.items()
        ),
        None
        if coalitions is None
        else tuple(model.CoalitionAnswer(tuple(c.group), _state_name(c.start), _state_names(c.to)) for c in coalitions),
        _state_names(stable) if computed and stable is not None else None,
    )
