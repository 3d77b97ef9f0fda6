"""The ids of all rules that a finding may come from, so that a waiver can name one."""

from __future__ import annotations

from ctxtally.budget import findings, unused
from ctxtally.catalog import rules
from ctxtally.redundancy import allowed
from ctxtally.tokens import decoding

RULES = frozenset(
    {
        "agent-limit",
        "import-depth",
        "import-limit",
        "import-missing",
        "import-outside",
        allowed.RULE,
        "link-not-followed",
        "not-available",
        "setting-conditional",
        "setting-unreadable",
        "too-large",
        *findings.RULES.values(),
        unused.BUDGET,
        unused.WAIVER,
        *rules.RULES,
        *decoding.REASONS,
    }
)
