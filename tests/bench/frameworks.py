"""The gate under pre-commit and prek, beside a hook that does nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tests.bench.contents import CHANGED
from tests.bench.measure import Case
from tests.bench.trees import changed
from tests.support.framework import Framework, home

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.bench.programs import Programs
    from tests.bench.trees import Tree

_CONFIGURATION = ".pre-commit-config.yaml"
# Hooks that need no environment; the files of the second are those that are staged.
_LOCAL = """\
  - repo: local
    hooks:
      - id: nothing
        name: nothing
        language: system
        entry: "true"
        always_run: true
        pass_filenames: false
      - id: check-added-large-files
        name: check for added large files
        language: system
        entry: {check_added_large_files}
"""


FRAMEWORKS = ("pre-commit", "prek")


def cases(programs: Programs, trees: Iterable[Tree]) -> Iterator[Case]:
    """Yield runs of each framework in a tree of its own, whole, with one context file staged.

    Each has installed the gate for itself, and an installation does not trust what another found.
    """
    for name, tree in zip(FRAMEWORKS, trees, strict=True):
        tree.populate()
        framework = Framework(name, home())
        configuration = framework.configuration("token-budget") + _LOCAL.format(
            check_added_large_files=programs.check_added_large_files
        )
        tree.repo.commit("hooks", {_CONFIGURATION: configuration})
        _change(tree)
        for hook, what, prepare in (
            ("nothing", "a hook that does nothing", _leave),
            ("check-added-large-files", "check-added-large-files", _leave),
            ("token-budget", "gate, nothing changed", _leave),
            ("token-budget", "gate, one file changed", _change),
        ):
            yield Case(
                name=f"{name} run, {what}",
                command=(framework.program, "run", hook),
                root=tree.root,
                prepare=partial(prepare, tree),
                environment=framework.environment,
            )


def _leave(_: Tree) -> None:
    """Leave the repository as it is."""


def _change(tree: Tree) -> None:
    tree.repo.add({CHANGED: changed()})
