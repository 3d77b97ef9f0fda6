"""Smaller forms of the catalogs in JSON, with what each of them was counted to save."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.forms import proposals
from ctxtally.model.form import Form
from ctxtally.tokens.counters import count_texts
from ctxtally.tokens.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxtally.model.form import Proposal
    from ctxtally.survey.audit import Examined

# Below this there is little to save: a quarter of the 2,000 that MANIFEST.json should have.
LEAST_TOKENS = 500


def forms(seen: Examined) -> Iterator[Form]:
    """Yield the forms that save anything, file by file, the one that saves most first."""
    for one, _ in seen.listed:
        path = one.catalog.path
        if path.lower().endswith(".json"):
            text = content(seen, path)
            found = list(proposals(one.catalog, one.document, text, one.resolved))
            every = weighed(seen, path, text, found)
            worth = [form for form in every if form.before >= LEAST_TOKENS and form.saved > 0]
            yield from sorted(worth, key=lambda form: form.after)


def content(seen: Examined, path: str) -> str:
    """Return a catalog as it is written, byte-order mark and line ends included."""
    ((_, raw),) = seen.meter.tree.read([seen.ground.tracked.entries[path]])
    return raw.decode()


def weighed(seen: Examined, path: str, text: str, proposals: Sequence[Proposal]) -> list[Form]:
    """Return each proposal for a file with its tokens, those of the file and those moved out."""
    before = _counts(seen, [text])[0]
    after = _counts(seen, [one.text for one in proposals])
    moved = _counts(seen, [one.moved for one in proposals])
    return [
        Form(
            path=path,
            name=one.name,
            does=one.does,
            before=before,
            after=here,
            moved_to=one.moved_to,
            moved=there,
        )
        for one, here, there in zip(proposals, after, moved, strict=True)
    ]


def _counts(seen: Examined, texts: Sequence[str]) -> list[int]:
    # As of any file, the mark is not counted and CRLF is read as LF.
    plain = [decode(text.encode()) for text in texts]
    return count_texts(seen.meter.counter, [one for one in plain if isinstance(one, str)])
