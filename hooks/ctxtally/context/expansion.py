"""Follows the imports of files, as deep and as often as the agent does."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from ctxtally.context import telling
from ctxtally.context.imports import fate, mentions
from ctxtally.context.items import Item
from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxtally.context.imports import Fate, Mention
    from ctxtally.context.opening import Opened
    from ctxtally.context.resolve import Lookup
    from ctxtally.model.imports import Imports
    from ctxtally.model.profile import Files, Load, Profile

# Far above real use (the largest file seen has a dozen), far below what makes a commit wait.
MAX_MENTIONS = 1_000
MAX_LOADED = 2_000


class Library:
    """The files that rows and imports open; each is opened and searched once."""

    def __init__(
        self, profile: Profile, lookup: Lookup, opener: Callable[[str, Files], Opened | Finding]
    ) -> None:
        self.profile = profile
        self.lookup = lookup
        self._opener = opener
        self._opened: dict[tuple[str, str], Opened | Finding] = {}
        self._mentions: dict[tuple[str, str], tuple[Mention, ...]] = {}
        self._fates: dict[tuple[str, str], tuple[Fate, str]] = {}

    def opened(self, path: str, row: Files) -> Opened | Finding:
        key = (path, row.id)
        if key not in self._opened:
            self._opened[key] = self._opener(path, row)
        return self._opened[key]

    def mentions(self, file: Opened) -> tuple[Mention, ...]:
        """Return the imports of a file; one more than MAX_MENTIONS stands for all the others."""
        grammar = self.profile.imports
        if grammar is None or not file.row.imports:
            return ()
        key = (file.path, file.row.id)
        if key not in self._mentions:
            self._mentions[key] = tuple(islice(mentions(file.text, grammar), MAX_MENTIONS + 1))
        return self._mentions[key]

    def fate(self, file: Opened, mention: Mention, grammar: Imports) -> tuple[Fate, str]:
        key = (file.path, mention.path)
        if key not in self._fates:
            self._fates[key] = fate(mention, file.path, grammar, self.lookup)
        return self._fates[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file whose imports are followed; `chain` are the files that led to it, itself last."""

    file: Opened
    load: Load
    chain: tuple[str, ...]


class Expansion:
    """One load set as it grows: `items` in the order of loading, each file once.

    A file that is imported again is loaded again where the grammar says so.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen: set[str] = set()
        self._left = MAX_LOADED
        self.items: list[Item] = []
        self.findings: dict[Finding, None] = {}

    def add(self, item: Item) -> None:
        """Add a file that a row names, and what it imports after it."""
        if item.path not in self._seen:
            self._add(item, (item.path,))

    def _add(self, item: Item, chain: tuple[str, ...]) -> None:
        self._seen.add(item.path)
        position = len(self.items)
        self.items.append(item)
        text = self._text(_Source(file=item.opened, load=item.load, chain=chain))
        if text is not None:
            self.items[position] = replace(item, text=item.opened.stripped(text))

    def _text(self, source: _Source) -> str | None:
        """Load what a file imports; return its own text, `None` where it stays as it is."""
        grammar = self._library.profile.imports
        found = self._library.mentions(source.file)
        if grammar is None or not found:
            return None
        if len(found) > MAX_MENTIONS:
            self._tell(telling.too_many(source.file.path, MAX_MENTIONS))
        text = source.file.text
        pieces: list[str] = []
        done = 0
        for mention in found[:MAX_MENTIONS]:
            stands = self._follow(source, mention, grammar)
            if stands is not None:
                pieces += [text[done : mention.start], stands]
                done = mention.end
        return "".join([*pieces, text[done:]]) if grammar.replace else None

    def _follow(self, source: _Source, mention: Mention, grammar: Imports) -> str | None:
        """Load one import; return what stands in its place in a text that is replaced."""
        outcome, path = self._library.fate(source.file, mention, grammar)
        if outcome == "file":
            return self._load(source, mention, path, grammar)
        if outcome == "outside":
            self._tell(telling.leads_out(source.file.path, mention, grammar.prefix))
            return _filled(grammar.outside, mention) or None
        if outcome == "missing":
            self._tell(telling.leads_nowhere(source.file.path, mention, grammar.prefix))
        return _filled(grammar.failed, mention) or None

    def _load(self, source: _Source, mention: Mention, path: str, grammar: Imports) -> str | None:
        if path in source.chain:
            return _filled(grammar.again, mention) or None
        if self._is_barred(source, mention, path, grammar):
            return None
        imported = self._library.opened(path, source.file.row)
        if isinstance(imported, Finding):
            # A picture is no text for any agent; a text that cannot be decoded is worth a word.
            if imported.rule != "nul-byte":
                self._tell(imported)
            return _filled(grammar.failed, mention) or None
        self._left -= 1
        via = f"{source.file.path}:{mention.line}"
        self._add(_item(imported, source.load, via), (*source.chain, path))
        return _filled(grammar.begin, mention) + _filled(grammar.end, mention)

    def _is_barred(self, source: _Source, mention: Mention, path: str, grammar: Imports) -> bool:
        """Say whether an import stays out: it is there already, too deep, or one too many."""
        if path in self._seen and not grammar.repeat:
            return True
        if len(source.chain) > grammar.depth:
            profile, place = self._library.profile, source.file.path
            self._tell(telling.too_deep(profile, place, mention, grammar.depth))
            return True
        if not self._left:
            self._tell(telling.too_many(source.chain[0], MAX_LOADED))
        return not self._left

    def _tell(self, finding: Finding) -> None:
        self.findings[finding] = None


def _item(file: Opened, load: Load, via: str) -> Item:
    text = file.stripped(file.text)
    return Item(opened=file, load=load, via=via, text=text, kept=file.kept, over=file.over)


def _filled(template: str, mention: Mention) -> str:
    return template.replace("{path}", mention.path)
