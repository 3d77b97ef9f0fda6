"""Entry point of the console script."""

from __future__ import annotations

import sys


def main() -> int:
    """Repeat the last verdict where it still holds, else run the command line."""
    if sys.argv[1:2] == ["handoff"]:
        from ctxtally.adapters.rebasing import may_rest

        if may_rest(sys.argv[1:]):
            return 0
    from ctxtally.adapters.plumbing import ask_once
    from ctxtally.adapters.verdict import replay

    ask_once(on=True)
    try:
        status = replay(sys.argv[1:])
        if status is None:
            from ctxtally.cli import main as run

            status = run()
    except KeyboardInterrupt:
        status = 130
    finally:
        ask_once(on=False)
    return status


if __name__ == "__main__":
    sys.exit(main())
