"""Errors that are somebody's to mend: a user's mistake, told in one line with a way out."""

from __future__ import annotations


class UserError(Exception):
    """A mistake of the user or of their environment: exit 2, one `error:` and one `= help:` line.

    The message says what was found and what was wanted, with file, line and column where there
    are any; `help` says what to do.
    """

    def __init__(self, message: str, *, help: str) -> None:  # noqa: A002 - the word printed
        super().__init__(message)
        self.help = help


class ConfigError(UserError):
    """Our own configuration cannot be used; the message begins `file:line:column:`."""


class GitError(UserError):
    """Git refused or is not there; the message carries git's own words."""
