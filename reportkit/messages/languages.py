"""The language in which errors are shown: chosen once by the command, English where nothing says otherwise."""

from collections.abc import Mapping
from typing import Literal

Language = Literal["en", "zh"]
VARIABLE = "REPORTKIT_LANG"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

_shown: list[Language] = ["en"]


def language_of(environment: Mapping[str, str]) -> Language:
    """The language of the locale: Chinese where the first of its variables that is set begins with zh, else English."""
    locale = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def show_in(language: Language) -> None:
    """From now on this process shows its errors in that language."""
    _shown[0] = language


def shown_language() -> Language:
    """The language in which this process shows its errors."""
    return _shown[0]
