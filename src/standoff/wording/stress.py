"""Shares over draws in words: what was drawn, what the shares rest on, single shares."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.analysis.draws import Uncertain
from standoff.analysis.straying import Dispersion
from standoff.analysis.uncertainty import Interval, Robustness
from standoff.conflict.model import Judgement
from standoff.conflict.preference import OrderedStatements, Ranking, Weights
from standoff.errors import render_path
from standoff.wording.words import count, joined

ORDERED = {OrderedStatements.key: "statements", Weights.key: "weights", Ranking.key: "rankings"}
STRUCTURE = {
    "options": "the directions of options",
    "infeasible": "rules",
    "status_quo": "the status quo",
    "define": "definitions",
    "views": "the single parts of views",
}


def assumptions(found: Robustness) -> Iterator[str]:
    """What the shares rest on."""
    yield from drawing(found.dispersion, found.uncertain)
    yield "judgements stray independently of one another"


def drawing(spread: Dispersion, uncertain: Uncertain) -> Iterator[str]:
    """How what is uncertain is drawn, as far as there is any; what is not drawn, and what stays as it is."""
    kinds = [_kind(one) for one in uncertain.drawn]
    stated = [key for key in ("prefers", Weights.key) if key in kinds]
    ordered = [words for key, words in ORDERED.items() if key in kinds]
    if ordered:
        strays = f"stray with dispersion {spread.likely:g}, doubtful ones with {spread.doubtful:g}"
        yield f"likely {joined(ordered)} {strays}"
    if stated:
        what = " or ".join({"prefers": "statement", Weights.key: "weight"}[key] for key in stated)
        yield f"a doubtful {what} is held with probability {spread.presence:g}"
    structure = [words for key, words in STRUCTURE.items() if key in kinds]
    if structure:
        yield (
            f"of {joined(structure)} all smallest changes together weigh {spread.likely:g} where it is likely, "
            f"{spread.doubtful:g} where it is doubtful, and 1 that it is as written"
        )
    viewed = sum(one.path[0] == "views" for one in uncertain.drawn)
    if viewed:
        yield f"{count(viewed, 'judgement')} of views {'is' if viewed == 1 else 'are'} drawn too"
    if uncertain.never:
        yield f"not certain, and yet never drawn: {joined([render_path(one.path) for one in uncertain.never])}"
    if aside := len(uncertain.aside):
        are = "is" if aside == 1 else "are"
        yield f"no share looks at views, of which {count(aside, 'judgement')} {are} not certain"
    yield "what is certain stays as it is"


def _kind(one: Judgement) -> str:
    """What sort of judgement it is: the key that tells it in a file."""
    match one.path:
        case ("decision_makers", _, str(key), *_):
            return key
        case ("views", _, _, *below):
            while below[0] == "views":  # within another view
                below = below[2:]
            return str(below[0]) if below[0] in ORDERED else "views"
    return str(one.path[0])


def drawn(found: Robustness) -> str:
    """How often, and what, was drawn."""
    uncertain, never, _ = found.uncertain
    told = f"{count(found.draws, 'draw')} of {count(len(uncertain), 'uncertain judgement')}, seed {found.seed}."
    if not uncertain:
        told += " Every draw is the same: no judgement that can be drawn is uncertain."
    if never:
        told += (
            f" {count(len(never), 'more judgement')} {'is' if len(never) == 1 else 'are'} not certain and never drawn."
        )
    return told + drawn_again(found.again)


def drawn_again(again: int) -> str:
    """How often something was drawn again, as a sentence to go on with; nothing where nothing was."""
    if not again:
        return ""
    return f" {count(again, 'more draw')} left no valid conflict and {'was' if again == 1 else 'were'} made again."


def percent_share(interval: Interval) -> str:
    """``55%``."""
    return f"{interval.share:.0%}"


def bounds(interval: Interval) -> str:
    """The ends of an interval, ``40%–69%``."""
    low, high = interval.bounds
    return f"{low:.0%}–{high:.0%}"
