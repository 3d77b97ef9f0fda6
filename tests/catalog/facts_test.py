from __future__ import annotations

from ctxtally.model.catalog import Fact, Word
from tests.catalog.catalogs import catalog

TEXT = """\
categories:
  core:
    modules:
    - name: rules
      file: a.md
      priority: HIGH
      version: 1.0
      last_updated: 2026-01-02
      status:
      tags: [one, 2, true, [x]]
      load_when: {a: b}
      description: never compared
"""


def test_facts_of_a_module() -> None:
    entry = catalog(TEXT).entries[0]
    tags = (Word(text="one", line=10), Word(text="2", line=10), Word(text="true", line=10))
    assert entry.facts == (
        Fact(name="priority", line=6, words=(Word(text="HIGH", line=6),)),
        Fact(name="version", line=7, words=(Word(text="1.0", line=7),)),
        Fact(name="last_updated", line=8, words=(Word(text="2026-01-02", line=8),)),
        Fact(name="tags", line=10, words=tags, listed=True),
        Fact(name="status", line=9, words=(Word(text="", line=9),)),
    )
    assert entry.texts("tags") == ("one", "2", "true")
    assert entry.texts("title") == ()
    assert entry.fact("title") is None
    assert entry.qualified == "core/rules"


def test_an_entry_without_a_category() -> None:
    assert catalog("- path: a.md\n").entries[0].qualified == "a.md"
