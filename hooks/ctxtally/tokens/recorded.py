"""Recorded counts of texts, as a CSV file has them: figures only, no texts."""

from __future__ import annotations

import csv
from hashlib import sha256
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass
from ctxtally.tokens.features import LATIN, OTHER, script_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One recorded text."""

    name: str
    source: str
    script: str
    values: Mapping[str, float]

    @property
    def is_english(self) -> bool:
        return self.name == "udhr/eng"

    @property
    def fold(self) -> int:
        return int(sha256(self.name.encode()).hexdigest(), 16) % FOLDS


def read(lines: Sequence[str]) -> list[Row]:
    """Return the recorded texts. Non-ASCII in code is taken for symbols, elsewhere for letters."""
    rows = []
    known = script_names()
    names = {"Hans": "Hani", "Hant": "Hani", "Kore": "Hang", "": LATIN}
    for line in csv.DictReader(lines):
        text = {"set", "id", "kind", "script"}
        values = {name: float(value) for name, value in line.items() if name not in text}
        letters = line["set"] == "udhr"
        values["accented"] = values["nonascii"] if letters else 0.0
        values["symbols"] = 0.0 if letters else values["nonascii"]
        script = names.get(line["script"], line["script"])
        rows.append(
            Row(
                name=f"{line['set']}/{line['id']}",
                source=line["set"],
                script=script if script in {LATIN, *known} else OTHER,
                values=values,
            )
        )
    return rows
