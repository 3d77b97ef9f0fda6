"""Reports as JSON with stable keys: the same facts as the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from json import dumps
from typing import TYPE_CHECKING

from ctxtally.text.redaction import redacted

if TYPE_CHECKING:
    from ctxtally.model.count import Count
    from ctxtally.model.finding import Finding
    from ctxtally.model.loadset import AgentLoad
    from ctxtally.model.measured import Measured
    from ctxtally.model.module import Module
    from ctxtally.model.outcome import Outcome
    from ctxtally.model.redundancy import Redundancy, RepeatedSet
    from ctxtally.model.survey import Survey

    Json = bool | int | float | str | None | Sequence["Json"] | Mapping[str, "Json"]


def document(name: str, facts: Mapping[str, Json]) -> str:
    """Return a document of schema `ctxtally/<name>/1`, one key a line at the top, no secrets."""
    return dumped({"schema": f"ctxtally/{name}/1", **facts})


def dumped(facts: Mapping[str, Json]) -> str:
    """Return facts as a document without secrets."""
    # JSON has neither Infinity nor NaN (RFC 8259, section 6).
    told = dumps(facts, indent=2, allow_nan=False)
    if redacted(told) == told:
        return told
    return dumps(_safe(facts), indent=2, allow_nan=False)


def _safe(facts: Mapping[str, Json]) -> dict[str, Json]:
    return {name: _without_secrets(fact) for name, fact in facts.items()}


def _without_secrets(fact: Json) -> Json:
    if isinstance(fact, str):
        return redacted(fact)
    if isinstance(fact, Mapping):
        return _safe(fact)
    return [_without_secrets(one) for one in fact] if isinstance(fact, Sequence) else fact


def gate(survey: Survey) -> str:
    return document(
        "budget",
        {
            "subject": survey.subject,
            "counter": survey.counter,
            "budgets": [outcome(one) for one in survey.outcomes],
            "findings": [finding(one) for one in survey.findings],
            "totals": _totals(survey),
        },
    )


def report(survey: Survey) -> str:
    return document(
        "report",
        {
            "subject": survey.subject,
            "counter": survey.counter,
            "files": [_file(one, survey.estimates.get(one.path)) for one in survey.files],
            "calibrations": dict(survey.calibrations),
            "agents": [agent(one) for one in survey.agents],
            "modules": [_module(one) for one in survey.modules],
            "categories": [
                {
                    "name": one.name,
                    "catalog": path(one.catalog),
                    "token_budget": one.token_budget,
                    "stated": one.stated,
                    "tokens": one.tokens,
                    "unmeasured": one.unmeasured,
                }
                for one in survey.categories
            ],
            "budgets": [outcome(one) for one in survey.outcomes],
            "redundancy": _repeated(survey.repeated) if survey.repeated else None,
            "findings": [finding(one) for one in survey.findings],
            "totals": _totals(survey),
            "log": path(survey.log.shown),
            "remarks": list(survey.remarks),
        },
    )


def finding(found: Finding) -> dict[str, Json]:
    return {
        "rule": found.rule,
        "level": found.level,
        "path": path(found.path),
        "line": found.line,
        "message": path(found.message),
        "help": path(found.help),
    }


def agent(one: AgentLoad) -> dict[str, Json]:
    loads, window = one.loads, one.window
    return {
        "agent": loads.agent,
        "dir": path(loads.dir),
        "always": {"tokens": loads.always.tokens, "files": loads.always.files},
        "on_demand": {"tokens": loads.on_demand.tokens, "files": loads.on_demand.files},
        "cut": {"tokens": loads.cut.tokens, "bytes": loads.cut.bytes},
        "window": {"tokens": window.tokens, "source": window.source} if window else None,
        "share": None if one.share is None else round(one.share, 6),
    }


def _file(file: Measured, estimate: Count | None) -> dict[str, Json]:
    return {
        "path": path(file.path),
        "kind": file.kind,
        "tokens": file.tokens,
        "method": file.method,
        "bytes": file.bytes,
        "lines": file.lines,
        "oid": file.oid,
        "aliases": [path(alias) for alias in file.aliases],
        "estimate": _estimate(estimate) if estimate else None,
    }


def _estimate(count: Count) -> dict[str, Json]:
    return {
        "counter": count.counter,
        "method": count.method,
        "tokens": count.tokens,
        "low": count.low,
        "high": count.high,
    }


def _module(module: Module) -> dict[str, Json]:
    return {
        "name": module.label,
        "path": path(module.path),
        "catalog": path(module.catalog),
        "stated": module.stated,
        "tokens": module.tokens,
    }


def outcome(one: Outcome) -> dict[str, Json]:
    return {
        "name": one.budget.name,
        "scope": one.budget.scope,
        "subject": path(one.subject),
        "actual": one.actual,
        "warn": one.warn,
        "max": one.max,
        "min": one.min,
        "growth": one.growth,
        "slack": one.slack,
        "before": one.before,
        "unit": one.unit,
        "state": one.state,
        "source": one.budget.source,
    }


def _repeated(found: Redundancy) -> dict[str, Json]:
    return {
        "sets": [{"name": path(one.name), **repeated(one)} for one in found.sets],
        "totals": repeated(found.whole),
    }


def repeated(one: RepeatedSet) -> dict[str, Json]:
    """Return how much of a set of files is repeated."""
    return {
        "files": len(one.files),
        "tokens": one.tokens,
        "redundant": one.redundant,
        "allowed": one.allowed,
        "ratio": round(one.ratio, 6),
    }


def _totals(survey: Survey) -> dict[str, Json]:
    return {
        "files": len(survey.files),
        "tokens": survey.tokens,
        "bytes": sum(file.bytes for file in survey.files),
        "errors": survey.errors,
        "warnings": survey.warnings,
    }


def path(text: str) -> str:
    # A name that is not UTF-8 holds surrogates, which no JSON reader has to take.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
