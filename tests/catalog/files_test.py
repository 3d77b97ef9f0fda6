from __future__ import annotations

import pytest

from ctxtally.catalog.files import file_findings, listed_folders
from ctxtally.catalog.resolve import resolve
from ctxtally.model.finding import Finding
from ctxtally.model.tree import SUBMODULE, Entry
from ctxtally.text.paths import Listing
from tests.catalog.catalogs import catalog, listing, told

PLACE = "docs/context/INDEX.yaml"
TWO = "files:\n- {name: Rules, path: docs/context/core/a.md}\n- path: docs/context/core/b.md\n"
A, B = "docs/context/core/a.md", "docs/context/core/b.md"


@pytest.mark.parametrize(
    ("text", "paths", "expected"),
    [
        pytest.param(
            TWO,
            [B],
            [
                (
                    f"error[catalog-missing-file]: {PLACE}:2: `Rules` names"
                    " docs/context/core/a.md, which is not tracked"
                )
            ],
            id="a deleted module",
        ),
        pytest.param(
            "files:\n- name: a.md\n",
            ["a.md"],
            [(f"error[catalog-missing-file]: {PLACE}:2: `a.md` names a.md, which is not tracked")],
            id="a file name that is only found elsewhere",
        ),
        pytest.param(
            "entries:\n- {path: a.md, status: draft}\n",
            [],
            [(f"error[catalog-missing-file]: {PLACE}:2: `a.md` names a.md, which is not tracked")],
            id="a status that says it is there",
        ),
        pytest.param(
            "root_anchor: {file: CLAUDE.md}\n",
            [],
            [
                (
                    f"error[catalog-missing-file]: {PLACE}:1: root_anchor names CLAUDE.md, which"
                    " is not tracked"
                )
            ],
            id="a missing anchor",
        ),
        pytest.param(
            "files:\n- path: docs\n- path: docs/x/*.md\n",
            ["docs/context/core/a.txt"],
            [
                (
                    f"note[catalog-not-a-file]: {PLACE}:2: 2 entries are no file, but a directory"
                    " or a pattern: docs, docs/x/*.md"
                )
            ],
            id="a directory and a pattern",
        ),
        pytest.param(
            "standards:\n  A: {full_name: A.md}\nalways: [b.md]\n",
            [],
            [
                (
                    f"note[catalog-unmatched-name]: {PLACE}:2: 2 names cannot be matched to a"
                    " tracked file: A.md, b.md"
                )
            ],
            id="names that may be anywhere",
        ),
        pytest.param(
            TWO,
            [A, B, "docs/context/core/d.md", "docs/context/core/c.md"],
            [
                (
                    f"note[catalog-unlisted-file]: {PLACE}: docs/context/core holds 2 files that"
                    " it does not list: c.md, d.md"
                )
            ],
            id="unlisted files beside listed ones",
        ),
        pytest.param(
            TWO,
            [A, B, "docs/context/README.md"],
            [
                (
                    f"note[catalog-unlisted-file]: {PLACE}: docs/context holds 1 file that it"
                    " does not list: README.md"
                )
            ],
            id="an unlisted file beside the catalog",
        ),
    ],
)
def test_speaks(text: str, paths: list[str], expected: list[str]) -> None:
    assert told(text, *paths) == expected


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        pytest.param(TWO, [A, B], id="all there"),
        pytest.param("entries: [{path: a.md, status: not-created}]\n", [], id="not created"),
        pytest.param("entries: [{path: a.md, status: Not yet created}]\n", [], id="not yet"),
        pytest.param("entries: [{path: a.md, status: planned}]\n", [], id="planned"),
        pytest.param("standards: {A: {full_name: A.md}}\n", ["A.md"], id="a name that is found"),
        pytest.param("root_anchor: {file: CLAUDE.md}\n", ["CLAUDE.md"], id="the anchor"),
        pytest.param(TWO, [A, B, "docs/context/core/c.txt"], id="a file of another kind"),
        pytest.param(TWO, [A, B, "docs/context/other/c.md"], id="a directory it does not list"),
        pytest.param(TWO, [A, B, "docs/c.md", "c.md"], id="directories above"),
        pytest.param(TWO, [A, B, "docs/context/INDEX.yaml"], id="the catalog itself"),
        pytest.param("files: [{path: a.md}]\n", ["a.md", "b.md"], id="files at the top"),
        pytest.param(
            "files: [{path: docs/a.yaml}]\n", ["docs/a.yaml", "docs/index.yaml"], id="a catalog"
        ),
    ],
)
def test_quiet(text: str, paths: list[str]) -> None:
    assert told(text, *paths) == []


WHY = [
    ("", "which is empty"),
    ("a\\0b", "which holds a NUL character"),
    ("/etc/passwd", "an absolute path"),
    ("~/x", "a path in somebody's home directory"),
    ("$HOME/x", "a variable of the shell"),
    ("file:///etc/passwd", "a URL"),
    ("C:/x", "a path on a drive"),
    ("docs/..\\\\x", "which is written with backslashes"),
    (".git/config", "a part of git's own directory"),
    ("../../../x", "which leads out of the repository"),
]


@pytest.mark.parametrize(("path", "why"), WHY)
def test_refused_paths_speak(path: str, why: str) -> None:
    text = f'files:\n- name: X\n  path: "{path}"\n'
    shown = path.replace("\\0", "\\x00").replace("\\\\", "\\")
    assert told(text) == [
        f"error[catalog-refused-path]: {PLACE}:3: `X` names `{shown}`, {why}: it is not read"
    ]


def test_a_submodule_and_help() -> None:
    read = catalog("files:\n- path: vendor\n")
    tree = Listing(entries={"vendor": Entry(path="vendor", mode=SUBMODULE, oid="1")})
    resolved = tuple(resolve(read.path, read.entries, tree))
    assert list(file_findings(read, resolved, tree)) == [
        Finding(
            rule="catalog-refused-path",
            level="error",
            path=PLACE,
            line=2,
            message="`vendor` names `vendor`, which is a submodule: it is not read",
            help=(
                "name a tracked file, relative to the top of the repository or to this file, with /"
            ),
        )
    ]


def test_folders_to_look_into() -> None:
    read = catalog("files:\n- path: docs/context/core/a.md\n- path: a.txt\n- path: gone/b.md\n")
    resolved = tuple(resolve(read.path, read.entries, listing(A, "a.txt")))
    folders = listed_folders(read.path, resolved)
    assert folders == {"docs/context/core": {".md"}, "docs/context": {".md"}}
    assert listed_folders("INDEX.yaml", resolved) == {"docs/context/core": {".md"}}


def test_links_are_not_unlisted_files() -> None:
    read = catalog("files:\n- path: docs/a.md\n")
    entries = [
        Entry(path="docs/a.md", mode="100644", oid="1"),
        Entry(path="docs/b.md", mode="120000", oid="2"),
    ]
    tree = Listing(entries={entry.path: entry for entry in entries})
    resolved = tuple(resolve(read.path, read.entries, tree))
    assert list(file_findings(read, resolved, tree)) == []


def test_long_names_are_cut() -> None:
    text = f"files:\n- path: {'x' * 500}.md\n"
    shown = "x" * 120 + "..."
    assert told(text) == [
        f"error[catalog-missing-file]: {PLACE}:2: `{shown}` names {shown}, which is not tracked"
    ]
