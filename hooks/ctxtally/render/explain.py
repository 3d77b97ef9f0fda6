"""Load sets as text for people: a table of many, the tree of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.agents import figure, overview, share
from ctxtally.render.text import findings
from ctxtally.text.figures import counted, marked
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ctxtally.model.loadset import AgentLoad, Explained, LoadedFile, LoadSet
    from ctxtally.text.table import Cell

# Six names for one file tell the story as well as sixty.
_NAMES = 6


def explain(explained: Explained, *, tree: bool, colour: bool = False) -> str:
    """Return the load sets: the tree of each, or a line for each."""
    exact = explained.method == "exact"
    title = f"What agents load ({explained.counter}, {explained.method}; subject: "
    blocks = [f"{title}{explained.subject})"]
    if not explained.agents:
        blocks = [f"No agent is found in the {explained.subject}."]
    elif tree:
        blocks += [_tree(one, exact=exact) for one in explained.agents]
    else:
        blocks.append(overview(explained.agents, exact=exact))
    if explained.findings:
        blocks.append(f"Findings\n\n{findings(explained.findings, colour=colour)}")
    if explained.remarks:
        blocks.append("\n".join(f"note: {printable(one)}" for one in explained.remarks))
    return "\n\n".join(blocks)


def depths(loads: LoadSet) -> Iterator[tuple[LoadedFile, int]]:
    """Yield each file with the number of imports that lead to it."""
    known: dict[str, int] = {}
    for file in loads.files:
        parent = file.via.rpartition(":")[0]
        depth = known[parent] + 1 if parent != file.path and parent in known else 0
        known.setdefault(file.path, depth)
        yield file, depth


def always(file: LoadedFile) -> int | None:
    """Return what a file costs every session, `None` where it costs nothing before it is read."""
    if file.load == "always":
        return file.tokens + file.listing
    return file.listing or None


def on_demand(file: LoadedFile) -> int | None:
    return None if file.load == "always" else file.tokens


def summary(
    one: AgentLoad, *, exact: bool, code: Callable[[str], str] = printable
) -> Iterator[str]:
    """Yield a line for each part of a load set, and for what is not measured.

    `code` makes what comes from files safe to show.
    """
    loads = one.loads
    line = f"always: {_part(loads.always.tokens, loads.always.files, exact=exact)}"
    if one.window:
        line += f", {share(one)} of a window of {one.window.tokens:,} ({code(one.window.source)})"
    else:
        line += "; its window is not known"
    yield line
    yield f"on demand: {_part(loads.on_demand.tokens, loads.on_demand.files, exact=exact)}"
    if loads.cut.bytes:
        tokens = marked(counted(loads.cut.tokens, "tokens"), exact=exact)
        yield f"cut: {tokens}, {counted(loads.cut.bytes, 'bytes')}"
    for file in loads.files:
        if file.headings_lost:
            yield f"lost of {code(file.path)}: {', '.join(map(code, file.headings_lost))}"
    for place in one.outside:
        yield f"not measured: {code(place)}"


def _tree(one: AgentLoad, *, exact: bool) -> str:
    loads = one.loads
    blocks = [f"{one.name} ({loads.agent}) in {printable(loads.dir)}"]
    if loads.files:
        rows = _rows(loads, exact=exact)
        header = ("load", "always", "on demand", "bytes kept", "bytes cut", "path", "because of")
        blocks.append(table(header, rows))
    blocks.append("\n".join(summary(one, exact=exact)))
    return "\n\n".join(blocks)


def _rows(loads: LoadSet, *, exact: bool) -> Iterator[list[Cell]]:
    for file, depth in depths(loads):
        name = "  " * depth + printable(file.path)
        yield [
            file.load,
            figure(always(file), exact=exact),
            figure(on_demand(file), exact=exact),
            file.bytes_kept,
            file.bytes_cut,
            name + _names(file.aliases),
            printable(file.via),
        ]


def _names(aliases: tuple[str, ...]) -> str:
    if not aliases:
        return ""
    more = len(aliases) - _NAMES
    named = ", ".join(printable(alias) for alias in aliases[:_NAMES])
    return f" (= {named}{f' and {more:,} more' if more > 0 else ''})"


def _part(tokens: int, files: int, *, exact: bool) -> str:
    return f"{marked(counted(tokens, 'tokens'), exact=exact)} in {counted(files, 'files')}"
