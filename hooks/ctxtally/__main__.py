"""Entry point of the console script."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line."""
    from ctxtally.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
