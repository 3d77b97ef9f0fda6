"""What an estimate knows of a text: how many characters of which sort, and which scripts it mixes.

Everything is counted in time linear in the text.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from functools import cache
from unicodedata import category

LATIN = "Latn"
OTHER = "Zzzz"
_CHINESE, _JAPANESE = "Hani", "Jpan"

# ISO 15924 codes and the blocks of Unicode 16.0 in which their letters are.
_BLOCKS = {
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrl": "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "Armn": "\u0530-\u058f\ufb13-\ufb17",
    "Hebr": "\u0590-\u05ff\ufb1d-\ufb4f",
    "Arab": "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Syrc": "\u0700-\u074f\u0860-\u086f",
    "Thaa": "\u0780-\u07bf",
    "Deva": "\u0900-\u097f\ua8e0-\ua8ff",
    "Beng": "\u0980-\u09ff",
    "Guru": "\u0a00-\u0a7f",
    "Gujr": "\u0a80-\u0aff",
    "Taml": "\u0b80-\u0bff",
    "Telu": "\u0c00-\u0c7f",
    "Knda": "\u0c80-\u0cff",
    "Mlym": "\u0d00-\u0d7f",
    "Sinh": "\u0d80-\u0dff",
    "Thai": "\u0e00-\u0e7f",
    "Laoo": "\u0e80-\u0eff",
    "Tibt": "\u0f00-\u0fff",
    "Mymr": "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
    "Geor": "\u10a0-\u10ff\u1c90-\u1cbf\u2d00-\u2d2f",
    "Hang": "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff",
    "Ethi": "\u1200-\u139f\u2d80-\u2ddf\uab00-\uab2f",
    "Cher": "\u13a0-\u13ff\uab70-\uabbf",
    "Cans": "\u1400-\u167f\u18b0-\u18ff",
    "Khmr": "\u1780-\u17ff\u19e0-\u19ff",
    # With kana, CJK punctuation and full-width forms: which language it is, the kana say.
    _CHINESE: "\u2e80-\u2fdf\u3000-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff00-\uffef\U00020000-\U0003ffff",
    OTHER: "\u07c0-\u085f\u0b00-\u0b7f\u1680-\u177f\u1800-\u18af\u1900-\u19df\u1a00-\u1c7f"
    "\u1cc0-\u1cff\u2c00-\u2c5f\u2c80-\u2cff\u2d30-\u2d7f\ua000-\ua63f\ua6a0-\ua6ff\ua800-\ua8df"
    "\ua900-\ua95f\ua980-\ua9df\uaa00-\uaa5f\uaa80-\uaaff\uabc0-\uabff\U00010000-\U0001cfff"
    "\U0001e000-\U0001efff",
}
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
# What may stand between two words of one script: no letters, no quoted code.
_BETWEEN = "[\\s0-9!-/:-@\\[-_{-~\u00a0-\u00bf\u2010-\u205e]+"

# Where the blocks above lie, so that one comparison passes over Latin letters and symbols.
_NOT_LATIN = "\u0370-\u1cff\u1f00-\u1fff\u2c00-\uffff\U00010000-\U0001efff\U00020000-\U0003ffff"

_PUNCTUATION = frozenset(string.punctuation)
_WORD = re.compile("[A-Za-z]+")


def script_names() -> frozenset[str]:
    """Return the scripts that a text can be split into beside Latin letters."""
    return frozenset((*_BLOCKS, _JAPANESE))


def by_script(text: str) -> dict[str, str]:
    """Return the text in parts by script; what is not in a listed one is under `LATIN`.

    Each run of another script leaves a space in the Latin part, so that words do not grow together;
    a Latin part of white space alone is left out where there is another.
    """
    if text.isascii():
        return {LATIN: text}
    parts: dict[str, list[str]] = {}
    rest = []
    at = 0
    for run in _runs().finditer(text):
        rest.append(text[at : run.start()])
        parts.setdefault(run.lastgroup or OTHER, []).append(run[0])
        at = run.end()
    found = {script: "".join(runs) for script, runs in parts.items()}
    if _CHINESE in found and _KANA.search(found[_CHINESE]):
        found[_JAPANESE] = found.pop(_CHINESE)
    latin = " ".join([*rest, text[at:]])
    return {LATIN: latin, **found} if latin.strip() or not found else found


def features(text: str) -> dict[str, int]:
    """Count the characters of `text` by sort, its words of ASCII letters, and its lines."""
    counts = Counter(text)
    sorts = dict.fromkeys(("punct", "digits", "caps", "accented", "symbols"), 0)
    for char, times in counts.items():
        sort = _sort(char)
        if sort:
            sorts[sort] += times
    return {
        "chars": len(text),
        "words": sum(1 for _ in _WORD.finditer(text)),
        "spaces": counts[" "],
        "lines": counts["\n"] + (not text.endswith("\n")),
        **sorts,
    }


def _sort(char: str) -> str:
    if char.isascii():
        if char in _PUNCTUATION:
            return "punct"
        return "digits" if char.isdigit() else "caps" if char.isupper() else ""
    return "accented" if category(char)[0] in "LM" else "symbols"


@cache
def _runs() -> re.Pattern[str]:
    runs = (f"(?P<{name}>[{block}]+(?:{_BETWEEN}[{block}]+)*)" for name, block in _BLOCKS.items())
    return re.compile(f"(?=[{_NOT_LATIN}])(?:{'|'.join(runs)})")
