"""An agent that nobody has heard of, described by TOML alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from ctxtally.context.discovery import detected, discover
from ctxtally.context.globset import pathspecs
from ctxtally.context.profiles import parse_profile
from ctxtally.model.loadset import Cut, Part
from tests.context.loading import load, order
from tests.context.shipped import PROFILES
from tests.context.trees import made
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

INVENTED = b"""
agent = "quill"
name = "Quill"
versions = ">=3"
source = "https://example.com/quill"
verified_on = 2026-11-20
detect = ["**/*.quill", ".quill/**"]
order = "nearest-first"
window = 1_000
outside = ["~/.quill"]

[imports]
prefix = "<<"
suffix = ">>"
text = "raw"
after = "any"
first = "./_"
fragment = true
relative_to = "root"
depth = 2
replace = true
repeat = true
begin = "{path} begins"
end = "ends"
failed = "no {path}"
outside = "not {path}"
again = "again {path}"
source = "https://example.com/quill/imports"
verified_on = 2026-11-20

[[files]]
id = "notes"
glob = ["first.quill", "second.quill"]
kind = "instructions"
at = ["chain"]
load = "always"
pick = "first"
imports = true
strip = ["outer-space", "blank"]

[[files]]
id = "top"
glob = "top.quill"
kind = "instructions"
at = ["root"]
load = "always"
unless = ["top.never"]

[[files]]
id = "here"
glob = "here.quill"
kind = "instructions"
at = ["dir"]
load = "always"
since = "3.1"

[[files]]
id = "near"
glob = "near.quill"
kind = "instructions"
at = ["chain", "below"]
load = "always"
pick = "nearest"

[[files]]
id = "rules"
glob = ".quill/rules/**/*.txt"
kind = "rule"
at = ["root", "below"]
load = "always"
sort = "name"
without = [".quill/rules/drafts/**"]
strip = ["front-matter", "block-comments"]
listing = ["{name|nameless}", " = {summary}", " @ {path}"]
when = [
  { key = "mode", equals = ["asked"], load = "manual" },
  { key = "mode", equals = ["listed"], load = "description" },
  { key = "only", shape = "empty", load = "never" },
  { key = "only", shape = "list", load = "glob" },
  { key = "off", load = "never" },
]

[[files]]
id = "log"
glob = "log.quill"
kind = "module"
at = ["root"]
load = "always"

[[limits]]
id = "log-lines"
scope = "file"
unit = "lines"
value = 2
behaviour = "cut-tail"
files = ["log"]
source = "https://example.com/quill/log"
verified_on = 2026-11-20

[[limits]]
id = "rule-size"
scope = "file"
unit = "bytes"
value = 100
behaviour = "skip"
files = ["rules"]
source = "https://example.com/quill/rules"
verified_on = 2026-11-20

[[limits]]
id = "rule-advice"
scope = "file"
unit = "tokens"
value = 8
behaviour = "warn"
files = ["rules"]
source = "https://example.com/quill/rules"
verified_on = 2026-11-20

[[limits]]
id = "summary"
scope = "entry"
unit = "chars"
value = 5
behaviour = "cut-tail"
keys = ["summary"]
source = "https://example.com/quill/rules"
verified_on = 2026-11-20

[[limits]]
id = "list"
scope = "listing"
unit = "percent-of-window"
value = 1
chars_per_token = 4
behaviour = "drop-entry"
source = "https://example.com/quill/rules"
verified_on = 2026-11-20

[[limits]]
id = "notes"
scope = "chain"
unit = "chars"
value = 30
behaviour = "cut-tail"
files = ["notes"]
source = "https://example.com/quill/notes"
verified_on = 2026-11-20

[[limits]]
id = "all"
scope = "total"
unit = "tokens"
value = 100
behaviour = "warn"
source = "https://example.com/quill"
verified_on = 2026-11-20

[[settings]]
file = ".quill/settings.toml"
key = "notes.max"
sets = "limit"
target = "notes"
condition = "on Sundays"
source = "https://example.com/quill/settings"

[[settings]]
file = ".quill/settings.toml"
key = "notes.more"
sets = "more-globs"
target = "notes"
source = "https://example.com/quill/settings"
"""

QUILL = parse_profile(INVENTED, "quill.toml")

TREE = {
    "first.quill": " <<lib/a.quill#part>> <<lib/none>> <<../x>> `<<lib/a.quill>>` <<=x>>\n",
    "second.quill": "not picked",
    "lib/a.quill": "a <<first.quill>> <<lib/b.quill>>",
    "lib/b.quill": "b <<lib/c.quill>>",
    "lib/c.quill": "too deep",
    "pkg/second.quill": "picked",
    "top.quill": "one",
    "here.quill": "not here",
    "pkg/here.quill": "here",
    "near.quill": "far",
    "pkg/near.quill": "near",
    "pkg/sub/near.quill": "below",
    ".quill/rules/z/a.txt": "always\n<!-- gone -->\n",
    ".quill/rules/b.txt": "---\nmode: asked\n---\nmanual",
    ".quill/rules/c.txt": "---\nmode: listed\nsummary: longer than five\n---\nlisted",
    ".quill/rules/d.txt": "---\nonly: []\n---\nnever",
    ".quill/rules/e.txt": "---\nonly: [x]\n---\nglob",
    ".quill/rules/f.txt": "---\noff: true\n---\nnever",
    ".quill/rules/g.txt": "g" * 101,
    ".quill/rules/h.txt": "one two three four five six seven eight nine",
    ".quill/rules/i.txt": "---\nmode: listed\nsummary: s\n---\nlisted",
    ".quill/rules/drafts/x.txt": "left out",
    "pkg/sub/.quill/rules/n.txt": "nested",
    "log.quill": "1\n2\n# Three\n4",
}


def test_it_is_found_and_detected() -> None:
    tree = made(TREE)
    assert detected([*PROFILES, QUILL], TREE) == (QUILL,)
    found = discover(tree.entries, [QUILL], tree.link)
    kinds = {file.path: file.kind for file in found.files}
    assert kinds["top.quill"] == "instructions"
    assert kinds[".quill/rules/b.txt"] == "rule"
    assert kinds["log.quill"] == "module"
    assert "lib/a.quill" not in kinds
    assert pathspecs([QUILL]) == ("*.quill", "*.txt", ".*", "top.never")


def test_every_way_of_loading() -> None:
    found = load(QUILL, TREE, "pkg")
    assert order(found) == [
        "always pkg/second.quill",
        "always pkg/here.quill",
        "always pkg/near.quill",
        "always first.quill",
        "always lib/a.quill",
        "always lib/b.quill",
        "always top.quill",
        "always .quill/rules/z/a.txt",
        "always .quill/rules/g.txt",
        "always .quill/rules/h.txt",
        "always log.quill",
        "manual .quill/rules/b.txt",
        "description .quill/rules/c.txt",
        "glob .quill/rules/e.txt",
        "description .quill/rules/i.txt",
        "nested pkg/sub/near.quill",
        "nested pkg/sub/.quill/rules/n.txt",
    ]
    files = {file.path: file for file in found.files}
    assert files["first.quill"].via == "**/first.quill"
    assert files["lib/b.quill"].via == "lib/a.quill:1"
    assert files[".quill/rules/e.txt"].via == ".quill/rules/e.txt:2"
    assert files[".quill/rules/z/a.txt"].tokens == 1
    assert files["log.quill"].bytes_kept == 4
    assert files["log.quill"].headings_lost == ("Three",)
    # The chain has 30 characters: "picked" takes 6 of them, and the imports come after their file.
    assert [files[path].bytes_kept for path in ("pkg/second.quill", "first.quill")] == [6, 24]
    assert [files[path].bytes_kept for path in ("lib/a.quill", "lib/b.quill")] == [0, 0]


# "c = longe @ .quill/rules/c.txt" and "i = s @ .quill/rules/i.txt".
LISTING = "least used first: the lines of its listing have 56 characters, at most 40"
LOG = "(under `Three`): at most 2 lines"


def test_what_is_said_of_it() -> None:
    found = load(QUILL, TREE, "pkg")
    told = [(one.rule, one.level, one.path, one.message) for one in found.findings]
    cut = "agent-limit"
    shared = "its files share 30 characters, and those before it take"
    assert told == [
        (
            "import-depth",
            "error",
            "lib/b.quill",
            "`lib/c.quill` is not loaded: Quill follows 2 hops",
        ),
        (
            "import-outside",
            "error",
            "first.quill",
            "`<<../x` leads out of the repository: not measured",
        ),
        (
            cut,
            "error",
            ".quill/rules/c.txt",
            "Quill cuts `summary`: 16 characters, at most 5 characters",
        ),
        (cut, "error", ".quill/rules/i.txt", f"Quill leaves 1 description out, {LISTING}"),
        (cut, "error", "first.quill", f"Quill keeps 24 of 69 bytes and loses 3 tokens: {shared} 6"),
        (cut, "error", "lib/a.quill", f"Quill keeps 0 of 33 bytes and loses 3 tokens: {shared} 30"),
        (cut, "error", "lib/b.quill", f"Quill keeps 0 of 17 bytes and loses 2 tokens: {shared} 30"),
        (
            cut,
            "error",
            ".quill/rules/g.txt",
            "Quill skips the whole file: 101 bytes, at most 100 bytes",
        ),
        (cut, "warning", ".quill/rules/h.txt", "9 tokens, for Quill at most 8 tokens"),
        (cut, "error", "log.quill", f"Quill keeps 4 of 13 bytes and loses 3 tokens {LOG}"),
    ]


def test_its_sums() -> None:
    found = load(QUILL, TREE, "pkg")
    always = [file for file in found.files if file.load == "always"]
    listed = [file.listing for file in found.files if file.listing]
    assert listed == [5, 1]
    assert [file.tokens for file in always] == [1, 1, 1, 2, 0, 0, 1, 1, 0, 9, 2]
    assert found.always == Part(tokens=18 + 6, files=11)
    assert found.on_demand == Part(tokens=6, files=6)
    assert found.cut == Cut(tokens=3 + 3 + 2 + 1 + 3, bytes=45 + 33 + 17 + 101 + 9)


def test_its_settings() -> None:
    settings = '[notes]\nmax = 100\nmore = ["third.quill"]\n'
    found = load(QUILL, {**TREE, ".quill/settings.toml": settings, "a/third.quill": "x"}, "a")
    assert order(found)[0] == "always a/third.quill"
    assert [file.bytes_cut for file in found.files[:4]] == [0, 0, 3, 17]
    message = (
        "Quill heeds `notes.max` only on Sundays; elsewhere the limit is 30 characters, and "
        "90 bytes are lost"
    )
    told = [one.message for one in found.findings if one.rule == "setting-conditional"]
    assert told == [message]


def test_a_file_that_takes_the_place_of_a_row() -> None:
    assert "always top.quill" not in order(load(QUILL, {**TREE, "top.never": "x"}, "pkg"))


# The keyword that is also the name of an agent says nothing.
NAMES = sorted(
    {
        word.lower()
        for one in PROFILES
        for word in (one.agent, one.name, *one.agent.split("-"), *one.name.split())
    }
    - {"continue", "agent", "agents", "code", "md", "readers", "skills", "cli", "q", "agents.md"}
    - {"agents md", "agent skills", "developer"}
)


MODULES = sorted((CHECKOUT / "hooks" / "ctxtally" / "context").glob("*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_agent_is_named_in_the_code(module: Path) -> None:
    words = set(re.findall(r"[a-z0-9-]+", module.read_text(encoding="utf-8").lower()))
    assert words.isdisjoint(NAMES)
    assert {"claude", "codex", "gemini-cli", "cursor", "kiro", "zed"} <= set(NAMES)
