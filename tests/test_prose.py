"""Prose: `{{ name }}` and nothing more, each mistake with its place, hostile text unchanged."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given

from reportkit.build.plan import check_submission
from reportkit.errors import InputError, each_error
from reportkit.inputs.binding import names_of
from reportkit.inputs.project import Project
from reportkit.inputs.prose import Names, UnknownName, bind, escape_markdown
from reportkit.text.markdown import parse, plain
from reportkit.text.strings import printable
from tests.conftest import MakeProject
from tests.strategies import hostile_text


@pytest.fixture(scope="module")
def names(repository: Path) -> Names:
    project = Project(repository)
    return names_of(project, project.submission(2024, "suqian"))


def bound(text: str, value_of: Callable[[str], str] = lambda name: f"<{name}>") -> str:
    return bind(text, value_of, lambda line: f"f.yaml, line {line}")


def refused(text: str, value_of: Callable[[str], str] = lambda name: "1") -> InputError:
    with pytest.raises(InputError) as stopped:
        bound(text, value_of)
    return stopped.value


def shown(markdown: str) -> str:
    """What a reader sees of Markdown: its characters without any space."""
    return "".join(plain(parse(markdown, "prose")).split())


# Names


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("year", "2024"),
        ("department.name", "宿迁市人民政府"),
        ("department.short_name", "宿迁市"),
        ("policy_qa", "98"),
        ("policy_qa.value", "98"),
        ("policy_qa.unit", "期"),
        ("disclosed_items", "14万余"),
        ("disclosed_items.value", "140000"),
        ("requests.received.total", "3525"),
        ("requests.refused.total", "92"),
        ("requests.handled.total", "3646"),
        ("requests.handled.organizations", "88"),
        ("disputes.litigation.total", "77"),
        ("disclosure.fees.amount", "72701.2578"),
        ("last_year.requests.handled.total", "3607"),
        ("last_year.disclosure.fees.amount", "59237.2449"),
    ],
)
def test_a_name_is_printed_as_its_value(names: Names, name: str, value: str) -> None:
    assert shown(bound(f"共{{{{ {name} }}}}。", names.text)) == f"共{value}。"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("polcy_qa", "'policy_qa'"),
        ("policy_qa.units", "'policy_qa.unit'"),
        ("yaer", "'year'"),
        ("year.x", "'year'"),
        ("department", "'department.name'"),
        ("department.phone", "department.short_name"),
        ("requests.recieved.total", "requests.received"),
        ("requests.received.totl", "'requests.received.total'"),
        ("last_year", "last_year."),
        ("last_year.policy_qa", "last_year."),
        ("名称", "Accepted: "),
    ],
)
def test_an_unknown_name_is_refused_with_a_hint(names: Names, name: str, hint: str) -> None:
    error = refused(f"甲\n乙{{{{ {name} }}}}", names.text)
    assert f"'{name}' is not defined" in error.what
    assert error.where == "f.yaml, line 2"
    assert hint in error.fix


def test_last_year_cannot_be_named_where_there_is_none(repository: Path) -> None:
    project = Project(repository)
    with pytest.raises(UnknownName) as unknown:
        names_of(project, project.submission(2023, "suqian")).text("last_year.requests.handled.total")
    assert "no submission of last year" in str(unknown.value.hint)


@pytest.mark.parametrize("text", ["{{name}}", "{{ name }}", "{{\tname\n}}", "{{  a.b . c }}"])
def test_spaces_within_braces_say_nothing(text: str) -> None:
    name = re.sub(r"[{}\s]", "", text)
    assert shown(bound(text)) == f"<{name}>"


def test_a_value_is_shown_as_it_is_whatever_it_holds() -> None:
    value = "*甲* [乙](http://x) <b> {{ year }} `丙` # 1. \\"
    assert shown(bound("前{{ a }}后", lambda name: value)) == "".join(f"前{value}后".split())


def test_a_value_is_never_bound_again() -> None:
    asked: list[str] = []

    def value_of(name: str) -> str:
        asked.append(name)
        return "{{ secret }}"

    bound("{{ a }}", value_of)
    assert asked == ["a"]


# Only names


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("x|upper", "filter"),
        ("f()", "call"),
        ("a.b()", "call"),
        ("a[0]", "getitem"),
        ("a['b']", "getitem"),
        ("a.0", "getitem"),
        ("1", "const"),
        ("'a'", "const"),
        ("true", "const"),
        ("a + b", "add"),
        ("'a' * 20000000000000", "mul"),
        ("9 ** 999999999", "pow"),
        ("-a", "neg"),
        ("not a", "not"),
        ("a == b", "compare"),
        ("a and b", "and"),
        ("a ~ b", "concat"),
        ("a if b", "condexpr"),
        ("a if b else c", "condexpr"),
        ("a is defined", "test"),
        ("[a]", "list"),
        ("{'a': b}", "dict"),
        ("a, b", "tuple"),
        ("(a|upper).b", "filter"),
        ("''.__class__.__mro__", "const"),
    ],
)
def test_anything_but_a_name_is_refused_with_its_line(expression: str, kind: str) -> None:
    error = refused(f"甲\n\n乙 {{{{ {expression} }}}} 丙")
    assert kind in error.what
    assert error.where == "f.yaml, line 3"
    assert error.fix


@pytest.mark.parametrize(
    "text",
    ["{{", "{{ }}", "{{ a", "{{ a b }}", "{{ a. }}", "{{ 'a }}", "{{ a }", "{{ ( }}", "{{ %} }}", "{{ {{ a }} }}"],
)
def test_braces_that_cannot_be_read_are_refused_with_the_escape(text: str) -> None:
    error = refused(f"甲\n{text}")
    assert error.where == "f.yaml, line 2"
    assert "\\{{" in error.fix


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 5_000 + "a" + ")" * 5_000,
        "-" * 5_000 + "a",
        "[" * 5_000,
        "a" + ".a" * 5_000,
        "a" + "|b" * 5_000,
        "a" + "+a" * 5_000,
    ],
    ids=["parentheses", "signs", "brackets", "attributes", "filters", "sums"],
)
def test_a_very_long_expression_is_refused_and_nothing_else(expression: str) -> None:
    def unknown(name: str) -> str:
        raise UnknownName(name, "")

    assert refused(f"{{{{ {expression} }}}}", unknown).where == "f.yaml, line 1"


def test_the_line_counts_on_after_escaped_braces() -> None:
    assert refused("甲\n\\{{ 乙\n\n\\{{ {{ 1 }}").where == "f.yaml, line 4"


# Text that stays text


@pytest.mark.parametrize(
    "text",
    [
        "{% raw %}",
        "{% if a %}甲{% endif %}",
        "{# 注 #}",
        "{%",
        "%}",
        "#}",
        "}}",
        "{ {",
        "{a}",
        "# 甲",
        "## 甲",
        "$$",
        "",
        "\n",
        " 甲 \n",
    ],
)
def test_what_is_no_name_stays_text(text: str) -> None:
    assert bound(text) == text


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("\\{{ a }}", "{{ a }}"),
        ("\\{{", "{{"),
        ("\\{{\\{{", "{{{{"),
        ("甲\\{{ 乙 }}丙", "甲{{ 乙 }}丙"),
        ("\\{{ {{ a }} }}", "{{ 1 }}"),
        ("{% \\{{ a }} %}", "{% {{ a }} %}"),
    ],
)
def test_escaped_braces_are_printed(text: str, result: str) -> None:
    assert bound(text, lambda name: "1") == result


@given(text=hostile_text)
def test_text_without_braces_is_untouched(text: str) -> None:
    text = re.sub(r"\{+", "{", text.replace("\x00", ""))
    # Line ends become those of every other file; NUL is no text.
    assert bound(text) == re.sub("\r\n?", "\n", text)
    assert bound(f"\x00{text}") == bound(text)


@given(text=hostile_text)
def test_any_text_is_bound_or_refused_with_its_line(text: str) -> None:
    where = "f.yaml, line 1"
    try:
        bound(text)
    except InputError as error:
        where = error.where
    assert re.fullmatch(r"f\.yaml, line [1-9][0-9]*", where)


@given(text=hostile_text)
def test_an_escaped_text_is_read_back_from_markdown_as_it_was(text: str) -> None:
    assert shown(escape_markdown(text)) == "".join(printable(text).split())


@given(text=hostile_text)
def test_an_escaped_text_is_at_most_one_paragraph(text: str) -> None:
    assert [token["type"] for token in parse(escape_markdown(text), "notebook")] in ([], ["paragraph"])


# Places in a submission


@pytest.mark.parametrize(
    ("prose", "line"),
    [
        ("prose:\n  overview: 甲{{ nope }}\n", 2),
        ("prose:\n  overview: |\n    甲\n\n    乙{{ nope }}\n", 5),
        ("# 注\nprose:\n  overview: |\n    甲{{ nope }}\n", 4),
        ("prose:\n  overview: |-\n    甲{{ nope }}\n", 3),
        ("prose:\n  overview: |\n    \\{{ 甲 }}\n    乙{{ nope }}\n", 4),
    ],
)
def test_a_mistake_in_prose_is_told_with_the_line_of_the_file(make_project: MakeProject, prose: str, line: int) -> None:
    project = Project(make_project("one-section", {"params/2024/qinghe-swj.yaml": prose}))
    with pytest.raises(InputError) as stopped:
        check_submission(project, project.submission(2024, "qinghe-swj"))
    assert stopped.value.where == f"params/2024/qinghe-swj.yaml, line {line}, prose.overview"


def test_every_slot_with_a_mistake_is_told_at_once(make_project: MakeProject) -> None:
    text = "prose:\n  overview: '{{ a }}'\n  proactive: 甲\n  platform: '{{ 1 }}'\n"
    project = Project(make_project("one-section", {"params/2024/qinghe-swj.yaml": text}))
    with pytest.raises(InputError) as stopped:
        check_submission(project, project.submission(2024, "qinghe-swj"))
    assert [error.where for error in each_error(stopped.value)] == [
        "params/2024/qinghe-swj.yaml, line 2, prose.overview",
        "params/2024/qinghe-swj.yaml, line 4, prose.platform",
    ]


def test_a_number_too_long_for_the_parser_is_refused() -> None:
    with pytest.raises(InputError, match="can't be read"):
        bind("{{ " + "9" * 5000 + " }}", str, str)
