"""Misreading in words: what each believes, what it does not see coming, what happens in a play and would prevent it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from standoff.analysis.accident import SlippingActors, Trembling
from standoff.analysis.misperception import Blind, Chain, Class, Unforeseen
from standoff.analysis.misreading import Misreadings
from standoff.analysis.plays import Play, Step
from standoff.analysis.stability import verdict
from standoff.concepts import deciding_concepts
from standoff.conflict.edits import Edit, judgement
from standoff.conflict.model import Direction, OrderedStatements, Statement, View, slips_words
from standoff.conflict.syntax import parse
from standoff.graph import Graph, Move
from standoff.wording.ladder import standing_under
from standoff.wording.people import agrees, it, names_of, them
from standoff.wording.words import (
    count,
    difference_clause,
    difference_words,
    formula_words,
    joined,
    lower_first,
    move_words,
    thinking,
    upper_first,
    who,
)

WANTS = 3  # statements that somebody is taken to want, in a sentence
WAYS = 3  # corrections that would prevent a play, in a sentence
STEADY = 1e-9  # a slope below is none, or what rounding leaves of none

BLIND = {
    Blind.IMPOSSIBLE: "{takes} that for impossible",
    Blind.UNWANTED: "{thinks} that {mover} would not gain by it",
    Blind.DETERRED: "{thinks} that fear of an answer holds {mover} back",
}


DIRECTIONS = {
    Direction.BOTH: "can go both ways",
    Direction.FORWARD: "can only go upwards",
    Direction.BACKWARD: "can only go downwards",
    Direction.FIXED: "cannot be changed",
}

MEANS: Mapping[Class, str] = {
    Class.STEADY: "stable, and seen to be so by everybody",
    Class.UNRECOGNISED: "stable, but somebody wrongly expects it to break",
    Class.UNSTEADY: "stable in truth, but a misreading makes somebody leave",
    Class.ILLUSORY: "stable only because somebody misreads the others",
    Class.IMAGINED: "somebody takes it to be stable, and it is not",
}


# Who sees what


def beliefs(graph: Graph, everything: bool = False) -> Iterator[str]:
    """What each view says, as sentences; ``everything``: however many statements somebody is taken to want."""
    conflict = graph.conflict
    for _, chain, view in conflict.all_views():
        whose = upper_first(thinking(graph, chain))
        yield from (f"{whose} {what}." for what in _believed(graph, chain, view, everything))
        if view.note:
            sees = f"{thinking(graph, chain)} sees {conflict.decision_maker(view.of).label}"
            yield f"Note on how {sees}: {view.note.strip()}"


def _believed(graph: Graph, chain: tuple[str, ...], view: View, everything: bool) -> Iterator[str]:
    """What the holder of a view believes, as clauses."""
    seen, by = graph.conflict.decision_maker(view.of), (graph.dm(chain[-1]),)
    takes, thinks = agrees(graph, by, "takes", "take"), agrees(graph, by, "thinks", "think")
    does_not, knows = agrees(graph, by, "does not", "do not"), agrees(graph, by, "knows", "know")
    they, does = ("they", "do") if seen.plural else ("it", "does")
    match view.preference:
        case None:
            pass
        case OrderedStatements(statements):
            told = statements if everything else statements[:WANTS]
            wants = "; ".join(formula_words(graph, statement) for statement in told)
            more = f"; and {len(statements) - len(told)} more" if len(statements) > len(told) else ""
            order = ", in this order" if len(statements) > 1 else ""
            yield f"{takes} {seen.label} to want{order}: {wants}{more}"
        case _:
            yield f"{takes} {seen.label} to rank the states otherwise than {they} {does}"
    yield from (difference_clause(graph, chain, view, k) for k in range(len(view.differences)))
    titles = {option.name: option.title or option.name for option in seen.options}
    for option in view.options:
        name = f"“{titles[option.name]}” of {seen.label}"
        if option.hidden:
            yield f"{does_not} know of {name}"
        elif option.moves is None:
            yield f"{knows} of {name}"
        else:
            yield f"{thinks} that of {seen.label} “{titles[option.name]}” {DIRECTIONS[option.moves]}"
    for statement in view.impossible:
        yield f"{thinks} that {seen.label} cannot bring this about: {formula_words(graph, statement)}"


def view_to_write(graph: Graph) -> tuple[str, str] | None:
    """A view as it could stand in the file, and what it means there, as a clause; None where nobody sees another."""
    conflict = graph.conflict
    if len(conflict.decision_makers) < 2:
        return None
    by, of = conflict.decision_makers[:2]
    takes = f"says that {by.label} {agrees(graph, (0,), 'takes', 'take')} {of.label}"
    if not conflict.options:
        order = ", ".join(json.dumps(str(name), ensure_ascii=False) for name in graph.states.names[:2])
        return f"views: {{{by.name}: {{{of.name}: {{ranking: [{order}, ...]}}}}}}", f"{takes} to rank the states so"
    owner, option = next((one for one in conflict.options if one[0] is of), conflict.options[0])
    level = len(option.levels) - 1
    formula = f"{owner.name}.{option.name} = {option.levels[level].name}"
    wanted = formula_words(graph, Statement(parse(formula)))
    return f"views: {{{by.name}: {{{of.name}: {{prefers: [{formula}]}}}}}}", f"{takes} to want “{wanted}”"


def picture_of(graph: Graph, chain: Chain) -> str:
    """Whose picture it is."""
    return f"as {_seeing(graph, chain)} it" if chain else "in truth"


def _seeing(graph: Graph, chain: Chain) -> str:
    names = [graph.conflict.decision_makers[i].name for i in chain]
    return f"{thinking(graph, names)} {agrees(graph, chain[-1:], 'sees', 'see')}"


def at_status_quo(found: Misreadings, name: str) -> Iterator[str]:
    """Who would act otherwise at the status quo than if it saw the others as they are, as sentences."""
    graph, quo = found.graph, found.graph.meaning.status_quo
    assert quo is not None
    leaving = found.misreading.leaving(quo, name)
    misled = [i for i in graph.dms if verdict(graph, name, i, quo).stable is (i in leaving)]
    for i in misled:
        because = f"Because {it(graph, i)} {agrees(graph, (i,), 'misjudges', 'misjudge')} {_misjudged(graph, i)}"
        if i in leaving:
            holding = [one for one in deciding_concepts() if verdict(graph, one, i, quo).stable]
            fact = f"{it(graph, i)} {agrees(graph, (i,), 'is', 'are')} {standing_under(holding).words}"
            yield f"{because}, {who(graph, i)} would act although in fact {fact}."
        else:
            stays = f"{who(graph, i)} {agrees(graph, (i,), 'stays', 'stay')}"
            yield f"{because}, {stays}, although {it(graph, i)} would gain and nothing holds {them(graph, i)}."
    if not misled:
        acts = f"{names_of(graph, leaving)} would leave it" if leaving else "everybody would stay"
        yield f"Each seeing the present situation as it does, {acts} ({name}); so it would be if all saw it as it is."


def _misjudged(graph: Graph, i: int) -> str:
    """Of whom it has a picture of its own; else the others."""
    conflict, own = graph.conflict, graph.conflict.decision_makers[i].name
    seen = dict.fromkeys(view.of for _, chain, view in conflict.all_views() if chain == (own,))
    return joined(conflict.decision_maker(name).label for name in seen) or "the others"


def blind_spots(graph: Graph, moves: Iterable[Unforeseen]) -> list[str]:
    """The moves that somebody does not see coming, and why; the same of several states in one sentence."""
    seen = Counter((one.who, one.by, move_words(graph, Move(one.by, one.start, one.to)), one.why) for one in moves)
    sentences = []
    for (i, by, what, why), times in seen.items():
        often = f" (in {times:,} states)" if times > 1 else ""
        does = agrees(graph, (i,), "does", "do")
        takes, thinks = agrees(graph, (i,), "takes", "take"), agrees(graph, (i,), "thinks", "think")
        reason = BLIND[why].format(takes=takes, thinks=thinks, mover=who(graph, by))
        expected = f"{upper_first(who(graph, i))} {does} not expect {who(graph, by)} to {what}{often}"
        sentences.append(f"{expected}: {it(graph, i)} {reason}.")
    return sentences


# Plays


def no_play(found: Misreadings) -> str:
    """Why there are no plays."""
    options = found.options
    if options.goals is None:
        under = found.actors.under.name
        if options.weights is not None and not all(options.weights):
            return f"nobody of those who are to move (--weights) sees a move worth making ({under})."
        return f"nobody sees a move worth making ({under}); the conflict rests."
    more = f", not even with {count(options.slips, 'slip')} of the hand" if found.slipping else ""
    return f"no such state is reached{more}."


def how_many(found: Misreadings) -> str:
    """How many plays there are, how many slips they take, and how many end in an accident."""
    assert found.plays is not None
    plays = found.plays.found
    least = min(play.slips for play in plays)
    slips = f", only with {count(least, 'slip')} of the hand" if least else ""
    accidents = sum(play.accident for play in plays)
    if len(plays) == 1 and not found.plays.cut:
        ends = f"After it {_ACCIDENT}" if accidents else _NO_ACCIDENT.format("It").replace("It is", "It is not", 1)
        return f"One sequence is possible{slips}. {ends}."
    more = " or more" if found.plays.cut else ""
    after = "each" if accidents == len(plays) else f"{accidents:,}"
    ends = f"After {after} of them {_ACCIDENT}" if accidents else _NO_ACCIDENT.format("None")
    return f"{len(plays):,}{more} sequences are possible{slips}. {ends}."


_ACCIDENT = "everybody who acted is worse off than before acting: an accident"
_NO_ACCIDENT = "{} is an accident, after which everybody who acted is worse off than before acting"


def step_sentences(actors: SlippingActors, play: Play) -> Iterator[str]:
    """Each move of a play in a sentence: what its mover meant, what it expected, and what went wrong."""
    graph = actors.truth
    for k, step in enumerate(play.steps):
        does = move_words(graph, Move(step.by, step.start, step.meant))
        moves = agrees(graph, (step.by,), "moves", "move")
        verb = agrees(graph, (step.by,), "means", "mean") if step.slip else moves
        name = upper_first(who(graph, step.by))
        plain = step.slip or graph.states.option_form
        sentence = f"{name} {verb} to {does}" if plain else f"{name} {does.replace('move to', f'{moves} to', 1)}"
        if step.slip:
            slipped = Move(step.by, step.start, step.to)
            gone = (
                f"{it(graph, step.by)} {agrees(graph, (step.by,), 'comes', 'come')} to {move_words(graph, slipped)}"
                if step.to != step.start
                else "nothing comes of it"
            )
            sentence += f"; by a slip {gone}"
        if step.surprise and k + 1 < len(play.steps):
            sentence += f", {_expecting(actors, step)}: what follows is a surprise to {them(graph, step.by)}"
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
    wants = agrees(graph, (graph.dm(str(edit.path[2])),), "wants", "want")
    found = judgement(conflict, edit)
    match list(edit.path[3:]):
        case ["prefers", int(k)]:
            preference = next(v.preference for p, _, v in conflict.all_views() if edit.path[: len(p)] == p)
            assert isinstance(preference, OrderedStatements)
            return f"if {i} did not think that {j} {wants} “{formula_words(graph, preference.statements[k])}”"
        case ["as_in_truth_except", int(k)]:
            chain, view = next((chain, view) for path, chain, view in conflict.all_views() if edit.path[:-2] == path)
            what, _ = difference_words(graph, chain, view, k)
            return {
                "drop": f"if {i} knew that {j} {wants} “{what}”",
                "add": f"if {i} did not think that {j} {wants} “{what}”",
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
    return f"if {i} knew what {j} {wants}"


# How likely it is


def percent(share: float) -> str:
    """As a percentage that rounds nothing to impossible or certain."""
    if 0 < share < 5e-5:
        return "<0.01%"
    return ">99.99%" if 1 - 5e-5 < share < 1 - 1e-12 else f"{share:.2%}"


def slip_words(one: Trembling) -> str:
    """How probably a move slips, where there is little room."""
    return "as the file says" if one.epsilon is None else f"with {one.epsilon:.3g}" if one.epsilon else "never"


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
        else f"it takes, each with equal probability, only improvements that nobody deters as it sees it ({under.name})"
    )
    return [first, second, _slips(found), "nobody learns from what happens: views stay as they are"]


def _slips(found: Misreadings) -> str:
    if not found.slipping:
        return "no move goes wrong"
    own = {
        f"“{option.title or option.name}” of {dm.label} {slips_words(option.slips)}"
        for dm, option in found.graph.conflict.options
        if option.slips is not None
    }
    how = (
        "one of the options that it touches, each equally likely, ends a level higher or lower than meant, each that "
        "is possible equally likely"
    )
    if found.epsilon is None:
        return f"a move goes wrong only where the file says so: {joined(sorted(own))}; then {how}"
    but = f" (but {joined(sorted(own))})" if own else ""
    return f"with probability {found.epsilon:g}{but} a move goes wrong: {how}"
