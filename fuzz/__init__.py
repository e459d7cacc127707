"""A fuzzer: mutated conflicts, files of others, sources and events through every verb. ``python3 dev.py fuzz``.

An input is made from three words, its *kind*, a *seed* and a *number*, and from nothing else: ``conflict:0:17`` is the
same everywhere, so that no input need be kept.
"""
