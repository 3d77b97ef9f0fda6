"""Catalogs of other people: what is wrong in them, what mending changes, what forms save."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from tests.real_input_test import SEED, place
from tests.support.data import DEV, needs_dev
from tests.tokens.oracle import expected

if TYPE_CHECKING:
    from tests.support.command import Run
    from tests.support.repo import Repo

pytestmark = needs_dev

INDEX = "docs/context/INDEX.yaml"
# What is wrong in the index of 75fcd51, by line, as a person found it who read it.
CONTRADICTIONS = {
    9: "root_anchor.word_count says 1,843; CLAUDE.md has 1,955 words",
    10: "root_anchor.token_estimate says 7,372; CLAUDE.md has 4,058 tokens",
    13: 'root_anchor.efficiency_gain says "97.5% (8K vs 80K tokens for simple tasks)"; 8K against'
    " 80K is 90.0% less",
    111: "token_budget of `workflows` says 10,000; its 5 modules are estimated at 12,600",
    125: "dependency cycle: workflows/blog-writing -> standards/humanization-standards ->"
    " workflows/blog-writing",
    269: "the priority of the category `technical` is MEDIUM/LOW, none of HIGH, MEDIUM, LOW",
    362: "token_budget of `reference` says 3,000; its 3 modules are estimated at 2,800",
    482: "`standards/humanization-validation (when implemented)` names no module",
    483: "`standards/citation-requirements (when implemented)` names no module",
    488: "`technical/script-catalog (when implemented)`: the module exists, it is listed on line"
    " 275",
    501: "token_budgets.reference_modules says 2,800; line 362 gives `reference` 3,000",
    503: "token_budgets.remaining_budget says -14,100; 25,000 available less 41,700 estimated is"
    " -16,700",
    557: "validation.token_estimates_reasonable says true; 22 of 28 estimates are more than 20%"
    " off",
}
TAGS = {513: 3, 514: 1, 515: 1, 518: 4, 520: 1, 527: 1}
DIALECTS = {
    "index/UnitOneAI+SecuritySkills": (50, 50),
    "index/WenyuChiou+fable-method-harness": (263, 262),
    "index/keyan-commits+apex-engine": (5, 5),
    "index/pantheon-org+skill-quality-auditor": (135, 135),
    "index/williamzujkowski+standards": (25, 25),
    "context/GSA-TTS+agentic-coding-playbook": (35, 17),
    "context/socketry+async": (6, 0),
}


@pytest.fixture
def seed(repo: Repo) -> Repo:
    place(SEED, repo)
    repo.commit("base")
    return repo


def by_line(run: Run, *arguments: str) -> dict[int, list[dict[str, str]]]:
    """Return the findings about the index by their line."""
    found: dict[int, list[dict[str, str]]] = {}
    for one in run("catalog", "--format", "json", *arguments).json["findings"]:
        if one["path"] == INDEX:
            found.setdefault(one["line"], []).append(one)
    return found


@pytest.mark.usefixtures("seed")
def test_every_contradiction_is_found_with_its_line(run: Run) -> None:
    found = by_line(run)
    for line, message in CONTRADICTIONS.items():
        assert message in [one["message"] for one in found[line]]
    tags = {line: [one["rule"] for one in found[line]].count("catalog-tag") for line in TAGS}
    assert tags == TAGS
    assert [one["message"] for one in found[75] if one["rule"] == "catalog-bare-name"] == [
        (
            "10 dependencies without a category beside 10 with one: line 75, 105, 125, 139, 153"
            " and 1 more"
        )
    ]
    off = [line for line, some in found.items() for one in some if one["rule"] == "module-estimate"]
    assert len(off) == 22
    # What is left are lists that leave a module out, the claim about references, and budgets.
    known = {*CONTRADICTIONS, *TAGS, *off, 75}
    rest = {one["rule"] for line, some in found.items() if line not in known for one in some}
    assert rest == {"catalog-claim", "catalog-list-incomplete", "catalog-sum", "category-budget"}
    assert [line for line in found if line not in known and "catalog-sum" in str(found[line])] == [
        498
    ]


def test_after_a_fix_estimates_are_what_tiktoken_counts(seed: Repo, run: Run) -> None:
    before = contents(seed)
    assert run("catalog", "--fix").status == 0
    after = contents(seed)
    changed = {path for path in before if before[path] != after[path]}
    assert len(changed) == 30
    for path in changed:
        assert digits_apart(before[path]) == digits_apart(after[path])
    data = YAML(typ="safe", pure=True).load(after[INDEX].decode())
    modules = [one for group in data["categories"].values() for one in group["modules"]]
    assert len(modules) == 28
    for one in modules:
        text = after[one["file"]].decode()
        assert one["estimated_tokens"] == expected("o200k_base", text)
        front = YAML(typ="safe", pure=True).load(text.split("---\n")[1])
        assert front["estimated_tokens"] == one["estimated_tokens"]
    for group in data["categories"].values():
        stated = sum(one["estimated_tokens"] for one in group["modules"])
        assert group["token_budget"] == stated
    assert data["token_budgets"]["total_available"] == 25_000
    assert data["root_anchor"]["token_estimate"] == 4_058
    registry = json.loads(after["MANIFEST.json"])["inventory"]["files"]["file_registry"]
    assert {path: one["size"] for path, one in registry.items() if path in after} == {
        path: len(raw) for path, raw in after.items() if path in registry
    }


def test_a_fix_changes_these_lines_of_the_index_alone(seed: Repo, run: Run) -> None:
    before = contents(seed)[INDEX].splitlines()
    run("catalog", "--fix", INDEX)
    after = contents(seed)[INDEX].splitlines()
    keys = {
        line.split(b":")[0].strip() for line, now in zip(before, after, strict=True) if line != now
    }
    assert keys == {
        *(b"estimated_tokens", b"token_budget", b"token_estimate", b"word_count"),
        *(b"core_modules", b"workflow_modules", b"standards_modules", b"technical_modules"),
        *(b"reference_modules", b"template_modules", b"remaining_budget"),
    }


@pytest.mark.usefixtures("seed")
def test_what_smaller_forms_save_is_what_tiktoken_counts(run: Run, repo: Repo) -> None:
    forms = {one["name"]: one for one in run("catalog", "--format", "json").json["forms"]}
    assert {name: one["saved"] for name, one in forms.items()} == {
        "lazy": 31_719,
        "without-stale": 30_193,
        "columns-minified": 13_196,
        "columns": 9_965,
        "minified": 9_053,
    }
    registry = json.loads((SEED / "MANIFEST.json").read_text("utf-8"))["inventory"]["files"]
    for name, one in forms.items():
        assert run("catalog", "--write", "--form", name).status == 0
        text = (repo.root / "MANIFEST.json").read_text("utf-8")
        assert one["after"] == expected("o200k_base", text)
        assert one["before"] == 36_473
        repo.git("checkout", "--quiet", "MANIFEST.json")
    detail = (repo.root / ".manifest" / "file-registry.json").read_text("utf-8")
    assert json.loads(detail) == registry["file_registry"]
    assert forms["lazy"]["moved"] == expected("o200k_base", detail)


@pytest.mark.parametrize("source", DIALECTS)
def test_every_dialect_is_read(repo: Repo, run: Run, source: str) -> None:
    place(DEV / source, repo)
    ran = run("catalog", "--format", "json")
    assert (ran.status, ran.err) == (0, "")
    assert len(ran.json["catalogs"]) == 1
    states = [one["state"] for one in ran.json["entries"]]
    assert (len(states), states.count("missing")) == DIALECTS[source]
    assert "catalog-unreadable" not in {one["rule"] for one in ran.json["findings"]}
    assert run("catalog", "--fix").out == "nothing to mend\n"


def test_what_is_no_yaml_is_refused_in_one_line(repo: Repo, run: Run) -> None:
    place(DEV / "index" / "abhiksingh+personal-agent", repo)
    ran = run("catalog")
    assert (ran.status, ran.err) == (0, "")
    (told,) = [line for line in ran.out.splitlines() if line.startswith(("warning", "error"))]
    assert told == (
        "warning[catalog-unreadable]: docs/context/index.yaml:71: column 36: not valid YAML:"
        " mapping values are not allowed here"
    )


def contents(repo: Repo) -> dict[str, bytes]:
    paths = repo.git("ls-files").splitlines()
    return {path: (repo.root / path).read_bytes() for path in paths}


def digits_apart(raw: bytes) -> bytes:
    return re.sub(rb"-?[0-9]+", b"#", raw)
