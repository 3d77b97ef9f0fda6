"""The shared development data, where it lies beside the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SHARED = CHECKOUT.parent / "shared"
DEV = SHARED / "data" / "dev"
VOCAB = SHARED / "data" / "vocab"

needs_dev = pytest.mark.skipif(
    not (DEV / "manifest.json").is_file(),
    reason="../shared/data/dev is absent: tests on real inputs need it",
)
needs_vocab = pytest.mark.skipif(
    not VOCAB.is_dir(), reason="../shared/data/vocab is absent: rebuilding tables needs it"
)
