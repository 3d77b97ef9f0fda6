"""Run our command in process, and as the installed console script."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxtally import cli

if TYPE_CHECKING:
    import pytest

SCRIPT = Path(sys.executable).parent / ("ctxtally.exe" if os.name == "nt" else "ctxtally")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - a test knows what it asked for
        return json.loads(self.out)


class Run:
    """`run("budget", "--worktree")` in the current directory."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ran:
        self._capsys.readouterr()
        try:
            status = cli.main(arguments)
        except SystemExit as stop:  # argparse leaves so after --help and --version
            status = int(stop.code or 0)
        out, err = self._capsys.readouterr()
        return Ran(status=status, out=out, err=err)

    def tokens(self, *arguments: str) -> dict[str, int]:
        """Return tokens by path, as `report` has them."""
        ran = self("report", "--format", "json", *arguments)
        assert ran.status == 0, ran.err
        return {file["path"]: file["tokens"] for file in ran.json["files"]}
