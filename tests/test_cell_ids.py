"""Cells without ids get some from what they hold: the same bytes at each build, and no failure of an exporter."""

import json
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportkit.publishing.assemble import assemble
from reportkit.publishing.html import ReportHTMLExporter
from reportkit.publishing.pdf import ReportPDFExporter
from reportkit.publishing.word import ReportWordExporter
from reportkit.text.cell_ids import give_ids, shortened, with_ids


def notebook(*sources: str, minor: int = 4) -> dict[str, Any]:
    """A notebook of Markdown cells without ids."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": each} for each in sources]
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": cells}


@given(sources=st.lists(st.text(max_size=5), max_size=8))
def test_ids_are_the_same_each_time_and_no_two_alike(sources: list[str]) -> None:
    first, second = notebook(*sources), notebook(*sources)
    give_ids(first)
    give_ids(second)
    ids = [cell["id"] for cell in first["cells"]]
    assert ids == [cell["id"] for cell in second["cells"]]
    assert len(set(ids)) == len(ids)
    nbformat.validate(nbformat.from_dict(first))


def test_ids_that_are_there_stay() -> None:
    whole = notebook("甲", "乙", minor=5)
    whole["cells"][0]["id"], whole["cells"][1]["id"] = "one", "two"
    before = deepcopy(whole)
    assert not give_ids(whole)
    assert whole == before
    content = json.dumps(whole).encode()
    assert with_ids(content) is content


@pytest.mark.parametrize("found", ["one", "", None, 7])
def test_an_id_that_is_taken_or_is_none_is_replaced(found: Any) -> None:
    odd = notebook("甲", "乙", minor=5)
    odd["cells"][0]["id"], odd["cells"][1]["id"] = "one", found
    assert give_ids(odd)
    assert odd["cells"][0]["id"] == "one"
    assert odd["cells"][1]["id"] not in ("one", found)


@pytest.mark.parametrize("minor", [2, 4, 5])
def test_a_notebook_without_ids_is_one_of_4_5_then(minor: int) -> None:
    node = json.loads(with_ids(json.dumps(notebook("甲", minor=minor)).encode()))
    assert node["nbformat_minor"] == 5


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"cells": 3}', b"\xff"])
def test_what_is_no_notebook_is_left_as_it_is(content: bytes) -> None:
    assert with_ids(content) == content


@pytest.mark.parametrize("exporter", [ReportHTMLExporter, ReportPDFExporter, ReportWordExporter])
@pytest.mark.parametrize("minor", [2, 4, 5])
def test_exporters_take_a_notebook_without_ids(exporter: Any, minor: int) -> None:
    node = nbformat.from_dict(notebook("# 标题", "有文字。", "有文字。", minor=minor))
    first, _ = exporter().from_notebook_node(node)
    second, _ = exporter().from_notebook_node(
        nbformat.from_dict(notebook("# 标题", "有文字。", "有文字。", minor=minor))
    )
    assert first == second
    assert all("id" not in cell for cell in node.cells)


@given(one=st.text("ab", max_size=80), other=st.text("ab", max_size=80))
def test_shortened_ids_are_as_different_as_the_long_ones(one: str, other: str) -> None:
    assert (shortened(one) == shortened(other)) is (one == other)
    assert len(shortened(one)) <= 64


def test_long_ids_are_the_same_at_each_assembly() -> None:
    long = notebook(*"甲乙丙", minor=5)
    for number, cell in enumerate(long["cells"]):
        cell["id"] = "a" * 60 + str(number)
    job = SimpleNamespace(section="other_matters")
    found = []
    for _ in range(2):
        run: Any = SimpleNamespace(notebook=json.dumps(long).encode(), job=job)
        head: Any = SimpleNamespace(to_json=dict)
        found.append([cell.id for cell in assemble([run], head).cells])
    assert found[0] == found[1]
    assert len(set(found[0])) == 3
    assert all(each.startswith("other-matters-aaaa") for each in found[0])
