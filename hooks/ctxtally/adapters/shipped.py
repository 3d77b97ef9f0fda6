"""The data that ships beside the code: budgets and templates.

In a wheel they lie in `ctxtally/_shipped/`; in a clone and in an editable install, where the
package is `hooks/ctxtally`, they lie at the top of the checkout.
"""

from __future__ import annotations

import os


def read(folder: str, name: str) -> bytes:
    """Return the bytes of one shipped file."""
    with open(os.path.join(_root(), folder, name), "rb") as file:
        return file.read()


def names(folder: str) -> list[str]:
    """Return the names of the files in a shipped folder, sorted."""
    return sorted(os.listdir(os.path.join(_root(), folder)))


def _root() -> str:
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    installed = os.path.join(package, "_shipped")
    if os.path.isdir(installed):
        return installed
    return os.path.dirname(os.path.dirname(package))
