from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import grimp
import pytest
from ruamel.yaml import YAML

from ctxtally import cli
from ctxtally.adapters import api, question
from ctxtally.tokens.calibration import describe, estimate
from tests.adapters.server import KEY, Reply, failing, serving
from tests.documents import read, rows, section
from tests.support.command import SCRIPT
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.adapters.server import Server
    from tests.support.command import Ran, Run
    from tests.support.repo import Repo

HOOKS = YAML(typ="safe").load(read(CHECKOUT / ".pre-commit-hooks.yaml"))
CLAUDE_MD = "# Web shop\n\nRun `make test` before you commit, and read its log.\n"
AGENTS_MD = "Version 4 changed the checkout page. The orders table belongs to billing.\n" * 20


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with serving() as one:
        yield one


def verify(run: Run, server: Server, *arguments: str, api: str = "anthropic") -> Ran:
    ran = run("verify", "--api", api, "--endpoint", server.address, *arguments)
    assert KEY not in ran.out + ran.err
    return ran


def replying(server: Server, *tokens: int) -> None:
    server.replies += [Reply(body=json.dumps({"input_tokens": one}).encode()) for one in tokens]


class TestReport:
    def test_anthropic(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": CLAUDE_MD, "docs/AGENTS.md": AGENTS_MD})
        large = estimate(AGENTS_MD, "claude", kind="markdown")
        small = estimate(CLAUDE_MD, "claude", kind="markdown")
        replying(server, 7, 6 + 2 * large.tokens, 6 + small.tokens)
        ran = verify(run, server, "--yes")
        ours = f"~{large.tokens:,} [{large.low:,}-{large.high:,}]"
        also = f"~{small.tokens:,} [{small.low:,}-{small.high:,}]".rjust(len(ours))
        width = len(f"{2 * large.tokens:,}")
        size = len((CLAUDE_MD + AGENTS_MD).encode())
        assert (ran.status, ran.err) == (0, "")
        assert ran.out == (
            "anthropic, claude-opus-5: its counts and ours (subject: index)\n"
            "\n"
            f"  path            {'api':>{width}}  {'ours':>{len(ours)}}   error  in band\n"
            f"  docs/AGENTS.md  {2 * large.tokens:>{width},}  {ours}  -50.0%  no\n"
            f"  CLAUDE.md       {small.tokens:>{width},}  {also}   +0.0%  yes\n"
            "\n"
            "mean error 25.0% (bias -25.0%), worst -50.0% (docs/AGENTS.md), "
            "1 of 2 files in the band\n"
            f"ours: claude, {describe('claude')}\n"
            "api: without the 6 tokens that a message costs by itself\n"
            f"sent: 2 files, {size:,} bytes to {server.address}/v1/messages/count_tokens\n"
        )

    def test_openai(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"AGENTS.md": "hello world\n"})
        replying(server, 8, 7 + 3)
        ran = verify(run, server, "--yes", api="openai")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out == (
            "openai, gpt-5: its counts and ours (subject: index)\n"
            "\n"
            "  path       api  ours  error  in band\n"
            "  AGENTS.md    3     3  +0.0%  yes\n"
            "\n"
            "mean error 0.0% (bias +0.0%), worst +0.0% (AGENTS.md), 1 of 1 file in the band\n"
            "ours: o200k_base, exact\n"
            "api: without the 7 tokens that a message costs by itself\n"
            f"sent: 1 file, 12 bytes to {server.address}/v1/responses/input_tokens\n"
        )

    def test_a_second_run_sends_nothing_and_needs_no_key(
        self, repo: Repo, run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.add({"CLAUDE.md": "one two\n"})
        first = verify(run, server, "--yes").out.splitlines()
        asked = len(server.got)
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        ran = verify(run, server)
        assert (ran.status, ran.err, len(server.got)) == (0, "", asked)
        assert ran.out.splitlines() == [
            *first[:-1],
            "sent: nothing; all counts are known from earlier runs",
        ]

    def test_only_what_is_new_is_sent(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "one two\n"})
        verify(run, server, "--yes")
        repo.add({"AGENTS.md": "three\n"})
        last = verify(run, server, "--yes").out.splitlines()[-1]
        assert server.texts() == ["x", "one two\n", "three\n"]
        assert last == (
            f"sent: 1 file, 6 bytes to {server.address}/v1/messages/count_tokens; "
            "1 known from earlier runs"
        )

    def test_without_a_frame_in_the_cache(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "one two\n"})
        verify(run, server, "--yes")
        cache = repo.root / ".git" / "ctxtally" / "counts"
        lines = cache.read_text("ascii").splitlines(keepends=True)
        cache.write_text("".join(line for line in lines if " frame-" not in line), "ascii")
        ran = verify(run, server)
        assert "that a message costs" not in ran.out
        assert verify(run, server, "--format", "json").json["frame"] is None

    def test_nothing_to_compare(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "\n"})
        ran = verify(run, server)
        assert (ran.status, server.got) == (0, [])
        assert ran.err == (
            "note: CLAUDE.md is neither sent nor compared: no text but white space\n"
        )
        assert ran.out == (
            "anthropic, claude-opus-5: its counts and ours (subject: index)\n"
            "\n"
            f"ours: claude, {describe('claude')}\n"
            "sent: nothing; there is nothing to compare\n"
        )
        assert verify(run, server, "--format", "json").json["totals"] == {
            "files": 0,
            "mean_error_percent": None,
            "bias_percent": None,
            "worst_error_percent": None,
            "in_band": 0,
        }

    def test_json(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"AGENTS.md": "hello world\n", "docs/AGENTS.md": "hello\n"})
        replying(server, 8, 7 + 4, 7 + 2)
        ran = verify(run, server, "--yes", "--format", "json", api="openai")
        assert ran.json == {
            "schema": "ctxtally/verify/1",
            "subject": "index",
            "source": "openai",
            "endpoint": f"{server.address}/v1/responses/input_tokens",
            "model": "gpt-5",
            "frame": 7,
            "sent": 2,
            "known": 0,
            "agreement": [_row("AGENTS.md", 4, 3, -25.0), _row("docs/AGENTS.md", 2, 2, 0.0)],
            "totals": {
                "files": 2,
                "mean_error_percent": 12.5,
                "bias_percent": -12.5,
                "worst_error_percent": -25.0,
                "in_band": 1,
            },
        }

    def test_an_assumed_encoding(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"AGENTS.md": "hello world\n"})
        replying(server, 8, 7 + 3)
        out = verify(run, server, "--yes", "--model", "gpt-6", api="openai").out
        assert server.got[0].json["model"] == "gpt-6"
        assert "  AGENTS.md    3  ~3 [3-3]  +0.0%  yes\n" in out
        assert "ours: assumed o200k_base: the encoding of gpt-6 is not known here\n" in out

    def test_other_subjects(self, repo: Repo, run: Run, server: Server) -> None:
        commit = repo.commit("base", {"CLAUDE.md": "one\n"})
        repo.write({"CLAUDE.md": "one two three\n"})
        verify(run, server, "--yes", "--worktree")
        out = verify(run, server, "--yes", "--rev", commit).out
        assert server.texts() == ["x", "one two three\n", "one\n"]
        assert f"(subject: revision {commit[:10]})" in out

    def test_names_that_are_not_utf_8(self, repo: Repo, run: Run, server: Server) -> None:
        blob = repo.run("git", "hash-object", "-w", "--stdin", stdin="one\n").stdout.strip()
        for folder in ("\udcff", "\u202e"):  # only in the index: not every disk takes such names
            repo.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{folder}/CLAUDE.md")
        assert "  \\udcff/CLAUDE.md " in verify(run, server, "--yes").out
        found = verify(run, server, "--format", "json").json["agreement"]
        assert {row["path"] for row in found} == {"\\udcff/CLAUDE.md", "\u202e/CLAUDE.md"}

    def test_a_cache_that_cannot_be_used(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "one\n"})
        cache = repo.root / ".git" / "ctxtally" / "counts"
        cache.mkdir(parents=True)
        ran = verify(run, server, "--yes")
        assert ran.status == 0
        assert ran.err == 2 * (
            "note: the count cache cannot be used (not a regular file): "
            "every file is counted anew\n"
        )


def _row(path: str, api: int, estimate: int, error: float) -> dict[str, Any]:
    return {
        "path": path,
        "api": api,
        "estimate": estimate,
        "low": estimate,
        "high": estimate,
        "error_percent": error,
        "in_band": api == estimate,
        "method": "api",
        "model": "gpt-5",
        "counter": "o200k_base",
    }


class TestConsent:
    def plan(self, server: Server) -> str:
        return (
            f"note: to be sent to {server.address}/v1/messages/count_tokens with the key in "
            "ANTHROPIC_API_KEY\n"
            "\n"
            "  bytes  path\n"
            "     14  CLAUDE.md\n"
            "      6  docs/AGENTS.md\n"
            "\n"
            "2 files, 20 bytes, each file as one message to claude-opus-5, and the message `x` "
            "to learn what a message costs by itself\n"
        )

    def test_without_a_terminal(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "one two three\n", "docs/AGENTS.md": "three\n"})
        ran = verify(run, server)
        assert (ran.status, ran.out, server.got) == (2, "", [])
        assert ran.err == self.plan(server) + (
            "error: nothing was sent: there is no terminal to ask you at\n"
            "  = help: give --yes to send what is listed above\n"
        )

    def test_no(
        self, repo: Repo, run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.add({"CLAUDE.md": "one two three\n", "docs/AGENTS.md": "three\n"})
        monkeypatch.setattr(question, "agreed", lambda _: False)
        ran = verify(run, server)
        assert (ran.status, ran.out, server.got) == (0, "", [])
        assert ran.err == self.plan(server) + "note: nothing was sent\n"

    def test_yes(
        self, repo: Repo, run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.add({"CLAUDE.md": "one two three\n", "docs/AGENTS.md": "three\n"})
        monkeypatch.setattr(question, "agreed", lambda asked: asked == "Send them?")
        ran = verify(run, server)
        assert (ran.status, ran.err) == (0, self.plan(server))
        assert server.texts() == ["x", "one two three\n", "three\n"]

    def test_a_known_frame_is_not_announced(
        self, repo: Repo, run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo.add({"CLAUDE.md": "one\n"})
        verify(run, server, "--yes")
        repo.add({"CLAUDE.md": "one two\n"})
        monkeypatch.setattr(question, "agreed", lambda _: False)
        assert verify(run, server).err.splitlines()[-2:] == [
            "1 file, 8 bytes, each file as one message to claude-opus-5",
            "note: nothing was sent",
        ]

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
    def test_at_a_real_terminal(self, repo: Repo, server: Server) -> None:
        import pty

        repo.add({"CLAUDE.md": "one\n"})
        leader, follower = pty.openpty()
        os.write(leader, b"y\n")
        done = subprocess.run(
            [SCRIPT, "verify", "--api", "anthropic", "--endpoint", server.address],
            cwd=repo.root,
            stdin=follower,
            stderr=follower,
            stdout=subprocess.PIPE,
            check=False,
        )
        os.close(follower)
        told = os.read(leader, 10_000)
        os.close(leader)
        assert done.returncode == 0
        assert b"Send them? [y/N] " in told
        assert server.texts() == ["x", "one\n"]


class TestMistakes:
    @pytest.mark.parametrize("vendor", ["anthropic", "openai"])
    def test_no_key(
        self,
        repo: Repo,
        run: Run,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        vendor: str,
    ) -> None:
        repo.add({"CLAUDE.md": "one\n"})
        variable = f"{vendor.upper()}_API_KEY"
        monkeypatch.delenv(variable)
        ran = verify(run, server, "--yes", api=vendor)
        assert (ran.status, ran.out, server.got) == (2, "", [])
        assert ran.err == (
            f"error: {variable} is not set\n"
            f"  = help: set it to an API key of your own; {vendor} wants one to count\n"
        )

    def test_the_vendor_refuses(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "one\n"})
        server.replies.append(failing(401, f"invalid x-api-key {KEY}"))
        ran = verify(run, server, "--yes")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            f"error: {server.host} does not take the key in ANTHROPIC_API_KEY (401)\n"
            "  = help: mend ANTHROPIC_API_KEY\n"
        )

    def test_no_source(self, run: Run) -> None:
        ran = run("verify")
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == (
            "error: one of the arguments --api --claude-log is required\n"
            "  = help: see `ctxtally verify --help`\n"
        )

    def test_a_bug_does_not_tell_the_key(
        self,
        repo: Repo,
        run: Run,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("a bug")

        folder = tmp_path_factory.mktemp("crash")
        monkeypatch.setattr("tempfile.tempdir", str(folder))
        monkeypatch.setattr(api, "_open", broken)
        repo.add({"CLAUDE.md": "one\n"})
        assert verify(run, server, "--yes").status == 3
        (log,) = folder.iterdir()
        assert "RuntimeError: a bug" in log.read_text("utf-8")
        assert KEY not in log.read_text("utf-8")

    def test_nothing_that_is_kept_holds_the_key(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "one\n"})
        verify(run, server, "--yes")
        files = [path for path in repo.root.rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if KEY.encode() in path.read_bytes()]


class TestHooks:
    GRAPH = grimp.build_graph("ctxtally")

    @pytest.mark.parametrize("verb", sorted(set(cli.VERBS) - {"verify"}))
    @pytest.mark.parametrize("module", ["api", "vendors"])
    def test_no_other_command_can_reach_the_network(self, verb: str, module: str) -> None:
        for importer in (f"ctxtally.commands.{verb}", "ctxtally.__main__"):
            assert not self.GRAPH.chain_exists(importer, f"ctxtally.adapters.{module}")

    @pytest.mark.parametrize("verb", sorted(set(cli.VERBS) - {"verify", "init"}))
    def test_no_hook_asks_anybody(self, verb: str) -> None:
        chain = (f"ctxtally.commands.{verb}", "ctxtally.adapters.question")
        assert not self.GRAPH.chain_exists(*chain)

    def test_this_command_can(self) -> None:
        assert self.GRAPH.chain_exists("ctxtally.commands.verify", "ctxtally.adapters.api")

    def test_no_hook_is_this_command(self) -> None:
        verbs = [hook["entry"].split()[1] for hook in HOOKS]
        assert verbs
        assert "verify" not in verbs

    @pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
    def test_a_hook_imports_nothing_of_it(self, repo: Repo, hook: dict[str, str]) -> None:
        repo.commit("base", {"CLAUDE.md": "one\n"})
        code = (
            "import sys\n"
            "from ctxtally.__main__ import main\n"
            f"sys.argv = {hook['entry'].split()!r}\n"
            "status = main()\n"
            "names = ('ctxtally.adapters.api', 'ctxtally.adapters.vendors', 'urllib.request',\n"
            "         'http.client')\n"
            "print([status, *(name for name in names if name in sys.modules)])\n"
        )
        done = repo.run(sys.executable, "-c", code)
        assert done.stdout.splitlines()[-1] == "[0]"


class TestGuide:
    def test_the_keys_are_listed(self, repo: Repo, run: Run, server: Server) -> None:
        repo.add({"CLAUDE.md": "one\n"})
        document = verify(run, server, "--yes", "--format", "json").json
        json_md = CHECKOUT / "docs" / "json.md"
        for heading, part in (
            ("verify", document),
            ("agreement", document["agreement"][0]),
        ):
            assert [row[0].strip("`") for row in rows(section(json_md, heading))] == list(part)
        totals = next(row[1] for row in rows(section(json_md, "verify")) if row[0] == "`totals`")
        assert re.findall(r"`([a-z_]+)`", totals) == list(document["totals"])
