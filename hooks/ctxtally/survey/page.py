"""Make the text of the session file from its template and the facts, and write it."""

from __future__ import annotations

from ctxtally.adapters import session_backups, session_file, shipped
from ctxtally.adapters.session_file import SHOWN, HandoffError
from ctxtally.handoff import blocks, templates
from ctxtally.handoff.sections import sections
from ctxtally.handoff.sizes import MOST_TOKENS, fitted
from ctxtally.model.record import dataclass
from ctxtally.text.figures import counted
from ctxtally.text.terminal import printable
from ctxtally.tokens.counters import counter

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxtally.adapters.git import Place
    from ctxtally.adapters.session_file import SessionFile
    from ctxtally.adapters.session_state import State
    from ctxtally.handoff.sizes import Fitted, Size
    from ctxtally.handoff.templates import Template
    from ctxtally.model.session import Facts

_TEMPLATE = f"handoff_templates/{session_file.NAME}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """`written` says whether the file changed; `notes` are told in a line each."""

    tokens: int
    written: bool
    notes: tuple[str, ...] = ()


def write(
    place: Place, file: SessionFile, facts: Facts, state: State
) -> tuple[Refreshed, tuple[str, ...]]:
    """Write the file where it would change; return what became of it, and its block."""
    template, notes = _template(place)
    base = _base(place, file, facts, template)
    made: dict[str, tuple[list[str], blocks.Page]] = {}

    def make(size: Size) -> str:
        block = templates.filled(template, sections(facts, size))
        text, page = blocks.woven(base, block, state.block)
        made[text] = block, page
        return text

    result = fitted(make, counter().count)
    block, page = made[result.text]
    notes += list(_remarks(file, page, result))
    if not session_file.is_unchanged(file):
        raise HandoffError(f"{SHOWN} is being edited", help="run it again")
    written = session_file.write(place, file, result.text)
    if not file.is_strange:
        session_backups.backup(place, facts.progress.head, result.text.encode("utf-8"))
    return Refreshed(tokens=result.tokens, written=written, notes=tuple(notes)), tuple(block)


def _base(place: Place, file: SessionFile, facts: Facts, template: Template) -> str:
    """Return the text that the block goes into: of the file, else its last copy, else a new one."""
    if file.text is not None:
        return file.text
    if not file.is_strange:
        kept = session_backups.restored(place, facts.progress.head)
        if kept is not None:
            return kept
    empty = "".join(f"{one}\n" for one in blocks.block_lines([]))
    if file.is_strange:
        return empty
    return "\n".join(part for part in (template.before, empty, template.behind) if part)


def _remarks(file: SessionFile, page: blocks.Page, result: Fitted) -> Iterator[str]:
    if file.is_strange:
        yield (
            f"{SHOWN} is not UTF-8, or too large, and stays as it is; "
            f"the generated part is in {session_file.AUTO} beside it"
        )
    if page.stray:
        yield (
            f"{SHOWN}: {counted(len(page.stray), 'lines')} inside the generated block moved to "
            f"`{blocks.NOTES}`"
        )
    elif page.mended:
        yield f"{SHOWN}: broken markers were mended; all text of people was kept"
    if not result.fits:
        yield (
            f"{SHOWN} has {counted(result.tokens, 'tokens')}, and agents cut what is beyond "
            f"{MOST_TOKENS:,}: what people wrote in it is never cut here"
        )


def _template(place: Place) -> tuple[Template, list[str]]:
    """Return the template of the repository, else the one that ships, and what is wrong with it."""
    own = templates.parse(shipped.read("handoff_templates", session_file.NAME).decode("utf-8"))
    try:
        text = session_file.template(place)
        if text is None:
            return own, []
        found = templates.parse(text)
    except HandoffError as error:
        return own, [f"{error}; the template that ships is used"]
    except templates.TemplateError as error:
        return own, [f"{_TEMPLATE} cannot be used: {error}; the template that ships is used"]
    return found, [
        f"{_TEMPLATE}: `{printable(name)}` is no placeholder and stays as it is"
        for name in found.unknown
    ]
