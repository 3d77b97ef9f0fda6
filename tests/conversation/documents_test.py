"""docs/conversation.md and docs/json.md say what the code does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters.agent_logs.table import EVENTS
from ctxtally.conversation.phases import EXPECTATIONS
from ctxtally.conversation.verdict import RULES
from ctxtally.model.criteria import Criteria
from ctxtally.text.criteria import NUMBERS, SHARES
from tests.conversation.made import judged, turns
from tests.documents import read, rows, section
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

DOCUMENT = CHECKOUT / "docs" / "conversation.md"
JSON = CHECKOUT / "docs" / "json.md"


def names(heading: str) -> list[str]:
    return [row[0].strip("`") for row in rows(section(DOCUMENT, heading))]


def test_every_rule_is_told_with_its_verdict() -> None:
    assert sorted(names("The rules")) == sorted(RULES)
    everything_wrong = judged(turns([*[0.5] * 10, *[0.96] * 4, 1.2]))
    verdicts = {one.rule: one.verdict for one in everything_wrong.rules}
    for name, verdict, _ in rows(section(DOCUMENT, "The rules")):
        assert verdicts[name.strip("`")] == verdict


def test_every_threshold_is_told() -> None:
    assert sorted(names("Thresholds")) == sorted((*NUMBERS, *SHARES)) == sorted(Criteria._fields)
    for name, _, default, _ in rows(section(DOCUMENT, "Thresholds")):
        value = getattr(Criteria(), name.strip("`"))
        shown = str(value) if name.strip("`") in NUMBERS else f'"{value:.0%}"'
        assert default == f"`{shown}`", name


def test_the_figures_in_the_rules_are_the_shipped_ones() -> None:
    told = {row[0].strip("`"): row[2] for row in rows(section(DOCUMENT, "The rules"))}
    found = Criteria()
    assert f"{found.high_turns:.0%} of the turns are at {found.high:.0%}" in told["high-use"]
    assert f"at {found.near:.0%} or above" in told["near-limit"]
    assert f"{found.exclusions} turns in a row" in told["exclusions"]
    assert f"at most {found.stripped:.0%}" in told["stripped"]
    assert f"fewer than {found.turns} turns" in read(DOCUMENT)


def test_what_a_table_and_a_phase_may_say_is_told() -> None:
    told = section(DOCUMENT, "What is read")
    assert all(f"`{one}`" in told for one in EVENTS)
    assert "`rises`" in section(DOCUMENT, "Drive a conversation")
    assert set(EXPECTATIONS) == {*RULES, "rises"}


@pytest.mark.parametrize("part", ["", "turns", "rules"])
def test_the_keys_of_the_document(repo: Repo, run: Run, part: str) -> None:
    repo.write({"a.csv": "turn,tokens,limit,event\n1,10,100,excluded\n"})
    arguments = ("conversation", "check", "a.csv", "--against", "a.csv", "--format", "json")
    found = run(*arguments).json
    listed = rows(section(JSON, part or "conversation"))
    inside = found[part][0] if part else found
    assert [row[0].strip("`") for row in listed] == list(inside)
    cells = {row[0].strip("`"): row[1] for row in listed}
    for name in ("logs", "comparisons", "events"):
        if name in cells:
            assert all(f"`{key}`" in cells[name] for key in inside[name][0]), name
