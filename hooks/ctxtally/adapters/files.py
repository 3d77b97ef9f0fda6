"""Write files so that nobody ever reads half of one."""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from typing import BinaryIO

# A hook does not wait longer for somebody else's append.
LOCK_SECONDS = 2.0
_WINDOWS = os.name == "nt"
_APPEND = (
    os.O_WRONLY
    | os.O_APPEND
    | os.O_CREAT
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_BINARY", 0)
)
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# Whoever opens a FIFO waits for somebody at its other end.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
# How often a log may be moved away while one writer waits.
_MOVES = 20
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | (_APPEND & ~os.O_APPEND)


class Appending:
    """A file opened for appending whole records, alone while the `with` block runs.

    A new file is for its owner only and a symlink is refused. Entering raises OSError, also where
    another process does not let go in time.
    """

    __slots__ = ("_descriptor", "_lock", "_path", "_windows")

    def __init__(self, path: str, *, windows: bool = _WINDOWS) -> None:
        self._path = path
        self._windows = windows

    def __enter__(self) -> Appending:  # noqa: PYI034 - `Self` is not in Python 3.10
        if self._windows:  # it seeks, then writes: two writers overwrite each other (bpo-42606)
            from filelock import FileLock

            self._lock = FileLock(self._path + ".lock", timeout=LOCK_SECONDS)
            self._lock.acquire()
        try:
            self._descriptor = self._opened()
        except OSError:
            if self._windows:
                self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            os.close(self._descriptor)  # which also lets go of the lock of _wait_for
        finally:
            if self._windows:
                self._lock.release()

    def _opened(self) -> int:
        """Open the file that has the name once it is ours; the one we waited for may have moved."""
        for _ in range(_MOVES):
            descriptor = _regular(self._path, _APPEND)
            if self._windows:
                return descriptor
            _wait_for(descriptor, LOCK_SECONDS)
            if _is_at(descriptor, self._path):
                return descriptor
            os.close(descriptor)
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    @property
    def size(self) -> int:
        return os.fstat(self._descriptor).st_size

    def move(self, target: str) -> None:
        """Give the file the name `target` and go on with a new one; where it has to stay, it does.

        On Windows a file that somebody reads cannot be moved, nor one that we have open.
        """
        os.fsync(self._descriptor)
        if self._windows:
            os.close(self._descriptor)
            _rename(self._path, target)
            self._descriptor = self._opened()
        elif _rename(self._path, target):
            new = self._opened()
            os.close(self._descriptor)
            self._descriptor = new

    def write(self, lines: list[str], *, durable: bool = False) -> None:
        """Append lines by one write each, after a line feed where the last record was cut off.

        `durable` waits for the disk.
        """
        start = b"\n" if _is_torn(self._path) else b""
        for line in lines:
            left = start + line.encode("ascii") + b"\n"
            while left:  # a short write happens on a full disk and on some network file systems
                left = left[os.write(self._descriptor, left) :]
            start = b""
        if durable:
            os.fsync(self._descriptor)


def _rename(path: str, target: str) -> bool:
    try:
        os.rename(path, target)
    except OSError:
        return False
    return True


def _is_at(descriptor: int, path: str) -> bool:
    """Say whether an open file is the one that has the name `path`."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _is_torn(path: str) -> bool:
    with open(path, "rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


class Locked:
    """A lock file held while the `with` block runs; entering raises OSError after `seconds`."""

    __slots__ = ("_descriptor", "_lock", "_path", "_seconds", "_windows")

    def __init__(self, path: str, seconds: float, *, windows: bool = _WINDOWS) -> None:
        self._path = path
        self._seconds = seconds
        self._windows = windows

    def __enter__(self) -> Locked:  # noqa: PYI034 - `Self` is not in Python 3.10
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        if self._windows:
            from filelock import FileLock

            self._lock = FileLock(self._path, timeout=self._seconds)
            self._lock.acquire()
        else:
            self._descriptor = _regular(self._path, _APPEND)
            _wait_for(self._descriptor, self._seconds)
        return self

    def __exit__(self, *_: object) -> None:
        if self._windows:
            self._lock.release()
        else:
            os.close(self._descriptor)


def opened(path: str) -> BinaryIO:
    """Open a regular file for reading; whatever else is there is an OSError, and never waited for.

    What a link leads to is read.
    """
    return open(_regular(path, _READ), "rb")


def _regular(path: str, flags: int) -> int:
    try:
        descriptor = os.open(path, flags | _AT_ONCE, 0o600)
    except OSError as error:
        if error.errno != errno.ENXIO:  # a FIFO without a reader, or a socket
            raise
        raise OSError(errno.EINVAL, "it is no regular file", path) from error
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    raise OSError(errno.EINVAL, "it is no regular file", path)


def _wait_for(descriptor: int, seconds: float) -> None:
    import fcntl
    import time

    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                raise
            time.sleep(0.01)
        except OSError:
            return  # a file system without locks: one write each is all that can be done there
        else:
            return


def replace_file(path: str, content: bytes, *, mode: int = 0o666) -> bool:
    """Replace `path` by `content` in one step; say whether that could be done."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        swap(path, content, mode=mode)
    except OSError:
        return False
    return True


def swap(path: str, content: bytes, *, mode: int = 0o666, durable: bool = False) -> None:
    """Replace `path` by `content` in one step, or raise OSError; `durable` waits for the disk.

    What is beside it under the name of our temporary file is never followed nor written. Who may
    read, write and run a file that is there stays as it was.
    """
    beside = f"{path}.{os.getpid()}.new"
    descriptor = os.open(beside, _NEW, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(descriptor)
        if os.path.exists(path):
            os.chmod(beside, os.stat(path).st_mode)
        os.replace(beside, path)
    except OSError:
        _remove(beside)
        raise


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
