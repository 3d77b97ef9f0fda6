"""Write down that a survey was made."""

from __future__ import annotations

from ctxtally.adapters import ledger
from ctxtally.adapters.append import LogError
from ctxtally.adapters.clock import seconds
from ctxtally.usage.events import context_events, run_event

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from ctxtally.model.event import Event
    from ctxtally.model.survey import Survey


def record(survey: Survey, *, operation: str, status: int) -> tuple[Event, list[str]]:
    """Log the run, and each file whose count changed; return its event and what is worth a note.

    A log that cannot be written is worth a note and nothing more: it never changes a verdict.
    """
    log = survey.log
    seen = ledger.logged(log)
    events = context_events(operation, tokenizer=survey.counter, files=survey.files, seen=seen)
    run = run_event(
        operation,
        subject=survey.subject,
        tokenizer=survey.counter,
        files=survey.files,
        errors=survey.errors,
        warnings=survey.warnings,
        status=status,
    )
    notes = [log.hint] if log.hint else []
    try:
        ledger.append(log, [run, *events], seconds())
    except LogError as error:
        notes.append(str(error))
    else:
        if events:
            ledger.remember(log, seen | {file.path: file.tokens for file in survey.files})
    return run, notes
