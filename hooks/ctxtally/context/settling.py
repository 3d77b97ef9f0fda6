"""A profile as the agent's own settings in a repository, and its version, make it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass, replace
from ctxtally.text.frontmatter import front_matter
from ctxtally.text.globs import alternatives
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ctxtally.model.profile import Files, Limit, Profile, Setting
    from ctxtally.model.tree import Entry

# Settings of agents are a few kilobytes; parsing more could take long.
_MAX_BYTES = 64 * 1024

# A string stays, a comment goes, and so does a comma before a closing bracket.
_JSON_NOISE = re.compile(r'"(?:\\.|[^"\\])*"?|//[^\n]*|/\*.*?(?:\*/|\Z)|,\s*(?=[}\]])', re.DOTALL)
_SPECIAL = re.compile(r"([*?\[])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """`conditional` holds settings with a condition, and the limit that applies without it."""

    profile: Profile
    excluded: tuple[str, ...] = ()
    conditional: tuple[tuple[Setting, Limit | None], ...] = ()
    findings: tuple[Finding, ...] = ()


def at_version(profile: Profile, version: str) -> Profile:
    """Return the profile without the rows and limits that this version does not have.

    >>> [_numbers(text) for text in ("2.1.277", "v3-beta", "")]
    [(2, 1, 277), (3,), ()]
    """
    return replace(
        profile,
        files=tuple(row for row in profile.files if _has(row, version)),
        limits=tuple(limit for limit in profile.limits if _has(limit, version)),
    )


def settled(
    profile: Profile, entries: Mapping[str, Entry], read: Callable[[str], bytes | None]
) -> Settled:
    """Apply the settings files of the tree to a profile."""
    done = Settled(profile=profile)
    files: dict[str, object] = {}
    for setting in profile.settings:
        entry = entries.get(setting.file)
        if entry is None or not entry.is_file:
            continue
        if setting.file not in files:
            files[setting.file] = _parsed(setting.file, read(setting.file))
            if files[setting.file] is None:
                done = _with_finding(done, _unreadable(profile, setting.file))
        value = _found(files[setting.file], setting.key)
        if value is not None:
            applied = _applied(done, setting, value)
            done = applied or _with_finding(done, _wrong(profile, setting, value))
    return done


def _applied(done: Settled, setting: Setting, value: object) -> Settled | None:
    """Return what the value of a setting makes of a profile, `None` where it is of no use."""
    conditional = done.conditional
    if setting.sets == "limit":
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            return None
        limit = next(one for one in done.profile.limits if one.id == setting.target)
        if setting.condition:
            conditional = (*conditional, (setting, limit))
        return replace(
            done, profile=_with_limit(done.profile, limit, value), conditional=conditional
        )
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        return None
    if setting.sets == "exclude":
        return replace(done, excluded=(*done.excluded, *texts))
    if setting.condition:
        conditional = (*conditional, (setting, None))
    return replace(done, profile=_with_globs(done.profile, setting, texts), conditional=conditional)


def _with_finding(done: Settled, finding: Finding) -> Settled:
    return replace(done, findings=(*done.findings, finding))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"[0-9]+", version)[:4])


def _has(one: Files | Limit, version: str) -> bool:
    number = _numbers(version)
    return _numbers(one.since) <= number and (not one.until or number < _numbers(one.until))


def _parsed(file: str, data: bytes | None) -> object:
    """Return the content of a TOML, JSON or YAML file, `None` where it cannot be parsed."""
    if data is None or len(data) > _MAX_BYTES:
        return None
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
        if file.endswith(".toml"):
            import tomli

            return tomli.loads(text)
        if file.endswith((".json", ".jsonc")):
            import json

            return json.loads(_JSON_NOISE.sub(_unless_string, text))
        found = front_matter(f"---\n{text}\n---\n")
    except (ValueError, RecursionError, MemoryError):
        return None
    return None if found.broken else dict(found.values)


def _unless_string(noise: re.Match[str]) -> str:
    return noise[0] if noise[0].startswith('"') else " "


def _found(values: object, key: str) -> object:
    """Return what stands at a dotted key."""
    for name in key.split("."):
        values = values.get(name) if isinstance(values, dict) else None
    return values


def _with_limit(profile: Profile, limit: Limit, value: int) -> Profile:
    limits = (replace(one, value=value) if one is limit else one for one in profile.limits)
    return replace(profile, limits=tuple(limits))


def _with_globs(profile: Profile, setting: Setting, texts: Iterable[str]) -> Profile:
    row = next(one for one in profile.files if one.id == setting.target)
    if setting.sets == "more-globs":
        # An address or a place outside the repository is nothing that a glob could find.
        inside = (text for text in texts if not text.startswith(("/", "~", "../")))
        globs = [one.removeprefix("./") for text in inside for one in alternatives(text)]
    else:
        globs = [_SPECIAL.sub(r"[\1]", text) for text in texts if "{" not in text]
    kept = () if setting.sets == "names" else row.globs
    changed = replace(row, globs=(*kept, *(glob for glob in globs if glob)))
    return replace(profile, files=tuple(changed if one is row else one for one in profile.files))


def _unreadable(profile: Profile, file: str) -> Finding:
    return Finding(
        rule="setting-unreadable",
        level="warning",
        path=file,
        message=f"cannot be parsed, so the settings of {profile.name} in it are not known",
        help="mend the file",
    )


def _wrong(profile: Profile, setting: Setting, value: object) -> Finding:
    return Finding(
        rule="setting-unreadable",
        level="warning",
        path=setting.file,
        message=f"`{setting.key}` is {shown(value)}, which {profile.name} cannot use",
        help="write a whole number" if setting.sets == "limit" else "write a list of strings",
    )
