"""Finds the transcripts of agents: where they keep them, and which are about this repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters.files import opened
from ctxtally.model.transcript import Transcript
from ctxtally.text.roots import below

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

AGENTS = ("claude-code", "codex", "gemini-cli", "opencode", "copilot")
# Claude Code cuts a folder's name there, and adds a hash.
_LONGEST_NAME = 200
# No agent nests its transcripts as deep; a folder that is named by hand may be any.
_MOST_DEPTH = 32
_PATH_BYTES = 4_096


def find(
    agents: Collection[str], environment: Mapping[str, str], tops: Collection[str] | None
) -> Iterator[Transcript]:
    """Yield the transcripts of some agents, the best records of one first.

    `tops` are the folders of this repository's work trees; `None` takes the transcripts of all.
    What a transcript is about may only be said inside it: more are found than are about them.
    """
    home = os.path.expanduser("~")
    finders: Mapping[str, Callable[[], Iterator[Transcript]]] = {
        "claude-code": lambda: _claude(environment, home, tops),
        "codex": lambda: _codex(environment, home),
        "gemini-cli": lambda: _gemini(environment, home, tops),
        "opencode": lambda: _opencode(environment, home),
        "copilot": lambda: _copilot(environment, home),
    }
    for name in AGENTS:
        if name in agents:
            yield from finders[name]()


def _claude(
    environment: Mapping[str, str], home: str, tops: Collection[str] | None
) -> Iterator[Transcript]:
    config = environment.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    roots = [os.path.join(home, ".claude"), os.path.join(config, "claude")]
    named = environment.get("CLAUDE_CONFIG_DIR", "").split(",")
    roots = [os.path.expanduser(one.strip()) for one in named if one.strip()] or roots
    names = None if tops is None else {folder_name(top): top for top in tops}
    seen = set()
    for root in roots:
        projects = root if os.path.basename(root) == "projects" else os.path.join(root, "projects")
        real = os.path.realpath(projects)
        if real in seen:
            continue
        seen.add(real)
        for folder in _folders(projects):
            if names is not None and not folder.startswith(tuple(names)):
                continue
            owner = names.get(folder, "") if names else ""
            for path in files(os.path.join(projects, folder), (".jsonl",)):
                if ".orphaned-" not in os.path.basename(path):
                    yield Transcript(path, "claude-code", owner)


def folder_name(path: str) -> str:
    """Return how Claude Code names the folder of a project.

    >>> folder_name("/home/me/my.app")
    '-home-me-my-app'
    """
    # It replaces UTF-16 units, of which a character beyond the first plane has two.
    name = "".join(
        one if one.isascii() and one.isalnum() else "-" * (1 + (one > "\uffff")) for one in path
    )
    return name[:_LONGEST_NAME]


def _codex(environment: Mapping[str, str], home: str) -> Iterator[Transcript]:
    root = environment.get("CODEX_HOME") or os.path.join(home, ".codex")
    seen = set()
    for folder in ("sessions", "archived_sessions"):
        for path in files(os.path.join(root, folder), (".jsonl",)):
            name = os.path.basename(path)
            if name.startswith("rollout-") and name not in seen:
                seen.add(name)
                yield Transcript(path, "codex")


def _gemini(
    environment: Mapping[str, str], home: str, tops: Collection[str] | None
) -> Iterator[Transcript]:
    root = environment.get("GEMINI_CLI_HOME") or home
    projects = os.path.join(root, ".gemini", "tmp")
    folders = _folders(projects)
    if not folders:
        return
    from hashlib import sha256

    hashes = {sha256(top.encode("utf-8", "replace")).hexdigest(): top for top in tops or ()}
    for folder in folders:
        owner = hashes.get(folder) or _written_root(os.path.join(projects, folder))
        if tops is not None and not any(below(owner, top) for top in tops):
            continue
        for path in files(os.path.join(projects, folder, "chats"), (".json", ".jsonl")):
            yield Transcript(path, "gemini-cli", owner)


def _written_root(folder: str) -> str:
    """Return the project that Gemini CLI says a folder with a readable name belongs to."""
    try:
        with opened(os.path.join(folder, ".project_root")) as file:
            return file.read(_PATH_BYTES).decode("utf-8", "replace").strip()
    except OSError:
        return ""


def _opencode(environment: Mapping[str, str], home: str) -> Iterator[Transcript]:
    data = environment.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    root = environment.get("OPENCODE_DATA_DIR") or os.path.join(data, "opencode")
    for path in files(root, (".db",), depth=1):
        if os.path.basename(path).startswith("opencode"):
            yield Transcript(path, "opencode-db")
    for path in files(os.path.join(root, "storage", "message"), (".json",)):
        yield Transcript(path, "opencode-file")


def _copilot(environment: Mapping[str, str], home: str) -> Iterator[Transcript]:
    exported = environment.get("COPILOT_OTEL_FILE_EXPORTER_PATH")
    if exported and os.path.isfile(exported):
        yield Transcript(os.path.abspath(exported), "copilot-otel")
    root = environment.get("COPILOT_HOME") or os.path.join(home, ".copilot")
    store = os.path.join(root, "session-store.db")
    if os.path.isfile(store):
        yield Transcript(store, "copilot-db")
    for path in files(os.path.join(root, "session-state"), (".jsonl",), depth=2):
        yield Transcript(path, "copilot-events")


def _folders(path: str) -> list[str]:
    try:
        with os.scandir(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []


def files(root: str, endings: tuple[str, ...], depth: int = _MOST_DEPTH) -> Iterator[str]:
    """Yield the files below a folder by their endings, sorted; no linked folder is entered."""
    try:
        with os.scandir(root) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        try:
            if entry.is_dir(follow_symlinks=False):
                if depth > 1:
                    yield from files(entry.path, endings, depth - 1)
            elif entry.name.endswith(endings) and entry.is_file():
                yield entry.path
        except OSError:
            continue
