"""What catalogs would save that were written in a smaller form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.model.saving import Saving
from ctxtally.text.commands import ours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxtally.model.form import Form

RULE = "catalog-form"


def savings(forms: Iterable[Form]) -> Iterator[Saving]:
    """Yield the form of each file that saves most."""
    best: dict[str, Form] = {}
    for form in forms:
        known = best.get(form.path)
        if known is None or form.saved > known.saved:
            best[form.path] = form
    for path, form in best.items():
        chosen = [] if form.name == "lazy" else ["--form", form.name]
        yield Saving(
            tokens=form.saved,
            path=path,
            rule=RULE,
            does=f"write it smaller: {form.does}",
            command=ours("catalog", "--write", *chosen, path),
        )
