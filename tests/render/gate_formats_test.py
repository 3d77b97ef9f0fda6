"""Every format of the gate carries every finding: another parser finds each of them again."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes
from xml.dom import minidom

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sarif_pydantic import Sarif

from ctxtally.model.finding import Finding
from ctxtally.model.ledger import Ledger
from ctxtally.model.outcome import Outcome
from ctxtally.model.record import replace
from ctxtally.model.survey import Survey
from ctxtally.render import budget_markdown, github, junit, sarif, text
from ctxtally.render.rules import SENTENCES
from ctxtally.survey.rules import RULES
from ctxtally.text.terminal import printable
from tests.documents import read, rows
from tests.support import make
from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from xml.dom.minidom import Element

EMPTY = Survey(
    subject="index",
    counter="o200k_base",
    method="exact",
    files=(),
    modules=(),
    categories=(),
    outcomes=(),
    findings=(),
    log=Ledger(path="x", shown="x", state_path="x"),
)
FIRST = Finding(
    rule="token-budget",
    level="error",
    path="CLAUDE.md",
    message="12 tokens, 2 over its budget of 10 (limit)",
    help="Trim it.",
    budget="limit",
)
HOSTILE = [
    pytest.param("a,b:c%0A;.md", "100% of it, a::error::b", id="commands of a runner"),
    pytest.param("a<b>&\"'.md", ']]><failure message="x"/><!-- & \' -->', id="marks of XML"),
    pytest.param("a\x00\x07\x1b[31m\n\r\t.md", "\x00\x0b\x1f\x7f\u0085\u2028\ufffe", id="controls"),
    pytest.param("a`b|c``d.md", "| a | `b` |\n# c", id="marks of Markdown"),
    pytest.param("\udcff\udc80.md", "lone \udcff and \ud800", id="no UTF-8"),
    pytest.param("\u202egpj.md", "\u200b\U000e0041\U0001f600", id="what draws nothing"),
    pytest.param("http:x/%41 ?#.md", "{0} and [a](1) {", id="parts of a URI, placeholders"),
    pytest.param("", "nothing is measured", id="no path"),
    pytest.param("x" * 400 + "/y.md", "word " * 500, id="long"),
]


def survey(*findings: Finding, outcomes: Sequence[Outcome] = ()) -> Survey:
    return replace(EMPTY, findings=tuple(findings), outcomes=tuple(outcomes))


def hostile(path: str, message: str) -> Survey:
    """Return findings of each level with and without a line, a budget and a way out."""
    first = replace(FIRST, path=path, message=message, help=f"way out: {message}")
    return survey(
        first,
        replace(
            first, line=7, level="warning", rule="catalog-sum", budget="", help=f"or: {message}"
        ),
        replace(first, line=1, level="note", rule="utf-16", budget="", help=""),
        outcomes=[outcome(path=path, actual=12, subject=message)],
    )


def outcome(actual: int, **fields: object) -> Outcome:
    limit = make.budget(max=make.bound(10))
    told = {"subject": "CLAUDE.md", "path": "CLAUDE.md", "unit": "tokens", "budget": limit}
    return Outcome(actual=actual, **(told | fields))  # type: ignore[arg-type] # as the test says


@pytest.mark.parametrize(("path", "message"), HOSTILE)
def test_sarif(path: str, message: str) -> None:
    found = hostile(path, message)
    (run,) = json.loads(sarif.gate(found))["runs"]
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert names == sorted({one.rule for one in found.findings})
    for one, result in zip(found.findings, run["results"], strict=True):
        assert (result["ruleId"], names[result["ruleIndex"]]) == (one.rule, one.rule)
        assert result["level"] == one.level
        told = result["message"]["text"].replace("{{", "{").replace("}}", "}")
        whole = f"{one.message}\n{one.help}" if one.help else one.message
        assert told.encode() == whole.encode("utf-8", "backslashreplace")
        if not path:
            assert result["locations"] == []
            continue
        place = result["locations"][0]["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", uri)
        assert unquote_to_bytes(uri) == path.encode("utf-8", "surrogateescape")
        assert place["region"] == {"startLine": one.line or 1}


@pytest.mark.parametrize(("path", "message"), HOSTILE)
def test_github(path: str, message: str) -> None:
    found = hostile(path, message)
    lines = github.gate(found, verbose=True).splitlines()
    assert (
        lines.pop() == "0 tokens in 0 files (o200k_base, exact; subject: index); 1 error, 1 warning"
    )
    words = {"error": "error", "warning": "warning", "note": "notice"}
    for one, line in zip(found.findings, lines, strict=True):
        command, facts, told = _command(line)
        assert command == words[one.level]
        assert facts["title"] == one.rule
        assert facts.get("file", "") == printable(path)
        assert facts.get("line") == (None if one.line is None else str(one.line))
        assert told.split("\n") == [printable(part) for part in (one.message, one.help) if part]


def _command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a line as the runner does (actions/runner, ActionCommand.TryParseV2)."""
    assert line.startswith("::")
    head, _, data = line[2:].partition("::")
    command, _, given_facts = head.partition(" ")
    facts = dict(one.split("=", 1) for one in given_facts.split(","))
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        facts = {name: told.replace(code, char) for name, told in facts.items()}
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        data = data.replace(code, char)
    return command, facts, data


@pytest.mark.parametrize(("path", "message"), HOSTILE)
def test_junit(path: str, message: str) -> None:
    found = hostile(path, message)
    cases = minidom.parseString(junit.gate(found).encode()).getElementsByTagName("testcase")  # noqa: S318 - our own
    assert len(cases) == len(found.findings)
    for one, case in zip(found.findings, cases, strict=True):
        assert case.getAttribute("classname") == (one.budget or one.rule)
        assert case.getAttribute("file") == printable(path)
        assert case.getAttribute("line") == (str(one.line) if one.line else "")
        (told,) = _elements(case, "failure" if one.level == "error" else "skipped")
        assert _words(told) == printable(one.help)
        if one.level == "error":
            assert told.getAttribute("type") == one.rule
            assert told.getAttribute("message") == printable(message)
        else:
            assert told.getAttribute("message") == f"{one.level}[{one.rule}]: {printable(message)}"


def _elements(case: Element, name: str) -> list[Element]:
    return list(case.getElementsByTagName(name))


def _words(element: Element) -> str:
    told = "".join(child.nodeValue or "" for child in element.childNodes)
    return told.removeprefix("\n").removesuffix("\n")


@pytest.mark.parametrize(("path", "message"), HOSTILE)
def test_markdown(path: str, message: str) -> None:
    found = hostile(path, message)
    told = budget_markdown.gate(found).partition("### Findings\n\n")[2].split("\n")
    for one in found.findings:
        place = path if one.line is None or not path else f"{path}:{one.line}"
        head = f"- **{one.level}** `{one.rule}`"
        line = told.pop(0)
        assert line.startswith(head)
        line = line.removeprefix(head)
        if path:
            where, line = _first_span(line.removeprefix(" "))
            assert where == printable(place)
        assert line.startswith(": ")
        assert _span(line.removeprefix(": ")) == printable(message)
        if one.help:
            assert _span(told.pop(0).removeprefix("  - ")) == printable(one.help)
    assert told == []


def _first_span(line: str) -> tuple[str, str]:
    """Return the text of the code span that a line begins with, and what follows it."""
    marks = re.match("`+", line)
    assert marks
    end = re.search(f"(?<!`){marks[0]}(?!`)", line[marks.end() :])
    assert end
    close = marks.end() + end.end()
    return _span(line[:close]), line[close:]


def _span(code: str) -> str:
    """Return the text of a code span, as CommonMark 0.31 section 6.1 and tables of GitHub say."""
    marks = re.match("`+", code)
    assert marks
    assert code.endswith(marks[0])
    inside = code[marks.end() : -marks.end()]
    assert re.search(f"(?<!`){marks[0]}(?!`)", inside) is None
    if inside[0] == inside[-1] == " " and inside.strip():
        inside = inside[1:-1]
    return inside.replace("\\|", "|")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_well_formed(path: str, message: str) -> None:
    found = hostile(path, message)
    minidom.parseString(junit.gate(found).encode())  # noqa: S318 - our own
    json.loads(sarif.gate(found))
    assert len(github.gate(found).split("\n")) == 3


def test_every_rule_is_described_as_in_the_documents() -> None:
    listed = {row[0].strip("`"): row[2] for row in rows(read(CHECKOUT / "docs" / "rules.md"))}
    assert listed == SENTENCES
    assert set(SENTENCES) == RULES


def test_all_is_well() -> None:
    assert text.gate(EMPTY) == github.gate(EMPTY) == ""
    assert json.loads(sarif.gate(EMPTY))["runs"][0]["results"] == []
    assert junit.gate(EMPTY).splitlines()[1:] == [
        '<testsuites name="ctxtally" tests="0" failures="0" errors="0" skipped="0" />'
    ]
    assert budget_markdown.gate(EMPTY).splitlines() == [
        "<!-- ctxtally budget -->",
        "",
        "## Context budgets: 0 errors, 0 warnings",
        "",
        "`0 tokens in 0 files (o200k_base, exact; subject: index)`",
    ]


def test_notes_are_annotations_only_where_they_are_asked_for() -> None:
    found = survey(replace(FIRST, level="note"))
    assert github.gate(found) == ""
    assert github.gate(found, verbose=True).startswith("::notice file=CLAUDE.md,title=token-budget")


# What sarif-schema-2.1.0.json (OASIS, errata 01) asks of the objects that we write: the keys that
# must be there, and all that may be; it allows no others.
OBJECTS: dict[str, tuple[set[str], set[str]]] = {
    "log": ({"version", "runs"}, {"$schema"}),
    "run": ({"tool"}, {"columnKind", "originalUriBaseIds", "properties", "results"}),
    "driver": ({"name"}, {"version", "rules"}),
    "rule": ({"id"}, {"shortDescription", "fullDescription", "help"}),
    "message": ({"text"}, set()),
    "result": (
        {"message"},
        {"ruleId", "ruleIndex", "level", "locations", "partialFingerprints"},
    ),
    "place": (set(), {"artifactLocation", "region"}),
    "artifact": (set(), {"uri", "uriBaseId"}),
    "region": (set(), {"startLine"}),
}


def _holds(name: str, value: dict[str, object]) -> None:
    least, more = OBJECTS[name]
    assert least <= value.keys() <= least | more, name


def test_sarif_has_the_form_of_its_schema() -> None:
    document = json.loads(sarif.gate(hostile("a b.md", "told")))
    _holds("log", document)
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    _holds("run", run)
    assert list(run["tool"]) == ["driver"]
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    _holds("driver", run["tool"]["driver"])
    for rule in run["tool"]["driver"]["rules"]:
        _holds("rule", rule)
        for key in ("shortDescription", "fullDescription", "help"):
            _holds("message", rule[key])
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}
    for result in run["results"]:
        _holds("result", result)
        _holds("message", result["message"])
        assert all(isinstance(one, str) for one in result["partialFingerprints"].values())
        for location in result["locations"]:
            _holds("place", location["physicalLocation"])
            _holds("artifact", location["physicalLocation"]["artifactLocation"])
            _holds("region", location["physicalLocation"]["region"])
            assert location["physicalLocation"]["region"]["startLine"] >= 1


@pytest.mark.parametrize(("path", "message"), HOSTILE)
def test_another_model_of_the_schema_reads_it(path: str, message: str) -> None:
    found = hostile(path, message)
    (run,) = Sarif.model_validate_json(sarif.gate(found)).runs
    assert [one.rule_id for one in run.results or []] == [one.rule for one in found.findings]


@pytest.mark.parametrize("broken", ['"level": "fatal"', '"level": 1'])
def test_that_model_refuses_what_the_schema_does(broken: str) -> None:
    told = sarif.gate(survey(FIRST)).replace('"level": "error"', broken)
    with pytest.raises(ValidationError):
        Sarif.model_validate_json(told)


def _fingerprints(found: Survey) -> list[str]:
    results = json.loads(sarif.gate(found))["runs"][0]["results"]
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]


def test_a_fingerprint_outlives_its_numbers() -> None:
    (before,) = _fingerprints(survey(FIRST))
    grown = replace(FIRST, message="99 tokens, 89 over its budget of 10 (limit)", line=3)
    assert _fingerprints(survey(grown)) == [before]


@pytest.mark.parametrize(
    "fields",
    [{"path": "B.md"}, {"rule": "redundancy"}, {"budget": "other"}, {"message": "`b` is gone"}],
    ids=lambda fields: next(iter(fields)),
)
def test_a_fingerprint_tells_findings_apart(fields: dict[str, str]) -> None:
    other = replace(FIRST, **fields)  # type: ignore[arg-type] # as the table says
    assert len(set(_fingerprints(survey(FIRST, other, FIRST)))) == 3


def test_secrets_reach_no_format() -> None:
    key = "ghp_" + "a1B2" * 9
    found = hostile(f"docs/{key}.md", f"see https://me:{key}@example.org/x")
    for told in (
        sarif.gate(found),
        junit.gate(found),
        github.gate(found, verbose=True),
    ):
        assert key not in told
        assert "[redacted]" in told or "%5Bredacted%5D" in told


def test_cases_that_others_tell_of_are_skipped() -> None:
    told = junit.gate(survey(FIRST, outcomes=[outcome(12), outcome(13, subject="other")]))
    assert told.splitlines()[-6:] == [
        '    <testcase classname="limit" name="other" file="CLAUDE.md">',
        '      <skipped message="over: told of in another case of this budget" />',
        "      <system-out>13 tokens, at most 10</system-out>",
        "    </testcase>",
        "  </testsuite>",
        "</testsuites>",
    ]


def test_the_table_puts_the_worst_first() -> None:
    least = make.budget("least", min=make.bound(5))
    warned = make.budget("warned", warn=make.bound(5))
    advice = make.budget("advice", max=make.bound(10), level="warning")
    grown = make.budget("grown", growth=make.bound(1))
    outcomes = [
        outcome(9, subject="fits"),
        outcome(6, budget=warned),
        outcome(9, budget=grown, before=4),
        outcome(30, budget=advice),
        outcome(4, budget=least),
        outcome(12, before=7, exact=False),
        outcome(15),
    ]
    told = budget_markdown.gate(survey(outcomes=outcomes))
    assert [row[:8] for row in rows(told)[2:]] == [
        ["-5", "10", "15", "-", "-", "tokens", "over", "`limit`"],
        ["-2", "10", "~12", "+5", "7", "tokens", "over", "`limit`"],
        ["-20", "10", "30", "-", "-", "tokens", "over", "`advice`"],
        ["-1", "5", "4", "-", "-", "tokens", "under", "`least`"],
        ["-", "-", "9", "+5", "4", "tokens", "grown", "`grown`"],
        ["-1", "5", "6", "-", "-", "tokens", "warning", "`warned`"],
        ["1", "10", "9", "-", "-", "tokens", "ok", "`limit`"],
    ]


@pytest.mark.parametrize(
    ("width", "outcomes"), [(10, 400), (9_000, 60)], ids=["many", "long subjects"]
)
def test_a_comment_is_never_too_long_for_github(width: int, outcomes: int) -> None:
    found = [replace(FIRST, path=f"{'x' * width}{at}") for at in range(2_000)]
    judged = [outcome(11, subject=f"{'x' * width}{at}") for at in range(outcomes)]
    told = budget_markdown.gate(survey(*found, outcomes=judged))
    assert len(told) <= 65_536
    shown = len(rows(told)) - 2
    assert f"and {outcomes - shown:,} more: `ctxtally report`" in told
    items = told.count("- **error**")
    assert len(told) > 65_536 - width - 300
    assert told.endswith(f"and {2_000 - items:,} findings more: `ctxtally budget`")
