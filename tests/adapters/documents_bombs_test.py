"""Inputs made to exhaust a reader, each read in a process with little time and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

resource = pytest.importorskip("resource", reason="limits on processes are a matter of POSIX")

MIB = 1024 * 1024

# The child limits itself, so that the time of the interpreter's start counts as well.
CHILD = """
import resource, sys
cpu, memory = int(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
from ctxtally.adapters.documents import read_document
from ctxtally.catalog.reader import read_catalog
from ctxtally.model.document import Document
with open(sys.argv[1], "rb") as file:
    read = read_document(sys.argv[4], file.read())
read = read_catalog(read) if isinstance(read, Document) else read
print(f"{type(read).__name__}: {read}"[:300])
"""


def read_in_a_box(tmp_path: Path, name: str, text: str, seconds: int) -> str:
    bomb = tmp_path / "bomb"
    bomb.write_text(text, encoding="utf-8")
    # Measuring coverage in the child would count against its limits.
    environment = {"PYTHONPATH": os.fspath(CHECKOUT / "hooks"), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, os.fspath(bomb), str(seconds), str(200 * MIB), name],
        capture_output=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def laughs(depth: int) -> str:
    lines = ["a0: &a0 [ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, depth + 1)]
    return "\n".join(lines)


def merges(depth: int) -> str:
    lines = ["a0: &a0 {k: v}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, depth)]
    return "\n".join(lines)


MODULES = "modules:\n" + "".join(f"- file: m/{n}.md\n  estimated_tokens: 5\n" for n in range(2_001))


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("INDEX.yaml", laughs(9), ":2:10: the alias `*a0`", id="laughs 9"),
        pytest.param("INDEX.yaml", laughs(30), ":2:10: the alias `*a0`", id="laughs 30"),
        pytest.param("INDEX.yaml", merges(9), ":2:15: the alias `*a0`", id="merge keys 9"),
        pytest.param("INDEX.yaml", "a: &x [*x]", ":1:8: the alias `*x`", id="a cycle"),
        pytest.param("INDEX.yaml", "[" * 5_000, ":1:65: nested more than", id="deep flow"),
        pytest.param("INDEX.yaml", "{" * 5_000, ":1:65: nested more than", id="deep mappings"),
        pytest.param("INDEX.yaml", "- " * 5_000, ":1:129: nested more than", id="deep block"),
        pytest.param("INDEX.yaml", "? " * 5_000, ":1:129: nested more than", id="deep keys"),
        pytest.param("INDEX.yaml", "a: 1\na: 2", ":2:1: duplicate key `a`", id="a duplicate"),
        pytest.param(
            "INDEX.yaml", "!!python/object/apply:os.getcwd []", ":1:1: the tag", id="an object"
        ),
        pytest.param(
            "INDEX.yaml", "a: " + "9" * 5_000, ":1:4: a number of more", id="5,000 digits"
        ),
        pytest.param("INDEX.yaml", "a: 1\n---\nb: 2", ":2:1: not valid YAML", id="two documents"),
        pytest.param("INDEX.yaml", "a:\n\tb: 1", ":2:1: not valid YAML", id="a tab"),
        pytest.param("INDEX.yaml", "a: \0", ":1:4: not valid YAML", id="a NUL"),
        pytest.param("INDEX.yaml", "a: b\n" * 60_000, ":1:1: 300,000 bytes", id="over 256 kB"),
        pytest.param("INDEX.yaml", MODULES, ":4002:1: more than 2,000 modules", id="2,001 modules"),
        pytest.param("MANIFEST.json", "[" * 100_000, ":1:65: nested more than", id="deep JSON"),
        pytest.param(
            "MANIFEST.json", "[" + "9" * 5_000 + "]", ":1:2: a number of more", id="JSON digits"
        ),
    ],
)
def test_listed_bombs_within_two_seconds(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    told = read_in_a_box(tmp_path, name, text, seconds=2)
    assert told.startswith(f"Unreadable: {name}{expected}")


KB = 256_000
MB = 4 * MIB


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("INDEX.yaml", "- a\n" * (KB // 4), id="short items"),
        pytest.param("INDEX.yaml", "[" + "a," * (KB // 2 - 1) + "]", id="a flow list"),
        pytest.param("INDEX.yaml", "{" + "a," * (KB // 2 - 1) + "}", id="a flow mapping"),
        pytest.param("INDEX.yaml", "[" + "[" * 60 + "]" * 60 + ",[]" * (KB // 4), id="brackets"),
        pytest.param("INDEX.yaml", "a:\n" + "  b\n" * (KB // 5), id="one long text"),
        pytest.param("INDEX.yaml", "a: |\n" + "  b\n" * (KB // 5), id="one block of text"),
        pytest.param("INDEX.yaml", "'" + "''" * (KB // 3) + "'", id="quotes"),
        pytest.param("INDEX.yaml", "\n" * KB, id="empty lines"),
        pytest.param("INDEX.yaml", "&a " * (KB // 3), id="anchors"),
        pytest.param("INDEX.yaml", "!" * KB, id="tags"),
        pytest.param("MANIFEST.json", "[" + "{}," * (MB // 4) + "{}]", id="empty mappings"),
        pytest.param("MANIFEST.json", "[" + "0," * 249_999 + "0]", id="numbers"),
        pytest.param(
            "MANIFEST.json",
            '{"files": [' + '{"path": "a", "size": 1},' * 62_498 + '{"path": "a", "size": 1}]}',
            id="a registry of 62,499",
        ),
        pytest.param(
            "MANIFEST.json",
            "{" + ",".join(f'"{n:06}":0' for n in range(124_999)) + ',"000000":1}',
            id="a duplicate at the end",
        ),
        pytest.param("MANIFEST.json", '["' + '\\"' * (MB // 2 - 9) + '"]', id="escapes"),
        pytest.param("MANIFEST.json", '"' * (MB - 9), id="quotes in JSON"),
    ],
)
def test_the_worst_that_the_limits_let_in(tmp_path: Path, name: str, text: str) -> None:
    """These take up to a second here; five leave room for a slower machine."""
    assert read_in_a_box(tmp_path, name, text, seconds=5)
