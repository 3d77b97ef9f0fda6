"""The documents other than the README agree with the code and with each other."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import tomli
from ruamel.yaml import YAML

from ctxtally import __version__
from ctxtally.adapters.payloads import parse
from ctxtally.catalog.rules import RULES as CATALOG_RULES
from ctxtally.model.event import Event
from ctxtally.survey.rules import RULES
from ctxtally.survey.settings import profiles
from ctxtally.tokens.counters import counter
from ctxtally.tracker import log_token_usage
from tests.documents import DOCUMENTS, TEMPLATE, headings, read, rows, section
from tests.support.data import CHECKOUT
from tests.support.transcripts import Home, log_everything

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.command import Run
    from tests.support.piping import Pipe
    from tests.support.repo import Repo

DOCS = CHECKOUT / "docs"
JSON = DOCS / "json.md"
OWN_HOOKS = CHECKOUT / ".pre-commit-config.yaml"
WORKFLOW = CHECKOUT / ".github" / "workflows" / "ci.yml"
PROJECT = tomli.loads(read(CHECKOUT / "pyproject.toml"))
MACHINE = re.compile(r"(?<![\w~.])/(?:home|root|Users|work|tmp|mnt)/|\b[A-Z]:\\")
EMOJI = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")

INDEX = """\
metadata: {total_modules: 9}
categories:
  core:
    token_budget: 9
    modules:
      a: {path: docs/a.md, estimated_tokens: 1, version: 1.0.0}
      b: {path: docs/b.md, estimated_tokens: 1, version: 1.0.0}
"""
TWICE = "Ask before you publish a release candidate to the public package index.\n\n" * 2
REGISTRY = """\
{"file_registry": {"_detail_file": "docs/files.json", "_hash": "0000000000000000"}}
"""


def test_every_hook_says_which_pre_commit_it_needs() -> None:
    manifest = (CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8")
    hooks = manifest.split("- id: ")[1:]
    assert hooks
    assert all("  minimum_pre_commit_version: 3.2.0\n" in hook for hook in hooks)


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"^## \[([^\]]+)\]", read(CHECKOUT / "CHANGELOG.md"), re.MULTILINE)
    assert versions[0] == __version__


@pytest.mark.parametrize(
    "path", [*DOCUMENTS, OWN_HOOKS, WORKFLOW, CHECKOUT / "Makefile"], ids=lambda path: path.name
)
def test_no_path_of_a_machine(path: Path) -> None:
    assert MACHINE.findall(read(path)) == []


@pytest.mark.parametrize("text", ["see /home/me/x", "(/tmp/log)", "C:\\Users", '"/root/.cache"'])
def test_a_path_of_a_machine_is_seen(text: str) -> None:
    assert MACHINE.search(text)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_no_emoji(path: Path) -> None:
    # The headings of the form and of the session file are known to readers with theirs.
    text = (
        re.sub(r"^## .*$", "", read(path), flags=re.MULTILINE)
        if path in (TEMPLATE, DOCS / "handoff.md")
        else read(path)
    )
    assert EMOJI.findall(text) == []


def test_every_rule_has_its_sentence() -> None:
    listed = rows(read(DOCS / "rules.md"))
    assert sorted(row[0] for row in listed) == sorted(f"`{rule}`" for rule in RULES)
    for name, level, sentence in listed:
        assert sentence.endswith(".")
        assert level == CATALOG_RULES.get(name.strip("`"), level), name


def test_the_rules_that_are_said_not_to_be_printed_are_not(repo: Repo, run: Run) -> None:
    said = re.search(r"they never print (.*?)\.\n", read(DOCS / "rules.md"), re.DOTALL)
    assert said
    quiet = set(re.findall(r"`([^`]+)`", said[1]))
    repo.add(
        {
            "docs/context/INDEX.yaml": INDEX,
            "docs/a.md": "---\nversion: 2.0.0\n---\n",
            "docs/b.md": "text\n",
            "MANIFEST.json": REGISTRY,
            "docs/files.json": "{}\n",
        }
    )
    printed = {found["rule"] for found in run("report", "--format", "json").json["findings"]}
    assert "catalog-count" in printed, "the index is judged"
    assert not printed & quiet
    assert quiet < RULES


@pytest.mark.parametrize(
    "verb",
    [
        "budget",
        "report",
        "explain",
        "redundancy",
        "catalog",
        "analyze",
        "recommend",
        "status",
        "handoff",
        "init",
        "doctor",
        "usage",
    ],
)
def test_the_keys_of_a_document_are_listed(repo: Repo, run: Run, verb: str) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    document = run(verb, "--format", "json").json
    assert _keys(verb) == list(document)
    assert rows(section(JSON, verb))[0][1] == f"`{document['schema']}`"


@pytest.mark.parametrize(
    "name", ["files", "agents", "modules", "categories", "budgets", "findings", "totals"]
)
def test_the_keys_of_a_part_are_listed(repo: Repo, run: Run, name: str) -> None:
    repo.add({"docs/context/INDEX.yaml": INDEX, "docs/a.md": "word\n", "CLAUDE.md": "word\n"})
    part = run("report", "--format", "json").json[name]
    assert _keys(name) == list(part[0] if isinstance(part, list) else part)


def test_the_keys_of_a_history_are_listed(repo: Repo, run: Run) -> None:
    for at in range(5):
        repo.commit("x", {"CLAUDE.md": "word\n" * (at + 1)})
    document = run("history", "--format", "json").json
    assert _keys("history") == list(document)
    told = {row[0].strip("`"): row[1] for row in rows(section(JSON, "history"))}
    assert told["schema"] == f"`{document['schema']}`"
    for name in ("points", "line"):
        assert all(f"`{key}`" in told[name] for key in document[name][0]), name
    for name in ("trend", "limit", "ahead"):
        assert all(f"`{key}`" in told[name] for key in document[name]), name


def test_the_keys_of_a_loaded_file_are_listed(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    (agent,) = run("explain", "--format", "json").json["agents"]
    assert _keys("loaded") == list(agent["files"][0])
    assert {*_keys("agents"), "outside", "files"} == set(agent)


def test_the_keys_of_a_passage_are_listed(repo: Repo, run: Run) -> None:
    repo.add({"CLAUDE.md": TWICE})
    document = run("redundancy", "--format", "json").json
    (passage,) = document["passages"]
    assert _keys("passages") == list(passage)
    for part, inside in (("totals", document["totals"]), ("files", document["files"][0])):
        told = next(row[1] for row in rows(section(JSON, "redundancy")) if row[0] == f"`{part}`")
        assert all(key in told for key in inside), part


@pytest.mark.parametrize(("verb", "part"), [("init", "changes"), ("doctor", "checks")])
def test_the_keys_of_a_list_are_named(repo: Repo, run: Run, verb: str, part: str) -> None:
    repo.add({"CLAUDE.md": "word\n"})
    found = run(verb, "--format", "json").json[part][0]
    told = next(row[1] for row in rows(section(JSON, verb)) if row[0] == f"`{part}`")
    assert [word for word in re.findall(r"`([^`]+)`", told) if word in found] == list(found)


def test_the_keys_of_usage_are_named(
    repo: Repo, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "home", repo.root, monkeypatch)
    home.claude("s1", home.said("msg_1"))
    document = run("usage", "sync", "--format", "json").json
    assert _keys("usage sync") == list(document)
    assert rows(section(JSON, "usage sync"))[0][1] == f"`{document['schema']}`"
    document = run("usage", "--format", "json").json
    assert _keys("spent") == list(document["totals"])
    assert {"name", *_keys("spent")} == set(document["by"][0])


def test_the_keys_of_an_allowance_are_listed(repo: Repo, run: Run) -> None:
    allowance = '[[allowance]]\nname = "a"\nper = "month"\nmax = 9\n'
    days = [date(2026, 1, 5) + timedelta(days=at) for at in range(30)]
    log = [{"timestamp": f"{day}T00:00:00", "operation": "o", "tokens": 5} for day in days]
    lines = "".join(f"{json.dumps(one)}\n" for one in log)
    repo.write({"ctxtally.toml": allowance, ".git/ctxtally/usage-log.jsonl": lines})
    document = run("usage", "check", "--day", str(days[-1]), "--format", "json").json
    assert _keys("usage-check") == list(document)
    assert _keys("allowances") == list(document["allowances"][0])
    told = next(row[1] for row in rows(section(JSON, "allowances")) if row[0] == "`forecast`")
    assert re.findall(r"`([^`]+)`", told) == list(document["allowances"][0]["forecast"])
    listed = [row[0].strip("`") for row in rows(read(DOCS / "alerts.md")) if len(row) == 3]
    assert listed == ["name", "per", "max", "warn", "agent", "branch", "model"]


def test_the_keys_of_an_analysis_are_listed(repo: Repo, run: Run) -> None:
    log = [{"timestamp": f"2026-01-{day:02}T00:00:00", "tokens": 5} for day in range(1, 9)]
    log.append({"timestamp": "2026-01-09T00:00:00", "operation": "o", "tokens": 500})
    lines = "".join(f"{json.dumps(one)}\n" for one in log)
    repo.write({".git/ctxtally/usage-log.jsonl": lines})
    document = run("analyze", "--format", "json").json
    text = section(JSON, "analyze")
    named = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in rows(text)}
    group = list(document["top"][0])
    assert _keys("groups") == group
    assert list(document["by"][0]) == ["dimension", *group]
    for part in ("log", "period", "trend"):
        inside = document[part]
        assert [key for key in named[part] if key in inside] == list(inside)
    assert set(document["totals"]) == {*group, *named["totals"]} - {"name", "count"}
    for part, one in (
        ("targets", document["targets"][0]),
        ("trend", *document["trend"]["unusual"]),
    ):
        assert all(key in named[part] for key in one)


def test_the_keys_of_sessions_are_listed(repo: Repo, run: Run) -> None:
    run("session", "start", "s")
    logged = run("session", "log", "read", "--tokens=1", "--session=s", "--format=json").json
    ended = run("session", "end", "--format=json").json
    assert _keys("session") == list(ended)
    assert [key for key in ended if key != "report"] == list(logged)
    operations = next(row[1] for row in rows(section(JSON, "session")) if row[0] == "`operations`")
    assert re.findall(r"`([^`]+)`", operations) == list(logged["operations"][0])
    assert _keys("sessions") == list(run("session", "list", "--format=json").json)
    repo.write({"sessions.json": "{}"})
    taken = run("session", "import", "sessions.json", "--format=json").json
    assert _keys("session-import") == list(taken)


def _keys(heading: str) -> list[str]:
    return [row[0].strip("`") for row in rows(section(JSON, heading))]


def test_the_fields_of_the_usage_log_are_listed(
    repo: Repo, run: Run, pipe: Pipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = read(DOCS / "usage-log.md").partition("| field |")[2].partition("\n## ")[0]
    listed = {row[0].strip("`"): row[1] for row in rows(f"| field |{table}")}
    assert set(listed) == {"v", "id", "ts", "day", *Event.__annotations__}
    for text in ("one\n", "one two\n"):
        repo.add({"CLAUDE.md": text})
        run("budget")
    run("handoff")
    repo.git("add", "--force", ".agent-handoffs/CURRENT_SESSION.md")
    run("handoff")
    log_token_usage("read", 1, session="s")
    loaded = {"session_id": "s", "memory_type": "Project", "load_reason": "include"}
    paths = {"file_path": "/r/a.md", "parent_file_path": "/r/b.md"}
    run("session", "start", "s")
    run("session", "log", "read", "--tokens=1", "--session=s", "--category=docs")
    run("session", "end", "s")
    pipe(json.dumps({"hook_event_name": "InstructionsLoaded"} | loaded | paths), "hook")
    log_everything(Home(tmp_path / "home", repo.root, monkeypatch), repo, run, pipe, monkeypatch)
    kinds = (
        "budget",
        "context",
        "handoff",
        "usage",
        "instructions",
        "session.start",
        "session.end",
        "commit",
    )
    written: dict[str, set[str]] = {kind: set() for kind in kinds}
    for line in read(repo.root / ".git" / "ctxtally" / "usage-log.jsonl").splitlines():
        event = json.loads(line)
        written[event["kind"]] |= set(event)
    for kind, fields in written.items():
        assert fields == {
            field for field, kinds in listed.items() if kind in kinds.split(", ") or kinds == "all"
        }


def test_the_settings_of_agents_name_events_that_we_hear() -> None:
    examples = re.findall(r"```json\n(.*?)```", read(DOCS / "agents.md"), re.DOTALL)
    found = [json.loads(one).get("hooks", {}) for one in examples]
    assert len([one for one in found if one]) == 4
    for event in (event for one in found for event in one):
        assert parse(json.dumps({"hook_event_name": event}).encode(), None, {}), event


def test_the_agents_are_listed() -> None:
    text = section(DOCS / "measuring.md", "Which files")
    listed = re.findall(r"`([a-z-]+)`", text.partition("source:")[2].partition(".")[0])
    assert listed == [profile.agent for profile in profiles()]


def test_instructions_for_agents_are_short() -> None:
    assert (CHECKOUT / "CLAUDE.md").read_bytes() == b"@AGENTS.md\n"
    assert counter().count(read(CHECKOUT / "AGENTS.md")) < 1_500


def test_the_layers_are_those_that_are_checked() -> None:
    (contract,) = (
        one for one in PROJECT["tool"]["importlinter"]["contracts"] if one["type"] == "layers"
    )
    written = re.search(r"^`(__main__`.*`errors)`$", read(CHECKOUT / "AGENTS.md"), re.MULTILINE)
    assert written
    assert written[1].split("` > `") == contract["layers"]


def test_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read(CHECKOUT / "Makefile"), re.MULTILINE))
    named = {name for path in DOCUMENTS for name in re.findall(r"\bmake ([a-z]+)\b", _code(path))}
    assert named <= targets
    assert {"report", "test", "docs", "golden"} <= named


def _code(path: Path) -> str:
    return "\n".join(re.findall(r"```sh\n.*?```|`make [^`\n]+`", read(path), re.DOTALL))


def test_the_form_for_handoffs() -> None:
    assert headings(TEMPLATE) == [
        "SESSION HANDOFF",
        "CURRENT FOCUS AREA",
        "TASKS COMPLETED \u2705",
        "TASKS IN PROGRESS \u23f3",
        "BLOCKERS \u26a0\ufe0f",
        "NEXT PRIORITY TASKS",
        "FILES MODIFIED",
        "TESTS RUN",
        "GIT STATUS",
        "KEY DECISIONS MADE",
        "NOTES FOR NEXT SESSION",
    ]
    assert re.findall(r"^\*\*(.+?):\*\*", read(TEMPLATE), re.MULTILINE) == [
        "Session Start",
        "Session End",
        "Context Window",
        "Token Usage",
        "Last Handoff Update",
        "Session Duration",
        "Production Score",
        "Ready for Handoff",
    ]
    assert counter().count(read(TEMPLATE)) < 700


def test_our_own_hooks_have_the_dependencies_of_the_project() -> None:
    (local,) = YAML(typ="safe").load(read(OWN_HOOKS))["repos"]
    needs = {hook["id"]: hook["additional_dependencies"] for hook in local["hooks"]}
    assert needs["token-budget"] == needs["token-report"] == PROJECT["project"]["dependencies"]
    for name in ("ruff-format", "ruff-check"):
        (requirement,) = needs[name]
        assert requirement in PROJECT["dependency-groups"]["dev"]


def test_the_workflow_runs_every_platform() -> None:
    jobs = YAML(typ="safe").load(read(WORKFLOW))["jobs"]
    matrix = jobs["tests"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert matrix["python"] == ["3.10", "3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["project"]["requires-python"] == f">={matrix['python'][0]}"
    assert (CHECKOUT / jobs["checks"]["steps"][2]["run"]).is_file()
