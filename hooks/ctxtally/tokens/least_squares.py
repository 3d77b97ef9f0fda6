"""Linear least squares of relative errors, in plain Python: what fitting the estimates needs."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve a symmetric positive definite system of equations by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for at in range(size):
        for below in range(at + 1, size):
            share = rows[below][at] / rows[at][at]
            for column in range(at, size + 1):
                rows[below][column] -= share * rows[at][column]
    found = [0.0] * size
    for at in reversed(range(size)):
        known = sum(rows[at][column] * found[column] for column in range(at + 1, size))
        found[at] = (rows[at][size] - known) / rows[at][at]
    return found


def least_squares(
    rows: Sequence[Mapping[str, float]],
    truths: Sequence[float],
    weights: Sequence[float],
    ridge: float,
    prior: float,
) -> dict[str, float]:
    """Fit truth = sum of coefficient x value by least squares of the relative error.

    `ridge` pulls each column's share of an average row towards `prior`.
    """
    names = sorted({name for row in rows for name in row if row[name]})
    scaled = [
        [row.get(name, 0.0) / truth for name in names]
        for row, truth in zip(rows, truths, strict=True)
    ]
    scale = [fmean(column) for column in zip(*scaled, strict=True)]
    scaled = [[x / mean for x, mean in zip(row, scale, strict=True)] for row in scaled]
    size = len(names)
    matrix = [[ridge if i == j else 0.0 for j in range(size)] for i in range(size)]
    right = [ridge * prior] * size
    for row, weight in zip(scaled, weights, strict=True):
        for i, x in enumerate(row):
            part = weight * x
            right[i] += part
            matrix[i] = [sum_ + part * y for sum_, y in zip(matrix[i], row, strict=True)]
    solution = solve(matrix, right)
    return {name: x / mean for name, x, mean in zip(names, solution, scale, strict=True)}
