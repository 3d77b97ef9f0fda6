"""What the documents say that a command prints is what it prints; `make docs` writes it anew."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import time
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
import tomli
from ruamel.yaml import YAML

from ctxtally import cli
from ctxtally.adapters import clock
from ctxtally.adapters.documents import MAX_JSON_BYTES, MAX_YAML_BYTES
from ctxtally.adapters.plain_hooks import AFTERWARDS, GATES
from ctxtally.catalog.reader import MAX_MODULES
from ctxtally.survey.health import OLDEST_GIT
from ctxtally.survey.measure import LARGEST_BYTES
from tests.adapters.server import KEY, Reply, serving
from tests.documented_budgets import BUDGETS
from tests.documents import DOCUMENTS, README, anchor, blocks, headings, links, read, rows, section
from tests.support.command import SCRIPT
from tests.support.data import CHECKOUT
from tests.support.framework import framework, uses_framework
from tests.support.piping import Pipe
from tests.support.repo import IDENTITY
from tests.support.runs import BASELINE, SAMPLE, made, one_row
from tests.support.transcripts import Home

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from tests.documents import Block
    from tests.support.command import Run
    from tests.support.repo import Repo

HOOKS = YAML(typ="safe").load(read(CHECKOUT / ".pre-commit-hooks.yaml"))
SMALL = CHECKOUT / "tests" / "golden" / "report" / "small" / "input"
REPEATED = CHECKOUT / "tests" / "golden" / "redundancy" / "small" / "input"
LOADED = CHECKOUT / "tests" / "golden" / "explain" / "small" / "input"
MOMENT = 1_767_323_045.0  # 2026-01-02T03:04:05Z
_CALENDAR = {"strftime": time.strftime, "gmtime": time.gmtime}
LISTED = CHECKOUT / "tests" / "golden" / "catalog" / "small" / "input"
GROWING = CHECKOUT / "tests" / "golden" / "conversation" / "growing" / "input"
HEAVY = CHECKOUT / "tests" / "golden" / "recommend" / "small" / "input"
USED = CHECKOUT / "tests" / "golden" / "analyze" / "small" / "usage-log.jsonl"
ALLOWED = CHECKOUT / "tests" / "golden" / "usage-check" / "month" / "input"
BUILD = ("## Build", "Run `make step-{}` and read its log before you go on.", 200)
AGREEMENT = "$ ctxtally verify --api anthropic --yes"
CHECK = "usage check --day 2026-02-10 --fail-above 60%"
AGAINST = "ctxtally conversation check agent.csv --against better.csv"
SESSION = "blog-post-cybersecurity"
RECORDED = "$ ctxtally verify --claude-log log.jsonl"
RELEASES = ("## Releases", "Version 4.{} changed the checkout page.", 400)
# The lines of releases from commit to commit.
HISTORY = (5, 12, 19, 25, 43, 51, 43, 51, 59, 68, 76)
SUBJECTS = (
    "docs: move the notes to where agents read them",
    "docs: releases of last year",
    "docs: 4.13",
    "docs: paste all releases",
    "docs: 4.94",
    "docs: drop what nobody needs",
    *(f"docs: releases of week {week}" for week in range(1, 5)),
)
PLAIN_HOOKS = sorted((*GATES, *AFTERWARDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a command runs whose output is documented."""

    repo: Repo
    run: Run
    patch: pytest.MonkeyPatch


def _helping(*verb: str) -> Callable[[Stage], str]:
    return lambda stage: stage.run(*verb, "--help").out


def _configuration(stage: Stage) -> str:
    (change,) = stage.run("init", "--dry-run", "--format", "json").json["changes"]
    return str(change["content"])


def _printed(folder: Path, *arguments: str) -> Callable[[Stage], str]:
    def printed(stage: Stage) -> str:
        shutil.copytree(folder, stage.repo.root, dirs_exist_ok=True, copy_function=shutil.copyfile)
        stage.repo.git("add", "--all")
        prompt = "" if "--dry-run" in arguments else f"$ ctxtally {' '.join(arguments)}\n"
        return prompt + stage.run(*arguments).out

    return printed


def _beside(folder: Path, *arguments: str) -> Callable[[Stage], str]:
    """Print a command beside a usage log."""

    def printed(stage: Stage) -> str:
        stage.repo.write({".git/ctxtally/usage-log.jsonl": USED.read_bytes()})
        return _printed(folder, *arguments)(stage)

    return printed


def _later(stage: Stage) -> str:
    stage.patch.setattr("ctxtally.adapters.git.day", lambda _: "2026-01-05")
    _printed(HEAVY, "recommend")(stage)
    stage.patch.setattr("ctxtally.adapters.git.day", lambda _: "2026-01-09")
    command = ("catalog", "--write", "--form", "without-stale", "MANIFEST.json")
    assert stage.run(*command).status == 0
    stage.repo.git("add", "--all")
    lines = stage.run("recommend").out.partition("\n\nRecommended before:\n")
    return f"$ ctxtally recommend | tail -n 4\n{lines[1].lstrip()}{lines[2]}"


def _log(stage: Stage) -> str:
    random = count(1)
    entropy = SimpleNamespace(urandom=lambda size: next(random).to_bytes(size, "big"))
    stopped = SimpleNamespace(time=lambda: MOMENT, strftime=time.strftime, gmtime=time.gmtime)
    stage.patch.setattr(clock, "os", entropy)
    stage.patch.setattr(clock, "time", stopped)
    stage.repo.commit("base", {"CLAUDE.md": "Run the tests.\n"})
    assert stage.run("budget").status == 0
    stage.repo.add({"CLAUDE.md": "Run the tests before you commit.\n"})
    assert stage.run("budget").status == 0
    log = read(stage.repo.root / ".git" / "ctxtally" / "usage-log.jsonl")
    return "".join(log.splitlines(keepends=True)[-2:])


def _agreement(stage: Stage) -> str:
    stage.patch.setenv("ANTHROPIC_API_KEY", KEY)
    stage.repo.add({"CLAUDE.md": _instructions(BUILD), "docs/CLAUDE.md": _instructions(RELEASES)})
    with serving() as server:
        answers = (7, 6 + 6_120, 6 + 4_950)
        server.replies += [Reply(body=b'{"input_tokens": %d}' % one) for one in answers]
        out = stage.run("verify", "--api=anthropic", "--yes", "--endpoint", server.address).out
    return f"{AGREEMENT}\n{out.replace(server.address, 'https://api.anthropic.com')}"


def _recorded(stage: Stage) -> str:
    shutil.copytree(LOADED, stage.repo.root, dirs_exist_ok=True, copy_function=shutil.copyfile)
    stage.repo.git("add", "--all")
    top = stage.repo.root.as_posix()
    loaded = {
        "CLAUDE.md": "session_start",
        "docs/build.md": "include",
        "docs/steps.txt": "include",
        ".claude/rules/style.md": "session_start",
        "packages/core/CLAUDE.md": "nested_traversal",
        "AGENTS.override.md": "session_start",
    }
    recorded = [
        {"session_id": "24492272", "cwd": top, "hook_event_name": "InstructionsLoaded"}
        | {"file_path": f"{top}/{path}", "load_reason": reason}
        for path, reason in loaded.items()
    ]
    stage.repo.write({"log.jsonl": "".join(f"{json.dumps(one)}\n" for one in recorded)})
    return f"{RECORDED}\n{stage.run('verify', '--claude-log', 'log.jsonl').out}"


def _status(stage: Stage) -> str:
    settings = {"total_tokens_estimated": 91_240, "context_window_limit": 128_000}
    stage.repo.write({".agent-handoffs/token_usage.json": json.dumps(settings)})
    return f"$ ctxtally status\n{stage.run('status').out}"


def _logged(stage: Stage) -> None:
    """Leave the session of a blog post, a minute between two commands."""
    moments = iter(range(int(MOMENT), int(MOMENT) + 6_000, 60))
    stage.patch.setattr("ctxtally.commands.session.seconds", lambda: float(next(moments)))
    assert stage.run("session", "start", SESSION).status == 0
    for operation, tokens in (
        ("read MANIFEST.json", 29_588),
        ("load blog-writing + humanization-standards", 6_000),
        ("write post content", 8_000),
    ):
        arguments = ("log", operation, "--tokens", str(tokens), "--session", SESSION)
        assert stage.run("session", *arguments).status == 0
    assert stage.run("session", "end", SESSION).status == 0
    assert stage.run("session", "start", "refactor-prices").status == 0


def _session_report(stage: Stage) -> str:
    _logged(stage)
    return f"$ ctxtally session report {SESSION}\n{stage.run('session', 'report', SESSION).out}"


def _session_list(stage: Stage) -> str:
    _logged(stage)
    return f"$ ctxtally session list\n{stage.run('session', 'list').out}"


def _conversation(stage: Stage) -> str:
    return _printed(GROWING, "conversation", "check", "agent.csv")(stage)


def _against(stage: Stage) -> str:
    out = _printed(GROWING, *AGAINST.split()[1:])(stage)
    return f"$ {AGAINST} | tail -1\n{out.splitlines()[-1]}\n"


def _wiring(stage: Stage) -> str:
    stage.repo.write({".gitignore": "*.local.json\n"})
    stage.patch.setenv("HOME", str(stage.repo.root / "home"))
    stage.patch.setattr("ctxtally.survey.setup.process.which", lambda name: name)
    out = stage.run("init", "--agent", "claude-code").out
    lines = out.splitlines()
    first = lines.index("+    ],")
    last = max(number for number, line in enumerate(lines) if line == "+    ],")
    shown = [*lines[: first + 1], "...", *lines[last + 1 :]]
    return "\n".join(["$ ctxtally init --agent claude-code", *shown, ""])


def _told(stage: Stage) -> str:
    pipe = Pipe(stage.run, stage.patch)
    window = {"context_window_size": 200_000, "used_percentage": 81}
    pipe(json.dumps({"session_id": "24492272", "context_window": window}), "statusline")
    payload = '{"hook_event_name": "PostToolBatch", "session_id": "24492272"}'
    return f"$ echo '{payload}' | ctxtally hook\n{pipe(payload, 'hook').out}"


def _failing_commit(stage: Stage) -> str:
    pre_commit = framework("pre-commit")
    orders = ("## Database", "The table `orders_{}` belongs to the billing service.", 500)
    stage.repo.commit("base", {"CLAUDE.md": _instructions(BUILD, orders, RELEASES)})
    pre_commit.install(stage.repo, "token-budget")
    orders = (*orders[:2], 900)
    stage.repo.add({"CLAUDE.md": _instructions(BUILD, orders, RELEASES)})
    command = ("git", "commit", "-m", "describe more tables")
    done = stage.repo.run(*command, check=False, **pre_commit.environment)
    assert done.returncode == 1
    return f"$ git commit -m 'describe more tables'\n{done.stdout}{done.stderr}"


def _delta(stage: Stage) -> str:
    limits = '[[budget]]\nname = "instructions"\npaths = ["**/CLAUDE.md"]\nmax = "5k tokens"\n'
    text, longer = (_instructions(BUILD, (*RELEASES[:2], lines)) for lines in (100, 350))
    files = {"ctxtally.toml": limits, "CLAUDE.md": text, "api/CLAUDE.md": _instructions(RELEASES)}
    stage.repo.commit("base", files)
    stage.repo.add({"CLAUDE.md": longer})
    arguments = ("budget", "--format", "markdown")
    return f"$ ctxtally {' '.join(arguments)}\n{stage.run(*arguments).out}"


def _session(stage: Stage) -> None:
    """Leave a session of a few commits, with text of people and the gate run."""
    limit = '[[budget]]\nname = "instructions"\npaths = ["CLAUDE.md"]\nmax = "6k tokens"\n'
    files = {"ctxtally.toml": limit, "CLAUDE.md": _instructions(BUILD), "src/prices.py": "A = 1\n"}
    stage.repo.commit("chore: begin", files)
    assert stage.run("handoff", "refresh", "--new-session").status == 0
    path = stage.repo.root / ".agent-handoffs" / "CURRENT_SESSION.md"
    text = read(path).replace("AREA\n", "AREA\nRead prices from data, not from code.\n", 1)
    text = text.replace("NEXT PRIORITY TASKS\n", "NEXT PRIORITY TASKS\n1. read zipped logs\n", 1)
    path.write_text(text, "utf-8")
    table = "".join(f"item-{number} = {number}\n" for number in range(30))
    stage.repo.commit("feat(prices): load the table", {"prices.toml": table, "src/prices.py": "\n"})
    stage.repo.commit("fix: round once", {"src/report.py": "ROUND = 2\n"})
    assert stage.run("budget").status == 0
    assert stage.run("handoff", "note", "--tests", "pytest -q", "--exit", "0").status == 0
    stage.repo.commit("docs: say where prices come from", {"README.md": "# Shop\n"})
    stage.repo.write({"src/report.py": "ROUND = 3\n"})
    assert stage.run("handoff").status == 0


def _session_file(stage: Stage) -> str:
    _session(stage)
    return read(stage.repo.root / ".agent-handoffs" / "CURRENT_SESSION.md")


def _tracked_session(stage: Stage) -> str:
    _session(stage)
    stage.repo.git("add", "--force", ".agent-handoffs/CURRENT_SESSION.md")
    return f"$ ctxtally handoff refresh\n{stage.run('handoff', 'refresh').err}"


def _stale_session(stage: Stage) -> str:
    _session(stage)
    stage.repo.commit("feat: elsewhere")
    stage.repo.commit("feat: again")
    return f"$ ctxtally handoff check\n{stage.run('handoff', 'check').out}"


def _runs(*arguments: str) -> Callable[[Stage], str]:
    def printed(stage: Stage) -> str:
        stage.patch.delenv("STUDIO_ROOT", raising=False)
        tech = stage.repo.root / "output" / "tech"
        made(tech / "run_tech_20260228_123456", SAMPLE, changed=MOMENT)
        for number, tokens in enumerate((21_800, 24_100, 25_600, 27_500, 26_300), 1):
            rows = one_row(tokens, 5, tokens * 36e-6)
            made(tech / f"run_a{number}", rows, changed=MOMENT - 10 * number)
            scoped = one_row(round(tokens * 0.72) + 300 * number, 3, tokens * 26e-6)
            made(tech / f"run_b{number}", scoped, changed=MOMENT - 60 * number)
        for name, rows in (("run_tech_baseline", BASELINE), ("run_tech_with_scopes", SAMPLE)):
            if name in arguments:
                made(tech / name, rows)
        return f"$ ctxtally run {' '.join(arguments)}\n{stage.run('run', *arguments).out}"

    return printed


def _git_hooks(stage: Stage) -> str:
    """Return the difference of the first hook, and what is told of all."""
    out = stage.run("init", "--git-hooks").out.replace(str(SCRIPT), "~/.venv/bin/ctxtally")
    shown, _, told = out.partition("\n\n")
    first = "--- " + shown.split("--- ")[PLAIN_HOOKS.index("pre-commit") + 1]
    return f"$ ctxtally init --git-hooks\n...\n{first}...\n\n{told}"


def _history(*arguments: str) -> Callable[[Stage], str]:
    def printed(stage: Stage) -> str:
        limit = '[[budget]]\nname = "instructions"\npaths = ["CLAUDE.md"]\nmax = "2k tokens"\n'
        parts = [((*BUILD[:2], 20), (*RELEASES[:2], lines)) for lines in HISTORY]
        text = [_instructions(*one) for one in parts]
        days = iter(range(1, len(text) + 1))
        files = {"ctxtally.toml": limit, "notes/agents.md": text[0]}
        _commit(stage, next(days), "docs: write down how to build", files)
        stage.repo.git("mv", "notes/agents.md", "CLAUDE.md")
        for at, one in enumerate(text[1:]):
            _commit(stage, next(days), SUBJECTS[at], {"CLAUDE.md": one})
        return f"$ ctxtally {' '.join(arguments)}\n{stage.run(*arguments).out}"

    return printed


def _commit(stage: Stage, day: int, subject: str, files: Mapping[str, str]) -> None:
    date = f"2026-01-{day:02}T09:00:00Z"
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        stage.patch.setitem(IDENTITY, name, date)
    stage.repo.commit(subject, files)


def _instructions(*sections: tuple[str, str, int]) -> str:
    """Return a file of instructions with so many lines of a kind below each heading."""
    parts = ["# Web shop\n"]
    for heading, line, lines in sections:
        items = "".join(f"- {line.format(number)}\n" for number in range(1, lines + 1))
        parts.append(f"{heading}\n\n{items}")
    return "\n".join(parts)


def _transcripts(stage: Stage) -> None:
    """Leave a commit that the hook noted, and a session in transcripts of two agents."""
    home = Home(stage.repo.root.parent / "home", stage.repo.root, stage.patch)
    stage.patch.setattr(clock, "time", SimpleNamespace(time=lambda: MOMENT, **_CALENDAR))
    stage.repo.commit("read prices from data")
    assert stage.run("handoff", "--git-hook", "post-commit").status == 0
    said = [
        home.said(f"msg_{number}", usage, at=f"2026-01-0{day}T10:0{number}:00Z", session="5f1c0d2e")
        for number, (day, usage) in enumerate(
            [
                (1, (312, 1_840, 18_420, 0)),
                (1, (9, 2_315, 1_210, 18_420)),
                (2, (4, 640, 2_105, 19_630)),
                (3, (11, 1_530, 3_120, 21_735)),
            ]
        )
    ]
    home.claude("5f1c0d2e", *said, "cut off")
    meta = {"id": "01970000", "cwd": home.top.as_posix(), "git": {"branch": "main"}}
    tokens = {"input_tokens": 24_310, "cached_input_tokens": 16_384, "output_tokens": 1_205}
    info = {"total_token_usage": tokens}
    home.write(
        ".codex/sessions/2026/01/02/rollout-01970000.jsonl",
        {"type": "session_meta", "payload": meta, "timestamp": "2026-01-02T02:00:00Z"},
        {"type": "turn_context", "payload": {"model": "my-private-model-9"}},
        {"type": "event_msg", "payload": {"type": "token_count", "info": info}},
    )


def _used(*arguments: str) -> Callable[[Stage], str]:
    def used(stage: Stage) -> str:
        _transcripts(stage)
        if "sync" not in arguments:
            assert stage.run("usage", "sync").status == 0
        ran = stage.run("usage", *arguments)
        prompt = " ".join(["$ ctxtally usage", *arguments])
        # The version is that of the day when the document was written.
        out = re.sub(r"genai-prices [^,]*", "genai-prices 0.2.3", ran.err + ran.out)
        return f"{prompt}\n{out}"

    return used


def _on_terms(stage: Stage) -> str:
    """Print what the same response costs on the terms that its session was asked for."""
    home = Home(stage.repo.root.parent / "home", stage.repo.root, stage.patch)
    asked = {
        "as-usual": {"service_tier": "standard", "inference_geo": "global"},
        "in-the-us": {"service_tier": "standard", "inference_geo": "us"},
        "in-a-batch": {"service_tier": "batch"},
        "with-a-search": {"server_tool_use": {"web_search_requests": 1}},
        "by-commitment": {"service_tier": "priority"},
    }
    for number, (name, used) in enumerate(asked.items()):
        said = home.said(
            f"msg_{number}",
            (1_000, 500, 3_000, 20_000),
            at=f"2026-11-02T10:0{number}:00Z",
            session=name,
            message={"model": "claude-opus-5-5"},
            used=used,
        )
        home.claude(name, said)
    assert stage.run("usage", "sync").status == 0
    ran = stage.run("usage", "sessions")
    out = re.sub(r"genai-prices [^,]*", "genai-prices 0.2.3", ran.err + ran.out)
    return f"$ ctxtally usage sessions\n{out}"


_BOTH = [f"run_{side}{number}" for side in "ab" for number in range(1, 6)]
RUNS = [
    ("summary", "run_tech_20260228_123456"),
    ("compare", "run_tech_baseline", "run_tech_with_scopes"),
    ("compare", *_BOTH[:5], "--against", *_BOTH[5:]),
    ("report", "--phase", "tech"),
    ("estimate", "--iterations", "5", "--phase", "tech"),
    ("estimate", "--iterations", "5", "--avg-input", "2000", "--scopes"),
]
PRINTED = {
    ".pre-commit-config.yaml": _configuration,
    "git commit": _failing_commit,
    "ctxtally report": _printed(SMALL, "report"),
    "ctxtally explain --agent claude-code": _printed(LOADED, "explain", "--agent", "claude-code"),
    "ctxtally redundancy": _printed(REPEATED, "redundancy"),
    "ctxtally budget --format github": _printed(SMALL, "budget", "--format", "github"),
    "ctxtally budget --format junit": _printed(SMALL, "budget", "--format", "junit"),
    "ctxtally budget --format markdown": _delta,
    "ctxtally catalog": _printed(LISTED, "catalog"),
    "ctxtally catalog --fix --dry-run": _printed(LISTED, "catalog", "--fix", "--dry-run"),
    "ctxtally catalog --write": _printed(LISTED, "catalog", "--write"),
    "ctxtally recommend": _printed(HEAVY, "recommend"),
    "ctxtally recommend (later)": _later,
    "ctxtally analyze": _beside(HEAVY, "analyze"),
    "ctxtally recommend --until 2026-03-31": _beside(HEAVY, "recommend", "--until", "2026-03-31"),
    f"ctxtally {CHECK}": _beside(ALLOWED, *CHECK.split()),
    "ctxtally usage check --help": _helping("usage", "check"),
    "tail -n 2 .git/ctxtally/usage-log.jsonl": _log,
    AGREEMENT.removeprefix("$ "): _agreement,
    RECORDED.removeprefix("$ "): _recorded,
    "ctxtally status": _status,
    f"ctxtally session report {SESSION}": _session_report,
    "ctxtally session list": _session_list,
    "ctxtally session log --help": _helping("session", "log"),
    "ctxtally usage export --help": _helping("usage", "export"),
    "ctxtally conversation check agent.csv": _conversation,
    f"{AGAINST} | tail -1": _against,
    "ctxtally conversation check --help": _helping("conversation", "check"),
    "ctxtally conversation run --help": _helping("conversation", "run"),
    "ctxtally hook": _told,
    "ctxtally init --agent claude-code": _wiring,
    "cat .agent-handoffs/CURRENT_SESSION.md": _session_file,
    "ctxtally handoff refresh": _tracked_session,
    "ctxtally handoff check": _stale_session,
    "ctxtally init --git-hooks": _git_hooks,
    "ctxtally usage": _used(),
    "ctxtally usage sync": _used("sync"),
    "ctxtally usage commits": _used("commits"),
    "ctxtally usage sessions": _on_terms,
    "ctxtally usage sync --help": _helping("usage", "sync"),
    "ctxtally usage compact --help": _helping("usage", "compact"),
    **{f"ctxtally run {' '.join(one)}": _runs(*one) for one in RUNS},
    **{
        f"ctxtally run {action} --help": _helping("run", action)
        for action in ("summary", "compare", "report", "estimate")
    },
    "ctxtally history CLAUDE.md": _history("history", "CLAUDE.md"),
    "ctxtally history": _history("history"),
    "ctxtally --help": _helping(),
    **BUDGETS,
    **{f"ctxtally {verb} --help": _helping(verb) for verb in cli.VERBS},
}


def _cases() -> list[object]:
    marks = {"git commit": uses_framework}
    return [
        pytest.param(block, id=block.name, marks=marks.get(block.name, ())) for block in blocks()
    ]


@pytest.mark.parametrize("block", _cases())
def test_documented_output_is_printed(
    block: Block, repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    printed = PRINTED[block.name](Stage(repo=repo, run=run, patch=monkeypatch))
    if os.environ.get("CTXTALLY_WRITE_DOCS"):
        block.replace(printed)
    elif block.name.endswith(" --help") and sys.version_info >= (3, 13):
        # Later versions of argparse break and indent the same words in other places.
        assert block.text.split() == printed.split()
    else:
        assert block.text == printed


def test_every_output_is_documented_once() -> None:
    assert sorted(block.name for block in blocks()) == sorted(PRINTED)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_every_hook_has_a_heading_and_a_command(hook: dict[str, str]) -> None:
    assert hook["id"] in headings(README)
    program, verb, *_ = hook["entry"].split()
    assert (program, verb in cli.VERBS) == ("ctxtally", True)


def test_no_heading_names_a_hook_that_is_not_there() -> None:
    named = {one for one in headings(README) if re.fullmatch(r"[a-z]+(-[a-z]+)+", one)}
    assert named == {hook["id"] for hook in HOOKS}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_resolve(path: Path) -> None:
    assert _broken(path, links(path)) == []


@pytest.mark.parametrize(
    "link", ["docs/nothing.md", "#nowhere", "docs/rules.md#nowhere"], ids=lambda link: link
)
def test_a_broken_link_is_seen(link: str) -> None:
    assert _broken(README, [link]) == [link]


def _broken(path: Path, targets: Sequence[str]) -> list[str]:
    broken = []
    for link in targets:
        name, _, fragment = link.partition("#")
        target = path.parent / name if name else path
        if link.startswith("https://"):
            continue
        found = target.exists() and (not fragment or fragment in map(anchor, headings(target)))
        if not found:
            broken.append(link)
    return broken


def test_the_default_budgets_are_listed() -> None:
    shipped = tomli.loads(read(CHECKOUT / "budgets" / "default.toml"))["budget"]
    listed = [row for row in rows(section(README, "token-budget")) if len(row) == 3]
    assert [row[0] for row in listed] == [f"`{budget['name']}`" for budget in shipped]
    for budget, (_, limits, level) in zip(shipped, listed, strict=True):
        stated = {budget[key] for key in ("min", "max", "warn") if key in budget}
        assert stated <= set(re.findall(r"`([^`]+)`", limits)), budget["name"]
        assert level == budget.get("level", "error"), budget["name"]


def test_the_limits_are_those_of_the_code() -> None:
    assert LARGEST_BYTES == MAX_JSON_BYTES == 4 << 20
    text = " ".join(section(README, "Limits").split())
    assert "more than 4 MiB is not counted" in text
    assert f"may have {MAX_YAML_BYTES:,} bytes, a `MANIFEST.json` 4 MiB" in text
    assert f"{MAX_MODULES:,} modules" in text
    git = ".".join(map(str, OLDEST_GIT))
    assert f"git {git} or later" in section(README, "What runs it")


def test_the_exit_codes_are_those_of_the_code() -> None:
    codes = (cli.OK, cli.FINDINGS, cli.MISTAKE, cli.BUG, cli.INTERRUPTED)
    assert [int(row[0]) for row in rows(section(README, "Command line"))] == list(codes)
