"""What may turn the sense of words that are cut out of a sentence: a few cues to look at, never a verdict.

English first. ``BEFORE`` are cues that stand before the words, ``AFTER`` such as stand behind them. A cue reaches to
the end of its clause, by ``BREAKS``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from standoff.conflict.evidence import Source
from standoff.conflict.passages import Passage


class CueKind(StrEnum):
    """In which way a sentence may say something else than a part of it."""

    NEGATION = "negation"
    DOUBT = "doubt"
    CONDITION = "condition"
    ATTRIBUTION = "attribution"


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that stand before or after a quote in its sentence, and which kind of cue they are."""

    kind: CueKind
    words: str
    side: Literal["before", "after"]


Patterns = Mapping[CueKind, tuple[str, ...]]

BEFORE: Patterns = {
    CueKind.NEGATION: (
        r"(do|does|did|is|are|was|were|has|have|had|will|would|can|could|should|must|need|may|might)(n['’]t| not)"
        r"(?! (only|just|merely))( \w+ (that|to))?",
        r"not(?! (only|just|merely))",
        r"cannot|can['’]t|won['’]t|never|nobody|no one|nothing|none|neither|nor|nowhere",
        r"no(?! (doubt|question|wonder|longer only))( longer| \w+ that| \w+ (of|in|for|to))?",
        r"hardly|scarcely|barely|rarely|seldom",
        r"(without(?! (a |any )?(doubt|question))|far from|instead of|rather than)(?=[^,]*$)",
        r"(puts?|putting|sets?|places?) (little|no|scant) (stock|store|faith|trust) (in|by)",
        r"(has|have|had|sees?|saw|shows?|showed) (little|scant|no(?! (doubt|question))) \w+( (in|of|for|to|that))?",
        r"little|few(?! more)",
        r"(fail|refus|declin|ceas)(s|e|es|ed|ing) to",
        r"(den(y|ies|ied|ying)|reject(s|ed|ing)?|dismiss(es|ed|ing)?|disput(es?|ed|ing)|rul(es?|ed|ing) out)( that)?",
        r"(stop(s|ped)?|fall(s)?|fell) short of|unable to|unwilling to|opposed to|the myth (of|that)",
    ),
    CueKind.DOUBT: (
        r"(?<!no )(?<!without )(doubt(s|ed|ing)?|question(s|ed|ing)?|wonder(s|ed|ing)?)( (that|whether|if))?",
        r"doubtful|unlikely|improbable|implausible|uncertain|unclear|unproven|un(confirmed|verified)",
        r"(s[ck]eptical|wary|unsure|unconvinced)( (of|that|whether|about))?",
        r"whether|perhaps|maybe|possibly|supposedly|allegedly|seemingly|apparently|purportedly",
        r"(so-called|seeming|alleged|purported|apparent|would-be) *$",
        r"(seem(s|ed)?|appear(s|ed)?|rumou?red|said|thought|supposed) to",
        r"(may|might|could|can) *$",
    ),
    CueKind.CONDITION: (
        r"(?<!even )(?<!as )(?<!what )(only )?if|unless|provided( that)?|providing that|in case|on condition that",
        r"(as|so) long as|only (when|after|once)|in the event (of|that)|assuming( that)?|were (it|they|he|she) to",
        r"(would|should) *$",
    ),
    CueKind.ATTRIBUTION: (
        r"according to|in the (words|view|opinion|eyes) of",
        r"(sa(y|ys|id)|wr(ite|ites|ote)|t(ell|ells|old)|claim(s|ed)?|argu(e|es|ed)|alleg(e|es|ed)|assert(s|ed)?"
        r"|insist(s|ed)?|contend(s|ed)?|maintain(s|ed)? that|suggest(s|ed)?|announc(e|es|ed)|warn(s|ed)?|stat(es|ed)"
        r"|predict(s|ed)?|accus(e|es|ed)|boast(s|ed)?)( (that|of))?",
        r"(believ(e|es|ed)|th(ink|inks|ought)(?! tank)|h(old|olds|eld) that|consider(s|ed)?|assum(e|es|ed)"
        r"|imagin(e|es|ed)|reckon(s|ed)?|expect(s|ed)?)( (that|to))?",
        r"report(s|ed)?( (that|on))?|reportedly|(fear|hope|worr)(s|y|ies|ed|ied)? that",
        r"(see|sees|saw|regard|regards|regarded|view|views|viewed|describ(e|es|ed)|portray(s|ed)?)( \w+){0,3} as",
        r"the (idea|belief|view|notion|claim|theory|assumption|impression|allegation|accusation)s? (that|of)",
    ),
}
AFTER: Patterns = {
    CueKind.NEGATION: (
        r"^ *(is|are|was|were|has|have|had|will|would|can|could|should|did|does|do)(n['’]t| not| never| no)",
        r"^ *(is|are|was|were) (false|untrue|wrong|ruled out|denied|rejected|out of the question|off the table)",
        r"^ *not(?! (only|just|merely))|cannot|won['’]t",
    ),
    CueKind.DOUBT: (
        r"(is|are|was|were|seems?|remains?) (still )?"
        r"(doubtful|unlikely|improbable|implausible|uncertain|unclear|unproven)",
        r"^ *,? *(perhaps|maybe|possibly|allegedly|supposedly|apparently)",
    ),
    CueKind.CONDITION: (
        r"(?<!even )(?<!as )(only )?if|unless|provided that|as long as|only (when|after|once)|in the event (of|that)",
    ),
    CueKind.ATTRIBUTION: (
        r"according to|in the (words|view|opinion|eyes) of",
        r"(sa(y|ys|id)|wr(ite|ites|ote)|t(ell|ells|old)|claim(s|ed)?|argu(e|es|ed)|alleg(e|es|ed)|insist(s|ed)?"
        r"|report(s|ed)?|warn(s|ed)?|believ(e|es|ed))(?= *[.,”\"']| \w+ *[.,]|$)",
    ),
}
BREAKS: Mapping[CueKind, str] = {
    CueKind.NEGATION: r"[;:]|\bbut\b|, (and|yet|while|whereas|although|though|so|because|since)\b",
    CueKind.DOUBT: r"[;:]|\bbut\b|, (and|yet|while|whereas|although|though|so|because|since)\b",
    CueKind.CONDITION: r"[;]|\bbut\b",
    CueKind.ATTRIBUTION: r"[;]|, but\b",
}
_NAME = re.compile(r"[^\W\d_]{4,}")


def cues(passage: Passage, sources: Iterable[Source] = ()) -> tuple[Cue, ...]:
    """What to look at in the sentence around a quote: of each kind the cue that stands nearest to it.

    ``sources``: whose words the quote is said to be. Where the sentence names one of them, that it ascribes the words
    to somebody is as it should be.

    >>> [cue.words for cue in cues(Passage("He did not say that they ", "will leave", "."))]
    ['did not say that', 'say that']
    """
    return tuple(_found(passage, named(passage, sources)))


def _found(passage: Passage, is_named: bool) -> Iterator[Cue]:
    for kind in CueKind:
        if kind is CueKind.ATTRIBUTION and is_named:
            continue
        breaks = re.compile(BREAKS[kind], re.IGNORECASE)
        start = max((one.end() for one in breaks.finditer(passage.before)), default=0)
        end = next((one.start() for one in breaks.finditer(passage.after)), len(passage.after))
        before = list(_pattern("before", kind).finditer(passage.before, start))
        after = _pattern("after", kind).search(passage.after[:end])
        if before:
            yield Cue(kind, " ".join(max(before, key=_reach)[0].split()), "before")
        elif after:
            yield Cue(kind, " ".join(after[0].split()).lstrip(", "), "after")


def _reach(found: re.Match[str]) -> tuple[int, int]:
    return found.end(), -found.start()


def named(passage: Passage, sources: Iterable[Source]) -> bool:
    """Whether the sentence, beside the quote, names who wrote or published one of these sources."""
    around = {word.casefold() for part in (passage.before, passage.after) for word in _NAME.findall(part)}
    names = (_NAME.findall(name) for one in sources for name in (one.authors, one.publisher) if name)
    return any(word[0].isupper() and word.casefold() in around for words in names for word in words)


@cache
def _pattern(side: Literal["before", "after"], kind: CueKind) -> re.Pattern[str]:
    """All cues of a kind in one pattern, the longest first where several begin at one place."""
    table = BEFORE if side == "before" else AFTER
    whole = "|".join(f"(?:{one})" for one in table[kind])
    return re.compile(rf"(?<![\w'’-])(?:{whole})(?![\w’'-])", re.IGNORECASE)
