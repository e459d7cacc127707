"""New values as an author would write them into a YAML text: in quotes as those that stood there, or without."""

from __future__ import annotations

import json
from collections.abc import Iterable

from standoff.errors import InvalidConflict
from standoff.formats.tree import Data, Scalar
from standoff.formats.yaml import read, write

WIDTH = 110  # columns after which a list in brackets goes on in the next line


def scalar(value: Scalar, flow: bool, style: str = "") -> str:
    """A scalar on one line, in quotes where it has to be, or where the old one was."""
    if not isinstance(value, str):
        text = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        return f"{style}{text}{style}" if style in ("'", '"') else text
    quoted = json.dumps(value, ensure_ascii=False)
    candidates = [] if style == '"' else [f"'{value.replace(chr(39), chr(39) * 2)}'"] if style == "'" else [value]
    for text in candidates:
        if "\n" not in value and _reads(text, value, flow):
            return text
    return quoted if _reads(quoted, value, flow) else json.dumps(value)


def _reads(text: str, value: Scalar, flow: bool) -> bool:
    """Whether it is read as the value, as a value and as a key."""
    try:
        if flow:
            return read(f"{{k: {text}, {text}: [{text}]}}").data == {"k": value, str(value): [value]}
        return read(f"k: {text}\n{text}:\n- {text}\n").data == {"k": value, str(value): [value]}
    except InvalidConflict:
        return False


def inline(value: Data, flow: bool, style: str = "", width: int = 0) -> str:
    """Any value in one line, collections in brackets; ``width``: the items of a list may be put in lines this long."""
    match value:
        case dict():
            return "{" + ", ".join(f"{key(name, True)}: {inline(one, True)}" for name, one in value.items()) + "}"
        case list():
            items = [inline(one, True) for one in value]
            return f"[{_wrapped(items, width) if width else ', '.join(items)}]"
    return scalar(value, flow, style)


def _wrapped(items: Iterable[str], width: int) -> str:
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > width:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + item + ","
    return "\n".join(lines).removesuffix(",")


def key(name: str, flow: bool) -> str:
    """A name as a key: numbers of states are written as numbers."""
    return name if _is_key(name, flow) else scalar(name, flow)


def _is_key(name: str, flow: bool) -> bool:
    """Whether a name may stand as a key as it is, though it might look like a number."""
    try:
        return bool(name.strip()) and read(f"{{{name}: 0}}" if flow else f"{name}: 0\n").data == {name: 0}
    except InvalidConflict:
        return False


def in_brackets(value: Data) -> bool:
    """Whether a value is one that people write on one line: a scalar, or a list of names and of tied names."""
    if isinstance(value, list):
        return all(not isinstance(one, dict) and (not isinstance(one, list) or in_brackets(one)) for one in value)
    return not value or not isinstance(value, dict)


def below(value: Data, indent: int) -> str:
    """A list or mapping as a block of lines, all of them indented so far."""
    return "".join(" " * indent * bool(line.strip()) + line for line in write(value).splitlines(keepends=True))


def entry(name: str, value: Data, indent: int) -> str:
    """An entry of a mapping as lines, the first not indented; the last without its line break."""
    if in_brackets(value):
        text = f"{key(name, False)}: {inline(value, False, width=WIDTH - indent - len(name))}"
        return text.replace("\n", "\n" + " " * (indent + 2))
    return f"{key(name, False)}:\n{below(value, indent + 2)}".rstrip("\n")


def item(value: Data, indent: int) -> str:
    """An item of a list as lines, the first not indented; the last without its line break."""
    if isinstance(value, dict) and value:
        return f"- {below(value, indent + 2).lstrip(' ')}".rstrip("\n")
    return f"- {inline(value, False)}"
