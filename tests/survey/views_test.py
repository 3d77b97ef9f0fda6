"""What users see is the same whichever way the log is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.survey.grouped_test import ENGINES, use
from tests.survey.usage_test import DIRTY, MANY, clean, event, joined

if TYPE_CHECKING:
    import pytest

    from tests.support.command import Run
    from tests.support.repo import Repo

LOG = ".git/ctxtally/usage-log.jsonl"
MODELS = ("claude-sonnet-4-5", "gpt-5.4", "deepseek-chat", "nobody-knows-1")
# Beside and beyond the sizes from which on a prompt has another price.
SIZES = (5, 199_000, 200_000, 200_001, 272_000, 272_001, 900_000)
ALLOWANCES = "".join(
    f'[[allowance]]\nname = "{per} {unit}"\nper = "{per}"\nmax = "{most} {unit}"\n{more}\n'
    for per in ("session", "day", "week", "month")
    for unit, most, more in (("tokens", 900_000, ""), ("USD", 2, 'branch = "main"'))
)
VIEWS = ("days", "sessions", "models", "commits", "branches")
COMMANDS = [
    *(("usage", view, "--format", "json") for view in VIEWS),
    ("usage", "days", "--timezone", "Asia/Kathmandu", "--format", "json"),
    ("usage", "sessions", "--own", "--since", "2026-10-02", "--agent", "codex", "--format", "json"),
    ("usage", "check", "--day", "2026-10-02", "--format", "json"),
    ("session", "list", "--all"),
    ("session", "list", "--format", "json"),
    ("analyze", "--format", "json", "--by", "model"),
    ("recommend", "--format", "json"),
]


def responses() -> list[str]:
    return [
        event(
            id=f"{model}{number}",
            ts=f"2026-10-{1 + number % 3:02}T{number % 24:02}:{number % 60:02}:0{number % 9}.5Z",
            model=model,
            session=f"s{number % 5}",
            branch=["main", "topic", "HEAD"][number % 3],
            agent=["claude-code", "codex"][number % 2],
            source="transcript",
            counted=["reported", "estimate"][number % 2],
            operation=["write a blog post", "commit", "check"][number % 3],
            final=number % 5 > 0,
            service_tier=["standard", "batch", "priority", "flex"][number % 4],
            inference_geo=["", "us", "us"][number % 3],
            searches=number % 2,
            input=size,
            cache_read=number,
            output=7,
            total=size + number + 7,
            **({"repo": "/elsewhere"} if number % 11 == 0 else {}),
            **({"cost_usd": 0.1} if number % 7 == 0 else {}),
            **({"commit": "a" * 40} if number % 13 == 0 else {}),
        )
        for model in MODELS
        for number, size in enumerate(SIZES * 4)
    ]


def commits() -> list[str]:
    return [
        event(
            id=f"c{number}",
            kind="commit",
            commit=f"{number:040x}",
            ts=f"2026-10-{1 + number % 3:02}T{number % 24:02}:{number * 7 % 60:02}:04.{number:03}Z",
            branch=["main", "topic"][number % 2],
            **({"instead": f"{number - 1:040x}"} if number % 5 == 4 else {}),
        )
        for number in range(40)
    ]


def sessions() -> list[str]:
    times = {"start": ["09", "12", "15"], "end": ["11", "13"]}
    return [
        event(
            id=f"{kind}{hour}",
            kind=f"session.{kind}",
            session="s1",
            ts=f"2026-10-01T{hour}:00:00Z",
            source="manual",
        )
        for kind, hours in times.items()
        for hour in hours
    ]


def dirty() -> list[str]:
    """Return lines of each dirty log but the one that DuckDB refuses."""
    texts = [one.change([clean(at) for at in range(MANY)]) for one in DIRTY if one.name[:2] != "22"]
    return "\n".join(texts).removeprefix("\ufeff").splitlines()


def test_each_command_says_the_same(repo: Repo, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [*responses(), *commits(), *sessions()]
    lines += [*lines[:9], "x", *dirty()]
    repo.write({"ctxtally.toml": ALLOWANCES})
    path = repo.root / LOG
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(joined(lines).encode("utf-8", "surrogateescape"))
    found: dict[str, list[object]] = {}
    for engine in ENGINES:
        use(monkeypatch, engine)
        for command in COMMANDS:
            ran = run(*command)
            assert "plain Python" not in ran.out
            found.setdefault(engine, []).append((command, ran.status, ran.out, ran.err))
    expected = found.pop("plain")
    assert '"cost_usd"' in str(expected[0])
    for told in found.values():
        for one, other in zip(told, expected, strict=True):
            assert one == other
