"""Misreading in words: what each believes, what it does not see coming, what happens in a play and would prevent it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from standoff.analysis.accident import SlippingActors, Trembling
from standoff.analysis.misperception import Blind, Chain, Class, Unforeseen
from standoff.analysis.misreading import Misreadings
from standoff.analysis.plays import Play, Step
from standoff.conflict.edits import Edit, judgement
from standoff.conflict.model import OrderedStatements, View, slips_words
from standoff.graph import Graph, Move
from standoff.wording.words import (
    count,
    difference_clause,
    difference_words,
    formula_words,
    joined,
    lower_first,
    move_words,
    upper_first,
    who,
)

WANTS = 3  # statements that somebody is taken to want, in a sentence
WAYS = 3  # corrections that would prevent a play, in a sentence
STEADY = 1e-9  # a slope below is none, or what rounding leaves of none

BLIND = {
    Blind.IMPOSSIBLE: "takes that for impossible",
    Blind.UNWANTED: "thinks that this would be no improvement",
    Blind.DETERRED: "thinks that fear of an answer holds it back",
}


MEANS: Mapping[Class, str] = {
    Class.STEADY: "it holds, in truth and in every picture",
    Class.UNRECOGNISED: "it holds, in truth too, though somebody thinks that another would leave",
    Class.UNSTEADY: "in truth all would stay, but a misreading makes somebody leave",
    Class.ILLUSORY: "it holds only because somebody misreads the others",
    Class.IMAGINED: "somebody takes it to hold, and it does not",
}


# Who sees what


def beliefs(graph: Graph, everything: bool = False) -> Iterator[str]:
    """What each view says, as sentences; ``everything``: however many statements somebody is taken to want."""
    conflict = graph.conflict
    for _, chain, view in conflict.all_views():
        whose = " thinks that ".join(conflict.decision_maker(name).label for name in chain)
        yield from (f"{upper_first(whose)} {what}." for what in _believed(graph, chain, view, everything))
        if view.note:
            yield f"Note on how {whose} sees {conflict.decision_maker(view.of).label}: {view.note.strip()}"


def _believed(graph: Graph, chain: tuple[str, ...], view: View, everything: bool) -> Iterator[str]:
    """What the holder of a view believes, as clauses."""
    seen = graph.conflict.decision_maker(view.of)
    match view.preference:
        case None:
            pass
        case OrderedStatements(statements):
            told = statements if everything else statements[:WANTS]
            wants = "; ".join(formula_words(graph, statement) for statement in told)
            more = f"; and {len(statements) - len(told)} more" if len(statements) > len(told) else ""
            yield f"takes {seen.label} to want, in this order: {wants}{more}"
        case _:
            yield f"takes {seen.label} to rank the states otherwise than it does"
    yield from (difference_clause(graph, chain, view, k) for k in range(len(view.differences)))
    titles = {option.name: option.title or option.name for option in seen.options}
    for option in view.options:
        name = f"“{titles[option.name]}” of {seen.label}"
        yield f"does not know of {name}" if option.hidden else f"thinks that {name} moves {option.moves}"
    for statement in view.impossible:
        yield f"thinks that {seen.label} cannot bring this about: {formula_words(graph, statement)}"


def picture_of(graph: Graph, chain: Chain) -> str:
    """Whose picture it is."""
    return f"as {' thinks that '.join(who(graph, i) for i in chain)} sees it" if chain else "in truth"


def at_status_quo(found: Misreadings, name: str) -> str:
    """Who would leave the status quo under a concept, each seeing it as it does."""
    graph = found.graph
    assert graph.meaning.status_quo is not None
    leaving = found.misreading.leaving(graph.meaning.status_quo, name)
    verdict = f"{joined(who(graph, i) for i in leaving)} would leave it" if leaving else "everybody would stay"
    return f"The status quo, each seeing it as it does: {verdict} ({name})."


def blind_spots(graph: Graph, moves: Iterable[Unforeseen]) -> list[str]:
    """The moves that somebody does not see coming, and why; the same of several states in one sentence."""
    seen = Counter((one.who, one.by, move_words(graph, Move(one.by, one.start, one.to)), one.why) for one in moves)
    sentences = []
    for (i, by, what, why), times in seen.items():
        often = f" (in {times:,} states)" if times > 1 else ""
        sentences.append(f"{upper_first(who(graph, i))}: that {who(graph, by)} would {what}{often}; it {BLIND[why]}.")
    return sentences


# Plays


def no_play(found: Misreadings) -> str:
    """Why there are no plays."""
    options = found.options
    if options.goals is None:
        under = found.actors.under.name
        if options.weights is not None and not all(options.weights):
            return f"nobody of those who are to move (--weights) sees a move that it would make under {under}."
        return f"nobody sees a move that it would make under {under}; the conflict rests."
    more = f", not even with {count(options.slips, 'slip')} of the hand" if found.epsilon else ""
    return f"no such state is reached{more}."


def how_many(found: Misreadings) -> str:
    """How many plays there are, how many slips they take, and how many end in an accident."""
    assert found.plays is not None
    plays = found.plays.found
    least = min(play.slips for play in plays)
    slips = f", only with {count(least, 'slip')} of the hand" if least else ""
    more = " or more" if found.plays.cut else ""
    accidents = sum(play.accident for play in plays)
    if len(plays) == 1:
        ends = "It ends in an accident" if accidents else "It does not end in an accident"
    else:
        number = f"{accidents:,} end" if accidents > 1 else "1 ends" if accidents else "None ends"
        ends = f"{number} in an accident"
    what = "where all who moved are worse off than before they first did"
    return f"{count(len(plays), 'play')}{more}{slips}. {ends}, {what}."


def step_sentences(actors: SlippingActors, play: Play) -> Iterator[str]:
    """Each move of a play in a sentence: what its mover meant, what it expected, and what went wrong."""
    graph = actors.truth
    for k, step in enumerate(play.steps):
        does = move_words(graph, Move(step.by, step.start, step.meant))
        verb = "means to " if step.slip else "" if not graph.states.option_form else "moves to "
        name = upper_first(who(graph, step.by))
        sentence = f"{name} {verb}{does}" if verb else f"{name} {does.replace('move to', 'moves to', 1)}"
        if step.slip:
            slipped = Move(step.by, step.start, step.to)
            gone = f"it comes to {move_words(graph, slipped)}" if step.to != step.start else "nothing comes of it"
            sentence += f"; by a slip {gone}"
        if step.surprise and k + 1 < len(play.steps):
            sentence += f", {_expecting(actors, step)}: what follows is a surprise to it"
        elif step.surprise:
            sentence += f", {_expecting(actors, step)}"
        yield sentence + "."


def _expecting(actors: SlippingActors, step: Step) -> str:
    """What the mover took to come of its move: the nearest state where it sees nobody else improve."""
    seen = actors.pictures.of((step.by,))
    others = seen.others(step.by)
    resting = np.ones(len(seen.states), np.bool_)  # also where there is nobody else
    for j in others:
        resting &= ~seen.can_improve(j)
    if resting[step.meant]:
        return "expecting nobody to answer"
    path = seen.path(others, step.meant, resting, improving=True)
    if path is None:
        return "expecting no such answer"
    answers = joined((f"{who(seen, move.by)} to {move_words(seen, move)}" for move in path), "and then")
    return f"expecting {answers}"


def worse_off(found: Misreadings, play: Play) -> str:
    """Who ends worse off than before its own first move, and whether it goes on; what follows where the play ends."""
    graph, end = found.graph, play.steps[-1].to
    first: dict[int, int] = {}
    for step in play.steps:
        first.setdefault(step.by, step.start)
    worse = [i for i, start in first.items() if graph.prefers(i, start, end)]
    if play.accident:
        everybody = "everybody who moved ends" if len(worse) > 1 else f"{who(graph, worse[0])}, the only mover, ends"
        text = f", an accident: {everybody} worse off than before"
    elif worse:
        text = f"; worse off than before its first move: {joined(who(graph, i) for i in worse)}"
    else:
        text = ""
    if play.rests or found.options.goals is not None:
        return f"{text}."
    return (
        f"{text}; from there moves lead only to where it has been." if play.ended else f"{text}; it goes on from there."
    )


# What would prevent it


def prevented_by(graph: Graph, play: Play, everything: bool = False) -> str:
    """The single corrections of views that prevent a play; ``everything``: all of them."""
    if not play.corrections:
        return "No single correction of a view prevents it."
    told = play.corrections if everything else play.corrections[:WAYS]
    more = f" (and by {len(play.corrections) - len(told):,} more)" if len(play.corrections) > len(told) else ""
    return f"It could not happen {joined((corrected_words(graph, edit) for edit in told), 'or')}{more}."


def corrected_words(graph: Graph, edit: Edit) -> str:
    """A correction as a condition: if the one knew what the other wants."""
    conflict = graph.conflict
    i, j = (conflict.decision_maker(str(name)).label for name in edit.path[1:3])
    found = judgement(conflict, edit)
    match list(edit.path[3:]):
        case ["prefers", int(k)]:
            preference = next(v.preference for p, _, v in conflict.all_views() if edit.path[: len(p)] == p)
            assert isinstance(preference, OrderedStatements)
            return f"if {i} did not think that {j} wants “{formula_words(graph, preference.statements[k])}”"
        case ["as_in_truth_except", int(k)]:
            chain, view = next((chain, view) for path, chain, view in conflict.all_views() if edit.path[:-2] == path)
            what, _ = difference_words(graph, chain, view, k)
            return {
                "drop": f"if {i} knew that {j} wants “{what}”",
                "add": f"if {i} did not think that {j} wants “{what}”",
                "move": f"if {i} knew how much “{what}” matters to {j}",
            }[view.differences[k].kind]
        case ["options", str(name)]:
            option = next(o for o in conflict.decision_maker(str(edit.path[2])).options if o.name == name)
            hidden = found is not None and "not known" in found.says
            knew = "knew of" if hidden else "knew which ways there are for"
            return f"if {i} {knew} “{lower_first(option.title or name)}” of {j}"
        case ["impossible", int(k)]:
            impossible = next(v.impossible for p, _, v in conflict.all_views() if edit.path[: len(p)] == p)
            return f"if {i} knew that {j} can bring this about: {formula_words(graph, impossible[k])}"
    return f"if {i} knew what {j} wants"


# How likely it is


def percent(share: float) -> str:
    """As a percentage that rounds nothing to impossible or certain."""
    if 0 < share < 5e-5:
        return "<0.01%"
    return ">99.99%" if 1 - 5e-5 < share < 1 - 1e-12 else f"{share:.2%}"


def sensitivity(one: Trembling) -> str:
    """How much more probable slips make it that the goal is ever reached."""
    assert one.ever_slope is not None
    if abs(one.ever_slope) < STEADY:
        return f"At {one.epsilon:g}, one percentage point more of slips leaves “ever” as it is."
    return f"At {one.epsilon:g}, one percentage point more of slips moves “ever” by {one.ever_slope:+.2g} points."


def assumptions(found: Misreadings) -> list[str]:
    """What the probabilities rest on."""
    names = [dm.label for dm in found.graph.conflict.decision_makers]
    weights, under = found.options.weights, found.actors.under
    if weights is None:
        first = "whoever would move, seeing it as it does, is equally likely to be next"
    else:
        first = "who moves next is drawn by weight: " + ", ".join(
            f"{name} {weight:g}" for name, weight in zip(names, weights, strict=True)
        )
    second = (
        "it takes any improvement with equal probability"
        if not under.answers
        else f"it takes, each with equal probability, only improvements that it sees nobody deter under {under.name}"
    )
    return [first, second, _slips(found), "nobody learns from what happens: views stay as they are"]


def _slips(found: Misreadings) -> str:
    if not found.epsilon:
        return "no move goes wrong"
    own = {
        f"“{option.title or option.name}” of {dm.label} {slips_words(option.slips)}"
        for dm, option in found.graph.conflict.options
        if option.slips is not None
    }
    but = f" (but {joined(sorted(own))})" if own else ""
    return (
        f"with probability {found.epsilon:g}{but} a move goes wrong: one of the options that it touches, each equally "
        "likely, ends a level higher or lower than meant, each that is possible equally likely"
    )
