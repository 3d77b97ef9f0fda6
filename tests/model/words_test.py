"""The words of a type, listed for those who read them, are all that the type knows.

What the gate imports asks no `Literal` for its words: that would import `typing` at every commit.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxtally.model import budget, loadset, measured, outcome
from ctxtally.tokens import decoding

if TYPE_CHECKING:
    from types import ModuleType


@pytest.mark.parametrize(
    ("module", "type_name", "words"),
    [
        pytest.param(budget, "Unit", budget.UNITS, id="units of budgets"),
        pytest.param(budget, "Scope", budget.SCOPES, id="scopes of budgets"),
        pytest.param(loadset, "Way", loadset.WAYS, id="ways out of a load set"),
        pytest.param(measured, "Kind", measured.KINDS, id="kinds of files"),
        pytest.param(outcome, "State", outcome.WORST_FIRST, id="states of budgets"),
        pytest.param(decoding, "Reason", decoding.REASONS, id="reasons not to measure"),
    ],
)
def test_words(module: ModuleType, type_name: str, words: tuple[str, ...]) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    (alias,) = (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == type_name
    )
    assert ast.unparse(alias) == f"Literal[{', '.join(map(repr, words))}]"
