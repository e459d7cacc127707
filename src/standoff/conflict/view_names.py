"""Whether views are of what is there: of others, of their options, and of the statements that they differ in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from standoff.conflict.model import (
    MAX_VIEW_DEPTH,
    Conflict,
    DecisionMaker,
    OrderedStatements,
    Statement,
    View,
    differing,
)
from standoff.conflict.parties import unknown_party
from standoff.conflict.syntax import Formula
from standoff.conflict.wants import MAX_COMPARISONS, Wants
from standoff.errors import Path, Problems, shorten, unknown

Wrong = Callable[[Path, str], None]


def check_views(conflict: Conflict, problems: Problems) -> None:
    """Views are of others, their options, and the statements around them; they go no deeper than is said."""
    wrong = problems.add
    names = [dm.name for dm in conflict.decision_makers]
    if not 1 <= conflict.view_depth <= MAX_VIEW_DEPTH:
        message = f"views go 1 to {MAX_VIEW_DEPTH} deep, not {conflict.view_depth}"
        wrong(("view_depth",), message)
    for by in dict.fromkeys(view.by for view in conflict.views):
        if by not in names:
            wrong(("views", by), unknown_party(conflict, by))
    given: set[tuple[tuple[str, ...], str]] = set()
    for path, chain, view in conflict.all_views():
        if (chain, view.of) in given:
            wrong(path, f'the view of "{shorten(view.of)}" is given twice')
        given.add((chain, view.of))
        if view.of not in names:
            wrong(path, unknown_party(conflict, view.of, but=(chain[-1],)))
        if view.of == chain[-1]:
            wrong(path, f"{view.of} cannot have a view of itself")
        elif view.of in names and conflict.graph is None:
            _check_options(path, view, conflict.decision_maker(view.of), wrong)
        if len(chain) == conflict.view_depth + 1 <= MAX_VIEW_DEPTH:
            wrong(path, f"a view {len(chain)} deep; this file goes {conflict.view_depth} deep (view_depth)")
        elif len(chain) == max(MAX_VIEW_DEPTH, conflict.view_depth) + 1:
            wrong(path, f"a view {len(chain)} deep; views go at most {MAX_VIEW_DEPTH} deep")
    _check_differences(conflict, wrong)


def _check_differences(conflict: Conflict, wrong: Wrong) -> None:
    """What views name of the statements around them is there, and something is left of these."""
    wants = Wants(conflict)
    if wants.comparisons > MAX_COMPARISONS:
        message = f"{wants.comparisons:,} differences times statements; at most {MAX_COMPARISONS:,}"
        wrong(("views",), f"{message}: what differs in so much is given whole (prefers)")
        return
    for path, chain, view in conflict.all_views():
        around, here = wants.of(chain[:-1], view.of), (*path, "as_in_truth_except")
        if not view.differences or around is None:
            continue
        if not isinstance(around, OrderedStatements):
            message = f"differences are between ordered statements (prefers), and what {view.of} wants is no such list"
            wrong(here, message)
            continue
        before, holds = around.statements, True
        for k, (_, after, missing) in enumerate(differing(before, view.differences)):
            if missing is not None:
                holds = False
                wrong((*here, k), _no_statement(view.of, missing, before))
            before = after
        if holds and not before:
            wrong(here, f"leaves nothing that {view.of} wants; one that is indifferent prefers: [true]")


def _check_options(path: Path, view: View, seen: DecisionMaker, wrong: Wrong) -> None:
    own = {option.name: option for option in seen.options}
    for option in view.options:
        place: Path = (*path, "options", option.name)
        if option.name not in own:
            free = own.keys() - {seen.name for seen in view.options}
            wrong(place, unknown(f"option of {view.of}", option.name, [name for name in own if name in free]))
        elif option.hidden and option.moves is not None:
            wrong((*place, "moves"), "an option that is hidden is not seen to move")


def _no_statement(name: str, missing: Formula | int, statements: Sequence[Statement]) -> str:
    if isinstance(missing, int):
        return f"no statement {missing}: {name} wants {len(statements)}, counted from 1"
    return unknown(f"statement of {name}", missing.text, (one.formula.text for one in statements))
