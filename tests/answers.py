"""Every answer as a document, kept to be compared: ``python tests/answers.py record FOLDER``, later ``compare FOLDER``.

All verbs on all cases and on random conflicts, as ``--json`` prints them. A key that is new is no difference, a key
or a value that is gone or other is one. What differs from run to run (seconds) is left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from checks import run
from standoff import casebook
from strategies.conflicts import random_conflict, random_viewed

CONFLICTS = 200
PASSING = {"seconds", "version", "engine", "hash"}  # what says when and by what it was computed, not what


def verbs(model: str, first: str, few: bool) -> Iterator[tuple[str, Sequence[str]]]:
    """The questions asked of a model, each with a name; ``first`` is a state of it."""
    draws = "20" if few else "100"
    yield "states", ("states", model)
    yield "solve", ("solve", model)
    yield "explain", ("explain", model, first)
    yield "check", ("check", model)
    yield "coalitions", ("coalitions", model)
    yield "paths", ("paths", model, "--from", first)
    yield "paths-to", ("paths", model, "--from", first, "--to", first)
    for concept in ("Nash", "GMR", "SMR", "SEQ", "SSEQ"):
        yield f"invert-{concept}", ("invert", model, first, "--concept", concept)
    yield "flips", ("flips", model, "--pairs", "20")
    yield "stress", ("stress", model, "--draws", draws, "--workers", "1")
    yield "misread", ("misread", model)
    yield "claims", ("claims", model, "--draws", draws)
    yield "report", ("report", model, "--draws", draws)


def documents(few: bool) -> Iterator[tuple[str, Any]]:
    """The name and the content of every document."""
    yield from ((f"case {name}: {verb}", found) for name in casebook.names() for verb, found in _asked(name, False))
    with TemporaryDirectory() as folder:
        for number in range(20 if few else CONFLICTS):
            rng = Random(number)
            drawn = random_viewed(rng) if number % 4 == 3 else random_conflict(rng, combinations=24)
            file = Path(folder) / f"random-{number}.json"
            file.write_text(json.dumps(drawn.document), encoding="utf-8")
            yield from ((f"random {number}: {verb}", found) for verb, found in _asked(str(file), True))


def _asked(model: str, few: bool) -> Iterator[tuple[str, Any]]:
    listed = run("states", model, "--json")
    first = str(json.loads(listed.stdout)["states"][0]["number"])
    for name, words in verbs(model, first, few):
        made = run(*words, "--json")
        try:
            found = json.loads(made.stdout)
        except ValueError:
            found = {"exit": made.exit_code, "says": made.stderr.replace(str(Path(model).parent), "")}
        yield name, _lasting(found)


def _lasting(found: Any) -> Any:
    if isinstance(found, dict):
        return {key: _lasting(value) for key, value in found.items() if key not in PASSING}
    return [_lasting(one) for one in found] if isinstance(found, list) else found


def differences(old: Any, new: Any, place: str = "") -> Iterator[str]:
    """Where the new document does not say what the old one said."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            if key in new:
                yield from differences(old[key], new[key], f"{place}.{key}")
            else:
                yield f"{place}.{key} is gone"
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for k, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{place}[{k}]")
    elif old != new:
        yield f"{place}: {json.dumps(old, ensure_ascii=False)[:80]} is now {json.dumps(new, ensure_ascii=False)[:80]}"


def main(job: str, folder: Path, few: bool) -> int:
    """Record the documents or compare them with those recorded; the number of documents that differ."""
    folder.mkdir(parents=True, exist_ok=True)
    file, wrong, total = folder / "answers.jsonl", 0, 0
    if job == "record":
        with file.open("w", encoding="utf-8") as out:
            for name, found in documents(few):
                out.write(json.dumps([name, found], ensure_ascii=False) + "\n")
                total += 1
    else:
        with file.open(encoding="utf-8") as lines:
            known = dict(json.loads(line) for line in lines)
        for name, found in documents(few):
            told = list(differences(known[name], found))
            total, wrong = total + 1, wrong + bool(told)
            for each in told[:3]:
                print(f"{name}{each}")  # noqa: T201
    print(f"{total:,} documents, {wrong:,} of them differ")  # noqa: T201
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1], Path(sys.argv[2]), "--few" in sys.argv)))
