"""What the settings of Claude Code must hold for our hooks to run: texts in, texts out.

Where the form comes from: https://code.claude.com/docs/en/hooks and .../statusline.
"""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from ctxtally.model.record import dataclass
from ctxtally.text.json_members import with_member, without_member

# Each event with its matcher, empty where it has none, and the seconds after which it is given up.
EVENTS = (
    ("SessionStart", "startup|resume|clear|compact|fork", 10),
    ("UserPromptSubmit", "", 10),
    ("PostToolBatch", "", 10),
    ("Stop", "", 10),
    ("PreCompact", "manual|auto", 10),
    ("SessionEnd", "", 5),
    ("InstructionsLoaded", "", 10),
)
VERB, LINE = "hook", "statusline"
_NAME = "ctxtally"


class WiringError(Exception):
    """Settings that are not in the form that Claude Code documents; the message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The text of a settings file, `None` where there is none."""

    text: str | None

    @property
    def is_wired(self) -> bool:
        """Say whether a hook of ours is among them."""
        return any(_is_ours(handler) for handler in _handlers(_parsed(self.text)))

    @property
    def status_line(self) -> str:
        """Return the command of the status line, empty where there is none."""
        line = _parsed(self.text).get("statusLine")
        command = line.get("command") if isinstance(line, dict) else None
        return command if isinstance(command, str) else ""


def hooks(command: str) -> dict[str, Any]:
    """Return the member `hooks` of the settings."""
    made = {}
    for event, matcher, seconds in EVENTS:
        handler = {"type": "command", "command": command, "args": [VERB], "timeout": seconds}
        made[event] = [{**({"matcher": matcher} if matcher else {}), "hooks": [handler]}]
    return made


def wired(settings: Settings, command: str, *, with_hooks: bool, with_line: bool, line: str) -> str:
    """Return the settings with our hooks, and our status line in front of the one there is.

    `line` is the status line of other settings, which this one would hide.
    """
    found = _parsed(settings.text)
    if with_hooks and not settings.is_wired:
        own = found.setdefault("hooks", {})
        for event, groups in hooks(command).items():
            own.setdefault(event, []).extend(groups)
    old = settings.status_line or line
    if with_line and not _is_our_line(settings.status_line):
        kept = found.get("statusLine")
        found["statusLine"] = {
            **(kept if isinstance(kept, dict) else {"type": "command"}),
            "command": _in_front(command, "" if _is_our_line(old) else old),
        }
    return _written(found, settings.text)


def unwired(settings: Settings, line: str) -> str | None:
    """Return the settings without anything of ours, `None` where nothing else is left.

    A status line that stood in front of `line`, which is that of other settings, goes with it.
    """
    found = _parsed(settings.text)
    own = found.get("hooks", {})
    for event in list(own):
        for group in own[event]:
            group["hooks"] = [one for one in group["hooks"] if not _is_ours(one)]
        own[event] = [group for group in own[event] if group["hooks"]]
        if not own[event]:
            del own[event]
    if not own:
        found.pop("hooks", None)
    if _is_our_line(settings.status_line):
        old = _behind(settings.status_line)
        if old and old != line:
            found["statusLine"]["command"] = old
        else:
            del found["statusLine"]
    return _written(found, settings.text) if found else None


def _in_front(command: str, old: str) -> str:
    own = f"{shlex.quote(command)} {LINE}"
    return f"{own} -- sh -c {shlex.quote(old)}" if old else own


def _behind(command: str) -> str:
    """Return the status line that ours stands in front of."""
    words = _words(command)
    return words[-1] if "-c" in words else ""


def _is_our_line(command: str) -> bool:
    words = _words(command)
    return len(words) > 1 and _is_program(words[0]) and words[1] == LINE


def _is_ours(handler: object) -> bool:
    if not isinstance(handler, dict) or not isinstance(handler.get("command"), str):
        return False
    command, arguments = handler["command"], handler.get("args")
    # With `args` the command is a program, else a line of a shell.
    words = [command, *arguments] if isinstance(arguments, list) else _words(command)
    return len(words) > 1 and _is_program(words[0]) and words[1] == VERB


def _is_program(word: str) -> bool:
    return re.split(r"[/\\]", word)[-1].removesuffix(".exe") == _NAME


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:  # an open quote: not ours
        return []


def _handlers(found: dict[str, Any]) -> list[object]:
    groups = [group for groups in found.get("hooks", {}).values() for group in groups]
    return [handler for group in groups for handler in group["hooks"]]


def _parsed(text: str | None) -> dict[str, Any]:
    """Return the settings, all of whose hooks are in the documented form."""
    try:
        found = json.loads((text or "{}").removeprefix("\ufeff"), object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise WiringError(f"line {error.lineno}: not valid JSON: {error.msg}") from None
    except (ValueError, RecursionError):
        raise WiringError("not JSON that can be read") from None
    if not isinstance(found, dict):
        raise WiringError("not an object")
    own = found.get("hooks", {})
    if not isinstance(own, dict):
        raise WiringError("`hooks` is no object")
    for event, groups in own.items():
        good = isinstance(groups, list) and all(
            isinstance(group, dict) and isinstance(group.get("hooks"), list) for group in groups
        )
        if not good:
            raise WiringError(f"`hooks.{event}` is no list of objects with `hooks`")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; of two equal keys one would be lost as soon as it is written again."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise WiringError(f"the key `{key}` is there twice")
        found[key] = value
    return found


def _written(found: dict[str, Any], before: str | None) -> str:
    """Return the text with what changed of our two members; every other byte stays."""
    was = _parsed(before)
    text = before or "{}\n"
    for key in ("hooks", "statusLine"):
        try:
            if key in was and key not in found:
                text = without_member(text, key)
            elif found.get(key) != was.get(key):
                text = with_member(text, key, found[key])
        except (ValueError, RecursionError):  # a number without end, too many levels
            raise WiringError(f"`{key}` holds what cannot be written again") from None
    return text
