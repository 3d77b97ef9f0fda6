"""Decodes lines of a log whose keys were seen before, with msgspec: in a third of the time.

A line that is not exactly of a known layout is not decoded: one with a key more or twice, with a
value of another type, or with what readers of JSON take in different ways.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ctxtally.model.layout import BUCKETS, COUNTS
from ctxtally.text.figures import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from ctxtally.model.layout import Layout, Line

    Decode = Callable[[bytes], Line]
    # A decoder, and the layout of the lines that it takes.
    Known = tuple[Decode, Layout]
    Told = tuple[Line, Layout]

# A class is made for each layout, which takes as long as a few lines.
_MOST, _MOST_ALIKE = 64, 8
# How often keys are seen before there is a class for them, and how many are remembered until then.
SEEN, _REMEMBERED = 3, 1_000
# Beside these, JSON that msgspec takes has one meaning only: -0 is no number of tokens for us, and
# a colon may stand apart from its key.
_ODD = (b":-", b" -", b'" ', b"\t", b"\r")


class Layouts:
    """The layouts of a log; `texts` are the names of all texts that a line may have."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(texts)
        self._known: dict[int, list[Known]] = {}
        self._count = 0
        self._seen: dict[tuple[str, ...], int] = {}

    def wants(self, keys: tuple[str, ...]) -> bool:
        """Say whether to learn keys, as they are seen once more."""
        if self._count >= _MOST or len(self._seen) > _REMEMBERED:
            return False
        self._seen[keys] = seen = self._seen.get(keys, 0) + 1
        return seen == SEEN

    def learn(self, layout: Layout) -> None:
        alike = self._known.setdefault(layout.size, [])
        if len(alike) < _MOST_ALIKE:
            alike.append((_decoder(layout, self._texts), layout))
            self._count += 1

    def decoded(self, lines: Iterable[bytes], *, plain: bool) -> Iterator[Told | bytes]:
        """Yield what lines hold, or the line itself where it has to be read with more care.

        `plain` says that all of them are.
        """
        from msgspec import MsgspecError

        unknown: list[Known] = []
        for line in lines:
            # As many keys as the layout needs: none is there twice.
            known = self._known.get(line.count(b'":'), unknown)
            for decode, layout in known if plain or is_plain(line) else unknown:
                try:
                    told = decode(line)
                except (MsgspecError, ValueError):  # ValueError: what is not UTF-8
                    continue
                yield told, layout
                break
            else:
                yield line


def is_plain(block: bytes) -> bool:
    """Say whether lines hold nothing that is read in different ways."""
    return not any(one in block for one in _ODD)


def _decoder(layout: Layout, texts: Sequence[str]) -> Decode:
    """Return what decodes lines with all these keys; what is not among them has its default."""
    import msgspec

    count = Annotated[int, msgspec.Meta(ge=0, lt=LARGEST)]
    types: dict[str, tuple[object, object]] = {
        **dict.fromkeys(("ts", "kind", *texts), (str, "")),
        **dict.fromkeys(COUNTS, (count, None)),
        **dict.fromkeys((*BUCKETS, "searches"), (count, 0)),
        "cost_usd": (Annotated[float, msgspec.Meta(ge=0, lt=float(LARGEST))] | None, None),
        "final": (bool, True),
    }
    if not layout.own:
        types["kind"] = (str, "usage")
    rest = {f"rest{number}": key for number, key in enumerate(layout.rest)}
    needed = [(name, types[name][0]) for name in layout.keys]
    needed += [(name, str | int | float | bool | None) for name in rest]
    absent = [(name, *one) for name, one in types.items() if name not in layout.keys]
    struct = msgspec.defstruct(
        "Line",
        [*needed, *absent],
        # What is absent must not be called as what says nothing here.
        rename={**{name: f" {name}" for name, *_ in absent}, **layout.keys, **rest},
        forbid_unknown_fields=True,
        gc=False,
    )
    decode: Any = msgspec.json.Decoder(struct).decode
    found: Decode = decode  # what it returns has just been made to be a Line
    return found
