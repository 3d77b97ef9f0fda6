"""Load sets as Markdown, for a pull request or a wiki."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render import explain as text
from ctxtally.render.agents import share
from ctxtally.render.markdown import code, findings, table
from ctxtally.text.figures import marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.loadset import AgentLoad, Explained


def explain(explained: Explained, *, tree: bool) -> str:
    """Return the load sets: a section for each, or one table."""
    exact = explained.method == "exact"
    counter = f"{code(explained.counter)}, {explained.method}"
    blocks = [f"# What agents load\n\nCounted with {counter}; subject: {code(explained.subject)}."]
    if not explained.agents:
        blocks.append("No agent is found.")
    elif tree:
        blocks += [_section(one, exact=exact) for one in explained.agents]
    else:
        blocks.append(_overview(explained.agents, exact=exact))
    if explained.findings:
        blocks.append(f"## Findings\n\n{findings(explained.findings)}")
    blocks += [f"Note: {code(one)}" for one in explained.remarks]
    return "\n\n".join(blocks)


def _overview(agents: Sequence[AgentLoad], *, exact: bool) -> str:
    header = ("always", "window", "on demand", "cut", "agent", "directory")
    return table(
        header,
        4,
        [
            [
                _figure(one.loads.always.tokens, exact=exact),
                share(one),
                _figure(one.loads.on_demand.tokens, exact=exact),
                _figure(one.loads.cut.tokens, exact=exact),
                code(one.loads.agent),
                code(one.loads.dir),
            ]
            for one in agents
        ],
    )


def _section(one: AgentLoad, *, exact: bool) -> str:
    loads = one.loads
    blocks = [f"## {one.name} in {code(loads.dir)}"]
    if loads.files:
        header = ("always", "on demand", "bytes kept", "bytes cut", "load", "path", "because of")
        rows = [
            [
                _figure(text.always(file), exact=exact),
                _figure(text.on_demand(file), exact=exact),
                f"{file.bytes_kept:,}",
                f"{file.bytes_cut:,}",
                file.load,
                "&emsp;" * depth + code(file.path),
                code(file.via),
            ]
            for file, depth in text.depths(loads)
        ]
        blocks.append(table(header, 4, rows))
    blocks.append("\n".join(f"- {line}" for line in text.summary(one, exact=exact, code=code)))
    return "\n\n".join(blocks)


def _figure(number: int | None, *, exact: bool) -> str:
    return "-" if number is None else marked(f"{number:,}", exact=exact)
