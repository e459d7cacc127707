"""The command line of the fuzzer: ``python3 dev.py fuzz [COUNT] [--seed S] [--kind KIND] [--workers N]``."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from fuzz import call, campaign, files

FOLDER = Path(__file__).resolve().parent.parent / ".fuzz"


def main() -> int:
    """Run a campaign, or one input again; 1 where something was found."""
    parser = argparse.ArgumentParser(prog="dev.py fuzz", description=files.__doc__)
    parser.add_argument("count", type=int, nargs="?", default=20_000, help="how many inputs (default: 20,000)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other inputs")
    parser.add_argument("--kind", choices=files.KINDS, help="inputs of one kind only")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--seconds", type=float, default=call.SECONDS, help="the time limit of a call")
    parser.add_argument("--every", action="store_true", help="every command line for each input, not a sample")
    parser.add_argument(
        "--again", metavar="KIND:SEED:NUMBER", action="append", help="these inputs, with every command line"
    )
    words = parser.parse_args()
    inputs = words.again or list(campaign.names(words.count, words.seed, words.kind))
    every = words.every or bool(words.again)
    workers = min(words.workers, len(inputs))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    running = campaign.Campaign(iter(inputs), len(inputs), workers, every, words.seconds)
    tally = running.run(sys.stderr)
    sys.stdout.write(campaign.summary(tally))
    if tally.findings:
        campaign.keep(tally, FOLDER)
        sys.stdout.write(f"They are kept in {FOLDER.name}/.\n")
    return 1 if tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())
