from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctxtally.adapters.documents import read_document
from ctxtally.catalog.checksums import registry_digest
from ctxtally.catalog.forms import FORMS, lazy_form, proposals
from ctxtally.catalog.reader import read_catalog, read_detail
from ctxtally.catalog.resolve import resolve
from ctxtally.model.catalog import Catalog
from ctxtally.model.document import Document
from tests.catalog.catalogs import catalog, document, listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxtally.model.catalog import Entry
    from ctxtally.model.document import Plain
    from ctxtally.model.form import Proposal

PATH = "MANIFEST.json"
ROW = {"size": 12, "modified": "2026-01-02", "type": "md"}


def manifest(rows: int = 9, **more: object) -> dict[str, object]:
    registry = {f"docs/{number}.md": ROW | {"size": number} for number in range(rows)}
    return {"inventory": {"files": {"total_count": rows, "file_registry": registry}}, **more}


def formed(text: str, *tracked: str, path: str = PATH) -> dict[str, Proposal]:
    read = catalog(text, path)
    resolved = tuple(resolve(path, read.entries, listing(*tracked)))
    found = list(proposals(read, document(path, text), text, resolved))
    assert {one.name for one in found} <= set(FORMS)
    return {one.name: one for one in found}


def expanded(data: Plain) -> Plain:
    """Return what a text with columns says, as it was before."""
    if isinstance(data, list):
        return [expanded(item) for item in data]
    if not isinstance(data, dict):
        return data
    columns, rows = data.get("_columns"), data.get("_rows")
    if not isinstance(columns, list):
        return {key: expanded(value) for key, value in data.items()}
    names = [str(name) for name in columns]
    if isinstance(rows, list):
        return [_row(names, row) for row in rows]
    return {key: _row(names, row) for key, row in data.items() if key != "_columns"}


def _row(names: Sequence[str], row: Plain) -> Plain:
    return dict(zip(names, row, strict=True)) if isinstance(row, list) else row


def stated(entries: Iterable[Entry]) -> list[tuple[object, ...]]:
    return [
        (one.path, one.role, *((size.amount, size.unit) for size in one.stated)) for one in entries
    ]


EVERY = [f"docs/{number}.md" for number in range(9)]


class TestMinified:
    def test_only_white_space_goes(self) -> None:
        text = '{ "a b" : [ 1.0,\r\n\t"x \\" y" ],\n"c" : 1e5 }\n'
        assert formed(text)["minified"].text == '{"a b":[1.0,"x \\" y"],"c":1e5}\n'

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inside: (
                st.lists(inside, max_size=4)
                | st.dictionaries(st.text(max_size=5), inside, max_size=4)
            ),
            max_leaves=12,
        ),
        st.sampled_from([None, 1, "\t"]),
    )
    def test_nothing_is_lost(self, data: Plain, indent: int | str | None) -> None:
        text = json.dumps({"files": data}, indent=indent)
        short = formed(text)["minified"].text
        assert json.loads(short) == {"files": data}
        assert short == json.dumps({"files": data}, separators=(",", ":"))


class TestColumns:
    def test_a_mapping(self) -> None:
        rows = {f"{name}": {"b": 1, "a": [1, 2]} for name in "abcdefgh"}
        text = json.dumps({"x": rows}, indent=1)
        lines = formed(text)["columns"].text.splitlines()
        assert lines[:5] == [
            "{",
            ' "x": {',
            '  "_columns": ["b", "a"],',
            '  "a": [1, [1,2]],',
            '  "b": [1, [1,2]],',
        ]
        assert lines[-3:] == ['  "h": [1, [1,2]]', " }", "}"]

    def test_a_list(self) -> None:
        text = json.dumps({"x": [{"n": number} for number in range(8)]})
        assert formed(text)["columns"].text == (
            '{"x": {"_columns": ["n"], "_rows": [[0], [1], [2], [3], [4], [5], [6], [7]]}}'
        )

    def test_a_table_in_a_row_stays(self) -> None:
        inside = {name: {"n": 1} for name in "abcdefgh"}
        data = {name: {"inside": inside} for name in "ABCDEFGH"}
        assert formed(json.dumps(data))["columns"].text.count("_columns") == 1

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param({"x": [{"n": 1}] * 7}, id="few rows"),
            pytest.param({"x": [{"n": 1}] * 8 + [{"m": 1}]}, id="other keys"),
            pytest.param({"x": [{}] * 9}, id="no keys"),
            pytest.param({"x": [1] * 9}, id="no rows"),
            pytest.param({"skills": [{"n": 1}] * 9}, id="modules"),
            pytest.param({"components": {"mine": [{"n": 1}] * 9}}, id="components"),
            pytest.param({"files": [{"path": "a.md", "bytes": 1}] * 9}, id="files"),
            pytest.param({"x": {"_columns": [], **{name: [1] for name in "abcdefgh"}}}, id="done"),
        ],
    )
    def test_what_is_no_table(self, data: dict[str, object]) -> None:
        assert not {"columns", "columns-minified"} & set(formed(json.dumps(data)))

    @given(
        st.lists(st.text(max_size=4), min_size=1, max_size=3, unique=True),
        st.lists(
            st.text(max_size=4).filter(lambda name: name != "_columns"),
            min_size=8,
            max_size=9,
            unique=True,
        ),
        st.data(),
        st.sampled_from([None, 2]),
        st.booleans(),
    )
    def test_nothing_is_lost(
        self,
        keys: list[str],
        names: list[str],
        draw: st.DataObject,
        indent: int | None,
        listed: bool,  # noqa: FBT001 - hypothesis gives it
    ) -> None:
        values = st.integers() | st.text(max_size=5) | st.lists(st.booleans(), max_size=2)
        rows = [{key: draw.draw(values) for key in keys} for _ in names]
        data: dict[str, object] = {
            "a": rows if listed else dict(zip(names, rows, strict=True)),
            "b": 1,
        }
        found = formed(json.dumps(data, indent=indent))
        for name in ("columns", "columns-minified"):
            assert expanded(json.loads(found[name].text)) == data

    def test_the_reader_takes_a_registry_in_columns(self) -> None:
        text = json.dumps(manifest(), indent=2)
        before, after = catalog(text, PATH), catalog(formed(text)["columns"].text, PATH)
        assert stated(after.entries) == stated(before.entries)
        assert len(after.entries) == 9


class TestWithoutStale:
    def test_entries_and_their_number(self) -> None:
        text = json.dumps(manifest(), indent=2)
        kept = formed(text, *EVERY[2:4])["without-stale"]
        rows = [(path, ROW | {"size": int(path[5])}) for path in EVERY[2:4]]
        expected = manifest()
        expected["inventory"] = {"files": {"total_count": 2, "file_registry": dict(rows)}}
        assert kept.text == json.dumps(expected, indent=2)
        assert kept.does == "7 entries of files that are not tracked dropped"

    @pytest.mark.parametrize("gone", [{0}, {8}, {0, 8}, {3, 4}, set(range(9))])
    def test_any_of_them(self, gone: set[int]) -> None:
        data = {"files": [{"path": path, "bytes": 1} for path in EVERY]}
        kept = [one for number, one in enumerate(data["files"]) if number not in gone]
        text = formed(json.dumps(data), *(one["path"] for one in kept))["without-stale"].text  # type: ignore[arg-type]
        assert text == json.dumps({"files": kept})

    def test_of_every_extension(self) -> None:
        data = {
            "inventory": {
                "files": {"by_type": {"md": {"files": ["a.md", "b.md"]}, "py": {"files": ["c.py"]}}}
            }
        }
        text = formed(json.dumps(data), "b.md")["without-stale"].text
        assert json.loads(text)["inventory"]["files"]["by_type"] == {
            "md": {"files": ["b.md"]},
            "py": {"files": []},
        }

    def test_nothing_is_stale(self) -> None:
        assert "without-stale" not in formed(json.dumps(manifest()), *EVERY)

    def test_modules_stay(self) -> None:
        assert set(formed('{"skills": [{"name": "a", "path": "gone.md"}]}')) == {"minified"}


class TestLazy:
    @pytest.mark.parametrize("indent", [None, 2, "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_the_reader_loses_nothing(self, indent: int | str | None, end: str) -> None:
        text = json.dumps(manifest(last=[1.50]), indent=indent).replace("\n", end)
        lazy = lazy_form(document(PATH, text), text)
        assert lazy
        assert lazy.moved_to == ".manifest/file-registry.json"
        read = read_catalog(document(PATH, lazy.text))
        detail = read_document(lazy.moved_to, lazy.moved.encode())
        assert isinstance(read, Catalog)
        assert isinstance(detail, Document)
        before, after = catalog(text, PATH).entries, read_detail(detail)
        assert stated(after) == stated(before)
        assert read.registry
        assert read.registry.total
        assert read.registry.total.value == 9
        assert json.loads(lazy.moved) == manifest()["inventory"]["files"]["file_registry"]  # type: ignore[index]

    def test_what_stands_around_stays(self) -> None:
        text = json.dumps(manifest(rows=1, last=1), indent=2).replace("1\n}", "1.50\n}")
        lazy = lazy_form(document(PATH, text), text)
        assert lazy
        assert (
            lazy.text
            == """\
{
  "inventory": {
    "files": {
      "total_count": 1,
      "file_registry": {
        "_lazy_load": true,
        "_hash": "1876392a3d2c3b08",
        "_detail_file": ".manifest/file-registry.json",
        "_note": "every file with its size, in the detail file: read it only when that is needed"
      }
    }
  },
  "last": 1.50
}"""
        )
        assert lazy.moved == json.dumps({"docs/0.md": ROW | {"size": 0}}, indent=2) + "\n"

    @pytest.mark.parametrize(
        "data",
        [
            {"files": [{"path": path, "bytes": 9, "sha256": "0" * 64} for path in EVERY]},
            {"inventory": {"files": {"by_type": {"md": {"files": EVERY}, "py": {"files": []}}}}},
        ],
        ids=["a list", "by extension"],
    )
    def test_other_shapes_lose_nothing(self, data: dict[str, object]) -> None:
        text = json.dumps({"version": 1, **data}, indent=2)
        lazy = lazy_form(document(PATH, text), text)
        assert lazy
        assert lazy_form(document(PATH, lazy.text), lazy.text) is None
        before, after = catalog(text, PATH), catalog(lazy.text, PATH)
        detail = read_detail(document(lazy.moved_to, lazy.moved))
        assert stated(detail) == stated(before.entries)
        assert [one.sha256 and one.sha256.value for one in detail] == [
            one.sha256 and one.sha256.value for one in before.entries
        ]
        assert before.registry
        assert after.registry
        assert after.registry.complete == before.registry.complete
        assert after.registry.digest
        assert after.registry.digest.value == registry_digest(json.loads(lazy.moved))

    def test_beside_its_manifest(self) -> None:
        text = json.dumps(manifest())
        lazy = lazy_form(document(".claude/manifest.json", text), text)
        assert lazy
        assert lazy.moved_to == ".claude/.manifest/file-registry.json"
        assert f'"_detail_file": "{lazy.moved_to}"' in lazy.text

    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"inventory": {"files": {"file_registry": {}}}},
            {"inventory": {"files": {"file_registry": {"_detail_file": "x.json"}}}},
            {"inventory": {"files": {"file_registry": []}}},
            {"files": []},
            {"files": ["a.md"]},
            {"files": {"_detail_file": "x.json"}},
            {"inventory": {"files": {"by_type": {}}}},
        ],
    )
    def test_nothing_to_move(self, data: dict[str, object]) -> None:
        text = json.dumps(data)
        assert lazy_form(document(PATH, text), text) is None
