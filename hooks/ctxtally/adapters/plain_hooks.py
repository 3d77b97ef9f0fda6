"""Our commands as plain git hooks, for those who use no framework."""

from __future__ import annotations

import os
import re
import stat
import sys
from typing import TYPE_CHECKING, Literal, NamedTuple

from ctxtally.adapters.files import swap
from ctxtally.adapters.plumbing import output
from ctxtally.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.adapters.git import Place

GATES = ("pre-commit", "pre-merge-commit")
AFTERWARDS = ("post-commit", "post-merge", "post-rewrite")

_OURS = "# Written by `ctxtally init --git-hooks`; `--undo` takes it away."
_GATE = """\
#!/bin/sh
{ours}
if [ ! -x {program} ]; then
  echo 'ctxtally is gone from where it was: run `ctxtally init --git-hooks` again' >&2
  exit 1
fi
exec {program} budget
"""
# Only what the shell does by itself: at each pick of a rebase a process would be felt.
_AFTERWARDS = """\
#!/bin/sh
{ours}
dir=${{GIT_DIR:-.git}}
if [ -f "$dir" ]; then read -r _ dir <"$dir"; fi
if [ -d "$dir/rebase-merge" ] || [ -d "$dir/rebase-apply" ]; then
  [ "{hook} $1" = 'post-rewrite rebase' ] || exit 0
fi
[ -x {program} ] || exit 0
exec {program} handoff --git-hook {hook} "$@"
"""
_STARTED = re.compile(r"^exec '((?:[^'\n]|'\\'')*)' ", re.MULTILINE)


class Planned(NamedTuple):
    """A hook that is to be written (`create`, `replace`), taken away, or left (`none`, `keep`).

    `keep` is somebody else's hook. `found` is what was there.
    """

    name: str
    path: str
    action: str
    content: str
    found: str | None


def program() -> str:
    """Return where the command `ctxtally` of this environment is."""
    name = "ctxtally.exe" if os.name == "nt" else "ctxtally"
    found = os.path.join(os.path.dirname(sys.executable), name)
    if not os.path.exists(found):
        raise UserError(
            f"there is no command `{name}` beside {sys.executable}",
            help="install ctxtally with pip, not only its modules",
        )
    return found.replace(os.sep, "/")


def script(hook: str, command: str) -> str:
    """Return the text of a hook that runs the program at `command`."""
    quoted = "'" + command.replace("'", "'\\''") + "'"
    text = _GATE if hook in GATES else _AFTERWARDS
    return text.format(ours=_OURS, program=quoted, hook=hook)


def planned(place: Place, command: str, *, undo: bool) -> Iterator[Planned]:
    """Yield what is to be done with each hook; raises UserError where hooks are not git's own."""
    told = output("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    folder = os.path.normpath(os.fsdecode(told).removesuffix("\n"))
    if folder != os.path.normpath(os.path.join(place.common_dir, "hooks")):
        raise UserError(
            f"core.hooksPath is {folder}: hooks of this repository are somebody else's",
            help="call `ctxtally budget`, and `ctxtally handoff --git-hook NAME`, from yours",
        )
    for hook in (*GATES, *AFTERWARDS):
        path = os.path.join(folder, hook)
        content = script(hook, command)
        found = _read(path)
        yield Planned(hook, path, _action(found, content, undo=undo), content, found)


def text(path: str) -> str:
    """Return the text of a hook as git runs it, also behind a link; empty where there is none."""
    return _read(os.path.realpath(path)) or ""


def state(found: str, hook: str) -> Literal["", "plain", "gone", "changed"]:
    """Say what became of a hook by its text: nothing where it was not written here.

    Its program may be `gone`; a hook that was `changed` is not what `script` returns.
    """
    if _OURS not in found:
        return ""
    started = _STARTED.search(found)
    command = started[1].replace("'\\''", "'") if started else ""
    if script(hook, command) != found:
        return "changed"
    return "plain" if os.access(command, os.X_OK) else "gone"


def carry_out(one: Planned) -> None:
    """Write or remove a hook as planned."""
    try:
        if one.action == "remove":
            os.unlink(one.path)
        elif one.action in ("create", "replace"):
            os.makedirs(os.path.dirname(one.path), exist_ok=True)
            swap(one.path, one.content.encode("utf-8"), mode=0o777)
    except OSError as error:
        raise UserError(
            f"the git hook {one.name} cannot be changed: {error.strerror}",
            help="make its folder writable",
        ) from error


def _action(found: str | None, content: str, *, undo: bool) -> str:
    if found is None:
        return "none" if undo else "create"
    if _OURS not in found:
        return "keep"
    if undo:
        return "remove"
    return "none" if found == content else "replace"


def _read(path: str) -> str | None:
    """Return the text of a hook, `None` where there is none; what is no file is somebody's."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return ""
        with open(path, encoding="utf-8", errors="replace", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError:
        return ""
