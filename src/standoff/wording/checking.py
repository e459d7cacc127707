"""What is to be looked at in a file, in words."""

from __future__ import annotations

from standoff.analysis.lint import Slip, SlipKind
from standoff.conflict.cues import Cue
from standoff.conflict.model import Conflict, Option


def cue_words(cue: Cue) -> str:
    """Which words could turn the sense of a quote, and of which kind they are.

    >>> from standoff.conflict.cues import CueKind
    >>> cue_words(Cue(CueKind.NEGATION, "puts little stock in", "before"))
    '“puts little stock in” stands before it (negation)'
    """
    return f"“{cue.words}” stands {cue.side} it ({cue.kind.value})"


def lint_words(conflict: Conflict, slip: Slip) -> str:
    """What a part of a model does not do."""
    owner = "" if slip.owner is None else conflict.decision_makers[slip.owner].label
    gains = "gain" if slip.owner is not None and conflict.decision_makers[slip.owner].plural else "gains"
    match slip.kind:
        case SlipKind.OPTION:
            what = f"“{_option(conflict, slip).title or slip.path[-1]}”"
            return f"no move by which {owner} {gains} needs a change of {what}"
        case SlipKind.LEVEL:
            option = _option(conflict, slip)
            level = next(one for one in option.levels if one.name == slip.level)
            what = f"“{option.title or option.name}” at “{level.title or level.name}”"
            return f"no move by which {owner} {gains} needs to put {what}"
        case SlipKind.STATEMENT:
            return f"“{_formula(conflict, slip)}” decides nothing: without it {owner} would rank the states as with it"
        case SlipKind.DECISION_MAKER:
            return f"no move of {owner} makes a difference to anybody"
        case SlipKind.STATUS_QUO:
            return "moves lead to the status quo, but nobody gains by any of them"


def _option(conflict: Conflict, slip: Slip) -> Option:
    assert slip.owner is not None
    return next(one for one in conflict.decision_makers[slip.owner].options if one.name == slip.path[-1])


def _formula(conflict: Conflict, slip: Slip) -> str:
    assert slip.owner is not None
    given = conflict.decision_makers[slip.owner].preference
    stated = given.stated() if given is not None else ()
    return next(statement.formula.text for path, statement in stated if path == slip.path[2:])
