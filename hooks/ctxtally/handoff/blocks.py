"""The generated block of a session file, and the text of people around it.

Outside the markers every byte belongs to people and agents. The id of a block is a checksum of what
is in it, so that a block nobody touched is known without any memory; `written`, the lines of the
block that was written last, tells whose a line is where somebody did.
"""

from __future__ import annotations

import re
from zlib import crc32

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

NOTES = "NOTES FOR NEXT SESSION"

_MARKER = re.compile(
    r"<!-- handoff:auto:(begin|end)(?: v=\d+)?(?: id=([0-9a-f]{8}))? -->[ \t\r]*\n?"
)
_HEADING = re.compile(r"#{1,6}[ \t]")
_NOTES = re.compile(rf"#{{1,6}}[ \t]+{NOTES}\b", re.IGNORECASE)
# A block has some 60 lines; where markers are broken no more than this is compared.
_LONGEST = 400
# Every run of so many lines is tried, which takes some milliseconds.
_LONGEST_SEARCHED = 100


class Page:
    """The lines of people, with their line ends, and where among them the block belongs.

    `stray` are lines that were written into the block; `mended` says that markers were broken or
    doubled. `place` is `None` where there was no block.
    """

    __slots__ = ("lines", "mended", "place", "stray")

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.place: int | None = None
        self.stray: list[str] = []
        self.mended = False


def sort_out(text: str, written: Sequence[str]) -> Page:
    """Tell the lines of people from ours."""
    page = Page()
    lines = _lines(text)
    since = 0  # the lines of people before it lie before an earlier marker
    at = 0
    while at < len(lines):
        marker = _MARKER.fullmatch(lines[at])
        at += 1
        if marker is None:
            page.lines.append(lines[at - 1])
            continue
        page.mended |= page.place is not None or marker[1] == "end"
        if marker[1] == "end":
            ours = _ours_before(page.lines[since:], marker[2], written)
            del page.lines[len(page.lines) - ours :]
        else:
            at = _inside(page, lines, at, marker[2], written)
        since = len(page.lines)
        if page.place is None:
            page.place = since
    return page


def woven(text: str, body: Sequence[str], written: Sequence[str]) -> tuple[str, Page]:
    """Return the text with `body` as its one block, and what was found while doing so."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix(mark)
    end = "\r\n" if 2 * text.count("\r\n") > text.count("\n") else "\n"
    page = sort_out(text, written)
    if page.stray:
        _put_into_notes(page, end)
    place = page.place
    if place is None:
        place = len(page.lines)
        if page.lines and page.lines[-1].strip():
            page.lines[-1] = _ended(page.lines[-1], end)
            page.lines.append(end)
            place += 1
    before, behind = page.lines[:place], page.lines[place:]
    if before:
        before[-1] = _ended(before[-1], end)
    block = [f"{line}{end}" for line in block_lines(body)]
    return mark + "".join([*before, *block, *behind]), page


def block_lines(body: Sequence[str]) -> list[str]:
    """Return the lines of a block with its markers."""
    name = checksum(body)
    return [
        f"<!-- handoff:auto:begin v=1 id={name} -->",
        *body,
        f"<!-- handoff:auto:end id={name} -->",
    ]


def is_whole(text: str) -> str | None:
    """Return the id of the one block in a text, `None` where there is none that is untouched."""
    lines = _lines(text.removeprefix("\ufeff"))
    markers = [(at, found) for at, one in enumerate(lines) if (found := _MARKER.fullmatch(one))]
    if [found[1] for _, found in markers] != ["begin", "end"]:
        return None
    (first, begin), (last, _) = markers
    name = begin[2]
    return name if name == checksum(_bare(lines[first + 1 : last])) else None


def _inside(
    page: Page, lines: Sequence[str], at: int, name: str | None, written: Sequence[str]
) -> int:
    """Take what follows the beginning of a block; return where what is not ours goes on."""
    stop, kind = len(lines), "none"
    for number in range(at, len(lines)):
        marker = _MARKER.fullmatch(lines[number])
        if marker:
            stop, kind = number, marker[1]
            break
    inside = lines[at:stop]
    if kind != "end":
        page.mended = True
        return at + _ours_at_start(inside, name, written)
    if checksum(_bare(inside)) != name:
        page.stray += _run(inside, name) or _strays(inside, set(written))
    return stop + 1


def _run(inside: Sequence[str], name: str | None) -> Sequence[str]:
    """Return the lines without which the block is as it was written, where they are in one run."""
    bare = _bare(inside)
    if len(bare) > _LONGEST_SEARCHED:
        return ()
    for first in range(len(bare)):
        for last in range(first + 1, len(bare) + 1):
            if checksum([*bare[:first], *bare[last:]]) == name:
                return inside[first:last]
    return ()


def _strays(inside: Sequence[str], written: Collection[str]) -> Iterator[str]:
    """Yield the lines that we did not write; blank ones only between two of them."""
    blank: list[str] = []
    last_was_stray = False
    for line in inside:
        bare = line.rstrip("\r\n")
        if not bare.strip():
            blank.append(line)
            continue
        is_stray = bare not in written
        if is_stray:
            if last_was_stray:
                yield from blank
            yield line
        blank, last_was_stray = [], is_stray


def _ours_at_start(lines: Sequence[str], name: str | None, written: Sequence[str]) -> int:
    """Return how many lines behind a beginning without an end are ours."""
    bare = _bare(lines[:_LONGEST])
    for number in range(1, len(bare) + 1):
        if checksum(bare[:number]) == name:
            return number
    return _same(bare, written)


def _ours_before(lines: Sequence[str], name: str | None, written: Sequence[str]) -> int:
    """Return how many lines before an end without a beginning are ours."""
    bare = _bare(lines[-_LONGEST:])
    for number in range(1, len(bare) + 1):
        if checksum(bare[-number:]) == name:
            return number
    return _same(bare[::-1], written[::-1])


def _same(lines: Sequence[str], written: Sequence[str]) -> int:
    """Return how many lines two lists begin with in common."""
    both = min(len(lines), len(written))
    return next((at for at in range(both) if lines[at] != written[at]), both)


def _put_into_notes(page: Page, end: str) -> None:
    heading = next((at for at, one in enumerate(page.lines) if _NOTES.match(one)), None)
    stray = [_ended(line, end) for line in page.stray]
    if heading is None:
        if page.lines:
            page.lines[-1] = _ended(page.lines[-1], end)
        page.lines += [end, f"## {NOTES}{end}", end, *stray]
        return
    at = _section_end(page, heading)
    page.lines[at - 1] = _ended(page.lines[at - 1], end)
    page.lines[at:at] = stray
    if page.place is not None and at <= page.place:
        page.place += len(stray)


def _section_end(page: Page, heading: int) -> int:
    """Return where lines are added to a section: behind its last line that is not blank."""
    stop = len(page.lines)
    if page.place is not None and page.place > heading:
        stop = page.place
    for at in range(heading + 1, stop):
        if _HEADING.match(page.lines[at]):
            stop = at
            break
    while stop > heading + 1 and not page.lines[stop - 1].strip():
        stop -= 1
    return stop


def _lines(text: str) -> list[str]:
    """Return lines with their ends; only a line feed ends one, a form feed is part of it."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _bare(lines: Sequence[str]) -> list[str]:
    return [line.rstrip("\r\n") for line in lines]


def _ended(line: str, end: str) -> str:
    return line if line.endswith("\n") else line + end


def checksum(body: Sequence[str]) -> str:
    """Return the id of a block with these lines."""
    return f"{crc32(chr(10).join(body).encode('utf-8', 'replace')):08x}"
