"""JSON, read into the same trees as YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from standoff.errors import InvalidConflict, Problem
from standoff.formats.tree import Data, ReadingStep, Tree, build
from standoff.formats.yaml import resolve

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|[-+.\w]+|\n')


def read(text: str) -> Tree:
    """The tree of a JSON text. Raises InvalidConflict where it is not JSON."""
    try:
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise InvalidConflict([Problem(f"not JSON: {error.msg}", line=error.lineno)]) from None
    except ValueError as error:
        raise InvalidConflict([Problem(f"not JSON: {error}")]) from None
    except RecursionError:
        raise InvalidConflict([Problem("nested too deep")]) from None
    return build(_events(text))


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a value")


def _events(text: str) -> Iterator[ReadingStep]:
    """The text is known to be JSON: commas and colons tell nothing more."""
    line = 1
    for match in _TOKEN.finditer(text):
        part = match.group()
        if part == "\n":
            line += 1
        elif part in "{[":
            yield ReadingStep("map" if part == "{" else "list", line)
        elif part in "}]":
            yield ReadingStep("end", line)
        elif part[0] == '"':
            value = json.loads(part)
            yield ReadingStep("scalar", line, value, value)
        elif part in ("true", "false", "null"):
            yield ReadingStep("scalar", line, {"true": True, "false": False, "null": None}[part], part)
        else:
            yield ReadingStep("scalar", line, resolve(part), part)


def write(data: Data) -> str:
    """The data as JSON text; exact decimals are written as text."""
    return json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n"
