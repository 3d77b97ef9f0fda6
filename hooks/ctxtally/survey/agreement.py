"""Compare our counts of a subject's context files with those of a vendor, sending what is new."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxtally.adapters.api import ApiError, Endpoint
from ctxtally.adapters.blobs import blob_id
from ctxtally.errors import UserError
from ctxtally.model.agreement import Agreement, Comparison
from ctxtally.model.record import dataclass, replace
from ctxtally.model.sending import Sending
from ctxtally.model.tree import REGULAR, Entry
from ctxtally.survey.look import look
from ctxtally.text.figures import counted
from ctxtally.text.globs import selected
from ctxtally.text.terminal import printable
from ctxtally.tokens.agreement import basis, ours
from ctxtally.tokens.cache import CountCache
from ctxtally.tokens.decoding import REASONS, Unmeasurable, decode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.vendors import Target
    from ctxtally.model.measured import Measured
    from ctxtally.model.survey import Survey
    from ctxtally.model.tree import Tree

# One token in every vocabulary that was made from bytes: what is above 1 is the frame.
FRAME_TEXT = "x"
# All texts are in memory at once. Context files of this size together are beyond any window.
MOST_BYTES = 32 << 20
_UNMEASURED = (*REASONS, "not-available", "too-large")


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A context file as it is counted, and so as it is sent."""

    path: str
    oid: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What will be compared. `known` are the vendor's counts by blob id, `frame` that of a message.

    `remarks` say in a line each what is left out and why.
    """

    target: Target
    subject: str
    cache: CountCache
    object_format: str
    texts: tuple[Text, ...]
    known: Mapping[str, int]
    frame: int | None
    remarks: tuple[str, ...]

    @property
    def missing(self) -> tuple[Text, ...]:
        """The texts that must be sent: each content once, under the first path that has it."""
        first = {text.oid: text for text in reversed(self.texts) if text.oid not in self.known}
        return tuple(text for text in self.texts if first.get(text.oid) is text)

    @property
    def sending(self) -> Sending:
        return Sending(
            url=self.target.url,
            model=self.target.model,
            key_variable=self.target.vendor.key_variable,
            files=tuple((text.path, len(text.text.encode())) for text in self.missing),
            frame=FRAME_TEXT if self.frame is None else "",
        )


def prepare(place: Place, tree: Tree, target: Target, globs: Sequence[str]) -> Preparation:
    """Return what to compare: the context files of `tree` that `globs` select, all without any."""
    survey = look(place, tree)
    files = [file for file in survey.files if _chosen(file.path, globs)]
    if not files:
        matching = f" that matches {' '.join(map(printable, globs))}" if globs else ""
        raise UserError(
            f"no context file of the {survey.subject}{matching} can be compared",
            help="`ctxtally report` lists the context files",
        )
    texts, left_out = _texts(tree, files)
    cache = CountCache(os.path.join(place.state_dir, "counts"))
    frame_id = _frame_id(place.object_format)
    return Preparation(
        target=target,
        subject=survey.subject,
        cache=cache,
        object_format=place.object_format,
        texts=texts,
        known=cache.find(target.cache_key, [text.oid for text in texts]),
        frame=cache.find(target.frame_key, [frame_id]).get(frame_id),
        remarks=(*survey.remarks, *_unmeasured(survey, globs), *left_out),
    )


def send(prepared: Preparation, endpoint: Endpoint) -> Preparation:
    """Ask for what is missing; every answer is kept at once, so that none is asked for twice."""
    target, cache = prepared.target, prepared.cache
    frame = prepared.frame
    if frame is None:
        frame = endpoint.count(FRAME_TEXT) - 1
        cache.add(target.frame_key, {_frame_id(prepared.object_format): frame})
    known = dict(prepared.known)
    for text in prepared.missing:
        known[text.oid] = _net(endpoint, text, frame, target.host)
        cache.add(target.cache_key, {text.oid: known[text.oid]})
    return replace(prepared, known=known, frame=frame)


def compared(prepared: Preparation, before: Preparation) -> Comparison:
    """Return the comparison, all counts known; `before` is how it stood before anything was sent.

    It is the same as `prepared` where nothing had to be.
    """
    target = prepared.target
    model, family = target.model, target.vendor.family
    sent = before.sending
    return Comparison(
        subject=prepared.subject,
        vendor=target.vendor.name,
        url=target.url,
        model=model,
        basis=basis(model, family),
        frame=prepared.frame,
        sent=len(sent.files),
        sent_bytes=sent.bytes,
        known=sum(text.oid in before.known for text in before.texts),
        rows=tuple(
            Agreement(
                path=text.path,
                api=prepared.known[text.oid],
                ours=ours(text.text, path=text.path, model=model, family=family),
                model=model,
            )
            for text in prepared.texts
        ),
    )


def _net(endpoint: Endpoint, text: Text, frame: int, host: str) -> int:
    """Return the tokens of the text without the frame of its message."""
    path = printable(text.path)
    try:
        tokens = endpoint.count(text.text) - frame
    except ApiError as error:
        raise ApiError(f"{path}: {error}", help=error.help) from None
    if tokens < 1:
        raise ApiError(
            f"{path}: {host} counts {counted(tokens + frame, 'tokens')}, and {frame:,} of every "
            "message are its frame",
            help="delete the count cache `counts` beside the usage log, and run it again",
        )
    return tokens


def _texts(tree: Tree, files: Sequence[Measured]) -> tuple[tuple[Text, ...], list[str]]:
    """Return the texts of `files` in their order, and why others are left out."""
    size = sum(file.bytes for file in files)
    if size > MOST_BYTES:
        raise UserError(
            f"{counted(len(files), 'files')} with {counted(size, 'bytes')} are too many: at most "
            f"{MOST_BYTES:,} bytes are compared at a time",
            help="name some of them by globs",
        )
    texts, left_out = [], []
    entries = [Entry(path=file.path, mode=REGULAR, oid=file.oid) for file in files]
    for entry, raw in tree.read(entries):
        text = decode(raw)
        if isinstance(text, Unmeasurable):  # changed on the disk since it was measured
            left_out.append(_left_out(entry.path, text.rule))
        elif not text.strip():  # Anthropic answers 400 to a message of white space
            left_out.append(_left_out(entry.path, "no text but white space"))
        else:
            texts.append(Text(path=entry.path, oid=entry.oid, text=text))
    return tuple(texts), left_out


def _unmeasured(survey: Survey, globs: Sequence[str]) -> list[str]:
    return [
        _left_out(found.path, found.rule)
        for found in survey.findings
        if found.rule in _UNMEASURED and _chosen(found.path, globs)
    ]


def _left_out(path: str, why: str) -> str:
    return f"{printable(path)} is neither sent nor compared: {why}"


def _chosen(path: str, globs: Sequence[str]) -> bool:
    return not globs or selected(path, globs)


def _frame_id(object_format: str) -> str:
    return blob_id(FRAME_TEXT.encode(), object_format)
