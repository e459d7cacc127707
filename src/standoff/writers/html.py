"""The report as one page: nothing is fetched, everything can be read without scripts, and no text can become markup."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from standoff.plots.svg import PAINTS, escape
from standoff.report.blocks import (
    BROAD,
    NOTE_KINDS,
    OF_COMPACT,
    REGISTER,
    Block,
    Figure,
    Fold,
    Inline,
    Items,
    Link,
    Mark,
    Note,
    Paragraph,
    Part,
    Quotation,
    Report,
    Section,
    Table,
    Text,
    plain,
    run_in,
)
from standoff.writers.figures import heading


def page(report: Report) -> str:
    """The whole page."""
    script = _file("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'"
    writer = _Writer(report.keys)
    notes = (_compact if report.compact else _register)(report.notes, writer)
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(report.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<link rel="icon" href="data:,">\n'
        f"<title>{words(report.title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#answer">To the answer</a>\n{_header(report)}\n'
        f'<div class="sheet">\n{_contents(report)}\n'
        f"<main>\n{_answer(report, writer)}\n{''.join(_section(one, writer) for one in report.sections)}"
        f"{notes}</main>\n</div>\n<footer><p>{words(report.colophon)}</p></footer>\n"
        f"<script>{script}</script>\n</body>\n</html>\n"
    )


def fragment(blocks: Sequence[Block]) -> str:
    """Blocks as a part of somebody else's page, in the style of tables there; without links or scripts."""
    return f'<div class="standoff-result">{_Writer(frozenset()).blocks(blocks)}</div>'


@cache
def _file(name: str) -> str:
    return (files("standoff.writers") / name).read_text(encoding="utf-8")


@cache
def _style() -> str:
    """The style sheet, with the pictures' colours for the dark."""
    dark = "".join(f".f-{one.name}{{fill:{one.dark}}}.s-{one.name}{{stroke:{one.dark}}}" for one in PAINTS)
    return f"{_file('page.css')}@media screen and (prefers-color-scheme: dark){{svg.standoff{{{dark}}}}}\n"


def words(text: str) -> str:
    """Text that is only text; a direction of writing that it leaves open ends with it."""
    embedded = isolated = 0
    for c in text:
        embedded = max(0, embedded + (c in "\u202a\u202b\u202d\u202e") - (c == "\u202c"))
        isolated = max(0, isolated + (c in "\u2066\u2067\u2068") - (c == "\u2069"))
    return escape(text) + "\u2069" * isolated + "\u202c" * embedded


# Parts of the page


def _header(report: Report) -> str:
    return f'<header><h1 dir="auto">{words(report.title)}</h1><p class="subtitle">{words(report.subtitle)}</p></header>'


def _contents(report: Report) -> str:
    entries = [("answer", "The answer"), *((one.key, one.title) for one in report.sections)]
    if report.notes:
        titles = {one.kind: OF_COMPACT[one.kind] for one in report.notes} if report.compact else {"register": REGISTER}
        entries += titles.items()
    links = "".join(f'<li><a href="#{escape(key)}">{words(title)}</a></li>' for key, title in entries)
    return f'<nav aria-label="Contents"><ol>{links}</ol></nav>'


def _answer(report: Report, writer: _Writer) -> str:
    """The question, and each part of the answer as a card that begins with its lead."""
    cards: list[list[Block]] = []
    for block in report.answer:
        if not cards or (isinstance(block, Paragraph) and block.look == "lead"):
            cards.append([])
        cards[-1].append(block)
    told = "".join(f'<div class="card">{writer.blocks(card)}</div>' for card in cards)
    question = f'<h2 id="question">{words(report.question)}</h2>'
    return f'<section id="answer" aria-labelledby="question">{question}<div class="cards">{told}</div></section>\n'


def _section(section: Section, writer: _Writer) -> str:
    key = escape(section.key)
    return (
        f'<section id="{key}" aria-labelledby="{key}-h"><h2 id="{key}-h">{words(section.title)}</h2>\n'
        f"{writer.blocks(section.blocks)}</section>\n"
    )


def _register(notes: Sequence[Note], writer: _Writer) -> str:
    if not notes:
        return ""
    parts = []
    for kind, title in NOTE_KINDS.items():
        told = [_note(note, writer) for note in notes if note.kind == kind]
        if told:
            head = f"<summary><h3>{title}</h3>: {len(told):,}</summary>"
            parts.append(f'<details>{head}<div class="notes">{"".join(told)}</div></details>\n')
    heading = f'<h2 id="register-h">{REGISTER}</h2>'
    return f'<section id="register" aria-labelledby="register-h">{heading}{"".join(parts)}</section>\n'


def _compact(notes: Sequence[Note], writer: _Writer) -> str:
    """Few notes, each of a few lines, open to the eye."""
    parts = []
    for kind, title in OF_COMPACT.items():
        told = ""
        for note in notes:
            if note.kind == kind:
                told += f'<li id="{escape(note.key)}">{writer.blocks(run_in(note))}</li>\n'
        if told:
            heading = f'<h2 id="{kind}-h">{title}</h2>'
            parts.append(f'<section id="{kind}" aria-labelledby="{kind}-h">{heading}<ul>{told}</ul></section>\n')
    return "".join(parts)


def _note(note: Note, writer: _Writer) -> str:
    return (
        f'<article class="note" id="{escape(note.key)}"><h4>{words(note.title)}</h4>'
        f"{writer.blocks(note.blocks)}</article>\n"
    )


# Blocks


class _Writer:
    """Blocks as markup; only links to notes that there are become links."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = frozenset(keys)

    def blocks(self, blocks: Sequence[Block]) -> str:
        return "".join(self.block(one) for one in blocks)

    def block(self, block: Block) -> str:
        match block:
            case Paragraph(text, look):
                mark = "" if look == "plain" else f' class="{"aside" if look == "more" else look}"'
                return f"<p{mark}>{self.text(text)}</p>\n"
            case Quotation(exact, source):
                return f'<blockquote><p dir="auto">“{words(exact)}”</p><footer>{words(source)}</footer></blockquote>\n'
            case Items(items, ordered):
                tag = "ol" if ordered else "ul"
                return f"<{tag}>{''.join(f'<li>{self._item(item)}</li>' for item in items)}</{tag}>\n"
            case Table():
                return self.table(block)
            case Figure():
                return _figure(block)
            case Part(title, within):
                told = "".join(
                    self.table(one, plain(title)) if isinstance(one, Table) else self.block(one) for one in within
                )
                return f"<h3>{self.text(title)}</h3>\n{told}"
            case Fold(summary, within):
                head = "".join(words(one.text) if isinstance(one, Link) else self.inline(one) for one in summary)
                return f"<details><summary>{head}</summary>\n{self.blocks(within)}</details>\n"

    def _item(self, item: Sequence[Block]) -> str:
        """An item; its first paragraph is the item itself."""
        if item and isinstance(item[0], Paragraph) and item[0].look == "plain":
            return self.text(item[0].text) + self.blocks(item[1:])
        return self.blocks(item)

    def text(self, text: Text) -> str:
        return "".join(self.inline(part) for part in text)

    def inline(self, part: Inline) -> str:
        match part:
            case Link(text, to) if to in self.keys:
                return f'<a class="tie" href="#{escape(to)}">{words(text)}</a>'
            case Mark(text, "strong"):
                return f"<strong>{words(text)}</strong>"
            case Mark(text, "code"):
                return f"<code>{words(text)}</code>"
            case Mark(text, look):
                return f'<span class="{look}">{words(text)}</span>'
            case Link(text, _):
                return words(text)
        return words(part)

    def table(self, table: Table, heading: str = "") -> str:
        """A table; a caption that the heading above says already is there for those who hear the page."""
        heads = ""
        if any(plain(head) for head in table.heads):
            cells = "".join(
                f'<th scope="col"{_right(table, k)}>{self.text(head)}</th>' if plain(head) else "<td></td>"
                for k, head in enumerate(table.heads)
            )
            heads = f"<thead><tr>{cells}</tr></thead>"
        rows = "".join(
            f"<tr>{''.join(self._cell(table, k, cell) for k, cell in enumerate(row))}</tr>\n" for row in table.rows
        )
        caption = words(table.caption)
        said = ' class="said"' if table.caption == heading else ""
        told = f"<caption{said}>{caption}</caption>"
        return (
            f'<div class="wide" role="region" tabindex="0" aria-label="{caption}"><table>{told}'
            f"{heads}<tbody>{rows}</tbody></table></div>\n"
        )

    def _cell(self, table: Table, k: int, cell: Text) -> str:
        """A cell; it names its column, for screens that are too narrow for columns."""
        tag, scope = ("th", ' scope="row"') if k == 0 else ("td", "")
        head = words(plain(table.heads[k])) if k < len(table.heads) else ""
        named = f' data-head="{head}: "' if head and (k or k in table.right) else ""
        return f"<{tag}{scope}{_right(table, k)}{named}>{self.text(cell)}</{tag}>"


def _right(table: Table, k: int) -> str:
    return ' class="right"' if k in table.right else ""


def _figure(figure: Figure) -> str:
    found = re.search(r" width='([0-9.]+)'", figure.svg)
    natural = float(found.group(1)) if found else 900
    broad = ' class="broad"' if natural > BROAD else ""
    caption = words(figure.caption)
    below = f"<figcaption>{caption}</figcaption>" if caption else ""
    return (
        f'<figure id="figure-{escape(figure.name)}"{broad}><div class="wide" role="region" tabindex="0" '
        f'aria-label="{caption or words(heading(figure.svg))}" style="--natural:{natural:g}px">{figure.svg}</div>'
        f"{below}</figure>\n"
    )
