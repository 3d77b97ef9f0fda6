"""Finds the listed files in any INDEX.yaml dialect.

Lists of mappings, lists of names and mappings from a name or a path, to a depth of four keys.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ctxtally.catalog.amounts import amount, stated, unit_of
from ctxtally.catalog.facts import module_facts, plain_text
from ctxtally.model.catalog import Entry, Stated
from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.document import Document, Plain, Steps

MAX_STEPS = 4

# These keys name a file whatever their value looks like ...
_PATH_KEYS = ("path", "file")
# ... these only where the value looks like a path; `entry` in a mapping is a program's start.
_FORM_KEYS = ("design", "memory", "full_name")
_LIST_KEYS = (*_FORM_KEYS, "entry")
# Further files of one entry.
_MORE = ("plans", "tasks")
_NAMES = ("id", "name", "title")
# Mappings from a name straight to a path.
_NAMED_PATHS = frozenset({"canon", "context_docs"})
# A list under one of these belongs to the group above it.
_PLAIN_WORDS = frozenset({"documents", "entries", "files", "items", "modules"})
# Read by statements.py, or about the catalog itself.
_OWN = frozenset(
    {"discovery", "implementation_status", "loading_strategy", "root_anchor", "token_budgets"}
)
# An index of sources by content: to find changes, not to be read by agents.
_CHECKSUMS = frozenset({"checksum", "md5", "sha1", "sha256"})
_NAMED_LIKE_A_FILE = re.compile(r"[^\s/]*\.[A-Za-z0-9]{1,10}")
_WORDY_PATH = re.compile(r"^[/~$.]|\.[A-Za-z0-9]{1,10}$")
_DOCUMENT = re.compile(r"\S+\.(?:md|mdc|mdx|txt|rst|adoc|ya?ml|json)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A mapping or list on the way down; `steps` lead to it, `keys` are the keys among them."""

    document: Document
    steps: Steps = ()
    keys: tuple[str, ...] = ()

    def down(self, step: str | int) -> _Place:
        keys = (*self.keys, step) if isinstance(step, str) else self.keys
        return _Place(document=self.document, steps=(*self.steps, step), keys=keys)

    @property
    def category(self) -> str:
        if len(self.keys) > 1 and self.keys[-1] in _PLAIN_WORDS:
            return self.keys[-2]
        return self.keys[-1] if self.keys else ""

    @property
    def folder(self) -> str:
        """The folder whose files are listed here: `directories.<folder>.files`."""
        listed = len(self.keys) == 3 and self.keys[0] == "directories"  # noqa: PLR2004 - see there
        return self.keys[1] if listed and self.keys[2] == "files" else ""


def listed_entries(document: Document) -> Iterator[Entry]:
    """Yield every file that an index lists, in the order of the text."""
    top = _Place(document=document)
    if isinstance(document.data, list):
        yield from _in_list(top, document.data)
    elif isinstance(document.data, dict):
        yield from _in_mapping(top, document.data)


def looks_like_a_path(text: str) -> bool:
    """Say whether a text can be nothing but a path.

    >>> looks_like_a_path("docs/a"), looks_like_a_path("a.md"), looks_like_a_path("see a/b")
    (True, True, False)
    """
    if re.search(r"\s", text):
        return False
    return "/" in text or _NAMED_LIKE_A_FILE.fullmatch(text) is not None


def _in_mapping(place: _Place, mapping: Mapping[str, Plain]) -> Iterator[Entry]:
    for key, value in mapping.items():
        if not place.steps and key in _OWN:
            continue
        below = place.down(key)
        if isinstance(value, list):
            yield from _in_list(below, value)
        elif isinstance(value, dict):
            yield from _named(below, value)


def _named(place: _Place, mapping: Mapping[str, Plain]) -> Iterator[Entry]:
    """Yield what the mapping under one name holds: numbers by path, one entry, or more below."""
    if mapping and all(_is_size(path, number) for path, number in mapping.items()):
        yield from _sizes(place, mapping)
        return
    if place.keys[-1] in _NAMED_PATHS:
        yield from _paths_by_name(place, mapping)
        return
    found = _path_of(mapping, (*_PATH_KEYS, *_FORM_KEYS))
    if found is not None:
        group = _Place(document=place.document, steps=place.steps, keys=place.keys[:-1])
        yield from _entry(group, place.keys[-1], mapping, *found)
    elif len(place.keys) < MAX_STEPS:
        yield from _in_mapping(place, mapping)


def _in_list(place: _Place, items: list[Plain]) -> Iterator[Entry]:
    texts = [item for item in items if isinstance(item, str)]
    if texts and len(texts) == len(items):
        yield from _texts(place, texts)
        return
    for number, item in enumerate(items):
        if not isinstance(item, dict) or not _CHECKSUMS.isdisjoint(item):
            continue
        below = place.down(number)
        found = _path_of(item, (*_PATH_KEYS, *_LIST_KEYS)) or _file_name(place, item)
        if found is not None:
            yield from _entry(below, "", item, *found)
        elif len(place.keys) < MAX_STEPS:
            yield from _in_mapping(below, item)


def _texts(place: _Place, texts: list[str]) -> Iterator[Entry]:
    """Yield the files of a plain list of names, where all of them name documents."""
    grouped = bool(place.folder) or (
        place.keys[:1] == ("categories",) and place.keys[-1] in _PLAIN_WORDS
    )
    if len(place.keys) != 1 and not grouped:
        return
    if not all(_DOCUMENT.fullmatch(text) for text in texts):
        return
    for number, text in enumerate(texts):
        path = posixpath.join(place.folder, text)
        yield _bare(place, posixpath.basename(text), path, number, guessed=True)


def _entry(
    place: _Place, name: str, mapping: Mapping[str, Plain], key: str, path: str
) -> Iterator[Entry]:
    document, steps = place.document, place.steps
    by_name = key == "name"
    name = name or next((plain_text(mapping[one]) for one in _NAMES if mapping.get(one)), "")
    yield Entry(
        name=name or posixpath.basename(path),
        path=posixpath.join(place.folder, path) if by_name else path,
        line=document.line(*steps, key),
        role="module",
        category=place.category,
        stated=stated(document, steps, mapping),
        facts=tuple(module_facts(document, steps, mapping)),
        here=by_name and not place.folder,
        guessed=key == "full_name",
    )
    for more in _MORE:
        items = mapping.get(more)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, str) and looks_like_a_path(item):
                below = _Place(document=document, steps=(*steps, more), keys=place.keys)
                yield _bare(below, name, item, number)


def _bare(place: _Place, name: str, path: str, step: str | int, *, guessed: bool = False) -> Entry:
    line = place.document.line(*place.steps, step)
    return Entry(
        name=name, path=path, line=line, role="module", category=place.category, guessed=guessed
    )


def _sizes(place: _Place, mapping: Mapping[str, Plain]) -> Iterator[Entry]:
    unit = unit_of(place.keys[-1])
    for path, value in mapping.items():
        number = amount(value, unit)
        way = (*place.steps, path)
        line = place.document.line(*way)
        if number is not None:
            yield Entry(
                name=posixpath.basename(path),
                path=path,
                line=line,
                role="module",
                category=place.category,
                stated=(Stated(amount=number[0], unit=unit, line=line, steps=way),),
            )


def _paths_by_name(place: _Place, mapping: Mapping[str, Plain]) -> Iterator[Entry]:
    for name, path in mapping.items():
        if isinstance(path, str) and looks_like_a_path(path):
            yield _bare(place, name, path, name)


def _path_of(mapping: Mapping[str, Plain], keys: tuple[str, ...]) -> tuple[str, str] | None:
    for key in keys:
        path = mapping.get(key)
        if not isinstance(path, str):
            continue
        # "Relative path from project root" explains a key; "docs/my notes.md" is a file.
        plain = len(path.split()) <= 1 or _WORDY_PATH.search(path)
        if looks_like_a_path(path) or (key in _PATH_KEYS and plain):
            return key, path
    return None


def _file_name(place: _Place, item: Mapping[str, Plain]) -> tuple[str, str] | None:
    """Return the name of a list item where names are file names: `files[].name`."""
    name = item.get("name")
    if place.keys[-1:] != ("files",) or not isinstance(name, str):
        return None
    return ("name", name) if _NAMED_LIKE_A_FILE.fullmatch(name) else None


def _is_size(path: str, value: Plain) -> bool:
    number = isinstance(value, int) and not isinstance(value, bool)
    return number and _DOCUMENT.fullmatch(path) is not None
