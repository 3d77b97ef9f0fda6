"""What doctor looks at beside configuration and hooks: what is known of agents, and the count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import git, token_usage
from ctxtally.adapters.session_file import FOLDER, USAGE
from ctxtally.errors import UserError
from ctxtally.model.check import Check
from ctxtally.survey import setup, tracking
from ctxtally.survey.basics import basics
from ctxtally.text.figures import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date

    from ctxtally.adapters.git import Place
    from ctxtally.model.profile import Profile

# Documented limits of agents change within months (Windsurf 6,000 to 12,000 characters, Claude Code
# from 5 to 4 hops of imports): a year is long.
_OLD_DAYS = 365
_FILE = f"{FOLDER}/{USAGE}"


def profile_ages(
    profiles: Iterable[Profile], used: Collection[str], today: date
) -> Iterator[Check]:
    """Yield how old what we know of each agent is; it matters for those that are used here."""
    for profile in profiles:
        days = max(0, (today - profile.verified_on).days)
        name = f"profile {profile.agent}"
        message = f"verified on {profile.verified_on.isoformat()}, {counted(days, 'days')} ago"
        if days > _OLD_DAYS and profile.agent in used:
            help_line = f"compare it with {profile.source}"
            yield Check(name=name, state="warn", message=message, help=help_line)
        else:
            yield Check(name=name, state="ok", message=message)


def count_check(place: Place) -> Check:
    """Say whether the tracker's file can be read and written; nothing is changed."""
    name = "token usage"
    try:
        found = token_usage.read(tracking.path(place))
        limit = basics(place).window.limit
        tracked = git.is_tracked(_FILE)
    except token_usage.CorruptError as error:
        message = f"{_FILE} cannot be read: {error}"
        return Check(
            name=name,
            state="warn",
            message=message,
            help="`ctxtally status` sets it aside and begins anew",
        )
    except UserError as error:
        return Check(name=name, state="warn", message=str(error), help=error.help)
    except OSError as error:
        message = f"{_FILE} cannot be read: {error.strerror or error}"
        return Check(name=name, state="warn", message=message, help="mend it, or take it away")
    if tracked:
        message = f"{_FILE} is tracked: it changes with every text that is counted"
        return Check(name=name, state="warn", message=message, help=f"`git rm --cached {_FILE}`")
    if found is None:
        return Check(name=name, state="ok", message="nothing was counted yet")
    window = limit or found.limit or token_usage.LIMIT
    message = f"{found.total:,} of {window:,} tokens in {counted(len(found.checkpoints), 'texts')}"
    return Check(name=name, state="ok", message=message)


def wiring_check(place: Place) -> Check:
    """Say whether an agent runs our hooks in this repository."""
    name = "agent hooks"
    try:
        files = setup.wired_files(place)
    except UserError as error:
        return Check(name=name, state="warn", message=str(error), help=error.help)
    if not files:
        message = "no settings of Claude Code in this repository run them"
        return Check(name=name, state="ok", message=message)
    return Check(name=name, state="ok", message=f"Claude Code runs them: {', '.join(files)}")
