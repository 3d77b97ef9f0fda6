"""Entry point of the console script."""

from __future__ import annotations

import sys


def main() -> int:
    """Repeat the last verdict where it still holds, else run the command line."""
    from ctxtally.adapters.verdict import replay

    status = replay(sys.argv[1:])
    if status is not None:
        return status
    from ctxtally.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
