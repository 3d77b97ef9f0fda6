"""Run the long oracles and write down what they found: `make verify`."""

from __future__ import annotations

import contextlib
import io
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from tests.verify import tokens

RESULTS = Path(__file__).parent / "RESULTS.md"


class Tee(io.TextIOBase):
    """Prints to a stream and keeps what was printed."""

    def __init__(self, stream: io.TextIOBase) -> None:
        self.stream = stream
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        self.stream.flush()
        return self.stream.write(text)


def main() -> int:
    """Return 1 where any oracle disagrees."""
    tee = Tee(sys.stdout)  # type: ignore[arg-type] # standard output is text
    with contextlib.redirect_stdout(tee):
        status = tokens.main()
    RESULTS.write_text(
        "# What the long oracles found\n\n"
        "Written by `make verify`. Our counter against tiktoken"
        f" {version('tiktoken')}, Python {platform.python_version()}.\n\n"
        f"```\n{tee.text}```\n",
        "utf-8",
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
