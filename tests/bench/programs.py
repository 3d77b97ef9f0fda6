"""The programs that are measured, in environments as fresh as a user's, kept from run to run."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock

from tests.support.data import CHECKOUT
from tests.support.framework import home
from tests.support.repo import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What is installed from the checkout.
SOURCES = ("pyproject.toml", "hooks", "budgets", "handoff_templates")
# Other tools that judge the files of agents; all of them are on the package index.
PEERS = ("skillsaw", "mujin-skillbudget", "agents-doctor", "mdtoken")


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """Folders of programs: ours beside pre-commit-hooks, and ours again without bytecode."""

    compiled: Path
    bare: Path

    @property
    def python(self) -> str:
        return str(self.compiled / "python")

    @property
    def gate(self) -> tuple[str, ...]:
        return str(self.compiled / "ctxtally"), "budget"

    @property
    def gate_without_bytecode(self) -> tuple[str, ...]:
        return str(self.bare / "ctxtally"), "budget"

    @property
    def check_added_large_files(self) -> str:
        return str(self.compiled / "check-added-large-files")


@contextmanager
def installed() -> Iterator[Programs]:
    """Give this checkout as it is now, installed; nobody else measures or installs meanwhile."""
    root = home() / "bench"
    with FileLock(f"{root}.lock"):
        wanted = _state()
        stamp = root / "stamp"
        if not stamp.is_file() or stamp.read_text(encoding="ascii") != wanted:
            shutil.rmtree(root, ignore_errors=True)
            _build(root)
            stamp.write_text(wanted, encoding="ascii")
        yield Programs(compiled=root / "compiled" / "bin", bare=root / "bare" / "bin")


def peers() -> Path:
    """Return the folder of the peers' programs, the newest ones on the day it was made."""
    root = home() / "bench-peers"
    with FileLock(f"{root}.lock"):
        if not (root / "complete").is_file():
            shutil.rmtree(root, ignore_errors=True)
            _environment(root)
            _run(root / "bin" / "python", "-m", "pip", "install", "--quiet", *PEERS)
            (root / "complete").touch()
    return root / "bin"


def versions(folder: Path) -> dict[str, str]:
    """Return the versions of the peers that are installed there."""
    lines = _run(folder / "python", "-m", "pip", "list", "--format=freeze").splitlines()
    found = dict(line.split("==") for line in lines if "==" in line)
    return {name: found[name] for name in PEERS}


def _build(root: Path) -> None:
    compiled, bare, wheels = root / "compiled", root / "bare", root / "wheels"
    _environment(compiled)
    pip = (compiled / "bin" / "python", "-m", "pip")
    _run(*pip, "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, CHECKOUT)
    (wheel,) = wheels.iterdir()
    _run(*pip, "install", "--quiet", wheel, "pre-commit-hooks")
    _run(sys.executable, "-m", "venv", "--without-pip", bare)
    _run(*pip, f"--python={bare / 'bin' / 'python'}", "install", "--quiet", "--no-compile", wheel)


def _environment(root: Path) -> None:
    """Make an environment with a current pip: console scripts of older ones start slower."""
    _run(sys.executable, "-m", "venv", root)
    _run(root / "bin" / "python", "-m", "pip", "install", "--quiet", "--upgrade", "pip")


def _run(*command: Path | str) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        env=clean_environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"{command} gave {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _state() -> str:
    """Return a digest of the interpreter and of all that is installed from the checkout."""
    found = hashlib.sha256(f"{sys.version} {sys.executable}".encode())
    for name in SOURCES:
        top = CHECKOUT / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(f"\0{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return found.hexdigest()
