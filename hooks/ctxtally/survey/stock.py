"""What a tree holds that a session may load, and what it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.analysis import Stock

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ctxtally.model.survey import Survey


def stock(
    survey: Survey, tokens: Mapping[str, int], readers: Mapping[str, Collection[str]]
) -> Stock:
    """Return the stock of a thorough survey; `tokens` and `readers` at the start are by path.

    What an index lists as always loaded is loaded by every agent.
    """
    agents = {one.loads.agent for one in survey.agents}
    listed = {path for path, names in readers.items() if not agents.issuperset(names)}
    starts = [(sum(tokens.get(path, 0) for path in listed), "an index")] if listed else []
    for one in survey.agents:
        own = {file.path for file in one.loads.files if file.load == "always"}
        rest = sum(tokens.get(path, 0) for path in listed - own)
        starts.append((one.loads.always.tokens + rest, one.loads.agent))
    start, agent = max(starts, default=(None, ""))
    files = sum(tokens.values())
    manifests = [(one.tokens, one.path) for one in survey.files if one.kind == "manifest"]
    manifest, path = max(manifests, default=(None, ""))
    compared = survey.repeated is not None and survey.repeated.whole.tokens > 0
    return Stock(
        files=files,
        start=None if start is None else min(start, files),
        agent=agent,
        repeated=survey.repeated.whole.ratio if survey.repeated and compared else None,
        manifest=manifest,
        manifest_path=path,
    )
