"""A worker: reads names of inputs, puts each to its command lines, writes what came of it as lines of JSON."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fuzz import call, commands, files

RESTING = 2  # commands after the first, where that says that the input is wrong
UNFIT = ("hang", "long, but told", "over memory", "over memory or too deep")  # who knows what is left behind


def work(name: str, every: bool, seconds: float) -> bool:
    """Put one input to its command lines, in this folder; whether this process is fit for another."""
    lines = files.made(name, Path(), every)
    for number, words in enumerate(lines):
        say(begin=files.jsonable(words))
        outcome = call.run(words, seconds)
        say(verb=words[0], **asdict(outcome))
        if outcome.what in UNFIT:
            return False
        if words[0] == "convert" and outcome.what == "0" and words[3].endswith(commands.READ_BACK):
            say(begin=["check", words[3]])
            again = call.run(["check", words[3]], seconds)
            say(verb="check", **asdict(replace(again, what="not read back") if again.what == "2" else again))
        if number == 0:
            wrong = outcome.what == "2" and not every
        elif wrong and number >= RESTING:
            break
    return True


def say(**told: Any) -> None:
    """One line to whoever started this."""
    assert sys.__stdout__ is not None
    sys.__stdout__.write(json.dumps(told) + "\n")
    sys.__stdout__.flush()


def main() -> None:
    """Until there is nothing more to read."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    every, seconds, top = sys.argv[1] == "every", float(sys.argv[2]), Path(sys.argv[3])
    for count, line in enumerate(sys.stdin):
        folder = top / str(count)
        folder.mkdir()
        os.chdir(folder)
        fit = work(line.strip(), every, seconds)
        say(done=line.strip(), fit=fit)
        if not fit:
            return
        os.chdir(top)
        shutil.rmtree(folder)
        if count == 0:  # what is imported and kept by then is not the inputs' doing
            call.limit_memory()


if __name__ == "__main__":
    main()
