"""Load sets as JSON: the agents as in the report, each with its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.render.json import agent, document, finding, path

if TYPE_CHECKING:
    from ctxtally.model.loadset import AgentLoad, Explained, LoadedFile
    from ctxtally.render.json import Json


def explain(explained: Explained) -> str:
    return document(
        "explain",
        {
            "subject": explained.subject,
            "counter": explained.counter,
            "agents": [_agent(one) for one in explained.agents],
            "findings": [finding(one) for one in explained.findings],
            "remarks": list(explained.remarks),
        },
    )


def _agent(one: AgentLoad) -> dict[str, Json]:
    return {
        **agent(one),
        "outside": list(one.outside),
        "files": [_file(file) for file in one.loads.files],
    }


def _file(file: LoadedFile) -> dict[str, Json]:
    return {
        "path": path(file.path),
        "load": file.load,
        "via": path(file.via),
        "tokens": file.tokens,
        "listing": file.listing,
        "bytes_kept": file.bytes_kept,
        "bytes_cut": file.bytes_cut,
        "headings_lost": [path(title) for title in file.headings_lost],
        "aliases": [path(alias) for alias in file.aliases],
    }
