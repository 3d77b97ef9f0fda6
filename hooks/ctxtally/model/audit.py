"""What a close look at catalogs found: each entry, stated and measured, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.catalog import Entry, State, Unit
    from ctxtally.model.count import Method
    from ctxtally.model.finding import Finding
    from ctxtally.model.form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedEntry:
    """An entry of a catalog; `path` is the tracked file, or the path as written where none is.

    `measured` has the units in which something is known of the file.
    """

    catalog: str
    entry: Entry
    state: State
    path: str
    measured: Mapping[Unit, int]

    def stated(self, unit: Unit) -> int | None:
        return next((one.amount for one in self.entry.stated if one.unit == unit), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """`catalogs` are the paths that could be read, `forms` smaller ways to write them."""

    subject: str
    counter: str
    method: Method
    catalogs: tuple[str, ...]
    entries: tuple[AuditedEntry, ...]
    findings: tuple[Finding, ...]
    forms: tuple[Form, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        return self.method == "exact"

    @property
    def errors(self) -> int:
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        return sum(finding.level == "warning" for finding in self.findings)
