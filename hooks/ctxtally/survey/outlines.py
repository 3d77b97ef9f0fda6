"""Keep load sets while only the words of their files change."""

from __future__ import annotations

from ctxtally.context.leeway import Change, changed, outline
from ctxtally.model.plan import Plain
from ctxtally.model.record import dataclass, replace
from ctxtally.tokens.decoding import decode

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ctxtally.model.count import Counter
    from ctxtally.model.imports import Imports
    from ctxtally.model.loadset import AgentLoad, LoadedFile
    from ctxtally.model.measured import Measured
    from ctxtally.model.plan import Plan
    from ctxtally.model.profile import Unit
    from ctxtally.model.tree import Entry, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What decides how a text loads, the text itself, and its lines as agents count them."""

    key: str
    text: str
    lines: int


def outline_of(raw: bytes, grammars: Iterable[Imports]) -> Outline | None:
    """Return the outline of a file, `None` where it is no text."""
    text = decode(raw)
    if not isinstance(text, str):
        return None
    # A last line without a line feed is a line to agents.
    lines = text.count("\n") + (not text.endswith("\n"))
    return Outline(key=outline(text, grammars), text=text, lines=lines)


def plain_files(
    agents: Collection[AgentLoad],
    measured: Iterable[Measured],
    outlines: Mapping[str, Outline | None],
) -> dict[str, Plain]:
    """Return the files of load sets of which only the words may change, by path.

    What imports something is not among them: where a line stands is told of imports.
    """
    loaded = {file.path for one in agents for file in one.loads.files}
    for one in agents:
        loaded -= {file.path for file in one.loads.files if file.leeway is None}
        loaded -= {file.via.rpartition(":")[0] for file in one.loads.files if _is_imported(file)}
        loaded -= {finding.path for finding in one.loads.findings if finding.line}
    plain = {}
    for file in measured:
        found = outlines.get(file.path)
        if file.path in loaded and found is not None:
            plain[file.path] = Plain(
                oid=file.oid,
                outline=found.key,
                lines=found.lines,
                tokens=file.tokens,
                bytes=file.bytes,
                chars=file.chars,
            )
    return plain


def refreshed(
    plan: Plan,
    measured: Iterable[Measured],
    tree: Tree,
    entries: Mapping[str, Entry],
    counter: Counter,
) -> tuple[AgentLoad, ...] | None:
    """Return the load sets of a plan with the numbers of now; `None` where they do not hold."""
    stale = {path: kept for path, kept in plan.plain.items() if entries[path].oid != kept.oid}
    files = {file.path: file for file in measured if file.path in stale}
    changes = {}
    for entry, raw in tree.read([entries[path] for path in files]):
        kept, now = stale[entry.path], outline_of(raw, plan.imports)
        if now is not None and now.key == kept.outline:
            sizes = {**_sizes(files[entry.path]), "lines": now.lines}
            changes[entry.path] = Change(before=_sizes(kept), now=sizes, text=now.text)
    if len(changes) < len(stale):
        return None
    counted = _Counted(counter).__getitem__
    done = []
    for one in plan.agents:
        loads = changed(one.loads, changes, counted)
        if loads is None:
            return None
        done.append(replace(one, loads=loads))
    return tuple(sorted(done, key=lambda one: one.weight))


class _Counted(dict[str, int]):
    """The tokens of texts as agents strip them, which are in no file by themselves."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def __missing__(self, text: str) -> int:
        self[text] = self._counter.count(text)
        return self[text]


def _is_imported(file: LoadedFile) -> bool:
    """Say whether another file names this one; its own front matter may stand in `via` too."""
    source, _, line = file.via.rpartition(":")
    return line.isdecimal() and source != file.path


def _sizes(one: Plain | Measured) -> dict[Unit, int]:
    return {"bytes": one.bytes, "chars": one.chars, "lines": one.lines, "tokens": one.tokens}
