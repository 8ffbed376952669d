"""Whether a worker would make the same bytes: everything besides the Plan that shapes them, compared by name."""

import os
import platform
from collections.abc import Mapping

from reportkit.digests import code_digest
from reportkit.execution.dependencies import libraries
from reportkit.installed import installed
from reportkit.publishing.fonts import font_digests, font_set
from reportkit.publishing.shaping import environment, library_versions

Fitness = Mapping[str, str]
"""What shapes a report's bytes on a machine: name → version or digest."""


def fitness_of(font_paths: tuple[str, ...], system_fonts: bool, variables: tuple[str, ...] = ()) -> Fitness:
    """This process's, with the fonts that lie in these folders, and which of the `variables` its kernels would see.

    Their values may be secrets, so only that they are set is compared. Raises ProjectError for a bad SOURCE_DATE_EPOCH.
    """
    found = environment(font_paths, system_fonts)
    return {
        "python": found.python,
        **{f"library {name}": version for name, version in ({**libraries(), **found.libraries}).items()},
        "reportkit's code, editions and templates": found.code,
        "SOURCE_DATE_EPOCH": str(found.source_date_epoch),
        **{f"font {role}": family for role, family in found.roles.items()},
        **{f"font file {name}": digest for name, digest in found.font_files.items()},
        "machine": f"{platform.system()} {platform.machine()}",
        **{f"environment variable {name}": "set" for name in variables if name in os.environ},
    }


def forget_fitness() -> None:
    """What was read of the package, the libraries and the fonts is read once more when it is next asked for."""
    for each in (code_digest, library_versions, libraries, installed, font_set, font_digests):
        each.cache_clear()


def differences(here: Fitness, there: Fitness) -> list[str]:
    """What isn't the same, in words: what, here, there; digests shortened."""
    return [
        f"{name}: {_shown(here.get(name))} here, {_shown(there.get(name))} there"
        for name in dict.fromkeys((*here, *there))
        if here.get(name) != there.get(name)
    ]


_DIGEST = 64
_SHORT = 12


def _shown(value: str | None) -> str:
    if value is None:
        return "none"
    return value[:_SHORT] if len(value) == _DIGEST else value
