"""Files as an agent opens them: cut by its limits for one file, decoded, stripped."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from ctxtally.context.stripping import stripped
from ctxtally.model.finding import Finding
from ctxtally.model.record import dataclass
from ctxtally.text.frontmatter import FrontMatter, front_matter, written
from ctxtally.tokens.decoding import BYTE_ORDER_MARK, Unmeasurable, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxtally.model.profile import Files, Limit, Load, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file as one row has it. `text` is what is kept of it, unstripped.

    `over` is the limit that cut or skipped it; `kept` are raw bytes of `raw`.
    """

    path: str
    row: Files
    raw: bytes
    kept: int
    text: str
    matter: FrontMatter
    over: Limit | None = None

    def gate(self) -> tuple[Load, int | None]:
        """Return how the file loads, and the line of the front matter that decided it."""
        for clause in self.row.when:
            value = self.matter.values.get(clause.key)
            texts = value if isinstance(value, tuple) else (written(value),)
            holds = {
                "filled": value not in (None, False, "", ()),
                "empty": value == (),
                "list": isinstance(value, tuple),
            }[clause.shape]
            if clause.equals:
                holds = not set(clause.equals).isdisjoint(texts)
            if holds:
                return clause.load, self.matter.lines[clause.key]
        return self.row.load, None

    def stripped(self, text: str) -> str:
        """Return what the agent adds of `text`, a form of this file."""
        return stripped(text, self.row.strip)


def opened(
    path: str,
    row: Files,
    raw: bytes | None,
    limits: Sequence[tuple[Limit, Unit, int]],
    count: Callable[[str], int],
) -> Opened | Finding:
    """Open a file under the limits for one file, each with its unit and amount there."""
    if raw is None:
        return Finding(
            rule="not-available",
            level="error",
            path=path,
            message="not measured: its content is not available here",
            help="fetch the missing objects, or restore the file",
        )
    text = decode(raw)
    if isinstance(text, Unmeasurable):
        return Finding(
            rule=text.rule, level="error", path=path, message=text.message, help=text.help
        )
    kept, over = len(raw), None
    for limit, unit, amount in limits:
        if limit.behaviour in ("skip", "invalid") and size(raw, text, unit, count) > amount:
            kept, over = 0, limit
        elif limit.behaviour == "cut-tail":
            fits = fitting(raw, unit, amount, count)
            if fits < kept:
                kept, over = fits, limit
    matter = front_matter(text)
    return Opened(
        path=path,
        row=row,
        raw=raw,
        kept=kept,
        text=text if kept == len(raw) else beginning(raw, kept),
        matter=matter,
        over=over,
    )


def size(raw: bytes, text: str, unit: Unit, count: Callable[[str], int]) -> int:
    """Return the size of a file in a unit; a last line without LF is a line."""
    if unit == "bytes":
        return len(raw)
    if unit == "lines":
        return raw.count(b"\n") + (not raw.endswith(b"\n") and bool(raw))
    return len(text) if unit == "chars" else count(text)


def fitting(raw: bytes, unit: Unit, amount: int, count: Callable[[str], int]) -> int:
    """Return how many raw bytes from the start of a file are within an amount."""
    if unit == "bytes":
        return min(amount, len(raw))
    if unit == "lines":
        at = 0
        for _ in range(amount):
            at = raw.find(b"\n", at) + 1
            if not at:
                return len(raw)
        return at
    body = raw.removeprefix(BYTE_ORDER_MARK).decode(errors="replace")
    if unit == "chars":
        chars = amount
    elif count(body) <= amount:
        return len(raw)
    else:
        # The first length that is too long; counts hardly ever shrink as a text grows.
        chars = bisect_right(range(1, len(body)), amount, key=lambda end: count(body[:end]))
    if chars >= len(body):
        return len(raw)
    return len(raw) - len(body[chars:].encode())


def beginning(raw: bytes, kept: int) -> str:
    """Return the text of the first bytes of a file; a character cut in two becomes U+FFFD."""
    body = raw[:kept].removeprefix(BYTE_ORDER_MARK)
    return body.decode(errors="replace").replace("\r\n", "\n")
