"""Run a child process and take all it prints: the only place that starts one.

`subprocess` alone costs as much to import as the interpreter takes to start, which a hook at every
commit would feel; where the system has `posix_spawn` this module needs none of it.
"""

from __future__ import annotations

import os
import sys

_CHUNK = 1 << 16


class TooSlowError(Exception):
    """The child did not end in time; it was killed."""


def which(name: str) -> str | None:
    """Return the absolute path of a program on PATH, or `None`.

    Entries of PATH that are not absolute are passed over: they would let a file of the repository
    run in the program's place (as Windows does by itself for the current directory).
    """
    file_name = name + ".exe" if os.name == "nt" else name
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        candidate = os.path.join(folder, file_name)
        if os.path.isabs(folder) and os.access(candidate, os.X_OK):
            return candidate
    return None


def run(
    argv: list[str], *, environment: dict[str, str], stdin: bytes = b"", timeout_seconds: float
) -> tuple[int, bytes, bytes]:
    """Run `argv[0]` (a path) and return its exit status, standard output and standard error.

    Raises TooSlowError after `timeout_seconds` without any output, OSError if it cannot be started.
    """
    if hasattr(os, "posix_spawn"):
        return _spawned(argv, environment, stdin, timeout_seconds)
    return _portable(argv, environment, stdin, timeout_seconds)


def _portable(
    argv: list[str], environment: dict[str, str], stdin: bytes, timeout_seconds: float
) -> tuple[int, bytes, bytes]:
    import subprocess

    try:
        done = subprocess.run(
            argv,
            env=environment,
            input=stdin,
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as slow:
        raise TooSlowError from slow
    return done.returncode, done.stdout, done.stderr


if sys.platform != "win32":

    def _spawned(
        argv: list[str], environment: dict[str, str], stdin: bytes, timeout_seconds: float
    ) -> tuple[int, bytes, bytes]:
        in_read, in_write = os.pipe()
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        try:
            pid = os.posix_spawn(
                argv[0],
                argv,
                environment,
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, in_read, 0),
                    (os.POSIX_SPAWN_DUP2, out_write, 1),
                    (os.POSIX_SPAWN_DUP2, err_write, 2),
                ],
            )
        except OSError:
            for descriptor in (in_read, in_write, out_read, out_write, err_read, err_write):
                os.close(descriptor)
            raise
        for descriptor in (in_read, out_write, err_write):
            os.close(descriptor)
        try:
            out, err = _exchange(in_write, out_read, err_read, stdin, timeout_seconds)
        except TooSlowError:
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            raise
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out, err

    def _exchange(
        feed: int, out: int, err: int, stdin: bytes, timeout_seconds: float
    ) -> tuple[bytes, bytes]:
        """Write and read at once, so that neither side waits for a full pipe."""
        import select

        taken: dict[int, list[bytes]] = {out: [], err: []}
        reading = [out, err]
        left = memoryview(stdin)
        os.set_blocking(feed, False)
        writing = [feed]
        try:
            if not left:
                os.close(writing.pop())
            while reading:
                readable, writable, _ = select.select(reading, writing, [], timeout_seconds)
                if not readable and not writable:
                    raise TooSlowError
                if writable:
                    left = _written(feed, left)
                    if not left:
                        os.close(writing.pop())
                for descriptor in readable:
                    data = os.read(descriptor, _CHUNK)
                    taken[descriptor].append(data)
                    if not data:
                        reading.remove(descriptor)
        finally:
            for descriptor in (*writing, out, err):
                os.close(descriptor)
        return b"".join(taken[out]), b"".join(taken[err])

    def _written(feed: int, left: memoryview) -> memoryview:
        try:
            return left[os.write(feed, left[:_CHUNK]) :]
        except BrokenPipeError:  # the child reads no further; its exit status tells why
            return left[:0]
