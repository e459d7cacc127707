"""What commands show of their results, one file per command: ``document`` for programs, ``text`` for people."""
