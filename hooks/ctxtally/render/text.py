"""Findings and reports as text for people."""

from __future__ import annotations

from itertools import groupby

from ctxtally.render.agents import MOST_ROWS, overview
from ctxtally.render.sets import sets
from ctxtally.text.figures import counted, marked
from ctxtally.text.table import table
from ctxtally.text.terminal import printable

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.model.count import Count
    from ctxtally.model.finding import Finding
    from ctxtally.model.module import Category, Module
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.survey import Survey
    from ctxtally.text.table import Cell

# What other scopes limit is listed with its catalog, and all sets of files in a table of theirs.
_LISTED = ("file", "total")
_COLOURS = {"error": "31", "warning": "33", "note": "36"}


def findings(found: Iterable[Finding], *, colour: bool = False) -> str:
    """Return findings, what and where each, and the way out once for neighbours that share it."""
    lines = []
    for help_line, group in groupby(found, key=lambda one: one.help):
        lines += [_finding(one, colour=colour) for one in group]
        if help_line:
            lines.append(f"  = help: {printable(help_line)}")
    return "\n".join(lines)


def _finding(found: Finding, *, colour: bool) -> str:
    word = f"{found.level}[{found.rule}]"
    if colour:
        word = f"\x1b[1;{_COLOURS[found.level]}m{word}\x1b[0m"
    place = printable(found.path)
    if found.line is not None:
        place += f":{found.line}"
    return f"{word}: {place}: {printable(found.message)}"


def gate(survey: Survey, *, colour: bool = False, verbose: bool = False) -> str:
    """Return what the gate prints: nothing where there is nothing to say."""
    found = told(survey, verbose=verbose)
    blocks = [findings(found, colour=colour)] if found else []
    if survey.errors or verbose:
        blocks.append(closing(survey))
    return "\n".join(blocks)


def told(survey: Survey, *, verbose: bool = False) -> list[Finding]:
    """Return the findings that the gate tells of."""
    return [found for found in survey.findings if verbose or found.level != "note"]


def closing(survey: Survey) -> str:
    """Return the last line of the gate: how much was measured, and the verdict."""
    return f"{summary(survey)}; {_verdict(survey)}"


def report(survey: Survey, *, colour: bool = False) -> str:
    """Return the whole report."""
    blocks = [_files(survey)]
    if survey.agents:
        blocks.append(f"Agents\n\n{overview(survey.agents, exact=survey.exact, most=MOST_ROWS)}")
    blocks += _modules(survey)
    blocks += _budgets(survey)
    blocks += _repeated(survey)
    if survey.findings:
        blocks.append(f"Findings\n\n{findings(survey.findings, colour=colour)}")
    tail = [summary(survey), f"log: {printable(survey.log.shown)}"]
    blocks.append("\n".join([*(f"note: {printable(one)}" for one in survey.remarks), *tail]))
    return "\n\n".join(blocks)


def summary(survey: Survey) -> str:
    """Return one line: how much was measured, by what, in which subject."""
    tokens = marked(counted(survey.tokens, "tokens"), exact=survey.exact)
    return (
        f"{tokens} in {counted(len(survey.files), 'files')}"
        f" ({survey.counter}, {survey.method}; subject: {survey.subject})"
    )


def _verdict(survey: Survey) -> str:
    return f"{counted(survey.errors, 'errors')}, {counted(survey.warnings, 'warnings')}"


def _files(survey: Survey) -> str:
    if not survey.files:
        return f"No context files in the {survey.subject}."
    header = ["tokens", "bytes", "lines", "kind", "path"]
    rows: list[list[Cell]] = [
        [
            _figure(file.tokens, survey),
            file.bytes,
            file.lines,
            file.kind,
            _with_aliases(file.path, file.aliases),
        ]
        for file in survey.files
    ]
    size = sum(file.bytes for file in survey.files)
    rows.append([_figure(survey.tokens, survey), size, None, "", "all"])
    if survey.estimates:
        header.insert(1, "for its reader")
        for row, file in zip(rows, survey.files, strict=False):
            row.insert(1, _estimate(survey.estimates.get(file.path)))
        rows[-1].insert(1, "")
    text = f"Context files of the {survey.subject}\n\n{table(header, rows)}"
    legend = [f"  ~ {name}: {made}" for name, made in survey.calibrations.items()]
    return "\n".join([text, "", *legend]) if legend else text


def _figure(tokens: int, survey: Survey) -> Cell:
    return tokens if survey.exact else f"~{tokens:,}"


def _estimate(count: Count | None) -> str:
    if count is None:
        return ""
    return f"~{count.tokens:,} [{count.low:,}-{count.high:,}] {count.counter}"


def _with_aliases(path: str, aliases: tuple[str, ...]) -> str:
    shown = printable(path)
    return f"{shown} (= {', '.join(map(printable, aliases))})" if aliases else shown


def _modules(survey: Survey) -> Iterator[str]:
    for catalog, group in groupby(survey.modules, key=lambda module: module.catalog):
        modules = list(group)
        if any(module.stated for module in modules):
            categories = [one for one in survey.categories if one.catalog == catalog]
            yield _stated(survey, catalog, modules, categories)


def _stated(survey: Survey, catalog: str, modules: list[Module], categories: list[Category]) -> str:
    rows: list[list[Cell]] = [
        [
            module.stated,
            None if module.tokens is None else _figure(module.tokens, survey),
            _ratio(module.tokens, module.stated),
            printable(module.label),
        ]
        for module in modules
    ]
    both = [module for module in modules if module.stated and module.tokens is not None]
    stated = sum(module.stated or 0 for module in both)
    tokens = sum(module.tokens or 0 for module in both)
    every = f"all {counted(len(both), 'modules')}"
    rows.append([stated, _figure(tokens, survey), _ratio(tokens, stated), every])
    text = f"{printable(catalog)}: stated against measured tokens\n\n"
    text += table(["stated", "measured", "ratio", "module"], rows)
    if any(category.token_budget is not None for category in categories):
        text += "\n\n" + table(
            ["budget", "stated", "measured", "category"],
            [
                [one.token_budget, one.stated, _figure(one.tokens, survey), _group(one)]
                for one in categories
            ],
        )
    return text


def _group(category: Category) -> str:
    shown = printable(category.name)
    if category.unmeasured:
        shown += f" (without {counted(category.unmeasured, 'modules')} that could not be measured)"
    return shown


def _ratio(tokens: int | None, stated: int | None) -> str:
    return f"{tokens / stated:.2f}x" if stated and tokens is not None else "-"


def _repeated(survey: Survey) -> Iterator[str]:
    found = survey.repeated
    if found is not None and found.whole.redundant:
        shown = sets([one for one in found.sets if one.redundant], exact=survey.exact)
        yield f"Repeated text\n\n{shown}\n  the passages: `ctxtally redundancy`"


def _budgets(survey: Survey) -> Iterator[str]:
    judged = [
        one
        for one in survey.outcomes
        if one.budget.scope in _LISTED
        or (one.budget.scope == "redundancy" and one.state != "ok")
        or (one.load is not None and (one.load.loads.dir == "." or one.state != "ok"))
    ]
    if judged:
        rows = [
            [
                one.state,
                _actual(one),
                limit(one),
                one.unit,
                one.budget.name,
                printable(one.subject),
            ]
            for one in judged
        ]
        header = ["state", "actual", "limit", "unit", "budget", "subject"]
        yield f"Budgets\n\n{table(header, rows)}"


def _actual(outcome: Outcome) -> Cell:
    return outcome.actual if outcome.exact else f"~{outcome.actual:,}"


def limit(outcome: Outcome) -> int | None:
    return outcome.max if outcome.max is not None else outcome.warn
