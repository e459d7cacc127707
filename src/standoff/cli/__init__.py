"""The command line: read arguments, call one function, render. Exit codes: 0 done, 1 a check failed, 2 bad input."""

from standoff.cli import answers, files, model, relations, reporting
from standoff.cli.frame import main

__all__ = ["answers", "files", "main", "model", "relations", "reporting"]
