"""Names, codes and numbers of states, and actors as users name them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from standoff.errors import MissingExtra, UnreadableFile, shorten

MAX_MAPPING_BYTES = 16 * 2**20
KOSOVO = "XKX"  # assigned by users of ISO 3166, not by ISO


def data(name: str) -> list[dict[str, str]]:
    """The rows of a data file of this package."""
    text = files("standoff.relations").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def country_codes() -> tuple[str, ...]:
    """ISO 3166 alpha-3 codes of countries, also former ones, and Kosovo. Raises MissingExtra."""
    pycountry = _pycountry()
    present = [one.alpha_3 for one in pycountry.countries]
    return (*present, *(one.alpha_3 for one in pycountry.historic_countries if one.alpha_3 not in present), KOSOVO)


@cache
def country_names() -> tuple[tuple[str, str], ...]:
    """Names of states and their ISO codes; of equal names the earlier counts."""
    found = [(row["name"], row["iso3"]) for row in data("country_names.csv")]
    kinds = ("name", "common_name", "official_name")
    told = ((getattr(one, kind, None), one.alpha_3) for one in _pycountry().countries for kind in kinds)
    found.extend((name, code) for name, code in told if name)
    return tuple(found)


@cache
def country_title(code: str) -> str:
    """What a state is called in a sentence; the code itself where it is none of a state, or pycountry is not there.

    >>> country_title("SYR"), country_title("NATO")
    ('Syria', 'NATO')
    """
    own = [row["name"] for row in data("country_names.csv") if row["iso3"] == code][:1]
    try:
        found = _pycountry().countries.get(alpha_3=code)
    except MissingExtra:
        found = None
    if found is not None:
        common = getattr(found, "common_name", None)
        own = [common] if common else [*own, found.name]
    return min(own, key=len, default=code)


def _iso() -> Iterator[tuple[str, str | None]]:
    yield from ((code, code) for code in country_codes())


def _cameo() -> Iterator[tuple[str, str | None]]:
    """Codes that are no states (regions, organisations) have None."""
    own = {row["code"]: row["iso3"] or None for row in data("cameo_countries.csv")}
    yield from own.items()
    yield from ((code, code) for code in country_codes() if code not in own)


def _numbers(system: str, before: str = "") -> Iterator[tuple[str, str | None]]:
    """Correlates of War (cow) or Gleditsch-Ward (gw) numbers."""
    yield from (
        (before + row["number"], row["iso3"]) for row in data("state_numbers.csv") if row["system"] in (system, "both")
    )


def _iso_or_cow() -> Iterator[tuple[str, str | None]]:
    yield from _iso()
    yield from _numbers("cow", "cow ")


def _gw() -> Iterator[tuple[str, str | None]]:
    yield from _numbers("gw")


PLACES = {  # what is compared exactly; and whether names are compared, too
    "names": (None, True),
    "iso or names": (_iso, True),
    "cameo": (_cameo, False),
    "iso or cow": (_iso_or_cow, False),
    "gw": (_gw, False),
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names or codes, as they stand in event files, and the actors they are."""

    rows: tuple[tuple[str, str], ...]


def read_mapping(path: Path) -> Mapping:
    """A CSV file with the columns ``name`` and ``actor``. Raises UnreadableFile."""
    try:
        if path.stat().st_size > MAX_MAPPING_BYTES:
            raise UnreadableFile(f"{path.name}: larger than {MAX_MAPPING_BYTES // 2**20} MiB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableFile(f"{path.name}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path.name}: not UTF-8 text (byte {error.start})") from None
    reader = csv.DictReader(io.StringIO(text, newline=""))
    actors: dict[str, str] = {}
    try:
        if not {"name", "actor"} <= set(reader.fieldnames or ()):
            raise UnreadableFile(f"{path.name}:1: a mapping has the columns name and actor")
        for row in reader:
            name, actor = ((row[key] or "").strip() for key in ("name", "actor"))
            if not name or not actor or None in row:
                raise UnreadableFile(f"{path.name}:{reader.line_num}: a name and an actor were expected")
            if actors.setdefault(name, actor) != actor:
                raise UnreadableFile(f'{path.name}:{reader.line_num}: "{shorten(name)}" twice, with different actors')
    except csv.Error as error:
        raise UnreadableFile(f"{path.name}:{reader.line_num}: {error}") from None
    return Mapping(tuple(actors.items()))


def _pycountry() -> Any:
    try:
        import pycountry
    except ImportError:
        raise MissingExtra("reading event files", "relations") from None
    return pycountry
