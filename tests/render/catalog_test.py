from __future__ import annotations

from ctxtally.model.audit import Audit, AuditedEntry
from ctxtally.model.catalog import Entry, Stated
from ctxtally.model.finding import Finding
from ctxtally.model.form import Form
from ctxtally.model.mend import Mend
from ctxtally.model.record import replace
from ctxtally.render import catalog, catalog_json, catalog_markdown

STATED = (Stated(amount=10, unit="bytes", line=3),)
ENTRY = Entry(name="a|b", path="a.md", line=2, role="module", category="core", stated=STATED)
AUDIT = Audit(
    subject="index",
    counter="claude",
    method="calibrated",
    catalogs=("INDEX.yaml", "x/INDEX.yaml"),
    entries=(
        AuditedEntry(
            catalog="INDEX.yaml", entry=ENTRY, state="file", path="a.md", measured={"bytes": 12}
        ),
        AuditedEntry(
            catalog="INDEX.yaml",
            entry=replace(ENTRY, name="c", stated=()),
            state="file",
            path="c.md",
            measured={"tokens": 7},
        ),
    ),
    findings=(),
    forms=(Form(path="M.json", name="lazy", does="less", before=9, after=2),),
    remarks=("a\x1bb",),
)
NOTE = Finding(
    rule="catalog-cycle", level="warning", path="INDEX.yaml", line=1, message="m", help="h"
)


def test_estimates_and_units_are_marked() -> None:
    assert (
        catalog.catalog(AUDIT)
        == """\
Catalogs of the index

INDEX.yaml: 2 modules

  stated  measured  ratio  unit    entry
      10        12  1.20x  bytes   core/a|b
       -        ~7  -      tokens  core/c
       -        ~7  -      tokens  all 1 module

x/INDEX.yaml: lists no files

Smaller forms

  tokens  saved  file    how
      ~2     ~7  M.json  less

note: a\\x1bb
2 catalogs, 2 entries: 0 errors, 0 warnings (claude, calibrated; subject: index)"""
    )


def test_markdown() -> None:
    assert (
        catalog_markdown.catalog(replace(AUDIT, findings=(NOTE,)))
        == """\
# Catalogs

`2 catalogs, 2 entries: 0 errors, 1 warning (claude, calibrated; subject: index)`

## `INDEX.yaml`

2 modules

| stated | measured | ratio | unit | state | entry |
| ---: | ---: | ---: | --- | --- | --- |
| 10 | 12 | 1.20x | bytes | file | `core/a\\|b` |
| - | ~7 | - | tokens | file | `core/c` |

## `x/INDEX.yaml`

lists no files

## Smaller forms

| tokens | saved | file | how |
| ---: | ---: | --- | --- |
| ~2 | ~7 | `M.json` | `less` |

## Findings

- **warning** `catalog-cycle` `INDEX.yaml:1`: `m`

Note: `a\\x1bb`"""
    )


def test_markdown_without_entries_and_forms() -> None:
    bare = replace(AUDIT, catalogs=(), entries=(), forms=(), remarks=())
    assert catalog_markdown.catalog(bare) == (
        "# Catalogs\n\n`0 catalogs, 0 entries: 0 errors, 0 warnings (claude, calibrated; subject:"
        " index)`"
    )


def test_failures() -> None:
    assert catalog.failures(replace(AUDIT, findings=(NOTE,))) == ""
    error = replace(NOTE, level="error")
    assert catalog.failures(replace(AUDIT, findings=(error, NOTE))) == (
        "error[catalog-cycle]: INDEX.yaml:1: m\n"
        "  = help: h\n"
        "2 catalogs, 2 entries: 1 error, 1 warning (claude, calibrated; subject: index);"
        " `ctxtally catalog` shows all"
    )


def test_a_change_is_safe_to_print() -> None:
    one = Mend(path="a\x1b", steps=("b",), line=3, name="n\n", before=1_000, after=20)
    digest = replace(one, before="0\x1b", after="1")
    assert catalog.changes([one], [digest]) == (
        "a\\x1b:3: n\\n: 1,000 -> 20\n"
        "a\\x1b:3: n\\n: left at 0\\x1b, for it is not written plainly; it should be 1\n"
        "mended 1 number in 1 file"
    )
    assert catalog_json.change(digest)["before"] == "0\x1b"


def test_what_to_do_next_can_be_typed() -> None:
    form = Form(
        path="my M.json", name="lazy", does="less", before=9, after=2, moved_to="d.json", moved=5
    )
    assert catalog.written([form], "lazy") == (
        "my M.json: 9 -> 2 tokens; d.json holds 5, read only when it is needed\n"
        "next: git add 'my M.json' d.json"
    )
