"""Runs every rule on one catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxtally.catalog.anchors import anchor_findings
from ctxtally.catalog.files import file_findings
from ctxtally.catalog.front_matter import front_matter_findings
from ctxtally.catalog.references import reference_findings
from ctxtally.catalog.registries import registry_findings
from ctxtally.catalog.sizes import size_findings
from ctxtally.catalog.sums import sum_findings
from ctxtally.catalog.tags import tag_findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxtally.model.catalog import Catalog, Observed, Resolved
    from ctxtally.model.finding import Finding
    from ctxtally.text.paths import Listing


def check(
    catalog: Catalog, resolved: Sequence[Resolved], observed: Observed, listing: Listing
) -> tuple[Finding, ...]:
    """Return what is wrong with a catalog, in the order of its text.

    `resolved` is what resolve.py made of its entries. Whether estimates fit what was measured is
    not judged here: budgets are.
    """
    if not (catalog.entries or catalog.registry or catalog.anchor):
        # A file of the same name that lists nothing may state what it likes.
        return ()
    findings = (
        *file_findings(catalog, resolved, listing),
        *size_findings(catalog, resolved, observed),
        *sum_findings(catalog),
        *reference_findings(catalog),
        *tag_findings(catalog),
        *anchor_findings(catalog, resolved, observed, listing),
        *front_matter_findings(catalog, resolved, observed),
        *registry_findings(catalog, resolved, observed, listing),
    )
    return tuple(sorted(findings, key=lambda one: (one.path, one.line or 0, one.rule)))
