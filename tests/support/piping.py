"""Commands that read standard input, run in process."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from tests.support.command import Ran, Run


class Pipe:
    """`pipe(b"...", "hook")` runs `ctxtally hook` with these bytes on its standard input."""

    def __init__(self, run: Run, patch: pytest.MonkeyPatch) -> None:
        self._run = run
        self._patch = patch

    def __call__(self, given: bytes | str, *arguments: str) -> Ran:
        raw = given.encode("utf-8", "surrogatepass") if isinstance(given, str) else given
        with self._patch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), "utf-8"))
            return self._run(*arguments)
