"""What is known of a session beside its commits."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.model.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """How full the window of a conversation is; `source` says who told it.

    `session` is the id that the agent gave the conversation, empty where it has none.
    """

    tokens: int
    window: int
    source: str
    session: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTests:
    """Tests that somebody ran at `commit`, `ago` commits before HEAD; `None` where not known."""

    command: str
    commit: str
    status: int | None = None
    ago: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One budget as it stands: `actual` of `max`, the worst first."""

    subject: str
    budget: str
    actual: int
    max: int
    unit: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding in a line."""

    level: str
    rule: str
    path: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the context files stood when they were judged last: sums, budgets, findings."""

    counter: str
    exact: bool
    files: int
    tokens: int
    errors: int
    warnings: int
    limits: tuple[Limit, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Tokens that somebody logged for a session; the name may be empty."""

    session: str
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the generated part of a session file is made from.

    `operations` are those logged last. `standing` says in a text why there is none.
    """

    progress: Progress
    conversations: tuple[Conversation, ...] = ()
    tests: RecordedTests | None = None
    operations: tuple[Operation, ...] = ()
    standing: Standing | str = ""
