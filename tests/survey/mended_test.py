from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from ctxtally.adapters.git import place
from ctxtally.adapters.trees import Index
from ctxtally.errors import UserError
from ctxtally.survey import mended
from ctxtally.survey.mended import mend
from ctxtally.tokens.counters import counter
from tests.golden_test import GOLDEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.repo import Repo

SMALL = GOLDEN / "catalog" / "small" / "input"
FILES = {
    path.relative_to(SMALL).as_posix(): path.read_bytes()
    for path in SMALL.rglob("*")
    if path.is_file()
}
INDEX = "docs/context/INDEX.yaml"


def settled(repo: Repo, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what all files become, and check that they need no second mending."""
    repo.add(files)
    once = {**files, **mend(place(), Index()).after}
    repo.add(once)
    again = mend(place(), Index())
    assert (again.after, again.made, again.left) == ({}, (), ())
    return once


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_estimates_are_what_was_measured_and_nothing_else_changes(
    repo: Repo, end: bytes, mark: bytes
) -> None:
    files = {
        path: (mark if path != "MANIFEST.json" else b"") + raw.replace(b"\n", end)
        for path, raw in FILES.items()
    }
    after = settled(repo, files)
    for path, raw in files.items():
        old, new = raw.split(b"\n"), after[path].split(b"\n")
        assert len(old) == len(new)
        for before, now in zip(old, new, strict=True):
            digits = bytes.maketrans(b"0123456789", b"##########")
            assert squeezed(before.translate(digits)) == squeezed(now.translate(digits))
    count = counter().count
    data = YAML(typ="safe", pure=True).load(after[INDEX].decode("utf-8-sig"))
    stated = {
        one["file"]: int(one["estimated_tokens"]) for one in data["categories"]["core"]["modules"]
    }
    for path in ("docs/context/core/rules.md", "docs/context/core/style.md"):
        assert stated[path] == count(text(after[path]))
    assert (
        f"estimated_tokens: {stated['docs/context/core/rules.md']}{end.decode()}".encode()
        in (after["docs/context/core/rules.md"])
    )
    assert data["categories"]["core"]["token_budget"] == sum(stated.values())
    assert data["root_anchor"]["word_count"] == len(text(after["CLAUDE.md"]).split())
    assert data["root_anchor"]["token_estimate"] == count(text(after["CLAUDE.md"]))


def squeezed(line: bytes) -> bytes:
    while b"##" in line:
        line = line.replace(b"##", b"#")
    return line


def text(raw: bytes) -> str:
    return raw.decode("utf-8-sig").replace("\r\n", "\n")


def test_every_change_is_told_once_from_first_to_last(repo: Repo) -> None:
    repo.add(FILES)
    told = [(one.path, one.name, one.before, one.after) for one in mend(place(), Index()).made]
    assert len(told) == len(set(told)) == 9
    # Written in the first round, when the estimates had not been mended, and once more after.
    assert (INDEX, "categories.core.token_budget", 100, 104) in told


def test_a_value_that_is_not_written_plainly_is_left_and_named(repo: Repo) -> None:
    repo.add(
        {
            "INDEX.yaml": "files:\n- {path: a.md, tokens: 0x9}\n- {path: b.md, tokens: 9}\n",
            "a.md": "one\n",
            "b.md": "two\n",
        }
    )
    found = mend(place(), Index())
    assert [(one.name, one.before, one.after) for one in found.left] == [
        ("files/a.md tokens", 9, 2)
    ]
    assert found.after == {
        "INDEX.yaml": b"files:\n- {path: a.md, tokens: 0x9}\n- {path: b.md, tokens: 2}\n"
    }


def test_a_change_that_would_change_more_is_not_made(
    repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clumsy(*_: object) -> str:
        return "files: []\n"

    repo.add({"INDEX.yaml": "files:\n- {path: a.md, tokens: 9}\n", "a.md": "one\n"})
    monkeypatch.setattr(mended, "spliced", clumsy)
    found = mend(place(), Index())
    assert (found.after, len(found.left)) == ({}, 1)


def test_numbers_that_never_settle_are_refused(repo: Repo) -> None:
    # Each states the size of the other plus its own: every change makes the next one.
    index = "files:\n- {path: %s/INDEX.yaml, size: 99}\n"
    repo.add({"a/INDEX.yaml": index % "b", "b/INDEX.yaml": index % "a"})
    assert mend(place(), Index()).made
    repo.add({"a/INDEX.yaml": "files:\n- {path: a/INDEX.yaml, size: 9}\n"})
    assert mend(place(), Index()).made


def test_rounds_are_limited(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mended, "MAX_ROUNDS", 1)
    repo.add({"INDEX.yaml": "files:\n- {path: a.md, tokens: 9}\n", "a.md": "one\n"})
    with pytest.raises(UserError) as caught:
        mend(place(), Index())
    assert str(caught.value) == (
        "the numbers of INDEX.yaml do not settle: each change makes another one"
    )
    assert caught.value.help == "mend them by hand"
