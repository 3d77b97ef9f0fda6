"""Reads the scenario of a driven conversation: TOML that somebody wrote, or that ships."""

from __future__ import annotations

import os

from ctxtally.adapters import shipped
from ctxtally.adapters.digest import digest
from ctxtally.conversation.phases import EXPECTATIONS
from ctxtally.conversation.verdict import RULES
from ctxtally.errors import UserError
from ctxtally.model.scenario import Phase, Scenario
from ctxtally.text.nearest import nearest
from ctxtally.text.shown import shown
from ctxtally.text.terminal import printable
from ctxtally.text.toml_document import Table, read

FOLDER = "scenarios"
# Some thousand prompts of a paragraph each.
LARGEST_BYTES = 1 << 20
# The test plan of BlueCentre/adk-agents gives a turn 300 seconds.
TIMEOUT_SECONDS = 300
_LONGEST_SECONDS = 86_400


def scenario(name: str) -> Scenario:
    """Return the scenario in a file, or the shipped one of that name."""
    if os.path.isfile(name):
        with open(name, "rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        return parse(data, printable(name))
    known = [one.removesuffix(".toml") for one in shipped.names(FOLDER)]
    if name in known:
        return parse(shipped.read(FOLDER, f"{name}.toml"), f"{FOLDER}/{name}.toml")
    meant = nearest(name, known)
    raise UserError(
        f"{shown(name)} is neither a file nor a scenario that ships",
        help=f"name a TOML file, or {meant or known[0]}",
    )


def parse(data: bytes, source: str) -> Scenario:
    """Read a scenario; mistakes are a ConfigError with line and column."""
    top = read(data, source, limit=LARGEST_BYTES)
    top.allow({"name", "timeout_seconds", "phase"})
    phases = [_phase(one) for one in top.tables("phase")]
    if not phases:
        raise top.error("there is no `[[phase]]`", help='add one with `prompts = ["..."]`')
    names = [phase.name for phase in phases]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise top.error(f"two phases are named {shown(twice)}", "phase", help="rename one of them")
    return Scenario(
        name=top.needed("name"),
        digest=digest(data),
        timeout_seconds=_seconds(top),
        phases=tuple(phases),
    )


def _seconds(top: Table) -> float:
    value = top.values.get("timeout_seconds", TIMEOUT_SECONDS)
    usable = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not usable or not isinstance(value, (int, float)) or not 0 < value <= _LONGEST_SECONDS:
        message = f"`timeout_seconds` must be a number of seconds up to a day, not {shown(value)}"
        raise top.error(message, "timeout_seconds", help=f"write {TIMEOUT_SECONDS}")
    return float(value)


def _phase(table: Table) -> Phase:
    table.allow({"name", "about", "expect", "prompts"})
    expect = table.texts("expect") or tuple(RULES)
    for index, one in enumerate(expect):
        if one not in EXPECTATIONS:
            raise table.unknown(one, "expect", index, choices=EXPECTATIONS)
    prompts = table.texts("prompts")
    if prompts is None:
        message = f"{table.header} has no `prompts`"
        raise table.error(message, help='add `prompts = ["..."]`, one for each turn')
    return Phase(
        name=table.needed("name"), about=table.text("about") or "", expect=expect, prompts=prompts
    )
