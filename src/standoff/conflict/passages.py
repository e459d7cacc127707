"""The sentence around a few words of a text, and the place that is most like words that are not there.

Sentences are told apart by plain rules, English first. Where a rule errs, two sentences are shown as one: that hides
nothing, while half a sentence can hide a *not*.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from standoff.conflict.letters import composed

AROUND = 600  # characters of a sentence that are shown on either side of the words
MOST_SEARCHED = 4 * 2**20  # characters of a document in which the nearest passage is looked for
TRIED = 8  # places that are compared letter by letter
MOST_COMPARED = 400  # characters of the words, and of a place, that are
_A_WORD_OFF = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))  # a passage may begin or end a word sooner or later
ALIKE = 0.6  # least likeness of a passage that is shown: below it, it is about something else


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What ends with a full stop and does not end a sentence, whatever follows.
_TITLES = _words("mr mrs ms dr prof gen col lt maj capt sgt adm sen rep gov pres st vs cf ca approx viz hon")
_BEFORE_NUMBERS = _words("no nos p pp art vol fig ch sec para par ed")
_MONTHS = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
# What ends with a full stop and may end a sentence: it does where one of these words follows.
_DOTTED = _words("inc ltd co corp etc al e.g i.e a.m p.m u.s u.k u.n e.u u.s.a d.c ph.d b.c a.d")
_BEGINS = _words(
    "the a an this that these those it its he she they we you i his her their our but and so yet or in on at by for "
    "if when while after before since as although though however there here what who why how not no"
)
_STOP = re.compile(r"""(?P<mark>[.!?\u2026\u061f]+)(?P<closed>["'”’»)\]]*)(?=\s)|[。！？]["'”’»」』）]*""")
_NEXT = re.compile(r"""\s+["'“‘„«(\[–—-]*(?P<word>[^\W_]+(?:['’][^\W_]+)?)?""")
_LAST = re.compile(r"[^\W_](?:[^\W_]|\.(?=[^\W_]))*\Z")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a text and what stands before and after them in their sentence."""

    before: str
    exact: str
    after: str

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self.before + self.exact + self.after

    @property
    def has_more(self) -> bool:
        """Whether the sentence has other words than the quote."""
        return any(c.isalnum() for c in self.before + self.after)


# Paragraphs


def laid_out(text: str) -> str:
    r"""The text with a line for each paragraph or heading, white space as single blanks, in Unicode form NFC.

    >>> laid_out("A heading" + 2 * chr(10) + "One  line," + chr(10) + "and the next.").splitlines()
    ['A heading', 'One line, and the next.']
    """
    return "\n".join(" ".join(composed(part).split()) for part in _paragraphs(text))


def _paragraphs(text: str) -> Iterator[str]:
    """The parts between blank lines; a heading, and an item of a list, is one too."""
    lines = text.splitlines()
    begin = 0
    for k, (above, below) in enumerate(pairwise(lines), 1):
        if not above.strip() or not below.strip() or _apart(above.strip(), below.strip()):
            if any(line.strip() for line in lines[begin:k]):
                yield "\n".join(lines[begin:k])
            begin = k
    if any(line.strip() for line in lines[begin:]):
        yield "\n".join(lines[begin:])


def _apart(above: str, below: str) -> bool:
    """Whether a line below another begins something new: a list's item, or what stands under a heading.

    Lines of one paragraph are about equally long, so that one which is much shorter than the next is none of them.
    """
    if re.match(r"[-*•·]\s", below):
        return True
    begins = below.lstrip("\"'“‘„«([")[:1]
    return 5 * len(above) < 3 * len(below) and above[-1].isalnum() and (begins.isupper() or begins.isdigit())


# Sentences


def sentence_ends(text: str) -> list[int]:
    """Where the sentences of a paragraph end, ascending; the last is the end of the text.

    >>> text = "Mr. Smith left the U.S. on Monday. He will be back."
    >>> [text[start:end].strip() for start, end in pairwise([0, *sentence_ends(text)])]
    ['Mr. Smith left the U.S. on Monday.', 'He will be back.']
    """
    ends = [stop.end() for stop in _STOP.finditer(text) if stop["mark"] is None or _ends(text, stop)]
    return ends if ends and ends[-1] == len(text) else [*ends, len(text)]


def _ends(text: str, stop: re.Match[str]) -> bool:
    """Whether a sentence ends with a mark."""
    following = _NEXT.match(text, stop.end())
    word = following["word"] if following is not None else None
    if not word:
        return True
    if word[0].islower():
        return False
    last = _LAST.search(text, max(0, stop.start() - 40), stop.start()) if stop["mark"] == "." else None
    if last is None or stop["closed"]:
        return True
    short = last[0].casefold()
    if short in _TITLES:
        return False
    if short in _BEFORE_NUMBERS or short in _MONTHS:
        return not word[0].isdigit()
    initial = len(short) == 1 and last[0].isupper()
    if initial or short in _DOTTED or re.fullmatch(r"\w(\.\w)+", short):
        return word.casefold() in _BEGINS
    return True


def sentence_around(laid: str, start: int, end: int) -> Passage:
    """The sentence in which a part of a text stands (or the sentences, where it is of several); ``laid_out`` text.

    Of very long ones ``AROUND`` characters on either side, and an ellipsis.
    """
    most = 3 * AROUND
    first = max(laid.rfind("\n", 0, start) + 1, start - most)
    last = laid.find("\n", end)
    last = min(len(laid) if last < 0 else last, end + most)
    cuts = [first + cut for cut in sentence_ends(laid[first:last])]
    begin = max((cut for cut in cuts if cut <= start), default=first)
    finish = next((cut for cut in cuts if cut >= end), last)
    before, after = laid[begin:start].lstrip(), laid[end:finish].rstrip()
    if len(before) > AROUND:
        before = "… " + before[-AROUND:].partition(" ")[2]
    if len(after) > AROUND:
        after = after[:AROUND].rpartition(" ")[0] + " …"
    return Passage(before, laid[start:end].replace("\n", " "), after)


# What is most like words that are not there


class Nearest:
    """Finds in a text what is most like some words. The text is read once, in time linear in its length."""

    def __init__(self, laid: str) -> None:
        self.text = laid[:MOST_SEARCHED].replace("\n", " ")
        words = [(found.start(), found.end(), found[0].casefold()) for found in _WORD.finditer(self.text)]
        numbers: dict[str, int] = {}
        self.ids = np.fromiter((numbers.setdefault(word, len(numbers)) for _, _, word in words), np.int32, len(words))
        self.starts = np.fromiter((start for start, _, _ in words), np.int64, len(words))
        self.ends = np.fromiter((end for _, end, _ in words), np.int64, len(words))
        self.numbers = numbers
        self.rarity = 1 / np.maximum(np.bincount(self.ids, minlength=len(numbers)), 1)

    def to(self, exact: str) -> str | None:
        """The passage most like some words; None where none is much like them.

        >>> Nearest("They spoke of a thick red line. Then they left.").to("a thin red line")
        'a thick red line'
        """
        exact = " ".join(exact.split())[:MOST_COMPARED]
        wanted = [found[0].casefold() for found in _WORD.finditer(exact)]
        size = min(len(wanted), len(self.ids))
        if not size:
            return None
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(exact.casefold())
        best: tuple[float, str] = (ALIKE, "")
        for at in self._places(Counter(wanted), size):
            for first, last in _A_WORD_OFF:
                begin, end = at + first, at + size - 1 + last
                if not 0 <= begin <= end < len(self.ids):
                    continue
                passage = self.text[int(self.starts[begin]) : int(self.ends[end])]
                matcher.set_seq1(passage[: 2 * MOST_COMPARED].casefold())
                if matcher.real_quick_ratio() > best[0] and (ratio := matcher.ratio()) > best[0]:
                    best = ratio, passage
        return best[1] or None

    def _places(self, wanted: Counter[str], size: int) -> Iterator[int]:
        """Where to begin: windows of so many words that share most with those wanted, rare words counting more."""
        weight = np.zeros(len(self.numbers))
        known = [self.numbers[word] for word in wanted if word in self.numbers]
        weight[known] = 1 + self.rarity[known]
        sums = np.concatenate([[0.0], np.cumsum(weight[self.ids])])
        score: npt.NDArray[np.float64] = sums[size:] - sums[:-size]
        for _ in range(TRIED):
            at = int(score.argmax())
            if score[at] <= 0:
                return
            yield at
            score[max(0, at - size // 3) : at + size // 3 + 1] = 0
