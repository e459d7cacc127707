"""The command lines that an input is put to: of each verb several, one of which is chosen."""

from __future__ import annotations

from random import Random
from typing import Any

from fuzz import conflicts, texts

Command = list[str]
FIGURES = ("conflict", "ladder", "answers", "robustness", "series", "network", "conflict")
SUFFIXES = ("yaml", "yml", "json", "xlsx", "gmcr", "nfg", "graphml", "txt")
READ_BACK = ("yaml", "yml", "json", "xlsx")


def of_conflict(random: Random, data: Any, model: str) -> dict[str, list[Command]]:
    """The command lines of every verb that takes a conflict."""
    fair = isinstance(data, dict) and isinstance(data.get("decision_makers"), dict)
    known: dict[str, Any] = data if fair else {"decision_makers": {}}
    names = conflicts.parties(known)
    who, other = str(random.choice(names)), str(random.choice(names))
    state = random.choice(("1", "1", "2", "status_quo", "NYN", "p", "99", texts.odd(random)))
    goal = random.choice((conflicts.formula(random, known), "2", texts.odd(random)))
    concept = random.choice((*conflicts.CONCEPTS, "SEQ,Nash"))
    claims = known.get("claims")
    first = claims[0].get("id") if isinstance(claims, list) and claims and isinstance(claims[0], dict) else "c"
    lines: dict[str, list[Command]] = {
        "check": [["--json"], ["--all"], ["--sources", "."]],
        "states": [[], ["--json"], ["--all"]],
        "solve": [
            *(
                [],
                ["--json"],
                ["--all"],
                ["--concept", concept],
                ["--no-return"],
                ["--format", "csv"],
                ["--format", "tex"],
            ),
            *(["-o", f"table.{suffix}"] for suffix in ("csv", "xlsx", "tex")),
        ],
        "explain": [[state], [state, "--json"], [state, "--who", who], [state, "--concept", concept, "--no-return"]],
        "coalitions": [[], ["--json"], ["--all"], ["--group", f"{who},{other}"], ["--state", state, "--json"]],
        "paths": [
            *([], ["--json"], ["--all"], ["--to", goal], ["--from", state, "--to", goal, "--json"], ["--by", who]),
            *(["--choice", choice] for choice in ("best", "credible")),
            ["--weights", f"{who}={random.choice(('0', '2', '0.5', '-1', 'x', '1e400'))}"],
        ],
        "invert": [
            *([state], [state, "--json"], [state, "--concept", concept]),
            *([state, "--who", who, "--all"], [state, "--save", "inverted.yaml"], [state, "--save", "-"]),
        ],
        "flips": [
            ["--pairs", "20"],
            ["--pairs", "20", "--json"],
            ["--pairs", "0", "--concept", concept],
            ["--save", "1", "flip.yaml"],
        ],
        "diff": [[model], ["elmira", "--json"], ["chicken", "--all"], [model, "--format", "html"]],
        "panel": [[model, "chicken", "--all"], ["elmira", "--json"]],
        "stress": [
            *(["--draws", "3"], ["--draws", "3", "--json"], ["--draws", "2", "--likely", "1", "--doubtful", "1"]),
            *(
                ["--draws", "2", "--concept", concept],
                ["--draws", "3", "--resume", "draws"],
                ["--draws", "2", "--presence", "0"],
            ),
        ],
        "misread": [
            *(
                [],
                ["--json"],
                ["--all"],
                ["--to", goal],
                ["--acting", concept.split(",")[0]],
                ["--slips", "2", "--json"],
            ),
            *(["--within", "3", "--slip", "1"], ["--save", "1", "misread.yaml"]),
        ],
        "claims": [
            *(["--draws", "3"], ["--draws", "3", "--json"], ["--draws", "0", "--no-flips"], ["--draws", "2", "--all"]),
            ["--draws", "2", "--explain", str(first)],
        ],
        "report": [
            *(["--draws", "2", "--format", form] for form in ("html", "md", "json")),
            *(["--draws", "2", "-o", f"report.{suffix}"] for suffix in ("html", "docx", "md", "pdf")),
            *(["--draws", "0", "--part", part, "--json"] for part in ("coalitions", "paths", "misread", "relations")),
            ["--draws", "2", "--to", goal],
        ],
        "draw": [
            *([figure, "--draws", "2"] for figure in FIGURES),
            *(["-o", f"picture.{suffix}", "--draws", "2"] for suffix in ("svg", "png", "pdf")),
        ],
        "convert": [["-o", f"converted.{suffix}", "--force"] for suffix in SUFFIXES],
        "relations": [[], ["--json"]],
    }
    if isinstance(state, str) and state.startswith("-"):
        lines["explain"] = lines["invert"] = [["--", state]]
    return {verb: [[verb, model, *words] for words in given] for verb, given in lines.items()}


def some(random: Random, lines: dict[str, list[Command]], count: int | None) -> list[Command]:
    """``count`` verbs, each in one of its ways; None: everything."""
    if count is None:
        return [line for given in lines.values() for line in given]
    return [random.choice(lines[verb]) for verb in random.sample(list(lines), min(count, len(lines)))]
