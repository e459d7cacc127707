"""Files of others, sources and events: built, changed in their structure or byte by byte."""

from __future__ import annotations

import io
import json
import re
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from fuzz import commands, conflicts, texts, trees
from fuzz.commands import Command
from standoff import casebook, formats
from standoff.errors import CannotSay

SAMPLES = Path(__file__).resolve().parent.parent / "tests/data/relations/samples"
VERBS = 8  # of each input


def conflict(random: Random, folder: Path, every: bool) -> list[Command]:
    """A conflict file, mostly JSON (which is quick to write and read), with what it refers to beside it."""
    data = conflicts.conflict(random)
    text = conflicts.text(data)
    name = random.choice(("model.json", "model.json", "model.yaml"))
    content = text.encode(errors="surrogatepass")
    if random.random() < 0.08:
        content = casebook.path(random.choice(casebook.names())).read_bytes()
        content, name = disturbed(random, content, random.choice((b"  ", b"\n", b":", b"- ", b"[", b"{"))), "model.yaml"
    elif random.random() < 0.05:
        content = disturbed(random, content, b",")
    (folder / name).write_bytes(content)
    (folder / "s.txt").write_text("the war of words " * random.choice((1, 500)), encoding="utf-8")
    (folder / "s.html").write_bytes(_page(random))
    (folder / "dyad_years_2002_2014.csv").write_bytes(_table())
    lines = commands.of_conflict(random, data, name)
    return [["check", name, "--json"], *commands.some(random, lines, None if every else VERBS)]


@cache
def _table() -> bytes:
    return casebook.path("syria-2015").with_name("dyad_years_2002_2014.csv").read_bytes()


def disturbed(random: Random, content: bytes, mark: bytes) -> bytes:
    """The content with a few bytes changed, pieces left out, doubled or moved; it is cut at ``mark``."""
    found = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8, 40))):
        at = random.randrange(len(found) + 1)
        kind = random.randrange(7)
        if kind == 0 and found:
            found[at % len(found)] = random.randrange(256)
        elif kind == 1:
            found[at:at] = bytes(random.randrange(256) for _ in range(random.choice((1, 4))))
        elif kind == 2:
            del found[at : at + random.choice((1, 2, 50, 2000))]
        elif kind == 3:
            found[at:at] = texts.odd(random).encode(errors="surrogatepass")
        elif kind == 4:
            found[at:at] = found[at : at + random.choice((10, 300))] * random.choice((1, 3, 100))
        elif kind == 5:
            pieces = bytes(found).split(mark)
            one, other = random.randrange(len(pieces)), random.randrange(len(pieces))
            pieces[one], pieces[other] = pieces[other], pieces[one]
            found = bytearray(mark.join(pieces))
        elif random.random() < 0.2:
            found[at:at] = texts.long(random).encode()
    return bytes(found[:4_000_000])


# Files of GMCR+


@cache
def _written(suffix: str) -> tuple[bytes, ...]:
    """The cases that can be said in a format, as files of it."""
    found = []
    for name in casebook.names():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                path = Path(f"case-{name}{suffix}")
                formats.dump(casebook.load(name), path, overwrite=True)
                found.append(path.read_bytes())
                path.unlink()
            except CannotSay:
                continue
    return tuple(found)


def gmcr(random: Random, folder: Path, every: bool) -> list[Command]:
    """A file of GMCR+, its tree or its bytes changed."""
    content = random.choice(_written(".gmcr"))
    if random.random() < 0.75:
        data = json.loads(content)
        trees.mutate(random, data, random.choice((1, 1, 2, 4)))
        content = json.dumps(data, ensure_ascii=random.random() < 0.5).encode(errors="surrogatepass")
    else:
        content = disturbed(random, content, b",")
    (folder / "model.gmcr").write_bytes(content)
    lines = commands.of_conflict(random, {}, "model.gmcr")
    return [["check", "model.gmcr", "--json"], *commands.some(random, lines, None if every else VERBS)]


# Workbooks


def xlsx(random: Random, folder: Path, every: bool) -> list[Command]:
    """A workbook: its cells, its parts or its bytes changed."""
    content = random.choice(_written(".xlsx"))
    content = disturbed(random, content, b"PK") if random.random() < 0.25 else _repacked(random, content)
    (folder / "model.xlsx").write_bytes(content)
    lines = commands.of_conflict(random, {}, "model.xlsx")
    return [["check", "model.xlsx", "--json"], *commands.some(random, lines, None if every else VERBS)]


def _repacked(random: Random, content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    for _ in range(random.choice((1, 1, 2, 5))):
        name = random.choice(list(parts))
        sheets = [one for one in parts if "sheet" in one or "sharedStrings" in one]
        name = random.choice(sheets) if sheets and random.random() < 0.85 else name
        part = parts[name].decode(errors="replace")
        kind = random.randrange(6)
        if kind == 0:
            del parts[name]
        elif kind == 1:
            parts[name] = disturbed(random, parts[name], b"<")
        elif kind == 2:
            parts[name.replace("sheet1", "sheet9")] = parts[name]
        else:
            parts[name] = _other_cells(random, part, kind).encode(errors="surrogatepass")
        if not parts:
            break
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part_ in parts.items():
            book.writestr(name, part_)
    return out.getvalue()


def _other_cells(random: Random, part: str, kind: int) -> str:
    """A part with another cell, a row doubled (many times), or an element of another kind."""
    if kind == 3:
        value = random.choice(
            (texts.odd(random), texts.long(random) if random.random() < 0.1 else "x", "1e999", "#REF!")
        )
        return _replaced(random, r"(<t[^>]*>|<v>)([^<]*)(</)", part, lambda m: f"{m[1]}{_escaped(value)}{m[3]}")
    if kind == 4:
        times = random.choice((1, 2, 200, 5_000))
        return _replaced(random, r"<row.*?</row>", part, lambda m: m[0] * times)
    changed = random.choice((' r="ZZZ99999999"', ' r="A0"', ' t="e"', ' t="b"', ' s="999"', ' t="d"'))
    return _replaced(random, r"<c( [^>]*)>", part, lambda _: f"<c{changed}>")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _replaced(random: Random, pattern: str, text: str, change: Callable[[re.Match[str]], str]) -> str:
    found = list(re.finditer(pattern, text, re.DOTALL))
    if not found:
        return text
    match = random.choice(found)
    return text[: match.start()] + change(match) + text[match.end() :]


# Sources


TAGS = (
    "p",
    "div",
    "b",
    "table",
    "tr",
    "td",
    "ul",
    "li",
    "pre",
    "h1",
    "a",
    "script",
    "style",
    "br",
    "span",
    "ol",
    "x-y",
)


def _page(random: Random) -> bytes:
    """An HTML page that may be deep, wide, broken or of another encoding."""
    body = [f"<p>{'the war of words ' * random.choice((1, 3, 40))}</p>"]
    for _ in range(random.choice((0, 1, 3, 10))):
        tag, count = random.choice(TAGS), random.choice((1, 3, 60, 300))
        if random.random() < 0.04:
            count = random.choice((3_000, 20_000, 100_000))
        text = random.choice(("the war", texts.odd(random), "&nbsp;&amp;&#65;&bogus;", "x"))
        end = random.choice((f"</{tag}>", f"</{tag}>", ""))
        wide = f"<{tag}>{text}{end}" * count
        deep = f"<{tag}>" * count + text + f"</{tag}>" * count
        body.append(random.choice((wide, deep)))
    charset = random.choice(("utf-8", "utf-8", "iso-8859-1", "utf-16", "nonsense", "utf-7"))
    head = f'<!doctype html><html><head><meta charset="{charset}"><title>t</title></head>'
    page = f"{head}<body>{''.join(body)}</body></html>"
    encoding = random.choice(("utf-8", "utf-8", "latin-1", "utf-16"))
    content = page.encode(encoding, errors="replace")
    return disturbed(random, content, b"<") if random.random() < 0.3 else content


def html(random: Random, folder: Path, every: bool) -> list[Command]:
    """A conflict whose judgements quote a page that has been changed."""
    name = random.choice(("s.html", "s.htm", "s.xhtml", "s.txt", "s.md"))
    (folder / name).write_bytes(_page(random))
    if random.random() < 0.05:
        (folder / name).write_text(
            random.choice(("the cat ", "aa", "a b ")) * random.choice((1_000, 100_000, 2_000_000))
        )

    def words() -> str:
        return random.choice(
            (
                "the",
                "the war",
                "of words",
                "cat the cat",
                "a",
                texts.odd(random) or "x",
                texts.long(random, 10_000)[:2000],
            )
        )

    quotes = [
        {
            "source": "s",
            "exact": words(),
            **({"prefix": words()} if random.random() < 0.5 else {}),
            **({"suffix": words()} if random.random() < 0.5 else {}),
        }
        for _ in range(random.choice((1, 3, 10)))
    ]
    party = {"options": {"x": {}}, "prefers": [{"that": "A.x", "quote": quote} for quote in quotes]}
    data = {"standoff": 1, "title": "t", "sources": {"s": {"file": name}}, "decision_makers": {"A": party}}
    (folder / "model.json").write_text(conflicts.text(data), encoding="utf-8", errors="surrogatepass")
    lines = [
        ["check", "model.json", "--json"],
        ["check", "model.json", "--all"],
        ["check", "model.json", "--sources", "."],
    ]
    return [
        *lines,
        *([["report", "model.json", "--draws", "0", "--format", "md"]] if random.random() < 0.1 or every else []),
    ]


# Events


PANEL = ("IRN", "RUS", "SYR", "USA", "IRQ", "TUR", "SAU", "ISR")
PLAIN = ("date,source,target,code", "day,actor1,actor2,class", "a,b,year,cooperation,conflict")


def events(random: Random, folder: Path, every: bool) -> list[Command]:
    """Event files of every format, rows and columns or bytes changed, or a table made up."""
    if random.random() < 0.2:
        name, content = "events.csv", _made_up(random)
    else:
        sample = random.choice([path for path in sorted(SAMPLES.iterdir()) if path.suffix != ".json"])
        name, content = sample.name, sample.read_bytes()
        content = (
            disturbed(random, content, random.choice((b"\n", b"\t", b",")))
            if random.random() < 0.4
            else _other_rows(random, content)
        )
    (folder / name).write_bytes(content)
    (folder / "map.csv").write_text(
        f"name,actor\n{texts.odd(random)},IRN\nIran,IRN\nRussia,{random.choice(PANEL)}\n",
        encoding="utf-8",
        errors="replace",
    )
    actors = ",".join(random.sample(PANEL, random.choice((2, 4, 4, 5, 8))))
    common = [name, "--actors", actors] if name != "events.csv" or random.random() < 0.5 else [name]
    forms = ("icews", "gdelt", "polecat", "ucdp", "acled", "phoenix", "plain", "counts")
    lines = {
        "relations": [
            *(
                [],
                ["--json"],
                ["--all"],
                ["--format", "csv"],
                ["--blocs"],
                ["--blocs", "--json"],
                ["--evaluate"],
                ["--evaluate", "--json"],
            ),
            *(["--dyad", "IRN", "RUS"], ["--dyad", "IRN", "RUS", "--json", "--all"], ["--statements", "--late"]),
            *(["--dyad", "IRN", "RUS", "--before", "2010-2012", "--after", "2013-2016"], ["--svg", "pictures"]),
            *(["--period", period] for period in ("quarter", "month")),
            *(
                ["--input-format", random.choice(forms)],
                ["--mapping", "map.csv"],
                ["--without", "Iran", "--dispersion", "0.5"],
            ),
        ]
    }
    chosen = lines["relations"] if every else random.sample(lines["relations"], 3)
    return [["relations", *common, *words] for words in ([], *chosen)]


def _other_rows(random: Random, content: bytes) -> bytes:
    """Rows and cells of a table changed: dates, codes, numbers, names."""
    text = content.decode("utf-8", errors="replace")
    mark = "\t" if text.count("\t") > text.count(",") else ","
    rows = [row.split(mark) for row in text.splitlines()]
    for _ in range(random.choice((1, 2, 5, 30))):
        row = random.choice(rows)
        if not row:
            continue
        at = random.randrange(len(row))
        kind = random.randrange(8)
        if kind == 0:
            row[at] = texts.odd(random)
        elif kind == 1:
            row[at] = random.choice(
                ("", "0", "-1", "1e999", "9" * 30, "20159999", "2015-02-30", "0000-00-00", "010", "NaN", '"', "Iran")
            )
        elif kind == 2:
            del row[at]
        elif kind == 3:
            row.insert(at, row[at])
        elif kind == 4:
            rows += [list(row)] * min(random.choice((1, 50, 3_000)), trees.MOST // trees.size(list(row)))
        elif kind == 5:
            rows.remove(row)
        elif kind == 6:
            other = random.randrange(len(row))
            row[at], row[other] = row[other], row[at]
        elif random.random() < 0.2:
            row[at] = texts.long(random)
        if not rows or len(rows) > 2_000:  # large enough
            break
    return random.choice(("\n", "\n", "\r\n")).join(mark.join(row) for row in rows).encode(errors="surrogatepass")


def _made_up(random: Random) -> bytes:
    """A small table of events or of counts."""
    rows = [random.choice(PLAIN)]
    for _ in range(random.choice((0, 1, 30, 400))):
        one, other = random.choice(PANEL), random.choice(PANEL)
        if rows[0].startswith("a,b"):
            count, year = random.choice((0, 5, 90, -1, 10**9)), random.choice((2010, 2011, 2012))
            rows.append(f"{one},{other},{year},{count},{random.choice((0, 3))}")
        else:
            day = f"{random.choice((2010, 2011))}-{random.randint(1, 13):02}-{random.randint(1, 31):02}"
            rows.append(f"{day},{one},{other},{random.choice(('010', '190', '057', 'x', '1'))}")
    content = "\n".join(rows).encode()
    return disturbed(random, content, b"\n") if random.random() < 0.3 else content


Kind = Callable[[Random, Path, bool], list[Command]]
KINDS: dict[str, Kind] = {"conflict": conflict, "gmcr": gmcr, "xlsx": xlsx, "html": html, "events": events}
SHARES = {"conflict": 12, "gmcr": 2, "xlsx": 2, "html": 2, "events": 2}


def made(name: str, folder: Path, every: bool = False) -> list[Command]:
    """Write the files of the input of that name (``kind:seed:number``); the answer is the command lines to run."""
    return KINDS[name.partition(":")[0]](Random(name), folder, every)  # noqa: S311


def jsonable(words: Any) -> Any:
    """Words as they can be sent and kept: lone halves of surrogate pairs are shown."""
    return [word.encode(errors="backslashreplace").decode() for word in words]
