"""``standoff misread``: who sees what, what nobody sees coming, what could go wrong by it, and how likely that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from standoff._engine import Indices, Mask
from standoff.analysis.accident import Play, Plays, SlippingActors, Step, Trembling, corrected, plays, with_corrections
from standoff.analysis.evolution import End
from standoff.analysis.misperception import (
    MEANS,
    TRUTH,
    Blind,
    Chain,
    Misreading,
    Unforeseen,
    acting,
    misread,
    unforeseen,
)
from standoff.concepts import ACTING
from standoff.conflict.edits import Edit, judgement
from standoff.conflict.model import OrderedStatements, View, slips_words
from standoff.documents.entries import dm_names, edit_entry, model_entry, move_entry, state_name
from standoff.documents.misread import (
    CorrectionEntry,
    MisreadDocument,
    PictureEntry,
    PlayEntry,
    ProbabilityEntry,
    StepEntry,
    TremblingEntry,
)
from standoff.graph import Graph, Move
from standoff.progress import Enough, Progress, never, silent, undone
from standoff.terminal import indented, left_out, not_done, title
from standoff.wording.words import (
    count,
    difference_clause,
    difference_words,
    formula_words,
    joined,
    lower_first,
    move_words,
    state_label,
    upper_first,
    who,
)

SHOWN = 5


@dataclass(frozen=True)
class Question:
    """What is asked: ``goals`` (m,) is what plays are to reach, None for all that end and every accident."""

    goals: Mask | None = None
    asked: str | None = None
    acting: str = ACTING.name
    epsilon: float = 0.05
    within: int = 10
    slips: int = 1
    weights: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Told:
    """All that the command tells; without a status quo there are no plays. ``epsilon`` 0: moves cannot slip here."""

    question: Question
    misreading: Misreading
    unforeseen: Sequence[Unforeseen]
    actors: SlippingActors
    plays: Plays | None = None
    epsilon: float = 0.0
    trembling: Sequence[Trembling] = ()
    corrected: Sequence[tuple[Edit, Trembling]] = ()
    ends: Sequence[End] = ()
    not_done: Sequence[str] = ()

    @property
    def graph(self) -> Graph:
        """The conflict as it is."""
        return self.misreading.truth


def tell(
    graph: Graph,
    question: Question,
    concepts: Sequence[str] | None = None,
    progress: Progress = silent,
    enough: Enough = never,
) -> Told:
    """Everything about who misreads whom; corrections as far as they are tried before it is ``enough``.

    Raises UnknownName, NotDefined.
    """
    under, start = acting(question.acting), graph.meaning.status_quo
    misreading = misread(graph, concepts)
    pictures = misreading.pictures
    actors = SlippingActors(pictures, under, question.weights)
    if start is None:
        everywhere = np.ones(len(graph.states), np.bool_)
        return Told(question, misreading, list(unforeseen(pictures, everywhere, under)), actors)
    epsilon = question.epsilon if actors.tremble else 0.0
    found = plays(actors, start, question.goals, question.slips if actors.tremble else 0, epsilon)
    found = with_corrections(actors, found, progress, enough)
    blind = list(unforeseen(pictures, found.reached, under))
    left: list[str] = []
    trembling: list[Trembling] = []
    after: list[tuple[Edit, Trembling]] = []
    if question.goals is not None:
        sizes = sorted({0.0, *(e for e in (epsilon / 2, epsilon, 2 * epsilon) if e < 1)})
        trembling = [actors.trembling(start, question.goals, question.within, e) for e in sizes]
        preventing = list(dict.fromkeys(edit for play in found.found for edit in play.corrections))
        for edit in preventing:
            if enough():
                break
            others = SlippingActors(corrected(pictures, edit), under, question.weights)
            after.append((edit, others.trembling(start, question.goals, question.within, epsilon)))
        left = undone(len(after), len(preventing), "corrections that prevent a play were not followed further")
    not_done_ = [*found.not_done, *left]
    ends = actors.ends(start)[0]
    return Told(question, misreading, blind, actors, found, epsilon, trembling, after, ends, not_done_)


# For programs


def document(told: Told) -> MisreadDocument:
    """For ``--json``."""
    graph, found = told.graph, told.misreading
    return {
        "concepts": found.concepts,
        "left_out": dict(found.left_out),
        "status_quo": state_name(graph, graph.meaning.status_quo),
        "pictures": [_picture(found, chain) for chain in found.pictures.chains],
        "hypergame_equilibria": _by_concept(found, TRUTH),
        "classes": {
            name: {kind.value: _names(graph, states) for kind, states in found.classes(name).items()}
            for name in found.concepts
        },
        "acting": told.actors.under.name,
        "unforeseen": [
            {
                "who": graph.conflict.decision_makers[one.who].name,
                "move": move_entry(graph, Move(one.by, one.start, one.to)),
                "why": one.why.value,
            }
            for one in told.unforeseen
        ],
        "plays": [_play(graph, play) for play in (told.plays.found if told.plays else ())],
        "plays_cut": told.plays is not None and told.plays.cut,
        "probability": None if told.plays is None else _probability(told),
        "not_done": list(told.not_done),
        "model": model_entry(graph.conflict),
    }


def _names(graph: Graph, states: Indices) -> list[int | str]:
    return [graph.states.names[s] for s in states]


def _by_concept(found: Misreading, chain: Chain) -> dict[str, list[int | str]]:
    return {name: _names(found.truth, np.flatnonzero(found.expected(chain, name))) for name in found.concepts}


def _picture(found: Misreading, chain: Chain) -> PictureEntry:
    graph = found.truth
    return {
        "by": dm_names(graph, chain),
        "differs": found.pictures.of(chain) is not graph,
        "equilibria": {name: _names(graph, np.flatnonzero(found.equilibria(chain, name))) for name in found.concepts},
        "expects": _by_concept(found, chain),
    }


def _play(graph: Graph, play: Play) -> PlayEntry:
    told = [_correction(graph, edit) for edit in play.corrections]
    return {
        "moves": [_step(graph, step) for step in play.steps],
        "ends_in": graph.states.names[play.steps[-1].to],
        "accident": play.accident,
        "rests": play.rests,
        "ended": play.ended,
        "slips": play.slips,
        "probability": play.probability,
        "correction": told[0] if told else None,
        "corrections": told,
    }


def _step(graph: Graph, step: Step) -> StepEntry:
    names = graph.states.names
    return {
        "by": graph.conflict.decision_makers[step.by].name,
        "from": names[step.start],
        "to": names[step.to],
        "meant": names[step.meant],
        "slip": step.slip,
        "expected": [names[s] for s in step.expected],
        "got": names[step.got],
        "surprise": step.surprise,
    }


def _correction(graph: Graph, edit: Edit) -> CorrectionEntry:
    return {**edit_entry(edit), "says": upper_first(corrected_words(graph, edit)) + "."}


def _probability(told: Told) -> ProbabilityEntry:
    graph, question = told.graph, told.question
    return {
        "to": question.asked,
        "within": question.within,
        "epsilon": told.epsilon,
        "rows": [_trembling(one) for one in told.trembling],
        "corrected": [
            {"correction": _correction(graph, edit), "within": one.within, "ever": one.ever}
            for edit, one in told.corrected
        ],
        "ends": [
            {"states": [graph.states.names[s] for s in end.states], "probability": end.probability} for end in told.ends
        ],
        "assumes": assumptions(told),
    }


def _trembling(one: Trembling) -> TremblingEntry:
    return {
        "epsilon": one.epsilon,
        "within": one.within,
        "ever": one.ever,
        "within_slope": one.within_slope,
        "ever_slope": one.ever_slope,
    }


def assumptions(told: Told) -> list[str]:
    """What the probabilities rest on."""
    names = [dm.label for dm in told.graph.conflict.decision_makers]
    weights = told.question.weights
    if weights is None:
        first = "whoever would move, seeing it as it does, is equally likely to be next"
    else:
        first = "who moves next is drawn by weight: " + ", ".join(
            f"{name} {weight:g}" for name, weight in zip(names, weights, strict=True)
        )
    concept = told.actors.under.name
    second = (
        "it takes any improvement with equal probability"
        if not told.actors.under.answers
        else f"it takes, each with equal probability, only improvements that it sees nobody deter under {concept}"
    )
    return [first, second, _slips(told), "nobody learns from what happens: views stay as they are"]


def _slips(told: Told) -> str:
    if not told.epsilon:
        return "no move goes wrong"
    own = {
        f"“{option.title or option.name}” of {dm.label} {slips_words(option.slips)}"
        for dm, option in told.graph.conflict.options
        if option.slips is not None
    }
    but = f" (but {joined(sorted(own))})" if own else ""
    return (
        f"with probability {told.epsilon:g}{but} a move goes wrong: one of the options that it touches, each equally "
        "likely, ends a level higher or lower than meant, each that is possible equally likely"
    )


# For people


def text(told: Told, everything: bool = False) -> list[RenderableType | None]:
    """For people."""
    graph = told.graph
    parts: list[RenderableType | None] = [
        title(f"{graph.conflict.title}: who sees what"),
        _views(told),
        _pictures(told),
        _classes(told),
        _unforeseen(told, everything),
        left_out(told.misreading.left_out),
    ]
    if told.plays is None:
        return [*parts, Text("No status quo is given, so no play begins anywhere.")]
    return [*parts, _plays(told, told.plays, everything), _likely(told), not_done(told.not_done)]


def _views(told: Told) -> RenderableType:
    conflict = told.graph.conflict
    lines: list[RenderableType] = []
    for _, names, view in conflict.all_views():
        holders = [conflict.decision_maker(name).label for name in names]
        of = conflict.decision_maker(view.of).label
        believes = " thinks that ".join(holders)
        lines += [Text(f"{upper_first(believes)} {what}") for what in believed(told.graph, names, view, of)]
    if not lines:
        lines.append(Text("The file gives no views: all see the conflict as it is, and nobody misreads anybody."))
    return indented(*lines)


def believed(graph: Graph, chain: tuple[str, ...], view: View, of: str) -> Iterator[str]:
    """What the holder of a view believes, as clauses."""
    match view.preference:
        case None:
            pass
        case OrderedStatements(statements):
            wants = "; ".join(formula_words(graph, statement) for statement in statements[:3])
            more = f"; and {len(statements) - 3} more" if len(statements) > 3 else ""
            yield f"takes {of} to want, in this order: {wants}{more}."
        case _:
            yield f"takes {of} to rank the states otherwise than it does."
    yield from (f"{difference_clause(graph, chain, view, k)}." for k in range(len(view.differences)))
    titles = {option.name: option.title or option.name for option in graph.conflict.decision_maker(view.of).options}
    for option in view.options:
        name = f"“{titles[option.name]}” of {of}"
        yield f"does not know of {name}." if option.hidden else f"thinks that {name} moves {option.moves}."
    for statement in view.impossible:
        yield f"thinks that {of} cannot bring this about: {formula_words(graph, statement)}."


def _pictures(told: Told) -> RenderableType:
    found, graph = told.misreading, told.graph
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    for name in found.concepts:
        table.add_column(name, justify="right")
    own = [chain for chain in found.pictures.chains[1:] if found.pictures.of(chain) is not graph]
    rows: list[tuple[str, Chain, bool]] = [
        ("in truth", TRUTH, False),
        *((whose(graph, chain), chain, False) for chain in own),
        ("each as it sees it", TRUTH, True),
    ]
    quo, marked = graph.meaning.status_quo, False
    for label, chain, hyper in rows:
        masks = [found.expected(chain, name) if hyper else found.equilibria(chain, name) for name in found.concepts]
        among = [quo is not None and bool(mask[quo]) for mask in masks]
        cells = [f"{int(mask.sum()):,}{'●' if here else ' '}" for mask, here in zip(masks, among, strict=True)]
        marked |= any(among)
        table.add_row(label, *cells)
    note = [Text("●: the status quo is among them", "dim")] if marked else []
    return Stack(title("Equilibria in each picture"), indented(table, *note))


def whose(graph: Graph, chain: Chain) -> str:
    """Whose picture it is."""
    return "as " + " thinks that ".join(who(graph, i) for i in chain) + " sees it"


def _classes(told: Told) -> RenderableType:
    found, graph = told.misreading, told.graph
    name = told.actors.under.name
    name = name if name in found.concepts else found.concepts[0]
    lines = []
    for kind, states in found.classes(name).items():
        shown = ", ".join(str(graph.states.names[s]) for s in states[:8]) + (", …" if len(states) > 8 else "")
        if len(states):
            lines.append(Text(f"{kind.value}: {shown} ({count(len(states), 'state')}): {MEANS[kind]}"))
    if not lines:
        lines = [Text("There are none in any picture.")]
    quo = graph.meaning.status_quo
    if quo is not None:
        leaving = found.leaving(quo, name)
        verdict = f"{joined(who(graph, i) for i in leaving)} would leave it" if leaving else "everybody would stay"
        lines.append(Text(f"The status quo, each seeing it as it does: {verdict}."))
    return Stack(title(f"What misreading does to the equilibria ({name})"), indented(*lines))


BLIND = {
    Blind.IMPOSSIBLE: "takes that for impossible",
    Blind.UNWANTED: "thinks that this would be no improvement",
    Blind.DETERRED: "thinks that fear of an answer holds it back",
}


def _unforeseen(told: Told, everything: bool) -> RenderableType | None:
    graph, lines = told.graph, []
    seen: dict[tuple[int, int, str, Blind], int] = {}
    for one in told.unforeseen:
        key = (one.who, one.by, move_words(graph, Move(one.by, one.start, one.to)), one.why)
        seen[key] = seen.get(key, 0) + 1
    for number, ((i, by, what, why), times) in enumerate(seen.items()):
        if number == 2 * SHOWN and not everything:
            lines.append(Text(f"… and {len(seen) - number:,} more (--all lists them)", "dim"))
            break
        often = f" (in {times} states)" if times > 1 else ""
        lines.append(Text(f"{upper_first(who(graph, i))}: that {who(graph, by)} would {what}{often}; it {BLIND[why]}."))
    if not lines:
        return None
    return Stack(title("What they do not see coming, on the way"), indented(*lines))


def _plays(told: Told, found: Plays, everything: bool) -> RenderableType:
    graph, question = told.graph, told.question
    start = graph.meaning.status_quo
    assert start is not None
    goal = f"to “{question.asked}”" if question.goals is not None else "from the status quo"
    lines: list[RenderableType] = []
    accidents = sum(play.accident for play in found.found)
    if question.goals is not None and question.goals[start]:
        lines.append(Text("It is so already."))
    elif not found.found:
        lines.append(Text("None: " + no_play(told)))
    else:
        slips = {play.slips for play in found.found}
        with_slips = f", only with {count(max(slips), 'slip')} of the hand" if min(slips) else ""
        more = " or more" if found.cut else ""
        bad = f"{accidents:,} end" + "s" * (accidents == 1) if accidents else "None ends"
        lines.append(
            Text(
                f"{count(len(found.found), 'play')}{more}{with_slips}. {bad} in an accident, where all who moved are "
                "worse off than before they first did."
            )
        )
    shown = chosen_plays(found.found) if not everything else dict.fromkeys(range(len(found.found)), "")
    for number, label in shown.items():
        lines.append(Text())
        lines.append(_one_play(told, number, found.found[number], label))
    if len(shown) < len(found.found):
        lines.append(Text())
        lines.append(Text(f"… and {len(found.found) - len(shown):,} more (--all lists them)", "dim"))
    return Stack(title(f"Plays {goal}, each acting on its own picture"), indented(*lines))


def no_play(told: Told) -> str:
    """Why there are no plays."""
    if told.question.goals is None:
        under = told.actors.under.name
        if told.question.weights is not None and not all(told.question.weights):
            return f"nobody of those who are to move (--weights) sees a move that it would make under {under}."
        return f"nobody sees a move that it would make under {under}; the conflict rests."
    more = f", not even with {count(told.question.slips, 'slip')} of the hand" if told.epsilon else ""
    return f"no such state is reached{more}."


def chosen_plays(found: Sequence[Play]) -> dict[int, str]:
    """The plays that are told first: the shortest and the likeliest accident, then of all."""
    labels: dict[int, str] = {}
    accidents = [k for k, play in enumerate(found) if play.accident]
    everything = list(range(len(found)))
    for among, what in ((accidents, "accident"), (everything, "play")):
        if among:
            shortest = min(among, key=lambda k: len(found[k].steps))
            likeliest = max(among, key=lambda k: found[k].probability)
            labels.setdefault(shortest, f"the shortest {what}" + (", and the likeliest" * (shortest == likeliest)))
            labels.setdefault(likeliest, f"the likeliest {what}")
    for k in sorted(everything, key=lambda k: -found[k].probability)[:SHOWN]:
        if len(labels) < SHOWN:
            labels.setdefault(k, "")
    return labels


def _one_play(told: Told, number: int, play: Play, label: str) -> RenderableType:
    graph = told.graph
    head = f"{number + 1}. {upper_first(label) + ', p' if label else 'P'}robability {play.probability:.1%}"
    lines = [Text(f"{k}. {line}") for k, line in enumerate(step_sentences(told.actors, play), 1)]
    end = play.steps[-1].to
    worse = [
        i
        for i in dict.fromkeys(step.by for step in play.steps)
        if graph.ranks[i][end] < graph.ranks[i][next(step.start for step in play.steps if step.by == i)]
    ]
    verdict = f"Ends in {state_label(graph, end)}"
    if play.accident:
        everybody = "everybody who moved ends" if len(worse) > 1 else f"{who(graph, worse[0])}, the only mover, ends"
        verdict += f", an accident: {everybody} worse off than before"
    elif worse:
        verdict += f"; worse off than before its first move: {joined(who(graph, i) for i in worse)}"
    lines.append(Text(verdict + _after(told, play)))
    if play.corrections:
        lines.append(
            Text(f"It could not happen {joined((corrected_words(graph, e) for e in play.corrections[:3]), 'or')}.")
        )
    else:
        lines.append(Text("No single correction of a view prevents it."))
    return Stack(Text(head, "bold"), indented(*lines))


def _after(told: Told, play: Play) -> str:
    """What comes after the end of a play."""
    if play.rests or told.question.goals is not None:
        return "."
    return "; from there moves lead only to where it has been." if play.ended else "; it goes on from there."


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
    resting = ~np.logical_or.reduce([seen.can_improve(j) for j in others])
    if resting[step.meant]:
        return "expecting nobody to answer"
    path = seen.path(others, step.meant, resting, improving=True)
    if path is None:
        return "expecting no such answer"
    answers = joined((f"{who(seen, move.by)} to {move_words(seen, move)}" for move in path), "and then")
    return f"expecting {answers}"


def prevented_by(graph: Graph, play: Play) -> str:
    """The single corrections that prevent a play, as conditions."""
    return joined((corrected_words(graph, edit) for edit in play.corrections[:3]), "or")


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


def _likely(told: Told) -> RenderableType:
    graph, question = told.graph, told.question
    lines: list[RenderableType] = []
    if told.trembling:
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
        for head in ("a move slips with", f"within {question.within} moves", "ever"):
            table.add_column(head, justify="right")
        for one in told.trembling:
            table.add_row(f"{one.epsilon:.3g}", percent(one.within), percent(one.ever))
        lines.append(table)
        lines += [
            Text(
                f"At {one.epsilon:g}, one percentage point more of slips moves “ever” by {one.ever_slope:+.2g} points."
            )
            for one in told.trembling
            if one.epsilon == told.epsilon and one.ever_slope is not None
        ]
        lines += [
            Text(f"{upper_first(corrected_words(graph, edit))}: {percent(one.ever)} (ever, at {told.epsilon:g}).")
            for edit, one in told.corrected[:SHOWN]
        ]
    ends = [f"{_end(graph, end)} {end.probability:.0%}" for end in told.ends[:SHOWN]]
    more = f", and {len(told.ends) - SHOWN} more" if len(told.ends) > SHOWN else ""
    lines.append(Text(f"Without slips it ends in {', '.join(ends)}{more}."))
    lines.append(Text(f"This assumes: {'; '.join(assumptions(told))}.", "dim"))
    heading = f"How likely “{question.asked}” is" if told.trembling else "Where it ends"
    return Stack(title(heading), indented(*lines))


def percent(share: float) -> str:
    """As a percentage that rounds nothing to impossible or certain."""
    if 0 < share < 5e-5:
        return "<0.01%"
    return ">99.99%" if 1 - 5e-5 < share < 1 - 1e-12 else f"{share:.2%}"


def _end(graph: Graph, end: End) -> str:
    if len(end.states) == 1:
        return f"state {graph.states.names[end.states[0]]}"
    return f"a cycle of {len(end.states):,} states"
