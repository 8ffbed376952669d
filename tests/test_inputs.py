"""Reading params/: strictly, each mistake with its line, missing never 0, real figures cell by cell."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from reportkit.editions import STATUTORY
from reportkit.errors import InputError, InputErrors, ProjectError, each_error
from reportkit.inputs.definition_documents import DefinitionDocument
from reportkit.inputs.documents import Document, RegisterDocument, SubmissionDocument
from reportkit.inputs.files import find_root
from reportkit.inputs.project import Project
from reportkit.inputs.read_figures import StatedFigures, read_figures
from reportkit.inputs.schema import schemas
from reportkit.model import Figures, Value
from reportkit.text.validation import validate
from reportkit.text.yamlfile import read_yaml
from tests.conftest import MakeProject
from tests.strategies import hostile_text

DATA = Path(__file__).parent / "data"
SHIPPED = Path(__file__).parent.parent
PARAMS = sorted(path.relative_to(SHIPPED).as_posix() for path in (SHIPPED / "params").rglob("*.yaml"))
SUBMISSIONS = [name for name in PARAMS if name.count("/") == 2]
SEVEN = ["natural_person", "commercial", "research", "charity", "legal_service", "other_organization", "total"]


def read(text: str) -> Any:
    return read_yaml(text.encode(), "f.yaml").data


def document(model: type[Document], text: str) -> Any:
    return validate(model, read_yaml(text.encode(), "f.yaml"))


def stated(text: str, edition: str = "2021") -> StatedFigures:
    file = read_yaml(text.encode(), "f.yaml")
    return read_figures(STATUTORY.load(edition), validate(SubmissionDocument, file), file)


def submitted(text: str, edition: str = "2021") -> tuple[Figures, tuple[str, ...]]:
    found = stated(text, edition)
    return found.figures, found.decisions


def cells_of(text: str, row: str, edition: str = "2021") -> list[Value]:
    figures, _ = submitted(text, edition)
    return [figures[spec.id] for spec in STATUTORY.load(edition).rows[row]]


def refusals(call: Callable[[], object]) -> list[InputError]:
    """What is refused, one error each: InputErrors taken apart."""
    with pytest.raises(InputError) as refused:
        call()
    return [error for error in each_error(refused.value) if isinstance(error, InputError)]


# YAML files


def test_plain_values_are_read_as_what_they_look_like() -> None:
    text = "a: 12\nb: -3\nc: +19\nd: 59237.2449\ne: 2024-01-31\nf: true\ng:\nh: 12 件\ni: '0451'\nj: [1, 甲]\nk: {l: 0}"
    assert read(text) == {
        "a": 12,
        "b": -3,
        "c": 19,
        "d": Decimal("59237.2449"),
        "e": date(2024, 1, 31),
        "f": True,
        "g": None,
        "h": "12 件",
        "i": "0451",
        "j": [1, "甲"],
        "k": {"l": 0},
    }


def test_an_amount_keeps_its_digits() -> None:
    assert str(read("a: 12.5000")["a"]) == "12.5000"


@pytest.mark.parametrize("content", [b"", b"# nothing but a comment\n", b"\xef\xbb\xbf"])
def test_an_empty_file_holds_nothing(content: bytes) -> None:
    assert read_yaml(content, "f.yaml").data is None


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert read_yaml("\ufeffa: 1".encode(), "f.yaml").data == {"a": 1}


def test_every_key_has_its_line() -> None:
    file = read_yaml("a: 1\n\nb:\n  # 说明\n  c: [1,\n    2]\n  d: {e: 1}\n".encode(), "f.yaml")
    lines = {("a",): 1, ("b",): 3, ("b", "c"): 5, ("b", "c", 0): 5, ("b", "c", 1): 6, ("b", "d"): 7, ("b", "d", "e"): 7}
    assert {path: file.lines[path] for path in lines} == lines


def test_a_place_unknown_to_the_file_is_the_nearest_known_line() -> None:
    file = read_yaml(b"a: 1\nb:\n  c: 1\n", "f.yaml")
    assert file.where(("b", "x", 3)) == "f.yaml, line 2, b.x.3"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\nb: 2\na: 3", 3, "'a' appears twice"),
        ("b:\n  a: 1\n  a: 1", 3, "'a' appears twice"),
        ("a: 1\nb: &x 2", 2, "Anchors"),
        ("a: 1\nb: *x", 2, "Anchors"),
        ("a:\n  b: 1\n <<: {c: 1}", 3, ""),
        ("a: 010", 1, "'010'"),
        ("a: 1_000", 1, "'1_000'"),
        ("a: .inf", 1, "'.inf'"),
        ("a: -.INF", 1, "'-.INF'"),
        ("a: .nan", 1, "'.nan'"),
        ("a: 1:30", 1, "'1:30'"),
        ("a: 0x1F", 1, "'0x1F'"),
        ("a: 1.", 1, "'1.'"),
        ("a: 2024-02-30", 1, "'2024-02-30' is not a date"),
        ("a: 1\nb: 2024-01-31T10:00:00", 2, "not a date"),
        ("a: 1\n  b: 2", 2, "not valid YAML"),
        ("a: |\n  甲\n\t乙", 3, "not valid YAML"),
        ("a: 1\n---\nb: 1", 2, "more than one document"),
        ("a: [1, 2\nb: 3", 1, "the bracket [ isn't closed"),
        ("? [a]\n: b", 1, "plain word"),
        ("a: !!python/name:os.system x", 1, ""),
        ("a: !mine x", 1, ""),
    ],
)
def test_yaml_that_surprises_is_refused_with_its_line(text: str, line: int, what: str) -> None:
    (error,) = refusals(lambda: read(text))
    assert what in error.what
    assert f"f.yaml, line {line}" in error.where
    assert error.fix


@pytest.mark.parametrize("text", ["a: !mine {b: 1}", "a: !mine [1]", "a: !!set {b, c}", "a: !!omap [b: 1]"])
def test_a_tag_of_ones_own_is_refused_on_collections_too(text: str) -> None:
    (error,) = refusals(lambda: read(text))
    assert "line 1" in error.where


def test_a_file_that_is_not_utf8_is_refused_with_its_line() -> None:
    (error,) = refusals(lambda: read_yaml("a: 1\nb: 政府\n".encode("gbk"), "f.yaml"))
    assert (error.where, "UTF-8" in error.fix) == ("f.yaml, line 2", True)


def test_a_control_character_is_refused() -> None:
    (error,) = refusals(lambda: read("a: 1\x00"))
    assert "not valid YAML" in error.what


def test_a_file_of_millions_of_characters_is_refused() -> None:
    (error,) = refusals(lambda: read_yaml(b"a: " + b"x" * 2_000_001, "f.yaml"))
    assert "2000004 characters" in error.what


def test_a_repeated_key_names_the_first_line() -> None:
    (error,) = refusals(lambda: read("b: 1\na: 1\na: 2"))
    assert "line 2" in error.fix


def test_a_deeply_nested_file_is_refused() -> None:
    (error,) = refusals(lambda: read("a: " + "[" * 3_000 + "]" * 3_000))
    assert "deep" in error.what


def test_a_file_of_brackets_does_not_kill_the_process() -> None:
    # In a process of its own: a stack that overflows takes everything with it.
    code = (
        "from reportkit.errors import InputError\n"
        "from reportkit.text.yamlfile import read_yaml\n"
        "try:\n    read_yaml(b'a: ' + b'[' * 40_000, 'f.yaml')\n"
        "except InputError:\n    print('refused')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "refused\n")


@given(text=hostile_text)
def test_any_text_is_read_or_refused(text: str) -> None:
    where = "f.yaml"
    try:
        read_yaml(text.encode(), "f.yaml")
    except InputError as error:
        where = error.where
    assert where.startswith("f.yaml")


@given(text=hostile_text)
def test_prose_in_quotation_marks_is_read_as_it_was_written(text: str) -> None:
    escaped = "".join(f"\\U{ord(character):08X}" for character in text)
    assert read(f'prose: {{overview: "{escaped}"}}')["prose"]["overview"] == text


# Documents


@pytest.mark.parametrize(
    ("model", "text", "what", "where", "fix"),
    [
        (SubmissionDocument, "prose: {}\nfigurs: {}", "'figurs'", "line 2, figurs", "'figures'"),
        (SubmissionDocument, "facts:\n  x: {value: 1, untit: 件}", "'untit'", "line 2, facts.x.untit", "'unit'"),
        (RegisterDocument, "departments:\n- {id: a, name: b, short_name: c, kind: office, level: county, fone: 1}",
         "'fone'", "line 2, departments.0.fone", "Accepted: also_called, contact, id, kind"),
        (RegisterDocument,
         "departments:\n- {id: a, name: b, short_name: c, kind: office,\n   level: county, contact: {fone: 1}}",
         "'fone'", "line 3, departments.0.contact.fone", "'phone'"),
        (DefinitionDocument, "sections: [{section: a, notebook: b.ipynb}]\nsite: {nme: x, name: y}",
         "'nme'", "line 2, site.nme", "'name'"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_refused_with_its_line_and_the_nearest(
    model: type[Document], text: str, what: str, where: str, fix: str
) -> None:
    (error,) = refusals(lambda: document(model, text))
    assert what in error.what
    assert where in error.where
    assert fix in error.fix


@pytest.mark.parametrize(
    ("model", "text", "where", "found"),
    [
        (SubmissionDocument, "published_on: '2025-01-20'", "line 1, published_on", "str"),
        (SubmissionDocument, "published_on: 20250120", "line 1, published_on", "int"),
        (SubmissionDocument, "none_received: 1", "line 1, none_received", "int"),
        (SubmissionDocument, "none_received: 无", "line 1, none_received", "'无'"),
        (SubmissionDocument, "blanks_are_zero: table3", "line 1, blanks_are_zero", "str"),
        (SubmissionDocument, "figures: []", "line 1, figures", "list"),
        (SubmissionDocument, "prose:\n  proactive: 12", "line 2, prose.proactive", "int"),
        (SubmissionDocument, "facts:\n  Bad-Id: {value: 1}", "line 2", "Bad-Id"),
        (
            DefinitionDocument,
            "sections:\n- {section: a, notebook: ../a.ipynb}",
            "line 2, sections.0.notebook",
            "../a.ipynb",
        ),
        (DefinitionDocument, "sections: [{section: a, notebook: a.ipynb}]\ntimeout_s: 0", "line 2, timeout_s", "0"),
        (DefinitionDocument, "sections: []", "line 1, sections", "[]"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_line(
    model: type[Document], text: str, where: str, found: str
) -> None:
    (error,) = refusals(lambda: document(model, text))
    assert where in error.where
    assert found in error.what


@pytest.mark.parametrize("value", ["'3'", "true", "[3]"])
def test_a_fact_that_is_no_number_is_one_mistake(value: str) -> None:
    (error,) = refusals(lambda: document(SubmissionDocument, f"facts:\n  x: {{value: {value}}}"))
    assert "line 2, facts.x.value" in error.where


@pytest.mark.parametrize(
    ("model", "text", "allowed"),
    [
        (
            RegisterDocument,
            "departments:\n- {id: a, name: b, short_name: c, kind: ministry, level: county}",
            "government",
        ),
        (DefinitionDocument, "sections: [{section: a, notebook: a.ipynb}]\nformats: [html, rtf]", "docx"),
    ],
)
def test_a_value_outside_the_list_is_refused_with_the_list(model: type[Document], text: str, allowed: str) -> None:
    (error,) = refusals(lambda: document(model, text))
    assert "line 2" in error.where
    assert allowed in error.fix


def test_a_missing_key_is_named_with_the_line_of_its_place() -> None:
    (error,) = refusals(
        lambda: document(RegisterDocument, "departments:\n- id: a\n  name: b\n  kind: office\n  level: county")
    )
    assert ("'short_name'" in error.what, "line 2" in error.where) == (True, True)


def test_a_file_that_holds_no_keys_is_refused() -> None:
    (error,) = refusals(lambda: document(SubmissionDocument, "- 1\n- 2"))
    assert "key: value" in error.what


def test_every_mistake_of_a_file_is_told_at_once() -> None:
    errors = refusals(lambda: document(SubmissionDocument, "a: 1\nb: 2\nfacts: 3"))
    assert ["line 1" in error.where for error in errors].count(True) == 1
    assert len(errors) == 3


@pytest.mark.parametrize("fact_id", ["int", "decimal"])
def test_a_fact_may_have_any_name_of_the_pattern(fact_id: str) -> None:
    (error,) = refusals(lambda: document(SubmissionDocument, f"facts:\n  {fact_id}: {{value: 1, a: 2}}"))
    assert error.where == f"f.yaml, line 2, facts.{fact_id}.a"


# Figures


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("[1, 2, 3, 4, 5, 6]", [1, 2, 3, 4, 5, 6, 21]),
        ("[1, 2, 3, 4, 5, 6, 22]", [1, 2, 3, 4, 5, 6, 22]),
        ("[1, 2, 3, 4, 5, 6, null]", [1, 2, 3, 4, 5, 6, 21]),
        ("[1, null, 3, 4, 5, 6]", [1, None, 3, 4, 5, 6, None]),
        ("[1, null, 3, 4, 5, 6, 21]", [1, None, 3, 4, 5, 6, 21]),
        ("[0, 0, 0, 0, 0, 0]", [0] * 7),
        ("[, , , , , ]", None),
        ("[null, null, null, null, null, null]", [None] * 7),
        ("{natural_person: 1, total: 3}", [1, None, None, None, None, None, 3]),
        ("{commercial: 2}", [None, 2, None, None, None, None, None]),
        ("null", [None] * 7),
        ("{}", [None] * 7),
    ],
)
def test_a_row_lists_six_values_or_seven_or_names_them(row: str, values: list[Value] | None) -> None:
    text = f"figures: {{requests: {{received: {row}}}}}"
    if values is None:
        assert refusals(lambda: submitted(text))
    else:
        assert cells_of(text, "requests.received") == values


@pytest.mark.parametrize("text", ["", "figures: {}", "figures: {requests: }", "figures: {requests: {refused: {}}}"])
def test_a_row_that_is_absent_is_missing_and_never_zero(text: str) -> None:
    figures, decisions = submitted(text)
    assert set(figures.cells) == set(STATUTORY.load("2021").cells)
    assert set(figures.cells.values()) == {None}
    assert decisions == ()


def test_every_cell_of_the_edition_is_there_in_its_order() -> None:
    figures, _ = submitted("figures: {disputes: {review: [1, 2, 3, 4]}, disclosure: {rules: [1, 2, 3]}}")
    assert list(figures.cells) == list(STATUTORY.load("2021").cells)


def test_an_amount_and_a_change_are_read_as_such() -> None:
    assert cells_of("figures: {disclosure: {fees: [59237.2449]}}", "disclosure.fees") == [Decimal("59237.2449")]
    assert cells_of("figures: {disclosure: {fees: [3, -3]}}", "disclosure.fees", "2019") == [3, -3]
    assert cells_of("figures: {disclosure: {fees: [3, +19]}}", "disclosure.fees", "2019") == [3, 19]


def test_a_negative_zero_is_never_printed_with_its_sign() -> None:
    try:
        (value,) = cells_of("figures: {disclosure: {fees: [-0.0]}}", "disclosure.fees")
    except InputError:
        return
    assert not str(value).startswith("-")


@pytest.mark.parametrize(
    "value", ["-1", "1.5", "3.0", "true", "no", "'3'", "约10", "2024-01-31", "[1]", "12345678901234567890"]
)
def test_what_is_no_count_is_kept_with_its_line_and_its_cell_is_missing(value: str) -> None:
    found = stated(f"figures:\n  requests:\n    received: [0, {value}, 0, 0, 0, 0, 5]")
    (misfit,) = found.misfits
    assert misfit.cell == "requests.received/commercial"
    assert misfit.where == "f.yaml, line 3, figures.requests.received.1"
    assert misfit.text.strip("[]'") in {value.strip("[]'"), "True", "False"}
    assert found.figures["requests.received/commercial"] is None


@pytest.mark.parametrize("value", ['"/"', "'-'", "－", "——", "不适用", "' '", "''", "null"])
def test_what_stands_for_a_blank_is_missing_and_never_zero(value: str) -> None:
    found = stated(f"figures:\n  requests:\n    received: [0, {value}, 0, 0, 0, 0]")
    assert found.misfits == ()
    assert found.figures["requests.received/commercial"] is None
    assert found.figures["requests.received/total"] is None


@pytest.mark.parametrize(
    "text",
    [
        "blanks_are_zero: [table3]\nfigures: {requests: {received: [0, -1, 0, 0, 0, 0]}}",
        "figures: {requests: {received: [0, -1, 0, 0, 0, 0]}}",
        "figures: {requests: {received: [0, 0, 0, 0, 0, 0, 约3]}}",
    ],
)
def test_nothing_makes_a_number_of_a_misfit(text: str) -> None:
    found = stated(text)
    (misfit,) = found.misfits
    assert found.figures[misfit.cell] is None


def test_none_received_contradicts_a_row_one_that_is_no_number() -> None:
    (error,) = refusals(lambda: stated("none_received: true\nfigures: {requests: {received: [约3, 0, 0, 0, 0, 0]}}"))
    assert "约3" in error.what


@pytest.mark.parametrize(
    ("edition", "text", "cell"),
    [
        ("2021", "figures: {disclosure: {fees: [-0.5]}}", "disclosure.fees/amount"),
        ("2021", "figures: {disclosure: {fees: ['3元']}}", "disclosure.fees/amount"),
        ("2019", "figures: {disclosure: {fees: [0, 0.5]}}", "disclosure.fees/change"),
    ],
)
def test_an_amount_is_not_negative_and_a_change_is_whole(edition: str, text: str, cell: str) -> None:
    assert [misfit.cell for misfit in stated(text, edition).misfits] == [cell]


@pytest.mark.parametrize(
    ("text", "what", "line", "fix"),
    [
        ("figures:\n  reqests: {}", "'reqests'", 2, "'requests'"),
        ("figures:\n  requests:\n    recieved: [1]", "'recieved'", 3, "'received'"),
        ("figures:\n  requests:\n    refused:\n      state_secrets: [1]", "'state_secrets'", 4, "'state_secret'"),
        ("figures:\n  requests:\n    received: {natural_persons: 1}", "'natural_persons'", 3, "'natural_person'"),
        ("figures:\n  requests:\n    handled: [0, 0, 0, 0, 0, 0]", "'handled'", 3, "Accepted: "),
    ],
)
def test_an_unknown_row_or_column_is_refused_with_line_and_hint(text: str, what: str, line: int, fix: str) -> None:
    (error,) = refusals(lambda: submitted(text))
    assert what in error.what
    assert f"line {line}" in error.where
    assert fix in error.fix


@pytest.mark.parametrize(
    ("row", "count", "expected"),
    [
        ("requests: {received: [1, 2, 3, 4, 5]}", 5, "6 or 7"),
        ("requests: {received: [1, 2, 3, 4, 5, 6, 7, 8]}", 8, "6 or 7"),
        ("requests: {received: []}", 0, "6 or 7"),
        ("disputes: {review: [1, 2, 3]}", 3, "4 or 5"),
        ("disclosure: {licensing: [1, 2]}", 2, "not 1"),
    ],
)
def test_a_row_of_another_length_is_refused_with_the_order(row: str, count: int, expected: str) -> None:
    (error,) = refusals(lambda: submitted(f"figures: {{{row}}}"))
    assert f"{count} values" in error.what
    assert expected in error.what
    assert "In this order: " in error.fix


@pytest.mark.parametrize(
    "text", ["figures: {requests: 5}", "figures: {requests: {refused: [1, 2]}}", "figures: {requests: {received: 5}}"]
)
def test_a_number_where_rows_or_a_row_belong_is_refused(text: str) -> None:
    (error,) = refusals(lambda: submitted(text))
    assert "line 1" in error.where


def test_every_mistake_in_figures_is_told_at_once(two_mistakes_project: Path) -> None:
    errors = refusals(lambda: Project(two_mistakes_project).submission(2024, "qinghe-jyj"))
    assert [error.where for error in errors] == [
        "params/2024/qinghe-jyj.yaml, line 3, figures.requests.received",
        "params/2024/qinghe-jyj.yaml, line 4, figures.requests.carried_im",
    ]


# None received, blanks are zero


def test_none_received_states_row_one_alone() -> None:
    figures, (decision,) = submitted("none_received: true")
    assert {cell_id for cell_id, value in figures.cells.items() if value == 0} == {
        f"requests.received/{column}" for column in SEVEN
    }
    assert "未收到" in decision


def test_none_received_and_nothing_carried_in_state_the_whole_table_and_no_other() -> None:
    figures, decisions = submitted("none_received: true\nfigures: {requests: {carried_in: [0, 0, 0, 0, 0, 0]}}")
    values = {
        table: {value for cell_id, value in figures.cells.items() if cell_id.startswith(table)}
        for table in ("requests", "dis")
    }
    assert values == {"requests": {0}, "dis": {None}}
    assert len(decisions) == 2


@pytest.mark.parametrize("carried_in", ["[1, 0, 0, 0, 0, 0]", "[0, null, 0, 0, 0, 0]", "null"])
def test_none_received_says_nothing_of_results_where_something_may_be_carried_in(carried_in: str) -> None:
    figures, decisions = submitted(f"none_received: true\nfigures: {{requests: {{carried_in: {carried_in}}}}}")
    assert figures["requests.granted/total"] is None
    assert len(decisions) == 1


def test_none_received_never_overwrites_a_row_that_was_stated() -> None:
    text = "none_received: true\nfigures: {requests: {carried_in: [0, 0, 0, 0, 0, 0], granted: [1, null, 0, 0, 0, 0]}}"
    assert cells_of(text, "requests.granted") == [1, None, 0, 0, 0, 0, None]


@pytest.mark.parametrize(
    "blank", ["[~, ~, ~, ~, ~, ~]", "[/, '', －, 不适用, ~, ~, ~]", "{natural_person: ~}", "~", "[~, ~, ~, ~, ~, ~, ~]"]
)
def test_a_row_of_blank_cells_is_none_that_was_stated(blank: str) -> None:
    figures, _ = submitted(
        f"none_received: true\nfigures: {{requests: {{carried_in: [0, 0, 0, 0, 0, 0], granted: {blank}}}}}"
    )
    assert {value for cell, value in figures.cells.items() if cell.startswith("requests.")} == {0}


def test_none_received_contradicts_a_row_one_that_is_not_zero() -> None:
    (error,) = refusals(lambda: submitted("figures: {requests: {received: [0, 2, 0, 0, 0, 0]}}\nnone_received: true"))
    assert "商业企业 is 2" in error.what
    assert "line 2, none_received" in error.where


def test_none_received_agrees_with_a_row_one_of_zeros() -> None:
    figures, _ = submitted("none_received: true\nfigures: {requests: {received: [0, 0, 0, 0, 0, 0, 0]}}")
    assert figures["requests.received/total"] == 0


def test_without_a_decision_blanks_stay_missing() -> None:
    text = "none_received: false\nfigures: {requests: {received: [1, null, null, null, null, null]}}"
    assert cells_of(text, "requests.received") == [1, *[None] * 6]


def test_blanks_are_zero_is_a_decision_for_one_table_that_is_told() -> None:
    text = "blanks_are_zero: [table4]\nfigures: {disputes: {review: [5, null, null, 2, 7]}}"
    figures, decisions = submitted(text)
    assert [value for cell_id, value in figures.cells.items() if cell_id.startswith("disputes.review")] == [
        5,
        0,
        0,
        2,
        7,
    ]
    assert figures["disputes.litigation.direct/total"] == 0
    assert figures["requests.received/total"] is None
    assert decisions == ("填报单位决定：表四的空格按0计（共10格）。",)


RECEIVED = """blanks_are_zero: [table3]
figures:
  requests:
    received: [6, 0, 0, 0, 0, 0]
    granted: [5, 0, 0, 0, 0, 0]
    unavailable: {not_held: [1, 0, 0, 0, 0, 0]}
"""


def test_blanks_are_zero_leaves_a_sum_missing_that_was_left_out_whole() -> None:
    figures, decisions = submitted(RECEIVED)
    assert cells_of(RECEIVED, "requests.concluded") == [None] * 7
    assert cells_of(RECEIVED, "requests.partial") == [0] * 7
    assert {cell.partition("/")[0] for cell in figures.missing() if cell.startswith("requests.")} == {
        "requests.concluded"
    }
    assert decisions == ("填报单位决定：表三的空格按0计（共126格）。“（七）总计”一行没有填，各项不都是0，仍按缺处理。",)


def test_blanks_are_zero_makes_a_sum_of_noughts_nought() -> None:
    text = "blanks_are_zero: [table3]\nfigures: {requests: {received: [0, 0, 0, 0, 0, 0]}}"
    assert cells_of(text, "requests.concluded") == [0] * 7
    assert cells_of("blanks_are_zero: [table3]", "requests.concluded") == [0] * 7


def test_blanks_are_zero_fills_a_sum_that_was_stated_in_part() -> None:
    text = RECEIVED + "    concluded: [6, ~, ~, ~, ~, ~]\n"
    assert cells_of(text, "requests.concluded") == [6, 0, 0, 0, 0, 0, 6]


def test_blanks_are_zero_keeps_a_total_that_was_stated_wrongly() -> None:
    text = "blanks_are_zero: [table4]\nfigures: {disputes: {review: [5, null, null, 2, 8]}}"
    assert cells_of(text, "disputes.review")[-1] == 8


def test_blanks_are_zero_for_an_unknown_table_is_refused_with_the_known() -> None:
    (error,) = refusals(lambda: submitted("none_received: true\nblanks_are_zero:\n- table3\n- table5"))
    assert ("'table5'" in error.what, "line 4" in error.where, "table2, table3, table4" in error.fix) == (
        True,
        True,
        True,
    )


# The register


def register(*entries: str) -> str:
    return "departments:\n" + "".join(
        f"- {{name: 甲, short_name: 甲, kind: department, level: county, {each}}}\n" for each in entries
    )


@pytest.mark.parametrize(
    ("before", "after", "fix"),
    [
        ("kind: department", "kind: 工作部门", "是否应为“department”（工作部门）？"),
        ("level: county", "level: 县", "是否应为“county”（县级）？"),
        ("id: a", "id: a, contact: {url: www.example.gov.cn/a}", "请写作https://www.example.gov.cn/a；"),
    ],
)
def test_a_slip_in_the_register_is_corrected(before: str, after: str, fix: str) -> None:
    text = register("id: a")
    assert before in text
    file = read_yaml(text.replace(before, after).encode(), "d.yaml")
    (error,) = refusals(lambda: validate(RegisterDocument, file))
    assert error.shown("zh").fix.startswith(fix)


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        (register("id: a", "id: b", "id: a"), "'a' appears twice", "line 4, departments.2.id"),
        (register("id: a, parent: bb"), "unknown parent 'bb'", "line 2, departments.0.parent"),
        (register("id: a", "id: c, successor: aa"), "unknown successor 'aa'", "line 3, departments.1.successor"),
        (register("id: a, parent: a"), "'a' is above itself", "line 2, departments.0.parent"),
        (register("id: a, parent: b", "id: b, parent: a"), "above itself", "line 2, departments.0.parent"),
        (register("id: A"), "match pattern", "line 2, departments.0.id"),
        (register("id: 1a"), "match pattern", "line 2, departments.0.id"),
        (register("id: a_b"), "match pattern", "line 2, departments.0.id"),
        (register("id: ../a"), "match pattern", "line 2, departments.0.id"),
        (register("id: 宿迁"), "match pattern", "line 2, departments.0.id"),
        (register("id: a, contact: {url: 'javascript:a()'}"), "match pattern", "line 2, departments.0.contact.url"),
        ("departments: []", "at least 1", "line 1, departments"),
    ],
)  # fmt: skip
def test_a_register_that_contradicts_itself_is_refused(
    make_project: MakeProject, text: str, what: str, where: str
) -> None:
    project = Project(make_project("one-section", {"params/departments.yaml": text}))
    (error,) = refusals(lambda: project.register)
    assert what in error.what
    assert error.where == f"params/departments.yaml, {where}"


def test_the_register_keeps_its_order(repository: Path) -> None:
    found = Project(repository).register
    assert [department.id for department in found][:3] == ["harbin", "nangang", "nangang-ysj"]


def test_a_register_may_be_longer_than_other_files(make_project: MakeProject) -> None:
    text = register("id: a") + "# 注\n" * 700_000
    assert list(Project(make_project("one-section", {"params/departments.yaml": text})).register.departments) == ["a"]


def test_what_was_read_of_a_department_is_let_go_of(repository: Path) -> None:
    project = Project(repository)
    before, other = project.submission(2024, "suqian"), project.submission(2023, "nangang-ysj")
    project.forget("suqian")
    assert project.submission(2024, "suqian") is not before
    assert project.submission(2023, "nangang-ysj") is other


def test_an_unknown_department_is_refused_with_the_nearest(repository: Path) -> None:
    with pytest.raises(ProjectError, match="'suqian'"):
        Project(repository).department("suqain")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "years"),
    [("2024-03-01", "2025-06-30", [2024, 2025]), ("2025-01-01", "null", [2025, 2026]), ("null", "2023-12-31", [2023])],
)
def test_a_body_is_valid_in_the_years_it_existed(
    make_project: MakeProject, valid_from: str, valid_to: str, years: list[int]
) -> None:
    text = register(f"id: a, valid_from: {valid_from}, valid_to: {valid_to}")
    department = Project(make_project("one-section", {"params/departments.yaml": text})).department("a")
    assert [year for year in (2023, 2024, 2025, 2026) if department.valid_in(year)] == years


def test_a_report_reads_only_its_own_part_of_the_register(repository: Path) -> None:
    project = Project(repository)
    part = read_yaml(project.register_part(project.department("nangang-ysj")), "part.yaml").data
    assert [entry["id"] for entry in part["departments"]] == ["harbin", "nangang", "nangang-ysj"]


@pytest.mark.parametrize(("department", "due"), [("suqian", date(2025, 3, 31)), ("nangang-ysj", date(2025, 1, 31))])
def test_a_government_has_until_march_and_others_until_january(repository: Path, department: str, due: date) -> None:
    assert STATUTORY.deadline(Project(repository).department(department), 2024) == due


# The definition


def sections(when: str = "", section: str = "overview") -> str:
    first = "{section: preamble, notebook: a.ipynb}"
    return f"formats: [html]\nsections:\n- {first}\n- {{section: {section}, notebook: b.ipynb{when}}}\n"


def sections_for(root: Path, department: str = "qinghe-swj") -> list[str]:
    project = Project(root)
    body, edition = project.department(department), project.editions.for_year(2024)
    return [each.notebook for each in project.sections_for(body, edition, project.submission(2024, department))]


def test_an_unknown_section_is_refused_with_its_line_and_the_nearest(make_project: MakeProject) -> None:
    root = make_project("one-section", {"params/report.yaml": sections(section="overveiw")})
    (error,) = refusals(lambda: sections_for(root))
    assert "'overveiw'" in error.what
    assert "'overview'" in error.fix
    assert "line 4" in error.where


@pytest.mark.parametrize(
    "when",
    ["government", "kind = government", "kind == government or level == county", "name == a", "kind == 'office'", "1"],
)
def test_a_condition_that_cannot_be_read_is_refused_with_its_line(make_project: MakeProject, when: str) -> None:
    root = make_project("one-section", {"params/report.yaml": sections(f', when: "{when}"')})
    (error,) = refusals(lambda: Project(root).definition)
    assert error.where == "params/report.yaml, line 4, sections.1.when"


@pytest.mark.parametrize("when", ["kind == goverment", "level != contry"])
def test_a_condition_names_a_kind_or_level_that_exists(make_project: MakeProject, when: str) -> None:
    root = make_project("one-section", {"params/report.yaml": sections(f", when: {when}")})
    (error,) = refusals(lambda: Project(root).definition)
    assert "line 4" in error.where


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ("kind == department", True),
        ("kind==department", True),
        ("kind != department", False),
        ("kind == government", False),
        ("level == county", True),
        ("level != county", False),
        ("id == qinghe-swj", True),
        ("id != qinghe-swj", False),
    ],
)
def test_a_section_is_told_where_its_condition_holds(make_project: MakeProject, when: str, told: bool) -> None:
    root = make_project("one-section", {"params/report.yaml": sections(f", when: {when}")})
    assert sections_for(root) == (["a.ipynb", "b.ipynb"] if told else ["a.ipynb"])


# The project


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_every_shipped_submission_can_be_read(repository: Path, name: str) -> None:
    _, year, file = name.split("/")
    submission = Project(repository).submission(int(year), file.removesuffix(".yaml"))
    assert (submission.year, f"{submission.department}.yaml") == (int(year), file)
    assert list(submission.figures.cells) == list(STATUTORY.for_year(submission.year).cells)


def test_only_submissions_are_listed_not_what_lies_beside_them(make_project: MakeProject) -> None:
    beside = ["qinghe-swj.waivers.yaml", "qinghe-swj.approvals.jsonl", "notes.txt"]
    root = make_project("one-section", {f"params/2024/{name}": "" for name in beside} | {"params/draft/x.yaml": ""})
    assert (Project(root).years, Project(root).submitted(2024)) == ((2024,), ("qinghe-swj",))


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("prose:\n  proactve: 甲", "'proactve'", 2),
        ("facts:\n  year: {value: 1}", "'year'", 2),
        ("facts:\n  requests: {value: 1}", "'requests'", 2),
        ("figures:\n  requests:\n    received: [1]", "1 values", 3),
    ],
)
def test_a_submission_names_only_what_its_edition_has(
    make_project: MakeProject, text: str, what: str, line: int
) -> None:
    project = Project(make_project("one-section", {"params/2024/qinghe-swj.yaml": text}))
    (error,) = refusals(lambda: project.submission(2024, "qinghe-swj"))
    assert what in error.what
    assert error.where.startswith(f"params/2024/qinghe-swj.yaml, line {line}")


def test_a_submission_that_was_not_handed_in_is_an_error(repository: Path) -> None:
    with pytest.raises(InputError, match=r"params/2022/suqian\.yaml"):
        Project(repository).submission(2022, "suqian")


def test_what_is_looked_at_is_noted_also_what_is_not_there(one_section_project: Path) -> None:
    project = Project(one_section_project)
    with project.files.noting() as outer:
        _ = project.submission(2024, "qinghe-swj"), project.register
        with project.files.noting() as inner:
            assert not project.has_submission(2023, "qinghe-swj")
            _ = project.submission(2024, "qinghe-swj")
    assert inner == {
        f"params/{name}" for name in ("2024/qinghe-swj.yaml", "2024/qinghe-swj.yml", "2023/qinghe-swj.yaml")
    }
    assert {*outer, *inner} == {*inner, "params/departments.yaml", "params/report.yaml"}


def test_a_digest_is_that_of_the_bytes_that_were_read(one_section_project: Path) -> None:
    project = Project(one_section_project)
    name = "params/2024/qinghe-swj.yaml"
    before = project.files.read(name)
    (one_section_project / name).write_bytes(before + b"# more\n")
    assert project.files.digest(name) == sha256(before).hexdigest()
    assert Project(one_section_project).files.digest(name) == sha256(before + b"# more\n").hexdigest()
    assert project.files.digest("params/2024/nobody.yaml") is None


def test_the_project_is_the_nearest_folder_upwards(one_section_project: Path) -> None:
    assert find_root(one_section_project / "params" / "2024") == one_section_project


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="--project"):
        find_root(tmp_path)


# Real figures, as they were published


def published(name: str) -> dict[str, Value]:
    """The figures of a real report by their label, as the edition writes it (表三·（一）予以公开·自然人)."""
    data = json.loads((DATA / name).read_text(encoding="utf-8"), parse_float=Decimal)
    found: dict[str, Value] = {}
    for block in (block for block in data["table2"].values() if isinstance(block, dict)):
        for row, values in block.items():
            found |= {f"表二·{row}·{column}": _number(value) for column, value in values.items()}
    for row in data["table3"]["rows"]:
        labels = zip(data["table3"]["columns"], row["values"], strict=True)
        found |= {f"表三·{row['label'].replace('/', '·')}·{column}": value for column, value in labels}
    review, litigation = data["table4"]["行政复议"], data["table4"]["行政诉讼"]
    for group, values in {"行政复议": review, **{f"行政诉讼·{kind}": litigation[kind] for kind in litigation}}.items():
        found |= {f"表四·{group}·{outcome}": value for outcome, value in values.items()}
    return found


def _number(value: Any) -> Value:
    return int(value.removesuffix("元")) if isinstance(value, str) else value


@pytest.mark.parametrize(
    ("year", "department", "cells"),
    [
        pytest.param(2023, "suqian", 200, id="2023/suqian"),
        pytest.param(2024, "suqian", 200, id="2024/suqian"),
        pytest.param(2019, "shanghai-fgt", 198, id="2019/shanghai-fgt"),
    ],
)
def test_the_shipped_figures_are_those_that_were_published(
    repository: Path, year: int, department: str, cells: int
) -> None:
    edition = STATUTORY.for_year(year)
    figures = Project(repository).submission(year, department).figures
    shipped = {spec.label: figures[spec.id] for spec in edition.cells.values()}
    assert len(shipped) == cells
    assert shipped == published(f"{department}-{year}.json")


# Schemas


def plain(value: Any) -> Any:
    """A document as JSON knows it."""
    match value:
        case dict():
            return {key: plain(each) for key, each in value.items()}
        case list():
            return [plain(each) for each in value]
        case Decimal():
            return float(value)
        case date():
            return value.isoformat()
    return value


@cache
def schema_of(name: str) -> Draft202012Validator:
    """The validator of the schema that a params file names in its first line."""
    first = (SHIPPED / name).read_text(encoding="utf-8").splitlines()[0]
    path = (SHIPPED / name).parent / first.removeprefix("# yaml-language-server: $schema=")
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_committed_schemas_are_the_current_ones(repository: Path) -> None:
    committed = {
        path.relative_to(repository).as_posix(): path.read_bytes()
        for path in (repository / "params").glob("*.schema.json")
    }
    assert committed == schemas(STATUTORY)


@pytest.mark.parametrize("name", PARAMS)
def test_every_shipped_file_satisfies_the_schema_that_it_names(name: str) -> None:
    data = plain(read_yaml((SHIPPED / name).read_bytes(), name).data)
    assert [error.message for error in schema_of(name).iter_errors(data)] == []


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_a_submission_names_the_schema_of_its_own_edition(name: str) -> None:
    edition = STATUTORY.for_year(int(name.split("/")[1]))
    assert edition.name in schema_of(name).schema["title"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("params/2024/suqian.yaml", "figurs: {}"),
        ("params/2024/suqian.yaml", "published_on: 12"),
        ("params/2024/suqian.yaml", "figures: {requests: {recieved: [1, 2, 3, 4, 5, 6]}}"),
        ("params/2024/suqian.yaml", "figures: {requests: {received: [1, 2, 3, 4, 5]}}"),
        ("params/2024/suqian.yaml", "figures: {requests: {received: [1, 2, 3, 4, 5, 6, 7, 8]}}"),
        ("params/2024/suqian.yaml", "figures: {requests: {received: [-1, 2, 3, 4, 5, 6]}}"),
        ("params/2024/suqian.yaml", "figures: {requests: {received: [1.5, 2, 3, 4, 5, 6]}}"),
        ("params/2024/suqian.yaml", "figures: {requests: {received: ['/', 2, 3, 4, 5, 6]}}"),
        ("params/2024/suqian.yaml", "figures: {requests: {received: {natural_persons: 1}}}"),
        ("params/2024/suqian.yaml", "prose: {proactve: 甲}"),
        ("params/2024/suqian.yaml", "facts: {x: {unit: 件}}"),
        ("params/2024/suqian.yaml", "blanks_are_zero: [table5]"),
        ("params/2019/shanghai-fgt.yaml", "figures: {disclosure: {rules: [1, 2, 3, 4]}}"),
        ("params/2019/shanghai-fgt.yaml", "figures: {disclosure: {licensing: [1]}}"),
        ("params/departments.yaml", "departments: [{id: A, name: a, short_name: a, kind: office, level: county}]"),
        ("params/departments.yaml", "departments: [{id: a, name: a, short_name: a, kind: ministry, level: county}]"),
        ("params/departments.yaml", "departments: []"),
        ("params/report.yaml", "sections: []"),
        ("params/report.yaml", "sections: [{section: a, notebook: a.ipynb}]\nformats: [rtf]"),
    ],
)
def test_a_bad_document_is_refused_by_its_schema(name: str, text: str) -> None:
    assert list(schema_of(name).iter_errors(plain(read(text))))


@pytest.mark.parametrize(
    "row", ["[1, 2, 3, 4, 5, 6]", "[1, 2, 3, 4, 5, 6, 21]", "{total: 3}", "null", "[null, 2, 3, 4, 5, 6]"]
)
def test_a_schema_accepts_every_way_to_write_a_row(row: str) -> None:
    data = plain(read(f"figures: {{requests: {{received: {row}}}}}"))
    assert not list(schema_of("params/2024/suqian.yaml").iter_errors(data))


@pytest.mark.parametrize(
    "text",
    ["figures:", "facts:", "prose:", "figures: {requests: }", "figures: {requests: {received: 5}}",
     "figures: {requests: {other: [1, 2, 3, 4, 5, 6]}}", "figures: {disclosure: {fees: [1.5]}}", "prose: {overview: }",
     "facts: {x: {value: 1.5}}", "facts: {Bad: {value: 1}}", "facts: {x: {value: 1, text: ''}}", "index_number: 2024",
     "none_received: yes", "blanks_are_zero: [table2, table4]", "published_on:"],
)  # fmt: skip
def test_the_schema_accepts_what_the_reader_accepts_and_nothing_else(text: str) -> None:
    try:
        submitted(text)
    except InputError:
        accepted = False
    else:
        accepted = True
    assert accepted is not any(schema_of("params/2024/suqian.yaml").iter_errors(plain(read(text))))


def test_several_errors_are_one_that_tells_each() -> None:
    both = InputErrors([InputError("A.", where="f, line 1"), InputError("B.", fix="C.")])
    assert (str(both), both.what) == ("A. Where: f, line 1.\nB. Fix: C.", "A. (and 1 more)")
