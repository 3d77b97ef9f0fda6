"""The long oracle of exact counts: python -m tests.verify.tokens.

Compares our counter with tiktoken and prints how many tokens were compared and how often the two
disagreed. It takes some minutes, so no test run collects it.
"""

from __future__ import annotations

import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ctxtally.tokens import bpe
from ctxtally.tokens.decoding import decode
from tests.support.data import DEV
from tests.tokens import oracle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RANDOM_TEXTS = 50_000
CODE_POINTS_PER_TEXT = 16
LONG = 999_990
UNITS = ("a", " ", "\t", "-", "\n", "^", "A", "日", "\u0301", "ab", "aB", "🌍", "\xa0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What came of one comparison: texts and tokens compared, and texts counted differently."""

    what: str
    encoding: str
    texts: int
    tokens: int
    mismatches: tuple[str, ...]

    def __str__(self) -> str:
        line = (
            f"{self.what}, {self.encoding}: {self.texts:,} texts, {self.tokens:,} tokens, "
            f"{len(self.mismatches)} mismatches"
        )
        return "\n  ".join([line, *self.mismatches[:5]])


def main() -> int:
    """Run all comparisons; return 1 where any text was counted differently."""
    # Here it is our own merging of long pieces that is compared.
    bpe.VERY_LONG = sys.maxsize
    wrong = 0
    for encoding in oracle.ENCODINGS:
        for what, texts in (
            ("shared development data", files(DEV.rglob("*"))),
            ("standard library", files(Path(sysconfig.get_path("stdlib")).rglob("*.py"))),
            ("every code point in context", sweep()),
            ("random texts", oracle.random_texts(RANDOM_TEXTS, seed=20_261_122)),
            ("pieces of a million characters", long_texts()),
        ):
            wrong += tell(compare(what, encoding, texts))
    return 1 if wrong else 0


def compare(what: str, encoding: str, texts: Iterable[str]) -> Compared:
    """Count each text with both."""
    number = tokens = 0
    mismatches = []
    for text in texts:
        ours = oracle.vocabulary(encoding).count(text)
        theirs = oracle.expected(encoding, text)
        number += 1
        tokens += theirs
        if ours != theirs:
            mismatches.append(f"{text[:80]!a}: {ours}, tiktoken {theirs}")
    return Compared(
        what=what, encoding=encoding, texts=number, tokens=tokens, mismatches=tuple(mismatches)
    )


def files(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the text of each file that can be measured."""
    for path in sorted(paths):
        if path.is_file() and not path.is_symlink():
            text = decode(path.read_bytes())
            if isinstance(text, str):
                yield text


def sweep() -> Iterator[str]:
    """Yield texts with every code point, surrogates too, beside letters, digits and itself."""
    every = range(sys.maxunicode + 1)
    for first in every[::CODE_POINTS_PER_TEXT]:
        yield "".join(map(oracle.in_contexts, range(first, first + CODE_POINTS_PER_TEXT)))


def long_texts() -> Iterator[str]:
    """Yield the worst cases. Of white space, tiktoken 0.14.0 takes 999,998 characters at most."""
    for unit in UNITS:
        yield unit * (LONG // len(unit))
        yield f"x{unit * (LONG // len(unit))}y"


def tell(found: Compared) -> int:
    print(found, flush=True)  # noqa: T201 - the result of a command
    return len(found.mismatches)


if __name__ == "__main__":
    sys.exit(main())
