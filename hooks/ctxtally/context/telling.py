"""What there is to say of a load set: limits that are hit, and imports that lead nowhere."""

from __future__ import annotations

from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass, replace
from ctxtally.text.figures import counted
from ctxtally.text.shown import cut

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.context.imports import Mention
    from ctxtally.context.items import Item
    from ctxtally.model.finding import Level
    from ctxtally.model.loadset import LoadedFile
    from ctxtally.model.profile import Limit, Profile, Setting, Unit

# The rule of every limit that an agent documents.
LIMIT = "agent-limit"

# More than three headings no longer tell what is lost.
_HEADINGS = 3
_SPLIT = "move reference text to a file that is read on demand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """A limit with its unit and amount here, and the size of the file in that unit."""

    limit: Limit
    unit: Unit
    most: int
    actual: int


def over(profile: Profile, item: Item, file: LoadedFile, excess: Excess) -> Finding:
    """Return the finding of a file over a limit, with what of it is lost."""
    limit, name = excess.limit, profile.name
    shared = limit.scope in ("chain", "total")
    actual, most = counted(excess.actual, excess.unit), counted(excess.most, excess.unit)
    bound = f"at most {most}"
    if shared:
        before = f", and those before it take {item.spent:,}" if item.spent else ""
        bound = f"its files share {most}{before}"
    if limit.behaviour == "cut-tail":
        message = (
            f"{name} keeps {item.kept:,} of {counted(len(item.opened.raw), 'bytes')} and loses "
            f"{counted(file.tokens_cut, 'tokens')}{_under(file.headings_lost)}: {bound}"
        )
    elif limit.behaviour in ("skip", "invalid"):
        verb = "skips" if limit.behaviour == "skip" else "rejects"
        message = f"{name} {verb} the whole file: {actual}, {bound}"
    else:
        message = f"{actual}, for {name} {bound}"
    way_out = f"shorten the files that load before it, or {_SPLIT}" if shared else _SPLIT
    return _limit_finding(profile, limit, item.path, message, way_out)


def resized(finding: Finding, unit: Unit, before: int, now: int) -> Finding:
    """Return the finding of a file over an advice after the file has another size."""
    rest = finding.message.removeprefix(counted(before, unit))
    return replace(finding, message=f"{counted(now, unit)}{rest}")


def long_entry(profile: Profile, limit: Limit, path: str, chars: int) -> Finding:
    """Return the finding of front matter of which the agent takes less."""
    keys = " and ".join(f"`{key}`" for key in limit.keys)
    bound = f"at most {counted(limit.value, 'chars')}"
    message = {
        "cut-tail": f"{profile.name} cuts {keys}: {counted(chars, 'chars')}, {bound}",
        "invalid": f"{profile.name} rejects {keys}: {counted(chars, 'chars')}, {bound}",
    }.get(limit.behaviour, f"{keys}: {counted(chars, 'chars')}, for {profile.name} {bound}")
    return _limit_finding(profile, limit, path, message, "say in one sentence when to use it")


def full_listing(
    profile: Profile,
    limit: Limit,
    dropped: Mapping[int, Item],
    amount: tuple[Unit, int],
    total: int,
) -> Finding:
    """Return the finding of a listing that is too long for its entries to keep descriptions."""
    unit, most = amount
    lines = f"the lines of its listing have {counted(total, unit)}, at most {most:,}"
    message = f"for {profile.name} {lines}"
    if limit.behaviour == "drop-entry":
        message = (
            f"{profile.name} leaves {counted(len(dropped), 'descriptions')} out, least used first: "
            f"{lines}"
        )
    first = dropped[min(dropped)]
    return _limit_finding(profile, limit, first.path, message, "shorten the descriptions")


def leads_out(source: str, mention: Mention, prefix: str) -> Finding:
    return Finding(
        rule="import-outside",
        level="error",
        path=source,
        line=mention.line,
        message=f"`{cut(prefix + mention.path)}` leads out of the repository: not measured",
        help="keep what agents load in the repository, or waive the rule `import-outside`",
    )


def leads_nowhere(source: str, mention: Mention, prefix: str) -> Finding:
    return Finding(
        rule="import-missing",
        level="warning",
        path=source,
        line=mention.line,
        message=f"`{cut(prefix + mention.path)}` imports nothing: no tracked file is there",
        help="mend the path, or write it in backticks where no import is meant",
    )


def too_deep(profile: Profile, source: str, mention: Mention, depth: int) -> Finding:
    return Finding(
        rule="import-depth",
        level="error",
        path=source,
        line=mention.line,
        message=f"`{cut(mention.path)}` is not loaded: {profile.name} follows {depth} hops",
        help="import it from a file nearer to the top",
    )


def too_many(source: str, most: int) -> Finding:
    return Finding(
        rule="import-limit",
        level="error",
        path=source,
        message=f"more than {most:,} imports: the rest is not measured",
        help="import fewer files",
    )


def conditional(profile: Profile, setting: Setting, documented: Limit | None, lost: int) -> Finding:
    """Return the note that a setting is not always heeded, with what holds where it is not."""
    message = f"{profile.name} heeds `{setting.key}` only {setting.condition}"
    if documented is not None:
        bound = counted(documented.value, documented.unit)
        message += f"; elsewhere the limit is {bound}, and {counted(lost, 'bytes')} are lost"
    return Finding(rule="setting-conditional", level="note", path=setting.file, message=message)


def _limit_finding(
    profile: Profile, limit: Limit, path: str, message: str, way_out: str
) -> Finding:
    level: Level = "warning" if limit.behaviour == "warn" else "error"
    return Finding(
        rule=LIMIT,
        level=level,
        path=path,
        message=message,
        help=way_out,
        budget=f"{profile.agent} {limit.id}",
    )


def _under(headings: Sequence[str]) -> str:
    if not headings:
        return ""
    named = ", ".join(f"`{cut(heading)}`" for heading in headings[:_HEADINGS])
    more = len(headings) - _HEADINGS
    return f" (under {named}{f' and {more:,} more' if more > 0 else ''})"
