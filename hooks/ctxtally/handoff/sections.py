"""The words of the generated block: facts from git and from counts, each in its section."""

from __future__ import annotations

from ctxtally.handoff.kinds import by_kind
from ctxtally.text.figures import counted, marked
from ctxtally.text.sanitising import NAME, code, line, path

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxtally.handoff.sizes import Size
    from ctxtally.model.progress import Change, Commit, Head, Progress
    from ctxtally.model.session import (
        Conversation,
        Facts,
        Limit,
        Operation,
        RecordedTests,
        Standing,
    )

_SHORT = 7
_SHORT_ID = 8
_MOST_LIMITS = 3
_MOST_PROBLEMS = 5
_MESSAGE = 160
# How a budget stands, where another word says more than its state.
_STATES = {
    "warning": "near",
    "ok": "within",
    "inherited": "over as before",
    "slack": "far below",
    "unrecorded": "not recorded for",
}
_ORIGINS = {
    "session start": "session start",
    "upstream": "where it left upstream",
    "last commits": "the last commits",
    "start rewritten": "start rewritten",
}


def sections(facts: Facts, size: Size) -> Mapping[str, str]:
    """Return the value of each name of a template; one with nothing to say is empty."""
    progress = facts.progress
    status = {"git_status": _git_status(progress.head)}
    if size.only_status:
        return status
    return status | {
        "tasks_completed": "\n".join(_completed(progress, size)),
        "files_modified": "\n".join(_modified(progress, size)),
        "tests_run": _tests(facts.tests),
        "token_status": "\n".join(_tokens(facts)),
        "recommended_actions": "\n".join(_actions(facts)) if size.actions else "",
    }


def _git_status(head: Head) -> str:
    at = code(head.commit[:_SHORT])
    if not head.commit:
        return f"{_name(head.branch)}, no commit yet."
    if not head.branch:
        return f"detached at {at}{_where(head)}. Written after commit {at}."
    text = f"{_name(head.branch)} at {at}"
    if head.upstream:
        text += f" ({head.ahead} ahead of {_name(head.upstream)}, {head.behind} behind)"
    if head.rebasing:
        text += "; a rebase is under way"
    return f"{text}{_where(head)}. Written after commit {at}."


def _where(head: Head) -> str:
    return f"; worktree {_name(head.worktree)}" if head.worktree else ""


def _name(text: str) -> str:
    return code(line(text, NAME))


def _completed(progress: Progress, size: Size) -> Iterator[str]:
    commits = progress.commits
    if not commits:
        since = f" since {code(progress.start[:_SHORT])}" if progress.start else ""
        yield f"No commits{since} ({_ORIGINS[progress.origin]})."
        return
    total = counted(len(commits) + progress.earlier, "commits")
    if progress.start:
        yield f"{total} since {code(progress.start[:_SHORT])} ({_ORIGINS[progress.origin]}):"
    else:
        yield f"The last {total}:"
    for commit in by_kind(commits[: size.commits]):
        yield f"- {_subject(commit, size)} {commit.id[:_SHORT]}"
    earlier = len(commits[size.commits :]) + progress.earlier
    if earlier:
        since = f" since {code(progress.start[:_SHORT])}" if progress.start else ""
        yield f"- ... {counted(earlier, 'earlier commits')}{since}"


def _subject(commit: Commit, size: Size) -> str:
    return code(line(commit.subject, size.subject) or "(no subject)")


def _modified(progress: Progress, size: Size) -> Iterator[str]:
    total: dict[str, list[Change]] = {}
    for commit in progress.commits:
        for change in commit.changes or ():
            total.setdefault(change.path, []).append(change)
    if any(commit.changes is None for commit in progress.commits):
        yield "Committed: unknown (objects are missing here)"
    else:
        committed = [_sum(changes) for changes in total.values()]
        yield f"Committed{_listed(committed, size.files)}"
    if progress.uncommitted is None:
        yield "Not committed: unknown (hidden by pre-commit)"
    else:
        yield f"Not committed{_listed(progress.uncommitted, size.files)}"


def _sum(changes: Sequence[Change]) -> Change:
    from ctxtally.model.progress import Change

    known = [one for one in changes if one.added is not None and one.deleted is not None]
    return Change(
        path=changes[0].path,
        added=sum(one.added or 0 for one in known) if known else None,
        deleted=sum(one.deleted or 0 for one in known) if known else None,
    )


def _listed(changes: Sequence[Change], most: int) -> str:
    if not changes:
        return ": none"
    ordered = sorted(changes, key=lambda one: (-one.churn, one.path))
    shown = [_change(one) for one in ordered[:most]]
    if len(ordered) > most:
        shown.append(f"... {len(ordered) - most:,} more")
    return f" ({len(ordered):,}): {', '.join(shown)}"


def _change(change: Change) -> str:
    name = code(path(change.path))
    if change.added is None or change.deleted is None:
        return name
    return f"{name} +{change.added:,} -{change.deleted:,}"


def _tests(tests: RecordedTests | None) -> str:
    if tests is None:
        return "Not recorded."
    text = f"Last recorded: {code(line(tests.command))}"
    if tests.status is not None:
        text += f" exit {tests.status}"
    text += f" at {code(tests.commit[:_SHORT])}" if tests.commit else " before the first commit"
    if tests.ago is None:
        return f"{text} (not in this history)." if tests.commit else f"{text}."
    return f"{text} ({counted(tests.ago, 'commits')} ago)."


def _tokens(facts: Facts) -> Iterator[str]:
    for conversation in facts.conversations:
        yield _conversation(conversation)
    if facts.operations:
        yield _logged(facts.operations)
    standing = facts.standing
    if isinstance(standing, str):
        if standing:
            yield f"Context files: not counted, {code(line(standing, _MESSAGE))}."
        return
    found = marked(counted(standing.tokens, "tokens"), exact=standing.exact)
    yield (
        f"Context files: {found} in {counted(standing.files, 'files')} ({line(standing.counter)}); "
        f"{counted(standing.errors, 'errors')}, {counted(standing.warnings, 'warnings')}."
    )
    for limit in standing.limits[:_MOST_LIMITS]:
        yield f"- {_limit(limit, standing)}"


def _conversation(one: Conversation) -> str:
    source = line(one.source, NAME)
    if one.session:
        source += f", session {code(line(one.session)[:_SHORT_ID])}"
    if one.window <= 0:
        return f"Conversation: {counted(one.tokens, 'tokens')} (source: {source})."
    return (
        f"Conversation: {one.tokens / one.window:.0%} of {one.window:,} tokens (source: {source})."
    )


def _logged(operations: Sequence[Operation]) -> str:
    """Tell what was logged for the session that logged last."""
    session = operations[-1].session
    own = [one.tokens for one in operations if one.session == session]
    name = f" for {_name(session)}" if session else ""
    return f"Logged{name}: {counted(sum(own), 'tokens')} in {counted(len(own), 'operations')}."


def _limit(limit: Limit, standing: Standing) -> str:
    actual = marked(f"{limit.actual:,}", exact=standing.exact or limit.unit != "tokens")
    share = f" ({limit.actual / limit.max:.0%})" if limit.max else ""
    state = _STATES.get(limit.state, limit.state)
    budget = code(line(limit.budget, NAME))
    subject = code(path(limit.subject))
    if limit.state == "unrecorded":  # there is no limit yet
        return f"{subject} {actual} {limit.unit}, {state} {budget}"
    return f"{subject} {actual} of {counted(limit.max, limit.unit)}{share}, {state} {budget}"


def _actions(facts: Facts) -> Iterator[str]:
    if isinstance(facts.standing, str):
        return
    problems = facts.standing.problems
    for one in problems[:_MOST_PROBLEMS]:
        message = code(line(one.message, _MESSAGE))
        yield f"- {one.level} {code(one.rule)} {code(path(one.path))}: {message}"
    if problems:
        total = facts.standing.errors + facts.standing.warnings
        yield f"- `ctxtally report` shows {'it' if total == 1 else f'all {total:,}'} and what to do"
