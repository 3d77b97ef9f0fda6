"""What `init --agent` changes, and what `--undo` puts back."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters import git, plain_hooks, process, settings_file
from ctxtally.conversation.wiring import Settings, WiringError, unwired, wired
from ctxtally.errors import UserError
from ctxtally.model.setup import Change

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ctxtally.adapters.git import Place

SHARED, LOCAL = ".claude/settings.json", ".claude/settings.local.json"
# Claude Code reads the user's settings from here (https://code.claude.com/docs/en/settings).
_CONFIG_DIR = "CLAUDE_CONFIG_DIR"


def planned(place: Place, environment: Mapping[str, str], *, shared: bool) -> tuple[Change, ...]:
    """Return what has to change for Claude Code to run our hooks.

    The status line is always in the local settings: there is one for each user, and a plugin
    cannot have it.
    """
    command = _command(shared=shared)
    files = {path: _settings(place, path) for path in (SHARED, LOCAL)}
    wanted = {SHARED: shared, LOCAL: not shared and not _is_wired(files[SHARED], SHARED)}
    line = _line_of(files[SHARED], SHARED) or _line_of(*_users(environment))
    found = []
    for path, settings in files.items():
        if path == SHARED and not shared:
            continue
        try:
            after = wired(
                settings,
                command if path == SHARED else _command(shared=False),
                with_hooks=wanted[path],
                with_line=path == LOCAL,
                line=line,
            )
        except WiringError as error:
            raise _mistaken(path, error) from None
        found.append(Change(path=path, before=settings.text, after=after))
    return tuple(found)


def put_back(place: Place, environment: Mapping[str, str]) -> tuple[Change, ...]:
    """Return what has to change for nothing of ours to be left in the settings."""
    files = {path: _settings(place, path) for path in (SHARED, LOCAL)}
    line = _line_of(files[SHARED], SHARED) or _line_of(*_users(environment))
    return tuple(_put_back(place, files.items(), line))


def wired_files(place: Place) -> list[str]:
    """Return the settings that run our hooks."""
    return [path for path in (SHARED, LOCAL) if _is_wired(_settings(place, path), path)]


def remarks(changes: Iterable[Change]) -> Iterator[str]:
    """Yield what is worth knowing of the files that are written."""
    for change in changes:
        if change.action != "create" or change.path != LOCAL:
            continue
        if not git.is_ignored(change.path):
            yield f"git does not ignore {change.path}: add it to .gitignore, for it is yours alone"


def _put_back(place: Place, files: Iterable[tuple[str, Settings]], line: str) -> Iterator[Change]:
    for path, settings in files:
        if settings.text is None:
            continue
        same, before = settings_file.original(place, path, settings.text)
        if same:
            yield Change(path=path, before=settings.text, after=before)
            continue
        try:
            after = unwired(settings, line)
        except WiringError as error:
            raise _mistaken(path, error) from None
        yield Change(path=path, before=settings.text, after=after)


def _command(*, shared: bool) -> str:
    """Return how to run us: by name for everybody, else by a path where the name is not known."""
    if shared or process.which("ctxtally"):
        return "ctxtally"
    return plain_hooks.program()


def _settings(place: Place, path: str) -> Settings:
    where = os.path.join(place.top, *path.split("/"))
    if os.path.islink(os.path.dirname(where)):
        raise UserError(".claude is a symlink, so nothing in it is changed", help="do it by hand")
    return Settings(text=settings_file.read(where, path))


def _users(environment: Mapping[str, str]) -> tuple[Settings, str]:
    folder = environment.get(_CONFIG_DIR) or os.path.join(os.path.expanduser("~"), ".claude")
    path = os.path.join(folder, "settings.json")
    return Settings(text=settings_file.read(os.path.realpath(path), path)), path


def _line_of(settings: Settings, path: str) -> str:
    try:
        return settings.status_line
    except WiringError as error:
        raise _mistaken(path, error) from None


def _is_wired(settings: Settings, path: str) -> bool:
    try:
        return settings.is_wired
    except WiringError as error:
        raise _mistaken(path, error) from None


def _mistaken(path: str, error: WiringError) -> UserError:
    return UserError(f"{path}: {error}", help="mend it first")
