"""``standoff`` and ``python -m standoff``: the command line, which an interruption (Ctrl-C) ends whenever it comes."""

import os
import signal
import sys
import time
from _thread import start_new_thread
from contextlib import suppress

PATIENCE = 3.0  # seconds: to tidy up takes less, and people wait so long
INTERRUPTED = 130


def main() -> None:
    """Run the command line; an interruption is told in a line, also while the program is still being loaded."""
    heeded = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # a job in the background may ignore it
    if heeded:
        signal.signal(signal.SIGINT, _interrupted)
    try:
        from standoff.cli import main as run

        run(prog_name="standoff")
    except KeyboardInterrupt:
        _say()
        sys.exit(INTERRUPTED)
    finally:
        if heeded:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # there is nothing left to tidy up


def _interrupted(*_: object) -> None:
    """Let everything be tidied up and end; whatever it is that does not end in time, or at the next one, at once.

    An exception is not enough: it is dropped where it comes while Python or a library in C calls back (memory is
    collected, numpy asks another type what it can do), and where it comes while threads are at work it waits for them.
    """
    signal.signal(signal.SIGINT, _end)
    with suppress(RuntimeError):  # no room for a thread
        start_new_thread(_end_late, ())
    raise KeyboardInterrupt


def _end_late() -> None:
    time.sleep(PATIENCE)
    _end()


def _end(*_: object) -> None:
    _say()
    os._exit(INTERRUPTED)


def _say() -> None:
    with suppress(OSError):
        os.write(2, b"Interrupted.\n")


if __name__ == "__main__":
    main()
