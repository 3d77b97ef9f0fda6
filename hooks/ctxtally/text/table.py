"""Plain tables: columns of words to the left, columns of figures to the right."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, whose import costs as much as the interpreter's start
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Cell = int | str | None


def table(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, indent: str = "  ") -> str:
    """Return a table; integers get thousands separators, `None` is a dash.

    A column is set to the right where every cell of it is a figure, an estimate or a dash.

    >>> print(table(["tokens", "path"], [[1200, "CLAUDE.md"], [None, "docs"]]))
      tokens  path
       1,200  CLAUDE.md
           -  docs
    """
    rows = list(rows)
    columns = range(len(header))
    figures = [all(_is_figure(row[column]) for row in rows) for column in columns]
    lines = [list(header), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in columns]
    return "\n".join(
        indent
        + "  ".join(
            line[column].rjust(widths[column])
            if figures[column]
            else line[column].ljust(widths[column])
            for column in columns
        ).rstrip()
        for line in lines
    )


def _is_figure(cell: Cell) -> bool:
    return not isinstance(cell, str) or cell.startswith("~")


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:,}" if isinstance(cell, int) else cell
