"""Findings as SARIF 2.1.0, for code scanning.

The format is that of https://docs.oasis-open.org/sarif/sarif/v2.1.0/, and what GitHub takes of it
that of its page "SARIF support for code scanning".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

from ctxtally import __version__
from ctxtally.adapters.digest import digest
from ctxtally.render.json import dumped, path
from ctxtally.render.rules import SENTENCES
from ctxtally.text.redaction import redacted

if TYPE_CHECKING:
    from ctxtally.model.finding import Finding
    from ctxtally.model.survey import Survey
    from ctxtally.render.json import Json

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_TOP = "%SRCROOT%"
_QUOTED = re.compile("`[^`]*`")


def gate(survey: Survey) -> str:
    """Return one run with every finding, notes too, and the rules that these are from."""
    rules = sorted({found.rule for found in survey.findings})
    seen: dict[str, int] = {}
    results = [_result(found, rules, seen) for found in survey.findings]
    driver: dict[str, Json] = {
        "name": "ctxtally",
        "version": __version__,
        "rules": [_rule(one) for one in rules],
    }
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_TOP: {"description": {"text": "The top of the repository."}}},
        "properties": {"subject": survey.subject, "counter": survey.counter},
        "results": results,
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str) -> dict[str, Json]:
    said = {"text": SENTENCES[name]}
    return {"id": name, "shortDescription": said, "fullDescription": said, "help": said}


def _result(found: Finding, rules: list[str], seen: dict[str, int]) -> dict[str, Json]:
    said = "\n".join(part for part in (found.message, found.help) if part)
    return {
        "ruleId": found.rule,
        "ruleIndex": rules.index(found.rule),
        "level": found.level,
        "message": {"text": _literal(path(said))},
        "locations": [_location(found)] if found.path else [],
        "partialFingerprints": {"primaryLocationLineHash": _fingerprint(found, seen)},
    }


def _location(found: Finding) -> dict[str, Json]:
    # GitHub asks for a line of every result; the first one stands for the whole file.
    place: dict[str, Json] = {
        "artifactLocation": {"uri": _uri(found.path), "uriBaseId": _TOP},
        "region": {"startLine": found.line or 1},
    }
    return {"physicalLocation": place}


def _uri(name: str) -> str:
    # A colon would make the first part of a relative reference a scheme (RFC 3986, 4.2).
    return quote_from_bytes(redacted(name).encode("utf-8", "surrogateescape"), safe="/")


def _literal(told: str) -> str:
    # Braces hold placeholders, and are doubled where they do not (2.1.0, section 3.11.5).
    return told.replace("{", "{{").replace("}", "}}")


def _fingerprint(found: Finding, seen: dict[str, int]) -> str:
    """Return what stays the same while the numbers in a message change, so one alert remains.

    GitHub compares the one of this name. Equal ones of a run are told apart by their order.
    """
    named = "".join(_QUOTED.findall(found.message))
    parts = (found.rule, found.budget, found.path, named)
    key = digest(*(part.encode("utf-8", "surrogateescape") for part in parts))
    seen[key] = seen.get(key, 0) + 1
    return f"{key}:{seen[key]}"
