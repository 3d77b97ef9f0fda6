"""Load sets: what an agent puts into its window for a directory, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.context import telling
from ctxtally.context.caps import capped, room
from ctxtally.context.expansion import Expansion, Library
from ctxtally.context.items import Item, Scale, limits_of
from ctxtally.context.leeway import leeway
from ctxtally.context.listing import fields, listed
from ctxtally.context.names import names
from ctxtally.context.opening import beginning, opened, size
from ctxtally.context.placement import placed, row_globs
from ctxtally.context.resolve import Lookup
from ctxtally.context.settling import settled
from ctxtally.model.finding import Finding
from ctxtally.model.loadset import LoadedFile, LoadSet
from ctxtally.model.record import replace
from ctxtally.text.globs import matches
from ctxtally.text.markdown import headings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ctxtally.context.opening import Opened
    from ctxtally.context.placement import Seed
    from ctxtally.model.profile import Files, Limit, Load, Profile, Unit
    from ctxtally.model.tree import Entry

_ON_DEMAND_BELOW: dict[Load, Load] = {"always": "nested", "description": "nested"}


def load_set(
    profile: Profile,
    directory: str,
    tree: Mapping[str, Entry],
    read: Callable[[str], bytes | None],
    count: Callable[[str], int],
) -> LoadSet:
    """Return what the agent loads for a session in `directory`, `.` for the top.

    `tree` holds the tracked entries, or asks for one when it is looked up; `read` returns the blob
    at a path, which for a symlink is its target, and `None` where it cannot be had; `count` counts
    tokens.
    """
    return Loader(profile, tree, read, count).load_set(directory)


class Loader:
    """One agent in one tree: files are read, searched and counted once for all directories."""

    def __init__(
        self,
        profile: Profile,
        tree: Mapping[str, Entry],
        read: Callable[[str], bytes | None],
        count: Callable[[str], int],
    ) -> None:
        self._settled = settled(profile, tree, read)
        self._profile = self._settled.profile
        self._read = read
        self._counts: dict[str, int] = {}
        self._counter = count
        self._scale = Scale(window=profile.window, count=self._count)
        lookup = Lookup(tree, lambda entry: _link_text(read(entry.path)))
        self._library = Library(self._profile, lookup, self._open)
        globs = row_globs(self._profile)
        self._names = names(lookup, globs)
        kept = {
            name: path
            for name, path in self._names.paths.items()
            if not self._is_excluded(name, path)
        }
        self._aliases: dict[str, list[str]] = {}
        for name, path in sorted(kept.items()):
            if name != path:
                self._aliases.setdefault(path, []).append(name)
        self._placement = placed(self._profile, globs, kept)

    def directories(self) -> tuple[str, ...]:
        """Return the directories, `.` first, for which the agent loads other files than above."""
        return self._placement.directories()

    def load_set(self, directory: str) -> LoadSet:
        expansion = Expansion(self._library)
        for item in self._gated(directory, expansion.findings):
            expansion.add(item)
        findings = [*self._settled.findings, *self._names.findings, *expansion.findings]
        items, told = listed(expansion.items, self._profile, self._scale)
        findings += told
        for setting, documented in self._settled.conditional:
            lost = self._lost_otherwise(items, documented)
            findings.append(telling.conditional(self._profile, setting, documented, lost))
        files = []
        left = self._room(items)
        for item in capped(items, self._profile, self._scale):
            file = self._file(item)
            if left is not None:
                own = leeway(item, self._profile, self._scale)
                file = replace(file, leeway=own)
            files.append(file)
            findings += self._over(item, file)
        return LoadSet(
            agent=self._profile.agent,
            dir=directory,
            files=tuple(files),
            findings=tuple(dict.fromkeys(findings)),
            room=left or {},
        )

    def _room(self, items: Sequence[Item]) -> Mapping[Unit, int] | None:
        """Return how much the items may grow together; `None` where any change may matter."""
        if self._settled.conditional:
            return None
        return room(items, self._profile, self._scale)

    def _gated(self, directory: str, findings: dict[Finding, None]) -> list[Item]:
        """Return the files that rows name, those that always load first."""
        items = []
        for seed in self._placement.seeds(directory):
            file = self._library.opened(seed.path, seed.row)
            if isinstance(file, Finding):
                findings[file] = None
                continue
            load, line = file.gate()
            if load != "never":
                items.append(self._item(seed, file, load, line))
        return sorted(items, key=lambda item: item.load != "always")

    def _item(self, seed: Seed, file: Opened, load: Load, line: int | None) -> Item:
        is_listed = load == "description" and not seed.below
        return Item(
            opened=file,
            load=_ON_DEMAND_BELOW.get(load, load) if seed.below else load,
            via=seed.row.patterns[seed.glob] if line is None else f"{seed.path}:{line}",
            text=file.stripped(file.text),
            kept=file.kept,
            over=file.over,
            fields=fields(seed, file.matter.values) if is_listed else None,
        )

    def _open(self, path: str, row: Files) -> Opened | Finding:
        bounds = []
        for limit in limits_of(self._profile, "file", row.id):
            amount = self._scale.amount(limit)
            if amount is not None:
                bounds.append((limit, *amount))
        return opened(path, row, self._read(path), bounds, self._count)

    def _file(self, item: Item) -> LoadedFile:
        tokens = self._count(item.text)
        tokens_cut = 0
        lost: tuple[str, ...] = ()
        raw = item.opened.raw
        kept = whole = beginning(raw, len(raw))
        if item.bytes_cut:
            kept = beginning(raw, item.kept)
            tokens_cut = max(self._count(item.opened.stripped(whole)) - tokens, 0)
            lost = tuple(title for title, end in headings(whole) if end > len(kept))
        return LoadedFile(
            path=item.path,
            load=item.load,
            via=item.via,
            tokens=tokens,
            bytes_kept=item.kept,
            bytes_cut=item.bytes_cut,
            chars_kept=len(kept),
            chars_cut=len(whole) - len(kept),
            lines_kept=kept.count("\n"),
            lines_cut=whole.count("\n") - kept.count("\n"),
            tokens_cut=tokens_cut,
            headings_lost=lost,
            listing=self._count(item.line) if item.line else 0,
            aliases=tuple(self._aliases.get(item.path, ())),
        )

    def _over(self, item: Item, file: LoadedFile) -> Iterator[Finding]:
        """Yield the findings of the limits that a file is over."""
        limits = [
            limit
            for limit in limits_of(self._profile, "file", item.opened.row.id)
            if limit.behaviour == "warn"
        ]
        if item.over is not None:
            limits.append(item.over)
        raw = item.opened.raw
        for limit in limits:
            amount = self._scale.amount(limit)
            if amount is None:
                continue
            unit, most = amount
            text = item.text if unit == "tokens" else beginning(raw, len(raw))
            actual = size(raw, text, unit, self._count)
            if actual > most or limit is item.over:
                excess = telling.Excess(limit=limit, unit=unit, most=most, actual=actual)
                yield telling.over(self._profile, item, file, excess)

    def _lost_otherwise(self, items: Iterable[Item], documented: Limit | None) -> int:
        """Return the bytes that are lost to the documented limit where it applies."""
        if documented is None:
            return 0
        limits = (
            documented if limit.id == documented.id else limit for limit in self._profile.limits
        )
        profile = replace(self._profile, limits=tuple(limits))
        done = capped(list(items), profile, self._scale)
        return sum(item.bytes_cut for item in done if item.over is documented)

    def _is_excluded(self, name: str, path: str) -> bool:
        # The agent matches absolute paths; only patterns for any place can be judged here.
        return any(
            matches(one, pattern)
            for pattern in self._settled.excluded
            if pattern.startswith("**/")
            for one in (name, path)
        )

    def _count(self, text: str) -> int:
        if text not in self._counts:
            self._counts[text] = self._counter(text) if text else 0
        return self._counts[text]


def _link_text(data: bytes | None) -> str | None:
    return None if data is None else data.decode(errors="surrogateescape")
