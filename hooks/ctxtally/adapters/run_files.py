"""The files of runs: `output/<phase>/<run>/` with run.json, tokens.jsonl and token_summary.json."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ctxtally.adapters.files import swap
from ctxtally.adapters.json_objects import json_object
from ctxtally.errors import UserError
from ctxtally.text.instants import seconds_of
from ctxtally.text.json_members import with_member
from ctxtally.text.shown import cut
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

META, RECORDS, SUMMARY = "run.json", "tokens.jsonl", "token_summary.json"
OUTPUT = "output"
# Where the runs are, for the tracker that these files come from.
ROOT = "STUDIO_ROOT"
# What somebody else keeps of a run beside its records fits in that a thousand times.
_LARGEST = 4 << 20
# The last record is in it, unless somebody writes one that is longer.
_TAIL = 64 << 10


def output(given: str | None) -> str:
    """Return the folder of all runs: as given, else below $STUDIO_ROOT or the current directory."""
    return given if given is not None else os.path.join(os.environ.get(ROOT, ""), OUTPUT)


def found(folder: str, phase: str | None = None) -> list[str]:
    """Return the directories of the runs of a phase, or of all; a link is not followed."""
    runs = []
    for name in [phase] if phase is not None else _directories(folder):
        inside = os.path.join(folder, name)
        runs += [os.path.join(inside, one) for one in _directories(inside) if _is_run(inside, one)]
    return runs


def _directories(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(one.name for one in entries if one.is_dir(follow_symlinks=False))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise UserError(
            f"{cut(folder)} cannot be looked into: {error.strerror or error}",
            help="make it readable, or leave it out: --output and --phase say where to look",
        ) from error


def _is_run(folder: str, name: str) -> bool:
    files = (META, RECORDS, SUMMARY)
    return name.startswith("run_") or any(
        os.path.isfile(os.path.join(folder, name, one)) for one in files
    )


def located(name: str, folder: str) -> str:
    """Return the directory of a run that is given by its path or, below `folder`, by its id."""
    if os.path.isdir(name):
        return name
    below = [one for one in found(folder) if os.path.basename(one) == name]
    if len(below) == 1:
        return below[0]
    if below:
        listed = ", ".join(printable(one) for one in below)
        raise UserError(
            f"there are {len(below)} runs {printable(name)}", help=f"name one: {listed}"
        )
    raise UserError(
        f"no run {printable(name)}: it is no directory, and none of that name is in "
        f"{printable(folder)}",
        help="`ctxtally run report` lists the runs; --output says where they are",
    )


def changed(path: str) -> float:
    """Return when something was logged of a run last, in seconds since 1970.

    That is the time of its last record; without one, when the file of them was changed, else its
    directory, which changes with every summary that is saved.
    """
    log = os.path.join(path, RECORDS)
    try:
        with open(log, "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            lines = file.read(_TAIL).splitlines()
    except OSError:
        lines = []
    for line in reversed(lines):
        moment = seconds_of(str((json_object(line) or {}).get("timestamp")))
        if moment is not None:
            return moment
    return os.stat(log if os.path.isfile(log) else path).st_mtime


def records(path: str) -> str | None:
    """Return the path of the records of a run, `None` where nothing was logged."""
    log = os.path.join(path, RECORDS)
    return log if os.path.isfile(log) else None


def read(path: str, name: str) -> tuple[dict[str, Any] | None, str]:
    """Return what a file of a run holds, and a remark where it holds something else.

    `None` without a remark where there is no such file.
    """
    try:
        with open(os.path.join(path, name), "rb") as file:
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        return None, f"{name} cannot be read: {error.strerror or error}"
    held = json_object(raw) if len(raw) <= _LARGEST else None
    return held, "" if held is not None else f"{name} is not used: it holds no JSON object"


def save(path: str, summary: Mapping[str, object], tokens: Mapping[str, object]) -> None:
    """Write token_summary.json, and the member `tokens` of run.json; each in one step.

    What else is in run.json stays as it is, byte for byte; where there is none it is made.
    """
    meta = os.path.join(path, META)
    text = _meta(meta, summary)
    try:
        told = json.dumps(summary, indent=2, allow_nan=False) + "\n"
        swap(os.path.join(path, SUMMARY), told.encode())
        swap(meta, with_member(text, "tokens", tokens).encode())
    except OSError as error:
        raise UserError(
            f"{printable(path)} cannot be written: {error.strerror or error}",
            help="make the directory writable",
        ) from error


def _meta(path: str, summary: Mapping[str, object]) -> str:
    try:
        with open(path, "rb") as file:
            raw = file.read(_LARGEST + 1)
        text = raw.decode("utf-8")
    except FileNotFoundError:
        both = {key: summary[key] for key in ("run_id", "phase")}
        return json.dumps(both, indent=2) + "\n"
    except (OSError, UnicodeDecodeError):
        text = ""
    if len(text) > _LARGEST or json_object(text.removeprefix("\ufeff")) is None:
        raise UserError(
            f"{printable(path)} holds no JSON object, so nothing was saved",
            help="mend it, or take it away: it is made anew",
        )
    return text
