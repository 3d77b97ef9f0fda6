"""Everything that one look at a subject found."""

from __future__ import annotations

from ctxtally.model.record import dataclass, field

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.count import Count, Method
    from ctxtally.model.finding import Finding
    from ctxtally.model.ledger import Ledger
    from ctxtally.model.loadset import AgentLoad
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Category, Module
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.redundancy import Redundancy


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """`files` are sorted by weight, `findings` by level and place; `remarks` are one-line notes.

    `agents` are the load sets, the worst first, and `repeated` is what these say twice. `estimates`
    are what files cost their readers, by path, where that was asked for, and `calibrations` say by
    reader what such an estimate is made from and how far off. `pathspecs` are what the index was
    asked for, and `listed` is what git answered; it is `None` where the same answer would not
    always lead to the same survey.
    """

    subject: str
    counter: str
    method: Method
    files: tuple[Measured, ...]
    modules: tuple[Module, ...]
    categories: tuple[Category, ...]
    outcomes: tuple[Outcome, ...]
    findings: tuple[Finding, ...]
    log: Ledger
    remarks: tuple[str, ...] = ()
    agents: tuple[AgentLoad, ...] = ()
    repeated: Redundancy | None = None
    estimates: Mapping[str, Count] = field(default_factory=dict)
    calibrations: Mapping[str, str] = field(default_factory=dict)
    pathspecs: tuple[str, ...] = ()
    listed: bytes | None = None

    @property
    def exact(self) -> bool:
        return self.method == "exact"

    @property
    def tokens(self) -> int:
        return sum(file.tokens for file in self.files)

    @property
    def errors(self) -> int:
        return sum(finding.level == "error" for finding in self.findings)

    @property
    def warnings(self) -> int:
        return sum(finding.level == "warning" for finding in self.findings)
