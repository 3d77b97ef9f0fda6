"""Parses the profiles of agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from ctxtally.context.reading import Table, parse_toml
from ctxtally.model.imports import Imports
from ctxtally.model.measured import KINDS
from ctxtally.model.profile import (
    Base,
    Behaviour,
    Clause,
    Files,
    Limit,
    Load,
    Pick,
    Profile,
    Scope,
    Sets,
    Setting,
    Shape,
    Strip,
    Unit,
)
from ctxtally.text.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# No agent documents more hops, and each hop may open many files.
MAX_DEPTH = 5

_BEHAVIOURS_OF: dict[Scope, tuple[Behaviour, ...]] = {
    "file": ("cut-tail", "skip", "invalid", "warn"),
    "entry": ("cut-tail", "invalid", "warn"),
    "listing": ("drop-entry", "warn"),
    "chain": ("cut-tail", "skip", "warn"),
    "total": ("cut-tail", "skip", "warn"),
}
_BASES: tuple[Base, ...] = get_args(Base)
_BEHAVIOURS: tuple[Behaviour, ...] = get_args(Behaviour)
_LOADS: tuple[Load, ...] = get_args(Load)
_PICKS: tuple[Pick, ...] = get_args(Pick)
_SCOPES: tuple[Scope, ...] = get_args(Scope)
_SETS: tuple[Sets, ...] = get_args(Sets)
_SHAPES: tuple[Shape, ...] = get_args(Shape)
_STRIPS: tuple[Strip, ...] = get_args(Strip)
_UNITS: tuple[Unit, ...] = get_args(Unit)


def parse_profile(data: bytes, source: str) -> Profile:
    """Return the profile written in a TOML document; `source` is how messages name the file."""
    top = parse_toml(data, source)
    imports = top.table("imports")
    profile = Profile(
        agent=top.text("agent"),
        name=top.text("name"),
        versions=top.text("versions", ""),
        source=top.text("source"),
        verified_on=top.day("verified_on"),
        detect=top.texts("detect", ()),
        order=top.choice("order", ("root-first", "nearest-first"), "root-first"),
        window=top.whole("window", 0),
        outside=top.texts("outside", ()),
        imports=_imports(imports) if imports else None,
        files=tuple(map(_files, top.tables("files"))),
        limits=tuple(map(_limit, top.tables("limits"))),
        settings=tuple(map(_setting, top.tables("settings"))),
    )
    top.done()
    _check_references(profile, top)
    return profile


def override(shipped: Iterable[Profile], own: Iterable[Profile]) -> tuple[Profile, ...]:
    """Return the profiles by agent; one that a repository wrote replaces the shipped one."""
    by_agent = {profile.agent: profile for profile in shipped}
    by_agent |= {profile.agent: profile for profile in own}
    return tuple(by_agent[agent] for agent in sorted(by_agent))


def _files(table: Table) -> Files:
    row = Files(
        id=table.text("id"),
        globs=table.texts("glob"),
        kind=table.choice("kind", KINDS),
        at=table.choices("at", _BASES),
        load=table.choice("load", _LOADS),
        when=tuple(map(_clause, table.tables("when"))),
        pick=table.choice("pick", _PICKS, "all"),
        without=table.texts("without", ()),
        unless=table.texts("unless", ()),
        sort=table.choice("sort", ("path", "name"), "path"),
        imports=table.flag("imports"),
        strip=table.choices("strip", _STRIPS, ()),
        listing=table.texts("listing", ()),
        since=table.text("since", ""),
        until=table.text("until", ""),
    )
    table.done()
    for key, globs in (("glob", row.globs), ("without", row.without), ("unless", row.unless)):
        for glob in globs:
            # Braces would hide the ending by which files are found; `**/` belongs to `at`.
            if "{" in glob or glob.startswith(("/", "**/")) or not glob:
                raise table.wrong(key, "globs that begin with a name, without braces", glob)
    if not row.at:
        raise table.wrong("at", "at least one place", [])
    loads = {row.load, *(clause.load for clause in row.when)}
    if ("description" in loads) is not bool(row.listing):
        raise table.error(
            "`listing` and files that load by `description` belong together",
            "listing" if row.listing else "load",
            help='write what their line says, such as `listing = ["- {name}", ": {description}"]`',
        )
    return row


def _clause(table: Table) -> Clause:
    clause = Clause(
        key=table.text("key"),
        load=table.choice("load", _LOADS),
        equals=table.texts("equals", ()),
        shape=table.choice("shape", _SHAPES, "filled"),
    )
    table.done()
    return clause


def _imports(table: Table) -> Imports:
    imports = Imports(
        prefix=table.text("prefix"),
        suffix=table.text("suffix", ""),
        text=table.choice("text", ("markdown", "raw", "all"), "markdown"),
        after=table.choice("after", ("space", "any"), "space"),
        first=table.text("first", ""),
        chars=table.text("chars", ""),
        escapes=table.flag("escapes"),
        fragment=table.flag("fragment"),
        relative_to=table.choice("relative_to", ("file", "root"), "file"),
        depth=table.whole("depth"),
        replace=table.flag("replace"),
        repeat=table.flag("repeat"),
        begin=table.text("begin", ""),
        end=table.text("end", ""),
        failed=table.text("failed", ""),
        outside=table.text("outside", ""),
        again=table.text("again", ""),
        source=table.text("source"),
        verified_on=table.day("verified_on").isoformat(),
    )
    table.done()
    if not imports.prefix:
        raise table.wrong("prefix", "at least one character", "")
    if imports.depth > MAX_DEPTH:
        raise table.wrong("depth", f"at most {MAX_DEPTH}", imports.depth)
    return imports


def _limit(table: Table) -> Limit:
    limit = Limit(
        id=table.text("id"),
        scope=table.choice("scope", _SCOPES),
        unit=table.choice("unit", _UNITS),
        value=table.whole("value"),
        behaviour=table.choice("behaviour", _BEHAVIOURS),
        files=table.texts("files", ()),
        keys=table.texts("keys", ()),
        chars_per_token=table.whole("chars_per_token", 0),
        off=table.flag("off"),
        since=table.text("since", ""),
        until=table.text("until", ""),
        source=table.text("source"),
        verified_on=table.day("verified_on"),
    )
    table.done()
    known = _BEHAVIOURS_OF[limit.scope]
    if limit.behaviour not in known:
        raise table.wrong(
            "behaviour", f"one of {', '.join(known)} for scope {limit.scope}", limit.behaviour
        )
    if (limit.scope == "entry") is not bool(limit.keys):
        raise table.error(
            "`keys` and scope `entry` belong together",
            "keys" if limit.keys else "scope",
            help='name the keys of the front matter, such as `keys = ["description"]`',
        )
    if limit.scope == "entry" and limit.unit != "chars":
        raise table.wrong("unit", "chars for scope entry", limit.unit)
    if limit.chars_per_token and limit.unit != "percent-of-window":
        raise table.wrong("unit", "percent-of-window beside `chars_per_token`", limit.unit)
    return limit


def _setting(table: Table) -> Setting:
    setting = Setting(
        file=table.text("file"),
        key=table.text("key"),
        sets=table.choice("sets", _SETS),
        target=table.text("target", ""),
        condition=table.text("condition", ""),
        source=table.text("source"),
    )
    table.done()
    return setting


def _check_references(profile: Profile, top: Table) -> None:
    """Refuse ids that occur twice and names of rows or limits that are not there."""
    rows = [row.id for row in profile.files]
    limits = [limit.id for limit in profile.limits]
    for key, ids in (("files", rows), ("limits", limits)):
        twice = next((at for at, one in enumerate(ids) if one in ids[:at]), None)
        if twice is not None:
            message = f"`id` {shown(ids[twice])} is there before"
            raise top.error(message, key, twice, "id", help="give each table an id of its own")
    fed = {setting.target for setting in profile.settings}
    for at, row in enumerate(profile.files):
        if not row.globs and row.id not in fed:
            raise top.error(
                "`glob` is empty", "files", at, "glob", help="only a setting may fill it"
            )
    for at, limit in enumerate(profile.limits):
        for name in limit.files:
            _check_id(name, rows, top, "limits", at, "files")
    for at, setting in enumerate(profile.settings):
        if setting.sets != "exclude":
            known = limits if setting.sets == "limit" else rows
            _check_id(setting.target, known, top, "settings", at, "target")


def _check_id(name: str, known: Sequence[str], top: Table, *place: str | int) -> None:
    if name not in known:
        message = f"`{place[-1]}` names {shown(name)}, which is no id here"
        ids = f"the ids are {', '.join(known)}" if known else "there are no ids"
        raise top.error(message, *place, help=ids)
