"""The command line: read arguments, call one function, render. Exit codes: 0 done, 1 a check failed, 2 bad input."""

from standoff.cli import answers, model, relations
from standoff.cli.frame import main

__all__ = ["answers", "main", "model", "relations"]
