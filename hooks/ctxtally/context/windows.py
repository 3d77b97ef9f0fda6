"""Parses the table of context windows, and finds that of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.context.reading import parse_toml
from ctxtally.model.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterable


def parse_windows(data: bytes, source: str) -> tuple[Window, ...]:
    """Return the context windows of models; the first that fits a name is the one to use."""
    top = parse_toml(data, source)
    windows = []
    for table in top.tables("window"):
        windows.append(
            Window(
                model=table.text("model"),
                tokens=table.whole("tokens"),
                source=table.text("source"),
                verified_on=table.day("verified_on").isoformat(),
            )
        )
        table.done()
    top.done()
    return tuple(windows)


def window_of(model: str, windows: Iterable[Window]) -> Window | None:
    """Return the first window whose `model` is this name, or begins it and ends in `*`."""
    for window in windows:
        stem = window.model.removesuffix("*")
        if model == stem or (stem != window.model and model.startswith(stem)):
            return window
    return None
