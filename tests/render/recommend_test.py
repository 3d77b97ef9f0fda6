from __future__ import annotations

import json

from ctxtally.model.analysis import Analysis, Group, Period
from ctxtally.model.promise import Promise
from ctxtally.model.record import replace
from ctxtally.model.saving import Recommended, Saving
from ctxtally.render import recommend

FOUND = Recommended(
    subject="index",
    counter="claude",
    exact=False,
    savings=(
        Saving(
            tokens=1_200,
            path="CLAUDE.md",
            line=9,
            rule="token-budget",
            does="trim\x1b it",
            command="${EDITOR:-vi} +9 CLAUDE.md",
            readers=("codex", "x\x1b"),
            priority="high",
        ),
        Saving(
            tokens=7,
            path="",
            rule="usage-docs",
            impact="docs\x1b",
            does="keep it",
            command="ctxtally y",
            times=3,
            basis="beyond",
        ),
        Saving(
            tokens=1,
            path="M|N.json",
            rule="catalog-form",
            does="less",
            command="ctxtally x",
            priority="low",
            times=2_000,
            basis="reads",
        ),
    ),
    remarks=("r\x1b",),
    log="l\x1b",
    usage=Analysis(
        period=Period(), whole=Group(name="all", operations=9, tokens=1), first="a", last="b"
    ),
    promises=(
        Promise(path="p\x1b", day="2026-01-05", tokens=9, before=20, now=12, done="2026-01-09"),
    ),
)
NOTHING = Recommended(subject="work tree", counter="o200k_base", exact=True, savings=())


def test_text() -> None:
    assert (
        recommend.text(FOUND)
        == """\
=== OPTIMIZATION RECOMMENDATIONS ===
What would save tokens in the index (claude)

1. [high] CLAUDE.md:9: ~1,200 tokens at every session start (codex, x\\x1b)
   trim\\x1b it
   $ ${EDITOR:-vi} +9 CLAUDE.md
2. [medium] docs\\x1b
   keep it
   estimated saving: 21 tokens, 3 x 7 (beyond)
   $ ctxtally y
3. [low] M|N.json: ~1 token whenever it is read
   less
   estimated saving: ~2,000 tokens, 2,000 x ~1 (reads)
   $ ctxtally x

~1,201 tokens in all, ~1,200 of them at every session start
usage log: l\\x1b, 9 operations, 1 token, a to b

Recommended before:
  p\\x1b: 9 tokens less, on 2026-01-05; 8 tokens came
note: r\\x1b"""
    )
    undated = replace(FOUND, usage=Analysis(period=Period(), whole=Group(name="all")))
    assert "\nusage log: l\\x1b, 0 operations, 0 tokens\n" in recommend.text(undated)
    assert recommend.text(NOTHING) == "Nothing to recommend in the work tree."


def test_markdown() -> None:
    assert (
        recommend.markdown(FOUND)
        == """\
# What would save tokens

Subject: `index`; `claude`.

| at start | when read | estimated | priority | file | what to do | command |
| ---: | ---: | ---: | --- | --- | --- | --- |
| ~1,200 | ~1,200 | - | high | `CLAUDE.md:9` | `trim\\x1b it` | `${EDITOR:-vi} +9 CLAUDE.md` |
| - | - | 21 | medium | `docs\\x1b` | `keep it` | `ctxtally y` |
| ~0 | ~1 | ~2,000 | low | `M\\|N.json` | `less` | `ctxtally x` |

Recommended before: `p\\x1b: 9 tokens less, on 2026-01-05; 8 tokens came`

Note: `r\\x1b`"""
    )
    assert recommend.markdown(NOTHING).endswith("\n\nNothing to recommend.")


def test_json() -> None:
    found = json.loads(recommend.json(FOUND))
    assert found["totals"] == {"tokens_at_start": 1_200, "tokens": 1_201}
    assert [one["readers"] for one in found["recommendations"]] == [["codex", "x\x1b"], [], []]
    assert json.loads(recommend.json(NOTHING))["recommendations"] == []
