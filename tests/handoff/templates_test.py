from __future__ import annotations

import pytest

from ctxtally.handoff.templates import NAMES, Template, TemplateError, filled, parse
from tests.support.data import CHECKOUT

SHIPPED = (CHECKOUT / "handoff_templates" / "CURRENT_SESSION.md").read_text("utf-8")
TEXT = """\
above

<!-- handoff:auto -->
## A
${git_status}

## B
${tests_run}
<!-- /handoff:auto -->
below"""


def test_the_parts() -> None:
    assert parse(TEXT) == Template(
        before="above\n", block="## A\n${git_status}\n\n## B\n${tests_run}", behind="below\n"
    )
    assert parse("\ufeff" + TEXT.replace("\n", "\r\n")) == parse(TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!-- handoff:auto -->",
        "<!-- /handoff:auto -->\n<!-- handoff:auto -->",
        "<!-- handoff:auto -->\n" * 2 + "<!-- /handoff:auto -->",
        "x <!-- handoff:auto -->\n<!-- /handoff:auto -->",
    ],
)
def test_without_one_block_it_is_no_template(text: str) -> None:
    with pytest.raises(TemplateError) as error:
        parse(text)
    assert str(error.value) == (
        "it needs one line `<!-- handoff:auto -->` and below it one line `<!-- /handoff:auto -->`"
    )


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"git_status": "x", "tests_run": "y"}, ["## A", "x", "", "## B", "y"]),
        ({"git_status": "x", "tests_run": ""}, ["## A", "x"]),
        ({"git_status": "one\n\ntwo  "}, ["## A", "one", "", "two"]),
        ({"git_status": "${tests_run} $x"}, ["## A", "${tests_run} $x"]),
        ({}, [""]),
    ],
)
def test_sections_without_a_value_are_left_out(values: dict[str, str], expected: list[str]) -> None:
    assert filled(parse(TEXT), values) == expected


def test_unknown_names_are_told_once_and_stay() -> None:
    text = TEXT.replace("## A", "## A ${x} ${x} ${os.system} ${}")
    assert parse(text).unknown == ("x", "os.system", "")
    assert filled(parse(text), {"git_status": "y"})[0] == "## A ${x} ${x} ${os.system} ${}"


def test_the_shipped_template_uses_every_name_once() -> None:
    template = parse(SHIPPED)
    assert template.unknown == ()
    assert [template.block.count(f"${{{name}}}") for name in NAMES] == [1] * len(NAMES)
    assert template.behind == ""
