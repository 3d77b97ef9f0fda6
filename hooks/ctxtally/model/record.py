"""Data classes that cost the gate a fifth of what the standard library's do.

`dataclasses` imports `inspect`, and compiles six methods for each class: with some seventy classes
that was a third of the gate's time where a file had changed. A type checker is shown the standard
library's, so the rules are those that everybody knows.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from dataclasses import asdict, dataclass, field, replace
else:
    from ctxtally.model.defining import asdict, dataclass, field, replace

__all__ = ["asdict", "dataclass", "field", "replace"]
