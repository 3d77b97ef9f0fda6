"""The path of a cold count: what it imports, that it needs no network, and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ctxtally
from ctxtally.tokens import bpe, bulk
from tests.support.timing import hold
from tests.tokens import oracle

SOURCE = Path(ctxtally.__file__).parents[1]
HEAVY = (
    "argparse asyncio dataclasses fnmatch git hashlib importlib.metadata inspect json logging "
    "pathlib regex requests ruamel shutil socket subprocess tempfile tiktoken tomli typing urllib"
)


def python(code: str, **environment: str) -> str:
    # Without site: an installed package may import what it likes at start-up.
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={"PYTHONPATH": str(SOURCE), "SYSTEMROOT": os.environ.get("SYSTEMROOT", "")}
        | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def test_a_cold_count_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from ctxtally.tokens.counters import counter, count_texts\n"
        "print(count_texts(counter('o200k_base'), ['na\\u00efve text\\n' * 100]))\n"
        f"print([name for name in {HEAVY.split()!r} if name in sys.modules])\n"
    )
    tokens = oracle.expected("o200k_base", "na\u00efve text\n" * 100)
    assert python(code).splitlines() == [f"[{tokens}]", "[]"]


def test_counters_open_nothing_before_the_first_count() -> None:
    code = (
        "import sys\n"
        "from ctxtally.tokens.cache import CountCache, cache_key\n"
        "from ctxtally.tokens.counters import counter\n"
        "print(cache_key(counter('gpt-4')), CountCache('nowhere/counts').find('x', ['y']))\n"
        "print([name for name in ('re', 'mmap', 'ctxtally.tokens.bpe') if name in sys.modules])\n"
    )
    assert python(code).splitlines() == ["cl100k_base@223921b7 {}", "[]"]


OFFLINE = """
import socket, sys
sys.path += {path!r}

def blocked(*arguments, **keywords):
    raise AssertionError("the network was used")

socket.socket = socket.create_connection = socket.getaddrinfo = blocked
from ctxtally.tokens import engines
from ctxtally.tokens.calibration import estimate
from ctxtally.tokens.counters import counter, count_texts
texts = ["<|endoftext|> don't\\n" * 10, "x" * 150_000]
print([count_texts(counter(name), texts) for name in ("o200k_base", "cl100k_base", "gpt-6")])
engines.BULK = 1
print([count_texts(counter(name), texts) for name in ("o200k_base", "cl100k_base", "gpt-6")])
print(estimate(texts[0], "claude").method)
"""


def test_no_count_needs_the_network(tmp_path: Path) -> None:
    path = [entry for entry in sys.path if entry]
    out = python(OFFLINE.format(path=path), TIKTOKEN_CACHE_DIR="", TMPDIR=str(tmp_path))
    # 10 lines of 7 + 1 + 1 tokens with o200k_base, 7 + 2 + 1 with cl100k_base; x comes by eights.
    counts = str([[90, 18_750], [100, 18_750], [90, 18_750]])
    assert out.splitlines() == [counts, counts, "calibrated"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", oracle.ENCODINGS)
@pytest.mark.parametrize(
    "unit",
    ["a", " ", "-", "\n", "\t ", "日", "e\u0301", "aB1 ", "'s", "\x01A", "A\u0301"],
)
def test_ten_times_the_text_takes_about_ten_times_as_long(
    monkeypatch: pytest.MonkeyPatch, name: str, unit: str
) -> None:
    monkeypatch.setattr(bulk, "count_piece", lambda *_: None)

    def count(length: int) -> None:
        bpe.Vocabulary(name).count(unit * (length // len(unit)))

    # Quadratic time would be a factor of 100; the slack is for a busy machine.
    hold(lambda: count(10_000), lambda: count(100_000), at_most=40)
