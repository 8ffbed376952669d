"""Putting off the grammar of IRIs: nothing is built before it is used, and the answers stay the same."""

import subprocess
import sys

import pytest


def said(code: str) -> str:
    """What a fresh interpreter prints after `defer_iri_grammar()`."""
    program = f"from reportkit.deferred import defer_iri_grammar\ndefer_iri_grammar()\nimport sys\n{code}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()


def test_importing_nbformat_builds_no_grammar() -> None:
    assert said("import nbformat; print('nbformat' in sys.modules, 'lark' in sys.modules)") == "True False"


@pytest.mark.parametrize(
    ("text", "valid"), [("http://例子.测试/路径", True), ("http://example.org/a", True), ("no iri", False), ("", False)]
)
def test_iris_are_judged_as_without_it(text: str, valid: bool) -> None:
    code = f"import jsonschema; print(jsonschema.FormatChecker().conforms({text!r}, 'iri'), 'lark' in sys.modules)"
    assert said(code) == f"{valid} True"


def test_the_package_is_itself_once_it_is_used() -> None:
    code = (
        "import rfc3987_syntax as before; before.is_valid_syntax('iri', 'x:y'); import rfc3987_syntax as after;"
        "print(after.__spec__.name, after.syntax_helpers.__name__, before.is_valid_syntax('iri', 'x:y'))"
    )
    assert said(code) == "rfc3987_syntax rfc3987_syntax.syntax_helpers True"


def test_looking_at_modules_from_outside_loads_nothing() -> None:
    code = "print(getattr(sys.modules['rfc3987_syntax'], '__file__', None), 'lark' in sys.modules)"
    assert said(code) == "None False"
