"""The keys of a module that an index states and the module's own front matter repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.catalog import Fact, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxtally.model.document import Document, Plain, Steps

_FACTS = (
    "title",
    "category",
    "priority",
    "version",
    "last_updated",
    "estimated_tokens",
    "load_when",
    "dependencies",
    "optional_dependencies",
    "tags",
    "status",
)


def module_facts(document: Document, steps: Steps, mapping: Mapping[str, Plain]) -> Iterator[Fact]:
    """Yield the keys of one module that its front matter may repeat."""
    for name in _FACTS:
        if name not in mapping:
            continue
        value = mapping[name]
        line = document.line(*steps, name)
        if isinstance(value, list):
            words = tuple(
                Word(text=plain_text(item), line=document.line(*steps, name, number))
                for number, item in enumerate(value)
                if not isinstance(item, (dict, list))
            )
            yield Fact(name=name, line=line, words=words, listed=True)
        elif not isinstance(value, dict):
            yield Fact(name=name, line=line, words=(Word(text=plain_text(value), line=line),))


def plain_text(value: Plain) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
