"""Every format of the gate tells of each state that a budget may be in, beside over and warning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.dom import minidom

import pytest

from tests.documents import rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.command import Run
    from tests.support.repo import Repo

BUDGETS = """
[[budget]]
name = "room"
paths = ["room.md"]
max = 100
slack = 10
[[budget]]
name = "recorded"
paths = ["new.md"]
max = "baseline"
[[budget]]
name = "old"
paths = ["old.md"]
max = 10
over = "shrink-only"
"""
Told = tuple[str, str, str]
# By state: the level, the path and the message of its finding.
TOLD: dict[str, Told] = {
    "unrecorded": ("error", "new.md", "2 tokens, not in the baseline (recorded: baseline)"),
    "slack": (
        "error",
        "room.md",
        "21 tokens, 79 of its budget of 100 are unused, at most 10 (room)",
    ),
    "inherited": (
        "note",
        "old.md",
        "31 tokens, 21 over its budget of 10 (old); 31 at HEAD, and it may only shrink",
    ),
}


def _text(out: str) -> list[Told]:
    heads = [line.split(": ", 2) for line in out.splitlines() if "[token-budget]: " in line]
    return [(head.partition("[")[0], path, message) for head, path, message in heads]


def _json(out: str) -> list[Told]:
    found = json.loads(out)
    assert {one["state"] for one in found["budgets"]} >= TOLD.keys()
    return [(one["level"], one["path"], one["message"]) for one in found["findings"]]


def _markdown(out: str) -> list[Told]:
    assert {row[6] for row in rows(out)[2:]} >= TOLD.keys()
    lines = [line for line in out.splitlines() if line.startswith("- **")]
    parts = [line.removeprefix("- **").replace("**", "").split("`") for line in lines]
    return [(part[0].strip(), part[3], part[5]) for part in parts]


def _sarif(out: str) -> list[Told]:
    (run,) = json.loads(out)["runs"]
    return [
        (
            one["level"],
            one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            one["message"]["text"].partition("\n")[0],
        )
        for one in run["results"]
    ]


def _github(out: str) -> list[Told]:
    heads = [line.split("::", 2) for line in out.splitlines() if line.startswith("::")]
    return [
        (
            head.partition(" ")[0].replace("notice", "note"),
            head.partition("file=")[2].partition(",")[0],
            said.partition("%0A")[0],
        )
        for _, head, said in heads
    ]


def _junit(out: str) -> list[Told]:
    found = []
    for case in minidom.parseString(out.encode()).getElementsByTagName("testcase"):  # noqa: S318 - our own
        path = case.getAttribute("file")
        failed = case.getElementsByTagName("failure")
        found += [("error", path, one.getAttribute("message")) for one in failed]
        for one in case.getElementsByTagName("skipped"):
            head, _, message = one.getAttribute("message").partition(": ")
            found.append((head.removesuffix("[token-budget]"), path, message))
    return found


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("text", _text),
        ("json", _json),
        ("markdown", _markdown),
        ("sarif", _sarif),
        ("github", _github),
        ("junit", _junit),
    ],
    ids=["text", "json", "markdown", "sarif", "github", "junit"],
)
def test_each_state(repo: Repo, run: Run, name: str, read: Callable[[str], list[Told]]) -> None:
    old = {"old.md": "word " * 30 + "\n"}
    repo.commit("base", {"ctxtally.toml": BUDGETS, "new.md": "word\n", **old})
    repo.add({"room.md": "word " * 20 + "\n"})
    ran = run("budget", "--verbose", "--format", name)
    assert ran.status == 1
    assert sorted(read(ran.out)) == sorted(TOLD.values())
