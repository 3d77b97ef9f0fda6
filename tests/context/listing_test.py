from __future__ import annotations

import pytest

from ctxtally.model.finding import Finding
from ctxtally.model.loadset import Part
from ctxtally.model.record import replace
from tests.context.loading import counted_texts, load
from tests.context.shipped import profile

HELP = "shorten the descriptions"


def skill(body: str = "body", **keys: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\n{lines}---\n{body}\n"


def skill_file(name: str) -> str:
    return f".claude/skills/{name}/SKILL.md"


@pytest.mark.parametrize(
    ("agent", "path", "text", "line"),
    [
        pytest.param(
            "claude-code",
            skill_file("x"),
            skill(name="n", description="d e", when_to_use="w"),
            "- n: d e - w",
            id="all there is",
        ),
        pytest.param("claude-code", skill_file("x"), "body", "- x", id="the directory names it"),
        pytest.param(
            "claude-code", skill_file("x"), skill(description="[a, b]"), "- x: a, b", id="a list"
        ),
        pytest.param(
            "claude-code",
            skill_file("x"),
            skill(name="true", description=""),
            "- true",
            id="a flag",
        ),
        pytest.param(
            "claude-code",
            ".claude/commands/a/b.md",
            skill(description="d"),
            "- b: d",
            id="the file names a command",
        ),
        pytest.param(
            "claude-code",
            ".claude/agents/r.md",
            skill(name="r", description="d", tools="Read, Grep"),
            "- r: d (Tools: Read, Grep)",
            id="tools",
        ),
        pytest.param(
            "claude-code",
            ".claude/agents/r.md",
            skill(name="r"),
            "- r (Tools: All tools)",
            id="no tools",
        ),
        pytest.param(
            "codex",
            ".agents/skills/x/SKILL.md",
            skill(description="d"),
            "- x: d (file: .agents/skills/x/SKILL.md)",
            id="with its path",
        ),
        pytest.param(
            "cursor", ".cursor/rules/r.mdc", skill(description="d"), "- r: d", id="a rule"
        ),
    ],
)
def test_lines(agent: str, path: str, text: str, line: str) -> None:
    assert line in counted_texts(profile(agent), {path: text})
    found = load(agent, {path: text})
    assert found.files[0].load == "description"
    assert found.files[0].listing == len(line.split())
    assert found.always == Part(tokens=len(line.split()), files=0)
    assert found.findings == ()


def test_a_link_gives_the_name_and_the_path() -> None:
    found = load("codex", {"pool/s/SKILL.md": "one"}, links={".agents/skills/x": "../../pool/s"})
    assert found.files[0].path == "pool/s/SKILL.md"
    assert found.files[0].listing == 4


def test_the_body_is_on_demand_and_the_line_always() -> None:
    found = load("claude-code", {skill_file("x"): skill("one two three", description="d")})
    assert found.always == Part(tokens=3, files=0)
    assert found.on_demand == Part(tokens=3, files=1)


def test_what_nobody_may_invoke_costs_nothing() -> None:
    text = skill("one", **{"disable-model-invocation": "true"})
    found = load("claude-code", {skill_file("x"): text})
    assert found.always == Part(tokens=0, files=0)
    assert found.on_demand == Part(tokens=1, files=1)


def over(path: str, message: str, way_out: str, budget: str) -> Finding:
    return Finding(
        rule="agent-limit", level="error", path=path, message=message, help=way_out, budget=budget
    )


@pytest.mark.parametrize(
    ("description", "when", "kept"),
    [
        pytest.param(1_536, 0, None, id="equal"),
        pytest.param(1_537, 0, 1_536, id="one over"),
        pytest.param(1_000, 536, None, id="together equal"),
        pytest.param(1_000, 537, 536, id="together one over"),
        pytest.param(1_536, 10, 0, id="nothing left of the second"),
    ],
)
def test_an_entry_is_cut(description: int, when: int, kept: int | None) -> None:
    text = skill(description="d" * description, when_to_use="w" * when)
    files = {skill_file("x"): text}
    line = counted_texts(profile("claude-code"), files)[-1]
    assert line.count("d") + line.count("w") == min(description + when, 1_536)
    if kept is None:
        assert load("claude-code", files).findings == ()
    else:
        message = (
            f"Claude Code cuts `description` and `when_to_use`: {description + when:,} characters, "
            "at most 1,536 characters"
        )
        expected = over(
            skill_file("x"),
            message,
            "say in one sentence when to use it",
            "claude-code skill-description",
        )
        assert load("claude-code", files).findings == (expected,)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        pytest.param(
            {"name": "n" * 65}, "rejects `name`: 65 characters, at most 64 characters", id="name"
        ),
        pytest.param(
            {"name": "n", "description": "d" * 1_025},
            "rejects `description`: 1,025 characters, at most 1,024 characters",
            id="description",
        ),
        pytest.param(
            {"name": "n", "compatibility": "c" * 501},
            "rejects `compatibility`: 501 characters, at most 500 characters",
            id="compatibility",
        ),
    ],
)
def test_the_specification_of_skills(keys: dict[str, str], message: str) -> None:
    found = load("agent-skills", {"skills/x/SKILL.md": skill(**keys)})
    assert [one.message for one in found.findings] == [f"Agent Skills {message}"]
    shorter = {key: value[:-1] for key, value in keys.items()}
    assert load("agent-skills", {"skills/x/SKILL.md": skill(**shorter)}).findings == ()


def test_an_entry_may_only_be_worth_a_warning() -> None:
    one = profile("agent-skills")
    limits = tuple(replace(limit, behaviour="warn") for limit in one.limits[:1])
    found = load(replace(one, limits=limits), {"skills/x/SKILL.md": skill(name="n" * 65)})
    assert [(one.level, one.message) for one in found.findings] == [
        ("warning", "`name`: 65 characters, for Agent Skills at most 64 characters")
    ]


# 1 % of 200,000 tokens at four characters each.
def test_a_listing_that_is_full_drops_descriptions_from_the_end() -> None:
    files = {skill_file(f"s{at}"): skill(description="d" * 993) for at in range(9)}
    found = load("claude-code", files)
    # "- sN: " and 993 characters are 999: eight lines are 7,992, the ninth is too much.
    lines = counted_texts(profile("claude-code"), files)
    assert sorted(line for line in lines if line.startswith("- s")) == [
        *(f"- s{at}: {'d' * 993}" for at in range(8)),
        "- s8",
    ]
    assert found.findings == (
        over(
            skill_file("s8"),
            "Claude Code leaves 1 description out, least used first: the lines of its listing have "
            "8,991 characters, at most 8,000",
            HELP,
            "claude-code skill-listing",
        ),
    )


def test_a_listing_that_just_fits() -> None:
    files = {skill_file(f"s{at}"): skill(description="d" * 994) for at in range(8)}
    assert load("claude-code", files).findings == ()


def test_names_alone_may_be_too_long() -> None:
    files = {skill_file(f"{at:03}" + "n" * 100): skill(description="d") for at in range(100)}
    found = load("claude-code", files)
    message = (
        "Claude Code leaves 100 descriptions out, least used first: the lines of its listing have "
        "10,800 characters, at most 8,000"
    )
    assert [one.message for one in found.findings] == [message]


def test_agents_have_no_part_in_the_listing_of_skills() -> None:
    files = {f".claude/agents/a{at}.md": skill(description="d" * 1_000) for at in range(20)}
    assert load("claude-code", files).findings == ()


def test_a_listing_in_tokens_that_only_warns() -> None:
    one = profile("codex")
    limits = tuple(
        replace(limit, behaviour="warn") for limit in one.limits if limit.scope == "listing"
    )
    files = {f".agents/skills/s{at}/SKILL.md": skill(description="d " * 3_000) for at in range(2)}
    found = load(replace(one, limits=limits), files)
    # 2 % of 258,400 tokens; "- s0:", 3,000 words and "(file: ...)".
    assert [(one.level, one.message) for one in found.findings] == [
        ("warning", "for Codex the lines of its listing have 6,008 tokens, at most 5,168")
    ]
    assert [file.listing for file in found.files] == [3_004, 3_004]


def test_a_listing_without_a_known_window_is_not_judged() -> None:
    one = replace(profile("codex"), window=0)
    files = {f".agents/skills/s{at}/SKILL.md": skill(description="d " * 3_000) for at in range(2)}
    assert load(one, files).findings == ()
