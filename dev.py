"""What developers and newcomers run: sets up ``.venv`` from the locked requirements, then does the job.

python3 dev.py demo            analyse the war in Syria, September 2015 (or: demo MODEL)
python3 dev.py test            the everyday tests (further words go to pytest)
python3 dev.py fuzz [COUNT]    mutated files through every verb (20,000; --seed S for others, --help for more)
python3 dev.py lint            ruff, mypy, import-linter, generated files
python3 dev.py bench           the benchmarks, and docs/performance.md from them (further words go to pytest)
python3 dev.py docs            build the documentation
python3 dev.py lock            write the locked requirements anew
python3 dev.py fresh           install them in new environments, by the pip that Python bundles and by the newest
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCKS = {"demo": "requirements/run.txt", "dev": "requirements/dev.txt"}
INSTALL = ("-m", "pip", "--disable-pip-version-check", "--quiet", "install")
# Nothing is resolved, so that no release published after the lock file can matter; CI runs ``pip check``.
LOCKED = ("--no-deps", "--require-hashes", "-r")


def run(*command: str | Path, quiet: bool = False) -> None:
    """Run a command in the project's folder; stop with its exit code where it fails."""
    output = subprocess.DEVNULL if quiet else None
    code = subprocess.run([str(part) for part in command], cwd=ROOT, stdout=output, check=False).returncode
    if code:
        sys.exit(code)


def set_up(kind: str) -> None:
    """Make ``.venv`` hold what the lock file says, and the project itself; nothing where it does already."""
    lock = ROOT / LOCKS[kind]
    parts = (lock, ROOT / "pyproject.toml", ROOT / "src/standoff/_engine/kernel.c")
    wanted = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    stamp = VENV / f"set-up-{kind}"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print(f"Setting up {VENV.name} ...", file=sys.stderr)
    if not (BIN / "python").exists() and not (BIN / "python.exe").exists():
        venv.create(VENV, with_pip=True)
    run(BIN / "python", *INSTALL, *LOCKED, lock)
    run(BIN / "python", *INSTALL, "--no-deps", "--no-build-isolation", "-e", ROOT)
    stamp.write_text(wanted)


def demo(words: Sequence[str]) -> None:
    """The main job: who would stay where, why, and on whose word."""
    model = [*words, "syria-2015"][0]
    set_up("demo")
    run(BIN / "standoff", "brief", model)
    run(BIN / "standoff", "explain", model, "status_quo")
    again = shlex.join([os.path.relpath(BIN / "standoff"), "brief", model])
    activate = os.path.relpath(BIN / "activate")
    print(f"\nThe same again: {again}")
    print(f"To type standoff alone, activate the environment first: {activate if os.name == 'nt' else f'. {activate}'}")


def test(words: Sequence[str]) -> None:
    """The everyday tests."""
    set_up("dev")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each worker and command compiles all
    run(BIN / "python", "-m", "pytest", *words)


def fuzz(words: Sequence[str]) -> None:
    """Mutated conflicts, files of others, sources and events through every verb; what is found is kept in ``.fuzz``."""
    set_up("dev")
    run(BIN / "python", "-m", "fuzz", *words)


def lint(_: Sequence[str]) -> None:
    """Everything about the code that needs no test run."""
    set_up("dev")
    run(BIN / "ruff", "check", ".")
    run(BIN / "ruff", "format", "--check", ".")
    run(BIN / "mypy")
    run(BIN / "lint-imports")


def docs(_: Sequence[str]) -> None:
    """Build the documentation; a warning is an error."""
    set_up("dev")
    run(BIN / "python", "-m", "sphinx", "-W", "-q", "-b", "html", "docs", "docs/_build/html")
    print("docs/_build/html/index.html")


def bench(words: Sequence[str]) -> None:
    """The benchmarks, one after another, and the page of what they measured."""
    set_up("dev")
    measured = ROOT / ".benchmarks" / "run.json"
    measured.parent.mkdir(exist_ok=True)
    run(BIN / "python", "-m", "pytest", "bench", "-n", "0", "--benchmark-json", measured, *words)
    run(BIN / "python", "-m", "bench.report", measured)


def generate(_: Sequence[str]) -> None:
    """Write what is generated from the code (schema, examples in the docs); a test tells when it is stale."""
    set_up("dev")
    schema = subprocess.run([BIN / "standoff", "schema"], cwd=ROOT, check=True, capture_output=True).stdout
    (ROOT / "src/standoff/formats/conflict.schema.json").write_bytes(schema)
    run(BIN / "python", "docs/refresh.py")


def lock(words: Sequence[str]) -> None:
    """Write the locked requirements anew; ``--upgrade`` takes newer versions."""
    set_up("dev")
    pip_compile: tuple[str | Path, ...] = (
        *(BIN / "uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-strip-extras", "--no-emit-index-url", "--no-annotate", "--no-header", *words),
    )
    run(*pip_compile, "--group", "build", "-o", LOCKS["demo"], quiet=True)
    run(*pip_compile, "--all-extras", "--group", "dev", "--group", "docs", "-o", LOCKS["dev"], quiet=True)


def fresh(_: Sequence[str]) -> None:
    """Prove the set-up in new environments: by the pip that Python bundles, and by the newest."""
    for newest in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            venv.create(folder, with_pip=True)
            python = Path(folder) / BIN.name / "python"
            if newest:
                run(python, *INSTALL, "--upgrade", "pip")
            run(python, "-m", "pip", "--version")
            for lock in LOCKS.values():
                run(python, *INSTALL, *LOCKED, lock)
                run(python, "-m", "pip", "check")


JOBS = {
    "demo": demo,
    "test": test,
    "fuzz": fuzz,
    "lint": lint,
    "bench": bench,
    "docs": docs,
    "generate": generate,
    "lock": lock,
    "fresh": fresh,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in JOBS:
        sys.exit(__doc__)
    JOBS[sys.argv[1]](sys.argv[2:])
