"""What each rule says, in one sentence; docs/rules.md lists the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "agent-limit": (
        "A file, a chain of files or a listing is over a documented limit of the agent, or "
        "beyond its advice."
    ),
    "catalog-anchor": (
        "The word count or token estimate of the root anchor is not what the file measures."
    ),
    "catalog-bare-name": (
        "Dependencies are written with a category in some places and without it in others."
    ),
    "catalog-claim": "The catalog says of itself that it is valid, and it is not.",
    "catalog-count": "A stated number of modules, categories or files is not the number listed.",
    "catalog-cycle": "Modules depend on each other in a circle.",
    "catalog-digest": (
        "The checksum of a registered file, or of a registry in a file of its own, does not "
        "fit that file."
    ),
    "catalog-front-matter": (
        "A module's front matter cannot be read or says something else than the index."
    ),
    "catalog-list-incomplete": "A list by tag or priority leaves out modules that have it.",
    "catalog-missing-file": "A listed file, or the root anchor, is not tracked.",
    "catalog-no-front-matter": "Some modules lack the front matter that the others have.",
    "catalog-not-a-file": "An entry names a directory or a pattern, which has no count.",
    "catalog-percentage": "A stated saving does not follow from the two numbers beside it.",
    "catalog-priority-list": "A module is listed under a priority that is not its own.",
    "catalog-priority": "A priority is none of HIGH, MEDIUM and LOW.",
    "catalog-reference": "A dependency or a loading list names no module, or more than one.",
    "catalog-refused-path": (
        "An entry names a path that is not read: absolute, outside the repository, a URL and "
        "the like."
    ),
    "catalog-registry": (
        "Registered paths are absolute, not tracked, or have another size than stated."
    ),
    "catalog-size": "The bytes or lines that an index states for a module are not what it has.",
    "catalog-sum": "A stated sum of tokens is not the sum of the estimates it covers.",
    "catalog-tag": "A module is listed under a tag that it does not carry.",
    "catalog-unlisted-file": "A folder of modules holds files that the catalog does not list.",
    "catalog-unmatched-name": "A name without a folder cannot be matched to a tracked file.",
    "catalog-unreadable": "The catalog is not valid, or is larger or deeper than is read.",
    "catalog-unregistered-file": "A registry of the whole repository leaves out tracked files.",
    "category-budget": "The modules of a category measure more than its budget.",
    "import-depth": "An import lies deeper than the agent follows.",
    "import-limit": (
        "There are more imports than are followed here: 1,000 in one file, 2,000 in one load set."
    ),
    "import-missing": "An import names no tracked file.",
    "import-outside": "An import leads out of the repository, so it is not measured.",
    "lfs-pointer": "The file is a git-lfs pointer, so its text is not in git.",
    "link-not-followed": (
        "A symlink leads out of the repository, to nothing, in a circle or to a submodule."
    ),
    "module-estimate": (
        "A module measures more or less than a budget allows for what its index states."
    ),
    "not-available": "The content is not in this clone, as in a partial clone.",
    "not-utf-8": "A byte of the file does not belong to UTF-8 text.",
    "nul-byte": "The file holds a NUL, as binary files do.",
    "redundancy-comment": (
        "A comment `dup-ok` gives no reason, or stands above something that is not repeated."
    ),
    "redundancy": (
        "More of a set of files is repeated than its budget allows, or more than at the base."
    ),
    "setting-conditional": (
        "A setting of the agent applies only under a condition; what is lost without it is said."
    ),
    "setting-unreadable": (
        "The settings file of an agent cannot be parsed, or a value in it is of no use to the"
        " agent."
    ),
    "token-budget": "A file, or the sum over several, is over its budget or its warning line.",
    "too-large": "The file has more than 4,194,304 bytes.",
    "unused-budget": "A budget limits nothing that is there.",
    "unused-waiver": "A waiver allows nothing that is wrong.",
    "utf-16": "The file begins with the byte-order mark of UTF-16 or UTF-32.",
}
