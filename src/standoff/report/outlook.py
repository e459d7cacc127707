<<<<<<< HEAD
"""What could come: what comes next, who could do better together, what misreading does."""
=======
"""What could come: what would move it, and what misreading does."""
>>>>>>> pa

from __future__ import annotations

from collections.abc import Iterator

from standoff.accident import Play
from standoff.rendering import misread as misreading
from standoff.report.blocks import Block, Fold, Inline, Items, Mark, Paragraph, Section, Table, Text
<<<<<<< HEAD
from standoff.report.coalitions import coalitions as coalitions_section
from standoff.report.paths import paths as paths_section
from standoff.report.ties import Ties
=======
from standoff.report.effects import changed
from standoff.report.ties import Ties, evidence_blocks
>>>>>>> pa
from standoff.words import count, joined, upper_first, who

WAYS, ENDS, PLAYS = 6, 5, 3


<<<<<<< HEAD
# What comes next


def following(ties: Ties) -> Section | None:
    """What can be reached from the status quo, where improvements lead, and what was observed so far."""
    return None if ties.found.paths is None else paths_section(ties, ties.found.paths)


# Together


def together(ties: Ties) -> Section | None:
    """Which groups would leave the status quo, and how alike each two rank what they can reach together."""
    return None if ties.found.coalitions is None else coalitions_section(ties, ties.found.coalitions)
=======
# What would move it


def flipping(ties: Ties) -> Section | None:
    """The single judgements on which the answer hangs."""
    flips = ties.found.flips
    if flips is None:
        return None
    grouped: dict[str, list[Flip]] = {}
    for _, made in pivots(flips):
        carried = judged(flips.variations.conflict, made[0].edits[0])
        grouped.setdefault(render_path(carried.path), []).extend(made)
    ranked = list(grouped.items())
    lead = (
        f"{flips.tried:,} smallest changes of a judgement were tried, one at a time; {len(flips.singles):,} change an "
        f"equilibrium, on {count(len(ranked), 'judgement')}. Those on which most hangs come first."
    )
    items: list[tuple[Block, ...]] = []
    for path, changing in ranked[:PIVOTS]:
        carried = judged(flips.variations.conflict, changing[0].edits[0])
        words: Text = (Mark(upper_first(ties.says(carried))), " (", ties.judgement(path), ")")
        listed = Items(tuple((Paragraph((changed(flip),)),) for flip in changing))
        items.append((Paragraph(words), *evidence_blocks(ties, carried.evidence), listed))
    blocks: list[Block] = [Paragraph((lead,))]
    if items:
        blocks.append(Items(tuple(items), ordered=True))
    if len(ranked) > PIVOTS:
        blocks.append(Paragraph((f"{count(len(ranked) - PIVOTS, 'more judgement')} carry something.",), "aside"))
    if flips.pairs_possible:
        tried = f"{flips.pairs_tried:,} of {flips.pairs_possible:,} pairs of changes were tried"
        blocks.append(Paragraph((f"{tried}; {len(flips.pairs):,} flip it.",)))
    return Section("flips", "What would move it: the judgements it hangs on", tuple(blocks))
>>>>>>> pa


# Misreading


def misreadings(ties: Ties) -> Section | None:
    """Who sees what, what that does to the equilibria, and how it could go wrong."""
    every = ties.found.misread
    if not every:
        return None
    first, graph = every[0], ties.graph
    blocks: list[Block] = []
    for _, chain, view in graph.conflict.all_views():
        holders = [graph.conflict.decision_maker(name).label for name in chain]
        of = graph.conflict.decision_maker(view.of).label
        whose = upper_first(" thinks that ".join(holders))
        blocks += [Paragraph((f"{whose} {what}",)) for what in misreading.believed(graph, chain, view, of)]
    quo = graph.meaning.status_quo
    name = first.actors.under.name
    if quo is not None and name in first.misreading.concepts:
        leaving = first.misreading.leaving(quo, name)
        verdict = f"{joined(who(graph, i) for i in leaving)} would leave it" if leaving else "everybody would stay"
        blocks.append(Paragraph((f"The status quo, each seeing it as it does: {verdict} ({name}).",)))
    for told in every:
        blocks += _plays(ties, told)
    return Section("misreading", "What could go wrong by mistake", tuple(blocks))


def _plays(ties: Ties, told: misreading.Told) -> Iterator[Block]:
    found, asked = told.plays, told.question.asked
    if found is None:
        return
    what = f"To: {_goal_words(ties, asked)}" if asked is not None else "From the status quo"
    quo = ties.graph.meaning.status_quo
    assert quo is not None
    if told.question.goals is not None and told.question.goals[quo]:
        yield Paragraph((Mark(what), ": it is so already."))
        return
    if not found.found:
        yield Paragraph((Mark(what), ": ", misreading.no_play(told)))
        return
    least = min(play.slips for play in found.found)
    slips = f", only with {count(least, 'slip')} of the hand or more" if least else ""
    accidents = sum(play.accident for play in found.found)
    number = f"{accidents:,} end" + "s" * (accidents == 1) if accidents else "none ends"
    text = f": {count(len(found.found), 'play')}{' or more' if found.cut else ''}{slips}; {number} in an accident"
    yield Paragraph((Mark(what), f"{text}, where all who moved are worse off than before they first did."))
    for k, label in list(misreading.chosen_plays(found.found).items())[:PLAYS]:
        yield _play(ties, told, found.found[k], label)
    yield from _likely(ties, told)


def _goal_words(ties: Ties, asked: str) -> str:
    """What one asks to get to: the title of a definition, else as it is written."""
    titles = {one.name: one.statement.title for one in ties.found.conflict.definitions}
    return titles.get(asked) or asked


def _play(ties: Ties, told: misreading.Told, play: Play, label: str) -> Fold:
    steps = tuple((Paragraph((line,)),) for line in misreading.step_sentences(told.actors, play))
    accident = ", an accident" if play.accident else ""
    ends: list[Inline] = ["Ends in ", ties.play(play), f"{accident}."]
    if play.corrections:
        ends.append(f" It could not happen {misreading.prevented_by(told.graph, play)}.")
    else:
        ends.append(" No single correction of a view prevents it.")
    head = f"{upper_first(label) if label else 'A play'}, probability {misreading.percent(play.probability)}"
    return Fold((head,), (Items(steps, ordered=True), Paragraph(tuple(ends))))


def _likely(ties: Ties, told: misreading.Told) -> Iterator[Block]:
    if not told.trembling:
        return
    rows: list[tuple[Text, ...]] = [
        ((f"{one.epsilon:.3g}",), (misreading.percent(one.within),), (misreading.percent(one.ever),))
        for one in told.trembling
    ]
    for edit, one in told.corrected[:WAYS]:
        label = f"{one.epsilon:.3g}, {misreading.corrected_words(told.graph, edit)}"
        rows.append(((label,), (misreading.percent(one.within),), (misreading.percent(one.ever),)))
    heads: tuple[Text, ...] = (("A move slips with",), (f"Within {told.question.within} moves",), ("Ever",))
    goal = _goal_words(ties, told.question.asked or "")
    yield Table(heads, tuple(rows), f"How probable it is: {goal}", frozenset({1, 2}))
    yield Paragraph((f"This assumes: {'; '.join(misreading.assumptions(told))}.",), "aside")
