"""Event rows to dyad-days: seconds of CPU and memory for a file of many synthetic rows in the layout of ICEWS.

Run by ``python -m bench.rows [ROWS] [--actors NAME ...]``; 20 million rows unless told, generated into a temporary
folder that is removed afterwards. A checked count comes before the figures: what was read is what was generated.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROWS = 20_000_000
DAYS = 7_300  # twenty years
PEOPLE = 20_000
MEMORY_MB = 512
THREADS = 2


def generate(rows: int, file: Path) -> None:
    """Rows whose days ascend, as in real files; states are not equally busy; one in 25 parties has no country."""
    import duckdb

    from standoff.relations.readers.countries import country_codes, data

    codes = [row["code"] for row in data("goldstein.csv")]
    con = duckdb.connect(config={"memory_limit": f"{MEMORY_MB}MB", "threads": THREADS})
    con.execute("CREATE TABLE words AS SELECT ? AS codes, ? AS places", [codes, names(country_codes()[:200])])

    def party(name: str) -> str:
        return f"""'Invented Person ' || (random() * {PEOPLE})::INT AS "{name} Name",
            CASE WHEN random() < 0.3 THEN 'NULL' ELSE 'Government,Executive' END AS "{name} Sectors",
            CASE WHEN random() < 0.04 THEN 'NULL' ELSE places[1 + floor(random() * random() * 200)::INT] END
            AS "{name} Country","""

    con.execute(
        f"""COPY (SELECT 1000000 + i AS "Event ID", DATE '1996-01-01' + (i * {DAYS} // {rows})::INT AS "Event Date",
        {party("Source")} 'Invented event text' AS "Event Text", codes[1 + floor(random() * {len(codes)})::INT]
        AS "CAMEO Code", '1.0' AS "Intensity", {party("Target")} i // 3 AS "Story ID", 1 AS "Sentence Number",
        'Invented Wire' AS "Publisher", 'Ville' AS "City", 'NULL' AS "District", 'NULL' AS "Province",
        'Iran' AS "Country", 12.5 AS "Latitude", 41.25 AS "Longitude" FROM range({rows}) r(i), words)
        TO '{file}' (DELIMITER '\t', HEADER, QUOTE '', ESCAPE '')"""
    )


def names(codes: tuple[str, ...]) -> list[str]:
    """Names of states as ICEWS writes them, or nearly."""
    from standoff.relations.readers.countries import country_names as known

    first: dict[str, str] = {}
    for name, code in known():
        first.setdefault(code, name)
    return [first[code] for code in codes]


def measure(file: Path, actors: list[str] | None) -> dict[str, float]:
    """Seconds of CPU (user and system) and the peak of memory of a process that does nothing but read."""
    from standoff.relations.readers import read

    before = time.perf_counter()
    reading = read(file, actors, memory=MEMORY_MB, threads=THREADS)
    wall = time.perf_counter() - before
    used = resource.getrusage(resource.RUSAGE_SELF)
    report = reading.report
    assert report.rows_read == sum(report.refused.values()) + sum(report.set_aside.values()) + report.kept
    return {
        "rows": report.rows_read,
        "kept": report.kept,
        "dyad_days": report.dyad_days,
        "cpu": round(used.ru_utime + used.ru_stime, 1),
        "wall": round(wall, 1),
        "megabytes": used.ru_maxrss // 1024,
    }


def run(rows: int, actors: list[str] | None = None) -> dict[str, float]:
    """Generate, and read in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "events.tab"
        command = [sys.executable, "-m", "bench.rows", str(rows)]
        subprocess.run([*command, "--generate", str(file)], check=True)
        chosen = ["--actors", *actors] if actors else []
        done = subprocess.run([*command, "--read", str(file), *chosen], check=True, capture_output=True, text=True)
        facts: dict[str, float] = json.loads(done.stdout)
        assert facts["rows"] == rows
        return facts | {"file_megabytes": file.stat().st_size // 10**6}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=ROWS)
    parser.add_argument("--actors", nargs="*")
    parser.add_argument("--generate", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.generate:
        generate(wanted.rows, wanted.generate)
    else:
        facts = measure(wanted.read, wanted.actors) if wanted.read else run(wanted.rows, wanted.actors)
        sys.stdout.write(json.dumps(facts) + "\n")


if __name__ == "__main__":
    main()
