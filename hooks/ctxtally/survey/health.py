"""What doctor looks at."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from ctxtally import __version__
from ctxtally.adapters import git, ledger
from ctxtally.adapters.plumbing import output
from ctxtally.adapters.trees import Index
from ctxtally.errors import UserError
from ctxtally.model.check import Check
from ctxtally.survey.ground import ground
from ctxtally.survey.health_files import file_checks, version_check
from ctxtally.survey.health_hooks import hook_checks
from ctxtally.survey.health_session import count_check, profile_ages, wiring_check
from ctxtally.tokens.counters import DEFAULT, counter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.adapters.git import Place

# The first with `rev-parse --path-format` (git 2.31 release notes).
OLDEST_GIT = (2, 31)
# The text and its count as tiktoken's own tests have them (tests/test_simple_public.py).
_SAMPLE, _SAMPLE_TOKENS = "hello world", 2


def checks() -> Iterator[Check]:
    """Yield what was found, one thing after the other; nothing is changed."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check(name="ctxtally", state="ok", message=f"{__version__} on Python {version}")
    yield _vocabulary()
    try:
        yield _git_version()
        place = git.place()
    except UserError as error:
        yield Check(name="repository", state="fail", message=str(error), help=error.help)
        return
    yield Check(name="repository", state="ok", message=f"hash {place.object_format}")
    yield from _configuration(place)
    yield count_check(place)
    yield wiring_check(place)
    yield from file_checks(place)
    yield from version_check()
    yield from hook_checks(place)


def _vocabulary() -> Check:
    one = counter(DEFAULT)
    found = one.count(_SAMPLE)
    if one.warning or found != _SAMPLE_TOKENS:
        message = one.warning or f"{_SAMPLE!r} counts {found}, not {_SAMPLE_TOKENS}"
        return Check(
            name="vocabulary", state="fail", message=message, help="install ctxtally again"
        )
    return Check(
        name="vocabulary", state="ok", message=f"{one.label} {one.version}, {one.method}, offline"
    )


def _git_version() -> Check:
    words = output("version").decode("ascii", "replace").split()
    found = words[2] if len(words) > 2 else "?"  # noqa: PLR2004 - "git version 2.39.5"
    numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdecimal())
    if numbers < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        return Check(name="git", state="fail", message=found, help=f"install git {wanted} or later")
    return Check(name="git", state="ok", message=found)


def _configuration(place: Place) -> Iterator[Check]:
    try:
        basis = ground(place, Index())
    except UserError as error:
        yield Check(name="configuration", state="fail", message=str(error), help=error.help)
        return
    in_force = basis.settings
    for remark in in_force.remarks:
        yield Check(
            name="configuration", state="warn", message=remark, help="`git add` it for the others"
        )
    source = in_force.config.source or "none, the shipped defaults apply"
    yield Check(
        name="configuration",
        state="ok",
        message=f"{source}; {len(in_force.budgets)} budgets in force",
    )
    yield from profile_ages(basis.profiles, in_force.agents, date.fromisoformat(place.day))
    log = ledger.locate(place, in_force.config.ledger)
    if log.hint:
        yield Check(name="usage log", state="warn", message=log.hint)
    reason = ledger.unwritable(log)
    if reason:
        help_line = "make its folder writable; until then runs are not logged"
        yield Check(name="usage log", state="warn", message=reason, help=help_line)
    else:
        yield Check(name="usage log", state="ok", message=log.shown)
