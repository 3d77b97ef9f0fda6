"""The finder as a whole: the same answer everywhere, whatever lies beside."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.redundancy.labelled import passages
from tests.redundancy.texts import found, shown

RULE = "Run the complete integration suite before publishing any release candidate."
PROGRAM = """
from tests.redundancy.labelled import passages
from tests.redundancy.texts import found, shown
for one in found(passages(seed=5, documents=30, copies=2).files):
    print(shown(one), one.passage, sorted(one.gone))
"""


def test_the_answer_does_not_depend_on_hash_seeds() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(told) == 1
    assert told.pop().count(b"\n") > 20


def test_the_verdict_about_two_texts_does_not_depend_on_others() -> None:
    others = passages(seed=6, documents=20, copies=2).files
    pair = {"zz/one.md": f"# One\n\n{RULE}\n", "zz/two.md": f"# Two\n\n{RULE}\n"}
    alone = [shown(one) for one in found(pair)]
    among = [shown(one) for one in found(others | pair) if "zz/" in one.passage.again.path]
    assert alone == among == ["zz/two.md:3-3 <- zz/one.md:3-3 exact"]


def test_a_longer_copy_wins() -> None:
    other = "Keep credentials in the vault and rotate them whenever somebody leaves."
    texts = {
        "a.md": f"{RULE}\n",
        "b.md": f"{other}\n\n{RULE}\n",
        "c.md": f"x\n\n{other}\n\n{RULE}\n",
    }
    assert [shown(one) for one in found(texts)] == [
        "b.md:3-3 <- a.md:1-1 exact",
        "c.md:3-5 <- b.md:1-3 exact",
    ]


def test_overlapping_sides_of_one_text_are_no_passage() -> None:
    assert found({"a.md": "all work and no play makes jack dull " * 3}) == []
