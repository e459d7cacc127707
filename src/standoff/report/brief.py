"""The first page: what stands, whether it lasts, what would move it, where it goes then, how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from standoff.analysis.brief import Brief, Ending, Tempted, Turning
from standoff.analysis.deals import Deal
from standoff.analysis.errors_needed import Mistake
from standoff.analysis.stability import standings, weakest
from standoff.analysis.uncertainty import Robustness
from standoff.concepts import Standing, deciding
from standoff.graph import Move
from standoff.report.blocks import Block, Inline, Items, Mark, Paragraph, Section, Table, inside, plain
from standoff.report.errors import mistaken
from standoff.report.findings import Findings
from standoff.report.solution import doings, stopped
from standoff.report.ties import Ties
from standoff.wording.brief import (
    headline,
    in_short,
    leads_there,
    moves_anyway,
    not_varied,
    sure_words,
    then_words,
    together_words,
)
from standoff.wording.deals import lasting_words, steps_words
from standoff.wording.edits import otherwise, states_in_question
from standoff.wording.gains import gain_words, loss_words, paying_words
from standoff.wording.ladder import at_least
from standoff.wording.people import agrees, names_of
from standoff.wording.states import state_name
from standoff.wording.words import brief_state, count, ground, grounds_sentence, joined, move_words, upper_first, who

TOLD = 3  # of deals, judgements, ends
NAMED = 2  # sets of judgements up to which all are named


def first_page(ties: Ties) -> tuple[Block, ...]:
    """All of it, in the order in which it is asked."""
    told = ties.found.brief
    quo = told.quo
    if quo is None:
        return (*_situation(ties), *_no_quo(ties), *_sure(ties), *_limits(ties))
    return (
        *_situation(ties),
        *_lasting(ties, told, quo),
        *_moving(ties, told, quo),
        *_ends(ties, told),
        *_sure(ties),
        *_limits(ties),
    )


def brief_section(ties: Ties) -> Section:
    """The first page by itself."""
    conflict = ties.found.conflict
    date = f" ({conflict.date})" if conflict.date and conflict.date not in conflict.title else ""
    lead = Paragraph((Mark(headline(ties.found.brief)),), "lead")
    return Section("brief", conflict.title + date, (lead, *first_page(ties)))


def _lead(title: str, *words: Inline) -> Paragraph:
    return Paragraph((Mark(title), " ", *words) if words else (Mark(title),), "lead")


# What stands


def _situation(ties: Ties) -> Iterator[Block]:
    conflict, graph, quo = ties.found.conflict, ties.graph, ties.graph.meaning.status_quo
    about = _first_sentence(conflict.about or "")
    names = joined(who(graph, i) for i in graph.dms)
    yield _lead("The situation.", about or f"{upper_first(names)}.")
    if quo is not None:
        yield doings(graph, quo)
    if about and quo is None:
        yield Paragraph((f"In it are {names}.",))


def _first_sentence(text: str) -> str:
    """The first sentence of a text."""
    text = text.strip()
    for end, following in zip(range(len(text)), text[1:] + " ", strict=False):
        if text[end] in ".!?" and following.isspace() and not text[:end].endswith((" St", " Mr", " Dr", " vs", " No")):
            return text[: end + 1]
    return text


def _no_quo(ties: Ties) -> Iterator[Block]:
    """Without a status quo: where it could rest."""
    firm = weakest(standings(ties.found.analysis))
    strong = np.flatnonzero(firm == firm.max()).tolist() if firm.max() > Standing.WILL_MOVE else []
    yield _lead("Does it last?", "The file does not say where the conflict stands (status_quo).")
    if strong:
        places = tuple((Paragraph(tuple(_place(ties, s))),) for s in strong[:TOLD])
        more = len(strong) - len(places)
        step = Standing(int(firm.max())).words
        stands = f"everybody {'' if firm.max() == Standing.AT_REST else 'at least '}{step}"
        yield Paragraph((f"It could rest most firmly, {stands}, in {count(len(strong), 'state')}:",))
        yield Items(places)
        if more > 0:
            yield Paragraph((f"… and {more:,} more (standoff solve).",), "aside")


def _place(ties: Ties, s: int) -> Iterator[Inline]:
    yield from ties.place(s)
    yield "."


# Does it last


def _lasting(ties: Ties, told: Brief, quo: int) -> Iterator[Block]:
    """Who would move and to what, who is held and by whose answer, who is at rest."""
    graph = ties.graph
    assert told.firmness is not None
    yield _lead("Does it last?", in_short(told.firmness))
    items: list[tuple[Block, ...]] = [(Paragraph(tuple(_leaving(ties, one, quo))),) for one in told.leaving]
    items += [(Paragraph(tuple(_held(ties, one, quo))),) for one in told.held]
    if told.at_rest:
        verb = agrees(graph, told.at_rest, "is", "are")
        its = agrees(graph, told.at_rest, "its", "their")
        names = upper_first(names_of(graph, told.at_rest))
        text = f" {verb} at rest: no move of {its} own brings anything better."
        items.append((Paragraph((Mark(names), text)),))
    yield Items(tuple(items))


def _leaving(ties: Ties, one: Tempted, quo: int) -> Iterator[Inline]:
    graph = ties.graph
    move, gain = move_words(graph, Move(one.by, quo, one.to)), gain_words(graph, one.by, one.to, quo)
    yield Mark(f"{upper_first(who(graph, one.by))} will move")
    yield f": {agrees(graph, (one.by,), 'it', 'they')} can {move} and would {gain}"
    yield from _rests_on(ties, one.by, one.to, quo)
    yield "; nothing that the others can do deters it. That leads to "
    yield from ties.place(one.to)
    yield "."


def _held(ties: Ties, one: Tempted, quo: int) -> Iterator[Inline]:
    """What somebody could gain, who answers how, and what that costs."""
    graph, answer = ties.graph, one.answer
    assert answer is not None
    move, gain = move_words(graph, Move(one.by, quo, one.to)), gain_words(graph, one.by, one.to, quo)
    yield Mark(f"{upper_first(who(graph, one.by))} {agrees(graph, (one.by,), 'is', 'are')} {one.stands.words}")
    yield f": {agrees(graph, (one.by,), 'it', 'they')} could {move} and would {gain}"
    yield from _rests_on(ties, one.by, one.to, quo)
    gladly = "gladly " if one.stands is Standing.DETERRED else ""
    steps = [f"{who(graph, move.by)} would {gladly}{move_words(graph, move)}" for move in answer.moves]
    yield f"; but then {', then '.join(steps)}, and {who(graph, one.by)} would "
    if graph.prefers(one.by, quo, answer.ends):
        yield loss_words(graph, one.by, quo, answer.ends)
        yield from _rests_on(ties, one.by, quo, answer.ends)
    else:
        yield "be no better off than now"
    if one.stands is Standing.DETERRED_AT_COST:
        yield paying_words(graph, answer.moves)
    yield "."


def _rests_on(ties: Ties, i: int, better: int, worse: int) -> Iterator[Inline]:
    found = ground(ties.graph, i, better, worse)
    if found is not None:
        yield " ("
        yield ties.judgement(found.path)
        yield ")"


# What would move it


def _moving(ties: Ties, told: Brief, quo: int) -> Iterator[Block]:
    """Deals, misreadings, and the judgements whose being wrong would change the verdict; only what there is."""
    graph = ties.graph
    items: list[tuple[Block, ...]] = [(Paragraph(tuple(_deal(ties, one, quo))),) for one in told.leading_deals]
    if left := [one for one in told.best_deals if one not in told.leading_deals]:
        fate = "" if any(one.lasts for one in left) else ", which would not last"
        items.append((Paragraph((f"… and {count(len(left), 'more deal')}{fate} (standoff deals).",), "aside"),))
    if told.misreading:
        names = names_of(graph, told.misreading)
        verb = agrees(graph, told.misreading, "misreads", "misread")
        seen = agrees(graph, told.misreading, "it sees them, it", "they see them, they")
        text = f" {verb} others: as {seen} could gain and nobody would gladly answer; in fact somebody would."
        items.append((Paragraph((Mark(upper_first(names)), text)),))
    turning = tuple(_hanging(ties, told))
    items += [] if told.leaving else turning
    unsearched = "" if told.tried is not None and told.deals is not None else ", as far as it was looked at"
    if told.leaving:
        names = upper_first(names_of(graph, tuple(one.by for one in told.leaving)))
        yield _lead("What would move it.", f"{names}, as said{'; besides:' if items else '.'}")
    elif items:
        yield _lead("What would move it.")
    else:
        yield _lead("What would move it.", f"Nothing that the model knows of{unsearched}.")
    if items:
        yield Items(tuple(items))
    if told.leaving and turning:
        yield _lead("What would hold it.")
        yield Items(turning)
    left_out = [f"{part}: {why}" for part, why in ties.found.left_out.items() if part in ("deals", "misread")]
    yield from stopped(left_out)


def _hanging(ties: Ties, told: Brief) -> Iterator[tuple[Block, ...]]:
    """The judgements on which it hangs whether it lasts."""
    for one in told.turning[:TOLD]:
        yield (Paragraph(tuple(_turning(ties, one))),)
    if len(told.turning) > TOLD:
        more = count(len(told.turning) - TOLD, "more judgement")
        yield (Paragraph((f"… and {more} on which it hangs (standoff flips).",), "aside"),)


def _deal(ties: Ties, one: Deal, quo: int) -> Iterator[Inline]:
    graph = ties.graph
    told = ties.found.brief
    anyway = moves_anyway(told, one)
    instead = "instead of moving alone, " if anyway and not leads_there(told, one) else ""
    yield Mark(upper_first(f"{instead}{names_of(graph, one.group)} can agree on "))
    yield from ties.place(one.to)
    yield f": {steps_words(graph, one)}. "
    if not one.lasts:
        yield lasting_words(graph, one)
        return
    for i in one.gaining:
        yield f"{upper_first(who(graph, i))} would {gain_words(graph, i, one.to, quo)}"
        yield from _rests_on(ties, i, one.to, quo)
        yield ". "
    if one.unharmed:
        verb = agrees(graph, one.unharmed, "is", "are")
        yield f"{upper_first(names_of(graph, one.unharmed))} {verb} indifferent, and would need a reason. "
    for i in one.losing:
        yield f"{upper_first(who(graph, i))}, not part of it, would {loss_words(graph, i, quo, one.to)}"
        yield from _rests_on(ties, i, quo, one.to)
        yield ". "
    yield lasting_words(graph, one)
    if leads_there(told, one):
        yield " It takes no agreement: what each gains by alone ends there, too."
    trusting = sorted({j for run in one.run_offs for j in run.hurt})
    if trusting:
        others = tuple(sorted({run.by for run in one.run_offs}))
        yield f" On the way {names_of(graph, tuple(trusting))} would have to trust {names_of(graph, others)}."


def _turning(ties: Ties, one: Turning) -> Iterator[Inline]:
    """A judgement, and how it would stand if that were otherwise."""
    edit = one.flip.edits[0]
    yield f"Were “{ties.says(one.judgement)}” ("
    yield ties.judgement(edit.where)
    yield f", {sure_words(one.judgement)}) {otherwise(ties.graph, edit)}, "
    yield f"{then_words(one.after)}."


# Where it goes then


def _ends(ties: Ties, told: Brief) -> Iterator[Block]:
    ends = told.ends
    if not ends:
        return
    if ends[0].end.states == (told.quo,):
        yield _lead("Where it goes then.", "Nowhere by itself: nobody has a move that brings it anything better.")
        return
    lead: list[Inline] = []
    if ends[0].shaky:
        lead.append("The model as written and its variations disagree about whether it can end there. ")
    whoever = (
        "If nobody heeded deterrence and everybody took what it gains by, "
        if not told.leaving
        else ("If everybody takes what it gains by, whatever may answer, ")
    )
    if len(ends) == 1:
        lead += [whoever + "it ends in ", *_end(ties, ends[0]), "."]
        yield _lead("Where it goes then.", *lead, *_sound(ends[0]))
        return
    order = ", the likeliest first" if ends[0].end.probability > ends[-1].end.probability + 1e-9 else ""
    yield _lead("Where it goes then.", *lead, f"{whoever}it ends in one of {len(ends):,} places{order}:")
    items = [(Paragraph((*_end(ties, one), ".", *_sound(one))),) for one in ends[:TOLD]]
    if len(ends) > TOLD:
        items.append((Paragraph((f"… and {len(ends) - TOLD:,} more (standoff paths).",), "aside"),))
    yield Items(tuple(items))


def _end(ties: Ties, one: Ending) -> Iterator[Inline]:
    states = one.end.states
    if len(states) > 1:
        yield f"a cycle of {len(states):,} states without rest, one of them "
    yield from ties.place(states[0])
    if state_name(ties.graph, states[0]):
        yield f" – {brief_state(ties.graph, states[0], titles=True)}"


def _sound(one: Ending) -> Iterator[Inline]:
    """How far an end is sound: in how many variations it is one, however one came there."""
    told = []
    if one.kept is not None and one.tried:
        kept = "all" if one.kept == one.tried else f"{one.kept:,} of"
        told.append(f"after {kept} {one.tried:,} changes of a single judgement")
    if one.share is not None:
        told.append(f"in {one.share.count:,} of {one.share.draws:,} draws of the uncertain judgements")
    if told:
        yield f" However one comes there, all would be at rest {joined(told)}."


# How sure


def _sure(ties: Ties) -> Iterator[Block]:
    told, found = ties.found.brief, ties.found
    words: list[Inline] = []
    if told.turning:
        first, number = told.turning[0], len(told.turning)
        each = "one judgement" if number == 1 else f"{number:,} judgements, each by itself"
        each += " (and on where it stands now)" if told.elsewhere else ""
        words += [f"Whether it lasts hangs on {each}; ", "the first to doubt is " if number > 1 else "it is "]
        words += [ties.judgement(first.flip.edits[0].where), states_in_question(ties.graph, first.flip.edits[0])]
        words.append(f", {sure_words(first.judgement)}. ")
    elif told.tried is not None and told.quo is not None:
        lead = f"Of {told.tried:,} changes of a single judgement none turns whether it lasts"
        words.append(
            lead + (f", but for {told.elsewhere:,} by which it stands elsewhere now" if told.elsewhere else "")
        )
        words.append(together_words(told))
        if told.errors is not None and told.errors.fewest.first is not None and told.errors.fewest.least > 1:
            words += mistaken(ties, told.errors.fewest.first)
        words.append(". ")
    elif told.tried is None and told.quo is not None:
        why = f": {found.left_out['flips']}" if "flips" in found.left_out else ""
        words.append(f"Changes of single judgements were not tried{why}. ")
    words += _credible(ties, told)
    words += [grounds_sentence(found.conflict), " ", *_shares(told, found.stress)]
    words.append(not_varied(found.conflict, drawn=found.stress is not None))
    yield _lead("How sure that is.", *words)


def _credible(ties: Ties, told: Brief) -> Iterator[Inline]:
    """On what it hangs that others would gladly answer, where that is another judgement than those it lasts by."""
    sets = told.disarming if told.firmness is Standing.DETERRED else ()
    lasting = {one.judgement.path for one in told.turning}
    if not sets or any(one.judgement.path in lasting for one in sets[0]):
        return
    yield "That others would gladly answer hangs on "
    if len(sets) > NAMED:
        single = all(len(chosen) == 1 for chosen in sets)
        many = "judgements, each by itself" if single else "sets of judgements, each wrong at the same time"
        yield f"{len(sets):,} {many}; the first to doubt {'is' if len(sets[0]) == 1 else 'are'} "
        sets = sets[:1]
    for number, chosen in enumerate(sets):
        yield ", or on " if number else ""
        yield from _wrong_together(ties, chosen)
    yield ". "


def _wrong_together(ties: Ties, chosen: Sequence[Mistake]) -> Iterator[Inline]:
    """Judgements that would all have to be wrong, each with how sure it is."""
    for number, one in enumerate(chosen):
        yield " and " if number else ""
        yield ties.judgement(one.edit.where)
        yield f"{states_in_question(ties.graph, one.edit)}, {sure_words(one.judgement)}"
    yield {1: "", 2: ", both wrong at the same time"}.get(len(chosen), ", all wrong at the same time")


def _shares(told: Brief, stress: Robustness | None) -> Iterator[Inline]:
    """In how many draws the status quo lasts, last of all, and with what was drawn."""
    lasting = deciding(Standing.DETERRED_AT_COST).name
    if stress is None or lasting not in stress.status_quo:
        return
    interval = stress.status_quo[lasting]
    spread = stress.dispersion
    yield f"Of {stress.draws:,} draws in which likely judgements stray (dispersion {spread.likely:g}) and "
    yield f"doubtful ones more ({spread.doubtful:g}, or are left out), the present situation lasts in "
    yield f"{interval.count:,}"
    if (
        told.firmness in (Standing.AT_REST, Standing.DETERRED)
        and (name := deciding(told.firmness).name) in stress.status_quo
    ):
        yield f", everybody {at_least(told.firmness)} in {stress.status_quo[name].count:,}"
    yield ". "


# Limits


def _limits(ties: Ties) -> Iterator[Block]:
    limits = ties.found.conflict.limits
    if limits:
        yield _lead("Limits.")
        yield Items(tuple((Paragraph((one,)),) for one in limits))


def page_sentences(found: Findings) -> dict[str, list[str]]:
    """The page in plain text: by heading its sentences."""
    told: dict[str, list[str]] = {"The finding.": [headline(found.brief)]}
    heading = ""
    for block in inside(first_page(Ties(found))):
        match block:
            case Paragraph((Mark(title), *words), "lead"):
                heading = title.strip()
                told[heading] = [text] if (text := plain(tuple(words)).strip()) else []
            case Paragraph(words, _):
                told[heading].append(plain(words).strip())
            case Table(_, rows):
                told[heading] += [": ".join(plain(cell) for cell in row) for row in rows]
    return told
