"""Keep a plan until something that it was made from changes.

A plan depends on names, modes and links, and on the content of the few files that were read for it.
The content of the context files themselves is not part of that, so after an edit of one of them
nothing has to be parsed again.
"""

from __future__ import annotations

import json
import os

from ctxtally.adapters.digest import digest
from ctxtally.adapters.files import replace_file
from ctxtally.adapters.loose import parts
from ctxtally.adapters.trees import Index
from ctxtally.adapters.version import fingerprint
from ctxtally.model.budget import Bound, Budget
from ctxtally.model.measured import ContextFile
from ctxtally.model.plan import Plain, Plan
from ctxtally.model.record import asdict
from ctxtally.model.tree import SYMLINK

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ctxtally.adapters.git import Place
    from ctxtally.model.imports import Imports
    from ctxtally.model.loadset import AgentLoad, LoadedFile
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.model.waiver import Waiver

# Its level depends on the base of the change, which is not part of the key.
DEPENDS_ON_BASE = "catalog-missing-file"


_BOUNDS = ("max", "warn", "min", "growth", "slack")


class Slot:
    """Where the plan of one work tree is kept; only that of its index is, others are made anew."""

    def __init__(self, place: Place, tree: Tree, *, thorough: bool) -> None:
        self._place = place
        self._tree = tree
        self._thorough = thorough

    def recall(self) -> tuple[Plan, Mapping[str, Entry]] | None:
        """Return the plan and what the tree holds for it, where the plan still holds."""
        if not isinstance(self._tree, Index):
            return None
        try:
            with open(self._path, encoding="ascii") as file:
                kept = json.load(file)
            specs, paths = kept["plan"]["specs"], kept["plan"]["paths"]
            entries = self._tree.listed(specs, paths)
            if kept["key"] != self._key(entries, kept["plan"]["sources"]):
                return None
            return _plan(kept["plan"]), entries
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None  # not there, torn, or not ours: it is made anew

    def keep(self, plan: Plan, entries: Mapping[str, Entry]) -> None:
        """Remember a plan; where it cannot be written it is made again the next time."""
        if not isinstance(self._tree, Index) or self._tree.torn:
            return
        if any(finding.rule == DEPENDS_ON_BASE for finding in plan.drift):
            return
        kept = {"key": self._key(entries, plan.sources), "plan": asdict(plan)}
        replace_file(self._path, json.dumps(kept, default=str).encode("ascii"))

    @property
    def _path(self) -> str:
        name = "thorough-plan" if self._thorough else "plan"
        return os.path.join(self._place.git_dir, "ctxtally", name)

    def _key(self, entries: Mapping[str, Entry], sources: tuple[str, ...]) -> str:
        read = set(sources)
        lines = [
            f"{entry.mode} {entry.oid if path in read or entry.mode == SYMLINK else ''} {path}"
            for path, entry in sorted(entries.items())
        ]
        listed = "\0".join(lines).encode("utf-8", "surrogateescape")
        return digest(
            fingerprint(), listed, *parts(self._place.lying, set(map(os.fsencode, entries)))
        )


def _plan(kept: dict[str, Any]) -> Plan:
    return Plan(
        **{
            **kept,
            "specs": tuple(kept["specs"]),
            "paths": tuple(kept["paths"]),
            "sources": tuple(kept["sources"]),
            "files": tuple(
                ContextFile(**{**one, "aliases": tuple(one["aliases"])}) for one in kept["files"]
            ),
            **_catalogs(kept),
            "budgets": tuple(_budget(one) for one in kept["budgets"]),
            "waivers": tuple(_waiver(one) for one in kept["waivers"]),
            **_findings(kept),
            "remarks": tuple(kept["remarks"]),
            "agents": tuple(_agent(one) for one in kept["agents"]),
            "plain": {path: Plain(**one) for path, one in kept["plain"].items()},
            "imports": tuple(map(_imports, kept["imports"])),
        }
    )


def _budget(kept: dict[str, Any]) -> Budget:
    bounds = {name: Bound(**kept[name]) for name in _BOUNDS if kept[name]}
    return Budget(**{**kept, "paths": tuple(kept["paths"]), "dirs": tuple(kept["dirs"]), **bounds})


def _catalogs(kept: dict[str, Any]) -> dict[str, Any]:
    if not kept["modules"] and not kept["categories"]:
        return {"modules": (), "categories": ()}
    from ctxtally.model.module import Category, Module

    return {
        "modules": tuple(Module(**one) for one in kept["modules"]),
        "categories": tuple(Category(**one) for one in kept["categories"]),
    }


def _findings(kept: dict[str, Any]) -> dict[str, Any]:
    if not kept["findings"] and not kept["drift"]:
        return {"findings": (), "drift": ()}
    from ctxtally.model.finding import Finding

    return {name: tuple(Finding(**one) for one in kept[name]) for name in ("findings", "drift")}


def _waiver(kept: dict[str, Any]) -> Waiver:
    from datetime import date

    from ctxtally.model.waiver import Waiver

    until = date.fromisoformat(kept["until"]) if kept["until"] else None
    return Waiver(**{**kept, "until": until})


def _agent(kept: dict[str, Any]) -> AgentLoad:
    from ctxtally.model.finding import Finding
    from ctxtally.model.loadset import AgentLoad, LoadSet
    from ctxtally.model.window import Window

    loads = kept["loads"]
    return AgentLoad(
        name=kept["name"],
        loads=LoadSet(
            agent=loads["agent"],
            dir=loads["dir"],
            files=tuple(_loaded(one) for one in loads["files"]),
            findings=tuple(Finding(**one) for one in loads["findings"]),
            room=loads["room"],
        ),
        outside=tuple(kept["outside"]),
        window=Window(**kept["window"]) if kept["window"] else None,
        ways=tuple(kept["ways"]),
    )


def _imports(kept: dict[str, Any]) -> Imports:
    from ctxtally.model.imports import Imports

    return Imports(**kept)


def _loaded(kept: dict[str, Any]) -> LoadedFile:
    from ctxtally.model.loadset import Leeway, LoadedFile

    leeway = None
    if kept["leeway"]:
        advice = {name: tuple(one) for name, one in kept["leeway"]["advice"].items()}
        leeway = Leeway(**{**_with_tuples(kept["leeway"]), "advice": advice})
    return LoadedFile(**{**_with_tuples(kept), "leeway": leeway})


def _with_tuples(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(one) if isinstance(one, list) else one for name, one in kept.items()}
