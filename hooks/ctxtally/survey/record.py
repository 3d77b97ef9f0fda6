"""Write down that a survey was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.adapters import ledger
from ctxtally.adapters.clock import now
from ctxtally.usage.events import context_events, run_event

if TYPE_CHECKING:
    from ctxtally.model.survey import Survey


def record(survey: Survey, *, operation: str, status: int) -> list[str]:
    """Log the run, and each file whose count changed; return what is worth a note.

    A log that cannot be written is such a note, and nothing more: it never changes a verdict.
    """
    log = survey.log
    moment = now()
    seen = ledger.logged(log)
    events = context_events(
        moment, operation, tokenizer=survey.counter, files=survey.files, seen=seen
    )
    run = run_event(
        moment,
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
        ledger.append(log, [run, *events], moment)
    except ledger.LogError as error:
        return [*notes, str(error)]
    if events:
        ledger.remember(log, seen | {file.path: file.tokens for file in survey.files})
    return notes
