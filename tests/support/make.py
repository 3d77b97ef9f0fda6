"""Nouns of the model with the fields a test does not care about filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.budget import Bound, Budget
from ctxtally.model.measured import Measured
from ctxtally.model.module import Category, Module

if TYPE_CHECKING:
    from ctxtally.model.budget import Unit
    from ctxtally.model.measured import Kind


def measured(path: str, tokens: int = 0, *, kind: Kind = "instructions") -> Measured:
    """Return a file with one line a token, four bytes and three characters each."""
    return Measured(
        path=path,
        kind=kind,
        tokens=tokens,
        method="exact",
        bytes=4 * tokens,
        chars=3 * tokens,
        lines=tokens,
        oid="0" * 40,
    )


def module(name: str, *, stated: int | None, tokens: int | None, category: str = "core") -> Module:
    return Module(
        name=name,
        path=f"docs/{name}.md",
        catalog="docs/INDEX.yaml",
        line=7,
        category=category,
        stated=stated,
        tokens=tokens,
    )


def category(name: str, *, token_budget: int | None, tokens: int) -> Category:
    return Category(
        name=name,
        catalog="docs/INDEX.yaml",
        line=3,
        modules=2,
        stated=0,
        tokens=tokens,
        token_budget=token_budget,
    )


def bound(amount: int, unit: Unit = "tokens") -> Bound:
    return Bound(text=f"{amount:,}", unit=unit, amount=amount)


def budget(name: str = "limit", **fields: object) -> Budget:
    given = {"scope": "file", "origin": "ctxtally.toml:1", "paths": ("**",)} | fields
    return Budget(name=name, **given)  # type: ignore[arg-type] # the test names what it means
