"""On whose word: sources and their grades, what a judgement rests on, and how sources are cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

MAX_CITED_AUTHORS = 40
MAX_CITED_TITLE = 50

RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by other sources",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}


class Kind(StrEnum):
    """Where a judgement comes from."""

    REPORTED = "reported"
    INFERRED = "inferred"
    ASSUMED = "assumed"


class Sure(StrEnum):
    """How sure its author is of a judgement."""

    CERTAIN = "certain"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Grade:
    """The Admiralty code: reliability of the source (A-F) and credibility of what it says (1-6), judged apart."""

    reliability: str
    credibility: str

    def __post_init__(self) -> None:
        if self.reliability not in RELIABILITY or self.credibility not in CREDIBILITY:
            raise ValueError(
                f'"{self.reliability}{self.credibility}" is not a grade: a letter A-F (reliability of the source) '
                "and a digit 1-6 (credibility of the information), like B2"
            )

    def __str__(self) -> str:
        return self.reliability + self.credibility

    @property
    def words(self) -> str:
        """The grade as the code words it."""
        return f"{RELIABILITY[self.reliability]}; {CREDIBILITY[self.credibility]}"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that was published. ``via``: the sources (by name), or persons, that pass it on to us."""

    name: str
    title: str | None = None
    authors: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    file: str | None = None
    grade: Grade | None = None
    via: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A few words of a source, exactly, with what stands before and after them where that is needed."""

    source: str
    exact: str
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """How close two decision makers were in a period, measured from event data: affinity and its 90 % interval."""

    between: tuple[str, str]
    period: str
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why somebody believes a judgement. What is unknown is None.

    ``note``: a remark of its author, which is printed wherever the judgement is.
    """

    why: str | None = None
    quote: Quote | None = None
    kind: Kind | None = None
    sure: Sure = Sure.CERTAIN
    relation: Measured | None = None
    note: str | None = None


def supposed(evidence: Evidence, said: str, titled: bool = False) -> Evidence:
    """The evidence of a judgement that is turned into another: it speaks for the one that was, so this is assumed.

    ``said``: what it is as against the former, before that one's reason. Of a judgement for which nothing
    was said, and which was not ``titled``, nothing is said either.

    >>> found = supposed(Evidence("She said so.", kind=Kind.REPORTED, sure=Sure.LIKELY), "the opposite of “no war”")
    >>> found.kind.value, found.sure.value, found.why
    ('assumed', 'likely', 'Supposed: the opposite of “no war”, for which the reason was: She said so.')
    """
    if not titled and evidence == Evidence(sure=evidence.sure):
        return evidence
    reason = f", for which the reason was: {evidence.why}" if evidence.why else ""
    return Evidence(f"Supposed: {said}{reason}", kind=Kind.ASSUMED, sure=evidence.sure)


def citations(sources: Iterable[Source]) -> dict[str, str]:
    """How each source (by its name) is cited: author or publisher, short title, date. No two are cited alike.

    What is missing is left out; sources that would be cited alike have their names beside it.

    >>> citations([Source("n", "A note", "A. Author", published="2015-09-22")])
    {'n': 'A. Author: A note, 2015-09-22'}
    """
    told = {source.name: _cited(source) for source in sources}
    while len(counted := Counter(told.values())) < len(told):
        told = {name: f"{words} [{name}]" if counted[words] > 1 else words for name, words in told.items()}
    return told


def _cited(source: Source) -> str:
    by = _short(source.authors or source.publisher or "", MAX_CITED_AUTHORS)
    title = _short(source.title or "", MAX_CITED_TITLE)
    what = ": ".join(part for part in (by, title) if part) or source.name
    return f"{what}, {source.published}" if source.published else what


def _short(text: str, width: int) -> str:
    """``text`` on one line and at most ``width`` characters, cut after a word where one ends in the latter half."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    words = line[:width].rpartition(" ")[0]
    cut = words if len(words) >= width // 2 else line[: width - 1]
    return cut.rstrip(" ,;:.–—-") + "…"


def source_chain(name: str, sources: Mapping[str, Source]) -> list[str]:
    """The source and all that pass it on, nearest first.

    >>> sources = {"paper": Source("paper", via=("press",)), "press": Source("press")}
    >>> source_chain("paper", sources)
    ['paper', 'press']
    """
    order = [name]
    seen = {name}
    for one in order:
        new = [via for via in (sources[one].via if one in sources else ()) if via in sources and via not in seen]
        seen.update(new)
        order += dict.fromkeys(new)
    return order
