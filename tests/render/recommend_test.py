from __future__ import annotations

import json

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
            command="$EDITOR +9 CLAUDE.md",
            readers=("codex", "x\x1b"),
        ),
        Saving(tokens=1, path="M|N.json", rule="catalog-form", does="less", command="ctxtally x"),
    ),
    remarks=("r\x1b",),
)
NOTHING = Recommended(subject="work tree", counter="o200k_base", exact=True, savings=())


def test_text() -> None:
    assert (
        recommend.text(FOUND)
        == """\
What would save tokens in the index (claude)

1. CLAUDE.md:9: ~1,200 tokens at every session start (codex, x\\x1b)
   trim\\x1b it
   $ $EDITOR +9 CLAUDE.md
2. M|N.json: ~1 token whenever it is read
   less
   $ ctxtally x

~1,201 tokens in all, ~1,200 of them at every session start
note: r\\x1b"""
    )
    assert recommend.text(NOTHING) == "Nothing to recommend in the work tree."


def test_markdown() -> None:
    assert (
        recommend.markdown(FOUND)
        == """\
# What would save tokens

Subject: `index`; `claude`.

| at start | when read | file | what to do | command |
| ---: | ---: | --- | --- | --- |
| ~1,200 | ~1,200 | `CLAUDE.md:9` | `trim\\x1b it` | `$EDITOR +9 CLAUDE.md` |
| ~0 | ~1 | `M\\|N.json` | `less` | `ctxtally x` |

Note: `r\\x1b`"""
    )
    assert recommend.markdown(NOTHING).endswith("\n\nNothing to recommend.")


def test_json() -> None:
    found = json.loads(recommend.json(FOUND))
    assert found["totals"] == {"tokens_at_start": 1_200, "tokens": 1_201}
    assert [one["readers"] for one in found["recommendations"]] == [["codex", "x\x1b"], []]
    assert json.loads(recommend.json(NOTHING))["recommendations"] == []
