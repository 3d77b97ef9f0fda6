"""Tables, forms, encodings, and logs that grow, are torn or rotated while they are read."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctxtally.adapters.agent_logs import lines
from ctxtally.adapters.agent_logs.opening import Log, read
from ctxtally.errors import UserError
from tests.support.data import DEV, needs_dev

RECORD = "2026-11-20 17:16:28,813 - INFO - a.py:1 - {}\n"
MARK = "\N{BAR CHART}"


def used(path: Path, content: str | bytes) -> list[int]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return [turn.used for turn in read(str(path)).turns]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "agent.log"


TABLES = {
    "commas": "turn,tokens,limit\n1,10,100\n2,20,100\n",
    "semicolons": "turn;tokens;limit\n1;10;100\n2;20;100\n",
    "tabs": "turn\ttokens\tlimit\n1\t10\t100\n2\t20\t100\n",
    "no line feed at the end": "turn,tokens,limit\n1,10,100\n2,20,100",
    "line feeds of Windows": "turn,tokens,limit\r\n1,10,100\r\n2,20,100\r\n",
    "a byte-order mark": "\ufeffturn,tokens,limit\n1,10,100\n2,20,100\n",
    "capitals and quotes": '"Turn","Tokens","Limit"\n"1","10","100"\n"2","20","100"\n',
    "other columns": "model,tokens,limit,cost\na,10,100,1.5\nb,20,100,\n",
    "another word": "turn,used,limit\n1,10,100\n2,20,100\n",
    "blank lines": "\nturn,tokens,limit\n\n1,10,100\n\n2,20,100\n\n",
    "the header again": "turn,tokens,limit\n1,10,100\nturn,tokens,limit\n2,20,100\n",
    "JSON lines": '{"turn": 1, "tokens": 10, "limit": 100}\n\n{"tokens": 20, "limit": 100}\n',
    "JSON lines, torn": '{"tokens": 10, "limit": 100}\n{"tokens": 20, "limit": 100}\n{"tok',
}


@pytest.mark.parametrize("content", TABLES.values(), ids=TABLES)
def test_tables(log: Path, content: str) -> None:
    assert used(log, content) == [10, 20]
    assert [(turn.number, turn.limit) for turn in read(str(log)).turns] == [(1, 100), (2, 100)]


def test_all_columns(log: Path) -> None:
    used(log, 'turn,time,tokens,limit,base,context,event\n7,9:00,"1,234",,2_000,x,excluded\n')
    (turn,) = read(str(log)).turns
    assert (turn.number, turn.time, turn.used, turn.limit) == (7, "9:00", 1234, None)
    assert (turn.base, turn.context) == (2000, None)
    assert [(event.kind, event.line) for event in turn.events] == [("excluded", 2)]


WORDS = [
    pytest.param("compressed", ["compressed"], id="one"),
    pytest.param(" Compressed ; EXCLUDED excluded", ["compressed", "excluded", "excluded"], id="3"),
    pytest.param("", [], id="none"),
    pytest.param("included low-utilisation", ["included", "low-utilisation"], id="blank"),
]


@pytest.mark.parametrize(("said", "kinds"), WORDS)
def test_words_for_events(log: Path, said: str, kinds: list[str]) -> None:
    for content in (
        f"turn,tokens,event\n1,10,{said}\n",
        json.dumps({"tokens": 10, "event": said}) + "\n",
        json.dumps({"tokens": 10, "event": said.split()}) + "\n",
    ):
        used(log, content)
        found = read(str(log))
        assert [one.kind for one in found.turns[0].events] == kinds
        assert found.remarks == ()


def test_unknown_words_for_events_are_told(log: Path) -> None:
    used(log, "turn,tokens,event\n1,10,compact\x1b;excluded\n2,20,stripped\n")
    found = read(str(log))
    assert [[one.kind for one in turn.events] for turn in found.turns] == [["excluded"], []]
    assert found.remarks == (
        (
            'passed over in `event`: 2 words, the first is "compact\\x1b"; known are compressed, '
            "pressure, low-utilisation, included, excluded, over-limit, critical"
        ),
    )
    used(log, '{"tokens": 10, "event": 7}\n{"tokens": 10, "event": null}\n')
    (remark,) = read(str(log)).remarks
    assert remark.startswith('passed over in `event`: 1 word, the first is "7"; known are ')


@pytest.mark.parametrize(
    ("content", "bad"),
    [
        ("turn,tokens\n1,10\n2\n3,x\n4,-5\n5,20\n", 3),
        ('{"tokens": 10}\n[1]\n{\n{"tokens": true}\n{"a": 1}\n{"tokens": 20}\n', 4),
    ],
)
def test_bad_rows_are_told(log: Path, content: str, bad: int) -> None:
    assert used(log, content) == [10, 20]
    told = f"passed over, for nothing can be read there: {bad} lines"
    assert read(str(log)).remarks == (told,)


@pytest.mark.parametrize(
    "row",
    [pytest.param("2,1\r00,1000", id="a lone CR"), pytest.param("2," + "9" * 140_000, id="long")],
)
def test_a_row_that_no_csv_reader_takes(log: Path, row: str) -> None:
    log.write_text(f"turn,tokens,limit\n1,50,100\n{row}\n3,60,100\n", "utf-8", newline="")
    found = read(str(log))
    assert [turn.used for turn in found.turns] == [50, 60]


def test_turns_that_count_from_zero(log: Path) -> None:
    log.write_text("turn,tokens,limit\n0,50,100\n1,60,100\n", "utf-8")
    assert [turn.number for turn in read(str(log)).turns] == [0, 1]


def test_what_is_torn_is_told(log: Path) -> None:
    used(log, TABLES["JSON lines, torn"])
    assert read(str(log)).remarks == ("the last line is cut off, so it is not read",)


def test_a_torn_record_of_a_logger_is_not_read(log: Path) -> None:
    whole = RECORD.format("Total Used: 10 / 6,000")
    assert used(log, whole + whole[:-3]) == [10]
    assert read(str(log)).remarks == ("the last line is cut off, so it is not read",)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(RECORD.format(f"{MARK} Total Used: 10 / 60").encode("utf-16"), id="utf-16"),
        pytest.param(
            RECORD.format(f"{MARK} Total Used: 10 / 60").encode("utf-16-le"), id="utf-16, no mark"
        ),
        pytest.param("turn,tokens\n1,10\n".encode("utf-16-be"), id="big-endian, no mark"),
        pytest.param(
            RECORD.format("caf\u00e9").encode("cp1252")
            + RECORD.format(f"{MARK} Total Used: 10 / 60").encode(),
            id="two encodings",
        ),
        pytest.param(b"\x00\xff\x81\n" + RECORD.format("Total Used: 10 / 60").encode(), id="junk"),
    ],
)
def test_encodings(log: Path, content: bytes) -> None:
    assert used(log, content) == [10]


CLAUDE = {
    "a message and an envelope": {"sessionId": "s", "message": {"role": "user"}},
    "a message with usage alone": {"message": {"usage": {"input_tokens": 10}}},
    "a message of a tree": {"parentUuid": None, "message": {"content": "x"}},
    "a message of one of the two": {"type": "assistant", "message": {"content": []}},
    "a title": {"type": "summary", "summary": "x", "leafUuid": "y"},
    "a word of the program": {"type": "system", "subtype": "init", "parentUuid": None},
}


@pytest.mark.parametrize("line", CLAUDE.values(), ids=CLAUDE)
def test_what_claude_code_writes(log: Path, line: object) -> None:
    used(log, json.dumps(line) + "\n")
    assert read(str(log)).form == "claude-code"


ROWS = {
    "with a session": {"turn": 1, "tokens": 10, "sessionId": "s"},
    "with a message": {"turn": 1, "tokens": 10, "message": "hello"},
    "with a message of an agent": {"used": 10, "message": {"role": "user"}, "parentUuid": None},
    "with what Codex has": {"total_tokens": 10, "type": "event_msg", "payload": {}},
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_is_a_row_whatever_else_it_has(log: Path, row: object) -> None:
    assert used(log, json.dumps(row) + "\n") == [10]
    assert read(str(log)).form == "table"


# How the logs of agents begin that are not read here, of which some tell no usage at all.
OTHERS = {
    "Cursor": {"role": "user", "message": {"content": [{"type": "text", "text": "x"}]}},
    "pi": {"type": "message", "id": "1", "parentId": None, "message": {"role": "user"}},
    "pi, an answer": {"type": "message", "id": "2", "message": {"usage": {"input": 9}}},
    "Droid": {"type": "message", "id": "1", "timestamp": "T", "message": {"role": "user"}},
    "Gemini CLI": {"sessionId": "s", "projectHash": "h", "startTime": "T"},
    "Copilot CLI": {"type": "session.start", "data": {"sessionId": "s"}, "parentId": None},
    "Windsurf": {"status": "done", "type": "user_input", "user_input": {}},
    "a message that is a text": {"sessionId": "s", "message": "tokens"},
}


@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS)
def test_logs_of_other_agents(log: Path, line: object) -> None:
    test_no_known_form(log, json.dumps(line) + "\n")


@needs_dev
@pytest.mark.parametrize(
    "name",
    [
        *("cursor-session-simple", "droid-session", "pi-session-simple", "pi-session-tool"),
        *("gemini-session-simple", "windsurf-session-simple", "copilot_cli_session_events"),
    ],
)
def test_real_logs_of_other_agents(name: str) -> None:
    path = DEV / "transcripts" / "git-ai" / "tests" / "fixtures" / f"{name}.jsonl"
    with pytest.raises(UserError, match="is no log of a form that is known here"):
        read(str(path))


@pytest.mark.parametrize("content", ["", "hello\n", "{}\n", '{"a": 1}\n', "[1]\n", "{\n"])
def test_no_known_form(log: Path, content: str) -> None:
    with pytest.raises(UserError) as caught:
        used(log, content)
    assert str(caught.value) == f"{log} is no log of a form that is known here"
    assert caught.value.help == (
        "give the log of the ADK agent, a transcript of Claude Code or Codex, or a table of turns: "
        "CSV with the header `turn,tokens,limit`, or such JSON lines"
    )


def test_no_log(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not there"):
        read(str(tmp_path / "none.log"))
    with pytest.raises(UserError, match="cannot be read: it is not a regular file"):
        read(str(tmp_path))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="permissions do not hold here")
def test_a_log_that_may_not_be_read(log: Path) -> None:
    log.write_text("x", "utf-8")
    log.chmod(0)
    with pytest.raises(UserError, match="cannot be read: Permission denied"):
        read(str(log))


@pytest.mark.parametrize("chunk", [1, 7, 1 << 20])
def test_a_log_that_grows_is_read_once(
    log: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    following = Log(str(log))
    following.read()
    assert following.turns == []
    content = "".join(RECORD.format(f"Total Used: {number} / 60") for number in range(1, 6))
    for end in (10, 60, 75, len(content)):
        log.write_text(content[:end], "utf-8", newline="")
        following.read()
    assert [turn.used for turn in following.turns] == [1, 2, 3, 4, 5]
    assert [turn.line for turn in following.turns] == [1, 2, 3, 4, 5]


def test_a_log_that_is_rotated(log: Path) -> None:
    following = Log(str(log))
    log.write_text(RECORD.format("Total Used: 1 / 60"), "utf-8")
    following.read()
    with log.open("a", encoding="utf-8") as file:
        file.write(RECORD.format("Total Used: 2 / 60"))
    log.rename(log.with_suffix(".log.1"))
    following.read()
    log.write_text(RECORD.format("Total Used: 3 / 60"), "utf-8")
    following.read()
    assert [turn.used for turn in following.turns] == [1, 2, 3]


def test_a_log_that_is_replaced_and_taken_away(log: Path) -> None:
    following = Log(str(log))
    log.write_text(RECORD.format("Total Used: 1 / 60"), "utf-8")
    following.read()
    other = log.with_suffix(".new")
    other.write_text(RECORD.format("Total Used: 2 / 60"), "utf-8")
    other.replace(log)
    following.read()
    assert [turn.used for turn in following.turns] == [1, 2]


ROW = "{0},{0}0,100\n"
HEADER = "turn,tokens,limit\n"


def rewritten(path: Path, rows: int, *, linked: bool = False) -> None:
    """Write a table anew as a whole and put it in the place of the one before."""
    other = path.with_suffix(".new")
    if linked:  # as a file system does that gives the number of the old file to another
        path.with_suffix(".old").unlink(missing_ok=True)
        path.with_suffix(".old").hardlink_to(path)
    told = HEADER + "".join(ROW.format(at) for at in range(1, rows + 1))
    other.write_text(told, "utf-8", newline="")
    other.replace(path)


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize("chunk", [5, 1 << 20])
def test_a_table_that_is_written_anew_each_time(
    log: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, *, linked: bool
) -> None:
    monkeypatch.setattr(lines, "_CHUNK", chunk)
    following = Log(str(log))
    for rows in (1, 1, 2, 30, 31):
        rewritten(log, rows, linked=linked and rows > 1)
        following.read()
        assert [turn.used for turn in following.turns] == [10 * at for at in range(1, rows + 1)]


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["add", "replace", "linked", "empty"]), st.integers(0, 3)),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from([1, 11, 1 << 20]),
)
def test_however_a_table_grows_each_row_is_told_once(
    acts: list[tuple[str, int]], chunk: int
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_CHUNK", chunk)
        path, rows = Path(folder) / "a.csv", 1
        rewritten(path, rows)
        following = Log(str(path))
        for how, more in acts:
            following.read()
            rows += more
            if how == "add":
                with path.open("a", encoding="utf-8", newline="") as file:
                    file.writelines(ROW.format(at) for at in range(rows - more + 1, rows + 1))
            else:
                if how == "empty":
                    path.write_bytes(b"")
                    following.read()
                rewritten(path, rows, linked=how == "linked")
            following.read()
            assert [turn.used for turn in following.turns] == [10 * at for at in range(1, rows + 1)]


def test_another_table_in_its_place_is_read_from_its_beginning(log: Path) -> None:
    following = Log(str(log))
    rewritten(log, 3)
    following.read()
    rewritten(log, 2)
    following.read()
    assert [turn.used for turn in following.turns] == [10, 20, 30, 10, 20]


@pytest.mark.parametrize("gone", [False, True])
def test_a_table_that_is_emptied_before_it_is_written_anew(log: Path, *, gone: bool) -> None:
    following = Log(str(log))
    for rows in (2, 3):
        rewritten(log, rows)
        following.read()
        if gone:
            log.with_suffix(".empty").write_bytes(b"")
            log.with_suffix(".empty").replace(log)
        else:
            log.write_bytes(b"")
        following.read()
    assert [turn.used for turn in following.turns] == [10, 20, 30]


def test_a_rotated_log_in_a_folder_that_cannot_be_listed(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: str) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    following = Log(str(log))
    log.write_text(RECORD.format("Total Used: 1 / 60"), "utf-8")
    following.read()
    log.rename(log.with_suffix(".log.1"))
    log.write_text(RECORD.format("Total Used: 3 / 60"), "utf-8")
    following.read()
    assert [turn.used for turn in following.turns] == [1, 3]


def test_the_last_line_is_taken_before_its_line_feed_comes(log: Path) -> None:
    following = Log(str(log))
    whole = f"{HEADER}1,10,100\n2,20,100\n"
    seen = []
    for end in (-len("2,20,100\n"), -5, -2, -1, len(whole)):
        log.write_text(whole[:end], "utf-8", newline="")
        following.read()
        ended, _ = following.ended()
        assert ended is not None
        both = [[turn.used for turn in turns] for turns in (following.turns, ended.turns)]
        seen.append((*both, ended.bad))
    assert seen == [
        ([10], [10], 0),
        ([10], [10], 1),
        ([10], [10, 20], 0),
        ([10], [10, 20], 0),
        ([10, 20], [10, 20], 0),
    ]


@pytest.mark.parametrize("more", ["", RECORD.format("Total Used: 3 / 60") * 3])
def test_a_log_that_is_emptied(log: Path, more: str) -> None:
    following = Log(str(log))
    log.write_text(RECORD.format("Total Used: 1 / 60"), "utf-8")
    following.read()
    log.write_text(RECORD.format("Total Used: 2 / 6").replace("17:16", "17:17") + more, "utf-8")
    following.read()
    assert [turn.used for turn in following.turns] == [1, 2, *[3] * (3 if more else 0)]


def test_a_line_without_end(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST", 100)
    monkeypatch.setattr(lines, "_CHUNK", 64)
    row = json.dumps({"tokens": 10, "text": "x" * 500})
    assert used(log, f'{{"tokens": 5}}\n{row}\n{{"tokens": 7}}\n{row}') == [5, 7]
    assert read(str(log)).remarks == ("passed over, for its length: 2 lines",)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5_000])
def test_a_name_that_cannot_be_one(name: str) -> None:
    with pytest.raises(UserError, match="cannot be read: "):
        Log(name).read()


def test_a_log_that_vanishes_before_it_is_opened(
    log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    log.write_text("x\n", "utf-8")
    monkeypatch.setattr(lines, "open", refuse, raising=False)
    with pytest.raises(UserError, match=r"agent\.log cannot be read: No such file or directory"):
        Log(str(log)).read()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_rotated_log_beside_a_broken_link(log: Path) -> None:
    log.with_name("broken").symlink_to("nowhere")
    test_a_log_that_is_rotated(log)


def test_a_line_that_begins_like_json_and_is_none(log: Path) -> None:
    assert used(log, '{"torn\nturn,tokens,limit\n1,10,100\n') == [10]
