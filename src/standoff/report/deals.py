"""Which groups could agree on what, whether that would last, and who would have to trust whom."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.analysis.deals import Deal, Deals
from standoff.report.blocks import Block, Items, Paragraph, Part, Section
from standoff.report.solution import stopped
from standoff.report.ties import Ties
from standoff.wording.coalitions import gain
from standoff.wording.deals import lasting_words, steps_words, trust_words
from standoff.wording.gains import gain_words, loss_words
from standoff.wording.people import agrees, names_of
from standoff.wording.words import count, upper_first, who

TOLD = 6  # deals that are told
MEANING = (
    "A deal: a state that a group can bring about together and could not with fewer, that none of it holds worse than "
    "the state it starts from, and some hold better."
)


def deals_section(ties: Ties, found: Deals) -> Section:
    """The deals from a state."""
    total, told = len(found.deals), found.deals if ties.everything else found.deals[:TOLD]
    start = found.options.start
    blocks: list[Block] = [*ties.selected(found.options.within)]
    blocks.append(Paragraph(("From ", *ties.place(start), ": ", _how_many(found))))
    for one in told:
        title = upper_first(names_of(ties.graph, one.group))
        blocks.append(Part((title,), (Items(tuple(_told(ties, start, one))),)))
    if total > len(told):
        blocks.append(Paragraph((f"… and {count(total - len(told), 'more deal')}",), "more"))
    blocks += [Paragraph((MEANING,), "aside"), *stopped(found.not_done)]
    return Section("deals", "Who could agree on what, and would it last?", tuple(blocks))


def deals_of_report(ties: Ties) -> Section | None:
    """The same of a report: from the status quo."""
    found = ties.found.deals
    return None if found is None else deals_section(ties, found)


def _how_many(found: Deals) -> str:
    if not found.deals and found.not_done:
        return "nothing was found by then."
    if not found.deals:
        groups = "no group of two or more" if found.options.groups is None else "none of the groups asked"
        return f"{groups} has anything to agree on that it could not do with fewer."
    total, lasting = len(found.deals), len(found.lasting)
    if total == 1:
        return f"1 deal, which would {'last' if lasting else 'not last'}."
    of_them = {0: "none", total: "all"}.get(lasting, f"{lasting:,}")
    return f"{total:,} deals, {of_them} of which would last."


def _told(ties: Ties, start: int, one: Deal) -> Iterator[tuple[Block, ...]]:
    """Where it leads, by which moves, who gains and loses, whether it lasts, who must trust whom."""
    graph = ties.graph
    yield (Paragraph(("To ", *ties.place(one.to), ".")),)
    yield (Paragraph((upper_first(steps_words(graph, one)) + ".",)),)
    for i in one.gaining:
        ground = gain(graph, i, one.to, start)
        idle = ", without a move," if i in one.idle else ""
        words = f"{upper_first(who(graph, i))}{idle} would {gain_words(graph, i, one.to, start)} ("
        yield (Paragraph((words, ties.judgement(ground.path), ").")),)
    if one.unharmed:
        verb = agrees(graph, one.unharmed, "is indifferent", "are indifferent")
        names = upper_first(names_of(graph, one.unharmed))
        yield (Paragraph((f"{names} {verb}: a reason, or something in return, would be needed.",)),)
    for i in one.losing:
        ground = gain(graph, i, start, one.to)
        words = f"{upper_first(who(graph, i))}, not part of it, would {loss_words(graph, i, start, one.to)} ("
        yield (Paragraph((words, ties.judgement(ground.path), ").")),)
    yield (Paragraph((lasting_words(graph, one),)),)
    for run in one.run_offs:
        yield (Paragraph((trust_words(graph, one, run),)),)
