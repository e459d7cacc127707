"""What is to be looked at in a file, in words."""

from __future__ import annotations

from standoff.conflict.cues import Cue


def cue_words(cue: Cue) -> str:
    """Which words could turn the sense of a quote, and of which kind they are.

    >>> from standoff.conflict.cues import CueKind
    >>> cue_words(Cue(CueKind.NEGATION, "puts little stock in", "before"))
    '“puts little stock in” stands before it (negation)'
    """
    return f"“{cue.words}” stands {cue.side} it ({cue.kind.value})"
