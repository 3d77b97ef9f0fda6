from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxtally.tokens import fit
from ctxtally.tokens.fit import TARGETS, errors_of, held_out, noise_of
from ctxtally.tokens.least_squares import least_squares, solve
from ctxtally.tokens.recorded import Row, read
from ctxtally.tokens.split import data_file
from tests.support.data import SHARED

if TYPE_CHECKING:
    from ctxtally.tokens.calibration import Calibration

RECORDED = SHARED / "data" / "claude-counts" / "recorded.csv"
needs_recorded = pytest.mark.skipif(
    not RECORDED.is_file(),
    reason="../shared/data/claude-counts is absent: the fit is made from it",
)
COLUMNS = (
    "set,id,kind,script,chars,bytes,lines,spaces,words,punct,digits,caps,nonascii,cjk,marks,"
    "o200k,cl100k,opus_4_5,opus_4_7,opus_5"
)


def made_up() -> str:
    """Return rows whose counts follow rules that a fit has to find again."""
    chance = random.Random(5)  # noqa: S311 - the same rows every time are wanted
    lines = [COLUMNS]
    for number in range(240):
        source, script = [
            ("rosetta", ""),
            ("multipl_e", ""),
            ("udhr", "Latn"),
            ("udhr", "Cyrl"),
        ][number % 4]
        chars = chance.randint(400, 4_000)
        prose = source == "udhr"
        punct = int(chars * (0.02 if prose else chance.uniform(0.16, 0.3)))
        digits = 0 if prose else int(chars * chance.uniform(0.05, 0.1))
        words = int(chars / chance.uniform(5, 9))
        caps = int(chars * chance.uniform(0.01, 0.06))
        nonascii = int(chars * (0.8 if script == "Cyrl" else chance.uniform(0, 0.05)))
        o200k = int(chars / chance.uniform(2.5, 4.5))
        cl100k = int(o200k * chance.uniform(1, 1.6))
        new = 0.9 * o200k + 0.4 * cl100k + 0.2 * punct + 0.3 * caps
        if script == "Cyrl":
            new = 0.5 * o200k + 0.4 * cl100k + 0.1 * nonascii
        features = (chars, chars, 40, words, words, punct, digits, caps, nonascii, 0, 0)
        counts = (o200k, cl100k, round(new * 0.75), round(new), round(new))
        name = "eng" if number == 2 else f"{number:03}"
        lines.append(",".join(map(str, (source, name, "x", script, *features, *counts))))
    return "\n".join(lines) + "\n"


def test_a_rule_is_found_again() -> None:
    found: Calibration = json.loads(fit.document(made_up().encode()))
    assert found["rows"] == 240
    assert sorted(found["fits"]) == ["cl100k_base", "claude", "claude-old", "o200k_base"]
    new = found["fits"]["claude"]
    for side in ("code", "prose"):
        rule = new[side]
        assert rule["o200k"] == pytest.approx(0.9, abs=0.05)
        assert rule["cl100k"] == pytest.approx(0.4, abs=0.05)
    assert {kind: held["rows"] for kind, held in new["held_back"].items()} == {
        "code": 120,
        "prose": 59,
        "other scripts": 60,
    }
    for held in new["held_back"].values():
        assert held["mape"] < 2
        assert 0.9 < held["low"] <= held["high"] < 1.1
    # Of a text's characters alone, its tokens are known less well.
    blind = found["fits"]["o200k_base"]["held_back"]
    assert blind["code"]["mape"] > 5 * new["held_back"]["code"]["mape"]


def test_the_same_rows_give_the_same_file(tmp_path: Path) -> None:
    source, target = tmp_path / "recorded.csv", tmp_path / "calibration.json"
    source.write_text(made_up())
    fit.main([str(source), str(target)])
    assert target.read_text() == fit.document(source.read_bytes())
    fewer = "\n".join(made_up().splitlines()[:-4])
    other = fit.document(fewer.encode())
    assert json.loads(other)["version"] != json.loads(target.read_text())["version"]


def test_no_row_is_estimated_by_a_fit_that_has_seen_it() -> None:
    rows = read(made_up().splitlines())
    honest = {row.name: tokens for row, tokens in held_out(rows, TARGETS["claude"])}
    assert "udhr/eng" not in honest
    # A row of absurd truth spoils the estimates of others, but must not change its own.
    name = "rosetta/000"
    spoilt = [
        Row(
            name=row.name,
            source=row.source,
            script=row.script,
            values={**row.values, "opus_4_7": row.values["opus_4_7"] * 9},
        )
        if row.name == name
        else row
        for row in rows
    ]
    found = {row.name: tokens for row, tokens in held_out(spoilt, TARGETS["claude"])}
    assert found[name] == pytest.approx(honest[name], rel=1e-9)
    assert found != honest


def test_scripts_and_sorts_of_recorded_rows() -> None:
    values = "10,10,1,1,2,0,0,0,3,0,0,5,6,7,8,8"
    rows = read(
        [
            COLUMNS,
            f"rosetta,a,,,{values}",
            f"udhr,b,de,Latn,{values}",
            f"udhr,c,zh,Hans,{values}",
            f"udhr,d,ko,Kore,{values}",
            f"udhr,e,ff,Adlm,{values}",
        ]
    )
    assert [(row.name, row.script) for row in rows] == [
        ("rosetta/a", "Latn"),
        ("udhr/b", "Latn"),
        ("udhr/c", "Hani"),
        ("udhr/d", "Hang"),
        ("udhr/e", "Zzzz"),
    ]
    assert [(row.values["accented"], row.values["symbols"]) for row in rows] == [
        (0, 3),
        (3, 0),
        (3, 0),
        (3, 0),
        (3, 0),
    ]


def test_solve() -> None:
    assert solve([[4.0, 2.0], [2.0, 3.0]], [10.0, 8.0]) == pytest.approx([1.75, 1.5])


def test_least_squares_weighs_rows_and_pulls_towards_the_prior() -> None:
    rows = [{"x": 1.0, "y": 0.0}, {"x": 2.0, "y": 0.0}]
    # Truths of 2x and of 3x: between them by weight, in relative error.
    even = least_squares(rows, [2.0, 6.0], [1.0, 1.0], ridge=0.0, prior=0.0)
    assert even == {"x": pytest.approx((1 / 2 + 1 / 3) / (1 / 4 + 1 / 9))}
    first = least_squares(rows, [2.0, 6.0], [1.0, 0.0], ridge=0.0, prior=0.0)
    assert first == {"x": pytest.approx(2.0)}
    # With one row for two columns, the prior shares the truth out evenly.
    shared = least_squares([{"x": 2.0, "y": 8.0}], [16.0], [1.0], ridge=0.1, prior=0.5)
    assert shared == {"x": pytest.approx(4.0), "y": pytest.approx(1.0)}


def test_errors() -> None:
    found = errors_of([(100.0, 110.0), (100.0, 90.0), (100.0, 100.0), (100.0, 100.0)] * 10, 0.0)
    assert found["rows"] == 40
    assert found["mape"] == pytest.approx(5)
    assert found["p95"] == pytest.approx(10)
    assert found["bias"] == pytest.approx(0, abs=1e-9)
    assert found["low"] == pytest.approx(100 / 110, abs=1e-5)
    assert found["high"] == pytest.approx(100 / 90, abs=1e-5)


def test_noise_is_what_short_texts_have_more_of() -> None:
    even = [(float(tokens), 0.1 * (-1) ** tokens) for tokens in range(10, 1_000)]
    assert noise_of(even) == 0
    # Errors of 10 % that grow by sqrt(1 + 60 / tokens) in short texts.
    noisy = [(tokens, error * (1 + 60 / tokens) ** 0.5) for tokens, error in even]
    assert noise_of(noisy) == pytest.approx(60, abs=1)


@needs_recorded
def test_the_shipped_calibration_is_what_the_fit_makes() -> None:
    assert fit.document(RECORDED.read_bytes()) == Path(data_file("calibration.json")).read_text()
