"""Run a command and say what it and all its children took: `python -I -S stopwatch.py COMMAND...`.

The last line of the output is its exit status, CPU seconds and peak memory in bytes. This is a
small process of its own because a child inherits the peak of the process that spawned it (Linux
fs/exec.c, exec_mmap), which would be the whole test run.
"""

from __future__ import annotations

import os
import sys

# getrusage(2) gives kibibytes; getrusage of macOS gives bytes.
UNIT = 1 if sys.platform == "darwin" else 1024


def main(command: list[str]) -> None:
    pid = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    cpu_seconds = usage.ru_utime + usage.ru_stime
    os.write(
        1,
        b"\n%d %.6f %d" % (os.waitstatus_to_exitcode(status), cpu_seconds, usage.ru_maxrss * UNIT),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
