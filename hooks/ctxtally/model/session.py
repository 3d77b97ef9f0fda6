"""What is known of a session beside its commits; named tuples, as in progress.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ctxtally.model.progress import Progress


class Conversation(NamedTuple):
    """How full the window of a conversation is; `source` says who told it.

    `session` is the id that the agent gave the conversation, empty where it has none.
    """

    tokens: int
    window: int
    source: str
    session: str = ""


class RecordedTests(NamedTuple):
    """Tests that somebody ran at `commit`, `ago` commits before HEAD; `None` where not known."""

    command: str
    commit: str
    status: int | None = None
    ago: int | None = None


class Limit(NamedTuple):
    """One budget as it stands: `actual` of `max`, the worst first."""

    subject: str
    budget: str
    actual: int
    max: int
    unit: str
    state: str


class Problem(NamedTuple):
    """One finding in a line."""

    level: str
    rule: str
    path: str
    message: str


class Standing(NamedTuple):
    """Where the context files stood when they were judged last: sums, budgets, findings."""

    counter: str
    exact: bool
    files: int
    tokens: int
    errors: int
    warnings: int
    limits: tuple[Limit, ...] = ()
    problems: tuple[Problem, ...] = ()


class Operation(NamedTuple):
    """Tokens that somebody logged for a session; the name may be empty."""

    session: str
    tokens: int


class Facts(NamedTuple):
    """All that the generated part of a session file is made from.

    `operations` are those logged last. `standing` says in a text why there is none.
    """

    progress: Progress
    conversations: tuple[Conversation, ...] = ()
    tests: RecordedTests | None = None
    operations: tuple[Operation, ...] = ()
    standing: Standing | str = ""
