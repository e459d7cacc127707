"""What could go wrong by mistake: what misreading does."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.analysis.accident import Play
from standoff.rendering import misread as misreading
from standoff.report.blocks import Block, Fold, Inline, Items, Mark, Paragraph, Section, Table, Text
from standoff.report.ties import Ties
from standoff.wording.words import count, joined, upper_first, who

WAYS, PLAYS = 6, 3


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
