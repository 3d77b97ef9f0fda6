"""Compares a load set with what an agent recorded that it loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.loading import Loading
from ctxtally.model.recording import FileAgreement, Recording
from ctxtally.text.roots import below

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from ctxtally.model.loadset import LoadedFile, LoadSet
    from ctxtally.model.profile import Load
    from ctxtally.model.recording import State

# Files of these are not instructions to the agent's mind: it does not record them.
_RECORDED: frozenset[Load] = frozenset({"always", "nested", "glob"})


def root_of(recording: Recording, top: str, tracked: Collection[str]) -> str | None:
    """Return the top of the repository where it was recorded, `None` where no directory fits.

    Without one at or above the session's directory that is `top` itself, as in a recording of
    another clone, it is the one below which most recorded files are `tracked`.
    """
    above = list(_at_and_above(recording.directory))
    if top in above:
        return top
    paths = {loading.path for loading in recording.loadings}
    found = {root: sum(below(path, root) in tracked for path in paths) for root in above}
    best = max(found, key=lambda root: (found[root], len(root)), default=None)
    return best if best is not None and found[best] else None


def candidates(recording: Recording) -> Iterator[str]:
    """Yield every path that a recorded file may have in the repository."""
    for root in _at_and_above(recording.directory):
        for loading in recording.loadings:
            path = below(loading.path, root)
            if path is not None:
                yield path


def relative(recording: Recording, root: str) -> Recording:
    """Return the recording with its paths as seen from the top of the repository, `root`."""

    def seen(path: str) -> str:
        found = below(path, root)
        return path if found is None else found

    return Recording(
        session=recording.session,
        directory=seen(recording.directory),
        loadings=tuple(
            Loading(path=seen(one.path), reason=one.reason, parent=seen(one.parent))
            for one in recording.loadings
        ),
        relative=True,
    )


def compared(
    loads: LoadSet,
    recording: Recording,
    *,
    ways: Mapping[str, frozenset[Load]],
    beginning: str,
) -> Iterator[FileAgreement]:
    """Yield each recorded file, then those of the load set that were not recorded.

    `ways` says how a file may be loaded that came in for a reason; any way is right for others.
    Only a recording with the reason `beginning` tells what was not loaded when the session began.
    """
    ours = {file.path: file for file in loads.files if file.load in _RECORDED}
    names = {alias: file.path for file in ours.values() for alias in file.aliases}
    recorded: dict[str, list[Loading]] = {}
    for loading in recording.loadings:
        path = names.get(loading.path, loading.path)
        recorded.setdefault(path, []).append(loading)
    for path, loadings in recorded.items():
        yield _recorded(path, loadings, ours.get(path), ways)
    begun = any(loading.reason == beginning for loading in recording.loadings)
    for path, file in ours.items():
        if path not in recorded and (begun or file.load != "always"):
            state: State = "missing" if file.load == "always" else "waiting"
            yield FileAgreement(path=path, state=state, load=file.load, via=file.via)


def _recorded(
    path: str,
    loadings: Iterable[Loading],
    file: LoadedFile | None,
    ways: Mapping[str, frozenset[Load]],
) -> FileAgreement:
    loadings = tuple(loadings)
    reasons = tuple(dict.fromkeys(loading.reason for loading in loadings))
    parent = next((loading.parent for loading in loadings if loading.parent), "")
    if file is None:
        outside = path.startswith(("/", "~")) or path[1:2] == ":"
        state: State = "outside" if outside else "unforeseen"
        return FileAgreement(path=path, state=state, reasons=reasons, parent=parent)
    fits = any(file.load in ways.get(reason, _RECORDED) for reason in reasons)
    return FileAgreement(
        path=path,
        state="agrees" if fits else "differs",
        load=file.load,
        via=file.via,
        reasons=reasons,
        parent=parent,
    )


def _at_and_above(directory: str) -> Iterator[str]:
    """Yield an absolute directory and those above it; a drive ends in `:`.

    >>> list(_at_and_above("/a/b")), list(_at_and_above("C:/a"))
    (['/a/b', '/a', '/'], ['C:/a', 'C:'])
    """
    while directory.strip("/"):
        yield directory
        directory, slash, _ = directory.rstrip("/").rpartition("/")
        if slash and not directory:
            yield "/"
