"""What to count in a subject and by which budgets: everything but the counts."""

from __future__ import annotations

from ctxtally.model.record import dataclass, field

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxtally.model.budget import Budget
    from ctxtally.model.finding import Finding
    from ctxtally.model.imports import Imports
    from ctxtally.model.loadset import AgentLoad
    from ctxtally.model.measured import ContextFile
    from ctxtally.model.module import Category, Module
    from ctxtally.model.waiver import Waiver


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """A file of a load set as it was when the plan was made; `outline` decides how it loads."""

    oid: str
    outline: str
    tokens: int
    bytes: int
    chars: int
    lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Found from names, links, configuration and catalogs; it holds until one of these changes.

    `specs` and `paths` are what was asked of the tree, `sources` the files that were read to make
    it. Modules and categories have no counts yet. `findings` need none; `drift` are those about
    catalogs, which hold while the files in `drift_tokens` have these counts. `agents` are the load
    sets; they hold, but for their numbers, while the files in `plain` keep their outlines, made
    with the grammars in `imports`.
    """

    specs: tuple[str, ...]
    paths: tuple[str, ...]
    sources: tuple[str, ...]
    files: tuple[ContextFile, ...]
    modules: tuple[Module, ...]
    categories: tuple[Category, ...]
    budgets: tuple[Budget, ...]
    waivers: tuple[Waiver, ...]
    findings: tuple[Finding, ...]
    drift: tuple[Finding, ...]
    drift_tokens: Mapping[str, int | None]
    counter: str | None
    ledger: str | None
    remarks: tuple[str, ...]
    agents: tuple[AgentLoad, ...] = ()
    plain: Mapping[str, Plain] = field(default_factory=dict)
    imports: tuple[Imports, ...] = ()
