"""The smallest changes of judgements (definition 9): what each is, and the conflict after it.

Preferences: drop a statement, negate it, swap it with its neighbour, move it to the top; drop or negate a weight; swap
neighbours in a ranking. Structure: drop a rule, make a move reversible. The status quo: one option a level away. A
definition that joins parts by ``and`` or ``or``: leave one out, or join them by the other word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from standoff.conflict.evidence import Evidence, Kind, Sure, supposed
from standoff.conflict.meaning import Source, conflict_of, interpret
from standoff.conflict.model import (
    Conflict,
    DecisionMaker,
    Definition,
    Difference,
    Direction,
    Judgement,
    Option,
    OrderedStatements,
    Preference,
    StatusQuo,
    View,
    differing,
)
from standoff.conflict.preference import EditOfPreference, Ranking, edited, without
from standoff.conflict.syntax import FormulaError, chained, parse
from standoff.conflict.wants import Wants
from standoff.errors import Path, render_path, shorten

EditKind = Literal[
    EditOfPreference, "drop_rule", "make_reversible", "status_quo", "leave_out", "join_otherwise", "correct"
]


@dataclass(frozen=True, slots=True)
class Rewording:
    """What a definition becomes: its new formula, and of one part left out which, counted from 0, and its text."""

    formula: str
    part: int | None = None
    without: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One smallest change of the judgement at ``path``: its kind, and what the status quo or a definition becomes.

    ``level``: to which an option of the status quo goes.
    """

    path: Path
    kind: EditKind
    level: str | None = None
    rewording: Rewording | None = None

    @property
    def words(self) -> str:
        """What is done to the judgement."""
        if self.rewording is not None and self.rewording.without:
            return f"leave out “{shorten(' '.join(self.rewording.without.split()))}”"
        return _WORDS[self.kind] + (f" {self.path[-1]} = {self.level}" if self.level else "")

    @property
    def place(self) -> int | None:
        """Where in its list what is moved comes to stand, counted from 0; None where nothing is moved."""
        at = self.path[-1]
        return {"swap": at + 1, "top": 0}.get(self.kind) if isinstance(at, int) else None

    @property
    def where(self) -> str:
        """The path as it is written."""
        return render_path(self.path)

    @property
    def whose_preference(self) -> str | None:
        """The decision maker whose preference it changes, and nothing else; None where it changes anything else."""
        match self.path:
            case ("decision_makers", str(name), "prefers" | "ranking" | "weights", _):
                return name
        return None


_WORDS = {
    "drop": "drop it",
    "negate": "negate it",
    "swap": "swap it with the next",
    "top": "move it to the top",
    "drop_rule": "drop the rule",
    "make_reversible": "make the move reversible",
    "status_quo": "suppose",
    "join_otherwise": "join its parts by the other of “and” and “or”",
    "correct": "see it as it is",
}


def edits(source: Source) -> Iterator[Edit]:
    """Every one-edit variation of the conflict."""
    conflict = conflict_of(source)
    for dm in conflict.decision_makers:
        yield from preference_edits(dm)
    for k in range(len(conflict.infeasible)):
        yield Edit(("infeasible", k), "drop_rule")
    for dm, option in conflict.options:
        if option.moves is not Direction.BOTH:
            yield Edit(("decision_makers", dm.name, "options", option.name), "make_reversible")
    yield from _status_quo_edits(source)
    for definition in conflict.definitions:
        yield from _definition_edits(definition)


def view_edits(conflict: Conflict, nested: bool = True) -> Iterator[Edit]:
    """The corrections of views: one believed statement dropped, or one part of a view that becomes the truth.

    ``nested``: of views of views too.
    """
    for path, chain, view in conflict.all_views():
        if len(chain) > 1 and not nested:
            continue
        if isinstance(view.preference, OrderedStatements) and len(view.preference.statements) > 1:
            for k in range(len(view.preference.statements)):
                yield Edit((*path, "prefers", k), "drop")
        for k in range(len(view.differences)):
            yield Edit((*path, "as_in_truth_except", k), "correct")
        if len(view.differences) > 1:
            yield Edit((*path, "as_in_truth_except"), "correct")
        for k in range(len(view.impossible)):
            yield Edit((*path, "impossible", k), "correct")
        for option in view.options:
            yield Edit((*path, "options", option.name), "correct")
        if view.preference is not None:
            yield Edit((*path, view.preference.key), "correct")


def preference_edits(dm: DecisionMaker) -> Iterator[Edit]:
    """The one-edit variations of one decision maker's preference."""
    for path, kind in dm.preference.edits() if dm.preference is not None else ():
        yield Edit(("decision_makers", dm.name, *path), kind)


def _status_quo_edits(source: Source) -> Iterator[Edit]:
    given = _status_quo_levels(source)
    if given is None:
        return
    for name, levels in conflict_of(source).vocabulary.options.items():
        at = levels.index(given.get(name, levels[0]))
        for near in (at - 1, at + 1):
            if 0 <= near < len(levels):
                yield Edit(("status_quo", name), "status_quo", levels[near])


def _definition_edits(definition: Definition) -> Iterator[Edit]:
    """Each part of a chain left out, and all joined otherwise; none of what is no chain of ``and`` or ``or``."""
    found = chained(definition.statement.formula) if definition.is_judgement else None
    if found is None:
        return
    word, parts = found
    texts = [part.text for part in parts]
    for k, text in enumerate(texts):
        left = f" {word} ".join(without(texts, k))
        yield Edit(definition.path, "leave_out", rewording=Rewording(left, k, text))
    other = " or " if word == "and" else " and "
    yield Edit(definition.path, "join_otherwise", rewording=Rewording(other.join(texts)))


def _status_quo_levels(source: Source) -> dict[str, str] | None:
    """The levels that the status quo gives, by full names; None where it is a state that is not one combination."""
    conflict = conflict_of(source)
    if conflict.status_quo is None or conflict.graph is not None:
        return None
    given, vocabulary = conflict.status_quo.state, conflict.vocabulary
    if isinstance(given, tuple):
        return {vocabulary.find(name): level for name, level in given}
    states = interpret(source).states
    at = states.levels(states.position[given])
    if at is None:
        return None
    return {name: levels[k] for (name, levels), k in zip(vocabulary.options.items(), at, strict=True)}


def _elsewhere(source: Source, quo: StatusQuo, option: str, level: str) -> StatusQuo:
    """The status quo with one option at another level, which is no more than supposed."""
    conflict, levels = conflict_of(source), _status_quo_levels(source) or {}
    now = levels.get(option, conflict.vocabulary.options[option][0])
    evidence = supposed(quo.evidence, f"in place of “{option} = {now}”")
    return replace(quo, state=_moved(conflict, levels, option, level), evidence=evidence)


def _moved(conflict: Conflict, levels: Mapping[str, str], option: str, level: str) -> tuple[tuple[str, str], ...]:
    """The levels of the status quo with one option at another, under the names by which they are given."""
    given = conflict.status_quo.state if conflict.status_quo is not None else ()
    if not isinstance(given, tuple):
        return tuple((dict(levels) | {option: level}).items())
    find = conflict.vocabulary.find
    moved = tuple((name, level if find(name) == option else now) for name, now in given)
    return moved if option in levels else (*moved, (option, level))


def apply(source: Source, edit: Edit) -> Conflict:
    """The conflict after the edit (it may have become invalid: interpreting it tells).

    Views follow what they differ from; a difference that names a statement which is there no more goes.
    """
    return settled(_applied(source, edit))


def apply_all(source: Source, made: Sequence[Edit]) -> Conflict:
    """The conflict after several edits, one after another.

    Each finds the statement (rule, group of a ranking) that it is about where those before it have brought it; "the
    next" is what then comes next. Raises ValueError where one cannot be made any more.
    """
    conflict = source
    for edit in in_turn(source, made):
        conflict = apply(conflict, edit)
    return conflict_of(conflict)


def in_turn(source: Source, made: Sequence[Edit]) -> Iterator[Edit]:
    """Edits as they find the conflict after those before them: the place of each as it is then.

    Raises ValueError where one cannot be made any more.
    """
    lists: dict[Path, list[int]] = {}
    for edit in made:
        place = edit.path[-1]
        if not isinstance(place, int):
            yield edit
            continue
        above = edit.path[:-1]
        order = lists.setdefault(above, list(range(_length(conflict_of(source), above))))
        if place not in order:
            raise ValueError(f"no such edit any more: {edit.where}")
        now = order.index(place)
        yield replace(edit, path=(*above, now))
        if edit.kind in _SHIFTS:
            order[:] = edited(order, _SHIFTS[edit.kind], now, int)


_SHIFTS: Mapping[str, str] = {"drop": "drop", "drop_rule": "drop", "swap": "swap", "top": "top"}


def _length(conflict: Conflict, above: Path) -> int:
    """How many there are in a list of the conflict."""
    match above:
        case ("decision_makers", str(name), _):
            preference = conflict.decision_maker(name).preference
            if isinstance(preference, OrderedStatements):
                return len(preference.statements)
            return len(preference.groups) if isinstance(preference, Ranking) else 0
        case ("infeasible",):
            return len(conflict.infeasible)
    raise ValueError(f"no such list: {render_path(above)}")


def reorders(edit: Edit) -> bool:
    """Whether it changes the order of a list: then it matters which of two such edits comes first."""
    return edit.kind in ("swap", "top")


_SURE = {Sure.DOUBTFUL: 0, Sure.LIKELY: 1, Sure.CERTAIN: 2}
_KIND = {Kind.ASSUMED: 0, Kind.INFERRED: 1, None: 1, Kind.REPORTED: 2}
_BELIEVED = {"drop": 0, "swap": 0, "negate": 2, "join_otherwise": 2}  # others lie between


def believability(judged: Judgement, edit: Edit) -> tuple[int, int, int]:
    """How believable it is that a judgement is wrong in that way, the most believable least.

    What is doubtful comes before what is likely or certain, what is assumed before what is inferred or reported, and
    that a statement is too much, or too high, before that its opposite is true or a definition joins by the wrong word.
    """
    return _SURE[judged.evidence.sure], _KIND[judged.evidence.kind], _BELIEVED.get(edit.kind, 1)


def settled(conflict: Conflict) -> Conflict:
    """The conflict without the differences of views that say nothing, because what they name is not there."""
    if not any(view.differences for _, _, view in conflict.all_views()):
        return conflict
    wants = Wants(conflict)

    def heard(chain: tuple[str, ...], view: View) -> View:
        around = wants.of(chain[:-1], view.of)
        left: tuple[Difference, ...] = ()
        if isinstance(around, OrderedStatements):
            left = tuple(one for one, _, missing in differing(around.statements, view.differences) if missing is None)
        below = tuple(heard((*chain, inner.by), inner) for inner in view.views)
        return replace(view, differences=left, views=below)

    return replace(conflict, views=tuple(heard((view.by,), view) for view in conflict.views))


def _applied(source: Source, edit: Edit) -> Conflict:
    conflict = conflict_of(source)
    match edit.path:
        case ("decision_makers", str(name), "options", str(option)):
            return _with_dm(conflict, name, lambda dm: _reversible(dm, option))
        case ("decision_makers", str(name), _, place):
            return _with_dm(conflict, name, lambda dm: _with_edited_preference(dm, edit.kind, place))
        case ("infeasible", int(k)):
            return replace(_with_levels(source), infeasible=without(conflict.infeasible, k))
        case ("status_quo", str(option)) if conflict.status_quo is not None and edit.level is not None:
            return replace(conflict, status_quo=_elsewhere(source, conflict.status_quo, option, edit.level))
        case ("define", str(name)) if edit.rewording is not None:
            return _defining(_with_levels(source) if conflict.infeasible else conflict, name, edit.rewording)
        case ("views", str(by), *rest):
            mine = tuple(view for view in conflict.views if view.by == by)
            first = conflict.views.index(mine[0])
            others = [view for view in conflict.views if view.by != by]
            return replace(conflict, views=(*others[:first], *_corrected(mine, rest), *others[first:]))
    raise ValueError(f"no such edit: {edit}")


def _defining(conflict: Conflict, name: str, rewording: Rewording) -> Conflict:
    """The conflict with another formula for a definition. Raises ValueError where it grows beyond bounds."""
    try:
        formula = parse(rewording.formula)
    except FormulaError as error:
        raise ValueError(f"the definition cannot be so changed: {error.message}") from None

    def reworded(one: Definition) -> Definition:
        evidence = supposed(one.statement.evidence, f"in place of “{one.statement.formula}”")
        statement = replace(one.statement, formula=formula, evidence=evidence)
        return replace(one, statement=statement) if one.path == ("define", name) else one

    return replace(conflict, definitions=tuple(map(reworded, conflict.definitions)))


def _with_levels(source: Source) -> Conflict:
    """The conflict with its status quo by levels where it is a number: with other rules numbers mean other states."""
    conflict = conflict_of(source)
    quo = conflict.status_quo
    if quo is None or isinstance(quo.state, tuple) or conflict.states or conflict.graph is not None:
        return conflict
    levels = tuple((_status_quo_levels(source) or {}).items())
    return replace(conflict, status_quo=replace(quo, state=levels))


def _with_dm(conflict: Conflict, name: str, change: Callable[[DecisionMaker], DecisionMaker]) -> Conflict:
    return replace(
        conflict, decision_makers=tuple(change(dm) if dm.name == name else dm for dm in conflict.decision_makers)
    )


def _corrected(views: Sequence[View], path: Sequence[str | int]) -> tuple[View, ...]:
    """The views without what stands at the path; one that says nothing any more goes."""
    of, *rest = path
    changed = []
    for view in views:
        if view.of == of:
            view = _without_part(view, rest)  # noqa: PLW2901
            if not (view.preference or view.differences or view.options or view.impossible or view.views):
                continue
        changed.append(view)
    return tuple(changed)


def _without_part(view: View, path: Sequence[str | int]) -> View:
    match path:
        case ["prefers", int(k)] if isinstance(view.preference, OrderedStatements):
            return replace(view, preference=view.preference.edited("drop", k))
        case ["prefers" | "ranking" | "weights"]:
            return replace(view, preference=None)
        case ["as_in_truth_except"]:
            return replace(view, differences=())
        case ["as_in_truth_except", int(k)]:
            return replace(view, differences=without(view.differences, k))
        case ["options", str(name)]:
            return replace(view, options=tuple(option for option in view.options if option.name != name))
        case ["impossible", int(k)]:
            return replace(view, impossible=without(view.impossible, k))
        case ["views", *below]:
            return replace(view, views=_corrected(view.views, below))
    raise ValueError(f"no such part of a view: {path}")


def with_preference(conflict: Conflict, name: str, preference: Preference) -> Conflict:
    """The conflict with another preference of one decision maker."""
    return _with_dm(conflict, name, lambda dm: replace(dm, preference=preference))


def _reversible(dm: DecisionMaker, name: str) -> DecisionMaker:
    def turned(o: Option) -> Option:
        return replace(o, moves=Direction.BOTH, evidence=supposed(o.evidence, f"in place of “moves {o.moves}”"))

    return replace(dm, options=tuple(turned(o) if o.name == name else o for o in dm.options))


def _with_edited_preference(dm: DecisionMaker, kind: str, place: str | int) -> DecisionMaker:
    if dm.preference is None:
        raise ValueError(f"no such edit: {dm.name} has no preferences")
    return replace(dm, preference=dm.preference.edited(kind, place))


def judgement(conflict: Conflict, edit: Edit) -> Judgement | None:
    """The judgement that an edit changes, with its evidence."""
    return judgement_at({one.path: one for one in conflict.judgements()}, edit)


def least_sure(known: Mapping[Path, Judgement], edit: Edit) -> Evidence:
    """What speaks for what an edit changes; of several judgements, a preference in a view, for the least sure.

    ``known``: the conflict's judgements by their paths.
    """
    found = judgement_at(known, edit)
    within = (one for path, one in known.items() if path[: len(edit.path)] == edit.path)
    return min([found] if found else within, key=lambda one: believability(one, edit)).evidence


def judgement_at(known: Mapping[Path, Judgement], edit: Edit) -> Judgement | None:
    """The judgement that an edit changes, of those known by their paths: the one at its path, or the whole of that."""
    paths = (edit.path[:length] for length in range(len(edit.path), 0, -1))
    return next((known[path] for path in paths if path in known), None)
