from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from ctxtally.budget.waivers import GRACE
from ctxtally.config import reader
from ctxtally.config.reader import LARGEST_PYPROJECT, Config
from ctxtally.errors import ConfigError
from ctxtally.model.budget import Bound, Budget
from ctxtally.model.redundancy import AllowedPair
from ctxtally.model.waiver import Waiver

CHECKOUT = Path(__file__).resolve().parents[2]
SHIPPED = CHECKOUT / "budgets" / "default.toml"
DOCUMENTS = [CHECKOUT / "docs" / name for name in ("configuration.md", "budgets.md")]

AGENTS = ("claude-code", "codex", "cursor")
RULES = ("not-utf8", "too-large")


def _parse(text: str | bytes, source: str = "ctxtally.toml") -> Config:
    data = text.encode() if isinstance(text, str) else text
    return reader.parse(data, source, agents=AGENTS, budgets=("always-loaded",), rules=RULES)


def _refused(text: str, source: str = "ctxtally.toml") -> tuple[str, str]:
    with pytest.raises(ConfigError) as refused:
        _parse(text, source)
    return str(refused.value), refused.value.help


BUDGET_OF_FILES = '[[budget]]\nname = "a"\npaths = ["*.md"]\n'
TWICE = '[[budget]]\nname = "twice"\nscope = "redundancy"\n'


@pytest.mark.parametrize(
    ("lines", "limits"),
    [
        pytest.param('max = "15%"', {"max": (1_500, "total")}, id="a share"),
        pytest.param('max = "15% of total"', {"max": (1_500, "total")}, id="a share of the total"),
        pytest.param("max = 300", {"max": (300, "")}, id="tokens"),
        pytest.param('growth = "+300 tokens"', {"growth": (300, "")}, id="growth"),
        pytest.param("growth = 0", {"growth": (0, "")}, id="no growth"),
        pytest.param('growth = "1% of total"', {"growth": (100, "total")}, id="growth by a share"),
        pytest.param(
            'max = "15%"\nwarn = "10% of total"',
            {"max": (1_500, "total"), "warn": (1_000, "total")},
            id="a warning",
        ),
    ],
)
def test_limits_of_repetition(lines: str, limits: dict[str, tuple[int, str]]) -> None:
    (budget,) = _parse(TWICE + lines).budgets
    bounds = {key: getattr(budget, key) for key in ("min", "warn", "max", "growth")}
    assert {key: (one.amount, one.of) for key, one in bounds.items() if one} == limits
    assert (budget.scope, budget.paths) == ("redundancy", ())


def test_files_that_may_repeat_each_other() -> None:
    text = '[[allowed_duplicate]]\npaths = ["a/*.md", "b.md"]\nreason = "two readers"\n'
    assert _parse(text).allowed == (AllowedPair(one="a/*.md", other="b.md", reason="two readers"),)


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        pytest.param(
            BUDGET_OF_FILES + 'max = "15% of total"',
            '4:1: `max` cannot be "15% of total" in a budget of scope file',
            'write `scope = "redundancy"`',
            id="a share of the total of files",
        ),
        pytest.param(
            TWICE + 'max = "3 lines"',
            '4:1: `max` cannot be "3 lines": redundancy is in tokens, not lines',
            'write tokens, or `scope = "file"` and `paths`',
            id="lines",
        ),
        pytest.param(
            TWICE + 'max = 3\ncounter = "cl100k_base"',
            "5:1: `counter` has no use in a budget of redundancy",
            "leave out `counter`",
            id="a counter",
        ),
        pytest.param(
            '[[allowed_duplicate]]\npaths = ["a"]\nreason = "x"',
            "2:1: `paths` of [[allowed_duplicate]] must be two globs, not 1",
            'write `paths = ["skills/*/SKILL.md", "docs/**"]`; both may be the same',
            id="one glob",
        ),
        pytest.param(
            '[[allowed_duplicate]]\nreason = "x"',
            "1:3: `paths` of [[allowed_duplicate]] must be two globs, not 0",
            'write `paths = ["skills/*/SKILL.md", "docs/**"]`; both may be the same',
            id="no globs",
        ),
        pytest.param(
            '[[allowed_duplicate]]\npaths = ["a", "b"]',
            "1:3: [[allowed_duplicate]] has no `reason`",
            'add `reason = "..."`',
            id="no reason",
        ),
    ],
)
def test_refused_about_repetition(text: str, message: str, way_out: str) -> None:
    assert _refused(text) == (f"ctxtally.toml:{message}", way_out)


WHOLE = """\
agents = ["codex", "claude-code", "codex"]
counter = "o200k_base"
defaults = false
ledger = "docs/metrics/usage-log.jsonl"

[[budget]]
name = "notes"
paths = ["docs/**/*.md", "!docs/archive/**"]
max = 6000
warn = "90%"
level = "warning"
counter = "cl100k_base"
message = "Move history to the archive."
source = "agreed in review"

[[budget]]
name = "modules"
scope = "module"
min = "80% of estimate"
max = "120% of estimate"

[[waiver]]
budget = "notes"
path = "docs/long.md"
reason = "being split"
until = 2027-01-31

[[waiver]]
rule = "too-large"
path = "data/**"
reason = "a fixture"
"""

EXPECTED = Config(
    source="ctxtally.toml",
    agents=("codex", "claude-code"),
    counter="o200k_base",
    defaults=False,
    ledger="docs/metrics/usage-log.jsonl",
    budgets=(
        Budget(
            name="notes",
            scope="file",
            origin="ctxtally.toml:6",
            paths=("docs/**/*.md", "!docs/archive/**"),
            max=Bound(text="6000", unit="tokens", amount=6_000),
            warn=Bound(text="90%", unit="tokens", amount=9_000, of="max"),
            level="warning",
            counter="cl100k_base",
            message="Move history to the archive.",
            source="agreed in review",
        ),
        Budget(
            name="modules",
            scope="module",
            origin="ctxtally.toml:16",
            min=Bound(text="80% of estimate", unit="tokens", amount=8_000, of="estimate"),
            max=Bound(text="120% of estimate", unit="tokens", amount=12_000, of="estimate"),
        ),
    ),
    waivers=(
        Waiver(
            budget="notes",
            path="docs/long.md",
            reason="being split",
            until=date(2027, 1, 31),
            origin="ctxtally.toml:22",
        ),
        Waiver(rule="too-large", path="data/**", reason="a fixture", origin="ctxtally.toml:28"),
    ),
)


def test_reads_every_key() -> None:
    assert _parse(WHOLE) == EXPECTED


def test_a_budget_of_load_sets() -> None:
    lines = 'agent = "codex"\ndirs = [".", "packages/*"]\nmax = "32 KiB"\nwarn = "90%"\n'
    (budget,) = _parse(LOADED.replace("always", "chain") + lines).budgets
    assert (budget.scope, budget.agent, budget.dirs) == ("chain", "codex", (".", "packages/*"))
    assert budget.max == Bound(text="32 KiB", unit="bytes", amount=32_768)
    assert _parse(LOADED + 'max = "5% of 200k"').budgets[0].agent is None


def test_windows_line_ends_change_nothing() -> None:
    assert _parse(WHOLE.replace("\n", "\r\n")) == EXPECTED


def test_an_empty_file_is_a_configuration() -> None:
    assert _parse("") == Config(source="ctxtally.toml")


def test_a_table_of_pyproject_is_the_same() -> None:
    text = '[project]\nname = "x"\n[tool.ctxtally]\ndefaults = false\n[[tool.ctxtally.budget]]\n'
    text += 'name = "a"\nscope = "total"\npaths = ["**"]\nmax = "1M"\n'
    assert _parse(text, "packages/pyproject.toml") == Config(
        source="packages/pyproject.toml",
        defaults=False,
        budgets=(
            Budget(
                name="a",
                scope="total",
                origin="packages/pyproject.toml:5",
                paths=("**",),
                max=Bound(text="1M", unit="tokens", amount=1_000_000),
            ),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('[project]\nname = "x"\n', id="no tools"),
        pytest.param('[tool.ruff]\nline-length = 100\n# ctxtally = "x"\n', id="other tools"),
        pytest.param('[project]\ndependencies = ["ctxtally"]\n', id="only a dependency"),
        pytest.param("[project\nbroken", id="not TOML, and not about us"),
        pytest.param("#" * (LARGEST_PYPROJECT + 1), id="too large, and not about us"),
    ],
)
def test_a_pyproject_without_our_table_configures_nothing(text: str) -> None:
    assert _parse(text, "pyproject.toml") == Config()


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param('max = "4 MiB"\nwarn = "4 MiB"', id="equal"),
        pytest.param('max = "120% of estimate"\nwarn = "110% of estimate"', id="both shares"),
        pytest.param('max = "120% of estimate"\nwarn = "2000 tokens"', id="not comparable"),
        pytest.param('max = "120% of estimate"\nwarn = "100%"', id="share of a share"),
        pytest.param('min = "80% of estimate"', id="only a lower bound"),
        pytest.param('warn = "200 lines"', id="only a warning"),
        pytest.param('max = "32 KiB"\nwarn = "90%"', id="share of bytes"),
    ],
)
def test_limits_that_agree(lines: str) -> None:
    scope = "module" if "estimate" in lines else "file"
    text = f'[[budget]]\nname = "a"\nscope = "{scope}"\npaths = ["a"]\n{lines}\n'
    (budget,) = _parse(text).budgets
    assert budget.warn is None or budget.max is None or budget.warn.unit == budget.max.unit


def test_a_lower_bound_is_rounded_up() -> None:
    text = '[[budget]]\nname = "a"\nscope = "module"\nmin = "33.33% of 100"\n'
    (budget,) = _parse(text).budgets
    assert budget.min == Bound(text="33.33% of 100", unit="tokens", amount=34, window=100)


@pytest.mark.parametrize("path", ["log.jsonl", ".metrics/log.jsonl", "a b/..c/d.git/log"])
def test_ledgers_inside(path: str) -> None:
    assert _parse(f"ledger = '{path}'").ledger == path


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../log.jsonl",
        "a/../../log.jsonl",
        "a/..",
        "a//b",
        "a/",
        ".",
        "~/log.jsonl",
        "~root/log",
        "C:/log.jsonl",
        "a\\\\..\\\\b",
        ".git/config",
        ".GIT/config",
        "sub/.git/config",
        ".git./config",
        ".git /config",
        "git~1/config",
        ".git",
        ".g\\u200cit/config",
        "a\\u0000b",
    ],
)
def test_ledgers_outside(path: str) -> None:
    message, way_out = _refused(f'\nledger = "{path}"')
    assert re.fullmatch(
        r'ctxtally\.toml:2:1: `ledger` cannot be ".+": it must be a path inside the work tree',
        message,
    )
    assert way_out == 'write `ledger = "docs/usage-log.jsonl"`'


BUDGET = '[[budget]]\nname = "a"\npaths = ["*.md"]\n'
LOADED = '[[budget]]\nname = "a"\nscope = "always"\n'
FORMS = (
    'write 6000, "6k tokens", "32 KiB", "12,000 chars", "200 lines", "5% of 200k", '
    '"90%" (of `max`), "120% of estimate", "100% of token_budget" or "15% of total"'
)


@pytest.mark.parametrize(
    ("text", "message", "way_out"),
    [
        pytest.param(
            "defalts = true",
            "1:1: `defalts` is not a key of the top level",
            "did you mean `defaults`?",
            id="unknown key",
        ),
        pytest.param(
            "[tokenizer]",
            "1:2: `tokenizer` is not a key of the top level",
            "its keys are agents, allowance, allowed_duplicate, budget, category, conversation, "
            "counter, defaults, exclude, ledger, price, waiver, window",
            id="unknown table",
        ),
        pytest.param(
            '[budget]\nname = "a"',
            "1:2: `budget` must be an array of tables, not a table",
            "write `[[budget]]`",
            id="one budget as a table",
        ),
        pytest.param(
            'agents = ["codex",\n  "claud-code"]',
            '2:3: `agents` cannot be "claud-code"',
            'did you mean "claude-code"?',
            id="unknown agent",
        ),
        pytest.param(
            'agents = ["x"]',
            '1:11: `agents` cannot be "x"',
            'it can be "claude-code", "codex", "cursor"',
            id="unknown agent unlike any",
        ),
        pytest.param(
            "agents = []",
            "1:1: `agents` is empty",
            "fill it in, or leave out `agents`",
            id="no agent",
        ),
        pytest.param(
            "counter = 1",
            "1:1: `counter` must be a string, not 1",
            'write `counter = "..."`',
            id="counter",
        ),
        pytest.param(
            'defaults = "no"',
            '1:1: `defaults` must be true or false, not "no"',
            "write `defaults = true`",
            id="defaults",
        ),
        pytest.param(
            BUDGET + "maxx = 1",
            "4:1: `maxx` is not a key of [[budget]]",
            "did you mean `max`?",
            id="unknown key of a budget",
        ),
        pytest.param(
            BUDGET + 'agent = "codex"\nmax = 1',
            "4:1: `agent` has no use in a budget of scope file",
            'leave out `agent`, or write `scope = "always"`',
            id="agent of files",
        ),
        pytest.param(
            BUDGET + 'dirs = ["a"]\nmax = 1',
            "4:1: `dirs` has no use in a budget of scope file",
            'leave out `dirs`, or write `scope = "always"`',
            id="directories of files",
        ),
        pytest.param(
            LOADED + 'agent = "claude"\nmax = 1',
            '4:1: `agent` cannot be "claude"',
            'did you mean "claude-code"?',
            id="unknown agent of a budget",
        ),
        pytest.param(
            LOADED + 'paths = ["a"]\nmax = 1',
            "4:1: `paths` has no use in a budget of scope always",
            "an agent's own rules say which files it loads",
            id="paths of what is always loaded",
        ),
        pytest.param(
            LOADED + 'dirs = ["../a"]\nmax = 1',
            '4:9: `dirs` cannot hold "../a": it would match nothing',
            "globs begin at the top level and have `/` between names",
            id="a directory outside",
        ),
        pytest.param(
            LOADED.replace("always", "listing") + 'max = "9 kB"',
            '4:1: `max` cannot be "9 kB": scope listing is in tokens',
            "write tokens",
            id="bytes of a listing",
        ),
        pytest.param(
            LOADED + 'max = 9\ncounter = "cl100k_base"',
            "5:1: `counter` has no use in a budget of always",
            "write `counter` above all tables",
            id="counter of what is always loaded",
        ),
        pytest.param(
            "[[budget]]\nmax = 1",
            "1:3: [[budget]] has no `name`",
            'add `name = "..."`',
            id="no name",
        ),
        pytest.param(
            BUDGET + "max = 1\n" + BUDGET + "max = 1",
            '6:1: "a" is already the name of the budget at ctxtally.toml:1',
            "give each budget its own name",
            id="a name twice",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\nscope = "sometimes"\nmax = 1',
            '3:1: `scope` cannot be "sometimes"',
            'it can be "always", "category", "chain", "file", "listing", "module", "redundancy", '
            '"total"',
            id="unknown scope",
        ),
        pytest.param(
            BUDGET + 'level = "warn"\nmax = 1',
            '4:1: `level` cannot be "warn"',
            'did you mean "warning"?',
            id="unknown level",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\nmax = 1',
            "1:3: a budget of scope file needs `paths`",
            'add `paths = ["docs/**/*.md"]`',
            id="no paths",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\nscope = "total"\nmax = 1',
            "1:3: a budget of scope total needs `paths`",
            'add `paths = ["docs/**/*.md"]`',
            id="no paths of a total",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\npaths = ["!a", "!b"]\nmax = 1',
            "3:1: `paths` only takes away: each of its globs begins with `!`",
            'begin with what to take, such as "**/*.md"',
            id="only negations",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\npaths = ["a", "!../b"]\nmax = 1',
            '3:15: `paths` cannot hold "!../b": it would match nothing',
            "globs begin at the top level and have `/` between names",
            id="a glob out of the tree",
        ),
        pytest.param(
            "[[budget]]\nname = 'a'\npaths = ['docs\\*.md']\nmax = 1",
            '3:10: `paths` cannot hold "docs\\*.md": it would match nothing',
            "globs begin at the top level and have `/` between names",
            id="a glob with backslashes",
        ),
        pytest.param(
            BUDGET,
            "1:3: [[budget]] has none of `max`, `warn`, `min` and `growth`",
            'add `max = "6k tokens"`',
            id="no limit",
        ),
        pytest.param(
            BUDGET + 'max = "6000 tokns"',
            '4:1: `max` cannot be "6000 tokns": "tokns" is not a unit',
            'did you mean "tokens"? ' + FORMS,
            id="misspelt unit",
        ),
        pytest.param(
            BUDGET + "max = -1",
            "4:1: `max` cannot be -1: it is negative",
            FORMS,
            id="negative",
        ),
        pytest.param(
            BUDGET + 'max = "90%"',
            '4:1: `max` cannot be "90%": only `warn` and `slack` are shares of `max`',
            'write a share of a window, such as "5% of 200k"',
            id="max of max",
        ),
        pytest.param(
            BUDGET + 'warn = "90%"',
            '4:1: `warn` is "90%" of `max`, and there is no `max`',
            'add `max`, or write `warn = "5k tokens"`',
            id="share of no max",
        ),
        pytest.param(
            BUDGET + 'max = 1000\nwarn = "101%"',
            '5:1: `warn` is above `max`: "101%", "1000"',
            "lower `warn`, or raise `max`",
            id="warn above all of max",
        ),
        pytest.param(
            BUDGET + 'max = 1000\nwarn = "2k"',
            '5:1: `warn` is above `max`: "2k", "1000"',
            "lower `warn`, or raise `max`",
            id="warn above max",
        ),
        pytest.param(
            BUDGET + "min = 1",
            "4:1: `min` has no use in a budget of scope file",
            'leave out `min`, or write `scope = "module"`',
            id="min of a file",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\nscope = "module"\nmin = 2\nmax = 1',
            '4:1: `min` is above `max`: "2", "1"',
            "lower `min`, or raise `max`",
            id="min above max",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\nscope = "module"\nmin = 2\nwarn = 1',
            '4:1: `min` is above `warn`: "2", "1"',
            "lower `min`, or raise `warn`",
            id="min above warn",
        ),
        pytest.param(
            BUDGET + 'max = "120% of estimate"',
            '4:1: `max` cannot be "120% of estimate" in a budget of scope file',
            'write `scope = "module"`',
            id="estimate of a file",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\nscope = "module"\nmax = "100% of token_budget"',
            '4:1: `max` cannot be "100% of token_budget" in a budget of scope module',
            'write `scope = "category"`',
            id="token budget of a module",
        ),
        pytest.param(
            '[[budget]]\nname = "a"\nscope = "category"\nmax = "9 kB"',
            '4:1: `max` cannot be "9 kB": a catalog states tokens, not bytes',
            'write tokens, or `scope = "file"` and `paths`',
            id="bytes of a category",
        ),
        pytest.param(
            BUDGET + 'max = "9 kB"\ncounter = "cl100k_base"',
            "5:1: `counter` has no use in a budget of bytes",
            "leave out `counter`",
            id="counter of bytes",
        ),
        pytest.param(
            '[[waiver]]\npath = "a"\nreason = "b"',
            "1:3: [[waiver]] has neither `budget` nor `rule`",
            "name the one budget or the one rule that is waived",
            id="waiver of nothing",
        ),
        pytest.param(
            '[[waiver]]\nbudget = "always-loaded"\nrule = "too-large"\npath = "a"\nreason = "b"',
            "1:3: [[waiver]] has both `budget` and `rule`",
            "name the one budget or the one rule that is waived",
            id="waiver of two",
        ),
        pytest.param(
            '[[waiver]]\nbudget = "always-loded"\npath = "a"\nreason = "b"',
            '2:1: `budget` cannot be "always-loded"',
            'did you mean "always-loaded"?',
            id="waiver of an unknown budget",
        ),
        pytest.param(
            '[[waiver]]\nrule = "binary"\npath = "a"\nreason = "b"',
            '2:1: `rule` cannot be "binary"',
            'it can be "not-utf8", "too-large"',
            id="waiver of an unknown rule",
        ),
        pytest.param(
            '[[waiver]]\nrule = "too-large"\nreason = "b"',
            "1:3: [[waiver]] has no `path`",
            'add `path = "..."`',
            id="waiver without a path",
        ),
        pytest.param(
            '[[waiver]]\nrule = "too-large"\npath = "a"\nreason = " "',
            "4:1: `reason` is empty",
            "fill it in, or leave out `reason`",
            id="waiver with a blank reason",
        ),
        pytest.param(
            '[[waiver]]\nrule = "too-large"\npath = "a"\nreason = "b"\nuntil = "soon"',
            '5:1: `until` must be a day, not "soon"',
            "write `until = 2027-01-31`",
            id="waiver until soon",
        ),
        pytest.param(
            '[[waiver]]\nrule = "too-large"\npath = "a"\nreason = "b"\nteam = "me"',
            "5:1: `team` is not a key of [[waiver]]",
            "its keys are budget, owner, path, reason, rule, until",
            id="unknown key of a waiver",
        ),
    ],
)
def test_refused(text: str, message: str, way_out: str) -> None:
    assert _refused(text) == (f"ctxtally.toml:{message}", way_out)


def test_refused_in_pyproject() -> None:
    text = '[tool.ctxtally]\n[[tool.ctxtally.budget]]\nname = "a"\n'
    message = "[[tool.ctxtally.budget]] has none of `max`, `warn`, `min` and `growth`"
    assert _refused(text, "pyproject.toml") == (
        f"pyproject.toml:2:17: {message}",
        'add `max = "6k tokens"`',
    )


def test_any_rule_may_be_waived_where_none_are_known() -> None:
    text = b'[[waiver]]\nrule = "x"\npath = "a"\nreason = "b"\n'
    (waiver,) = reader.parse(text, "ctxtally.toml", agents=AGENTS).waivers
    assert waiver.rule == "x"


def _deep(count: int) -> str:
    return "a" + ".a" * (count - 1) + " = 1\n"


TOO_DEEP = "keys, tables and arrays are nested more than 32 deep"


@pytest.mark.skipif(sys.platform == "win32", reason="needs the resource limits of POSIX")
@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        pytest.param(
            "ctxtally.toml",
            "[tool.ctxtally]\na = " + "[" * 100_000 + "]" * 100_000,
            "1:1: the file has 200,020 bytes, more than the 64,000 that are read",
            id="array depth, over the size",
        ),
        pytest.param(
            "pyproject.toml",
            "[tool.ctxtally]\na = " + "[" * 100_000 + "]" * 100_000,
            f"2:35: {TOO_DEEP}",
            id="array depth, under the size",
        ),
        pytest.param(
            "pyproject.toml",
            "ctxtally = " + "{a = " * 40_000,
            f"1:168: {TOO_DEEP}",
            id="inline table depth",
        ),
        pytest.param("ctxtally.toml", _deep(20_000), f"1:65: {TOO_DEEP}", id="dotted key"),
        pytest.param(
            "ctxtally.toml",
            _deep(50_000),
            "1:1: the file has 100,004 bytes, more than the 64,000 that are read",
            id="dotted key, over the size",
        ),
        pytest.param(
            "pyproject.toml",
            "[ctxtally]\n" + _deep(50_000),
            f"2:63: {TOO_DEEP}",
            id="dotted key in pyproject.toml",
        ),
        pytest.param(
            "ctxtally.toml",
            "".join(f"{key}." + _deep(997) for key in "0123456789abcdefghijklmnopqrstuv"),
            f"1:65: {TOO_DEEP}",
            id="many long keys",
        ),
        pytest.param(
            "ctxtally.toml",
            "a = " + "9" * 5_000,
            "1:5: a value without quotes has 5,000 characters",
            id="long number",
        ),
        pytest.param(
            "ctxtally.toml",
            "a = 0x" + "f" * 60_000,
            "1:5: a value without quotes has 60,002 characters",
            id="long hexadecimal number",
        ),
        pytest.param(
            "ctxtally.toml",
            "".join(f"k{number:03}." + _deep(31) for number in range(900)),
            "1:1: `k000` is not a key of the top level",
            id="as deep and as many as allowed",
        ),
    ],
)
def test_bombs_are_refused_in_two_seconds_and_200_megabytes(
    source: str, text: str, said: str, tmp_path: Path
) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(bomb), source],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"{source}:{said}\n", "")


CHILD = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (2, 2))
if sys.platform == "linux":  # macOS does not hold a process to it
    resource.setrlimit(resource.RLIMIT_AS, (200 * 2**20, 200 * 2**20))
from ctxtally.config import reader
from ctxtally.errors import ConfigError
with open(sys.argv[1], "rb") as file:
    data = file.read()
try:
    reader.parse(data, sys.argv[2], agents=())
except ConfigError as error:
    print(error)
"""


def _shipped() -> tuple[Budget, ...]:
    return reader.shipped(SHIPPED.read_bytes(), "budgets/default.toml")


def test_shipped_budgets_explain_themselves() -> None:
    budgets = _shipped()
    assert len(budgets) == SHIPPED.read_text(encoding="utf-8").count("\n[[budget]]\n")
    assert [budget.name for budget in budgets if not (budget.source and budget.message)] == []


@pytest.mark.parametrize(
    ("name", "agent", "level", "bounds"),
    [
        ("always-loaded", None, "error", {"max": 20_000, "warn": 10_000}),
        ("manifest", None, "warning", {"max": 2_000}),
        ("module estimates", None, "warning", {"max": 12_000, "min": 8_000}),
        ("category budgets", None, "warning", {"max": 10_000}),
        ("codex project instructions", "codex", "warning", {"max": 32_768}),
        ("claude-code file size", "claude-code", "warning", {"max": 4_194_304}),
        ("windsurf rule files", "windsurf", "warning", {"max": 12_000}),
        ("antigravity rule files", "antigravity", "warning", {"max": 12_000}),
        ("copilot custom agents", "copilot", "warning", {"max": 30_000}),
    ],
)
def test_shipped_budget(name: str, agent: str | None, level: str, bounds: dict[str, int]) -> None:
    (budget,) = (budget for budget in _shipped() if budget.name == name)
    limits = {"max": budget.max, "warn": budget.warn, "min": budget.min}
    assert {key: bound.amount for key, bound in limits.items() if bound} == bounds
    assert (budget.agent, budget.level) == (agent, level)


def test_only_budgets_are_shipped() -> None:
    with pytest.raises(ConfigError) as refused:
        reader.shipped(b"defaults = true", "budgets/default.toml")
    assert (
        str(refused.value) == "budgets/default.toml:1:1: `defaults` is not a key of the top level"
    )


def _examples() -> list[tuple[str, str]]:
    """Return the TOML blocks of the document, each with the error block right below it, if any."""
    text = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    return re.findall(r"```toml\n(.*?)```\n(?:\n?```text\n(.*?)```)?", text, re.DOTALL)


@pytest.mark.parametrize(
    "example",
    [
        example
        for example, error in _examples()
        if not error and "tool." not in example and not example.startswith("agent =")
    ],
)
def test_documented_examples_are_read(example: str) -> None:
    assert _parse(example) != Config(source="ctxtally.toml")


@pytest.mark.parametrize(
    "example", [example for example, error in _examples() if "[tool.ctxtally" in example]
)
def test_documented_pyproject_examples_are_read(example: str) -> None:
    assert _parse(example, "pyproject.toml") != Config(source="pyproject.toml")


@pytest.mark.parametrize(("example", "error"), [pair for pair in _examples() if pair[1]])
def test_documented_errors_are_printed(example: str, error: str) -> None:
    message, way_out = _refused(example)
    assert f"error: {message}\n  = help: {way_out}\n" == error


def test_the_document_names_every_key_and_the_days_of_grace() -> None:
    text = "".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    keys = "agents counter defaults ledger name scope paths max warn min level message source"
    keys += " agent dirs growth slack over owner"
    for key in f"{keys} budget waiver rule path reason until window limit threshold".split():
        assert f"`{key}`" in text
    assert f"{GRACE.days} days" in text
