"""Sessions taken from the files of other programs, and given in their shapes."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from ctxtally.adapters import ledger, usage_log
from ctxtally.adapters.append import LogError
from ctxtally.adapters.clock import same_id
from ctxtally.errors import UserError
from ctxtally.model.logged_session import Taken
from ctxtally.model.tally import Tally
from ctxtally.survey.usage import usage_in
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable
from ctxtally.usage import exports, imports
from ctxtally.usage.records import is_record
from ctxtally.usage.sessions import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.adapters.git import Place
    from ctxtally.model.basics import Basics
    from ctxtally.model.usage import Usage
    from ctxtally.survey.usage import UsageLog
    from ctxtally.usage.exports import Exported
    from ctxtally.usage.imports import Imported

_NO_SUM, _NO_PARTS = "nobody knows their tokens", "only a sum of their tokens is known, or none"
# What records lack that are in no shape of another program.
_LACKING = {
    "monitor": _NO_SUM,
    "seeds": _NO_SUM,
    "sessions": "they name no session, or nobody knows their tokens",
    "otel": _NO_PARTS,
    "apart": _NO_PARTS,
}


def take(place: Place, settings: Basics, path: str) -> Taken:
    """Write the sessions and operations of a file into the usage log, each once."""
    tally = Tally()
    found = _read(path, tally)
    log = ledger.locate(place, settings.ledger)
    written = list(usage_in(log).read(KINDS))
    there = {one.id for one in written if one.id}
    named = set(imports.names(written))
    fresh = [
        (one.event, one.moment, id)
        for one, id in ((one, same_id(one.moment, one.name)) for one in found.events)  # noqa: A001
        if id not in there and one.name not in named
    ]
    if fresh:
        try:
            ledger.append_told(log, fresh)
        except LogError as error:
            raise UserError(
                str(error), help="make its folder writable; `ctxtally doctor` says where it is"
            ) from error
    return Taken(
        sessions=len({one["session"] for one, *_ in fresh if "session" in one}),
        operations=sum(one["kind"] == "usage" for one, *_ in fresh),
        known=len(found.events) - len(fresh),
        passed=found.passed,
        bad=tally.bad,
    )


def _read(path: str, tally: Tally) -> Imported:
    try:
        if path.lower().endswith(".jsonl"):
            records = [one.record for one in usage_log.objects([path], tally, is_record)]
            return imports.from_records(records)
        document = usage_log.whole(path)
    except OSError as error:
        raise _refused(path, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise _refused(path, f"cannot be read: {error}") from error
    if not isinstance(document, dict):
        raise _refused(path, "holds no sessions")
    return imports.from_sessions(document)


def _refused(path: str, why: str) -> UserError:
    return UserError(
        f"{printable(path)} {why}",
        help="name a sessions.json, or a usage-log.jsonl of a session monitor",
    )


class Given:
    """What the log holds in the shape of another program, and how much of it has none there."""

    def __init__(self, log: UsageLog, settings: Basics, form: str) -> None:
        self._log, self._rules, self._form = log, settings.categories, form
        self._left = 0

    def lines(self) -> Iterator[str]:
        """Yield a line for each record, or one document where the form is one."""
        if self._form == "sessions":
            yield dumps(exports.monitor_sessions(self._in_sessions(), self._rules), indent=2)
            return
        for usage in self._log.read():
            record = self._record(usage)
            if record is None:
                self._left += 1
            else:
                yield dumps(record)

    def remarks(self) -> Iterator[str]:
        """Yield what is not in the lines, once all of them were taken."""
        if self._left:
            yield f"left out, for {_LACKING[self._form]}: {counted(self._left, 'records')}"

    def _record(self, usage: Usage) -> Exported | None:
        if self._form == "otel":
            return exports.telemetry(usage)
        if self._form == "apart":
            return exports.apart(usage)
        return exports.monitor_record(usage, self._rules)

    def _in_sessions(self) -> Iterator[Usage]:
        for usage in self._log.read(KINDS):
            self._left += usage.kind == "usage" and (not usage.session or usage.total is None)
            yield usage
