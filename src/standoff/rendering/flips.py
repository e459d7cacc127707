"""``standoff flips``: the judgements that carry the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.text import Text

from standoff.documents import FlipEntry, FlipsDocument, PairEntry
from standoff.documents.entries import edit_entry, edit_record, model_entry, quoted_entry
from standoff.edits import Edit, judgement
from standoff.flips import Flip, Flips, pivots
from standoff.graph import Graph
from standoff.model import Conflict, Judgement, StateName
from standoff.terminal import indented, not_done, title
from standoff.words import evidence_words, joined

SHOWN = 10


def document(found: Flips) -> FlipsDocument:
    """For ``--json``."""
    conflict = found.variations.conflict
    return {
        "concepts": list(found.variations.concepts),
        "left_out": dict(found.variations.left_out),
        "status_quo": dict(found.variations.answers.status_quo),
        "tried": found.tried,
        "flips": [_flip(found.variations.graph, flip) for flip in found.singles],
        "pivots": [path for path, _ in pivots(found)],
        "unjudged": [{**edit_entry(flip.edits[0]), "reason": flip.invalid or ""} for flip in found.unjudged],
        "pairs": [_pair(flip) for flip in found.pairs],
        "pairs_tried": found.pairs_tried,
        "pairs_possible": found.pairs_possible,
        "not_done": found.not_done,
        "model": model_entry(conflict),
    }


def _lists(by_concept: Mapping[str, Sequence[StateName]]) -> dict[str, list[StateName]]:
    return {concept: list(states) for concept, states in by_concept.items()}


def _flip(graph: Graph, flip: Flip) -> FlipEntry:
    edit = flip.edits[0]
    carried = judged(graph.conflict, edit)
    evidence = carried.evidence
    return {
        "judgement": edit.where,
        "edit": edit.words,
        "record": edit_record(edit),
        "appears": _lists(flip.appears),
        "vanishes": _lists(flip.vanishes),
        "status_quo": dict(flip.status_quo),
        "says": carried.says,
        "why": evidence.why,
        "kind": evidence.kind.value if evidence.kind else None,
        "sure": evidence.sure.value,
        "quote": quoted_entry(graph, evidence.quote),
    }


def judged(conflict: Conflict, edit: Edit) -> Judgement:
    """The judgement that an edit changes."""
    found = judgement(conflict, edit)
    assert found is not None
    return found


def _pair(flip: Flip) -> PairEntry:
    return {
        "edits": [edit_entry(edit) for edit in flip.edits],
        "appears": _lists(flip.appears),
        "vanishes": _lists(flip.vanishes),
        "status_quo": dict(flip.status_quo),
    }


def text(found: Flips, everything: bool = False) -> list[RenderableType | None]:
    """For people: the answer rests on these judgements, those on which most hangs first."""
    variations = found.variations
    now = [name for name, holds in variations.answers.status_quo.items() if holds]
    parts: list[RenderableType | None] = [
        title(f"{variations.conflict.title}: what the answer rests on"),
        Text(
            f"{found.tried:,} smallest changes of a judgement were tried; {len(found.singles):,} change an answer"
            + (
                f". Now the status quo is an equilibrium under {joined(now) or 'no concept'}."
                if found.variations.answers.status_quo
                else "."
            )
        ),
    ]
    ranked = pivots(found)
    numbers = {id(flip): number for number, flip in enumerate(found.singles, 1)}
    for path, made in ranked if everything else ranked[:SHOWN]:
        parts.append(_pivot(found, path, made, numbers))
    if len(ranked) > SHOWN and not everything:
        parts.append(Text(f"… and {len(ranked) - SHOWN:,} more judgements on which something hangs (--all)", "dim"))
    if found.unjudged:
        parts.append(Text(f"{len(found.unjudged):,} changes leave no valid conflict and were not judged.", "dim"))
    parts.append(_pairs(found))
    parts.append(not_done(found.not_done))
    return parts


def _pivot(found: Flips, path: str, made: Sequence[Flip], numbers: Mapping[int, int]) -> RenderableType:
    conflict = found.variations.conflict
    carried = judged(conflict, made[0].edits[0])
    lines: list[RenderableType] = [title(f"{path}: {carried.says}")]
    if carried.evidence.why:
        lines.append(indented(Text(f"because: {carried.evidence.why.strip()}", "dim")))
    lines.append(indented(Text(evidence_words(found.variations.graph, carried.evidence), "dim")))
    lines += [indented(Text(f"{numbers[id(flip)]}. {flip.edits[0].words}: {effect(flip)}")) for flip in made]
    return Stack(*lines)


def effect(flip: Flip) -> str:
    """What a flip changes, in words."""
    gained = [name for name, holds in flip.status_quo.items() if holds]
    lost = [name for name, holds in flip.status_quo.items() if not holds]
    parts = []
    if gained:
        parts.append(f"the status quo becomes an equilibrium under {joined(gained)}")
    if lost:
        parts.append(f"the status quo is no longer an equilibrium under {joined(lost)}")
    for what, changed in (("appear", flip.appears), ("vanish", flip.vanishes)):
        if changed:
            parts.append(f"{what} " + ", ".join(f"{concept} {_states(names)}" for concept, names in changed.items()))
    return "; ".join(parts) + "."


def _states(names: Sequence[StateName]) -> str:
    return f"({len(names):,} states)" if len(names) > 3 else "/".join(map(str, names))


def _pairs(found: Flips) -> RenderableType | None:
    if not found.pairs_possible:
        return None
    what = "the verdict on the status quo" if found.variations.answers.status_quo else "an equilibrium"
    tried = f"{found.pairs_tried:,} of {found.pairs_possible:,} pairs"
    lines: list[RenderableType] = [
        title(f"No single change flips {what}"),
        indented(
            Text(
                f"{tried} were tried (not among them: two changes of one judgement, or of one list where one of them "
                f"reorders it); {len(found.pairs):,} flip it."
            )
        ),
    ]
    for flip in found.pairs[:SHOWN]:
        made = " and ".join(f"{edit.where}: {edit.words}" for edit in flip.edits)
        lines.append(indented(Text(f"{made}: {effect(flip)}")))
    return Stack(*lines)
