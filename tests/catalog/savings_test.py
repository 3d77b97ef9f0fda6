from __future__ import annotations

from ctxtally.catalog.savings import savings
from ctxtally.model.form import Form
from ctxtally.model.saving import Saving


def form(name: str, after: int, path: str = "MANIFEST.json") -> Form:
    return Form(path=path, name=name, does=f"{name} it", before=1_000, after=after)


def test_the_form_that_saves_most() -> None:
    forms = [form("minified", 800), form("lazy", 100), form("columns", 300)]
    other = form("minified", 900, "docs/my MANIFEST.json")
    assert list(savings([*forms, other])) == [
        Saving(
            tokens=900,
            path="MANIFEST.json",
            rule="catalog-form",
            does="write it smaller: lazy it",
            command="ctxtally catalog --write MANIFEST.json",
        ),
        Saving(
            tokens=100,
            path="docs/my MANIFEST.json",
            rule="catalog-form",
            does="write it smaller: minified it",
            command="ctxtally catalog --write --form minified 'docs/my MANIFEST.json'",
        ),
    ]


def test_no_forms() -> None:
    assert list(savings([])) == []
