"""Count context files: from the cache where their blobs were seen before, else from their bytes."""

from __future__ import annotations

from ctxtally.model.measured import Measured
from ctxtally.tokens.cache import cache_key
from ctxtally.tokens.counters import count_texts
from ctxtally.tokens.decoding import decode

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ctxtally.model.count import Counter
    from ctxtally.model.finding import Finding
    from ctxtally.model.measured import ContextFile
    from ctxtally.model.tree import Entry, Tree
    from ctxtally.tokens.cache import CountCache
    from ctxtally.tokens.decoding import Unmeasurable

# Claude Code skips a larger context file (its documentation, page memory, 2026-08-22).
LARGEST_BYTES = 4 << 20
# So much content is in memory at a time.
BATCH_BYTES = 32 << 20
# A blob is known by these beside its tokens, cached under their own keys; the number says by which
# rules they are counted: raw bytes, code points and line feeds of the decoded text.
_FACTS = ("bytes@1", "chars@1", "lines@1")


class Meter:
    """Counts with one counter, remembering what it counted."""

    def __init__(self, tree: Tree, counter: Counter, cache: CountCache) -> None:
        self.tree = tree
        self.counter = counter
        self.cache = cache

    def measure(
        self, files: Sequence[ContextFile], entries: Mapping[str, Entry]
    ) -> tuple[tuple[Measured, ...], tuple[Finding, ...]]:
        """Count `files`, each of which is in `entries`; what cannot be counted is a finding."""
        known = self._known(entries[file.path].oid for file in files)
        measured: dict[str, Measured] = {}
        findings: list[Finding] = []
        fresh: list[ContextFile] = []
        for file in files:
            facts = known.get(entries[file.path].oid)
            if facts is None:
                fresh.append(file)
            else:
                measured[file.path] = self._measured(file, entries[file.path].oid, facts)
        for batch in self._batches(fresh, entries, findings):
            for one in self._read(batch, entries, findings):
                measured[one.path] = one
        counted = tuple(measured[file.path] for file in files if file.path in measured)
        return counted, tuple(findings)

    def _known(self, oids: Iterable[str]) -> dict[str, tuple[int, ...]]:
        wanted = [oid for oid in oids if oid]
        columns = [self.cache.find(key, wanted) for key in (cache_key(self.counter), *_FACTS)]
        return {
            oid: tuple(column[oid] for column in columns)
            for oid in wanted
            if all(oid in column for column in columns)
        }

    def _measured(self, file: ContextFile, oid: str, facts: Sequence[int]) -> Measured:
        tokens, size, chars, lines = facts
        return Measured(
            path=file.path,
            kind=file.kind,
            tokens=tokens,
            method=self.counter.method,
            bytes=size,
            chars=chars,
            lines=lines,
            oid=oid,
            aliases=file.aliases,
        )

    def _batches(
        self,
        files: Sequence[ContextFile],
        entries: Mapping[str, Entry],
        findings: list[Finding],
    ) -> Iterator[list[ContextFile]]:
        """Yield files that may be read, a bounded number of bytes at a time."""
        sizes = self.tree.sizes(entries[file.path] for file in files)
        batch: list[ContextFile] = []
        pending = 0
        for file in files:
            size = sizes[file.path]
            if size is None or size > LARGEST_BYTES:
                findings.append(not_read(file.path, size))
                continue
            batch.append(file)
            pending += size
            if pending > BATCH_BYTES:
                yield batch
                batch, pending = [], 0
        if batch:
            yield batch

    def _read(
        self,
        batch: Sequence[ContextFile],
        entries: Mapping[str, Entry],
        findings: list[Finding],
    ) -> list[Measured]:
        files = {file.path: file for file in batch}
        read: list[tuple[ContextFile, str, int]] = []
        texts: list[str] = []
        for entry, raw in self.tree.read([entries[path] for path in files]):
            file = files.pop(entry.path)
            text = decode(raw)
            if isinstance(text, str):
                read.append((file, entry.oid, len(raw)))
                texts.append(text)
            else:
                findings.append(undecoded(file.path, text))
        findings += [not_read(path, None) for path in files]
        counts = count_texts(self.counter, texts)
        facts = [
            (tokens, size, len(text), text.count("\n"))
            for (_, _, size), text, tokens in zip(read, texts, counts, strict=True)
        ]
        for column, key in enumerate((cache_key(self.counter), *_FACTS)):
            self.cache.add(
                key, {oid: row[column] for (_, oid, _), row in zip(read, facts, strict=True)}
            )
        return [
            self._measured(file, oid, row) for (file, oid, _), row in zip(read, facts, strict=True)
        ]


def undecoded(path: str, why: Unmeasurable) -> Finding:
    """Return the finding about a file that is no text."""
    from ctxtally.model.finding import Finding

    return Finding(rule=why.rule, level="error", path=path, message=why.message, help=why.help)


def not_read(path: str, size: int | None) -> Finding:
    """Return the finding about a file that is too large, or whose content is not here (`None`)."""
    from ctxtally.model.finding import Finding

    if size is None:
        return Finding(
            rule="not-available",
            level="error",
            path=path,
            message="not measured: its content is not available here",
            help="fetch the missing objects, or restore the file",
        )
    return Finding(
        rule="too-large",
        level="error",
        path=path,
        message=f"not measured: {size:,} bytes, at most {LARGEST_BYTES:,} are read",
        help="split it, or waive the rule `too-large` for it",
    )
