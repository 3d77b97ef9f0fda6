"""The documents of this repository, and what tests ask of them: blocks, tables, links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.support.data import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

README = CHECKOUT / "README.md"
TEMPLATE = CHECKOUT / "handoff_templates" / "SESSION_HANDOFF_TEMPLATE.md"
DOCUMENTS = sorted([*CHECKOUT.glob("*.md"), *(CHECKOUT / "docs").glob("*.md"), TEMPLATE])

_BLOCK = re.compile(
    r"(?P<head><!-- output: (?P<name>[^\n]+) -->\n```\w+\n)(?P<text>.*?)(?=```\n)", re.DOTALL
)
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What stands below `<!-- output: name -->` in a document."""

    path: Path
    name: str
    text: str

    def replace(self, text: str) -> None:
        """Write `text` in its place; the document is read again, for it may have other blocks."""
        document = read(self.path)
        found = next(one for one in _BLOCK.finditer(document) if one["name"] == self.name)
        changed = document[: found.start()] + found["head"] + text + document[found.end() :]
        self.path.write_bytes(changed.encode())


def read(path: Path) -> str:
    return path.read_text("utf-8")


def blocks() -> list[Block]:
    return [
        Block(path=path, name=found["name"], text=found["text"])
        for path in DOCUMENTS
        for found in _BLOCK.finditer(read(path))
    ]


def headings(path: Path) -> list[str]:
    """Return the headings of a document without their marks; none are looked for in code."""
    return _HEADING.findall(re.sub(r"^```.*?^```$", "", read(path), flags=re.DOTALL | re.MULTILINE))


def section(path: Path, heading: str) -> str:
    """Return the text between a heading of the second level and the next one."""
    return read(path).partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables in a text, without their headers.

    >>> rows("| a | b |\\n| --- | --- |\\n| `x` | y |\\n")
    [['`x`', 'y']]
    """
    found: list[list[str]] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("| "):
            continue
        if set("".join(cells)) <= {"-"}:
            found.pop()
        else:
            found.append(cells)
    return found


def links(path: Path) -> list[str]:
    return _LINK.findall(_CODE.sub("", read(path)))


def anchor(heading: str) -> str:
    """Return the fragment that GitHub gives a heading.

    >>> anchor("`[[waiver]]` and more")
    'waiver-and-more'
    """
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
