"""The DuckDB connection that files are read through: bounded, without network and extensions; and its tables."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from standoff.errors import MissingExtra, UnreadableFile, shorten
from standoff.relations.readers import countries, polecat
from standoff.relations.readers.fields import MATERIAL_CONFLICT, STATEMENT
from standoff.relations.readers.files import MAX_ROW_BYTES

MEMORY_MB = 512
THREADS = 2
MISSING = ("", "NA", "NULL", "None", "---")

_MACROS = rf"""
CREATE MACRO missing(x) AS x IS NULL OR (strlen(x) < 9 AND trim(x) IN {MISSING});
CREATE MACRO no_number(x) AS CASE WHEN isfinite(TRY_CAST(x AS DOUBLE)) THEN false ELSE NOT missing(x) END;
CREATE MACRO fold(x) AS regexp_replace(trim(
    regexp_replace(lower(strip_accents(x)), '[^\p{{L}}\p{{N}}]+', ' ', 'g')), '^the ', '');
CREATE TABLE codes (code VARCHAR, key UBIGINT, class UTINYINT);
CREATE TABLE exact (text VARCHAR, actor INTEGER);
CREATE TABLE folded (text VARCHAR, actor INTEGER);
CREATE TABLE mapped (text VARCHAR, actor INTEGER);
CREATE TABLE left_out (text VARCHAR);
"""


class Database:
    """A connection whose queries run in a thread of their own, so that an interrupt ends them at once."""

    def __init__(self, con: Any, pool: ThreadPoolExecutor) -> None:
        self._con = con
        self._pool = pool

    def execute(self, query: str, parameters: Sequence[Any] = ()) -> Any:
        """The result of a query. Raises what DuckDB raises, and KeyboardInterrupt."""
        future = self._pool.submit(self._con.execute, query, list(parameters))
        try:
            return future.result()
        except KeyboardInterrupt:
            while not future.done():
                self._con.interrupt()
                wait([future], timeout=0.05)
            raise


@contextmanager
def connection(memory: int, threads: int) -> Iterator[tuple[Database, Path]]:
    """A database in a temporary folder, and the folder; both are gone afterwards, come what may."""
    try:
        import duckdb
    except ImportError:
        raise MissingExtra("reading event files", "relations") from None
    with (
        tempfile.TemporaryDirectory(prefix="standoff-", ignore_cleanup_errors=True) as name,
        ThreadPoolExecutor(1) as pool,
    ):
        folder = Path(name)
        settings: dict[str, Any] = {
            "memory_limit": f"{memory}MB",
            "threads": threads,
            "temp_directory": str(folder / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
        }
        con = duckdb.connect(str(folder / "events.db"), config=settings)
        try:
            con.execute("SET enable_progress_bar = false")
            con.execute(_MACROS)
            # how long a text file is cannot be told beforehand: tables to look up in stay on the side that is kept
            con.execute("SET disabled_optimizers = 'build_side_probe_side,join_order,in_clause'")
            con.execute("SET lock_configuration = true")
            yield Database(con, pool), folder
        except duckdb.OutOfMemoryException:
            raise UnreadableFile(f"reading needs more than {memory} MB of memory or the space left on disk") from None
        finally:
            con.close()


def fill_table(con: Database, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows into a small table, in place of what it holds."""
    con.execute(f"DELETE FROM {table}")
    if rows:
        columns = ", ".join("unnest(?)" for _ in rows[0])
        con.execute(f"INSERT INTO {table} SELECT {columns}", [list(column) for column in zip(*rows, strict=True)])


def fill_codes(con: Database, kind: str | None) -> None:
    """The codes of one kind, their keys and their classes."""
    cameo = {row["code"]: at for at, row in enumerate(countries.data("goldstein.csv"))}
    classes = [STATEMENT if row["root"] == "01" else int(row["quad"]) for row in countries.data("goldstein.csv")]
    rows: list[tuple[str, int, int]] = []
    if kind == "cameo":
        rows = [(code, at, classes[at]) for code, at in cameo.items()]
    elif kind == "icews text":
        found = {
            row["event_text"].strip().lower(): cameo[row["code"]] for row in countries.data("icews_text_to_code.csv")
        }
        rows = [(text, at, classes[at]) for text, at in found.items()]
    elif kind == "plover":
        rows = [(word, at, MATERIAL_CONFLICT) for at, word in enumerate(polecat.TYPES)]  # the class is the file's
    elif kind == "quad":
        ways = zip(("1", "2", "3", "4"), ("VC", "MC", "VX", "MX"), polecat.QUADS, strict=True)
        rows = [(word, at, at) for at, words in enumerate(ways, 1) for word in words]
    fill_table(con, "codes", rows)


def fill_places(con: Database, kind: str, numbers: Mapping[str, int]) -> None:
    """Texts that tell a state, and the number of the actor it is (null: no state)."""
    table, by_name = countries.PLACES[kind]
    exact: dict[str, int | None] = {}
    if table is not None:
        exact.update((text, None if code is None else numbers[code]) for text, code in table())
    if by_name:
        for text, code in countries.country_names():
            exact.setdefault(text, numbers[code])
    fill_table(con, "exact", list(exact.items()))
    fill_folded(con, numbers, by_name)


def fill_folded(con: Database, numbers: Mapping[str, int], by_name: bool = True) -> None:
    """Names of states as they are compared: without case, accents and punctuation."""
    fill_table(con, "folded", [(text, numbers[code]) for text, code in countries.country_names()] if by_name else [])
    con.execute(
        "CREATE OR REPLACE TABLE folded AS SELECT fold(text) AS text, first(actor) AS actor FROM folded GROUP BY 1"
    )


@contextmanager
def errors(name: str) -> Iterator[None]:
    """DuckDB's complaints about a file as UnreadableFile, with the line where it tells one."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        raise _unreadable(name, str(error)) from None


class NotInEncoding(UnreadableFile):
    """A file that is not text in the encoding it was read with."""


def _unreadable(name: str, message: str) -> UnreadableFile:
    found = re.search(r"Line: (\d+)", message)
    place = f"{name}:{found[1]}" if found else name
    if re.search(r"unicode|not utf-?8 encoded|byte sequence", message, re.IGNORECASE):
        return NotInEncoding(f"{place}: not UTF-8 text")
    if "aximum line size" in message or "buffer size" in message.lower():
        return UnreadableFile(f"{place}: a line longer than {MAX_ROW_BYTES // 2**20} MiB")
    reason = re.sub(r"^(Invalid Input|IO|Conversion) Error: ", "", message).splitlines()[0]
    return UnreadableFile(f"{place}: {shorten(re.sub(r'CSV Error on Line.*', 'not a table of text', reason), 200)}")
