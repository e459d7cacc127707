"""The files of GMCR+ (``.gmcr``, JSON): decision makers, options of two levels, conditions on these, rankings.

A *condition* is a list of options that are taken ("Y") or not ("N"), all of which have to be so, or a compound of such
lists, one of which has to be. Options and decision makers are known by their place in a list that counts from 0,
states by their number, which is the same there as here. The oldest files are Python pickles, and are not opened.
"""

from __future__ import annotations

import warnings

from standoff.conflict.meaning import Meaning, Source
from standoff.errors import InvalidConflict, Note, Problem, TooManyProblems, UnreadableFile
from standoff.formats import json
from standoff.formats.gmcr.reading import Reader
from standoff.formats.gmcr.writing import file_document, json_text

_PICKLE = (
    "not JSON. The oldest files of this kind are Python pickles; these are not opened, as that would run whatever code "
    "is in them. Save it anew with a current version of GMCR+"
)


def read(content: bytes) -> Meaning:
    """The conflict that a file of GMCR+ describes, understood; what is not taken over as it is meant there Notes tell.

    Raises UnreadableFile (a pickle, or not text) and InvalidConflict (all problems at once, each with its line).
    """
    tree = json.read(_text(content))
    if not isinstance(tree.data, dict):
        raise InvalidConflict([Problem("expected a mapping with options, decisionMakers, infeasibles ...", line=1)])
    reader = Reader(tree)
    try:
        judged = reader.judged(reader.conflict())
    except TooManyProblems:
        raise InvalidConflict(reader.placed()) from None
    found = reader.placed(reader.further(judged))
    if found or judged.meaning is None:
        raise InvalidConflict(found)
    meaning = reader.reconciled(judged.meaning)
    for remark in reader.told():
        warnings.warn(remark, Note, stacklevel=2)
    return meaning


def write(source: Source) -> str:
    """The text of a file of GMCR+ with the same states, moves and preferences; what else is left out a Note tells.

    Raises CannotSay, with all that the format cannot hold.
    """
    data, left_out = file_document(source)
    if left_out:
        warnings.warn(f"a .gmcr file has no place for {', '.join(left_out)}; these are left out", Note, stacklevel=2)
    return json_text(data)


def _text(content: bytes) -> str:
    if not content.strip():
        raise UnreadableFile("the file is empty")
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        raise UnreadableFile(_PICKLE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"not UTF-8 text (byte {error.start})") from None
