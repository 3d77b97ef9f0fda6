"""Parses YAML into plain data from ruamel.yaml's nodes: no alias, no object is ever made."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ctxtally.adapters.documents_outline import (
    MAX_DEPTH,
    MAX_DIGITS,
    DocumentError,
    Parsed,
    Spot,
    duplicate,
    shown,
    too_deep,
)

if TYPE_CHECKING:
    from ruamel.yaml.composer import Composer
    from ruamel.yaml.error import YAMLError
    from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

    from ctxtally.adapters.documents_outline import Inside
    from ctxtally.model.document import Plain

# ruamel.yaml takes about 55 us for a node (measured, 0.19.1); an index of 2,000 modules with
# four keys each has 18,000 nodes.
MAX_NODES = 20_000

_TAG = "tag:yaml.org,2002:"
_LONGEST_TAG = 200
# Dates stay text; `=` and `<<` are keys like any other.
_TEXT = ("str", "timestamp", "value", "merge")
_BASES = {"0x": 16, "0o": 8, "0b": 2}
# What YAML allows no file to hold, tab and line ends apart (YAML 1.2, section 5.1).
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def parse_yaml(text: str) -> Parsed:
    """Return the data of a YAML text that holds at most one document, or raise DocumentError."""
    control = _CONTROL.search(text)
    if control is not None:
        raise DocumentError(
            f"not valid YAML: the character U+{ord(control[0]):04X}", control.start()
        )
    top = _compose(text)
    if top is None:
        return Parsed(None, lambda: Spot(0, 0, None))
    data, inside = _plain(top)
    offset: int = top.start_mark.index
    return Parsed(data, lambda: Spot(offset, offset, inside))


def _compose(text: str) -> Node | None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    parser = YAML(typ="safe", pure=True)
    parser.Composer = _guarded()
    try:
        top: Node | None = parser.compose(text)
    except YAMLError as error:
        raise _refused(error) from None
    return top


def _refused(error: YAMLError) -> DocumentError:
    problem = getattr(error, "problem", None) or getattr(error, "context", None) or str(error)
    where = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return DocumentError(
        f"not valid YAML: {shown(' '.join(str(problem).split()))}", where.index if where else 0
    )


@cache
def _guarded() -> type[Composer]:
    """Return a composer that refuses aliases and stops at our limits instead of its own."""
    from ruamel.yaml.composer import Composer
    from ruamel.yaml.events import AliasEvent

    class Guarded(Composer):
        nodes = 0

        def compose_node(self, parent: Node | None, index: object) -> Node:
            self.nodes += 1
            event = self.parser.peek_event()
            offset: int = event.start_mark.index
            if isinstance(event, AliasEvent):
                raise DocumentError(
                    f"the alias `*{shown(event.anchor)}`: aliases are not read", offset
                )
            # Asked for its tag, ruamel.yaml decodes it in time that grows with the square.
            suffix = event.ctag.suffix if getattr(event, "ctag", None) else ""
            if len(suffix or "") > _LONGEST_TAG:
                raise _tagged(suffix, offset)
            if self.nodes > MAX_NODES:
                raise DocumentError(f"more than {MAX_NODES:,} values", offset)
            if self.depth >= MAX_DEPTH:
                raise too_deep(offset)
            self.warn_double_anchors = False
            node: Node = super().compose_node(parent, index)
            return node

    return Guarded


def _plain(node: Node) -> tuple[Plain, Inside]:
    from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

    kind = str(node.tag).removeprefix(_TAG)
    if isinstance(node, ScalarNode):
        return _scalar(node, kind), None
    if isinstance(node, MappingNode) and kind == "map":
        return _mapping(node)
    if isinstance(node, SequenceNode) and kind == "seq":
        items = [(_plain(item), item.start_mark.index) for item in node.value]
        spots = [Spot(at, at, inside) for (_, inside), at in items]
        return [data for (data, _), _ in items], list(spots)
    raise _tagged(str(node.tag), node.start_mark.index)


def _mapping(node: MappingNode) -> tuple[Plain, Inside]:
    found: dict[str, Plain] = {}
    spots: dict[str, Spot] = {}
    for key, value in node.value:
        offset: int = key.start_mark.index
        if not isinstance(key.value, str):
            raise DocumentError("a key that is a list or a mapping", offset)
        if key.value in found:
            raise duplicate(key.value, offset)
        data, inside = _plain(value)
        found[key.value] = data
        spots[key.value] = Spot(offset, value.start_mark.index, inside)
    return found, spots


def _scalar(node: ScalarNode, kind: str) -> Plain:
    text: str = node.value
    if kind in _TEXT:
        return text
    if kind == "null":
        return None
    if kind == "bool":
        # The 1.1 words only come here under a `%YAML 1.1` directive.
        return text.lower() in ("true", "yes", "on", "y")
    if kind not in ("int", "float"):
        raise _tagged(str(node.tag), node.start_mark.index)
    if len(text) > MAX_DIGITS:
        raise DocumentError(f"a number of more than {MAX_DIGITS:,} digits", node.start_mark.index)
    digits = text.replace("_", "").lower()
    try:
        if kind == "float":
            return float(digits.replace(".inf", "inf").replace(".nan", "nan"))
        return int(digits, _BASES.get(digits.lstrip("+-")[:2], 10))
    except ValueError:
        return text  # 190:20:30 is a number to YAML 1.1 alone


def _tagged(tag: str, offset: int) -> DocumentError:
    return DocumentError(f"the tag `{shown(tag)}`: only plain values are read", offset)
