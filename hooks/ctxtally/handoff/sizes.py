"""How much the generated block may say, step by step less until the file fits."""

from __future__ import annotations

from ctxtally.model.record import dataclass

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Callable

# What is aimed at. An agent gets the file at its start, so it is paid for in every session.
TARGET_TOKENS = 1_500
# Codex keeps 2,500 tokens of what a hook prints and takes four bytes for one
# (codex-rs/hooks/src/output_spill.rs); Claude Code keeps 10,000 characters.
MOST_TOKENS = 2_500
MOST_CHARS = 9_500
MOST_BYTES = 9_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """`commits` and `files` are how many are listed, `subject` how many characters of one."""

    commits: int = 20
    files: int = 20
    actions: bool = True
    subject: int = 100
    only_status: bool = False


STEPS = (
    Size(),
    Size(commits=10),
    Size(commits=10, files=10),
    Size(commits=10, files=10, actions=False),
    Size(commits=10, files=10, actions=False, subject=60),
)
LEAST = Size(only_status=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A text and its tokens; `fits` says whether it keeps the limits that nobody may break."""

    text: str
    tokens: int
    fits: bool


def fitted(make: Callable[[Size], str], count: Callable[[str], int]) -> Fitted:
    """Return the longest text within the target, else the shortest that keeps the limits.

    What `make` keeps of people is never cut: where that alone is too much, so is the result.
    """
    found = _weighed(make(STEPS[0]), count)
    for size in STEPS[1:]:
        if found.fits and found.tokens <= TARGET_TOKENS:
            return found
        found = _weighed(make(size), count)
    return found if found.fits else _weighed(make(LEAST), count)


def _weighed(text: str, count: Callable[[str], int]) -> Fitted:
    tokens = count(text)
    fits = (
        tokens <= MOST_TOKENS
        and len(text) <= MOST_CHARS
        and len(text.encode("utf-8", "replace")) <= MOST_BYTES
    )
    return Fitted(text=text, tokens=tokens, fits=fits)
