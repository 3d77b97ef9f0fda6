from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.budget.advice import Detail, Section
from ctxtally.budget.findings import findings
from ctxtally.budget.judge import judge
from ctxtally.model.budget import Bound, Budget
from ctxtally.model.record import replace
from ctxtally.render import text
from tests.support.make import bound, budget, category, measured, module

if TYPE_CHECKING:
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Category, Module


def said(
    one: Budget,
    *,
    files: tuple[Measured, ...] = (),
    modules: tuple[Module, ...] = (),
    categories: tuple[Category, ...] = (),
    details: dict[str, Detail] | None = None,
    **fields: object,
) -> str:
    outcomes = [replace(out, **fields) for out in judge([one], files, modules, categories)]  # type: ignore[arg-type]
    return text.findings(findings(outcomes, details or {}))


SHARE = Bound(text="10% of 200k", unit="tokens", amount=20_000, window=200_000)
WITHIN = {
    "min": Bound(text="80% of estimate", unit="tokens", amount=8_000, of="estimate"),
    "max": Bound(text="120% of estimate", unit="tokens", amount=12_000, of="estimate"),
}
BUDGETED = Bound(text="100% of token_budget", unit="tokens", amount=10_000, of="token_budget")


@pytest.mark.parametrize(
    ("one", "inputs", "expected"),
    [
        pytest.param(
            budget(max=bound(6_000)),
            {"files": (measured("CLAUDE.md", 7_412),)},
            "error[token-budget]: CLAUDE.md: 7,412 tokens, 1,412 over its budget of 6,000 (limit)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1",
            id="over",
        ),
        pytest.param(
            budget(max=bound(6_000), level="warning", message="Split it."),
            {"files": (measured("CLAUDE.md", 7_412),)},
            "warning[token-budget]: CLAUDE.md: 7,412 tokens, 1,412 over its budget of 6,000"
            " (limit)\n  = help: Split it.",
            id="over, only a warning, with the budget's own message",
        ),
        pytest.param(
            budget("always-loaded", max=SHARE),
            {"files": (measured("CLAUDE.md", 20_001),)},
            "error[token-budget]: CLAUDE.md: 20,001 tokens, 1 over its budget of 20,000"
            " (always-loaded: 10% of 200k)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1",
            id="a share names the share, the limit and the number",
        ),
        pytest.param(
            budget(max=bound(12), warn=bound(10)),
            {"files": (measured("CLAUDE.md", 11),)},
            "warning[token-budget]: CLAUDE.md: 11 tokens, 1 over its warning line of 10, limit 12"
            " (limit)\n  = help: Trim it, or raise the limit in ctxtally.toml:1",
            id="past the warning line the distance to the limit is shown",
        ),
        pytest.param(
            budget(max=bound(4, "bytes")),
            {"files": (measured("CLAUDE.md", 2),)},
            "error[token-budget]: CLAUDE.md: 8 bytes, 4 over its budget of 4 (limit)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1",
            id="bytes",
        ),
        pytest.param(
            budget("docs", scope="total", max=bound(4)),
            {"files": (measured("a.md", 2), measured("b.md", 3))},
            "error[token-budget]: b.md: 5 tokens in `docs`, 1 over its budget of 4 (docs)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1."
            " `ctxtally report` shows more",
            id="a total",
        ),
        pytest.param(
            budget("estimates", scope="module", paths=(), level="warning", **WITHIN),
            {"modules": (module("a", stated=500, tokens=2_622),)},
            "warning[module-estimate]: docs/INDEX.yaml:7: `core/a` measures 2,622 tokens,"
            " stated 500 (5.24x; allowed 80% of estimate to 120% of estimate)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1."
            " `ctxtally catalog` shows more",
            id="a module far above its estimate",
        ),
        pytest.param(
            budget("estimates", scope="module", paths=(), **WITHIN),
            {"modules": (module("a", stated=2_800, tokens=2_012),)},
            "error[module-estimate]: docs/INDEX.yaml:7: `core/a` measures 2,012 tokens,"
            " stated 2,800 (0.72x; allowed 80% of estimate to 120% of estimate)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1."
            " `ctxtally catalog` shows more",
            id="a module below its estimate",
        ),
        pytest.param(
            budget("big", scope="module", paths=(), max=bound(9)),
            {"modules": (module("a", stated=None, tokens=10),)},
            "error[module-estimate]: docs/INDEX.yaml:7: `core/a` measures 10 tokens,"
            " 1 over its budget of 9 (big)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1."
            " `ctxtally catalog` shows more",
            id="a module without an estimate",
        ),
        pytest.param(
            budget("small", scope="module", paths=(), min=bound(11)),
            {"modules": (module("a", stated=None, tokens=10),)},
            "error[module-estimate]: docs/INDEX.yaml:7: `core/a` measures 10 tokens,"
            " 1 under its least of 11 (small)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1."
            " `ctxtally catalog` shows more",
            id="a module under its least",
        ),
        pytest.param(
            budget("categories", scope="category", paths=(), warn=BUDGETED),
            {"categories": (category("core", token_budget=6_300, tokens=9_094),)},
            "warning[category-budget]: docs/INDEX.yaml:3: category `core` measures 9,094 tokens,"
            " 2,794 over its warning line of 6,300 (categories: 100% of token_budget)\n"
            "  = help: Trim it, or raise the limit in ctxtally.toml:1."
            " `ctxtally catalog` shows more",
            id="a category",
        ),
    ],
)
def test_whole_message(one: Budget, inputs: dict[str, tuple[object, ...]], expected: str) -> None:
    assert said(one, **inputs) == expected  # type: ignore[arg-type]


def test_what_is_within_says_nothing() -> None:
    assert said(budget(max=bound(7_412)), files=(measured("CLAUDE.md", 7_412),)) == ""


def test_growth_and_the_heaviest_sections() -> None:
    sections = [
        Section(heading="# Top", line=1, tokens=10),
        Section(heading="## Reference", line=40, tokens=900),
        Section(heading="## Setup", line=9, tokens=30),
        Section(heading="## Later", line=99, tokens=30),
    ]
    assert said(
        budget(max=bound(6_000), message="Move it to a skill."),
        files=(measured("CLAUDE.md", 7_412),),
        details={"CLAUDE.md": Detail(sections=sections)},
        before=6_212,
        since="HEAD",
    ) == (
        "error[token-budget]: CLAUDE.md: 7,412 tokens, 1,412 over its budget of 6,000 (limit);"
        " +1,200 since HEAD (6,212 then)\n"
        "  = help: heaviest sections: `## Reference` 900 (line 40), `## Setup` 30 (line 9),"
        " `## Later` 30 (line 99). Move it to a skill."
    )


def test_a_new_file_has_not_grown() -> None:
    found = said(budget(max=bound(1)), files=(measured("CLAUDE.md", 2),), since="HEAD")
    assert found == (
        "error[token-budget]: CLAUDE.md: 2 tokens, 1 over its budget of 1 (limit)\n"
        "  = help: Trim it, or raise the limit in ctxtally.toml:1"
    )
