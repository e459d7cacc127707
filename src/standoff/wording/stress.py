"""Shares over draws in words: what was drawn, what the shares rest on, single shares."""

from __future__ import annotations

from collections.abc import Iterator

from standoff.analysis.uncertainty import Interval, Robustness, uncertain_statements
from standoff.conflict.model import OrderedStatements
from standoff.wording.words import count


def assumptions(found: Robustness) -> Iterator[str]:
    """What the shares rest on."""
    dispersion = found.dispersion
    fixed = [dm.label for dm in found.conflict.decision_makers if not isinstance(dm.preference, OrderedStatements)]
    yield f"likely statements stray with dispersion {dispersion.likely:g}, doubtful ones with {dispersion.doubtful:g}"
    yield f"a doubtful statement is held with probability {dispersion.presence:g}"
    yield "statements stray independently of one another"
    yield "rules, directions and the status quo stay as they are"
    if fixed:
        yield f"rankings and weights stay as they are ({', '.join(fixed)})"


def drawn(found: Robustness) -> str:
    """How often, and what, was drawn."""
    uncertain = uncertain_statements(found.conflict)
    sure = "" if uncertain else " No statement is uncertain: every draw is the same."
    return f"{count(found.draws, 'draw')} of {count(uncertain, 'uncertain statement')}, seed {found.seed}.{sure}"


def percent_share(interval: Interval) -> str:
    """``55%``."""
    return f"{interval.share:.0%}"


def bounds(interval: Interval) -> str:
    """The ends of an interval, ``40%–69%``."""
    low, high = interval.bounds
    return f"{low:.0%}–{high:.0%}"
