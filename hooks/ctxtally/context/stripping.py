"""What agents leave out of a text."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxtally.model.profile import Strip


def stripped(text: str, strip: Collection[Strip]) -> str:
    """Return what an agent adds of a text with LF line ends."""
    if "front-matter" in strip and text.startswith("---"):
        from ctxtally.text.frontmatter import front_matter

        text = front_matter(text).body
    if "block-comments" in strip and "<!--" in text:
        from ctxtally.text.markdown import without_block_comments

        text = without_block_comments(text)
    if "outer-space" in strip:
        text = text.strip()
    return "" if "blank" in strip and not text.strip() else text
