from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import blobs, plumbing
from ctxtally.adapters.trees import Index
from ctxtally.model.record import replace

if TYPE_CHECKING:
    import pytest

    from tests.support.repo import Repo


def test_what_was_read_last_is_held(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.add({"a.md": "one", "b.md": "two", "c.md": "one"})
    tree = Index()
    a, b, c = tree.listed(["*.md"]).values()
    asked: list[bytes] = []

    def watched(*arguments: str, stdin: bytes = b"") -> tuple[int, bytes, bytes]:
        asked.append(stdin)
        return plumbing.answer(*arguments, stdin=stdin)

    monkeypatch.setattr(blobs, "answer", watched)
    assert list(tree.read([a, b])) == [(a, b"one"), (b, b"two")]
    assert list(tree.read([b])) == [(b, b"two")]
    # The same blob elsewhere.
    assert (list(tree.read([c])), tree.torn) == ([(c, b"one")], False)
    assert len(asked) == 1
    lost = replace(a, oid="1" * 40)
    assert (list(tree.read([lost, c])), tree.torn) == ([(c, b"one")], True)
    assert list(tree.read([b])) == [(b, b"two")]
    assert asked[1:] == [f"{lost.oid}\n{c.oid}\n".encode(), f"{b.oid}\n".encode()]
