"""What could go wrong by mistake: who sees what, what that does to the equilibria, and which plays follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from standoff._engine import Mask
from standoff.analysis.misperception import TRUTH, Misreading
from standoff.analysis.misreading import Misreadings
from standoff.analysis.plays import Play
from standoff.concepts import ACTING, Standing, deciding_concepts
from standoff.report.blocks import Block, Fold, Items, Mark, Paragraph, Part, Section, Table, Text
from standoff.report.paths import endings
from standoff.report.solution import concepts_left_out, stopped
from standoff.report.ties import Ties
from standoff.wording.ladder import tells_standing
from standoff.wording.misread import (
    MEANS,
    assumptions,
    at_status_quo,
    beliefs,
    blind_spots,
    corrected_words,
    how_many,
    no_play,
    percent,
    picture_of,
    prevented_by,
    sensitivity,
    slip_words,
    step_sentences,
    view_to_write,
    worse_off,
)
from standoff.wording.words import count, joined

SHOWN = 5  # plays, and corrections
BLIND = 10  # moves that somebody does not see coming
STATES = 3  # of a class
TITLE = "What could go wrong by mistake"
NO_VIEWS = "In this file nobody's view differs from the truth, as it gives no views: nobody misreads anybody."
NO_START = "No status quo is given, so no play begins anywhere."


def misread_section(ties: Ties, every: Sequence[Misreadings], brief: bool = False) -> Section:
    """Who sees what, what that does to the equilibria, and for each goal what leads to it and how likely that is.

    ``brief``: without the equilibria by what misreading does to them, and of plays only those that stand out.
    """
    first = every[0]
    names = first.misreading.concepts
    name = first.actors.under.name if first.actors.under.name in names else names[0]
    quo, views = ties.graph.meaning.status_quo, bool(ties.graph.conflict.views)
    asked = first.options
    if not (views or first.slipping or asked.goals is not None or asked.weights or asked.acting != ACTING.name):
        return Section("misreading", TITLE, tuple(_nothing_misread(ties)))
    blocks: tuple[Block, ...] = (
        *_beliefs(ties),
        *((Paragraph((what,)) for what in at_status_quo(first, name)) if quo is not None else ()),
        *((_pictures(ties, first.misreading),) if views else ()),
        *((_classes(ties, first.misreading, name),) if views and not brief else ()),
        *_unforeseen(ties, every, 3 if brief else BLIND),
        *(_followed(ties, every, brief) if quo is not None else (Paragraph((NO_START,)),)),
        *stopped(list(dict.fromkeys(what for found in every for what in found.not_done))),
    )
    return Section("misreading", TITLE, blocks)


def _nothing_misread(ties: Ties) -> Iterator[Block]:
    """That nobody misreads anybody, and what to write where somebody does."""
    yield Paragraph((NO_VIEWS,))
    found = view_to_write(ties.graph)
    if found is not None:
        written, means = found
        yield Paragraph((f"Where somebody does, the file has to say so. This line {means}:",))
        yield Paragraph((Mark(written, "code"),))
    yield Paragraph(("standoff misread cuba-1962 shows what comes of views; --slip and --to ask for other mistakes.",))
    if ties.graph.meaning.status_quo is None:
        yield Paragraph((NO_START,))


def mistakes(ties: Ties) -> Section | None:
    """The section of a report; None where misreading was not looked at."""
    return misread_section(ties, ties.found.misread, brief=True) if ties.found.misread else None


def _more(left: int) -> Iterator[Paragraph]:
    """How much was left out of a list."""
    if left > 0:
        yield Paragraph((f"… and {left:,} more",), "more")


# Who sees what


def _beliefs(ties: Ties) -> Iterator[Block]:
    """What each believes of the others."""
    sentences = tuple(Paragraph((what,)) for what in beliefs(ties.graph, ties.everything))
    yield Part(("Who sees what",), sentences) if sentences else Paragraph((NO_VIEWS,))


def _pictures(ties: Ties, seen: Misreading) -> Part:
    """At how many states everybody would stay in each picture, with a mark for the status quo."""
    truth, quo = seen.truth, ties.graph.meaning.status_quo
    own = [chain for chain in seen.pictures.chains if not chain or seen.pictures.of(chain) is not truth]
    ladder = tells_standing(seen.concepts)
    names = deciding_concepts() if ladder else seen.concepts
    masks: list[tuple[str, list[Mask]]] = [
        *((picture_of(truth, chain), [seen.equilibria(chain, name) for name in names]) for chain in own),
        ("each as it sees it", [seen.expected(TRUTH, name) for name in names]),
    ]
    if ladder:  # at each step those that stand no firmer
        masks = [(whose, [row[0], *(b & ~a for a, b in pairwise(row))]) for whose, row in masks]
        heads = [step.short for step in sorted(Standing, reverse=True) if step is not Standing.WILL_MOVE]
    else:
        heads = list(names)
    cells = [(whose, [_number(mask, quo) for mask in row]) for whose, row in masks]
    note = Paragraph(("●: the present situation is among them",), "aside")
    marked = quo is not None and any(mask[quo] for _, row in masks for mask in row)
    title = "At how many states everybody would stay, in each picture"
    table = _by_picture(title, heads, cells)
    left_out = {} if ladder else seen.left_out
    return Part((title,), (table, *((note,) if marked else ()), *concepts_left_out(left_out)))


def _number(mask: Mask, quo: int | None) -> str:
    return f"{'●' if quo is not None and mask[quo] else ''}{int(mask.sum()):,}"


def _by_picture(title: str, concepts: Sequence[str], cells: Sequence[tuple[str, Sequence[str]]]) -> Table:
    """A column for each step of the ladder, or concept; in less room one cell, equal ones together."""
    heads: tuple[Text, ...] = (("Picture",), *((name,) for name in concepts))
    rows: tuple[tuple[Text, ...], ...] = tuple(((whose,), *((cell,) for cell in row)) for whose, row in cells)
    wide = Table(heads, rows, title, frozenset(range(1, len(heads))))
    together = tuple(((whose,), (_together(concepts, row),)) for whose, row in cells)
    return replace(wide, forms=(wide, Table((("Picture",), ("States",)), together, title)))


def _together(concepts: Sequence[str], row: Sequence[str]) -> str:
    """``Nash 1, GMR and SMR ●3``."""
    under: dict[str, list[str]] = {}
    for name, number in zip(concepts, row, strict=True):
        under.setdefault(number, []).append(name)
    return ", ".join(f"{joined(names)} {number}" for number, names in under.items())


def _classes(ties: Ties, seen: Misreading, name: str) -> Part:
    """The states that are an equilibrium somewhere, by what misreading does to them."""
    items = []
    for kind, states in seen.classes(name).items():
        means = f" ({MEANS[kind]}), {count(len(states), 'state')}: "
        told = ties.states(list(map(int, states)), len(states) if ties.everything else STATES)
        if len(states):
            items.append((Paragraph((Mark(kind.value), means, *told)),))
    block: Block = Items(tuple(items)) if items else Paragraph(("There are none in any picture.",))
    return Part((f"What misreading does to states at which everybody would stay ({name})",), (block,))


def _unforeseen(ties: Ties, every: Sequence[Misreadings], most: int) -> Iterator[Block]:
    """What somebody does not see coming, in the states that plays go through."""
    moves = dict.fromkeys(one for found in every for one in found.unforeseen)
    sentences = blind_spots(ties.graph, moves)
    told = sentences if ties.everything else sentences[:most]
    if told:
        items = Items(tuple((Paragraph((what,)),) for what in told))
        yield Part(("What they do not see coming, on the way",), (items, *_more(len(sentences) - len(told))))


# What follows


def _followed(ties: Ties, every: Sequence[Misreadings], brief: bool) -> Iterator[Block]:
    """For each goal the plays and how likely it is; then, once, where it ends and on what the probabilities rest."""
    for found in every:
        yield from _goal(ties, found, brief)
    first = every[0]
    title = "Where it ends, if no move goes wrong" if first.slipping else "Where it ends"
    assumed = dict.fromkeys("; ".join(assumptions(found)) for found in every)
    aside = (Paragraph((f"This assumes: {what}.",), "aside") for what in assumed)
    yield Part((title,), (*endings(ties, first.ends), *aside))


def _goal(ties: Ties, found: Misreadings, brief: bool) -> Iterator[Block]:
    """The plays to a goal, or all of them; and how likely the goal is."""
    goals, quo = found.options.goals, ties.graph.meaning.status_quo
    assert quo is not None
    goal = _goal_words(ties, found.options.asked)
    title = "Plays from the status quo" if goals is None else f"Plays to “{goal}”"
    title += ", each acting on its own picture"
    if goals is not None and goals[quo]:
        yield Part((title,), (Paragraph(("It is so already.",)),))
        return
    assert found.plays is not None
    if found.plays.found:
        yield Part((title,), tuple(_plays(ties, found, found.plays.found, 0 if brief else SHOWN)))
    else:
        never = _likely(ties, found) if goals is not None and not _is_possible(found) else ()
        yield Part((title,), (Paragraph((f"None: {no_play(found)}",)), *never))
    if goals is not None and (found.plays.found or _is_possible(found)):
        yield Part((f"How likely “{goal}” is",), tuple(_likely(ties, found)))


def _goal_words(ties: Ties, asked: str) -> str:
    """What one asks to get to: the title of a definition, else as it is written."""
    titles = {one.name: one.statement.title for one in ties.graph.conflict.definitions}
    return titles.get(asked) or asked


def _plays(ties: Ties, found: Misreadings, plays: Sequence[Play], most: int) -> Iterator[Block]:
    """How many there are; those that stand out whole, the likeliest of the others on demand."""
    yield Paragraph((how_many(found),))
    names = _outstanding(plays)
    whole = range(len(plays)) if ties.everything or len(plays) == 1 else names
    yield Items(tuple((Paragraph((Mark(_head(plays[k], k, names)),)), *_play(ties, found, plays[k])) for k in whole))
    likeliest = sorted(set(range(len(plays))) - set(whole), key=lambda k: (-plays[k].probability, k))
    folded = likeliest[: max(most - len(whole), 0)]
    for k in folded:
        yield Fold((_head(plays[k], k, names),), tuple(_play(ties, found, plays[k])))
    yield from _more(len(likeliest) - len(folded))


def _outstanding(plays: Sequence[Play]) -> dict[int, str]:
    """The shortest and the likeliest accident, and the same of all plays, by their numbers; none where there is one."""
    names: dict[int, str] = {}
    accidents = [k for k, play in enumerate(plays) if play.accident]
    for among, what in ((accidents, "accident"), (range(len(plays)), "play")):
        if among and len(plays) > 1:
            shortest = min(among, key=lambda k: len(plays[k].steps))
            likeliest = max(among, key=lambda k: plays[k].probability)
            names.setdefault(shortest, f"the shortest {what}" + (" and the likeliest" * (shortest == likeliest)))
            names.setdefault(likeliest, f"the likeliest {what}")
    return names


def _head(play: Play, number: int, names: Mapping[int, str]) -> str:
    what = f", {names[number]}" if number in names else ""
    return f"Play {number + 1}{what}: probability {percent(play.probability)}"


def _play(ties: Ties, found: Misreadings, play: Play) -> Iterator[Block]:
    """Its moves, where it ends and how that is for those who moved, and what would prevent it."""
    yield Items(tuple((Paragraph((line,)),) for line in step_sentences(found.actors, play)), ordered=True)
    yield Paragraph(("Ends in ", *ties.place(play.steps[-1].to), worse_off(found, play)))
    yield Paragraph((prevented_by(ties.graph, play, ties.everything),))


def _is_possible(found: Misreadings) -> bool:
    """Whether the goal is reached with some probability, or could be with slips."""
    return any(one.ever or one.within for one in found.trembling)


def _likely(ties: Ties, found: Misreadings) -> Iterator[Block]:
    """How probably a goal is reached, by how probably a move slips; and after each correction of a view."""
    if not _is_possible(found):
        yield Paragraph((f"Its probability is 0{', with slips and without' if found.slipping else ''}.",))
        return
    told = found.corrected if ties.everything else found.corrected[:SHOWN]
    rows = [(slip_words(one), one) for one in found.trembling]
    rows += [(f"{slip_words(one)}, {corrected_words(found.graph, edit)}", one) for edit, one in told]
    cells: tuple[tuple[Text, ...], ...] = tuple(
        ((what,), (percent(one.within),), (percent(one.ever),)) for what, one in rows
    )
    heads: tuple[Text, ...] = (("A move slips",), (f"Within {count(found.options.within, 'move')}",), ("Ever",))
    columns = frozenset({1, 2})
    goal = _goal_words(ties, found.options.asked)
    yield Table(heads, cells, f"How likely “{goal}” is", columns, whole=columns)
    yield from _more(len(found.corrected) - len(told))
    for one in found.trembling:
        if one.epsilon and one.epsilon == found.epsilon:
            yield Paragraph((sensitivity(one),))
