"""From a conflict to the plain data of a file: what is unstated stays unwritten. Reading it gives the conflict back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from standoff.conflict import model
from standoff.conflict.evidence import Evidence, Quote, Source, Sure
from standoff.formats.claim_writing import write_test
from standoff.formats.tree import Data


def write_conflict(conflict: model.Conflict) -> dict[str, Data]:
    """The data of the file that describes the conflict, keys in the order of the format."""
    return _stated(
        standoff=1,
        title=conflict.title,
        date=conflict.date,
        about=conflict.about,
        limits=list(conflict.limits),
        sources={source.name: _source(source) for source in conflict.sources},
        **{
            key: {e.name: _statement("that", e.statement) for e in conflict.definitions if e.path[0] == key}
            for key in ("define", "names")
        },
        decision_makers={
            dm.name: _stated(
                title=dm.title,
                about=dm.about,
                plural=dm.plural or None,
                options=_options(dm.options),
                **_preference(dm.preference),
            )
            for dm in conflict.decision_makers
        },
        infeasible=[_statement("rule", rule) for rule in conflict.infeasible],
        states={str(state.name): _statement("that", state.statement) for state in conflict.states},
        graph=None if conflict.graph is None else _graph(conflict.graph),
        status_quo=None if conflict.status_quo is None else _status_quo(conflict.status_quo),
        views=_views(conflict.views),
        view_depth=conflict.view_depth if conflict.view_depth != 1 else None,
        history=_history(conflict),
        relations=None if conflict.relations is None else _relations(conflict.relations),
        claims=[
            _stated(
                id=claim.id,
                says=claim.says,
                quote=_quote(claim.quote),
                note=claim.note,
                test=write_test(claim.test),
            )
            for claim in conflict.claims
        ],
        published=None if conflict.published is None else _published(conflict.published),
    )


def _stated(**entries: Any) -> dict[str, Data]:
    return {key: value for key, value in entries.items() if value not in (None, {}, [])}


def _quote(quote: Quote | None) -> Data:
    if quote is None:
        return None
    return _stated(source=quote.source, exact=quote.exact, prefix=quote.prefix or None, suffix=quote.suffix or None)


def _evidence(evidence: Evidence) -> dict[str, Data]:
    sure = None if evidence.sure is Sure.CERTAIN else str(evidence.sure)
    kind = None if evidence.kind is None else str(evidence.kind)
    seen = evidence.relation
    relation: Data = None
    if seen is not None:
        numbers = {"value": seen.value, "low": seen.low, "high": seen.high}
        relation = {"between": list(seen.between), "period": seen.period, **numbers}
    return _stated(
        why=evidence.why,
        quote=_quote(evidence.quote),
        kind=kind,
        sure=sure,
        relation=relation,
        note=evidence.note,
    )


def _statement(key: str, statement: model.Statement) -> Data:
    rest = _stated(title=statement.title, **_evidence(statement.evidence))
    return {key: statement.formula.text, **rest} if rest else statement.formula.text


def _source(source: Source) -> dict[str, Data]:
    grade = None if source.grade is None else str(source.grade)
    return _stated(
        title=source.title,
        authors=source.authors,
        publisher=source.publisher,
        published=source.published,
        url=source.url,
        file=source.file,
        grade=grade,
        via=list(source.via),
        note=source.note,
    )


def _options(options: Iterable[model.Option]) -> dict[str, Data]:
    return {option.name: _option(option) for option in options}


def _option(option: model.Option) -> Data:
    titled = any(level.title is not None for level in option.levels)
    levels: Data = None
    if titled:
        levels = {level.name: level.title for level in option.levels}
    elif option.levels != model.NO_YES:
        levels = [level.name for level in option.levels]
    moves = None if option.moves is model.Direction.BOTH else str(option.moves)
    slips: Data = None if option.slips is None else option.slips or "never"
    return _stated(title=option.title, levels=levels, moves=moves, slips=slips, **_evidence(option.evidence))


def _preference(preference: model.Preference | None) -> dict[str, Data]:
    match preference:
        case None:
            return {}
        case model.OrderedStatements(statements):
            return {"prefers": [_statement("that", statement) for statement in statements]}
        case model.Ranking(groups, evidence):
            order: Data = [group[0] if len(group) == 1 else list(group) for group in groups]
            rest = _evidence(evidence)
            return {"ranking": {"order": order, **rest} if rest else order}
        case model.Weights(weights):
            return {"weights": {entry.statement.formula.text: _weight(entry) for entry in weights}}


def _weight(entry: model.Weight) -> Data:
    number: Data = int(entry.weight) if entry.weight == entry.weight.to_integral_value() else entry.weight
    rest = _stated(title=entry.statement.title, **_evidence(entry.statement.evidence))
    return {"weight": number, **rest} if rest else number


def _graph(graph: model.GraphForm) -> dict[str, Data]:
    moves: dict[str, dict[str, Data]] = {}
    for dm, start, ends in graph.moves:
        moves.setdefault(dm, {})[str(start)] = list(ends)
    states: Mapping[str, Data] = {str(name): label for name, label in graph.states}
    return {"states": dict(states), "moves": {dm: dict(arcs) for dm, arcs in moves.items()}}


def _status_quo(quo: model.StatusQuo) -> Data:
    state: Data = dict(quo.state) if isinstance(quo.state, tuple) else quo.state
    rest = _evidence(quo.evidence)
    return (
        {"state": state, **rest}
        if rest or state == {} or "state" in (state if isinstance(state, dict) else ())
        else state
    )


def _history(conflict: model.Conflict) -> Data:
    events: Data = [
        _stated(date=event.date, title=event.title, **_evidence(event.evidence)) | {"moves": dict(event.moves)}
        for event in conflict.history
    ]
    start = conflict.history_start
    return events if start is None else {"from": dict(start), "events": events}


def _views(views: Iterable[model.View]) -> dict[str, Data]:
    written: dict[str, dict[str, Data]] = {}
    for view in views:
        written.setdefault(view.by, {})[view.of] = _view(view)
    return {by: dict(seen) for by, seen in written.items()}


def _view(view: model.View) -> dict[str, Data]:
    return _stated(
        title=view.title,
        about=view.about,
        note=view.note,
        options={
            o.name: _stated(
                title=o.title, moves=str(o.moves) if o.moves else None, hidden=o.hidden or None, **_evidence(o.evidence)
            )
            for o in view.options
        },
        as_in_truth_except=[_difference(one) for one in view.differences],
        impossible=[_statement("that", statement) for statement in view.impossible],
        views={below.of: _view(below) for below in view.views},
        **_preference(view.preference),
    )


def _difference(one: model.Difference) -> dict[str, Data]:
    formula: Data = one.statement.formula.text if one.number is None else one.number
    what = _statement("that", one.statement) if one.kind == "add" else formula
    written: dict[str, Data] = {one.kind: what}
    if one.position is not None:
        word = "to" if one.kind == "move" and one.position.word == "at" else one.position.word
        written[word] = one.position.by if isinstance(one.position.by, int) else one.position.by.text
    return written | ({} if one.kind == "add" else _evidence(one.statement.evidence))


def _relations(relations: model.Relations) -> dict[str, Data]:
    rest = _stated(citation=relations.citation, note=relations.note)
    return {"file": relations.file, "actors": dict(relations.actors), "dispersion": relations.dispersion, **rest}


def _published(published: model.Published) -> dict[str, Data]:
    other = {
        key: _answers(answers, "coalition_improvements") if key == "computed" else _answers(answers).get("equilibria")
        for key, answers in published.other
    }
    return _stated(
        citation=published.citation, trust=published.trust, note=published.note, **_answers(published.answers), **other
    )


def _answers(answers: model.PublishedAnswers, coalitions: str = "coalitions") -> dict[str, Data]:
    written = _stated(
        equilibria={concept: list(states) for concept, states in answers.equilibria},
        stability={concept: {dm: list(states) for dm, states in by_dm} for concept, by_dm in answers.stability},
    )
    if answers.coalitions is not None:
        written[coalitions] = [
            {"group": list(entry.group), "from": entry.start, "to": list(entry.to)} for entry in answers.coalitions
        ]
    if answers.coalitionally_stable is not None:
        written["coalitionally_stable"] = list(answers.coalitionally_stable)
    return written
