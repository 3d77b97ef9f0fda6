"""Front matter: the few forms of YAML that stand at the top of rules and skills, read leniently.

Agents read it with parsers that forgive what YAML forbids: `globs: *.ts`, `description: Use: x`.
So does this one: it takes a value as it stands where a strict parser would refuse the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxtally.model.record import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Value = str | bool | tuple[str, ...] | None

# A colon ends a key before white space or at the end of the line; what follows is the value.
_COLON = re.compile(r":(?=\s|$)")
_BLOCK = re.compile(r"([|>])[-+0-9]*\s*(?:#.*)?$")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "", "\n": ""}
_WORDS: dict[str, Value] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The keys before the body of a text, and on which 1-based line each stands.

    `broken` is set where a quote or bracket is never closed: then there are no values, as for the
    agents that ignore such front matter. `body` is the text after it, beginning on `body_line`.
    """

    body: str
    body_line: int = 1
    values: Mapping[str, Value] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    broken: bool = False


def written(value: Value) -> str:
    """Return a value as one line of text would give it, a list with commas.

    >>> written(True), written(("a", "b")), written(None)
    ('true', 'a, b', '')
    """
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else value or ""


def front_matter(text: str) -> FrontMatter:
    r"""Split a text with LF line ends into its front matter and its body.

    >>> front_matter("---\nname: x\npaths: [a, b]\n---\nBody").values
    {'name': 'x', 'paths': ('a', 'b')}
    """
    if not re.match(r"---[ \t]*\n", text):
        return FrontMatter(body=text)
    end = re.compile(r"^---[ \t]*(?:\n|\Z)", re.MULTILINE).search(text, text.index("\n") + 1)
    if end is None:
        return FrontMatter(body=text)
    lines = text[: end.start()].split("\n")[1:-1]
    body, body_line = text[end.end() :], len(lines) + 3
    values: dict[str, Value] = {}
    places: dict[str, int] = {}
    at = 0
    while at < len(lines):
        name, first = _key(lines[at])
        if not name:
            at += 1
            continue
        stop = _extent(lines, at + 1)
        try:
            values[name] = _value(first, lines[at + 1 : stop])
        except ValueError:
            return FrontMatter(body=body, body_line=body_line, broken=True)
        places[name] = at + 2
        at = stop
    return FrontMatter(body=body, body_line=body_line, values=values, lines=places)


def _key(line: str) -> tuple[str, str]:
    """Return the key and the text after its colon, no key where the line holds none."""
    colon = _COLON.search(line)
    if colon is None or line[0] in " \t#-[{":
        return "", ""
    return line[: colon.start()].strip().strip("\"'"), line[colon.end() :].strip()


def _extent(lines: Sequence[str], at: int) -> int:
    """Return where the lines end that belong to the key before `at`: indented, blank, or items."""
    while at < len(lines) and (
        lines[at][:1] in ("", " ", "\t", "#", "]", "}") or _is_item(lines[at])
    ):
        at += 1
    return at


def _is_item(line: str) -> bool:
    return line.startswith("- ") or line.rstrip() == "-"


def _value(first: str, below: Sequence[str]) -> Value:
    block = _BLOCK.match(first)
    if block is not None:
        return _block(below, folded=block[1] == ">")
    head = first
    if head[:1] in ("'", '"'):
        return _quoted("\n".join([head, *map(str.strip, below)]))
    if head.startswith("["):
        return _flow_list(" ".join([_uncommented(line) for line in (head, *below)]).strip())
    head = _uncommented(head)
    rest = [line for line in map(_uncommented, below) if line]
    if not head and rest and all(_is_item(line) for line in rest[:1]):
        return _items(rest)
    folded = " ".join([head, *rest]).strip()
    return _WORDS.get(folded.lower(), folded)


def _uncommented(line: str) -> str:
    """Return a line without its comment; one inside quotes is part of the text."""
    text = line.strip()
    if "#" not in text:
        return text
    if '"' not in text and "'" not in text:
        return _COMMENT.sub("", text).strip()
    quote = ""
    for at, char in enumerate(text):
        opens = at == 0 or text[at - 1] in " \t[{,"
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and opens:
            quote = char
        elif char == "#" and opens:
            return text[:at].strip()
    return text


def _items(lines: Sequence[str]) -> tuple[str, ...]:
    items: list[str] = []
    for line in lines:
        if _is_item(line):
            items.append(_scalar(line[1:].strip()))
        else:
            items[-1] = f"{items[-1]} {line}".strip()
    return tuple(items)


def _flow_list(text: str) -> tuple[str, ...]:
    """Return the items of `[a, "b, c"]`; a list within is taken as it stands."""
    items: list[str] = []
    start, depth, quote = 1, 0, ""
    for at, char in enumerate(text):
        if quote:
            quote = "" if char == quote and text[at - 1] != "\\" else quote
        elif char in "\"'" and text[at - 1] in " [{,":
            quote = char
        elif char in "[{":
            depth += 1
        elif char in "]}" or (char == "," and depth == 1):
            depth -= char != ","
            if depth > 1 or (depth == 1 and char != ","):
                continue
            if item := text[start:at].strip():
                items.append(_scalar(item))
            start = at + 1
            if not depth:
                return tuple(items)
    raise ValueError("a bracket is never closed")


def _scalar(text: str) -> str:
    return _quoted(text) if text[:1] in ("'", '"') else text


def _quoted(text: str) -> str:
    quote = text[0]
    at = 1
    while at < len(text):
        if quote == '"' and text[at] == "\\":
            at += 2
        elif text[at] != quote:
            at += 1
        elif quote == "'" and text[at + 1 : at + 2] == "'":
            at += 2
        else:
            inner = re.sub(r"\n+", _fold, text[1:at])
            return inner.replace("''", "'") if quote == "'" else _ESCAPE.sub(_unescaped, inner)
    raise ValueError("a quote is never closed")


def _fold(newlines: re.Match[str]) -> str:
    # One line break is a space, further ones stay (YAML 1.2.2, 6.5 line folding).
    return "\n" * (len(newlines[0]) - 1) or " "


def _unescaped(escape: re.Match[str]) -> str:
    if escape[3] is None:
        return chr(int(escape[1] or escape[2], 16))
    return _PLAIN_ESCAPES.get(escape[3], escape[3])


def _block(lines: Sequence[str], *, folded: bool) -> str:
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    text = "\n".join(line[indent:].rstrip() for line in lines).strip("\n")
    if not folded:
        return text
    return re.sub(r"\n+", _fold, text)
