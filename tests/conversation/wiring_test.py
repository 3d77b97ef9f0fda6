from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally import __version__
from ctxtally.conversation.wiring import (
    EVENTS,
    Settings,
    WiringError,
    hooks,
    unwired,
    wired,
)
from ctxtally.model.agent_call import Call
from tests.documents import read
from tests.support.data import CHECKOUT

PLUGIN = json.loads(read(CHECKOUT / ".claude-plugin" / "plugin.json"))
OTHERS = {
    "permissions": {"allow": ["Bash(make:*)"]},
    "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "./mine.sh"}]}]},
}

CANNOT = "`{}` holds what cannot be written again"


def whole(text: str | None, line: str = "") -> Any:  # noqa: ANN401 - a test knows what it asked for
    return json.loads(
        wired(Settings(text=text), "ctxtally", with_hooks=True, with_line=True, line=line)
    )


def test_new_settings() -> None:
    assert whole(None) == {
        "hooks": hooks("ctxtally"),
        "statusLine": {"type": "command", "command": "ctxtally statusline"},
    }
    assert hooks("ctxtally")["SessionStart"] == [
        {
            "matcher": "startup|resume|clear|compact|fork",
            "hooks": [{"type": "command", "command": "ctxtally", "args": ["hook"], "timeout": 10}],
        }
    ]


def test_what_others_have_stays() -> None:
    found = whole(json.dumps(OTHERS))
    assert found["permissions"] == OTHERS["permissions"]
    assert found["hooks"]["Stop"][0]["hooks"] == [{"type": "command", "command": "./mine.sh"}]
    assert found["hooks"]["Stop"][1:] == hooks("ctxtally")["Stop"]


@pytest.mark.parametrize(
    ("own", "elsewhere", "command"),
    [
        pytest.param("", "", "ctxtally statusline", id="none"),
        pytest.param(
            "a | b 'c'", "", "ctxtally statusline -- sh -c 'a | b '\"'\"'c'\"'\"''", id="own"
        ),
        pytest.param("", "~/line.sh", "ctxtally statusline -- sh -c '~/line.sh'", id="the user's"),
        pytest.param("mine", "other", "ctxtally statusline -- sh -c mine", id="the nearer one"),
        pytest.param("", "/opt/ctxtally statusline", "ctxtally statusline", id="ours already"),
    ],
)
def test_the_status_line(own: str, elsewhere: str, command: str) -> None:
    before = {"statusLine": {"type": "command", "command": own, "padding": 0}} if own else {}
    found = whole(json.dumps(before), elsewhere)["statusLine"]
    assert found["command"] == command.replace("sh -c '~/line.sh'", "sh -c '~/line.sh'")
    assert found.get("padding") == (0 if own else None)


@pytest.mark.parametrize(
    "command",
    ["ctxtally", "/opt/bin/ctxtally", "C:\\Python\\Scripts\\ctxtally.exe"],
)
def test_twice_is_once(command: str) -> None:
    once = wired(Settings(text=None), command, with_hooks=True, with_line=True, line="")
    again = wired(Settings(text=once), "ctxtally", with_hooks=True, with_line=True, line="")
    assert once == again
    assert Settings(text=once).is_wired


@pytest.mark.parametrize(
    "handler",
    [
        {"type": "command", "command": "ctxtally hook --agent claude-code"},
        {"type": "command", "command": "ctxtally", "args": ["hook", "--agent", "claude-code"]},
    ],
)
def test_hooks_that_somebody_wrote_by_hand_are_ours(handler: dict[str, object]) -> None:
    text = json.dumps({"hooks": {"Stop": [{"hooks": [handler]}]}})
    assert Settings(text=text).is_wired
    assert unwired(Settings(text=text), "") is None


@pytest.mark.parametrize(
    "handler",
    [
        {"type": "command", "command": "./mine.sh"},
        {"type": "command", "command": "ctxtally", "args": ["report"]},
        {"type": "command", "command": "my-ctxtally hook"},
        {"type": "command", "command": "ctxtally 'open"},
        {"type": "http", "url": "http://127.0.0.1/"},
        {"type": "command", "command": 3},
        "text",
    ],
)
def test_hooks_of_others(handler: object) -> None:
    text = json.dumps({"hooks": {"Stop": [{"hooks": [handler]}]}})
    assert not Settings(text=text).is_wired
    assert unwired(Settings(text=text), "") == text


@pytest.mark.parametrize(
    ("text", "again"),
    [
        pytest.param("{}", None, id="nothing else"),
        pytest.param(json.dumps(OTHERS), OTHERS, id="others' hooks"),
        pytest.param(
            '{"statusLine": {"type": "command", "command": "a \'b\'", "padding": 1}}',
            {"statusLine": {"type": "command", "command": "a 'b'", "padding": 1}},
            id="a status line",
        ),
    ],
)
def test_undone(text: str, again: object) -> None:
    made = wired(Settings(text=text), "ctxtally", with_hooks=True, with_line=True, line="")
    undone = unwired(Settings(text=made), "")
    assert (json.loads(undone) if undone else None) == again


def test_a_line_that_hid_the_users_goes() -> None:
    made = wired(Settings(text=None), "ctxtally", with_hooks=False, with_line=True, line="user")
    assert unwired(Settings(text=made), "user") is None
    assert json.loads(unwired(Settings(text=made), "changed since") or "")["statusLine"] == {
        "type": "command",
        "command": "user",
    }


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text().filter(lambda key: key not in ("hooks", "statusLine")), ANY_JSON))
def test_any_other_settings_come_back(found: dict[str, object]) -> None:
    made = wired(
        Settings(text=json.dumps(found)), "ctxtally", with_hooks=True, with_line=True, line=""
    )
    undone = unwired(Settings(text=made), "")
    assert (json.loads(undone) if undone else {}) == found


@pytest.mark.parametrize(
    ("before", "line"),
    [
        pytest.param('{\n    "a": 1\n}\n', '\n    "hooks": {\n', id="four spaces"),
        pytest.param('{\n\t"a": 1\n}\n', '\n\t"hooks": {\n', id="tabs"),
        pytest.param('{"a": 1}', '\n  "hooks": {\n', id="one line"),
        pytest.param('{\r\n  "a": "ü"\r\n}\r\n', '"ü",\r\n  "hooks": {\r\n', id="CRLF, not ASCII"),
    ],
)
def test_the_form_of_the_file_stays(before: str, line: str) -> None:
    made = wired(Settings(text=before), "ctxtally", with_hooks=True, with_line=False, line="")
    assert line in made
    assert ("\r\n" in before) is (re.search(r"(?<!\r)\n", made) is None)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param('{"a": 1e400, "b": 1e3, "c": -0.0, "d": 1.10}', id="numbers"),
        pytest.param('\ufeff{\n\t"a" :1 ,\n\n"b":\r\n2\n  }\n\n', id="byte-order mark and spaces"),
        pytest.param('  {"a": "\\u00fc\\/ \\ud800", "b": {"hooks": {}}}', id="escapes"),
        pytest.param('{"a": 1}', id="no line end"),
    ],
)
def test_every_other_byte_stays(before: str) -> None:
    made = wired(Settings(text=before), "ctxtally", with_hooks=True, with_line=True, line="")
    undone = unwired(Settings(text=made), "")
    kept, closing = re.fullmatch(r"(.*\S)(\s*\}\s*)", before, re.DOTALL).groups()  # type: ignore[union-attr]
    for text in (made, undone or ""):
        assert text.startswith(kept)
        assert text.endswith(closing.lstrip(" "))


def test_members_between_others_are_changed_in_place() -> None:
    before = (
        '{"x": 1e400, "hooks": {"Stop": []}, "y":1e3, "statusLine": {"command": "a"}, "z": 1.0}'
    )
    made = wired(Settings(text=before), "ctxtally", with_hooks=True, with_line=True, line="")
    assert made.startswith('{"x": 1e400, "hooks": {\n')
    assert '\n  }, "y":1e3, "statusLine": {\n' in made
    assert made.endswith('\n  }, "z": 1.0}')
    assert unwired(Settings(text=made), "a") == '{"x": 1e400, "y":1e3, "z": 1.0}'


def test_half_a_character_among_hooks() -> None:
    before = '{"hooks": {"Stop": [{"hooks": [{"command": "\\ud800"}]}]}, "statusLine": {}}'
    made = wired(Settings(text=before), "ctxtally", with_hooks=True, with_line=True, line="")
    assert r'"command": "\ud800"' in made
    assert made.encode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "line 1: not valid JSON: Expecting property name enclosed in double quotes"),
        ("[" * 100_000, "not JSON that can be read"),
        ("[]", "not an object"),
        ('{"a": 1, "a": 2}', "the key `a` is there twice"),
        ('{"a": [{"b c": 1, "b c": 1}]}', "the key `b c` is there twice"),
        ('{"hooks": {"Stop": [{"x": 1e400, "hooks": []}]}}', CANNOT.format("hooks")),
        ('{"statusLine": {"command": "x", "padding": NaN}}', CANNOT.format("statusLine")),
        ('{"hooks": []}', "`hooks` is no object"),
        ('{"hooks": {"Stop": {}}}', "`hooks.Stop` is no list of objects with `hooks`"),
        ('{"hooks": {"Stop": [{}]}}', "`hooks.Stop` is no list of objects with `hooks`"),
    ],
)
def test_settings_in_another_form_are_not_touched(text: str, why: str) -> None:
    with pytest.raises(WiringError) as caught:
        whole(text)
    assert str(caught.value) == why


def test_a_status_line_in_another_form() -> None:
    assert Settings(text='{"statusLine": 3}').status_line == ""
    assert Settings(text='{"statusLine": {"command": 3}}').status_line == ""


def test_the_plugin_has_the_same_hooks() -> None:
    found = json.loads(read(CHECKOUT / "hooks" / "hooks.json"))
    assert found["hooks"] == hooks("ctxtally")
    assert (PLUGIN["name"], PLUGIN["version"]) == ("ctxtally", __version__)
    assert "docs/agents.md" in found["description"]


def test_every_event_is_one_that_we_hear() -> None:
    from ctxtally.adapters.payloads import parse

    for event, _, _ in EVENTS:
        raw = json.dumps({"hook_event_name": event}).encode()
        assert isinstance(parse(raw, None, {}), Call), event
