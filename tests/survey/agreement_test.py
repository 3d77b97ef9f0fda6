from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxtally.adapters import git
from ctxtally.adapters.api import ApiError, Endpoint
from ctxtally.adapters.trees import Index, WorkTree
from ctxtally.adapters.vendors import target
from ctxtally.errors import UserError
from ctxtally.survey import agreement
from ctxtally.survey.agreement import Preparation, compared, prepare, send
from ctxtally.survey.look import look
from tests.adapters.server import FRAME, KEY, Reply, failing, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxtally.adapters.vendors import Target
    from tests.adapters.server import Server
    from tests.support.repo import Repo


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as one:
        yield one


def asked(server: Server) -> Target:
    return target("anthropic", None, server.address)


def prepared(server: Server, *globs: str) -> Preparation:
    return prepare(git.place(), Index(), asked(server), globs)


def sent(server: Server, *globs: str) -> Preparation:
    return send(prepared(server, *globs), Endpoint(asked(server), KEY))


def cache(repo: Repo) -> Path:
    return repo.root / ".git" / "ctxtally" / "counts"


def kept(repo: Repo, server: Server) -> dict[str, int]:
    """Return what the cache holds of the vendor's counts, by key without the endpoint."""
    lines = (line.split(" ") for line in cache(repo).read_text("ascii").splitlines())
    end = f"api-anthropic-claude-opus-5@2023-06-01+{server.host}"
    return {f"{key.removesuffix(end)}{oid}": int(n) for oid, key, n in lines if key.endswith(end)}


def test_every_content_is_sent_once_as_it_is_counted(repo: Repo, server: Server) -> None:
    repo.add(
        {
            "CLAUDE.md": b"\xef\xbb\xbfone two\r\nthree\r\n",
            "a/AGENTS.md": "same text\n",
            "b/AGENTS.md": "same text\n",
            "notes.txt": "not a context file\n",
        }
    )
    first = prepared(server).sending
    assert first.files == (("CLAUDE.md", 14), ("a/AGENTS.md", 10))
    assert (first.frame, first.bytes) == ("x", 24)
    found = sent(server)
    assert server.texts() == ["x", "one two\nthree\n", "same text\n"]
    counts = {text.path: found.known[text.oid] for text in found.texts}
    assert counts == {"CLAUDE.md": 3, "a/AGENTS.md": 2, "b/AGENTS.md": 2}
    assert found.frame == FRAME
    one = compared(found, prepared(server))
    assert (one.sent, one.known, one.frame) == (0, 3, FRAME)


def test_answers_are_kept_by_blob(repo: Repo, server: Server) -> None:
    repo.add({"CLAUDE.md": "one two\n", "AGENTS.md": "three\n"})
    first = prepared(server)
    assert (first.known, first.frame, len(first.missing)) == ({}, None, 2)
    sent(server)
    oids = repo.git("rev-parse", ":CLAUDE.md", ":AGENTS.md").split()
    frame = repo.run("git", "hash-object", "--stdin", stdin="x").stdout.strip()
    assert kept(repo, server) == {f"frame-{frame}": FRAME, oids[0]: 2, oids[1]: 1}

    repo.add({"AGENTS.md": "three four five\n"})
    sent(server)
    assert server.texts()[3:] == ["three four five\n"]


def test_other_models_hosts_and_vendors_are_asked_anew(repo: Repo, server: Server) -> None:
    repo.add({"CLAUDE.md": "one two\n"})
    sent(server)
    with serving() as other:
        for one in (
            target("anthropic", "claude-haiku-4-5", server.address),
            target("openai", None, server.address),
            target("anthropic", None, other.address),
        ):
            assert len(prepare(git.place(), Index(), one, []).missing) == 1
    assert not prepared(server).missing


@pytest.mark.parametrize(
    ("globs", "paths"),
    [
        ([], ["AGENTS.md", "CLAUDE.md", "docs/CLAUDE.md"]),
        (["*.md"], ["AGENTS.md", "CLAUDE.md"]),
        (["**/CLAUDE.md", "!docs/**"], ["CLAUDE.md"]),
        (["docs/CLAUDE.md", "AGENTS.md"], ["AGENTS.md", "docs/CLAUDE.md"]),
    ],
)
def test_globs(repo: Repo, server: Server, globs: list[str], paths: list[str]) -> None:
    repo.add({"CLAUDE.md": "a\n", "docs/CLAUDE.md": "b\n", "AGENTS.md": "c\n"})
    found = prepared(server, *globs)
    assert sorted(path for path, _ in found.sending.files) == paths


def test_no_file(repo: Repo, server: Server) -> None:
    help_line = "`ctxtally report` lists the context files"
    with pytest.raises(UserError) as caught:
        prepared(server)
    assert (str(caught.value), caught.value.help) == (
        "no context file of the index can be compared",
        help_line,
    )
    repo.add({"CLAUDE.md": "a\n"})
    with pytest.raises(UserError) as caught:
        prepared(server, "docs/\x1b*.md", "x")
    assert (str(caught.value), caught.value.help) == (
        "no context file of the index that matches docs/\\x1b*.md x can be compared",
        help_line,
    )


def test_what_cannot_be_sent_is_named(repo: Repo, server: Server) -> None:
    repo.add(
        {
            "CLAUDE.md": "a\n",
            "b/CLAUDE.md": b"\xff\xfea\0",
            "c/CLAUDE.md": " \n\t\n",
            "d/CLAUDE.md": "",
            "e/CLAUDE.md": b"\xff",
        }
    )
    found = prepared(server, "**", "!e/**")
    assert [text.path for text in found.texts] == ["CLAUDE.md"]
    assert sorted(found.remarks) == [
        "b/CLAUDE.md is neither sent nor compared: utf-16",
        "c/CLAUDE.md is neither sent nor compared: no text but white space",
        "d/CLAUDE.md is neither sent nor compared: no text but white space",
    ]


def test_a_file_that_changes_meanwhile(
    repo: Repo, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add({"CLAUDE.md": "a\n", "AGENTS.md": "b\n"})

    def then_changed(*arguments: object) -> object:
        survey = look(*arguments)  # type: ignore[arg-type] # passed on as they are
        repo.write({"AGENTS.md": b"\0", "CLAUDE.md": "now longer\n"})
        return survey

    monkeypatch.setattr(agreement, "look", then_changed)
    place = git.place()
    found = prepare(place, WorkTree(place), asked(server), [])
    oid = repo.git("hash-object", "CLAUDE.md")
    assert [(text.text, text.oid) for text in found.texts] == [("now longer\n", oid)]
    assert found.remarks == ("AGENTS.md is neither sent nor compared: nul-byte",)


def test_too_much_at_once(repo: Repo, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({"CLAUDE.md": "a" * 600, "AGENTS.md": "b" * 401})
    monkeypatch.setattr(agreement, "MOST_BYTES", 1_000)
    with pytest.raises(UserError) as caught:
        prepared(server)
    assert (str(caught.value), caught.value.help) == (
        "2 files with 1,001 bytes are too many: at most 1,000 bytes are compared at a time",
        "name some of them by globs",
    )
    repo.add({"AGENTS.md": "b" * 400})
    assert len(prepared(server).missing) == 2


def test_an_error_names_the_file_and_keeps_what_was_answered(repo: Repo, server: Server) -> None:
    repo.add({"CLAUDE.md": "a b c d\n", "AGENTS.md": "e\n"})
    first = prepared(server)
    paths = [path for path, _ in first.sending.files]
    server.replies += [
        Reply(body=b'{"input_tokens": 7}'),
        Reply(body=b'{"input_tokens": 9}'),
        failing(413),
    ]
    with pytest.raises(ApiError) as caught:
        sent(server)
    assert (str(caught.value), caught.value.help) == (
        f"{paths[1]}: {server.host} takes no text of this size (413)",
        "leave the file out",
    )
    again = prepared(server)
    assert (again.frame, list(again.known.values())) == (6, [3])
    assert [path for path, _ in again.sending.files] == paths[1:]
    assert again.sending.frame == ""


def test_a_count_below_the_frame(repo: Repo, server: Server) -> None:
    repo.add({"CLAUDE.md": "a\n"})
    server.replies += [Reply(body=b'{"input_tokens": 7}'), Reply(body=b'{"input_tokens": 6}')]
    with pytest.raises(ApiError) as caught:
        sent(server)
    assert (str(caught.value), caught.value.help) == (
        f"CLAUDE.md: {server.host} counts 6 tokens, and 6 of every message are its frame",
        "delete the count cache `counts` beside the usage log, and run it again",
    )
    assert prepared(server).known == {}


def test_nothing_but_white_space(repo: Repo, server: Server) -> None:
    repo.add({"CLAUDE.md": "\n"})
    found = prepared(server)
    one = compared(found, found)
    assert (found.missing, one.rows, one.sent, one.known) == ((), (), 0, 0)


def test_sha256(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.support.repo import Repo

    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    repo = Repo(tmp_path / "long")
    repo.run("git", "init", "--object-format=sha256", str(tmp_path / "sha256"))
    repo.root = tmp_path / "sha256"
    monkeypatch.chdir(repo.root)
    repo.add({"CLAUDE.md": "one two\n"})
    sent(server)
    assert sorted(map(len, kept(repo, server))) == [64, 64 + len("frame-")]
    assert not prepared(server).missing
