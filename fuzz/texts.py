"""Texts that are long or odd."""

from __future__ import annotations

from random import Random

ODD = (
    "",
    " ",
    "x",
    "0",
    "-1",
    "true",
    "null",
    "status_quo",
    "not",
    "A.B.C",
    "a-b",
    "a b",
    "\u202eright to left",
    "\u0645\u0631\u062d\u0628\u0627",
    "e\u0301\u0301\u0301",
    "Zu\u0308rich",
    "\u00c5ngstr\u00f6m\u2126",
    "\u200b\u200d\ufeff",
    "\u2028line\u2029separators",
    "\U0001f54a\ufe0f",
    "\U0001d49c",
    "\ufffe\uffff",
    "\ue000",
    "\u0000",
    "\u001b[31mred",
    "\u0085",
    "\t\n",
    "a\nb\nc",
    "<script>alert(1)</script>",
    "&amp;&#x0;]]>",
    '#import "a"; $x$ `r` *b* _i_ @cite <label>',
    "| a | b |\n|---|---|",
    "[link](javascript:x) ![i](file:///etc/passwd)",
    "\\begin{tabular}\\input{x}%",
    "=1+1",
    "../../etc/passwd",
    "/dev/null",
    "C:\\nul",
    "%s%n{0}{}",
    "\"quoted\" 'so'",
    "\u00bd\u0663\u00b2",
    "\u01c5\ufb03",
)
PIECES = (
    "a",
    "war ",
    "the cat ",
    "\u00e9",
    "e\u0301",
    "\u0627\u0644",
    "\u202e",
    "\u200b",
    "\U0001f54a",
    "<b>",
    "a\n",
    "1",
    "(",
    "\t",
    "\u6587",
)


def odd(random: Random) -> str:
    """A short text that something may stumble over."""
    return random.choice(ODD)


def long(random: Random, most: int = 100_000) -> str:
    """A text of 10,000 to 100,000 characters: one piece again and again, or several in turn."""
    pieces = random.sample(PIECES, random.choice((1, 1, 2, 4)))
    size = random.choice((10_000, 30_000, most))
    return ("".join(pieces) * (size // len("".join(pieces)) + 1))[:size]


def typo(random: Random, text: str) -> str:
    """The text with one character left out, doubled, exchanged or put in."""
    at = random.randrange(len(text) + 1)
    middle = random.choice(
        ("", text[at : at + 1] * 2, random.choice("xyz._-= ()\u00e9"), random.choice("ab") + text[at : at + 1])
    )
    return text[:at] + middle + text[at + 1 :]
